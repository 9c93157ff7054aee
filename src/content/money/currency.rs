//! The currencies that Masthead knows (ISO 4217), with their signs and their English names.

use std::fmt;

use serde::{Serialize, Serializer};

/// A currency, by its ISO 4217 code.
///
/// `$` alone is the US dollar and `¥` alone the yen, as in the trade press; other dollars and the yuan
/// are told apart by their letters (`A$`, `CN¥`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, bitcode::Encode, bitcode::Decode)]
pub struct Currency([u8; 3]);

struct Entry {
    code: &'static str,
    /// Shown before the number; empty where the code is shown.
    sign: &'static str,
    /// Other signs that are read.
    signs: &'static [&'static str],
    /// Names in lower case; the first is shown after `billions of`.
    names: &'static [&'static str],
}

const fn entry(
    code: &'static str,
    sign: &'static str,
    signs: &'static [&'static str],
    names: &'static [&'static str],
) -> Entry {
    Entry { code, sign, signs, names }
}

const CURRENCIES: &[Entry] = &[
    entry("USD", "$", &["US$", "USD$"], &["dollars", "us dollars", "american dollars", "dollar", "us dollar"]),
    entry("EUR", "€", &[], &["euros", "euro"]),
    entry("GBP", "£", &["GB£"], &["pounds", "pounds sterling", "pound", "sterling", "british pounds"]),
    entry("JPY", "¥", &["JP¥", "￥"], &["yen", "japanese yen"]),
    entry("CNY", "CN¥", &["RMB¥"], &["yuan", "renminbi", "rmb", "chinese yuan"]),
    entry("KRW", "₩", &[], &["won", "south korean won", "korean won"]),
    entry("INR", "₹", &[], &["rupees", "indian rupees", "rupee"]),
    entry("CAD", "C$", &["CA$", "CAD$", "CDN$"], &["Canadian dollars", "canadian dollar"]),
    entry("AUD", "A$", &["AU$", "AUD$"], &["Australian dollars", "australian dollar"]),
    entry("NZD", "NZ$", &[], &["New Zealand dollars"]),
    entry("HKD", "HK$", &[], &["Hong Kong dollars"]),
    entry("SGD", "S$", &["SG$"], &["Singapore dollars", "singaporean dollars"]),
    entry("TWD", "NT$", &["TW$"], &["Taiwan dollars", "new taiwan dollars"]),
    entry("BRL", "R$", &["BR$"], &["reais", "brazilian reais"]),
    entry("MXN", "MX$", &[], &["Mexican pesos"]),
    entry("CHF", "", &[], &["Swiss francs", "swiss franc"]),
    entry("SEK", "", &[], &["Swedish kronor", "swedish crowns"]),
    entry("NOK", "", &[], &["Norwegian kroner", "norwegian crowns"]),
    entry("DKK", "", &[], &["Danish kroner", "danish crowns"]),
    entry("ISK", "", &[], &["Icelandic kronur"]),
    entry("PLN", "", &["zł"], &["zlotys", "zloty"]),
    entry("CZK", "", &["Kč"], &["Czech crowns", "czech koruna"]),
    entry("HUF", "", &[], &["forints"]),
    entry("RON", "", &[], &["Romanian lei"]),
    entry("UAH", "₴", &[], &["hryvnias"]),
    entry("RUB", "₽", &[], &["roubles", "rubles"]),
    entry("TRY", "₺", &[], &["lira", "turkish lira"]),
    entry("ILS", "₪", &[], &["shekels"]),
    entry("AED", "", &[], &["dirhams", "uae dirhams", "emirati dirhams"]),
    entry("SAR", "", &[], &["Saudi riyals"]),
    entry("QAR", "", &[], &["Qatari riyals"]),
    entry("KWD", "", &[], &["Kuwaiti dinars"]),
    entry("EGP", "", &[], &["Egyptian pounds"]),
    entry("ZAR", "", &[], &["rand", "south african rand"]),
    entry("NGN", "₦", &[], &["naira"]),
    entry("KES", "", &[], &["Kenyan shillings"]),
    entry("IDR", "", &[], &["rupiah"]),
    entry("MYR", "", &[], &["ringgit"]),
    entry("THB", "฿", &[], &["baht"]),
    entry("VND", "₫", &[], &["dong"]),
    entry("PHP", "₱", &[], &["Philippine pesos"]),
    entry("PKR", "", &[], &["Pakistani rupees"]),
    entry("BDT", "", &[], &["taka"]),
    entry("KZT", "", &[], &["tenge"]),
    entry("ARS", "", &[], &["Argentine pesos"]),
    entry("CLP", "", &[], &["Chilean pesos"]),
    entry("COP", "", &[], &["Colombian pesos"]),
    entry("PEN", "", &[], &["soles"]),
];

impl Currency {
    /// The US dollar.
    pub const USD: Self = Self(*b"USD");
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");

    /// Finds a currency by its code, in any case.
    pub fn from_code(code: &str) -> Option<Self> {
        let known = CURRENCIES.iter().find(|entry| entry.code.eq_ignore_ascii_case(code));
        match known {
            Some(entry) => Self::of(entry),
            None => code.eq_ignore_ascii_case("RMB").then_some(Self(*b"CNY")),
        }
    }

    /// Finds a currency by its sign (`$`, `€`, `HK$`).
    pub fn from_sign(sign: &str) -> Option<Self> {
        let upper = sign.to_uppercase();
        let is_it = |known: &str| known == sign || known.to_uppercase() == upper;
        CURRENCIES
            .iter()
            .find(|entry| (!entry.sign.is_empty() && is_it(entry.sign)) || entry.signs.iter().any(|known| is_it(known)))
            .and_then(Self::of)
    }

    /// Finds a currency by its English name (`euros`, `Swiss francs`).
    pub fn from_name(name: &str) -> Option<Self> {
        CURRENCIES
            .iter()
            .find(|entry| entry.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
            .and_then(Self::of)
    }

    /// Finds a currency by its code, its sign or its name.
    pub fn find(text: &str) -> Option<Self> {
        Self::from_code(text).or_else(|| Self::from_sign(text)).or_else(|| Self::from_name(text))
    }

    /// Gives the codes of all currencies.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        CURRENCIES.iter().map(|entry| entry.code)
    }

    /// Gives the code (`USD`).
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    /// Gives what stands before a number: a sign (`$`), or the code and a blank.
    pub fn prefix(self) -> String {
        let entry = self.entry();
        if entry.sign.is_empty() { format!("{} ", entry.code) } else { entry.sign.to_owned() }
    }

    /// Says whether a number can follow with nothing between.
    pub fn has_sign(self) -> bool {
        !self.entry().sign.is_empty()
    }

    /// Gives the English plural (`dollars`, `Swiss francs`).
    pub fn plural(self) -> &'static str {
        self.entry().names.first().copied().unwrap_or(self.entry().code)
    }

    /// Says whether `$` may mean it when its code stands elsewhere in the amount (`$20M CAD`).
    pub(super) fn is_dollar(self) -> bool {
        self.entry().sign.ends_with('$')
    }

    fn of(entry: &Entry) -> Option<Self> {
        entry.code.as_bytes().try_into().ok().map(Self)
    }

    fn entry(self) -> &'static Entry {
        // Only codes of the table are ever made into a `Currency`; the first entry keeps this total.
        CURRENCIES.iter().find(|entry| entry.code.as_bytes() == self.0).unwrap_or(&CURRENCIES[0])
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// Says whether a character is a currency's sign.
pub(super) fn is_sign(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '￥' | '₩' | '₹' | '₪' | '₺' | '₽' | '₴' | '₦' | '₫' | '฿' | '₱')
}
