//! CSV as this program writes it: the dialects, and the guard that keeps prose from becoming a formula.
//!
//! A [`Table`] takes the cells of a row one by one. The caller says of each whether it is text or a
//! number: text that a spreadsheet would take for a formula gets an apostrophe in front ([`guard`]),
//! a negative number does not. [`unguard`] takes exactly that apostrophe off again, for every text.
//!
//! [`Dialect::Rfc4180`] follows RFC 4180 but for one thing, on purpose: rows end with a line feed
//! alone, as most tools write and all read, not with CRLF.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The byte order mark by which Excel knows UTF-8.
const BOM: &str = "\u{feff}";

/// Characters that make a spreadsheet take the cell that they open for a formula.
const TRIGGERS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// How CSV files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// UTF-8, comma, rows end with a line feed.
    #[default]
    Rfc4180,
    /// UTF-8 with a byte order mark, semicolon, rows end with CRLF: what Excel with Norwegian or Danish
    /// settings opens by a double click.
    Excel,
}

impl Dialect {
    /// All dialects.
    pub const ALL: [Self; 2] = [Self::Rfc4180, Self::Excel];

    /// The name that settings use: `rfc4180` or `excel`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rfc4180 => "rfc4180",
            Self::Excel => "excel",
        }
    }

    /// The byte between cells.
    pub fn delimiter(self) -> u8 {
        match self {
            Self::Rfc4180 => b',',
            Self::Excel => b';',
        }
    }

    /// A CSV writer over `out`; the byte order mark, where the dialect has one, is written at once.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn writer<W: io::Write>(self, mut out: W) -> io::Result<csv::Writer<W>> {
        let terminator = match self {
            Self::Rfc4180 => csv::Terminator::Any(b'\n'),
            Self::Excel => {
                out.write_all(BOM.as_bytes())?;
                csv::Terminator::CRLF
            }
        };
        Ok(csv::WriterBuilder::new()
            .delimiter(self.delimiter())
            .terminator(terminator)
            .from_writer(out))
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.name() == text)
            .ok_or_else(|| format!("`{text}` is no CSV dialect; use rfc4180 or excel"))
    }
}

/// `text` with an apostrophe in front when a spreadsheet would take it for a formula: when it begins
/// with `=`, `+`, `-`, `@`, tab or CR. Text that begins with apostrophes before one of those gets one
/// more, so that [`unguard`] finds every text again.
pub fn guard(text: &str) -> Cow<'_, str> {
    if is_trigger(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// `text` without the apostrophe that [`guard`] put there; any other text as it is.
pub fn unguard(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| is_trigger(rest))
        .unwrap_or(text)
}

/// What is wrong with a record that [`is_open`].
pub(crate) const OPEN: &str = "a quotation mark is never closed";

/// Whether the last record of a table, of which `bytes` are all, ends inside of quotes: then what is put behind it
/// does not become a record of its own.
pub(crate) fn is_open(bytes: &[u8], delimiter: u8) -> bool {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(io::Read::chain(bytes, b"\nx".as_slice()));
    reader.byte_records().take(2).count() < 2
}

/// The delimiter of a table: the most frequent of comma, semicolon and tab in its first line, of equal ones the first.
pub fn delimiter_of(table: &[u8]) -> u8 {
    let header = table
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .next()
        .unwrap_or_default();
    let count = |delimiter: u8| header.split(|&byte| byte == delimiter).count();
    // Of equal counts the last one is taken.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|&delimiter| count(delimiter))
        .unwrap_or(b',')
}

/// A CSV file that is being written, cell by cell.
///
/// Rows must have as many cells as the first. Dropping a table without [`Table::finish`] may lose
/// its last rows without a word.
#[derive(Debug)]
pub struct Table<W: io::Write> {
    csv: csv::Writer<W>,
    dialect: Dialect,
    guarded: bool,
    number: String,
}

impl<W: io::Write> Table<W> {
    /// A table over `out`, whose text cells are guarded against formulas when `guarded`.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn new(out: W, dialect: Dialect, guarded: bool) -> io::Result<Self> {
        Ok(Self {
            csv: dialect.writer(out)?,
            dialect,
            guarded,
            number: String::new(),
        })
    }

    /// A whole row of text cells, such as the header.
    ///
    /// # Errors
    /// When the output fails, or the row has not as many cells as the first.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        for cell in cells {
            self.text(cell)?;
        }
        self.end_row()
    }

    /// The next cell, as text: guarded when the table is.
    ///
    /// # Errors
    /// When the output fails.
    pub fn text(&mut self, cell: &str) -> io::Result<()> {
        let written = if self.guarded {
            self.csv.write_field(guard(cell).as_ref())
        } else {
            self.csv.write_field(cell)
        };
        written.map_err(io_error)
    }

    /// The next cell, as a number or anything else that is made here and never guarded.
    ///
    /// # Errors
    /// When the output fails.
    pub fn number(&mut self, cell: impl fmt::Display) -> io::Result<()> {
        self.number.clear();
        write!(self.number, "{cell}").map_err(io::Error::other)?;
        self.csv.write_field(&self.number).map_err(io_error)
    }

    /// The next cell, a fraction with four decimals: with a decimal comma for Excel, which with Norwegian or
    /// Danish settings takes `0.25` for text or a date.
    ///
    /// # Errors
    /// When the output fails.
    pub fn fraction(&mut self, value: f64) -> io::Result<()> {
        let mark = match self.dialect {
            Dialect::Rfc4180 => '.',
            Dialect::Excel => ',',
        };
        self.number.clear();
        push_fraction(&mut self.number, value, mark);
        self.csv.write_field(&self.number).map_err(io_error)
    }

    /// The next cell, a number where there is one and empty where there is none.
    ///
    /// # Errors
    /// When the output fails.
    pub fn optional(&mut self, cell: Option<impl fmt::Display>) -> io::Result<()> {
        match cell {
            Some(cell) => self.number(cell),
            None => self.csv.write_field("").map_err(io_error),
        }
    }

    /// As [`Table::fraction`] where there is one; empty where there is none.
    ///
    /// # Errors
    /// When the output fails.
    pub fn optional_fraction(&mut self, value: Option<f64>) -> io::Result<()> {
        match value {
            Some(value) => self.fraction(value),
            None => self.csv.write_field("").map_err(io_error),
        }
    }

    /// Ends the row.
    ///
    /// # Errors
    /// When the output fails, or the row has not as many cells as the first.
    pub fn end_row(&mut self) -> io::Result<()> {
        self.csv.write_record(None::<&[u8]>).map_err(io_error)
    }

    /// Writes out what is buffered and gives the output back.
    ///
    /// # Errors
    /// When the output fails.
    pub fn finish(self) -> io::Result<W> {
        self.csv
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)
    }
}

/// Adds `value` to `text`, with four decimals behind `mark`.
fn push_fraction(text: &mut String, value: f64, mark: char) {
    let scaled = value.abs() * 1e4;
    let below = scaled.floor();
    // Far enough from half of the last decimal, and small enough, for the product to be rounded as the value is.
    if scaled < 1e11 && (scaled - below - 0.5).abs() > 1e-3 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 0 to 10^11"
        )]
        let whole = (scaled + 0.5) as u64;
        // "-0.0000" is no number that anyone wants to read.
        if value < 0.0 && whole > 0 {
            text.push('-');
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{mark}", whole / 10_000);
        let decimals = whole % 10_000;
        text.extend([1000, 100, 10, 1].map(|of| {
            let digit = u32::try_from(decimals / of % 10).unwrap_or_default();
            char::from_digit(digit, 10).unwrap_or('0')
        }));
        return;
    }
    let written = format!("{value:.4}");
    let written = written
        .strip_prefix('-')
        .filter(|rest| *rest == "0.0000")
        .unwrap_or(&written);
    text.extend(written.chars().map(|c| if c == '.' { mark } else { c }));
}

/// What the output said, as it said it: a broken pipe stays one.
fn io_error(error: csv::Error) -> io::Error {
    if !error.is_io_error() {
        return io::Error::other(error);
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

/// Whether a spreadsheet would take `text` for a formula, were it not for apostrophes in front.
fn is_trigger(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(TRIGGERS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fraction(value: f64) -> String {
        let mut text = String::new();
        push_fraction(&mut text, value, '.');
        text
    }

    proptest! {
        #[test]
        fn fractions_are_rounded_as_the_standard_library_does(
            value in prop_oneof![-2.0..2.0, -1e13..1e13, any::<f64>()],
            ten_thousandths in -30_000i32..30_000,
        ) {
            for value in [value, f64::from(ten_thousandths) / 2e4, f64::from(ten_thousandths) / 1e4] {
                let written = format!("{value:.4}");
                let expected = if written == "-0.0000" { "0.0000" } else { &written };
                prop_assert_eq!(fraction(value), expected);
            }
        }
    }

    fn written(dialect: Dialect, guarded: bool) -> String {
        let mut table = Table::new(Vec::new(), dialect, guarded).unwrap();
        table.row(["claim", "text", "value"]).unwrap();
        for (text, value) in [("- Vi rømmer, sa han", Some(-0.5)), ("blå; \"grå\"", None)] {
            table.text("c").unwrap();
            table.text(text).unwrap();
            table.optional(value).unwrap();
            table.end_row().unwrap();
        }
        String::from_utf8(table.finish().unwrap()).unwrap()
    }

    #[test]
    fn rfc4180_has_commas_and_line_feeds() {
        assert_eq!(
            written(Dialect::Rfc4180, true),
            "claim,text,value\nc,\"'- Vi rømmer, sa han\",-0.5\nc,\"blå; \"\"grå\"\"\",\n"
        );
    }

    #[test]
    fn excel_has_a_bom_semicolons_and_crlf() {
        assert_eq!(
            written(Dialect::Excel, false),
            "\u{feff}claim;text;value\r\nc;- Vi rømmer, sa han;-0.5\r\nc;\"blå; \"\"grå\"\"\";\r\n"
        );
    }

    #[test]
    fn fractions_have_the_decimal_sign_of_the_dialect() {
        for (dialect, expected) in [
            (Dialect::Rfc4180, "0.2500,-0.5000,0.0000\n"),
            (Dialect::Excel, "\u{feff}0,2500;-0,5000;0,0000\r\n"),
        ] {
            let mut table = Table::new(Vec::new(), dialect, true).unwrap();
            for value in [0.25, -0.5, -0.000_001] {
                table.fraction(value).unwrap();
            }
            table.end_row().unwrap();
            assert_eq!(
                String::from_utf8(table.finish().unwrap()).unwrap(),
                expected
            );
        }
    }

    #[test]
    fn a_row_of_another_width_is_an_error() {
        let mut table = Table::new(Vec::new(), Dialect::Rfc4180, true).unwrap();
        table.row(["a", "b"]).unwrap();
        assert!(table.row(["a"]).is_err());
    }

    #[test]
    fn a_full_disk_is_seen_at_the_latest_when_the_table_is_finished() {
        struct Full;
        impl io::Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut table = Table::new(Full, Dialect::Rfc4180, true).unwrap();
        table.row(["a"]).unwrap();
        assert_eq!(
            table.finish().err().map(|error| error.kind()),
            Some(io::ErrorKind::StorageFull)
        );
    }

    #[test]
    fn the_guard_is_for_cells_that_open_like_a_formula() {
        for (text, expected) in [
            ("- Nei", "'- Nei"),
            ("=1+1", "'=1+1"),
            ("@nrk", "'@nrk"),
            ("\tinnrykk", "'\tinnrykk"),
            ("'- Nei", "''- Nei"),
            ("''=", "'''="),
            ("– Nei", "– Nei"),
            ("'Nei'", "'Nei'"),
            ("", ""),
            ("'", "'"),
        ] {
            assert_eq!(guard(text), expected);
        }
        assert_eq!(unguard("'Nei'"), "'Nei'");
        assert_eq!(unguard("- Nei"), "- Nei");
    }

    #[test]
    fn names_of_dialects_are_read_back() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.name().parse(), Ok(dialect));
            let json = serde_json::to_string(&dialect).unwrap();
            assert_eq!(json, format!("\"{dialect}\""));
        }
        assert!("Excel 97".parse::<Dialect>().is_err());
    }

    proptest! {
        #[test]
        fn unguard_takes_off_what_guard_put_there(text in "['=+@\\-\t\r]{0,4}\\PC{0,8}") {
            let guarded = guard(&text).into_owned();
            prop_assert_eq!(unguard(&guarded), text.as_str());
            prop_assert!(!guarded.starts_with(TRIGGERS));
        }

        #[test]
        fn a_table_is_read_back_cell_by_cell(
            rows in prop::collection::vec(prop::collection::vec("['=\\-;,\"\r\nå]{0,5}", 2), 1..5),
            excel in any::<bool>(),
        ) {
            let dialect = if excel { Dialect::Excel } else { Dialect::Rfc4180 };
            let mut table = Table::new(Vec::new(), dialect, true).unwrap();
            for row in &rows {
                table.row(row.iter().map(String::as_str)).unwrap();
            }
            let bytes = table.finish().unwrap();
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .delimiter(dialect.delimiter())
                .from_reader(bytes.as_slice());
            let back: Vec<Vec<String>> = reader
                .records()
                .map(|row| row.unwrap().iter().map(|cell| unguard(cell).to_owned()).collect())
                .collect();
            prop_assert_eq!(back, rows);
        }
    }
}
