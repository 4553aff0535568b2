//! Tables that people edited, from whatever program saved them.
//!
//! In: `.xlsx`, `.ods`, `.xlsb` or `.xls` workbooks, or CSV with commas, semicolons or tabs, with or without a
//! byte order mark, with any line ends, in UTF-8, UTF-16 or Windows-1252. Out: rows of text. The format is told
//! from the content, not from the name. Of a formula its value counts; the file is never asked to compute one.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader as _, Sheets};

use crate::error::Error;
use crate::read;
use crate::spreadsheet::{OPEN, delimiter_of, is_open};

/// How the content of a zip archive begins: `.xlsx`, `.ods`, `.xlsb`.
const ZIP: &[u8] = b"PK\x03\x04";
/// How an old binary workbook begins: `.xls`.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// Columns that are looked at.
const MOST_COLUMNS: usize = 256;

/// A table with a header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// The file.
    pub file: String,
    /// The sheet of a workbook; empty for CSV.
    pub name: String,
    /// Names of the columns, trimmed, in small letters.
    pub header: Vec<String>,
    /// The same as they stand there.
    pub raw_header: Vec<String>,
    /// The rows below, without empty ones.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Its number in the sheet, or the line of the file, from 1: where a person finds it.
    pub number: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

impl Sheet {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|header| header == name)
    }
}

/// Whether a file is a workbook, by how its content begins.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(OLE)
}

/// All tables of a file.
///
/// # Errors
/// [`Error::Io`] when it cannot be read, [`Error::Format`] when it is damaged or no table.
pub fn read(path: &Path) -> Result<Vec<Sheet>, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
    let origin = path.display().to_string();
    if is_workbook(&bytes) {
        workbook(bytes, &origin)
    } else {
        csv(&bytes, &origin).map(|sheet| vec![sheet])
    }
}

/// The sheets of a workbook.
///
/// # Errors
/// [`Error::Format`] when it is damaged.
pub fn workbook(bytes: Vec<u8>, origin: &str) -> Result<Vec<Sheet>, Error> {
    let damaged = |error: &dyn std::fmt::Display| {
        let message = format!(
            "cannot be read as a workbook ({error}); open it in a spreadsheet program and save it as .xlsx"
        );
        Error::format(origin, None, message)
    };
    let mut book: Sheets<Cursor<Vec<u8>>> =
        calamine::open_workbook_auto_from_rs(Cursor::new(bytes))
            .map_err(|error| damaged(&error))?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let mut rows = rows_of(&mut book, &name)
            .map_err(|error| damaged(&error))?
            .into_iter();
        let header = rows.next().unwrap_or_default();
        sheets.push(Sheet {
            file: origin.to_owned(),
            name,
            header: header.cells.iter().map(|name| column_name(name)).collect(),
            raw_header: header.cells,
            rows: rows.filter(is_filled).collect(),
        });
    }
    Ok(sheets)
}

/// The rows of a sheet that have a cell. Only cells that are there cost memory: a slip in the last cell of a sheet
/// does not make it huge.
fn rows_of(book: &mut Sheets<Cursor<Vec<u8>>>, name: &str) -> Result<Vec<Row>, calamine::Error> {
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut put = |row: u32, column: u32, cell: &Data| {
        let Some(column) = usize::try_from(column).ok().filter(|&at| at < MOST_COLUMNS) else {
            return;
        };
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text(cell);
    };
    if let Sheets::Xlsx(xlsx) = book {
        let mut cells = match xlsx.worksheet_cells_reader(name) {
            // A sheet that is a chart has no cells.
            Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(Vec::new()),
            cells => cells?,
        };
        while let Some(cell) = cells.next_cell()? {
            let (row, column) = cell.get_position();
            put(row, column, &Data::from(cell.get_value().clone()));
        }
    } else {
        let range = book.worksheet_range(name)?;
        let (row, column) = range.start().unwrap_or_default();
        for (r, c, cell) in range.used_cells() {
            let at = |first: u32, further: usize| first + u32::try_from(further).unwrap_or(0);
            put(at(row, r), at(column, c), cell);
        }
    }
    Ok(rows
        .into_iter()
        .map(|(row, cells)| Row {
            number: u64::from(row) + 1,
            cells,
        })
        .collect())
}

/// A cell as text; a whole number without a point.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

/// A table from the content of a CSV file called `origin`.
///
/// # Errors
/// [`Error::Format`] when it is neither UTF-8, UTF-16 nor Windows-1252, or a quotation is never closed.
pub fn csv(bytes: &[u8], origin: &str) -> Result<Sheet, Error> {
    let content = read::as_text(bytes).map_err(|message| Error::format(origin, None, message))?;
    let mut content = content.as_str();
    let mut skipped = 0;
    // What some exporters put first, to tell Excel the delimiter.
    if content.len() > 4
        && content
            .get(..4)
            .is_some_and(|head| head.eq_ignore_ascii_case("sep="))
    {
        content = content.split_once('\n').map_or("", |(_, rest)| rest);
        skipped = 1;
    }
    let delimiter = delimiter_of(content.as_bytes());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(content.as_bytes());
    let mut lines = Lines::new(content);
    let (mut header, mut raw_header) = (Vec::new(), Vec::new());
    let mut rows = Vec::new();
    // Where the last record begins: the byte and the line.
    let mut last = (0, 1);
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map(|position| position.line() + skipped);
            Error::format(origin, line, error.to_string())
        })?;
        let at = record.position().map_or(0, csv::Position::byte);
        let number = lines.at(at) + skipped;
        last = (usize::try_from(at).unwrap_or(usize::MAX), number);
        if header.is_empty() {
            header = record.iter().map(column_name).collect();
            raw_header = record.iter().map(str::to_owned).collect();
            continue;
        }
        let row = Row {
            number,
            cells: record.iter().map(str::to_owned).collect(),
        };
        if is_filled(&row) {
            rows.push(row);
        }
    }
    let (at, number) = last;
    let last = content.as_bytes().get(at..).unwrap_or_default();
    if !header.is_empty() && is_open(last, delimiter) {
        return Err(Error::format(origin, number, OPEN));
    }
    Ok(Sheet {
        file: origin.to_owned(),
        name: String::new(),
        header,
        raw_header,
        rows,
    })
}

/// Counts lines: the reader of CSV counts those that end with CRLF one too late.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(content: &'a str) -> Self {
        Self {
            bytes: content.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line of the first byte from `byte` on that ends no line; `byte` never goes down.
    fn at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(&here) = self.bytes.get(self.at)
            && (self.at < byte || matches!(here, b'\r' | b'\n'))
        {
            self.at += 1;
            let crlf = here == b'\r' && self.bytes.get(self.at) == Some(&b'\n');
            self.line += u64::from(here == b'\n' || here == b'\r' && !crlf);
        }
        self.line
    }
}

fn column_name(cell: &str) -> String {
    cell.trim_start_matches('\u{feff}').trim().to_lowercase()
}

fn is_filled(row: &Row) -> bool {
    row.cells.iter().any(|cell| !cell.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "claim_id,sentence,decision\nc1,\"Blåbær, sa hun\",keep\n\nc2,–,remove\n";

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let sheet = csv(bytes, "x.csv").unwrap();
        assert_eq!(sheet.header, ["claim_id", "sentence", "decision"]);
        sheet.rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn every_dialect_that_spreadsheets_write_is_read() {
        let expected = rows(PLAIN.as_bytes());
        assert_eq!(expected[0], ["c1", "Blåbær, sa hun", "keep"]);
        assert_eq!(expected[1], ["c2", "–", "remove"]);
        let semicolons =
            "Claim_ID;Sentence ;decision\r\nc1;Blåbær, sa hun;keep\r\n;;\r\nc2;–;remove\r\n";
        let tabs = semicolons.replace(';', "\t");
        let (cp1252, _, _) = encoding_rs::WINDOWS_1252.encode(semicolons);
        let utf16: Vec<u8> = std::iter::once(0xFEFF)
            .chain(tabs.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [
            PLAIN.replace('\n', "\r\n").into_bytes(),
            PLAIN.replace('\n', "\r").into_bytes(),
            format!("\u{feff}{semicolons}").into_bytes(),
            format!("sep=;\r\n{semicolons}").into_bytes(),
            tabs.into_bytes(),
            cp1252.into_owned(),
            utf16,
        ] {
            assert_eq!(
                rows(&bytes),
                expected,
                "{}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }

    #[test]
    fn rows_are_where_a_person_finds_them() {
        let sheet = csv(b"a;b\r\n\"two\r\nlines\";x\r\n;\r\ny;z\r\n", "x.csv").unwrap();
        let numbers: Vec<u64> = sheet.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 5]);
    }

    fn small_workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (name, column) in ["claim_id", "sentence", "decision"].into_iter().zip(0..) {
            sheet.write_string(0, column, name).unwrap();
        }
        fill(sheet);
        book.save_to_buffer().unwrap()
    }

    /// Spreadsheet programs store the value beside the formula.
    #[test]
    fn of_a_formula_the_value_counts() {
        let bytes = small_workbook(|sheet| {
            let formula =
                |text: &str, result: &str| rust_xlsxwriter::Formula::new(text).set_result(result);
            sheet.write_string(1, 0, "c1").unwrap();
            sheet
                .write_formula(1, 1, formula("=1/0", "#DIV/0!"))
                .unwrap();
            sheet
                .write_formula(1, 2, formula("=\"rem\"&\"ove\"", "remove"))
                .unwrap();
            sheet.write_number(2, 0, 17).unwrap();
            sheet.write_boolean(2, 1, true).unwrap();
        });
        let sheets = workbook(bytes, "w.xlsx").unwrap();
        let rows = &sheets[0].rows;
        assert_eq!(rows[0].cells, ["c1", "#DIV/0!", "remove"]);
        assert_eq!(rows[1].cells[0], "17");
    }

    #[test]
    fn a_slip_in_the_last_cell_of_a_sheet_costs_nothing() {
        let bytes = small_workbook(|sheet| {
            sheet.write_string(1, 0, "c1").unwrap();
            sheet.write_string(1_048_575, 2, "keep").unwrap();
            sheet.write_string(1_048_575, 16_383, "x").unwrap();
        });
        let sheets = workbook(bytes, "w.xlsx").unwrap();
        assert_eq!(sheets[0].rows.len(), 2);
        assert_eq!(sheets[0].rows[1].number, 1_048_576);
        assert_eq!(sheets[0].rows[1].cells, ["", "", "keep"]);
    }

    /// Every way to be damaged is an error, or does not matter; none ends the program.
    #[test]
    fn a_workbook_that_is_cut_or_overwritten_is_an_error() {
        let whole = small_workbook(|sheet| {
            for row in 1..40 {
                sheet.write_string(row, 0, format!("c{row}")).unwrap();
            }
        });
        let mut n_errors = 0;
        for n in 0..whole.len() {
            let mut damaged = whole.clone();
            if n % 2 == 0 {
                damaged.truncate(n.max(4));
            } else {
                damaged[n] ^= 0x5A;
            }
            n_errors += usize::from(workbook(damaged, "w.xlsx").is_err());
        }
        assert!(n_errors > whole.len() / 2, "{n_errors} of {}", whole.len());
    }

    #[test]
    fn a_damaged_workbook_is_an_error_that_says_what_to_do() {
        for bytes in [&b"PK\x03\x04 and then nothing"[..], OLE] {
            let error = workbook(bytes.to_vec(), "w.xlsx").unwrap_err().to_string();
            assert!(error.starts_with("w.xlsx: cannot be read"), "{error}");
            assert!(error.contains("save it as .xlsx"), "{error}");
        }
    }
}
