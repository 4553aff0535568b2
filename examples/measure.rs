//! Times the stages of `align` on a generated corpus and counts which planted pairs are found.
//!
//! `cargo run --release --example measure -- SENTENCES [SEED [ordinary|copies|boilerplate [MEBIBYTES]]]`
//!
//! With `copies`, half of the articles are prints of one agency story; with `boilerplate`, one sentence in five is
//! the same in all articles. Pairs of sentences may hold so many mebibytes in memory, as with `align --memory`.
//!
//! Prints tables in Markdown: seconds on the wall and of all threads together, on as many threads as there are
//! cores (`RAYON_NUM_THREADS` sets another number), and the most memory that the process held during the stage,
//! where the system tells (Linux). One run: for averages there is `cargo bench`.

#[path = "../benches/corpus.rs"]
#[allow(
    dead_code,
    reason = "written for the benchmarks, which need more of it"
)]
mod corpus;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{BufWriter, Write};
use std::sync::Mutex;
use std::time::Instant;

use claimalign::candidates::{self, Candidate, Limits};
use claimalign::config::Config;
use claimalign::observer::{Observer, Silent, Stage};
use claimalign::pipeline::{self, Run};
use claimalign::run_folder::RunFolder;
use claimalign::score::model::Model;
use claimalign::score::{ScoredPair, Scorer};
use claimalign::spill::Memory;
use claimalign::write;
use clap::{Parser, ValueEnum, value_parser};
use corpus::{Corpus, How, Place, Planted};
use serde_json::json;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sentences up to which every two of them are scored.
const FEW: usize = 12_000;

/// Notes when stages begin and end.
#[derive(Default)]
struct Clock {
    running: Mutex<Option<(Stage, Moment)>>,
    spent: Mutex<Vec<(Stage, Spent)>>,
}

/// What a stage took.
#[derive(Clone, Copy)]
struct Spent {
    /// Seconds on the wall, and of all threads together.
    seconds: [f64; 2],
    /// The most memory that was held since the stage before, in MB.
    megabytes: Option<u64>,
}

/// A point in time.
#[derive(Clone, Copy)]
struct Moment {
    wall: Instant,
    cpu: f64,
}

impl Moment {
    fn now() -> Self {
        Self {
            wall: Instant::now(),
            cpu: cpu_seconds().unwrap_or(0.0),
        }
    }

    /// Seconds since then: on the wall, and of all threads together.
    fn elapsed(self) -> [f64; 2] {
        let now = Self::now();
        [
            now.wall.duration_since(self.wall).as_secs_f64(),
            now.cpu - self.cpu,
        ]
    }
}

impl Observer for Clock {
    fn begin(&self, stage: Stage, _total: Option<u64>) {
        self.end();
        if let Ok(mut running) = self.running.lock() {
            *running = Some((stage, Moment::now()));
        }
    }

    fn end(&self) {
        if let (Ok(mut running), Ok(mut spent)) = (self.running.lock(), self.spent.lock())
            && let Some((stage, since)) = running.take()
        {
            spent.push((
                stage,
                Spent {
                    seconds: since.elapsed(),
                    megabytes: peak_megabytes(),
                },
            ));
            forget_peak();
        }
    }
}

/// Times the stages of `align` on a generated corpus and counts which planted pairs are found.
#[derive(Parser)]
struct Arguments {
    /// About how many sentences the corpus has.
    sentences: usize,
    /// The same seed gives the same corpus.
    #[arg(default_value_t = corpus::SEED)]
    seed: u64,
    /// Half of the articles are prints of one agency story (copies), or one sentence in five is the same (boilerplate).
    #[arg(value_enum, default_value_t)]
    kind: Kind,
    /// Mebibytes that pairs of sentences may hold in memory; without a number, as much as there is.
    #[arg(value_parser = value_parser!(u64).range(1..))]
    mebibytes: Option<u64>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Kind {
    #[default]
    Ordinary,
    Copies,
    Boilerplate,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments {
        sentences,
        seed,
        kind,
        mebibytes,
    } = Arguments::parse();
    let mut corpus = match kind {
        Kind::Ordinary => Corpus::generate(seed, sentences),
        Kind::Copies => with_copies(Corpus::generate(seed, sentences / 2)),
        Kind::Boilerplate => with_boilerplate(Corpus::generate(seed, sentences * 4 / 5)),
    };
    corpus.articles.sort_by(|a, b| a.id.cmp(&b.id));

    let folder = tempfile::tempdir()?;
    let input = folder.path().join("corpus.jsonl");
    let mut lines = BufWriter::new(std::fs::File::create(&input)?);
    for article in &corpus.articles {
        let date = article.date.map(|date| date.to_string());
        let line =
            json!({"id": article.id, "source": article.source, "date": date, "text": article.text});
        writeln!(lines, "{line}")?;
    }
    lines.flush()?;
    drop(lines);
    let bytes = corpus.bytes();
    corpus.articles = Vec::new();
    forget_peak();

    let config = Config {
        inputs: vec![input],
        memory: mebibytes.map(|n| Memory {
            bytes: n << 20,
            folder: folder.path().to_owned(),
        }),
        ..Config::default()
    };
    let clock = Clock::default();
    let before = Moment::now();
    let output = RunFolder::prepare(&folder.path().join("output"))?;
    let run = pipeline::align(&config, &clock)?;
    write::run(&run, output, &clock)?;
    let total = before.elapsed();

    let mut out = std::io::stdout().lock();
    times(&mut out, &clock, total)?;
    writeln!(out, "\n| | |\n|---|--:|")?;
    for (what, n) in [
        ("articles", run.documents.len()),
        ("sentences", run.prepared.places.len()),
        ("bytes of text", bytes),
        ("words", run.prepared.vocabulary.len()),
        ("stories", run.prepared.stories.len()),
        ("candidate pairs", run.n_candidates),
        ("claims", run.claims.len()),
    ] {
        writeln!(out, "| {what} | {n} |")?;
    }
    let found: BTreeSet<Candidate> = candidates(&run, Limits::default()).into_iter().collect();
    planted(&mut out, &run, &corpus, &found)?;
    if run.prepared.places.len() <= FEW {
        oracle(&mut out, &run, &found)?;
    }
    Ok(())
}

/// As many articles again, all of them prints of the first.
fn with_copies(mut corpus: Corpus) -> Corpus {
    for i in 0..corpus.articles.len() {
        let mut print = corpus.articles[0].clone();
        print.id = format!("p{i:08}");
        print.source = format!("Avis {i}");
        corpus.articles.push(print);
    }
    corpus
}

/// Every fourth sentence is followed by the same one, at the end of the article.
fn with_boilerplate(mut corpus: Corpus) -> Corpus {
    let line = "Redaksjonen arbeider etter Vær varsom-plakatens regler for god presseskikk og tar imot tips om feil.";
    for article in &mut corpus.articles {
        let sentences = article.text.matches(['.', '\n']).count();
        for _ in 0..sentences / 4 {
            article.text.push_str("\n\n");
            article.text.push_str(line);
        }
    }
    corpus
}

fn times(out: &mut impl Write, clock: &Clock, total: [f64; 2]) -> std::io::Result<()> {
    let Ok(spent) = clock.spent.lock() else {
        return Ok(());
    };
    writeln!(
        out,
        "| stage | seconds | CPU seconds | share of CPU | memory, MB |\n|---|--:|--:|--:|--:|"
    )?;
    let mut row = |name: &str, [wall, cpu]: [f64; 2], megabytes: Option<u64>| {
        let percent = 100.0 * cpu / total[1].max(0.01);
        let megabytes = megabytes.map_or(String::new(), |n| n.to_string());
        writeln!(
            out,
            "| {name} | {wall:.2} | {cpu:.2} | {percent:.0} % | {megabytes} |"
        )
    };
    let mut rest = total;
    for (stage, spent) in spent.iter() {
        row(stage.label(), spent.seconds, spent.megabytes)?;
        rest = [rest[0] - spent.seconds[0], rest[1] - spent.seconds[1]];
    }
    row("between stages", rest, None)?;
    let peak = spent.iter().filter_map(|(_, spent)| spent.megabytes).max();
    row("all", total, peak)
}

/// The pairs of a run that are worth scoring.
fn candidates(run: &Run, limits: Limits) -> Vec<Candidate> {
    let prepared = &run.prepared;
    candidates::find(
        prepared.corpus(),
        &prepared.stories,
        &prepared.members,
        limits,
        &Silent,
    )
}

/// Of the pairs that the scorer would join, had it seen every two sentences that share a word: how many were `found`.
fn oracle(
    out: &mut impl Write,
    run: &Run,
    found: &BTreeSet<Candidate>,
) -> Result<(), Box<dyn Error>> {
    let model = Model::embedded()?;
    let scorer = Scorer::new(run.prepared.corpus(), &run.prepared.stories, &model);
    let wanted = scorer.score(&candidates(run, Limits::NONE), model.file().cut, &Silent);
    let is_found = |pair: &&ScoredPair| {
        let ScoredPair { left, right, .. } = **pair;
        found.contains(&Candidate { left, right })
    };
    writeln!(
        out,
        "\nOf {} pairs that would be joined had all been scored, {} are candidates.",
        wanted.len(),
        wanted.iter().filter(is_found).count()
    )?;
    Ok(())
}

/// Of the planted pairs: how many were `found` as candidates, were joined in a claim.
fn planted(
    out: &mut impl Write,
    run: &Run,
    corpus: &Corpus,
    found: &BTreeSet<Candidate>,
) -> std::io::Result<()> {
    let mut unit_of: BTreeMap<Place, u32> = BTreeMap::new();
    for (&(d, s), unit) in run.prepared.places.iter().zip(0..) {
        let span = run.documents[d as usize].sentences[s as usize].span;
        let place = Place {
            article: d as usize,
            start: span.start(),
            end: span.end(),
        };
        unit_of.insert(place, unit);
    }
    let unit_pair = |pair: &Planted| {
        let (a, b) = (unit_of.get(&pair.left)?, unit_of.get(&pair.right)?);
        Some(Candidate {
            left: *a.min(b),
            right: *a.max(b),
        })
    };
    let mut claim_of: BTreeMap<u32, usize> = BTreeMap::new();
    for (i, claim) in run.claims.iter().enumerate() {
        claim_of.extend(claim.members.iter().map(|member| (member.unit, i)));
    }
    writeln!(
        out,
        "\n| planted pairs | pairs | split as planted | candidates | in one claim |\n|---|--:|--:|--:|--:|"
    )?;
    for how in How::ALL {
        let pairs: Vec<Option<Candidate>> = corpus
            .planted
            .iter()
            .filter(|pair| pair.how == how)
            .map(unit_pair)
            .collect();
        let share = |holds: &dyn Fn(&Candidate) -> bool| {
            let n = pairs.iter().flatten().filter(|pair| holds(pair)).count();
            #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
            let share = n as f64 / pairs.len().max(1) as f64;
            format!("{:.2} %", 100.0 * share)
        };
        let joined = |pair: &Candidate| {
            claim_of
                .get(&pair.left)
                .is_some_and(|claim| claim_of.get(&pair.right) == Some(claim))
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            how.name(),
            pairs.len(),
            share(&|_| true),
            share(&|pair| found.contains(pair)),
            share(&joined),
        )?;
    }
    Ok(())
}

/// Seconds that the threads of the process have worked, where the system says so (in hundredths, as Linux does).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let hundredths = |field: usize| -> Option<f64> { fields.get(field)?.parse().ok() };
    Some((hundredths(11)? + hundredths(12)?) / 100.0)
}

/// The most memory that the process has held since [`forget_peak`], where the system says so.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}

/// Where the system does not let a process do so, the peak of a stage is that of all stages before.
fn forget_peak() {
    drop(std::fs::write("/proc/self/clear_refs", "5"));
}
