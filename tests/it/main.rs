//! All integration tests, linked once.

/// Sentence splitting.
mod segment;
