//! Measures sentence splitting against texts whose sentences are known.
//!
//! In come gold files of two formats: JSON lines with `language`, `text` and `spans` (pairs of
//! character offsets, end exclusive), and labelled events (`articles`, each with `lang`, `text` and
//! `sentences` of `start`, `end`, `kind`). Out comes a [`Report`]: precision, recall and F1 of exact
//! spans, the share of right kinds among the spans found, and every wrong border with its context.
//! It changes nothing and judges no claim.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::article::Span;
use crate::error::Error;
use crate::language::Language;
use crate::segment::{self, Kind, Sentence};

/// A text whose sentences are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gold {
    /// Name of the text in its file.
    pub id: String,
    /// The language, when the file says.
    pub language: Option<Language>,
    /// The text.
    pub text: String,
    /// The sentences, in order; kinds where the file has them.
    pub sentences: Vec<(Span, Option<Kind>)>,
}

/// What a wrong border is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Gold has a border where none was cut.
    Missed,
    /// A border was cut where gold has none.
    False,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missed => "missed border",
            Self::False => "false border",
        })
    }
}

/// A wrong border.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BorderError {
    /// Name of the text.
    pub id: String,
    /// Missed or false.
    pub fault: Fault,
    /// What stands before the border: `period`, `colon`, `line break`, `no mark` …
    pub class: &'static str,
    /// Character of the text at which the next sentence would begin.
    pub at: usize,
    /// The text around it, with `|` at the border.
    pub context: String,
}

/// Counts and errors of one or more texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Texts measured.
    pub n_texts: usize,
    /// Sentences in gold.
    pub n_gold: usize,
    /// Sentences found.
    pub n_found: usize,
    /// Sentences found with exactly the span of one in gold.
    pub n_exact: usize,
    /// Of these, those whose kind gold tells.
    pub n_kinds: usize,
    /// Of these, those of the right kind.
    pub n_right_kinds: usize,
    /// Exact spans by kind in gold and kind found.
    pub kinds: BTreeMap<(Kind, Kind), usize>,
    /// Exact spans of the wrong kind: kind in gold, kind found, text.
    pub kind_errors: Vec<(Kind, Kind, String)>,
    /// Wrong borders, in the order of the texts.
    pub errors: Vec<BorderError>,
}

impl Report {
    /// Share of the sentences found that are exact; 0 when none was found.
    pub fn precision(&self) -> f64 {
        share(self.n_exact, self.n_found)
    }

    /// Share of the sentences of gold that were found; 0 when there are none.
    pub fn recall(&self) -> f64 {
        share(self.n_exact, self.n_gold)
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        share(2 * self.n_exact, self.n_gold + self.n_found)
    }

    /// Share of right kinds among the exact spans whose kind gold tells; `None` when it tells none.
    pub fn kind_accuracy(&self) -> Option<f64> {
        (self.n_kinds > 0).then(|| share(self.n_right_kinds, self.n_kinds))
    }

    /// Wrong borders by fault and class, in that order.
    pub fn error_counts(&self) -> BTreeMap<(Fault, &'static str), usize> {
        let mut counts = BTreeMap::new();
        for error in &self.errors {
            *counts.entry((error.fault, error.class)).or_default() += 1;
        }
        counts
    }

    /// Adds the counts and errors of another report.
    pub fn add(&mut self, other: Self) {
        self.n_texts += other.n_texts;
        self.n_gold += other.n_gold;
        self.n_found += other.n_found;
        self.n_exact += other.n_exact;
        self.n_kinds += other.n_kinds;
        self.n_right_kinds += other.n_right_kinds;
        for (kinds, count) in other.kinds {
            *self.kinds.entry(kinds).or_default() += count;
        }
        self.kind_errors.extend(other.kind_errors);
        self.errors.extend(other.errors);
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of sentences are far below 2^52"
)]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// Reads a gold file of either format.
///
/// # Errors
///
/// When the file cannot be read, is of neither format, or has spans that do not ascend, overlap or
/// lie outside of their text.
pub fn read_gold(path: &Path) -> Result<Vec<Gold>, Error> {
    let content = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
    parse_gold(&path.display().to_string(), &content)
}

/// Reads the content of a gold file; `origin` names it in errors.
///
/// # Errors
///
/// As [`read_gold`].
pub fn parse_gold(origin: &str, content: &str) -> Result<Vec<Gold>, Error> {
    if let Ok(event) = serde_json::from_str::<EventFile>(content) {
        return event
            .articles
            .into_iter()
            .map(|article| {
                let spans: Vec<_> = article
                    .sentences
                    .iter()
                    .map(|s| (s.start, s.end, Some(s.kind)))
                    .collect();
                gold(article.id, Some(article.lang), article.text, &spans)
                    .map_err(|message| Error::format(origin, None, message))
            })
            .collect();
    }
    let mut texts = Vec::new();
    for (number, line) in (1..).zip(content.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let text: TextLine = serde_json::from_str(line)
            .map_err(|error| Error::format(origin, number, error.to_string()))?;
        let spans: Vec<_> = text.spans.iter().map(|&(a, b)| (a, b, None)).collect();
        let id = text.id.unwrap_or_else(|| format!("line {number}"));
        texts.push(
            gold(id, text.language, text.text, &spans)
                .map_err(|message| Error::format(origin, number, message))?,
        );
    }
    Ok(texts)
}

/// Measures [`segment::sentences`].
pub fn evaluate(texts: &[Gold]) -> Report {
    evaluate_with(texts, segment::sentences)
}

/// Measures another way of splitting.
pub fn evaluate_with(
    texts: &[Gold],
    split: impl Fn(&str, Option<Language>) -> Vec<Sentence>,
) -> Report {
    let mut report = Report::default();
    for text in texts {
        report.add(compare(text, &split(&text.text, text.language)));
    }
    report
}

#[derive(Deserialize)]
struct EventFile {
    articles: Vec<EventArticle>,
}

#[derive(Deserialize)]
struct EventArticle {
    id: String,
    lang: Language,
    text: String,
    sentences: Vec<EventSentence>,
}

#[derive(Deserialize)]
struct EventSentence {
    start: usize,
    end: usize,
    kind: Kind,
}

#[derive(Deserialize)]
struct TextLine {
    id: Option<String>,
    language: Option<Language>,
    text: String,
    spans: Vec<(usize, usize)>,
}

/// Turns character offsets into spans.
fn gold(
    id: String,
    language: Option<Language>,
    text: String,
    spans: &[(usize, usize, Option<Kind>)],
) -> Result<Gold, String> {
    let mut sentences = Vec::with_capacity(spans.len());
    let mut bytes = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .enumerate();
    let mut last = None;
    let mut byte_of = |char: usize| {
        if let Some((at, byte)) = last
            && at == char
        {
            return Some(byte);
        }
        let found = bytes.find(|&(at, _)| at == char)?;
        last = Some(found);
        Some(found.1)
    };
    for &(start, end, kind) in spans {
        let span = (start < end)
            .then(|| byte_of(start).zip(byte_of(end)))
            .flatten()
            .ok_or_else(|| {
                format!("{id}: span {start}..{end} is empty, out of order or outside of the text")
            })?;
        sentences.push((Span::new(span.0, span.1).map_err(|e| e.to_string())?, kind));
    }
    Ok(Gold {
        id,
        language,
        text,
        sentences,
    })
}

fn compare(gold: &Gold, found: &[Sentence]) -> Report {
    let mut report = Report {
        n_texts: 1,
        n_gold: gold.sentences.len(),
        n_found: found.len(),
        ..Report::default()
    };
    let by_span: BTreeMap<Span, Kind> = found.iter().map(|s| (s.span, s.kind)).collect();
    for (span, kind) in &gold.sentences {
        let Some(&found) = by_span.get(span) else {
            continue;
        };
        report.n_exact += 1;
        if let Some(kind) = *kind {
            report.n_kinds += 1;
            report.n_right_kinds += usize::from(kind == found);
            *report.kinds.entry((kind, found)).or_default() += 1;
            if kind != found {
                let text = span.slice(&gold.text).to_owned();
                report.kind_errors.push((kind, found, text));
            }
        }
    }
    report.errors = border_errors(gold, found);
    report
}

fn border_errors(gold: &Gold, found: &[Sentence]) -> Vec<BorderError> {
    let mut borders: BTreeMap<usize, (bool, bool)> = BTreeMap::new();
    for (span, _) in gold.sentences.iter().skip(1) {
        borders.entry(span.start()).or_default().0 = true;
    }
    for sentence in found.iter().skip(1) {
        borders.entry(sentence.span.start()).or_default().1 = true;
    }
    let mut offsets = crate::article::CharOffsets::new(&gold.text);
    borders
        .into_iter()
        .filter(|(_, (in_gold, in_found))| in_gold != in_found)
        .map(|(at, (in_gold, _))| BorderError {
            id: gold.id.clone(),
            fault: if in_gold { Fault::Missed } else { Fault::False },
            class: class(&gold.text, at),
            at: offsets.at(at),
            context: context(&gold.text, at),
        })
        .collect()
}

/// What stands before byte `at`, closing quotes and brackets put aside.
fn class(text: &str, at: usize) -> &'static str {
    let before = text.get(..at).unwrap_or_default();
    let trimmed = before.trim_end();
    if before
        .get(trimmed.len()..)
        .is_some_and(|gap| gap.contains(['\n', '\r']))
    {
        return "line break";
    }
    let word = trimmed.trim_end_matches(['"', '\'', '»', '«', '”', '“', '’', ')', ']']);
    match word.chars().next_back() {
        Some('.') => "period",
        Some('?') => "question mark",
        Some('!') => "exclamation mark",
        Some(':') => "colon",
        Some('…') => "ellipsis",
        Some(',' | ';') => "comma",
        _ => "no mark",
    }
}

/// Some characters on both sides of byte `at`.
fn context(text: &str, at: usize) -> String {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let from = before
        .char_indices()
        .rev()
        .take(50)
        .last()
        .map_or(0, |(at, _)| at);
    let before = before.get(from..).unwrap_or_default();
    let after: String = after.chars().take(40).collect();
    format!("{before}|{after}").replace(['\n', '\r'], "⏎")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_are_read() {
        let line = r#"{"language":"da","text":"Så. Øl.","spans":[[0,3],[4,7]]}"#;
        let texts = parse_gold("a", line).unwrap();
        assert_eq!(texts[0].sentences[1].0.slice(&texts[0].text), "Øl.");
        let event = r#"{"articles":[{"id":"x","lang":"nb","text":"Å nei","sentences":[{"start":0,"end":5,"kind":"heading"}]}]}"#;
        let texts = parse_gold("b", event).unwrap();
        assert_eq!(texts[0].sentences[0].1, Some(Kind::Heading));
    }

    #[test]
    fn strange_gold_is_an_error() {
        for line in [
            "{}",
            "ikke json",
            r#"{"text":"a","spans":[[0,2]]}"#,
            r#"{"text":"ab","spans":[[1,2],[0,1]]}"#,
            r#"{"text":"ab","spans":[[1,1]]}"#,
        ] {
            assert!(parse_gold("c", line).is_err(), "{line}");
        }
    }

    #[test]
    fn wrong_borders_are_listed() {
        let gold = parse_gold("a", r#"{"text":"Én to. Tre","spans":[[0,6],[7,10]]}"#).unwrap();
        let report = evaluate_with(&gold, |_, _| {
            vec![Sentence {
                span: Span::new(0, 11).unwrap(),
                kind: Kind::Sentence,
            }]
        });
        assert_eq!((report.n_exact, report.n_found, report.n_gold), (0, 1, 2));
        assert_eq!(report.errors[0].fault, Fault::Missed);
        assert_eq!(report.errors[0].class, "period");
        assert_eq!(report.errors[0].context, "Én to. |Tre");
    }
}
