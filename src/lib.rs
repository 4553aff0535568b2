//! Finds the claims that Norwegian and Danish news articles share.
//!
//! The stages, in the order of the pipeline: [`read`] articles from files, [`segment`] them into
//! sentences, tell the [`language`] of each, [`normalize`] them to a shared form.

pub mod align;
pub mod article;
pub mod candidates;
pub mod claim;
pub mod cluster;
pub mod clusters_file;
pub mod config;
pub mod copies;
pub mod diff;
pub mod error;
pub mod evaluate;
pub mod evaluate_pairs;
pub mod evaluate_parallel;
pub mod evaluate_sentences;
pub mod explain;
pub mod facts;
pub mod fit;
mod flat;
pub mod gold;
pub mod known;
pub mod label;
pub mod language;
pub mod learn;
pub mod lexicon;
pub mod normalize;
pub mod observer;
pub mod pipeline;
mod plain;
pub mod prepare;
pub mod read;
pub mod report;
pub mod review;
pub mod run_folder;
pub mod score;
pub mod segment;
pub mod similar;
pub mod spill;
pub mod spreadsheet;
pub mod stories;
pub mod tables;
pub mod vocabulary;
pub mod weigh;
pub mod words;
pub mod write;

pub use article::{Article, Date, Span};
pub use error::{Error, Warning};
pub use language::Language;
