//! Bylines, photo credits and agency signatures, told from their line.
//!
//! A credit is one unit whatever marks it holds, so [`is_credit_line`] is asked before a line is
//! split. Captions are no matter here.

use super::border::Context;
use super::features::is_caps;
use super::lexicon::Roles;
use super::site::is_boilerplate;
use super::token::{End, Start, Token, Tokens};
use crate::article::Span;

/// Lines longer than this are no credit, in bytes and in words.
const CREDIT_BYTES: usize = 160;
const CREDIT_WORDS: usize = 14;
/// Blocks at the top of an article among which names alone are a byline.
const TOP: usize = 6;

/// Whether the block is a byline, a photo credit or an agency's signature. `index` is its place in
/// the text, `after_credit` whether the block before is a credit.
pub(super) fn is_credit_line(
    context: &Context<'_>,
    block: Span,
    index: usize,
    after_credit: bool,
) -> bool {
    if block.len() > CREDIT_BYTES {
        return false;
    }
    let text = context.text;
    let line = block.slice(text);
    let tokens: Vec<Token> = Tokens::new(text, block.start(), block.end()).collect();
    if tokens.len() > CREDIT_WORDS {
        return false;
    }
    if is_signature(line) {
        return true;
    }
    let has_address = tokens
        .iter()
        .any(|token| is_address(token.core.slice(text)));
    if has_address && tokens.len() <= 8 && !is_boilerplate(context, block) {
        return true;
    }
    let Some(first) = tokens.first().copied() else {
        return false;
    };
    if is_label(context, &tokens) || is_photographer(context, &tokens) {
        return true;
    }
    let ends_open = tokens
        .last()
        .is_some_and(|token| matches!(token.last, End::Bare | End::Closer));
    if !ends_open {
        return false;
    }
    if is_byline(context, &tokens, index) {
        return true;
    }
    // A place and an agency alone: `STAVANGER (NTB)`.
    let is_place = is_caps(first.core.slice(text))
        && tokens.len() <= 4
        && tokens.get(1).is_some_and(|token| token.opens_bracket)
        && tokens.last().is_some_and(|token| token.closes_bracket);
    if is_place {
        return true;
    }
    if after_credit && tokens.len() <= 3 && tokens.iter().all(|token| token.first == Start::Lower) {
        return true;
    }
    (1..TOP).contains(&index) && is_names(context, &tokens)
}

/// `Foto:`, `Tekst og foto:`, `Foto/video:`.
fn is_label(context: &Context<'_>, tokens: &[Token]) -> bool {
    let text = context.text;
    let Some(at) = tokens
        .iter()
        .take(LABEL_WORDS)
        .position(|token| token.last == End::Colon)
    else {
        return false;
    };
    let joins = |token: &Token| matches!(token.core.slice(text), "og" | "&" | "/");
    let has_role = |token: &Token| has_credit_role(context, token.core.slice(text));
    tokens
        .first()
        .is_some_and(|first| first.first == Start::Upper)
        && tokens.get(at).is_some_and(has_role)
        && tokens
            .iter()
            .take(at)
            .all(|token| has_role(token) || joins(token))
}

/// `Foto Kari Anne Bø`: the label without its colon, and a name.
fn is_photographer(context: &Context<'_>, tokens: &[Token]) -> bool {
    let Some((label, name)) = tokens.split_first() else {
        return false;
    };
    label.first == Start::Upper
        && label.last == End::Bare
        && (2..=5).contains(&name.len())
        && name.iter().all(|token| token.first == Start::Upper)
        && has_credit_role(context, label.core.slice(context.text))
}

/// Whether each part of `word` (`Foto`, `Tekst/foto`) begins a credit.
pub(super) fn has_credit_role(context: &Context<'_>, word: &str) -> bool {
    word.len() <= 40
        && word
            .split('/')
            .all(|part| context.lexicon.roles(part).has(Roles::CREDIT))
}

/// A label of a credit has no more words.
const LABEL_WORDS: usize = 4;

/// Whether `word` is an address of electronic mail.
pub(super) fn is_address(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// `/ritzau/`, `/NTB`, `(©NTB)`, `© Ritzau`, `(NTB)`.
fn is_signature(line: &str) -> bool {
    let short = line.len() <= 40;
    let agency = line.strip_prefix('/').filter(|rest| rest.len() > 1);
    (short && agency.is_some_and(is_agency))
        || line.starts_with('©')
        || (short && line.starts_with("(©"))
        || (short
            && line
                .strip_prefix('(')
                .and_then(|rest| rest.strip_suffix(')'))
                .is_some_and(is_caps))
}

/// What stands after the first slash of a signature: `ritzau/`, `ritzau/AFP`, `NTB`.
fn is_agency(rest: &str) -> bool {
    rest.ends_with('/')
        || !rest.contains(char::is_whitespace) && (rest.contains('/') || is_caps(rest))
}

/// `Av Kari Nordmann`, `Reportage | Af Line Thorning, Skei`. In a title, and before a preposition that begins
/// sentences too, what stands before it must be a label: *Skred ved Tromsø* is none of these.
fn is_byline(context: &Context<'_>, tokens: &[Token], index: usize) -> bool {
    let text = context.text;
    let role = |token: &Token| context.lexicon.roles(token.core.slice(text));
    let Some(at) = tokens
        .iter()
        .take(4)
        .position(|token| role(token).has(Roles::BYLINE))
    else {
        return false;
    };
    let Some((by, names)) = tokens.get(at).zip(tokens.get(at + 1..)) else {
        return false;
    };
    let opens = by.first == Start::Upper || at > 0;
    let strict = index == 0 || role(by).has(Roles::OPENER);
    let label = tokens.iter().take(at).all(|token| {
        let is_label = token.last == End::Colon || token.core.slice(text) == "|";
        if strict {
            return is_label || has_credit_role(context, token.core.slice(text));
        }
        is_label || (token.first == Start::Upper && !role(token).has(Roles::OPENER)) || at > 1
    });
    opens
        && label
        && names.iter().any(|token| token.first == Start::Upper)
        && !names.iter().any(|token| role(token).has(Roles::VERB))
        && names
            .iter()
            .filter(|token| token.first == Start::Upper)
            .count()
            * 2
            >= names.len()
}

/// `Kari Anne Bø`, `TRYGVE ÅS (foto)`, `Elin Ås, korrespondent`.
fn is_names(context: &Context<'_>, tokens: &[Token]) -> bool {
    let text = context.text;
    let mut n_names = 0;
    let mut role_follows = false;
    for token in tokens {
        let word = token.core.slice(text);
        if token.opens_bracket || token.closes_bracket {
            role_follows = token.last == End::Inner;
        } else if token.first == Start::Upper {
            if context.lexicon.roles(word).has(Roles::OPENER) {
                return false;
            }
            n_names += 1;
            role_follows = token.last == End::Inner;
        } else if token.first == Start::Lower && (role_follows || word == "og") {
            // A function after the name: `, korrespondent`.
        } else {
            return false;
        }
    }
    (2..=8).contains(&n_names)
}
