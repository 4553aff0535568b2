//! Counts in how many sentences each word stands: makes `data/background.csv`.
//!
//! `cargo run --release --example count_background -- FILE.jsonl... > data/background.csv`
//!
//! Each line of a file is `{"text": …}` with one sentence, or with `"spans": [[start, end], …]`
//! (characters) with several. Words in fewer than three sentences are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::Write;

use claimalign::lexicon::Lexicon;
use claimalign::normalize::normalize;
use serde::Deserialize;

const LEAST: u32 = 3;

#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    spans: Vec<(usize, usize)>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let lexicon = Lexicon::default();
    let mut sentences = 0u32;
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut count = |sentence: &str| {
        sentences += 1;
        let words: BTreeSet<String> = normalize(sentence, &lexicon)
            .into_iter()
            .filter(|token| {
                !token
                    .canonical
                    .starts_with(|c: char| c.is_ascii_digit() || c == '-')
            })
            .map(|token| token.span.slice(sentence).to_lowercase())
            .filter(|word| word.chars().all(char::is_alphabetic))
            .collect();
        for word in words {
            *counts.entry(word).or_default() += 1;
        }
    };
    for path in std::env::args().skip(1) {
        for line in std::fs::read_to_string(&path)?.lines() {
            let line: Line = serde_json::from_str(line)?;
            if line.spans.is_empty() {
                count(&line.text);
            } else {
                let chars: Vec<char> = line.text.chars().collect();
                for &(start, end) in &line.spans {
                    count(
                        &chars
                            .get(start..end)
                            .unwrap_or_default()
                            .iter()
                            .collect::<String>(),
                    );
                }
            }
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "word,sentences")?;
    writeln!(out, ",{sentences}")?;
    for (word, n) in counts.iter().filter(|&(_, &n)| n >= LEAST) {
        writeln!(out, "{word},{n}")?;
    }
    Ok(())
}
