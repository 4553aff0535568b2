//! The files of a run.
//!
//! In: a finished [`Run`]. Out: the files that `docs/output.md` describes, the same bytes for the same
//! inputs and settings: rows are sorted, numbers have a fixed number of digits, and nothing tells of the
//! machine or the time. Offsets become characters here and nowhere else.

mod record;
mod tables;

use std::io::{self, Write};
use std::path::Path;

use crate::error::Error;
use crate::observer::{Observer, Stage};
use crate::pipeline::{Loaded, Run};
use crate::run_folder::RunFolder;

/// Writes all files of `run` into `folder` and puts it in its place.
///
/// # Errors
/// [`Error::Io`] when a file cannot be written; the earlier result then stays as it was.
pub fn run(run: &Run, folder: RunFolder, observer: &dyn Observer) -> Result<(), Error> {
    let files: [(&str, bool, Writer); 6] = [
        ("clusters.csv", true, tables::clusters),
        ("claims.csv", true, tables::claims),
        ("pairs.csv", true, tables::pairs),
        ("sentences.csv", run.config.sentences, tables::sentences),
        ("config.toml", true, record::config),
        ("run.json", true, record::run),
    ];
    let wanted: Vec<_> = files.into_iter().filter(|(_, wanted, _)| *wanted).collect();
    observer.begin(Stage::Write, u64::try_from(wanted.len()).ok());
    for (name, _, write) in wanted {
        folder.write(name, |file| write(run, file))?;
        observer.advance(1);
    }
    folder.commit()?;
    observer.end();
    Ok(())
}

type Writer = fn(&Run, &mut dyn Write) -> io::Result<()>;

/// Writes the sentences of `loaded` as CSV, for the command `segment`; `path` names the file in errors.
///
/// # Errors
/// [`Error::Io`] when `out` fails.
pub fn segments(
    loaded: &Loaded,
    config: &crate::config::Config,
    out: &mut dyn Write,
    path: &Path,
) -> Result<(), Error> {
    tables::segments(&loaded.documents, config, out).map_err(|source| Error::io(path, source))
}

/// Writes every place where a sentence may end as CSV, with what decided; `path` names the file in errors.
///
/// # Errors
/// [`Error::Io`] when `out` fails.
pub fn borders(
    loaded: &Loaded,
    config: &crate::config::Config,
    out: &mut dyn Write,
    path: &Path,
) -> Result<(), Error> {
    tables::borders(&loaded.documents, config, out).map_err(|source| Error::io(path, source))
}

/// Writes the best sentences of every known claim as CSV, for the command `match`; `path` names the file in
/// errors.
///
/// # Errors
/// [`Error::Io`] when `out` fails.
pub fn matches(
    run: &Run,
    pairs: &[crate::score::ScoredPair],
    top: usize,
    out: &mut dyn Write,
    path: &Path,
) -> Result<usize, Error> {
    tables::matches(run, pairs, top, out).map_err(|source| Error::io(path, source))
}
