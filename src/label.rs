//! Names for claims: the rarest words and names that most of their sentences share, as they stand in the
//! sentence that represents the claim, so that the label is in a language of the claim. Where they share hardly a word,
//! the rarest of the representative sentence follow.

use std::collections::BTreeSet;

use crate::align::Corpus;
use crate::facts;
use crate::lexicon::Lexicon;
use crate::normalize::{TokenKind, normalize};
use crate::plain::Plain;
use crate::vocabulary::{Group, WordId};
use crate::words::{self, WordClass};

/// Words of a label at most.
const WORDS: usize = 5;
/// The infinitive marker, which no class of function words has.
const INFINITIVE: &str = "å";
/// Words of a label at least, where the sentence has as many.
const LEAST_WORDS: usize = 3;
/// Neighbours of a word from this similarity on count as the word.
const LEAST_SIMILARITY: f32 = 0.60;

/// The label of a claim with the units `members`, represented by a sentence with this text.
pub fn label(corpus: Corpus, members: &[u32], representative: &str, lexicon: &Lexicon) -> String {
    // A line may be broken within a phrase.
    let line = representative
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let plain = Plain::of(&line);
    let representative = plain.as_ref().map_or(line.as_str(), |plain| &plain.text);
    let tokens = normalize(representative, lexicon);
    let ids: Vec<Option<WordId>> = tokens
        .iter()
        .map(|token| corpus.vocabulary.id(&token.canonical))
        .collect();
    let mut ranked: Vec<Ranked> = ids
        .iter()
        .enumerate()
        .filter_map(|(place, &word)| {
            let word = word?;
            let text = tokens[place].span.slice(representative);
            if matches!(corpus.group(word), Group::Function) || !says_something(text) {
                return None;
            }
            let holders = members
                .iter()
                .filter(|&&unit| holds(corpus, unit, word))
                .count();
            #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
            let share = holders as f64 / members.len().max(1) as f64;
            Some(Ranked {
                shared: share > 0.5,
                weight: share * corpus.weight(word),
                place,
                word,
            })
        })
        .collect();
    ranked.sort_by(|a, b| {
        b.shared
            .cmp(&a.shared)
            .then_with(|| b.weight.total_cmp(&a.weight))
            .then_with(|| a.place.cmp(&b.place))
    });
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    let mut used: BTreeSet<WordId> = BTreeSet::new();
    for next in ranked {
        let most = if next.shared { WORDS } else { LEAST_WORDS };
        if chosen.len() < most && used.insert(next.word) {
            chosen.insert(next.place);
        }
    }
    if chosen.is_empty() {
        return representative.chars().take(60).collect();
    }
    // Without them a label would say the opposite.
    let is_denial = |&place: &usize| tokens[place].class == Some(WordClass::Denial);
    let denials = (0..tokens.len()).filter(is_denial);
    let mut turned: BTreeSet<usize> = denials.collect();
    for clause in facts::clauses(representative, &tokens) {
        if chosen.range(clause.clone()).next().is_some() {
            let negations = clause.filter(|&place| tokens[place].kind == TokenKind::Negation);
            turned.extend(negations);
        }
    }
    chosen.append(&mut turned);
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

/// A word that may stand in a label.
struct Ranked {
    /// Whether most sentences of the claim have it.
    shared: bool,
    weight: f64,
    place: usize,
    word: WordId,
}

/// Whether a token is more than function words (*for at*) and the infinitive marker.
fn says_something(text: &str) -> bool {
    text.to_lowercase()
        .split_whitespace()
        .any(|word| word != INFINITIVE && words::class(word).is_none())
}

fn holds(corpus: Corpus, unit: u32, word: WordId) -> bool {
    let words = corpus.units.words(unit as usize);
    words.binary_search(&word).is_ok()
        || corpus.neighbours.of(word).any(|neighbour| {
            neighbour.similarity >= LEAST_SIMILARITY && words.binary_search(&neighbour.word).is_ok()
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::config::Config;
    use crate::observer::Silent;
    use crate::pipeline;

    /// The label of the claim of two articles with the same sentence.
    fn label_of(text: &str) -> String {
        let articles = ["a", "b"].map(|id| Article {
            id: id.to_owned(),
            text: text.to_owned(),
            ..Article::default()
        });
        let config = Config::default();
        let run = pipeline::align_articles(&config, articles.to_vec(), &Silent).unwrap();
        run.claims[0].label.clone()
    }

    #[test]
    fn a_label_has_what_is_seen() {
        let text = "Ilden i kon\u{ad}gressbygningen ble slått ned.";
        let label = label_of(text);
        assert!(label.contains("kongressbygningen"), "{label:?}");
    }

    #[test]
    fn a_label_says_what_is_not_so() {
        for (text, wanted, unwanted) in [
            (
                "Arbeidsministeren vil ikke gripe inn med tvungen lønnsnemnd.",
                "ikke gripe",
                "",
            ),
            (
                "Fabrikken på Sicilia avviser at pistasjkremen var smittet.",
                "avviser",
                "",
            ),
            (
                "Ingen passasjerer er i livsfare etter brannen på ferga.",
                "Ingen passasjerer",
                "",
            ),
            (
                "Brannsjefen i Skien ledet slokkingen av trelastlageret på kaia, men det var ikke nok.",
                "Brannsjefen",
                "ikke",
            ),
        ] {
            let label = label_of(text);
            assert!(label.contains(wanted), "{label:?}");
            assert!(
                unwanted.is_empty() || !label.contains(unwanted),
                "{label:?}"
            );
        }
    }

    #[test]
    fn function_words_alone_say_nothing() {
        for (text, says) in [
            ("For at", false),
            ("å", false),
            ("å hindre", true),
            ("5", true),
            ("Kongressen", true),
        ] {
            assert_eq!(says_something(text), says, "{text}");
        }
    }
}
