//! Which kinds of output are made; what is off costs nothing.

use serde::Serialize;

use super::reject_unknown;
use crate::content::front_matter::Node;

macro_rules! outputs {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// One switch for each kind of output that a publisher may not want.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        pub struct Outputs { $($(#[$doc])* pub $name: bool,)* }

        impl Default for Outputs {
            fn default() -> Self {
                Self { $($name: true,)* }
            }
        }

        impl Outputs {
            /// Reads the switches that are given.
            pub(super) fn fill(&mut self, node: &Node<'_>) {
                reject_unknown(node, &[$(stringify!($name)),*], "outputs");
                $(if let Some(flag) = node.get(stringify!($name)).and_then(|n| n.flag()) {
                    self.$name = flag;
                })*
            }
        }
    };
}

outputs! {
    /// The text of each post as Markdown beside its page.
    mirrors,
    /// `feed.xml`: RSS 2.0 with full text.
    rss,
    /// `atom.xml`.
    atom,
    /// `feed.json`.
    json_feed,
    /// A feed for each term.
    term_feeds,
    /// Lists of terms, and a page for each term.
    terms,
    /// The e-mail form of each edition: HTML, text and a message.
    email,
    /// The archive by year.
    archive,
    /// The ledger's pages.
    ledger,
    /// The ledger as JSON and CSV.
    ledger_data,
    /// `sitemap.xml`.
    sitemap,
    /// `robots.txt`.
    robots,
    /// `llms.txt`.
    llms,
    /// Pages and a `_redirects` file for old addresses.
    redirects,
    /// `_headers`.
    headers,
}
