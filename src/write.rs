//! The files of a run.
//!
//! In: a finished [`Run`]. Out: the files that `docs/output.md` describes, the same bytes for the same
//! inputs and settings: rows are sorted, numbers have a fixed number of digits, and nothing tells of the
//! machine or the time. Offsets become characters here and nowhere else.

mod record;
pub(crate) mod review;
mod tables;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Warning};
use crate::observer::{Observer, Stage};
use crate::pipeline::{Loaded, Run};
use crate::report;
use crate::review::book::{self, Book};
use crate::review::workbook;
use crate::run_folder::RunFolder;

/// Writes all files of `run` into `folder` and puts it in its place. What did not fit into the workbook is told
/// as warnings.
///
/// # Errors
/// [`Error::Io`] when a file cannot be written; the earlier result then stays as it was.
pub fn run(run: &Run, folder: RunFolder, observer: &dyn Observer) -> Result<(), Error> {
    // What takes longest is begun first.
    let files: [(&str, bool, Writer); 8] = [
        ("review.xlsx", run.config.xlsx, |_, book, out| {
            let written = workbook::write(book, out)?;
            Ok(written.in_words())
        }),
        ("clusters.csv", true, |run, book, out| {
            review::clusters(book, &run.config, out).map(all_fits)
        }),
        ("claims.csv", true, |run, book, out| {
            review::claims(book, &run.config, out).map(all_fits)
        }),
        ("near_misses.csv", true, |run, book, out| {
            review::near_misses(book, &run.config, out).map(all_fits)
        }),
        ("pairs.csv", true, |run, _, out| {
            tables::pairs(run, out).map(all_fits)
        }),
        ("sentences.csv", run.config.sentences, |run, _, out| {
            tables::sentences(run, out).map(all_fits)
        }),
        ("report.html", run.config.report, |run, book, out| {
            report::write(run, book, out).map(all_fits)
        }),
        ("config.toml", true, |run, _, out| {
            record::config(run, out).map(all_fits)
        }),
    ];
    let wanted: Vec<_> = files.into_iter().filter(|(_, wanted, _)| *wanted).collect();
    // And the record.
    observer.begin(Stage::Write, u64::try_from(wanted.len() + 1).ok());
    let book = book::of_run(run);
    let written: Vec<Result<Written, Error>> = wanted
        .into_par_iter()
        .map(|(name, _, write)| {
            let mut written = Written::default();
            folder.write(name, |file| {
                let mut out = Hashing::new(file);
                written.messages = write(run, &book, &mut out)?;
                written.digest = out.digest();
                Ok(())
            })?;
            observer.advance(1);
            Ok(Written { name, ..written })
        })
        .collect();
    let mut digests = BTreeMap::new();
    for file in written {
        let file = file?;
        for message in file.messages {
            observer.warn(&Warning {
                path: file.name.to_owned(),
                line: None,
                skipped: false,
                message,
            });
        }
        digests.insert(file.name, file.digest);
    }
    folder.write("run.json", |out| record::run(run, &digests, out))?;
    observer.advance(1);
    folder.commit()?;
    observer.end();
    Ok(())
}

/// A file that was written.
#[derive(Default)]
struct Written {
    name: &'static str,
    digest: String,
    /// What did not fit into it, in words.
    messages: Vec<String>,
}

/// Nothing to say.
fn all_fits((): ()) -> Vec<String> {
    Vec::new()
}

/// Passes bytes on and takes their digest.
struct Hashing<'a> {
    out: &'a mut (dyn Write + Send),
    hash: Sha256,
}

impl<'a> Hashing<'a> {
    fn new(out: &'a mut (dyn Write + Send)) -> Self {
        Self {
            out,
            hash: Sha256::new(),
        }
    }

    /// SHA-256 of what was written, in hexadecimal.
    fn digest(self) -> String {
        crate::tables::hex(&self.hash.finalize())
    }
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.out.write(bytes)?;
        self.hash.update(bytes.get(..n).unwrap_or_default());
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a file, and says in words what did not fit into it.
type Writer = fn(&Run, &Book, &mut (dyn Write + Send)) -> io::Result<Vec<String>>;

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
    hits: &[crate::score::Hit],
    top: usize,
    out: &mut dyn Write,
    path: &Path,
) -> Result<usize, Error> {
    tables::matches(run, hits, top, out).map_err(|source| Error::io(path, source))
}
