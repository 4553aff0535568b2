//! `claimalign review`: the workbook out, decisions in, figures about both.

mod report;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use claimalign::review::decisions;
use claimalign::review::judge::{self, Judged};
use claimalign::review::{edited, sheets, stored, workbook};
use claimalign::{Date, Error};

use super::args::Global;
use super::args::review::{ExportArgs, ReadArgs, ReviewCommand};
use super::output::{Output, files_of_run, folder_of};
use super::progress::Progress;
use super::{Outcome, print};

/// The reviewer when nobody says who it was.
const UNNAMED: &str = "unnamed";
/// Rows that were not understood that are listed.
const LISTED: usize = 50;

pub(super) fn run(
    command: &ReviewCommand,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Error> {
    match command {
        ReviewCommand::Export(args) => export(args, progress),
        ReviewCommand::Read(args) => read(args, global, progress),
        ReviewCommand::Report(args) => report::run(args),
    }
}

/// The workbook of a run, anew.
fn export(args: &ExportArgs, progress: &Progress) -> Result<Outcome, Error> {
    let path = args
        .output
        .clone()
        .unwrap_or_else(|| args.run.join("review.xlsx"));
    let is_other = |ending: &OsStr| !ending.eq_ignore_ascii_case("xlsx");
    if path.extension().is_some_and(is_other) {
        let message = "a workbook is written; give it a name that ends in .xlsx".to_owned();
        return Err(Error::Output { path, message });
    }
    let book = stored::read(&args.run)?;
    if args.output.is_none() {
        edited::check(&args.run)?;
    }
    let mut read = files_of_run(&args.run);
    // The workbook is made anew.
    read.retain(|file| !file.ends_with("review.xlsx"));
    let out = Output::open_apart(Some(&path), &read)?;
    let written = out.write(|out, path| {
        workbook::write(&book, folder_of(path), out).map_err(|source| Error::io(path, source))
    })?;
    progress.say(&format!(
        "{}: {} claims, {} sentences, {} near misses",
        path.display(),
        book.claims.len(),
        book.n_members(),
        book.n_near()
    ));
    for line in written.in_words() {
        progress.say(&line);
    }
    Ok(Outcome::Fine)
}

/// Decisions of edited files, added to a decisions file.
fn read(args: &ReadArgs, global: &Global, progress: &Progress) -> Result<Outcome, Error> {
    let date = match &args.date {
        Some(date) => date.to_string(),
        None => today(),
    };
    let mut judged: Vec<(Judged, String)> = Vec::new();
    for tables in reviews(&args.files)? {
        let one = judge::judge(&tables)?;
        let reviewer = match (&args.reviewer, one.reviewer.as_str()) {
            (Some(given), _) => given.trim().to_owned(),
            (None, "") => {
                progress.say(&format!(
                    "nobody says who reviewed; it is recorded as `{UNNAMED}` (--reviewer NAME, or the sheet Read me)"
                ));
                UNNAMED.to_owned()
            }
            (None, name) => name.to_owned(),
        };
        judged.push((one, reviewer));
    }
    let mut text = String::new();
    let mut n_problems = 0;
    for (one, reviewer) in &judged {
        let counts = judge::counts(&one.decisions);
        let listed: Vec<String> = counts
            .iter()
            .map(|(judgement, n)| format!("{n} × {}", judgement.name()))
            .collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{reviewer}: {} rows decided, {} judgements{}{}",
            one.rows,
            one.decisions.len(),
            if listed.is_empty() { "" } else { ": " },
            listed.join(", ")
        );
        if one.rows == 0 && one.problems.is_empty() {
            progress.say("no row has a decision");
        }
        for problem in one.problems.iter().take(LISTED) {
            progress.say(&format!("not understood: {problem}"));
        }
        if one.problems.len() > LISTED {
            progress.say(&format!("… and {} more", one.problems.len() - LISTED));
        }
        n_problems += one.problems.len();
    }
    let appended = decisions::append(&args.output, |old| {
        let mut all = old.to_vec();
        for (one, reviewer) in &judged {
            all.extend(one.again(reviewer, &date, &all));
        }
        all.split_off(old.len())
    })?;
    let _ = writeln!(
        text,
        "{}: {} lines added, {} were there already",
        args.output.display(),
        appended.added,
        appended.known
    );
    if appended.back > 0 {
        progress.say(&format!(
            "warning: {} of the added lines go back to what their reviewer had said before and changed since; a \
             workbook that was saved earlier than one already read says what was meant then",
            appended.back
        ));
    }
    if n_problems > 0 {
        let _ = writeln!(
            text,
            "{n_problems} rows were not understood and are left out"
        );
    }
    if !global.quiet {
        print(&text)?;
    }
    Ok(Outcome::of_skipped(n_problems))
}

/// The tables of each review: every workbook, or run folder with one, is one, all CSV files together are one.
fn reviews(files: &[PathBuf]) -> Result<Vec<Vec<sheets::Sheet>>, Error> {
    let mut reviews = Vec::new();
    let mut csv = Vec::new();
    for file in files.iter().flat_map(|file| files_of(file)) {
        let tables = sheets::read(&file)?;
        if tables.iter().all(|table| table.name.is_empty()) {
            csv.extend(tables);
        } else {
            reviews.push(tables);
        }
    }
    if !csv.is_empty() {
        reviews.push(csv);
    }
    Ok(reviews)
}

/// `file`; of a run folder what was edited in it, or its workbook.
fn files_of(file: &Path) -> Vec<PathBuf> {
    let workbook = file.join("review.xlsx");
    let edited: Vec<PathBuf> = edited::changed(file).collect();
    if !edited.is_empty() {
        edited
    } else if workbook.is_file() {
        vec![workbook]
    } else {
        vec![file.to_owned()]
    }
}

/// The day, in UTC.
fn today() -> String {
    let days = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() / 86_400);
    Date::from_days_since_1970(i64::try_from(days).unwrap_or(0))
        .map_or_else(String::new, |date| date.to_string())
}

/// A date given on the command line.
pub(super) fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| format!("`{text}` is no date; write it as 2021-01-06"))
}
