//! Learns the weights of borders from texts whose sentences are known.
//!
//! Logistic regression with a quadratic penalty, by gradient steps over all examples with a fixed
//! number of rounds: the same texts give the same table. Borders that a rule settles are left out.
//! Used by the `train_segment` example; a run of the program never learns.

use super::border::{self, Border, Evidence};
use super::features::{Features, N_FEATURES};
use super::model::Model;
use super::{Setting, Shape};
use crate::article::Span;
use crate::language::Language;

/// A text whose sentences are known.
#[derive(Debug, Clone)]
pub struct Example<'a> {
    /// The text.
    pub text: &'a str,
    /// Its language.
    pub language: Option<Language>,
    /// Its sentences, in order.
    pub spans: &'a [Span],
}

/// Weights learned from texts.
#[derive(Debug, Clone)]
pub struct Fitted(pub(super) Model);

impl Fitted {
    /// The table as it lies in `data/segment_model.csv`.
    pub fn table(&self) -> String {
        self.0.table()
    }

    /// Splits a text with these weights.
    pub fn sentences(&self, text: &str, language: Option<Language>) -> Vec<super::Sentence> {
        super::split(text, language, &self.0, |_, _, _| {})
    }
}

/// Rounds of the fit, its step and the strength of the penalty.
const ROUNDS: usize = 400;
const STEP: f64 = 0.05;
const PENALTY: f64 = 0.5;

/// Learns from `examples`.
pub fn fit(examples: &[Example<'_>]) -> Fitted {
    let mut borders: Vec<(Features, bool)> = Vec::new();
    for example in examples {
        collect(example, &mut borders);
    }
    let mut weights = vec![0.0_f64; N_FEATURES];
    let mut mean = vec![0.0_f64; N_FEATURES];
    let mut square = vec![0.0_f64; N_FEATURES];
    let (mut decay_mean, mut decay_square) = (1.0, 1.0);
    for _ in 0..ROUNDS {
        let mut gradient: Vec<f64> = weights.iter().map(|weight| PENALTY * weight).collect();
        for (features, cut) in &borders {
            let score: f64 = features.iter().map(|index| weights[index]).sum();
            let error = 1.0 / (1.0 + (-score).exp()) - f64::from(u8::from(*cut));
            for index in features.iter() {
                gradient[index] += error;
            }
        }
        // Adam: steps of a size that suits each weight.
        decay_mean *= 0.9;
        decay_square *= 0.999;
        for index in 0..N_FEATURES {
            let slope = gradient[index];
            mean[index] = 0.9 * mean[index] + 0.1 * slope;
            square[index] = 0.999 * square[index] + 0.001 * slope * slope;
            let step = mean[index] / (1.0 - decay_mean);
            let scale = (square[index] / (1.0 - decay_square)).sqrt() + 1e-8;
            weights[index] -= STEP * step / scale;
        }
    }
    #[allow(
        clippy::cast_possible_truncation,
        reason = "three decimals of a small number are kept"
    )]
    let weights = weights
        .into_iter()
        .map(|weight| ((weight * 1000.0).round() / 1000.0) as f32)
        .collect();
    Fitted(Model::of(weights))
}

fn collect(example: &Example<'_>, borders: &mut Vec<(Features, bool)>) {
    let shape = Shape::of(example.text);
    let setting = Setting::new(example.text, example.language, shape.layout);
    let mut starts = example.spans.iter().map(|span| span.start()).peekable();
    for (index, block) in shape.blocks.iter().enumerate() {
        if setting.whole(block.span, index, None).is_some() {
            continue;
        }
        border::walk(&setting.context, block.span, |border: &Border| {
            while starts.next_if(|&start| start < border.at).is_some() {}
            let cut = starts.peek() == Some(&border.at);
            if let Evidence::Features(features) = border.evidence {
                borders.push((features, cut));
            }
            cut
        });
    }
}
