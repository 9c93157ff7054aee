//! Labelled sentences: each with the entities that a reader would find in it, and no others.

use super::tests::{declare, find_slugs, searched};
use super::*;
use crate::newsroom::entities::{Declared, Registry};

/// The entities: taxonomy, slug, names, supporters; none is marked ambiguous by hand.
const ENTITIES: &str = "
companies	openai	OpenAI
companies	anthropic	Anthropic
companies	google	Google
companies	google-deepmind	Google DeepMind|DeepMind
companies	meta	Meta|Meta Platforms
companies	apple	Apple
companies	amazon	Amazon
companies	microsoft	Microsoft
companies	nvidia	Nvidia
companies	oracle	Oracle
companies	intel	Intel
companies	arm	Arm
companies	mistral-ai	Mistral AI|Mistral
companies	cohere	Cohere
companies	perplexity	Perplexity
companies	inflection	Inflection AI|Inflection
companies	runway	Runway
companies	cruise	Cruise
companies	ford	Ford
companies	tesla	Tesla
companies	figure	Figure
companies	scale-ai	Scale AI
companies	hugging-face	Hugging Face
companies	character-ai	Character.AI
companies	cursor	Cursor
companies	notion	Notion
companies	snowflake	Snowflake
companies	target	Target
companies	block	Block
companies	together-ai	Together AI
companies	weights-biases	Weights & Biases
companies	glean	Glean
companies	baidu	Baidu
companies	x	X
companies	sec	SEC
companies	softbank	SoftBank
companies	aurora	Aurora
companies	adept	Adept
companies	slack	Slack
models	gpt-4	GPT-4
models	gpt-4o	GPT-4o
models	chatgpt	ChatGPT
models	claude	Claude
models	gemini	Gemini
models	llama	Llama
models	grok	Grok
models	copilot	Copilot
models	whisper	Whisper
models	sora	Sora
models	o1	o1
models	dall-e	DALL-E
models	llama-3-1	Llama 3.1
people	sam-altman	Sam Altman	openai
people	satya-nadella	Satya Nadella	microsoft
people	tim-cook	Tim Cook	apple
people	mira-murati	Mira Murati	openai
people	jensen-huang	Jensen Huang	nvidia
people	fei-fei-li	Fei-Fei Li
people	yann-lecun	Yann LeCun	meta
people	henry-ford-iii	Elena Ford	ford
";

/// A sentence and the slugs of what it names; a sentence that opens with `#` is a heading.
const SENTENCES: &[(&str, &str)] = &[
    // Coined names, in any case and shape.
    ("OpenAI's latest release drew crowds.", "openai"),
    ("Analysts asked whether openai would go public.", "openai"),
    ("Engineers who run HuggingFace and hugging-face mirrors were paged.", "hugging-face"),
    ("Most of the open AI community disagrees.", ""),
    ("The ChatGPT-based helper was withdrawn.", "chatgpt"),
    ("Weights &amp; Biases was sold.", "weights-biases"),
    ("Nvidia’s chips and SoftBank&#39;s money met again.", "nvidia softbank"),
    ("An OpenAI-Microsoft pact is near.", "microsoft openai"),
    ("Two ex-OpenAI researchers left.", "openai"),
    ("The NVIDIA keynote ran long.", "nvidia"),
    // Inside longer words, code-like names and addresses there is nothing.
    ("The OpenAIs of this world compete.", ""),
    ("See https://openai.com/blog and www.nvidia.com/en-us for more.", ""),
    ("The post at x.com/nvidia/status was deleted.", ""),
    ("Mail press@openai.com about it.", ""),
    ("Install openai.py first.", ""),
    ("The #nvidia channel and the $META ticker were quiet.", ""),
    ("A pre-trained metaverse model and a metadata store.", ""),
    // Ordinary words in small letters.
    ("A meta-study finds little support for the claim.", ""),
    ("An apple a day keeps the doctor away.", ""),
    ("The company has nine months of runway left.", ""),
    ("Nobody seems to grok the new rules.", ""),
    ("The robot raised its arm and moved the cursor.", ""),
    ("He heard a whisper about the target and its oracle.", ""),
    // Ordinary words with the capital of a sentence.
    ("Apple trees line the road.", ""),
    ("Perplexity drops as the context grows.", ""),
    ("Perplexity is measured on held-out text.", ""),
    ("Target accuracy was never reached.", ""),
    ("Inflection points are hard to call.", ""),
    ("Cruise ships are back in the harbour.", ""),
    ("Figure 3 shows the loss curve.", ""),
    ("As shown in Figure 2, the gap closes.", ""),
    ("Whisper it quietly: the bubble is real.", ""),
    ("Block lists are updated every hour.", ""),
    ("Intel on the rival's plans is scarce.", ""),
    ("Notion of fairness aside, the method works.", ""),
    ("Slack time was used up by March.", ""),
    ("Adept programmers will notice the trick.", ""),
    ("Gemini season brings good luck, says the horoscope.", ""),
    ("Together with its partners, the lab pressed on.", ""),
    ("Scale matters. AI needs data.", ""),
    // The same words, in a sentence's middle or with a cue.
    ("Regulators fined Meta for the breach.", "meta"),
    ("The deal gives Apple a lead.", "apple"),
    ("Apple, the iPhone maker, is late.", "apple"),
    ("Apple plans a cheaper headset.", "apple"),
    ("Apple’s plans leaked.", "apple"),
    ("Perplexity raises $500 million.", "perplexity"),
    ("Perplexity, a search startup, hired him.", "perplexity"),
    ("Rival Cohere said nothing.", "cohere"),
    ("Intel to cut thousands of jobs.", "intel"),
    ("Intel and Nvidia shook hands.", "intel nvidia"),
    ("Oracle reportedly signed a lease in Texas.", "oracle"),
    ("Cursor has also raised prices.", "cursor"),
    ("Ford will test the vans in Miami.", "ford"),
    ("Snowflake buys a search company.", "snowflake"),
    ("A spokesperson for Runway declined to comment.", "runway"),
    ("The chips of Arm are everywhere.", "arm"),
    ("He moved from Notion to Slack.", "notion slack"),
    ("They called the assistant “Grok” and sold it.", "grok"),
    ("Google Gemini answers faster now.", "gemini google"),
    ("When Meta pays, others follow.", "meta"),
    ("Yesterday Apple fell by two percent.", "apple"),
    ("Microsoft’s Copilot costs more.", "copilot microsoft"),
    ("CEO pay at Target rose.", "target"),
    ("The U.S. Apple case goes on.", "apple"),
    ("Amazon-backed Anthropic and Google-owned labs agree.", "amazon anthropic google"),
    // Other people, places and things of the same name.
    ("Claude Monet never saw a GPU.", ""),
    ("The physicist Nikola Tesla fed pigeons.", ""),
    ("Tom Cruise hangs from a plane.", ""),
    ("Henry Ford and Harrison Ford are not related.", ""),
    ("The Amazon rainforest burns.", ""),
    ("Jean-Claude asked first.", ""),
    ("The Oracle of Omaha sold his shares.", ""),
    ("Aurora Borealis lit the sky over Tromsø.", ""),
    ("In Greek myth the Oracle of Delphi spoke in riddles.", ""),
    ("Gemini Observatory spotted a comet.", ""),
    ("Fiona Apple sings; so did Claude Debussy's pupils.", ""),
    ("The Big Apple is expensive.", ""),
    ("Threat intel teams were warned.", ""),
    // Models and their versions.
    ("We compared Claude 3.5 Sonnet with Gemini 1.5 Pro.", "claude gemini"),
    ("claude-3-opus beats gemini-1.5-pro here.", "claude gemini"),
    ("Gemini Ultra is slower.", "gemini"),
    ("GPT-4o is not GPT-4.", "gpt-4 gpt-4o"),
    ("Only GPT-4o was tested.", "gpt-4o"),
    ("GPT-4.1 and GPT-45 are others.", ""),
    ("GPT4-class models and a GPT-4-powered bot.", "gpt-4"),
    ("Llama 3.1 405B and llama-3-1 are one, Llama3 is older.", "llama llama-3-1"),
    ("A llama spat at the visitors.", ""),
    ("DALL·E drew the cover, and DALL-E 3 the back.", "dall-e"),
    ("Asked again, o1 got it right for OpenAI.", "o1 openai"),
    // People.
    ("Sam Altman is back; Altman thanked the board.", "sam-altman"),
    ("Altman is a common surname.", ""),
    ("Annie Altman, the sister of Sam Altman, sued.", "sam-altman"),
    ("Microsoft is growing, and Nadella knows why.", "microsoft satya-nadella"),
    ("Let them cook, said Tim Cook.", "tim-cook"),
    ("Fei-Fei Li spoke; Li did not name the company.", "fei-fei-li"),
    ("LeCun left before Yann LeCun's book came out.", "yann-lecun"),
    ("Jensen Huang’s jacket", "jensen-huang"),
    ("Wei Huang is somebody else.", ""),
    // Short names count in their own case.
    ("The post on X was deleted by the SEC.", "sec x"),
    ("Solve for x in the last sec.", ""),
    // Headings.
    ("# Intel to Lay Off 15% of Its Workers", "intel"),
    ("# Notion That Markets Are Rational Takes Another Hit", ""),
    ("# Target Setting for Busy Teams", ""),
    ("# Meta Sues Former Engineer Over Leaked Code", "meta"),
    ("# OpenAI Buys Search Startup Perplexity for Billions", "openai perplexity"),
    ("# Why Runway Lights Fail in Heavy Snow", ""),
    ("# Apple’s Quiet Year With Siri", "apple"),
    ("# How Google and Meta Train Their Models", "google meta"),
    // Names that only a capital tells from a verb.
    ("Glean raised money, and analysts glean little from it.", "glean"),
    ("Glean what you can from the notes.", ""),
    // Other languages and scripts.
    ("Les avocats d’OpenAI protestent contre l’accord.", "openai"),
    ("Der Chef von Mistral lobt die EU.", "mistral-ai"),
    ("使用OpenAI的模型。", "openai"),
    ("Nvidía is no spelling we know, yet it folds.", "nvidia"),
];

#[test]
fn sentences_are_read_as_labelled() {
    let declared: Vec<Declared> = ENTITIES
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or("");
            let (taxonomy, slug, names, support) = (next(), next(), next(), next());
            declare(taxonomy, slug, names, false, support)
        })
        .collect();
    let (registry, diagnostics) = Registry::build(&declared, &[], &|_| None);
    assert!(diagnostics.iter().all(|d| !d.is_error()), "{diagnostics:#?}");
    let finder = Finder::build(&registry, &searched());
    let mut wrong = Vec::new();
    for &(sentence, wanted) in SENTENCES {
        let (text, line) = sentence.strip_prefix("# ").map_or((sentence, Line::Prose), |text| (text, Line::Heading));
        let piece = Piece { text, line, opens_block: true, linkable: true };
        let got = find_slugs(&registry, &finder, &[piece]);
        if got != wanted {
            wrong.push(format!("{sentence}\n    wanted: {wanted}\n    got:    {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} sentences\n{}", wrong.len(), SENTENCES.len(), wrong.join("\n"));
}
