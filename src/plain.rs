//! Texts as sentences and words are looked for in them.
//!
//! What comes from web pages, PDF and some file systems has soft hyphens and marks without width in it, several
//! spaces or rare ones between two words, ligatures, and accents that are characters of their own. [`Plain`] is such a text
//! without any of these, and knows where its bytes come from, so that none of them hides a border or a phrase.

use unicode_normalization::char::{compose, is_combining_mark};

use crate::article::Span;

/// A text with one space between words, composed accents, letters for ligatures, and nothing unseen.
pub(crate) struct Plain {
    /// The text.
    pub(crate) text: String,
    /// From which byte of it on the source is how many bytes ahead, in order.
    ahead: Vec<(usize, usize)>,
}

impl Plain {
    /// Makes `source` plain; `None` when it is.
    pub(crate) fn of(source: &str) -> Option<Self> {
        if is_plain(source) {
            return None;
        }
        let mut plain = Self {
            text: String::with_capacity(source.len()),
            ahead: Vec::new(),
        };
        let mut read = 0;
        let mut chars = source.chars().peekable();
        while let Some(mut c) = chars.next() {
            read += c.len_utf8();
            let start = plain.text.len();
            if is_unseen(c) {
                plain.note(start, read - start);
                continue;
            }
            if is_space(c) {
                let mut breaks_no_line = is_no_break(c);
                while let Some(space) = chars.next_if(|&next| is_space(next) || is_unseen(next)) {
                    read += space.len_utf8();
                    breaks_no_line &= is_no_break(space) || is_unseen(space);
                }
                plain.text.push(if breaks_no_line { c } else { ' ' });
                plain.note(plain.text.len(), read - plain.text.len());
                continue;
            }
            if let Some(letters) = ligature(c) {
                plain.text.push_str(letters);
                plain.note(start + 1, read - plain.text.len());
                continue;
            }
            while let Some(&mark) = chars.peek()
                && is_combining_mark(mark)
                && let Some(both) = compose(c, mark)
            {
                read += mark.len_utf8();
                chars.next();
                c = both;
            }
            plain.text.push(c);
            // What ends behind this character ends behind its accents.
            plain.note(start + 1, read - plain.text.len());
        }
        Some(plain)
    }

    /// Notes that from byte `from` on the source is `by` bytes ahead.
    fn note(&mut self, from: usize, by: usize) {
        if self.ahead.last().map_or(0, |&(_, by)| by) != by {
            self.ahead.push((from, by));
        }
    }

    /// The byte of the source at which begins what begins at byte `at` of the text.
    pub(crate) fn begin(&self, at: usize) -> usize {
        at + self.by(|from| from <= at)
    }

    /// The bytes of the source for `span`; nothing unseen is at either end.
    pub(crate) fn span(&self, span: Span) -> Span {
        let end = span.end() + self.by(|from| from < span.end());
        Span::of(self.begin(span.start()), end)
    }

    fn by(&self, counts: impl Fn(usize) -> bool) -> usize {
        let n = self.ahead.partition_point(|&(from, _)| counts(from));
        n.checked_sub(1).map_or(0, |last| self.ahead[last].1)
    }
}

/// Whether `c` takes no room and says nothing: the soft hyphen, spaces and joiners without width, marks of direction,
/// a byte order mark in the midst of a text.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{feff}'
    )
}

/// The letters that are drawn as one in `c`; they take no more bytes. No word begins or ends between them.
fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => return None,
    })
}

/// Whether `c` is a space at which no line may be broken.
pub(crate) fn is_no_break(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{202f}')
}

/// Whether `c` ends a line.
pub(crate) fn is_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// White space within a line.
fn is_space(c: char) -> bool {
    c.is_whitespace() && !is_break(c)
}

fn is_plain(text: &str) -> bool {
    let mut after_space = false;
    text.chars().all(|c| {
        let space = is_space(c);
        let is_usual = if space {
            !after_space && (c == ' ' || is_no_break(c))
        } else {
            // Most characters are ASCII.
            c.is_ascii() || !(is_unseen(c) || is_combining_mark(c) || ligature(c).is_some())
        };
        after_space = space;
        is_usual
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str, span: Span) -> &str {
        text.get(span.start()..span.end()).unwrap()
    }

    #[test]
    fn every_word_is_found_in_the_source() {
        let source = "\u{feff}A\u{30a},  e\u{301}n\u{200b} \u{200b}bla\u{30a}\u{ad}øyd\u{2009}ﬁﬂa x\u{302}\u{ad}\n\u{a0}\u{a0}1\u{202f}000\t kr.\u{2060} ";
        let plain = Plain::of(source).unwrap();
        assert_eq!(
            plain.text,
            "Å, én blåøyd fifla x\u{302}\n\u{a0}1\u{202f}000 kr. "
        );
        let mut words = Vec::new();
        for word in plain.text.split_whitespace() {
            let start = word.as_ptr().addr() - plain.text.as_ptr().addr();
            words.push(part(
                source,
                plain.span(Span::of(start, start + word.len())),
            ));
        }
        assert_eq!(
            words,
            [
                "A\u{30a},",
                "e\u{301}n",
                "bla\u{30a}\u{ad}øyd",
                "ﬁﬂa",
                "x\u{302}",
                "1",
                "000",
                "kr."
            ]
        );
    }

    #[test]
    fn a_plain_text_stays_as_it_is() {
        for text in ["", "Blåøyd én \n\n 1\u{a0}000 kr.\r\n"] {
            assert!(Plain::of(text).is_none(), "{text}");
        }
    }
}
