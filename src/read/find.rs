//! Which files to read.
//!
//! [`find`] walks the folders that were given and settles for every file its format, by its ending,
//! and what its place says: the id of an article of its own and its source. It opens no file. The
//! result is sorted and does not depend on the order in which the paths were given: a file that is
//! reached in several ways is taken once, from the outermost folder.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::place::{self, absolute, folder_of};
use super::same_file;
use super::stored::Packing;
use crate::error::{Error, Warning};
use crate::run_folder;
use crate::write;

/// The endings of files that are read, for messages.
pub(super) const ENDINGS: &str =
    ".txt, .jsonl, .ndjson, .csv and .tsv, each also with .gz or .zst behind it";

/// Endings of files that may well hold articles, but are not read: they are told.
const DOCUMENTS: [&str; 15] = [
    "doc", "docx", "epub", "htm", "html", "json", "ods", "odt", "parquet", "pdf", "rtf", "xls",
    "xlsx", "xml", "zip",
];

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// One article.
    Text,
    /// JSON lines.
    Lines,
    /// Comma- or semicolon-separated values.
    Csv,
    /// Tab-separated values.
    Tsv,
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it is; `None` for standard input.
    pub(super) path: Option<PathBuf>,
    /// The path for people: as given or found, with `/`; `-` for standard input.
    pub(super) shown: String,
    /// The path relative to the folder given, without its ending: the id of an article that fills
    /// the file, and the beginning of those that are made for rows without. Where two files would
    /// have one, all paths are relative to the folder that holds everything given.
    pub(super) stem: String,
    /// The source of an article that fills the file, as far as folders tell: the first one below the
    /// folder given, or that one itself when it is one of several.
    pub(super) source: String,
    /// What it holds.
    pub(super) format: Format,
    /// How it is compressed.
    pub(super) packing: Packing,
    /// Whether it was met in a folder rather than given.
    pub(super) walked: bool,
}

impl Found {
    /// The file at `path` in the folder `root`, with the format that its ending says; `None` when it says nothing.
    fn new(path: &Path, root: &Path, walked: bool) -> Option<Self> {
        let relative = slashed(path.strip_prefix(root).unwrap_or(path));
        let (stem, format, packing) = by_ending(&relative)?;
        let source = stem.split_once('/').map_or("", |(folder, _)| folder);
        Some(Self {
            path: Some(path.to_path_buf()),
            shown: slashed(path),
            stem: stem.to_owned(),
            source: source.to_owned(),
            format,
            packing,
            walked,
        })
    }

    /// Standard input.
    fn stdin() -> Self {
        Self {
            path: None,
            shown: "-".to_owned(),
            stem: "stdin".to_owned(),
            source: String::new(),
            format: Format::Lines,
            packing: Packing::None,
            walked: false,
        }
    }
}

/// The files of all inputs.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The files, sorted by the path that is shown.
    pub(super) files: Vec<Found>,
    /// What could not be walked.
    pub(super) warnings: Vec<Warning>,
    /// Files with other endings that were met in folders.
    pub(super) n_others: usize,
}

/// Finds the files of `paths`.
///
/// # Errors
/// When a path does not exist, is a file whose ending is not known, or is `target`; when `target` is a file in a folder
/// that no command wrote.
pub(super) fn find(paths: &[PathBuf], target: Option<&Path>) -> Result<Findings, Error> {
    let mut paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut findings = Findings::default();
    let mut unread = Vec::new();
    let mut roots = BTreeSet::new();
    for path in paths {
        if path.as_os_str() == "-" {
            findings.files.push(Found::stdin());
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                roots.insert(absolute(path));
                let (n_files, n_others) = (findings.files.len(), findings.n_others);
                let documents = walk(path, target, &mut findings)?;
                if findings.files.len() == n_files && findings.n_others > n_others {
                    unread.push(Warning {
                        path: slashed(path),
                        line: None,
                        skipped: true,
                        message: format!("no file in it ends in {ENDINGS}"),
                    });
                } else if !documents.is_empty() {
                    let told: Vec<String> = documents
                        .iter()
                        .map(|(ending, n)| format!("{n} .{ending}"))
                        .collect();
                    findings.warnings.push(Warning {
                        path: slashed(path),
                        line: None,
                        skipped: false,
                        message: format!("holds files that are not read: {}", told.join(", ")),
                    });
                }
            }
            Ok(_) if same_file(Some(path), target) => {
                let path = path.to_path_buf();
                let message = "an input; name another file for the result".to_owned();
                return Err(Error::Output { path, message });
            }
            Ok(_) => {
                let root = folder_of(path);
                roots.insert(absolute(root));
                findings
                    .files
                    .push(Found::new(path, root, false).ok_or_else(|| {
                        let message = format!("the ending is not known; known are {ENDINGS}");
                        Error::format(slashed(path), None, message)
                    })?);
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                findings.warnings.push(skipped(slashed(path), &error));
            }
            Err(error) => return Err(Error::io(path, error)),
        }
    }
    // Of a run without any file the error says it.
    if !findings.files.is_empty() {
        findings.warnings.extend(unread);
    }
    findings.warnings.sort_unstable();
    findings.warnings.dedup();
    findings.files = once_each(findings.files);
    place::settle(&mut findings.files, &roots);
    Ok(findings)
}

/// Finds the files of a folder, at any depth. Hidden ones are passed over, and so is the output of
/// earlier runs. Gives the number of [`DOCUMENTS`] by their ending.
fn walk(
    root: &Path,
    target: Option<&Path>,
    findings: &mut Findings,
) -> Result<BTreeMap<&'static str, usize>, Error> {
    let is_target = |path: &Path| {
        let name = target.and_then(Path::file_name);
        name.is_some_and(|name| path.file_name() == Some(name)) && same_file(Some(path), target)
    };
    let replaces = |path: &Path| -> Result<bool, Error> {
        let is_target = is_target(path);
        if is_target && !is_result(path) {
            let path = path.to_path_buf();
            let message =
                "lies in a folder of inputs and was not written by this program; name another file for the result"
                    .to_owned();
            return Err(Error::Output { path, message });
        }
        Ok(is_target)
    };
    let mut documents = BTreeMap::new();
    let mut entries = WalkDir::new(root).follow_links(true).into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                findings.warnings.extend(unwalked(root, error));
                continue;
            }
        };
        let path = entry.path();
        let inside = entry.depth() > 0;
        if entry.file_type().is_dir() {
            if inside && is_hidden(path) {
                entries.skip_current_dir();
            } else if inside && run_folder::holds_run(path) {
                if !same_file(Some(path), target) {
                    findings.warnings.push(Warning {
                        path: slashed(path),
                        line: None,
                        skipped: false,
                        message: "the output of an earlier run; not read".to_owned(),
                    });
                }
                entries.skip_current_dir();
            }
            continue;
        }
        if is_hidden(path) || replaces(path)? {
            continue;
        }
        match Found::new(path, root, true) {
            Some(found) if entry.file_type().is_file() => findings.files.push(found),
            Some(found) => findings.warnings.push(Warning {
                path: found.shown,
                line: None,
                skipped: true,
                message: "not a regular file".to_owned(),
            }),
            None => {
                findings.n_others += 1;
                let ending = DOCUMENTS.into_iter().find(|ending| {
                    path.extension()
                        .is_some_and(|own| own.eq_ignore_ascii_case(ending))
                });
                if let Some(ending) = ending {
                    *documents.entry(ending).or_default() += 1;
                }
            }
        }
    }
    Ok(documents)
}

/// Whether a file is empty or begins like a table that this program writes.
fn is_result(path: &Path) -> bool {
    let mut begin = Vec::new();
    let read = File::open(path).and_then(|file| file.take(256).read_to_end(&mut begin));
    read.is_ok() && (begin.is_empty() || write::begins_result(&String::from_utf8_lossy(&begin)))
}

/// The warning about a place that could not be walked, when it concerns anybody: hidden files and
/// files with other endings do not.
fn unwalked(root: &Path, error: walkdir::Error) -> Option<Warning> {
    let path = error.path().unwrap_or(root).to_path_buf();
    let inside = error.depth() > 0;
    if let Some(ancestor) = error.loop_ancestor() {
        return Some(Warning {
            path: slashed(&path),
            line: None,
            skipped: false,
            message: format!("a link back to `{}`; not followed", slashed(ancestor)),
        });
    }
    let error = error
        .into_io_error()
        .unwrap_or_else(|| io::Error::other("cannot be read"));
    let is_link_to_nothing = error.kind() == io::ErrorKind::NotFound;
    let is_of_interest = !is_link_to_nothing || by_ending(&slashed(&path)).is_some();
    (!(inside && is_hidden(&path)) && is_of_interest).then(|| skipped(slashed(&path), &error))
}

/// The files sorted, each once: of several ways to one, that from the outermost folder stays.
fn once_each(files: Vec<Found>) -> Vec<Found> {
    let mut keyed: Vec<_> = files
        .into_iter()
        .map(|found| {
            let real = found
                .path
                .as_ref()
                .map(|path| fs::canonicalize(path).unwrap_or_else(|_| path.clone()));
            let depth = found.stem.split('/').count();
            (real, Reverse(depth), found)
        })
        .collect();
    keyed.sort_unstable_by(|a, b| {
        let key = |found: &Found| (found.shown.clone(), found.stem.clone());
        (&a.0, a.1)
            .cmp(&(&b.0, b.1))
            .then_with(|| key(&a.2).cmp(&key(&b.2)))
    });
    keyed.dedup_by(|later, first| later.0 == first.0);
    let mut files: Vec<Found> = keyed.into_iter().map(|(_, _, found)| found).collect();
    files.sort_by(|a, b| (&a.shown, &a.path).cmp(&(&b.shown, &b.path)));
    files
}

/// The name without its endings, the format and the compression; `None` when the ending is not known.
pub(super) fn by_ending(name: &str) -> Option<(&str, Format, Packing)> {
    let (rest, packing) = if let Some(rest) = without_ending(name, ".gz") {
        (rest, Packing::Gzip)
    } else if let Some(rest) = without_ending(name, ".zst") {
        (rest, Packing::Zstd)
    } else {
        (name, Packing::None)
    };
    [
        (".txt", Format::Text),
        (".jsonl", Format::Lines),
        (".ndjson", Format::Lines),
        (".csv", Format::Csv),
        (".tsv", Format::Tsv),
    ]
    .into_iter()
    .find_map(|(ending, format)| Some((without_ending(rest, ending)?, format, packing)))
}

/// `name` without `ending`, which may be in capitals; `None` when it ends otherwise or nothing is left.
fn without_ending<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    let (stem, found) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
    let is_left = !stem.is_empty() && !stem.ends_with('/');
    (is_left && found.eq_ignore_ascii_case(ending)).then_some(stem)
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

pub(super) fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// The warning about a file or folder that the system does not give.
pub(super) fn skipped(path: String, error: &io::Error) -> Warning {
    Warning {
        path,
        line: None,
        skipped: true,
        message: format!("cannot be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        folder
    }

    #[test]
    fn endings_say_the_format_in_capitals_too() {
        assert_eq!(
            by_ending("nrk/a.b.TXT.Gz"),
            Some(("nrk/a.b", Format::Text, Packing::Gzip))
        );
        assert_eq!(
            by_ending("å.ndjson.zst"),
            Some(("å", Format::Lines, Packing::Zstd))
        );
        for name in ["a.md", "a.gz", ".txt", "nrk/.csv", "txt", "", "æ"] {
            assert_eq!(by_ending(name), None, "{name}");
        }
    }

    #[test]
    fn folders_are_walked_and_hidden_or_other_files_passed_over() {
        let folder = folder(&[
            "b.txt",
            "a/c.csv",
            "a/d/e.jsonl",
            ".skjult.txt",
            ".git/f.txt",
            "LES.md",
        ]);
        let found = find(&[folder.path().to_path_buf()], None).unwrap();
        let stems: Vec<&str> = found.files.iter().map(|file| file.stem.as_str()).collect();
        assert_eq!(stems, ["a/c", "a/d/e", "b"]);
        assert_eq!(found.n_others, 1);
        assert_eq!(found.warnings, []);
    }

    #[test]
    fn a_folder_of_other_files_is_told_when_there_is_something_to_read_elsewhere() {
        let folder = folder(&["a/b.txt", "a/LES.md", "c/d.docx", "c/e/f.pdf"]);
        let at = |path: &str| folder.path().join(path);
        let found = find(&[at("a"), at("c")], None).unwrap();
        assert_eq!(found.files.len(), 1);
        let told: Vec<&str> = found.warnings.iter().map(|told| &*told.path).collect();
        assert_eq!(told, [slashed(&at("c"))]);
        assert!(found.warnings[0].skipped);
        assert_eq!(find(&[at("c")], None).unwrap().warnings, []);
    }

    #[test]
    fn a_file_reached_in_several_ways_is_taken_from_the_outermost_folder() {
        let folder = folder(&["a/b/c.txt"]);
        let at = |path: &str| folder.path().join(path);
        let mut paths = vec![
            at("a/b/c.txt"),
            at("a/b"),
            at(""),
            at("a"),
            at("a/./b/c.txt"),
        ];
        for _ in 0..paths.len() {
            paths.rotate_left(1);
            let found = find(&paths, None).unwrap();
            assert_eq!(found.files.len(), 1);
            assert_eq!(found.files[0].stem, "a/b/c");
        }
    }

    #[test]
    fn what_is_not_there_or_not_known_is_an_error() {
        let folder = folder(&["a.md"]);
        let missing = find(&[folder.path().join("b")], None).unwrap_err();
        assert!(matches!(missing, Error::Io { .. }), "{missing}");
        let unknown = find(&[folder.path().join("a.md")], None).unwrap_err();
        assert!(unknown.to_string().contains(".ndjson"), "{unknown}");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_broken_ones_or_loops_said() {
        use std::os::unix::fs::symlink;
        let folder = folder(&["a/b.txt", "c/d.txt"]);
        let at = |path: &str| folder.path().join(path);
        symlink(at("c"), at("a/c")).unwrap();
        symlink(at("a"), at("a/loop")).unwrap();
        symlink(at("nowhere"), at("a/gone.txt")).unwrap();
        symlink(at("nowhere"), at("a/gone.md")).unwrap();
        symlink(at("nowhere"), at("a/.#b.txt")).unwrap();
        let found = find(&[at("a")], None).unwrap();
        let stems: Vec<&str> = found.files.iter().map(|file| file.stem.as_str()).collect();
        assert_eq!(stems, ["b", "c/d"]);
        let warned: Vec<_> = found
            .warnings
            .iter()
            .map(|warning| {
                (
                    Path::new(&warning.path).file_name().unwrap(),
                    warning.skipped,
                )
            })
            .collect();
        assert_eq!(
            warned,
            [("gone.txt".as_ref(), true), ("loop".as_ref(), false)]
        );
    }
}
