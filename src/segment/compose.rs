//! Texts whose accents are characters of their own, as some file systems and readers of PDF leave them.
//!
//! [`Composed`] is such a text with `a` and U+030A made `å`, and knows where its bytes come from, so that the rest of
//! this stage meets each letter in one form only.

use unicode_normalization::char::{compose, is_combining_mark};

/// A text with composed accents.
pub(super) struct Composed {
    /// The text.
    pub(super) text: String,
    /// From which byte of it on the source is how many bytes ahead, in order; the first is (0, 0).
    ahead: Vec<(usize, usize)>,
}

impl Composed {
    /// Composes `source`; `None` when there is nothing to compose.
    pub(super) fn of(source: &str) -> Option<Self> {
        // Most texts have none, and no character before U+0300 is one.
        if !source
            .chars()
            .any(|c| c >= '\u{300}' && is_combining_mark(c))
        {
            return None;
        }
        let mut composed = Self {
            text: String::with_capacity(source.len()),
            ahead: vec![(0, 0)],
        };
        let mut chars = source.chars().peekable();
        let mut read = 0;
        while let Some(mut c) = chars.next() {
            read += c.len_utf8();
            while let Some(&mark) = chars.peek()
                && is_combining_mark(mark)
                && let Some(both) = compose(c, mark)
            {
                read += mark.len_utf8();
                chars.next();
                c = both;
            }
            composed.text.push(c);
            let written = composed.text.len();
            let ahead = read - written;
            if composed.ahead.last().is_some_and(|last| last.1 != ahead) {
                composed.ahead.push((written, ahead));
            }
        }
        (composed.ahead.len() > 1).then_some(composed)
    }

    /// The byte of the source for byte `at` of the text, both of which begin a character or end the text.
    pub(super) fn source(&self, at: usize) -> usize {
        let n_before = self.ahead.partition_point(|&(from, _)| from <= at);
        at + n_before.checked_sub(1).map_or(0, |last| self.ahead[last].1)
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn every_character_is_found_in_the_source() {
        let text = "Å, én blåøyd ǻ \u{301}og x\u{302}\u{323}.";
        let source: String = text.nfd().collect();
        let composed = Composed::of(&source).unwrap();
        assert_eq!(
            composed.text.nfc().collect::<String>(),
            text.nfc().collect::<String>()
        );
        for (at, c) in composed.text.char_indices() {
            let from = composed.source(at);
            let to = composed.source(at + c.len_utf8());
            let back: String = source.get(from..to).unwrap().nfc().collect();
            assert_eq!(back, c.to_string().nfc().collect::<String>());
        }
        assert_eq!(composed.source(composed.text.len()), source.len());
    }

    #[test]
    fn a_text_without_loose_accents_stays_as_it_is() {
        for text in ["", "Blåøyd én", "x\u{302}"] {
            assert!(Composed::of(text).is_none(), "{text}");
        }
    }
}
