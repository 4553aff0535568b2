use super::*;
use crate::article::{Article, Date};
use crate::config::Config;
use crate::observer::Silent;
use crate::pipeline;
use crate::review::book;

/// What an article might hold to get out of its place.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "</script></style><img src=x onerror=alert(2)>",
    "\" onmouseover=\"alert(3)\" x=\"",
    "{{ 7 * 7 }} {% for x in y %} ${alert(4)}",
    "<!-- --!> ]]> <svg onload=alert(5)>",
    "&lt;b&gt; &#x3c;i&#x3e;",
];

fn page(articles: Vec<Article>) -> String {
    let run = pipeline::align_articles(&Config::default(), articles, &Silent).unwrap();
    assert!(!run.claims.is_empty(), "the test needs a claim");
    let book = book::of_run(&run);
    let mut out = Vec::new();
    write(&run, &book, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn article(id: &str, source: &str, date: &str, text: &str) -> Article {
    Article {
        id: id.to_owned(),
        source: source.to_owned(),
        date: Date::parse(date),
        text: text.to_owned(),
        ..Article::default()
    }
}

const FIRE: &str = "Det begynte å brenne i en kornsilo på Granmo Mølle tirsdag morgen";

#[test]
fn what_articles_say_is_text_and_never_markup() {
    for hostile in HOSTILE {
        let text = format!("{FIRE} {hostile} sier politiet.");
        let articles = ["a", "b"].map(|id| {
            let mut article = article(&format!("{id}{hostile}"), hostile, "2021-01-06", &text);
            article.url = format!("https://avis.example/{hostile}");
            article
        });
        let page = page(articles.into());
        // Tags and attributes of the page are those of the page without the hostile text.
        let plain = self::page(vec![
            article("a", "x", "2021-01-06", &format!("{FIRE} sier politiet.")),
            article("b", "x", "2021-01-06", &format!("{FIRE} sier politiet.")),
        ]);
        for tag in [
            "<script", "</script", "<style", "</style", "<img", "<svg", "<b>", "<i>", "<!--",
        ] {
            assert_eq!(
                page.matches(tag).count() - extra(tag, &page),
                plain.matches(tag).count() - extra(tag, &plain),
                "{tag} of {hostile}"
            );
        }
        assert!(!page.contains("\" onmouseover=\""), "{hostile}");
        assert!(!page.contains("49 {%"), "{hostile}");
    }
}

/// `<b>` stands before every source.
fn extra(tag: &str, page: &str) -> usize {
    if tag == "<b>" {
        page.matches("<p class=\"source\"><b>").count()
    } else {
        0
    }
}

#[test]
fn addresses_that_could_run_something_are_no_links() {
    let articles = [
        ("a", "javascript:alert(1)"),
        ("b", "https://avis.example/1?a=1&b=2"),
    ]
    .map(|(id, url)| {
        let mut article = article(id, "avis", "2021-01-06", &format!("{FIRE}."));
        article.url = url.to_owned();
        article
    });
    let page = page(articles.into());
    assert!(!page.contains("javascript:"));
    assert!(page.contains("href=\"https://avis.example/1?a=1&#38;b=2\""));
}

#[test]
fn the_policy_allows_the_style_and_the_script_of_the_page_alone() {
    let page = page(vec![
        article("a", "x", "2021-01-06", &format!("{FIRE}.")),
        article("b", "y", "2021-01-07", &format!("{FIRE}.")),
    ]);
    let (_, rest) = page.split_once("<style>").unwrap();
    let (style, _) = rest.split_once("</style>").unwrap();
    let (_, rest) = page.split_once("<script>").unwrap();
    let (script, _) = rest.split_once("</script>").unwrap();
    for content in [style, script] {
        let digest = base64(&Sha256::digest(content));
        assert!(
            page.contains(&format!("'sha256-{digest}'").replace('\'', "&#39;")),
            "{digest}"
        );
    }
    assert!(page.contains("default-src &#39;none&#39;"));
    // Nothing is fetched, and nothing needs a policy of its own.
    for fetched in [
        "src=", "@import", "url(", "style=\"", "onclick", "<link", "<iframe",
    ] {
        assert!(!page.contains(fetched), "{fetched}");
    }
}

#[test]
fn base64_is_that_of_the_standard() {
    for (plain, coded) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("fooba", "Zm9vYmE="),
    ] {
        assert_eq!(base64(plain.as_bytes()), coded);
    }
}

#[test]
fn shared_words_and_differences_are_marked() {
    let page = page(vec![
        article(
            "a",
            "x",
            "2021-01-06",
            "Tolv personer ble skadd i brannen på Granmo Mølle, sier politiet.",
        ),
        article(
            "b",
            "y",
            "2021-01-07",
            "12 personar vart skadde i brannen på Granmo Mølle, seier politiet.",
        ),
    ]);
    assert!(page.contains("brannen</mark>"), "{page}");
    assert!(page.contains("<mark>Tolv</mark>"));
    assert!(page.contains("lang=\"nb\"") && page.contains("lang=\"nn\""));
}

#[test]
fn who_was_first_is_told() {
    let page = page(vec![
        article("a", "tidlig", "2021-01-06", &format!("{FIRE}.")),
        article("b", "sein", "2021-01-08", &format!("{FIRE}.")),
    ]);
    assert!(page.contains("<th scope=\"row\">tidlig</th><td>1</td><td>1</td>"));
    assert!(page.contains("<th scope=\"row\">sein</th><td>0</td><td>1</td>"));
    assert_eq!(page.matches("class=\"first\"").count(), 1);
    assert_eq!(page.matches("class=\"later\"").count(), 1);
}

#[test]
fn articles_without_outlet_and_date_have_no_plots() {
    let page = page(vec![
        article("a", "", "", &format!("{FIRE}.")),
        article("b", "", "", &format!("{FIRE}.")),
    ]);
    assert!(!page.contains("id=\"who-first\"") && !page.contains("id=\"who-tells\""));
    assert!(page.contains("class=\"card\""));
}
