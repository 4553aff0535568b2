//! `review.xlsx`: a book as a spreadsheet that a person edits.
//!
//! Three sheets: **Claims**, **Sentences** (each claim's sentences with the near misses below them) and **Read
//! me**. All cells are text, numbers or dates: no cell can be a formula, whatever an article says. What is beyond
//! the limits of spreadsheet programs goes to further sheets or is cut with a mark, and [`Written`] says so. The
//! same book gives the same bytes.

pub(super) mod columns;
mod styles;

use std::any::Any;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use rayon::prelude::*;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Formula, Url, Workbook,
    Worksheet, XlsxError,
};

use self::columns::{CLAIMS, Cell, Column, Kind, Offer, SENTENCES};
use self::styles::Styles;
use super::book::Book;
use super::read_me;
use crate::article::Date;

/// What spreadsheet programs can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of a sheet, with the header.
    pub rows: u32,
    /// UTF-16 units of a cell.
    pub chars: usize,
    /// Links of a sheet.
    pub links: u32,
}

impl Default for Limits {
    /// Those of Excel.
    fn default() -> Self {
        Self {
            rows: 1_048_576,
            chars: 32_767,
            links: 65_530,
        }
    }
}

impl Limits {
    /// Rows of a sheet without its header, at least one.
    fn rows_below_header(self) -> u32 {
        self.rows.saturating_sub(1).max(1)
    }
}

/// What was written, and what did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Sheets beyond the first of a kind.
    pub further_sheets: usize,
    /// Cells that were cut.
    pub cut_cells: usize,
    /// Addresses that stand in a cell without being a link.
    pub unlinked: usize,
}

impl Written {
    fn and(self, other: Self) -> Self {
        Self {
            further_sheets: self.further_sheets + other.further_sheets,
            cut_cells: self.cut_cells + other.cut_cells,
            unlinked: self.unlinked + other.unlinked,
        }
    }

    /// What did not fit, in words; empty when all did.
    pub fn in_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if self.further_sheets > 0 {
            words.push(format!(
                "{} further sheets: a sheet holds 1,048,576 rows",
                self.further_sheets
            ));
        }
        if self.cut_cells > 0 {
            words.push(format!(
                "{} cells cut and marked with {MARK}: a cell holds 32,767 characters",
                self.cut_cells
            ));
        }
        if self.unlinked > 0 {
            words.push(format!(
                "{} addresses are no links: a sheet holds 65,530, of http or https and up to 2,000 characters",
                self.unlinked
            ));
        }
        words
    }
}

/// How the sheets of claims are called; the second and further ones have a number behind the name.
pub(super) const CLAIMS_SHEET: &str = "Claims";
/// How the sheets of sentences are called, likewise.
pub(super) const SENTENCES_SHEET: &str = "Sentences";
/// What stands at the end of a cell that was cut.
const MARK: &str = "[…]";
/// Lines of text that a row shows: a row is at most 409 points high.
const MOST_LINES: usize = 27;
/// Characters of an address that all spreadsheet programs follow.
const LINK_CHARS: usize = 2_000;
/// How the name of the last column that is printed begins: those behind it are for programs.
const LAST_PRINTED: &str = "language";
/// Level of deflate: sooner done than with the usual 6, for a file that is a seventh larger.
const COMPRESSION: u8 = 3;
/// Rows that a drop-down list of claims offers.
const LISTED: u32 = 20_000;

/// Writes `book` to `out`; the rows lie in temporary files in the folder `scratch` until they are packed.
///
/// # Errors
/// When `out` or a temporary file fails.
pub fn write(book: &Book, scratch: &Path, out: &mut (dyn Write + Send)) -> io::Result<Written> {
    write_within(book, Limits::default(), scratch, || (), out)
}

/// As [`write()`], within other limits. `begin_others` is called once the sheets are shared out, to begin other work that
/// threads take up when they have filled theirs: at the end, one alone packs them.
///
/// # Errors
/// As [`write()`].
pub fn write_within(
    book: &Book,
    limits: Limits,
    scratch: &Path,
    begin_others: impl FnOnce() + Send,
    out: &mut (dyn Write + Send),
) -> io::Result<Written> {
    let built = panic::catch_unwind(AssertUnwindSafe(|| {
        build(book, limits, scratch, begin_others, out)
    }));
    match built {
        Ok(built) => built.map_err(|error| match error {
            XlsxError::IoError(error) => error,
            XlsxError::ZipError(error) => error.into(),
            other => io::Error::other(other),
        }),
        Err(payload) => match failed_write(&*payload) {
            Some(message) => Err(io::Error::other(message)),
            None => panic::resume_unwind(payload),
        },
    }
}

/// What a panic tells whose cause is that a temporary file of the workbook cannot be written, as on a full disk: the
/// writer of sheets reports that in no other way. [`write()`] makes an error of it.
pub fn failed_write(panic: &(dyn Any + Send)) -> Option<String> {
    let message = panic.downcast_ref::<String>()?;
    let cause = message.strip_prefix("Couldn't write to xml file: ")?;
    // The message within `Os { code: 28, kind: StorageFull, message: "No space left on device" }`.
    let told = cause.split('"').nth(1).unwrap_or(cause);
    Some(format!("{told} (for the rows of the workbook)"))
}

fn build(
    book: &Book,
    limits: Limits,
    scratch: &Path,
    begin_others: impl FnOnce() + Send,
    out: &mut (dyn Write + Send),
) -> Result<Written, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_tempdir(scratch)?;
    workbook.set_zip_compression_level(COMPRESSION);
    // The time of writing would differ from run to run.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title("claimalign review")
            .set_comment(format!("Run {}", book.identity()))
            .set_creation_datetime(&created),
    );
    let styles = Styles::new();
    let mut begun = |content: Content, n_rows: usize| {
        let n_sheets = n_rows.div_ceil(limits.rows_below_header() as usize).max(1);
        let sheets = (1..=n_sheets).map(|number| {
            let mut sheet = workbook.new_worksheet_with_constant_memory()?;
            sheet.set_name(content.name(number))?;
            Ok((sheet, content, number))
        });
        sheets.collect::<Result<Vec<_>, XlsxError>>()
    };
    let mut claims = begun(Content::Claims, book.claims.len())?;
    let sentences = begun(Content::Sentences, book.n_members() + book.n_near())?;
    // Styles are numbered as they are used first, which must not be by several sheets at once. The header comes in place
    // of this cell.
    if let Some((first, ..)) = claims.first_mut() {
        for style in styles.all() {
            first.write_blank(0, 0, style)?;
        }
    }
    let fill = |(sheet, content, number)| fill(sheet, book, content, number, &styles, limits);
    let fill_all = |sheets: Vec<_>| -> Vec<Result<(Worksheet, Written), XlsxError>> {
        sheets.into_par_iter().map(fill).collect()
    };
    // A free thread takes up the oldest work: the claims, which are sooner done than the sentences, then the others.
    let (sentences, claims) = rayon::join(
        || {
            begin_others();
            fill_all(sentences)
        },
        || fill_all(claims),
    );
    let mut written = Written::default();
    for filled in claims.into_iter().chain(sentences) {
        let (sheet, of_sheet) = filled?;
        workbook.push_worksheet(sheet);
        written = written.and(of_sheet);
    }
    let summary = written.in_words();
    read_me::write(workbook.add_worksheet(), book, &summary)?;
    workbook.save_to_writer(out)?;
    Ok(written)
}

/// What the rows of a sheet are.
#[derive(Debug, Clone, Copy)]
enum Content {
    Claims,
    Sentences,
}

impl Content {
    /// The name of the sheet with this number, from 1.
    fn name(self, number: usize) -> String {
        let name = match self {
            Self::Claims => CLAIMS_SHEET,
            Self::Sentences => SENTENCES_SHEET,
        };
        if number == 1 {
            name.to_owned()
        } else {
            format!("{name} {number}")
        }
    }
}

/// Writes the rows that go to the sheet with this number of its kind.
fn fill(
    worksheet: Worksheet,
    book: &Book,
    content: Content,
    number: usize,
    styles: &Styles,
    limits: Limits,
) -> Result<(Worksheet, Written), XlsxError> {
    let n_claims = u32::try_from(book.claims.len()).unwrap_or(u32::MAX);
    let sheet = Sheet {
        worksheet,
        styles,
        limits,
        in_list: n_claims.min(limits.rows_below_header()).min(LISTED),
        written: Written {
            further_sheets: usize::from(number > 1),
            ..Written::default()
        },
    };
    let before = (number - 1) * limits.rows_below_header() as usize;
    let banded = || book.claims.iter().zip([false, true].into_iter().cycle());
    match content {
        Content::Claims => {
            let claims = banded().skip(before);
            sheet.fill(
                &CLAIMS,
                claims.map(|(claim, band)| (band, columns::claim(claim))),
            )
        }
        Content::Sentences => {
            let sentences = banded().flat_map(|(claim, band)| {
                let rows = claim.members.iter().chain(&claim.near);
                rows.map(move |row| (band, claim, row))
            });
            let cells = |(band, claim, row)| (band, columns::sentence(claim, row));
            sheet.fill(&SENTENCES, sentences.skip(before).map(cells))
        }
    }
}

/// A sheet that is being written.
struct Sheet<'a> {
    worksheet: Worksheet,
    styles: &'a Styles,
    limits: Limits,
    /// Claims that drop-down lists offer.
    in_list: u32,
    written: Written,
}

impl Sheet<'_> {
    /// Writes rows, each with its band, as many as there is room for.
    fn fill<'b, const N: usize>(
        mut self,
        columns: &[Column; N],
        rows: impl Iterator<Item = (bool, [Cell<'b>; N])>,
    ) -> Result<(Worksheet, Written), XlsxError> {
        begin(&mut self.worksheet, columns, self.styles)?;
        let (mut last, mut n_links) = (0, 0);
        for ((band, cells), row) in rows.zip(1..=self.limits.rows_below_header()) {
            last = row;
            // Not every program makes a row as high as its text when it opens a file.
            let lines = cells
                .iter()
                .zip(columns)
                .map(|(cell, column)| column.lines(cell));
            let height = height(lines.max().unwrap_or(1));
            self.worksheet.set_row_height(row, height)?;
            for ((cell, column), at) in cells.into_iter().zip(columns).zip(0u16..) {
                let mut place = Place {
                    sheet: &mut self.worksheet,
                    row,
                    column: at,
                    kind: column.kind,
                    band,
                };
                let written = &mut self.written;
                place.write(cell, self.styles, self.limits, written, &mut n_links)?;
            }
        }
        end(&mut self.worksheet, columns, last, self.in_list)?;
        Ok((self.worksheet, self.written))
    }
}

/// A cell to be written.
struct Place<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    column: u16,
    kind: Kind,
    band: bool,
}

impl Place<'_> {
    fn write(
        &mut self,
        cell: Cell,
        styles: &Styles,
        limits: Limits,
        written: &mut Written,
        n_links: &mut u32,
    ) -> Result<(), XlsxError> {
        let (row, column) = (self.row, self.column);
        let plain = styles.of(self.kind, self.band, "");
        match cell {
            Cell::Number(number) => {
                self.sheet
                    .write_number_with_format(row, column, number, plain)?;
            }
            Cell::Day(Some(day)) => match excel_day(day) {
                Some(date) => {
                    self.sheet
                        .write_datetime_with_format(row, column, &date, plain)?;
                }
                // Spreadsheets know no days before 1900.
                None => {
                    self.sheet
                        .write_string_with_format(row, column, day.to_string(), plain)?;
                }
            },
            Cell::Text("") | Cell::Day(None) => {
                self.sheet.write_blank(row, column, plain)?;
            }
            Cell::Text(text) | Cell::Link { text, .. } => {
                let style = styles.of(self.kind, self.band, text);
                let (text, cut) = fitting(text, limits.chars);
                written.cut_cells += usize::from(cut);
                match cell {
                    Cell::Link { url, .. } if is_link(url) && *n_links < limits.links => {
                        *n_links += 1;
                        let link = Url::new(url).set_text(text);
                        let style = styles.link(self.band);
                        self.sheet.write_url_with_format(row, column, link, style)?;
                    }
                    Cell::Link { url: "", .. } => {
                        self.sheet.write_blank(row, column, plain)?;
                    }
                    _ => {
                        written.unlinked += usize::from(matches!(cell, Cell::Link { .. }));
                        self.sheet
                            .write_string_with_format(row, column, text, style)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Points of a row of so many lines.
pub(super) fn height(lines: usize) -> f64 {
    let lines = u32::try_from(lines.clamp(1, MOST_LINES)).unwrap_or(1);
    15.0 * f64::from(lines)
}

/// Header, widths and what stays in view.
fn begin(sheet: &mut Worksheet, columns: &[Column], styles: &Styles) -> Result<(), XlsxError> {
    for (column, at) in columns.iter().zip(0u16..) {
        sheet.set_column_width(at, column.width)?;
        let style = if column.kind == Kind::ToFill {
            &styles.header_to_fill
        } else {
            &styles.header
        };
        sheet.write_string_with_format(0, at, column.name, style)?;
    }
    sheet.set_freeze_panes(1, 2)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

/// Filters and drop-down lists, over the rows `1..=last`.
fn end(
    sheet: &mut Worksheet,
    columns: &[Column],
    last: u32,
    n_claims: u32,
) -> Result<(), XlsxError> {
    let last_column = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last, last_column)?;
    let printed = columns
        .iter()
        .take_while(|column| !column.name.starts_with(LAST_PRINTED));
    let printed = u16::try_from(printed.count()).unwrap_or(u16::MAX);
    sheet.set_print_area(0, 0, last, printed.min(last_column))?;
    for (column, at) in columns.iter().zip(0u16..) {
        if column.kind != Kind::ToFill || last == 0 {
            continue;
        }
        let validation = DataValidation::new()
            .set_input_title(column.name)?
            .set_input_message(column.prompt)?;
        let validation = match column.offer {
            Offer::Words(words) => validation
                .allow_list_strings(words)?
                .set_error_title("Not one of the choices")?
                .set_error_message("Choose from the list, or leave the cell empty.")?,
            Offer::Claims if n_claims > 0 => {
                let choices = Formula::new(format!("=Claims!$A$2:$A${}", n_claims + 1));
                validation
                    .allow_list_formula(choices)
                    .set_error_style(DataValidationErrorStyle::Warning)
                    .set_error_title("Not in the list")?
                    .set_error_message("Expected is the claim_id of another claim.")?
            }
            _ => validation.allow_any_value(),
        };
        sheet.add_data_validation(1, at, last, at, &validation)?;
    }
    Ok(())
}

/// Text that fits into a cell and that XML can hold, and whether it was cut.
fn fitting(text: &str, most: usize) -> (String, bool) {
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    if text.len() <= most || text.encode_utf16().count() <= most {
        return (text, false);
    }
    let mut left = most - MARK.encode_utf16().count();
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= left;
            left = left.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    cut.push_str(MARK);
    (cut, true)
}

/// Whether an address is one of the web: others could run something or tell of this machine.
fn is_link(url: &str) -> bool {
    let begins = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    (begins("http://") || begins("https://"))
        && url.chars().count() <= LINK_CHARS
        && !url
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '"')
}

/// A day as spreadsheets know it: from 1900 on.
fn excel_day(day: Date) -> Option<ExcelDateTime> {
    let (year, month, day) = day.ymd();
    let year = u16::try_from(year).ok().filter(|&year| year >= 1900)?;
    ExcelDateTime::from_ymd(year, month, day).ok()
}

#[cfg(test)]
mod tests;
