//! Articles, and the spans that point into them.
//!
//! An [`Article`] holds its text as it was decoded from the file; nothing after `read` changes it.
//! Every later stage points into it with a [`Span`] in bytes. Files that people and other programs
//! read count Unicode characters instead: [`CharOffsets`] turns one into the other.

use std::fmt;

use crate::error::Error;
use crate::language::Language;
use crate::normalize::numeral;

/// One news article, as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Article {
    /// Key of the article: unique in a run, and the order in which articles are processed.
    pub id: String,
    /// The newsroom or newspaper; empty when the input does not say.
    pub source: String,
    /// The day of publication, when the input says.
    pub date: Option<Date>,
    /// The title, when the input keeps it apart from the text; empty otherwise.
    pub title: String,
    /// The text as the file holds it, decoded. All offsets of a run point into it.
    pub text: String,
    /// The language that the input declares; overrules the guess.
    pub language: Option<Language>,
    /// The address of the article; empty when the input does not say.
    pub url: String,
    /// Values of the columns that are carried through, in the order of
    /// [`crate::read::Inputs::extra_columns`]; empty text where the article has no value.
    pub extra: Vec<String>,
}

/// A calendar day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The day `year`-`month`-`day`; `None` when there is no such day (year 1 to 9999).
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1..=9999).contains(&year) && (1..=last).contains(&day)).then_some(Self {
            year,
            month,
            day,
        })
    }

    /// Reads `2021-01-06` (also followed by a time of day, as in ISO 8601), `2021/01/06`, `20210106`, and with the day first,
    /// as in Norway and Denmark, `06.01.2021`, `6/1/2021`, `06-01-2021`, `6. januar 2021`; a day of the week may stand before
    /// it. A year has four digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .peekable();
        words.next_if(|word| numeral::is_weekday(&word.to_lowercase()));
        let head = words.next()?;
        if let Ok(day) = head.strip_suffix('.').unwrap_or(head).parse() {
            let month = words
                .peek()
                .and_then(|word| numeral::month(&word.to_lowercase()));
            if let Some(month) = month {
                let year = words.nth(1)?.trim_end_matches('.');
                return Self::new(year.parse().ok().filter(|_| year.len() == 4)?, month, day);
            }
        }
        let head = head.split('T').next()?;
        let parts: Vec<&str> = head.split(['-', '.', '/']).collect();
        let separators: Vec<&str> = head.matches(['-', '.', '/']).collect();
        let (year, month, day) = match (&parts[..], &separators[..]) {
            ([a, b, c], [first, second]) if first == second => {
                // Of 06-01-21 the year may be any of the three.
                match (a.len(), c.len()) {
                    (4, 1..=2) => (*a, *b, *c),
                    (1..=2, 4) => (*c, *b, *a),
                    _ => return None,
                }
            }
            ([_], []) if head.len() == 8 => (head.get(..4)?, head.get(4..6)?, head.get(6..)?),
            _ => return None,
        };
        // A sign is no digit.
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if ![year, month, day].into_iter().all(is_number) {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Year (1 to 9999), month (1 to 12) and day of the month (1 to 31).
    pub fn ymd(self) -> (i32, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// The day that lies `days` after 1 January 1970; `None` outside of the years 1 to 9999.
    pub fn from_days_since_1970(days: i64) -> Option<Self> {
        let number = Self::new(1970, 1, 1)?.day_number() + days;
        // The year is met by counting 365.2425 days for each, or is the one after.
        let guess = i32::try_from(number * 10_000 / 3_652_425).ok()?;
        (guess.saturating_sub(1)..=guess.saturating_add(1))
            .flat_map(|year| {
                (1..=12).flat_map(move |month| (1..=31).map(move |day| (year, month, day)))
            })
            .filter_map(|(year, month, day)| Self::new(year, month, day))
            .find(|date| date.day_number() == number)
    }

    /// Days since 1 March of the year 0: the difference of two is a number of days.
    pub fn day_number(self) -> i64 {
        let (year, month) = if self.month > 2 {
            (i64::from(self.year), i64::from(self.month) - 3)
        } else {
            (i64::from(self.year) - 1, i64::from(self.month) + 9)
        };
        365 * year + year / 4 - year / 100
            + year / 400
            + (153 * month + 2) / 5
            + i64::from(self.day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A half-open range of bytes, `start <= end`, both on character boundaries of the text it points into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// The bytes `start..end`; an error when `start > end`.
    pub fn new(start: usize, end: usize) -> Result<Self, Error> {
        if start > end {
            return Err(Error::Span { start, end });
        }
        Ok(Self { start, end })
    }

    /// The bytes `start..end` of which the caller knows that `start <= end`.
    pub(crate) fn of(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { start, end }
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start
    }

    /// One past the last byte.
    pub fn end(self) -> usize {
        self.end
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The part of `text` that the span points to; empty when it lies outside of `text` or cuts a character.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// Turns ascending byte offsets of one text into character offsets, in one pass over the text.
#[derive(Debug)]
pub struct CharOffsets<'a> {
    text: &'a str,
    byte: usize,
    char: usize,
}

impl<'a> CharOffsets<'a> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            byte: 0,
            char: 0,
        }
    }

    /// Characters (Unicode code points) before byte `byte`. Offsets that do not ascend restart the count.
    pub fn at(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            self.byte = 0;
            self.char = 0;
        }
        self.char += self
            .text
            .as_bytes()
            .get(self.byte..byte)
            .unwrap_or_default()
            .iter()
            .filter(|&&b| b & 0xC0 != 0x80)
            .count();
        self.byte = byte;
        self.char
    }

    /// Character offsets of both ends of `span`.
    pub fn span(&mut self, span: Span) -> (usize, usize) {
        (self.at(span.start()), self.at(span.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_that_exports_use() {
        let day = Date::new(2021, 1, 6);
        for text in [
            "2021-01-06",
            "2021-01-06T20:24:00Z",
            "2021-01-06 20:24",
            "20210106",
            "2021/01/06",
            "06.01.2021",
            "6/1/2021",
            "06-01-2021",
            "06.01.2021, 21.14",
            "onsdag 06.01.2021 kl. 21.14",
            "6. januar 2021",
            "Onsdag 6 JANUAR, 2021",
        ] {
            assert_eq!(Date::parse(text), day, "{text}");
        }
        for text in [
            "",
            "2021-13-01",
            "2021-02-29",
            "06-01-21",
            "06.01.21",
            "6/1/21",
            "06-01.2021",
            "+6/1/2021",
            "6. januar",
            "6. januar 21",
            "i går",
            "onsdag",
            "2021",
            "1-2",
            "2021006x",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn day_numbers_differ_by_days() {
        let of = |text| Date::parse(text).unwrap().day_number();
        assert_eq!(of("2024-03-01") - of("2024-02-28"), 2);
        assert_eq!(of("2021-01-01") - of("2020-12-31"), 1);
        assert_eq!(of("2021-03-01") - of("2020-03-01"), 365);
    }

    #[test]
    fn days_are_found_by_their_number() {
        let first = Date::new(1970, 1, 1).unwrap().day_number();
        for text in [
            "1970-01-01",
            "2000-02-29",
            "2021-12-31",
            "1899-12-31",
            "2100-03-01",
        ] {
            let date = Date::parse(text).unwrap();
            let days = date.day_number() - first;
            assert_eq!(Date::from_days_since_1970(days), Some(date));
        }
        assert_eq!(Date::from_days_since_1970(i64::MAX / 20_000), None);
    }

    #[test]
    fn char_offsets_count_code_points() {
        let text = "blåbær 🫐 på";
        let mut offsets = CharOffsets::new(text);
        assert_eq!(offsets.at(text.find('🫐').unwrap()), 7);
        assert_eq!(offsets.at(text.len()), 11);
        assert_eq!(offsets.at(2), 2);
    }
}
