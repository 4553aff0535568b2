//! What speaks against a pair, in the words of the two sentences.

use crate::align::Corpus;
use crate::article::Span;
use crate::language::Language;
use crate::lexicon::{Lexicon, Opposite};
use crate::normalize::{Token, normalize};
use crate::prepare::sides;
use crate::score::guards::{Guard, Guards, contradictions};

/// A guard that fired, with the words for which it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The guard.
    pub guard: Guard,
    /// Words of the left and of the right sentence, as they stand in the text and in their order there.
    pub words: [Vec<String>; 2],
}

/// What speaks against the units `a` and `b`, of which `guards` fired; `texts` and `languages` are theirs.
pub fn differences(
    corpus: Corpus,
    lexicon: &Lexicon,
    guards: Guards,
    [a, b]: [usize; 2],
    texts: [&str; 2],
    languages: [Option<Language>; 2],
) -> Vec<Difference> {
    let of_words = |guard: Guard| -> [Vec<Span>; 2] {
        let [left, right] = guard.words(&corpus, a, b);
        [(a, left), (b, right)].map(|(unit, words)| {
            let places = words.into_iter();
            places
                .filter_map(|word| corpus.units.place_of(unit, word))
                .collect()
        })
    };
    let of_table = |number: usize| -> [Vec<Span>; 2] {
        let tokens = texts.map(|text| normalize(text, lexicon));
        let sided = [0, 1].map(|i| {
            let mut sides = sides(texts[i], &tokens[i], languages[i], lexicon);
            std::mem::take(&mut sides[number])
        });
        against(&sided)
    };
    let guards = guards.fired().map(|guard| {
        let mut spans = of_words(guard);
        let table = match guard {
            Guard::Opposites => Some(0),
            Guard::FalseFriends => Some(1),
            _ => None,
        };
        for (spans, more) in spans
            .iter_mut()
            .zip(table.map(of_table).unwrap_or_default())
        {
            spans.extend(more);
            spans.sort_unstable();
            spans.dedup();
        }
        let words = [0, 1].map(|i| {
            let words = spans[i].iter().map(|span| span.slice(texts[i]).to_owned());
            words.collect()
        });
        Difference { guard, words }
    });
    guards.collect()
}

/// Where the words of two sentences stand that are on different sides of a pair.
fn against(sided: &[Vec<(Opposite, &Token)>; 2]) -> [Vec<Span>; 2] {
    let lists =
        [0, 1].map(|i| -> Vec<Opposite> { sided[i].iter().map(|(side, _)| *side).collect() });
    let pairs: Vec<u16> = contradictions(&lists[0], &lists[1]).collect();
    [0, 1].map(|i| {
        let tokens = sided[i].iter();
        let against = tokens.filter(|(side, _)| pairs.contains(&side.pair));
        against.map(|(_, token)| token.span).collect()
    })
}
