//! How often the language is told right: tables for people to read.
//!
//! Labelled samples go in; out comes a confusion table with *unsure* as its own column, the share
//! told right per language, and a reliability table, which shows how often a language that was given
//! a probability was the right one. Texts that were told wrong can be listed. It judges whatever
//! answers it is handed, so that another classifier can be put beside.

use std::fmt;

use super::model::as_f64;
use super::samples::Sample;
use super::{Guess, Language};

/// Counts of answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Samples by their own language and by the answer; the last column is *unsure*.
    pub confusion: [[usize; 7]; 6],
    /// Answers by the probability of the likeliest language, in bins as in [`Report::BINS`].
    pub bins: [Bin; 8],
    /// Sum of the negative natural logarithms of the probabilities given to the right language.
    pub loss: f64,
}

/// The answers whose probability lies in one range.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// How many.
    pub n: usize,
    /// How many of them were right.
    pub n_right: usize,
    /// Sum of their probabilities.
    pub sum: f64,
}

impl Report {
    /// Lower ends of the ranges of probability.
    pub const BINS: [f64; 8] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

    /// Asks `guess` about every sample.
    pub fn of<'a>(
        samples: impl IntoIterator<Item = &'a Sample>,
        mut guess: impl FnMut(&str) -> Guess,
    ) -> Self {
        let mut report = Self::default();
        for sample in samples {
            report.add(sample.language, &guess(&sample.text));
        }
        report
    }

    /// Counts one answer.
    pub fn add(&mut self, truth: Language, guess: &Guess) {
        let answer = guess.language.map_or(6, |language| language as usize);
        self.confusion[truth as usize][answer] += 1;
        let (best, probability) =
            guess
                .probabilities
                .into_iter()
                .enumerate()
                .fold(
                    (0, 0.0),
                    |best, next| {
                        if next.1 > best.1 { next } else { best }
                    },
                );
        let bin = Self::BINS
            .iter()
            .rposition(|&low| probability >= low)
            .unwrap_or(0);
        self.bins[bin].n += 1;
        self.bins[bin].n_right += usize::from(best == truth as usize);
        self.bins[bin].sum += probability;
        self.loss -= guess.probabilities[truth as usize].max(1e-12).ln();
    }

    /// How many samples there were.
    pub fn n(&self) -> usize {
        self.confusion.iter().flatten().sum()
    }

    /// Shares of the samples of `language` that were told right and that were left unsure, both
    /// 0..=1; `None` where there is no sample.
    pub fn shares(&self, language: Language) -> Option<Shares> {
        let row = self.confusion[language as usize];
        let n: usize = row.iter().sum();
        (n > 0).then(|| Shares {
            right: as_f64(row[language as usize]) / as_f64(n),
            unsure: as_f64(row[6]) / as_f64(n),
        })
    }
}

/// What became of the samples of one language.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// Told right.
    pub right: f64,
    /// Left unsure.
    pub unsure: f64,
}

impl fmt::Display for Report {
    /// Both tables, as text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<6}", "")?;
        for language in Language::ALL {
            write!(f, "{:>7}", language.code())?;
        }
        writeln!(f, "{:>7}{:>8}{:>8}", "unsure", "right", "unsure")?;
        for language in Language::ALL {
            let Some(shares) = self.shares(language) else {
                continue;
            };
            write!(f, "{:<6}", language.code())?;
            for n in self.confusion[language as usize] {
                write!(f, "{n:>7}")?;
            }
            writeln!(f, "{:>8.4}{:>8.4}", shares.right, shares.unsure)?;
        }
        writeln!(f, "\nprobability        n   mean  right")?;
        let ends = Self::BINS.into_iter().skip(1).chain([1.0]);
        for ((low, high), bin) in Self::BINS.into_iter().zip(ends).zip(self.bins) {
            if bin.n > 0 {
                let n = as_f64(bin.n);
                let (mean, right) = (bin.sum / n, as_f64(bin.n_right) / n);
                writeln!(
                    f,
                    "{low:.2} to {high:.2} {:>7}  {mean:.3}  {right:.3}",
                    bin.n
                )?;
            }
        }
        let loss = self.loss / as_f64(self.n().max(1));
        writeln!(f, "mean negative log probability {loss:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_wrong_and_unsure_are_counted_apart() {
        let mut report = Report::default();
        report.add(Language::Nb, &Guess::certain(Language::Nb));
        report.add(Language::Nb, &Guess::certain(Language::Da));
        let unsure = Guess {
            language: None,
            probabilities: [0.5, 0.0, 0.5, 0.0, 0.0, 0.0],
        };
        report.add(Language::Nb, &unsure);
        report.add(Language::Nb, &unsure);
        assert_eq!(report.confusion[0], [1, 0, 1, 0, 0, 0, 2]);
        let shares = report.shares(Language::Nb).unwrap();
        assert!((shares.right - 0.25).abs() < 1e-12 && (shares.unsure - 0.5).abs() < 1e-12);
        assert_eq!(report.shares(Language::Da), None);
        assert_eq!(report.bins[7].n_right, 1);
        assert!(report.to_string().contains("unsure"));
    }
}
