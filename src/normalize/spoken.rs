//! Clock times and shares in words: `halv seks`, `kvart over fire`, `tre av fire`, `to tredjedele`, `hver femte`.

use super::numeral::{self, Class};
use super::token::Raw;
use super::{lower, small, whole};

/// A time of a clock of twelve hours as the two that it may be: half five is `04:30/16:30`.
/// `told` says that `klokken` stands before it.
pub(super) fn clock(rest: &[Raw], told: bool) -> Option<(String, usize)> {
    let (past, at) = minutes(rest, told)?;
    let is_half = lower(rest.get(at)) == Some("halv");
    let hour_at = at + usize::from(is_half);
    let (value, used) = small(rest.get(hour_at..)?)?;
    let hour = whole(value).filter(|hour| (1..=12).contains(hour))?;
    if !is_half && at == 0 {
        return None;
    }
    // Half six is half an hour before six.
    let minute = i64::from(hour) * 60 - if is_half { 30 } else { 0 } + past;
    Some((either(minute), hour_at + used))
}

/// The time that is so many minutes past twelve, by night or by day.
pub(super) fn either(minutes: i64) -> String {
    let (hour, minute) = (
        minutes.div_euclid(60).rem_euclid(12),
        minutes.rem_euclid(60),
    );
    format!("{hour:02}:{minute:02}/{:02}:{minute:02}", hour + 12)
}

/// The minutes past (below 0: before) the hour that `rest` begins with, and the number of words that say it: `kvart
/// over`, `ti minutter på`; 0 when there are none. Minutes without a quarter, the word minutes or a half hour behind
/// them (`fem i fire`) may be anything, unless it is `told` that they are of the clock.
fn minutes(rest: &[Raw], told: bool) -> Option<(i64, usize)> {
    let is_quarter = matches!(lower(rest.first()), Some("kvart" | "kvarter"));
    let (value, mut used) = if is_quarter {
        (15.0, 1)
    } else if lower(rest.first()) == Some("halv") {
        return Some((0, 0));
    } else {
        small(rest)?
    };
    let minutes = i64::from(whole(value).filter(|minutes| (1..30).contains(minutes))?);
    let is_minutes = matches!(
        lower(rest.get(used)),
        Some("minutt" | "minutter" | "minuttar")
    );
    used += usize::from(is_minutes);
    let sign = match lower(rest.get(used))? {
        "over" => 1,
        "på" | "i" => -1,
        _ => return None,
    };
    let is_half = lower(rest.get(used + 1)) == Some("halv");
    (told || is_quarter || is_minutes || is_half).then_some((sign * minutes, used + 1))
}

/// A share of all.
pub(super) struct Share {
    pub(super) percent: f64,
    /// The number of those it is, where it is counted: three of four.
    pub(super) count: Option<f64>,
    /// Words that tell the number.
    pub(super) counted: usize,
    /// Words that tell the share, with those that tell the number.
    pub(super) used: usize,
}

/// A share in words: `tre av fire` 75 %, `en tredjedel` 33 %, `hver femte` 20 %, `halvparten` 50 %.
pub(super) fn share(rest: &[Raw]) -> Option<Share> {
    let percent = |part: f64, of: f64| (100.0 * part / of).round();
    if let Some((part, counted, of, used)) = part_of_whole(rest) {
        return Some(Share {
            percent: percent(part, of),
            count: Some(part),
            counted,
            used,
        });
    }
    let (part, of, used) = fraction(rest).or_else(|| every(rest))?;
    Some(Share {
        percent: percent(part, of),
        count: None,
        counted: 0,
        used,
    })
}

fn part(raw: Option<&Raw>) -> Option<f64> {
    let found = numeral::word(lower(raw)?)?;
    (found.class == Class::Part).then_some(found.value)
}

/// `halvparten`, `en tredjedel`, `to tredjedele`.
fn fraction(rest: &[Raw]) -> Option<(f64, f64, usize)> {
    if let Some(of) = part(rest.first()) {
        return Some((1.0, of, 1));
    }
    let (numerator, used) = numerator(rest)?;
    let of = part(rest.get(used)).filter(|&of| numerator < of)?;
    Some((numerator, of, used + 1))
}

/// A number word or figure, one among them.
fn numerator(rest: &[Raw]) -> Option<(f64, usize)> {
    if matches!(
        lower(rest.first()),
        Some("en" | "én" | "et" | "ett" | "ein" | "éin" | "eit" | "eitt" | "ei")
    ) {
        return Some((1.0, 1));
    }
    small(rest).filter(|(value, _)| value.fract() == 0.0)
}

/// `tre av fire`, `én ud af ti`: of so few that it is a share, not a count. The part, the words that tell it, the whole
/// and all words.
fn part_of_whole(rest: &[Raw]) -> Option<(f64, usize, f64, usize)> {
    let (part, counted) = numerator(rest)?;
    let out = usize::from(matches!(lower(rest.get(counted)), Some("ut" | "ud")));
    let of_at = counted + out;
    if !matches!(lower(rest.get(of_at)), Some("av" | "af")) {
        return None;
    }
    let (of, n) = small(rest.get(of_at + 1..)?)?;
    let is_share = [3.0, 4.0, 5.0, 10.0].contains(&of) && part > 0.0 && part < of;
    is_share.then_some((part, counted, of, of_at + 1 + n))
}

/// `hver femte`, but not of times: `hver femte uge`.
fn every(rest: &[Raw]) -> Option<(f64, f64, usize)> {
    if !matches!(
        lower(rest.first()),
        Some("hver" | "hvert" | "kvar" | "kvart")
    ) {
        return None;
    }
    let ordinal = numeral::word(lower(rest.get(1))?)?;
    let is_share = ordinal.class == Class::Ordinal && (3.0..=10.0).contains(&ordinal.value);
    let of_time = lower(rest.get(2)).is_some_and(is_time);
    (is_share && !of_time).then_some((1.0, ordinal.value, 2))
}

/// Whether a word in the singular is a span of time or a turn.
fn is_time(word: &str) -> bool {
    matches!(
        word,
        "sekund"
            | "minut"
            | "minutt"
            | "time"
            | "dag"
            | "døgn"
            | "døger"
            | "natt"
            | "nat"
            | "kveld"
            | "aften"
            | "uge"
            | "uke"
            | "veke"
            | "måned"
            | "månad"
            | "år"
            | "gang"
            | "gong"
    )
}
