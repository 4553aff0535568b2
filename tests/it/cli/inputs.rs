use std::io::Write as _;
use std::process::Stdio;

use super::{FIRE, fire, names, one_file, record};
use crate::common::{self, Ended, Table, contents, program, run};

#[test]
fn a_missing_path_fails_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    run!("align", folder.path().join("none"), "-o", out)
        .expect(1)
        .says(&format!("{}: ", folder.path().join("none").display()));
    assert!(names(folder.path()).is_empty());
    run!("segment", folder.path().join("none.txt"))
        .expect(1)
        .says("none.txt: ");
}

/// The settings of a run, which name its inputs, are a text.
#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_fails_before_the_work() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"bl\xe5.txt");
    std::fs::write(folder.path().join(name), FIRE[0].1).unwrap();
    let out = folder.path().join("out");
    run!("align", folder.path().join(name), "-o", out)
        .expect(1)
        .says("is not UTF-8");
    assert!(!out.exists());
    run!("segment", folder.path().join(name)).expect(0);
    run!("align", folder.path(), "-o", out).expect(0);
}

#[test]
fn a_folder_without_articles_fails() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out)
        .expect(1)
        .says(&input.display().to_string());
    common::write(folder.path(), "in/notes.docx", "x");
    run!("align", input, "-o", out)
        .expect(1)
        .says(".txt, .jsonl");
    assert_eq!(names(folder.path()), ["in"]);
}

#[test]
fn a_file_of_another_format_fails_and_the_known_endings_are_named() {
    let folder = one_file("a.docx", "x");
    run!("segment", folder.path().join("a.docx"))
        .expect(1)
        .says(".txt, .jsonl, .ndjson, .csv");
}

#[test]
fn a_table_without_text_names_its_columns_and_the_option() {
    let folder = one_file("a.csv", "key;body;outlet\n1;Det brant.;nrk\n");
    let ended = run!(
        "align",
        folder.path().join("a.csv"),
        "-o",
        folder.path().join("out")
    )
    .expect(1);
    for said in ["key", "body", "outlet", "--columns text="] {
        assert!(ended.err.contains(said), "no `{said}` in: {}", ended.err);
    }
    assert!(!folder.path().join("out").exists());
}

#[test]
fn columns_are_mapped_and_the_others_carried_through() {
    let [a, b] = FIRE.map(|(id, text)| format!("{id};{text};avis {id};=1+1\n"));
    let folder = one_file("a.csv", format!("key;body;outlet;desk\n{a}{b}"));
    let out = folder.path().join("out");
    let columns = "--columns=text=body,id=key,source=outlet";
    run!("align", folder.path().join("a.csv"), "-o", out, columns).expect(0);
    let clusters = Table::read(&out, "clusters.csv");
    assert_eq!(clusters.header.last().map(String::as_str), Some("desk"));
    assert_eq!(clusters.column("article_id"), ["a", "b"]);
    assert_eq!(clusters.column("source"), ["avis a", "avis b"]);
    assert_eq!(clusters.column("desk"), ["'=1+1", "'=1+1"]);
}

/// A bad line costs that line alone: it is named, counted and in the exit code, and the others are in the result.
#[test]
fn bad_rows_are_skipped_and_told() {
    let [a, b] = FIRE.map(|(id, text)| serde_json::json!({"id": id, "text": text}).to_string());
    let lines =
        format!("{a}\n{{\"id\": \"c\", \"text\": \n{b}\n{{\"id\": \"a\", \"text\": \"Igjen.\"}}\n");
    let folder = one_file("in/rows.jsonl", lines);
    common::write(
        folder.path(),
        "in/latin.txt",
        b"valid \xc3\xa6\xc3\xb8\xc3\xa5 \xff\xc3\xa6\n",
    );
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    let ended = run!("align", input, "-o", out).expect(3);
    let rows = input.join("rows.jsonl").display().to_string();
    for line in [2, 4] {
        assert!(
            ended.err.contains(&format!("{rows}:{line}: ")),
            "{}",
            ended.err
        );
    }
    assert!(
        ended.err.contains("latin.txt:1: invalid UTF-8"),
        "{}",
        ended.err
    );
    assert!(ended.out.contains("3 inputs skipped"), "{}", ended.out);

    let record = record(&out);
    assert_eq!(record["counts"]["skipped_inputs"], 3);
    assert_eq!(record["counts"]["articles"], 2);
    assert_eq!(record["skipped"].as_array().map(Vec::len), Some(3));
    let skipped = &record["skipped"][1];
    assert_eq!(
        (skipped["path"].as_str(), skipped["line"].as_u64()),
        (Some(rows.as_str()), Some(2))
    );
    let clusters = Table::read(&out, "clusters.csv");
    assert_eq!(clusters.column("article_id"), ["a", "b"]);

    run!("segment", input).expect(3);
}

#[test]
fn of_a_duplicate_id_the_first_article_stays() {
    let folder = one_file("a.csv", "id,text\nx,Den første.\nx,Den andre.\n");
    let ended = run!("segment", folder.path().join("a.csv")).expect(3);
    assert!(ended.err.contains("a.csv:3: "), "{}", ended.err);
    assert!(ended.err.contains("`x`"), "{}", ended.err);
    assert_eq!(Table::parse(&ended.out).column("sentence"), ["Den første."]);
}

#[test]
fn strict_ends_at_the_first_input_that_would_be_skipped() {
    let folder = fire();
    common::write(folder.path(), "in/c.jsonl", "{\n");
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out, "--strict")
        .expect(1)
        .says("c.jsonl:1: ");
    assert_eq!(names(folder.path()), ["in"]);
    run!("align", input, "-o", out).expect(3);
    let before = contents(&out);
    run!("align", input, "-o", out, "--strict").expect(1);
    common::assert_same(&contents(&out), &before);
    let ended = run!("segment", input, "--strict").expect(1);
    assert_eq!(ended.out, "");
}

/// Runs a command that reads `text` from standard input.
fn with_input(arguments: &[&str], text: &str) -> Ended {
    let mut child = program()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    Ended::new(child.wait_with_output().unwrap())
}

#[test]
fn json_lines_come_from_standard_input() {
    let lines = "{\"id\": 7, \"text\": \"Det brant.\"}\n{\"text\": \"Ingen ble skadd.\"}\n";
    let ended = with_input(&["segment", "-"], lines).expect(0);
    let table = Table::parse(&ended.out);
    assert_eq!(table.column("sentence"), ["Det brant.", "Ingen ble skadd."]);
    assert_eq!(table.column("article_id"), ["7", "stdin-2"]);
    with_input(&["segment", "-"], "").expect(1);
    with_input(&["segment", "-"], "{\"text\": \"x\"}\nx\n")
        .expect(3)
        .says("-:2: ");
}

#[test]
fn a_whole_text_is_one_unit_when_asked() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out, "--unit", "text", "--sentences").expect(0);
    let sentences = Table::read(&out, "sentences.csv");
    assert_eq!(sentences.column("sentence"), FIRE.map(|(_, text)| text));
    assert_eq!(sentences.column("sentence_index"), ["0", "0"]);
    let ended = run!("segment", input).expect(0);
    assert_eq!(Table::parse(&ended.out).rows.len(), 4);
}

/// An output folder inside the input folder is not read as articles.
#[test]
fn earlier_runs_are_not_read() {
    let folder = fire();
    let input = folder.path().join("in");
    let align = |out: &str| {
        let ended = run!("align", input, "-o", input.join(out), "--sentences").expect(0);
        (contents(&input.join(out)), ended)
    };
    let (first, _) = align("out");
    // It is passed over without a word when it is the one that is replaced.
    let (second, _) = align("out");
    common::assert_same(&first, &second);
    let (mut third, ended) = align("other");
    ended.says("not read");
    assert_ne!(Some(&first["run.json"]), third.remove("run.json").as_ref());
}

/// What people see of an article stands in the tables, under a name that is not taken for one of theirs.
#[test]
fn columns_of_the_input_are_not_taken_for_decisions() {
    let line = |id: &str| {
        let (_, text) = FIRE[usize::from(id == "b")];
        format!(
            "{{\"id\": \"{id}\", \"title\": \"Brann i {id}\", \"text\": \"{text}\", \"Decision\": \"remove\", \
             \"input_Decision\": \"x\", \"desk\": \"ute\"}}\n"
        )
    };
    let folder = one_file("in.jsonl", line("a") + &line("b"));
    let out = folder.path().join("out");
    run!("align", folder.path().join("in.jsonl"), "-o", out).expect(0);
    let clusters = Table::read(&out, "clusters.csv");
    let ours = clusters.header.iter().position(|name| name == "comment");
    let carried: Vec<&str> = clusters.header[ours.unwrap() + 1..]
        .iter()
        .map(String::as_str)
        .collect();
    assert_eq!(
        carried,
        ["input_input_Decision", "desk", "input_Decision", "title"]
    );
    for row in &clusters.rows {
        assert_eq!(row["title"], format!("Brann i {}", row["article_id"]));
        assert_eq!(row["input_input_Decision"], "remove");
    }
    let decisions = folder.path().join("decisions.csv");
    let read = run!(
        "review",
        "read",
        out.join("clusters.csv"),
        "--reviewer",
        "K",
        "-o",
        decisions
    )
    .expect(0);
    assert!(read.out.contains("0 rows decided"), "{}", read.out);
}

#[test]
fn nothing_that_can_be_matched_is_no_claim_of_a_known_one() {
    let text =
        "The fire broke out in a grain silo at the old mill on Tuesday morning, the police said.";
    let folder = one_file("in/a.txt", text);
    let known = common::write(
        folder.path(),
        "known.csv",
        "claim;label;note;claim_id\r\nDet brenner p\u{e5} m\u{f8}lla.;Brann;;m\r\n"
            .chars()
            .map(|letter| u8::try_from(u32::from(letter)).unwrap())
            .collect::<Vec<u8>>(),
    );
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "--claims", known, "-o", out).expect(0);
    assert!(Table::read(&out, "claims.csv").rows.is_empty());
    let matched = run!("match", input, "--claims", known).expect(0);
    assert!(Table::parse(&matched.out).rows.is_empty());
    // A table of known claims is told by its columns in any order.
    let all = folder.path();
    run!("align", all.join("in"), known, "--claims", known, "-o", out).expect(0);
}
