//! Lists by number or by word in flat pieces of memory, in place of one allocation for each list.

use rayon::prelude::*;

use crate::vocabulary::WordId;

/// Where each of the numbers `0..n` would begin in a sorted list of `items`; one more for the end.
pub(crate) fn offsets(n: usize, items: impl Iterator<Item = u32>) -> Vec<usize> {
    let mut offsets = vec![0usize; n + 1];
    for item in items {
        offsets[item as usize + 1] += 1;
    }
    for i in 0..n {
        offsets[i + 1] += offsets[i];
    }
    offsets
}

/// Reads both ends of some lists, which lie anywhere in memory. Who is about to look at them one after the other would
/// wait for the memory each time; it answers sooner when it is asked for many at once.
pub(crate) fn fetch<'a, T: Copy + 'a>(lists: impl Iterator<Item = &'a [T]>) {
    for list in lists {
        std::hint::black_box((list.first().copied(), list.last().copied()));
    }
}

/// What places are called by number, in the order of the places: the inverse of lists of numbers by place.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    offsets: Vec<usize>,
    places: Vec<u32>,
}

impl Lists {
    /// `numbers`, of `0..n`, gives those of every place, the same each time; `called` is what is listed for it.
    pub(crate) fn build<I: Iterator<Item = u32>>(
        n: usize,
        called: &[u32],
        numbers: impl Fn(usize) -> I,
    ) -> Self {
        let offsets = offsets(n, (0..called.len()).flat_map(&numbers));
        let mut next = offsets.clone();
        let mut places = vec![0u32; offsets.last().copied().unwrap_or(0)];
        for (at, &place) in called.iter().enumerate() {
            for number in numbers(at) {
                places[next[number as usize]] = place;
                next[number as usize] += 1;
            }
        }
        Self { offsets, places }
    }

    /// As [`Lists::build`], of places with one number each, which are called by their own numbers: every thread lists
    /// its share of the numbers.
    pub(crate) fn of_one(n: usize, n_places: usize, number: impl Fn(usize) -> u32 + Sync) -> Self {
        let share = n.div_ceil(rayon::current_num_threads()).max(1);
        let shares: Vec<Self> = (0..n.div_ceil(share))
            .into_par_iter()
            .map(|at| {
                let numbers = at * share..n.min((at + 1) * share);
                let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
                let of_share = |place: &usize| numbers.contains(&(number(*place) as usize));
                let called: Vec<u32> = (0..n_places).filter(of_share).map(place).collect();
                Self::build(numbers.len(), &called, |i| {
                    let number = number(called[i] as usize) as usize - numbers.start;
                    std::iter::once(place(number))
                })
            })
            .collect();
        let mut all = Self {
            offsets: Vec::with_capacity(n + 1),
            places: Vec::with_capacity(n_places),
        };
        for of_share in shares {
            let before = all.places.len();
            let starts = &of_share.offsets[..of_share.offsets.len() - 1];
            all.offsets
                .extend(starts.iter().map(|start| before + start));
            all.places.extend(of_share.places);
        }
        all.offsets.push(all.places.len());
        all
    }

    /// What the places of `number` are called.
    pub(crate) fn of(&self, number: usize) -> &[u32] {
        &self.places[self.offsets[number]..self.offsets[number + 1]]
    }
}

/// A set of numbers that now and then takes another for one of its own (Bloom 1970, with one hash function), of so many
/// times 64 bits, a power of two.
#[derive(Debug)]
pub(crate) struct Filter<const LENGTH: usize = 64>([u64; LENGTH]);

impl<const LENGTH: usize> Default for Filter<LENGTH> {
    fn default() -> Self {
        Self([0; LENGTH])
    }
}

impl<const LENGTH: usize> Filter<LENGTH> {
    /// Bits of a hash that tell no bit of the set.
    const REST: u32 = u32::BITS - 6 - LENGTH.trailing_zeros();

    fn place(number: u32) -> (usize, u64) {
        let hash = number.wrapping_mul(0x9e37_79b9) >> Self::REST;
        ((hash >> 6) as usize, 1 << (hash & 63))
    }

    /// Says whether it may have been there.
    pub(crate) fn add(&mut self, number: u32) -> bool {
        let (at, bit) = Self::place(number);
        let was = self.0[at] & bit != 0;
        self.0[at] |= bit;
        was
    }

    pub(crate) fn may_hold(&self, number: u32) -> bool {
        let (at, bit) = Self::place(number);
        self.0[at] & bit != 0
    }
}

/// Where `number` is, or would be, in a hash table with open addressing: a power of two of slots, one of them free at
/// least, each with a number and one, or 0, and a value.
pub(crate) fn slot<V>(slots: &[(u32, V)], number: u32) -> usize {
    let mask = slots.len() - 1;
    let mut slot = (number.wrapping_mul(0x9e37_79b9) >> 7) as usize & mask;
    while slots[slot].0 != 0 && slots[slot].0 != number + 1 {
        slot = (slot + 1) & mask;
    }
    slot
}

/// Any number of values for each word: a hash table with open addressing, which is small enough to stay in the fastest
/// memory and is asked mostly for words that it has not.
#[derive(Debug)]
pub(crate) struct ByWord<T> {
    /// A word and one, or 0, with the number of the value that was added last for it.
    slots: Vec<(u32, u32)>,
    /// Every value with the number of the one that was added for the same word before, or [`NONE`].
    values: Vec<(T, u32)>,
}

/// The number of no value.
const NONE: u32 = u32::MAX;

impl<T: Copy> ByWord<T> {
    /// An empty one with room for `n` values.
    pub(crate) fn with_capacity(n: usize) -> Self {
        Self {
            slots: vec![(0, NONE); (2 * n).next_power_of_two().max(16)],
            values: Vec::with_capacity(n),
        }
    }

    pub(crate) fn add(&mut self, word: WordId, value: T) {
        if 2 * self.values.len() >= self.slots.len() {
            self.grow();
        }
        let number = u32::try_from(self.values.len()).unwrap_or(NONE);
        let slot = slot(&self.slots, word);
        let before = std::mem::replace(&mut self.slots[slot], (word + 1, number)).1;
        self.values.push((value, before));
    }

    fn grow(&mut self) {
        let larger = vec![(0, NONE); 2 * self.slots.len()];
        for entry in std::mem::replace(&mut self.slots, larger) {
            if let Some(word) = entry.0.checked_sub(1) {
                let slot = slot(&self.slots, word);
                self.slots[slot] = entry;
            }
        }
    }

    /// The values of `word`, the last first.
    pub(crate) fn of(&self, word: WordId) -> impl Iterator<Item = T> {
        let value = |number: u32| self.values.get(number as usize);
        let last = value(self.slots[slot(&self.slots, word)].1);
        std::iter::successors(last, move |(_, before)| value(*before)).map(|(value, _)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_its_values() {
        let mut lists = ByWord::with_capacity(0);
        for (word, value) in [(7, 'a'), (3, 'b'), (7, 'c')] {
            lists.add(word, value);
        }
        assert_eq!(lists.of(7).collect::<String>(), "ca");
        assert_eq!(lists.of(3).collect::<String>(), "b");
        assert_eq!(lists.of(5).count(), 0);
        for word in 0..100 {
            lists.add(1000 * word, 'd');
        }
        assert_eq!(lists.of(7).collect::<String>(), "ca");
        assert!((0..100).all(|word| lists.of(1000 * word).eq(['d'])));
    }

    #[test]
    fn threads_list_what_one_lists() {
        let number = |place: usize| [4, 0, 9, 4, 2, 0, 9, 9][place % 8];
        let called: Vec<u32> = (0..100).collect();
        let all = Lists::build(11, &called, |place| std::iter::once(number(place)));
        let shared = Lists::of_one(11, 100, number);
        for n in 0..11 {
            assert_eq!(shared.of(n), all.of(n));
        }
        assert_eq!(shared.of(2)[..3], [4, 12, 20]);
    }

    #[test]
    fn offsets_tell_where_a_number_begins() {
        assert_eq!(offsets(4, [0, 2, 2].into_iter()), [0, 1, 1, 3, 3]);
    }
}
