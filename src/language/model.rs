//! The model: a readable table of word pieces and what each says for every language.
//!
//! A multinomial logistic model. Each feature is a piece of a word (`_` is the edge of the word, so
//! `_ikkje_` is a whole word and `ane_` an ending), each weight is in hundredths of a natural
//! logarithm. The weights of all pieces of all words are summed, damped by the number of words (which
//! are far from independent, so that a long text would become surer than it should), and turned into
//! probabilities. Text goes in, probabilities come out; what
//! to do when they are close is decided elsewhere.

use std::sync::LazyLock;

use super::Language;
use super::automaton::{Automaton, Pattern, Sums};
use super::symbols;
use crate::error::Error;
use crate::tables;

/// Bytes that are read of one text at most.
pub const MAX_READ: usize = 32 * 1024;

/// Pieces that a longer text is read in.
const N_PIECES: usize = 16;

/// Added to the score of nynorsk, of which there were fewer sentences to learn from than of bokmål. Chosen on
/// NTREX-128-dev, where every value from 0.15 to 0.3 gives about the same.
const NYNORSK: f64 = 0.2;

/// The table that is shipped.
pub(crate) const TABLE: &str = tables::LANGUAGE_MODEL.text;

/// Its name in messages.
const ORIGIN: &str = "data/language-model.csv";

/// The first line of a table.
pub(crate) const HEADER: &str = "feature,nb,nn,da,sv,en,other";

/// One line of a table: a piece of a word and its weights, hundredths, in the order of
/// [`super::Language::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) feature: String,
    pub(crate) weights: [i32; 6],
}

/// A model that is ready for use.
#[derive(Debug)]
pub(crate) struct Model {
    automaton: Automaton,
}

/// What was found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Sums of the weights.
    sums: Sums,
    /// Words that were looked at.
    n_words: usize,
    /// Whether most letters belong to another script.
    is_strange: bool,
}

/// The shipped model.
pub(crate) fn shipped() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| {
        // A test makes sure that the shipped table can be read.
        Model::new(&parse(TABLE, ORIGIN).unwrap_or_default())
    });
    &MODEL
}

/// Reads a table.
pub(crate) fn parse(table: &str, origin: &str) -> Result<Vec<Row>, Error> {
    let mut lines = table.lines().zip(1..);
    let fault = |line, message: &str| Error::format(origin, line, message);
    if lines.next().map(|(line, _)| line) != Some(HEADER) {
        return Err(fault(1, &format!("expected the header `{HEADER}`")));
    }
    let mut rows = Vec::new();
    for (line, number) in lines {
        let mut cells = line.split(',');
        let feature = cells.next().unwrap_or_default().to_owned();
        if feature.is_empty() || feature.chars().any(|c| symbols::of_table_char(c).is_none()) {
            return Err(fault(number, &format!("`{feature}` is no piece of a word")));
        }
        let weights: Vec<i32> = cells.map_while(|cell| cell.parse().ok()).collect();
        let weights = <[i32; 6]>::try_from(weights)
            .map_err(|_| fault(number, "expected six whole numbers after the feature"))?;
        if line.matches(',').count() != 6 {
            return Err(fault(number, "expected seven cells"));
        }
        rows.push(Row { feature, weights });
    }
    Ok(rows)
}

impl Model {
    /// The model of a table.
    pub(crate) fn new(rows: &[Row]) -> Self {
        let patterns: Vec<Pattern> = rows
            .iter()
            .map(|row| {
                let symbols: Vec<u8> = row
                    .feature
                    .chars()
                    .filter_map(symbols::of_table_char)
                    .collect();
                let mut weights = [0; 8];
                weights[..6].copy_from_slice(&row.weights);
                Pattern { symbols, weights }
            })
            .collect();
        Self {
            automaton: Automaton::new(&patterns),
        }
    }

    /// What `text` says.
    pub(crate) fn evidence(&self, text: &str) -> Evidence {
        if text.len() <= MAX_READ {
            return self.evidence_of([text].into_iter());
        }
        // Evenly spread pieces, whole words or not: a torn word among two thousand does no harm.
        let piece = MAX_READ / N_PIECES;
        let step = (text.len() - piece) / (N_PIECES - 1);
        self.evidence_of((0..N_PIECES).map(|i| {
            let start = char_boundary(text, i * step);
            let end = char_boundary(text, i * step + piece);
            text.get(start..end).unwrap_or_default()
        }))
    }

    fn evidence_of<'a>(&self, pieces: impl Iterator<Item = &'a str> + Clone) -> Evidence {
        let plain = self.count(pieces.clone(), false);
        if plain.n_words == 0 && !plain.is_strange {
            return self.count(pieces, true);
        }
        plain
    }

    /// Sums the weights of all words, or of all but the names.
    fn count<'a>(&self, pieces: impl Iterator<Item = &'a str>, with_names: bool) -> Evidence {
        let mut sums = [0; 8];
        let mut n_words = 0;
        let (mut latin, mut strange) = (0, 0);
        for piece in pieces {
            let letters = symbols::for_each_word(piece, |word| {
                if with_names || !word.is_name {
                    n_words += 1;
                    self.automaton.add_word(word.symbols, &mut sums);
                }
            });
            latin += letters.latin;
            strange += letters.strange;
        }
        Evidence {
            sums,
            n_words,
            is_strange: strange > latin,
        }
    }
}

impl Evidence {
    /// Words that were looked at.
    pub(crate) fn n_words(&self) -> usize {
        if self.is_strange {
            usize::MAX
        } else {
            self.n_words
        }
    }

    /// Probability of each language, all being equally likely beforehand.
    pub(crate) fn probabilities(&self) -> [f64; 6] {
        self.probabilities_at(1.0)
    }

    /// The same, from scores divided by `temperature`.
    pub(crate) fn probabilities_at(&self, temperature: f64) -> [f64; 6] {
        if self.is_strange {
            return [0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        }
        let scale = 0.01 / temperature * damping(self.n_words);
        let mut scores = [0.0; 6];
        for (score, sum) in scores.iter_mut().zip(self.sums) {
            *score = f64::from(sum) * scale;
        }
        scores[Language::Nn as usize] += NYNORSK;
        softmax(scores)
    }
}

/// The last boundary of a character at or before byte `at`.
fn char_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    let back = (0..4).find(|&back| back <= at && text.is_char_boundary(at - back));
    at - back.unwrap_or(0)
}

/// Probabilities from scores.
pub(crate) fn softmax(scores: [f64; 6]) -> [f64; 6] {
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut probabilities = scores.map(|score| (score - best).exp());
    let sum: f64 = probabilities.iter().sum();
    for probability in &mut probabilities {
        *probability /= sum;
    }
    probabilities
}

/// A count as a number to reckon with; counts of one text are far below 2^52.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn as_f64(n: usize) -> f64 {
    n as f64
}

/// What the sum over `n_words` words is multiplied with: words of one text are far from independent.
pub(crate) fn damping(n_words: usize) -> f64 {
    as_f64(n_words.max(1)).powf(-0.4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_is_sorted_unique_and_says_something_in_every_line() {
        let rows = parse(TABLE, ORIGIN).unwrap();
        assert!(rows.len() > 1000);
        for pair in rows.windows(2) {
            assert!(pair[0].feature < pair[1].feature, "{:?}", pair[1]);
        }
        for row in &rows {
            assert!(row.weights.iter().any(|&weight| weight != 0), "{row:?}");
        }
        assert!(TABLE.len() < 300 * 1024);
    }

    #[test]
    fn damaged_tables_are_refused_with_their_line() {
        for (table, line) in [
            ("", "t:1:"),
            ("feature,nb\n", "t:1:"),
            ("feature,nb,nn,da,sv,en,other\n_a_,1,2,3,4,5\n", "t:2:"),
            ("feature,nb,nn,da,sv,en,other\n_a_,1,2,3,4,5,x\n", "t:2:"),
            ("feature,nb,nn,da,sv,en,other\nA 1,1,2,3,4,5,6\n", "t:2:"),
        ] {
            let message = parse(table, "t").unwrap_err().to_string();
            assert!(message.starts_with(line), "{message}");
        }
    }

    #[test]
    fn probabilities_follow_the_sums_of_the_weights() {
        let rows = parse("feature,nb,nn,da,sv,en,other\n_ikkje_,0,300,0,0,0,0\n", "t").unwrap();
        let model = Model::new(&rows);
        let [nb, nn, ..] = model.evidence("ikkje").probabilities();
        assert!((nn / nb - (3.0 + NYNORSK).exp()).abs() < 1e-9);
        let [nb, nn, ..] = model.evidence("ikke").probabilities();
        assert!((nn / nb - NYNORSK.exp()).abs() < 1e-9);
    }
}
