//! From aligned sentence pairs to entries: association, evidence without copies, forms, and an example.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::model1::{self, WordPair};
use super::pairs::{Groups, LeftOver};
use super::{Entry, Options};
use crate::facts::Facts;
use crate::language::Language;
use crate::lexicon::key_of;
use crate::normalize::key::key;
use crate::normalize::{Token, normalize};
use crate::pipeline::Run;
use crate::vocabulary::WordId;

/// What is added to the stories in which two words were seen together, for those in which they were not.
const UNSEEN_STORIES: f64 = 0.5;

/// Two words.
type Words = [WordId; 2];

/// What speaks for two words.
#[derive(Debug, Default)]
struct Tally<'a> {
    /// Sum of the alignment probabilities.
    aligned: f64,
    /// Pairs in which the first and in which the second word is left over, of the groups in which they are aligned.
    with: [f64; 2],
    evidence: Vec<Evidence<'a>>,
}

/// A sentence pair that aligns two words.
#[derive(Debug, Clone, Copy)]
struct Evidence<'a> {
    left: &'a LeftOver,
    languages: [Language; 2],
    /// The aligned words, by sentence.
    words: [WordId; 2],
}

/// The entries of `groups` that reach `options`: best first, of equal scores in the order of their forms.
pub(super) fn of(run: &Run, groups: &Groups, options: Options) -> Vec<Entry> {
    let tallies = tally(groups);
    let tallies: Vec<(&Words, &Tally)> = tallies.iter().collect();
    let mut entries: Vec<Entry> = tallies
        .par_iter()
        .filter_map(|(words, tally)| entry(run, **words, tally, options))
        .collect();
    entries.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.forms.cmp(&b.forms))
    });
    entries
}

/// What speaks for each two words, the smaller number first.
fn tally(groups: &Groups) -> BTreeMap<Words, Tally<'_>> {
    let mut tallies = BTreeMap::new();
    for (languages, group) in groups {
        add_group(*languages, group, &mut tallies);
    }
    tallies
}

/// Adds what the pairs of two languages align. Pairs of one language have no direction: each goes in both ways.
fn add_group<'a>(
    languages: [Language; 2],
    group: &'a [LeftOver],
    tallies: &mut BTreeMap<Words, Tally<'a>>,
) {
    let one_language = languages[0] == languages[1];
    let mut pairs: Vec<WordPair> = group.iter().map(|left| words_of(left)).collect();
    if one_language {
        pairs.extend(group.iter().map(|left| words_of(left).turned()));
    }
    let aligned = model1::align(&pairs);
    let side = |side: usize| if one_language { 0 } else { side };
    let with = n_left_over(group, side);
    let mut counted: BTreeSet<[(usize, WordId); 2]> = BTreeSet::new();
    for (left, aligned) in group.iter().zip(&aligned) {
        for (words, weight) in cells(left)
            .zip(aligned)
            .filter(|(_, weight)| **weight > 0.0)
        {
            let mut places = [(side(0), words[0]), (side(1), words[1])];
            places.sort_by_key(|(_, word)| *word);
            let tally = tallies.entry(places.map(|(_, word)| word)).or_default();
            tally.aligned += weight;
            if counted.insert(places) {
                for (total, place) in tally.with.iter_mut().zip(&places) {
                    *total += with.get(place).copied().unwrap_or_default();
                }
            }
            tally.evidence.push(Evidence {
                left,
                languages,
                words,
            });
        }
    }
}

/// In how many pairs each word is left over, by side.
fn n_left_over(
    group: &[LeftOver],
    side: impl Fn(usize) -> usize,
) -> FxHashMap<(usize, WordId), f64> {
    let mut n: FxHashMap<(usize, WordId), f64> = FxHashMap::default();
    for left in group {
        for (words, i) in left.words.iter().zip(0..) {
            for &word in words {
                *n.entry((side(i), word)).or_default() += 1.0;
            }
        }
    }
    n
}

/// The words of the first sentence, each with those of the second.
fn cells(left: &LeftOver) -> impl Iterator<Item = Words> {
    let [ones, others] = &left.words;
    ones.iter()
        .flat_map(move |one| others.iter().map(move |other| [*one, *other]))
}

fn words_of(left: &LeftOver) -> WordPair<'_> {
    WordPair {
        from: &left.words[0],
        to: &left.words[1],
        prior: left.fits.clone(),
    }
}

fn entry(run: &Run, words: Words, tally: &Tally, options: Options) -> Option<Entry> {
    let counted = distinct(&tally.evidence);
    let pairs = counted.len();
    let stories = n_stories(run, &counted);
    let score = score(tally.aligned, tally.with, stories);
    if score < options.min_score || pairs < options.min_pairs {
        return None;
    }
    let forms = Forms::of(run, &tally.evidence).commonest(run, words)?;
    let example = tally.evidence.first()?.left;
    let example = example.units.map(|unit| run.text(unit).to_owned());
    Some(Entry {
        forms,
        pairs,
        stories,
        score,
        example,
    })
}

/// See [`Entry::score`].
fn score(aligned: f64, with: [f64; 2], stories: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a count of stories")]
    let stories = stories as f64;
    let dice = 2.0 * aligned / (with[0] + with[1]).max(1.0);
    dice.min(1.0) * stories / (stories + UNSEEN_STORIES)
}

/// The pairs, from the first on, without those that use a text again.
fn distinct<'a>(evidence: &[Evidence<'a>]) -> Vec<&'a LeftOver> {
    let mut used: BTreeSet<u32> = BTreeSet::new();
    let mut distinct = Vec::new();
    for Evidence { left, .. } in evidence {
        if left.texts.iter().all(|text| !used.contains(text)) {
            used.extend(left.texts);
            distinct.push(*left);
        }
    }
    distinct
}

/// How many stories the first sentences of `pairs` belong to.
fn n_stories(run: &Run, pairs: &[&LeftOver]) -> usize {
    let story = |pair: &&LeftOver| {
        let unit = run.prepared.units.unit(pair.units[0] as usize);
        run.prepared.stories.of(unit.article)
    };
    pairs.iter().map(story).collect::<BTreeSet<_>>().len()
}

/// How often two words stand in each language in each form.
struct Forms(BTreeMap<(Language, WordId), BTreeMap<String, usize>>);

impl Forms {
    fn of(run: &Run, evidence: &[Evidence]) -> Self {
        let mut forms = Self(BTreeMap::new());
        let mut seen = BTreeSet::new();
        for evidence in evidence {
            for side in 0..2 {
                let (unit, word) = (evidence.left.units[side], evidence.words[side]);
                if seen.insert((unit, word)) {
                    forms.add(run, unit, evidence.languages[side], word);
                }
            }
        }
        forms
    }

    /// Counts the forms of `word` in a sentence. Forms of several words, forms that alone would get another key, and
    /// names of days and months are none of it.
    fn add(&mut self, run: &Run, unit: u32, language: Language, word: WordId) {
        let text = run.text(unit);
        let canonical = &run.prepared.vocabulary.word(word).canonical;
        for token in normalize(text, &run.lexicon) {
            let form = token.span.slice(text).to_lowercase();
            if token.canonical == *canonical
                && form.chars().all(char::is_alphabetic)
                && key(&form) == key_of(canonical)
                && !is_of_calendar(&token)
            {
                let forms = self.0.entry((language, word)).or_default();
                *forms.entry(form).or_default() += 1;
            }
        }
    }

    /// The commonest form of each word in each language; of equal ones, the first in the alphabet. `None` when one of the
    /// words has no form, or the two are opposites.
    fn commonest(&self, run: &Run, words: Words) -> Option<BTreeMap<Language, Vec<String>>> {
        let mut commonest: BTreeMap<Language, Vec<String>> = BTreeMap::new();
        let mut by_word: [Vec<&str>; 2] = Default::default();
        for ((language, word), forms) in &self.0 {
            let most = forms
                .iter()
                .max_by_key(|&(form, n)| (*n, std::cmp::Reverse(form)));
            let (form, _) = most?;
            by_word[usize::from(*word == words[1])].push(form);
            commonest.entry(*language).or_default().push(form.clone());
        }
        for forms in commonest.values_mut() {
            forms.sort();
        }
        let [one, other] = &by_word;
        let fits = !one.is_empty() && !other.is_empty() && !are_opposites(run, words, &by_word);
        fits.then_some(commonest)
    }
}

/// Whether the word names a day of the week or a month.
fn is_of_calendar(token: &Token) -> bool {
    let facts = Facts::of(std::slice::from_ref(token));
    facts.weekdays != 0 || facts.months != 0
}

/// Whether the lexicon lists forms of the two words on different sides of a pair of opposites.
fn are_opposites(run: &Run, words: Words, forms: &[Vec<&str>; 2]) -> bool {
    let sides = |i: usize| {
        let canonical = &run.prepared.vocabulary.word(words[i]).canonical;
        forms[i]
            .iter()
            .flat_map(move |form| run.lexicon.opposites_of(canonical, form))
    };
    sides(0).any(|one| sides(1).any(|other| one.pair == other.pair && one.side != other.side))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_over(texts: [u32; 2]) -> LeftOver {
        LeftOver {
            units: texts,
            texts,
            words: [vec![1], vec![2]],
            fits: vec![1.0],
            probability: 0.9,
        }
    }

    fn tally_of(texts: &[[u32; 2]], languages: [Language; 2]) -> (f64, [f64; 2], usize) {
        let groups = Groups::from([(languages, texts.iter().map(|&t| left_over(t)).collect())]);
        let tallies = tally(&groups);
        let tally = &tallies[&[1, 2]];
        (tally.aligned, tally.with, distinct(&tally.evidence).len())
    }

    #[test]
    fn a_text_counts_once() {
        let languages = [Language::Nb, Language::Da];
        assert_eq!(tally_of(&[[1, 2], [1, 3], [4, 2], [4, 5]], languages).2, 2);
        assert_eq!(tally_of(&[[1, 2], [3, 4]], languages).2, 2);
    }

    #[test]
    fn pairs_of_one_language_weigh_as_much_as_others() {
        for languages in [[Language::Nb, Language::Da], [Language::Nb, Language::Nb]] {
            let (aligned, with, _) = tally_of(&[[1, 2], [3, 4], [5, 6]], languages);
            assert!(with.iter().all(|n| (n - 3.0).abs() < 1e-9), "{with:?}");
            assert!((1.5..=3.0).contains(&aligned), "{aligned}");
        }
    }

    #[test]
    fn scores_are_higher_in_more_stories_and_lower_with_other_partners() {
        assert!((score(2.0, [2.0, 2.0], 1) - 2.0 / 3.0).abs() < 1e-9);
        assert!((score(2.0, [2.0, 2.0], 2) - 0.8).abs() < 1e-9);
        assert!((score(2.0, [4.0, 4.0], 2) - 0.4).abs() < 1e-9);
    }
}
