//! Facts about the lists that readers see.

use super::*;

/// One post as a test writes it.
#[derive(Clone, Default)]
struct Post {
    slug: String,
    title: String,
    text: String,
    language: &'static str,
    day: i32,
    story: Option<&'static str>,
    entities: Vec<u32>,
    tags: Vec<u32>,
    pin: Vec<u32>,
    hide: Vec<u32>,
    links: Vec<u32>,
}

fn post(slug: &str, day: i32, title: &str, text: &str) -> Post {
    Post { slug: slug.into(), title: title.into(), text: text.into(), day, ..Post::default() }
}

fn vectors(posts: &[Post]) -> Vec<TermVector> {
    let mut reader = Reader::new();
    let read = |post: &Post| {
        let text = [post.text.as_str()];
        let document = Document { language: post.language, title: &post.title, text: &text, ..Document::default() };
        TermVector::read(&document, &mut reader)
    };
    posts.iter().map(read).collect()
}

fn index<'a>(posts: &'a [Post], vectors: &'a [TermVector]) -> Index<'a> {
    let cards: Vec<Card<'_>> = posts
        .iter()
        .zip(vectors)
        .map(|(post, terms)| Card {
            key: xxhash_rust::xxh3::xxh3_64(post.slug.as_bytes()),
            terms,
            day: post.day,
            slug: &post.slug,
            story: post.story,
            entities: &post.entities,
            tags: &post.tags,
            pin: &post.pin,
            hide: &post.hide,
            links: &post.links,
        })
        .collect();
    Index::build(cards)
}

fn all(posts: &[Post], limit: usize) -> Vec<Vec<Related>> {
    let vectors = vectors(posts);
    let index = index(posts, &vectors);
    index.all(&Neighbours::find(&index), limit)
}

/// The slugs beside the first post.
fn beside_first(posts: &[Post]) -> Vec<&str> {
    let all = all(posts, 5);
    all[0].iter().map(|related| posts[related.post as usize].slug.as_str()).collect()
}

const SUBJECTS: [&str; 8] = [
    "Sonar search engine answers citations publishers traffic referral",
    "Chip export licence wafer foundry embargo lithography",
    "Datacenter energy reactor turbine megawatt cooling grid",
    "Copyright lawsuit settlement authors training books court",
    "Robotics warehouse gripper humanoid actuator balance",
    "Speech voice cloning dubbing accent transcription audio",
    "Funding round valuation investors dilution secondary shares",
    "Browser extension agent checkout tabs cookies sandbox",
];

/// Four posts on each subject, ten days apart.
fn newsroom() -> Vec<Post> {
    (0..32_usize)
        .map(|n| {
            let subject = SUBJECTS[n % 8];
            let own: Vec<&str> = subject.split(' ').cycle().skip(n).take(5).collect();
            post(
                &format!("p{n:02}"),
                n as i32 * 10,
                subject,
                &format!("{} remark{n} aside{n} detail{n}", own.join(" ")),
            )
        })
        .collect()
}

#[test]
fn posts_on_one_subject_stand_together_earlier_and_later() {
    let lists = all(&newsroom(), 5);
    for (n, list) in lists.iter().enumerate() {
        let mut found: Vec<usize> = list.iter().map(|related| related.post as usize).collect();
        found.sort_unstable();
        let expected: Vec<usize> = (0..32).filter(|other| other % 8 == n % 8 && *other != n).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn there_is_no_filler_and_no_more_than_asked_for() {
    let mut posts = newsroom();
    posts.push(post("odd", 5, "Gardening tips", "tulips and roses in spring"));
    let lists = all(&posts, 2);
    assert!(lists[32].is_empty());
    assert!(lists[..32].iter().all(|list| list.len() == 2));
    assert!(all(&posts, 0).iter().all(Vec::is_empty));
    assert!(all(&[], 5).is_empty());
}

#[test]
fn the_author_pins_and_hides() {
    let mut posts = newsroom();
    posts[0].pin = vec![5, 3];
    posts[0].hide = vec![8, 3];
    assert_eq!(beside_first(&posts), ["p05", "p03", "p16", "p24"]);
    let first = &all(&posts, 5)[0];
    assert_eq!(first[0].reason, Reason::Pinned);
    posts[0].pin = vec![0, 999];
    assert_eq!(beside_first(&posts), ["p16", "p24"]);
}

#[test]
fn the_same_story_goes_first() {
    let mut posts = newsroom();
    for n in [0, 13, 2] {
        posts[n].story = Some("merger");
    }
    posts[4].story = Some("other");
    posts[0].day = 50;
    let list = &all(&posts, 5)[0];
    assert_eq!(beside_first(&posts)[..2], ["p02", "p13"]);
    assert_eq!([&list[0].reason, &list[1].reason], [&Reason::StoryBefore, &Reason::StoryAfter]);
    assert_eq!(list.len(), 5);
}

#[test]
fn near_duplicates_take_one_place() {
    let mut posts = newsroom();
    for n in 0..6 {
        let mut copy = posts[8].clone();
        copy.slug = format!("copy{n}");
        copy.day += n % 3;
        posts.push(copy);
    }
    let list = beside_first(&posts);
    assert_eq!(list.iter().filter(|slug| slug.starts_with("copy") || **slug == "p08").count(), 1);
    assert!(list.contains(&"p16") && list.contains(&"p24"));
}

#[test]
fn languages_are_kept_apart() {
    let mut posts = newsroom();
    for post in &mut posts[8..16] {
        post.language = "fr";
    }
    posts[0].links = vec![9];
    assert!(all(&posts, 5)[0].iter().all(|related| !(8..16).contains(&related.post)));
}

#[test]
fn a_link_brings_posts_together_in_both_directions() {
    let mut posts = newsroom();
    posts[0].links = vec![5];
    let lists = all(&posts, 5);
    let reason = |of: usize, to: u32| lists[of].iter().find(|related| related.post == to).map(|r| r.reason.clone());
    assert_eq!(reason(0, 5), Some(Reason::LinkedFromHere));
    assert_eq!(reason(5, 0), Some(Reason::LinksHere));
    // A page that links to everything says nothing of any of them.
    posts[0].links = (1..32).collect();
    assert_eq!(beside_first(&posts).len(), 3);
}

#[test]
fn a_post_without_words_can_be_linked_and_pinned() {
    let mut posts = newsroom();
    posts[0].title = String::new();
    posts[0].text = String::new();
    posts[0].links = vec![5];
    posts[0].pin = vec![7];
    assert_eq!(beside_first(&posts), ["p07", "p05"]);
}

#[test]
fn the_reason_names_the_rarest_things_shared() {
    let mut posts = newsroom();
    for (n, post) in posts.iter_mut().enumerate() {
        post.entities = vec![0];
        post.tags = vec![n as u32 % 8];
    }
    posts[0].entities = vec![0, 1, 2];
    posts[8].entities = vec![2, 1, 0];
    posts[1].entities.clear();
    let lists = all(&posts, 5);
    let reason = |of: usize, to: u32| lists[of].iter().find(|related| related.post == to).map(|r| r.reason.clone());
    assert_eq!(reason(0, 8), Some(Reason::Entities(vec![1, 2])));
    assert_eq!(reason(0, 16), Some(Reason::Entities(vec![0])));
    assert_eq!(reason(1, 9), Some(Reason::Tags(vec![1])));
    posts[1].tags.clear();
    assert_eq!(all(&posts, 5)[1][0].reason, Reason::Wording);
}

#[test]
fn equals_are_ordered_by_date_and_slug() {
    let mut posts = newsroom();
    posts[0].text = String::new();
    for (n, day) in [(8, -40), (16, 40)] {
        posts[n].text = String::new();
        posts[n].title = format!("{} elsewhere", SUBJECTS[0]);
        posts[n].day = day;
    }
    posts[24].title = "Gardening tips".into();
    posts[24].text = "tulips".into();
    let list = &all(&posts, 5)[0];
    assert_eq!(list[0].score, list[1].score);
    assert_eq!(beside_first(&posts), ["p16", "p08"]);
    // On one day they are one piece of news, and the first by slug stands for it.
    posts[16].day = -40;
    assert_eq!(beside_first(&posts), ["p08"]);
}

#[test]
fn a_digest_does_not_drown_short_posts() {
    let mut posts = newsroom();
    let everything = SUBJECTS.join(" ").repeat(1000);
    let mut digest = post("digest", 100, "Weekly digest", &everything);
    digest.entities = (0..500).collect();
    posts.push(digest);
    let lists = all(&posts, 5);
    for (n, list) in lists[..32].iter().enumerate() {
        assert!(list.iter().take(3).all(|related| related.post as usize % 8 == n % 8 && related.post < 32));
    }
}

#[test]
fn the_number_of_threads_and_the_order_of_posts_change_nothing() {
    let mut dice = Dice(7);
    let mut posts: Vec<Post> = (0..300).map(|n| dice.post(n)).collect();
    let with = |threads: usize, posts: &[Post]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| all(posts, 5))
    };
    let one = with(1, &posts);
    assert_eq!(one, with(4, &posts));
    let named = |posts: &[Post], lists: &[Vec<Related>]| {
        let slug = |number: u32| posts[number as usize].slug.clone();
        let list = |list: &Vec<Related>| list.iter().map(|r| (slug(r.post), r.score)).collect::<Vec<_>>();
        let mut all: Vec<_> = lists.iter().enumerate().map(|(n, own)| (slug(n as u32), list(own))).collect();
        all.sort();
        all
    };
    let before = named(&posts, &one);
    posts.reverse();
    assert_eq!(named(&posts, &with(2, &posts)), before);
}

/// A small generator of pseudo-random numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// A post of words of which some are common and most are rare.
    fn post(&mut self, n: u64) -> Post {
        let words: Vec<String> =
            (0..5 + self.roll(60)).map(|_| format!("word{}", self.roll(1000) * self.roll(1000) / 2000)).collect();
        let (title, text) = words.split_at(4);
        let mut post = post(&format!("post{n}"), self.roll(900) as i32, &title.join(" "), &text.join(" "));
        post.language = if self.roll(8) == 0 { "de" } else { "en" };
        post
    }
}

#[test]
fn an_update_equals_a_clean_start() {
    let mut taken_over = 0;
    for seed in 1..=6 {
        let mut dice = Dice(seed * 7919);
        let mut posts: Vec<Post> = (0..100 + dice.roll(600)).map(|n| dice.post(n)).collect();
        let mut kept = Neighbours::default();
        for step in 0..12 {
            for _ in 0..dice.roll(3) {
                let at = dice.roll(posts.len() as u64) as usize;
                match dice.roll(6) {
                    0 => drop(posts.remove(at)),
                    1 => posts.insert(at, dice.post(10_000 + seed * 1000 + step * 10 + at as u64 % 10 * 100_000)),
                    2 => posts[at].day = dice.roll(900) as i32,
                    3 => posts[at].slug.push('x'),
                    4 => posts[at].text.push_str(" word3 word700"),
                    _ => posts[at] = Post { slug: posts[at].slug.clone(), ..dice.post(0) },
                }
            }
            let vectors = vectors(&posts);
            let index = index(&posts, &vectors);
            let found = Neighbours::find(&index);
            let updated = kept.update(&index);
            assert!(updated == found, "seed {seed}, step {step}");
            taken_over += usize::from(!kept.is_empty());
            kept = bitcode::decode(&bitcode::encode(&updated)).unwrap();
        }
    }
    assert!(taken_over > 60);
}

#[test]
fn a_broken_memory_is_not_believed() {
    let posts = newsroom();
    let vectors = vectors(&posts);
    let index = index(&posts, &vectors);
    let found = Neighbours::find(&index);
    let bytes = bitcode::encode(&found);
    for at in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[at] ^= 0x55;
        if let Ok(kept) = bitcode::decode::<Neighbours>(&broken) {
            assert_eq!(kept.update(&index).len(), posts.len());
        }
    }
}
