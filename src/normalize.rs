//! A sentence as weighted tokens in a form that bokmål, nynorsk and Danish share.
//!
//! In: the text of one sentence. Out: its [`Token`]s, each with its place in the sentence, its kind and
//! its canonical form: a spelling-independent key for words and names ([`key`]), a value for
//! numbers, dates and clock times. The text itself is never changed, and nothing is thrown away that a
//! later stage could weigh: function words stay, with their class.
//!
//! What it refuses to do: guess meanings. Synonyms meet in the [`crate::lexicon`], weights come from the
//! corpus in [`crate::vocabulary`].

mod duration;
pub mod key;
pub(crate) mod numeral;
mod spoken;
mod token;

use serde::{Deserialize, Serialize};

use crate::article::Span;
use crate::error::Error;
use crate::facts;
use crate::lexicon::{Lexicon, key_of};
use crate::plain::Plain;
use crate::words::{self, WordClass};
use numeral::{Class, Figure};
use token::{Part, Raw};

/// Words between a verb and its particle, and the particle.
const PARTICLE_WITHIN: usize = 5;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// A word of content or function.
    Word,
    /// A word with a capital where the language would not put one.
    Name,
    /// A number; its canonical form is the value.
    Number,
    /// A clock time (`20:24`) or a day of the year (`--01-06`, as in ISO 8601).
    Time,
    /// A word that negates: ikke, aldrig, ingen.
    Negation,
}

impl TokenKind {
    /// All kinds, in their order.
    pub(crate) const ALL: [Self; 5] = [
        Self::Word,
        Self::Name,
        Self::Number,
        Self::Time,
        Self::Negation,
    ];
}

/// One token of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Bytes of the sentence.
    pub span: Span,
    /// The form that is compared.
    pub canonical: String,
    /// What it is.
    pub kind: TokenKind,
    /// The class of a function word.
    pub class: Option<WordClass>,
    /// Whether it has a capital.
    pub capital: bool,
    /// Whether it begins the sentence or a quotation, where a capital says nothing.
    pub initial: bool,
    /// Whether it tells who says it rather than what is said: the tail of `…, sier ordfører Kari Ås`.
    pub attribution: bool,
}

/// The tokens of `sentence`, in order.
pub fn normalize(sentence: &str, lexicon: &Lexicon) -> Vec<Token> {
    let Some(plain) = Plain::of(sentence) else {
        return normalize_plain(sentence, lexicon);
    };
    let mut tokens = normalize_plain(&plain.text, lexicon);
    for token in &mut tokens {
        token.span = plain.span(token.span);
    }
    tokens
}

fn normalize_plain(sentence: &str, lexicon: &Lexicon) -> Vec<Token> {
    let raw = token::raw_tokens(sentence);
    let mut tokens = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let rest = raw.get(at..).unwrap_or_default();
        if let Some(share) = spoken::share(rest) {
            let start = raw[at].span.start();
            let (counted, end) = (
                raw[at + share.counted].span,
                raw[at + share.used - 1].span.end(),
            );
            if let Some(count) = share.count {
                tokens.push(Token {
                    span: Span::of(start, raw[at + share.counted - 1].span.end()),
                    ..token(numeral::canonical(count), TokenKind::Number)
                });
            }
            tokens.push(Token {
                span: Span::of(counted.start(), end),
                ..token(format!("{}%", share.percent), TokenKind::Number)
            });
            at += share.used;
            continue;
        }
        let clock = clock_or_day(rest);
        if clock.is_none()
            && let Some(span) = duration::duration(rest)
        {
            let border = raw[at + span.counted].span.start();
            let (start, end) = (raw[at].span.start(), raw[at + span.used - 1].span.end());
            tokens.push(Token {
                span: Span::of(start, raw[at + span.counted - 1].span.end()),
                ..token(numeral::canonical(span.value), TokenKind::Number)
            });
            let unit = lexicon.canonical(span.unit);
            tokens.push(Token {
                span: Span::of(border, end),
                ..token(unit, TokenKind::Word)
            });
            at += span.used;
            continue;
        }
        let (token, used) = clock
            .or_else(|| number(rest))
            .or_else(|| outside(rest, lexicon))
            .unwrap_or_else(|| (plain(&raw[at], lexicon), 1));
        let end = raw[at + used - 1].span.end();
        // Marks of other scripts may be letters by their class and yet leave nothing to compare.
        if !token.canonical.is_empty() {
            tokens.push(Token {
                span: Span::of(raw[at].span.start(), end),
                ..token
            });
        }
        at += used;
    }
    let mut tokens = join_phrases(sentence, &tokens, lexicon);
    mark_attribution(sentence, &mut tokens);
    tokens
}

/// Marks what follows a verb of saying that stands behind a comma or the end of a quotation, up to where
/// the next quotation begins.
fn mark_attribution(sentence: &str, tokens: &mut [Token]) {
    let mut end = 0;
    let mut attribution = false;
    for token in tokens {
        let gap = sentence.get(end..token.span.start()).unwrap_or_default();
        if gap.contains(['«', '“', '"', '”', '»', ':', '–']) {
            attribution = false;
        }
        let said = gap.contains([',', '!', '?', '"', '”', '»', '«', '“', '\'', '’']);
        attribution |= end > 0 && said && token.class == Some(WordClass::Attribution);
        token.attribution = attribution;
        end = token.span.end();
    }
}

/// Checks the tables of this stage.
///
/// # Errors
/// [`Error::Format`] when a row is not understood.
pub(crate) fn check_tables() -> Result<(), Error> {
    key::check()?;
    numeral::check()?;
    facts::check()?;
    words::check()
}

fn token(canonical: String, kind: TokenKind) -> Token {
    Token {
        span: Span::of(0, 0),
        canonical,
        kind,
        class: None,
        capital: false,
        initial: false,
        attribution: false,
    }
}

fn lower(raw: Option<&Raw>) -> Option<&str> {
    match &raw?.part {
        Part::Word { lower, .. } => Some(lower),
        Part::Figure(_) => None,
    }
}

fn plain(raw: &Raw, lexicon: &Lexicon) -> Token {
    match &raw.part {
        Part::Word {
            lower,
            capital,
            initial,
        } => {
            // Inga may be a woman's name.
            let may_be_name = *capital && !*initial;
            let class =
                words::class(lower).filter(|&class| !(may_be_name && class == WordClass::Negation));
            let kind = match class {
                Some(WordClass::Negation) => TokenKind::Negation,
                None if may_be_name => TokenKind::Name,
                _ => TokenKind::Word,
            };
            let canonical = if class.is_some() {
                key::key(lower)
            } else {
                lexicon.canonical(lower)
            };
            Token {
                class,
                capital: *capital,
                initial: *initial,
                ..token(canonical, kind)
            }
        }
        Part::Figure(figure) => figure_token(*figure),
    }
}

fn figure_token(figure: Figure) -> Token {
    match figure {
        Figure::Number(value) => token(numeral::canonical(value), TokenKind::Number),
        Figure::Clock(hour, minute) => token(format!("{hour:02}:{minute:02}"), TokenKind::Time),
        Figure::Day(day, month) => token(format!("--{month:02}-{day:02}"), TokenKind::Time),
    }
}

/// Danish writes `uden for` where Norwegian writes `utenfor`: the `uden` in it negates nothing.
fn outside(rest: &[Raw], lexicon: &Lexicon) -> Option<(Token, usize)> {
    let is_outside = lower(rest.first()) == Some("uden") && lower(rest.get(1)) == Some("for");
    is_outside.then(|| {
        let preposition = Token {
            kind: TokenKind::Word,
            class: Some(WordClass::Preposition),
            ..plain(&rest[0], lexicon)
        };
        (preposition, 1)
    })
}

/// `kl. 20`, `klokken åtte`, `20.24`; `6. januar`, `den 6. januar`.
fn clock_or_day(rest: &[Raw]) -> Option<(Token, usize)> {
    if matches!(
        lower(rest.first()),
        Some("kl" | "klokken" | "klokka" | "klokkå")
    ) {
        let next = rest.get(1)?;
        if let Part::Figure(clock @ Figure::Clock(..)) = next.part {
            return Some((figure_token(clock), 2));
        }
        if let Some((time, used)) = spoken::clock(rest.get(1..)?, true) {
            return Some((token(time, TokenKind::Time), 1 + used));
        }
        if let Part::Figure(Figure::Number(value)) = next.part
            && let Some(hour) = whole(value.trunc()).filter(|&hour| hour < 24)
            && let Some(minute) =
                whole((value.fract() * 100.0).round()).filter(|&minute| minute < 60)
        {
            let clock = Figure::Clock(u8::try_from(hour).ok()?, u8::try_from(minute).ok()?);
            return Some((figure_token(clock), 2));
        }
        let (value, used) = small(rest.get(1..)?)?;
        let hour = whole(value).filter(|&hour| hour <= 24)?;
        if lower(rest.get(1)).is_some() && (1..=12).contains(&hour) {
            let time = spoken::either(i64::from(hour) * 60);
            return Some((token(time, TokenKind::Time), 1 + used));
        }
        let clock = Figure::Clock(u8::try_from(hour).ok()?, 0);
        return Some((figure_token(clock), 1 + used));
    }
    if let Some((time, used)) = spoken::clock(rest, false) {
        return Some((token(time, TokenKind::Time), used));
    }
    let Part::Figure(Figure::Number(value)) = rest.first()?.part else {
        return None;
    };
    let month = numeral::month(lower(rest.get(1))?)?;
    let day = whole(value).filter(|day| (1..=31).contains(day))?;
    Some((figure_token(Figure::Day(u8::try_from(day).ok()?, month)), 2))
}

fn whole(value: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole and in the range"
    )]
    (value.fract() == 0.0 && (0.0..=1e9).contains(&value)).then_some(value as u32)
}

/// Composes `elleve hundre`, `to og en halv`, `3,2 millioner`, `hundre tusen`.
fn number(rest: &[Raw]) -> Option<(Token, usize)> {
    let (mut value, mut used) = hundreds(rest)?;
    let mut total = 0.0;
    let mut scaled = false;
    while let Some((factor, _)) = class_at(rest, used, Class::Scale) {
        total += value * factor;
        used += 1;
        scaled = true;
        let gap = usize::from(lower(rest.get(used)) == Some("og"));
        let Some((more, n)) = rest.get(used + gap..).and_then(hundreds) else {
            value = 0.0;
            break;
        };
        // "to millioner 200 soldater" is not one number unless the parts descend.
        if more >= factor || class_at(rest, used + gap + n, Class::Scale).is_some() && gap > 0 {
            value = 0.0;
            break;
        }
        value = more;
        used += gap + n;
    }
    let value = total + value;
    let alone = used == 1 && !scaled;
    if alone
        && matches!(rest.first()?.part, Part::Word { .. })
        && value < 2.0
        && value.fract() == 0.0
    {
        // én, ett, første: too weak to be told from an article.
        return None;
    }
    Some((token(numeral::canonical(value), TokenKind::Number), used))
}

fn class_at(rest: &[Raw], at: usize, class: Class) -> Option<(f64, usize)> {
    let found = numeral::word(lower(rest.get(at))?)?;
    (found.class == class).then_some((found.value, at + 1))
}

/// `elleve`, `elleve hundre`, `to hundrede og femogtyve`, `hundre`, `to og et halvt`.
fn hundreds(rest: &[Raw]) -> Option<(f64, usize)> {
    let one = matches!(
        lower(rest.first()),
        Some("en" | "et" | "ett" | "ein" | "eit" | "én")
    ) && [Class::Hundred, Class::Scale]
        .iter()
        .any(|&class| class_at(rest, 1, class).is_some());
    let (mut value, mut used) = if one {
        (1.0, 1)
    } else if class_at(rest, 0, Class::Hundred).is_some() {
        (1.0, 0)
    } else {
        small(rest)?
    };
    if let Some((factor, after)) = class_at(rest, used, Class::Hundred) {
        value *= factor;
        used = after;
        let gap = usize::from(lower(rest.get(used)) == Some("og"));
        if let Some((more, n)) = rest.get(used + gap..).and_then(small)
            && more < 100.0
            && matches!(
                rest.get(used + gap).map(|raw| &raw.part),
                Some(Part::Word { .. })
            )
        {
            value += more;
            used += gap + n;
        }
    }
    Some(half(rest, value, used))
}

/// Adds the half of `to og en halv`, `to et halvt`, `fire og et halvt`.
fn half(rest: &[Raw], value: f64, used: usize) -> (f64, usize) {
    let mut at = used;
    if lower(rest.get(at)) == Some("og") {
        at += 1;
    }
    if matches!(
        lower(rest.get(at)),
        Some("en" | "et" | "ett" | "ein" | "eit" | "ei")
    ) && matches!(lower(rest.get(at + 1)), Some("halv" | "halvt" | "halve"))
    {
        (value + 0.5, at + 2)
    } else {
        (value, used)
    }
}

/// *tre i kraft*, *tre tilbake*: the verb, not the number.
fn steps(rest: &[Raw]) -> bool {
    let next = |i: usize| lower(rest.get(i));
    next(0) == Some("tre")
        && (matches!(next(1), Some("tilbake" | "attende" | "fram" | "frem"))
            || next(1) == Some("i") && matches!(next(2), Some("kraft" | "verk")))
}

/// A figure or a number word below 100.
fn small(rest: &[Raw]) -> Option<(f64, usize)> {
    if steps(rest) {
        return None;
    }
    let first = rest.first()?;
    match &first.part {
        Part::Figure(Figure::Number(value)) => Some((*value, 1)),
        Part::Figure(_) => None,
        Part::Word { lower, .. } => {
            let found = numeral::word(lower)?;
            match found.class {
                Class::Unit | Class::Composed | Class::Ordinal => Some((found.value, 1)),
                Class::Ten => {
                    let unit = class_at(rest, 1, Class::Unit).filter(|&(unit, _)| unit < 10.0);
                    Some(unit.map_or((found.value, 1), |(unit, _)| (found.value + unit, 2)))
                }
                Class::Hundred | Class::Scale | Class::Part => None,
            }
        }
    }
}

/// Joins the words of the lexicon's phrases into one token each; a particle may stand a few words after its verb.
fn join_phrases(sentence: &str, tokens: &[Token], lexicon: &Lexicon) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut taken = vec![false; tokens.len()];
    let mut at = 0;
    while let Some(first) = tokens.get(at) {
        if taken[at] {
            at += 1;
            continue;
        }
        let words = tokens.get(at..).unwrap_or_default();
        let keys = words
            .iter()
            .take_while(|token| !matches!(token.kind, TokenKind::Number | TokenKind::Time))
            .map(with_key);
        let n = lexicon.phrase_length(keys).max(1);
        let mut phrase = first.clone();
        for token in words.iter().take(n).skip(1) {
            phrase.canonical = phrase_of(&phrase, token);
            phrase.span = Span::of(phrase.span.start(), token.span.end());
            phrase.class = class_of_phrase(&phrase, token);
            if token.kind == TokenKind::Negation {
                phrase.kind = TokenKind::Negation;
            }
        }
        if n == 1
            && let Some(place) = distant_particle(sentence, words, lexicon)
        {
            taken[at + place] = true;
            phrase.canonical = phrase_of(&phrase, &words[place]);
            phrase.class = class_of_phrase(&phrase, &words[place]);
        }
        joined.push(phrase);
        at += n;
    }
    joined
}

/// The canonical form of a phrase that goes on with the word `next`: it is one of keys.
fn phrase_of(phrase: &Token, next: &Token) -> String {
    format!("{}_{}", key_of(&phrase.canonical), key_of(&next.canonical))
}

/// A phrase is a word of content, unless it denies.
fn class_of_phrase(phrase: &Token, next: &Token) -> Option<WordClass> {
    let denies = [phrase.class, next.class].contains(&Some(WordClass::Denial));
    denies.then_some(WordClass::Denial)
}

/// The key of a token, and whether it is a name.
fn with_key(token: &Token) -> (&str, bool) {
    (key_of(&token.canonical), token.kind == TokenKind::Name)
}

/// Where the particle of the verb that `words` begin with stands, when the lexicon lists the two as a phrase:
/// *sætter renten op*. No punctuation may stand between them.
fn distant_particle(sentence: &str, words: &[Token], lexicon: &Lexicon) -> Option<usize> {
    let verb = words.first()?;
    let mut end = verb.span.end();
    for (place, token) in words.iter().enumerate().take(PARTICLE_WITHIN + 1).skip(1) {
        let gap = sentence.get(end..token.span.start()).unwrap_or_default();
        if gap.contains(|letter: char| !letter.is_whitespace()) {
            return None;
        }
        if token.class == Some(WordClass::Particle) {
            let keys = [verb, token].map(with_key);
            return (lexicon.phrase_length(keys.into_iter()) == 2).then_some(place);
        }
        end = token.span.end();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(sentence: &str) -> Vec<String> {
        let lexicon = Lexicon::default();
        normalize(sentence, &lexicon)
            .into_iter()
            .map(|token| token.canonical)
            .collect()
    }

    #[test]
    fn numbers_in_words_and_figures_meet_in_their_value() {
        for (sentence, value) in [
            ("1.100 soldater", "1100"),
            ("elleve hundre soldater", "1100"),
            ("elleve hundrede soldater", "1100"),
            ("1 100 soldatar", "1100"),
            ("over hundre tusen", "100000"),
            ("fire millioner kroner", "4000000"),
            ("3,2 mrd. kroner", "3200000000"),
            ("to et halvt år", "2.5"),
            ("to og et halvt år", "2.5"),
            ("halvannet år", "1.5"),
            ("toogtyve mænd", "22"),
            ("tjue to mann", "22"),
            ("en million", "1000000"),
            ("to hundre og femti", "250"),
            ("to tusen fem hundre", "2500"),
        ] {
            assert!(
                canonical(sentence).contains(&value.to_owned()),
                "{sentence}: {:?}",
                canonical(sentence)
            );
        }
    }

    #[test]
    fn times_and_days_are_read() {
        assert_eq!(canonical("klokken 20.24"), ["20:24"]);
        assert_eq!(canonical("kl. 8"), ["08:00"]);
        assert_eq!(canonical("klokken 9.30"), ["09:30"]);
        assert_eq!(canonical("den 6. januar")[1], "--01-06");
        assert_eq!(canonical("klokka 8"), ["08:00"]);
        for (text, time) in [
            ("klokka åtte", "08:00/20:00"),
            ("klokken tolv", "00:00/12:00"),
        ] {
            assert_eq!(canonical(text), [time], "{text}");
        }
        for (spoken, time) in [
            ("klokka halv seks", "05:30/17:30"),
            ("kvart over fire", "04:15/16:15"),
            ("kvart på tre", "02:45/14:45"),
            ("kvarter i tolv", "11:45/23:45"),
            ("ti på halv åtte", "07:20/19:20"),
            ("fem over halv ett", "00:35/12:35"),
            ("ti minutter over ni", "09:10/21:10"),
            ("klokken ti i fire", "03:50/15:50"),
        ] {
            assert_eq!(canonical(spoken), [time], "{spoken}");
        }
        for other in [
            "fem i klassen",
            "halv pris",
            "ti over seksti",
            "to i fire kamper",
        ] {
            let read = canonical(other);
            assert!(
                read.iter().all(|form| !form.contains(':')),
                "{other}: {read:?}"
            );
        }
    }

    #[test]
    fn shares_in_words_are_per_cent() {
        for (share, percent) in [
            ("tre av fire velgere", "75"),
            ("én ud af ti danskere", "10"),
            ("en tredjedel af partiet", "33"),
            ("to tredelar av partiet", "67"),
            ("halvparten av elevene", "50"),
            ("hver femte bilist", "20"),
            ("kvar tredje elev", "33"),
        ] {
            let read = canonical(share);
            assert!(read.contains(&format!("{percent}%")), "{share}");
        }
        for count in [
            "hver tredje uge",
            "to av de fem",
            "19 av 24 økonomer",
            "fire av tre",
        ] {
            assert!(
                canonical(count).iter().all(|form| !form.ends_with('%')),
                "{count}"
            );
        }
    }

    #[test]
    fn spans_of_time_are_compared_in_one_unit() {
        for (one, other) in [
            ("14 dager", "to uker"),
            ("fjorten dage", "to uger"),
            ("30 måneder", "to et halvt år"),
            ("to år og seks måneder", "to et halvt år"),
            ("90 minutter", "halvannen time"),
            ("en halv time", "30 minutter"),
            ("et kvarter", "15 minuttar"),
            ("eit halvt år", "seks månader"),
            ("48 timer", "to døgn"),
        ] {
            assert_eq!(canonical(one), canonical(other), "{one}, {other}");
        }
        for (one, other) in [
            ("16 dager", "to uker"),
            ("tre år og to dager", "tre år"),
            ("halv pris", "en halv time"),
        ] {
            assert_ne!(canonical(one), canonical(other), "{one}, {other}");
        }
        let spans: Vec<Span> = normalize("om 14 dager", &Lexicon::default())
            .iter()
            .map(|token| token.span)
            .collect();
        assert_eq!(spans[1..], [Span::of(3, 5), Span::of(6, 11)]);
    }

    #[test]
    fn a_capital_after_the_time_of_an_entry_says_nothing() {
        let kinds = |sentence: &str| -> Vec<TokenKind> {
            let tokens = normalize(sentence, &Lexicon::default());
            tokens.iter().map(|token| token.kind).collect()
        };
        assert_eq!(
            kinds("16.10 Ingen skadd"),
            [TokenKind::Time, TokenKind::Negation, TokenKind::Word]
        );
        assert_eq!(kinds("118 Nordvinge-fly")[1], TokenKind::Name);
    }

    #[test]
    fn articles_are_not_numbers() {
        assert!(
            canonical("en mann og ett hus")
                .iter()
                .all(|form| form.parse::<f64>().is_err())
        );
    }

    #[test]
    fn names_need_a_capital_that_says_something() {
        let lexicon = Lexicon::default();
        let kinds: Vec<TokenKind> = normalize("Visepresident Mike Pence er ikke ute", &lexicon)
            .iter()
            .map(|t| t.kind)
            .collect();
        assert_eq!(
            kinds,
            [
                TokenKind::Word,
                TokenKind::Name,
                TokenKind::Name,
                TokenKind::Word,
                TokenKind::Negation,
                TokenKind::Word
            ]
        );
    }
}
