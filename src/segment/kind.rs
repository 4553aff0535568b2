//! What each sentence is in the layout: heading, quote, caption, credit, boilerplate or prose.
//!
//! Credits and signatures are told from their line before it is split ([`is_credit_line`]): they
//! are never cut. The rest is told afterwards from the sentences of a block and its neighbours
//! ([`assign`]). Borders do not move here.

use std::ops::Range;

use super::block::Block;
use super::border::Context;
use super::features::is_caps;
use super::lexicon::{Place, Roles};
use super::token::{End, Start, Token, Tokens, is_dash, is_quote};
use super::{Kind, Sentence, rule};
use crate::article::Span;

/// A block with its sentences.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub block: Block,
    /// Indices of its sentences.
    pub sentences: Range<usize>,
    /// It is one credit.
    pub credit: bool,
}

/// Lines longer than this are no credit, in bytes and in words.
const CREDIT_BYTES: usize = 160;
const CREDIT_WORDS: usize = 14;
/// Lines longer than this are no item of a list.
const ITEM_BYTES: usize = 200;
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
    let role = |token: &Token| context.lexicon.roles(token.core.slice(text));
    if first.last == End::Colon && role(&first).has(Roles::CREDIT) {
        return true;
    }
    let ends_open = tokens
        .last()
        .is_some_and(|token| matches!(token.last, End::Bare | End::Closer));
    if !ends_open {
        return false;
    }
    if is_byline(context, &tokens) {
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

/// Whether `word` is an address of electronic mail.
fn is_address(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// `/ritzau/`, `(©NTB)`, `© Ritzau`, `(NTB)`.
fn is_signature(line: &str) -> bool {
    let short = line.len() <= 40;
    (short && line.len() > 2 && line.starts_with('/') && line.ends_with('/'))
        || line.starts_with('©')
        || (short && line.starts_with("(©"))
        || (short
            && line
                .strip_prefix('(')
                .and_then(|rest| rest.strip_suffix(')'))
                .is_some_and(is_caps))
}

/// `Av Kari Nordmann`, `Reportage | Af Line Thorning, Skei`.
fn is_byline(context: &Context<'_>, tokens: &[Token]) -> bool {
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
    let label = tokens.iter().take(at).all(|token| {
        token.last == End::Colon
            || token.core.slice(text) == "|"
            || (token.first == Start::Upper && !role(token).has(Roles::OPENER))
            || at > 1
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

/// Sets the kinds of all sentences; they come as prose or credit. `quoted` says of each whether a
/// quotation is open where it begins.
pub(super) fn assign(
    context: &Context<'_>,
    parts: &[Part],
    sentences: &mut [Sentence],
    quoted: &[bool],
) {
    let mut caption_next = false;
    for (index, part) in parts.iter().enumerate() {
        let Some(own) = sentences.get_mut(part.sentences.clone()) else {
            continue;
        };
        let is_caption = std::mem::take(&mut caption_next) && own.len() == 1;
        if part.credit {
            set(own, Kind::Credit);
            continue;
        }
        let first = own
            .first()
            .map_or(part.block.span, |sentence| sentence.span);
        if own.len() <= 3 && is_boilerplate(context, first) {
            set(own, Kind::Boilerplate);
            caption_next = announces_picture(part.block.span.slice(context.text));
            continue;
        }
        if is_heading(context, parts, index) {
            set(own, Kind::Heading);
            continue;
        }
        if is_caption {
            set(own, Kind::Caption);
            continue;
        }
        if is_item(context, part) && has_item_beside(context, parts, index) {
            continue;
        }
        let quoted = quoted.get(part.sentences.clone()).unwrap_or_default();
        mark_quotes(context, own, quoted);
        let is_last = parts.len() > 1 && parts.len() - index <= 2;
        mark_credits(context, own, is_last);
    }
}

fn set(sentences: &mut [Sentence], kind: Kind) {
    for sentence in sentences {
        sentence.kind = kind;
    }
}

/// Whether a phrase of the table begins `span`, or stands in it if it is short.
fn is_boilerplate(context: &Context<'_>, span: Span) -> bool {
    let text = span.slice(context.text);
    let is_short = text.len() <= SHORT;
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let head: String = text
        .chars()
        .take(if is_short { SHORT } else { LONGEST_CUE })
        .flat_map(char::to_lowercase)
        .collect();
    let first = head.as_bytes().first();
    context
        .lexicon
        .cues
        .iter()
        .any(|&(cue, place)| match place {
            Place::Start => {
                cue.as_bytes().first() == first
                    && head
                        .strip_prefix(cue)
                        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            }
            Place::Anywhere => is_short && head.contains(cue),
            Place::Whole => is_short && head.trim_end_matches(['.', '!', ':', '…', ' ']) == cue,
        })
}

/// Phrases that may stand anywhere are looked for in sentences up to this length, in bytes.
const SHORT: usize = 200;
/// No phrase of the table is longer, in characters.
const LONGEST_CUE: usize = 48;

/// `Artiklen fortsætter under billedet.`
fn announces_picture(line: &str) -> bool {
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

fn is_heading(context: &Context<'_>, parts: &[Part], index: usize) -> bool {
    let Some(part) = parts.get(index) else {
        return false;
    };
    let n_sentences = part.sentences.len();
    let is_title = index == 0;
    let (max_bytes, max_words) = if is_title { (240, 24) } else { (120, 14) };
    if part.block.span.len() > max_bytes || parts.len() == 1 || n_sentences > 2 {
        return false;
    }
    let Some(following) = parts
        .get(index + 1..)
        .and_then(|rest| rest.iter().find(|part| !part.credit))
    else {
        return false;
    };
    let tokens: Vec<Token> =
        Tokens::new(context.text, part.block.span.start(), part.block.span.end()).collect();
    let Some(last) = tokens.last() else {
        return false;
    };
    if tokens.len() > max_words {
        return false;
    }
    let first = tokens
        .first()
        .map_or("", |token| token.core.slice(context.text));
    if !is_title && rule::is_clock(first) {
        return false;
    }
    // A title may end with an abbreviation: `… på 7,4 mia. kr.`
    let word = last.core.slice(context.text);
    if is_title && n_sentences == 1 && context.lexicon.abbreviation(word).is_some() {
        return true;
    }
    match last.last {
        End::Bare | End::Closer => {
            is_title || n_sentences == 1 && following.block.span.len() > part.block.span.len()
        }
        End::Question | End::Exclaim if n_sentences == 1 => {
            is_title
                || (last.last == End::Question
                    && tokens.len() <= 7
                    && following.block.span.len() > 2 * part.block.span.len())
        }
        _ => false,
    }
}

/// Whether the block begins with a dash and ends without a mark: an item of a list.
fn is_item(context: &Context<'_>, part: &Part) -> bool {
    let span = part.block.span;
    let line = span.slice(context.text);
    let mut chars = line.chars();
    span.len() <= ITEM_BYTES
        && chars.next().is_some_and(is_dash)
        && chars.next().is_some_and(char::is_whitespace)
        && line.chars().next_back().is_some_and(char::is_alphanumeric)
}

/// Whether the line before or after, without an empty line between, is an item too.
fn has_item_beside(context: &Context<'_>, parts: &[Part], index: usize) -> bool {
    let before = parts.get(index).is_some_and(|part| !part.block.after_gap)
        && index > 0
        && parts
            .get(index - 1)
            .is_some_and(|part| is_item(context, part));
    let after = parts
        .get(index + 1)
        .is_some_and(|part| !part.block.after_gap && is_item(context, part));
    before || after
}

/// Marks direct speech in the sentences of a block of prose.
fn mark_quotes(context: &Context<'_>, sentences: &mut [Sentence], quoted: &[bool]) {
    let mut in_dash = false;
    for (index, (sentence, &is_quoted)) in sentences.iter_mut().zip(quoted).enumerate() {
        let text = without_time(sentence.span.slice(context.text));
        let mut chars = text.chars();
        let (first, second) = (chars.next(), chars.next());
        let opens_dash = first.is_some_and(is_dash) && second.is_some_and(char::is_whitespace);
        let is_quote = opens_dash
            || in_dash
            || is_quoted
            || first.is_some_and(is_quote) && is_direct_speech(text);
        if is_quote {
            sentence.kind = Kind::Quote;
        }
        // Speech goes on without a new dash only where it began the paragraph.
        in_dash = (in_dash || opens_dash && index == 0) && !is_attributed(context, sentence.span);
    }
}

/// The sentence without the time that begins an entry of a live blog.
fn without_time(sentence: &str) -> &str {
    let is_time = |c: char| c.is_ascii_digit() || matches!(c, '.' | ':');
    match sentence.split_once(' ') {
        Some((time, rest)) if time.len() <= 6 && time.chars().all(is_time) => rest,
        _ => sentence,
    }
}

/// Whether the quotation that begins `sentence` is speech and not a name or a title: it ends with
/// a mark, goes on past the sentence, or is the whole of it.
fn is_direct_speech(sentence: &str) -> bool {
    let mut chars = sentence.char_indices().peekable();
    let Some((_, open)) = chars.next() else {
        return false;
    };
    let mut previous = open;
    let mut n_spaces = 0;
    while let Some((_, c)) = chars.next() {
        let next = chars.peek().map(|&(_, c)| c);
        let is_end = is_quote(c) && c_closes(open, c) && !next.is_some_and(char::is_alphanumeric);
        if is_end {
            let mark = |c: char| matches!(c, ',' | '.' | '!' | '?' | '…');
            return mark(previous)
                || next.is_some_and(mark) && n_spaces >= 1
                || next.is_none() && n_spaces >= 1;
        }
        n_spaces += usize::from(c.is_whitespace());
        previous = c;
    }
    true
}

fn c_closes(open: char, c: char) -> bool {
    match open {
        '«' => c == '»',
        '»' => c == '«',
        '\'' | '‘' | '’' => matches!(c, '\'' | '’'),
        _ => is_quote(c) && !matches!(c, '\'' | '’' | '‘'),
    }
}

/// Whether somebody is said to say it: `…, sier hun.`, `…, hvæsede Limfjordens træner.`
fn is_attributed(context: &Context<'_>, span: Span) -> bool {
    let text = context.text;
    let mut after_mark = false;
    let mut tokens = Tokens::new(text, span.start(), span.end()).peekable();
    while let Some(token) = tokens.next() {
        if after_mark && token.first == Start::Lower {
            let roles = context.lexicon.roles(token.core.slice(text));
            // A verb that is not in the table shows by the person that follows it.
            let person = tokens.peek().is_some_and(|next| {
                next.first == Start::Upper
                    || matches!(
                        next.core.slice(text),
                        "han" | "hun" | "ho" | "hen" | "de" | "dei"
                    )
            });
            let word = !roles.has(Roles::OPENER) && !roles.has(Roles::NONENDER);
            if roles.has(Roles::ATTRIBUTION) || person && word {
                return true;
            }
        }
        after_mark = !matches!(token.last, End::Bare | End::Period | End::Colon);
    }
    false
}

/// Marks credits in a block of prose and what they caption; `is_last` allows boilerplate after it.
fn mark_credits(context: &Context<'_>, sentences: &mut [Sentence], is_last: bool) {
    let mut credit = None;
    let mut behind = false;
    for (index, sentence) in sentences.iter_mut().enumerate() {
        let first = Tokens::new(context.text, sentence.span.start(), sentence.span.end()).next();
        let is_credit = first.is_some_and(|token| {
            let alone = token.end == sentence.span.end();
            super::border::is_credit(context, token)
                || alone && is_address(token.core.slice(context.text))
        });
        if is_credit {
            sentence.kind = Kind::Credit;
            credit.get_or_insert(index);
        } else if (is_last || credit.is_some())
            && (behind || is_boilerplate(context, sentence.span))
        {
            sentence.kind = Kind::Boilerplate;
            behind = true;
        }
    }
    if let Some(credit) = credit {
        let from = if credit <= LONGEST_CAPTION {
            0
        } else {
            credit - 1
        };
        if let Some(caption) = sentences.get_mut(from..credit) {
            set(caption, Kind::Caption);
        }
    }
}

/// A block of more sentences before a credit is prose with a caption run in.
const LONGEST_CAPTION: usize = 3;
