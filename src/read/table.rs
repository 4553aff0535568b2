//! Tables: CSV and TSV with a header.
//!
//! [`read`] takes nominal UTF-8, so that a row with a broken byte costs that row alone. A comma,
//! semicolon or tab separates the cells, as the header shows; in TSV always a tab. Quotes work the
//! same in both. Names in the header may differ in case. Rows whose cells are all blank, as
//! spreadsheets leave them at the end, are passed over. The work is linear in the size of the
//! table.

use super::decode;
use super::fields::{Collector, Columns, FIELDS, TEXT, Values};
use super::find::Format;
use crate::spreadsheet::{self, OPEN};

/// The columns that a table of known claims has.
const CLAIMS_HEADER: [&str; 3] = ["claim_id", "label", "claim"];

/// What a table turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A table of articles, or of nothing that is read.
    Articles,
    /// A table of known claims.
    Claims,
}

/// Reads the articles of `bytes` into `collector`. `unguarded` takes the apostrophes of a formula
/// guard off the cells.
pub(super) fn read(
    bytes: &[u8],
    format: Format,
    unguarded: bool,
    columns: &Columns,
    collector: &mut Collector<'_>,
) -> Kind {
    let (start, declared) = delimiter_line(bytes);
    let body = bytes.get(start..).unwrap_or_default();
    let delimiter = match (format, declared) {
        (Format::Tsv, _) => b'\t',
        (_, Some(delimiter)) => delimiter,
        _ => delimiter_of(body, columns),
    };
    let mut reader = reader(body, delimiter);
    let mut lines = Lines::new(bytes);
    let mut record = csv::ByteRecord::new();
    if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
        collector.warn(None, true, "no text: the table is empty".to_owned());
        return Kind::Articles;
    }
    let header_line = lines.of_record(start, &record);
    let Some(names) = header(&record, unguarded) else {
        let message = "invalid UTF-8 in the header; the table is left out";
        collector.warn(Some(header_line), true, message.to_owned());
        return Kind::Articles;
    };
    let holds = fields_of_columns(&names, columns);
    if !holds.iter().any(|fields| fields.contains(&TEXT)) {
        let is_there = |name: &&str| names.iter().any(|there| there == *name);
        if CLAIMS_HEADER.iter().all(is_there) {
            return Kind::Claims;
        }
        let message = columns.no_text("column", names.iter().map(String::as_str));
        collector.warn(Some(header_line), true, message);
        return Kind::Articles;
    }
    warn_of_twins(&names, header_line, collector);
    let names = extra_names(&names, &holds, collector);

    let mut pending: Option<(u64, Result<Values, String>, usize)> = None;
    loop {
        let at = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        // Reading from memory cannot fail, and rows may have any width.
        if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
            break;
        }
        if let Some((line, values, _)) = pending.take() {
            collector.row(line, values);
        }
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let line = lines.of_record(start, &record);
        pending = Some((line, values(&record, &names, &holds, unguarded), at));
    }
    if let Some((line, mut values, at)) = pending {
        if spreadsheet::is_open(body.get(at..).unwrap_or_default(), delimiter) {
            values = Err(format!("{OPEN}; the rest of the table is left out"));
        }
        collector.row(line, values);
    }
    Kind::Articles
}

fn reader(bytes: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(bytes)
}

/// Excel's `sep=;` on a line of its own before the header: where the table begins, and the delimiter.
fn delimiter_line(bytes: &[u8]) -> (usize, Option<u8>) {
    let end = bytes
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(bytes.len(), |at| at + 1);
    match bytes.get(..end).unwrap_or_default().trim_ascii_end() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => (end, Some(*delimiter)),
        // A tab is white space and was trimmed away.
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'='] => (end, Some(b'\t')),
        _ => (0, None),
    }
}

/// The delimiter with which the header has a column for the text, or else the most columns.
fn delimiter_of(bytes: &[u8], columns: &Columns) -> u8 {
    let rank = |delimiter: u8| {
        let mut record = csv::ByteRecord::new();
        let _ = reader(bytes, delimiter).read_byte_record(&mut record);
        let names = header(&record, false).unwrap_or_default();
        let has_text = fields_of_columns(&names, columns)
            .iter()
            .any(|fields| fields.contains(&TEXT));
        (has_text, record.len())
    };
    let mut best = (b',', rank(b','));
    for delimiter in [b';', b'\t'] {
        let ranked = rank(delimiter);
        if ranked > best.1 {
            best = (delimiter, ranked);
        }
    }
    best.0
}

/// The names of the columns; `None` when they are not UTF-8.
fn header(record: &csv::ByteRecord, unguarded: bool) -> Option<Vec<String>> {
    record
        .iter()
        .map(|cell| {
            let name = decode::text(cell).ok()?.trim();
            let name = if unguarded {
                spreadsheet::unguard(name)
            } else {
                name
            };
            Some(name.to_owned())
        })
        .collect()
}

/// For each column the fields that it holds. Where no name is a field's exactly, the first that
/// differs in case alone is taken; of several equal names the first.
fn fields_of_columns(names: &[String], columns: &Columns) -> Vec<Vec<usize>> {
    let mut holds = vec![Vec::new(); names.len()];
    for field in 0..FIELDS.len() {
        let wanted = columns.name(field);
        let lower = wanted.to_lowercase();
        let exact = names.iter().position(|name| name == wanted);
        let column = exact.or_else(|| names.iter().position(|name| name.to_lowercase() == lower));
        if let Some(column) = column {
            holds[column].push(field);
        }
    }
    holds
}

fn warn_of_twins(names: &[String], line: u64, collector: &mut Collector<'_>) {
    for (column, name) in names.iter().enumerate() {
        let n_before = names[..column]
            .iter()
            .filter(|other| *other == name)
            .count();
        if n_before == 1 && !name.is_empty() {
            let message = format!("two columns are named `{name}`; the first is read");
            collector.warn(Some(line), false, message);
        }
    }
}

/// For each column the name under which it is carried through; `None` for those that hold a field
/// and for later ones of the same name. A column without a name is carried by its place, when it
/// has values.
fn extra_names(
    names: &[String],
    holds: &[Vec<usize>],
    collector: &mut Collector<'_>,
) -> Vec<Option<String>> {
    (0..names.len())
        .map(|column| {
            let name = &names[column];
            if !holds[column].is_empty() {
                return None;
            }
            if name.is_empty() {
                let free = |name: &String| !names.contains(name);
                // By steps that no other column takes.
                let numbers = (column + 1..).step_by(names.len());
                return numbers.map(|n| format!("column_{n}")).find(free);
            }
            if names[..column].contains(name) {
                return None;
            }
            collector.column(name);
            Some(name.clone())
        })
        .collect()
}

/// The values of a row.
fn values(
    record: &csv::ByteRecord,
    names: &[Option<String>],
    holds: &[Vec<usize>],
    unguarded: bool,
) -> Result<Values, String> {
    if record.len() != names.len() {
        return Err(format!(
            "{} cells where the header has {}",
            record.len(),
            names.len()
        ));
    }
    let mut values = Values::default();
    for (column, cell) in record.iter().enumerate() {
        let cell = decode::text(cell)
            .map_err(|at| format!("invalid UTF-8 in column {} (byte {})", column + 1, at + 1))?;
        let cell = if unguarded {
            spreadsheet::unguard(cell)
        } else {
            cell
        };
        for &field in &holds[column] {
            values.present[field] = true;
            cell.clone_into(&mut values.fields[field]);
        }
        if let Some(name) = &names[column]
            && !cell.is_empty()
        {
            values.extra.push((name.clone(), cell.to_owned()));
        }
    }
    Ok(values)
}

/// Counts lines of a text at ascending places.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            line: 1,
        }
    }

    /// The line, counted from 1, on which `record` of a table that begins at byte `start` begins.
    fn of_record(&mut self, start: usize, record: &csv::ByteRecord) -> u64 {
        let byte = record.position().map_or(0, csv::Position::byte);
        let from = start.saturating_add(usize::try_from(byte).unwrap_or(usize::MAX));
        // The line ends before a record count to it.
        let n_ends = self
            .bytes
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let to = from.saturating_add(n_ends);
        let passed = self.bytes.get(self.at..to).unwrap_or_default();
        self.line += passed
            .iter()
            .fold(0, |n, &byte| n + u64::from(byte == b'\n'));
        self.at = to;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::fields::Content;
    use super::*;
    use crate::spreadsheet::{Dialect, Table};

    fn read_as(bytes: &[u8], format: Format, mapped: &[(&str, &str)]) -> (Kind, Content) {
        let mapped: BTreeMap<String, String> = mapped
            .iter()
            .map(|&(field, name)| (field.to_owned(), name.to_owned()))
            .collect();
        let columns = Columns::new(&mapped).unwrap();
        let mut collector = Collector::new("a.csv", "a", &columns);
        let kind = read(bytes, format, true, &columns, &mut collector);
        (kind, collector.finish())
    }

    fn content(text: &str) -> Content {
        read_as(text.as_bytes(), Format::Csv, &[]).1
    }

    fn texts(content: &Content) -> Vec<(&str, &str)> {
        let rows = content.rows.iter();
        rows.map(|row| (row.article.id.as_str(), row.article.text.as_str()))
            .collect()
    }

    fn lines(content: &Content) -> Vec<Option<u64>> {
        content
            .warnings
            .iter()
            .map(|warning| warning.line)
            .collect()
    }

    #[test]
    fn the_delimiter_is_seen_in_the_header() {
        for table in [
            "id,text\na,\"blå; grå, rød\"\n",
            "id;Text\r\na;\"blå; grå, rød\"\r\n",
            "id\ttext\na\tblå; grå, rød\n",
            "sep=;\r\nid;text\r\na;\"blå; grå, rød\"\r\n",
            "\"id\";\"text\";\"merknad, intern\"\na;\"blå; grå, rød\";\n",
        ] {
            assert_eq!(texts(&content(table)), [("a", "blå; grå, rød")], "{table}");
        }
        let (_, content) = read_as(b"text\nbl,;x\n", Format::Tsv, &[]);
        assert_eq!(texts(&content), [("a-1", "bl,;x")]);
    }

    #[test]
    fn one_bad_row_costs_that_row_and_lines_are_those_of_the_file() {
        let table = [
            b"id,text\r\na,\"to\r\nlinjer\"\r\n\r\nb\r\nc,".as_slice(),
            b"bl\xe5\r\nd,ok\r\n,,\r\ne, \r\n",
        ]
        .concat();
        let (_, content) = read_as(&table, Format::Csv, &[]);
        assert_eq!(texts(&content), [("a", "to\r\nlinjer"), ("d", "ok")]);
        assert_eq!(content.rows[1].line, Some(7));
        assert_eq!(lines(&content), [Some(5), Some(6), Some(9)]);
        assert!(content.warnings.iter().all(|warning| warning.skipped));
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_swallow_the_rest_in_silence() {
        let open = content("id,text\na,fine\nb,\"never closed\nc,lost\n");
        assert_eq!(texts(&open), [("a", "fine")]);
        assert_eq!(lines(&open), [Some(3)]);
        assert!(open.warnings[0].message.contains("never closed"));
        let fine = content("id,text\nb,5\" skjerm");
        assert_eq!(texts(&fine), [("b", "5\" skjerm")]);
        let fine = content("id,text\nb,\"sa \"\"ja\"\"\"");
        assert_eq!(texts(&fine), [("b", "sa \"ja\"")]);
    }

    #[test]
    fn a_table_without_text_names_its_columns() {
        let content = content("id,body\na,x\n");
        let message = &content.warnings[0].message;
        assert!(content.warnings[0].skipped);
        assert!(
            message.contains("`id` and `body`") && message.contains("--columns text=body"),
            "{message}"
        );
        let (_, mapped) = read_as(b"id,body\na,x\n", Format::Csv, &[("text", "body")]);
        assert_eq!(texts(&mapped), [("a", "x")]);
    }

    #[test]
    fn known_claims_are_no_articles() {
        for table in ["claim_id,label,claim\nc1,l,x\n", "claim_id;label;claim\n"] {
            let (kind, content) = read_as(table.as_bytes(), Format::Csv, &[]);
            assert_eq!((kind, content.warnings.len()), (Kind::Claims, 0));
        }
        let mapped = [("text", "claim")];
        let (kind, content) = read_as(b"claim_id,label,claim\nc1,l,x\n", Format::Csv, &mapped);
        assert_eq!((kind, content.rows.len()), (Kind::Articles, 1));
    }

    #[test]
    fn further_columns_are_carried_and_twins_said() {
        let content = content("text,antal,,antal,tom\nx,-1,y,2,\n");
        assert_eq!(content.extra_names, ["antal", "tom", "column_3"]);
        assert_eq!(
            content.rows[0].extra,
            [(0, "-1".to_owned()), (2, "y".to_owned())]
        );
        assert_eq!(lines(&content), [Some(1)]);
        assert!(!content.warnings[0].skipped);
    }

    #[test]
    fn guarded_cells_lose_their_apostrophe_and_others_keep_it() {
        let content = content("id,text\na,'- Nei\nb,'Nei'\n");
        assert_eq!(texts(&content), [("a", "- Nei"), ("b", "'Nei'")]);
    }

    proptest! {
        #[test]
        fn what_our_writer_writes_is_read_back(
            cells in prop::collection::vec("[-='\",;\t\r\n æøå]{0,6}x", 1..6),
            excel in any::<bool>(),
        ) {
            let dialect = if excel { Dialect::Excel } else { Dialect::Rfc4180 };
            let mut table = Table::new(Vec::new(), dialect, true).unwrap();
            table.row(["text", "merknad"]).unwrap();
            for cell in &cells {
                table.row([cell.as_str(), cell.as_str()]).unwrap();
            }
            let bytes = table.finish().unwrap();
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
            let (_, content) = read_as(bytes, Format::Csv, &[]);
            let kept: Vec<&String> = content.rows.iter().map(|row| &row.article.text).collect();
            prop_assert_eq!(kept, cells.iter().collect::<Vec<_>>());
            let kept: Vec<&String> = content.rows.iter().map(|row| &row.extra[0].1).collect();
            prop_assert_eq!(kept, cells.iter().collect::<Vec<_>>());
            prop_assert_eq!(content.warnings, []);
        }

        #[test]
        fn no_table_makes_it_panic(bytes in prop::collection::vec(
            prop::sample::select(b"text,;\t\"\r\n\xe5x=".as_slice()), 0..60,
        )) {
            let (_, content) = read_as(&bytes, Format::Csv, &[]);
            prop_assert!(content.rows.iter().all(|row| row.line.is_some()));
        }
    }
}
