//! Borders that are plain without the model.
//!
//! A [`Rule`] settles a border where layout or an abbreviation leaves no doubt, so that it does not
//! hang on what the treebanks happen to hold. Everything that needs weighing is left to the model:
//! [`of`] then gives `None`.

use super::border::{Context, is_credit};
use super::lexicon::{Abbreviation, Roles};
use super::token::{End, Start, Token};

/// A reason that settles a border without the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Only no-break spaces stand between the words, and no final mark: keep.
    NoBreakSpace,
    /// The time that begins an entry of a live blog: keep.
    TimeLabel,
    /// The place and agency that begin a report, or another label in capitals: keep.
    Dateline,
    /// The number that begins an item or a heading: keep.
    Enumerator,
    /// `Foto:` follows: cut.
    Credit,
    /// `Foto:` stands before: keep.
    CreditLabel,
    /// An abbreviation that ends no sentence stands before: keep.
    Abbreviation,
    /// An initial before a name: keep.
    Initial,
    /// A colon in a title between quotes: keep.
    Title,
    /// A small letter follows another mark than a period: keep.
    SmallLetter,
    /// A question or an exclamation before a capital: cut.
    Question,
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
            Self::CreditLabel => "label of a credit",
            Self::Abbreviation => "abbreviation",
            Self::Initial => "initial of a name",
            Self::Title => "colon in a title",
            Self::SmallLetter => "a small letter follows",
            Self::Question => "question or exclamation before a capital",
        }
    }

    /// Whether it cuts.
    pub(super) fn cuts(self) -> bool {
        matches!(self, Self::Credit | Self::Question)
    }
}

/// What a rule looks at.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, of which none excludes another"
)]
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub context: &'a Context<'a>,
    /// The token before the border.
    pub before: Token,
    /// The token after it.
    pub next: Token,
    /// The token after it, or after the dash that follows it.
    pub after: Token,
    /// A dash follows.
    pub dash: bool,
    /// The label of a credit follows.
    pub credit: bool,
    /// Words since the last border.
    pub since: usize,
    /// All of them are in capitals, digits or brackets.
    pub label: bool,
    /// The sentence began with the block.
    pub block_start: bool,
    /// The word before the last may be part of a name.
    pub after_name: bool,
    /// A quotation was opened a few words before.
    pub in_title: bool,
}

/// The rule that settles a border, if any.
pub(super) fn of(place: &Place<'_>) -> Option<Rule> {
    let before = place.before;
    // After a final mark it is but a space: content management systems put it between any two sentences.
    if place.next.glued && matches!(before.last, End::Bare | End::Closer | End::Inner) {
        return Some(Rule::NoBreakSpace);
    }
    if is_credit(place.context, before) {
        return Some(Rule::CreditLabel);
    }
    if place.credit {
        return Some(Rule::Credit);
    }
    if place.block_start && place.since == 1 {
        // `1) Varme klær`
        if before.closes_bracket
            && !before.opens_bracket
            && before.first == Start::Digit
            && before.core.len() <= 3
        {
            return Some(Rule::Enumerator);
        }
        let word = before.core.slice(place.context.text);
        if is_clock(word) {
            return Some(Rule::TimeLabel);
        }
        if before.last == End::Period && before.first == Start::Digit && word.len() <= 3 {
            return Some(Rule::Enumerator);
        }
    }
    let small = place.after.first == Start::Lower;
    match before.last {
        End::Colon if place.label && place.block_start => Some(Rule::Dateline),
        End::Colon if place.in_title && !place.next.opens_quote && !place.dash => Some(Rule::Title),
        End::Colon | End::Ellipsis if small => Some(Rule::SmallLetter),
        End::Question | End::Exclaim => question(place, small),
        End::Period if !before.closes_quote && !before.closes_bracket => period(place),
        _ => None,
    }
}

fn question(place: &Place<'_>, small: bool) -> Option<Rule> {
    if small {
        return Some(Rule::SmallLetter);
    }
    let plain = !place.before.closes_quote
        && !place.before.closes_bracket
        && !place.next.opens_bracket
        && place.after.first == Start::Upper;
    plain.then_some(Rule::Question)
}

fn period(place: &Place<'_>) -> Option<Rule> {
    let word = place.before.core.slice(place.context.text);
    let roles = |token: Token| {
        place
            .context
            .lexicon
            .roles(token.core.slice(place.context.text))
    };
    let name_follows =
        !place.dash && place.after.first == Start::Upper && !roles(place.after).has(Roles::OPENER);
    match place.context.lexicon.abbreviation(word) {
        Some(Abbreviation::Inner) if !place.dash => return Some(Rule::Abbreviation),
        Some(Abbreviation::Title) if name_follows => return Some(Rule::Abbreviation),
        Some(Abbreviation::Number | Abbreviation::Date)
            if !place.dash && place.after.first == Start::Digit =>
        {
            return Some(Rule::Abbreviation);
        }
        _ => {}
    }
    // `J. K. Bø`, `Inge D. Ås`, `H.L. Hansen`: an initial of a name, another one or a name follows.
    let next_word = place.after.core.slice(place.context.text);
    let initials_follow = !place.dash && place.after.last == End::Period && is_initial(next_word);
    let in_name = place.after_name || place.since == 1;
    let name = if is_initial(word) {
        initials_follow || in_name && name_follows
    } else {
        place.since == 1 && name_follows && word.split('.').all(is_initial)
    };
    (name && !place.next.opens_quote).then_some(Rule::Initial)
}

/// Whether `word` is one capital letter.
fn is_initial(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
}

/// Whether `word` is a time of day: `14.51`, `9:05`.
pub(super) fn is_clock(word: &str) -> bool {
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
