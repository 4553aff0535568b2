//! The table of a learned lexicon: first the columns that `--lexicon` reads, then what a reviewer needs.

use std::io::{self, Write};
use std::path::Path;

use super::{Entry, Learned};
use crate::config::Config;
use crate::error::Error;
use crate::language::Language;
use crate::spreadsheet::Table;

/// The columns, in their order.
pub const COLUMNS: [&str; 11] = [
    "concept",
    "strength",
    "field",
    "da",
    "nb",
    "nn",
    "pairs",
    "stories",
    "score",
    "example",
    "other_example",
];

/// Writes the entries of `learned` as CSV; `path` names the file in errors.
///
/// # Errors
/// [`Error::Io`] when `out` fails.
pub fn write(
    learned: &Learned,
    config: &Config,
    out: &mut dyn Write,
    path: &Path,
) -> Result<(), Error> {
    rows(learned, config, out).map_err(|source| Error::io(path, source))
}

fn rows(learned: &Learned, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Table::new(out, config.csv, config.formula_guard)?;
    rows.row(COLUMNS)?;
    for entry in &learned.entries {
        row(&mut rows, entry)?;
    }
    rows.finish().map(|_| ())
}

fn row(rows: &mut Table<&mut dyn Write>, entry: &Entry) -> io::Result<()> {
    rows.text(&entry.concept())?;
    rows.text("near")?;
    rows.text("learned")?;
    for language in [Language::Da, Language::Nb, Language::Nn] {
        let forms = entry.forms.get(&language);
        rows.text(&forms.map_or_else(String::new, |forms| forms.join("; ")))?;
    }
    rows.number(entry.pairs)?;
    rows.number(entry.stories)?;
    rows.fraction(entry.score)?;
    for sentence in &entry.example {
        rows.text(sentence)?;
    }
    rows.end_row()
}
