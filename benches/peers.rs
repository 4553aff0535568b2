//! Sentences and languages beside other packages, on one thread and the same text:
//! `cargo bench --bench peers`.
//!
//! The peers do less: [`regex_sentences`] is the one line that many scripts use, and `whatlang` tells 69
//! languages from each other, but neither bokmål from nynorsk nor headings from prose. They show what speed to
//! expect of such work, not what quality.

#[allow(
    dead_code,
    reason = "written for several programs, each of which needs a part"
)]
mod corpus;

use std::sync::LazyLock;

use claimalign::prepare::Document;
use claimalign::{Article, language, segment};
use corpus::Corpus;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use regex::Regex;

fn main() {
    divan::main();
}

static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    Corpus::generate(corpus::SEED, if is_bench { 10_000 } else { 200 })
});

/// Runs `work` on every article.
fn on_articles(bencher: Bencher, work: impl Fn(&Article) + Sync) {
    bencher
        .counter(BytesCount::new(CORPUS.bytes()))
        .bench(|| CORPUS.articles.iter().for_each(&work));
}

/// Both: what the command `segment` does.
#[divan::bench]
fn segment_and_language_claimalign(bencher: Bencher) {
    // The copy of the article is what `Document` keeps.
    on_articles(bencher, |article| {
        black_box(Document::new(article.clone(), false));
    });
}

/// The peers' way to the same: split by the regex, tell the article's and each sentence's language.
#[divan::bench]
fn segment_and_language_regex_whatlang(bencher: Bencher) {
    on_articles(bencher, |article| {
        black_box(whatlang::detect_lang(&article.text));
        for sentence in regex_sentences(&article.text) {
            black_box(whatlang::detect_lang(sentence));
        }
    });
}

#[divan::bench]
fn segment_claimalign(bencher: Bencher) {
    on_articles(bencher, |article| {
        black_box(segment::sentences(&article.text, None));
    });
}

#[divan::bench]
fn segment_regex(bencher: Bencher) {
    on_articles(bencher, |article| {
        black_box(regex_sentences(&article.text));
    });
}

/// Whole articles.
#[divan::bench]
fn language_claimalign(bencher: Bencher) {
    on_articles(bencher, |article| {
        black_box(language::of_text(&article.text));
    });
}

/// Whole articles.
#[divan::bench]
fn language_whatlang(bencher: Bencher) {
    on_articles(bencher, |article| {
        black_box(whatlang::detect_lang(&article.text));
    });
}

/// Ends of sentences by one regular expression: a final mark, white space, a capital; or a line break.
#[expect(clippy::expect_used, reason = "the pattern is a constant")]
fn regex_sentences(text: &str) -> Vec<&str> {
    static END: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[.!?…][»”'\x22]?\s+|\n+").expect("the pattern is sound"));
    END.split(text)
        .filter(|sentence| !sentence.is_empty())
        .collect()
}
