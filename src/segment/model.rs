//! The linear model that weighs a border: its table, and the sum of it.
//!
//! A border is cut when the weights of its features add up to more than zero. The table
//! `data/segment_model.csv` has one feature a line and is written by the `train_segment` example;
//! a feature that is not in the table weighs nothing.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::features::{Features, N_FEATURES, name};
use crate::tables;

const TABLE: &str = tables::SEGMENT_MODEL.text;

static SHIPPED: LazyLock<Model> = LazyLock::new(|| Model::read(TABLE).unwrap_or_default());

/// Weights of all features.
#[derive(Debug, Clone)]
pub(super) struct Model {
    weights: Vec<f32>,
}

impl Default for Model {
    /// A model that cuts nowhere.
    fn default() -> Self {
        Self {
            weights: vec![0.0; N_FEATURES],
        }
    }
}

impl Model {
    /// The model that is compiled in.
    pub(super) fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// The model with these weights, one per feature.
    pub(super) fn of(mut weights: Vec<f32>) -> Self {
        weights.resize(N_FEATURES, 0.0);
        Self { weights }
    }

    /// Reads a table `feature,weight`; an error names the line that is not understood.
    pub(super) fn read(table: &str) -> Result<Self, String> {
        let mut model = Self::default();
        let names: rustc_hash::FxHashMap<String, usize> =
            (0..N_FEATURES).map(|index| (name(index), index)).collect();
        for (number, line) in table.lines().enumerate().skip(1) {
            let understood = line.split_once(',').and_then(|(feature, weight)| {
                Some((*names.get(feature)?, weight.parse::<f32>().ok()?))
            });
            let Some((index, weight)) = understood else {
                return Err(format!("line {}: `{line}`", number + 1));
            };
            if let Some(slot) = model.weights.get_mut(index) {
                *slot = weight;
            }
        }
        Ok(model)
    }

    /// The table of the model, sorted by feature, without features of no weight.
    pub(super) fn table(&self) -> String {
        let mut rows: Vec<(String, f32)> = (0..N_FEATURES)
            .map(|index| (name(index), self.weight(index)))
            .filter(|(_, weight)| weight.abs() >= 0.0005)
            .collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let mut table = String::from("feature,weight\n");
        for (feature, weight) in rows {
            // Writing to a string cannot fail.
            let _ = writeln!(table, "{feature},{weight:.3}");
        }
        table
    }

    /// The weight of one feature.
    pub(super) fn weight(&self, index: usize) -> f32 {
        self.weights.get(index).copied().unwrap_or(0.0)
    }

    /// The sum of the weights of `features`: above zero means cut.
    pub(super) fn score(&self, features: &Features) -> f32 {
        features.iter().map(|index| self.weight(index)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_is_understood_and_canonical() {
        let model = Model::read(TABLE).unwrap();
        assert!(model.table() == TABLE, "not as `train_segment` writes it");
        assert!(TABLE.lines().count() > 10);
    }

    #[test]
    fn a_strange_line_is_an_error() {
        assert!(Model::read("feature,weight\nno such thing,1\n").is_err());
    }
}
