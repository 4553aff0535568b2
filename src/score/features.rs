//! What the model sees of a pair: numbers with names, all symmetric in the two sentences.

use crate::align::{Corpus, Shared};
use crate::score::guards::Guards;
use crate::segment::Kind;
use crate::vocabulary::{GROUPS, Group, Unit};
use crate::weigh::Weights;

/// What differing numbers count for when nothing but names matches: `12 skadd på Mølla`, `40 evakuert fra Mølla`.
const NAMES_AND_OTHER_NUMBERS: f64 = 0.25;

/// The most log-odds of a pair when a guard fires faintly: p = 0.98.
const UNDOUBTED: f64 = 4.0;
/// By how much they fall as the guard grows to 1: from 0.4 on it keeps a pair below p = 0.05 whatever speaks for it.
const DOUBT: f64 = 18.0;

/// One sentence, prepared for many pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// Weight of all words.
    pub total: f64,
    /// Weight by [`Group`].
    pub by_group: [f64; GROUPS],
    /// Weight of all words, by the weights that they have in their story.
    pub in_story: f64,
    /// Logarithm of `total`.
    pub log_total: f64,
    /// Logarithm of the number of different words.
    pub log_words: f64,
}

impl Profile {
    /// The profile of unit `unit`.
    pub fn new(corpus: &Corpus, unit: usize, weights: &Weights) -> Self {
        let weights = weights.of(corpus.units, unit);
        let mut by_group = [0.0; GROUPS];
        let mut in_story = 0.0;
        for weight in weights {
            by_group[weight.group as usize] += f64::from(weight.plain);
            in_story += f64::from(weight.in_story);
        }
        let total: f64 = by_group.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "a count of words")]
        let words = weights.len().max(1) as f64;
        Self {
            total,
            by_group,
            in_story,
            log_total: total.max(1e-9).ln(),
            log_words: words.ln(),
        }
    }
}

impl Shared {
    /// Soft Dice coefficient of one group of words, 0..=1: the matched share of their weight in both sentences; 0 when neither
    /// has any.
    pub(super) fn share(&self, profiles: [&Profile; 2], group: Group) -> f64 {
        let i = group as usize;
        let total = profiles[0].by_group[i] + profiles[1].by_group[i];
        (self.left[i] + self.right[i]) / total.max(1e-9)
    }

    /// Whether any word of the group is matched.
    pub(super) fn has(&self, group: Group) -> bool {
        let i = group as usize;
        self.left[i] + self.right[i] > 0.0
    }
}

/// Not inlined: else it is computed for every pair and then thrown away, since it has no effect but time.
#[inline(never)]
fn power(value: f64, exponent: f64) -> f64 {
    value.powf(exponent)
}

/// What is known of a pair beside its words and guards.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rest {
    /// Cosine of character n-grams, 0..=1.
    pub grams: f64,
    /// Best soft Dice coefficient among the neighbouring sentences, 0..=1.
    pub context: f64,
    /// Ratio margin, 0 or more.
    pub margin: f64,
    /// Lead over the runner-up, -1..=1.
    pub lead: f64,
}

/// All that features are made of.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Matched weights.
    pub shared: Shared,
    /// Both sentences.
    pub profiles: [&'a Profile; 2],
    /// Both sentences.
    pub units: [&'a Unit; 2],
    /// Soft Dice coefficient, 0..=1.
    pub dice: f64,
    /// The same by the weights that words have in their stories, 0..=1.
    pub dice_in_story: f64,
    /// N-grams, and what other pairs tell of it.
    pub rest: Rest,
    /// Affinity of the articles, 0..=1.
    pub affinity: f64,
    /// Whether the articles are in one story.
    pub same_story: bool,
    /// What speaks against the pair.
    pub guards: Guards,
    /// When exactly one is negated: how much of what it negates the other says, 0..=1.
    pub negated: f64,
}

macro_rules! features {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// The features of a pair.
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        pub struct Features {
            $($(#[$doc])* pub $name: f64,)*
        }

        impl Features {
            /// Names of the features, in the order of [`Features::values`].
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// Features with these values, in the order of [`Features::NAMES`].
            pub fn from_values([$($name),*]: [f64; Self::NAMES.len()]) -> Self {
                Self { $($name),* }
            }

            /// The values, in the order of [`Features::NAMES`].
            pub fn values(&self) -> [f64; Self::NAMES.len()] {
                [$(self.$name),*]
            }
        }
    };
}

features! {
    /// Soft Dice coefficient of the weighted words, 0..=1.
    dice,
    /// The same by the weights that words have in their stories, 0..=1.
    dice_in_story,
    /// Share of the shorter sentence's weight that is matched, 0..=1.
    containment,
    /// Logarithm of the matched weight: how much evidence there is.
    evidence,
    /// Soft Dice coefficient of the words of content alone, 0..=1.
    content,
    /// Number of content words that are matched, as its logarithm.
    content_words,
    /// Soft Dice coefficient of the names alone, 0..=1.
    names,
    /// the sixth power of `content` when both have names that the other has not, else 0: a sentence often names more
    /// than another, so that only the same words about somebody else count.
    names_differ,
    /// the cube of `content` when both name days of the week, or months, and none is shared, else 0.
    dates_differ,
    /// the cube of `content`, the heaviest unmatched word of each left out, when one says the opposite of a word of the
    /// other; the cube of `content` when it has a false friend of it; else 0.
    opposites,
    /// the cube of `content` when the names that both have come in another order, else 0.
    swapped,
    /// the cube of `dice` when one says something else in the place of a word, else 0.
    replaced,
    /// `dice` to the power of 2.4 when another verb stands in the place of one, else 0.
    happens_otherwise,
    /// the cube of `dice` when one names somebody else in the place of a name, else 0.
    renamed,
    /// Soft Dice coefficient of the numbers alone, 0..=1.
    numbers,
    /// the cube of `content` when both have numbers that the other has not (at least 0.25 when nothing but names
    /// matches), else 0.
    numbers_differ,
    /// 1 when the same thing is counted differently: 12 personer, 40 personer.
    counts_differ,
    /// 1 when the numbers of both are small and count something else in each: 4 minutter, 4 stemmer.
    counts_other_things,
    /// Weight of the heaviest shared word, as its logarithm.
    heaviest,
    /// Cosine of character n-grams across words, 0..=1.
    grams,
    /// Best similarity among the neighbouring sentences, 0..=1.
    context,
    /// Ratio margin over what both reach elsewhere.
    margin,
    /// Lead over the runner-up in the other article.
    lead,
    /// Affinity of the two articles, 0..=1.
    affinity,
    /// 1 when the articles are in one story.
    story,
    /// Difference in length, as the logarithm of the ratio of the weights.
    length_ratio,
    /// Length of the shorter sentence, as the logarithm of its words.
    shorter,
    /// 1 when exactly one is direct speech.
    quote_differs,
    /// 1 when one or both are headings.
    heading,
    /// 1 when exactly one asks a question.
    question_differs,
    /// the square of `content` times how much of what one negates the other says, when exactly one is negated, else 0.
    negation_differs,
    /// the cube of `content`, the heaviest unmatched word of each left out, when exactly one denies, else 0.
    denial_differs,
    /// 1 when names and numbers match but hardly anything that is said of them.
    names_only,
}

impl Features {
    /// Guards that are dear to compute: of most pairs the other features tell enough.
    pub(super) const DEAR: [&'static str; 7] = [
        "counts_differ",
        "happens_otherwise",
        "negation_differs",
        "opposites",
        "renamed",
        "replaced",
        "swapped",
    ];

    /// The most log-odds that a pair can have whatever else speaks for it: the more the rest of the two is alike, the
    /// less doubt there is that a guard which fires tells them apart.
    pub fn most_log_odds(&self) -> f64 {
        let guards = [
            self.dates_differ,
            self.denial_differs,
            self.negation_differs,
            self.numbers_differ,
            self.opposites,
            self.renamed,
            self.happens_otherwise,
            self.swapped,
        ];
        let strongest = guards.into_iter().fold(0.0, f64::max);
        if strongest > 0.0 {
            UNDOUBTED - DOUBT * strongest
        } else {
            f64::INFINITY
        }
    }

    /// Computes all features.
    pub fn new(evidence: &Evidence) -> Self {
        let Evidence {
            shared,
            profiles: [a, b],
            units,
            ..
        } = evidence;
        let group_dice = |group: Group| shared.share([a, b], group);
        let left: f64 = shared.left.iter().sum();
        let right: f64 = shared.right.iter().sum();
        let containment = if a.total <= b.total {
            left / a.total.max(1e-9)
        } else {
            right / b.total.max(1e-9)
        };
        let flag = |yes: bool| f64::from(u8::from(yes));
        // The more the rest is alike, the more a guard says: the same words with another number.
        let cube = |fired: bool, share: f64| if fired { share.powi(3) } else { 0.0 };
        let content = group_dice(Group::Content);
        let guard = |fired: bool| cube(fired, content);
        // A word that denies or says the opposite is itself unmatched.
        let i = Group::Content as usize;
        let others = a.by_group[i] + b.by_group[i] - shared.heaviest_unmatched.iter().sum::<f64>();
        let beside = (shared.left[i] + shared.right[i]) / others.max(1e-9);
        let in_place = |fired: bool, power: f64| {
            if fired {
                self::power(evidence.dice, power)
            } else {
                0.0
            }
        };
        let one = |f: fn(&Unit) -> bool| flag(f(units[0]) != f(units[1]));
        Self {
            dice: evidence.dice,
            dice_in_story: evidence.dice_in_story,
            containment,
            evidence: (1.0 + left + right).ln(),
            content,
            content_words: (1.0 + f64::from(shared.content_words)).ln(),
            names: group_dice(Group::Name),
            names_differ: guard(evidence.guards.names_differ).powi(2),
            dates_differ: guard(evidence.guards.dates_differ),
            opposites: cube(evidence.guards.opposites, beside)
                .max(guard(evidence.guards.false_friends)),
            replaced: in_place(evidence.guards.replaced, 3.0),
            happens_otherwise: in_place(evidence.guards.happens_otherwise, 2.4),
            renamed: in_place(evidence.guards.renamed, 3.0),
            swapped: guard(evidence.guards.swapped),
            numbers: group_dice(Group::Number),
            numbers_differ: if evidence.guards.numbers_differ && evidence.guards.names_only {
                guard(true).max(NAMES_AND_OTHER_NUMBERS)
            } else {
                guard(evidence.guards.numbers_differ)
            },
            counts_differ: flag(evidence.guards.counts_differ),
            counts_other_things: flag(shared.other_things && !shared.same_things),
            heaviest: (1.0 + shared.heaviest).ln(),
            grams: evidence.rest.grams,
            context: evidence.rest.context,
            margin: evidence.rest.margin,
            lead: evidence.rest.lead,
            affinity: evidence.affinity.sqrt(),
            story: flag(evidence.same_story),
            length_ratio: (a.log_total - b.log_total).abs(),
            shorter: a.log_words.min(b.log_words),
            quote_differs: one(|unit| unit.kind == Kind::Quote),
            heading: flag(units.iter().any(|unit| unit.kind == Kind::Heading)),
            question_differs: one(|unit| unit.question),
            negation_differs: flag(evidence.guards.negation_differs)
                * (content * evidence.negated).powi(2),
            denial_differs: cube(evidence.guards.denial_differs, beside),
            names_only: flag(evidence.guards.names_only),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dear_are_features() {
        for name in Features::DEAR {
            assert!(Features::NAMES.contains(&name), "{name}");
        }
    }
}
