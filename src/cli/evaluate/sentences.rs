//! `claimalign evaluate --sentences`: borders and kinds against labelled sentences.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use claimalign::Error;
use claimalign::evaluate_sentences::{self, Gold, Report};

use super::files_of;

/// Wrong borders and wrong kinds that are listed per file.
const LISTED: usize = 20;

/// The figures of every file; all labelled events count as one.
pub(super) fn report(paths: &[PathBuf]) -> Result<String, Error> {
    let mut files: Vec<(String, Vec<Gold>)> = Vec::new();
    for path in files_of(paths)? {
        let texts = evaluate_sentences::read_gold(&path)?;
        let event = path.extension().is_some_and(|ending| ending == "json");
        let name = if event {
            "labelled events".to_owned()
        } else {
            file_name(&path)
        };
        match files.last_mut() {
            Some((last, all)) if *last == name => all.extend(texts),
            _ => files.push((name, texts)),
        }
    }
    let mut text = String::new();
    for (name, texts) in &files {
        describe(name, &evaluate_sentences::evaluate(texts), &mut text);
    }
    Ok(text)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn describe(name: &str, report: &Report, text: &mut String) {
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        text,
        "{name}: {} sentences, {} found, {} exact; precision={:.4} recall={:.4} f1={:.4}",
        report.n_gold,
        report.n_found,
        report.n_exact,
        report.precision(),
        report.recall(),
        report.f1()
    );
    if let Some(kinds) = report.kind_accuracy() {
        let _ = write!(text, " kinds={kinds:.4}");
    }
    text.push('\n');
    for ((fault, class), count) in report.error_counts() {
        let _ = writeln!(text, "  {count:>4} {fault}, {class}");
    }
    for error in report.errors.iter().take(LISTED) {
        let context = error.context.replace('\n', "⏎");
        let _ = writeln!(
            text,
            "  {} {}:{} {context}",
            error.fault, error.id, error.at
        );
    }
    for (gold, found, sentence) in report.kind_errors.iter().take(LISTED) {
        let _ = writeln!(
            text,
            "  kind {found} for {gold}: {}",
            sentence.replace('\n', "⏎")
        );
    }
}
