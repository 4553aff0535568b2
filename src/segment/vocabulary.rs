//! Which words a text writes with a small letter, and which with a capital in mid-sentence.
//!
//! Where a border has no punctuation, a capital may begin a sentence or a name. A word that stands
//! with a small letter elsewhere in the same text is hardly a name. Only texts that lost their line
//! breaks are counted ([`Vocabulary::default`] knows nothing). Words are kept as hashes; after
//! [`LIMIT`] different ones no more are added, so that memory is bounded.

use std::hash::Hasher as _;

use rustc_hash::{FxHashMap, FxHasher};

use super::token::{End, Start, Tokens};

/// Different words that are kept.
const LIMIT: usize = 100_000;

/// How a word that begins with a capital stands elsewhere in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// With a small letter.
    Lower,
    /// With a capital in mid-sentence, never with a small letter.
    Name,
    /// Neither.
    Never,
}

/// The words of one text.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// Times with a small letter, times with a capital after a word with a small letter.
    counts: FxHashMap<u64, (u32, u32)>,
}

impl Vocabulary {
    /// Counts the words of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut counts: FxHashMap<u64, (u32, u32)> = FxHashMap::default();
        let mut in_sentence = false;
        for token in Tokens::new(text, 0, text.len()) {
            let word = token.core.slice(text);
            let is_name = token.first == Start::Upper && in_sentence && !token.opens_quote;
            let is_lower = token.first == Start::Lower;
            if is_lower || is_name {
                let key = key(word);
                if counts.len() < LIMIT || counts.contains_key(&key) {
                    let count = counts.entry(key).or_default();
                    count.0 += u32::from(is_lower);
                    count.1 += u32::from(is_name);
                }
            }
            in_sentence = is_lower && token.last == End::Bare;
        }
        Self { counts }
    }

    /// How `word`, which begins with a capital, stands elsewhere.
    pub(super) fn seen(&self, word: &str) -> Seen {
        if self.counts.is_empty() {
            return Seen::Never;
        }
        match self.counts.get(&key(word)) {
            Some(&(lower, name)) if lower > 0 && lower >= name => Seen::Lower,
            // Once may be the place that is asked about.
            Some(&(_, name)) if name > 1 => Seen::Name,
            _ => Seen::Never,
        }
    }
}

/// A hash of `word` with a small first letter.
fn key(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    let mut chars = word.chars();
    if let Some(first) = chars.next() {
        for c in first.to_lowercase() {
            hasher.write_u32(u32::from(c));
        }
    }
    hasher.write(chars.as_str().as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_seen_small_is_no_name() {
        let words = Vocabulary::of("vi så øya der. Øya er fin. vi møtte Åse og vi så Åse.");
        assert_eq!(words.seen("Øya"), Seen::Lower);
        assert_eq!(words.seen("Åse"), Seen::Name);
        assert_eq!(words.seen("Bø"), Seen::Never);
    }
}
