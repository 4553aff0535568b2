//! What a site adds to an article, told by phrases of a table.
//!
//! In comes a block or a sentence, out comes whether it is boilerplate. The phrases are those of
//! `data/boilerplate_cues.csv`.

use super::border::{Context, is_credit};
use super::lexicon::Place;
use super::rule;
use super::token::Tokens;
use crate::article::Span;

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

/// Whether `block` is boilerplate as one unit: a short line that begins with a phrase of the table,
/// or the time of an entry of a live blog that stands on a line of its own. Where line breaks were
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
    // `Foto: Per Ås Artiklen er en del af …`: only the latter part is.
    let has_credit = || {
        Tokens::new(context.text, block.start(), block.end()).any(|token| is_credit(context, token))
    };
    is_boilerplate(context, block) && !has_credit()
}

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
