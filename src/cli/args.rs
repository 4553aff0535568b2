//! The arguments of every command, and how they override a configuration file.

pub(crate) mod review;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use claimalign::Error;
use claimalign::config::{Across, Config, UnitKind};
use claimalign::spreadsheet::Dialect;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Finds the claims that Norwegian and Danish news articles share, and writes them as clusters for review
/// in a spreadsheet.
#[derive(Debug, Parser)]
#[command(
    version,
    propagate_version = true,
    help_expected = true,
    after_help = "Exit codes: 0 fine; 1 failed; 2 usage; 3 finished, but inputs were skipped (they are listed)."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Threads to use [default: all cores]; the result is the same for any number
    #[arg(short = 'j', long, global = true, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say how long each stage took
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Settings from a file, such as the config.toml of an earlier run; options given here win
    #[arg(long, global = true, value_name = "FILE.toml")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the claims that articles share: the main job
    #[command(after_help = "Examples:
  claimalign align                                   the sample articles of seeds/, into output/
  claimalign align articles/ -o run1                 a folder of articles
  claimalign align export.csv --columns text=body,source=outlet --csv excel -o run1
  claimalign align --config run1/config.toml -o run2 the same run again
  claimalign align archive/ --within-days 7 --across sources --dry-run   how much there is to compare

Then open run1/report.html to read, or run1/review.xlsx to decide; claims.csv and clusters.csv have the same rows.")]
    Align(AlignArgs),
    /// Split articles into sentences, as CSV
    #[command(after_help = "Examples:
  claimalign segment articles/ -o sentences.csv
  claimalign segment articles/ --explain | less      every possible border, and what decided on it")]
    Segment(SegmentArgs),
    /// Look for known claims in articles, as CSV
    #[command(after_help = "Example:
  claimalign match --claims seeds/claims.csv articles/ --top 5 -o matches.csv

FILE has a column claim (one plain statement in nb, nn or da) and, for names, label and claim_id.")]
    Match(MatchArgs),
    /// Say why two sentences match or do not
    #[command(after_help = "Examples:
  claimalign explain \"Mike Pence ble eskortert ut.\" \"Pence er blevet eskorteret væk.\"
  claimalign explain --run output avis/artikkel:4 blad/artikel:7

With --run the two are sentences of a run, as ARTICLE_ID:SENTENCE_INDEX; the run is repeated from its
config.toml, so the inputs must still be there.")]
    Explain(ExplainArgs),
    /// Review in a spreadsheet: the workbook out, decisions back in
    #[command(
        subcommand,
        after_help = "Example, the whole loop:
  claimalign align articles/ -o run1                        writes run1/review.xlsx; edit it, save it
  claimalign review read run1/review.xlsx -o decisions.csv
  claimalign align articles/ --decisions decisions.csv -o run2"
    )]
    Review(review::ReviewCommand),
    /// Say what changed between two runs
    #[command(after_help = "Example:
  claimalign diff run1 run2 -o changes.csv")]
    Diff(review::DiffArgs),
    /// Measure clusters against labelled claims
    #[command(after_help = "Examples:
  claimalign evaluate --gold data/gold               align the labelled articles and measure the result
  claimalign evaluate --gold data/gold run1          measure a run (or its clusters.csv)
  claimalign evaluate --gold data/gold --among news  the same articles in the midst of your own
  claimalign evaluate --gold data/gold -o figures.csv --errors errors.csv   as tables, and what is wrong
  claimalign evaluate --sentences data/gold          measure sentence borders and kinds
  claimalign evaluate --languages data/gold          measure language identification
  claimalign evaluate --pairs tests/cases/hard-pairs.csv   measure pairs that are hard to tell")]
    Evaluate(EvaluateArgs),
    /// Learn the scoring model from labelled claims
    #[command(after_help = "Example:
  claimalign fit --gold data/gold -o data/model.toml")]
    Fit(FitArgs),
    /// Learn words that mean the same from your own articles, as a lexicon to review
    #[command(after_help = "Example:
  claimalign learn-lexicon articles/ -o lexicon.csv   delete the rows that are wrong, save, then
  claimalign align articles/ --lexicon lexicon.csv -o run2")]
    LearnLexicon(LearnArgs),
}

#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Folders (read recursively), files, or - for JSON lines on standard input.
    /// Formats: .txt, .jsonl, .ndjson, .csv, .tsv, each also .gz and .zst.
    /// Texts directly in one of several folders have that folder as their source;
    /// a .txt downloaded from Retriever's press archive is read as the articles in it
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Columns or keys whose names differ from ours (id, text, title, source, date, language, url);
    /// of JSON also a path like `publisher.name`
    #[arg(long, value_name = "OURS=THEIRS,…", value_delimiter = ',', value_parser = column)]
    pub(crate) columns: Vec<(String, String)>,
    /// End at the first input that would be skipped
    #[arg(long)]
    pub(crate) strict: bool,
    /// Match sentences, or each text as a whole
    #[arg(long, value_enum, value_name = "UNIT")]
    pub(crate) unit: Option<UnitArg>,
    /// How CSV is written: rfc4180 (comma) or excel (semicolon, opens by a double click in Nordic Excel)
    #[arg(long, value_enum, value_name = "DIALECT")]
    pub(crate) csv: Option<DialectArg>,
    /// Write text cells as they are, even where a spreadsheet would take them for a formula
    #[arg(long)]
    pub(crate) no_formula_guard: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ScoringArgs {
    /// A lexicon of your own (columns `concept,strength,field,da,nb,nn`), added to the one that ships
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) lexicon: Option<PathBuf>,
    /// A scoring model instead of the one that ships
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) model: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "options are independent of each other"
)]
pub(crate) struct AlignArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// The run folder; an earlier run there is replaced
    #[arg(short, long, value_name = "DIR", default_value = "output")]
    pub(crate) output: PathBuf,
    /// Say how many pairs of sentences would be scored and about how long that takes, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Memory for pairs of sentences, such as 500M or 4G; what does not fit waits on disk, beside the run folder, and
    /// the result is the same [default: as much as they need]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub(crate) memory: Option<u64>,
    /// Known claims that name the clusters (column `claim`, and for names `label` and `claim_id`)
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) claims: Option<PathBuf>,
    /// Decisions of reviewers (from `claimalign review read`), which the clusters obey
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) decisions: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) scoring: ScoringArgs,
    /// Compare only articles that tell of the same event
    #[arg(long)]
    pub(crate) within_stories: bool,
    /// Compare only articles whose dates differ by at most N days; an article without a date is compared with all
    #[arg(long, value_name = "N")]
    pub(crate) within_days: Option<u32>,
    /// Compare any two articles, or only those of different sources; an article without a source is compared with all
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) across: Option<AcrossArg>,
    /// Average probability, 0 to 1, at which sentences join in a claim [default: the model's]
    #[arg(long, value_name = "P")]
    pub(crate) min_join: Option<f64>,
    /// Average probability, 0 to 1, from which on a claim is accepted [default: the model's]
    #[arg(long, value_name = "P")]
    pub(crate) min_accept: Option<f64>,
    /// Probability, 0 to 1, from which on a pair is written to pairs.csv and a near miss is counted [default: the model's]
    #[arg(long, value_name = "P")]
    pub(crate) min_review: Option<f64>,
    /// Articles that a claim needs [default: 2]
    #[arg(long, value_name = "N")]
    pub(crate) min_articles: Option<usize>,
    /// Also write sentences.csv: every sentence with its language and normalized form
    #[arg(long)]
    pub(crate) sentences: bool,
    /// Leave out review.xlsx, the workbook for reviewers
    #[arg(long)]
    pub(crate) no_xlsx: bool,
    /// Leave out report.html, the page for readers
    #[arg(long)]
    pub(crate) no_report: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SegmentArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Instead of sentences, every place where one may end, with the rule or the features that decided
    #[arg(long)]
    pub(crate) explain: bool,
    /// The CSV file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct MatchArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Known claims (column `claim`, and for names `label` and `claim_id`)
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) claims: Option<PathBuf>,
    /// Sentences per claim
    #[arg(long, value_name = "N", default_value = "10")]
    pub(crate) top: NonZeroUsize,
    #[command(flatten)]
    pub(crate) scoring: ScoringArgs,
    /// The CSV file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A sentence, or with --run the id of one (`ARTICLE_ID:SENTENCE_INDEX`)
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) left: String,
    /// The sentence that it is compared with
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) right: String,
    /// A run folder that holds the two sentences
    #[arg(long, value_name = "DIR")]
    pub(crate) run: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) scoring: ScoringArgs,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(false).args(["gold", "sentences", "languages", "pairs", "parallel"])))]
pub(crate) struct EvaluateArgs {
    /// Labelled events: .json files, or folders of them
    #[arg(long, value_name = "FILE", num_args = 1)]
    pub(crate) gold: Vec<PathBuf>,
    /// Measure sentence borders and kinds on these files (.jsonl with spans, or labelled events)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) sentences: Vec<PathBuf>,
    /// Measure language identification on these files (.jsonl with language and text, or with da, nb and nn; or labelled events)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) languages: Vec<PathBuf>,
    /// Measure hard pairs: a .csv file with the columns `id,reason,same,left,right`
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) pairs: Option<PathBuf>,
    /// Measure how often a segment finds its translation: a .jsonl file with `da`, `nb` and `nn`
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) parallel: Option<PathBuf>,
    /// A run folder or its clusters.csv [default: the labelled articles are aligned now]
    #[arg(value_name = "RUN", requires = "gold")]
    pub(crate) run: Option<PathBuf>,
    /// Align the labelled articles among these other ones (files or folders, as for align)
    #[arg(
        long,
        value_name = "INPUT",
        num_args = 1,
        requires = "gold",
        conflicts_with = "run"
    )]
    pub(crate) among: Vec<PathBuf>,
    /// Also write the figures as CSV (columns `metric,group,value,low,high,n`)
    #[arg(short, long, value_name = "FILE.csv", requires = "gold")]
    pub(crate) output: Option<PathBuf>,
    /// Also write every false and every missed pair as CSV, the worst first
    #[arg(
        long,
        value_name = "FILE.csv",
        requires = "gold",
        conflicts_with = "run"
    )]
    pub(crate) errors: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) scoring: ScoringArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FitArgs {
    /// Labelled events: .json files, or folders of them
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) gold: Vec<PathBuf>,
    /// The model file
    #[arg(short, long, value_name = "FILE.toml")]
    pub(crate) output: PathBuf,
    /// A lexicon of your own (columns `concept,strength,field,da,nb,nn`), added to the one that ships
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) lexicon: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LearnArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) scoring: ScoringArgs,
    /// Sentence pairs, copies not counted, that must align two words [default: 2]
    #[arg(long, value_name = "N")]
    pub(crate) min_pairs: Option<NonZeroUsize>,
    /// How exclusively two words must stand for each other, 0 to 1 [default: 0.5]
    #[arg(long, value_name = "S")]
    pub(crate) min_score: Option<f64>,
    /// The CSV file [default: standard output]
    #[arg(short, long, value_name = "FILE.csv")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum UnitArg {
    /// Each sentence
    Sentence,
    /// Each text, unsplit
    Text,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum AcrossArg {
    /// Any two
    Articles,
    /// Of different sources
    Sources,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DialectArg {
    /// UTF-8, comma
    Rfc4180,
    /// UTF-8 with a byte order mark, semicolon, CRLF
    Excel,
}

/// Threads that may be asked for: far more than cores help nobody, and the system does not give them.
const MOST_THREADS: usize = 1024;

fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let threads = text.parse().ok();
    threads
        .filter(|threads: &NonZeroUsize| threads.get() <= MOST_THREADS)
        .ok_or_else(|| format!("expected a number from 1 to {MOST_THREADS}"))
}

/// Our names of the fields of an article.
const FIELDS: [&str; 7] = ["id", "text", "title", "source", "date", "language", "url"];

fn column(text: &str) -> Result<(String, String), String> {
    let (ours, theirs) = text
        .split_once('=')
        .ok_or_else(|| format!("expected OURS=THEIRS, as in text=body, not `{text}`"))?;
    if !FIELDS.contains(&ours) {
        return Err(format!(
            "`{ours}` is none of our names: {}",
            FIELDS.join(", ")
        ));
    }
    if theirs.is_empty() {
        return Err(format!("the name that stands for `{ours}` is empty"));
    }
    Ok((ours.to_owned(), theirs.to_owned()))
}

impl Global {
    /// The settings of `--config`, or the defaults.
    pub(crate) fn base_config(&self) -> Result<Config, Error> {
        self.config
            .as_deref()
            .map_or_else(|| Ok(Config::default()), Config::from_file)
    }
}

impl InputArgs {
    /// Puts what was given into `config`.
    pub(crate) fn apply(&self, config: &mut Config) {
        if !self.inputs.is_empty() {
            config.inputs.clone_from(&self.inputs);
        }
        if !self.columns.is_empty() {
            config.read.columns = self.columns.iter().cloned().collect::<BTreeMap<_, _>>();
        }
        config.read.strict |= self.strict;
        match self.unit {
            Some(UnitArg::Sentence) => config.unit = UnitKind::Sentence,
            Some(UnitArg::Text) => config.unit = UnitKind::Text,
            None => {}
        }
        match self.csv {
            Some(DialectArg::Rfc4180) => config.csv = Dialect::Rfc4180,
            Some(DialectArg::Excel) => config.csv = Dialect::Excel,
            None => {}
        }
        config.formula_guard &= !self.no_formula_guard;
    }
}

impl ScoringArgs {
    /// Puts what was given into `config`.
    pub(crate) fn apply(&self, config: &mut Config) {
        override_with(&mut config.lexicon, self.lexicon.as_ref());
        override_with(&mut config.model, self.model.as_ref());
    }
}

impl AlignArgs {
    /// Puts what was given into `config`.
    pub(crate) fn apply(&self, config: &mut Config) {
        self.input.apply(config);
        self.scoring.apply(config);
        override_with(&mut config.claims, self.claims.as_ref());
        override_with(&mut config.decisions, self.decisions.as_ref());
        override_with(&mut config.min_join, self.min_join.as_ref());
        override_with(&mut config.min_accept, self.min_accept.as_ref());
        override_with(&mut config.min_review, self.min_review.as_ref());
        config.min_articles = self.min_articles.unwrap_or(config.min_articles);
        config.within_stories |= self.within_stories;
        override_with(&mut config.within_days, self.within_days.as_ref());
        match self.across {
            Some(AcrossArg::Articles) => config.across = Across::Articles,
            Some(AcrossArg::Sources) => config.across = Across::Sources,
            None => {}
        }
        config.sentences |= self.sentences;
        config.xlsx &= !self.no_xlsx;
        config.report &= !self.no_report;
    }
}

fn override_with<T: Clone>(setting: &mut Option<T>, given: Option<&T>) {
    if let Some(given) = given {
        *setting = Some(given.clone());
    }
}

/// A number of bytes, with K, M, G or T for a power of 1,024.
fn bytes(text: &str) -> Result<u64, String> {
    let units = ["", "K", "M", "G", "T"];
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let unit = unit.trim_end_matches(['b', 'B']).trim_end_matches('i');
    let power = units
        .iter()
        .position(|known| known.eq_ignore_ascii_case(unit));
    let number: Option<u64> = digits.parse().ok();
    number
        .zip(power)
        .and_then(|(number, power)| number.checked_mul(1 << (10 * power)))
        .filter(|&bytes| bytes > 0)
        .ok_or_else(|| "expected a whole number with K, M, G or T behind it, as in 500M".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn columns_are_ours_and_theirs() {
        assert_eq!(
            column("text=body"),
            Ok(("text".to_owned(), "body".to_owned()))
        );
        for bad in ["body", "brødtekst=text", "text="] {
            assert!(column(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        for (text, size) in [
            ("4G", 4 << 30),
            ("500M", 500 << 20),
            ("1GiB", 1 << 30),
            ("7", 7),
        ] {
            assert_eq!(bytes(text), Ok(size), "{text}");
        }
        for text in ["", "G", "4X", "0", "-1G", "1.5G", "99999999999T"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
