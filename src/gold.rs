//! Labelled events: articles whose sentences say which claims they state.
//!
//! The format is that of `data/gold` (JSON, described in `data/README.md`): offsets are characters, and
//! claim ids are local to a file.

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
/// [`Error::Io`] when a file cannot be read, [`Error::Format`] when one is no labelled event or none is found.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Event>, Error> {
    files(paths)?.iter().map(|file| read_one(file)).collect()
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
