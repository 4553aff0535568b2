//! Finds the claims that Norwegian and Danish news articles share.
//!
//! The stages, in the order of the pipeline: [`read`] articles from files, [`segment`] them into
//! sentences, tell the [`language`] of each.

pub mod article;
pub mod error;
pub mod language;
pub mod observer;
pub mod read;
pub mod run_folder;
pub mod segment;
pub mod spreadsheet;

pub use article::{Article, Date, Span};
pub use error::{Error, Warning};
pub use language::Language;
