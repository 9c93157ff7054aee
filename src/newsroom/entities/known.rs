//! Well-known names of the field: how they are spelled, and how far each can be trusted in text.
//!
//! This is knowledge about words, not about what a newsletter covers: nothing here makes an entity.
//! A name that only a profile or a post brings in is judged by its shape alone.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::fold;

/// How far a well-known name can be trusted where it stands in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// A coined word that means nothing else: found in any case.
    Coined,
    /// A name only in its own case: `SEC`, `Anthropic`.
    Exact,
    /// Also an ordinary word, a first name or a place: needs its case and evidence.
    Ambiguous,
    /// As [`Trust::Ambiguous`], and a noun that stands without an article, so that a mere `is` or
    /// `rises` behind it proves nothing: `Perplexity drops with scale`.
    Mass,
}

/// Names that mean nothing else, in their usual spelling.
const COINED: &str = "OpenAI|ChatGPT|DeepMind|Nvidia|Microsoft|Hugging Face|DeepSeek|Midjourney|Databricks|MosaicML|\
    Salesforce|Samsung|Baidu|Alibaba|Tencent|ByteDance|TikTok|Huawei|SenseTime|SoftBank|CoreWeave|Cerebras|SambaNova|\
    Graphcore|Qualcomm|Broadcom|ElevenLabs|Canva|Shutterstock|GitHub|LinkedIn|YouTube|WhatsApp|Spotify|Netflix|Waymo|\
    Zoox|Palantir|Anduril|LangChain|LangGraph|LlamaIndex|Ollama|vLLM|EleutherAI|xAI|PyTorch|TensorFlow|JAX|Kaggle|\
    Snapchat|Instagram|Anysphere|Codeium|Replit|Stability AI|Character.AI|Scale AI|Together AI|Fireworks AI|\
    Zhipu AI|Moonshot AI|01.AI|AI21|AI21 Labs|MiniMax|OpenRouter|Unsloth|Groq|Mixtral|Qwen|AlphaFold|AlphaGo|AlphaZero|\
    GPT|Stable Diffusion|DALL-E|Doubao|Wikipedia|ServiceNow|MongoDB|DuckDuckGo|PayPal|eBay|SpaceX|StarCoder|BigCode|\
    CodeLlama|InternLM|SmolLM|OpenHermes|WizardLM|Cohere Labs|AutoGPT|BabyAGI|AutoGen|CrewAI|GitLab|JetBrains|\
    MLX|llama.cpp|ComfyUI|RunPod|LM Studio|DeepInfra|Baseten|TogetherCompute|LMSYS|NotebookLM|SWE-bench|LAION|\
    TheBloke|IBM|Foxconn|Tencent Hunyuan|Hunyuan|CogVideoX|ControlNet|LoRA|BERT|PaLM|LaMDA|DeepL|Grammarly|Duolingo";

/// Names that count only in this case.
const EXACT: &str = "Anthropic|Google|Facebook|Adobe|AMD|AWS|TSMC|ASML|SEC|FTC|DOJ|EU|MIT|NYT|GM|Reddit|Twitter|Suno|\
    Udio|Sakana|Sakana AI|Siri|Alexa|PaLM|LaMDA|GPT|GPT-2|GPT-3|GPT-4|GPT-4o|GPT-5|Pentagon|DARPA|NASA|NIST|AISI|FBI|\
    SAP|HP|Dell|Sony|Lenovo|Xiaomi|Toyota|Bloomberg|Reuters|Wired|Axios|CNBC|BBC|CNN|WSJ|SSI|FAIR|UAE|BMW|Tsinghua|\
    Yale|Stanford|Oxford|Zhipu|Waymo|Vercel|LLaMA|LeCun|MCP|AI2|Ai2|CMU|NYU|UCL|G42|MGX|KKR|a16z|DBRX|GLM|RWKV|NATO|OECD";

/// Names that are ordinary words, first names or places as well, each with what supports them.
///
/// A support is a name or word whose presence in the post makes the reading as an entity likely.
const AMBIGUOUS: &[(&str, &str)] = &[
    ("Meta", "Llama|Zuckerberg|LeCun|Facebook|Instagram|WhatsApp|FAIR"),
    ("Apple", "Siri|Tim Cook|iPhone|iPad|iOS|macOS|Vision Pro|Cupertino|App Store"),
    ("Amazon", "Alexa|Jassy|Bezos|AWS|Bedrock|Trainium"),
    ("Oracle", "Ellison|OCI|Stargate"),
    ("Tesla", "Musk|Optimus|Autopilot|robotaxi|Cybertruck|FSD"),
    ("Mistral", "Mixtral|Arthur Mensch|Le Chat|Codestral|Mistral AI"),
    ("Cohere", "Aidan Gomez|Command R"),
    ("Arm", "SoftBank|Rene Haas|Neoverse"),
    ("Runway", "Gen-2|Gen-3|Gen-4|Sora|Pika"),
    ("Pika", "Sora|Runway"),
    ("Slack", "Salesforce|Benioff"),
    ("Zoom", "Eric Yuan"),
    ("Snap", "Snapchat|Spiegel"),
    ("Uber", "Waymo|Khosrowshahi|Lyft|robotaxi"),
    ("Cruise", "GM|General Motors|Waymo|robotaxi|robotaxis"),
    ("Ford", "Argo AI|Farley|General Motors"),
    ("Aurora", "Waymo|self-driving|Chris Urmson"),
    ("Figure", "Brett Adcock|humanoid|humanoids|Figure AI"),
    ("1X", "humanoid|humanoids|NEO"),
    ("Adept", "Adept AI|David Luan"),
    ("Cursor", "Anysphere|Windsurf|Copilot|Claude Code"),
    ("Windsurf", "Codeium|Cursor|Cognition"),
    ("Snowflake", "Databricks|Arctic|Ramaswamy"),
    ("Modal", "serverless|GPU|GPUs"),
    ("Replicate", "Cog|Hugging Face|Cloudflare"),
    ("Glean", "Arvind Jain"),
    ("Target", "Walmart|retailer"),
    ("Block", "Jack Dorsey|Square"),
    ("Square", "Jack Dorsey"),
    ("Harvey", "legal AI|law firms"),
    ("Sierra", "Bret Taylor"),
    ("Writer", "Palmyra"),
    ("Jasper", "copywriting"),
    ("Lovable", "vibe coding|Replit|Bolt"),
    ("Bolt", "StackBlitz|Lovable"),
    ("Poe", "Quora"),
    ("Arc", "The Browser Company"),
    ("Dia", "The Browser Company"),
    ("Claude", "Anthropic|Amodei|Sonnet|Opus|Haiku|Claude Code"),
    ("Gemini", "Google|DeepMind|Pichai|Bard|Hassabis"),
    ("Bard", "Google|Pichai|Gemini"),
    ("Gemma", "Google|DeepMind"),
    ("Llama", "Meta AI|Zuckerberg|LeCun|Alpaca|Mistral 7B"),
    ("Alpaca", "Stanford|LLaMA"),
    ("Grok", "xAI|Musk"),
    ("Copilot", "Microsoft|GitHub|Nadella"),
    ("Sora", "OpenAI|text-to-video"),
    ("Codex", "OpenAI|Copilot|ChatGPT"),
    ("Imagen", "Google|DeepMind"),
    ("Veo", "Google|DeepMind"),
    ("Flux", "Black Forest Labs|Stable Diffusion"),
    ("Ernie", "Baidu"),
    ("Kimi", "Moonshot"),
    ("Nova", "Amazon|AWS|Bedrock"),
    ("Phi", "Microsoft"),
    ("Devin", "Cognition"),
    ("Manus", "Butterfly Effect|agent|agents"),
    ("Firefly", "Adobe"),
    ("Opus", "Anthropic|Claude|Sonnet"),
    ("Sonnet", "Anthropic|Claude|Opus"),
    ("Haiku", "Anthropic|Claude|Sonnet"),
    ("Falcon", "TII|Abu Dhabi"),
    ("Titan", "AWS|Bedrock"),
    ("Orion", "OpenAI"),
    ("Atlas", "Boston Dynamics|OpenAI"),
    ("Operator", "OpenAI|ChatGPT"),
    ("Optimus", "Tesla|Musk"),
    ("Spot", "Boston Dynamics"),
    ("Command", "Cohere"),
    ("Pi", "Inflection|Suleyman"),
    ("Yi", "01.AI|Kai-Fu Lee"),
    ("o1", "OpenAI|ChatGPT|GPT-4|GPT-4o|DeepSeek|R1|Altman|o3"),
    ("o3", "OpenAI|ChatGPT|GPT-4|GPT-4o|DeepSeek|R1|Altman|o1"),
    ("o4", "OpenAI|ChatGPT|o3"),
    ("Trump", "White House|Biden|Vance"),
];

/// As [`AMBIGUOUS`], for nouns that stand without an article, and verbs.
const MASS: &[(&str, &str)] = &[
    ("Perplexity", "Srinivas|Perplexity AI|Comet"),
    ("Inflection", "Suleyman|Inflection AI"),
    ("Cognition", "Devin|Windsurf|Scott Wu"),
    ("Intel", "Gelsinger|Xeon|Gaudi|Lip-Bu Tan"),
    ("Whisper", "OpenAI"),
    ("Notion", "Notion AI|Evernote"),
    ("Character", "Character.AI|Shazeer"),
    ("Scale", "Scale AI|Alexandr Wang"),
    ("Together", "Together AI"),
    ("Reflection", "Matt Shumer|Reflection 70B"),
    ("Liquid", "Liquid AI"),
    ("Gates", "Microsoft|Bill Gates"),
];

/// Ordinary words that companies, models and accounts are fond of calling themselves.
const ORDINARY: &str = "abridge accord acorn adapt advance agent agents air alpha amber anchor angle answer anvil apex \
    aqua arcade arctic area arena ark arrow ash aspect astro asset atom attention august aura auto avocado axiom axis balance bamboo \
    banana base basis beacon beam bear bedrock bell berry beta better big bird bit black blaze blend bliss bloom blue \
    board bolt bond book boost boson box brain brave breeze brick bridge bright brilliant browse browser build builder \
    bundle buzz cactus calm camel canary canvas capital carbon card care cart cascade castle catalyst cedar center \
    central century chain chameleon chance charge chat check chess choice circle citadel city clarity clay clear \
    clever climb clip clock cloud clover cluster coast coda code coherent colossus comet common compass complete \
    compute concept confluent connect consensus context continue copper coral core corner cosmos craft crane create \
    crescendo crest cross crown crystal cube current curve cyan dash data dawn day deal decart decision deep deer defined delphi \
    delta descript desk dialog digit direct discord discover dive dolphin domino dot dragon dream drift drive duet \
    dune dust eagle early earth echo edge eight elastic element eleven ember emerge emergence enable encore engine \
    enigma epic epoch equal era essential ether even ever everlaw evolve exa exact explorer express extropic fable face factor \
    factory faculty fair falcon fast fathom feather field fig final fire first five flame flash fleet flint flow fly focus \
    force forest forge form forward foundry fox frame free fresh friend frontier fugu fusion future galaxy gale gamma garden gate \
    gem general genesis genius ghost giga glacier glass glide glow goal gold good goose got grace grand granite graph grasp \
    gravity green grid group grove growth guide guru halo hammer harbor harmony harness haven hawk heart heat helix hero \
    hex hive home honey hope horizon hub hum human humane hunter hyper ice icon idea ideal image imagine imbue impact impulse \
    index indigo infinite infinity insight instinct intelligence intercom invent iris iron island ivory jade jet jewel \
    joint journey joy julius juniper jupiter just keen kernel key keystone kindred king kite knight lab ladder lake \
    lamp lamini lance land lantern large latitude lattice launch laurel lava layer leap lean learn legend lemon lens level \
    lever liberty life light lightning lily limitless linear link lion live lobe logic loom loop lotus luma lumen luminous \
    luna lunar lux lynx mach machine magic magnet main mango maple marble mark market mars marvel mask matter maverick maze medium mem \
    memory mercury merge meridian merlin mesh meteor method metric micro mind mint mirage mirror mission mode model \
    moment momentum monarch monday moon moonshot morning mosaic motion motive mountain muse music mythos nano native nature \
    navigator nebula nest network neuron never new next nexus nimble nimbus node noise north note now octave octopus omega omni on one \
    onyx opal open operand oracle orange orbit orca orchard orchid origin osmo otter outrider outset oval owl oxygen paddle \
    palm panda panther paper parade paradigm parallel park part patch path patronus peak pear pearl perceptron phase phoenix physical \
    pilot pine pinecone pinnacle pioneer pipe pixel pixie plaid planet plasma platform play plex plus point polar poly pool \
    portal power prism pro prime primer private probe product project promise proof prophet proton proxy pulse pure puzzle \
    pyramid qualified quest quick quill radar radiant rain rainbow ramp range ranger raven ray reach ready realm reason reach record \
    red reef regard relay relevance remark render rescue resolve resonance rest rewind rhythm ridge ripple rise river \
    robin robot rock rocket root rose rover ruby runner sage sail salt sand sapphire satellite scout scribe script sea seed \
    sense sentinel sequence seven shadow shape share shell shield shift shine shop signal silicon silk silver simple \
    skate sketch skill sky slate slice smart smooth snap snow socket soda solar solaris sol solid solo sonar sonic soul sound \
    source south space spark spear spectrum speed sphere spider spiral spirit splash sprint spring sprout stack stage star stargate \
    stable standard state station stealth steel stellar step stone storm story strand strata strategy strawberry stream street stretch \
    stride stripe strive strong studio style summit sun super surf surge swan swarm swift switch symphony synapse \
    synthesis system tab table tack tango tempo tempus tensor terra the theory thermal think thinker thread three thrive \
    thunder tide tiger timber time together token tome tone top torch touch tower trace track trade trail transform \
    transit tree trend triangle trio triton true trust truth tulip tune turbo turing turn twelve twin two ultra union unify unit \
    unity universe up upstage valor valley value vast vault vector vega velocity venture venus verse vertex vibe vicuna victor \
    view vine violet viper virtue vision vista vital vivid voice void volt vortex voyage walnut warp watch water wave way \
    wayfair weave web west whale wheel white wild will wind window wing wire wise wizard wolf wonder word work works \
    world wren write yellow yes you zen zenith zephyr zero zip zone";

/// Phrases that hold a known name and mean something else; they are taken whole and give nothing.
const BLOCKERS: &str = "Amazon rainforest|Amazon rain forest|Amazon River|Amazon basin|Amazon jungle|Amazon forest|\
    Amazon delta|Amazon tribe|Brazilian Amazon|Peruvian Amazon|the Amazon region|Amazon deforestation|Amazon women|\
    Apple pie|Apple Valley|Apple tree|Apple trees|Apple juice|Apple sauce|Apple cider|Apple orchard|Apple blossom|\
    apple crumble|Big Apple|Adam's apple|apple of his eye|apple of her eye|bad apple|Fiona Apple|candy apple|\
    Claude Monet|Claude Shannon|Claude Debussy|Claude Cahun|Claude Lévi-Strauss|Claude Rains|Claude Juncker|\
    Jean-Claude|Jean Claude|Marie-Claude|Van Damme|Claude Giroux|Claude Bernard|Claude Chabrol|\
    Gemini Observatory|Gemini Telescope|Project Gemini|Gemini program|Gemini spacecraft|Gemini mission|Gemini missions|\
    Gemini capsule|Gemini crypto|Gemini exchange|Gemini Trust|Gemini Earn|Gemini Man|Gemini twins|Gemini season|\
    Gemini North|Gemini South|Gemini constellation|Gemini zodiac|Tom Cruise|Ted Cruz|cruise control|cruise missile|\
    cruise missiles|Cruise Line|Cruise Lines|cruise ship|cruise ships|cruise liner|Grand Cruise|Penelope Cruise|\
    Caribbean cruise|Oracle of|Oracle bone|Oracle bones|Oracle Park|oracle machine|oracle problem|threat intel|\
    human intel|signals intel|Aurora Borealis|Aurora Australis|Aurora Colorado|Princess Aurora|Nikola Tesla|Nvidia Tesla|Tesla P40|Tesla V100|Tesla T4|Tesla K80|Tesla M40|Tesla P100|\
    Tesla coil|Tesla coils|Slack off|cut some slack|Slack tide|Slack variable|Bard of Avon|Bard College|the Bard's|\
    Notion of|Notion that|a notion|Phantom Llama|Dalai Llama|llama farm|llama wool|llama trek|Arm wrestling|Arm race|\
    arms race|arms control|Arm's length|arm in arm|robotic arm|robot arm|Arm length|Armed forces|Arms deal|\
    Harrison Ford|Henry Ford|Gerald Ford|Betty Ford|Tom Ford|Rob Ford|Doug Ford|John Ford|Ford Foundation|\
    Ford Theatre|Ford's Theatre|meta-analysis|meta-analyses|meta analysis|meta-analytic|meta-learning|meta learning|\
    meta-learner|meta tag|meta tags|meta description|meta data|meta-prompt|meta prompting|meta-prompting|meta-cognition|\
    meta-model|meta-level|meta-review|so meta|going meta|very meta|Trump card|Trump suit|trump cards|SEC football|\
    SEC championship|SEC network|SEC conference|SEC tournament|Jensen Interceptor|Perplexity score|Perplexity scores|\
    perplexity metric|lower perplexity|Inflection point|Inflection points|tipping Point|Snowflake schema|special snowflake|\
    Runway lights|Runway model|runway models|Runway show|Project Runway|cash runway|months of runway|years of runway|\
    Runway length|Target audience|Target audiences|Target price|Target prices|price target|target date|target market|\
    Target language|Target speaker|Target network|mouse cursor|text cursor|cursor position|cursor key|cursor keys|\
    Square root|Square feet|Square miles|Square meters|Times Square|Block party|Block size|\
    Block diagram|city block|Sierra Nevada|Sierra Leone|Sierra Club|Harvey Weinstein|Hurricane Harvey|Steve Harvey|\
    Harvey Mudd|Hurricane Ida|Jasper National|Jasper Johns|Jasper Park|Edgar Allan Poe|Joan of Arc|Arc de Triomphe|\
    arc welding|story arc|Sora no|Whisper network|whisper campaign|Copilot seat|Nova Scotia|Bossa Nova|Casa Nova|\
    Villa Nova|Phi Beta|Devin Booker|Devin Nunes|Devin Haney|Magnum Opus|magna opus|Opus Dei|\
    haiku poem|haiku poems|Shakespeare's sonnet|Sonnet 18|Sonnet 130|Falcon 9|Falcon Heavy|Millennium Falcon|\
    Peregrine Falcon|Atlanta Falcon|Titan moon|Titan submersible|Titans of|Remember the Titans|Orion Nebula|\
    Orion spacecraft|Orion capsule|Orion's Belt|Charles Atlas|Atlas Mountains|Atlas Shrugged|Raspberry Pi|Pi Day|\
    Life of Pi|Pi Network|American Pi|Firefly Aerospace|Optimus Prime|Grok the|to grok|Fourier transform|\
    Imagen de|Kimi Räikkönen|Kimi Raikkonen|Zoom lens|Snap election|Snap judgment|Snap decision|\
    oh snap|Uber-rich|uber-cool|uber-geek|Command line|Command prompt|chain of command|Chinese Character|\
    Character limit|Scale up|Scale down|Scale of|Together with|Mistral wind|le mistral|Alpaca wool|alpaca farm|\
    Bolt action|Usain Bolt|Lightning bolt|Adobe house|adobe brick|adobe bricks|Bill Gates Sr|gates open|\
    Orange juice|Manus manum|Codex Sinaiticus|Codex Leicester|Codex Seraphinianus|\
    Codex Gigas|Dresden Codex|Figure skating|figure skater|Modal verb|Modal verbs|Modal logic|modal window|Vienna Circle|Cohere with";

/// The table of well-known names, indexed by their folded forms.
#[derive(Clone, Debug)]
pub struct Known {
    names: BTreeMap<String, (&'static str, Trust, &'static str)>,
    ordinary: BTreeSet<&'static str>,
}

impl Known {
    /// Indexes the built-in table.
    pub fn built_in() -> Self {
        let mut names = BTreeMap::new();
        let plain = |list: &'static str, trust| list.split('|').map(move |name| (name, trust, ""));
        let with_support = |list: &'static [(&'static str, &'static str)], trust| {
            list.iter().map(move |&(name, support)| (name, trust, support))
        };
        let all = plain(COINED, Trust::Coined)
            .chain(plain(EXACT, Trust::Exact))
            .chain(with_support(AMBIGUOUS, Trust::Ambiguous))
            .chain(with_support(MASS, Trust::Mass));
        for (name, trust, support) in all {
            names.insert(fold(name), (name, trust, support));
        }
        Self { names, ordinary: ORDINARY.split_whitespace().collect() }
    }

    /// Gives the usual spelling of a name by its folded form.
    pub fn spelling(&self, folded: &str) -> Option<&'static str> {
        self.names.get(folded).map(|&(name, ..)| name)
    }

    /// Says how far a name can be trusted in text, if it is known, by its folded form.
    pub fn trust(&self, folded: &str) -> Option<Trust> {
        self.names
            .get(folded)
            .map(|&(_, trust, _)| trust)
            .or_else(|| self.ordinary.contains(folded).then_some(Trust::Ambiguous))
    }

    /// Says whether a folded word is an ordinary one that names nothing in particular.
    pub fn is_ordinary(&self, folded: &str) -> bool {
        self.ordinary.contains(folded)
    }

    /// Lists the names and words whose presence supports a name, by its folded form.
    pub fn support(&self, folded: &str) -> impl Iterator<Item = &'static str> {
        self.names.get(folded).map_or("", |&(.., support)| support).split('|').filter(|name| !name.is_empty())
    }
}

/// Lists the phrases that hold a known name and mean something else.
pub fn blockers() -> impl Iterator<Item = &'static str> {
    BLOCKERS.split('|')
}
