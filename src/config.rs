//! The settings of a run.
//!
//! A [`Config`] is what `config.toml` of a run holds: feeding it back repeats the run. What does not
//! change a result (threads, progress, the output folder) is not in it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::read::ReadOptions;
use crate::spill::Memory;
use crate::spreadsheet::Dialect;

/// What is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitKind {
    /// Each sentence of a text.
    #[default]
    Sentence,
    /// Each text as a whole, unsplit.
    Text,
}

/// Which articles are compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Across {
    /// Any two.
    #[default]
    Articles,
    /// Those of different sources; an article without a source is compared with all.
    Sources,
}

/// Settings of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "settings are independent of each other"
)]
pub struct Config {
    /// Folders, files, or `-` for standard input.
    pub inputs: Vec<PathBuf>,
    /// A table of known claims that name the clusters.
    pub claims: Option<PathBuf>,
    /// Decisions of reviewers, which the clusters obey.
    pub decisions: Option<PathBuf>,
    /// A lexicon of the user's own, added to the one that ships.
    pub lexicon: Option<PathBuf>,
    /// A scoring model instead of the one that ships.
    pub model: Option<PathBuf>,
    /// What is matched.
    pub unit: UnitKind,
    /// Whether sentences are only compared inside a story.
    pub within_stories: bool,
    /// Days, 0 or more, that two articles lie apart at most for their sentences to be compared; any number when not
    /// set. An article without a date is compared with all.
    pub within_days: Option<u32>,
    /// Whether sentences are only compared across sources.
    pub across: Across,
    /// Probability, 0..=1, from which on pairs are written for review; the model's when not set.
    pub min_review: Option<f64>,
    /// Average probability, 0..=1, at which sentences join in a claim; the model's when not set.
    pub min_join: Option<f64>,
    /// Average probability, 0..=1, from which on a claim is accepted; the model's when not set.
    pub min_accept: Option<f64>,
    /// Articles that a claim needs, 1 or more.
    pub min_articles: usize,
    /// How CSV files are written.
    pub csv: Dialect,
    /// Whether text cells that a spreadsheet would take for a formula get an apostrophe.
    pub formula_guard: bool,
    /// Whether `sentences.csv` is written.
    pub sentences: bool,
    /// Whether `review.xlsx` is written.
    pub xlsx: bool,
    /// Whether `report.html` is written.
    pub report: bool,
    /// How inputs are read.
    pub read: ReadOptions,
    /// What pairs may hold in memory; as much as they need when not set. It changes no result and is not written.
    #[serde(skip)]
    pub memory: Option<Memory>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            claims: None,
            decisions: None,
            lexicon: None,
            model: None,
            unit: UnitKind::default(),
            within_stories: false,
            within_days: None,
            across: Across::default(),
            min_review: None,
            min_join: None,
            min_accept: None,
            min_articles: 2,
            csv: Dialect::default(),
            formula_guard: true,
            sentences: false,
            xlsx: true,
            report: true,
            read: ReadOptions::default(),
            memory: None,
        }
    }
}

impl Config {
    /// Reads a `config.toml`.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, [`Error::Format`] when a setting is unknown or not understood.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
        toml::from_str(&text)
            .map_err(|error| Error::format(path.display().to_string(), None, error.to_string()))
    }

    /// The settings as TOML.
    ///
    /// # Errors
    /// [`Error::Format`] when a path is not valid Unicode.
    pub fn to_toml(&self) -> Result<String, Error> {
        let others = [&self.claims, &self.decisions, &self.lexicon, &self.model];
        let mut paths = self.inputs.iter().chain(others.into_iter().flatten());
        if let Some(path) = paths.find(|path| path.to_str().is_none()) {
            let message = "this path is not UTF-8: the config.toml of the run could not name it";
            return Err(Error::format(path.display().to_string(), None, message));
        }
        toml::to_string(self).map_err(|error| Error::format("config.toml", None, error.to_string()))
    }

    /// Checks ranges.
    ///
    /// # Errors
    /// [`Error::Setting`] for the first setting that is out of its range.
    pub fn validate(&self) -> Result<(), Error> {
        for (name, value) in [
            ("min-review", self.min_review),
            ("min-join", self.min_join),
            ("min-accept", self.min_accept),
        ] {
            if let Some(value) = value
                && !(0.0..=1.0).contains(&value)
            {
                let message = format!("must be from 0 to 1, not {value}");
                return Err(Error::Setting { name, message });
            }
        }
        if self.min_articles == 0 {
            let message = "must be 1 or more, not 0".to_owned();
            return Err(Error::Setting {
                name: "min-articles",
                message,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_survives_toml() {
        let config = Config {
            inputs: vec!["seeds".into()],
            claims: Some("seeds/claims.csv".into()),
            min_join: Some(0.4),
            within_days: Some(3),
            across: Across::Sources,
            csv: Dialect::Excel,
            ..Config::default()
        };
        let text = config.to_toml().unwrap();
        assert_eq!(toml::from_str::<Config>(&text).unwrap(), config);
    }

    #[test]
    fn unknown_settings_are_refused() {
        assert!(toml::from_str::<Config>("min-joint = 0.4").is_err());
    }

    #[test]
    fn values_out_of_range_are_refused() {
        let config = Config {
            min_join: Some(1.5),
            ..Config::default()
        };
        assert_eq!(
            config.validate().unwrap_err().to_string(),
            "min-join: must be from 0 to 1, not 1.5"
        );
    }
}
