//! What the registry promises.

use super::*;
use crate::diagnostic::Severity;

fn profile(name: &str, slug: &str, aliases: &[&str]) -> Declared {
    Declared {
        taxonomy: "companies".to_owned(),
        name: name.to_owned(),
        slug: slug.to_owned(),
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        ambiguous: false,
        supported_by: vec![],
        parent: None,
        place: Place::file(format!("content/companies/{slug}.md").as_str().into()),
    }
}

/// Builds a registry from profiles and from `taxonomy: name name …` lines, one post a line.
fn build(profiles: &[Declared], posts: &str) -> (Registry, Vec<String>) {
    let named: Vec<Named<'_>> = posts
        .lines()
        .enumerate()
        .flat_map(|(post, line)| {
            let (taxonomy, names) = line.trim().split_once(": ").unwrap();
            names.split(", ").map(move |name| Named { taxonomy, name, post: post as u32 })
        })
        .collect();
    let place = |index: usize| Some(Place::file(format!("content/posts/{}.md", named[index].post).as_str().into()));
    let (registry, diagnostics) = Registry::build(profiles, &named, &place);
    let said = diagnostics
        .iter()
        .map(|d| {
            let place = d.place.as_ref().map_or("", |place| place.path.as_str());
            format!("{:?} {} {place} {} | {}", d.severity, d.code, d.message, d.help.join(" "))
        })
        .collect();
    (registry, said)
}

fn entity<'r>(registry: &'r Registry, taxonomy: &str, name: &str) -> &'r Entity {
    registry.get(registry.resolve(taxonomy, name).unwrap())
}

#[test]
fn spellings_that_fold_are_one_entity_with_the_commonest_slug() {
    let (registry, said) =
        build(&[], "companies: hugging-face\ncompanies: huggingface\ncompanies: Hugging Face, hugging-face");
    assert_eq!(registry.entities().len(), 1);
    let entity = entity(&registry, "companies", "HUGGING FACE");
    assert_eq!((entity.name.as_str(), entity.slug.as_str()), ("Hugging Face", "hugging-face"));
    assert_eq!(entity.old_slugs, ["huggingface"]);
    assert_eq!(entity.posts, [0, 1, 2]);
    assert_eq!(entity.spellings[0], Spelling { text: "hugging-face".to_owned(), count: 2 });
    assert_eq!(
        said,
        [
            "Note merged-spellings content/posts/1.md `hugging-face` (2), `huggingface` (1) were taken for one name in `companies` \
          | write `hugging-face` everywhere, or add `content/companies/hugging-face.md` with `name:` to choose how it is shown"
        ]
    );
}

#[test]
fn capitals_alone_are_merged_without_a_word() {
    let (registry, said) = build(&[], "companies: openai\ncompanies: OpenAI");
    assert_eq!(entity(&registry, "companies", "openai").name, "OpenAI");
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn marks_are_merged_without_a_word_unless_they_differ() {
    let (registry, said) = build(&[], "tags: Zürich, zurich, Zu\u{308}rich\ntags: ZÜRICH");
    assert_eq!(registry.entities().len(), 1);
    assert!(said.is_empty(), "{said:?}");
    let (_, said) = build(&[], "tags: bán\ntags: bạn");
    assert_eq!(
        said,
        ["Note merged-spellings content/posts/1.md `bán` (1), `bạn` (1) were taken for one name in `tags` \
          | write `bán` everywhere, or add `content/tags/ban.md` with `name:` to choose how it is shown \
          marks tell no names apart: if they are two, put a word to one of them"]
    );
}

#[test]
fn a_profile_names_its_spellings_and_their_urls_redirect() {
    let profiles = [profile("Meta", "meta", &["Meta Platforms", "Facebook"])];
    let (registry, said) = build(&profiles, "companies: facebook, meta-platforms\ncompanies: Meta");
    assert_eq!(registry.entities().len(), 1);
    let entity = entity(&registry, "companies", "facebook");
    assert_eq!((entity.name.as_str(), entity.slug.as_str(), entity.profile), ("Meta", "meta", Some(0)));
    assert_eq!(entity.old_slugs, ["facebook", "meta-platforms"]);
    assert_eq!(entity.posts, [0, 1]);
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn one_alias_in_two_profiles_is_an_error_that_names_both() {
    let profiles = [profile("Google", "google", &["Alphabet"]), profile("Alphabet", "alphabet", &[])];
    let (registry, said) = build(&profiles, "companies: Alphabet");
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with(
        "Error alias-claimed-twice content/companies/google.md `Alphabet` is claimed by both `Alphabet` and `Google`"
    ));
    assert_eq!(entity(&registry, "companies", "alphabet").slug, "alphabet", "the first by path keeps it");
}

#[test]
fn taxonomies_do_not_mix() {
    let (registry, _) = build(&[], "companies: Mistral\nmodels: mistral");
    assert_eq!(registry.entities().len(), 2);
    assert_eq!(registry.resolve("people", "mistral"), None);
}

#[test]
fn likely_twins_are_suggested_and_not_merged() {
    let (registry, said) = build(
        &[],
        "companies: mistral, mistral-ai, deepmind, google-deepmind, google, vllm, vllm_project, anthropic, antropic\n\
         companies: mistral-ai, google-deepmind, vllm, anthropic\n\
         people: ylecun, yann-lecun, sama",
    );
    assert_eq!(registry.entities().len(), 12);
    let pairs: Vec<&str> = said.iter().map(|s| s.split(" | ").next().unwrap().split(".md ").nth(1).unwrap()).collect();
    assert_eq!(
        pairs,
        [
            "`antropic` and `anthropic` in `companies` may be one",
            "`deepmind` and `google-deepmind` in `companies` may be one",
            "`mistral` and `mistral-ai` in `companies` may be one",
            "`vllm_project` and `vllm` in `companies` may be one",
            "`ylecun` and `yann-lecun` in `people` may be one",
        ]
    );
    assert!(said[2].ends_with("if they are, add `aliases: [mistral]` to `content/companies/mistral-ai.md`"));
}

#[test]
fn versions_are_never_suggested_as_twins() {
    let (_, said) = build(
        &[],
        "models: gpt-4, gpt-4o, gpt-4.1, gpt-4-turbo, llama-3, llama-3-1, llama-3-8b, claude-3-opus, opus, claude-3.5, claude, \
         qwen2, qwen2-math, deepseek-v3, deepseek-v3.1, gemini-1.5, gemini-1.5-pro, claude-code, med-gemini, gemini",
    );
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn what_the_author_has_told_apart_is_not_suggested() {
    let mut deepmind = profile("DeepMind", "deepmind", &[]);
    deepmind.parent = Some("Google DeepMind".to_owned());
    let (_, said) = build(&[deepmind], "companies: google-deepmind");
    assert!(said.is_empty(), "{said:?}");
    let (_, said) =
        build(&[profile("Mistral", "mistral", &[]), profile("Mistral AI", "mistral-ai", &[])], "companies: mistral");
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn names_that_slug_alike_get_slugs_of_their_own() {
    let (registry, _) = build(&[], "tags: Über, uber.., Ubër\ntags: c, C++, c#");
    let slugs: Vec<&str> = registry.entities().iter().map(|entity| entity.slug.as_str()).collect();
    assert_eq!(slugs, ["c", "c-plus-plus", "c-sharp", "uber"]);
    let (registry, _) = build(&[], "tags: 中, zhong");
    let slugs: Vec<&str> = registry.entities().iter().map(|entity| entity.slug.as_str()).collect();
    assert_eq!(slugs, ["zhong", "zhong-2"]);
}

#[test]
fn a_newer_name_takes_no_address() {
    // The newest post comes first.
    let (registry, said) = build(&[], "tags: 权利\ntags: 权力");
    assert_eq!(entity(&registry, "tags", "权力").slug, "quan-li");
    assert_eq!(entity(&registry, "tags", "权利").slug, "quan-li-2");
    assert_eq!(
        said,
        [
            "Warning same-address-of-terms content/posts/0.md `权利` and `权力` in `tags` give the same address: `权力` has \
             `/tags/quan-li/`, and `权利` is at `/tags/quan-li-2/` | add `content/tags/quan-li-2.md` with `name: 权利` and a \
             `slug:` of your own"
        ]
    );
}

#[test]
fn supporters_and_parents_are_found_by_any_spelling() {
    let mut meta = profile("Meta", "meta", &[]);
    meta.supported_by = vec!["mark-zuckerberg".to_owned(), "Quest".to_owned()];
    let mut instagram = profile("Instagram", "instagram", &[]);
    instagram.parent = Some("meta".to_owned());
    let mut whatsapp = profile("WhatsApp", "whatsapp", &[]);
    whatsapp.parent = Some("Mata".to_owned());
    let (registry, said) = build(&[meta, instagram, whatsapp], "people: Mark Zuckerberg");
    let meta = entity(&registry, "companies", "meta");
    assert_eq!(meta.supported_by, [registry.resolve("people", "Mark Zuckerberg").unwrap()]);
    assert_eq!(meta.supporting_words, ["Quest"]);
    assert_eq!(entity(&registry, "companies", "instagram").parent, registry.resolve("companies", "meta"));
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("unknown-parent") && said[0].ends_with("did you mean `Meta`?"), "{said:?}");
}

#[test]
fn the_order_of_posts_and_profiles_changes_nothing() {
    let profiles = [profile("Meta", "meta", &["facebook"]), profile("Google", "google", &["alphabet"])];
    let named: Vec<Named<'_>> = ["facebook", "Mistral", "mistral", "hugging-face", "huggingface", "google"]
        .iter()
        .enumerate()
        .map(|(post, &name)| Named { taxonomy: "companies", name, post: post as u32 })
        .collect();
    let (forwards, _) = Registry::build(&profiles, &named, &|_| None);
    let reversed: Vec<Named<'_>> = named.iter().rev().copied().collect();
    let (backwards, _) = Registry::build(&profiles, &reversed, &|_| None);
    assert_eq!(forwards.entities(), backwards.entities());
}

#[test]
fn empty_and_odd_names_do_no_harm() {
    let named: Vec<Named<'_>> =
        ["", "  ", "🦙", "???", "a"].iter().map(|&name| Named { taxonomy: "tags", name, post: 0 }).collect();
    let (registry, diagnostics) = Registry::build(&[profile("", "", &[""])], &named, &|_| None);
    assert_eq!(registry.entities().iter().filter(|entity| entity.taxonomy == "tags").count(), 3);
    assert!(diagnostics.iter().all(|d| d.severity == Severity::Note));
}
