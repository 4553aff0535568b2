//! Review by people: what they get to see, and what becomes of what they decide.
//!
//! The loop: a run gives a [`book`] (its claims with their sentences and the near misses), written as a
//! [`workbook`] or as CSV. People fill in decisions; [`sheets`] reads the files back whatever program saved
//! them, [`judge`] turns the filled cells into [`decisions`], and [`apply`] makes the next run obey those.
//! [`measure`] says how good the reviewed run was, how far reviewers agree, and what to look at next.
//!
//! A decision is about sentences, not about claims of one run: each side is a sentence, known by a [`key`]
//! that is made from the id of its article and from its text. So a decision holds in every later run that has
//! these sentences, and is stale when the text has changed. This module never resolves a contradiction
//! without saying so, and never changes a line of a decisions file.

pub mod apply;
pub mod book;
pub mod decisions;
pub mod edited;
mod in_force;
pub mod judge;
pub mod key;
pub mod measure;
mod read_me;
mod settle;
pub mod sheets;
pub mod stored;
pub mod workbook;
