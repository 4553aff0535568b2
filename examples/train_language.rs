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
    let (table, report) = train::train(&sentences, &train::Settings::default())?;
    eprint!("{report}");
    print!("{table}");
    Ok(())
}
