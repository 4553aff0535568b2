//! All features of a model in one machine that reads each letter once.
//!
//! The features are pieces of words. The machine is that of Aho and Corasick, "Efficient string
//! matching: an aid to bibliographic search" (Communications of the ACM 18, 1975), with every
//! failure link followed beforehand, so that a symbol costs one look-up; and as only the sum of the
//! weights matters, each state holds the sum over all features that end there. Weights are
//! integers, so a sum does not depend on its order.

use std::collections::VecDeque;

use super::symbols::N_SYMBOLS;

/// Sums of weights, one per language; the last two are not used, and make a sum one vector operation.
pub(crate) type Sums = [i32; 8];

/// Transitions are stored in rows of this many states.
const WIDTH: usize = N_SYMBOLS.next_power_of_two();

/// The machine.
#[derive(Debug)]
pub(crate) struct Automaton {
    /// State after a symbol: `next[state * WIDTH + symbol]`.
    next: Vec<u32>,
    /// Which sums belong to a state; 0 stands for no weights at all.
    sums_of: Vec<u32>,
    /// The distinct places of sums.
    sums: Vec<Sums>,
}

/// A piece of a word and its weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// The symbols.
    pub(crate) symbols: Vec<u8>,
    /// The weights.
    pub(crate) weights: Sums,
}

const NONE: u32 = u32::MAX;

impl Automaton {
    /// The machine of `patterns`.
    pub(crate) fn new(patterns: &[Pattern]) -> Self {
        let mut next = vec![NONE; WIDTH];
        let mut own: Vec<Sums> = vec![[0; 8]];
        for pattern in patterns {
            let mut state = 0;
            for &symbol in &pattern.symbols {
                let at = state * WIDTH + usize::from(symbol);
                if next[at] == NONE {
                    next[at] = to_u32(own.len());
                    next.extend([NONE; WIDTH]);
                    own.push([0; 8]);
                }
                state = next[at] as usize;
            }
            add(&mut own[state], &pattern.weights);
        }
        // Breadth first: the longest proper ending of a state is nearer to the root than the state.
        let mut fail = vec![0; own.len()];
        let mut queue = VecDeque::from([0]);
        while let Some(state) = queue.pop_front() {
            let ending: usize = fail[state];
            if state != 0 {
                let sums = own[ending];
                add(&mut own[state], &sums);
            }
            for symbol in 0..WIDTH {
                let after_ending = if state == 0 {
                    0
                } else {
                    next[ending * WIDTH + symbol]
                };
                let child = next[state * WIDTH + symbol];
                if child == NONE {
                    next[state * WIDTH + symbol] = after_ending;
                } else {
                    fail[child as usize] = after_ending as usize;
                    queue.push_back(child as usize);
                }
            }
        }
        let mut sums = vec![[0; 8]];
        let sums_of = own
            .iter()
            .map(|of_state| {
                if *of_state == [0; 8] {
                    return 0;
                }
                sums.push(*of_state);
                to_u32(sums.len() - 1)
            })
            .collect();
        Self {
            next,
            sums_of,
            sums,
        }
    }

    /// Adds the weights of every feature of the word `symbols` to `total`.
    pub(crate) fn add_word(&self, symbols: &[u8], total: &mut Sums) {
        let mut state = 0;
        for &symbol in symbols {
            state = self.next[state * WIDTH + usize::from(symbol) % WIDTH] as usize;
            let place = self.sums_of[state];
            if place != 0 {
                add(total, &self.sums[place as usize]);
            }
        }
    }
}

/// Cannot overflow: a text is a bounded sample of letters, a letter ends at most a few dozen features.
fn add(total: &mut Sums, more: &Sums) {
    for (sum, value) in total.iter_mut().zip(more) {
        *sum = sum.wrapping_add(*value);
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(symbols: &[u8], weight: i32) -> Pattern {
        Pattern {
            symbols: symbols.to_vec(),
            weights: [weight; 8],
        }
    }

    #[test]
    fn the_sum_is_that_of_all_pieces_found_one_by_one() {
        let patterns = [
            pattern(&[1], 1),
            pattern(&[1, 2], 10),
            pattern(&[2, 1], 100),
            pattern(&[0, 1, 2, 1, 0], 1000),
            pattern(&[2, 1, 0], 10_000),
            pattern(&[3, 3, 3], 100_000),
        ];
        let machine = Automaton::new(&patterns);
        for word in [
            &[0, 1, 2, 1, 0][..],
            &[0, 2, 1, 2, 1, 0],
            &[0, 3, 3, 3, 3, 1, 0],
            &[0, 4, 0],
        ] {
            let mut total = [0; 8];
            machine.add_word(word, &mut total);
            let slow: i32 = patterns
                .iter()
                .map(|pattern| {
                    let n = word
                        .windows(pattern.symbols.len())
                        .filter(|piece| *piece == pattern.symbols)
                        .count();
                    i32::try_from(n).unwrap() * pattern.weights[0]
                })
                .sum();
            assert_eq!(total, [slow; 8], "{word:?}");
        }
    }
}
