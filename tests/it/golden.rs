//! Golden runs: a folder of articles in, its `clusters.csv` compared byte for byte with `expected.csv`.
//!
//! `UPDATE_GOLDEN=1 cargo test golden` writes the expected files anew; read the difference before it is
//! committed. What a case is there to show is asserted beside the comparison, so that no update can
//! accept a run that lost it.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::common::{self, Clusters, Table, run};

/// The cases, by the names of their folders.
const CASES: [&str; 4] = ["csv", "languages", "negation", "numbers"];

fn folder() -> PathBuf {
    common::root().join("tests/golden")
}

/// Runs a case.
fn align(case: &str) -> TempDir {
    let out = tempfile::tempdir().unwrap();
    let input = folder().join(case).join("in");
    run!("align", input, "-o", out.path(), "--sentences").expect(0);
    out
}

fn clusters(case: &str) -> Clusters {
    Clusters(Table::read(align(case).path(), "clusters.csv"))
}

/// The lines that only one of the two texts has, in their order, with a sign in front.
fn difference(expected: &str, found: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    // Length of the longest common subsequence of what follows each pair of lines.
    let mut common = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || i < a.len() && common[i + 1][j] >= common[i][j + 1] {
            lines.push(format!("- {}", a[i]));
            i += 1;
        } else {
            lines.push(format!("+ {}", b[j]));
            j += 1;
        }
    }
    lines.join("\n")
}

/// Compares the run of a case with what is expected, or accepts it.
fn compare(case: &Path) -> Result<(), String> {
    let name = case.file_name().unwrap().to_str().unwrap();
    if !CASES.contains(&name) {
        return Err(format!(
            "{name}: a case needs a test of what it shows, and a place in CASES"
        ));
    }
    for needed in ["README.md", "in"] {
        if !case.join(needed).exists() {
            return Err(format!("{name}: there is no {needed}"));
        }
    }
    let found = fs::read_to_string(align(name).path().join("clusters.csv")).unwrap();
    let path = case.join("expected.csv");
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| !value.is_empty() && value != "0") {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).map_err(|error| {
        format!("{name}: expected.csv: {error}; `UPDATE_GOLDEN=1 cargo test golden` makes it")
    })?;
    if expected == found {
        return Ok(());
    }
    let mut lines = difference(&expected, &found);
    if lines.is_empty() {
        "the lines are the same, but not how they end".clone_into(&mut lines);
    }
    Err(format!(
        "{name}: clusters.csv is not as expected (- expected, + found):\n{lines}"
    ))
}

#[test]
fn runs_are_as_expected() {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    let names: Vec<_> = cases.iter().filter_map(|case| case.file_name()).collect();
    assert_eq!(
        names, CASES,
        "the folders of tests/golden, and the cases that are tested"
    );
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| compare(case).err())
        .collect();
    assert!(
        wrong.is_empty(),
        "{}\n\nWhen this is right: UPDATE_GOLDEN=1 cargo test golden",
        wrong.join("\n\n")
    );
}

#[test]
fn differences_are_shown_line_by_line() {
    assert_eq!(difference("a\nb\nc\n", "a\nc\nd\n"), "- b\n+ d");
    assert_eq!(difference("a\n", "a\n"), "");
}

const SILO: [(&str, &str); 2] = [
    ("elvebladet", "Det begynte å brenne i en kornsilo"),
    ("kornkysten", "tok det fyr i en silo med korn"),
];

#[test]
fn a_fire_in_two_articles_is_one_claim() {
    assert!(
        clusters("numbers").together(&SILO),
        "the fire is told by both papers"
    );
}

#[test]
fn the_injured_and_the_evacuated_are_apart() {
    let found = clusters("numbers");
    for injured in ["12 skadd", "Tolv personer ble skadd"] {
        for evacuated in ["40 evakuert", "40 personer ble evakuert"] {
            let said = [("elvebladet", injured), ("kornkysten", evacuated)];
            assert!(!found.together(&said), "{said:?}");
        }
    }
}

#[test]
fn rises_of_other_banks_by_other_points_are_apart() {
    let found = clusters("numbers");
    for half in ["Renten opp 0,5", "0,5 prosentpoeng"] {
        for quarter in ["Renten op 0,25", "0,25 procentpoint"] {
            let said = [("pengeposten", half), ("rentenyt", quarter)];
            assert!(!found.together(&said), "{said:?}");
        }
    }
}

const CONFIRMED: (&str, &str) = ("storvikdalen", "Politiet bekrefter at en mann er pågrepet");
const DENIED: [(&str, &str); 2] = [
    ("storvikposten", "Politiet avkrefter at en mann er pågrepet"),
    ("nordsoenyt", "Politiet afviser, at en mand er anholdt"),
];
const ROBBED: [(&str, &str); 3] = [
    ("storvikdalen", "To maskerte menn ranet gullsmeden"),
    ("storvikposten", "slo to menn med masker til mot gullsmeden"),
    ("nordsoenyt", "En guldsmed i norske Storvik"),
];

#[test]
fn what_is_confirmed_and_what_is_denied_are_apart() {
    let found = clusters("negation");
    for denied in DENIED {
        assert!(!found.together(&[CONFIRMED, denied]), "{denied:?}");
    }
}

#[test]
fn armed_and_not_armed_are_apart() {
    let armed = ("storvikdalen", "Ranerne var bevæpnet");
    let unarmed = ("storvikposten", "Ranerne var ikke bevæpnet");
    assert!(!clusters("negation").together(&[armed, unarmed]));
}

#[test]
fn a_denial_in_two_languages_is_one_claim() {
    assert!(clusters("negation").together(&DENIED));
}

#[test]
fn a_robbery_in_three_articles_is_one_claim() {
    assert!(clusters("negation").together(&ROBBED));
}

const CLOSED: [(&str, &str); 3] = [
    ("dalingen", "Kvernbrua i Austdal stenges for all trafikk"),
    ("fjellbygda", "vert ho stengd for all ferdsel"),
    ("vejavisen", "spærres Kvernbroen"),
];

#[test]
fn three_languages_are_one_claim() {
    let found = clusters("languages");
    assert!(found.together(&CLOSED));
    assert!(found.of(("sundsporten", "")).is_empty());
}

#[test]
fn what_is_told_by_one_article_alone_is_no_claim() {
    let found = clusters("languages");
    let claims: BTreeSet<&str> = found.of(("", "")).into_iter().collect();
    assert_eq!(claims.len(), 1, "nothing else is shared: {found:#?}");
}

#[test]
fn the_languages_of_a_claim_are_told() {
    let out = align("languages");
    let claims = Table::read(out.path(), "claims.csv");
    let languages = claims.column("languages");
    assert!(languages.contains(&"da nb nn"), "{languages:?}");
    let clusters = Table::read(out.path(), "clusters.csv");
    for row in &clusters.rows {
        let language = match row["source"].as_str() {
            "dalingen" => "nb",
            "fjellbygda" => "nn",
            _ => "da",
        };
        assert_eq!(row["language"], language, "{}", row["sentence"]);
    }
}

const ESCAPED: [(&str, &str); 3] = [
    ("laks-1", "Fisken rømte da et uvær rev hull i nota"),
    ("laks-2", "Natt til torsdag rømde 9000 laks"),
    ("laks-3", "Omkring 9.000 laks er sluppet ud"),
];

#[test]
fn a_table_keeps_its_columns_and_its_dashes() {
    let out = align("csv");
    let clusters = Table::read(out.path(), "clusters.csv");
    let carried: Vec<&str> = clusters
        .header
        .iter()
        .rev()
        .take(2)
        .map(String::as_str)
        .collect();
    assert_eq!(carried, ["title", "section"]);
    assert!(!clusters.rows.is_empty());
    for row in &clusters.rows {
        let section = match row["article_id"].as_str() {
            "laks-1" => "næringsliv",
            "laks-2" => "lokalt",
            "laks-3" => "erhverv",
            other => panic!("{other} is in a claim"),
        };
        assert_eq!(row["section"], section);
    }
    // The quote begins with "- " in one article as it stands, in the other behind an apostrophe that is not text.
    let sentences = Table::read(out.path(), "sentences.csv");
    for (article, begin) in [
        ("laks-1", "'- Vi har mistet 9000 laks"),
        ("kor-1", "'- Vi synger for alle"),
    ] {
        let row = sentences
            .rows
            .iter()
            .find(|row| row["article_id"] == article)
            .unwrap();
        assert!(row["sentence"].starts_with(begin), "{row:?}");
        assert_eq!(row["start"], "0");
        let length: usize = row["end"].parse().unwrap();
        assert_eq!(row["sentence"].chars().count(), length + 1);
    }
    for row in clusters.rows.iter().chain(&sentences.rows) {
        assert!(!row["sentence"].starts_with('-'), "{row:?}");
    }
}

#[test]
fn the_salmon_of_three_articles_are_one_claim() {
    assert!(clusters("csv").together(&ESCAPED));
}
