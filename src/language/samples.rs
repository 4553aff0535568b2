//! Labelled texts for training and for measuring.
//!
//! Four kinds of files are understood, told apart by what they hold: JSON lines with `language` and
//! `text` (one sample each, or one per span where character `spans` are given), JSON lines whose keys
//! are language codes (one translation each), and labelled events (JSON with `articles`). A line
//! that is none of these is an error: a sample that is silently left out is a wrong figure.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::Language;
use crate::error::Error;

/// A text whose language is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The language.
    pub language: Language,
    /// The text.
    pub text: String,
    /// Samples of one group are neighbours, and stay on one side of a cross-validation.
    pub group: usize,
}

/// Sentences and whole articles of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Samples {
    /// Single sentences, or what the file has that comes nearest.
    pub sentences: Vec<Sample>,
    /// Whole articles.
    pub articles: Vec<Sample>,
}

/// How many neighbouring lines make a group.
const GROUP: usize = 20;

#[derive(Deserialize)]
struct Event {
    articles: Vec<EventArticle>,
}

#[derive(Deserialize)]
struct EventArticle {
    lang: String,
    text: String,
    sentences: Vec<EventSentence>,
}

#[derive(Deserialize)]
struct EventSentence {
    start: usize,
    end: usize,
}

#[derive(Deserialize)]
struct Line {
    language: Option<String>,
    text: Option<String>,
    spans: Option<Vec<(usize, usize)>>,
    da: Option<String>,
    nb: Option<String>,
    nn: Option<String>,
    sv: Option<String>,
    en: Option<String>,
}

impl Samples {
    /// Reads the samples of a file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has a line or an event that is not understood, or holds no sample.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
        let samples = Self::parse(&text, &path.display().to_string())?;
        if samples.sentences.is_empty() {
            return Err(Error::format(
                path.display().to_string(),
                None,
                "no labelled text",
            ));
        }
        Ok(samples)
    }

    /// Reads the samples of the content of a file; `origin` names it in errors.
    ///
    /// # Errors
    ///
    /// A line or an event is not understood.
    pub fn parse(content: &str, origin: &str) -> Result<Self, Error> {
        let mut samples = Self::default();
        if let Ok(event) = serde_json::from_str::<Event>(content) {
            samples.add_event(&event, origin)?;
            return Ok(samples);
        }
        for (line, number) in content.lines().zip(1_u64..) {
            if line.trim().is_empty() {
                continue;
            }
            let line: Line = serde_json::from_str(line)
                .map_err(|error| Error::format(origin, number, error.to_string()))?;
            samples.add_line(line, origin, number)?;
        }
        Ok(samples)
    }

    /// Joins `more` behind these, in groups of its own.
    pub fn append(&mut self, more: Self) {
        let next = |samples: &[Sample]| samples.last().map_or(0, |sample| sample.group + 1);
        let (of_sentences, of_articles) = (next(&self.sentences), next(&self.articles));
        self.sentences
            .extend(more.sentences.into_iter().map(|sample| Sample {
                group: sample.group + of_sentences,
                ..sample
            }));
        self.articles
            .extend(more.articles.into_iter().map(|sample| Sample {
                group: sample.group + of_articles,
                ..sample
            }));
    }

    fn add_event(&mut self, event: &Event, origin: &str) -> Result<(), Error> {
        for article in &event.articles {
            let language = language(&article.lang, origin, None)?;
            for sentence in &article.sentences {
                let text = slice(&article.text, sentence.start, sentence.end);
                self.sentences.push(Sample {
                    language,
                    text,
                    group: 0,
                });
            }
            self.articles.push(Sample {
                language,
                text: article.text.clone(),
                group: 0,
            });
        }
        Ok(())
    }

    fn add_line(&mut self, line: Line, origin: &str, number: u64) -> Result<(), Error> {
        let mut found = Vec::new();
        if let (Some(code), Some(text)) = (line.language, line.text) {
            let language = language(&code, origin, Some(number))?;
            match line.spans {
                None => found.push((language, text)),
                Some(spans) => {
                    let chars: Vec<char> = text.chars().collect();
                    for (start, end) in spans {
                        let piece = chars.get(start..end).ok_or_else(|| {
                            Error::format(origin, number, format!("no span {start}..{end}"))
                        })?;
                        found.push((language, piece.iter().collect()));
                    }
                }
            }
        } else {
            let translations = [
                (Language::Nb, line.nb),
                (Language::Nn, line.nn),
                (Language::Da, line.da),
                (Language::Sv, line.sv),
                (Language::En, line.en),
            ];
            found.extend(
                translations
                    .into_iter()
                    .filter_map(|(language, text)| Some((language, text?))),
            );
        }
        if found.is_empty() {
            return Err(Error::format(
                origin,
                number,
                "expected `language` and `text`, or texts under language codes",
            ));
        }
        for (language, text) in found {
            let group = self.sentences.len() / GROUP;
            self.sentences.push(Sample {
                language,
                text,
                group,
            });
        }
        Ok(())
    }
}

fn language(code: &str, origin: &str, line: Option<u64>) -> Result<Language, Error> {
    code.parse()
        .map_err(|message: String| Error::format(origin, line, message))
}

/// The characters `start..end` of `text`.
fn slice(text: &str, start: usize, end: usize) -> String {
    text.chars()
        .skip(start)
        .take(end.saturating_sub(start))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(content: &str) -> Vec<(Language, String)> {
        let samples = Samples::parse(content, "test").unwrap();
        let sentences = samples.sentences.into_iter();
        sentences.map(|s| (s.language, s.text)).collect()
    }

    #[test]
    fn every_kind_of_line_is_read() {
        assert_eq!(
            texts("{\"language\": \"nn\", \"text\": \"Ja.\"}\n"),
            [(Language::Nn, "Ja.".to_owned())]
        );
        assert_eq!(
            texts("{\"language\": \"da\", \"text\": \"Åh! Ja.\", \"spans\": [[0, 3], [4, 7]]}"),
            [
                (Language::Da, "Åh!".to_owned()),
                (Language::Da, "Ja.".to_owned())
            ]
        );
        assert_eq!(texts("{\"i\": 1, \"da\": \"a\", \"nb\": \"b\"}").len(), 2);
    }

    #[test]
    fn events_give_sentences_and_articles() {
        let event = r#"{"articles": [{"lang": "da", "text": "Åh. Ja.",
            "sentences": [{"start": 0, "end": 3}, {"start": 4, "end": 7}]}]}"#;
        let samples = Samples::parse(event, "test").unwrap();
        assert_eq!(samples.sentences[1].text, "Ja.");
        assert_eq!(samples.articles.len(), 1);
    }

    #[test]
    fn a_line_that_is_not_understood_is_an_error() {
        for content in ["{}", "x", r#"{"language": "xx", "text": ""}"#] {
            assert!(Samples::parse(content, "test").is_err(), "{content}");
        }
    }
}
