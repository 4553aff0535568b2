use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use super::{FIRE, fire, one_file};
use crate::common::{self, claimalign, program, run};

/// A JSON line whose sentences fill a pipe many times over.
fn long_article() -> String {
    let text = "Det begynte å brenne i en kornsilo på Granmo Mølle. ".repeat(4_000);
    serde_json::json!({"id": "a", "text": text}).to_string()
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = one_file("a.jsonl", long_article());
    let mut child = program()
        .arg("segment")
        .arg(folder.path().join("a.jsonl"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("article_id,"));
    let mut errors = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut errors)
        .unwrap();
    assert_eq!(
        (child.wait().unwrap().code(), errors.as_str()),
        (Some(0), "")
    );
}

/// Nobody reads anything: `claimalign align … 2>&1 | true`.
#[test]
fn a_closed_standard_error_is_no_crash() {
    let folder = fire();
    common::write(folder.path(), "in/c.txt", " \n");
    let out = folder.path().join("out");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = program()
        .args(["align", "-v", "-o"])
        .args([&out, &folder.path().join("in")])
        .stdout(writer.try_clone().unwrap())
        .stderr(writer)
        .status()
        .unwrap();
    assert!(matches!(status.code(), Some(0 | 3)), "{status}");
    assert!(out.join("run.json").is_file());
}

#[test]
fn quiet_is_quiet() {
    let folder = fire();
    common::write(folder.path(), "in/c.txt", " \n");
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    let file = folder.path().join("sentences.csv");
    for ended in [
        run!("align", input, "-o", out, "-q"),
        run!("segment", input, "-o", file, "--quiet"),
    ] {
        let ended = ended.expect(3);
        assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", ""));
    }
    // Errors are said all the same.
    run!("align", folder.path().join("none"), "-o", out, "-q")
        .expect(1)
        .says("error: ");
}

#[test]
fn progress_is_for_terminals() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    let ended = run!("align", input, "-o", out).expect(0);
    let to_score = "1 candidate pair to score, which takes less than a second";
    assert_eq!(ended.err, format!("{to_score}\n"));
    assert!(
        ended.out.starts_with(
            "4 sentences in 2 articles (1 story): 1 claim shared by at least 2 articles"
        )
    );
    assert!(
        !ended.out.contains('\u{1b}'),
        "no colours without a terminal"
    );
    let ended = run!("align", input, "-o", out, "-v").expect(0);
    let stages: Vec<&str> = ended.err.lines().collect();
    assert!(
        stages.len() >= 5
            && stages
                .iter()
                .all(|line| line.ends_with(" s") || *line == to_score),
        "{stages:?}"
    );
    assert!(!ended.err.contains('\r') && !ended.err.contains('\u{1b}'));
}

/// Unix has a device that is always full.
#[cfg(target_os = "linux")]
mod full {
    use std::fs::{File, OpenOptions};
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    use std::process::Stdio;

    use super::*;
    use crate::common::Ended;

    fn full() -> File {
        OpenOptions::new().write(true).open("/dev/full").unwrap()
    }

    #[test]
    fn a_full_disk_is_said() {
        let folder = fire();
        let input = folder.path().join("in").display().to_string();
        let known = common::write(
            folder.path(),
            "k.csv",
            "claim_id,label,claim\na,A,Det brant.\n",
        );
        let known = known.display().to_string();
        for arguments in [
            &["segment", &input][..],
            &["match", "--claims", &known, &input],
            &["explain", FIRE[0].1, FIRE[1].1],
        ] {
            let output = program()
                .args(arguments)
                .stdout(full())
                .stderr(Stdio::piped())
                .output()
                .unwrap();
            Ended::new(output)
                .expect(1)
                .says("error: standard output: No space left on device");
        }
    }

    /// A device, a pipe or a terminal is written to; it is not replaced by a file. The link keeps a program
    /// that would replace it away from the device itself.
    #[test]
    fn a_result_goes_through_a_link_into_a_device() {
        let folder = fire();
        let input = folder.path().join("in");
        let link = folder.path().join("full");
        symlink("/dev/full", &link).unwrap();
        run!("segment", input, "-o", link)
            .expect(1)
            .says("No space left on device");
        assert!(link.metadata().unwrap().file_type().is_char_device());

        let link = folder.path().join("stdout");
        symlink("/dev/stdout", &link).unwrap();
        let ended = run!("segment", input, "-o", link).expect(0);
        assert_eq!(ended.out, run!("segment", input).expect(0).out);
        assert!(link.is_symlink());
    }

    #[test]
    fn a_result_goes_through_a_link_to_a_file() {
        let folder = fire();
        let target = common::write(folder.path(), "there/result.csv", "earlier");
        let link = folder.path().join("result.csv");
        symlink(&target, &link).unwrap();
        run!("segment", folder.path().join("in"), "-o", link).expect(0);
        assert!(link.is_symlink(), "the link is still one");
        assert!(
            std::fs::read_to_string(&target)
                .unwrap()
                .starts_with("article_id,")
        );
        assert_eq!(
            super::super::names(&folder.path().join("there")),
            ["result.csv"]
        );
    }
}

#[test]
fn warnings_go_to_standard_error_and_results_do_not() {
    let folder = one_file("a.csv", "text\nDet brant.\n\"\"\n");
    let ended = run!("segment", folder.path().join("a.csv"));
    assert!(!ended.out.contains("warning"));
    assert_eq!(ended.out.lines().count(), 2, "{}", ended.out);
    let broken = one_file("a.txt", b"bl\xe5 \xf8y");
    let ended = claimalign(&["segment", broken.path().join("a.txt").to_str().unwrap()]).expect(0);
    assert!(
        ended.err.starts_with("warning: ") && ended.err.contains("Windows-1252"),
        "{}",
        ended.err
    );
    assert!(ended.out.contains("blå øy"), "{}", ended.out);
}

/// A file may not grow beyond a limit: as on a full disk, the rows of the workbook cannot be written.
#[cfg(unix)]
#[test]
fn a_workbook_that_does_not_fit_on_the_disk_is_an_error() {
    let sentences: Vec<String> = (1..400)
        .map(|n| format!("Ved port {n} på Granmo Mølle lå det {n} kilo korn på bakken."))
        .collect();
    let text = sentences.join(" ");
    let rows = ["a", "b"].map(|id| serde_json::json!({"id": id, "text": text}).to_string());
    let folder = one_file("a.jsonl", rows.join("\n"));
    let (input, out) = (folder.path().join("a.jsonl"), folder.path().join("out"));
    run!("align", input, "-o", out, "--no-xlsx").expect(0);
    let path = folder.path().join("book.xlsx");
    let ended = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(program().get_program())
        .args(["review", "export"])
        .args([&*out, "-o".as_ref(), &*path])
        .output()
        .unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{told}");
    assert!(told.ends_with("(for the rows of the workbook)\n"), "{told}");
    assert!(told.starts_with("error: "), "{told}");
    assert_eq!(super::names(folder.path()), ["a.jsonl", "out"]);
}
