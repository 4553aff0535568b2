//! Learns the table of sentence borders, and measures it.
//!
//! ```text
//! train_segment GOLD...            cross-validated figures, then the table on standard output
//! train_segment --errors GOLD...   cross-validated figures with all errors
//! train_segment --measure GOLD...  figures of the table that is compiled in, with all errors
//! ```
//!
//! GOLD: files as `claimalign evaluate --sentences` reads them. Texts longer than a few pages are
//! cut into parts, so that parts of one text are measured with a table learned from the others.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program, not part of the library"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use claimalign::Error;
use claimalign::article::Span;
use claimalign::evaluate_sentences::{self, Gold, Report};
use claimalign::segment::fit::{Example, fit};

/// Parts of cross-validation.
const FOLDS: usize = 5;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Error> {
    let mut paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let mut flag = |name: &str| {
        let is_first = paths.first().is_some_and(|path| path.as_os_str() == name);
        if is_first {
            paths.remove(0);
        }
        is_first
    };
    let measure = flag("--measure");
    let errors = flag("--errors");
    let mut files: Vec<(String, Vec<Gold>)> = Vec::new();
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let texts = evaluate_sentences::read_gold(path)?;
        // All events count as one file.
        let is_event = path.extension().is_some_and(|ending| ending == "json");
        match files.last_mut() {
            Some((last, all)) if is_event && last == "events" => all.extend(texts),
            _ if is_event => files.push(("events".to_owned(), texts)),
            _ => files.push((name.into_owned(), texts)),
        }
    }
    if measure {
        for (name, texts) in &files {
            let report = evaluate_sentences::evaluate(texts);
            print(name, &report);
            list_errors(&report);
        }
        return Ok(());
    }
    let parts: Vec<Vec<Vec<Gold>>> = files.iter().map(|(_, texts)| folds(texts)).collect();
    let mut reports: Vec<Report> = files.iter().map(|_| Report::default()).collect();
    for fold in 0..FOLDS {
        let rest = parts.iter().flat_map(|folds| {
            folds
                .iter()
                .enumerate()
                .filter(move |(index, _)| *index != fold)
                .flat_map(|(_, texts)| texts)
        });
        let fitted = learn(rest);
        for (folds, report) in parts.iter().zip(&mut reports) {
            if let Some(texts) = folds.get(fold) {
                report.add(evaluate_sentences::evaluate_with(
                    texts,
                    |text, language| fitted.sentences(text, language),
                ));
            }
        }
    }
    for ((name, _), report) in files.iter().zip(&reports) {
        print(name, report);
        if errors {
            list_errors(report);
        }
    }
    if errors {
        return Ok(());
    }
    print!(
        "{}",
        learn(files.iter().flat_map(|(_, texts)| texts)).table()
    );
    Ok(())
}

fn print(name: &str, report: &Report) {
    let kinds = report
        .kind_accuracy()
        .map_or_else(String::new, |share| format!(" kinds {share:.4}"));
    eprintln!(
        "{name}: P {:.4} R {:.4} F1 {:.4}{kinds} ({} of {} sentences, {} found)",
        report.precision(),
        report.recall(),
        report.f1(),
        report.n_exact,
        report.n_gold,
        report.n_found
    );
    for ((fault, class), count) in report.error_counts() {
        eprintln!("    {fault}, {class}: {count}");
    }
}

fn list_errors(report: &Report) {
    for error in &report.errors {
        println!("  {} ({}): {}", error.fault, error.class, error.context);
    }
    for (gold, found, text) in &report.kind_errors {
        println!("  kind {gold} taken for {found}: {text}");
    }
}

fn learn<'a>(texts: impl Iterator<Item = &'a Gold>) -> claimalign::segment::fit::Fitted {
    let texts: Vec<(&Gold, Vec<Span>)> = texts
        .map(|gold| (gold, gold.sentences.iter().map(|(span, _)| *span).collect()))
        .collect();
    let examples: Vec<Example<'_>> = texts
        .iter()
        .map(|(gold, spans)| Example {
            text: &gold.text,
            language: gold.language,
            spans,
        })
        .collect();
    fit(&examples)
}

/// Texts dealt out to the folds; a single long text is cut into consecutive parts first.
fn folds(texts: &[Gold]) -> Vec<Vec<Gold>> {
    let mut folds: Vec<Vec<Gold>> = vec![Vec::new(); FOLDS];
    if let [text] = texts {
        let size = text.sentences.len().div_ceil(FOLDS).max(1);
        for (chunk, fold) in text.sentences.chunks(size).zip(&mut folds) {
            fold.extend(part(text, chunk));
        }
    } else {
        let size = texts.len().div_ceil(FOLDS).max(1);
        for (chunk, fold) in texts.chunks(size).zip(&mut folds) {
            fold.extend(chunk.iter().cloned());
        }
    }
    folds
}

/// The part of `gold` that holds `sentences`.
fn part(gold: &Gold, sentences: &[(Span, Option<claimalign::segment::Kind>)]) -> Option<Gold> {
    let start = sentences.first()?.0.start();
    let end = sentences.last()?.0.end();
    Some(Gold {
        id: gold.id.clone(),
        language: gold.language,
        text: gold.text.get(start..end)?.to_owned(),
        sentences: sentences
            .iter()
            .filter_map(|(span, kind)| {
                Some((
                    Span::new(span.start() - start, span.end() - start).ok()?,
                    *kind,
                ))
            })
            .collect(),
    })
}
