//! The possible borders within a block, left to right.
//!
//! [`walk`] goes over the tokens of a block once, asks for every white space where a sentence may
//! end whether to cut, and remembers what the answer means for the next border: the words since the
//! last cut, and open quotations. A few borders are plain from layout and are settled by a
//! [`Rule`]; the rest is left to the features. The caller decides, so that splitting, explaining
//! and training share this path.

use crate::article::Span;

use super::features::{self, Around, Features, First, Quote};
use super::lexicon::{Lexicon, Roles};
use super::token::{End, Start, Token, Tokens, is_quote};
use super::vocabulary::Vocabulary;

/// A reason that settles a border without the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Only no-break spaces stand between the words: keep.
    NoBreakSpace,
    /// The time that begins an entry of a live blog: keep.
    TimeLabel,
    /// The place and agency that begin a report, or another label in capitals: keep.
    Dateline,
    /// The number that begins an item or a heading: keep.
    Enumerator,
    /// `Foto:` follows: cut.
    Credit,
}

impl Rule {
    /// The name that explanations show.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::NoBreakSpace => "no-break space",
            Self::TimeLabel => "time label",
            Self::Dateline => "dateline or label in capitals",
            Self::Enumerator => "number of an item",
            Self::Credit => "a credit follows",
        }
    }

    /// Whether it cuts.
    pub(super) fn cuts(self) -> bool {
        matches!(self, Self::Credit)
    }
}

/// A place where a sentence may end.
#[derive(Debug)]
pub(super) struct Border {
    /// One past the last byte of what stands before.
    pub end: usize,
    /// First byte of what follows.
    pub at: usize,
    /// The rule that settles it, if any.
    pub rule: Option<Rule>,
    /// What the model weighs.
    pub features: Features,
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
    while let Some(next) = after {
        state.add(context, before);
        let fourth = if third.is_some() { tokens.next() } else { None };
        let border = candidate(context, &state, before, [Some(next), third, fourth]);
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
        if token.opens_quote || token.closes_quote {
            self.follow_quotes(context.text, token);
        }
    }

    fn follow_quotes(&mut self, text: &str, token: Token) {
        let word = Span::of(token.start, token.end).slice(text);
        for (at, c) in word.char_indices().filter(|&(_, c)| is_quote(c)) {
            let before_core = token.start + at < token.core.start();
            match self.open {
                None if before_core || token.core.is_empty() => {
                    self.open = Some(c);
                    self.open_for = 0;
                }
                Some(open) if closes(open, c) && (!before_core || token.core.is_empty()) => {
                    self.open = None;
                }
                _ => {}
            }
        }
    }

    fn cut(&mut self) {
        self.since = 0;
        self.verb = false;
        self.label = false;
        self.open_for += 1;
        if self.open_for > LONGEST_QUOTE {
            self.open = None;
        }
    }
}

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

fn is_credit(context: &Context<'_>, token: Token) -> bool {
    token.first == Start::Upper
        && token.last == End::Colon
        && context
            .lexicon
            .roles(token.core.slice(context.text))
            .has(Roles::CREDIT)
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
        // Without a mark only what looks like a beginning is asked about.
        End::Bare | End::Closer => credit || after.first == Start::Upper,
        _ => true,
    };
    if !may_end {
        return None;
    }
    let rule = rule(context, state, before, next, credit);
    let around = Around {
        text: context.text,
        before,
        after,
        third,
        dash,
        since: state.since,
        verb: state.verb,
        first: state.first,
        quote: if state.open.is_some() {
            Quote::Inside
        } else if state.dash {
            Quote::Dash
        } else {
            Quote::Outside
        },
        flat: context.flat,
        norwegian: context.norwegian,
    };
    Some(Border {
        end: before.end,
        at: next.start,
        rule,
        features: features::of(&around, context.lexicon, &context.vocabulary),
        quoted: state.open.is_some(),
    })
}

fn rule(
    context: &Context<'_>,
    state: &State,
    before: Token,
    next: Token,
    credit: bool,
) -> Option<Rule> {
    let word = before.core.slice(context.text);
    let at_block_start = state.sentence_start == state.block_start;
    if next.glued {
        Some(Rule::NoBreakSpace)
    } else if credit && before.last != End::Colon {
        Some(Rule::Credit)
    } else if at_block_start && state.since == 1 && is_clock(word) {
        Some(Rule::TimeLabel)
    } else if state.since == 1
        && at_block_start
        && before.last == End::Period
        && before.first == Start::Digit
        && word.len() <= 3
    {
        Some(Rule::Enumerator)
    } else if before.last == End::Colon && state.label && at_block_start {
        Some(Rule::Dateline)
    } else {
        None
    }
}

/// Whether `word` is a time of day: `14.51`, `9:05`.
fn is_clock(word: &str) -> bool {
    let Some((hours, minutes)) = word.split_once(['.', ':']) else {
        return false;
    };
    let digits = |part: &str, most| {
        (1..=2).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|number| number < most)
    };
    minutes.len() == 2 && digits(hours, 25) && digits(minutes, 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        assert!(is_clock("14.51") && is_clock("9:05") && is_clock("00.30"));
        assert!(!is_clock("1.100") && !is_clock("61.30") && !is_clock("14"));
    }
}
