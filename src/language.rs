//! The language of an article and of a sentence.
//!
//! Text goes in, a [`Guess`] comes out: a probability for bokmål, nynorsk, Danish, Swedish, English
//! and *other*, and the language that is likely enough to be named, if there is one. Neighbouring
//! languages share most of their words, so a short sentence is often valid in two: it is left
//! *unsure* rather than guessed, and the language of its article decides. Nothing here blocks
//! matching; a guess only informs what comes after.
//!
//! The method is a linear model over pieces of words (after W. Cavnar and J. Trenkle, "N-gram-based
//! text categorization", 1994, who ranked such pieces, and the shared tasks on discriminating between
//! similar languages of 2014 to 2017, where linear models over pieces and words did best).
//! `data/language-model.csv` holds its weights, [`train`] learns them, [`evaluate`] judges them.
//! Other scripts count as *other* at once, without the model.

mod automaton;
pub mod evaluate;
mod model;
pub mod samples;
mod symbols;
pub mod train;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use model::MAX_READ;

/// How likely a sentence is in the language of its article, before it is read.
const SAME: f64 = 0.9;

/// From which probability on a language is named, in a text of many words.
const SURE: f64 = 0.4;

/// The same for a text of one word, two, and so on: short texts are often valid in several languages.
const SURE_OF_FEW: [f64; 5] = [0.9, 0.85, 0.75, 0.72, 0.72];

/// The languages that are told apart. Matching works on the first three; the rest is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Norwegian bokmål.
    Nb,
    /// Norwegian nynorsk.
    Nn,
    /// Danish.
    Da,
    /// Swedish.
    Sv,
    /// English.
    En,
    /// Any other language.
    Other,
}

impl Language {
    /// All languages, in the order of [`Guess::probabilities`].
    pub const ALL: [Self; 6] = [
        Self::Nb,
        Self::Nn,
        Self::Da,
        Self::Sv,
        Self::En,
        Self::Other,
    ];

    /// The code that files show: `nb`, `nn`, `da`, `sv`, `en` (ISO 639-1) or `other`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
            Self::Da => "da",
            Self::Sv => "sv",
            Self::En => "en",
            Self::Other => "other",
        }
    }

    /// Whether sentences of the language are matched.
    pub fn is_matched(self) -> bool {
        matches!(self, Self::Nb | Self::Nn | Self::Da)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = String;

    /// Reads a code in any case; `no`, `nob`, `nno`, `dan`, `swe` and `eng` are understood too.
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text.trim().to_lowercase().as_str() {
            "nb" | "no" | "nob" | "nor" => Self::Nb,
            "nn" | "nno" => Self::Nn,
            "da" | "dan" => Self::Da,
            "sv" | "swe" => Self::Sv,
            "en" | "eng" => Self::En,
            "other" => Self::Other,
            _ => {
                return Err(format!(
                    "`{text}` is no language; use nb, nn, da, sv, en or other"
                ));
            }
        })
    }
}

/// What is believed about the language of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The language, or `None` where the text is too short or valid in two (*unsure*).
    pub language: Option<Language>,
    /// Probability of each of [`Language::ALL`], 0..=1, summing to 1.
    pub probabilities: [f64; 6],
}

impl Guess {
    /// A certain one, as when the input declares its language.
    pub fn certain(language: Language) -> Self {
        let mut probabilities = [0.0; 6];
        probabilities[language as usize] = 1.0;
        Self {
            language: Some(language),
            probabilities,
        }
    }

    /// The code of the language, or `unsure`.
    pub fn code(&self) -> &'static str {
        code(self.language)
    }
}

/// The code of a language that is known, or `unsure`.
pub fn code(language: Option<Language>) -> &'static str {
    language.map_or("unsure", Language::code)
}

/// The language of a whole text.
///
/// Of a text longer than [`MAX_READ`] bytes, pieces spread evenly over it are read.
pub fn of_text(text: &str) -> Guess {
    let evidence = model::shipped().evidence(text);
    decide(evidence.probabilities(), evidence.n_words())
}

/// The language of one sentence, with the language of its article as the prior.
///
/// A sentence is taken to be in the language of its article nine times out of ten, before it is read.
pub fn of_sentence(sentence: &str, article: &Guess) -> Guess {
    let evidence = model::shipped().evidence(sentence);
    let mut probabilities = evidence.probabilities();
    for (probability, prior) in probabilities.iter_mut().zip(article.probabilities) {
        *probability *= SAME * prior + (1.0 - SAME) / 6.0;
    }
    let sum: f64 = probabilities.iter().sum();
    if sum > 0.0 {
        for probability in &mut probabilities {
            *probability /= sum;
        }
    }
    decide(probabilities, evidence.n_words())
}

/// The likeliest language, if it is likely enough for a text of that many words.
fn decide(probabilities: [f64; 6], n_words: usize) -> Guess {
    let sure = n_words
        .checked_sub(1)
        .map_or(1.0, |at| SURE_OF_FEW.get(at).copied().unwrap_or(SURE));
    let best = Language::ALL
        .into_iter()
        .zip(probabilities)
        .max_by(|(_, a), (_, b)| a.total_cmp(b));
    Guess {
        language: best.and_then(|(language, p)| (p >= sure).then_some(language)),
        probabilities,
    }
}
