//! The same articles give the same bytes: for any number of threads, any order of the input, again and again.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::common::{self, assert_same, contents, run};

/// The labelled articles as JSON lines, in the order of the files.
fn lines() -> Vec<String> {
    common::events()
        .iter()
        .flat_map(|event| &event.articles)
        .map(|article| {
            serde_json::json!({
                "id": article.id,
                "source": article.outlet,
                "date": article.date,
                "text": article.text,
                "words": article.text.split_whitespace().count(),
            })
            .to_string()
        })
        .collect()
}

/// In another order that looks like none: every 37th.
fn shuffled(lines: &[String]) -> Vec<String> {
    let n = lines.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|place| (place * 37 % n, *place));
    order
        .into_iter()
        .map(|place| lines[place].clone())
        .collect()
}

/// The record of a run without the input's name, size and digest.
fn without_input(record: &[u8]) -> serde_json::Value {
    let mut record: serde_json::Value = serde_json::from_slice(record).unwrap();
    record["config"]["inputs"].take();
    // The settings name the input.
    assert!(!record["files"]["config.toml"].take().is_null());
    for input in record["inputs"].as_array_mut().unwrap() {
        for name in ["path", "sha256", "bytes"] {
            assert!(!input[name].take().is_null(), "{name}");
        }
    }
    record
}

fn align(arguments: &[&str], input: &Path, out: &Path) -> BTreeMap<String, Vec<u8>> {
    common::claimalign(
        &[
            &[
                "align",
                "--sentences",
                "-o",
                out.to_str().unwrap(),
                input.to_str().unwrap(),
            ],
            arguments,
        ]
        .concat(),
    )
    .expect(0);
    contents(out)
}

#[test]
fn the_same_articles_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let lines = lines();
    let input = common::write(folder.path(), "articles.jsonl", lines.join("\n"));
    let other = common::write(folder.path(), "shuffled.jsonl", shuffled(&lines).join("\n"));
    assert_ne!(fs::read(&input).unwrap(), fs::read(&other).unwrap());
    let [out, out_other, out_again] =
        ["out", "other", "again"].map(|name| folder.path().join(name));

    let first = align(&["-j1"], &input, &out);
    assert!(
        first["clusters.csv"].len() > 10_000,
        "the run found hardly anything"
    );
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "claims.csv",
            "clusters.csv",
            "config.toml",
            "near_misses.csv",
            "pairs.csv",
            "report.html",
            "review.xlsx",
            "run.json",
            "sentences.csv"
        ]
    );

    // Two threads, into the folder of the earlier run.
    assert_same(&first, &align(&["-j2"], &input, &out));

    // With so little memory for pairs that they go to disk.
    let memory = ["-j2", "--memory", "2K"];
    assert_same(&first, &align(&memory, &input, &out));

    // Other order.
    let mut first_rest = first.clone();
    let mut rest = align(&["-j2"], &other, &out_other);
    let records = [&mut first_rest, &mut rest].map(|files| {
        files.remove("config.toml").unwrap();
        without_input(&files.remove("run.json").unwrap())
    });
    assert_eq!(records[0], records[1]);
    assert_same(&first_rest, &rest);

    // From its own record.
    run!(
        "align",
        "--config",
        out.join("config.toml"),
        "-o",
        out_again
    )
    .expect(0);
    assert_same(&first, &contents(&out_again));
}

#[test]
fn a_run_repeats_from_its_config_with_every_setting() {
    let folder = tempfile::tempdir().unwrap();
    let golden = common::root().join("tests/golden/numbers/in");
    let claims =
        "claim_id;label;claim\nbrann;Brannen på mølla;Det brant i en kornsilo på Granmo Mølle.\n";
    let claims = common::write(folder.path(), "known.csv", claims);
    let model = common::root().join("data/model.toml");
    let lexicon = common::write(
        folder.path(),
        "lexicon.csv",
        "concept,strength,field,da,nb,nn\nmill,same,place,mølle,mølle,mølle\n",
    );
    let [out, again] = ["out", "again"].map(|name| folder.path().join(name));
    run!(
        "align",
        golden,
        "-o",
        out,
        "--claims",
        claims,
        "--model",
        model,
        "--lexicon",
        lexicon,
        "--within-stories",
        "--within-days",
        "400",
        "--across",
        "sources",
        "--min-join",
        "0.3",
        "--min-accept",
        "0.8",
        "--min-review",
        "0.05",
        "--min-articles",
        "1",
        "--sentences",
        "--csv",
        "excel",
        "--no-formula-guard",
        "--strict",
        "--columns",
        "text=body"
    )
    .expect(0);
    run!("align", "--config", out.join("config.toml"), "-o", again).expect(0);
    assert_same(&contents(&out), &contents(&again));
}

#[test]
fn a_run_that_compares_a_part_is_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let input = common::write(folder.path(), "articles.jsonl", lines().join("\n"));
    let part = ["--within-days", "1", "--across", "sources"];
    let [one, two, again] = ["one", "two", "again"].map(|name| folder.path().join(name));
    let first = align(&[&part[..], &["-j1"]].concat(), &input, &one);
    assert!(first["pairs.csv"].len() > 10_000);
    assert_same(
        &first,
        &align(&[&part[..], &["-j2"]].concat(), &input, &two),
    );
    run!("align", "--config", one.join("config.toml"), "-o", again).expect(0);
    assert_same(&first, &contents(&again));
}

#[test]
fn words_of_another_order_are_not_the_same_input() {
    let lines: Vec<String> = (0..89).map(|n: i32| n.to_string()).collect();
    let mut other = shuffled(&lines);
    assert_ne!(other, lines);
    other.sort_by_key(|line| line.parse::<i32>().unwrap());
    assert_eq!(other, lines);
}
