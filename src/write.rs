//! The files of a run.
//!
//! In: a finished [`Run`]. Out: the files that `docs/output.md` describes, the same bytes for the same
//! inputs and settings: rows are sorted, numbers have a fixed number of digits, and nothing tells of the
//! machine or the time. Offsets become characters here and nowhere else.

mod record;
pub(crate) mod review;
mod tables;

pub(crate) use tables::begins_result;

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
use crate::review::{edited, workbook};
use crate::run_folder::RunFolder;

/// Writes all files of `run` into `folder` and puts it in its place. What did not fit into the workbook is told
/// as warnings.
///
/// # Errors
/// [`Error::Io`] when a file cannot be written; the earlier result then stays as it was.
pub fn run(run: &Run, folder: RunFolder, observer: &dyn Observer) -> Result<(), Error> {
    let files: [(&str, bool, Writer); 7] = [
        ("pairs.csv", true, |run, _, out| tables::pairs(run, out)),
        ("report.html", run.config.report, |run, book, out| {
            report::write(run, book, out)
        }),
        ("clusters.csv", true, |run, book, out| {
            review::clusters(book, &run.config, out)
        }),
        ("claims.csv", true, |run, book, out| {
            review::claims(book, &run.config, out)
        }),
        ("near_misses.csv", true, |run, book, out| {
            review::near_misses(book, &run.config, out)
        }),
        ("sentences.csv", run.config.sentences, |run, _, out| {
            tables::sentences(run, out)
        }),
        ("config.toml", true, |run, _, out| record::config(run, out)),
    ];
    let wanted: Vec<_> = files.into_iter().filter(|(_, wanted, _)| *wanted).collect();
    // And the record.
    let n_files = wanted.len() + usize::from(run.config.xlsx) + 1;
    observer.begin(Stage::Write, u64::try_from(n_files).ok());
    let book = book::of_run(run);
    let (mut of_workbook, mut of_others) = (None, Vec::new());
    let mut unfit = Vec::new();
    rayon::scope(|scope| {
        let write_others = || {
            of_others = wanted
                .into_par_iter()
                .map(|(name, _, write)| put(&folder, observer, name, |out| write(run, &book, out)))
                .collect();
        };
        if !run.config.xlsx {
            write_others();
            return;
        }
        let begin_others = || scope.spawn(|_| write_others());
        of_workbook = Some(put(&folder, observer, "review.xlsx", |out| {
            let limits = workbook::Limits::default();
            let scratch = folder.scratch();
            unfit = workbook::write_within(&book, limits, scratch, begin_others, out)?.in_words();
            Ok(())
        }));
    });
    let all: Result<Vec<(&str, String)>, Error> =
        of_workbook.into_iter().chain(of_others).collect();
    let digests: BTreeMap<&str, String> = all?.into_iter().collect();
    for message in unfit {
        observer.warn(&Warning {
            path: "review.xlsx".to_owned(),
            line: None,
            skipped: false,
            message,
        });
    }
    folder.write("run.json", |out| record::run(run, &digests, out))?;
    observer.advance(1);
    // Somebody may have saved a review there since the run began.
    edited::check(folder.path())?;
    folder.commit()?;
    observer.end();
    Ok(())
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

/// Writes a file of a run.
type Writer = fn(&Run, &Book, &mut (dyn Write + Send)) -> io::Result<()>;

/// Writes a file of `folder`; its name and the digest of its bytes.
fn put<'n>(
    folder: &RunFolder,
    observer: &dyn Observer,
    name: &'n str,
    body: impl FnOnce(&mut Hashing) -> io::Result<()>,
) -> Result<(&'n str, String), Error> {
    let mut digest = String::new();
    folder.write(name, |file| {
        let mut out = Hashing::new(file);
        body(&mut out)?;
        digest = out.digest();
        Ok(())
    })?;
    observer.advance(1);
    Ok((name, digest))
}

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
