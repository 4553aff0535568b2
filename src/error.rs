//! What can end a run, and what is only worth a warning.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// An error that ends the work at hand.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The inputs hold no article.
    #[error("{0}")]
    NoArticles(String),
    /// A table, model, gold file or configuration has something that is not understood.
    #[error("{origin}{}: {message}", line.map_or_else(String::new, |line| format!(":{line}")))]
    Format {
        /// The file or embedded table.
        origin: String,
        /// The line, counted from 1, when known.
        line: Option<u64>,
        /// What was expected and what is there.
        message: String,
    },
    /// The output folder holds something else than an earlier run.
    #[error("{}: {message}", path.display())]
    Output {
        /// The folder.
        path: PathBuf,
        /// Why it is refused.
        message: String,
    },
    /// A setting is out of its range.
    #[error("{name}: {message}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// The accepted range and the value given.
        message: String,
    },
    /// An input was skipped although `strict` is set.
    #[error("{0}")]
    Strict(Warning),
    /// A span whose end lies before its start.
    #[error("a span cannot start at byte {start} and end at byte {end}")]
    Span {
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
    },
}

impl Error {
    /// An [`Error::Io`] of `path`.
    pub fn io(path: impl AsRef<Path>, source: io::Error) -> Self {
        Self::Io {
            path: path.as_ref().to_path_buf(),
            source,
        }
    }

    /// An [`Error::Format`] of `origin`, at `line` when known.
    pub fn format(
        origin: impl Into<String>,
        line: impl Into<Option<u64>>,
        message: impl Into<String>,
    ) -> Self {
        Self::Format {
            origin: origin.into(),
            line: line.into(),
            message: message.into(),
        }
    }
}

/// Something that the user should know but that does not end the run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Warning {
    /// The file, `-` for standard input; or the setting.
    pub path: String,
    /// The line, counted from 1, when the warning is about one line or row.
    pub line: Option<u64>,
    /// Whether an input (a file or a row) was left out because of it.
    pub skipped: bool,
    /// What was found, what was expected, and what was done about it.
    pub message: String,
}

impl Warning {
    /// How many of `warnings` tell of an input that was skipped.
    pub fn n_skipped(warnings: &[Self]) -> usize {
        warnings.iter().filter(|warning| warning.skipped).count()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}
