//! The shared key of a word: one form for what bokmål, nynorsk and Danish spell and inflect differently.
//!
//! A key is a *skeleton* (ordered spelling correspondences, `data/spelling.csv`) whose endings are
//! taken off by a stemmer that is the same for the three languages (`data/suffixes.csv`). No language
//! has to be known: the rules only merge what the languages keep apart regularly. Irregular forms and
//! different words for one thing are the business of the concept lexicon, not of this module.

use std::cell::RefCell;
use std::sync::{LazyLock, OnceLock};

use rustc_hash::{FxBuildHasher, FxHashSet};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::error::Error;
use crate::tables;
use crate::words;

/// Letters that must stay before an ending is taken off.
const MINIMUM_STEM: usize = 3;
/// Ends the key of a word of content that would otherwise be that of a function word: mænd, not men.
const CONTENT: char = '\'';
/// How often an ending is taken off: "lærer-ne-s".
const PASSES: usize = 2;
/// What follows *-het* in a skeleton.
const TAILS_OF_HET: [&str; 10] = ["", "s", "en", "ens", "er", "ers", "ene", "ena", "a", "enes"];
/// What follows *-lig* or *-leg*.
const TAILS_OF_LIK: [&str; 9] = ["", "e", "t", "en", "et", "ere", "est", "este", "ste"];

/// The step after which a word is a skeleton.
const DOUBLE_LETTERS: &str = "double letters";

/// Words whose keys a thread remembers: text repeats its words, and a key takes long to derive.
const REMEMBERED: usize = 1 << 16;
/// Longer words are not remembered.
const REMEMBERED_BYTES: usize = 64;

/// What a thread remembers of words.
pub(crate) type Memory<T> = hashbrown::HashMap<String, T, FxBuildHasher>;

thread_local! {
    static KEYS: RefCell<Memory<String>> = RefCell::default();
    static STAGES: RefCell<Memory<Stages>> = RefCell::default();
}

static RULES: LazyLock<Result<Rules, Error>> = LazyLock::new(|| {
    let mut rules = Rules::read()?;
    match LEFT_OUT.get() {
        Some(Part::Spelling) => rules.spelling.clear(),
        Some(Part::Endings) => rules.suffixes.clear(),
        None => {}
    }
    Ok(rules)
});

static LEFT_OUT: OnceLock<Part> = OnceLock::new();

/// A part of the way from a word to its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The spelling correspondences, double letters among them.
    Spelling,
    /// The endings that are taken off.
    Endings,
}

/// Leaves a part out of all keys of this process, to tell what it is good for. It comes too late when a key was made
/// before. False when a part was left out already.
pub fn leave_out(part: Part) -> bool {
    LEFT_OUT.set(part).is_ok()
}

/// The rules, read from the tables once.
#[derive(Debug)]
struct Rules {
    spelling: Vec<Correspondence>,
    /// Longest first.
    suffixes: Vec<Suffix>,
    /// Skeletons of the function words.
    function: FxHashSet<Vec<char>>,
}

#[derive(Debug, Deserialize)]
struct SpellingRow {
    order: u32,
    from: String,
    to: String,
    position: Position,
    before: Option<Before>,
}

#[derive(Debug, Deserialize)]
struct SuffixRow {
    suffix: String,
}

/// Where in a word a correspondence applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Position {
    Any,
    Start,
    /// Not at the start.
    Inside,
}

/// What must follow for a correspondence to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Before {
    Vowel,
    /// e i y æ ø: the vowels before which c is soft.
    Front,
    NotR,
}

/// An ending that is taken off.
#[derive(Debug)]
struct Suffix {
    /// As a step calls it: `-ene`.
    name: String,
    letters: Vec<char>,
}

/// A set of letters, some of which share a bit: what is not in it is surely not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letters(u64);

impl Letters {
    pub(crate) fn of(letters: impl Iterator<Item = char>) -> Self {
        Self(letters.fold(0, |all, letter| all | 1 << (u32::from(letter) % 64)))
    }

    /// How many of its letters are surely not among `others`, those that share a bit counted once.
    pub(crate) fn n_missing(self, others: Self) -> u32 {
        (self.0 & !others.0).count_ones()
    }
}

#[derive(Debug)]
struct Correspondence {
    name: String,
    from: Vec<char>,
    /// Those of `from`.
    letters: Letters,
    to: Vec<char>,
    position: Position,
    before: Option<Before>,
}

impl Rules {
    fn read() -> Result<Self, Error> {
        let rows: Vec<SpellingRow> = tables::SPELLING.rows()?;
        for (i, row) in rows.iter().enumerate() {
            if row.order as usize != i + 1 || row.from.is_empty() {
                let line = u64::try_from(i).unwrap_or_default() + 2;
                let message = format!("expected rule {} with a text to replace", i + 1);
                return Err(Error::format(tables::SPELLING.name, line, message));
            }
        }
        let suffix_rows: Vec<SuffixRow> = tables::SUFFIXES.rows()?;
        let mut suffixes: Vec<Suffix> = suffix_rows
            .iter()
            .map(|row| Suffix {
                name: format!("-{}", row.suffix),
                letters: row.suffix.chars().collect(),
            })
            .collect();
        suffixes.sort_by(|a, b| {
            let longer = b.letters.len().cmp(&a.letters.len());
            longer.then_with(|| a.letters.cmp(&b.letters))
        });
        let spelling = rows
            .into_iter()
            .map(|row| {
                let from: Vec<char> = row.from.chars().collect();
                Correspondence {
                    name: format!("{}→{}", row.from, row.to),
                    letters: Letters::of(from.iter().copied()),
                    from,
                    to: row.to.chars().collect(),
                    position: row.position,
                    before: row.before,
                }
            })
            .collect();
        let mut rules = Self {
            spelling,
            suffixes,
            function: FxHashSet::default(),
        };
        for word in words::all()? {
            let mut letters = fold(&word);
            rules.skeleton(&mut letters, &mut |_: &str, _: &[char]| ());
            rules.function.insert(letters);
        }
        Ok(rules)
    }
}

/// Checks the spelling and suffix tables.
///
/// # Errors
/// [`Error::Format`] when a row is not understood.
pub(crate) fn check() -> Result<(), Error> {
    Rules::read().map(|_| ())
}

/// One step on the way from a word to its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The rule: `lower case`, a spelling correspondence such as `ej→e`, `double letters`, `-ene`.
    pub rule: String,
    /// The word after it.
    pub result: String,
}

/// The key of `word` (letters and digits in any case and normalization form). The key of a key is itself.
pub fn key(word: &str) -> String {
    KEYS.with_borrow_mut(|keys| remembered(keys, word, || derive(word, |_, _| ())))
}

/// What is remembered of `word`, made when it is not.
pub(crate) fn remembered<T: Clone>(
    memory: &mut Memory<T>,
    word: &str,
    make: impl FnOnce() -> T,
) -> T {
    if word.len() > REMEMBERED_BYTES {
        return make();
    }
    if memory.len() >= REMEMBERED && !memory.contains_key(word) {
        memory.clear();
    }
    memory.entry_ref(word).or_insert_with(make).clone()
}

/// A key or skeleton with its endings taken off.
pub(crate) fn stem_of(skeleton: &str) -> String {
    let mut letters: Vec<char> = skeleton.chars().collect();
    if let Ok(rules) = &*RULES {
        rules.stem(&mut letters, &mut |_: &str, _: &[char]| ());
    }
    letters.into_iter().collect()
}

/// What the stemmer leaves of a word, step by step: its skeleton, then what is left after each ending that is taken off.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stages(Box<str>);

/// Stands between stages.
const NEXT_STAGE: char = ' ';

impl Stages {
    pub(crate) fn skeleton(&self) -> &str {
        self.iter().next().unwrap_or_default()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(NEXT_STAGE)
    }
}

/// The key of `word`, and its stages.
pub(crate) fn key_with_stages(word: &str) -> (String, Stages) {
    let mut stages = String::new();
    let key = derive(word, |rule, now: &[char]| {
        if rule.starts_with('-') {
            stages.push(NEXT_STAGE);
            stages.extend(now);
        } else if stages.is_empty() && rule == DOUBLE_LETTERS {
            stages.extend(now);
        }
    });
    (key, Stages(stages.into_boxed_str()))
}

/// The stages of `word`.
pub(crate) fn stages(word: &str) -> Stages {
    let make = || {
        let (key, stages) = key_with_stages(word);
        KEYS.with_borrow_mut(|keys| remembered(keys, word, || key));
        stages
    };
    STAGES.with_borrow_mut(|memory| remembered(memory, word, make))
}

/// The steps that changed something on the way to the key of `word`.
pub fn steps(word: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut last: Vec<char> = word.chars().collect();
    derive(word, |rule, now: &[char]| {
        if now != last {
            steps.push(Step {
                rule: rule.to_owned(),
                result: now.iter().collect(),
            });
            last = now.to_vec();
        }
    });
    steps
}

fn derive(word: &str, mut on_step: impl FnMut(&str, &[char])) -> String {
    let mut letters = fold(word);
    on_step("lower case, no accents", &letters);
    let Ok(rules) = &*RULES else {
        return letters.into_iter().collect();
    };
    let folded: String = letters.iter().collect();
    let is_function = words::class(&folded).is_some() || rules.function.contains(&letters);
    // What the stemmer leaves may open the way for another rule; a key has nothing left to change.
    loop {
        let before = letters.clone();
        rules.skeleton(&mut letters, &mut on_step);
        if is_function {
            break;
        }
        if rules.function.contains(&letters) {
            letters.push(CONTENT);
            on_step("not the function word", &letters);
            break;
        }
        rules.stem(&mut letters, &mut on_step);
        if letters == before {
            break;
        }
    }
    letters.into_iter().collect()
}

/// Lower case, NFC, Swedish and German letters as the Nordic ones, other accents off.
fn fold(word: &str) -> Vec<char> {
    let plain = |letter| is_plain(letter).then_some(letter);
    if let Some(letters) = word.chars().map(plain).collect() {
        return letters;
    }
    let mut letters = Vec::with_capacity(word.len());
    for letter in word.nfc().flat_map(char::to_lowercase) {
        match letter {
            _ if is_plain(letter) => letters.push(letter),
            'ä' => letters.push('æ'),
            'ö' | 'ő' | 'œ' => letters.push('ø'),
            'ü' | 'ű' => letters.push('y'),
            'ð' | 'đ' => letters.push('d'),
            'þ' => letters.extend(['t', 'h']),
            'ß' => letters.extend(['s', 's']),
            'ł' => letters.push('l'),
            _ => letters.extend(letter.nfd().filter(|&part| !is_combining_mark(part))),
        }
    }
    letters
}

/// Whether the letter stays as it is.
fn is_plain(letter: char) -> bool {
    matches!(letter, 'a'..='z' | 'æ' | 'ø' | 'å' | '0'..='9')
}

impl Correspondence {
    /// Says whether it changed something.
    fn apply(&self, letters: &mut Vec<char>) -> bool {
        let mut changed = false;
        let mut i = 0;
        while i + self.from.len() <= letters.len() {
            let end = i + self.from.len();
            // Most places fail at the first letter.
            let begins = letters.get(i) == self.from.first();
            let here = match self.position {
                Position::Any => true,
                Position::Start => i == 0,
                Position::Inside => i > 0,
            };
            let follows = match self.before {
                None => true,
                Some(Before::Vowel) => letters.get(end).is_some_and(|&next| is_vowel(next)),
                Some(Before::Front) => letters
                    .get(end)
                    .is_some_and(|next| matches!(next, 'e' | 'i' | 'y' | 'æ' | 'ø')),
                Some(Before::NotR) => letters.get(end) != Some(&'r'),
            };
            if begins && here && follows && letters.get(i..end) == Some(self.from.as_slice()) {
                letters.splice(i..end, self.to.iter().copied());
                changed = true;
                i += self.to.len().max(1);
            } else if self.position == Position::Start {
                break;
            } else {
                i += 1;
            }
        }
        changed
    }
}

pub(crate) fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'æ' | 'ø' | 'å')
}

impl Rules {
    fn skeleton(&self, letters: &mut Vec<char>, on_step: &mut impl FnMut(&str, &[char])) {
        let mut held = Letters::of(letters.iter().copied());
        for rule in &self.spelling {
            if rule.letters.n_missing(held) == 0 && rule.apply(letters) {
                held = Letters::of(letters.iter().copied());
                on_step(&rule.name, letters);
            }
        }
        if !self.spelling.is_empty() {
            letters.dedup_by(|a, b| a == b && !a.is_numeric());
        }
        on_step(DOUBLE_LETTERS, letters);
    }

    fn stem(&self, letters: &mut Vec<char>, on_step: &mut impl FnMut(&str, &[char])) {
        if self.suffixes.is_empty() {
            return;
        }
        if reduce(letters, ['h', 'e', 't'], &TAILS_OF_HET) {
            on_step("-het", letters);
            return;
        }
        if reduce(letters, ['l', 'e', 'k'], &TAILS_OF_LIK)
            || reduce(letters, ['l', 'i', 'k'], &TAILS_OF_LIK)
        {
            let n = letters.len();
            letters.splice(n - 3.., ['l', 'i', 'k']);
            on_step("-lig/-leg", letters);
            return;
        }
        for _ in 0..PASSES {
            let Some(suffix) = self.suffixes.iter().find(|suffix| {
                // Most endings fail at the last letter.
                letters.last() == suffix.letters.last()
                    && letters.strip_suffix(&*suffix.letters).is_some_and(|stem| {
                        stem.len() >= MINIMUM_STEM
                            && stem.iter().any(|&letter| is_vowel(letter))
                            && !self.function.contains(stem)
                    })
            }) else {
                return;
            };
            letters.truncate(letters.len() - suffix.letters.len());
            on_step(&suffix.name, letters);
        }
    }
}

/// Takes what follows `ending` off when it is one of `tails` and at least two letters stand before it.
fn reduce(letters: &mut Vec<char>, ending: [char; 3], tails: &[&str]) -> bool {
    let Some(start) = letters.windows(3).rposition(|some| some == ending) else {
        return false;
    };
    let head = start + ending.len();
    let tail = letters.iter().skip(head);
    let found = start >= 2
        && tails
            .iter()
            .any(|known| known.chars().eq(tail.clone().copied()));
    if found {
        letters.truncate(head);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(words: &[&str]) {
        let keys: Vec<String> = words.iter().map(|word| key(word)).collect();
        assert!(
            keys.windows(2).all(|pair| pair[0] == pair[1]),
            "{words:?} → {keys:?}"
        );
    }

    #[test]
    fn regular_correspondences_meet_in_one_key() {
        for group in [
            &["bog", "bok", "boka", "bogen"][..],
            &["vej", "vei"],
            &["efter", "etter"],
            &["mand", "mann"],
            &["høj", "høy"],
            &["nation", "nasjon", "nasjonen"],
            &["kongresbygningen", "kongressbygningen", "kongressbygninga"],
            &[
                "demonstranter",
                "demonstrantar",
                "demonstrantene",
                "demonstrantane",
                "demonstranterne",
            ],
            &["eskorteret", "eskortert"],
            &["mulighed", "mulighet"],
            &["venlig", "vennlig", "vennleg"],
            &["Aalborg", "Ålborg"],
            &["ikke", "ikkje"],
            &["hvit", "kvit", "hvid"],
        ] {
            same(group);
        }
    }

    #[test]
    fn different_words_keep_different_keys() {
        for (a, b) in [
            ("kvinne", "vinne"),
            ("år", "ar"),
            ("ø", "å"),
            ("vil", "vil1"),
        ] {
            assert_ne!(key(a), key(b));
        }
    }

    #[test]
    fn decomposed_letters_are_composed_first() {
        assert_eq!(key("a\u{30a}ret"), key("året"));
        assert_eq!(key("idé"), key("ide"));
    }

    #[test]
    fn steps_end_in_the_key() {
        let steps = steps("kongresbygningen");
        assert_eq!(
            steps.last().map(|step| step.result.clone()),
            Some(key("kongresbygningen"))
        );
    }

    #[test]
    fn the_tables_are_well_formed() {
        check().unwrap();
    }
}
