//! Cuts a sentence into raw tokens: words, figures and a few signs, each with its place.
//!
//! Words keep their letters; hyphenated words are cut at the hyphen, dotted abbreviations are joined
//! (`bl.a.` → `bla`), a genitive `'s` is dropped. Everything else (punctuation, emoji) is left out.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::numeral::{self, Figure};
use crate::article::Span;

/// The letters up to here, æ, ø and å among them, and their lower case are composed (NFC).
const LAST_OF_LATIN_1: char = '\u{ff}';

/// A token before its canonical form is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Raw {
    pub(super) span: Span,
    pub(super) part: Part,
    /// Whether a full stop follows directly: an ordinal or an abbreviation.
    pub(super) dotted: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Word {
        /// Lower case, NFC.
        lower: String,
        /// Whether the first letter is a capital.
        capital: bool,
        /// Whether the word follows nothing but punctuation since the start of the sentence or a colon.
        initial: bool,
    },
    Figure(Figure),
}

pub(super) fn raw_tokens(sentence: &str) -> Vec<Raw> {
    let mut tokens: Vec<Raw> = Vec::new();
    let mut at = 0;
    let mut initial = true;
    while let Some(rest) = sentence.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else {
            break;
        };
        let (part, length) = if first.is_ascii_digit() {
            let before = match tokens.last() {
                Some(Raw {
                    part: Part::Word { lower, .. },
                    ..
                }) => lower,
                _ => "",
            };
            let (figure, length) =
                numeral::short_day(before, rest).unwrap_or_else(|| numeral::figure(rest));
            // An entry of a live report begins with the time: 16.10 Ingen er skadd.
            initial &= matches!(figure, Figure::Clock(..));
            (Some(Part::Figure(figure)), length)
        } else if first.is_alphabetic() {
            let (lower, length) = word(rest);
            let part = Part::Word {
                lower,
                capital: first.is_uppercase(),
                initial,
            };
            initial = false;
            (Some(part), length)
        } else {
            initial |= matches!(
                first,
                ':' | '«' | '“' | '”' | '"' | '»' | '–' | '—' | '!' | '?'
            );
            let part = (first == '%').then(|| Part::Word {
                lower: "prosent".to_owned(),
                capital: false,
                initial: false,
            });
            (part, first.len_utf8())
        };
        let end = at + length;
        if let Some(part) = part {
            let dotted = sentence
                .get(end..)
                .is_some_and(|rest| rest.starts_with('.'));
            tokens.push(Raw {
                span: Span::of(at, end),
                part,
                dotted,
            });
        }
        at = end;
    }
    if shouted(sentence) {
        for token in &mut tokens {
            if let Part::Word { capital, .. } = &mut token.part {
                *capital = false;
            }
        }
    }
    tokens
}

/// Whether the letters are (nearly) all capitals, so that a capital says nothing.
fn shouted(sentence: &str) -> bool {
    let (upper, lower) = sentence
        .chars()
        .fold((0usize, 0usize), |(upper, lower), letter| {
            (
                upper + usize::from(letter.is_uppercase()),
                lower + usize::from(letter.is_lowercase()),
            )
        });
    upper > 8 && upper > 4 * lower
}

/// The word at the start of `text`, in lower case, and its length in bytes.
fn word(text: &str) -> (String, usize) {
    let mut length = run(text);
    let mut surface: String = text.get(..length).unwrap_or_default().to_owned();
    // Dotted abbreviations: short parts joined by full stops without a space.
    let mut part = None;
    while let Some(rest) = text.get(length..).and_then(|rest| rest.strip_prefix('.')) {
        if part.unwrap_or_else(|| surface.nfc().count()) > 2 {
            break;
        }
        let next = run(rest);
        let next_text = rest.get(..next).unwrap_or_default();
        let letters = next_text.nfc().count();
        if !(1..=3).contains(&letters) || !next_text.nfc().all(char::is_alphabetic) {
            break;
        }
        surface.push_str(next_text);
        length += 1 + next;
        part = Some(letters);
    }
    // USA's, Lars' and OL's.
    if let Some(rest) = text.get(length..) {
        let mut rest_chars = rest.chars();
        if rest_chars
            .next()
            .is_some_and(|sign| matches!(sign, '\'' | '’'))
        {
            let sign = rest.len() - rest_chars.as_str().len();
            let tail = rest.get(sign..).unwrap_or_default();
            let ending = run(tail);
            if matches!(tail.get(..ending), Some("s" | "S")) {
                length += sign + ending;
            }
        }
    }
    if surface.is_ascii() {
        surface.make_ascii_lowercase();
        return (surface, length);
    }
    if surface.chars().all(|letter| letter <= LAST_OF_LATIN_1) {
        let lower = surface.chars().flat_map(char::to_lowercase);
        return (lower.collect(), length);
    }
    let lower = surface.nfc().flat_map(char::to_lowercase).nfc();
    (lower.collect(), length)
}

/// Length in bytes of the letters, digits and combining marks at the start of `text`.
fn run(text: &str) -> usize {
    text.char_indices()
        .find(|&(_, c)| !(c.is_alphanumeric() || is_combining_mark(c)))
        .map_or(text.len(), |(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(sentence: &str) -> Vec<String> {
        raw_tokens(sentence)
            .into_iter()
            .map(|raw| match raw.part {
                Part::Word { lower, .. } => lower,
                Part::Figure(figure) => format!("{figure:?}"),
            })
            .collect()
    }

    #[test]
    fn abbreviations_are_joined_and_hyphens_cut() {
        assert_eq!(
            words("Bl.a. KPI-JAE i Washington D.C. i dag."),
            ["bla", "kpi", "jae", "i", "washington", "dc", "i", "dag"]
        );
    }

    #[test]
    fn a_genitive_after_an_apostrophe_is_dropped() {
        assert_eq!(
            words("USA's Kongres og CNNs kilder"),
            ["usa", "kongres", "og", "cnns", "kilder"]
        );
    }

    #[test]
    fn capitals_after_an_opening_quote_are_initial() {
        let tokens = raw_tokens("Han sa: «Nei, Per.»");
        let initial: Vec<bool> = tokens
            .iter()
            .map(|raw| matches!(raw.part, Part::Word { initial: true, .. }))
            .collect();
        assert_eq!(initial, [true, false, true, false]);
    }

    #[test]
    fn places_point_at_the_words() {
        let sentence = "– På Åsen ble 1 100 sett.";
        let places: Vec<&str> = raw_tokens(sentence)
            .iter()
            .map(|raw| raw.span.slice(sentence))
            .collect();
        assert_eq!(places, ["På", "Åsen", "ble", "1 100", "sett"]);
    }
}
