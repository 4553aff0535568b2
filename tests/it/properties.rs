//! What the stages promise for any input: normalized tokens, likeness of words, candidates, scores,
//! clusters, claims and stories.
//!
//! Corpora are made of labelled sentences drawn at random, so that words, names and numbers meet as they
//! do in news, and of sentences put together from pieces that are hard to handle.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use claimalign::candidates::{self, Candidate, Limits};
use claimalign::config::Config;
use claimalign::language::Guess;
use claimalign::lexicon::Lexicon;
use claimalign::normalize::key::key;
use claimalign::normalize::normalize;
use claimalign::observer::Silent;
use claimalign::pipeline::{self, Run};
use claimalign::prepare::{Document, Prepared};
use claimalign::score::features::Features;
use claimalign::score::model::Model;
use claimalign::score::{ScoredPair, Scorer};
use claimalign::segment::{Kind, Sentence};
use claimalign::weigh::Background;
use claimalign::{Article, Language, Span};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use unicode_normalization::UnicodeNormalization;

use crate::common;

/// Labelled sentences of three events: true paraphrases, and much that only looks like one.
static SENTENCES: LazyLock<Vec<String>> = LazyLock::new(|| {
    common::events()
        .iter()
        .take(3)
        .flat_map(|event| &event.articles)
        .flat_map(|article| {
            let spans = article.segmented();
            spans
                .into_iter()
                .map(|sentence| sentence.span.slice(&article.text).to_owned())
        })
        .collect()
});

fn lexicon() -> &'static Lexicon {
    Lexicon::embedded().unwrap()
}

/// The normalized tokens of `text`.
fn forms(text: &str) -> Vec<String> {
    let tokens = normalize(text, lexicon());
    tokens.into_iter().map(|token| token.canonical).collect()
}

/// What sentences are put together from.
fn piece() -> impl Strategy<Value = String> {
    let hard = select(vec![
        "Ærø",
        "ÅLESUND",
        "å",
        "kl. 20.24",
        "klokka åtte",
        "1.100",
        "1 100",
        "elleve hundre",
        "12,5 %",
        "6. januar",
        "2021",
        "ikke",
        "aldrig",
        "avviser",
        "bl.a.",
        "Trumps",
        "Sør-Varanger",
        "EU's",
        "«",
        "»",
        "- ",
        "–",
        "🫐",
        "a\u{30a}",
        "ﬁ",
        "İ",
        "ẞ",
        "\u{301}",
        "\u{0}",
        "\t",
        "?",
        "politiet",
        "politibetjenten",
        "hovedstadspolitiet",
        "kongressbygningen",
        "Kongressen",
    ]);
    prop_oneof![
        4 => hard.prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[a-zæøåA-ZÆØÅ]{1,14}",
    ]
}

fn wild_sentence() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 1..12).prop_map(|pieces| pieces.join(" "))
}

/// A sentence of a corpus.
fn sentence() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => any::<Index>().prop_map(|index| index.get(&SENTENCES).clone()),
        1 => wild_sentence(),
    ]
}

/// Articles as lists of sentences; some sentences stand in several articles, and twice in one.
fn articles() -> impl Strategy<Value = Vec<Vec<String>>> {
    let own = prop::collection::vec(prop::collection::vec(sentence(), 1..7), 2..5);
    let again = prop::collection::vec((any::<Index>(), any::<Index>(), any::<Index>()), 0..5);
    (own, again).prop_map(|(mut articles, again)| {
        for (from, which, to) in again {
            let source: &Vec<String> = from.get(&articles);
            let copy = which.get(source).clone();
            let to = to.index(articles.len());
            articles[to].push(copy);
        }
        articles
    })
}

/// An article whose sentences are exactly the given ones.
fn document(id: &str, sentences: &[String]) -> Document {
    let mut text = String::new();
    let mut spans = Vec::new();
    for sentence in sentences {
        let start = text.len();
        text.push_str(sentence);
        spans.push(Sentence {
            span: Span::new(start, text.len()).unwrap(),
            kind: Kind::Sentence,
        });
        text.push_str("\n\n");
    }
    let article = Article {
        id: id.to_owned(),
        text,
        ..Article::default()
    };
    Document::with_sentences(article, Guess::certain(Language::Nb), spans)
}

pub(crate) fn prepare(documents: &[Document]) -> Prepared {
    let background = Background::embedded().unwrap();
    Prepared::new(documents, &[], lexicon(), background, &Silent)
}

fn prepare_texts<'a>(articles: impl IntoIterator<Item = &'a Vec<String>>) -> Prepared {
    let documents: Vec<Document> = articles
        .into_iter()
        .enumerate()
        .map(|(number, sentences)| document(&number.to_string(), sentences))
        .collect();
    prepare(&documents)
}

/// Every pair of sentences of two articles, sorted.
pub(crate) fn cross_pairs(prepared: &Prepared) -> Vec<Candidate> {
    let article = |unit: u32| prepared.units.unit(unit as usize).article;
    let mut pairs = Vec::new();
    for (i, &left) in prepared.members.iter().enumerate() {
        for &right in &prepared.members[i + 1..] {
            if article(left) != article(right) {
                pairs.push(Candidate { left, right });
            }
        }
    }
    pairs
}

/// Scores of all cross-article pairs when the articles stand in `order`, by article and sentence.
fn scores_in(
    articles: &[Vec<String>],
    order: &[usize],
) -> BTreeMap<[(usize, u32); 2], (ScoredPair, bool)> {
    let prepared = prepare_texts(order.iter().map(|&article| &articles[article]));
    let model = Model::embedded().unwrap();
    let scorer = Scorer::new(prepared.corpus(), &prepared.stories, &model);
    scorer
        .score(&cross_pairs(&prepared), 0.0, &Silent)
        .into_iter()
        .map(|pair| {
            let [left, right] = [pair.left, pair.right].map(|unit| {
                let (document, sentence) = prepared.places[unit as usize];
                (order[document as usize], sentence)
            });
            let units = [pair.left, pair.right].map(|unit| prepared.units.unit(unit as usize));
            let same_story = prepared.stories.same(units[0].article, units[1].article);
            ([left.min(right), left.max(right)], (pair, same_story))
        })
        .collect()
}

pub(crate) fn align(articles: &[Vec<String>], order: &[usize], min_articles: usize) -> Run {
    let articles: Vec<Article> = order
        .iter()
        .map(|&number| Article {
            id: format!("article-{number}"),
            text: articles[number].join("\n\n"),
            ..Article::default()
        })
        .collect();
    let config = Config {
        min_articles,
        ..Config::default()
    };
    pipeline::align_articles(&config, articles, &Silent).unwrap()
}

/// A few articles and an order for them.
fn articles_and_order() -> impl Strategy<Value = (Vec<Vec<String>>, Vec<usize>)> {
    articles().prop_flat_map(|articles| {
        let order: Vec<usize> = (0..articles.len()).collect();
        (Just(articles), Just(order).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_key_is_its_own_key(
        word in prop_oneof!["[a-zæøåA-ZÆØÅéöäüß']{1,16}", "\\PC{1,12}", any::<String>()],
    ) {
        let once = key(&word);
        prop_assert_eq!(key(&once), once);
    }

    #[test]
    fn tokens_point_at_what_they_stand_for(
        sentence in prop_oneof![wild_sentence(), any::<String>(), sentence()],
    ) {
        let tokens = normalize(&sentence, lexicon());
        prop_assert_eq!(&tokens, &normalize(&sentence, lexicon()));
        let mut end = 0;
        for token in &tokens {
            prop_assert!(token.span.start() >= end, "overlap in {tokens:?}");
            end = token.span.end();
            let surface = sentence.get(token.span.start()..end);
            prop_assert!(surface.is_some_and(|surface| !surface.trim().is_empty()), "{token:?}");
            prop_assert!(!token.canonical.trim().is_empty(), "{token:?}");
        }
    }

    #[test]
    fn spaces_and_what_nobody_sees_are_the_same(
        sentence in prop_oneof![sentence(), "[a-zæøå0-9ÆØÅ .,%]{1,40}"],
    ) {
        let expected = forms(&sentence);
        let spaced = sentence.replace(' ', " \u{200b}\u{2009} ");
        prop_assert_eq!(&forms(&spaced), &expected, "{}", spaced);
        let mut hyphens = String::new();
        for c in sentence.chars() {
            hyphens.extend(['\u{ad}', c]);
        }
        prop_assert_eq!(&forms(&hyphens), &expected, "{}", hyphens);
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same(
        sentence in prop_oneof![sentence(), "[a-zæøåöäéÆØÅ .,]{1,40}"],
    ) {
        let composed: String = sentence.nfc().collect();
        let decomposed: String = sentence.nfd().collect();
        prop_assert_eq!(forms(&composed), forms(&decomposed));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn likeness_of_words_is_mutual(articles in articles()) {
        let prepared = prepare_texts(&articles);
        let n = u32::try_from(prepared.vocabulary.len()).unwrap();
        for word in 0..n {
            for neighbour in prepared.neighbours.of(word) {
                prop_assert_ne!(neighbour.word, word);
                prop_assert!(neighbour.similarity > 0.0 && neighbour.similarity < 1.0);
                let back = prepared.neighbours.between(neighbour.word, word);
                let names = [word, neighbour.word].map(|word| prepared.vocabulary.word(word));
                prop_assert_eq!(
                    back.map(|back| (back.similarity, back.link)),
                    Some((neighbour.similarity, neighbour.link)),
                    "{:?}", names
                );
            }
        }
    }

    #[test]
    fn candidates_are_unique_pairs_of_two_articles(
        articles in articles(),
        in_story in 0..6_usize,
        elsewhere in 0..4_usize,
    ) {
        let prepared = prepare_texts(&articles);
        let find = |limits| candidates::find(
            prepared.corpus(), &prepared.stories, &prepared.members, limits, &Silent,
        );
        let pairs = |candidates: &[Candidate]| -> BTreeSet<(u32, u32)> {
            candidates.iter().map(|pair| (pair.left, pair.right)).collect()
        };
        let few = find(Limits { in_story, elsewhere, ..Limits::default() });
        prop_assert_eq!(pairs(&few).len(), few.len());
        for pair in &few {
            let units = [pair.left, pair.right];
            prop_assert!(pair.left < pair.right);
            prop_assert!(units.iter().all(|unit| prepared.members.contains(unit)));
            let [left, right] = units.map(|unit| prepared.units.unit(unit as usize).article);
            prop_assert_ne!(left, right);
        }
        // Without a limit: all pairs that share a word or one that is alike. No word is common in a corpus
        // of this size.
        let all = pairs(&find(Limits::NONE));
        prop_assert!(pairs(&few).is_subset(&all));
        let naive: BTreeSet<(u32, u32)> = cross_pairs(&prepared)
            .into_iter()
            .filter(|pair| {
                let [left, right] = [pair.left, pair.right].map(|unit| prepared.units.words(unit as usize));
                left.iter().any(|&a| right.iter().any(|&b| {
                    a == b || prepared.neighbours.between(a, b).is_some_and(|near| near.similarity >= 0.40)
                }))
            })
            .map(|pair| (pair.left, pair.right))
            .collect();
        prop_assert_eq!(all, naive);
    }

    #[test]
    fn a_score_does_not_depend_on_which_sentence_is_left((articles, order) in articles_and_order()) {
        let in_order: Vec<usize> = (0..articles.len()).collect();
        let scores = scores_in(&articles, &in_order);
        let others = scores_in(&articles, &order);
        prop_assert_eq!(scores.len(), others.len());
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        for (place, (pair, _)) in &scores {
            let other = &others[place].0;
            let texts = place.map(|(article, sentence)| &articles[article][sentence as usize]);
            let names = Features::NAMES;
            let values = pair.features.values().into_iter().zip(other.features.values());
            for (name, (value, swapped)) in names.iter().zip(values) {
                prop_assert!(close(value, swapped), "{}: {} and {}: {:?}", name, value, swapped, texts);
            }
            prop_assert_eq!(pair.guards, other.guards);
            prop_assert!(close(pair.probability, other.probability));
        }
    }

    #[test]
    fn probabilities_are_such_and_identical_sentences_of_a_story_are_one_claim(articles in articles()) {
        let in_order: Vec<usize> = (0..articles.len()).collect();
        for (place, (pair, same_story)) in scores_in(&articles, &in_order) {
            prop_assert!((0.0..=1.0).contains(&pair.probability), "{}", pair.probability);
            prop_assert!(pair.features.values().iter().all(|value| value.is_finite()));
            let [left, right] = place.map(|(article, sentence)| &articles[article][sentence as usize]);
            if left == right && same_story {
                prop_assert_eq!(pair.probability.to_bits(), 1.0_f64.to_bits(), "{}", left);
            }
        }
    }

    #[test]
    fn stories_are_a_partition_with_mutual_affinity(mut articles in articles()) {
        articles.push(vec!["Qvorxu zwilqat jybbeth.".to_owned()]);
        let prepared = prepare_texts(&articles);
        let stories = &prepared.stories;
        let n = u32::try_from(articles.len()).unwrap();
        for a in 0..n {
            let of = stories.of(a).unwrap();
            prop_assert!(of <= a);
            prop_assert_eq!(stories.of(of), Some(of));
            prop_assert!(stories.same(a, a));
            for b in 0..n {
                let affinity = stories.affinity(a, b);
                prop_assert!((0.0..=1.0).contains(&affinity));
                prop_assert_eq!(affinity.to_bits(), stories.affinity(b, a).to_bits());
                prop_assert_eq!(stories.same(a, b), stories.of(a) == stories.of(b));
            }
        }
        let own: BTreeSet<u32> = (0..n).filter_map(|article| stories.of(article)).collect();
        prop_assert_eq!(own.len(), stories.len());
        let lonely = n - 1;
        prop_assert!((0..lonely).all(|other| !stories.same(other, lonely)));
    }

    #[test]
    fn one_article_alone_is_a_story_without_claims(sentences in prop::collection::vec(sentence(), 1..8)) {
        let run = align(std::slice::from_ref(&sentences), &[0], 1);
        prop_assert_eq!(run.prepared.stories.len(), 1);
        prop_assert_eq!(run.prepared.stories.of(0), Some(0));
        prop_assert_eq!(run.n_candidates, 0);
        prop_assert!(run.claims.is_empty());
    }

    #[test]
    fn claims_are_disjoint_groups_with_ids_of_their_own(
        (articles, order) in articles_and_order(),
        min_articles in 1..3_usize,
    ) {
        let run = align(&articles, &order, min_articles);
        let article = |unit: u32| run.prepared.units.unit(unit as usize).article;
        let ids: BTreeSet<&str> = run.claims.iter().map(|claim| claim.id.as_str()).collect();
        prop_assert_eq!(ids.len(), run.claims.len());
        let mut taken = BTreeSet::new();
        for claim in &run.claims {
            let units: Vec<u32> = claim.members.iter().map(|member| member.unit).collect();
            prop_assert!(units.is_sorted());
            prop_assert!(units.iter().all(|unit| taken.insert(*unit)), "a sentence of two claims");
            let articles: BTreeSet<u32> = units.iter().map(|unit| article(*unit)).collect();
            prop_assert!(units.len() > 1 && articles.len() >= min_articles);
            prop_assert!((0.0..=1.0).contains(&claim.cohesion));
            prop_assert!(claim.members.iter().all(|member| (0.0..=1.0).contains(&member.score)));
            prop_assert_eq!(claim.members.iter().filter(|member| member.representative).count(), 1);
            prop_assert!(!claim.label.is_empty());
        }
        let in_order: Vec<usize> = (0..articles.len()).collect();
        let again = align(&articles, &in_order, min_articles);
        prop_assert_eq!(run.claims, again.claims, "the order of the articles changed the claims");
    }
}

/// Units of whole texts have hundreds of words.
#[test]
fn long_texts_are_scored_as_short_ones_are() {
    let words = |from: usize| -> String {
        SENTENCES
            .iter()
            .skip(from)
            .take(40)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let articles = vec![vec![words(0)], vec![words(20)], vec![words(0) + " "]];
    let scores = scores_in(&articles, &[0, 1, 2]);
    for order in [[2, 1, 0], [1, 0, 2]] {
        let others = scores_in(&articles, &order);
        for (place, (pair, _)) in &scores {
            let other = &others[place].0;
            let values = pair
                .features
                .values()
                .into_iter()
                .zip(other.features.values());
            for (name, (value, swapped)) in Features::NAMES.iter().zip(values) {
                assert!(
                    (value - swapped).abs() < 1e-9,
                    "{name}: {value} and {swapped}"
                );
            }
        }
    }
    // But for a space at the end, the first and the last are the same.
    let (same, _) = &scores[&[(0, 0), (2, 0)]];
    assert!(
        same.features.containment > 0.999,
        "{}",
        same.features.containment
    );
}

/// How many of the pairs that the scorer would join are among the candidates, when every pair that shares any
/// word is scored. A wide guard: quality is measured elsewhere.
#[test]
fn candidates_hold_nearly_all_pairs_that_would_be_joined() {
    let documents: Vec<Document> = common::events()
        .iter()
        .flat_map(|event| &event.articles)
        .map(|article| {
            let sentences = article.segmented();
            Document::with_sentences(article.article(), Guess::certain(Language::Nb), sentences)
        })
        .collect();
    let prepared = prepare(&documents);
    let model = Model::embedded().unwrap();
    let scorer = Scorer::new(prepared.corpus(), &prepared.stories, &model);
    let find = |limits| {
        let (stories, members) = (&prepared.stories, &prepared.members);
        candidates::find(prepared.corpus(), stories, members, limits, &Silent)
    };
    let all = find(Limits::NONE);
    let found: BTreeSet<(u32, u32)> = find(Limits::default())
        .iter()
        .map(|pair| (pair.left, pair.right))
        .collect();
    let wanted: Vec<(u32, u32)> = scorer
        .score(&all, model.file().cut, &Silent)
        .iter()
        .map(|pair| (pair.left, pair.right))
        .collect();
    let n_found = wanted.iter().filter(|pair| found.contains(pair)).count();
    #[expect(clippy::cast_precision_loss, reason = "a count of pairs")]
    let recall = n_found as f64 / wanted.len() as f64;
    println!(
        "{} of {} pairs are candidates; of {} that would be joined, {n_found} are among them ({recall:.4})",
        found.len(),
        all.len(),
        wanted.len(),
    );
    assert!(wanted.len() > 100, "{} pairs to find", wanted.len());
    assert!(recall >= 0.97, "{recall}");
}
