//! Exact copies of sentences, so that a thousand prints of one agency story cost a thousand steps, not their square.
//!
//! The scorer takes sentences with the same text for the same claim when their articles are of one story, or
//! wherever they stand when the sentence is long enough ([`crate::score`]). Where there are more than `KEPT` such
//! copies, that many, of different articles, look for partners and are scored; the others are set aside until the
//! claims are made, where they count as much as the ones that stood for them. With fewer copies nothing changes.
//!
//! A short text that is printed in many stories is a phrase ("Politiet etterforsker saken."), not a claim:
//! [`Copies::is_phrase`].

use rustc_hash::FxHashMap;

use crate::align::{Corpus, Group};
use crate::score::DISTINCT_WORDS;
use crate::stories::Stories;

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
    /// By the first of the copies: how many there are for each that takes part.
    factors: FxHashMap<u32, f64>,
    /// By unit; empty when there is none.
    phrases: Vec<bool>,
}

impl Copies {
    /// Finds the copies among `members` (ascending). Those in `decided` (ascending) stand for themselves alone.
    pub fn find(corpus: Corpus, stories: &Stories, members: &[u32], decided: &[u32]) -> Self {
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
            factors: FxHashMap::default(),
            phrases: Vec::new(),
        };
        for same in order.chunk_by(|a, b| a.0 == b.0) {
            let first = same.first().map_or(0, |entry| entry.2);
            if is_distinct(corpus, first) {
                let mut units: Vec<u32> = same.iter().map(|entry| entry.2).collect();
                units.sort_unstable();
                copies.add(corpus, &units);
                continue;
            }
            let mut n_stories = 0;
            for in_story in same.chunk_by(|a, b| a.1 == b.1) {
                let units: Vec<u32> = in_story.iter().map(|entry| entry.2).collect();
                copies.add(corpus, &units);
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

    /// Adds copies (ascending) of one text that are one claim.
    fn add(&mut self, corpus: Corpus, units: &[u32]) {
        let article = |unit: u32| corpus.units.unit(unit as usize).article;
        if units.len() <= KEPT {
            self.searched.extend(units);
            return;
        }
        // Units of one article follow each other.
        let kept = units.chunk_by(|a, b| article(*a) == article(*b));
        let kept: Vec<u32> = kept
            .filter_map(|of| of.first().copied())
            .take(KEPT)
            .collect();
        self.searched.extend(&kept);
        if kept.len() < 2 {
            // Copies within one article are no pairs.
            self.searched.extend(units.iter().skip(1));
            return;
        }
        for &unit in units {
            self.owner[unit as usize] = units[0];
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
        self.factors
            .insert(units[0], units.len() as f64 / kept.len() as f64);
    }

    /// How many sentences were set aside.
    pub fn n_aside(&self, members: &[u32]) -> usize {
        members.len() - self.searched.len()
    }

    /// For how many sentences a unit stands that takes part in the search.
    pub fn factor(&self, unit: u32) -> f64 {
        let owner = self.owner[unit as usize];
        self.factors.get(&owner).copied().unwrap_or(1.0)
    }

    /// Whether some copies of this unit are set aside.
    pub fn is_copied(&self, unit: u32) -> bool {
        self.factors.contains_key(&self.owner[unit as usize])
    }

    /// Whether the text of the unit is a phrase that stands in many stories.
    pub fn is_phrase(&self, unit: u32) -> bool {
        self.phrases.get(unit as usize).copied().unwrap_or(false)
    }
}

/// Whether a sentence is long enough to be the same claim wherever it stands.
fn is_distinct(corpus: Corpus, unit: u32) -> bool {
    let words = corpus.units.words(unit as usize).iter();
    let content = words.filter(|&&word| corpus.group(word) == Group::Content);
    #[expect(clippy::cast_precision_loss, reason = "a count of words")]
    let content = content.count() as f64;
    content >= DISTINCT_WORDS
}
