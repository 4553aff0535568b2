//! What speaks against a pair whatever the similarity, with a reason that can be shown.

use crate::align::{Corpus, Group, Shared};
use crate::score::features::Profile;

/// Below this share of the content words, a match of names and numbers stands alone.
const SAID: f64 = 0.10;

/// The guards of a pair; each is true when it fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "guards are independent of each other"
)]
pub struct Guards {
    /// Both have numbers, and none is shared.
    pub numbers_differ: bool,
    /// Exactly one is negated.
    pub negation_differs: bool,
    /// Exactly one has a verb of denial.
    pub denial_differs: bool,
    /// Both have names, and none is shared.
    pub names_differ: bool,
    /// Names or numbers match, but hardly anything that is said of them.
    pub names_only: bool,
}

impl Guards {
    /// The guards of the units `a` and `b`, of which `shared` is matched.
    pub fn new(
        corpus: &Corpus,
        a: usize,
        b: usize,
        shared: &Shared,
        profiles: [&Profile; 2],
    ) -> Self {
        let units = [a, b].map(|unit| corpus.units.unit(unit));
        let both_without_match = |group: Group| {
            let i = group as usize;
            profiles.iter().all(|profile| profile.by_group[i] > 0.0)
                && shared.left[i] == 0.0
                && shared.right[i] == 0.0
        };
        let share = |group: Group| {
            let i = group as usize;
            let total = profiles[0].by_group[i] + profiles[1].by_group[i];
            (shared.left[i] + shared.right[i]) / total.max(1e-9)
        };
        Self {
            numbers_differ: both_without_match(Group::Number),
            negation_differs: (units[0].negations > 0) != (units[1].negations > 0),
            denial_differs: (units[0].denials > 0) != (units[1].denials > 0),
            names_differ: both_without_match(Group::Name),
            names_only: share(Group::Content) < SAID
                && (share(Group::Name) > 0.0 || share(Group::Number) > 0.0),
        }
    }

    /// Codes of the guards that fired, as files show them.
    pub fn codes(&self) -> Vec<&'static str> {
        [
            (self.numbers_differ, "numbers-differ"),
            (self.negation_differs, "negation-differs"),
            (self.denial_differs, "denial-differs"),
            (self.names_differ, "names-differ"),
            (self.names_only, "names-only"),
        ]
        .into_iter()
        .filter_map(|(fired, code)| fired.then_some(code))
        .collect()
    }
}
