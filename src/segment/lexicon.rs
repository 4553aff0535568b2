//! The word tables of segmentation: abbreviations, function words with a role, boilerplate phrases.
//!
//! The tables lie under `data/`, are compiled in and parsed once. A line that is not understood is
//! left out at run time and fails the test of its table. The tables list words of nb, nn and da
//! together: an abbreviation of one of them is no word of another.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::tables;

/// What a period after an abbreviation can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// A name follows: `dr.`, `St.`
    Title,
    /// A number follows: `kl.`, `nr.`
    Number,
    /// Stands within a sentence: `bl.a.`, `f.eks.`
    Inner,
    /// Ends a sentence as easily: `osv.`, `m.m.`, `kr.`
    Last,
    /// Also a word of its own: `min.`, `art.`
    Word,
    /// A month: `jan.`
    Date,
}

/// What a word tells about a border beside it; several may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Roles(u16);

impl Roles {
    /// Begins sentences: pronouns, determiners, conjunctions, adverbs.
    pub(super) const OPENER: Self = Self(1);
    /// Ends none: prepositions, articles, titles.
    pub(super) const NONENDER: Self = Self(2);
    /// A frequent finite verb.
    pub(super) const VERB: Self = Self(4);
    /// A verb of saying.
    pub(super) const ATTRIBUTION: Self = Self(8);
    /// A month.
    pub(super) const MONTH: Self = Self(16);
    /// Begins a credit when a colon follows: `Foto:`
    pub(super) const CREDIT: Self = Self(32);
    /// Begins a byline: `Av`, `Af`.
    pub(super) const BYLINE: Self = Self(64);

    /// Whether `role` is among them.
    pub(super) fn has(self, role: Self) -> bool {
        self.0 & role.0 != 0
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "opener" => Self::OPENER,
            "nonender" => Self::NONENDER,
            "verb" => Self::VERB,
            "attribution" => Self::ATTRIBUTION,
            "month" => Self::MONTH,
            "credit" => Self::CREDIT,
            "byline" => Self::BYLINE,
            _ => return None,
        })
    }
}

/// Where in a block a boilerplate phrase has to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At its beginning.
    Start,
    /// Anywhere.
    Anywhere,
    /// It is the whole block, a final mark put aside.
    Whole,
}

const ABBREVIATIONS: &str = tables::ABBREVIATIONS.text;
const WORDS: &str = tables::SEGMENT_WORDS.text;
const CUES: &str = tables::BOILERPLATE_CUES.text;

static ABBREVIATION: LazyLock<FxHashMap<&'static str, Abbreviation>> = LazyLock::new(|| {
    rows(ABBREVIATIONS)
        .filter_map(|row| Some((row.first(), abbreviation_class(row.second())?)))
        .collect()
});

static ROLES: LazyLock<FxHashMap<&'static str, Roles>> = LazyLock::new(|| {
    rows(WORDS)
        .filter_map(|row| Some((row.first(), roles_of(row.second())?)))
        .collect()
});

/// Phrases by their first letter.
static BOILERPLATE: LazyLock<FxHashMap<char, Vec<(&'static str, Place)>>> = LazyLock::new(|| {
    let mut cues = FxHashMap::<char, Vec<_>>::default();
    for row in rows(CUES) {
        if let (Some(letter), Some(place)) = (row.first().chars().next(), place_of(row.second())) {
            cues.entry(letter).or_default().push((row.first(), place));
        }
    }
    cues
});

/// The tables, looked up once per text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexicon {
    abbreviations: &'static FxHashMap<&'static str, Abbreviation>,
    roles: &'static FxHashMap<&'static str, Roles>,
    cues: &'static FxHashMap<char, Vec<(&'static str, Place)>>,
}

impl Lexicon {
    /// The tables that are compiled in.
    pub(super) fn get() -> Self {
        Self {
            abbreviations: &ABBREVIATION,
            roles: &ROLES,
            cues: &BOILERPLATE,
        }
    }

    /// The class of `word`, an abbreviation without its last period, in any case; but a word of
    /// two or more capitals (`SV`, `MIN`) is the name of something else.
    pub(super) fn abbreviation(self, word: &str) -> Option<Abbreviation> {
        if word.len() > 1 && word.len() <= LONGEST && word.chars().all(char::is_uppercase) {
            return None;
        }
        with_lower(word, |lower| self.abbreviations.get(lower).copied()).flatten()
    }

    /// Phrases of boilerplate, in lower case, that begin with `letter` in any case.
    pub(super) fn cues_by_letter(self, letter: char) -> &'static [(&'static str, Place)] {
        letter
            .to_lowercase()
            .next()
            .and_then(|letter| self.cues.get(&letter))
            .map_or(&[], Vec::as_slice)
    }

    /// The roles of `word`, in any case.
    pub(super) fn roles(self, word: &str) -> Roles {
        with_lower(word, |lower| self.roles.get(lower).copied())
            .flatten()
            .unwrap_or_default()
    }
}

/// No word of the tables is longer, in bytes.
const LONGEST: usize = 24;

/// Calls `f` with `word` in lower case; `None` for words longer than any of the tables.
fn with_lower<T>(word: &str, f: impl FnOnce(&str) -> T) -> Option<T> {
    if word.len() > LONGEST || word.is_empty() {
        return None;
    }
    if word
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'.')
    {
        return Some(f(word));
    }
    let mut buffer = [0_u8; 4 * LONGEST];
    let mut len = 0;
    let mut push = |c: char| {
        let end = len + c.len_utf8();
        c.encode_utf8(buffer.get_mut(len..end)?);
        len = end;
        Some(())
    };
    for c in word.chars() {
        if c.is_ascii() {
            push(c.to_ascii_lowercase())?;
        } else {
            for lower in c.to_lowercase() {
                push(lower)?;
            }
        }
    }
    std::str::from_utf8(buffer.get(..len)?).ok().map(f)
}

struct Row(&'static str);

impl Row {
    fn field(&self, index: usize) -> &'static str {
        self.0.split(',').nth(index).unwrap_or_default()
    }

    fn first(&self) -> &'static str {
        self.field(0)
    }

    fn second(&self) -> &'static str {
        self.field(1)
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = Row> {
    table.lines().skip(1).map(Row)
}

fn abbreviation_class(name: &str) -> Option<Abbreviation> {
    Some(match name {
        "title" => Abbreviation::Title,
        "number" => Abbreviation::Number,
        "inner" => Abbreviation::Inner,
        "last" => Abbreviation::Last,
        "word" => Abbreviation::Word,
        "date" => Abbreviation::Date,
        _ => return None,
    })
}

fn roles_of(names: &str) -> Option<Roles> {
    names
        .split(' ')
        .map(Roles::named)
        .try_fold(Roles::default(), |sum, role| Some(Roles(sum.0 | role?.0)))
}

fn place_of(name: &str) -> Option<Place> {
    Some(match name {
        "start" => Place::Start,
        "anywhere" => Place::Anywhere,
        "whole" => Place::Whole,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    fn check(name: &str, table: &'static str, understood: impl Fn(&str) -> bool) {
        let keys: Vec<&str> = rows(table).map(|row| row.first()).collect();
        assert!(!keys.is_empty(), "{name} is empty");
        assert!(
            keys.windows(2).all(|pair| pair[0] < pair[1]),
            "{name} is not sorted, or has a key twice: {:?}",
            keys.windows(2).find(|pair| pair[0] >= pair[1])
        );
        for row in rows(table) {
            let (key, value) = (row.first(), row.second());
            assert!(understood(value), "{name}: `{value}` in {}", row.0);
            assert_eq!(key.nfc().collect::<String>(), key, "{name}: not NFC");
            assert_eq!(key.to_lowercase(), key, "{name}: not lower case");
            assert_eq!(key.trim(), key, "{name}: white space");
        }
    }

    #[test]
    fn tables_are_sorted_unique_and_understood() {
        check("abbreviations.csv", ABBREVIATIONS, |value| {
            abbreviation_class(value).is_some()
        });
        check("segment_words.csv", WORDS, |value| {
            roles_of(value).is_some()
        });
        check("boilerplate_cues.csv", CUES, |value| {
            place_of(value).is_some()
        });
        for table in [ABBREVIATIONS, WORDS] {
            assert!(rows(table).all(|row| row.first().len() <= LONGEST));
        }
    }

    #[test]
    fn words_are_found_in_any_case() {
        let lexicon = Lexicon::get();
        assert_eq!(lexicon.abbreviation("BL.A"), Some(Abbreviation::Inner));
        assert_eq!(lexicon.abbreviation("Årg"), Some(Abbreviation::Number));
        assert_eq!(lexicon.abbreviation("båt"), None);
        assert!(lexicon.roles("Så").has(Roles::OPENER));
    }
}
