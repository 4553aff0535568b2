//! Articles from files.
//!
//! [`read`] takes folders and files and gives back every article they hold, sorted by id, with its
//! text as the file has it: decoded, and otherwise untouched. One bad file or row costs that file
//! or row, never the run: it becomes a [`Warning`] that says where, what and why. Neither the order
//! of the paths nor the number of threads changes the result. What an article says is none of this
//! stage's business.
//!
//! | format | one article is | its id | without an id |
//! |---|---|---|---|
//! | `.txt` | the file | path in the folder given, without the ending; for a file that is given itself, its name | |
//! | `.txt` from Retriever's press archive | what stands between two rules of `=` | | path without the ending, `-`, number of the article |
//! | `.jsonl`, `.ndjson` | a line with a JSON object | `id`, a string or a number | path without the ending, `-`, number of the row |
//! | `.csv`, `.tsv` | a row | column `id` | the same |
//!
//! Each may also be compressed (`.gz`, `.zst`). Rows are counted from 1, without the header and
//! without blank lines. On standard input, JSON lines are read and the made ids begin with `stdin`.
//! A text file in a subfolder has the first folder as its source; one that lies directly in one of
//! several given folders, that folder. Its date is the one that its name begins with (`2021-01-06…`, `20210106…`, `06.01.2021…`).
//! Where files of two given folders would have the same id, all ids begin with the folder.

mod decode;
mod fields;
mod find;
mod lines;
mod place;
mod press;
mod stored;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use self::decode::Decoded;
use self::fields::{Collector, Columns, Content, Row, Values};
use self::find::{Findings, Format, Found};
use self::press::Download;

use crate::article::{Article, Date};
use crate::error::{Error, Warning};
use crate::observer::{Observer, Stage};
use crate::tables;

/// The content of a table that is no article, as text: a byte order mark, UTF-8 or Windows-1252 are told apart
/// as for articles.
///
/// # Errors
/// What is wrong with the encoding.
pub(crate) fn as_text(bytes: &[u8]) -> Result<String, String> {
    let decoded = decode::decode(bytes)?;
    String::from_utf8(decoded.bytes.into_owned()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("byte {at} is neither UTF-8 nor Windows-1252; save the file as UTF-8")
    })
}

/// How inputs are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReadOptions {
    /// Our name of a field (`id`, `text`, `title`, `source`, `date`, `language`, `url`) → the column
    /// or JSON key that holds it, where the name differs; a path like `publisher.name` leads into JSON objects.
    pub columns: BTreeMap<String, String>,
    /// Whether the first skipped input ends the run.
    pub strict: bool,
    /// Whether an apostrophe before `=`, `+`, `-`, `@`, tab or CR at the start of a CSV cell is
    /// taken off (the guard that our own writer and other exporters put there).
    pub formula_guard: bool,
    /// A table of known claims that is in use: met among the inputs, it is passed over without a warning.
    #[serde(skip)]
    pub claims: Option<PathBuf>,
    /// The folder or file that the result is for: met in a folder, it is passed over without a warning, as it is when it
    /// is not there yet.
    #[serde(skip)]
    pub target: Option<PathBuf>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            columns: BTreeMap::new(),
            strict: false,
            formula_guard: true,
            claims: None,
            target: None,
        }
    }
}

/// One file that was read, for the record of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputFile {
    /// The path as given or found, with `/`; `-` for standard input.
    pub path: String,
    /// Size in bytes, as stored.
    pub bytes: u64,
    /// SHA-256 of the bytes as stored, in hexadecimal.
    pub sha256: String,
    /// How the text was decoded: `utf-8`, `utf-16le`, `utf-16be`, `windows-1252`; empty when it was
    /// not.
    pub encoding: String,
    /// Articles taken from the file; those whose id was taken already do not count.
    pub articles: usize,
}

/// Everything that was read.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The articles, sorted by id; ids are unique.
    pub articles: Vec<Article>,
    /// Names of the columns that are carried through, sorted; every article's `extra` has their order.
    pub extra_columns: Vec<String>,
    /// The files whose bytes were read, sorted by path; tables of known claims are not among them.
    pub files: Vec<InputFile>,
    /// What was wrong, sorted; the skipped inputs among them.
    pub warnings: Vec<Warning>,
}

/// Reads all articles of `paths` (folders, files, or `-` for JSON lines on standard input).
///
/// Of articles with the same id, the first in the order of file and line stays. Progress is counted in
/// files; the observer hears the warnings at the end, in their order.
///
/// # Errors
/// [`Error::Io`] for a path that does not exist, [`Error::Format`] for a file whose ending is not
/// known, [`Error::Setting`] for a field that there is not in [`ReadOptions::columns`],
/// [`Error::Output`] when [`ReadOptions::target`] is a file that was given,
/// [`Error::Strict`] for the first skipped input when [`ReadOptions::strict`] is set,
/// [`Error::NoArticles`] when nothing is left.
pub fn read(
    paths: &[PathBuf],
    options: &ReadOptions,
    observer: &dyn Observer,
) -> Result<Inputs, Error> {
    let columns = Columns::new(&options.columns)?;
    let found = find::find(paths, options.target.as_deref())?;
    observer.begin(Stage::Read, Some(found.files.len() as u64));
    let outcomes: Vec<Outcome> = found
        .files
        .par_iter()
        .map(|file| {
            let outcome = read_file(file, options, &columns);
            observer.advance(1);
            outcome
        })
        .collect();
    observer.end();

    let mut inputs = merge(&found.files, outcomes);
    inputs.warnings.extend_from_slice(&found.warnings);
    inputs.warnings.sort();
    for warning in &inputs.warnings {
        if options.strict && warning.skipped {
            return Err(Error::Strict(warning.clone()));
        }
        observer.warn(warning);
    }
    if inputs.articles.is_empty() {
        return Err(no_articles(paths, &found, &inputs.warnings));
    }
    Ok(inputs)
}

/// Whether both paths lead to one file.
fn same_file(a: Option<&Path>, b: Option<&Path>) -> bool {
    let real = |path: Option<&Path>| path.and_then(|path| fs::canonicalize(path).ok());
    real(a).is_some_and(|path| Some(path) == real(b))
}

/// What came of one file.
#[derive(Debug, Default)]
struct Outcome {
    file: Option<InputFile>,
    content: Content,
}

fn read_file(found: &Found, options: &ReadOptions, columns: &Columns) -> Outcome {
    let stored = if let Some(path) = &found.path {
        fs::read(path)
    } else {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        read.map(|_| bytes)
    };
    let stored = match stored {
        Ok(stored) => stored,
        Err(error) => {
            let mut outcome = Outcome::default();
            let warning = find::skipped(found.shown.clone(), &error);
            outcome.content.warnings.push(warning);
            return outcome;
        }
    };
    let mut collector = Collector::new(&found.shown, &found.stem, columns);
    let mut encoding = "";
    let unpacked = stored::unpack(&stored, found.packing);
    match unpacked
        .as_deref()
        .map_err(Clone::clone)
        .and_then(decode::decode)
    {
        Ok(decoded) => {
            encoding = decoded.encoding;
            let guarded = options.formula_guard;
            let kind = interpret(&decoded, found, guarded, columns, &mut collector);
            let in_use = same_file(found.path.as_deref(), options.claims.as_deref());
            if in_use && !collector.has_rows() {
                return Outcome::default();
            }
            if kind == table::Kind::Claims {
                let message = "a table of known claims; give it with --claims".to_owned();
                collector.warn(None, !found.walked, message);
                return Outcome {
                    file: None,
                    content: collector.finish(),
                };
            }
            if let Some(assumed) = decoded.assumed {
                collector.warn(None, false, assumed);
            }
        }
        Err(message) => collector.warn(None, true, message),
    }
    Outcome {
        file: Some(InputFile {
            path: found.shown.clone(),
            bytes: stored.len() as u64,
            sha256: tables::sha256(&stored),
            encoding: encoding.to_owned(),
            articles: 0,
        }),
        content: collector.finish(),
    }
}

/// Hands the content of a file to the reader of its format.
fn interpret(
    decoded: &Decoded<'_>,
    found: &Found,
    unguarded: bool,
    columns: &Columns,
    collector: &mut Collector<'_>,
) -> table::Kind {
    match found.format {
        Format::Text => match whole(decoded) {
            Ok(text) => take_text(text, found, collector),
            Err((line, message)) => collector.warn(line, true, message),
        },
        Format::Lines => lines::read(&decoded.bytes, columns, collector),
        format @ (Format::Csv | Format::Tsv) => {
            return table::read(&decoded.bytes, format, unguarded, columns, collector);
        }
    }
    table::Kind::Articles
}

/// The text that fills a file, or the line and message of what is wrong with it.
fn whole<'a>(decoded: &'a Decoded<'_>) -> Result<&'a str, (Option<u64>, String)> {
    let line_of = |at: usize| {
        let before = decoded.bytes.get(..at).unwrap_or_default();
        before.split(|&byte| byte == b'\n').count() as u64
    };
    let text = decode::text(&decoded.bytes).map_err(|at| {
        let hint = decoded.perhaps.map_or_else(String::new, |name| {
            format!("; it may be {name}: save the file as UTF-8")
        });
        (Some(line_of(at)), format!("invalid UTF-8{hint}"))
    })?;
    if let Some(at) = text.find('\0') {
        let message = "not a text: it holds a NUL character".to_owned();
        return Err((Some(line_of(at)), message));
    }
    if text.trim().is_empty() {
        return Err((None, "no text".to_owned()));
    }
    Ok(text)
}

/// Takes the article that fills a file, or the many of a download from a press archive.
fn take_text(text: &str, found: &Found, collector: &mut Collector<'_>) {
    let n_rules = match Download::of(text) {
        Download::Articles(clippings) => {
            for clipping in clippings {
                let line = clipping
                    .as_ref()
                    .map_or_else(|&line| line, |known| known.line);
                let values = clipping.map(Values::from).map_err(|_| {
                    "no line like `VG, 06.01.2021`, as other articles of this file have".to_owned()
                });
                collector.row(line, values);
            }
            return;
        }
        Download::Other(n_rules) => n_rules,
    };
    if n_rules > 1 {
        let message = format!(
            "read as one article, though {n_rules} rules of `=` divide it; if they stand between articles, give \
             each a file, or JSON lines"
        );
        collector.warn(None, false, message);
    }
    let name = found.stem.rsplit('/').next().unwrap_or_default();
    collector.whole(Article {
        id: found.stem.clone(),
        source: found.source.clone(),
        date: leading_date(name),
        text: text.to_owned(),
        ..Article::default()
    });
}

/// Years of a date that is written as eight digits, which may as well be a number.
const YEARS: std::ops::RangeInclusive<i32> = 1700..=2100;

/// The day that a file name begins with, written as `2021-01-06`, `20210106` or `06.01.2021`.
fn leading_date(name: &str) -> Option<Date> {
    let end = name.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.')));
    let digits = name.get(..end.unwrap_or(name.len()))?;
    let digits = digits.trim_end_matches(['-', '.']);
    let date = Date::parse(digits)?;
    match digits.len() {
        8 => YEARS.contains(&date.ymd().0).then_some(date),
        10 => Some(date),
        _ => None,
    }
}

/// Whether a text seems to be written in HTML: it has two tags or entities of those that paragraphs have.
fn holds_html(text: &str) -> bool {
    const MARKS: [&str; 10] = [
        "</p>", "<p>", "<p ", "<br", "</div>", "</h", "<strong>", "&nbsp;", "&aring;", "&oslash;",
    ];
    // Most texts have neither sign.
    text.contains(['<', '&']) && {
        let mut found = MARKS.iter().flat_map(|mark| text.match_indices(mark));
        found.nth(1).is_some()
    }
}

/// Puts the contents of all files together, sorted by id and each id once.
fn merge(found: &[Found], outcomes: Vec<Outcome>) -> Inputs {
    let names: BTreeSet<String> = outcomes
        .iter()
        .flat_map(|outcome| outcome.content.extra_names.iter().cloned())
        .collect();
    let extra_columns: Vec<String> = names.into_iter().collect();
    let mut warnings = Vec::new();
    let mut files = Vec::with_capacity(outcomes.len());
    let mut rows: Vec<(usize, Row)> = Vec::new();
    for (index, outcome) in outcomes.into_iter().enumerate() {
        files.push(outcome.file);
        warnings.extend(outcome.content.warnings);
        let places: Vec<usize> = outcome
            .content
            .extra_names
            .iter()
            .filter_map(|name| extra_columns.binary_search(name).ok())
            .collect();
        rows.extend(outcome.content.rows.into_iter().map(|mut row| {
            row.article.extra = vec![String::new(); extra_columns.len()];
            for (column, value) in std::mem::take(&mut row.extra) {
                row.article.extra[places[column]] = value;
            }
            (index, row)
        }));
    }
    // Stable: rows of one id stay in the order of file and line.
    rows.par_sort_by(|(_, a), (_, b)| a.article.id.cmp(&b.article.id));

    let mut articles: Vec<Article> = Vec::with_capacity(rows.len());
    let mut first = (0, None);
    let mut n_html: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, row) in rows {
        *n_html.entry(index).or_default() += usize::from(holds_html(&row.article.text));
        match articles.last() {
            Some(last) if last.id == row.article.id => {
                let (file, line) = first;
                warnings.push(Warning {
                    path: found[index].shown.clone(),
                    line: row.line,
                    skipped: true,
                    message: duplicate(&row.article.id, &found[file].shown, line),
                });
            }
            _ => {
                first = (index, row.line);
                if let Some(file) = &mut files[index] {
                    file.articles += 1;
                }
                articles.push(row.article);
            }
        }
    }
    warnings.extend(
        n_html
            .into_iter()
            .filter(|&(_, n)| n > 0)
            .map(|(index, n)| Warning {
                path: found[index].shown.clone(),
                line: None,
                skipped: false,
                message: format!(
                    "{n} {} to be HTML, the tags of which are read as text: give the plain text",
                    if n == 1 { "text seems" } else { "texts seem" }
                ),
            }),
    );
    Inputs {
        articles,
        extra_columns,
        files: files.into_iter().flatten().collect(),
        warnings,
    }
}

fn duplicate(id: &str, path: &str, line: Option<u64>) -> String {
    let line = line.map_or_else(String::new, |line| format!(":{line}"));
    format!("a second article `{id}`; the first is in {path}{line}")
}

fn no_articles(paths: &[PathBuf], found: &Findings, warnings: &[Warning]) -> Error {
    let mut places: Vec<String> = paths
        .iter()
        .map(|path| format!("`{}`", path.display()))
        .collect();
    places.sort_unstable();
    places.dedup();
    if places.is_empty() {
        return Error::NoArticles("no article: no input was given".to_owned());
    }
    let (places, endings) = (places.join(", "), find::ENDINGS);
    let others = match found.n_others {
        0 => String::new(),
        1 => "; 1 file has another ending".to_owned(),
        n => format!("; {n} files have other endings"),
    };
    let skipped: Vec<&Warning> = warnings.iter().filter(|warning| warning.skipped).collect();
    let skipped = match skipped.as_slice() {
        [] => String::new(),
        [only] => format!("; skipped: {only}"),
        [first, rest @ ..] => format!("; skipped: {first}, and {} more", rest.len()),
    };
    Error::NoArticles(format!(
        "no article in {places}: looked for {endings}{others}{skipped}"
    ))
}
