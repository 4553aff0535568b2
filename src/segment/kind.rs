//! What each sentence is in the layout: heading, quote, caption, credit, boilerplate or prose.
//!
//! Credits and boilerplate of one line are told before it is split ([`Whole`]): they are never cut.
//! The rest is told here, from the sentences of a block and its neighbours ([`assign`]). Borders do
//! not move here.

use std::ops::Range;

use super::block::Block;
use super::border::{Context, is_credit};
use super::credit::is_address;
use super::lexicon::Roles;
use super::site::{LINE, announces_picture, is_boilerplate};
use super::token::{End, Start, Token, Tokens, is_dash, is_quote};
use super::{Kind, Sentence, rule};
use crate::article::Span;

/// A block with its sentences.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub block: Block,
    /// Indices of its sentences.
    pub sentences: Range<usize>,
    /// It is one unit: a credit or boilerplate.
    pub whole: Option<Whole>,
}

impl Part {
    fn is_credit(&self) -> bool {
        self.whole == Some(Whole::Credit)
    }
}

/// A block that is told from its line, and never cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// A byline, photo credit or signature.
    Credit,
    /// What the site adds.
    Boilerplate,
}

/// Lines longer than this are no item of a list.
const ITEM_BYTES: usize = 200;

/// Sets the kinds of all sentences; they come as prose or credit. `quoted` says of each whether a
/// quotation is open where it begins.
pub(super) fn assign(
    context: &Context<'_>,
    parts: &[Part],
    sentences: &mut [Sentence],
    quoted: &[bool],
) {
    let mut caption_next = false;
    // The mark of a quotation of several lines, such as a song.
    let mut open = None;
    for (index, part) in parts.iter().enumerate() {
        let Some(own) = sentences.get_mut(part.sentences.clone()) else {
            continue;
        };
        let is_caption = std::mem::take(&mut caption_next) && own.len() == 1;
        let first = own
            .first()
            .map_or(part.block.span, |sentence| sentence.span);
        let boilerplate = match part.whole {
            Some(Whole::Credit) => {
                set(own, Kind::Credit);
                if has_caption_before(context, parts, index) {
                    let before = parts.get(index - 1).map(|part| part.sentences.clone());
                    set(
                        before
                            .and_then(|range| sentences.get_mut(range))
                            .unwrap_or_default(),
                        Kind::Caption,
                    );
                }
                continue;
            }
            Some(Whole::Boilerplate) => true,
            // A whole line was asked about before it was split.
            None => {
                own.len() <= 3
                    && (context.flat || first != part.block.span || first.len() > LINE)
                    && is_boilerplate(context, first)
            }
        };
        if boilerplate {
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
        let line = part.block.span.slice(context.text);
        match open.take().filter(|_| !part.block.after_gap) {
            Some(mark) => {
                set(own, Kind::Quote);
                open = Some(mark).filter(|&mark| !closes_in(mark, line));
            }
            None => open = opened_by(line),
        }
        let is_last = parts.len() > 1 && parts.len() - index <= 2;
        mark_credits(context, own, is_last);
    }
}

fn set(sentences: &mut [Sentence], kind: Kind) {
    for sentence in sentences {
        sentence.kind = kind;
    }
}

fn is_heading(context: &Context<'_>, parts: &[Part], index: usize) -> bool {
    let Some(part) = parts.get(index) else {
        return false;
    };
    let span = part.block.span;
    let n_sentences = part.sentences.len();
    let is_title = index == 0;
    let (max_bytes, max_words) = if is_title { (240, 24) } else { (120, 14) };
    if span.len() > max_bytes || parts.len() == 1 || n_sentences > 2 {
        return false;
    }
    let Some(following) = parts
        .get(index + 1..)
        .and_then(|rest| rest.iter().find(|part| !part.is_credit()))
    else {
        return false;
    };
    let tokens: Vec<Token> = Tokens::new(context.text, span.start(), span.end()).collect();
    let Some(last) = tokens.last() else {
        return false;
    };
    if tokens.len() > max_words {
        return false;
    }
    let first = tokens
        .first()
        .map_or("", |token| token.core.slice(context.text));
    if !is_title && (rule::is_clock(first) || is_in_group(context, parts, index)) {
        return false;
    }
    let follows_longer = |times: usize| following.block.span.len() > times * span.len();
    // `… på 7,4 mia. kr.`: an abbreviation may end a heading, but its period may also end a sentence.
    let word = last.core.slice(context.text);
    if n_sentences == 1 && context.lexicon.abbreviation(word).is_some() {
        let has_verb = || {
            tokens.iter().any(|token| {
                let word = token.core.slice(context.text);
                token.first == Start::Lower && context.lexicon.roles(word).has(Roles::VERB)
            })
        };
        return is_title || tokens.len() <= 7 && follows_longer(1) && !has_verb();
    }
    match last.last {
        End::Bare | End::Closer => is_title || n_sentences == 1 && follows_longer(1),
        End::Question | End::Exclaim if n_sentences == 1 => {
            let most = if last.last == End::Question { 7 } else { 4 };
            is_title || tokens.len() <= most && follows_longer(2)
        }
        _ => false,
    }
}

/// Whether the block is a line of a group: an item of a list, a row of a table, a verse. Short lines
/// without a mark then stand close together, or it is the last one before an empty line: a heading
/// stands close to what it is the heading of.
fn is_in_group(context: &Context<'_>, parts: &[Part], index: usize) -> bool {
    let is_close = |index: usize| {
        parts
            .get(index)
            .is_some_and(|part| !part.block.after_gap && !part.is_credit())
    };
    let is_row = |index: usize| {
        parts
            .get(index)
            .is_some_and(|part| !part.is_credit() && is_open_line(context, part))
    };
    let Some(part) = parts.get(index) else {
        return false;
    };
    if part
        .block
        .span
        .slice(context.text)
        .starts_with(['•', '●', '▪', '‣', '◦', '·', '*'])
    {
        return true;
    }
    // The title and what stands close under it are no rows.
    let close_before = index > 1 && is_close(index);
    let gap_after = parts
        .get(index + 1)
        .is_some_and(|part| part.block.after_gap);
    close_before && (gap_after || is_row(index - 1)) || is_close(index + 1) && is_row(index + 1)
}

/// Whether the block is short and ends without a mark.
fn is_open_line(context: &Context<'_>, part: &Part) -> bool {
    let span = part.block.span;
    span.len() <= 120
        && !span
            .slice(context.text)
            .trim_end_matches(|c: char| is_quote(c))
            .ends_with(['.', ',', '!', '?', ':', ';', '…'])
}

/// Whether the credit `index` stands close under a line that stands by itself: a caption.
fn has_caption_before(context: &Context<'_>, parts: &[Part], index: usize) -> bool {
    let Some(before) = index.checked_sub(1).filter(|&before| before > 0) else {
        return false;
    };
    let is_photo = |span: Span| {
        Tokens::new(context.text, span.start(), span.end())
            .take(3)
            .any(|token| is_credit(context, token))
    };
    let credit = parts.get(index).map(|part| part.block);
    parts.get(before).is_some_and(|part| {
        part.whole.is_none() && part.block.after_gap && part.sentences.len() <= LONGEST_CAPTION
    }) && credit.is_some_and(|block| !block.after_gap && is_photo(block.span))
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

/// The mark that opens `line`, when nothing closes it there.
fn opened_by(line: &str) -> Option<char> {
    let mark = line.chars().next().filter(|&c| is_quote(c))?;
    let rest = line.get(mark.len_utf8()..).unwrap_or_default();
    (!closes_in(mark, rest)).then_some(mark)
}

fn closes_in(mark: char, line: &str) -> bool {
    line.chars().any(|c| c_closes(mark, c))
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
            is_credit(context, token) || alone && is_address(token.core.slice(context.text))
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
