//! Why two sentences match: the words that they share, as they stand in the text.

use std::fmt::Write as _;

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
    Left::new(corpus, left)
        .matches(right)
        .into_iter()
        .map(|found| SharedWord {
            left: surfaces[0].of(found.left),
            right: surfaces[1].of(found.right),
            similarity: found.similarity,
            weight: corpus.weight(found.left),
            link: found.link,
        })
        .collect()
}

/// A reason in words: `shares Pence, eskortert ~ ført, 20.24`. Function words are left out.
pub fn reason(
    corpus: Corpus,
    left: usize,
    right: usize,
    texts: [&str; 2],
    lexicon: &Lexicon,
) -> String {
    let mut reason = String::new();
    let words = shared_words(corpus, left, right, texts, lexicon);
    let telling = words.iter().filter(|word| {
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

/// The words of a sentence as they stand there, by number.
struct Surfaces(Vec<(WordId, String)>);

impl Surfaces {
    fn new(text: &str, corpus: Corpus, lexicon: &Lexicon) -> Self {
        Self(
            normalize(text, lexicon)
                .iter()
                .filter_map(|token| {
                    let id = corpus.vocabulary.id(&token.canonical)?;
                    Some((id, token.span.slice(text).to_owned()))
                })
                .collect(),
        )
    }

    fn of(&self, word: WordId) -> String {
        self.0
            .iter()
            .find(|(id, _)| *id == word)
            .map_or_else(String::new, |(_, text)| text.clone())
    }
}
