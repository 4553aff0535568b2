//! Helpers that several modules use: the program, its files, the labelled articles.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]
#![cfg_attr(
    not(feature = "cli"),
    allow(dead_code, reason = "without the program, only the library is tested")
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claimalign::gold::{self, Event};

/// The folder of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The labelled events of `data/gold`.
pub(crate) fn events() -> Vec<Event> {
    gold::read(&[root().join("data/gold")]).unwrap()
}

/// Writes `text` to `folder/name`, making the folders between.
pub(crate) fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// The names and bytes of all files under `folder`.
pub(crate) fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap();
            (
                name.to_str().unwrap().to_owned(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

/// Compares what [`contents`] found.
#[track_caller]
pub(crate) fn assert_same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) {
    let names = [one, other].map(|files| files.keys().collect::<Vec<_>>());
    assert_eq!(names[0], names[1]);
    for (name, bytes) in one {
        assert!(bytes == &other[name], "{name} differs");
    }
}

/// A CSV file as it stands: cells keep their apostrophes.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<BTreeMap<String, String>>,
}

impl Table {
    /// Reads a table that is written with commas.
    pub(crate) fn parse(bytes: impl AsRef<[u8]>) -> Self {
        Self::with(bytes.as_ref(), b',')
    }

    /// Reads a table that is written with `delimiter`.
    pub(crate) fn with(bytes: &[u8], delimiter: u8) -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .from_reader(bytes);
        let header: Vec<String> = reader
            .headers()
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect();
        let rows = reader
            .records()
            .map(|record| {
                let record = record.unwrap();
                let cells = record.iter().map(str::to_owned);
                header.iter().cloned().zip(cells).collect()
            })
            .collect();
        Self { header, rows }
    }

    /// Reads `folder/name`, written with commas.
    pub(crate) fn read(folder: &Path, name: &str) -> Self {
        Self::parse(fs::read(folder.join(name)).unwrap())
    }

    /// One column.
    pub(crate) fn column(&self, name: &str) -> Vec<&str> {
        self.rows.iter().map(|row| row[name].as_str()).collect()
    }
}

/// `clusters.csv`: which sentences stand in which claim.
#[derive(Debug)]
pub(crate) struct Clusters(pub(crate) Table);

/// A sentence by its article and a part of its text.
pub(crate) type Said<'a> = (&'a str, &'a str);

impl Clusters {
    /// The ids of the claims with a sentence of the article that holds the text.
    pub(crate) fn of(&self, (article, text): Said) -> Vec<&str> {
        self.0
            .rows
            .iter()
            .filter(|row| row["article_id"].contains(article) && row["sentence"].contains(text))
            .map(|row| row["claim_id"].as_str())
            .collect()
    }

    /// Whether some claim holds all of `said`.
    pub(crate) fn together(&self, said: &[Said]) -> bool {
        let (first, rest) = said.split_first().unwrap();
        self.of(*first)
            .iter()
            .any(|claim| rest.iter().all(|said| self.of(*said).contains(claim)))
    }
}

#[cfg(feature = "cli")]
pub(crate) use program::{Ended, claimalign, program};

#[cfg(feature = "cli")]
mod program {
    use std::ffi::OsStr;
    use std::process::{Command, Output, Stdio};

    /// How a run of the program ended.
    #[derive(Debug)]
    pub(crate) struct Ended {
        pub(crate) code: Option<i32>,
        pub(crate) out: String,
        pub(crate) err: String,
    }

    impl Ended {
        pub(crate) fn new(output: Output) -> Self {
            Self {
                code: output.status.code(),
                out: String::from_utf8(output.stdout).unwrap(),
                err: String::from_utf8(output.stderr).unwrap(),
            }
        }

        /// Itself, when the exit code is `code`.
        #[track_caller]
        pub(crate) fn expect(self, code: i32) -> Self {
            assert_eq!(self.code, Some(code), "{self:?}");
            self
        }

        /// Itself, when standard error holds `text`.
        #[track_caller]
        pub(crate) fn says(self, text: &str) -> Self {
            assert!(self.err.contains(text), "no `{text}` in: {}", self.err);
            self
        }
    }

    /// The program, without standard input.
    pub(crate) fn program() -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimalign"));
        command.stdin(Stdio::null());
        command
    }

    /// Runs the program with `arguments`.
    pub(crate) fn claimalign<A: AsRef<OsStr>>(arguments: &[A]) -> Ended {
        Ended::new(program().args(arguments).output().unwrap())
    }
}

/// Runs the program with arguments of different types.
#[cfg(feature = "cli")]
macro_rules! run {
    ($($argument:expr),+ $(,)?) => {
        $crate::common::claimalign(&[$(std::ffi::OsStr::new(&$argument)),+])
    };
}
#[cfg(feature = "cli")]
pub(crate) use run;
