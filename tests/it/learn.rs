//! A lexicon learned from articles: what is learned, the file, and what it does to a score.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::fs;
use std::path::{Path, PathBuf};

use claimalign::config::Config;
use claimalign::observer::Silent;
use claimalign::pipeline;
use tempfile::TempDir;

use crate::common::{self, Table, run};

/// One sentence in Danish and bokmål for each of four events. *Flimmerkasse* and *glanetavle* are in no lexicon.
const EVENTS: [[&str; 2]; 4] = [
    [
        "Politiet i Randers fandt en stjålet flimmerkasse i kælderen under den gamle skole mandag.",
        "Politiet i Randers fant en stjålet glanetavle i kjelleren under den gamle skolen mandag.",
    ],
    [
        "Brandvæsenet i Odense slukkede en brand, som en defekt flimmerkasse startede i stuen.",
        "Brannvesenet i Odense slukket en brann som en defekt glanetavle startet i stuen.",
    ],
    [
        "Museet i Tromsø udstiller den første flimmerkasse, som en ingeniør byggede i byen i 1953.",
        "Museet i Tromsø stiller ut den første glanetavlen som en ingeniør bygde i byen i 1953.",
    ],
    [
        "Fabrikken i Horten fyrer 40 ansatte, fordi ingen længere køber en flimmerkasse til hytten.",
        "Fabrikken i Horten sparker 40 ansatte fordi ingen lenger kjøper en glanetavle til hytta.",
    ],
];

/// The articles as JSON lines.
fn lines() -> Vec<String> {
    let line = |i: usize, language: &str, text: &str| {
        let id = format!("{i}-{language}");
        serde_json::json!({"id": id, "language": language, "text": text}).to_string()
    };
    let events = EVENTS.iter().enumerate();
    events
        .flat_map(|(i, [da, nb])| [line(i, "da", da), line(i, "nb", nb)])
        .collect()
}

/// A folder with the articles, and where the lexicon goes.
fn corpus() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path(), "articles.jsonl", lines().join("\n"));
    let lexicon = folder.path().join("lexicon.csv");
    (folder, lexicon)
}

/// The probability that a pair with the two words gets with `lexicon`.
fn probability(lexicon: Option<&Path>) -> f64 {
    let config = Config {
        lexicon: lexicon.map(Path::to_path_buf),
        ..Config::default()
    };
    let left = "En flimmerkasse faldt ned fra altanen i Bergen.";
    let right = "En glanetavle falt ned fra balkongen i Bergen.";
    let (_, pair) = pipeline::compare(&config, left, right, &Silent).unwrap();
    pair.unwrap().probability
}

#[test]
fn a_planted_pair_is_learned() {
    let (folder, lexicon) = corpus();
    run![
        "learn-lexicon",
        folder.path().join("articles.jsonl"),
        "-o",
        lexicon
    ]
    .expect(0)
    .says("word pair");
    let table = Table::read(folder.path(), "lexicon.csv");
    assert_eq!(table.header, claimalign::learn::table::COLUMNS);
    assert_eq!(table.column("concept"), ["learned_flimmerkasse_glanetavle"]);
    let row = &table.rows[0];
    for (column, cell) in [
        ("strength", "near"),
        ("field", "learned"),
        ("da", "flimmerkasse"),
        ("nb", "glanetavle"),
        ("nn", ""),
        ("pairs", "4"),
    ] {
        assert_eq!(row[column], cell, "{column}");
    }
    assert!(row["score"].parse::<f64>().unwrap() > 0.5);
    assert!(row["example"].contains("glanetavle"));
    assert!(row["other_example"].contains("flimmerkasse"));
}

#[test]
fn what_was_learned_raises_a_probability_in_either_dialect() {
    let (folder, lexicon) = corpus();
    let without = probability(None);
    for dialect in ["rfc4180", "excel"] {
        let articles = folder.path().join("articles.jsonl");
        run!["learn-lexicon", articles, "--csv", dialect, "-o", lexicon].expect(0);
        assert!(probability(Some(&lexicon)) > without, "{dialect}");
    }
}

#[test]
fn the_same_bytes_for_any_threads_and_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = lines();
    for event in common::events() {
        for article in &event.articles {
            let article = serde_json::json!({"id": article.id, "text": article.text});
            lines.push(article.to_string());
        }
    }
    let learned = |threads: &str, lines: &[String]| {
        let articles = common::write(folder.path(), "articles.jsonl", lines.join("\n"));
        let least = ["--min-pairs", "1", "--min-score", "0"];
        run![
            "learn-lexicon",
            articles,
            "-j",
            threads,
            least[0],
            least[1],
            least[2],
            least[3]
        ]
        .expect(0)
        .out
    };
    let first = learned("1", &lines);
    assert!(first.lines().count() > 50);
    assert!(first == learned("2", &lines));
    lines.reverse();
    assert!(first == learned("2", &lines));
}

#[test]
fn copies_are_one_sentence_pair() {
    let [da, nb] = EVENTS[0];
    let folder = tempfile::tempdir().unwrap();
    for i in 0..4 {
        // Copies with a word more or less are copies too.
        let nb = if i < 2 {
            nb.to_owned()
        } else {
            nb.replace(" mandag", "")
        };
        common::write(folder.path(), &format!("in/{i}-da.txt"), da);
        common::write(folder.path(), &format!("in/{i}-nb.txt"), nb);
    }
    let articles = folder.path().join("in");
    let learned = run!["learn-lexicon", articles]
        .expect(0)
        .says("No word pair");
    assert_eq!(learned.out.lines().count(), 1);
    let least = ["--min-pairs", "1", "--min-score", "0"];
    let learned = run![
        "learn-lexicon",
        articles,
        least[0],
        least[1],
        least[2],
        least[3]
    ]
    .expect(0);
    assert_eq!(Table::parse(learned.out).column("pairs"), ["1"]);
}

#[test]
fn nothing_to_learn_is_said_and_gives_a_header() {
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path(), "in/a.txt", "Det brenner i Bodø.");
    let lexicon = folder.path().join("lexicon.csv");
    run!["learn-lexicon", folder.path().join("in"), "-o", lexicon]
        .expect(0)
        .says("No word pair was found");
    let text = fs::read_to_string(&lexicon).unwrap();
    assert_eq!(
        text,
        format!("{}\n", claimalign::learn::table::COLUMNS.join(","))
    );
    // A lexicon without rows is one.
    assert!((probability(Some(&lexicon)) - probability(None)).abs() < 1e-9);
}

#[test]
fn wrong_arguments_are_named() {
    run!["learn-lexicon"].expect(2).says("no input was given");
    run!["learn-lexicon", "x", "--min-score", "1.5"]
        .expect(2)
        .says("--min-score: expected a number from 0 to 1, not 1.5");
    run!["learn-lexicon", "x", "--min-pairs", "0"].expect(2);
}
