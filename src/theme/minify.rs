//! The tokens of a stylesheet in, the same tokens in as few characters as they need out.
//!
//! Nothing is rewritten: each token keeps its characters, and what goes are comments, white space that
//! means nothing, and the last semicolon of a block. White space stays wherever a reader of CSS might
//! see something in it: between the parts of a selector, around `+` and `-`, between two values, and
//! inside of custom properties.

use cssparser::Token;

use super::lexeme::{Gap, Lexeme, Role};

/// Writes a stylesheet in few characters.
pub(super) fn minify(lexemes: &[Lexeme<'_>]) -> String {
    let mut css = String::with_capacity(lexemes.iter().map(|lexeme| lexeme.text.len() + 1).sum());
    let mut last: Option<&Lexeme<'_>> = None;
    let mut semicolons = 0;
    for lexeme in lexemes {
        let separator = last.map_or("", |last| between(last, lexeme));
        last = Some(lexeme);
        if lexeme.role == Role::Edge && lexeme.token == Token::Semicolon {
            css.push_str(separator);
            semicolons += 1;
            continue;
        }
        if !(lexeme.role == Role::Edge && lexeme.token == Token::CloseCurlyBracket) {
            css.extend(std::iter::repeat_n(';', semicolons));
        }
        semicolons = 0;
        css.push_str(separator);
        css.push_str(&lexeme.text);
    }
    css.extend(std::iter::repeat_n(';', semicolons));
    css
}

/// Says what has to stand between two tokens.
fn between(left: &Lexeme<'_>, right: &Lexeme<'_>) -> &'static str {
    match right.before {
        Gap::None => "",
        Gap::Space if !means_nothing(left, right) || would_join(left, right) => {
            if ends_in_open_escape(left) {
                "  "
            } else {
                " "
            }
        }
        Gap::Space => "",
        Gap::Comment if !would_join(left, right) => "",
        Gap::Comment => "/**/",
    }
}

/// Tells whether CSS sees nothing in white space between two tokens.
fn means_nothing(left: &Lexeme<'_>, right: &Lexeme<'_>) -> bool {
    let is_edge = |role| role == Role::Edge;
    if left.role == Role::Colon && is_edge(right.role) {
        // `--switch: ;` is empty, and older browsers want the white space in it.
        return false;
    }
    if is_edge(left.role) || is_edge(right.role) || left.role == Role::Colon || right.role == Role::Colon {
        return true;
    }
    let inner_edge = left.opens() || matches!(right.token, Token::CloseParenthesis | Token::CloseSquareBracket);
    let either = |matches: &dyn Fn(&Lexeme<'_>) -> bool| matches(left) || matches(right);
    let spaced = inner_edge || either(&|lexeme| lexeme.token == Token::Comma);
    match right.role {
        Role::Selector => {
            let combinator = |lexeme: &Lexeme<'_>| {
                // In brackets, `+` may be that of `2n + 1`.
                lexeme.is('>') || lexeme.is('~') || lexeme.is('+') && lexeme.depth == 0
            };
            spaced || either(&combinator)
        }
        Role::Prelude => {
            // `(min-width: 40em)`; white space before a colon may be that of `selector(a :hover)`.
            spaced || left.token == Token::Colon && left.depth > 0
        }
        Role::Declaration => spaced || either(&|lexeme| lexeme.is('/') || lexeme.is('*') || lexeme.is('!')),
        Role::Custom | Role::Colon | Role::Edge => false,
    }
}

/// Tells whether the next white space would be part of the token: an escape by number takes one.
fn ends_in_open_escape(lexeme: &Lexeme<'_>) -> bool {
    let escape = lexeme.text.rsplit_once('\\').map_or("", |(_, escape)| escape);
    !escape.is_empty() && escape.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Tells whether two tokens would be read as others without anything between them.
fn would_join(left: &Lexeme<'_>, right: &Lexeme<'_>) -> bool {
    let kind = |lexeme: &Lexeme<'_>| lexeme.token.serialization_type();
    kind(left).needs_separator_when_before(kind(right))
        // The table of the specification forgets the comment marks of HTML.
        || right.token == Token::CDC
        || left.text == "--" && right.is('>')
        || left.is('<') && right.is('!')
        || left.is('!') && right.text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lexeme::read;
    use super::*;

    fn minified(css: &str) -> String {
        minify(&read(css).unwrap_or_else(|flaw| panic!("{flaw:?} in {css}")))
    }

    /// All tokens but the semicolons that close a block's last declaration.
    fn tokens(css: &str) -> Vec<Token<'_>> {
        let mut tokens: Vec<Token<'_>> = vec![];
        for lexeme in read(css).unwrap_or_else(|flaw| panic!("{flaw:?} in {css}")) {
            if lexeme.token == Token::CloseCurlyBracket {
                while tokens.last() == Some(&Token::Semicolon) {
                    tokens.pop();
                }
            }
            tokens.push(lexeme.token);
        }
        tokens
    }

    #[test]
    fn white_space_goes_where_it_means_nothing() {
        for (css, expected) in [
            // Rules and declarations.
            ("", ""),
            (" a { } ", "a{}"),
            ("a {\n  color : red;\n  top: 0;\n}\n\nb { left: 0 }\n", "a{color:red;top:0}b{left:0}"),
            ("a { color: red;; }", "a{color:red}"),
            ("a { ; color: red }", "a{;color:red}"),
            ("a { color: red ! important; }", "a{color:red!important}"),
            ("/*! kept by some */ a /* x */ { /* y */ top: /* z */ 0 }", "a{top:0}"),
            // Selectors.
            ("a , b > c ~ d + e f { }", "a,b>c~d+e f{}"),
            ("a :hover, a ::before, a:is( b , c d ) e { }", "a :hover,a ::before,a:is(b,c d) e{}"),
            ("a :is(b > c, d + e) { }", "a :is(b>c,d + e){}"),
            ("a:has( > b ), a:has(+ b) { }", "a:has(>b),a:has(+ b){}"),
            ("a:nth-child( 2n + 1 of :not( [hidden] ) ) { }", "a:nth-child(2n + 1 of :not([hidden])){}"),
            ("* * { } * > * { }", "* *{}*>*{}"),
            ("a [ href ^= \"x y\" i ] [b] { }", "a [href ^= \"x y\" i] [b]{}"),
            ("a .b #c { } a.b#c { }", "a .b #c{}a.b#c{}"),
            (".sm\\:p-2 , .\\66  b , #\\31 a { }", ".sm\\:p-2,.\\66  b,#\\31 a{}"),
            (".\\66/**/ b { }", ".\\66  b{}"),
            (".a/**/.b { } .a/**/b { }", ".a.b{}.a/**/b{}"),
            ("col || td , svg|a { }", "col || td,svg|a{}"),
            // Nesting.
            ("a { & :hover { top: 0 } & > b { } > c { } &:hover { } }", "a{& :hover{top:0}&>b{}>c{}&:hover{}}"),
            ("a { b:hover { top: 0; } color: red; }", "a{b:hover{top:0}color:red}"),
            ("a { @media (width > 9em) { top: 0; } left: 0; }", "a{@media (width > 9em){top:0}left:0}"),
            // At-rules.
            (
                "@charset \"utf-8\"; @layer a , b.c ; @layer a { b { } }",
                "@charset \"utf-8\";@layer a,b.c;@layer a{b{}}",
            ),
            ("@import url( \"https://a.b/c.css\" ) print ;", "@import url(\"https://a.b/c.css\") print;"),
            (
                "@media screen and ( min-width : 40em ) , ( 40em <= width < 60em ) { a { } }",
                "@media screen and (min-width :40em),(40em <= width < 60em){a{}}",
            ),
            ("@media ( min-width: 40em ) and (hover) { a { } }", "@media (min-width:40em) and (hover){a{}}"),
            (
                "@supports not ( selector(a :has( b )) and (display: grid) ) { a { } }",
                "@supports not (selector(a :has(b)) and (display:grid)){a{}}",
            ),
            ("@supports (--a: b) { a { } }", "@supports (--a:b){a{}}"),
            ("@container card style( --a: b ) { a { } }", "@container card style(--a:b){a{}}"),
            ("@scope (.a) to (.b :hover) { :scope { } }", "@scope (.a) to (.b :hover){:scope{}}"),
            (
                "@page :first { margin: 1cm; @top-left { content: none; } }",
                "@page :first{margin:1cm;@top-left{content:none}}",
            ),
            (
                "@keyframes a { from { top: 0; } 50.5% , to { top: 1px; } }",
                "@keyframes a{from{top:0}50.5%,to{top:1px}}",
            ),
            (
                "@property --a { syntax: \"<length> | *\"; inherits: false; initial-value: 0px; }",
                "@property --a{syntax:\"<length> | *\";inherits:false;initial-value:0px}",
            ),
            (
                "@font-face { font-family: \"A  B\"; src: url( a.woff2 ) format( \"woff2\" ), local( 'A' ); unicode-range: U+0025-00FF , u+4?? , U+26; }",
                "@font-face{font-family:\"A  B\";src:url( a.woff2 ) format(\"woff2\"),local('A');unicode-range:U+0025-00FF,u+4??,U+26}",
            ),
            // Values.
            ("a { width: calc( 1px + ( 2em - 3px ) * -1 / 2 ) }", "a{width:calc(1px + (2em - 3px)*-1/2)}"),
            ("a { width: calc(1px+2px - -1px) }", "a{width:calc(1px+2px - -1px)}"),
            ("a { font: 700 1rem / 1.2 \"A\" , serif }", "a{font:700 1rem/1.2 \"A\",serif}"),
            ("a { font-size: clamp( 1rem , .9rem + 1vw , 2rem ) }", "a{font-size:clamp(1rem,.9rem + 1vw,2rem)}"),
            ("a { color: color-mix( in oklch , red 40% , #0000 ) }", "a{color:color-mix(in oklch,red 40%,#0000)}"),
            ("a { color: rgb( 0 0 0 / 50% ) }", "a{color:rgb(0 0 0/50%)}"),
            ("a { margin: -1px -.5em +2px 0.50em 1e3px }", "a{margin:-1px -.5em +2px 0.50em 1e3px}"),
            ("a { grid: [ x ] \"a b\" 1fr [ y ] / auto }", "a{grid:[x] \"a b\" 1fr [y]/auto}"),
            ("a { grid-area: 1 / span 2 }", "a{grid-area:1/span 2}"),
            ("a { transform: translate( 1px ) rotate( 1deg ) }", "a{transform:translate(1px) rotate(1deg)}"),
            (
                "a { background: url(data:image/png;base64,a/b+c==) , URL( \"a b.png\" ) }",
                "a{background:url(data:image/png;base64,a/b+c==),URL(\"a b.png\")}",
            ),
            ("a { content: \"/* no */  ;}\" attr( href ) ' , ' }", "a{content:\"/* no */  ;}\" attr(href) ' , '}"),
            ("a { content: 'a\\\n  b' }", "a{content:'a\\\n  b'}"),
            ("a { margin: 1px/**/2px; --b: c/**/d; --e: f/**/ g }", "a{margin:1px/**/2px;--b:c/**/d;--e:f g}"),
            ("a { color: var( --a , ) ; top: var(--b, 1px  2px) }", "a{color:var(--a,);top:var(--b,1px 2px)}"),
            // Custom properties.
            ("a { --b:  c ,  d / e ( f ) !important ; }", "a{--b:c , d / e ( f ) !important}"),
            ("a { --on : ; --off:; --last: }", "a{--on: ;--off:;--last: }"),
            ("a { --b: { c: d ; ; } ; --e:hover { f } }", "a{--b:{ c: d ; ; };--e:hover { f }}"),
            ("a { --b: [ 1 ,2 ] }", "a{--b:[ 1 ,2 ]}"),
            // The comment marks of HTML.
            ("<!-- a { } -->", "<!--a{} -->"),
        ] {
            let once = minified(css);
            assert_eq!(once, expected, "{css}");
            assert_eq!(minified(&once), once, "twice: {css}");
            assert_eq!(tokens(css), tokens(&once), "{css}");
        }
    }

    #[test]
    fn the_built_in_stylesheet_keeps_its_tokens() {
        let sheets = super::super::built_in::static_files().filter(|(name, _)| name.ends_with(".css"));
        for (name, bytes) in sheets {
            let css = String::from_utf8(bytes).unwrap();
            let once = minified(&css);
            assert_eq!(minified(&once), once, "{name}");
            assert_eq!(tokens(&css), tokens(&once), "{name}");
            assert!(!once.contains("/*") && !once.contains('\n') && once.len() < css.len(), "{name}");
        }
    }

    /// Pieces that a tokenizer can take for one another when they are joined.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => Just(" ".to_owned()),
            2 => Just("/* c */".to_owned()),
            12 => prop::sample::select(vec![
                "a", "b-", "--", "--c", "-", "--x:", "\\66 ", "\\66", "url(d)", "e(", "url(\"f\")", "u", "U+4??",
                "1", "-2", "+3", ".5", "6%", "7px", "8e", "9e3", "#a", "#1", "#", "@media", "@", "'g h'", ".", "+", "~",
                ">", "*", "/", "|", "||", "=", "~=", "|=", "*=", "^", "$", "%", "?", "!", "!important", "<", "<!--",
                "-->", "&", ":", "::", ",", ";", "(", ")", "[", "]", "{", "}", "a {", "b:", "\t\n",
            ])
            .prop_map(str::to_owned),
        ]
    }

    /// Pieces whose brackets are closed.
    fn sheet() -> impl Strategy<Value = String> {
        prop::collection::vec(piece(), 0..40).prop_map(|pieces| {
            let mut css = String::new();
            let mut open = vec![];
            for piece in pieces {
                match piece.as_bytes() {
                    [b')' | b']' | b'}'] => css.extend(open.pop()),
                    [.., b'('] => open.push(')'),
                    [b'['] => open.push(']'),
                    [.., b'{'] => open.push('}'),
                    _ => {}
                }
                if !matches!(piece.as_str(), ")" | "]" | "}") {
                    css.push_str(&piece);
                }
            }
            css.extend(open.into_iter().rev());
            css
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, max_global_rejects: 65_536, ..ProptestConfig::default() })]

        #[test]
        fn the_tokens_stay_and_nothing_is_left_to_do(css in sheet().prop_map(|css| format!("a {{ {css} {{ }} }}"))) {
            prop_assume!(read(&css).is_ok());
            let once = minified(&css);
            prop_assert_eq!(tokens(&once), tokens(&css), "{}", once);
            prop_assert_eq!(minified(&once), once);
        }

        #[test]
        fn no_text_makes_it_panic(css in "\\PC*|[ab:;{}()\\[\\]\"'/*\\\\\n -]*") {
            if let Ok(lexemes) = read(&css) {
                minify(&lexemes);
            }
        }
    }
}
