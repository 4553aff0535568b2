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

use rayon::prelude::*;
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
    /// Penalty on absolute weights.
    pub penalty: f64,
    /// Penalty on squared weights.
    pub ridge: f64,
    /// Weight of a listed word beside a sentence.
    pub word_weight: f64,
    /// Weight of one word of a sentence beside the sentence.
    pub part_weight: f64,
    /// Samples that a piece must occur in.
    pub min_samples: u32,
    /// Samples whose label the rest of the samples give a lower probability are taken for mislabelled.
    pub min_belief: f64,
    /// Rows of the table at most; the ones that say least are left out.
    pub max_rows: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            n_passes: 60,
            penalty: 0.2,
            ridge: 0.6,
            word_weight: 3.0,
            part_weight: 0.3,
            min_samples: 6,
            min_belief: 0.05,
            max_rows: 11_000,
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
    let (_, _, doubts) = cross_validate(samples, settings)?;
    let samples: Vec<Sample> = samples
        .iter()
        .zip(doubts)
        .filter(|(_, p)| *p >= settings.min_belief)
        .map(|(sample, _)| sample.clone())
        .collect();
    let (temperature, report, _) = cross_validate(&samples, settings)?;
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
fn cross_validate(
    samples: &[Sample],
    settings: &Settings,
) -> Result<(f64, Report, Vec<f64>), Error> {
    let mut answers = vec![None; samples.len()];
    let models: Vec<Result<Model, Error>> = (0..N_FOLDS)
        .into_par_iter()
        .map(|fold| {
            let seen = samples
                .iter()
                .filter(|sample| sample.group % N_FOLDS != fold);
            let seen: Vec<&Sample> = seen.collect();
            Ok(Model::new(&fit(&seen, settings, 1.0)?))
        })
        .collect();
    for (fold, model) in models.into_iter().enumerate() {
        let model = model?;
        for (answer, sample) in answers.iter_mut().zip(samples) {
            if sample.group % N_FOLDS == fold {
                *answer = Some((sample.language, model.evidence(&sample.text)));
            }
        }
    }
    let answers: Vec<_> = answers.into_iter().flatten().collect();
    let mut best = (1.0, f64::INFINITY, Report::default());
    for step in 5..=60 {
        let temperature = f64::from(step) / 20.0;
        let mut report = Report::default();
        for (language, evidence) in &answers {
            let guess = super::decide(evidence.probabilities_at(temperature), evidence.n_words());
            report.add(*language, &guess);
        }
        if report.loss < best.1 {
            best = (temperature, report.loss, report);
        }
    }
    let beliefs = answers
        .iter()
        .map(|(language, evidence)| evidence.probabilities_at(best.0)[*language as usize])
        .collect();
    Ok((best.0, best.2, beliefs))
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
        let words = index.words(&sample.text);
        examples.push(index.example(&words, target, weight));
        // Each word is an example, too: in the company of clearer ones it would learn too little.
        for word in words.chunks(1) {
            examples.push(index.example(word, target, weight * settings.part_weight));
        }
    }
    for (word, target) in own_words()? {
        let words = index.words(&word);
        examples.push(index.example(&words, target, settings.word_weight));
    }
    let is_frequent = index.n_samples.iter().map(|&n| n >= settings.min_samples);
    let mut is_used: Vec<bool> = is_frequent.collect();
    let weights = descend(&examples, &is_used, settings);
    index.keep_best(&weights, settings.max_rows, &mut is_used);
    // What the left out pieces said is learned anew by the ones that are kept.
    let weights = descend(&examples, &is_used, settings);
    Ok(index.rows(&weights, temperature))
}

impl Index {
    /// The features of every word of `text`, names left out unless there is nothing else.
    fn words(&mut self, text: &str) -> Vec<Vec<u32>> {
        let mut words = Vec::new();
        for with_names in [false, true] {
            symbols::for_each_word(text, |word| {
                if with_names || !word.is_name {
                    words.push(
                        pieces(word.symbols)
                            .map(|piece| self.number(piece))
                            .collect(),
                    );
                }
            });
            if !words.is_empty() {
                break;
            }
        }
        words
    }

    /// An example of some words.
    fn example(&mut self, words: &[Vec<u32>], target: [f64; 6], weight: f64) -> Example {
        let mut found = words.concat();
        found.sort_unstable();
        let scale = model::damping(words.len());
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

    /// Leaves in use the pieces that say most: those with large weights, and those seen often.
    fn keep_best(&self, weights: &[[f64; 6]], max_rows: usize, is_used: &mut [bool]) {
        let mut by_say: Vec<(f64, usize)> = weights
            .iter()
            .zip(&self.n_samples)
            .map(|(weights, n)| {
                let mean = weights.iter().sum::<f64>() / 6.0;
                let largest = weights.iter().map(|w| (w - mean).abs()).fold(0.0, f64::max);
                largest * f64::from(*n).sqrt()
            })
            .zip(0..)
            .collect();
        by_say.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for &(say, feature) in by_say.get(max_rows..).unwrap_or_default() {
            debug_assert!(say >= 0.0);
            is_used[feature] = false;
        }
    }

    /// The rows of a table, in the order of their features.
    fn rows(&self, weights: &[[f64; 6]], temperature: f64) -> Vec<Row> {
        let mut rows = Vec::new();
        for (piece, weights) in self.pieces.iter().zip(weights) {
            let mean = weights.iter().sum::<f64>() / 6.0;
            #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
            let weights = weights.map(|w| (100.0 * (w - mean) / temperature).round() as i32);
            if weights != [0; 6] {
                let feature = piece.iter().map(|&symbol| symbols::table_char(symbol));
                let feature = feature.collect();
                rows.push(Row { feature, weights });
            }
        }
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

/// Weights that minimize the loss and the penalties, by accelerated proximal steps over all examples,
/// each feature with the step that its own bound on the curvature allows.
fn descend(examples: &[Example], is_used: &[bool], settings: &Settings) -> Vec<[f64; 6]> {
    let n_features = is_used.len();
    let mut bounds = vec![0.0_f64; n_features];
    for example in examples {
        let size: f64 = example
            .features
            .iter()
            .map(|&(_, value)| f64::from(value))
            .sum();
        for &(feature, value) in &example.features {
            bounds[feature as usize] += 0.5 * example.weight * f64::from(value) * size;
        }
    }
    let mut weights = vec![[0.0_f64; 6]; n_features];
    let mut ahead = weights.clone();
    let mut gradients = weights.clone();
    let mut momentum = 1.0_f64;
    for _ in 0..settings.n_passes {
        gradients.fill([0.0; 6]);
        for example in examples {
            let mut scores = [0.0; 6];
            for &(feature, value) in &example.features {
                for (score, weight) in scores.iter_mut().zip(ahead[feature as usize]) {
                    *score += weight * f64::from(value);
                }
            }
            let probabilities = softmax(scores);
            let mut errors = [0.0; 6];
            for class in 0..6 {
                errors[class] = example.weight * (probabilities[class] - example.target[class]);
            }
            for &(feature, value) in &example.features {
                for (slope, error) in gradients[feature as usize].iter_mut().zip(errors) {
                    *slope += error * f64::from(value);
                }
            }
        }
        let next_momentum = f64::midpoint(1.0, (1.0 + 4.0 * momentum * momentum).sqrt());
        let push = (momentum - 1.0) / next_momentum;
        let mut against = 0.0;
        for feature in 0..n_features {
            if !is_used[feature] {
                continue;
            }
            let step = 1.0 / bounds[feature];
            for class in 0..6 {
                let old = weights[feature][class];
                let aim = ahead[feature][class] - step * gradients[feature][class];
                let shrunk = (aim.abs() - step * settings.penalty).max(0.0) * aim.signum();
                let new = shrunk / (1.0 + step * settings.ridge);
                against += (ahead[feature][class] - new) * (new - old) * bounds[feature];
                weights[feature][class] = new;
                ahead[feature][class] = new + push * (new - old);
            }
        }
        momentum = next_momentum;
        if against > 0.0 {
            // The momentum points uphill: begin anew (B. O'Donoghue and E. Candès, "Adaptive restart
            // for accelerated gradient schemes", 2015).
            momentum = 1.0;
            ahead.clone_from(&weights);
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Sample> {
        let texts = [
            (Language::Nb, "Jeg vet ikke hva de mener med dette"),
            (Language::Nn, "Eg veit ikkje kva dei meiner med dette"),
            (Language::Da, "Jeg ved ikke, hvad de mener med dette"),
        ];
        (0..60)
            .map(|group| Sample {
                language: texts[group % 3].0,
                text: texts[group % 3].1.to_owned(),
                group,
            })
            .collect()
    }

    #[test]
    fn the_same_samples_give_the_same_table_and_a_table_that_can_be_read() {
        let settings = Settings {
            n_passes: 3,
            max_rows: 300,
            ..Settings::default()
        };
        let samples = samples();
        let all: Vec<&Sample> = samples.iter().collect();
        let table = write(&fit(&all, &settings, 1.0).unwrap());
        assert_eq!(table, write(&fit(&all, &settings, 1.0).unwrap()));
        let rows = model::parse(&table, "test").unwrap();
        assert!(!rows.is_empty() && rows.len() <= 300);
        let model = Model::new(&rows);
        for sample in samples {
            let probabilities = model.evidence(&sample.text).probabilities();
            let own = probabilities[sample.language as usize];
            assert!(probabilities.iter().all(|&p| p <= own), "{sample:?}");
        }
    }

    #[test]
    fn the_words_are_sorted_and_unique_and_in_composed_lower_case() {
        use unicode_normalization::is_nfc;
        let lines: Vec<&str> = WORDS.lines().collect();
        assert_eq!(lines[0], "word,languages");
        let words: Vec<String> = own_words().unwrap().into_iter().map(|w| w.0).collect();
        for (pair, line) in words.windows(2).zip(2..) {
            assert!(pair[0] < pair[1], "line {line}: {pair:?}");
        }
        for word in words {
            assert!(is_nfc(&word) && word == word.to_lowercase(), "{word}");
            assert!(word.chars().all(char::is_alphabetic), "{word}");
        }
    }

    #[test]
    fn the_sentences_are_sorted_and_unique() {
        let samples = own_sentences().unwrap();
        for pair in samples.windows(2) {
            let key = |sample: &Sample| (sample.language, sample.text.clone());
            assert!(key(&pair[0]) < key(&pair[1]), "{:?}", pair[1]);
        }
    }

    #[test]
    fn pieces_are_all_substrings_up_to_five_and_the_word() {
        let word = [0, 1, 2, 3, 4, 5, 0];
        let found: Vec<&[u8]> = pieces(&word).collect();
        // 5 of one letter, 6 of two symbols, 5, 4, 3 of five symbols, the word.
        assert_eq!(found.len(), 5 + 6 + 5 + 4 + 3 + 1);
        assert_eq!(found.last(), Some(&&word[..]));
        // A short word is not counted twice.
        assert_eq!(pieces(&[0, 1, 0]).count(), 1 + 2 + 1);
    }
}
