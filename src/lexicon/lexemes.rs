//! Which of several words a form is, when they share a key: `vakt` and `vakker` are both `vak`.
//!
//! The stemmer cannot tell an ending from the end of a word, so that different words of the lexicon meet in one key.
//! Forms that one row lists are of one *lexeme*; where the forms of a key fall apart into several, a written form is of
//! the lexeme whose forms it is most like. Its canonical form is the key with the shortest form of the lexeme behind it:
//! `vak·vakt`.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use crate::normalize::key::{Memory, Stages, key, remembered, stages};

/// What [`Lexemes::new`] takes for the next number; 0 is for no lexemes at all.
static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The canonical forms of words, by the lexemes with this number.
    static CANONICAL: RefCell<(u64, Memory<String>)> = RefCell::default();
}

/// Stands between the key and the lexeme in a canonical form.
const MARK: char = '·';

/// The key in a canonical form, without the lexeme.
pub fn key_of(canonical: &str) -> &str {
    parts(canonical).0
}

/// Key and lexeme of a canonical form.
pub(crate) fn parts(canonical: &str) -> (&str, Option<&str>) {
    let parts = canonical.split_once(MARK);
    parts.map_or((canonical, None), |(key, lexeme)| (key, Some(lexeme)))
}

/// A single word that a row of the lexicon lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub(super) key: String,
    pub(super) stages: Stages,
    pub(super) concept: u32,
}

/// A word that shares its key with others.
#[derive(Debug, Clone)]
pub(super) struct Lexeme {
    /// Key and lexeme.
    pub(super) canonical: String,
    /// The concepts of its forms, ascending.
    pub(super) concepts: Vec<u32>,
    /// The stages of each of its forms.
    forms: Vec<Stages>,
}

/// The lexemes of the keys that have several.
#[derive(Debug, Clone, Default)]
pub(super) struct Lexemes {
    /// Those with one number have the same keys, which never change: threads remember by it.
    number: u64,
    by_key: FxHashMap<String, Vec<Lexeme>>,
}

impl Lexemes {
    /// Parts the forms of every key into lexemes.
    pub(super) fn new(forms: &[Form]) -> Self {
        let mut of_key: FxHashMap<&str, Vec<&Form>> = FxHashMap::default();
        for form in forms {
            of_key.entry(&form.key).or_default().push(form);
        }
        of_key.retain(|_, forms| forms.iter().any(|form| form.concept != forms[0].concept));
        let by_key = of_key.into_iter().map(|(key, mut forms)| {
            forms.sort_unstable();
            forms.dedup();
            (key.to_owned(), lexemes(&forms))
        });
        let by_key = by_key.filter(|(_, lexemes)| lexemes.len() > 1).collect();
        Self {
            number: NEXT_NUMBER.fetch_add(1, Ordering::Relaxed),
            by_key,
        }
    }

    /// All lexemes, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = &Lexeme> {
        self.by_key.values().flatten()
    }

    /// The canonical form of the word `written`: its key, and its lexeme where that is clear.
    pub(super) fn canonical(&self, written: &str) -> String {
        CANONICAL.with_borrow_mut(|(number, memory)| {
            if *number != self.number {
                memory.clear();
                *number = self.number;
            }
            remembered(memory, written, || {
                let key = key(written);
                self.of(&key, written).map_or(key, str::to_owned)
            })
        })
    }

    /// The canonical form of the lexeme of the word `written`, which has this key; `None` when the key has but one, or
    /// the word is as like one as another.
    fn of(&self, key: &str, written: &str) -> Option<&str> {
        let lexemes = self.by_key.get(key)?;
        let word = stages(written);
        let of_each = lexemes
            .iter()
            .map(|lexeme| (lexeme.likeness(&word), lexeme));
        let mut ranked: Vec<_> = of_each.collect();
        ranked.sort_by_key(|&(likeness, _)| Reverse(likeness));
        match ranked.as_slice() {
            [first, second, ..] if first.0 > second.0 => Some(&first.1.canonical),
            _ => None,
        }
    }
}

impl Lexeme {
    /// How like the word with these stages is to one of the forms: the letters of the longest stage that both have, then
    /// the share (in thousandths) of the letters of both with which they begin alike.
    fn likeness(&self, word: &Stages) -> (usize, usize) {
        let letters = |text: &str| text.chars().count();
        let of_form = |form: &Stages| {
            let common = form
                .iter()
                .filter(|stage| word.iter().any(|own| own == *stage));
            let common = common.map(letters).max().unwrap_or(0);
            let (form, word) = (form.skeleton(), word.skeleton());
            let begin = form.chars().zip(word.chars());
            let begin = begin.take_while(|(a, b)| a == b).count();
            let share = 2000 * begin / (letters(form) + letters(word)).max(1);
            (common, share)
        };
        self.forms.iter().map(of_form).max().unwrap_or_default()
    }
}

/// The lexemes of the `forms` of one key: what is written alike, or stands in one row, is of one.
fn lexemes(forms: &[&Form]) -> Vec<Lexeme> {
    let mut groups: Vec<Vec<&Form>> = Vec::new();
    for &form in forms {
        let meets = |group: &Vec<&Form>| {
            let mut others = group.iter();
            others.any(|other| {
                other.concept == form.concept || other.stages.skeleton() == form.stages.skeleton()
            })
        };
        let (met, mut apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(meets);
        apart.push(met.into_iter().flatten().chain([form]).collect());
        groups = apart;
    }
    groups.iter().map(|group| lexeme(group)).collect()
}

fn lexeme(group: &[&Form]) -> Lexeme {
    let shortest = group.iter().map(|form| form.stages.skeleton());
    let shortest = shortest.min_by_key(|skeleton| (skeleton.chars().count(), *skeleton));
    let key = group.first().map_or("", |form| &form.key);
    let mut concepts: Vec<u32> = group.iter().map(|form| form.concept).collect();
    concepts.sort_unstable();
    concepts.dedup();
    let mut forms: Vec<Stages> = group.iter().map(|form| form.stages.clone()).collect();
    forms.sort_unstable();
    forms.dedup();
    Lexeme {
        canonical: format!("{key}{MARK}{}", shortest.unwrap_or_default()),
        concepts,
        forms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of words.
    fn of(rows: &[&[&str]]) -> Lexemes {
        let forms = rows.iter().zip(0..).flat_map(|(row, concept)| {
            row.iter().map(move |word| Form {
                key: key(word),
                stages: stages(word),
                concept,
            })
        });
        Lexemes::new(&forms.collect::<Vec<_>>())
    }

    #[test]
    fn words_of_one_key_are_told_apart_by_the_forms_of_their_rows() {
        let lexemes = of(&[&["vagt", "vakt"], &["vakker", "smuk"], &["vakt", "vakten"]]);
        assert_eq!(key("vagterne"), key("vakker"));
        for (word, lexeme) in [
            ("vakt", Some("vak·vakt")),
            ("vagterne", Some("vak·vakt")),
            ("vakker", Some("vak·vaker")),
            ("vakre", None),
        ] {
            assert_eq!(lexemes.of(&key(word), word), lexeme, "{word}");
        }
    }

    #[test]
    fn what_is_remembered_is_of_one_lexicon() {
        let two = of(&[&["vagt", "vakt"], &["vakker", "smuk"]]);
        let none = Lexemes::default();
        for (lexemes, canonical) in [(&two, "vak·vakt"), (&none, "vak"), (&two, "vak·vakt")] {
            assert_eq!(lexemes.canonical("vakt"), canonical);
        }
    }

    #[test]
    fn a_key_of_one_row_or_one_form_has_one_lexeme() {
        let lexemes = of(&[&["forhandle", "forhandlet"], &["forhandlet", "drøftet"]]);
        assert_eq!(lexemes.of(&key("forhandler"), "forhandler"), None);
    }

    #[test]
    fn what_is_as_like_one_as_another_is_left_open() {
        let lexemes = of(&[&["lane"], &["lant"]]);
        assert_eq!(key("lane"), key("lans"));
        assert_eq!(lexemes.of(&key("lans"), "lans"), None);
        assert_eq!(lexemes.of(&key("lane"), "lane"), Some("lan·lane"));
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter() {
        let rows: [&[&str]; 3] = [&["lage", "laget"], &["lag", "laget"], &["lagt"]];
        let mut turned = rows;
        turned.reverse();
        for word in ["lag", "laget", "lagene", "lagt", "lager"] {
            let key = key(word);
            assert_eq!(
                of(&rows).of(&key, word),
                of(&turned).of(&key, word),
                "{word}"
            );
        }
    }

    #[test]
    fn a_canonical_form_gives_back_its_key() {
        assert_eq!(parts("vak·vakt"), ("vak", Some("vakt")));
        assert_eq!(parts("vak"), ("vak", None));
    }
}
