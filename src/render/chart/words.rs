//! Every word the charts draw or speak, so that a publication can have its own.

/// Holds every word and mark of the charts in one language.
///
/// Sentences hold places in braces (`{n}`, `{amount}`); a place that a sentence
/// does not name is not spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The names of the months, short, January first.
    pub months: [&'static str; 12],
    /// A date: `{day}`, `{month}`, `{year}`.
    pub date: &'static str,
    /// The mark between units and tenths.
    pub decimal_mark: &'static str,
    /// What stands after thousands, millions, billions (10⁹), trillions (10¹²).
    pub magnitudes: [&'static str; 4],
    /// A number of deals: `{n}`.
    pub deals: Plural,
    /// What was left out at the end of a list: `{n}`, `{amount}`.
    pub more: Plural,
    /// What heads the payers.
    pub pays: &'static str,
    /// What heads the receivers.
    pub receives: &'static str,
    /// What heads money paid by one company: `{amount}`.
    pub paid_out: &'static str,
    /// What heads money received by one company: `{amount}`.
    pub received: &'static str,
    /// The key of a solid mark.
    pub firm: &'static str,
    /// The key of a hollow mark.
    pub uncertain: &'static str,
    /// The key of a triangle.
    pub ceiling: &'static str,
    /// The name of an axis of amounts on a log scale.
    pub log_axis: &'static str,
    /// What explains the grid of a log scale: `{from}`, `{factor}`.
    pub log_grid: &'static str,
    /// What heads the number of deals.
    pub deals_heading: &'static str,
    /// The description of deals over time: `{deals}`, `{days}`, `{amounts}`.
    pub describe_time: &'static str,
    /// The days of deals over time, for one day and for several: `{first}`, `{last}`.
    pub days: Plural,
    /// The amounts of deals over time, for one amount and for several: `{low}`, `{high}`.
    pub amounts: Plural,
    /// What is said of deals without an amount that can be drawn: `{deals}`.
    pub describe_undrawn: &'static str,
    /// What is said of deals whose amount is a ceiling: `{n}`.
    pub describe_ceilings: Plural,
    /// What is said of the largest item: `{label}`, `{amount}`.
    pub describe_largest: &'static str,
    /// The description of who pays whom: `{amount}`, `{payers}`, `{receivers}`,
    /// and `{more}`, which is empty or opens with a comma.
    pub describe_flow: &'static str,
    /// A number of those who pay: `{n}`.
    pub payers: Plural,
    /// A number of those who receive: `{n}`.
    pub receivers: Plural,
    /// The description of one company's flows: `{company}`, `{out}`, `{in}`.
    pub describe_company: &'static str,
    /// The description of bars on a linear scale: `{deals}`, `{periods}`, and `{sum}`, which is empty or opens with a
    /// comma.
    pub describe_bars: &'static str,
    /// The months or years of bars, for one and for several: `{first}`, `{last}`.
    pub periods: Plural,
    /// What all deals come to, be it one or several: `{amount}`.
    pub sum: Plural,
    /// What one or several of all deals come to: `{n}`, `{deals}`, `{amount}`.
    pub sum_of_some: Plural,
    /// What some deals of a month come to: `{amount}`, `{n}`, `{deals}`.
    pub month_of_some: &'static str,
}

/// Holds the two forms of a counted phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plural {
    /// The form for one.
    pub one: &'static str,
    /// The form for any other number.
    pub other: &'static str,
}

/// Holds the English words.
pub const ENGLISH: Words = Words {
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    date: "{day} {month} {year}",
    decimal_mark: ".",
    magnitudes: ["k", "M", "B", "T"],
    deals: Plural { one: "{n} deal", other: "{n} deals" },
    more: Plural { one: "and {n} more, {amount}", other: "and {n} more, {amount} together" },
    pays: "Pays",
    receives: "Receives",
    paid_out: "Paid {amount}",
    received: "Received {amount}",
    firm: "firm",
    uncertain: "reported or rumoured",
    ceiling: "up to",
    log_axis: "Amount, log scale",
    log_grid: "Log scale from {from}; each line is ×{factor}.",
    deals_heading: "Deals",
    describe_time: "{deals} {days}, {amounts}, on a logarithmic scale of amounts. \
                    Solid dots are firm deals, hollow dots reported or rumoured ones.",
    days: Plural { one: "on {first}", other: "from {first} to {last}" },
    amounts: Plural { one: "of {low}", other: "between {low} and {high}" },
    describe_undrawn: "Not drawn, for want of an amount: {deals}.",
    describe_ceilings: Plural {
        one: "1 of them is a triangle: its amount is a ceiling.",
        other: "{n} of them are triangles: their amounts are ceilings.",
    },
    describe_largest: "The largest: {label}, {amount}.",
    describe_flow: "{amount} from {payers} on the left to {receivers} on the right{more}. \
                    The width of a band grows with the square root of its amount.",
    payers: Plural { one: "{n} payer", other: "{n} payers" },
    receivers: Plural { one: "{n} receiver", other: "{n} receivers" },
    describe_company: "Money {company} paid, {out}, in bars to the left, and received, {in}, in bars \
                       to the right. The length of a bar is on a logarithmic scale.",
    describe_bars: "{deals} {periods}{sum}. The length of a bar is in proportion to its amount.",
    periods: Plural { one: "in {first}", other: "from {first} to {last}" },
    sum: Plural { one: ", {amount}", other: ", {amount} together" },
    sum_of_some: Plural {
        one: "In the sums: {n} of {deals}, {amount}.",
        other: "In the sums: {n} of {deals}, {amount} together.",
    },
    month_of_some: "{amount} from {n} of {deals}",
};

impl Default for Words {
    fn default() -> Self {
        ENGLISH
    }
}

impl Plural {
    pub(super) fn of(self, n: usize) -> &'static str {
        if n == 1 { self.one } else { self.other }
    }

    /// Says how many there are, in a form that names nothing but `{n}`.
    pub(super) fn count(self, n: usize) -> String {
        fill(self.of(n), &[("n", &n.to_string())])
    }

    /// Says from where to where, or the one place where both are the same.
    pub(super) fn between(self, names: [&str; 2], ends: [&str; 2]) -> String {
        let form = if ends[0] == ends[1] { self.one } else { self.other };
        fill(form, &[(names[0], ends[0]), (names[1], ends[1])])
    }
}

impl Words {
    pub(super) fn deals(&self, n: usize) -> String {
        self.deals.count(n)
    }

    /// Describes bars of so many deals, with the names of the first bar and the last, and what all of them come to.
    pub(super) fn describe_bars(&self, deals: usize, ends: [&str; 2], total: Option<&str>) -> String {
        let values = [
            ("deals", self.deals(deals)),
            ("periods", self.periods.between(["first", "last"], ends)),
            ("sum", total.map(|total| fill(self.sum.of(deals), &[("amount", total)])).unwrap_or_default()),
        ];
        fill(self.describe_bars, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    }

    /// Says how many of the deals are in the sums, and what they come to.
    pub(super) fn sum_of_some(&self, summed: usize, deals: usize, total: &str) -> String {
        let values = [("n", &*summed.to_string()), ("deals", &*self.deals(deals)), ("amount", total)];
        fill(self.sum_of_some.of(summed), &values)
    }

    /// Says in a description how many deals have no place in the drawing, if any.
    pub(super) fn add_undrawn(&self, n: usize, description: &mut String) {
        if n > 0 {
            description.push(' ');
            description.push_str(&fill(self.describe_undrawn, &[("deals", &self.deals(n))]));
        }
    }
}

/// Puts values into the braces of a sentence, in one pass, so that a value that
/// holds braces itself (a label is anybody's text) is not filled again.
pub(super) fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => filled.push_str(value),
            None => {
                filled.push('{');
                filled.push_str(name);
                filled.push('}');
            }
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}
