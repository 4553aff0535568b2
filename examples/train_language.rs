//! Learns `data/language-model.csv` from labelled files and says how it did in cross-validation:
//! `cargo run --release --example train_language -- FILES… > data/language-model.csv`

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program")]

use std::path::Path;

use claimalign::Error;
use claimalign::language::samples::Samples;
use claimalign::language::train;

fn main() -> Result<(), Error> {
    let mut samples = Samples::default();
    for path in std::env::args().skip(1) {
        samples.append(Samples::read(Path::new(&path))?);
    }
    let mut sentences = samples.sentences;
    let next = sentences.last().map_or(0, |sample| sample.group + 1);
    sentences.extend(train::own_sentences()?.into_iter().map(|mut sample| {
        sample.group += next;
        sample
    }));
    let mut settings = train::Settings::default();
    let set = |name: &str, value: &mut f64| {
        if let Some(given) = std::env::var(name).ok().and_then(|v| v.parse().ok()) {
            *value = given;
        }
    };
    set("BELIEF", &mut settings.min_belief);
    set("RIDGE", &mut settings.ridge);
    set("PENALTY", &mut settings.penalty);
    set("WORDW", &mut settings.word_weight);
    let mut p = settings.n_passes as f64;
    set("PASSES", &mut p);
    settings.n_passes = p as usize;
    let mut p = settings.piece_words as f64;
    set("PIECE", &mut p);
    settings.piece_words = p as usize;
    set("PIECEW", &mut settings.piece_weight);
    let mut p = settings.max_rows as f64;
    set("ROWS", &mut p);
    settings.max_rows = p as usize;
    let (table, report) = train::train(&sentences, &settings)?;
    eprint!("{report}");
    print!("{table}");
    Ok(())
}
