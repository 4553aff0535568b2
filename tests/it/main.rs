//! All integration tests, linked once.

mod language;
