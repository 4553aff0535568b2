//! What the search for candidates and the grouping of copies leave out, against comparing every two sentences.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::BTreeSet;

use claimalign::Language;
use claimalign::candidates::{self, Limits};
use claimalign::language::Guess;
use claimalign::observer::Silent;
use claimalign::prepare::{Document, Prepared};
use claimalign::score::Scorer;
use claimalign::score::model::Model;

use crate::common;
use crate::properties::{align, cross_pairs, prepare};

/// The sentences of the first labelled events, ready to be compared.
fn some_events(n: usize) -> Prepared {
    let documents: Vec<Document> = common::events()
        .iter()
        .take(n)
        .flat_map(|event| &event.articles)
        .map(|article| {
            let sentences = article.segmented();
            Document::with_sentences(article.article(), Guess::certain(Language::Nb), sentences)
        })
        .collect();
    prepare(&documents)
}

#[test]
fn what_the_scorer_leaves_out_early_could_not_be_likely() {
    let prepared = some_events(4);
    let model = Model::embedded().unwrap();
    let scorer = Scorer::new(prepared.corpus(), &prepared.stories, &model);
    let all = cross_pairs(&prepared);
    for least in [0.01, 0.2, 0.9] {
        let mut wanted = scorer.score(&all, 0.0, &Silent);
        assert_eq!(wanted.len(), all.len());
        wanted.retain(|pair| pair.probability >= least);
        assert!(!wanted.is_empty());
        assert_eq!(scorer.score(&all, least, &Silent), wanted, "{least}");
    }
}

/// The share of the pairs that the scorer would join, had it seen all, that are among the candidates; and for how
/// many sentences the search left something out.
fn recall(prepared: &Prepared, limits: Limits) -> (f64, usize) {
    let model = Model::embedded().unwrap();
    let scorer = Scorer::new(prepared.corpus(), &prepared.stories, &model);
    let all = cross_pairs(prepared);
    let wanted = scorer.score(&all, model.file().cut, &Silent);
    assert!(wanted.len() > 100, "{} pairs to find", wanted.len());
    let (stories, members) = (&prepared.stories, &prepared.members);
    let found = candidates::find_for(
        prepared.corpus(),
        stories,
        members,
        members,
        limits,
        &Silent,
    );
    let pairs: BTreeSet<(u32, u32)> = found.pairs.iter().map(|p| (p.left, p.right)).collect();
    let n = wanted
        .iter()
        .filter(|pair| pairs.contains(&(pair.left, pair.right)))
        .count();
    #[expect(clippy::cast_precision_loss, reason = "a count of pairs")]
    let recall = n as f64 / wanted.len() as f64;
    (recall, found.cut)
}

#[test]
fn candidates_hold_the_pairs_that_scoring_all_pairs_would_join() {
    let prepared = some_events(6);
    let (recall, cut) = recall(&prepared, Limits::default());
    assert!(recall >= 0.995, "{recall}");
    assert_eq!(cut, 0, "a few sentences need no cut");
}

#[test]
fn a_search_that_reads_little_says_so_and_still_finds_the_best() {
    let prepared = some_events(6);
    let few = Limits {
        entries: 40,
        ..Limits::default()
    };
    let (recall, cut) = recall(&prepared, few);
    assert!(cut > 100, "{cut}");
    assert!(recall >= 0.95, "{recall}");
}

/// Many copies of a sentence are one claim with another wording of it, though few of them are compared.
#[test]
fn all_copies_are_members_of_the_claim_of_the_few_that_stand_for_them() {
    let told =
        "Brannvesenet i Svolvær reddet tre fiskere fra et brennende lagerbygg natt til lørdag.";
    let retold = "Tre fiskere ble reddet av brannvesenet i Svolvær fra et lagerbygg som brant natt til lørdag.";
    let mut articles: Vec<Vec<String>> = (0..20).map(|_| vec![told.to_owned()]).collect();
    articles[4].push(told.to_owned());
    articles.push(vec![retold.to_owned()]);
    let order: Vec<usize> = (0..articles.len()).collect();
    let run = align(&articles, &order, 2);
    assert!(run.n_copies > 10, "{}", run.n_copies);
    assert_eq!(run.claims.len(), 1);
    let claim = &run.claims[0];
    assert_eq!(claim.members.len(), 22, "every copy and the other wording");
    assert!(claim.cohesion > 0.8, "{}", claim.cohesion);
    let scores: Vec<f64> = claim.members.iter().map(|member| member.score).collect();
    assert!(scores.iter().all(|score| *score <= 1.0));
    // Copies that were set aside count as much as those that were compared.
    let (first, last) = (scores[0], scores[18]);
    assert!((first - last).abs() < 0.05, "{first} and {last}");
}
