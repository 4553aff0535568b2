//! What a sentence says that another one can contradict.
//!
//! In: the tokens of a sentence. Out: [`Facts`], its weekdays, months and voice; what it tells word by word, with the
//! prepositions before ([`told`]); and what it negates ([`negated`]). The guards compare them.

use std::num::NonZeroU8;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::error::Error;
use crate::lexicon::key_of;
use crate::normalize::key::key;
use crate::normalize::{Token, TokenKind};
use crate::tables;
use crate::words::{self, WordClass};

static CALENDAR: LazyLock<Result<FxHashMap<String, Mark>, Error>> = LazyLock::new(read_calendar);

/// A place in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// A day of the week, 1 to 7 from Monday (ISO 8601).
    Weekday(u8),
    /// A month, 1 to 12.
    Month(u8),
}

#[derive(Deserialize)]
struct WeekdayRow {
    weekday: u8,
    word: String,
}

#[derive(Deserialize)]
struct MonthRow {
    month: u8,
    word: String,
}

fn read_calendar() -> Result<FxHashMap<String, Mark>, Error> {
    let weekdays: Vec<WeekdayRow> = tables::WEEKDAYS.rows()?;
    let months: Vec<MonthRow> = tables::MONTHS.rows()?;
    let weekdays = weekdays
        .iter()
        .map(|row| (key(&row.word), Mark::Weekday(row.weekday)));
    let months = months
        .iter()
        .map(|row| (key(&row.word), Mark::Month(row.month)));
    Ok(weekdays.chain(months).collect())
}

/// Whether the word with this canonical form is a day of the week or a month.
pub(crate) fn is_calendar(canonical: &str) -> bool {
    let calendar = CALENDAR.as_ref();
    calendar.is_ok_and(|calendar| calendar.contains_key(key_of(canonical)))
}

/// Checks the tables.
///
/// # Errors
/// [`Error::Format`] when a row is not understood.
pub(crate) fn check() -> Result<(), Error> {
    read_calendar().map(|_| ())
}

/// Dates and voice of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Days of the week, one bit each.
    pub weekdays: u8,
    /// Months, one bit each.
    pub months: u16,
    /// Whether it has an auxiliary verb of the passive, or another one and a preposition *av/af* behind it.
    pub passive: bool,
}

impl Facts {
    /// The facts of a sentence with these tokens.
    pub fn of(tokens: &[Token]) -> Self {
        let mut facts = Self::default();
        let mut auxiliary = false;
        // The last two words.
        let mut before = ["", ""];
        let calendar = CALENDAR.as_ref().ok();
        for token in tokens {
            let is_plain =
                matches!(token.kind, TokenKind::Word | TokenKind::Name) && token.class.is_none();
            let calendar = calendar.filter(|_| is_plain);
            // A phrase of the lexicon is one token: tirsdag_kveld.
            for word in key_of(&token.canonical).split('_') {
                match calendar.and_then(|calendar| calendar.get(word)) {
                    Some(&Mark::Weekday(day)) => {
                        facts.weekdays |= 1 << (day % 8);
                        // The night to Wednesday is the night of Tuesday.
                        if NIGHT_TO.iter().eq(before) {
                            facts.weekdays |= 1 << ((day + 5) % 7 + 1);
                        }
                    }
                    Some(Mark::Month(month)) => facts.months |= 1 << (month % 16),
                    None => {}
                }
                before = [before[1], word];
            }
            if token.kind == TokenKind::Time
                && let Some(rest) = token.canonical.strip_prefix("--")
                && let Some(Ok(month)) = rest.get(..2).map(str::parse::<u16>)
            {
                facts.months |= 1 << (month % 16);
            }
            auxiliary |= token.class == Some(WordClass::Auxiliary);
            let by = auxiliary
                && token.class == Some(WordClass::Preposition)
                && AV.contains(&token.canonical);
            // A phrase of the lexicon is one token: ble_stemt_ned.
            let first = key_of(&token.canonical);
            let first = first.split('_').next().unwrap_or_default();
            facts.passive |= by || PASSIVE.iter().any(|form| form == first);
        }
        facts
    }

    /// Whether both name days of the week, or months, and none of them is the same.
    pub fn dates_differ(self, other: Self) -> bool {
        let differ = |a: u16, b: u16| a != 0 && b != 0 && a & b == 0;
        differ(self.weekdays.into(), other.weekdays.into()) || differ(self.months, other.months)
    }
}

/// The keys of *av* and *af*.
pub(crate) static AV: LazyLock<[String; 2]> = LazyLock::new(|| ["av", "af"].map(key));
/// The keys of the auxiliary verbs of the passive.
static PASSIVE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let forms = [
        "bli", "blir", "ble", "blei", "blitt", "blive", "bliver", "blev", "blevet", "verte",
        "vert", "vart", "vorte",
    ];
    forms.map(key).to_vec()
});
/// The keys of *natt til*.
static NIGHT_TO: LazyLock<[String; 2]> = LazyLock::new(|| ["natt", "til"].map(key));
/// The keys of prepositions of place and time.
static ADVERBIAL: LazyLock<[String; 8]> =
    LazyLock::new(|| ["i", "på", "ved", "etter", "efter", "før", "under", "fra"].map(key));

/// What a preposition says of the word behind it that another one says the opposite of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// *til*
    To,
    /// *fra*
    From,
    /// *før*
    Before,
    /// *etter*
    After,
    /// *over*
    Over,
    /// *under*
    Under,
    /// *innenfor*
    Inside,
    /// *utenfor*
    Outside,
}

impl Relation {
    /// The opposite.
    fn converse(self) -> Self {
        match self {
            Self::To => Self::From,
            Self::From => Self::To,
            Self::Before => Self::After,
            Self::After => Self::Before,
            Self::Over => Self::Under,
            Self::Under => Self::Over,
            Self::Inside => Self::Outside,
            Self::Outside => Self::Inside,
        }
    }

    /// Whether two words stand in opposite relations.
    pub fn contradict(this: Option<Self>, other: Option<Self>) -> bool {
        this.is_some() && this == other.map(Self::converse)
    }
}

/// The relations of prepositions, by key.
static RELATIONS: LazyLock<FxHashMap<String, Relation>> = LazyLock::new(|| {
    [
        ("til", Relation::To),
        ("fra", Relation::From),
        ("frå", Relation::From),
        ("før", Relation::Before),
        ("efter", Relation::After),
        ("etter", Relation::After),
        ("over", Relation::Over),
        ("under", Relation::Under),
        ("indenfor", Relation::Inside),
        ("innenfor", Relation::Inside),
        ("udenfor", Relation::Outside),
        ("utenfor", Relation::Outside),
    ]
    .map(|(preposition, relation)| (key(preposition), relation))
    .into_iter()
    .collect()
});

/// A preposition, by its number among those of the table of function words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preposition(NonZeroU8);

impl Preposition {
    /// The preposition with this key.
    fn of(key: &str) -> Option<Self> {
        PREPOSITIONS.get(key).copied()
    }
}

/// The prepositions by key.
static PREPOSITIONS: LazyLock<FxHashMap<String, Preposition>> = LazyLock::new(|| {
    let words = words::of_class(WordClass::Preposition).unwrap_or_default();
    let numbers = (1..=u8::MAX).filter_map(NonZeroU8::new).map(Preposition);
    let keys = words.iter().map(|word| key(word));
    keys.zip(numbers).collect()
});

/// A word that tells something, in its place in the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<W> {
    /// The word.
    pub word: W,
    /// Whether it may tell who or what rather than where or when: it is no day or month and stands behind no
    /// preposition of place or time.
    pub role: bool,
    /// What the preposition before it says, when another one says the opposite.
    pub relation: Option<Relation>,
    /// The preposition that it depends on, as far as can be told without a parser: of *i første kvartal falt* those are
    /// the first two words, of the phrase *i en pressemelding* the whole.
    pub preposition: Option<Preposition>,
}

/// The words of a sentence that are no function words and do not tell who says it, in their order, by their places
/// among its tokens.
pub fn told(tokens: &[Token]) -> impl Iterator<Item = Told<usize>> {
    let is_date = |token: &Token| Facts::of(std::slice::from_ref(token)) != Facts::default();
    let mut phrase = PrepositionalPhrase::default();
    tokens.iter().enumerate().filter_map(move |(i, token)| {
        match token.class {
            Some(WordClass::Preposition) => phrase.begin = Some(&token.canonical),
            Some(WordClass::Article | WordClass::Pronoun) => {}
            _ => {
                let begin = phrase.begin;
                let told = Told {
                    word: i,
                    // lørdag formiddag, 6. januar om morgenen
                    role: !begin.is_some_and(|begin| ADVERBIAL.iter().any(|key| key == begin))
                        && matches!(token.kind, TokenKind::Word | TokenKind::Name)
                        && !tokens[i.saturating_sub(1)..=i].iter().any(is_date),
                    relation: begin.and_then(|begin| RELATIONS.get(begin).copied()),
                    preposition: phrase.next(token, is_date),
                };
                return (token.class.is_none() && !token.attribution).then_some(told);
            }
        }
        None
    })
}

/// The prepositional phrase that a sentence is in, word by word.
#[derive(Debug, Default)]
struct PrepositionalPhrase<'a> {
    /// The key of the preposition that the next word stands behind.
    begin: Option<&'a str>,
    /// The one at the end of a phrase of the lexicon before it: *på grunn av*.
    end: Option<Preposition>,
    /// What the word that ends here depended on, if the word that follows it may belong to it.
    last: Option<(usize, Preposition)>,
}

impl PrepositionalPhrase<'_> {
    /// What the next word depends on.
    fn next(&mut self, token: &Token, is_date: impl Fn(&Token) -> bool) -> Option<Preposition> {
        let end = self.end.take();
        let before = self.begin.take().map_or(end, Preposition::of);
        let words = key_of(&token.canonical).split_once('_');
        let direct = before.or_else(|| Preposition::of(words?.0));
        let last = self.last.take();
        let adjoining = last.filter(|&(end, _)| token.span.start() <= end + 1);
        self.end = words.and_then(|(_, rest)| Preposition::of(rest.rsplit('_').next()?));
        let closed = || self.end.is_some() || token.kind == TokenKind::Time || is_date(token);
        self.last = direct
            .filter(|_| !closed())
            .map(|of| (token.span.end(), of));
        direct.or(adjoining.map(|(_, of)| of))
    }
}

/// Marks between two words that end a clause.
const CLAUSE_MARKS: [char; 17] = [
    ',', ';', ':', '.', '!', '?', '–', '—', '(', ')', '«', '»', '“', '”', '"', '‘', '…',
];

/// The words of content, names among them, in the clauses of `sentence` that have a negation: what is denied.
pub fn negated<'a>(sentence: &str, tokens: &'a [Token]) -> impl Iterator<Item = &'a Token> {
    clauses(sentence, tokens)
        .filter_map(|clause| tokens.get(clause))
        .filter(|clause| clause.iter().any(|token| token.kind == TokenKind::Negation))
        .flatten()
        .filter(|token| {
            token.class.is_none() && matches!(token.kind, TokenKind::Word | TokenKind::Name)
        })
}

/// The places of the tokens of `sentence` by clauses, which are parted by punctuation and conjunctions.
pub fn clauses(sentence: &str, tokens: &[Token]) -> impl Iterator<Item = Range<usize>> + use<> {
    let begins_clause = |token: &Token, end: usize| {
        let gap = sentence.get(end..token.span.start()).unwrap_or_default();
        token.class == Some(WordClass::Conjunction) || gap.contains(CLAUSE_MARKS)
    };
    let mut end = 0;
    let mut starts = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        if i == 0 || begins_clause(token, end) {
            starts.push(i);
        }
        end = token.span.end();
    }
    let ends: Vec<usize> = starts
        .iter()
        .skip(1)
        .copied()
        .chain([tokens.len()])
        .collect();
    starts.into_iter().zip(ends).map(|(start, end)| start..end)
}
