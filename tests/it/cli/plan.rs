//! What a run says before its longest stage, and a run that stops there.

use std::fs;
use std::path::Path;

use super::{fire, names, record};
use crate::common::{self, run};

/// The labelled articles as a file.
fn articles(folder: &Path) -> std::path::PathBuf {
    let lines: Vec<String> = common::events()
        .iter()
        .flat_map(|event| &event.articles)
        .map(|article| {
            serde_json::json!({"id": article.id, "source": article.outlet, "date": article.date, "text": article.text})
                .to_string()
        })
        .collect();
    common::write(folder, "articles.jsonl", lines.join("\n"))
}

/// A number as sentences show it.
fn with_commas(n: u64) -> String {
    if n < 1000 {
        n.to_string()
    } else {
        format!("{},{:03}", with_commas(n / 1000), n % 1000)
    }
}

#[test]
fn a_dry_run_says_what_the_run_would_score_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let input = articles(folder.path());
    let out = folder.path().join("out");
    for days in ["2", "9999"] {
        let dry = run!(
            "align",
            input,
            "-o",
            out,
            "--within-days",
            days,
            "--dry-run"
        )
        .expect(0);
        assert_eq!(names(folder.path()), ["articles.jsonl"]);
        assert_eq!(dry.err, "");
        let ended = run!("align", input, "-o", out, "--within-days", days).expect(0);
        let counts = &record(&out)["counts"];
        let count = |name: &str| with_commas(counts[name].as_u64().unwrap());
        let what = format!(
            "{} sentences in {} articles ({} stories): {} candidate pairs to score, which would take ",
            count("sentences"),
            count("articles"),
            count("stories"),
            count("candidate_pairs"),
        );
        assert!(dry.out.starts_with(&what), "{} is not {what}", dry.out);
        assert!(dry.out.contains("second"), "{}", dry.out);
        // The run itself says it on the way, in one line.
        let line = format!(
            "{} candidate pairs to score, which takes ",
            count("candidate_pairs")
        );
        assert!(ended.err.starts_with(&line), "{}", ended.err);
        assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
        fs::remove_dir_all(&out).unwrap();
    }
}

#[test]
fn a_dry_run_leaves_an_earlier_run_alone() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out).expect(0);
    let before = common::contents(&out);
    run!(
        "align",
        input,
        "-o",
        out,
        "--min-articles",
        "1",
        "--dry-run"
    )
    .expect(0);
    common::assert_same(&before, &common::contents(&out));
}

#[test]
fn the_exit_code_of_a_dry_run_is_that_of_the_run() {
    let folder = fire();
    let input = folder.path().join("in");
    run!("align", folder.path().join("none"), "--dry-run").expect(1);
    run!("align", input, "--min-join", "2", "--dry-run").expect(2);
    common::write(folder.path(), "in/c.txt", " \n");
    let ended = run!("align", input, "--dry-run").expect(3);
    assert!(ended.out.contains("1 input skipped"), "{}", ended.out);
}

#[test]
fn a_quiet_run_says_nothing_of_it() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    for arguments in [&["--dry-run"][..], &[]] {
        let mut all = vec![
            "align",
            input.to_str().unwrap(),
            "-q",
            "-o",
            out.to_str().unwrap(),
        ];
        all.extend(arguments);
        let ended = common::claimalign(&all).expect(0);
        assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", ""));
    }
}
