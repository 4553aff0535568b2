//! What speaks against a pair whatever the similarity, with a reason that can be shown.

use crate::align::{Corpus, Group, Shared};
use crate::facts::Told;
use crate::lexicon::{Opposite, Side};
use crate::normalize::TokenKind;
use crate::score::features::Profile;
use crate::vocabulary::{CountOf, WordId};

/// Below this share of the content words, a match of names and numbers stands alone.
const SAID: f64 = 0.10;

/// Words from this similarity on are taken to name the same thing.
const SAME: f32 = 0.85;
/// Counts that differ by no more than this share may be roundings of each other.
const ROUNDING: f64 = 0.15;
/// Weight above which a part of a sentence counts as unmatched.
const LEFT_OVER: f64 = 0.5;
/// Share of the words of content from which on a word is sought that replaces another.
const REPLACED_FROM: f64 = 0.25;
/// Share of all words from which on the same words are taken to have changed places.
const NEARLY_ALL: f64 = 0.75;

/// The guards of a pair; each is true when it fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "guards are independent of each other"
)]
pub struct Guards {
    /// Both have numbers that the other has not.
    pub numbers_differ: bool,
    /// The same thing is counted differently: 12 personer, 40 personer.
    pub counts_differ: bool,
    /// Exactly one is negated.
    pub negation_differs: bool,
    /// Exactly one has a verb of denial.
    pub denial_differs: bool,
    /// Both have names that the other has not.
    pub names_differ: bool,
    /// Both name days of the week, or months, and none is shared.
    pub dates_differ: bool,
    /// One says the opposite of a word of the other.
    pub opposites: bool,
    /// A word looks alike in Danish and Norwegian and means something else.
    pub false_friends: bool,
    /// One says something else in the place of a word that the other has, and the lexicon knows both words.
    pub replaced: bool,
    /// The names that both have come in another order, in the same voice.
    pub swapped: bool,
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
        let share = |group: Group| {
            let i = group as usize;
            let total = profiles[0].by_group[i] + profiles[1].by_group[i];
            (shared.left[i] + shared.right[i]) / total.max(1e-9)
        };
        let matched = shared.total() / (profiles[0].total + profiles[1].total).max(1e-9);
        let nearly_all = matched >= NEARLY_ALL;
        let content_shared = share(Group::Content) >= REPLACED_FROM;
        let partners = if content_shared || nearly_all {
            partners(corpus, a, b)
        } else {
            Vec::new()
        };
        Self {
            numbers_differ: both_left_over(shared.unmatched_numbers),
            counts_differ: counts_differ(corpus, a, b),
            negation_differs: (units[0].negations > 0) != (units[1].negations > 0),
            denial_differs: (units[0].denials > 0) != (units[1].denials > 0),
            names_differ: both_left_over(shared.unmatched_names),
            dates_differ: units[0].facts.dates_differ(units[1].facts),
            opposites: contradict(corpus.units.opposites(a), corpus.units.opposites(b)),
            false_friends: contradict(corpus.units.false_friends(a), corpus.units.false_friends(b)),
            replaced: content_shared && replaced(corpus, a, b, &partners),
            swapped: units[0].facts.passive == units[1].facts.passive
                && (swapped(corpus, a, b) || nearly_all && change_places(corpus, a, b, &partners)),
            names_only: share(Group::Content) < SAID
                && (share(Group::Name) > 0.0 || share(Group::Number) > 0.0),
        }
    }

    /// Codes of the guards that fired, as files show them.
    pub fn codes(&self) -> Vec<&'static str> {
        [
            (self.numbers_differ, "numbers-differ"),
            (self.counts_differ, "counts-differ"),
            (self.negation_differs, "negation-differs"),
            (self.denial_differs, "denial-differs"),
            (self.names_differ, "names-differ"),
            (self.dates_differ, "dates-differ"),
            (self.opposites, "opposites"),
            (self.false_friends, "false-friends"),
            (self.replaced, "replaced"),
            (self.swapped, "swapped"),
            (self.names_only, "names-only"),
        ]
        .into_iter()
        .filter_map(|(fired, code)| fired.then_some(code))
        .collect()
    }
}

fn both_left_over(unmatched: [f64; 2]) -> bool {
    unmatched.iter().all(|&weight| weight > LEFT_OVER)
}

/// Whether two sentences stand on different sides of any pair, and on one side of it each.
fn contradict(left: &[Opposite], right: &[Opposite]) -> bool {
    let sides = |list: &[Opposite], pair: u16| -> [bool; 2] {
        [Side::A, Side::B].map(|side| list.contains(&Opposite { pair, side }))
    };
    left.iter().any(|opposite| {
        let (here, there) = (sides(left, opposite.pair), sides(right, opposite.pair));
        here[0] != here[1] && there == [here[1], here[0]]
    })
}

/// Whether the two have different words that the lexicon knows in one place: between the same words of both, or between
/// the same word and the beginning or the end.
fn replaced(corpus: &Corpus, a: usize, b: usize, partners: &[Option<Partner>]) -> bool {
    let (left, right) = (corpus.units.sequence(a), corpus.units.sequence(b));
    let is_free = |y: &Told<WordId>| {
        !left
            .iter()
            .any(|x| similarity(corpus, x.word, y.word) > 0.0)
    };
    let says = |told: &Told<WordId>| {
        let word = corpus.vocabulary.word(told.word);
        word.kind == TokenKind::Word && word.known
    };
    let mut before = 0;
    for (at, told) in left.iter().enumerate() {
        if let Some(partner) = partners[at] {
            before = partner.place + 1;
            continue;
        }
        let after = partners[at..].iter().flatten().next();
        let there = right.get(before..after.map_or(right.len(), |partner| partner.place));
        if says(told)
            && there
                .unwrap_or_default()
                .iter()
                .any(|y| says(y) && is_free(y))
        {
            return true;
        }
    }
    false
}

/// Whether two words that both have stand on different sides of a third one in the two: the minister warned the mayor,
/// the mayor warned the minister.
fn change_places(corpus: &Corpus, a: usize, b: usize, partners: &[Option<Partner>]) -> bool {
    let (left, right) = (corpus.units.sequence(a), corpus.units.sequence(b));
    let same = |at: usize| {
        let partner = partners[at].filter(|partner| partner.similarity > SAME)?;
        Some(partner.place)
    };
    let role = |at: usize| {
        let place = same(at).filter(|&place| left[at].role && right[place].role)?;
        Some((at, place))
    };
    let is_content = |at: usize| corpus.group(left[at].word) == Group::Content;
    let roles: Vec<(usize, usize)> = (0..left.len()).filter_map(role).collect();
    roles.iter().enumerate().any(|(n, &(first, there))| {
        roles[n + 1..].iter().any(|&(second, here)| {
            let stays = |at: usize| {
                is_content(at) && same(at).is_some_and(|place| here < place && place < there)
            };
            here < there && (first + 1..second).any(stays)
        })
    })
}

/// Similarity of two words, 0..=1.
fn similarity(corpus: &Corpus, x: WordId, y: WordId) -> f32 {
    if x == y {
        return 1.0;
    }
    let link = corpus.neighbours.between(x, y);
    link.map_or(0.0, |link| link.similarity)
}

/// The word of another sentence that is most similar to a word.
#[derive(Debug, Clone, Copy)]
struct Partner {
    /// Its place in what the other sentence tells.
    place: usize,
    similarity: f32,
}

/// The partner in unit `b` of each word that unit `a` tells, if any is similar; of equal ones the first.
fn partners(corpus: &Corpus, a: usize, b: usize) -> Vec<Option<Partner>> {
    let (left, right) = (corpus.units.sequence(a), corpus.units.sequence(b));
    left.iter()
        .map(|x| {
            let mut best: Option<Partner> = None;
            for (place, y) in right.iter().enumerate() {
                let similarity = similarity(corpus, x.word, y.word);
                if similarity > best.map_or(0.0, |best| best.similarity) {
                    best = Some(Partner { place, similarity });
                }
            }
            best
        })
        .collect()
}

/// Whether the actors that both units name come in another order.
fn swapped(corpus: &Corpus, a: usize, b: usize) -> bool {
    let (left, right) = (corpus.units.actors(a), corpus.units.actors(b));
    let shared = |of: &[WordId], with: &[WordId]| -> Vec<WordId> {
        let mut seen = Vec::new();
        for word in of {
            if with.contains(word) && !seen.contains(word) {
                seen.push(*word);
            }
        }
        seen
    };
    let (here, there) = (shared(left, right), shared(right, left));
    here.len() > 1 && here.first() != there.first()
}

/// Whether any word is counted in both units and no count of it in one comes near one in the other.
fn counts_differ(corpus: &Corpus, a: usize, b: usize) -> bool {
    let value = |number: WordId| corpus.vocabulary.word(number).canonical.parse::<f64>();
    let nearest = |unit: usize| -> Vec<CountOf> {
        let counts = corpus.units.counts(unit).iter();
        counts
            .filter(|count| count.distance == 0)
            .copied()
            .collect()
    };
    let (left, right) = (nearest(a), nearest(b));
    for of_word in left.chunk_by(|x, y| x.word == y.word) {
        let word = of_word[0].word;
        for other in right.chunk_by(|x, y| x.word == y.word) {
            if similarity(corpus, word, other[0].word) < SAME {
                continue;
            }
            let near = of_word.iter().any(|x| {
                other
                    .iter()
                    .any(|y| match (value(x.number), value(y.number)) {
                        (Ok(x), Ok(y)) => (x - y).abs() <= ROUNDING * x.abs().max(y.abs()),
                        _ => true,
                    })
            });
            if !near {
                return true;
            }
        }
    }
    false
}
