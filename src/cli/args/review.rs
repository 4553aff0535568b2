//! Arguments of `claimalign review` and `claimalign diff`.

use std::path::PathBuf;

use claimalign::Date;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// Write the workbook of a run anew, with the decisions that are in force
    #[command(after_help = "Example:
  claimalign review export run1 -o review-kari.xlsx")]
    Export(ExportArgs),
    /// Read decisions from edited files, and add them to a decisions file
    #[command(after_help = "Examples:
  claimalign review read run1/review.xlsx -o decisions.csv
  claimalign review read kari.xlsx ola.xlsx -o decisions.csv
  claimalign review read run1/claims.csv run1/clusters.csv --reviewer Kari -o decisions.csv

Then: claimalign align articles/ --decisions decisions.csv -o run2. The file is added to and never rewritten;
reading a workbook twice adds nothing. Exit code 3: some rows were not understood; they are listed.")]
    Read(ReadArgs),
    /// Say how good a reviewed run is, how far reviewers agree, and what to review next
    #[command(after_help = "Example:
  claimalign review report run1 --decisions decisions.csv")]
    Report(ReportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The run folder
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// The workbook [default: review.xlsx in the run folder]
    #[arg(short, long, value_name = "FILE.xlsx")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    /// Edited files: .xlsx or .ods workbooks, or the CSV files of one run, as any spreadsheet program saves them
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The decisions file; new lines are added at its end
    #[arg(short, long, value_name = "FILE.csv", default_value = "decisions.csv")]
    pub(crate) output: PathBuf,
    /// Who reviewed [default: the name in the sheet Read me]
    #[arg(long, value_name = "NAME")]
    pub(crate) reviewer: Option<String>,
    /// The day of the decisions [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = crate::cli::review::date)]
    pub(crate) date: Option<Date>,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run that was reviewed
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// The decisions about it
    #[arg(long, value_name = "FILE.csv", default_value = "decisions.csv")]
    pub(crate) decisions: PathBuf,
    /// The reviewed rows are a random sample of all rows (each had the same chance to be reviewed)
    #[arg(long)]
    pub(crate) random_sample: bool,
    /// What to review next: the most uncertain rows, those that would change the most, or a random sample
    #[arg(long, value_enum, value_name = "ORDER", default_value = "uncertain")]
    pub(crate) order: OrderArg,
    /// Rows that are listed to be reviewed next
    #[arg(long, value_name = "N", default_value = "10")]
    pub(crate) next: usize,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum OrderArg {
    /// Scores nearest to one half
    Uncertain,
    /// Uncertain rows of large claims
    Consequential,
    /// A random sample: for --random-sample, review from the top
    Random,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The earlier run folder
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,
    /// The later run folder
    #[arg(value_name = "AFTER")]
    pub(crate) after: PathBuf,
    /// Also write the changes as CSV
    #[arg(short, long, value_name = "FILE.csv")]
    pub(crate) output: Option<PathBuf>,
    /// How CSV is written: rfc4180 (comma) or excel (semicolon, opens by a double click in Nordic Excel)
    #[arg(long, value_enum, value_name = "DIALECT", default_value = "rfc4180")]
    pub(crate) csv: super::DialectArg,
}
