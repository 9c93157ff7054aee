//! From text to an [`Amount`]: bound, figure or range, then what it is paid in, for and over.
//!
//! The grammar is closed: a word that has no place in it is an error, so that nothing an author
//! writes is dropped in silence.

mod meant;
mod number;
mod phrases;

use super::currency::Currency;
use super::lex::{self, Token};
use super::{
    Amount, AmountError, Beside, Bound, FORMS, Figure, LARGEST, MAX_BYTES, Many, Paid, Per, Term, Vague, quoted,
};
use number::Decimal;
use phrases::{BOUNDS, COUNTS, PAID, PERIODS, UNDISCLOSED, UNITS};

/// Why a reading fails, and what may have been meant.
struct Problem {
    reason: String,
    /// Readings of the whole; several where nobody can know which one is meant.
    nearest: Vec<String>,
}

impl Problem {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), nearest: vec![] }
    }
}

/// Parses a trimmed text.
pub(super) fn parse(text: &str, beside: Beside) -> Result<Amount, AmountError> {
    if text.len() > MAX_BYTES {
        let message = format!("the amount {} is longer than {MAX_BYTES} bytes", quoted(text));
        return Err(AmountError { message, help: vec![format!("{FORMS}; put the rest into `note`")] });
    }
    let tokens = lex::tokens(text);
    read(&tokens, beside).map_err(|problem| {
        let mut nearest = problem.nearest;
        if nearest.is_empty() {
            nearest.extend(meant::nearest(&tokens, beside));
        }
        let meant = (!nearest.is_empty()).then(|| format!("did you mean `{}`?", nearest.join("` or `")));
        AmountError {
            message: format!("the amount {} can't be read: {}", quoted(text), problem.reason),
            help: meant.into_iter().chain([FORMS.to_owned()]).collect(),
        }
    })
}

fn read(tokens: &[Token<'_>], beside: Beside) -> Result<Amount, Problem> {
    if tokens.is_empty() {
        return Err(Problem::new("it is empty"));
    }
    let mut parser = Parser { tokens, at: 0 };
    if UNDISCLOSED.iter().any(|phrase| parser.phrase(phrase)) && parser.is_done() {
        return Ok(Amount::Undisclosed);
    }
    parser.at = 0;
    if let Some(vague) = parser.vague() {
        return if parser.is_done() { Ok(Amount::Vague(vague)) } else { Err(parser.unexpected()) };
    }
    parser.at = 0;
    parser.figure(beside).map(Amount::Figure)
}

struct Parser<'p, 't> {
    tokens: &'p [Token<'t>],
    at: usize,
}

/// One end of a figure as it is written.
struct End<'t> {
    digits: &'t str,
    number: Decimal,
    unit: Option<u32>,
    currencies: Vec<Named>,
}

/// A currency that is named somewhere in the amount.
#[derive(Clone, Copy)]
struct Named {
    currency: Currency,
    plain: bool,
}

/// What follows the figure.
#[derive(Default)]
struct Tail {
    per: Option<Per>,
    term: Option<Term>,
    paid: Option<Paid>,
    open: bool,
}

impl<'t> Parser<'_, 't> {
    fn figure(&mut self, beside: Beside) -> Result<Figure, Problem> {
        let bound = self.any(BOUNDS);
        let between = bound.is_none() && self.word("between");
        let from = bound.is_none() && !between && self.word("from");
        let first = self.end()?;
        let second = if between {
            if self.word("and") { Some(self.end()?) } else { return Err(Problem::new("`between` lacks its `and`")) }
        } else if self.mark('–') || self.word("to") {
            Some(self.end()?)
        } else if from {
            return Err(Problem::new("`from` lacks its `to`"));
        } else {
            None
        };
        let tail = self.tail()?;
        if !self.is_done() {
            return Err(self.unexpected());
        }
        self.refuse_points(&first, second.as_ref(), beside)?;

        let mut named = first.currencies.clone();
        named.extend(second.iter().flat_map(|end| end.currencies.iter().copied()));
        named.extend(beside.currency.map(|currency| Named { currency, plain: false }));
        let bound = match (bound, tail.open) {
            (None, false) => Bound::Exact,
            (Some(bound), false) => bound,
            (None, true) => Bound::AtLeast,
            (Some(_), true) => return Err(Problem::new("it is bounded twice")),
        };
        let (low, high) = match second {
            None => {
                let only = first.number.hundredths(first.unit)?;
                (only, only)
            }
            Some(_) if !matches!(bound, Bound::Exact | Bound::About) => {
                return Err(Problem::new("a range has its own ends, and can't be `at least` or `up to` as well"));
            }
            Some(second) => ends(&first, &second)?,
        };
        if high > LARGEST {
            return Err(Problem::new("it is more than a quadrillion"));
        }
        let currency = one_currency(&named, &first)?;
        let (per, term) = (one_period(tail.per, beside.per)?, tail.term);
        let per = match (per, term) {
            (Some(Per::Once), Some(_)) => return Err(Problem::new("what is paid once is not paid over some time")),
            (None, Some(_)) => Some(Per::Total),
            (per, _) => per,
        };
        Ok(Figure { low, high, currency, bound, per, term, paid: tail.paid })
    }

    /// Reads a number with its currency before or behind it, and its unit.
    fn end(&mut self) -> Result<End<'t>, Problem> {
        let mut currencies = vec![];
        currencies.extend(self.currency_sign());
        if currencies.iter().any(|named: &Named| !named.plain) && self.is_sign() {
            // `USD $20M`
            currencies.extend(self.currency_sign());
        }
        let Some(&Token::Number(digits)) = self.tokens.get(self.at) else {
            return Err(match self.tokens.get(self.at) {
                Some(Token::Mark('–')) => Problem::new("an amount can't be negative"),
                _ if self.tokens.iter().any(|token| matches!(token, Token::Number(_))) => self.unexpected(),
                _ => Problem::new("it holds no number"),
            });
        };
        self.at += 1;
        let number = Decimal::parse(digits, |plain| self.nearest_number(plain))?;
        let unit = match self.tokens.get(self.at) {
            Some(Token::Word(word)) => UNITS.iter().find(|(name, _)| name == word).map(|(_, exponent)| *exponent),
            _ => None,
        };
        self.at += usize::from(unit.is_some());
        if unit.is_none() {
            self.refuse_indian_units(&number, &currencies)?;
        }
        // In `$4B $1B` the second sign begins something else.
        if currencies.is_empty() || !self.is_sign() {
            currencies.extend(self.currency_sign().or_else(|| self.currency_name()));
        }
        Ok(End { digits, number, unit, currencies })
    }

    /// Refuses numbers such as `20.000`: twenty, or twenty thousand where points mark thousands.
    ///
    /// Before a unit, three decimals are exact (`$6.454B`), unless the last of them says nothing (`€1.500M`).
    fn refuse_points(&self, first: &End<'t>, second: Option<&End<'t>>, beside: Beside) -> Result<(), Problem> {
        let has_unit = first.unit.or(second.and_then(|end| end.unit)).is_some();
        let mut ends = [first].into_iter().chain(second);
        let doubtful = ends.find(|end| number::may_group(end.digits) && (!has_unit || end.digits.ends_with('0')));
        let Some(End { digits, .. }) = doubtful else { return Ok(()) };
        let reason = format!("the point in {} may mark thousands or decimals", quoted(digits));
        Err(Problem { reason, nearest: meant::readings(self.tokens, beside) })
    }

    /// Explains lakh and crore, which Masthead would have to show in two ways.
    fn refuse_indian_units(&self, number: &Decimal, currencies: &[Named]) -> Result<(), Problem> {
        let Some(Token::Word(word)) = self.tokens.get(self.at) else { return Ok(()) };
        let exponent = match word.as_str() {
            "crore" | "crores" | "cr" => 7,
            "lakh" | "lakhs" | "lac" => 5,
            _ => return Ok(()),
        };
        let mut problem = Problem::new(format!("`{word}` is not a unit that is read; millions and billions are"));
        if let (Ok(hundredths), Some(named)) = (number.hundredths(Some(exponent)), currencies.first()) {
            problem.nearest = vec![figure(hundredths, named.currency).to_string()];
        }
        Err(problem)
    }

    /// Shows what stands here with another number in place of the one that was just read.
    fn nearest_number(&self, plain: &str) -> Option<String> {
        let mut tokens = self.tokens.to_vec();
        *tokens.get_mut(self.at.checked_sub(1)?)? = Token::Number(plain);
        match read(&tokens, Beside::default()) {
            Ok(amount) => Some(amount.to_string()),
            Err(_) => None,
        }
    }

    fn currency_sign(&mut self) -> Option<Named> {
        let named = match self.tokens.get(self.at)? {
            Token::Sign { currency, plain } => Named { currency: *currency, plain: *plain },
            Token::Word(word) if word.len() == 3 => Named { currency: Currency::from_code(word)?, plain: false },
            _ => return None,
        };
        self.at += 1;
        Some(named)
    }

    fn is_sign(&self) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Sign { .. }))
    }

    /// Reads `euros` or `New Zealand dollars`.
    fn currency_name(&mut self) -> Option<Named> {
        let longest = self.tokens[self.at..].iter().take(3).take_while(|token| matches!(token, Token::Word(_))).count();
        for length in (1..=longest).rev() {
            let words: Vec<String> = self.tokens[self.at..self.at + length].iter().map(Token::shown).collect();
            let name = words.join(" ");
            if let Some(currency) = Currency::from_name(&name) {
                self.at += length;
                return Some(Named { currency, plain: name.starts_with("dollar") });
            }
        }
        None
    }

    /// Reads what follows the figure, in any order, each at most once.
    fn tail(&mut self) -> Result<Tail, Problem> {
        let mut tail = Tail::default();
        let twice = |what: &str| Err(Problem::new(format!("it says twice {what}")));
        loop {
            let start = self.at;
            self.mark(',');
            if self.mark('+') || self.phrase(&["or", "more"]) {
                if std::mem::replace(&mut tail.open, true) {
                    return twice("that it may be more");
                }
            } else if let Some(per) = self.any(PERIODS) {
                if tail.per.replace(per).is_some() {
                    return twice("what it is paid for");
                }
            } else if let Some(paid) = self.any(PAID) {
                if tail.paid.replace(paid).is_some() {
                    return twice("what it is paid in");
                }
            } else if let Some(term) = self.term()? {
                if tail.term.replace(term).is_some() {
                    return twice("over which time it is paid");
                }
            } else {
                // A comma that nothing follows is no part of an amount either.
                self.at = start;
                return Ok(tail);
            }
        }
    }

    /// Reads `over five years`, `for 18 months`, `over the next several years`.
    fn term(&mut self) -> Result<Option<Term>, Problem> {
        let start = self.at;
        if !(self.phrase(&["spread", "over"]) || self.word("over") || self.word("for") || self.word("across")) {
            return Ok(None);
        }
        if self.phrase(&["a", "decade"]) {
            return Ok(Some(Term::Years { count: 10, about: false }));
        }
        self.word("the");
        let _ = self.word("next") || self.word("first") || self.word("coming");
        let about =
            self.mark('~') || ["about", "around", "roughly", "approximately"].iter().any(|word| self.word(word));
        if !about && (self.word("several") || self.word("multiple") || self.word("many")) && self.word("years") {
            return Ok(Some(Term::SeveralYears));
        }
        let count = match self.tokens.get(self.at) {
            Some(Token::Number(digits)) => digits.parse::<u16>().ok().filter(|count| *count > 0),
            Some(Token::Word(word)) => COUNTS.iter().find(|(name, _)| name == word).map(|(_, count)| *count),
            _ => None,
        };
        self.at += 1;
        match count {
            Some(count) if self.word("years") || self.word("year") => Ok(Some(Term::Years { count, about })),
            Some(count) if self.word("months") || self.word("month") => Ok(Some(Term::Months { count, about })),
            _ => {
                self.at = start;
                Err(Problem::new("the time must be so many years or months, as in `over 5 years`"))
            }
        }
    }

    /// Reads `tens of billions of dollars`.
    fn vague(&mut self) -> Option<Vague> {
        let many = if self.phrase(&["tens", "of"]) {
            Many::Tens
        } else if self.phrase(&["hundreds", "of"]) {
            Many::Hundreds
        } else if self.word("several") || self.phrase(&["a", "few"]) || self.word("multiple") {
            Many::Several
        } else {
            Many::Some
        };
        let units: [(&str, u8); 4] = [("thousand", 3), ("million", 6), ("billion", 9), ("trillion", 12)];
        let Some(Token::Word(word)) = self.tokens.get(self.at) else { return None };
        let exponent =
            units.iter().find(|(name, _)| word.trim_end_matches('s') == *name).map(|(_, exponent)| *exponent)?;
        self.at += 1;
        self.word("of");
        let currency = self.currency_sign().or_else(|| self.currency_name())?.currency;
        Some(Vague { many, exponent, currency })
    }

    /// Takes the first of several phrases that stands here.
    fn any<T: Copy>(&mut self, phrases: &[(&[&str], T)]) -> Option<T> {
        phrases.iter().find(|(phrase, _)| self.phrase(phrase)).map(|(_, meaning)| *meaning)
    }

    /// Takes a phrase if it stands here; marks are words of one character.
    fn phrase(&mut self, phrase: &[&str]) -> bool {
        let mut pieces = phrase.iter().enumerate();
        let is_here =
            pieces.all(|(offset, wanted)| self.tokens.get(self.at + offset).is_some_and(|token| token.is(wanted)));
        if is_here {
            self.at += phrase.len();
        }
        is_here
    }

    fn word(&mut self, word: &str) -> bool {
        self.phrase(&[word])
    }

    fn mark(&mut self, mark: char) -> bool {
        let is_here = self.tokens.get(self.at) == Some(&Token::Mark(mark));
        self.at += usize::from(is_here);
        is_here
    }

    fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    fn unexpected(&self) -> Problem {
        let Some(token) = self.tokens.get(self.at) else { return Problem::new("it ends too early") };
        let after_number = self.at > 0 && matches!(self.tokens.get(self.at - 1), Some(Token::Number(_)));
        let shown = quoted(&token.shown());
        Problem::new(match token {
            Token::Number(_) if after_number => {
                "write a number with commas between its thousands, not blanks".to_owned()
            }
            Token::Word(word) if word == "per" => "only `per month` and `per year` are read".to_owned(),
            Token::Word(word) if word == "kr" => {
                "`kr` is the crown of several countries: write `SEK`, `NOK` or `DKK`".to_owned()
            }
            Token::Word(word) if after_number && word.len() <= 3 => {
                format!("{shown} is no unit: they are `K`, `M`, `B` and `T`, or words such as `million`")
            }
            _ => format!("{shown} has no place there"),
        })
    }
}

fn figure(hundredths: i128, currency: Currency) -> Amount {
    Amount::Figure(Figure {
        low: hundredths,
        high: hundredths,
        currency,
        bound: Bound::Exact,
        per: None,
        term: None,
        paid: None,
    })
}

/// Puts the two ends of a range together: a lower end without a unit borrows that of the upper end.
fn ends(first: &End<'_>, second: &End<'_>) -> Result<(i128, i128), Problem> {
    let falls = || Problem::new("a range runs from the lower to the higher amount");
    let high = second.number.hundredths(second.unit)?;
    let low = match (first.unit, second.unit) {
        (None, Some(unit)) => {
            // `$10–15B` is ten billion; `$20,000–1.5M` can't be. In between nobody knows.
            match (first.number.is_below(second.number), first.number.is_below_whole(1000)) {
                (true, true) => first.number.hundredths(Some(unit))?,
                (false, false) => first.number.hundredths(None)?,
                (false, true) => return Err(falls()),
                (true, false) => return Err(Problem::new("the lower end lacks its unit")),
            }
        }
        (Some(_), None) => return Err(Problem::new("the upper end lacks its unit")),
        (unit, _) => first.number.hundredths(unit)?,
    };
    if low < high { Ok((low, high)) } else { Err(falls()) }
}

/// Finds the one currency that is meant; a bare `$` may be any dollar that is named elsewhere.
fn one_currency(named: &[Named], first: &End<'_>) -> Result<Currency, Problem> {
    let Some(any) = named.first() else {
        let mut problem = Problem::new("it names no currency");
        if first.unit.is_none() && first.number.is_plain() {
            problem.reason += "; write `$20M`, or add the line `currency: USD`";
        }
        return Err(problem);
    };
    let meant = named.iter().find(|named| !named.plain).unwrap_or(any);
    match named.iter().find(|other| other.currency != meant.currency && !(other.plain && meant.currency.is_dollar())) {
        None => Ok(meant.currency),
        Some(other) => Err(Problem::new(format!("it names two currencies, {} and {}", meant.currency, other.currency))),
    }
}

/// Finds the one period that is meant by the text and the key beside it.
fn one_period(inside: Option<Per>, beside: Option<Per>) -> Result<Option<Per>, Problem> {
    match (inside, beside) {
        (Some(inside), Some(beside)) if inside != beside => {
            Err(Problem::new(format!("it says `{}`, and the key beside it says `{}`", inside.name(), beside.name())))
        }
        (inside, beside) => Ok(inside.or(beside)),
    }
}
