//! The loop of review, with the program alone: a run, decisions in its files, the next run.
//!
//! What real spreadsheet programs make of `review.xlsx` is tested by `.ci/libreoffice`.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claimalign::config::Config;
use claimalign::observer::Silent;
use claimalign::pipeline;
use claimalign::review::{decisions, key};
use claimalign::run_folder::RunFolder;
use tempfile::TempDir;

use crate::common::{self, Ended, Table, assert_same, contents, run};

/// A fire and a king, each told by three articles, each in the words of one sentence.
const FIRE: &str = "Det begynte å brenne i en kornsilo på Granmo Mølle tirsdag morgen.";
const KING: &str = "Kong Harald reiste onsdag til Paris for å åpne en utstilling om Munch.";

struct Loop {
    folder: TempDir,
}

impl Loop {
    fn new() -> Self {
        let it = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for id in ["a", "b", "c"] {
            it.article(id, &format!("{FIRE} {KING}"));
        }
        it
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn article(&self, id: &str, text: &str) {
        common::write(self.folder.path(), &format!("in/{id}.txt"), text);
    }

    fn align(&self, out: &str, arguments: &[&str]) -> Ended {
        let (input, out) = (self.path("in"), self.path(out));
        let fixed = [
            "align",
            input.to_str().unwrap(),
            "-o",
            out.to_str().unwrap(),
        ];
        common::claimalign(&[&fixed, arguments].concat())
    }

    /// Writes `decision` (and what else is given) into the row of a table that `wanted` chooses.
    fn edit(
        &self,
        table: &str,
        wanted: impl Fn(&BTreeMap<&str, &str>) -> bool,
        cells: &[(&str, &str)],
    ) {
        let path = self.path(table);
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let header = reader.headers().unwrap().clone();
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(&header).unwrap();
        let mut n_edited = 0;
        for record in reader.records() {
            let record = record.unwrap();
            let edited = wanted(&header.iter().zip(&record).collect());
            n_edited += usize::from(edited);
            out.write_record(header.iter().zip(&record).map(|(name, cell)| {
                let new = cells.iter().find(|(column, _)| edited && *column == name);
                new.map_or(cell, |(_, value)| value)
            }))
            .unwrap();
        }
        assert_eq!(n_edited, 1, "{table}");
        fs::write(path, out.into_inner().unwrap()).unwrap();
    }

    /// Reads the decisions of the tables of a run.
    fn read(&self, run: &str) -> Ended {
        let tables =
            ["claims.csv", "clusters.csv", "near_misses.csv"].map(|name| self.path(run).join(name));
        run!(
            "review",
            "read",
            tables[0],
            tables[1],
            tables[2],
            "-o",
            self.path("decisions.csv"),
            "--reviewer",
            "Kari",
            "--date",
            "2021-01-08"
        )
    }

    fn decided(&self, out: &str) -> Ended {
        let decisions = self.path("decisions.csv");
        self.align(out, &["--decisions", decisions.to_str().unwrap()])
            .expect(0)
    }

    fn table(&self, run: &str, name: &str) -> Table {
        Table::read(&self.path(run), name)
    }

    /// The articles of the claim whose sentences begin like this.
    fn articles(&self, run: &str, begin: &str) -> Vec<String> {
        self.table(run, "clusters.csv")
            .rows
            .iter()
            .filter(|row| row["sentence"].starts_with(begin))
            .map(|row| row["article_id"].clone())
            .collect()
    }
}

fn record(run: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap()
}

#[test]
fn what_is_decided_holds_in_the_next_run_and_after_articles_were_added() {
    let it = Loop::new();
    it.align("run1", &[]).expect(0);
    assert_eq!(it.articles("run1", "Det begynte"), ["a", "b", "c"]);
    it.edit(
        "run1/clusters.csv",
        |row| row["article_id"] == "c" && row["sentence"].starts_with("Det begynte"),
        &[("decision", "remove"), ("comment", "en annen brann")],
    );
    it.edit(
        "run1/claims.csv",
        |row| row["representative"].starts_with("Kong Harald"),
        &[("decision", "correct"), ("new_label", "- Kongen i Paris")],
    );
    let ended = it.read("run1").expect(0);
    assert!(ended.out.contains("Kari: 2 rows decided"), "{}", ended.out);
    let first = fs::read_to_string(it.path("decisions.csv")).unwrap();
    assert_eq!(first.lines().count(), 1 + 2 + 2 + 1);
    assert!(first.contains("en annen brann"));
    // Read again: nothing is added.
    it.read("run1").expect(0);
    assert_eq!(fs::read_to_string(it.path("decisions.csv")).unwrap(), first);

    let ended = it.decided("run2");
    assert!(
        ended.out.contains("5 judgements: 5 applied"),
        "{}",
        ended.out
    );
    assert_eq!(it.articles("run2", "Det begynte"), ["a", "b"]);
    assert_eq!(record(&it.path("run2"))["decisions"]["applied"], 5);
    let claims = it.table("run2", "claims.csv");
    assert!(claims.column("label").contains(&"'- Kongen i Paris"));
    // The export of the second run shows what is in force.
    let clusters = it.table("run2", "clusters.csv");
    assert!(clusters.column("in_force").contains(&"in: Kari 2021-01-08"));
    let near = it.table("run2", "near_misses.csv");
    let removed = near
        .rows
        .iter()
        .find(|row| row["article_id"] == "c")
        .unwrap();
    assert_eq!(removed["in_force"], "out: Kari 2021-01-08");

    // More articles, before and behind the others; and one that changed.
    it.article("0", &format!("{KING} {FIRE}"));
    it.article("d", &format!("{KING} {FIRE}"));
    it.article("b", &format!("{FIRE} Kong Harald reiste onsdag til Paris."));
    let ended = it.decided("run3");
    let fire = it.articles("run3", "Det begynte");
    assert!(!fire.contains(&"c".to_owned()), "{fire:?}");
    assert!(
        fire.contains(&"0".to_owned()) && fire.contains(&"d".to_owned()),
        "{fire:?}"
    );
    assert!(
        it.table("run3", "claims.csv")
            .column("label")
            .contains(&"'- Kongen i Paris")
    );
    assert!(ended.out.contains("1 stale"), "{}", ended.out);
    assert!(
        ended
            .out
            .contains("has changed in, or is gone from, article `b`"),
        "{}",
        ended.out
    );
    let stale = &record(&it.path("run3"))["decisions"]["stale"];
    assert_eq!(stale.as_array().unwrap().len(), 1);
}

#[test]
fn claims_are_merged_and_near_misses_added() {
    let it = Loop::new();
    it.align("run1", &[]).expect(0);
    let claims = it.table("run1", "claims.csv");
    let king = claims
        .rows
        .iter()
        .find(|row| row["representative"].starts_with("Kong"))
        .unwrap()["claim_id"]
        .clone();
    it.edit(
        "run1/claims.csv",
        |row| row["representative"].starts_with("Det begynte"),
        &[("decision", "merge into"), ("merge_into", &king)],
    );
    it.read("run1").expect(0);
    it.decided("run2");
    let clusters = it.table("run2", "clusters.csv");
    assert_eq!(clusters.rows.len(), 6);
    let ids = clusters.column("claim_id");
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    // What changed, in words and as a table.
    let changes = it.path("changes.csv");
    let ended = run!("diff", it.path("run1"), it.path("run2"), "-o", changes).expect(0);
    assert!(
        ended
            .out
            .contains("0 unchanged, 0 renamed, 0 changed, 1 merged"),
        "{}",
        ended.out
    );
    assert_eq!(
        Table::parse(fs::read(changes).unwrap()).rows[0]["what"],
        "merged"
    );
}

/// Even where the model sees nothing in common, and asks more of a claim of two sentences.
#[test]
fn what_people_put_together_is_a_claim_however_unlike() {
    let it = Loop::new();
    let texts = [
        "Katten sov hele dagen i vinduet.",
        "Smør koster to kroner mer enn i fjor.",
    ];
    it.article("x", texts[0]);
    it.article("y", texts[1]);
    let [x, y] = [("x", texts[0]), ("y", texts[1])].map(|(id, text)| key::of(id, text));
    let header = decisions::COLUMNS.join(",");
    let line = format!("same claim,x,{x},y,{y},,,Kari,2021-01-08,,,");
    common::write(
        it.folder.path(),
        "decisions.csv",
        format!("{header}\n{line}\n"),
    );
    it.align("run1", &[]).expect(0);
    assert_eq!(it.articles("run1", "Katten"), [""; 0]);
    let ended = it.decided("run2");
    assert!(ended.out.contains("1 applied"), "{}", ended.out);
    let clusters = common::Clusters(it.table("run2", "clusters.csv"));
    assert!(clusters.together(&[("x", "Katten"), ("y", "Smør")]));
}

#[test]
fn of_a_run_folder_what_was_edited_is_read() {
    let it = Loop::new();
    it.align("run1", &[]).expect(0);
    let (run, decisions) = (it.path("run1"), it.path("decisions.csv"));
    let read = || run!("review", "read", run, "-o", decisions, "--reviewer", "Kari");
    read().expect(0).says("no row has a decision");
    it.edit(
        "run1/clusters.csv",
        |row| row["article_id"] == "c" && row["sentence"].starts_with("Det begynte"),
        &[("decision", "remove")],
    );
    let ended = read().expect(0);
    assert!(ended.out.contains("Kari: 1 rows decided"), "{}", ended.out);
    run!("diff", run, it.folder.path())
        .expect(1)
        .says("no run folder: it has no claims.csv");
}

#[test]
fn contradictions_are_listed_with_both_lines() {
    let it = Loop::new();
    it.align("run1", &[]).expect(0);
    it.edit(
        "run1/clusters.csv",
        |row| row["article_id"] == "c" && row["sentence"].starts_with("Det begynte"),
        &[("decision", "keep")],
    );
    it.read("run1").expect(0);
    let path = it.path("decisions.csv");
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().nth(1).unwrap();
    let other = line
        .replace("same claim", "not the same claim")
        .replace("Kari", "Ola");
    fs::write(&path, format!("{text}{other}\n")).unwrap();
    let ended = it.decided("run2");
    assert!(
        ended.out.contains(
            "contradictory: line 2 (same claim, Kari) against line 3 (not the same claim, Ola): the later holds"
        ),
        "{}",
        ended.out
    );
    assert_eq!(it.articles("run2", "Det begynte").len(), 2);
    let ended = run!("review", "report", it.path("run1"), "--decisions", path).expect(0);
    assert!(
        ended
            .out
            .contains("agreement of Kari and Ola: 0 of 1 rows alike"),
        "{}",
        ended.out
    );
    assert!(ended.out.contains("1 of 4 rows reviewed"), "{}", ended.out);
    assert!(
        ended
            .out
            .contains("precision 0.000 (95 % interval 0.000 to 0.793"),
        "{}",
        ended.out
    );
}

/// As spreadsheet programs save it: semicolons, CRLF, a byte order mark or Windows-1252.
#[test]
fn every_dialect_gives_the_same_decisions() {
    let it = Loop::new();
    it.align("run1", &["--csv", "excel"]).expect(0);
    let path = it.path("run1/clusters.csv");
    let text = fs::read_to_string(&path).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut n = 0;
    let edited: Vec<String> = text
        .lines()
        .map(|line| {
            let chosen = line.contains(";member;") && line.contains("Det begynte") && n == 0;
            n += usize::from(chosen);
            if chosen {
                format!(
                    "{};remove;;på «nytt» – æøå",
                    line.strip_suffix(";;;").unwrap()
                )
            } else {
                line.to_owned()
            }
        })
        .collect();
    assert_eq!(n, 1);
    let crlf = format!("{}\r\n", edited.join("\r\n"));
    let tabs = crlf.replace(';', "\t");
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(tabs.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let (cp1252, _, _) = encoding_rs::WINDOWS_1252.encode(&crlf);
    let mut found = Vec::new();
    for (name, bytes) in [
        ("excel", format!("\u{feff}{crlf}").into_bytes()),
        ("plain", crlf.replace("\r\n", "\n").into_bytes()),
        ("cp1252", cp1252.into_owned()),
        ("unicode", utf16),
    ] {
        let file = common::write(it.folder.path(), &format!("{name}.csv"), bytes);
        let out = it.path(&format!("{name}-decisions.csv"));
        let day = ["--reviewer", "K", "--date", "2021-01-08"];
        run!(
            "review", "read", file, "-o", out, day[0], day[1], day[2], day[3]
        )
        .expect(0);
        let decisions = fs::read_to_string(out).unwrap();
        assert!(decisions.contains("på «nytt» – æøå"), "{name}: {decisions}");
        found.push(decisions);
    }
    assert!(found.iter().all(|decisions| *decisions == found[0]));
    assert_eq!(found[0].lines().count(), 3);
}

#[test]
fn a_workbook_is_written_anew_from_the_files_of_a_run() {
    let it = Loop::new();
    it.article(
        "d",
        "- Vi var redde, sier hun.\n\n=SUM(A1) er ikke en setning.",
    );
    it.article("e", "- Vi var redde, sier hun.");
    for dialect in ["rfc4180", "excel"] {
        it.align("run1", &["--csv", dialect]).expect(0);
        let out = it.path("again.xlsx");
        run!("review", "export", it.path("run1"), "-o", out).expect(0);
        assert!(
            fs::read(&out).unwrap() == fs::read(it.path("run1/review.xlsx")).unwrap(),
            "{dialect}"
        );
    }
    it.align("run2", &["--no-xlsx", "--no-report"]).expect(0);
    assert!(!it.path("run2/review.xlsx").exists() && !it.path("run2/report.html").exists());
    run!("review", "export", it.path("run2")).expect(0);
    assert!(it.path("run2/review.xlsx").is_file());
}

#[test]
fn edited_files_are_not_overwritten() {
    let it = Loop::new();
    it.align("run1", &[]).expect(0);
    fs::write(it.path("run1/review.xlsx"), "hours of work").unwrap();
    let before = contents(&it.path("run1"));
    it.align("run1", &[])
        .expect(1)
        .says("may hold decisions that would be lost");
    run!("review", "export", it.path("run1"))
        .expect(1)
        .says("may hold decisions");
    assert_same(&before, &contents(&it.path("run1")));
    fs::remove_file(it.path("run1/review.xlsx")).unwrap();
    it.align("run1", &[]).expect(0);
}

/// A save in the middle of a long run.
#[test]
fn what_is_saved_while_a_run_works_is_not_overwritten() {
    let it = Loop::new();
    it.align("run1", &[]).expect(0);
    let config = Config {
        inputs: vec![it.path("in")],
        ..Config::default()
    };
    let target = RunFolder::prepare(&it.path("run1")).unwrap();
    let run = pipeline::align(&config, &Silent).unwrap();
    fs::write(it.path("run1/claims.csv"), "saved meanwhile").unwrap();
    let error = claimalign::write::run(&run, target, &Silent).unwrap_err();
    assert!(error.to_string().contains("may hold decisions"), "{error}");
    let saved = fs::read_to_string(it.path("run1/claims.csv")).unwrap();
    assert_eq!(saved, "saved meanwhile");
}

#[test]
fn what_was_removed_can_be_added_again() {
    let it = Loop::new();
    it.article("d", &format!("{FIRE} {KING}"));
    let fire = |row: &BTreeMap<&str, &str>| row["sentence"] == FIRE && row["article_id"] == "d";
    let read = |table: &str| {
        let files = ["claims", "clusters", "near_misses"]
            .map(|name| it.path(&format!("{table}/{name}.csv")));
        let [claims, clusters, near] = &files;
        run!(
            "review",
            "read",
            claims,
            clusters,
            near,
            "--reviewer",
            "Kari",
            "-o",
            it.path("d.csv")
        )
    };
    it.align("run1", &[]).expect(0);
    let table = "run1/clusters.csv";
    it.edit(table, fire, &[("decision", "remove")]);
    read("run1").expect(0);
    let decisions = it.path("d.csv");
    let with = ["--decisions", decisions.to_str().unwrap()];
    it.align("run2", &with).expect(0);
    let members = |out: &str| {
        let rows = Table::read(&it.path(out), "clusters.csv").rows;
        rows.iter().filter(|row| row["sentence"] == FIRE).count()
    };
    assert_eq!(members("run2"), 3);
    let table = "run2/near_misses.csv";
    it.edit(table, fire, &[("decision", "add")]);
    read("run2").expect(0);
    let ended = it.align("run3", &with).expect(0);
    assert!(ended.out.contains(" 0 contradictory"), "{}", ended.out);
    assert_eq!(members("run3"), 4);
    // The first workbook again: what it says was meant before.
    read("run1")
        .expect(0)
        .says("go back to what their reviewer had said");
}

/// Several reviewers write into one file.
#[test]
fn lines_that_are_added_at_the_same_time_do_not_get_in_each_others_way() {
    let it = Loop::new();
    let path = it.path("d.csv");
    let line = |reviewer: usize, i: usize| decisions::Decision {
        line: 0,
        judgement: decisions::Judgement::Same,
        left: decisions::Side::new("a", &format!("s{i}"), FIRE),
        right: decisions::Side::new("b", &format!("t{i}"), FIRE),
        label: String::new(),
        claim: "c".to_owned(),
        reviewer: format!("R{reviewer}"),
        date: String::new(),
        comment: String::new(),
    };
    std::thread::scope(|scope| {
        for reviewer in 0..4 {
            let (path, line) = (&path, &line);
            scope.spawn(move || {
                let lines = (0..50).map(|i| line(reviewer, i)).collect();
                decisions::append(path, |_| lines).unwrap();
            });
        }
    });
    assert_eq!(decisions::read(&path).unwrap().len(), 200);
}

#[test]
fn files_that_are_no_review_are_errors_that_say_so() {
    let it = Loop::new();
    let decisions = it.path("decisions.csv");
    for (name, content, message) in [
        (
            "broken.xlsx",
            &b"PK\x03\x04 cut off"[..],
            "cannot be read as a workbook",
        ),
        ("other.csv", b"name,price\nx,1\n", "is no review"),
        ("empty.csv", b"", "is no review"),
        (
            "open.csv",
            b"claim_id,decision\nc1,correct\nc2,\"correct\nc3,correct\n",
            "open.csv:3: a quotation mark is never closed",
        ),
        (
            "picture.xlsx",
            b"\x89PNG\r\n\x1a\n\0\0\0\0\xff\xfe\xfd",
            "picture.xlsx",
        ),
    ] {
        let file = common::write(it.folder.path(), name, content);
        run!("review", "read", file, "-o", decisions)
            .expect(1)
            .says(message);
    }
    run!("review", "read", it.path("none.xlsx"), "-o", decisions)
        .expect(1)
        .says("none.xlsx");
    it.align("run1", &[]).expect(0);
    let workbook = it.path("run1/review.xlsx");
    it.align("run2", &["--decisions", workbook.to_str().unwrap()])
        .expect(1)
        .says("is a workbook: take its decisions over with `claimalign review read`");
    run!("review", "export", it.path("run1"), "-o", it.path("x.csv"))
        .expect(1)
        .says("a name that ends in .xlsx");
    assert!(!decisions.exists());
    it.align("run1", &[]).expect(0);
    it.edit(
        "run1/claims.csv",
        |row| row["representative"].starts_with("Kong"),
        &[("decision", "kanskje")],
    );
    it.read("run1").expect(3).says("`kanskje` is no decision");
    let bad = common::write(
        it.folder.path(),
        "bad.csv",
        "judgement,left_key\nsame claim,x\n",
    );
    it.align("run2", &["--decisions", bad.to_str().unwrap()])
        .expect(1)
        .says("no decisions file");
    assert!(!it.path("run2").exists());
}

#[test]
fn a_run_with_decisions_repeats_from_its_config() {
    let it = Loop::new();
    it.align("run1", &[]).expect(0);
    it.edit(
        "run1/clusters.csv",
        |row| row["article_id"] == "c" && row["sentence"].starts_with("Kong"),
        &[("decision", "remove")],
    );
    it.read("run1").expect(0);
    it.decided("run2");
    let (config, again) = (it.path("run2/config.toml"), it.path("again"));
    run!("align", "--config", config, "-o", again).expect(0);
    assert_same(&contents(&it.path("run2")), &contents(&again));
}
