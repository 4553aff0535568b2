//! The program as a user meets it: arguments, exit codes, files, streams.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

/// What each command does beyond `align`.
mod commands;
/// Inputs that are missing, broken or of other shape.
mod inputs;
/// The folder that a run writes.
mod output;
/// What is said before the longest stage.
mod plan;
/// Standard output, standard error, pipes and devices.
mod streams;
/// Arguments, help and exit codes.
mod usage;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::common;

/// Two articles that share their first sentence and nothing else.
const FIRE: [(&str, &str); 2] = [
    (
        "a",
        "Det begynte å brenne i en kornsilo på Granmo Mølle tirsdag morgen. Kongen reiser til Paris.",
    ),
    (
        "b",
        "Det begynte å brenne i en kornsilo på Granmo Mølle tirsdag morgen. Smør koster mer nå.",
    ),
];

/// A folder `in` with the two articles as text files.
fn fire() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (id, text) in FIRE {
        common::write(folder.path(), &format!("in/{id}.txt"), text);
    }
    folder
}

/// A folder with one file.
fn one_file(name: &str, text: impl AsRef<[u8]>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path(), name, text);
    folder
}

/// The record of the run in `out`.
fn record(out: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap()
}

/// Names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
