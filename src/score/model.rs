//! The logistic model that turns features into a probability.
//!
//! `p = 1 / (1 + exp(−(b + Σ cᵢ·xᵢ)))`, with coefficients that stand in `data/model.toml` beside the
//! command that made them. A model is small enough to read.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::score::features::Features;
use crate::tables;

/// A logistic model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    file: ModelFile,
    coefficients: [f64; Features::NAMES.len()],
}

/// A model as it stands in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// The command that made the model.
    pub made_by: String,
    /// What it learned from.
    pub learned_from: String,
    /// The constant b.
    pub intercept: f64,
    /// Pairs below this probability are not shown.
    pub review: f64,
    /// Average probability at which clusters are joined.
    pub cut: f64,
    /// Probability that a claim of two sentences needs; more sentences support each other.
    pub pair: f64,
    /// Average probability from which on a sentence or claim is accepted without review.
    pub accept: f64,
    /// The coefficients c, by feature.
    pub coefficients: BTreeMap<String, f64>,
}

impl Model {
    /// The model that ships with the program.
    ///
    /// # Errors
    /// [`Error::Format`] when the embedded model is damaged (a test makes sure that it is not).
    pub fn embedded() -> Result<Self, Error> {
        Self::parse(tables::MODEL.name, tables::MODEL.text)
    }

    /// A model from a file.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, [`Error::Format`] when it is no model for this version.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// A model from its text; `origin` names it in errors.
    ///
    /// # Errors
    /// [`Error::Format`] when the text is no model or names other features than this version has.
    pub fn parse(origin: &str, text: &str) -> Result<Self, Error> {
        let file: ModelFile =
            toml::from_str(text).map_err(|error| Error::format(origin, None, error.to_string()))?;
        Self::new(file).map_err(|message| Error::format(origin, None, message))
    }

    /// A model from its parts.
    ///
    /// # Errors
    /// What is wrong, when a feature is missing or unknown or a number is not finite.
    pub fn new(file: ModelFile) -> Result<Self, String> {
        let mut coefficients = [0.0; Features::NAMES.len()];
        for (slot, name) in coefficients.iter_mut().zip(Features::NAMES) {
            *slot = *file
                .coefficients
                .get(*name)
                .ok_or_else(|| format!("the coefficient of feature `{name}` is missing"))?;
        }
        if let Some(unknown) = file
            .coefficients
            .keys()
            .find(|name| !Features::NAMES.contains(&name.as_str()))
        {
            return Err(format!("`{unknown}` is no feature of this version"));
        }
        let numbers = [
            file.intercept,
            file.review,
            file.cut,
            file.pair,
            file.accept,
        ];
        if !numbers
            .iter()
            .chain(&coefficients)
            .all(|number| number.is_finite())
        {
            return Err("every number of a model must be finite".to_owned());
        }
        Ok(Self { file, coefficients })
    }

    /// The model as a file.
    ///
    /// # Errors
    /// [`Error::Format`] when it cannot be written as TOML.
    pub fn to_toml(&self) -> Result<String, Error> {
        toml::to_string(&self.file).map_err(|error| Error::format("model", None, error.to_string()))
    }

    /// What stands in the model's file.
    pub fn file(&self) -> &ModelFile {
        &self.file
    }

    /// Coefficient of the feature `name`; 0 when there is none of this name.
    pub fn coefficient(&self, name: &str) -> f64 {
        let at = Features::NAMES.iter().position(|&other| other == name);
        at.map_or(0.0, |at| self.coefficients[at])
    }

    /// Log-odds that a pair with these features states the same claim, if no guard decides.
    pub fn log_odds(&self, features: &Features) -> f64 {
        let sum: f64 = self
            .coefficients
            .iter()
            .zip(features.values())
            .map(|(coefficient, value)| coefficient * value)
            .sum();
        self.file.intercept + sum
    }

    /// Probability, 0..=1, that a pair with these features states the same claim.
    pub fn probability(&self, features: &Features) -> f64 {
        let log_odds = self.log_odds(features).min(features.most_log_odds());
        1.0 / (1.0 + (-log_odds).exp())
    }
}
