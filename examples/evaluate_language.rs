//! How often the language of labelled texts is told right:
//! `cargo run --release --example evaluate_language -- [--errors] FILES…`

#![expect(clippy::print_stdout, reason = "a program")]

use std::path::Path;

use claimalign::Error;
use claimalign::language::evaluate::Report;
use claimalign::language::of_text;
use claimalign::language::samples::Samples;

fn main() -> Result<(), Error> {
    let mut samples = Samples::default();
    let mut with_errors = false;
    for argument in std::env::args().skip(1) {
        if argument == "--errors" {
            with_errors = true;
        } else {
            samples.append(Samples::read(Path::new(&argument))?);
        }
    }
    println!("sentences\n{}", Report::of(&samples.sentences, of_text));
    if !samples.articles.is_empty() {
        println!("articles\n{}", Report::of(&samples.articles, of_text));
    }
    if with_errors {
        for sample in &samples.sentences {
            let guess = of_text(&sample.text);
            if guess.language != Some(sample.language) {
                let shown = guess.probabilities.map(|p| format!("{p:.2}")).join(" ");
                println!(
                    "{} {} {shown} {}",
                    sample.language,
                    guess.code(),
                    sample.text
                );
            }
        }
    }
    Ok(())
}
