//! `claimalign evaluate --languages`: languages told right, wrong and not at all.

use std::fmt::Write as _;
use std::path::PathBuf;

use claimalign::Error;
use claimalign::language::evaluate::Report;
use claimalign::language::of_text;
use claimalign::language::samples::Samples;

use super::files_of;

/// The tables for the sentences, each by itself, and for the articles of `paths`.
pub(super) fn report(paths: &[PathBuf]) -> Result<String, Error> {
    let mut samples = Samples::default();
    for path in files_of(paths)? {
        samples.append(Samples::read(&path)?);
    }
    let mut text = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        text,
        "sentences\n{}",
        Report::of(&samples.sentences, of_text)
    );
    if !samples.articles.is_empty() {
        let _ = write!(
            text,
            "\narticles\n{}",
            Report::of(&samples.articles, of_text)
        );
    }
    Ok(text)
}
