//! The order of texts for a known claim: what they are about, whatever speaks against the pair.

use super::context::{Context, Rivals, Rows};
use super::{ScoredPair, Scorer};
use crate::align::Weighed;
use crate::candidates::Candidate;
use crate::observer::Observer;
use crate::weigh::short;

/// Weight of the character n-grams beside the words.
const GRAMS: f64 = 0.3;
/// Best partners whose mean likeness is what a text or a claim reaches elsewhere.
const PARTNERS: usize = 2;
/// Weight of what the text reaches elsewhere in the geometric mean; the rest is the claim's.
const OF_TEXT: f64 = 0.7;
/// What a difference in length costs, by the natural logarithm of the ratio.
const LENGTH: f64 = 0.05;

/// A text that is like a known claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The text (left) and the claim (right).
    pub pair: ScoredPair,
    /// How far the two stand out among the best partners of either, 0 or more: texts are ranked by it. No guard takes part:
    /// who looks for a claim wants to see its denial too.
    pub margin: f64,
}

impl Scorer<'_> {
    /// Scores `candidates` (sorted), texts and claims, with their ratio margin (Artetxe and Schwenk 2019; here over a weighted
    /// geometric mean) in words and character n-grams.
    pub(crate) fn hits(&self, candidates: &[Candidate], observer: &dyn Observer) -> Vec<Hit> {
        let likeness = self.of_each(candidates, |left, _, a, b| self.likeness(left, a, b));
        let rows = Rows::new(candidates, &self.sentences);
        let context = Context::new(candidates, |i| likeness[i], &self.sentences, &rows);
        let mut rivals = Rivals::new(&self.sentences);
        rivals.add(&context);
        let means = rivals.means(PARTNERS);
        self.score(candidates, 0.0, observer)
            .into_iter()
            .zip(likeness)
            .map(|(pair, likeness)| {
                let [text, claim] = [pair.left, pair.right].map(|unit| means[unit as usize]);
                let elsewhere = text.powf(OF_TEXT) * claim.powf(1.0 - OF_TEXT);
                Hit {
                    margin: f64::from(likeness) / elsewhere.max(1e-9),
                    pair,
                }
            })
            .collect()
    }

    fn likeness(&self, left: &mut Weighed, a: usize, b: usize) -> f32 {
        let words = self.dice(a, b, &left.shared(b));
        let [log_a, log_b] = [a, b].map(|unit| self.profiles[unit].log_total);
        let likeness = words + GRAMS * self.grams.cosine(self.corpus.units, a, b)
            - LENGTH * (log_a - log_b).abs();
        short(likeness.max(0.0))
    }
}
