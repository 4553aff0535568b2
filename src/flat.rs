//! Lists by number or by word in flat pieces of memory, in place of one allocation for each list.

use rustc_hash::{FxBuildHasher, FxHashMap};

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

/// Any number of values for each word.
#[derive(Debug)]
pub(crate) struct ByWord<T> {
    /// The value that was added last, by word.
    last: FxHashMap<WordId, u32>,
    /// Every value with the one that was added for the same word before.
    values: Vec<(T, Option<u32>)>,
}

impl<T: Copy> ByWord<T> {
    /// An empty one with room for `n` values.
    pub(crate) fn with_capacity(n: usize) -> Self {
        Self {
            last: FxHashMap::with_capacity_and_hasher(n, FxBuildHasher),
            values: Vec::with_capacity(n),
        }
    }

    pub(crate) fn add(&mut self, word: WordId, value: T) {
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let before = self.last.insert(word, number);
        self.values.push((value, before));
    }

    /// The values of `word`, the last first.
    pub(crate) fn of(&self, word: WordId) -> impl Iterator<Item = T> {
        let value = |number: u32| self.values.get(number as usize);
        let last = self.last.get(&word).and_then(|&number| value(number));
        std::iter::successors(last, move |(_, before)| before.and_then(value))
            .map(|(value, _)| *value)
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
    }

    #[test]
    fn offsets_tell_where_a_number_begins() {
        assert_eq!(offsets(4, [0, 2, 2].into_iter()), [0, 1, 1, 3, 3]);
    }
}
