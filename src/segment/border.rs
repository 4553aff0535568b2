//! The possible borders within a block, left to right.
//!
//! [`walk`] goes over the tokens of a block once, asks for every white space where a sentence may
//! end whether to cut, and remembers what the answer means for the next border: the words since the
//! last cut, and open quotations. A few borders are plain from layout and are settled by a
//! [`Rule`]; the rest is left to the features. The caller decides, so that splitting, explaining
//! and training share this path.

use crate::article::Span;

use super::credit::has_credit_role;
use super::features::{self, Around, Features, First, Quote};
use super::lexicon::{Lexicon, Roles};
use super::rule::{self, Place, Rule};
use super::token::{End, Start, Token, Tokens, is_quote};
use super::vocabulary::Vocabulary;

/// What decides about a border.
#[derive(Debug, Clone, Copy)]
pub(super) enum Evidence {
    /// A rule settles it.
    Rule(Rule),
    /// The model weighs these.
    Features(Features),
}

/// A place where a sentence may end.
#[derive(Debug)]
pub(super) struct Border {
    /// One past the last byte of what stands before.
    pub end: usize,
    /// First byte of what follows.
    pub at: usize,
    /// What decides.
    pub evidence: Evidence,
    /// A quotation is open here.
    pub quoted: bool,
}

/// What holds for a whole text.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub text: &'a str,
    pub flat: bool,
    pub norwegian: bool,
    pub lexicon: Lexicon,
    pub vocabulary: Vocabulary,
}

/// Calls `decide` for every possible border in `block`, in order; it says whether to cut.
pub(super) fn walk(context: &Context<'_>, block: Span, mut decide: impl FnMut(&Border) -> bool) {
    let text = context.text;
    let mut tokens = Tokens::new(text, block.start(), block.end());
    let (Some(mut before), mut after) = (tokens.next(), tokens.next()) else {
        return;
    };
    let mut third = tokens.next();
    let mut state = State::new(block.start());
    state.begin(context, before);
    while let Some(mut next) = after {
        state.add(context, before);
        let closes_alone = state.open.is_some() && is_quotes(text, next);
        if closes_alone {
            // A closing quote on its own: the mark before it decides about what follows it.
            (next.core, next.first, next.last) = (before.core, before.first, before.last);
            next.closes_quote = true;
            next.opens_quote = false;
        }
        let fourth = if third.is_some() { tokens.next() } else { None };
        let border = if closes_alone {
            None
        } else {
            candidate(context, &state, before, [Some(next), third, fourth])
        };
        if border.is_some_and(|border| decide(&border)) {
            state.cut();
            let opening = match third {
                Some(third) if next.is_dash => (third, true),
                _ => (next, false),
            };
            state.begin(context, opening.0);
            if opening.1 {
                state.first = First::Dash;
                state.dash = true;
            }
        } else if next.is_dash && before.last == End::Colon {
            state.dash = true;
        }
        (before, after, third) = (next, third, fourth);
    }
}

/// What is remembered from token to token.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, of which none excludes another"
)]
#[derive(Debug)]
struct State {
    block_start: usize,
    sentence_start: usize,
    since: usize,
    verb: bool,
    first: First,
    /// The sentence began with a dash.
    dash: bool,
    /// The quotation mark that is open.
    open: Option<char>,
    /// Cuts since it was opened.
    open_for: usize,
    /// Words since it was opened.
    open_words: usize,
    /// The last word may be part of a name.
    is_name: bool,
    /// So may the one before.
    after_name: bool,
    /// All words of the sentence so far are in capitals or brackets.
    label: bool,
}

impl State {
    fn new(block_start: usize) -> Self {
        Self {
            block_start,
            sentence_start: block_start,
            since: 0,
            verb: false,
            first: First::Other,
            dash: false,
            open: None,
            open_for: 0,
            open_words: 0,
            is_name: false,
            after_name: false,
            label: true,
        }
    }

    /// A sentence begins with `token`.
    fn begin(&mut self, context: &Context<'_>, token: Token) {
        self.sentence_start = token.start;
        self.first = if token.is_dash {
            First::Dash
        } else if is_credit(context, token) {
            First::Credit
        } else if token.opens_quote {
            First::Quote
        } else {
            match token.first {
                Start::Upper => First::Upper,
                Start::Lower => First::Lower,
                Start::Digit => First::Digit,
                Start::Other => First::Other,
            }
        };
        self.dash = token.is_dash;
    }

    /// `token` belongs to the sentence.
    fn add(&mut self, context: &Context<'_>, token: Token) {
        if !token.is_dash {
            self.since += 1;
        }
        let word = token.core.slice(context.text);
        if token.first == Start::Lower && !self.verb {
            self.verb = context.lexicon.roles(word).has(Roles::VERB);
        }
        self.label = self.label
            && self.since <= 8
            && (features::is_caps(word)
                || token.first == Start::Digit
                || token.opens_bracket
                || token.closes_bracket
                || matches!(word, "/" | "og"));
        self.after_name = self.is_name;
        self.is_name = token.first == Start::Upper && matches!(token.last, End::Bare | End::Period);
        if token.opens_quote || token.closes_quote {
            self.follow_quotes(context.text, token);
        }
        self.open_words += 1;
    }

    fn follow_quotes(&mut self, text: &str, token: Token) {
        let word = Span::of(token.start, token.end).slice(text);
        for (at, c) in word.char_indices().filter(|&(_, c)| is_quote(c)) {
            let before_core = token.start + at < token.core.start();
            match self.open {
                None if before_core || token.core.is_empty() => {
                    self.open = Some(c);
                    self.open_for = 0;
                    self.open_words = 0;
                }
                Some(open) if closes(open, c) && (!before_core || token.core.is_empty()) => {
                    self.open = None;
                }
                // The same mark again: the first one was never closed.
                Some(open) if open == c && before_core && matches!(c, '«' | '„') => {
                    self.open_for = 0;
                    self.open_words = 0;
                }
                _ => {}
            }
        }
    }

    fn quote(&self) -> Quote {
        match self.open {
            Some(_) if self.open_words <= SHORT_QUOTE => Quote::Short,
            Some(_) => Quote::Inside,
            None if self.dash => Quote::Dash,
            None => Quote::Outside,
        }
    }

    fn cut(&mut self) {
        self.since = 0;
        self.verb = false;
        self.label = false;
        self.is_name = false;
        self.open_for += 1;
        if self.open_for > LONGEST_QUOTE {
            self.open = None;
        }
    }
}

/// Words of a quotation that may be a title.
const SHORT_QUOTE: usize = 4;

/// A quotation that is not closed after so many sentences was never meant to be one.
const LONGEST_QUOTE: usize = 12;

/// Whether `c` may close a quotation that `open` opened.
fn closes(open: char, c: char) -> bool {
    match open {
        '«' => c == '»',
        '»' => c == '«',
        '‹' => c == '›',
        '›' => c == '‹',
        '"' | '“' | '”' | '„' | '‟' => matches!(c, '"' | '“' | '”' | '‟'),
        _ => matches!(c, '\'' | '‘' | '’'),
    }
}

/// Whether `token` is nothing but quotation marks.
fn is_quotes(text: &str, token: Token) -> bool {
    let word = Span::of(token.start, token.end).slice(text);
    token.core.is_empty() && word.chars().all(is_quote)
}

/// Whether `token` begins a credit: `Foto:`
pub(super) fn is_credit(context: &Context<'_>, token: Token) -> bool {
    token.first == Start::Upper
        && token.last == End::Colon
        && has_credit_role(context, token.core.slice(context.text))
}

fn candidate(
    context: &Context<'_>,
    state: &State,
    before: Token,
    [next, third, fourth]: [Option<Token>; 3],
) -> Option<Border> {
    let next = next?;
    if before.is_dash {
        return None;
    }
    let dash = next.is_dash && third.is_some();
    let (after, third) = match third {
        Some(third) if next.is_dash => (third, fourth),
        third => (next, third),
    };
    let credit = is_credit(context, next);
    let may_end = match before.last {
        End::Inner => credit && before.closes_bracket,
        // Without a mark only what looks like a beginning is asked about, and where line breaks
        // are kept only behind a credit: a capital is a name there.
        End::Bare => {
            credit
                || after.first == Start::Upper
                    && (context.flat || dash || state.first == First::Credit || state.since == 1)
        }
        End::Closer => credit || after.first == Start::Upper,
        _ => true,
    };
    if !may_end {
        return None;
    }
    let border = |evidence| Border {
        end: before.end,
        at: next.start,
        evidence,
        quoted: state.open.is_some(),
    };
    let rule = rule::of(&Place {
        context,
        before,
        next,
        after,
        dash,
        credit,
        since: state.since,
        label: state.label,
        block_start: state.sentence_start == state.block_start,
        after_name: state.after_name,
        in_title: state.quote() == Quote::Short,
    });
    if let Some(rule) = rule {
        return Some(border(Evidence::Rule(rule)));
    }
    let around = Around {
        text: context.text,
        before,
        after,
        third,
        dash,
        since: state.since,
        verb: state.verb,
        first: state.first,
        quote: state.quote(),
        flat: context.flat,
        norwegian: context.norwegian,
    };
    let features = features::of(&around, context.lexicon, &context.vocabulary);
    Some(border(Evidence::Features(features)))
}
