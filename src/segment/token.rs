//! Words of a line with what borders need to know about their ends.
//!
//! A token is a run of characters without white space. [`Tokens`] hands them out one by one with a
//! small look-ahead, so that a line of any length needs constant memory and every byte is looked at
//! a bounded number of times. It knows no language and decides nothing.

use crate::article::Span;
use crate::plain::is_no_break;

/// How a token ends, closing quotes and brackets put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A letter, digit or symbol.
    Bare,
    /// Nothing but a closing quote or bracket after a letter.
    Closer,
    /// A comma, semicolon or another mark that ends no sentence.
    Inner,
    /// `.`
    Period,
    /// `?`
    Question,
    /// `!`
    Exclaim,
    /// `:`
    Colon,
    /// `…` or several periods.
    Ellipsis,
}

/// How a token begins, opening quotes and brackets put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// A capital letter.
    Upper,
    /// A letter that is no capital.
    Lower,
    /// A digit.
    Digit,
    /// Anything else.
    Other,
}

/// A run of characters without white space.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, of which none excludes another"
)]
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The token without quotes, brackets and final marks.
    pub core: Span,
    /// How the core begins.
    pub first: Start,
    /// How the token ends.
    pub last: End,
    /// An opening quote stands before the core.
    pub opens_quote: bool,
    /// An opening bracket stands before the core.
    pub opens_bracket: bool,
    /// A closing quote stands after the core.
    pub closes_quote: bool,
    /// A closing bracket stands after the core.
    pub closes_bracket: bool,
    /// Nothing but dashes (`-`, `–`, `—`).
    pub is_dash: bool,
    /// Only no-break spaces stand between this token and the one before.
    pub glued: bool,
}

/// Whether `c` is used as a quotation mark.
pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '«' | '»' | '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '‹' | '›'
    )
}

/// Whether `c` is a dash that may open direct speech.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―')
}

fn is_open_bracket(c: char) -> bool {
    matches!(c, '(' | '[' | '{')
}

fn is_close_bracket(c: char) -> bool {
    matches!(c, ')' | ']' | '}')
}

impl Token {
    /// Looks at the bytes `start..end` of `text`, which hold no white space.
    pub(super) fn of(text: &str, start: usize, end: usize, glued: bool) -> Self {
        let word = text.get(start..end).unwrap_or_default();
        let (mut opens_quote, mut opens_bracket) = (false, false);
        let mut core_start = end;
        let mut first = Start::Other;
        for (at, c) in word.char_indices() {
            if is_quote(c) {
                opens_quote = true;
            } else if is_open_bracket(c) {
                opens_bracket = true;
            } else {
                core_start = start + at;
                first = start_of(c);
                break;
            }
        }
        let mut token = Self {
            start,
            end,
            core: Span::of(core_start, end),
            first,
            last: End::Bare,
            opens_quote,
            opens_bracket,
            closes_quote: false,
            closes_bracket: false,
            is_dash: false,
            glued,
        };
        token.read_end(text, core_start);
        token.is_dash = first == Start::Other
            && core_start == start
            && end - start <= 12
            && word.chars().all(is_dash);
        token
    }

    fn read_end(&mut self, text: &str, core_start: usize) {
        let rest = text.get(core_start..self.end).unwrap_or_default();
        let mut core_end = core_start;
        let (mut periods, mut mark) = (0_u32, None);
        for (at, c) in rest.char_indices().rev() {
            let found = match c {
                '.' => {
                    periods += 1;
                    End::Period
                }
                '?' => End::Question,
                '!' => End::Exclaim,
                ':' => End::Colon,
                '…' => End::Ellipsis,
                ',' | ';' => End::Inner,
                _ if is_quote(c) => {
                    self.closes_quote = true;
                    continue;
                }
                _ if is_close_bracket(c) => {
                    self.closes_bracket = true;
                    continue;
                }
                _ => {
                    core_end = core_start + at + c.len_utf8();
                    break;
                }
            };
            mark = Some(match (mark, found) {
                (None, found) => found,
                (Some(End::Inner), _) => End::Inner,
                (Some(End::Colon), _) => End::Colon,
                (_, End::Question) | (Some(End::Question), _) => End::Question,
                (_, End::Exclaim) | (Some(End::Exclaim), _) => End::Exclaim,
                (_, End::Ellipsis) | (Some(End::Ellipsis), _) => End::Ellipsis,
                (Some(mark), _) => mark,
            });
        }
        self.core = Span::of(core_start, core_end);
        self.last = match mark {
            Some(End::Period) if periods > 1 => End::Ellipsis,
            Some(mark) => mark,
            None if self.closes_quote || self.closes_bracket => End::Closer,
            None => End::Bare,
        };
    }
}

fn start_of(c: char) -> Start {
    if c.is_uppercase() {
        Start::Upper
    } else if c.is_alphabetic() {
        Start::Lower
    } else if c.is_numeric() {
        Start::Digit
    } else {
        Start::Other
    }
}

/// The tokens of a part of a text, in order.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Tokens<'a> {
    /// The tokens of the bytes `start..end` of `text`, both on character boundaries.
    pub(super) fn new(text: &'a str, start: usize, end: usize) -> Self {
        Self {
            text,
            at: start,
            end,
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let rest = self.text.get(self.at..self.end)?;
        let mut glued = false;
        let mut start = None;
        let mut stop = self.end;
        for (at, c) in rest.char_indices() {
            if c.is_whitespace() {
                if start.is_some() {
                    stop = self.at + at;
                    break;
                }
                glued = is_no_break(c) && (at == 0 || glued);
            } else if start.is_none() {
                start = Some(self.at + at);
            }
        }
        self.at = stop;
        start.map(|start| Token::of(self.text, start, stop, glued))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(word: &str) -> Token {
        Tokens::new(word, 0, word.len()).next().unwrap()
    }

    #[test]
    fn quotes_and_brackets_are_no_part_of_the_core() {
        for (word, core, last) in [
            ("»Årgang", "Årgang", End::Bare),
            ("valget!».", "valget", End::Exclaim),
            ("vold!,'", "vold", End::Inner),
            ("f.eks.", "f.eks", End::Period),
            ("(NTB):", "NTB", End::Colon),
            ("så...", "så", End::Ellipsis),
            ("Øl\"", "Øl", End::Closer),
            ("æsj", "æsj", End::Bare),
            ("\"", "", End::Bare),
        ] {
            let token = only(word);
            assert_eq!(token.core.slice(word), core, "{word}");
            assert_eq!(token.last, last, "{word}");
        }
        assert!(only("–").is_dash && !only("-5").is_dash);
    }

    #[test]
    fn a_no_break_space_glues() {
        let text = "11\u{a0}200 kroner";
        let glued: Vec<bool> = Tokens::new(text, 0, text.len()).map(|t| t.glued).collect();
        assert_eq!(glued, [false, true, false]);
    }
}
