//! All integration tests, linked once.

/// Reading articles: formats, encodings, broken inputs.
mod read;
/// Sentence splitting.
mod segment;
