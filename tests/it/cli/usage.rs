use super::{fire, one_file};
use crate::common::{claimalign, program, run};

const COMMANDS: [&str; 8] = [
    "align", "segment", "match", "explain", "review", "diff", "evaluate", "fit",
];

#[test]
fn every_command_explains_itself_with_an_example() {
    for command in COMMANDS {
        for help in ["--help", "-h"] {
            let ended = claimalign(&[command, help]).expect(0);
            assert!(ended.out.contains("Example"), "{command} {help}");
            assert!(
                ended.out.contains(&format!("\n  claimalign {command} ")),
                "{command} {help}"
            );
            assert_eq!(ended.err, "");
        }
    }
}

#[test]
fn the_help_lists_the_commands_and_exit_codes() {
    let ended = claimalign(&["--help"]).expect(0);
    for command in COMMANDS {
        assert!(ended.out.contains(&format!("\n  {command} ")), "{command}");
    }
    assert!(
        ended
            .out
            .contains("Exit codes: 0 fine; 1 failed; 2 usage; 3 finished")
    );
    assert_eq!(ended.err, "");
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = concat!("claimalign ", env!("CARGO_PKG_VERSION"), "\n");
    for argument in ["--version", "-V"] {
        assert_eq!(claimalign(&[argument]).expect(0).out, version);
    }
}

#[test]
fn what_is_not_understood_is_a_usage_error() {
    for arguments in [
        &["align", "--colour"][..],
        &["aline"],
        &[],
        &["align", "--threads", "0"],
        &["align", "--csv", "word"],
        &["align", "--columns", "brødtekst=text"],
        &["align", "-q", "-v"],
        &["match", "--top", "0"],
        &["explain", "bare en"],
        &["evaluate"],
        &["evaluate", "run1"],
        &["fit", "--gold", "data/gold"],
    ] {
        let ended = claimalign(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert_eq!(ended.out, "", "{arguments:?}");
        assert!(!ended.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_value_out_of_its_range_is_a_usage_error() {
    let folder = fire();
    let input = folder.path().join("in");
    for (option, value) in [
        ("--min-join", "1.5"),
        ("--min-accept", "NaN"),
        ("--min-review", "-0.1"),
        ("--min-articles", "0"),
    ] {
        let out = folder.path().join("out");
        let option_and_value = format!("{option}={value}");
        let ended = run!("align", input, "-o", out, option_and_value).expect(2);
        assert!(
            ended.err.contains(option.trim_start_matches('-')),
            "{}",
            ended.err
        );
        assert!(!out.exists());
    }
}

#[test]
fn a_command_without_its_input_is_a_usage_error() {
    claimalign(&["segment"]).expect(2).says("INPUT");
    claimalign(&["match"]).expect(2).says("--claims");
    let folder = one_file("known.csv", "claim_id,label,claim\na,A,Det brant.\n");
    run!("match", "--claims", folder.path().join("known.csv"))
        .expect(2)
        .says("INPUT");
}

#[test]
fn align_without_input_and_without_the_sample_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let output = program()
        .arg("align")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("claimalign align articles/ -o run1"),
        "{message}"
    );
    assert!(super::names(folder.path()).is_empty());
}

#[test]
fn settings_that_are_not_known_are_refused() {
    let folder = one_file("config.toml", "inputs = [\"x\"]\nmin-joint = 0.4\n");
    let config = folder.path().join("config.toml");
    run!("align", "--config", config, "-o", folder.path().join("out"))
        .expect(1)
        .says("min-joint");
    run!("align", "--config", folder.path().join("none.toml"), "x")
        .expect(1)
        .says("none.toml");
}

#[test]
fn options_win_over_the_config_file() {
    let folder = fire();
    let config = "csv = \"excel\"\nmin-articles = 1\n";
    let config = crate::common::write(folder.path(), "config.toml", config);
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!(
        "align", "--config", config, input, "-o", out, "--csv", "rfc4180"
    )
    .expect(0);
    let record = super::record(&out);
    assert_eq!(record["config"]["csv"], "rfc4180");
    assert_eq!(record["config"]["min-articles"], 1);
}

/// One run for each exit code.
#[test]
fn exit_codes_tell_how_it_ended() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out).expect(0);
    run!("align", folder.path().join("none"), "-o", out).expect(1);
    run!("align", input, "-o", out, "--min-join", "2").expect(2);
    crate::common::write(folder.path(), "in/c.txt", " \n");
    run!("align", input, "-o", out).expect(3);
}

#[test]
fn more_threads_than_any_machine_has_are_refused() {
    for threads in ["0", "1025", "two"] {
        claimalign(&["segment", "-j", threads, "x.txt"])
            .expect(2)
            .says("expected a number from 1 to 1024");
    }
}
