//! Writes a corpus of invented news with planted claims as JSON lines, as large as wanted.
//!
//! `cargo run --release --example generate_corpus -- SENTENCES [SEED [PLANTED.csv]] > corpus.jsonl`
//!
//! `PLANTED.csv` gets every pair of sentences that state one claim: `left_article_id`, `left_start`, `left_end`, the
//! same of the right one, and `how` it is worded. Places are characters of the text, the end exclusive, as in
//! `clusters.csv`.
//!
//! The same seed gives the same bytes. How the corpus is made stands in `benches/corpus.rs`.

#[path = "../benches/corpus.rs"]
#[allow(
    dead_code,
    reason = "written for the benchmarks, which need more of it"
)]
mod corpus;

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use claimalign::article::CharOffsets;
use clap::Parser;
use corpus::{Corpus, Generator, Place};
use serde_json::json;

const COLUMNS: [&str; 7] = [
    "left_article_id",
    "left_start",
    "left_end",
    "right_article_id",
    "right_start",
    "right_end",
    "how",
];

/// Writes a corpus of invented news with planted claims as JSON lines, as large as wanted.
#[derive(Parser)]
struct Arguments {
    /// About how many sentences the corpus has.
    sentences: usize,
    /// The same seed gives the same bytes.
    #[arg(default_value_t = corpus::SEED)]
    seed: u64,
    /// A file for the pairs of sentences that state one claim.
    #[arg(value_name = "PLANTED.csv")]
    planted: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments {
        sentences,
        seed,
        planted,
    } = Arguments::parse();
    let mut planted = planted.map(csv::Writer::from_path).transpose()?;
    if let Some(table) = &mut planted {
        table.write_record(COLUMNS)?;
    }
    let mut generator = Generator::new(seed);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut corpus = Corpus::default();
    let (mut written, mut told) = (0, 0);
    while corpus.sentences < sentences {
        generator.story(&mut corpus);
        if let Some(table) = &mut planted {
            write_planted(&corpus, told, table)?;
        }
        told = corpus.planted.len();
        for article in &mut corpus.articles[written..] {
            let line = json!({
                "id": article.id,
                "source": article.source,
                "date": article.date.map(|date| date.to_string()),
                "text": std::mem::take(&mut article.text),
            });
            serde_json::to_writer(&mut out, &line)?;
            out.write_all(b"\n")?;
        }
        written = corpus.articles.len();
    }
    out.flush()?;
    if let Some(mut table) = planted {
        table.flush()?;
    }
    Ok(())
}

/// Writes the planted pairs from number `from` on, of articles whose texts are still there.
fn write_planted(
    corpus: &Corpus,
    from: usize,
    table: &mut csv::Writer<File>,
) -> Result<(), csv::Error> {
    let cells = |place: Place| {
        let article = &corpus.articles[place.article];
        let mut offsets = CharOffsets::new(&article.text);
        let [start, end] = [place.start, place.end].map(|byte| offsets.at(byte).to_string());
        [article.id.clone(), start, end]
    };
    for pair in &corpus.planted[from..] {
        let places = [pair.left, pair.right].map(cells);
        let how = pair.how.name().to_owned();
        table.write_record(places.into_iter().flatten().chain([how]))?;
    }
    Ok(())
}
