//! The language tables that ship inside the program.
//!
//! Tables are CSV files under `data/`, embedded at build time, so that a run needs no file but its
//! inputs. This module only reads them into rows; what the rows mean is decided by the module that
//! owns the table. `data/README.md` explains every column.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::error::Error;

/// One embedded table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Path in the repository.
    pub name: &'static str,
    /// The file's text.
    pub text: &'static str,
}

macro_rules! tables {
    ($($constant:ident = $file:literal),* $(,)?) => {
        $(
            #[doc = concat!("`data/", $file, "`")]
            pub const $constant: Table = Table {
                name: concat!("data/", $file),
                text: include_str!(concat!("../data/", $file)),
            };
        )*
        /// Every embedded table of this module, in the order of their names.
        pub const ALL: &[Table] = &[$($constant),*];
    };
}

tables! {
    ABBREVIATIONS = "abbreviations.csv",
    BACKGROUND = "background.csv",
    BOILERPLATE_CUES = "boilerplate_cues.csv",
    CONCEPTS = "concepts.csv",
    FALSE_FRIENDS = "false_friends.csv",
    FUNCTION_WORDS = "function_words.csv",
    LANGUAGE_MODEL = "language-model.csv",
    MODEL = "model.toml",
    MONTHS = "months.csv",
    NEGATIVES = "negatives.csv",
    NUMERALS = "numerals.csv",
    OPPOSITES = "opposites.csv",
    ORGANISATIONS = "organisations.csv",
    SEGMENT_MODEL = "segment_model.csv",
    SEGMENT_WORDS = "segment_words.csv",
    SPELLING = "spelling.csv",
    SUFFIXES = "suffixes.csv",
    WEEKDAYS = "weekdays.csv",
}

/// Checks the tables that are read word by word while a run goes on, so that a damaged one ends the run at
/// its start.
///
/// # Errors
/// [`Error::Format`] with table and line.
pub fn check() -> Result<(), Error> {
    crate::normalize::check_tables()
}

/// The error of an embedded table that was read before.
pub(crate) fn damaged(error: &Error) -> Error {
    Error::format("embedded tables", None, error.to_string())
}

impl Table {
    /// The rows of a CSV table.
    ///
    /// # Errors
    /// [`Error::Format`] with the line when a row does not fit `T`.
    pub fn rows<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        rows(self.name, self.text.as_bytes())
    }

    /// SHA-256 of the table, in hexadecimal.
    pub fn sha256(&self) -> String {
        sha256(self.text.as_bytes())
    }
}

/// The rows of a CSV table with a header; `origin` names it in errors.
pub fn rows<T: DeserializeOwned>(origin: &str, bytes: &[u8]) -> Result<Vec<T>, Error> {
    rows_parted_by(b',', origin, bytes)
}

/// As [`rows`], for a table with another byte between its cells.
///
/// # Errors
/// [`Error::Format`] with the line when a row does not fit `T`.
pub fn rows_parted_by<T: DeserializeOwned>(
    delimiter: u8,
    origin: &str,
    bytes: &[u8],
) -> Result<Vec<T>, Error> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(bytes)
        .deserialize()
        .map(|row| {
            row.map_err(|error| {
                let line = error.position().map(csv::Position::line);
                Error::format(origin, line, error.to_string())
            })
        })
        .collect()
}

/// SHA-256 of `bytes`, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// `bytes` in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_one_of_the_standard() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
