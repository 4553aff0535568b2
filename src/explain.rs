//! Why two sentences match: the words that they share, as they stand in the text.

mod differences;

use std::fmt::Write as _;

use rayon::prelude::*;

use crate::align::{Corpus, Left};
use crate::similar::Link;
use crate::vocabulary::WordId;

pub use differences::{Difference, differences};

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
) -> Vec<SharedWord> {
    shared(corpus, &Left::new(corpus, left), right, texts).collect()
}

/// A reason in words: `shares Pence, eskortert ~ ført, 20.24`. Function words are left out.
pub fn reason(corpus: Corpus, left: usize, right: usize, texts: [&str; 2]) -> String {
    let left = Left::new(corpus, left);
    in_words(shared(corpus, &left, right, texts))
}

/// As [`reason`], for many pairs of units by all threads. Pairs with the same left unit should follow each other.
pub fn reasons<'a>(
    corpus: Corpus,
    pairs: &[(u32, u32)],
    text: impl Fn(u32) -> &'a str + Sync,
) -> Vec<String> {
    pairs
        .par_chunk_by(|a, b| a.0 == b.0)
        .flat_map_iter(|row| {
            let first = row.first().map_or(0, |pair| pair.0);
            let rights = row.iter().map(|pair| pair.1 as usize);
            let left = Left::for_pairs(corpus, first as usize, rights);
            row.iter()
                .map(|&(_, right)| {
                    let texts = [text(first), text(right)];
                    in_words(shared(corpus, &left, right as usize, texts))
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
    texts: [&str; 2],
) -> impl Iterator<Item = SharedWord> {
    let surface = move |unit: usize, word: WordId, text: &str| {
        let place = corpus.units.place_of(unit, word);
        place.map_or_else(String::new, |span| span.slice(text).to_owned())
    };
    let unit = left.unit();
    left.matches(right)
        .into_iter()
        .map(move |found| SharedWord {
            left: surface(unit, found.left, texts[0]),
            right: surface(right, found.right, texts[1]),
            similarity: found.similarity,
            weight: corpus.weight(found.left),
            link: found.link,
        })
}
