//! The closed lists of a deal: roles, kinds and statuses, with the spellings that are read.

use serde::Serialize;

/// The part that somebody plays in a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Pays a seller.
    Buyer,
    /// Is paid by a buyer.
    Seller,
    /// Pays a company for a share of it.
    Investor,
    /// Takes an investor's money.
    Company,
    /// Is paid for a licence.
    Licensor,
    /// Pays for a licence.
    Licensee,
    /// Pays for a whole company.
    Acquirer,
    /// Is bought.
    Target,
    /// Takes part; nothing is said of payment.
    Partner,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 9] = [
        Self::Buyer,
        Self::Seller,
        Self::Investor,
        Self::Company,
        Self::Licensor,
        Self::Licensee,
        Self::Acquirer,
        Self::Target,
        Self::Partner,
    ];

    /// Who pays and who is paid, pair by pair.
    pub const PAYMENTS: [(Self, Self); 4] = [
        (Self::Buyer, Self::Seller),
        (Self::Investor, Self::Company),
        (Self::Licensee, Self::Licensor),
        (Self::Acquirer, Self::Target),
    ];

    /// Names it as in the front matter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Seller => "seller",
            Self::Investor => "investor",
            Self::Company => "company",
            Self::Licensor => "licensor",
            Self::Licensee => "licensee",
            Self::Acquirer => "acquirer",
            Self::Target => "target",
            Self::Partner => "partner",
        }
    }

    /// Reads a role; `customer` and the like are other words for one.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        Self::of_key(&lower).or(match lower.as_str() {
            "customer" | "payer" => Some(Self::Buyer),
            "supplier" | "vendor" | "provider" => Some(Self::Seller),
            "investee" => Some(Self::Company),
            "acquiror" => Some(Self::Acquirer),
            "party" => Some(Self::Partner),
            _ => None,
        })
    }

    /// Finds the role that a key of a deal stands for: `buyer`, `buyers`.
    pub fn of_key(key: &str) -> Option<Self> {
        if key == "companies" {
            return Some(Self::Company);
        }
        Self::ALL.into_iter().find(|role| key == role.name() || key.strip_suffix('s') == Some(role.name()))
    }
}

/// What a deal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Use of somebody's cloud or models.
    Cloud,
    /// Chips, machines and data centres.
    Compute,
    /// A licence to content or technology.
    Licensing,
    /// Data to train on.
    Data,
    /// A share of a company.
    Investment,
    /// A whole company.
    Acquisition,
    /// Working together, without a price.
    Partnership,
    /// People, with or without a licence to what they made.
    Hiring,
    /// A state as customer or giver.
    Government,
    /// Anything else, and what the author did not say.
    Other,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Cloud,
        Self::Compute,
        Self::Licensing,
        Self::Data,
        Self::Investment,
        Self::Acquisition,
        Self::Partnership,
        Self::Hiring,
        Self::Government,
        Self::Other,
    ];

    /// Names it as in the front matter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::Compute => "compute",
            Self::Licensing => "licensing",
            Self::Data => "data",
            Self::Investment => "investment",
            Self::Acquisition => "acquisition",
            Self::Partnership => "partnership",
            Self::Hiring => "hiring",
            Self::Government => "government",
            Self::Other => "other",
        }
    }

    /// Reads a kind or another word for one.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        if let Some(kind) = Self::ALL.into_iter().find(|kind| kind.name() == lower) {
            return Some(kind);
        }
        Some(match lower.as_str() {
            "usage" | "spend" | "api" => Self::Cloud,
            "chips" | "gpu" | "gpus" | "hardware" | "infrastructure" | "supply" => Self::Compute,
            "licence" | "license" | "licencing" | "content" => Self::Licensing,
            "data licence" | "data license" | "training data" => Self::Data,
            "funding" | "funding round" | "financing" | "round" | "stake" | "equity" | "invest" => Self::Investment,
            "m&a" | "merger" | "takeover" | "buyout" | "purchase" | "acquire" => Self::Acquisition,
            "partner" | "alliance" | "joint venture" | "joint-venture" | "jv" | "collaboration" => Self::Partnership,
            "acqui-hire" | "acquihire" | "acqui hire" | "hire" | "talent" => Self::Hiring,
            "public sector" | "defence" | "defense" | "grant" => Self::Government,
            "settlement" | "lawsuit" => Self::Other,
            _ => return None,
        })
    }
}

/// How far a deal got, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Somebody heard so.
    Rumoured,
    /// A publication stands for it.
    Reported,
    /// The parties say so.
    Announced,
    /// It is in writing.
    Signed,
    /// It is done.
    Closed,
    /// It is over, or never came to be.
    Ended,
    /// A party says that it is not so.
    Denied,
}

impl Status {
    /// All statuses, in the order in which a deal passes them.
    pub const ALL: [Self; 7] =
        [Self::Rumoured, Self::Reported, Self::Announced, Self::Signed, Self::Closed, Self::Ended, Self::Denied];

    /// Names it as in the front matter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rumoured => "rumoured",
            Self::Reported => "reported",
            Self::Announced => "announced",
            Self::Signed => "signed",
            Self::Closed => "closed",
            Self::Ended => "ended",
            Self::Denied => "denied",
        }
    }

    /// Reads a status or another word for one.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        if let Some(status) = Self::ALL.into_iter().find(|status| status.name() == lower) {
            return Some(status);
        }
        Some(match lower.as_str() {
            "rumored" | "rumour" | "rumor" => Self::Rumoured,
            "report" => Self::Reported,
            "announce" | "agreed" | "confirmed" => Self::Announced,
            "complete" | "completed" | "close" | "done" => Self::Closed,
            "cancelled" | "canceled" | "abandoned" | "terminated" | "lapsed" | "expired" => Self::Ended,
            _ => return None,
        })
    }

    /// Says whether the parties themselves stand for it: announced, signed or closed.
    pub fn is_firm(self) -> bool {
        matches!(self, Self::Announced | Self::Signed | Self::Closed)
    }

    /// Says whether the deal counts in totals: not what is over, nor what is denied.
    pub fn counts(self) -> bool {
        !matches!(self, Self::Ended | Self::Denied)
    }

    /// Says whether a report after one of `earlier` takes something back without saying so.
    ///
    /// A denial after an announcement does, and so does a mere report after a denial; an announcement
    /// after a denial shows that the denial was wrong.
    pub fn goes_back_from(self, earlier: Self) -> bool {
        match (earlier, self) {
            (Self::Denied, Self::Rumoured | Self::Reported) => true,
            (Self::Denied, _) => false,
            (_, Self::Denied) => earlier.is_firm(),
            _ => self < earlier,
        }
    }
}
