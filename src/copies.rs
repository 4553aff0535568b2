//! Exact copies of sentences, so that a thousand prints of one agency story cost a thousand steps, not their square.
//!
//! The scorer takes sentences with the same text for the same claim when their articles are of one story, or
//! wherever they stand when the sentence is long enough ([`crate::score`]). Where there are more than `KEPT` such
//! copies, that many, of different articles, look for partners and are scored; the others are set aside until the
//! claims are made, where they count as much as the ones that stood for them. With fewer copies nothing changes.
//!
//! Where a [`Scope`] keeps articles apart, only copies of one day stand for each other (a window compares all of them
//! with the same days), and those that do are of different sources when one source is not compared with itself.
//!
//! A short text that is printed in many stories is a phrase ("Politiet etterforsker saken."), not a claim:
//! [`Copies::is_phrase`].

use rustc_hash::FxHashMap;

use crate::align::Corpus;
use crate::candidates::Scope;
use crate::score::DISTINCT_WORDS;
use crate::stories::Stories;
use crate::vocabulary::Group;

/// Copies that stand for all others.
const KEPT: usize = 8;
/// A short text in more stories than this is a phrase.
const PHRASE_STORIES: usize = 64;

/// Which sentences stand for which copies.
#[derive(Debug, Clone, Default)]
pub struct Copies {
    /// The units that take part in the search, ascending.
    pub searched: Vec<u32>,
    /// By unit: the first of its copies, where some are set aside; elsewhere the unit itself.
    pub owner: Vec<u32>,
    /// By copy that takes part where some are set aside: its owner, and how many copies its group of the scope has.
    kept: FxHashMap<u32, (u32, f64)>,
    /// By owner and group, how many copies there are; by owner and no group, how many in all.
    sizes: FxHashMap<(u32, Option<u32>), Size>,
    /// By unit; empty when there is none.
    phrases: Vec<bool>,
}

/// How many copies there are, and how many of them are in groups of which one takes part.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    all: f64,
    stood_for: f64,
}

impl Copies {
    /// Finds the copies among `members` (ascending) of articles that `scope` may keep apart. Those in `decided`
    /// (ascending) stand for themselves alone.
    pub fn find(
        corpus: Corpus,
        stories: &Stories,
        scope: &Scope,
        members: &[u32],
        decided: &[u32],
    ) -> Self {
        let unit = |i: u32| corpus.units.unit(i as usize);
        let is_decided = |member: u32| decided.binary_search(&member).is_ok();
        let mut order: Vec<(u64, Option<u32>, u32)> = members
            .iter()
            .filter(|&&member| !is_decided(member))
            .map(|&member| {
                let place = unit(member);
                (place.digest, stories.of(place.article), member)
            })
            .collect();
        order.sort_unstable();
        let mut copies = Self {
            searched: Vec::with_capacity(members.len()),
            owner: (0..u32::try_from(corpus.units.len()).unwrap_or(u32::MAX)).collect(),
            kept: FxHashMap::default(),
            sizes: FxHashMap::default(),
            phrases: Vec::new(),
        };
        for same in order.chunk_by(|a, b| a.0 == b.0) {
            let first = same.first().map_or(0, |entry| entry.2);
            let unit = |entry: &(u64, Option<u32>, u32)| entry.2;
            if is_distinct(corpus, first) {
                copies.add_days(corpus, scope, same.iter().map(unit).collect());
                continue;
            }
            let mut n_stories = 0;
            for in_story in same.chunk_by(|a, b| a.1 == b.1) {
                copies.add_days(corpus, scope, in_story.iter().map(unit).collect());
                n_stories += 1;
            }
            if n_stories > PHRASE_STORIES {
                copies.phrases.resize(corpus.units.len(), false);
                for entry in same {
                    copies.phrases[entry.2 as usize] = true;
                }
            }
        }
        let decided = members.iter().filter(|&&member| is_decided(member));
        copies.searched.extend(decided);
        copies.searched.sort_unstable();
        copies
    }

    /// Adds copies of one text that are one claim, those of each day by themselves when there is a window.
    fn add_days(&mut self, corpus: Corpus, scope: &Scope, mut units: Vec<u32>) {
        let day = |unit: u32| scope.day(corpus.units.unit(unit as usize).article);
        units.sort_unstable_by_key(|&unit| (day(unit), unit));
        for of_day in units.chunk_by(|a, b| day(*a) == day(*b)) {
            self.add(corpus, scope, of_day);
        }
    }

    /// Adds copies (ascending) of one text that are one claim.
    fn add(&mut self, corpus: Corpus, scope: &Scope, units: &[u32]) {
        let group = |unit: u32| scope.group(corpus.units.unit(unit as usize).article);
        if units.len() <= KEPT {
            self.searched.extend(units);
            return;
        }
        let groups = groups(units, group);
        if groups.len() < 2 {
            // Copies within one article, or one source, are no pairs.
            self.searched.extend(units);
            return;
        }
        let owner = units[0];
        for &unit in units {
            self.owner[unit as usize] = owner;
        }
        for (at, (unit, n)) in groups.into_iter().enumerate() {
            let kept = at < KEPT;
            if kept {
                self.searched.push(unit);
                self.kept.insert(unit, (owner, count(n)));
            }
            for group in [None, Some(group(unit))] {
                let size = self.sizes.entry((owner, group)).or_default();
                size.all += count(n);
                size.stood_for += if kept { count(n) } else { 0.0 };
            }
        }
    }

    /// How many sentences were set aside.
    pub fn n_aside(&self, members: &[u32]) -> usize {
        members.len() - self.searched.len()
    }

    /// For how many sentences a unit stands that takes part in the search, itself among them, when it is compared with
    /// one of this group of the scope: copies of that group are no partners of it.
    pub fn factor(&self, unit: u32, group: u32) -> f64 {
        let Some(&(owner, n)) = self.kept.get(&unit) else {
            return 1.0;
        };
        let size = |group| self.sizes.get(&(owner, group)).copied();
        let (all, there) = (
            size(None).unwrap_or_default(),
            size(Some(group)).unwrap_or_default(),
        );
        n * (all.all - there.all) / (all.stood_for - there.stood_for).max(1.0)
    }

    /// The unit that takes part in the search for this one: itself, or its owner when it is set aside.
    pub fn searched_for(&self, unit: u32) -> u32 {
        if self.kept.contains_key(&unit) {
            unit
        } else {
            self.owner[unit as usize]
        }
    }

    /// Whether some copies of this unit are set aside.
    pub fn is_copied(&self, unit: u32) -> bool {
        self.kept.contains_key(&self.owner[unit as usize])
    }

    /// Whether the text of the unit is a phrase that stands in many stories.
    pub fn is_phrase(&self, unit: u32) -> bool {
        self.phrases.get(unit as usize).copied().unwrap_or(false)
    }
}

/// The first unit of each group, and how many units its group has.
fn groups(units: &[u32], group: impl Fn(u32) -> u32) -> Vec<(u32, usize)> {
    let mut number: FxHashMap<u32, usize> = FxHashMap::default();
    let mut groups: Vec<(u32, usize)> = Vec::new();
    for &unit in units {
        let next = groups.len();
        let at = *number.entry(group(unit)).or_insert(next);
        if at == next {
            groups.push((unit, 0));
        }
        groups[at].1 += 1;
    }
    groups
}

#[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
fn count(n: usize) -> f64 {
    n as f64
}

/// Whether a sentence is long enough to be the same claim wherever it stands.
fn is_distinct(corpus: Corpus, unit: u32) -> bool {
    let words = corpus.units.words(unit as usize).iter();
    let content = words.filter(|&&word| corpus.group(word) == Group::Content);
    count(content.count()) >= DISTINCT_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_group_stands_for_it() {
        // Units 0 to 9 of three groups.
        let groups = groups(&[0, 1, 2, 3, 5, 9], |unit| unit % 3);
        assert_eq!(groups, [(0, 3), (1, 1), (2, 2)]);
    }
}
