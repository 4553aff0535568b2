//! Why two sentences match: the words that they share, as they stand in the text.

use std::fmt::Write as _;

use rayon::prelude::*;

use crate::align::{Corpus, Left};
use crate::lexicon::Lexicon;
use crate::normalize::normalize;
use crate::similar::Link;
use crate::vocabulary::WordId;

/// Words that a reason lists at most.
const LISTED: usize = 6;
/// A match below this similarity is not listed.
const LEAST_SIMILARITY: f64 = 0.35;

/// Two words that answer to each other, as they stand in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedWord {
    /// In the left sentence.
    pub left: String,
    /// In the right sentence.
    pub right: String,
    /// Similarity, 0..=1.
    pub similarity: f64,
    /// Weight of the left word.
    pub weight: f64,
    /// Why they are alike; `None` for the same key.
    pub link: Option<Link>,
}

/// The words that the sentences of units `left` and `right` share, heaviest first; `texts` are their texts.
pub fn shared_words(
    corpus: Corpus,
    left: usize,
    right: usize,
    texts: [&str; 2],
    lexicon: &Lexicon,
) -> Vec<SharedWord> {
    let surfaces = texts.map(|text| Surfaces::new(text, corpus, lexicon));
    shared(corpus, &Left::new(corpus, left), right, surfaces.each_ref()).collect()
}

/// A reason in words: `shares Pence, eskortert ~ ført, 20.24`. Function words are left out.
pub fn reason(
    corpus: Corpus,
    left: usize,
    right: usize,
    texts: [&str; 2],
    lexicon: &Lexicon,
) -> String {
    let surfaces = texts.map(|text| Surfaces::new(text, corpus, lexicon));
    let left = Left::new(corpus, left);
    in_words(shared(corpus, &left, right, surfaces.each_ref()))
}

/// As [`reason`], for many pairs of units by all threads: each sentence is normalized once. Pairs with the same left
/// unit should follow each other.
pub fn reasons<'a>(
    corpus: Corpus,
    pairs: &[(u32, u32)],
    text: impl Fn(u32) -> &'a str + Sync,
    lexicon: &Lexicon,
) -> Vec<String> {
    let mut units: Vec<u32> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    units.sort_unstable();
    units.dedup();
    let surfaces: Vec<Surfaces> = units
        .par_iter()
        .map(|&unit| Surfaces::new(text(unit), corpus, lexicon))
        .collect();
    let of = |unit: u32| &surfaces[units.partition_point(|&other| other < unit)];
    pairs
        .par_chunk_by(|a, b| a.0 == b.0)
        .flat_map_iter(|row| {
            let first = row.first().map_or(0, |pair| pair.0);
            let left = Left::new(corpus, first as usize);
            row.iter()
                .map(|&(_, right)| {
                    in_words(shared(
                        corpus,
                        &left,
                        right as usize,
                        [of(first), of(right)],
                    ))
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn in_words(words: impl Iterator<Item = SharedWord>) -> String {
    let mut reason = String::new();
    let telling = words.filter(|word| {
        word.similarity >= LEAST_SIMILARITY
            && crate::words::class(&word.left.to_lowercase()).is_none()
    });
    for word in telling.take(LISTED) {
        reason.push_str(if reason.is_empty() { "shares " } else { ", " });
        reason.push_str(&word.left);
        if word.left.to_lowercase() != word.right.to_lowercase() {
            // Writing to a string cannot fail.
            let _ = write!(reason, " ~ {}", word.right);
        }
    }
    if reason.is_empty() {
        reason.push_str("shares function words only");
    }
    reason
}

fn shared(
    corpus: Corpus,
    left: &Left,
    right: usize,
    surfaces: [&Surfaces; 2],
) -> impl Iterator<Item = SharedWord> {
    left.matches(right)
        .into_iter()
        .map(move |found| SharedWord {
            left: surfaces[0].of(found.left).to_owned(),
            right: surfaces[1].of(found.right).to_owned(),
            similarity: found.similarity,
            weight: corpus.weight(found.left),
            link: found.link,
        })
}

/// The words of a sentence as they stand there, by number.
struct Surfaces<'a>(Vec<(WordId, &'a str)>);

impl<'a> Surfaces<'a> {
    fn new(text: &'a str, corpus: Corpus, lexicon: &Lexicon) -> Self {
        Self(
            normalize(text, lexicon)
                .iter()
                .filter_map(|token| {
                    let id = corpus.vocabulary.id(&token.canonical)?;
                    Some((id, token.span.slice(text)))
                })
                .collect(),
        )
    }

    /// Empty when the sentence does not hold the word.
    fn of(&self, word: WordId) -> &'a str {
        let mut words = self.0.iter();
        words
            .find(|(id, _)| *id == word)
            .map_or("", |&(_, text)| text)
    }
}
