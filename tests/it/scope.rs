//! Comparing only articles of near days, or of different sources.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::BTreeSet;

use claimalign::article::Date;
use claimalign::candidates::{self, Limits, Scope};
use claimalign::config::{Across, Config};
use claimalign::observer::Silent;
use claimalign::pipeline::{self, Run};
use claimalign::prepare::Document;
use claimalign::{Article, Language};

use crate::common;
use crate::properties::prepare;

/// The labelled articles, of three sources in turn; every tenth has no date, every eleventh no source.
fn articles() -> Vec<Article> {
    let mut articles: Vec<Article> = common::events()
        .iter()
        .flat_map(|event| &event.articles)
        .map(claimalign::gold::GoldArticle::article)
        .collect();
    articles.sort_by(|a, b| a.id.cmp(&b.id));
    for (i, article) in articles.iter_mut().enumerate() {
        ["Avisa", "Bladet", "Tidende"][i % 3].clone_into(&mut article.source);
        if i % 10 == 3 {
            article.date = None;
        }
        if i % 11 == 4 {
            article.source.clear();
        }
    }
    articles
}

fn align(articles: Vec<Article>, within_days: Option<u32>, across: Across) -> Run {
    let config = Config {
        within_days,
        across,
        ..Config::default()
    };
    pipeline::align_articles(&config, articles, &Silent).unwrap()
}

/// The pairs of `run` for review, as articles.
fn pairs(run: &Run) -> Vec<[&Article; 2]> {
    let article = |unit: u32| &run.documents[run.prepared.places[unit as usize].0 as usize].article;
    let pairs = run.pairs.links().iter();
    pairs
        .map(|pair| [article(pair.left), article(pair.right)])
        .collect()
}

/// Days between two articles, where both have a date.
fn days_between([a, b]: [&Article; 2]) -> Option<i64> {
    Some((a.date?.day_number() - b.date?.day_number()).abs())
}

#[test]
fn candidates_are_those_of_the_whole_corpus_that_the_scope_compares() {
    let articles = articles();
    let documents: Vec<Document> = articles
        .iter()
        .map(|article| Document::new(article.clone(), false))
        .collect();
    let prepared = prepare(&documents);
    let (corpus, stories, members) = (prepared.corpus(), &prepared.stories, &prepared.members);
    let all = candidates::find(corpus, stories, members, Limits::NONE, &Silent);
    for (within_days, across) in [
        (None, Across::Sources),
        (Some(0), Across::Articles),
        (Some(2), Across::Articles),
        (Some(40), Across::Sources),
    ] {
        let scope = Scope::new(articles.iter(), within_days, across);
        let article = |unit: u32| prepared.units.unit(unit as usize).article;
        let mut wanted = all.clone();
        wanted.retain(|pair| scope.compares(article(pair.left), article(pair.right)));
        assert!(wanted.len() < all.len());
        let limits = Limits::NONE;
        let found =
            candidates::find_within(corpus, stories, &scope, members, members, limits, &Silent);
        assert!(found.pairs == wanted, "{within_days:?}, {across:?}");
    }
}

#[test]
fn pairs_outside_the_window_do_not_appear() {
    let everything = align(articles(), None, Across::Articles);
    assert!(
        pairs(&everything)
            .into_iter()
            .any(|pair| days_between(pair) > Some(2))
    );
    let run = align(articles(), Some(2), Across::Articles);
    let of_run = pairs(&run);
    assert!(of_run.len() > 100, "{}", of_run.len());
    assert!(of_run.iter().all(|&pair| days_between(pair) <= Some(2)));
    assert!(of_run.iter().any(|&pair| days_between(pair).is_none()));
}

#[test]
fn a_window_leaves_fewer_pairs_to_score() {
    let mut dated = articles();
    dated.retain(|article| article.date.is_some());
    let everything = align(dated.clone(), None, Across::Articles);
    let run = align(dated, Some(2), Across::Articles);
    assert!(4 * run.n_candidates < 3 * everything.n_candidates);
}

#[test]
fn pairs_of_one_source_do_not_appear() {
    let run = align(articles(), None, Across::Sources);
    let of_run = pairs(&run);
    assert!(of_run.len() > 100, "{}", of_run.len());
    assert!(
        of_run
            .iter()
            .all(|[a, b]| a.source != b.source || a.source.is_empty())
    );
    assert!(of_run.iter().any(|[a, _]| a.source.is_empty()));
}

#[test]
fn a_window_over_everything_changes_nothing() {
    let everything = align(articles(), None, Across::Articles);
    let run = align(articles(), Some(100_000), Across::Articles);
    assert_eq!(run.pairs.links(), everything.pairs.links());
    assert_eq!(run.claims, everything.claims);
    assert_eq!(run.n_candidates, everything.n_candidates);
}

const AGENCY: &str =
    "Brannvesenet i Svolvær reddet tre fiskere fra et brennende lagerbygg natt til lørdag.";

/// One print of the agency's sentence for each source and day.
fn prints(of: impl IntoIterator<Item = (String, u8)>) -> Vec<Article> {
    of.into_iter()
        .enumerate()
        .map(|(i, (source, day))| Article {
            id: format!("print-{i:02}"),
            source,
            date: Date::new(2021, 1, day),
            text: AGENCY.to_owned(),
            language: Some(Language::Nb),
            ..Article::default()
        })
        .collect()
}

/// How many sentences each claim has.
fn sizes(run: &Run) -> Vec<usize> {
    run.claims.iter().map(|claim| claim.members.len()).collect()
}

#[test]
fn prints_of_days_far_apart_are_two_claims() {
    let of_days = |days: [u8; 2]| prints((0..40).map(|i| (String::new(), days[i % 2])));
    let run = align(of_days([1, 20]), None, Across::Articles);
    assert_eq!(sizes(&run), [40]);
    let run = align(of_days([1, 20]), Some(3), Across::Articles);
    assert_eq!(sizes(&run), [20, 20]);
    assert!(run.n_copies > 0, "some stand for others");
    for claim in &run.claims {
        let day = |unit: u32| run.documents[unit as usize].article.date;
        let days: BTreeSet<_> = claim
            .members
            .iter()
            .map(|member| day(member.unit))
            .collect();
        assert_eq!(days.len(), 1);
        assert!((claim.cohesion - 1.0).abs() < 1e-9, "{}", claim.cohesion);
    }
    // Prints of two days within the window are one claim, though those of each day are set aside by themselves.
    let run = align(of_days([1, 2]), Some(3), Across::Articles);
    assert_eq!(sizes(&run), [40]);
}

#[test]
fn prints_of_one_source_alone_are_no_claim() {
    let of_sources = |n: usize| prints((0..20).map(|i| (format!("Avis {}", i % n), 1)));
    let run = align(of_sources(1), None, Across::Sources);
    assert_eq!(sizes(&run), [0; 0]);
    for n in [2, 3, 20] {
        let run = align(of_sources(n), None, Across::Sources);
        assert_eq!(sizes(&run), [20], "{n}");
        let claim = &run.claims[0];
        assert!((claim.cohesion - 1.0).abs() < 1e-9, "{}", claim.cohesion);
        assert!(
            claim
                .members
                .iter()
                .all(|member| (member.score - 1.0).abs() < 1e-9)
        );
    }
}

#[test]
fn sentences_of_one_source_do_not_lower_the_means() {
    // Two prints of one source and one of another: both pairs that are compared are the same text.
    let run = align(
        prints(["A", "A", "B"].map(|source| (source.to_owned(), 1))),
        None,
        Across::Sources,
    );
    assert_eq!(sizes(&run), [3]);
    assert!((run.claims[0].cohesion - 1.0).abs() < 1e-9);
}

#[test]
fn articles_that_a_setting_cannot_keep_apart_are_told() {
    let told = |articles: &[Article], within_days, across| -> Vec<String> {
        let warnings = Scope::warnings(articles, within_days, across);
        warnings.iter().map(ToString::to_string).collect()
    };
    let mut articles = articles();
    articles.truncate(10);
    assert_eq!(told(&articles, None, Across::Articles), [""; 0]);
    assert_eq!(
        told(&articles, Some(3), Across::Sources),
        [
            "--across sources: 1 of 10 articles have no source; they are compared with all",
            "--within-days: 1 of 10 articles have no date; they are compared with all",
        ]
    );
    for article in &mut articles {
        "Avisa".clone_into(&mut article.source);
    }
    assert_eq!(
        told(&articles, None, Across::Sources),
        ["--across sources: all articles are of one source, `Avisa`; none are compared"]
    );
}
