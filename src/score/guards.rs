//! What speaks against a pair whatever the similarity, with a reason that can be shown.

use crate::align::{Corpus, Left, Shared};
use crate::lexicon::{Opposite, Side};
use crate::normalize::TokenKind;
use crate::score::features::Profile;
use crate::score::places::{Places, similarity};
use crate::similar::PHRASE;
use crate::vocabulary::{CountOf, Group, Word, WordId};
use crate::words::WordClass;

/// Below this share of the content words, a match of names and numbers stands alone.
const SAID: f64 = 0.10;

/// Words from this similarity on are taken to name the same thing.
const SAME: f32 = 0.85;
/// A word that negates or denies is answered by one from this similarity on: both sentences say it, whatever the words.
const ANSWERED: f32 = 0.75;
/// Counts that differ by no more than this share may be roundings of each other.
const ROUNDING: f64 = 0.15;
/// Weight above which a part of a sentence counts as unmatched.
const LEFT_OVER: f64 = 0.5;
/// Share of the words of content from which on the words of two sentences are compared place by place.
const PLACED_FROM: f64 = 0.25;
/// Share of all words from which on words of content, not only names, are taken to have changed places.
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
    /// One says the opposite of a word of the other, or of the preposition before a word that both have.
    pub opposites: bool,
    /// A word looks alike in Danish and Norwegian and means something else.
    pub false_friends: bool,
    /// One says something else in the place of a word that the other has, and the lexicon knows both words.
    pub replaced: bool,
    /// One says that something else happens: another verb in the place of one that the other has.
    pub happens_otherwise: bool,
    /// One names somebody else in the place of a name that the other has.
    pub renamed: bool,
    /// Who does it and to whom it is done change places, in the same voice.
    pub swapped: bool,
    /// Names or numbers match, but hardly anything that is said of them.
    pub names_only: bool,
}

/// Two units with what is known of their words.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The corpus.
    pub corpus: &'a Corpus<'a>,
    /// The numbers of the units.
    pub pair: [usize; 2],
    /// What of them is matched.
    pub shared: &'a Shared,
    /// Both, prepared.
    pub profiles: [&'a Profile; 2],
}

impl Compared<'_> {
    fn share(&self, group: Group) -> f64 {
        self.shared.share(self.profiles, group)
    }
}

impl Guards {
    /// Those guards of two units that need neither the places of their words nor what is counted.
    pub(super) fn at_a_glance(compared: &Compared) -> Self {
        let Compared {
            corpus,
            pair: [a, b],
            shared,
            ..
        } = *compared;
        let units = [a, b].map(|unit| corpus.units.unit(unit));
        let only_one = |counts: [u8; 2], is: fn(&Word) -> bool| {
            let (from, to) = if counts[0] > 0 { (a, b) } else { (b, a) };
            (counts[0] > 0) != (counts[1] > 0) && !answered(corpus, from, to, is)
        };
        let negation = only_one(units.map(|unit| unit.negations), |word| {
            word.kind == TokenKind::Negation
        });
        let denial = only_one(units.map(|unit| unit.denials), |word| {
            word.class == Some(WordClass::Denial)
        });
        let opposites = units[0].opposites & units[1].opposites != 0
            && contradict(corpus.units.opposites(a), corpus.units.opposites(b));
        // Not unhurt is hurt, and to deny that it is so is to say that it is not so.
        let twice = negation && (denial || opposites || negated_in_a_word(corpus, a, b));
        Self {
            numbers_differ: both_left_over(shared.unmatched_numbers),
            negation_differs: negation && !twice,
            denial_differs: denial && !twice,
            names_differ: both_left_over(shared.unmatched_names),
            dates_differ: units[0].facts.dates_differ(units[1].facts),
            opposites: opposites && !twice,
            false_friends: units[0].false_friends & units[1].false_friends != 0
                && contradict(corpus.units.false_friends(a), corpus.units.false_friends(b)),
            names_only: (shared.has(Group::Name) || shared.has(Group::Number))
                && compared.share(Group::Content) < SAID,
            ..Self::default()
        }
    }

    /// The guards of two units.
    pub fn new(compared: &Compared) -> Self {
        let Compared {
            corpus,
            pair: [a, b],
            shared,
            profiles,
        } = *compared;
        let mut guards = Self::at_a_glance(compared);
        guards.counts_differ = counts_differ(corpus, a, b).is_some();
        if compared.share(Group::Content) < PLACED_FROM {
            return guards;
        }
        let places = Places::new(corpus, a, b);
        let matched = shared.total() / (profiles[0].total + profiles[1].total).max(1e-9);
        let [voice, other] = [a, b].map(|unit| corpus.units.unit(unit).facts.passive);
        let changed = voice == other && places.change_places(matched >= NEARLY_ALL).is_some();
        // Who sells to the buyer is bought from.
        let converse = changed && contradict(corpus.units.opposites(a), corpus.units.opposites(b));
        Self {
            opposites: guards.opposites && !converse || places.related_otherwise().is_some(),
            swapped: changed && !converse,
            replaced: places.replaced().is_some(),
            happens_otherwise: places.happens_otherwise().is_some(),
            renamed: places.renamed().is_some(),
            ..guards
        }
    }

    /// Those that fired.
    pub fn fired(&self) -> impl Iterator<Item = Guard> {
        let all = [
            (self.numbers_differ, Guard::NumbersDiffer),
            (self.counts_differ, Guard::CountsDiffer),
            (self.negation_differs, Guard::NegationDiffers),
            (self.denial_differs, Guard::DenialDiffers),
            (self.names_differ, Guard::NamesDiffer),
            (self.dates_differ, Guard::DatesDiffer),
            (self.opposites, Guard::Opposites),
            (self.false_friends, Guard::FalseFriends),
            (self.replaced, Guard::Replaced),
            (self.happens_otherwise, Guard::HappensOtherwise),
            (self.renamed, Guard::Renamed),
            (self.swapped, Guard::Swapped),
            (self.names_only, Guard::NamesOnly),
        ];
        all.into_iter()
            .filter_map(|(fired, guard)| fired.then_some(guard))
    }

    /// Codes of the guards that fired, as files show them.
    pub fn codes(&self) -> Vec<&'static str> {
        self.fired().map(Guard::code).collect()
    }
}

/// One of the [`Guards`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are the fields of Guards")]
pub enum Guard {
    NumbersDiffer,
    CountsDiffer,
    NegationDiffers,
    DenialDiffers,
    NamesDiffer,
    DatesDiffer,
    Opposites,
    FalseFriends,
    Replaced,
    HappensOtherwise,
    Renamed,
    Swapped,
    NamesOnly,
}

impl Guard {
    /// Its code, as files show it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NumbersDiffer => "numbers-differ",
            Self::CountsDiffer => "counts-differ",
            Self::NegationDiffers => "negation-differs",
            Self::DenialDiffers => "denial-differs",
            Self::NamesDiffer => "names-differ",
            Self::DatesDiffer => "dates-differ",
            Self::Opposites => "opposites",
            Self::FalseFriends => "false-friends",
            Self::Replaced => "replaced",
            Self::HappensOtherwise => "happens-otherwise",
            Self::Renamed => "renamed",
            Self::Swapped => "swapped",
            Self::NamesOnly => "names-only",
        }
    }

    /// The words of the units `a` and `b` for which it fires, in no order. None for [`Self::Opposites`] and
    /// [`Self::FalseFriends`] of single words, which units do not keep, and for [`Self::NamesOnly`].
    pub(crate) fn words(self, corpus: &Corpus, a: usize, b: usize) -> [Vec<WordId>; 2] {
        let such = |unit: usize, is: &dyn Fn(WordId) -> bool| -> Vec<WordId> {
            let words = corpus.units.words(unit).iter().copied();
            words.filter(|&word| is(word)).collect()
        };
        let of_kind = |is: fn(&Word) -> bool| {
            [a, b].map(|unit| such(unit, &|word| is(corpus.vocabulary.word(word))))
        };
        let left_over = |group: Group| {
            [(a, b), (b, a)].map(|(from, to)| {
                let matches = Left::new(*corpus, from).matches(to);
                let is_matched = |word| matches.iter().any(|found| found.left == word);
                such(from, &|word| {
                    corpus.group(word) == group && !is_matched(word)
                })
            })
        };
        let two = |words: Option<[WordId; 2]>| {
            words.map_or_else(Default::default, |words| words.map(|word| vec![word]))
        };
        let places = || Places::new(corpus, a, b);
        match self {
            Self::NumbersDiffer => left_over(Group::Number),
            Self::NamesDiffer => left_over(Group::Name),
            Self::CountsDiffer => counts_differ(corpus, a, b)
                .map_or_else(Default::default, |counts| {
                    counts.map(|count| vec![count.number, count.word])
                }),
            Self::NegationDiffers => of_kind(|word| word.kind == TokenKind::Negation),
            Self::DenialDiffers => of_kind(|word| word.class == Some(WordClass::Denial)),
            Self::DatesDiffer => {
                [a, b].map(|unit| such(unit, &|word| corpus.group(word) == Group::Calendar))
            }
            Self::Opposites => two(places().related_otherwise()),
            Self::Replaced => two(places().replaced()),
            Self::HappensOtherwise => two(places().happens_otherwise()),
            Self::Renamed => two(places().renamed()),
            Self::Swapped => {
                // Either sees the two as they stand in its left sentence.
                [(a, b), (b, a)].map(|(a, b)| {
                    let places = Places::new(corpus, a, b);
                    let names = places.change_places(false);
                    let words = names.or_else(|| places.change_places(true));
                    words.map_or_else(Vec::new, Vec::from)
                })
            }
            Self::FalseFriends | Self::NamesOnly => Default::default(),
        }
    }
}

/// Whether the one of two units that has no negation has a word that holds one (*forbudt*) and that is like no word of
/// the other, but for one that it holds as a phrase (*sluttet å selge*, *selge*).
fn negated_in_a_word(corpus: &Corpus, a: usize, b: usize) -> bool {
    let (positive, negated) = if corpus.units.unit(a).negations > 0 {
        (b, a)
    } else {
        (a, b)
    };
    corpus.units.words(positive).iter().any(|&word| {
        let likes = corpus.units.words(negated);
        corpus.vocabulary.word(word).negative
            && likes
                .iter()
                .all(|&other| similarity(corpus, word, other) <= PHRASE)
    })
}

/// Whether the words of one of the units for which `is` holds are all answered by words of the other, as *fikk ikke
/// medhold* is by *tapte* and *avviste* by *avslo*.
fn answered(corpus: &Corpus, from: usize, to: usize, is: impl Fn(&Word) -> bool) -> bool {
    let said = corpus.units.words(from).iter();
    let mut said = said.filter(|&&word| is(corpus.vocabulary.word(word)));
    let others = corpus.units.words(to);
    let has_answer = |&word: &WordId| {
        let mut others = others.iter();
        others.any(|&other| similarity(corpus, word, other) >= ANSWERED)
    };
    said.clone().next().is_some() && said.all(has_answer)
}

/// How much of what one of the units `a` and `b` negates the other says, by weight, 0..=1; 1 when it negates no word
/// of content.
pub(super) fn negated_share(corpus: &Corpus, a: usize, b: usize) -> f64 {
    let (mut said, mut all) = (0.0, 0.0);
    for (unit, other) in [(a, b), (b, a)] {
        for &word in corpus.units.negated(unit) {
            let likes = corpus.units.words(other).iter();
            let best = likes.fold(0f32, |best, &there| {
                best.max(similarity(corpus, word, there))
            });
            said += f64::from(best) * corpus.weight(word);
            all += corpus.weight(word);
        }
    }
    if all > 0.0 { said / all } else { 1.0 }
}

fn both_left_over(unmatched: [f64; 2]) -> bool {
    unmatched.iter().all(|&weight| weight > LEFT_OVER)
}

/// Whether two sentences stand on different sides of any pair, and on one side of it each.
fn contradict(left: &[Opposite], right: &[Opposite]) -> bool {
    contradictions(left, right).next().is_some()
}

/// The pairs on different sides of which two sentences stand, and on one side of it each.
pub(crate) fn contradictions(left: &[Opposite], right: &[Opposite]) -> impl Iterator<Item = u16> {
    let sides = |list: &[Opposite], pair: u16| -> [bool; 2] {
        [Side::A, Side::B].map(|side| list.contains(&Opposite { pair, side }))
    };
    let pairs = left.iter().map(|opposite| opposite.pair);
    pairs.filter(move |&pair| {
        let (here, there) = (sides(left, pair), sides(right, pair));
        here[0] != here[1] && there == [here[1], here[0]]
    })
}

/// A count of either unit of a word that both count, of which no count in one comes near one in the other.
fn counts_differ(corpus: &Corpus, a: usize, b: usize) -> Option<[CountOf; 2]> {
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
                return Some([of_word[0], other[0]]);
            }
        }
    }
    None
}
