//! Learns the table of [`super::of_text`] from labelled sentences.
//!
//! A multinomial logistic model over all pieces of words up to five symbols and over whole words,
//! fitted by dual averaging with a step size of its own for each weight and a penalty on the sum of
//! absolute weights, which leaves most at exactly zero (L. Xiao, "Dual averaging methods for
//! regularized stochastic learning and online optimization", JMLR 11, 2010; J. Duchi, E. Hazan,
//! Y. Singer, "Adaptive subgradient methods", JMLR 12, 2011). The samples are visited in a fixed
//! order: the same samples give the same table. Cross-validation tells the temperature by which the
//! weights are divided, so that probabilities mean what they say (C. Guo et al., "On calibration of
//! modern neural networks", ICML 2017).

use rustc_hash::FxHashMap;

use super::Language;
use super::evaluate::Report;
use super::model::{self, Model, Row, as_f64, softmax};
use super::samples::Sample;
use super::symbols;
use crate::error::Error;

/// Words with the languages that they belong to.
const WORDS: &str = include_str!("../../data/language-words.csv");
/// Sentences of the languages for which no other samples are given.
const SENTENCES: &str = include_str!("../../data/language-sentences.csv");

/// How the model is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Passes over the samples.
    pub n_passes: usize,
    /// Step size.
    pub step: f64,
    /// Penalty on absolute weights, per sample.
    pub penalty: f64,
    /// Weight of a listed word beside a sentence.
    pub word_weight: f64,
    /// Samples that a piece must occur in.
    pub min_samples: u32,
    /// Rows of the table at most; the ones that say least are left out.
    pub max_rows: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            n_passes: 12,
            step: 0.2,
            penalty: 2e-6,
            word_weight: 0.3,
            min_samples: 3,
            max_rows: 12_000,
        }
    }
}

/// The longest piece of a word, edges included.
const MAX_PIECE: usize = 5;
/// The longest whole word, edges included.
const MAX_WORD: usize = 18;
/// Parts of a cross-validation.
const N_FOLDS: usize = 5;

struct Example {
    /// Features and how often, scaled.
    features: Vec<(u32, f32)>,
    target: [f64; 6],
    weight: f64,
}

/// Features and their numbers.
#[derive(Default)]
struct Index {
    numbers: FxHashMap<Vec<u8>, u32>,
    pieces: Vec<Vec<u8>>,
    n_samples: Vec<u32>,
}

/// Sentences that belong to the program itself: English, Swedish and strangers.
///
/// # Errors
///
/// The embedded table is damaged.
pub fn own_sentences() -> Result<Vec<Sample>, Error> {
    let mut reader = csv::Reader::from_reader(SENTENCES.as_bytes());
    let fault = |message: String| Error::format("data/language-sentences.csv", None, message);
    let mut samples = Vec::new();
    for record in reader.deserialize::<(String, String)>() {
        let (language, text) = record.map_err(|error| fault(error.to_string()))?;
        let language = language.parse().map_err(fault)?;
        // A group each: their neighbours in the table are unrelated.
        let group = samples.len();
        samples.push(Sample {
            language,
            text,
            group,
        });
    }
    Ok(samples)
}

fn own_words() -> Result<Vec<(String, [f64; 6])>, Error> {
    let fault = |message: String| Error::format("data/language-words.csv", None, message);
    let mut words = Vec::new();
    for line in WORDS.lines().skip(1) {
        let (word, languages) = line
            .split_once(',')
            .ok_or_else(|| fault(format!("expected two cells in `{line}`")))?;
        let mut target = [0.0; 6];
        let n = as_f64(languages.split(' ').count());
        for code in languages.split(' ') {
            let language: Language = code.parse().map_err(fault)?;
            target[language as usize] = 1.0 / n;
        }
        words.push((word.to_owned(), target));
    }
    Ok(words)
}

/// Learns a table from `samples`, and says how it did on what it had not seen.
///
/// # Errors
///
/// An embedded table is damaged.
pub fn train(samples: &[Sample], settings: &Settings) -> Result<(String, Report), Error> {
    let (temperature, report) = cross_validate(samples, settings)?;
    let all: Vec<&Sample> = samples.iter().collect();
    let rows = fit(&all, settings, temperature)?;
    Ok((write(&rows), report))
}

fn write(rows: &[Row]) -> String {
    let mut table = format!("{}\n", model::HEADER);
    for row in rows {
        table.push_str(&row.feature);
        for weight in row.weights {
            table.push(',');
            table.push_str(&weight.to_string());
        }
        table.push('\n');
    }
    table
}

/// The temperature that suits the unseen parts best, and how they were told with it.
fn cross_validate(samples: &[Sample], settings: &Settings) -> Result<(f64, Report), Error> {
    let mut answers = Vec::new();
    for fold in 0..N_FOLDS {
        let (held, seen): (Vec<&Sample>, Vec<&Sample>) = samples
            .iter()
            .partition(|sample| sample.group % N_FOLDS == fold);
        let model = Model::new(&fit(&seen, settings, 1.0)?);
        answers.extend(
            held.iter()
                .map(|sample| (sample.language, model.evidence(&sample.text))),
        );
    }
    let mut best = (1.0, f64::INFINITY, Report::default());
    for step in 5..=60 {
        let temperature = f64::from(step) / 20.0;
        let mut report = Report::default();
        for (language, evidence) in &answers {
            let guess = super::decide(evidence.probabilities_at(temperature));
            report.add(*language, &guess);
        }
        if report.loss < best.1 {
            best = (temperature, report.loss, report);
        }
    }
    Ok((best.0, best.2))
}

fn fit(samples: &[&Sample], settings: &Settings, temperature: f64) -> Result<Vec<Row>, Error> {
    let mut index = Index::default();
    let mut examples = Vec::new();
    let mut n_of = [0_usize; 6];
    for sample in samples {
        n_of[sample.language as usize] += 1;
    }
    let most = as_f64(n_of.iter().copied().max().unwrap_or(1));
    for sample in samples {
        let mut target = [0.0; 6];
        target[sample.language as usize] = 1.0;
        // Between counting every sample and counting every language alike.
        let weight = (most / as_f64(n_of[sample.language as usize])).sqrt();
        examples.push(index.example(&sample.text, target, weight));
    }
    for (word, target) in own_words()? {
        examples.push(index.example(&word, target, settings.word_weight));
    }
    let weights = descend(&examples, &index, settings);
    Ok(index.rows(&weights, settings, temperature))
}

impl Index {
    fn example(&mut self, text: &str, target: [f64; 6], weight: f64) -> Example {
        let mut found = Vec::new();
        let mut n_words = 0;
        for with_names in [false, true] {
            symbols::for_each_word(text, |word| {
                if word.is_name && !with_names {
                    return;
                }
                n_words += 1;
                for piece in pieces(word.symbols) {
                    found.push(self.number(piece));
                }
            });
            if n_words > 0 {
                break;
            }
        }
        found.sort_unstable();
        let scale = 1.0 / as_f64(n_words.max(1)).sqrt();
        let features = found
            .chunk_by(|a, b| a == b)
            .map(|same| {
                let number = same[0];
                self.n_samples[number as usize] += 1;
                #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
                let value = (as_f64(same.len()) * scale) as f32;
                (number, value)
            })
            .collect();
        Example {
            features,
            target,
            weight,
        }
    }

    fn number(&mut self, piece: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(piece) {
            return number;
        }
        let number = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        self.numbers.insert(piece.to_vec(), number);
        self.pieces.push(piece.to_vec());
        self.n_samples.push(0);
        number
    }

    /// The rows that say most, in the order of their features.
    fn rows(&self, weights: &[[f64; 6]], settings: &Settings, temperature: f64) -> Vec<Row> {
        let mut rows = Vec::new();
        for ((piece, weights), n) in self.pieces.iter().zip(weights).zip(&self.n_samples) {
            let mean = weights.iter().sum::<f64>() / 6.0;
            #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
            let weights = weights.map(|w| (100.0 * (w - mean) / temperature).round() as i32);
            let largest = weights.iter().map(|w| w.abs()).max().unwrap_or(0);
            if largest > 0 {
                let says = f64::from(largest) * f64::from(*n).sqrt();
                let feature = piece.iter().map(|&symbol| symbols::table_char(symbol));
                let feature: String = feature.collect();
                rows.push((says, Row { feature, weights }));
            }
        }
        rows.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then_with(|| a.1.feature.cmp(&b.1.feature))
        });
        rows.truncate(settings.max_rows);
        let mut rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
        rows.sort_by(|a, b| a.feature.cmp(&b.feature));
        rows
    }
}

/// All pieces of a word that can be features.
fn pieces(word: &[u8]) -> impl Iterator<Item = &[u8]> {
    let parts = (1..=MAX_PIECE.min(word.len().saturating_sub(1)))
        .flat_map(|len| word.windows(len))
        .filter(|piece| *piece != [symbols::EDGE]);
    parts.chain((word.len() <= MAX_WORD).then_some(word))
}

/// Weights by dual averaging.
fn descend(examples: &[Example], index: &Index, settings: &Settings) -> Vec<[f64; 6]> {
    let n_features = index.pieces.len();
    let is_used: Vec<bool> = index
        .n_samples
        .iter()
        .map(|&n| n >= settings.min_samples)
        .collect();
    let mut gradients = vec![[0.0_f64; 6]; n_features];
    let mut squares = vec![[0.0_f64; 6]; n_features];
    let weight_of = |gradient: &[f64; 6], square: &[f64; 6], time: f64| -> [f64; 6] {
        let mut weights = [0.0; 6];
        for ((weight, g), s) in weights.iter_mut().zip(gradient).zip(square) {
            let beyond = g.abs() - settings.penalty * time;
            if beyond > 0.0 {
                *weight = -g.signum() * beyond * settings.step / (1e-3 + s.sqrt());
            }
        }
        weights
    };
    // A stride that shares no factor with the number of examples visits each once per pass, far
    // from its neighbours.
    let n = examples.len();
    let stride = (n / 3..).find(|&k| gcd(k, n) == 1).unwrap_or(1);
    let mut time = 0.0;
    for _ in 0..settings.n_passes {
        let mut at = 0;
        for _ in 0..n {
            at = (at + stride) % n;
            let example = &examples[at];
            let mut scores = [0.0; 6];
            for &(feature, value) in &example.features {
                let feature = feature as usize;
                if is_used[feature] {
                    let weights = weight_of(&gradients[feature], &squares[feature], time);
                    for (score, weight) in scores.iter_mut().zip(weights) {
                        *score += weight * f64::from(value);
                    }
                }
            }
            let probabilities = softmax(scores);
            for &(feature, value) in &example.features {
                let feature = feature as usize;
                if is_used[feature] {
                    for class in 0..6 {
                        let slope = example.weight
                            * f64::from(value)
                            * (probabilities[class] - example.target[class]);
                        gradients[feature][class] += slope;
                        squares[feature][class] += slope * slope;
                    }
                }
            }
            time += 1.0;
        }
    }
    gradients
        .iter()
        .zip(&squares)
        .map(|(gradient, square)| weight_of(gradient, square, time))
        .collect()
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
