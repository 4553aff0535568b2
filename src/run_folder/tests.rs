use std::collections::BTreeMap;
use std::process::Command;

use super::*;

/// Tells the test binary, when it runs itself, which folder to write to before it aborts.
const TARGET: &str = "CLAIMALIGN_TEST_TARGET";

const RUN_JSON: &[u8] = b"{\"program\": \"claimalign\", \"version\": \"0\"}";

/// Names and contents of the files below `folder`, those in folders with their path.
fn files(folder: &Path) -> BTreeMap<String, String> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap();
            let content = fs::read_to_string(entry.path()).unwrap();
            (name.to_str().unwrap().to_owned(), content)
        })
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

fn put(run: &RunFolder, name: &str, bytes: &[u8]) {
    run.write(name, |out| out.write_all(bytes)).unwrap();
}

/// Writes a run with `clusters` and a file called `further` to `target`.
fn write_run(target: &Path, clusters: &str, further: &str) {
    let run = RunFolder::prepare(target).unwrap();
    put(&run, "clusters.csv", clusters.as_bytes());
    put(&run, further, b"x");
    put(&run, RECORD, RUN_JSON);
    run.commit().unwrap();
}

fn assert_holds(target: &Path, clusters: &str, further: &str) {
    let found = files(target);
    assert_eq!(found["clusters.csv"], clusters);
    assert_eq!(found[RECORD].as_bytes(), RUN_JSON);
    let runs: Vec<&str> = found
        .keys()
        .map(String::as_str)
        .filter(|name| *name != KEEP)
        .collect();
    let mut expected = ["clusters.csv", RECORD, further];
    expected.sort_unstable();
    assert_eq!(runs, expected);
}

fn refusal(target: &Path) -> String {
    match RunFolder::prepare(target) {
        Err(Error::Output { path, message }) => {
            assert_eq!(path, target);
            message
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_folder_appears_whole_with_the_folders_above_it() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("a/blå/ut");
    let run = RunFolder::prepare(&target).unwrap();
    put(&run, "clusters.csv", b"blue");
    assert!(!target.exists());
    put(&run, "pairs.csv", b"x");
    put(&run, RECORD, RUN_JSON);
    run.commit().unwrap();
    assert_holds(&target, "blue", "pairs.csv");
    assert_eq!(names(target.parent().unwrap()), ["ut"]);
}

#[test]
fn an_earlier_run_is_replaced_and_what_it_had_more_is_gone() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("output");
    fs::create_dir(&target).unwrap();
    fs::write(target.join(KEEP), "for git").unwrap();
    write_run(&target, "first", "sentences.csv");
    assert_holds(&target, "first", "sentences.csv");
    write_run(&target, "second", "report.html");
    assert_holds(&target, "second", "report.html");
    assert_eq!(files(&target)[KEEP], "for git");
    assert_eq!(names(home.path()), ["output"]);
}

#[test]
fn a_run_that_is_dropped_or_fails_leaves_the_old_one() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("output");
    write_run(&target, "first", "pairs.csv");

    let run = RunFolder::prepare(&target).unwrap();
    put(&run, "clusters.csv", b"half");
    drop(run);
    assert_holds(&target, "first", "pairs.csv");

    let run = RunFolder::prepare(&target).unwrap();
    put(&run, "clusters.csv", b"without a record");
    let error = run.commit().unwrap_err().to_string();
    assert!(error.contains("run.json"), "{error}");

    let run = RunFolder::prepare(&target).unwrap();
    put(&run, RECORD, RUN_JSON);
    let mut file = run.create("clusters.csv").unwrap();
    file.write_all(b"not finished").unwrap();
    drop(file);
    let error = run.commit().unwrap_err().to_string();
    assert!(error.contains("clusters.csv"), "{error}");

    assert_holds(&target, "first", "pairs.csv");
    assert_eq!(names(home.path()), ["output"]);
}

#[test]
fn child_that_is_killed() {
    // Does its work only when the test below starts it.
    let Some(target) = std::env::var_os(TARGET) else {
        assert!(FILES.contains(&"clusters.csv"));
        return;
    };
    let run = RunFolder::prepare(Path::new(&target)).unwrap();
    put(&run, RECORD, RUN_JSON);
    let mut file = run.create("clusters.csv").unwrap();
    file.write_all(b"half").unwrap();
    file.flush().unwrap();
    std::process::abort();
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_the_old_one_and_the_next_clears_up() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("output");
    write_run(&target, "first", "pairs.csv");
    let in_use = RunFolder::prepare(&target).unwrap();

    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "run_folder::tests::child_that_is_killed"])
        .env(TARGET, &target)
        .output()
        .unwrap()
        .status;
    assert!(!status.success());
    assert_holds(&target, "first", "pairs.csv");
    assert_eq!(names(home.path()).len(), 3, "{:?}", names(home.path()));

    let next = RunFolder::prepare(&target).unwrap();
    let mut expected = vec!["output".to_owned()];
    for run in [&in_use, &next] {
        let name = run.temporary.path().file_name().unwrap();
        expected.push(name.to_str().unwrap().to_owned());
    }
    expected.sort_unstable();
    assert_eq!(names(home.path()), expected);
}

#[cfg(unix)]
#[test]
fn a_run_that_was_killed_between_two_renames_is_restored() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("output");
    write_run(&target, "first", "pairs.csv");
    fs::rename(&target, home.path().join(".claimalign-output-Ab1Cd2.old")).unwrap();
    drop(RunFolder::prepare(&target).unwrap());
    assert_holds(&target, "first", "pairs.csv");
    assert_eq!(names(home.path()), ["output"]);
}

#[test]
fn folders_of_others_that_look_like_temporary_ones_stay() {
    let home = tempfile::tempdir().unwrap();
    let theirs = home.path().join(".claimalign-output-Ab1Cd2");
    fs::create_dir(&theirs).unwrap();
    fs::write(theirs.join("diary.txt"), "mine").unwrap();
    let other = home.path().join(".claimalign-output-b-Ab1Cd2");
    fs::create_dir(&other).unwrap();
    write_run(&home.path().join("output"), "first", "pairs.csv");
    assert!(theirs.join("diary.txt").exists());
    assert!(other.exists());
}

#[test]
fn anything_but_an_earlier_run_is_refused_by_name() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("output");
    write_run(&target, "first", "pairs.csv");
    for name in ["e.txt", "d.txt", "b.txt", "å.txt"] {
        fs::write(target.join(name), "mine").unwrap();
    }
    let message = refusal(&target);
    assert!(
        message.contains("`b.txt`, `d.txt`, `e.txt` and 1 more"),
        "{message}"
    );
    assert_eq!(files(&target).len(), 7);

    let without_record = home.path().join("b");
    fs::create_dir(&without_record).unwrap();
    fs::write(without_record.join("claims.csv"), "mine").unwrap();
    assert!(refusal(&without_record).contains("run.json"));
    fs::write(without_record.join(RECORD), "{\"program\": \"other\"}").unwrap();
    assert!(refusal(&without_record).contains("run.json"));

    let folder_in_it = home.path().join("c");
    fs::create_dir_all(folder_in_it.join("pairs.csv")).unwrap();
    assert!(refusal(&folder_in_it).contains("`pairs.csv`"));

    let file = home.path().join("d");
    fs::write(&file, "mine").unwrap();
    assert!(refusal(&file).contains("is a file"));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_stays_a_link() {
    let home = tempfile::tempdir().unwrap();
    let real = home.path().join("real");
    let link = home.path().join("link");
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink("real", &link).unwrap();
    write_run(&link, "first", "pairs.csv");
    write_run(&link, "second", "pairs.csv");
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("real"));
    assert_holds(&real, "second", "pairs.csv");
    assert_eq!(names(home.path()), ["link", "real"]);

    let broken = home.path().join("broken");
    std::os::unix::fs::symlink("nowhere", &broken).unwrap();
    assert!(refusal(&broken).contains("does not exist"));
}

#[cfg(unix)]
#[test]
fn permissions_of_the_folder_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("output");
    fs::create_dir(&target).unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o2750)).unwrap();
    write_run(&target, "first", "pairs.csv");
    let mode = fs::metadata(&target).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o2750);
}

#[test]
fn files_that_came_during_the_run_stay() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("output");
    write_run(&target, "first", "pairs.csv");
    let run = RunFolder::prepare(&target).unwrap();
    fs::write(target.join("notes.txt"), "mine").unwrap();
    put(&run, "clusters.csv", b"second");
    put(&run, RECORD, RUN_JSON);
    run.commit().unwrap();
    let found = files(&target);
    assert_eq!(found["clusters.csv"], "second");
    assert_eq!(found["notes.txt"], "mine");
    assert!(!found.contains_key("pairs.csv"));
    assert_eq!(names(home.path()), ["output"]);
}

#[test]
fn a_folder_that_cannot_be_replaced_gets_its_files_one_by_one() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("output");
    fs::create_dir(&target).unwrap();
    fs::write(target.join(KEEP), "").unwrap();
    for (clusters, further) in [("first", "sentences.csv"), ("second", "pairs.csv")] {
        let mut run = RunFolder::prepare(&target).unwrap();
        let name = target.file_name().unwrap();
        run.temporary = Temporary::new(&target, name).unwrap();
        put(&run, "clusters.csv", clusters.as_bytes());
        put(&run, further, b"x");
        put(&run, RECORD, RUN_JSON);
        run.commit().unwrap();
        assert_holds(&target, clusters, further);
        assert_eq!(names(&target).len(), 4, "{:?}", names(&target));
    }
}

#[test]
fn when_one_file_cannot_be_replaced_all_are_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("output");
    write_run(&target, "first", "pairs.csv");
    let mut run = RunFolder::prepare(&target).unwrap();
    run.temporary = Temporary::new(&target, target.file_name().unwrap()).unwrap();
    for name in ["clusters.csv", "report.html"] {
        put(&run, name, b"second");
    }
    put(&run, RECORD, RUN_JSON);
    // A folder in the way of a file that comes late.
    fs::create_dir(target.join("report.html")).unwrap();
    assert!(run.commit().is_err());
    fs::remove_dir(target.join("report.html")).unwrap();
    assert_holds(&target, "first", "pairs.csv");
}

#[test]
fn only_files_of_a_run_are_made_and_each_once() {
    let home = tempfile::tempdir().unwrap();
    let run = RunFolder::prepare(&home.path().join("output")).unwrap();
    for name in ["../clusters.csv", "notes.txt", ""] {
        assert!(matches!(run.create(name), Err(Error::Output { .. })));
    }
    put(&run, "clusters.csv", b"");
    assert!(matches!(run.create("clusters.csv"), Err(Error::Io { .. })));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_with_the_path_at_the_latest_at_the_end() {
    let open = Open::default();
    lock(&open).insert("clusters.csv".to_owned());
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut file = RunFile {
        out: BufWriter::new(full),
        shown: PathBuf::from("output/clusters.csv"),
        name: "clusters.csv".to_owned(),
        open: Arc::clone(&open),
    };
    file.write_all(b"in the buffer").unwrap();
    let error = file.finish().unwrap_err().to_string();
    assert!(error.starts_with("output/clusters.csv: "), "{error}");
    assert!(error.contains("No space left"), "{error}");
    assert!(lock(&open).contains("clusters.csv"));
}
