//! What is told of a field that nothing has, and what is let pass.

use serde_json::{Value, json};

use super::super::shape::Shapes;
use super::super::{Theme, built_in, render};
use crate::diagnostic::Diagnostic;
use crate::site::view::contract;
use crate::source::SourceFile;

fn slips(files: &[(&str, &str)]) -> Vec<Diagnostic> {
    theme(files).slips(&Shapes::new(contract()))
}

fn theme(files: &[(&str, &str)]) -> Theme {
    let files: Vec<_> =
        files.iter().map(|(name, text)| SourceFile::new(format!("templates/{name}").as_str(), *text)).collect();
    Theme::compile(&files).unwrap()
}

/// What is said: how bad it is, the column, the name and what was meant.
fn said(text: &str) -> Vec<String> {
    let name = |slip: &Diagnostic| slip.message.split('`').nth(1).unwrap_or_default().to_owned();
    let near = |slip: &Diagnostic| slip.help.first().and_then(|help| help.split('`').nth(1)).unwrap_or("").to_owned();
    slips(&[("post.html", text)])
        .iter()
        .map(|slip| {
            let kind = if slip.is_error() { "error" } else { "warning" };
            format!("{kind} {} {} {}", slip.place.as_ref().unwrap().column, name(slip), near(slip))
        })
        .collect()
}

#[test]
fn a_field_that_nothing_has_is_named_wherever_it_stands() {
    for (text, expected) in [
        ("{{ post.titel }}", "error 9 titel title"),
        ("{{ post.titel | upper }}", "error 9 titel title"),
        ("{{ post['titel'] }}", "error 10 titel title"),
        ("{{ posts[0].titel }}", "error 13 titel title"),
        ("{{ posts[:3][0]?.titel }}", "error 18 titel title"),
        ("{{ posts[site.hoem].title }}", "error 15 hoem home"),
        ("{% for p in site.navigatoin %}{% endfor %}", "error 18 navigatoin navigation"),
        ("{% for p in posts(limit=3) %}{{ p.date.lnog }}{% endfor %}", "error 40 lnog long"),
        ("{% set p = posts | sort(attribute='x') | last %}{{ p.titel }}", "error 54 titel title"),
        ("{{ [p.titel for p in posts if p.url] | join(sep='') }}", "warning 7 titel title"),
        ("{% for p in [p for p in posts] %}{{ p.titel }}{% endfor %}", "error 39 titel title"),
        ("{{ url(path=post.ulr) }}", "warning 18 ulr url"),
        ("{{ <card post={posts[0].titel} size='' /> }}", "warning 25 titel title"),
        ("{{ {'a': post.titel}['a'] }}", "warning 15 titel title"),
        ("{{ 'a' if post.url else post.titel }}", "error 30 titel title"),
        ("{{ post.titel is string }}", "warning 9 titel title"),
        ("{% if 'a' in post.titel %}{% endif %}", "error 19 titel title"),
        ("{% if post.words > post.mintues + 1 %}{% endif %}", "error 25 mintues minutes"),
        ("{{ post.image?.heigth }}", "error 16 heigth height"),
        ("{{ posts.length }}", "error 10 length "),
        ("{{ post.title.x }}", "error 15 x "),
        ("{{ pots | first }}", "error 4 pots post"),
        ("{% if post.titel %}{% endif %}", "warning 12 titel title"),
        ("{% if not post.titel == 'x' %}{% endif %}", "warning 16 titel title"),
        ("{{ post.titel or 'd' }}", "warning 9 titel title"),
        ("{{ 'a' if post.titel else 'b' }}", "warning 16 titel title"),
        ("{% if pots %}{% endif %}", "warning 7 pots post"),
        ("{% if post.titel %}{{ post.titel }}{% endif %}", "warning 12 titel title"),
    ] {
        assert_eq!(said(text), [expected], "{text}");
    }
}

#[test]
fn what_may_be_there_or_is_asked_for_on_purpose_is_no_slip() {
    for text in [
        "{% if post.titel is defined and post.titel is not undefined %}{% endif %}",
        "{{ post.titel | default(value='x') | upper }}{{ pots | default(value=1) }}",
        "{{ site.extra.a.b }}{{ post.extra.a[0].b }}{{ page.extra['a'].b }}",
        "{% for x in post.extra.list %}{{ x.a.b }}{{ loop.index }}{% endfor %}",
        "{% for key, value in post.extra %}{{ key }}{{ value.a }}{% endfor %}",
        "{% set x = {'a': 1, 'b': {'c': 2}} %}{{ x.a }}{{ x.b.c }}{{ [1, 2][0] }}{{ [...posts, x] | length }}",
        "{% if site.date %}{% set x = post %}{% else %}{% set x = page %}{% endif %}{{ x.kind }}",
        "{% set post = page %}{{ post.kind }}",
        "{% set x %}text{% endset %}{{ x }}{% set y | upper | replace(from='a', to=site.title) %}a{% endset %}",
        "{% filter upper %}{{ post.title }}{% endfilter %}{% raw %}{{ post.titel }}{% endraw %}{# {{ post.titel }} #}",
        "{{ posts | group_by(attribute='titel') | length }}{{ post.title is starting_with(pat='a') }}",
        "{% <card post={post}> %}{{ post.title }}{% </card> %}",
        "{{ <card post level='h2' /> }}{{ <card post={post} {...post.extra.card} /> }}",
        "{% if post.words < 3 and post.minutes <= 4 or post.title != 'x' %}{% endif %}{{ __tera_context }}",
        "{{ previous.title }}{{ deal.title }}{{ front?.lead?.title }}{{ 1.5 * post.words }}",
        "{% for post in related %}{{ post.reason }}{{ post.post.title }}{% endfor %}{{ post.title }}",
    ] {
        assert_eq!(said(text), Vec::<String>::new(), "{text}");
    }
    let component = "{% component own(post, pots) %}{{ post.titel }}{% if pots.x %}{{ body }}{% endif %}\
                     {% endcomponent own %}";
    assert_eq!(slips(&[("components/own.html", component)]), []);
}

#[test]
fn a_name_that_a_template_around_it_gives_another_value_may_be_anything() {
    let inner = ("partials/own.html", "{{ post.reason }}{{ item.x }}");
    let around = |text| slips(&[inner, ("post.html", text)]).len();
    assert_eq!(around("{% include 'partials/own.html' %}"), 2);
    assert_eq!(around("{% set item = 1 %}{% for post in related %}{% include 'partials/own.html' %}{% endfor %}"), 0);
    // Both are those of the page again where the loop has ended.
    assert_eq!(around("{% for post in related %}{% set item = 1 %}{% endfor %}{% include 'partials/own.html' %}"), 1);
}

#[test]
fn the_theme_itself_has_no_slip() {
    let all: Vec<_> = built_in::templates().collect();
    let files: Vec<_> = all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(slips(&files), []);
}

/// Gives a value of a schema with all that may be in it.
fn full(contract: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        return full(contract, &contract["$defs"][name.trim_start_matches("#/$defs/")]);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        return full(contract, choices.iter().find(|choice| choice["type"] != "null").unwrap());
    }
    if let Some(fields) = schema["properties"].as_object() {
        return fields.iter().map(|(name, schema)| (name.clone(), full(contract, schema))).collect();
    }
    let kind = if schema["type"].is_array() { &schema["type"][0] } else { &schema["type"] };
    match kind.as_str() {
        Some("array") => json!([full(contract, &schema["items"])]),
        Some("string") => json!("text"),
        Some("boolean") => json!(true),
        Some(_) => json!(3),
        None => json!({"a": {"b": "c"}, "list": [{"a": "b"}]}),
    }
}

/// Renders `post.html` where all is there that a page can have.
fn rendered(files: &[(&str, &str)]) -> Result<String, Diagnostic> {
    let contract = contract();
    let all = full(&contract, &contract);
    let engine = theme(files).engine(|tera| {
        for name in ["posts", "deals"] {
            let answer = tera::Value::from_serializable(&all["functions"][name]);
            tera.register_function(name, move |_: tera::Kwargs, _: &tera::State<'_>| answer.clone());
        }
        for name in ["url", "asset"] {
            tera.register_function(name, |_: tera::Kwargs, _: &tera::State<'_>| "/");
        }
    });
    render(&engine, "post.html", &tera::Context::from_serialize(&all["variables"]).unwrap(), "a page")
}

#[test]
fn what_the_engine_takes_is_never_refused() {
    let is_taken = |files: &[(&str, &str)]| {
        assert!(rendered(files).is_ok(), "{files:?}: {:?}", rendered(files));
        let errors: Vec<_> = slips(files).into_iter().filter(Diagnostic::is_error).collect();
        assert_eq!(errors, [], "{files:?}");
    };
    for text in [
        "{{ posts[0]['title'] }}",
        "{{ post.titel in ['a'] }}",
        "{{ post.titel not in ['a'] }}",
        "{{ post.titel | str }}",
        "{{ post.titel | json }}",
        "{{ post.title | default(value=post.titel) }}",
        "{{ post.titel is iterable }}",
        "{{ post.titel is not none }}",
        "{{ (post.titel or '') | upper }}",
        "{% set x | default(value=post.titel) %}a{% endset %}ok",
        "{{ post.image?.titel?.x or 'a' }}",
        "{{ null or 'a' }}",
        "{% if post.titel is defined %}{{ post.titel.x.y | upper }}{% endif %}ok",
        "{% if post.titel is not defined %}a{% else %}{{ post.titel }}{% endif %}ok",
        "{% set t = post.titel | default(value='d') %}{{ t }}",
        "{% if page.titel or post.titel %}{{ post.titel }}{% endif %}ok",
        "{% if site.hoem and site.hoem.x > 1 %}x{% endif %}ok",
        "{{ [p.titel for p in posts] | length }}",
        "{{ [p.title for p in posts if p.titel] | length }}",
        "{{ asset(path='a') }}{{ url(path='/' ~ post.titel) }}",
        "{% set x = post.title is defined %}{{ x }}",
        "{% if (post.titel is defined) and (post.titel > 3) %}{% endif %}ok",
        "{{ post.date | get(key='long') }}",
        "{% if not (post.titel) %}y{% endif %}ok",
        "{% if (post.titel or page.title) == 'text' %}y{% endif %}ok",
        "{{ (post.titel ~ '!') | upper }}",
        "{% if [post.titel, 'a'] | length > 1 %}y{% endif %}ok",
        "{{ post.titel ~ \"!\" }}",
        "{{ [post.titel] | length }}",
        "{{ {'a': post.titel} | length }}",
        "{% set x = post.titel %}ok",
        "{% set x = pots %}ok",
        "{{ post.titel == 'x' }}",
        "{{ post.titel != 'x' }}",
        "{{ not post.titel }}",
        "{{ (post.titel) | default(value='x') }}",
        "{{ post.titel or post.title | default(value='x') }}",
        "{{ post.titel | safe }}",
        "{{ post.titel is string }}",
        "{{ post.titel is undefined }}",
        "{{ post.titel is none }}",
        "{{ url(path=post.titel) }}",
        "{{ posts(limit=post.titel) | length }}",
        "{% component own(thing) %}{{ thing or 'no' }}{% endcomponent own %}{{ <own thing={post.titel} /> }}",
        "{{ post.titel?.x or 'd' }}",
        "{{ post?.titel or 'd' }}",
        "{{ post?.titel?.x or 'd' }}",
        "{% for x in post.titel or [] %}{% endfor %}ok",
        "{% for x in post.titel | default(value=[]) %}{% endfor %}ok",
        "{{ 'a' if post.titel else 'b' }}",
        "{{ post.titel if post.titel else 'b' }}",
        "{{ post.titel if post.titel is defined else 'b' }}",
        "{% if post.titel is defined %}{{ post.titel }}{% endif %}ok",
        "{% if post.titel is defined and post.titel.x == 1 %}x{% endif %}ok",
        "{% if post.titel and post.titel.x == 1 %}x{% endif %}ok",
        "{% if post.titel and post.titel > 1 %}x{% endif %}ok",
        "{% if post.titel %}{{ post.titel }}{% endif %}ok",
        "{% if post.titel %}{% for x in post.titel %}{{ x.y }}{% endfor %}{% endif %}ok",
        "{% if pots %}{% for p in pots %}{{ p.title }}{% endfor %}{% endif %}ok",
        "{% if pots is defined %}{% for p in pots %}{{ p.title }}{% endfor %}{% endif %}ok",
        "{% if pots is undefined %}a{% else %}{{ pots }}{% endif %}ok",
        "{% if not pots %}a{% else %}{{ pots | upper }}{% endif %}ok",
        "{{ post.title[0] }}",
        "{{ post.title[0:3] }}",
        "{{ post.title[:3].x or 'd' }}",
        "{{ posts | length > 3 }}",
        "{{ posts[0].title | upper }}",
        "{% for p in posts %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{% endfor %}",
        "{% for p in posts %}{{ posts[loop.index0].title }}{% endfor %}",
        "{% for key, value in post %}{{ key }}{% endfor %}",
        "{% for key, value in post.date %}{{ key }}{{ value }}{% endfor %}",
        "{% for c in post.title %}{{ c }}{% endfor %}",
        "{% for i in range(end=3) %}{{ i }}{% endfor %}",
        "{% for k, v in posts | group_by(attribute='date.year') %}{{ k }}{% for p in v %}{{ p.title }}{% endfor %}{% endfor %}",
        "{% for g in posts | group_by(attribute='date.year') %}{{ g }}{% endfor %}",
        "{% set a = posts %}{% set b = a | first %}{{ b.title }}",
        "{% set a = [] %}{% for p in posts %}{% set_global a = [...a, p] %}{% endfor %}{{ a[0].title }}",
        "{% set a = post %}{% set a = a.date %}{{ a.long }}",
        "{% set a = none %}{% for p in posts %}{% if p.title == 'text' %}{% set_global a = p %}{% endif %}{% endfor %}{{ a.title }}",
        "{% set date = post.date %}{{ date.long }}",
        "{% set x = post.category or post.date %}{{ x.long or x.title }}",
        "{% set x = {'title': 't', 'more': post} %}{{ x.title }}{{ x.more.title }}{{ x.other or '' }}",
        "{% set x = {'post': post} %}{{ x.post.title }}{{ x['post'].title }}",
        "{% set key = 'title' %}{{ post[key] }}",
        "{% for key in ['title', 'url'] %}{{ post[key] }}{% endfor %}",
        "{{ post['title'] }}{{ post[\"date\"][\"long\"] }}{{ post['date'].long }}",
        "{{ post.taxonomies[0].terms[0].title }}",
        "{{ post.extra.a.b }}{{ site.extra.list[0].a }}{{ page.extra['a']['b'] }}",
        "{{ block.data.anything or 'x' }}{{ block.data?.x?.y or 'x' }}",
        "{% for item in block.data?.items or [] %}{{ item.when }}{% endfor %}ok",
        "{{ __tera_context | length }}",
        "{{ post.title | split(pat=' ') | first | upper }}",
        "{{ post.title | split(pat=' ') | length }}",
        "{% set words = post.title | split(pat=' ') %}{{ words[0] }}{{ words | join(sep='-') }}",
        "{{ posts[0:2][0].title }}",
        "{{ posts[-1].title }}",
        "{{ posts[::-1][0].title }}",
        "{{ [p.title for p in posts] | join(sep=', ') }}",
        "{{ [p.title for p in posts if p.minutes > 1] | first }}",
        "{{ [k for k, v in post.extra] | length }}",
        "{% set p = {...post, 'titel': 'x'} %}{{ p.titel }}{{ p.title }}",
        "{{ [...posts, ...recent] | length }}",
        "{% set post = {...post, 'mine': 1} %}{{ post.mine }}{{ post.title }}",
        "{% filter upper %}{{ post.title }}{% endfilter %}",
        "{% set html %}<b>{{ post.title }}</b>{% endset %}{{ html | safe }}",
        "{% set html | upper %}x{{ post.title }}{% endset %}{{ html }}",
        "{% raw %}{{ nothing.here }}{% endraw %}{# {{ nothing }} #}",
        "{{- post.title -}}{%- if post.image -%}x{%- endif -%}",
        "{{ post.image.width * 2 + 1 }}",
        "{{ (post.image.width / 2) | round }}",
        "{{ 1 + post.words }}",
        "{{ -post.words }}",
        "{{ post.words % 2 == 0 }}",
        "{{ post.words is odd }}",
        "{{ 'x' in post.title }}{{ 'title' in post }}{{ 'zzz' in post }}",
        "{{ 'a' not in ['b'] }}",
        "{% if 'titel' in post %}{{ post.titel }}{% endif %}ok",
        "{% if post.words > 3 and post.minutes < 4 or not post.image %}x{% endif %}ok",
        "{% if post.image is defined and post.image.url %}x{% endif %}ok",
        "{% if post.updated and post.updated.iso != post.date.iso %}x{% endif %}ok",
        "{% if page.kind == 'post' %}{{ post.title }}{% elif page.kind == 'edition' %}{{ edition.title }}{% else %}{{ page.title }}{% endif %}",
        "{% for post in posts %}{{ post.title }}{{ post.sentence }}{% endfor %}{{ post.content_html | safe }}",
        "{% for page in posts %}{{ page.sentence }}{% endfor %}",
        "{% for item in related %}{{ item.post.title }}{{ item.reason }}{% endfor %}",
        "{% for g in groups %}{{ g.title }}{% for p in g.posts %}{{ p.title }}{% endfor %}{% endfor %}",
        "{% for site in posts %}{{ site.sentence }}{% endfor %}",
        "{% for x in [post, page] %}{{ x.title }}{% endfor %}",
        "{% for x in [post.date, page] %}{{ x.long or x.title }}{% endfor %}",
        "{{ post.title | replace(from='t', to='x') | upper | truncate(length=3) }}",
        "{{ post.date.iso | replace(from='-', to='/') }}",
        "{{ post.minutes | plural(one='minute', many='minutes') }}",
        "{{ post.authors | first | get(key='name') }}",
        "{{ post | get(key='title') }}",
        "{{ post | get(key='titel', default='d') }}",
        "{{ post.extra | get(key='x', default='d') }}",
        "{{ post.extra | keys | length }}",
        "{{ post | keys | join(sep=',') | length }}",
        "{{ post.deals[0]?.payer?.title }}",
        "{{ post.deals[0].history[0].post.title }}",
        "{{ front.lead.title }}{{ front.lead_deal.amount }}{{ front.companies[0].letter }}",
        "{{ block.chart_title }}{{ block.chart_deals[0].amount }}{{ block.chart_html | safe }}",
        "{{ dealings.outgoing_totals[0].firm_count }}",
        "{{ site.signup.hidden[0].name }}{{ site.latest_edition.date.long }}",
        "{{ edition.previous.title }}{{ edition.next?.title }}",
        "{{ post.replies.items[0].date.long }}",
        "{{ post.reactions.choices[0] }}",
        "{{ ledger.years[0].totals[0].firm }}",
        "{% extends 'theme/post.html' %}{% block after %}{{ post.title }}{{ super() }}{% endblock after %}",
        "{% extends 'base.html' %}{% block main %}{% set x = 1 %}{{ x }}{% endblock %}",
        "{% component own(a, b=\"x\", c=1) %}{{ a }}{{ b }}{{ c }}{% endcomponent own %}",
        "{{ post.title|upper }}{{post.title}}",
        "{{ post.title | upper | lower | trim | title | capitalize }}",
        "{{ \"a.b.c\" }}{{ 'x' ~ post.title ~ post.words }}",
        "{{ \"{{ nope }}\" }}",
        "{% if \"%}\" == post.title %}{% endif %}ok",
        "{{ `x` ~ post.title }}",
        "{{ true }}{{ none or 'n' }}{{ null or 'n' }}",
        "{{ True and False }}",
        "{{ post.title == None }}",
        "{% for p in posts %}{% if loop.first %}{% continue %}{% endif %}{{ p.title }}{% break %}{% endfor %}ok",
        "{% for p in [] %}{{ p.x }}{% else %}{{ post.title }}{% endfor %}",
        "{% for p in posts | reverse %}{{ p.title }}{% endfor %}",
        "{% for p in posts | unique(attribute='title') %}{{ p.title }}{% endfor %}",
        "{% for p in posts | sort(attribute='date.iso') | reverse %}{{ p.title }}{% endfor %}",
        "{% set n = posts | length %}{{ n + 1 }}",
        "{% set x = posts(limit=3) %}{{ x[0].title }}",
        "{{ structured_data | safe }}{{ target }}{{ content_html | safe }}{{ year }}{{ newer }}{{ older }}",
        "{{ years[0].posts[0].title }}{{ companions[0].count }}{{ terms[0].latest.iso }}",
        "{{ pager.pages }}{{ term.count }}{{ taxonomy.singular }}{{ profile.ticker }}{{ section.summary_html }}",
        "{{ next.title }}{{ previous.url }}{{ editions[0].number }}",
        "{{ post.extra.colour or post.extra.color or 'red' }}",
        "{{ (post.extra.colour or 'red') | upper }}",
        "{{ post.date.year + 1 }}",
        "{{ posts | length + recent | length }}",
        "{{ 'first' if loop_index is undefined else loop_index }}",
        "{% set x = 1 %}{% if x == 1 %}{% set y = post %}{% endif %}{{ y.title }}",
        "{% if post.image %}{% set pic = post.image %}{% else %}{% set pic = {'url': 'x', 'mine': 1} %}{% endif %}{{ pic.url }}",
    ] {
        is_taken(&[("post.html", text)]);
    }
    for (name, part, text) in [
        ("partials/unused.html", "{{ config.title }}{{ section.pages | length }}", "{{ post.title }}"),
        ("partials/used.html", "{{ post.foo }}", "{% if post.foo %}{% include 'partials/used.html' %}{% endif %}ok"),
        (
            "partials/used.html",
            "{{ post.foo }}",
            "{% if post.foo is defined %}{% include 'partials/used.html' %}{% endif %}ok",
        ),
        ("partials/mine.html", "{{ post.title }}", "{% include 'partials/mine.html' %}"),
        ("partials/mine.html", "{{ who }}", "{% set who = 'me' %}{% include 'partials/mine.html' %}"),
        (
            "partials/mine.html",
            "{% if item %}{{ item.title | upper }}{% endif %}",
            "{% for item in posts %}{% include 'partials/mine.html' %}{% endfor %}",
        ),
        (
            "own.html",
            "{% set mine = 1 %}{% block main %}{% endblock %}",
            "{% extends 'own.html' %}{% block main %}{{ mine }}{% endblock %}",
        ),
        (
            "components/own.html",
            "{% component own(...rest) %}{{ rest.x }}{% endcomponent own %}",
            "{{ <own x=\"1\" y={post.title} /> }}",
        ),
        (
            "components/own.html",
            "{% component own(title) %}{{ title }}{% endcomponent own %}",
            "{% set title = 'x' %}{{ <own title /> }}",
        ),
    ] {
        is_taken(&[(name, part), ("post.html", text)]);
    }
}
