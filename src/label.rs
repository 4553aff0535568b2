//! Names for claims: the rarest words and names that most of their sentences share, as they stand in the
//! sentence that represents the claim, so that the label is in a language of the claim.

use std::collections::BTreeSet;

use crate::align::Corpus;
use crate::lexicon::Lexicon;
use crate::normalize::normalize;
use crate::vocabulary::{Group, WordId};

/// Words of a label.
const WORDS: usize = 5;
/// Neighbours of a word from this similarity on count as the word.
const LEAST_SIMILARITY: f32 = 0.60;

/// The label of a claim with the units `members`, represented by a sentence with this text.
pub fn label(corpus: Corpus, members: &[u32], representative: &str, lexicon: &Lexicon) -> String {
    let tokens = normalize(representative, lexicon);
    let ids: Vec<Option<WordId>> = tokens
        .iter()
        .map(|token| corpus.vocabulary.id(&token.canonical))
        .collect();
    let mut ranked: Vec<(f64, usize)> = ids
        .iter()
        .enumerate()
        .filter_map(|(place, &word)| {
            let word = word?;
            if matches!(corpus.group(word), Group::Function) {
                return None;
            }
            let holders = members
                .iter()
                .filter(|&&unit| holds(corpus, unit, word))
                .count();
            #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
            let share = holders as f64 / members.len().max(1) as f64;
            (share > 0.5).then(|| (share * corpus.weight(word), place))
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    let mut used: BTreeSet<WordId> = BTreeSet::new();
    for (_, place) in ranked {
        if chosen.len() < WORDS && ids[place].is_some_and(|word| used.insert(word)) {
            chosen.insert(place);
        }
    }
    if chosen.is_empty() {
        return representative.chars().take(60).collect();
    }
    let mut label = String::new();
    let mut last: Option<usize> = None;
    for place in chosen {
        if let Some(last) = last {
            label.push_str(if last + 1 == place { " " } else { " … " });
        }
        label.push_str(tokens[place].span.slice(representative));
        last = Some(place);
    }
    label
}

fn holds(corpus: Corpus, unit: u32, word: WordId) -> bool {
    let words = corpus.units.words(unit as usize);
    words.binary_search(&word).is_ok()
        || corpus.neighbours.of(word).iter().any(|neighbour| {
            neighbour.similarity >= LEAST_SIMILARITY && words.binary_search(&neighbour.word).is_ok()
        })
}
