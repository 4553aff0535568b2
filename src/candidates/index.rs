//! The inverted index of the search for candidates, and the sums that are made with it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::align::Corpus;
use crate::flat::{Filter, Lists, fetch};
use crate::stories::Stories;
use crate::vocabulary::WordId;
use crate::weigh::short;

/// The members in the order of their stories, and the words by the members that hold them.
pub(super) struct Index {
    pub(super) members: Vec<Member>,
    pub(super) addresses: Addresses,
    /// By place.
    of_members: Vec<Address>,
    /// Story → its members, first and one past the last.
    ranges: FxHashMap<u32, (usize, usize)>,
    /// The addresses of members by word.
    lists: Lists,
}

/// The place of a member and, in the bits that places leave free, about what its words weigh: most members need not be
/// looked up. In the order of the places.
pub(super) type Address = u32;

/// What is in an [`Address`].
#[derive(Debug)]
pub(super) struct Addresses {
    /// Bits of the weight.
    bits: u32,
    /// The least weight by its number in an address.
    least_totals: Vec<f64>,
}

/// Bits that a weight has at most.
const MOST_BITS: u32 = 8;
/// The largest weight that is told from larger ones, and one.
const MOST_TOTAL: f64 = 250_000.0;

impl Addresses {
    /// For so many places, fewer than 2³².
    fn new(places: usize) -> Self {
        let used = usize::BITS - places.leading_zeros();
        let bits = u32::BITS.saturating_sub(used).min(MOST_BITS);
        let least =
            |number: u32| MOST_TOTAL.powf(f64::from(number) / f64::from(1u32 << bits)) - 1.0;
        Self {
            bits,
            least_totals: (0..1u32 << bits).map(least).collect(),
        }
    }

    fn of(&self, place: u32, total: f64) -> Address {
        let above = self.least_totals.partition_point(|&least| least <= total);
        place << self.bits | u32::try_from(above.saturating_sub(1)).unwrap_or_default()
    }

    /// The smallest address of `place`.
    fn first(&self, place: u32) -> Address {
        place << self.bits
    }

    pub(super) fn place(&self, address: Address) -> usize {
        (address >> self.bits) as usize
    }

    /// The least that the words of the member can weigh.
    fn least_total(&self, address: Address) -> f64 {
        self.least_totals[self.weight(address)]
    }

    /// The number of the weight.
    fn weight(&self, address: Address) -> usize {
        (address & ((1 << self.bits) - 1)) as usize
    }
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
    pub(super) addresses: &'a [Address],
}

/// The index of one story; places count from its first member.
pub(super) struct StoryIndex {
    /// The words that it holds, by their numbers here.
    pub(super) words: Vec<WordId>,
    lists: Lists,
}

impl StoryIndex {
    /// The addresses of the members that hold the word with this number.
    pub(super) fn of(&self, number: u32) -> &[Address] {
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
        let members: Vec<Member> = ordered
            .iter()
            .map(|&unit| Member {
                unit,
                article: article(unit),
                total: corpus.total(unit as usize),
            })
            .collect();
        let addresses = Addresses::new(members.len());
        let of_members: Vec<Address> = (0u32..)
            .zip(&members)
            .map(|(place, member)| addresses.of(place, member.total))
            .collect();
        let lists = Lists::build(corpus.vocabulary.len(), &of_members, |place| {
            let words = corpus.units.words(ordered[place] as usize).iter().copied();
            words.filter(|&word| wanted(word))
        });
        Self {
            members,
            addresses,
            of_members,
            ranges,
            lists,
        }
    }

    /// The addresses of all members that hold `word`, if it is wanted.
    pub(super) fn of(&self, word: WordId) -> &[Address] {
        self.lists.of(word as usize)
    }

    /// The addresses of the members in `range`.
    pub(super) fn addresses_of(&self, range: &Range<usize>) -> Range<Address> {
        self.addresses.first(number(range.start))..self.addresses.first(number(range.end))
    }

    /// The members of a story.
    pub(super) fn range(&self, story: u32) -> Range<usize> {
        let (first, end) = self.ranges.get(&story).copied().unwrap_or_default();
        first..end
    }

    /// The index of the members in `range`, with the `wanted` words, of which `local` takes the numbers.
    pub(super) fn of_story(
        &self,
        corpus: Corpus,
        range: Range<usize>,
        local: &mut Local,
        wanted: impl Fn(WordId) -> bool,
    ) -> StoryIndex {
        let first = self.addresses_of(&range).start;
        let members = &self.members[range.clone()];
        let mut words: Vec<WordId> = Vec::new();
        for member in members {
            for &word in corpus.units.words(member.unit as usize) {
                if !local.has(word) && wanted(word) {
                    local.add(word, number(words.len()));
                    words.push(word);
                }
            }
        }
        let addresses: Vec<Address> = self.of_members[range]
            .iter()
            .map(|address| address - first)
            .collect();
        let lists = Lists::build(words.len(), &addresses, |place| {
            let words = corpus.units.words(members[place].unit as usize).iter();
            words
                .filter(|&&word| local.has(word))
                .map(|&word| local.number(word))
        });
        StoryIndex { words, lists }
    }
}

/// The numbers of the words that occur in one story.
#[derive(Default)]
pub(super) struct Local {
    /// By word of the vocabulary, whether it occurs: apart, since most do not.
    occurring: Vec<u64>,
    /// By word of the vocabulary that occurs.
    numbers: Vec<u32>,
}

impl Local {
    pub(super) fn new(vocabulary: usize) -> Self {
        Self {
            occurring: vec![0; vocabulary.div_ceil(64)],
            numbers: vec![0; vocabulary],
        }
    }

    pub(super) fn has(&self, word: WordId) -> bool {
        self.occurring[word as usize / 64] & 1 << (word % 64) != 0
    }

    /// The number of a word that occurs.
    pub(super) fn number(&self, word: WordId) -> u32 {
        self.numbers[word as usize]
    }

    fn add(&mut self, word: WordId, number: u32) {
        self.occurring[word as usize / 64] |= 1 << (word % 64);
        self.numbers[word as usize] = number;
    }

    /// Forgets `words`, all that occur.
    pub(super) fn clear(&mut self, words: &[WordId]) {
        for &word in words {
            self.occurring[word as usize / 64] = 0;
        }
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Places up to which sums are kept for each of them.
const FEW: usize = 4096;
/// Bits of an address by which entries are sorted at once, at most.
const DIGIT: u32 = 11;
/// Length of the sets of addresses: some thousand are looked for.
const FILTER: usize = 512;

/// Shared weight by address: a list of all places where they are few, else the entries that were read. Most of those
/// are of members that were read once; the others are sorted by their addresses and added up.
#[derive(Default)]
pub(super) struct Sums {
    /// By place, address and weight, during a search among few; no weight between searches.
    dense: Vec<(Address, f32)>,
    /// What was read, then what was added up.
    entries: Vec<Entry>,
    /// The addresses that were read, and those that were read again.
    once: Box<Filter<FILTER>>,
    again: Box<Filter<FILTER>>,
    repeated: Vec<Entry>,
    sorted: Vec<Entry>,
    /// By digit of an address, where the next entry with it belongs.
    next: Vec<u32>,
    /// By the number of a weight in an address, the rank per shared weight.
    rates: Vec<f32>,
    /// The places of the entries that are not repeated, and what is added up, with the rank that each has at most.
    list: Vec<Ranked>,
    order: Vec<Ranked>,
}

/// An address that lists name, and what it is worth.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    pub(super) address: Address,
    pub(super) weight: f32,
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
    /// Adds the terms of a search among so many `places`, but for the addresses in `except`, for a seeker of so much
    /// weight: all terms, or the heaviest that together have no more than `entries` entries. Says whether terms were left
    /// out.
    pub(super) fn add_all(
        &mut self,
        terms: &[Term],
        seeker: f64,
        addresses: &Addresses,
        places: usize,
        except: &Range<Address>,
        entries: usize,
    ) -> bool {
        let cost = |term: &Term| term.addresses.len();
        let all: usize = terms.iter().map(cost).sum();
        let few = if places <= FEW { places } else { 0 };
        self.dense.resize(few, (0, 0.0));
        self.entries.clear();
        let cut = all > entries;
        if cut {
            self.order.clear();
            let ranked = terms.iter().zip(0u32..);
            self.order
                .extend(ranked.map(|(term, i)| Ranked::new(term.weight, i)));
            self.order.sort_unstable();
            let mut left = entries;
            self.order.retain(|ranked| {
                let cost = cost(&terms[ranked.number() as usize]);
                let fits = cost <= left;
                left -= if fits { cost } else { 0 };
                fits
            });
            let ordered = self.order.iter();
            fetch(ordered.map(|ranked| terms[ranked.number() as usize].addresses));
            for i in 0..self.order.len() {
                self.add(&terms[self.order[i].number() as usize], addresses, except);
            }
        } else {
            fetch(terms.iter().map(|term| term.addresses));
            for term in terms {
                self.add(term, addresses, except);
            }
        }
        self.list.clear();
        if self.dense.is_empty() {
            self.set_apart(seeker, addresses);
            if !self.repeated.is_empty() {
                self.sort(addresses, places);
            }
        }
        self.gather(seeker, addresses, except);
        cut
    }

    fn add(&mut self, term: &Term, addresses: &Addresses, except: &Range<Address>) {
        if !self.dense.is_empty() {
            for &address in term.addresses {
                let sum = &mut self.dense[addresses.place(address)];
                *sum = (address, sum.1 + term.weight);
            }
            return;
        }
        let wanted = term.addresses.iter();
        let wanted = wanted.filter(|address| !except.contains(address));
        self.entries.extend(wanted.map(|&address| Entry {
            address,
            weight: term.weight,
        }));
    }

    /// Sorts the repeated entries by their addresses, of so many places, and leaves those of one place in their
    /// order (by digits, the lowest first: Knuth 1998, *Sorting and Searching*, section 5.2.5).
    fn sort(&mut self, addresses: &Addresses, places: usize) {
        let bits = usize::BITS - places.leading_zeros();
        let digit = bits.div_ceil(bits.div_ceil(DIGIT).max(1));
        let mask = (1u32 << digit) - 1;
        self.sorted.resize(self.repeated.len(), Entry::default());
        for shift in (0..bits).step_by(digit as usize) {
            let shift = shift + addresses.bits;
            self.next.clear();
            self.next.resize(1 << digit, 0);
            let of = |entry: &Entry| (entry.address >> shift & mask) as usize;
            for entry in &self.repeated {
                self.next[of(entry)] += 1;
            }
            let mut before = 0;
            for next in &mut self.next {
                before += std::mem::replace(next, before);
            }
            for entry in &self.repeated {
                let next = &mut self.next[of(entry)];
                self.sorted[*next as usize] = *entry;
                *next += 1;
            }
            std::mem::swap(&mut self.repeated, &mut self.sorted);
        }
    }

    /// Lists the entries that are alone with their address, and sets the others apart, of which there are none yet.
    fn set_apart(&mut self, seeker: f64, addresses: &Addresses) {
        *self.once = Filter::default();
        *self.again = Filter::default();
        for entry in &self.entries {
            if self.once.add(entry.address) {
                self.again.add(entry.address);
            }
        }
        self.rates.clear();
        let totals = addresses.least_totals.iter();
        self.rates
            .extend(totals.map(|least| short(1.0 / (seeker + least))));
        for (entry, at) in self.entries.iter().zip(0u32..) {
            if self.again.may_hold(entry.address) {
                self.repeated.push(*entry);
            } else {
                let most = entry.weight * self.rates[addresses.weight(entry.address)];
                self.list.push(Ranked::new(most, at));
            }
        }
    }

    /// Adds up what is repeated or dense, lists the sums, and leaves the tables empty.
    fn gather(&mut self, seeker: f64, addresses: &Addresses, except: &Range<Address>) {
        let mut list = |address: Address, weight: f32| {
            let most = f64::from(weight) / (seeker + addresses.least_total(address));
            self.list
                .push(Ranked::new(short(most), number(self.entries.len())));
            self.entries.push(Entry { address, weight });
        };
        for (address, sum) in &mut self.dense {
            let sum = std::mem::take(sum);
            if sum > 0.0 && !except.contains(address) {
                list(*address, sum);
            }
        }
        for entries in self.repeated.chunk_by(|a, b| a.address == b.address) {
            let sum = entries.iter().map(|entry| entry.weight).sum();
            list(entries[0].address, sum);
        }
        self.repeated.clear();
    }

    /// The ranks that the sums have at most, with their places among the sums: the `n` highest and the rest, each in any
    /// order. Then the sums.
    pub(super) fn likeliest_first(&mut self, n: usize) -> (&[Ranked], &[Ranked], &[Entry]) {
        if n < self.list.len() {
            self.list.select_nth_unstable(n);
        }
        let (first, rest) = self.list.split_at(n.min(self.list.len()));
        (first, rest, &self.entries)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn an_address_tells_a_place_and_a_lower_bound() {
        for places in [1usize, 1000, 1 << 27, (1 << 32) - 1] {
            let addresses = Addresses::new(places);
            let last = number(places - 1);
            for total in [0.0, 0.04, 7.5, 180.0, 1e9] {
                let address = addresses.of(last, total);
                assert_eq!(addresses.place(address), places - 1);
                let bound = addresses.least_total(address);
                assert!(bound <= total, "{places}: {bound} of {total}");
                // A twentieth off at most, where places leave all bits.
                assert!(places > 1000 || total > 1e5 || 1.0 + total <= 1.06 * (1.0 + bound));
            }
        }
    }

    /// Of few and of many places, whatever is read more than once.
    #[test]
    fn weights_are_added_up_by_member() {
        for places in [500usize, 300_000] {
            let addresses = Addresses::new(places);
            let at = |place: usize| addresses.of(number(place), 10.0);
            let lists: Vec<Vec<Address>> = (1..40)
                .map(|n| (0..places).step_by(7 * n).map(at).collect())
                .collect();
            let terms: Vec<Term> = (0u32..)
                .zip(&lists)
                .map(|(word, addresses)| Term {
                    word,
                    weight: 1.0,
                    addresses,
                })
                .collect();
            let except = addresses.first(100)..addresses.first(200);
            let mut expected: BTreeMap<Address, f32> = BTreeMap::new();
            for &address in lists.iter().flatten() {
                if !except.contains(&address) {
                    *expected.entry(address).or_default() += 1.0;
                }
            }
            let mut sums = Sums::default();
            let entries = usize::MAX;
            assert!(!sums.add_all(&terms, 5.0, &addresses, places, &except, entries));
            let (all, rest, entries) = sums.likeliest_first(usize::MAX);
            assert!(rest.is_empty());
            let sum = |most: &Ranked| entries[most.number() as usize];
            let found: BTreeMap<Address, f32> = all
                .iter()
                .map(sum)
                .map(|sum| (sum.address, sum.weight))
                .collect();
            assert_eq!(found.len(), all.len());
            assert_eq!(found, expected);
            let (first, rest, entries) = sums.likeliest_first(3);
            let weight = |most: &Ranked| entries[most.number() as usize].weight;
            let least = first.iter().map(weight).fold(f32::MAX, f32::min);
            assert_eq!(first.len(), 3);
            assert!(rest.iter().all(|most| weight(most) <= least));
        }
    }
}
