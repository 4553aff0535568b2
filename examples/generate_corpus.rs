//! Writes a corpus of invented news with planted claims as JSON lines, as large as wanted.
//!
//! `cargo run --release --example generate_corpus -- SENTENCES [SEED] > corpus.jsonl`
//!
//! The same seed gives the same bytes. How the corpus is made stands in `benches/corpus.rs`.

#[path = "../benches/corpus.rs"]
#[allow(
    dead_code,
    reason = "written for the benchmarks, which need more of it"
)]
mod corpus;

use std::error::Error;
use std::io::{BufWriter, Write};

use corpus::{Corpus, Generator};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: generate_corpus SENTENCES [SEED]";
    let sentences: usize = arguments.next().ok_or(usage)?.parse()?;
    let seed = arguments
        .next()
        .map_or(Ok(corpus::SEED), |seed| seed.parse())?;
    let mut generator = Generator::new(seed);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut corpus = Corpus::default();
    let mut written = 0;
    while corpus.sentences < sentences {
        generator.story(&mut corpus);
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
    Ok(())
}
