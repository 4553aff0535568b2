//! What a site adds to an article, told by phrases of a table.
//!
//! In comes a block or a sentence, out comes whether it is boilerplate. The phrases are those of
//! `data/boilerplate_cues.csv`.

use super::border::{Context, is_credit};
use super::lexicon::Place;
use super::rule;
use super::token::Tokens;
use crate::article::{Date, Span};

/// Whether a phrase of the table begins `span`, or stands in it if it is short.
pub(super) fn is_boilerplate(context: &Context<'_>, span: Span) -> bool {
    // An entry of a live blog says what happened, whatever words it ends with.
    let first = Tokens::new(context.text, span.start(), span.end()).next();
    if first.is_some_and(|token| rule::is_clock(token.core.slice(context.text))) {
        return false;
    }
    let text = span.slice(context.text);
    let is_short = text.len() <= SHORT;
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let is_letter = c.is_alphanumeric();
        if is_letter && !in_word {
            let rest = text.get(at..).unwrap_or_default();
            let cues = context.lexicon.cues_by_letter(c);
            if cues
                .iter()
                .any(|&(cue, place)| stands(cue, place, rest, at == 0, is_short))
            {
                return true;
            }
        }
        if !is_short {
            return false;
        }
        in_word = is_letter;
    }
    false
}

/// Whether `cue` begins `rest`, the remainder of a text from one of its words on, as it has to.
fn stands(cue: &str, place: Place, rest: &str, is_start: bool, is_short: bool) -> bool {
    match place {
        Place::Start => is_start && after(cue, rest).is_some_and(ends_word),
        Place::Anywhere => is_short && after(cue, rest).is_some(),
        Place::Whole => {
            is_start
                && is_short
                && after(cue, rest)
                    .is_some_and(|rest| rest.trim_end_matches(['.', '!', ':', '…', ' ']).is_empty())
        }
    }
}

/// What stands behind `cue` when it begins `rest`, in any case.
fn after<'a>(cue: &str, rest: &'a str) -> Option<&'a str> {
    let mut chars = rest.chars();
    for expected in cue.chars() {
        let c = chars.next()?;
        let same = if c.is_ascii() {
            c.to_ascii_lowercase() == expected
        } else {
            c == expected || c.to_lowercase().eq([expected])
        };
        if !same {
            return None;
        }
    }
    Some(chars.as_str())
}

/// Whether no word goes on in `rest`: `Les mer-kampanjen` is no link.
fn ends_word(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some('-') => !chars.next().is_some_and(char::is_alphanumeric),
        next => !next.is_some_and(char::is_alphanumeric),
    }
}

/// Whether a line is one that press archives put around an article: `Side 4`, `VG, 06.01.2021 21:14`, `Kilde: VG`,
/// `Nordjyske | 06.01.2021 | Side 4 | 312 ord`.
fn is_archive_line(line: &str) -> bool {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|'))
        .filter(|word| !word.is_empty())
        .collect();
    let Some((first, others)) = words.split_first() else {
        return false;
    };
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |word: &&str| word.starts_with(char::is_uppercase);
    match first.to_lowercase().as_str() {
        "side" => return others.len() == 1 && others.iter().all(is_number),
        "kilde:" | "kjelde:" | "journalist:" => {
            return (1..=LABELLED).contains(&others.len()) && others.iter().all(is_name);
        }
        _ => {}
    }
    let is_day = |word: &&str| !is_number(word) && Date::parse(word).is_some();
    let Some(at) = words.iter().position(is_day) else {
        return false;
    };
    let (names, behind) = (&words[..at], &words[at + 1..]);
    let is_time = |word: &&str| *word == "kl." || rule::is_clock(word);
    line.matches('|').count() > 1
        || at <= LABELLED && names.iter().all(is_name) && behind.iter().all(is_time)
}

/// Whether `block` is boilerplate as one unit: a short line that begins with a phrase of the table, one of a press
/// archive, or the time of an entry of a live blog that stands on a line of its own. Where line breaks were
/// lost a line is no unit.
pub(super) fn is_boilerplate_line(context: &Context<'_>, block: Span) -> bool {
    if block.len() > LINE || context.flat {
        return false;
    }
    let mut tokens = Tokens::new(context.text, block.start(), block.end());
    let first = tokens.next();
    let first = match first {
        Some(token)
            if context
                .lexicon
                .abbreviation(token.core.slice(context.text))
                .is_some() =>
        {
            tokens.next()
        }
        first => first,
    };
    if first.is_some_and(|token| rule::is_clock(token.core.slice(context.text))) {
        return tokens.next().is_none();
    }
    if is_archive_line(block.slice(context.text)) {
        return true;
    }
    // `Foto: Per Ås Artiklen er en del af …`: only the latter part is.
    let has_credit = || {
        Tokens::new(context.text, block.start(), block.end()).any(|token| is_credit(context, token))
    };
    is_boilerplate(context, block) && !has_credit()
}

/// Words of a name that a line of a press archive tells, at most.
const LABELLED: usize = 4;

/// A line of boilerplate that is longer, in bytes, is cut into sentences.
pub(super) const LINE: usize = 160;

/// Phrases that may stand anywhere are looked for in sentences up to this length, in bytes.
const SHORT: usize = 200;

/// `Artiklen fortsætter under billedet.`
pub(super) fn announces_picture(line: &str) -> bool {
    [
        "billedet",
        "billederne",
        "bildet",
        "bildene",
        "biletet",
        "bileta",
    ]
    .iter()
    .any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_archive_line;

    #[test]
    fn lines_of_press_archives_are_known_by_their_form() {
        for line in [
            "Side 4",
            "Kilde: Dagens Næringsliv",
            "Journalist: Kari Nordmann",
            "VG, 06.01.2021 21:14",
            "Bergens Tidende 2021-01-06 kl. 21.14",
            "Nordjyske | 06.01.2021 | Side 4 | 312 ord | ArtikelID: e7",
        ] {
            assert!(is_archive_line(line), "{line}");
        }
        for line in [
            "Side 4 til 6 er borte",
            "Kilde: Ronaldo er klar for Brann",
            "Valget er utsatt til 06.01.2021 på grunn av uvær",
            "Han døde 06.01.2021 etter lang tids sykdom i hjemmet",
            "20210106",
            "Valget utsettes til 06.01.2021",
            "Dette er saken",
        ] {
            assert!(!is_archive_line(line), "{line}");
        }
    }
}
