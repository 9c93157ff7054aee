//! Word lists of the judge: what newsrooms write around the name of a company, a person or a model.

use std::collections::BTreeSet;

/// What companies, people and models do in headlines and sentences, in the infinitive.
const VERBS: &str = "accelerate accept accuse achieve acquire add admit adopt agree aim allege allow announce answer appeal \
    appoint apologise apologize approve argue ask back ban battle beat become begin believe bet boast bolster boost break bring \
    build buy call cancel cap charge claim climb close collaborate commit complete concede confirm consider continue \
    cooperate court cut debut decide decline defend delay deliver demo deny deploy describe design detail develop disclose discontinue \
    dismiss donate double drop eclipse embrace employ enable end enter estimate exceed excel expand expect explain explore extend \
    face fail file fight finish fire fix fund generate get give go grow halt handle help hire hit hold host improve ink \
    integrate introduce invest investigate issue join keep kill land launch lay lead leak learn leave let license \
    lobby lose lower make merge miss move name need negotiate notify offer open oppose order outpace outperform outsell \
    overhaul overtake owe own partner pause pay perform permit pilot pitch plan play pledge post praise predict \
    prepare preview produce promise promote propose provide publish pull purchase push put quit race raise rebrand \
    recall receive recommend refuse reject release rely remove rename reorganise reorganize replace reply report require reshuffle \
    resign resist respond restore restrict reveal revise roll run say scrap score secure see seek sell send \
    serve settle shelve ship shut sideline sign slash solve spend spin split start step stop struggle study \
    sue suffer suggest support surge surpass suspend switch tackle take talk tell test think threaten \
    tie top tout train triple try turn unify unveil update upgrade urge use vow wait want warn welcome widen win \
    withdraw work write eye mull tease weigh jump rise fall rebuff rejoin poach cede sack oust nab snag clinch sink hike \
    tighten outbid inch near resume rethink rush scale slip soar stumble unlock woo";

/// Verbs whose forms are not made by rule: infinitive, past, participle.
const IRREGULAR: &[(&str, &str)] = &[
    ("beat", "beat beaten"),
    ("become", "became"),
    ("begin", "began begun"),
    ("bet", "bet"),
    ("break", "broke broken"),
    ("bring", "brought"),
    ("build", "built"),
    ("buy", "bought"),
    ("cut", "cut"),
    ("fight", "fought"),
    ("get", "got"),
    ("give", "gave given"),
    ("go", "went gone"),
    ("grow", "grew grown"),
    ("hit", "hit"),
    ("hold", "held"),
    ("keep", "kept"),
    ("lay", "laid"),
    ("lead", "led"),
    ("leave", "left"),
    ("let", "let"),
    ("lose", "lost"),
    ("make", "made"),
    ("overtake", "overtook overtaken"),
    ("outsell", "outsold"),
    ("pay", "paid"),
    ("put", "put"),
    ("quit", "quit"),
    ("rise", "rose risen"),
    ("fall", "fell fallen"),
    ("sink", "sank sunk"),
    ("rethink", "rethought"),
    ("outbid", "outbid"),
    ("run", "ran run"),
    ("say", "said"),
    ("see", "saw seen"),
    ("seek", "sought"),
    ("sell", "sold"),
    ("send", "sent"),
    ("set", "set"),
    ("shut", "shut"),
    ("spend", "spent"),
    ("spin", "spun"),
    ("split", "split"),
    ("sue", "sued"),
    ("take", "took taken"),
    ("tell", "told"),
    ("think", "thought"),
    ("tie", "tied"),
    ("try", "tried"),
    ("win", "won"),
    ("withdraw", "withdrew withdrawn"),
    ("write", "wrote written"),
];

/// Verbs whose last letter doubles before an ending.
const DOUBLING: &[&str] = &[
    "ban", "bet", "cap", "cut", "drop", "get", "hit", "let", "nab", "outbid", "plan", "put", "quit", "run", "scrap",
    "set", "ship", "shut", "slip", "spin", "split", "step", "stop", "snag", "top", "win", "begin",
];

/// What quantities do as well: `Perplexity drops`.
const MEASURED: &[&str] = &[
    "beats",
    "begins",
    "began",
    "breaks",
    "doubled",
    "doubles",
    "dropped",
    "drops",
    "ends",
    "exceeded",
    "exceeds",
    "falls",
    "fell",
    "goes",
    "jumped",
    "jumps",
    "rises",
    "rose",
    "scales",
    "scaled",
    "slips",
    "slipped",
    "soars",
    "soared",
    "went",
    "grew",
    "grows",
    "helped",
    "helps",
    "hits",
    "improved",
    "improves",
    "leads",
    "led",
    "matters",
    "remains",
    "suffers",
    "suggested",
    "suggests",
    "surged",
    "surges",
    "tripled",
    "triples",
];

/// What stands between a name and its verb and proves little by itself.
const AUXILIARIES: &str = "is was has had are were will would can could may might must should does did isn't wasn't hasn't \
    won't can't doesn't didn't also now still just already finally once never first soon no longer be been being have not \
    reportedly allegedly apparently";

/// What opens an apposition behind a comma: `Perplexity, the AI search startup`.
const APPOSITIONS: &str = "the a an maker makers which whose who led founded backed based owned one formerly known home \
    developer creator valued meanwhile said says";

/// What stands before a name and makes it one, even in a line of capitals.
const BEFORE: &str = "by rival rivals startup startups start-up company companies firm firms maker makers chipmaker giant giants \
    automaker chatbot chatbots assistant model models against via vs vs. versus than at ceo cto cfo unicorn competitor competitors \
    investor investors owner parent subsidiary called named dubbed and amid";

/// Words that begin sentences with a capital of their own.
const STARTERS: &str = "a about above according across after again against all also although amid among an and another any as \
    at back because before behind below besides beyond both but by can compared could despite did do does during each earlier \
    either even ever every everyone except few finally first following for former fresh from given had has have having \
    he hence her here his how however i if in inside instead into is it its just last later least less let like look make \
    many maybe me meanwhile more most much my near neither never new next no none nor not nothing now of off on once one \
    only or other others our out outside over per perhaps please rather recently same say second see she should similarly since so some \
    soon still such than that the their then there these they this those though three through thus to today together \
    tomorrow tonight too toward towards two under unlike until up upon versus via was we were what when whenever where \
    whereas whether which while who whose why will with within without would yes yesterday yet you your rival rivals \
    startup french german american chinese british japanese european tech chipmaker cloud software";

/// Titles, ranks and calendar words, whose capital belongs to no name.
const TITLES: &str = "ceo cto cfo coo president chairman chair chairwoman founder cofounder co-founder vice senator \
    governor secretary minister judge director chief officer professor prof dr mr mrs ms sir lady king queen pope general \
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september \
    october november december jan feb mar apr jun jul aug sep sept oct nov dec q1 q2 q3 q4 i ai startup ex-ceo team inc \
    corp ltd llc plc gmbh";

/// What follows the name of a model or a company and is still it.
const VARIANTS: &str = "opus sonnet haiku instant code pro ultra flash nano mini turbo advanced large medium small next max \
    plus api apis sdk cli chat assistant studio cloud labs lab research inc corp ltd llc ai platforms enterprise team teams app \
    apps desktop mobile voice vision live lite preview beta instruct base coder math thinking deep ceo cto cfo coo president \
    engineer engineers researcher researchers executive executives spokesperson spokesman spokeswoman models model \
    chatbot bot agent agents users technologies intelligence ventures health business workspace maverick scout behemoth \
    guard vl omni heavy fast audio image video robotics tts";

/// Endings behind a hyphen that leave a name a name: `Amazon-backed`.
const SUFFIXES: &str = "owned backed based led funded run made built powered class level style like generated developed \
    compatible trained native only hosted affiliated aligned linked controlled friendly designed supported sponsored \
    specific exclusive centric sized approved inspired adjacent branded operated designed related focused driven first \
    written enabled maintained centred centered scale type tier grade quality era founded invested dominated internal \
    assisted produced tuned derived published issued ready wide";

/// Beginnings before a hyphen that do the same: `ex-OpenAI`.
const PREFIXES: &[&str] = &[
    "ex", "non", "pro", "anti", "pre", "post", "former", "then", "now", "all", "mid", "early", "late", "inter",
    "cross", "multi",
];

/// Abbreviations whose full stop ends no sentence.
const ABBREVIATIONS: &str =
    "vs mr mrs ms dr prof inc corp co ltd st jr sr no fig eq dept est approx e.g i.e u.s u.k etc sen gov rep gen";

/// First names: with an unknown surname behind them they are somebody else.
const FIRST_NAMES: &str = "claude devin harvey jasper ernie sierra aurora julius alexa nova luna felix oscar leo ava aria max \
    kimi atlas ada ruby jade pearl iris lily rose violet hazel ivy olive daisy otto hugo bard robin jules";

/// Small words inside names, which keep their small letter: `Allen Institute for AI`.
pub(super) const INSIDE_NAMES: &[&str] = &[
    "of", "for", "the", "and", "de", "van", "von", "der", "den", "di", "da", "la", "le", "el", "al", "bin", "du",
    "del", "in", "to", "on", "at",
];

/// Says whether a name may follow this and a hyphen.
pub(super) fn is_prefix(word: &str) -> bool {
    PREFIXES.iter().any(|prefix| prefix.eq_ignore_ascii_case(word))
}

/// The lists as sets, made once for a finder.
#[derive(Clone, Debug)]
pub(super) struct Words {
    infinitives: BTreeSet<&'static str>,
    acting: BTreeSet<String>,
    doing: BTreeSet<String>,
    pub(super) auxiliaries: BTreeSet<&'static str>,
    pub(super) appositions: BTreeSet<&'static str>,
    pub(super) before: BTreeSet<&'static str>,
    pub(super) starters: BTreeSet<&'static str>,
    pub(super) titles: BTreeSet<&'static str>,
    pub(super) variants: BTreeSet<&'static str>,
    pub(super) suffixes: BTreeSet<&'static str>,
    pub(super) abbreviations: BTreeSet<&'static str>,
    pub(super) first_names: BTreeSet<&'static str>,
}

impl Words {
    pub(super) fn new() -> Self {
        let set = |list: &'static str| list.split_whitespace().collect::<BTreeSet<_>>();
        let (mut acting, mut doing) = (BTreeSet::new(), BTreeSet::new());
        for verb in VERBS.split_whitespace() {
            acting.insert(third_person(verb));
            doing.insert(format!("{}ing", stem(verb)));
            match IRREGULAR.iter().find(|(infinitive, _)| *infinitive == verb) {
                Some((_, forms)) => acting.extend(forms.split(' ').map(str::to_owned)),
                None => {
                    let stem = stem(verb);
                    acting.insert(match stem.strip_suffix('y') {
                        Some(short) if !short.ends_with(['a', 'e', 'o', 'u']) => format!("{short}ied"),
                        _ => format!("{stem}ed"),
                    });
                }
            }
        }
        Self {
            infinitives: set(VERBS),
            acting,
            doing,
            auxiliaries: set(AUXILIARIES),
            appositions: set(APPOSITIONS),
            before: set(BEFORE),
            starters: set(STARTERS),
            titles: set(TITLES),
            variants: set(VARIANTS),
            suffixes: set(SUFFIXES),
            abbreviations: set(ABBREVIATIONS),
            first_names: set(FIRST_NAMES),
        }
    }

    /// `says`, `said`: what somebody does.
    pub(super) fn is_acting(&self, word: &str) -> bool {
        self.acting.contains(word)
    }

    /// `drops`: what a quantity does too.
    pub(super) fn is_measured(&self, word: &str) -> bool {
        MEASURED.contains(&word)
    }

    /// `say`, as behind `to` or `will`.
    pub(super) fn is_infinitive(&self, word: &str) -> bool {
        self.infinitives.contains(word)
    }

    /// `saying`, as behind `is`.
    pub(super) fn is_doing(&self, word: &str) -> bool {
        self.doing.contains(word)
    }
}

fn third_person(verb: &str) -> String {
    match verb.strip_suffix('y') {
        Some(short) if !short.ends_with(['a', 'e', 'o', 'u']) => format!("{short}ies"),
        _ if verb.ends_with(['s', 'x', 'z']) || verb.ends_with("ch") || verb.ends_with("sh") || verb == "go" => {
            format!("{verb}es")
        }
        _ => format!("{verb}s"),
    }
}

/// What an ending is hung to: `make` gives `mak`, `plan` gives `plann`.
fn stem(verb: &str) -> String {
    if DOUBLING.contains(&verb) {
        return format!("{verb}{}", &verb[verb.len() - 1..]);
    }
    match verb.strip_suffix('e') {
        Some(short) if !verb.ends_with("ee") => short.to_owned(),
        _ => verb.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_take_their_forms() {
        let words = Words::new();
        for form in [
            "says", "said", "planned", "denies", "denied", "unveils", "launched", "pushes", "built", "takes", "paid",
            "sued",
        ] {
            assert!(words.is_acting(form), "{form}");
        }
        for form in ["planning", "making", "cutting", "seeing"] {
            assert!(words.is_doing(form), "{form}");
        }
        assert!(!words.is_acting("of") && !words.is_acting("pie"));
    }
}
