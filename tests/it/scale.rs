//! What the search for candidates and the grouping of copies leave out, against comparing every two sentences.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::BTreeSet;

use claimalign::candidates::{self, Limits};
use claimalign::config::{Across, Config};
use claimalign::language::Guess;
use claimalign::observer::Silent;
use claimalign::pipeline;
use claimalign::prepare::{Document, Prepared};
use claimalign::review::book;
use claimalign::score::Scorer;
use claimalign::score::model::Model;
use claimalign::{Article, Language};

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

#[test]
fn prints_of_one_article_are_in_the_story_of_who_tells_it_anew() {
    let printed = "Brannvesenet i Svolvær reddet tre fiskere fra et brennende lagerbygg natt til lørdag. Fiskerne hadde \
        sovet på loftet da brannen brøt ut ved kaia.";
    let anew = "Tre fiskere ble reddet av brannvesenet i Svolvær fra et lagerbygg som brant natt til lørdag. De sov på \
        loftet da det begynte å brenne ved kaia.";
    for prints in [8, 9, 30] {
        let mut articles: Vec<Vec<String>> =
            (0..prints).map(|_| vec![printed.to_owned()]).collect();
        articles.push(vec![anew.to_owned()]);
        let order: Vec<usize> = (0..articles.len()).collect();
        let run = align(&articles, &order, 2);
        assert_eq!(run.prepared.stories.len(), 1, "{prints} prints");
    }
}

#[test]
fn copies_within_a_source_do_not_raise_a_score_above_one() {
    let told =
        "Brannvesenet i Svolvær reddet tre fiskere fra et brennende lagerbygg natt til lørdag.";
    let retold = "Tre fiskere ble reddet av brannvesenet i Svolvær fra et lagerbygg som brant natt til lørdag.";
    let article = |number: usize, source: usize, text: String| Article {
        id: format!("article-{number:02}"),
        source: format!("Avis {source}"),
        text,
        ..Article::default()
    };
    let mut articles: Vec<Article> = (0..8).map(|i| article(i, i, told.to_owned())).collect();
    articles.extend((8..16).map(|i| article(i, 8, told.to_owned())));
    articles.push(article(16, 8, retold.to_owned()));
    let config = Config {
        across: Across::Sources,
        ..Config::default()
    };
    let run = pipeline::align_articles(&config, articles, &Silent).unwrap();
    assert!(run.n_copies > 0);
    assert_eq!(run.claims.len(), 1);
    let claim = &run.claims[0];
    assert_eq!(claim.members.len(), 17);
    // What the ninth source tells anew is to the others what it is to each of them.
    let (anew, copies) = claim.members.split_last().unwrap();
    let to_copy = run
        .pairs
        .links()
        .iter()
        .find(|pair| pair.right == anew.unit);
    let p = to_copy.unwrap().probability;
    assert!((anew.score - p).abs() < 0.02, "{} and {p}", anew.score);
    // Each of the eight agrees with 15 copies of the others, and with it; so do the copies of the ninth, but for it.
    for member in copies {
        let wanted = if member.unit < 8 {
            (15.0 + p) / 16.0
        } else {
            1.0
        };
        assert!((member.score - wanted).abs() < 0.02, "{member:?}, {wanted}");
    }
    assert!((0.9..=1.0).contains(&claim.cohesion), "{}", claim.cohesion);
}

#[test]
fn a_near_miss_scores_the_same_beside_copies_that_were_set_aside() {
    let told =
        "Brannvesenet i Svolvær reddet tre fiskere fra et brennende lagerbygg natt til lørdag.";
    let near = "Tre fiskere ble reddet av brannvesenet da et lagerbygg brant i Svolvær.";
    for n in [4, 40] {
        let copies = (0..n).map(|i| (format!("article-{i:03}"), told));
        let articles = copies.chain([("near".to_owned(), near)]);
        let articles = articles.map(|(id, text)| Article {
            id,
            text: text.to_owned(),
            ..Article::default()
        });
        let config = Config {
            // Copies reach any bar.
            min_join: Some(0.999),
            ..Config::default()
        };
        let run = pipeline::align_articles(&config, articles.collect(), &Silent).unwrap();
        let book = book::of_run(&run);
        assert_eq!(book.claims.len(), 1);
        assert_eq!(book.claims[0].members.len(), n);
        assert_eq!(book.claims[0].near.len(), 1);
        let pairs = run.pairs.iter().map(Result::unwrap);
        let with_near: Vec<f64> = pairs
            .filter(|pair| run.text(pair.right) == near || run.text(pair.left) == near)
            .map(|pair| pair.probability)
            .collect();
        assert_eq!(with_near.len(), n.min(8));
        let score = book.claims[0].near[0].score;
        let alike = |&p: &f64| p > 0.1 && (p - score).abs() < 0.001;
        assert!(with_near.iter().all(alike), "{score} {with_near:?}");
    }
}

#[test]
fn a_known_claim_names_all_its_copies() {
    let told =
        "Brannvesenet i Svolvær reddet tre fiskere fra et brennende lagerbygg natt til lørdag.";
    let articles = (0..300).map(|i| Article {
        id: format!("article-{i:03}"),
        text: told.to_owned(),
        ..Article::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let known = "claim_id,label,claim\nfire,Brann,Tre fiskere ble reddet fra et lagerbygg som brant i Svolvær.\n";
    let config = Config {
        claims: Some(common::write(folder.path(), "known.csv", known)),
        ..Config::default()
    };
    let articles: Vec<Article> = articles.collect();
    let run = pipeline::align_articles(&config, articles.clone(), &Silent).unwrap();
    assert_eq!(run.claims.len(), 1);
    assert_eq!(run.claims[0].label, "Brann");
    for article in &articles {
        common::write(
            folder.path(),
            &format!("in/{}.txt", article.id),
            &article.text,
        );
    }
    let config = Config {
        inputs: vec![folder.path().join("in")],
        ..config
    };
    let (_, hits) = pipeline::match_known(&config, 10, &Silent).unwrap();
    assert_eq!(hits.len(), 300);
}
