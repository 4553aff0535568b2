//! Numbers, dates and clock times as values.
//!
//! Newsrooms write the same amount as `1.100`, `1 100`, `1100` or `elleve hundre`, the same time as
//! `kl. 20.24` or `20:24`. This module reads figures and number words of the three languages; it does
//! not judge whether two values that differ are meant to be the same.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::error::Error;
use crate::tables;

static WORDS: LazyLock<Result<FxHashMap<String, Numeral>, Error>> = LazyLock::new(read_words);
static WEEKDAYS: LazyLock<Result<FxHashSet<String>, Error>> = LazyLock::new(read_weekdays);
static MONTHS: LazyLock<Result<FxHashMap<String, u8>, Error>> = LazyLock::new(read_months);

/// What a number word does in a composed numeral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Class {
    /// 0 to 19, and one and a half.
    Unit,
    /// 20, 30 … 90.
    Ten,
    /// 21 … 99 in one word.
    Composed,
    /// 100; multiplies what stands before it.
    Hundred,
    /// 1000, a million, a dozen; multiplies everything before it.
    Scale,
    /// first, third …
    Ordinal,
    /// The whole of which it is a part: a third 3.
    Part,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Numeral {
    pub(super) value: f64,
    pub(super) class: Class,
}

#[derive(Deserialize)]
struct NumeralRow {
    word: String,
    value: f64,
    class: Class,
}

#[derive(Deserialize)]
struct WeekdayRow {
    word: String,
}

#[derive(Deserialize)]
struct MonthRow {
    month: u8,
    word: String,
}

fn read_words() -> Result<FxHashMap<String, Numeral>, Error> {
    let rows: Vec<NumeralRow> = tables::NUMERALS.rows()?;
    Ok(rows
        .into_iter()
        .map(|row| {
            (
                row.word,
                Numeral {
                    value: row.value,
                    class: row.class,
                },
            )
        })
        .collect())
}

fn read_weekdays() -> Result<FxHashSet<String>, Error> {
    let rows: Vec<WeekdayRow> = tables::WEEKDAYS.rows()?;
    Ok(rows.into_iter().map(|row| row.word).collect())
}

fn read_months() -> Result<FxHashMap<String, u8>, Error> {
    let rows: Vec<MonthRow> = tables::MONTHS.rows()?;
    Ok(rows.into_iter().map(|row| (row.word, row.month)).collect())
}

/// Checks the tables of numerals, days of the week and months.
///
/// # Errors
/// [`Error::Format`] when a row is not understood.
pub(crate) fn check() -> Result<(), Error> {
    read_words()?;
    read_weekdays()?;
    read_months().map(|_| ())
}

/// The number word `word` (lower case, NFC).
pub(super) fn word(word: &str) -> Option<Numeral> {
    WORDS.as_ref().ok()?.get(word).copied()
}

/// Whether `word` (lower case, NFC) is a day of the week.
pub(crate) fn is_weekday(word: &str) -> bool {
    WEEKDAYS.as_ref().is_ok_and(|days| days.contains(word))
}

/// The month 1..=12 that `word` (lower case, NFC) names.
pub(crate) fn month(word: &str) -> Option<u8> {
    MONTHS.as_ref().ok()?.get(word).copied()
}

/// A value as it stands in figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Figure {
    Number(f64),
    /// Hour 0..=24, minute 0..=59.
    Clock(u8, u8),
    /// Day 1..=31, month 1..=12.
    Day(u8, u8),
}

/// Reads the figure at the start of `text`, which begins with a digit; returns it with its length in bytes.
///
/// A dot or a space (also a no-break space) before exactly three digits groups thousands, a comma before
/// digits is the decimal sign, and `20.24` or `20:24` is a clock time.
pub(super) fn figure(text: &str) -> (Figure, usize) {
    let bytes = text.as_bytes();
    let digits = |from: usize| -> usize {
        bytes
            .iter()
            .skip(from)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let first = digits(0);
    if let Some(found) = day(text, first) {
        return found;
    }
    if let Some(found) = clock(text, first) {
        return found;
    }
    let mut end = first;
    let mut plain: String = text.get(..first).unwrap_or_default().to_owned();
    if first <= 3 {
        while let Some(separator) = group_separator(text, end) {
            let from = end + separator;
            if digits(from) != 3 {
                break;
            }
            plain.push_str(text.get(from..from + 3).unwrap_or_default());
            end = from + 3;
        }
    }
    let decimal =
        matches!(bytes.get(end), Some(b',')) || (end == first && bytes.get(end) == Some(&b'.'));
    let decimals = if decimal { digits(end + 1) } else { 0 };
    if decimals > 0 {
        plain.push('.');
        plain.push_str(text.get(end + 1..end + 1 + decimals).unwrap_or_default());
        end += 1 + decimals;
    }
    (Figure::Number(plain.parse().unwrap_or(f64::INFINITY)), end)
}

/// Length in bytes of the character at `at` when it may stand between groups of three digits.
fn group_separator(text: &str, at: usize) -> Option<usize> {
    let next = text.get(at..)?.chars().next()?;
    matches!(next, '.' | ' ' | '\u{a0}' | '\u{202f}').then_some(next.len_utf8())
}

fn number_at(
    text: &str,
    from: usize,
    lengths: std::ops::RangeInclusive<usize>,
) -> Option<(u32, usize)> {
    let rest = text.get(from..)?;
    let n = rest.bytes().take_while(u8::is_ascii_digit).count();
    let value = rest.get(..n)?.parse().ok()?;
    lengths.contains(&n).then_some((value, from + n))
}

/// Reads the day at the start of `text` that has no year, with its length in bytes: `12/6` or `12.6.` behind the word
/// `before` (lower case), which is an article or a day of the week. Elsewhere they may be a share or a number.
pub(super) fn short_day(before: &str, text: &str) -> Option<(Figure, usize)> {
    if !matches!(before, "den" | "d") && !is_weekday(before) {
        return None;
    }
    let (day, first) = number_at(text, 0, 1..=2)?;
    let (month, end) = number_at(text, first + 1, 1..=2)?;
    let fits = match text.as_bytes().get(first)? {
        b'/' => true,
        b'.' => text.as_bytes().get(end) == Some(&b'.'),
        _ => false,
    };
    let has_year = self::day(text, first).is_some();
    Some((
        figure_of_day(day, month).filter(|_| fits && !has_year)?,
        end,
    ))
}

fn figure_of_day(day: u32, month: u32) -> Option<Figure> {
    let is_day = (1..=31).contains(&day) && (1..=12).contains(&month);
    is_day.then_some(Figure::Day(
        u8::try_from(day).ok()?,
        u8::try_from(month).ok()?,
    ))
}

/// `20.24`, `20:24`, `20.24.30`.
fn clock(text: &str, first: usize) -> Option<(Figure, usize)> {
    let (hour, _) = number_at(text, 0, 1..=2)?;
    let sign = *text.as_bytes().get(first)?;
    if !(sign == b':' || sign == b'.' && first == 2) {
        return None;
    }
    let (minute, end) = number_at(text, first + 1, 2..=2)?;
    let percent = text.get(end..).is_some_and(|rest| {
        let rest = rest.trim_start();
        ["%", "prosent", "procent", "pst", "pct"]
            .iter()
            .any(|unit| rest.starts_with(unit))
    });
    let more =
        matches!(text.as_bytes().get(end), Some(b',')) && number_at(text, end + 1, 1..=9).is_some();
    (hour <= 24 && minute < 60 && !percent && !more).then(|| {
        let clock = Figure::Clock(
            u8::try_from(hour).unwrap_or(0),
            u8::try_from(minute).unwrap_or(0),
        );
        (clock, end)
    })
}

/// `06.01.2021`, `6.1.21`, `6/1-2021`; the year is dropped.
fn day(text: &str, first: usize) -> Option<(Figure, usize)> {
    let bytes = text.as_bytes();
    let (day, _) = number_at(text, 0, 1..=2)?;
    let sign = *bytes.get(first)?;
    if !matches!(sign, b'.' | b'/') {
        return None;
    }
    let (month, end) = number_at(text, first + 1, 1..=2)?;
    if !matches!(bytes.get(end), Some(b'.' | b'/' | b'-')) {
        return None;
    }
    let (_, end) = number_at(text, end + 1, 2..=4)?;
    Some((figure_of_day(day, month)?, end))
}

/// The canonical form of a number: decimal figures, a point for the decimal sign, no thousands signs.
pub(crate) fn canonical(value: f64) -> String {
    format!("{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_by_value() {
        for (text, expected) in [
            ("1.100 soldater", Figure::Number(1100.0)),
            ("1 100", Figure::Number(1100.0)),
            ("112\u{a0}000 kunder", Figure::Number(112_000.0)),
            ("4,75 prosent", Figure::Number(4.75)),
            ("20.24 norsk tid", Figure::Clock(20, 24)),
            ("9:05", Figure::Clock(9, 5)),
            ("06.01.2021", Figure::Day(6, 1)),
            ("2021", Figure::Number(2021.0)),
            ("12.50 %", Figure::Number(12.5)),
            ("1.250.000 kr", Figure::Number(1_250_000.0)),
            ("8000", Figure::Number(8000.0)),
            ("3,2 millioner", Figure::Number(3.2)),
            ("5. årgang", Figure::Number(5.0)),
        ] {
            assert_eq!(figure(text).0, expected, "{text}");
        }
    }

    #[test]
    fn a_figure_ends_where_its_digits_end() {
        assert_eq!(figure("1.100.").1, 5);
        assert_eq!(figure("20.24.").1, 5);
        assert_eq!(figure("12, sier").1, 2);
        assert_eq!(figure("2021 200").1, 4);
    }

    #[test]
    fn days_without_a_year_stand_behind_an_article_or_a_day_of_the_week() {
        let read = |before, text| short_day(before, text).map(|(figure, _)| figure);
        for (before, text) in [("den", "12/6"), ("d", "12/6 i"), ("tysdag", "12.6. i")] {
            assert_eq!(read(before, text), Some(Figure::Day(12, 6)), "{text}");
        }
        for (before, text) in [
            ("dag", "1/2 tablett"),
            ("den", "12.6 mil"),
            ("den", "12/16"),
            ("den", "12/6-2021"),
            ("den", "12.6.21"),
            ("den", "12. juni"),
        ] {
            assert_eq!(read(before, text), None, "{before} {text}");
        }
        assert_eq!(figure("12/6-2021"), (Figure::Day(12, 6), 9));
    }

    #[test]
    fn the_tables_are_well_formed() {
        check().unwrap();
        assert!(word("toogtyve").is_some_and(|numeral| (numeral.value - 22.0).abs() < 1e-9));
        assert_eq!(month("marts"), month("mars"));
    }
}
