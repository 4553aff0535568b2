//! All integration tests, linked once.

/// The program: arguments, exit codes, files, streams.
#[cfg(feature = "cli")]
mod cli;
/// Average linkage against slow and obvious versions.
mod clusters;
/// Helpers of the other modules.
mod common;
/// The same bytes for any number of threads and any order of the input.
#[cfg(feature = "cli")]
mod determinism;
/// Whole runs over tiny folders, compared with files.
#[cfg(feature = "cli")]
mod golden;
/// Telling languages apart.
mod guards;
mod language;
/// A lexicon learned from articles: what is learned, the file, and what it does to a score.
#[cfg(feature = "cli")]
mod learn;
/// What each stage promises, for any input.
mod properties;
/// Reading articles: formats, encodings, broken inputs.
mod read;
/// Real articles that are not part of this repository, when they are there.
mod real_articles;
/// The loop of review: workbook and tables out, decisions in, the next run.
#[cfg(feature = "cli")]
mod review;
/// What large runs leave out.
mod scale;
/// Articles that are not compared with each other.
mod scope;
/// Sentence splitting.
mod segment;
mod segment_strange;
