//! What is true of a possible border, as features of the linear model.
//!
//! A feature is a combination of values such as `end=colon next=upper layout=flat`. Features are
//! numbered family by family; [`name`] gives the text that the table of the model and the
//! explanation show. Nothing here decides whether to cut.

use super::lexicon::{Abbreviation, Lexicon, Roles};
use super::token::{End, Start, Token};
use super::vocabulary::{Seen, Vocabulary};

type Dimension = (&'static str, &'static [&'static str]);

const END: Dimension = (
    "end",
    &[
        "bare", "closer", "period", "question", "exclaim", "colon", "ellipsis",
    ],
);
const NEXT: Dimension = (
    "next",
    &[
        "upper",
        "lower",
        "digit",
        "quote-upper",
        "quote",
        "dash-upper",
        "dash",
        "bracket",
        "other",
    ],
);
const LAYOUT: Dimension = ("layout", &["lines", "flat"]);
const LANGUAGE: Dimension = ("language", &["other", "norwegian"]);
const BEFORE: Dimension = (
    "before",
    &[
        "word",
        "title",
        "number-word",
        "inner",
        "last",
        "word-or-short",
        "date",
        "initial",
        "dotted",
        "ordinal",
        "number",
        "roman",
        "vowelless",
        "letter",
        "capitalised",
        "nonender",
        "other",
    ],
);
const OPEN: Dimension = (
    "opens",
    &[
        "word",
        "opener",
        "seen-lower",
        "seen-name",
        "month",
        "attribution",
        "caps",
        "none",
    ],
);
const THIRD: Dimension = (
    "third",
    &[
        "none",
        "lower",
        "verb",
        "upper",
        "digit",
        "other",
        "verb-like",
    ],
);
const SINCE: Dimension = ("words", &["1", "2", "3-4", "5-7", "8-12", "13+"]);
const FIRST: Dimension = (
    "first",
    &[
        "upper", "lower", "digit", "quote", "dash", "credit", "other",
    ],
);
const QUOTE: Dimension = ("quote", &["outside", "short", "inside", "dash"]);
const SUFFIX: Dimension = (
    "suffix",
    &["other", "en", "et", "ene", "ane", "er", "ar", "sen", "ing"],
);
const VERB: Dimension = ("verb", &["no", "yes"]);
const CLOSES: Dimension = ("closes", &["nothing", "quote", "bracket"]);

const FAMILIES: [&[Dimension]; 17] = [
    &[END],
    &[END, NEXT],
    &[END, NEXT, LAYOUT, LANGUAGE],
    &[END, BEFORE, NEXT],
    &[END, BEFORE, OPEN],
    &[END, OPEN, LAYOUT],
    &[END, SINCE, LAYOUT],
    &[END, QUOTE, NEXT],
    &[END, FIRST],
    &[END, BEFORE, LAYOUT],
    &[END, THIRD],
    &[END, SUFFIX],
    &[END, VERB, SINCE],
    &[END, OPEN, THIRD],
    &[END, CLOSES, NEXT],
    &[END, LAYOUT, LANGUAGE],
    &[END, FIRST, LAYOUT, OPEN],
];

const fn size(family: &[Dimension]) -> usize {
    let mut size = 1;
    let mut i = 0;
    while i < family.len() {
        size *= family[i].1.len();
        i += 1;
    }
    size
}

const fn offset(family: usize) -> usize {
    let mut offset = 0;
    let mut i = 0;
    while i < family {
        offset += size(FAMILIES[i]);
        i += 1;
    }
    offset
}

const OFFSETS: [usize; FAMILIES.len()] = {
    let mut offsets = [0; FAMILIES.len()];
    let mut i = 0;
    while i < FAMILIES.len() {
        offsets[i] = offset(i);
        i += 1;
    }
    offsets
};

/// No family combines more values.
const WIDEST: usize = 4;

/// How many values each part of a family has.
const SIZES: [[usize; WIDEST]; FAMILIES.len()] = {
    let mut sizes = [[1; WIDEST]; FAMILIES.len()];
    let mut i = 0;
    while i < FAMILIES.len() {
        let mut j = 0;
        while j < FAMILIES[i].len() {
            sizes[i][j] = FAMILIES[i][j].1.len();
            j += 1;
        }
        i += 1;
    }
    sizes
};

/// How many features there are.
pub(super) const N_FEATURES: usize = offset(FAMILIES.len());

/// The features of one border: one of each family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Features([u16; FAMILIES.len()]);

impl Features {
    /// Their numbers, below [`N_FEATURES`].
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|&index| usize::from(index))
    }
}

/// The name of feature `index`, such as `end=period next=upper`.
pub(super) fn name(index: usize) -> String {
    let family = OFFSETS
        .iter()
        .rposition(|&start| start <= index)
        .unwrap_or(0);
    let mut rest = index - OFFSETS[family];
    let mut parts = Vec::new();
    for (dimension, values) in FAMILIES[family].iter().rev() {
        let value = values.get(rest % values.len()).unwrap_or(&"");
        parts.push(format!("{dimension}={value}"));
        rest /= values.len();
    }
    parts.reverse();
    parts.join(" ")
}

/// What lies around a possible border.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, of which none excludes another"
)]
#[derive(Debug)]
pub(super) struct Around<'a> {
    /// The text.
    pub text: &'a str,
    /// The token before the border.
    pub before: Token,
    /// The first token of what follows, a dash left out.
    pub after: Token,
    /// The token after that one.
    pub third: Option<Token>,
    /// A dash stands between the border and `after`.
    pub dash: bool,
    /// Words since the last border.
    pub since: usize,
    /// A frequent finite verb is among them.
    pub verb: bool,
    /// How the sentence begins: an index into the values of `FIRST`.
    pub first: First,
    /// Whether the border lies in a quotation.
    pub quote: Quote,
    /// The text has lost its line breaks.
    pub flat: bool,
    /// The text is Norwegian.
    pub norwegian: bool,
}

/// How a sentence begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    Upper,
    Lower,
    Digit,
    Quote,
    Dash,
    Credit,
    Other,
}

/// Whether a place lies within direct speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    Outside,
    Short,
    Inside,
    Dash,
}

/// The features of a border.
pub(super) fn of(around: &Around<'_>, lexicon: Lexicon, vocabulary: &Vocabulary) -> Features {
    let end = end(around.before.last);
    let next = next(around);
    let before = before(around.text, around.before, lexicon);
    let open = open(around, lexicon, vocabulary);
    let third = third(around, lexicon);
    let layout = usize::from(around.flat);
    let language = usize::from(around.norwegian);
    let since = match around.since {
        0 | 1 => 0,
        2 => 1,
        3 | 4 => 2,
        5..=7 => 3,
        8..=12 => 4,
        _ => 5,
    };
    let first = around.first as usize;
    let suffix = suffix(around);
    let verb = usize::from(around.verb);
    let closes = if around.before.closes_quote {
        1
    } else {
        2 * usize::from(around.before.closes_bracket)
    };
    let quote = around.quote as usize;
    let values: [&[usize]; FAMILIES.len()] = [
        &[end],
        &[end, next],
        &[end, next, layout, language],
        &[end, before, next],
        &[end, before, open],
        &[end, open, layout],
        &[end, since, layout],
        &[end, quote, next],
        &[end, first],
        &[end, before, layout],
        &[end, third],
        &[end, suffix],
        &[end, verb, since],
        &[end, open, third],
        &[end, closes, next],
        &[end, layout, language],
        &[end, first, layout, open],
    ];
    let mut features = [0; FAMILIES.len()];
    for (family, slot) in features.iter_mut().enumerate() {
        let (sizes, values) = (SIZES[family], values[family]);
        let mut index = 0;
        for (place, value) in values.iter().enumerate() {
            index = index * sizes[place] + value;
        }
        *slot = u16::try_from(OFFSETS[family] + index).unwrap_or(u16::MAX);
    }
    Features(features)
}

fn end(last: End) -> usize {
    match last {
        End::Bare | End::Inner => 0,
        End::Closer => 1,
        End::Period => 2,
        End::Question => 3,
        End::Exclaim => 4,
        End::Colon => 5,
        End::Ellipsis => 6,
    }
}

fn next(around: &Around<'_>) -> usize {
    let after = around.after;
    let upper = after.first == Start::Upper;
    if around.dash {
        return if upper { 5 } else { 6 };
    }
    if after.opens_quote {
        return if upper { 3 } else { 4 };
    }
    if after.opens_bracket {
        return 7;
    }
    match after.first {
        Start::Upper => 0,
        Start::Lower => 1,
        Start::Digit => 2,
        Start::Other => 8,
    }
}

/// The kind of word before the border, its final period left out.
fn before(text: &str, token: Token, lexicon: Lexicon) -> usize {
    let word = token.core.slice(text);
    if token.last == End::Period && !token.closes_quote {
        if let Some(class) = lexicon.abbreviation(word) {
            return match class {
                Abbreviation::Title => 1,
                Abbreviation::Number => 2,
                Abbreviation::Inner => 3,
                Abbreviation::Last => 4,
                Abbreviation::Word => 5,
                Abbreviation::Date => 6,
            };
        }
        let mut chars = word.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            if c.is_uppercase() {
                return 7;
            }
            if c.is_alphabetic() {
                return 13;
            }
        }
        if token.first != Start::Digit && word.len() <= 24 && word.contains('.') {
            return 8;
        }
    }
    match token.first {
        Start::Digit => {
            if word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit()) {
                9
            } else {
                10
            }
        }
        Start::Upper if word.len() <= 8 && word.chars().all(|c| "IVXLCDM".contains(c)) => 11,
        Start::Upper => 14,
        Start::Lower if token.last == End::Period && is_vowelless(word) => 12,
        Start::Lower if lexicon.roles(word).has(Roles::NONENDER) => 15,
        Start::Lower => 0,
        Start::Other => 16,
    }
}

fn is_vowelless(word: &str) -> bool {
    word.len() <= 8
        && word
            .chars()
            .all(|c| c.is_alphabetic() && !"aeiouyæøåäöéèêóòô".contains(c))
}

/// What the first word after the border looks like.
fn open(around: &Around<'_>, lexicon: Lexicon, vocabulary: &Vocabulary) -> usize {
    let word = around.after.core.slice(around.text);
    let roles = lexicon.roles(word);
    match around.after.first {
        Start::Upper => {
            if is_caps(word) {
                6
            } else if roles.has(Roles::OPENER) {
                1
            } else {
                match vocabulary.seen(word) {
                    Seen::Lower => 2,
                    Seen::Name => 3,
                    Seen::Never => 0,
                }
            }
        }
        Start::Lower if roles.has(Roles::MONTH) => 4,
        Start::Lower if roles.has(Roles::ATTRIBUTION) => 5,
        Start::Lower if roles.has(Roles::OPENER) => 1,
        Start::Lower => 0,
        Start::Digit | Start::Other => 7,
    }
}

/// Whether the first letters of `word` are capitals: `NTB`, `OSLO`.
pub(super) fn is_caps(word: &str) -> bool {
    let mut letters = word.chars().take(12).filter(|c| c.is_alphabetic());
    let (first, second) = (letters.next(), letters.next());
    first.is_some_and(char::is_uppercase)
        && second.is_some_and(char::is_uppercase)
        && letters.all(char::is_uppercase)
}

/// Endings of finite verbs, among other words.
const VERB_LIKE: [&str; 5] = ["er", "ar", "te", "de", "et"];

fn third(around: &Around<'_>, lexicon: Lexicon) -> usize {
    let Some(third) = around.third else {
        return 0;
    };
    match third.first {
        Start::Lower => {
            let word = third.core.slice(around.text);
            let roles = lexicon.roles(word);
            if roles.has(Roles::VERB) {
                2
            } else if VERB_LIKE
                .iter()
                .any(|ending| word.len() > 4 && word.ends_with(ending))
            {
                6
            } else {
                1
            }
        }
        Start::Upper => 3,
        Start::Digit => 4,
        Start::Other => 5,
    }
}

/// Endings of nouns and names with their value of `SUFFIX`, the longer first.
const ENDINGS: [(&str, usize); 9] = [
    ("sen", 7),
    ("son", 7),
    ("ene", 3),
    ("ane", 4),
    ("ing", 8),
    ("en", 1),
    ("et", 2),
    ("er", 5),
    ("ar", 6),
];

fn suffix(around: &Around<'_>) -> usize {
    if around.after.first != Start::Upper {
        return 0;
    }
    let word = around.after.core.slice(around.text);
    ENDINGS
        .iter()
        .find(|(ending, _)| word.len() > ending.len() + 2 && word.ends_with(ending))
        .map_or(0, |&(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_its_own_name() {
        let names: std::collections::BTreeSet<String> = (0..N_FEATURES).map(name).collect();
        assert_eq!(names.len(), N_FEATURES);
        assert!(N_FEATURES < usize::from(u16::MAX));
    }

    #[test]
    fn capitals_and_words_without_vowels() {
        assert!(is_caps("ÅRØ") && is_caps("NTB-AFP") && !is_caps("Årø") && !is_caps("I"));
        assert!(is_vowelless("tlf") && !is_vowelless("bø"));
    }
}
