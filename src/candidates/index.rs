//! The inverted index of the search for candidates, and the sums that are made with it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::align::Corpus;
use crate::flat::{Lists, slot};
use crate::stories::Stories;
use crate::vocabulary::WordId;

/// The members in the order of their stories, and the words by the members that hold them.
pub(super) struct Index {
    pub(super) members: Vec<Member>,
    /// By place: [`Member::total`] in steps, rounded down, so that most members need not be looked up.
    pub(super) steps: Vec<u8>,
    /// The least total by step.
    pub(super) least_totals: Vec<f64>,
    /// Story → its members, first and one past the last.
    ranges: FxHashMap<u32, (usize, usize)>,
    /// The places of members by word.
    lists: Lists,
}

/// What the search needs to know of a member.
#[derive(Clone, Copy)]
pub(super) struct Member {
    pub(super) unit: u32,
    pub(super) article: u32,
    /// Weight of its words.
    pub(super) total: f64,
}

/// The unit that looks for partners.
#[derive(Clone, Copy)]
pub(super) struct Seeker {
    pub(super) article: u32,
    /// Weight of its words.
    pub(super) total: f64,
}

/// A word that a unit looks for.
#[derive(Clone, Copy)]
pub(super) struct Term<'a> {
    pub(super) word: WordId,
    /// What it brings.
    pub(super) weight: f32,
    /// The members that hold it.
    pub(super) places: &'a [u32],
}

/// The index of one story; places count from its first member.
pub(super) struct StoryIndex {
    /// The words that it holds, by their numbers here.
    pub(super) words: Vec<WordId>,
    lists: Lists,
}

impl StoryIndex {
    /// The places of the word with this number.
    pub(super) fn of(&self, number: u32) -> &[u32] {
        self.lists.of(number as usize)
    }
}

impl Index {
    /// The index of `members` by the `wanted` words.
    pub(super) fn build(
        corpus: Corpus,
        stories: &Stories,
        members: &[u32],
        wanted: impl Fn(WordId) -> bool,
    ) -> Self {
        let article = |unit: u32| corpus.units.unit(unit as usize).article;
        let mut ordered = members.to_vec();
        ordered.sort_by_key(|&unit| (stories.of(article(unit)), unit));
        let mut ranges: FxHashMap<u32, (usize, usize)> = FxHashMap::default();
        for (place, &unit) in ordered.iter().enumerate() {
            if let Some(story) = stories.of(article(unit)) {
                ranges.entry(story).or_insert((place, place)).1 = place + 1;
            }
        }
        let lists = Lists::build(corpus.vocabulary.len(), ordered.len(), |place| {
            let words = corpus.units.words(ordered[place] as usize).iter().copied();
            words.filter(|&word| wanted(word))
        });
        let members: Vec<Member> = ordered
            .iter()
            .map(|&unit| Member {
                unit,
                article: article(unit),
                total: corpus.total(unit as usize),
            })
            .collect();
        let least_totals: Vec<f64> = (0..=u8::MAX).map(least_of).collect();
        let steps = members
            .iter()
            .map(|member| step_of(member.total, &least_totals))
            .collect();
        Self {
            members,
            steps,
            least_totals,
            ranges,
            lists,
        }
    }

    /// The places of all members that hold `word`, if it is wanted.
    pub(super) fn of(&self, word: WordId) -> &[u32] {
        self.lists.of(word as usize)
    }

    /// The members of a story.
    pub(super) fn range(&self, story: u32) -> Range<usize> {
        let (first, end) = self.ranges.get(&story).copied().unwrap_or_default();
        first..end
    }

    /// The index of the members in `range`, with the `wanted` words; `local` gets their numbers, and one.
    pub(super) fn of_story(
        &self,
        corpus: Corpus,
        range: Range<usize>,
        local: &mut [u32],
        wanted: impl Fn(WordId) -> bool,
    ) -> StoryIndex {
        let members = &self.members[range];
        let mut words: Vec<WordId> = Vec::new();
        for member in members {
            for &word in corpus.units.words(member.unit as usize) {
                if local[word as usize] == 0 && wanted(word) {
                    words.push(word);
                    local[word as usize] = u32::try_from(words.len()).unwrap_or(u32::MAX);
                }
            }
        }
        let lists = Lists::build(words.len(), members.len(), |place| {
            let words = corpus.units.words(members[place].unit as usize);
            words
                .iter()
                .filter_map(|&word| local[word as usize].checked_sub(1))
        });
        StoryIndex { words, lists }
    }
}

/// Totals grow by this factor from step to step.
const STEP: f64 = 1.05;

/// The least total of a step; 0 for the first.
fn least_of(step: u8) -> f64 {
    STEP.powi(step.into()) - 1.0
}

/// The highest step of which the least total is not above `total`.
fn step_of(total: f64, least_totals: &[f64]) -> u8 {
    let above = least_totals.partition_point(|&least| least <= total);
    u8::try_from(above.saturating_sub(1)).unwrap_or(u8::MAX)
}

/// Places up to which sums are kept for each of them.
const FEW: usize = 4096;

/// Shared weight by place: a list of all places where they are few, else a hash table with open addressing, which
/// stays in the fastest memory because it is no larger than what one sentence reads.
#[derive(Default)]
pub(super) struct Sums {
    /// By place, during a search among few; 0 between searches.
    dense: Vec<f32>,
    /// Place and one, or 0; weight.
    slots: Vec<(u32, f32)>,
    /// As many slots as the running search needs, a power of two.
    room: usize,
    /// Slots in use.
    used: Vec<u32>,
    list: Vec<Ranked>,
    order: Vec<Ranked>,
}

/// A weight and a number in one, which are sorted as one: the heaviest first, of equals the smaller number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ranked(u64);

impl Ranked {
    /// `weight` is positive: its bits are in its order.
    fn new(weight: f32, number: u32) -> Self {
        Self(u64::from(!weight.to_bits()) << 32 | u64::from(number))
    }

    pub(super) fn weight(self) -> f32 {
        f32::from_bits(!((self.0 >> 32) as u32))
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    pub(super) fn number(self) -> u32 {
        self.0 as u32
    }
}

impl Sums {
    /// Adds the terms of a search among so many `places`, but for those in `except`: all, or the heaviest that
    /// together have no more than `entries` entries. Says whether terms were left out.
    pub(super) fn add_all(
        &mut self,
        terms: &[Term],
        places: usize,
        except: &Range<u32>,
        entries: usize,
    ) -> bool {
        let cost = |term: &Term| term.places.len();
        let all: usize = terms.iter().map(cost).sum();
        if places <= FEW {
            self.dense.resize(places, 0.0);
        } else {
            self.dense.clear();
            let room = (2 * all.min(entries)).next_power_of_two().max(64);
            if self.slots.len() < room {
                self.slots.resize(room, (0, 0.0));
            }
            self.room = room;
        }
        let cut = all > entries;
        if cut {
            self.order.clear();
            let ranked = terms.iter().zip(0u32..);
            self.order
                .extend(ranked.map(|(term, i)| Ranked::new(term.weight, i)));
            self.order.sort_unstable();
            let mut left = entries;
            for i in 0..self.order.len() {
                let term = &terms[self.order[i].number() as usize];
                if cost(term) <= left {
                    left -= cost(term);
                    self.add(term, except);
                }
            }
        } else {
            for term in terms {
                self.add(term, except);
            }
        }
        self.gather(except);
        cut
    }

    fn add(&mut self, term: &Term, except: &Range<u32>) {
        if !self.dense.is_empty() {
            for &place in term.places {
                self.dense[place as usize] += term.weight;
            }
            return;
        }
        let slots = &mut self.slots[..self.room];
        for &place in term.places {
            if except.contains(&place) {
                continue;
            }
            let slot = slot(slots, place);
            let (key, sum) = &mut slots[slot];
            if *key == 0 {
                *key = place + 1;
                self.used.push(u32::try_from(slot).unwrap_or(u32::MAX));
            }
            *sum += term.weight;
        }
    }

    /// Lists the sums and leaves the tables empty.
    fn gather(&mut self, except: &Range<u32>) {
        self.list.clear();
        for (place, sum) in (0u32..).zip(&mut self.dense) {
            let sum = std::mem::take(sum);
            if sum > 0.0 && !except.contains(&place) {
                self.list.push(Ranked::new(sum, place));
            }
        }
        for slot in self.used.drain(..) {
            let (key, sum) = std::mem::take(&mut self.slots[slot as usize]);
            self.list.push(Ranked::new(sum, key - 1));
        }
    }

    /// What was added, with the places: the `n` heaviest and the rest, each in any order.
    pub(super) fn heaviest_first(&mut self, n: usize) -> (&[Ranked], &[Ranked]) {
        if n == 0 || n >= self.list.len() {
            return (&self.list, &[]);
        }
        self.list.select_nth_unstable(n - 1);
        self.list.split_at(n)
    }
}
