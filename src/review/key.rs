//! Keys of sentences: what a decision holds on to.
//!
//! A key is `s` and twelve hexadecimal digits of the SHA-256 of the article's id, a zero byte and the text of
//! the sentence. Where an article has the same sentence several times, the second has `-2` behind its key, and
//! so on. It begins with a letter so that no spreadsheet takes it for a number.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::prepare::Document;
use crate::tables;

/// Bytes of the digest that a key shows.
const BYTES: usize = 6;

/// The key of the first sentence of the article `article` with this text.
pub fn of(article: &str, text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(article.as_bytes());
    hash.update([0]);
    hash.update(text.as_bytes());
    format!("s{}", tables::hex(&hash.finalize()[..BYTES]))
}

/// The key of sentence `s` of `document`.
pub fn of_sentence(document: &Document, s: usize) -> String {
    let mut key = of(&document.article.id, document.text(s));
    let before = document.in_text(s).copies;
    if before > 0 {
        // Writing to a string cannot fail.
        let _ = write!(key, "-{}", before + 1);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;

    #[test]
    fn a_key_depends_on_article_and_text() {
        let key = of("avis/1", "Det brant på Mølla.");
        assert_eq!(key.len(), 13);
        assert!(key.starts_with('s'));
        assert_ne!(key, of("avis/2", "Det brant på Mølla."));
        assert_ne!(key, of("avis/1", "Det brant på mølla."));
        assert_ne!(of("a", "bc"), of("ab", "c"));
    }

    #[test]
    fn a_sentence_that_is_there_twice_has_two_keys() {
        let article = Article {
            id: "a".into(),
            text: "Det brenner.\n\nFolk rømmer.\n\nDet brenner.".into(),
            ..Article::default()
        };
        let document = Document::new(article, false);
        let keys: Vec<String> = (0..3).map(|s| of_sentence(&document, s)).collect();
        assert_eq!(keys[2], format!("{}-2", keys[0]));
    }
}
