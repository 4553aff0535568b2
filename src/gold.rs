//! Labelled events: articles whose sentences say which claims they state.
//!
//! The format is that of `data/gold` (JSON, described in `data/README.md`): offsets are characters, and
//! claim ids are local to a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::article::{Article, Date, Span};
use crate::error::Error;
use crate::language::Language;
use crate::segment::{Kind, Sentence};

/// One labelled event.
#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    /// Its name.
    #[serde(default)]
    pub event: String,
    /// Its articles.
    pub articles: Vec<GoldArticle>,
    /// Its claims.
    #[serde(default)]
    pub claims: Vec<GoldClaim>,
}

/// An article of an event.
#[derive(Debug, Clone, Deserialize)]
pub struct GoldArticle {
    /// Its id, unique among all events.
    pub id: String,
    /// Its language.
    #[serde(default)]
    pub lang: Option<Language>,
    /// Its newsroom.
    #[serde(default)]
    pub outlet: String,
    /// Its date, ISO 8601.
    #[serde(default)]
    pub date: String,
    /// Its text.
    #[serde(default)]
    pub text: String,
    /// Its sentences, in order.
    pub sentences: Vec<GoldSentence>,
}

/// A sentence of an article.
#[derive(Debug, Clone, Deserialize)]
pub struct GoldSentence {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// What it is in the layout.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Claims that it states.
    pub claims: Vec<String>,
    /// Claims of which it is open whether it states them.
    #[serde(default)]
    pub maybe: Vec<String>,
}

/// A claim of an event.
#[derive(Debug, Clone, Deserialize)]
pub struct GoldClaim {
    /// Its id, local to the event.
    pub id: String,
    /// What it says, in English.
    #[serde(default)]
    pub label_en: String,
    /// How differently its hardest pair is worded: near, moderate or strong.
    #[serde(default)]
    pub paraphrase: String,
}

/// Reads events from files, and from folders (all `.json` files in them, recursively), sorted by path.
///
/// # Errors
/// [`Error::Io`] when a file cannot be read, [`Error::Format`] when one is no labelled event or none is found, when an
/// id of an article comes twice, or when labels cannot be right: sentences that overlap or end behind the text, claims
/// that the event does not list.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Event>, Error> {
    let mut events = Vec::new();
    let mut ids = BTreeSet::new();
    for file in files(paths)? {
        let event = read_one(&file)?;
        let wrong = |message| Error::format(file.display().to_string(), None, message);
        event.check().map_err(wrong)?;
        for article in &event.articles {
            if !ids.insert(article.id.clone()) {
                return Err(wrong(format!("article `{}` is labelled twice", article.id)));
            }
        }
        events.push(event);
    }
    Ok(events)
}

/// The files of labelled events: those given, and the `.json` files of folders, sorted.
///
/// # Errors
/// [`Error::Io`] when a path is not there, [`Error::Format`] when there is no such file.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files: Vec<PathBuf> = Vec::new();
    for path in paths {
        if !path.exists() {
            return Err(Error::io(path, std::io::ErrorKind::NotFound.into()));
        }
        for entry in walkdir::WalkDir::new(path) {
            let entry = entry.map_err(|error| Error::io(path, error.into()))?;
            let json = entry
                .path()
                .extension()
                .is_some_and(|ending| ending == "json");
            if entry.file_type().is_file() && (json || entry.depth() == 0) {
                files.push(entry.into_path());
            }
        }
    }
    files.sort();
    files.dedup();
    if files.is_empty() {
        let names: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let message = "no labelled event (.json) is there";
        return Err(Error::format(names.join(", "), None, message));
    }
    Ok(files)
}

fn read_one(path: &Path) -> Result<Event, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
    let mut event: Event = serde_json::from_slice(&bytes).map_err(|error| {
        let line = u64::try_from(error.line()).ok();
        Error::format(
            path.display().to_string(),
            line,
            format!("no labelled event: {error}"),
        )
    })?;
    if event.event.is_empty() {
        event.event = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
    }
    Ok(event)
}

impl Event {
    /// Says what cannot be right.
    fn check(&self) -> Result<(), String> {
        let listed: BTreeSet<&str> = self.claims.iter().map(|claim| claim.id.as_str()).collect();
        for article in &self.articles {
            // Clusters may be evaluated without the texts.
            let length = match article.text.chars().count() {
                0 => usize::MAX,
                length => length,
            };
            let mut last = 0;
            for (number, sentence) in article.sentences.iter().enumerate() {
                let wrong =
                    |what: String| format!("article `{}`, sentence {number} {what}", article.id);
                let (start, end) = (sentence.start, sentence.end);
                if start >= end {
                    return Err(wrong(format!("ends at {end}, and begins at {start}")));
                }
                if end > length {
                    return Err(wrong(format!(
                        "ends at {end}: the text has {length} characters"
                    )));
                }
                if start < last {
                    return Err(wrong(format!(
                        "begins at {start}, before the one above it ends"
                    )));
                }
                last = end;
                let mut claims = sentence.claims.iter().chain(&sentence.maybe);
                if let Some(claim) = claims.find(|claim| !listed.contains(claim.as_str())) {
                    return Err(wrong(format!(
                        "states `{claim}`, which is not listed in `claims`"
                    )));
                }
            }
        }
        Ok(())
    }
}

impl GoldArticle {
    /// The article as `read` would give it.
    pub fn article(&self) -> Article {
        Article {
            id: self.id.clone(),
            source: self.outlet.clone(),
            date: Date::parse(&self.date),
            text: self.text.clone(),
            language: self.lang,
            ..Article::default()
        }
    }

    /// The labelled sentences as `segment` would give them.
    pub fn segmented(&self) -> Vec<Sentence> {
        let mut bytes: Vec<usize> = self.text.char_indices().map(|(byte, _)| byte).collect();
        bytes.push(self.text.len());
        let byte = |char: usize| bytes.get(char).copied().unwrap_or(self.text.len());
        self.sentences
            .iter()
            .map(|sentence| Sentence {
                span: Span::of(byte(sentence.start), byte(sentence.end.max(sentence.start))),
                kind: sentence.kind.unwrap_or(Kind::Sentence),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads files of events.
    fn read_all(events: &[&str]) -> Result<Vec<Event>, Error> {
        let folder = tempfile::tempdir().unwrap();
        for (number, event) in events.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{number}.json")), event).unwrap();
        }
        read(&[folder.path().to_owned()])
    }

    fn event(article: &str, sentences: &str) -> String {
        format!(
            r#"{{"claims": [{{"id": "c1"}}], "articles": [{{"id": "{article}", "text": "Det brant. Én døde.",
            "sentences": [{sentences}]}}]}}"#
        )
    }

    #[test]
    fn labels_that_cannot_be_right_are_errors() {
        let good = event(
            "a",
            r#"{"start": 0, "end": 10, "claims": []}, {"start": 11, "end": 19, "claims": ["c1"]}"#,
        );
        assert_eq!(read_all(&[&good]).unwrap().len(), 1);
        for (sentences, said) in [
            (
                r#"{"start": 0, "end": 20, "claims": []}"#,
                "the text has 19 characters",
            ),
            (
                r#"{"start": 9, "end": 3, "claims": []}"#,
                "ends at 3, and begins at 9",
            ),
            (
                r#"{"start": 0, "end": 12, "claims": []}, {"start": 11, "end": 19, "claims": []}"#,
                "sentence 1 begins at 11",
            ),
            (r#"{"start": 0, "end": 10, "claims": ["c2"]}"#, "`c2`"),
        ] {
            let error = read_all(&[&event("b", sentences)]).unwrap_err().to_string();
            assert!(error.contains(said) && error.contains("`b`"), "{error}");
        }
        let twice = read_all(&[&good, &good]).unwrap_err().to_string();
        assert!(
            twice.contains("1.json: article `a` is labelled twice"),
            "{twice}"
        );
    }
}
