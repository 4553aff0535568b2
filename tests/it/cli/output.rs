use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use claimalign::score::features::Features;

use super::{FIRE, fire, names, record};
use crate::common::{self, Table, contents, run};

const CLUSTERS: &str = "claim_id,label,article_id,source,date,language,sentence_index,start,end,kind,sentence,\
                        score,role,tier,reason,differs,url,story,sentence_key,in_claim,in_force,decision,move_to,comment";
const CLAIMS: &str = "claim_id,label,known_claim,nearest_known_claim,standing,sentences,articles,sources,languages,first_date,last_date,\
                      cohesion,wording,tier,representative,representative_article,representative_key,in_force,\
                      decision,merge_into,new_label,comment";
const SENTENCES: &str = "article_id,sentence_index,start,end,kind,language,sentence,normalized";

/// A table whose claims have cells that look like formulas.
const QUOTES: &str = "id,text\n\
    a,\"- Vi har mistet 9000 laks på én natt, sier driftsleder Jorunn Sletthamn.\"\n\
    b,\"- Vi har mistet 9000 laks på én natt, sier driftsleder Jorunn Sletthamn.\"\n\
    c,Koret synger i Sankt Nikolaj Kirke søndag.\n";

#[test]
fn the_files_of_a_run_have_their_columns() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out, "--sentences").expect(0);
    assert_eq!(
        names(&out),
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
    let pairs = format!(
        "left_article_id,left_sentence_index,right_article_id,right_sentence_index,left_sentence,\
         right_sentence,probability,{},guards,reason",
        Features::NAMES.join(",")
    );
    for (name, header) in [
        ("clusters.csv", CLUSTERS),
        ("near_misses.csv", CLUSTERS),
        ("claims.csv", CLAIMS),
        ("sentences.csv", SENTENCES),
        ("pairs.csv", &pairs),
    ] {
        let text = fs::read_to_string(out.join(name)).unwrap();
        assert_eq!(text.lines().next(), Some(header), "{name}");
        assert!(text.ends_with('\n') && !text.contains('\r'), "{name}");
    }
    run!("align", input, "-o", out).expect(0);
    assert!(
        !out.join("sentences.csv").exists(),
        "it is written when asked"
    );
}

#[test]
fn the_rows_of_a_run_agree_with_each_other() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out).expect(0);
    let (clusters, claims) = (
        Table::read(&out, "clusters.csv"),
        Table::read(&out, "claims.csv"),
    );
    let record = record(&out);
    assert_eq!(claims.rows.len(), 1);
    assert_eq!(record["program"], "claimalign");
    assert_eq!(record["counts"]["claims"], 1);
    assert_eq!(record["counts"]["sentences_in_claims"], clusters.rows.len());
    let claim = &claims.rows[0];
    assert_eq!(claim["sentences"], clusters.rows.len().to_string());
    assert_eq!(claim["articles"], "2");
    assert_eq!(
        (claim["decision"].as_str(), claim["comment"].as_str()),
        ("", "")
    );
    for row in &clusters.rows {
        assert_eq!(
            (&row["claim_id"], &row["label"]),
            (&claim["claim_id"], &claim["label"])
        );
        let text =
            fs::read_to_string(input.join(&row["article_id"]).with_extension("txt")).unwrap();
        let [start, end] = ["start", "end"].map(|name| row[name].parse::<usize>().unwrap());
        let cut: String = text.chars().take(end).skip(start).collect();
        assert_eq!(cut, row["sentence"]);
        let score: f64 = row["score"].parse().unwrap();
        assert!((0.0..=1.0).contains(&score));
    }
    let representatives: Vec<_> = clusters
        .rows
        .iter()
        .filter(|row| row["role"] == "representative")
        .collect();
    assert_eq!(representatives.len(), 1);
    assert_eq!(representatives[0]["sentence"], claim["representative"]);
}

#[test]
fn excel_gets_what_it_opens_by_a_double_click() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out, "--csv", "excel", "--sentences").expect(0);
    for name in [
        "clusters.csv",
        "claims.csv",
        "near_misses.csv",
        "pairs.csv",
        "sentences.csv",
    ] {
        let text = fs::read_to_string(out.join(name)).unwrap();
        assert!(text.starts_with('\u{feff}'), "{name}");
        assert!(text.ends_with("\r\n"), "{name}");
        assert!(text.lines().next().unwrap().contains(';'), "{name}");
        assert_eq!(
            text.matches('\n').count(),
            text.matches("\r\n").count(),
            "{name}"
        );
    }
    let bytes = fs::read(out.join("clusters.csv")).unwrap();
    let clusters = Table::with(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap(), b';');
    assert_eq!(clusters.header.join(","), CLUSTERS);
    let scores = clusters.column("score");
    assert!(!scores.is_empty());
    for score in scores {
        assert!(score.contains(',') && !score.contains('.'), "{score}");
        score.replace(',', ".").parse::<f64>().unwrap();
    }
    assert_eq!(record(&out)["config"]["csv"], "excel");
}

#[test]
fn a_cell_is_no_formula_unless_asked() {
    let folder = super::one_file("in.csv", QUOTES);
    let (input, out) = (folder.path().join("in.csv"), folder.path().join("out"));
    for (dialect, delimiter) in [("rfc4180", b','), ("excel", b';')] {
        let dialect = format!("--csv={dialect}");
        let cells = |name: &str, column: &str| -> Vec<String> {
            let bytes = fs::read(out.join(name)).unwrap();
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            let table = Table::with(bytes, delimiter);
            table
                .column(column)
                .into_iter()
                .map(str::to_owned)
                .collect()
        };
        let columns = [
            ("clusters.csv", "sentence"),
            ("claims.csv", "representative"),
            ("pairs.csv", "left_sentence"),
            ("pairs.csv", "right_sentence"),
        ];
        run!("align", input, "-o", out, dialect).expect(0);
        for (name, column) in columns {
            let cells = cells(name, column);
            assert!(!cells.is_empty(), "{name}");
            assert!(
                cells.iter().all(|cell| cell.starts_with("'- Vi")),
                "{name}: {cells:?}"
            );
        }
        run!("align", input, "-o", out, dialect, "--no-formula-guard").expect(0);
        for (name, column) in columns {
            let cells = cells(name, column);
            assert!(
                cells.iter().all(|cell| cell.starts_with("- Vi")),
                "{name}: {cells:?}"
            );
        }
        // Numbers are no text: a negative one has no apostrophe.
        assert!(
            cells("pairs.csv", "length_ratio")
                .iter()
                .all(|cell| !cell.starts_with('\''))
        );
    }
}

/// Before the work: the input, which is missing, is not what is complained about.
#[test]
fn a_folder_with_other_files_is_refused_at_once_and_untouched() {
    let folder = fire();
    common::write(folder.path(), "out/thesis.odt", "years of work");
    let out = folder.path().join("out");
    run!("align", folder.path().join("none"), "-o", out)
        .expect(1)
        .says("`thesis.odt`");
    assert_eq!(names(&out), ["thesis.odt"]);
    assert_eq!(
        fs::read_to_string(out.join("thesis.odt")).unwrap(),
        "years of work"
    );
    assert_eq!(names(folder.path()), ["in", "out"]);

    // Our names alone do not make a run.
    fs::remove_file(out.join("thesis.odt")).unwrap();
    common::write(folder.path(), "out/claims.csv", "mine");
    run!("align", folder.path().join("in"), "-o", out)
        .expect(1)
        .says("run.json");
    assert_eq!(fs::read_to_string(out.join("claims.csv")).unwrap(), "mine");

    let file = common::write(folder.path(), "file", "x");
    run!("align", folder.path().join("in"), "-o", file)
        .expect(1)
        .says("is a file");
}

#[test]
fn an_earlier_run_is_replaced_and_gitkeep_stays() {
    let folder = fire();
    common::write(folder.path(), "out/.gitkeep", "");
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out, "--sentences").expect(0);
    assert!(out.join(".gitkeep").is_file());
    common::write(folder.path(), "in/c.txt", super::FIRE[0].1);
    run!("align", input, "-o", out).expect(0);
    assert_eq!(
        names(&out),
        [
            ".gitkeep",
            "claims.csv",
            "clusters.csv",
            "config.toml",
            "near_misses.csv",
            "pairs.csv",
            "report.html",
            "review.xlsx",
            "run.json"
        ]
    );
    assert_eq!(record(&out)["counts"]["articles"], 3);
    assert_eq!(
        names(folder.path()),
        ["in", "out"],
        "nothing is left beside it"
    );
}

#[test]
fn a_run_that_fails_leaves_the_earlier_one() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out).expect(0);
    let before = contents(&out);
    let model = common::write(folder.path(), "model.toml", "intercept = 1.0\n");
    run!("align", input, "-o", out, "--model", model)
        .expect(1)
        .says("model.toml");
    run!("align", folder.path().join("none"), "-o", out).expect(1);
    common::assert_same(&contents(&out), &before);
    assert_eq!(names(folder.path()), ["in", "model.toml", "out"]);
}

#[test]
fn known_claims_name_the_clusters() {
    let folder = fire();
    let known = "claim_id,label,claim\nsilo,Brannen i siloen,Det begynte å brenne i en kornsilo på Granmo Mølle.\n";
    let known = common::write(folder.path(), "known.csv", known);
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out, "--claims", known).expect(0);
    let claims = Table::read(&out, "claims.csv");
    assert_eq!(claims.column("known_claim"), ["silo"]);
    assert_eq!(claims.column("label"), ["Brannen i siloen"]);
    assert_eq!(claims.column("nearest_known_claim"), ["silo"]);

    let bad = common::write(folder.path(), "bad.csv", "claim_id,label\na,b\n");
    let ended = run!("align", input, "-o", out, "--claims", bad).expect(1);
    assert!(
        ended.err.contains("bad.csv:1: ") && ended.err.contains("`claim`"),
        "{}",
        ended.err
    );
}

#[test]
fn a_known_claim_is_told_of_beside_claims_that_it_comes_near() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (folder, known) = (tempfile::tempdir().unwrap(), root.join("seeds/claims.csv"));
    let out = folder.path().join("out");
    let ended = run!("align", root.join("seeds"), "-o", out, "--claims", known).expect(0);
    let claims = Table::read(&out, "claims.csv");
    let [named, nearest] = ["known_claim", "nearest_known_claim"].map(|name| claims.column(name));
    let standing = claims.column("standing");
    let mut naming = BTreeSet::new();
    let mut n_near = 0;
    for ((named, nearest), standing) in named.into_iter().zip(nearest).zip(standing) {
        let standing: f64 = match nearest {
            "" => 0.0,
            _ => standing.parse().unwrap(),
        };
        if named.is_empty() {
            assert!(standing < 0.72, "{nearest} {standing}");
            n_near += usize::from(!nearest.is_empty());
        } else {
            assert_eq!(named, nearest);
            assert!(
                standing >= 0.72 && naming.insert(named),
                "{named} {standing}"
            );
        }
    }
    assert!(n_near > 0 && naming.len() > n_near);
    let told = format!(
        "{} of 14 known claims give a claim its name; {n_near} claim",
        naming.len()
    );
    assert!(ended.out.contains(&told), "{}", ended.out);
}

#[test]
fn a_result_takes_the_place_of_nothing_that_is_read() {
    let folder = fire();
    let (id, text) = FIRE[0];
    let input = folder.path().join(format!("in/{id}.txt"));
    run!("segment", input, "-o", input)
        .expect(1)
        .says("an input; name another file for the result");
    assert_eq!(fs::read_to_string(&input).unwrap(), text);
    run!("segment", folder.path().join("in"), "-o", input)
        .expect(1)
        .says("was not written by this program");
    assert_eq!(fs::read_to_string(&input).unwrap(), text);
    let known = "claim_id,label,claim\n1,Brann,Det brenner.\n";
    common::write(folder.path(), "known.csv", known);
    let claims = folder.path().join("known.csv");
    run!("match", "--claims", claims, input, "-o", claims)
        .expect(1)
        .says("a file that the command reads; name another for the result");
    assert_eq!(fs::read_to_string(&claims).unwrap(), known);
}

#[test]
fn the_order_of_the_inputs_changes_no_file() {
    let folder = fire();
    let [a, b] = [FIRE[0].0, FIRE[1].0].map(|id| folder.path().join(format!("in/{id}.txt")));
    let outs = ["there", "back"].map(|out| folder.path().join(out));
    run!("align", a, b, "-o", outs[0]).expect(0);
    run!("align", b, a, "-o", outs[1]).expect(0);
    common::assert_same(&contents(&outs[0]), &contents(&outs[1]));
}

#[test]
fn the_result_of_an_earlier_run_among_the_inputs_is_passed_over() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("in/out.csv"));
    run!("segment", input, "-o", out).expect(0);
    let first = fs::read(&out).unwrap();
    let ended = run!("segment", input, "-o", out).expect(0);
    assert_eq!(ended.err, "");
    assert_eq!(fs::read(&out).unwrap(), first);

    // Whatever command wrote it, and in whatever dialect.
    let known = common::write(folder.path(), "known.csv", "claim\nDet brenner.\n");
    for _ in 0..2 {
        run!(
            "match", "--claims", known, input, "-o", out, "--csv", "excel"
        )
        .expect(0);
        run!("segment", "--explain", input, "-o", out).expect(0);
        run!("learn-lexicon", input, "-o", out).expect(0);
    }
}
