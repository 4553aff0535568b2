//! All integration tests, linked once.

/// Telling languages apart.
mod language;
/// Reading articles: formats, encodings, broken inputs.
mod read;
/// Sentence splitting.
mod segment;
