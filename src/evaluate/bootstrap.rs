//! How far figures would move with other events.
//!
//! Efron's bootstrap (1979, "Bootstrap methods: another look at the jackknife"): events are drawn with replacement,
//! as many as there are, the figures are taken anew, and the interval holds the middle 95 % of them. Sentences of one
//! event depend on each other, so events are drawn and not sentences. The seed is fixed: same counts, same interval.

use serde::{Deserialize, Serialize};

use super::{harmonic, share};

/// Times that events are drawn.
pub const RESAMPLES: usize = 1000;
/// Of 40 values the smallest and the largest lie outside of an interval of 95 %.
const ONE_OUTSIDE_IN: usize = 40;
const SEED: u64 = 22;

/// What one event adds to the figures. A pair of sentences of two events counts for the one that stands first, a
/// cluster for the event of its first sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Cross-article pairs that share a claim.
    pub wanted: usize,
    /// Cross-article pairs in one cluster, without the open ones.
    pub predicted: usize,
    /// Both.
    pub right: usize,
    /// Claims stated in more than one article.
    pub claims: usize,
    /// Claims that were found.
    pub claims_found: usize,
    /// Clusters with sentences of more than one article.
    pub clusters: usize,
    /// Those of which two thirds or more share a claim.
    pub clean: usize,
}

impl Tally {
    /// What all `events` but `without` add together.
    pub fn sum(events: &[Self], without: Option<usize>) -> Self {
        let mut sum = Self::default();
        for (event, tally) in events.iter().enumerate() {
            if Some(event) != without {
                sum.add(tally);
            }
        }
        sum
    }

    /// Adds what another event adds.
    pub fn add(&mut self, other: &Self) {
        self.wanted += other.wanted;
        self.predicted += other.predicted;
        self.right += other.right;
        self.claims += other.claims;
        self.claims_found += other.claims_found;
        self.clusters += other.clusters;
        self.clean += other.clean;
    }

    /// Precision, recall, F1, claims found and clean clusters, each 0..=1.
    pub fn figures(&self) -> [f64; 5] {
        let precision = share(self.right, self.predicted);
        let recall = share(self.right, self.wanted);
        [
            precision,
            recall,
            harmonic(precision, recall),
            share(self.claims_found, self.claims),
            share(self.clean, self.clusters),
        ]
    }
}

/// An interval of 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Interval {
    /// Its lower end; 0..=1 for a figure.
    pub low: f64,
    /// Its upper end; 0..=1 for a figure.
    pub high: f64,
}

/// The intervals of [`Tally::figures`] when `events` are drawn [`RESAMPLES`] times.
pub fn intervals(events: &[Tally]) -> [Interval; 5] {
    middle(events.len(), |drawn| figures_of(events, drawn))
}

/// The intervals, -1..=1, of how much larger the figures of `events` are than those of `others`, which tell of the same
/// events in the same order.
pub fn differences(events: &[Tally], others: &[Tally]) -> [Interval; 5] {
    middle(events.len().min(others.len()), |drawn| {
        let (ours, theirs) = (figures_of(events, drawn), figures_of(others, drawn));
        std::array::from_fn(|figure| ours[figure] - theirs[figure])
    })
}

fn figures_of(events: &[Tally], drawn: &[usize]) -> [f64; 5] {
    let mut sum = Tally::default();
    for &event in drawn {
        sum.add(&events[event]);
    }
    sum.figures()
}

/// The middle 95 % of what `figures` makes of the numbers of the events that were drawn.
fn middle(n_events: usize, figures: impl Fn(&[usize]) -> [f64; 5]) -> [Interval; 5] {
    let mut draw = SplitMix64(SEED);
    let all: Vec<[f64; 5]> = (0..RESAMPLES)
        .map(|_| {
            let drawn: Vec<usize> = (0..n_events).map(|_| draw.below(n_events)).collect();
            figures(&drawn)
        })
        .collect();
    std::array::from_fn(|figure| {
        let mut values: Vec<f64> = all.iter().map(|figures| figures[figure]).collect();
        values.sort_unstable_by(f64::total_cmp);
        let outside = RESAMPLES / ONE_OUTSIDE_IN;
        Interval {
            low: values[outside],
            high: values[RESAMPLES - 1 - outside],
        }
    })
}

/// Random numbers after Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when `n` is 0.
    fn below(&mut self, n: usize) -> usize {
        let product = u128::from(self.next()) * (n as u128);
        usize::try_from(product >> 64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(right: usize) -> Tally {
        Tally {
            wanted: 4,
            predicted: 4,
            right,
            ..Tally::default()
        }
    }

    #[test]
    fn the_generator_gives_the_numbers_of_its_authors() {
        let mut draw = SplitMix64(1_234_567);
        assert_eq!(draw.next(), 6_457_827_717_110_365_317);
        assert_eq!(draw.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn the_same_events_have_the_same_intervals() {
        let events = [event(1), event(2), event(4), event(0)];
        assert_eq!(intervals(&events), intervals(&events));
        let [precision, ..] = intervals(&events);
        assert!(precision.low < 7.0 / 16.0 && precision.high > 7.0 / 16.0);
    }

    #[test]
    fn events_that_are_alike_leave_no_doubt() {
        let [precision, recall, f1, found, _] = intervals(&[event(2), event(2)]);
        for interval in [precision, recall, f1] {
            assert!((interval.low - 0.5).abs() < 1e-9 && (interval.high - 0.5).abs() < 1e-9);
        }
        assert_eq!(found, Interval::default());
        assert_eq!(intervals(&[])[0], Interval::default());
    }
}
