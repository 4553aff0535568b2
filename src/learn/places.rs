//! How well the places of two words fit, told from the words around them that the two sentences share.
//!
//! Bokmål, nynorsk and Danish order their words alike, so two words that stand at the same distance from a word that both
//! sentences have are likely to answer to each other. (After the preference for the diagonal of Dyer, Chahuneau and Smith
//! 2013, "A simple, fast, and effective reparameterization of IBM model 2", which shared words make more precise.)

use crate::vocabulary::WordId;

/// Words off its place after which a word fits a third as well (e times less).
const REACH: f64 = 2.0;
/// A word of distance to the shared word counts this much of a word off the place.
const DISTANCE: f64 = 0.25;

/// Places of a word that two sentences share, from 0.
type Shared = [usize; 2];

/// For each of `words` of the first sentence, how well its place fits those of `words` of the second, 0..=1; `orders` are
/// the words of the sentences in their order, `are_alike` tells of two different words.
pub(super) fn fits(
    are_alike: impl Fn(WordId, WordId) -> bool,
    orders: [&[WordId]; 2],
    words: &[Vec<WordId>; 2],
) -> Vec<f64> {
    let shared = shared(are_alike, orders);
    let place = |side: usize, word: WordId| orders[side].iter().position(|&other| other == word);
    let mut fits = Vec::with_capacity(words[0].len() * words[1].len());
    for &one in &words[0] {
        for &other in &words[1] {
            let fit = place(0, one).zip(place(1, other));
            fits.push(fit.map_or(0.0, |(one, other)| fit_of([one, other], &shared)));
        }
    }
    fits
}

/// Words that stand once in each sentence and are alike; and the ends of the sentences.
fn shared(are_alike: impl Fn(WordId, WordId) -> bool, orders: [&[WordId]; 2]) -> Vec<Shared> {
    let once = |words: &[WordId], word: WordId| words.iter().filter(|&&w| w == word).count() == 1;
    let mut shared = vec![[0, 0], orders.map(|words| words.len() + 1)];
    for (&one, i) in orders[0].iter().zip(1..) {
        let mut alike = orders[1]
            .iter()
            .zip(1..)
            .filter(|(other, _)| **other == one || are_alike(one, **other));
        if let (Some((_, j)), None) = (alike.next(), alike.next())
            && once(orders[0], one)
        {
            shared.push([i, j]);
        }
    }
    shared
}

/// How well two places, from 0, fit by the shared word that speaks most for them.
fn fit_of(places: [usize; 2], shared: &[Shared]) -> f64 {
    let off = |shared: &Shared| {
        let [one, other] = [0, 1].map(|side| signed(places[side] + 1) - signed(shared[side]));
        (one - other).abs() + DISTANCE * one.abs().min(other.abs())
    };
    let least = shared.iter().map(off).fold(f64::INFINITY, f64::min);
    (-least / REACH).exp()
}

#[expect(clippy::cast_precision_loss, reason = "a count of words")]
fn signed(place: usize) -> f64 {
    place as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_at_the_same_distance_from_a_shared_word_fit_best() {
        // Words 1 to 3 are shared; 10 stands for 20, and 11 for 21, though the clauses change places.
        let orders: [&[WordId]; 2] = [&[1, 10, 2, 3, 11], &[3, 21, 1, 20, 2]];
        let words = [vec![10, 11], vec![20, 21]];
        let [a, b, c, d] = fits(|_, _| false, orders, &words)[..] else {
            panic!("four fits")
        };
        assert!(a > b && a > c && d > b && d > c);
    }
}
