//! Reads the clusters of a run back, for evaluation.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::spreadsheet::unguard;

/// One row of `clusters.csv`, as far as evaluation needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The claim.
    pub claim: String,
    /// The article.
    pub article: String,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// Reads `clusters.csv` of a run folder, or the file itself, in either dialect.
///
/// # Errors
/// [`Error::Io`] when it cannot be read, [`Error::Format`] with the line when a column is missing or an
/// offset is no number.
pub fn read(path: &Path) -> Result<Vec<Row>, Error> {
    let path: PathBuf = if path.is_dir() {
        path.join("clusters.csv")
    } else {
        path.to_owned()
    };
    let bytes = std::fs::read(&path).map_err(|source| Error::io(&path, source))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let origin = path.display().to_string();
    let delimiter = crate::spreadsheet::delimiter_of(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(bytes);
    let bad = |error: &csv::Error| {
        Error::format(
            &origin,
            error.position().map(csv::Position::line),
            error.to_string(),
        )
    };
    let names = reader.headers().map_err(|error| bad(&error))?.clone();
    let column = |name: &str| {
        names
            .iter()
            .position(|header| header == name)
            .ok_or_else(|| Error::format(&origin, 1, format!("the column `{name}` is missing")))
    };
    let columns = [
        column("claim_id")?,
        column("article_id")?,
        column("start")?,
        column("end")?,
    ];
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| bad(&error))?;
        let cell = |i: usize| unguard(record.get(columns[i]).unwrap_or_default());
        let offset = |i: usize| {
            cell(i).parse::<usize>().map_err(|_| {
                let line = record.position().map(csv::Position::line);
                Error::format(
                    &origin,
                    line,
                    format!("`{}` is no character offset", cell(i)),
                )
            })
        };
        rows.push(Row {
            claim: cell(0).to_owned(),
            article: cell(1).to_owned(),
            start: offset(2)?,
            end: offset(3)?,
        });
    }
    Ok(rows)
}
