use std::fs;

use super::{FIRE, fire, one_file};
use crate::common::{self, Table, claimalign, run};

const SEGMENTS: &str = "article_id,sentence_index,start,end,kind,language,sentence";

/// Offsets count characters, as Python and R do: an emoji is one, and so is a combining ring.
#[test]
fn offsets_are_characters() {
    let text = "😀 Sma\u{30a} ting på Ærø 🇳🇴 i går. «Nei», sa a\u{30a}tte. 👨‍👩‍👧 Da gikk vi hjem.\r\n\r\nÅ bli her var umulig.";
    let folder = one_file("in/a.txt", text);
    let input = folder.path().join("in");
    let ended = run!("segment", input).expect(0);
    assert_eq!(ended.out.lines().next(), Some(SEGMENTS));
    let table = Table::parse(&ended.out);
    assert!(table.rows.len() >= 3, "{}", ended.out);
    let characters: Vec<char> = text.chars().collect();
    for (number, row) in table.rows.iter().enumerate() {
        assert_eq!(row["sentence_index"], number.to_string());
        let [start, end] = ["start", "end"].map(|name| row[name].parse::<usize>().unwrap());
        let cut: String = characters[start..end].iter().collect();
        assert_eq!(cut, row["sentence"]);
        assert_eq!(cut.trim(), cut);
    }
    let letters = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(letters(&table.column("sentence").concat()), letters(text));

    let file = folder.path().join("out.csv");
    let quiet = run!("segment", input, "-o", file).expect(0);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
    assert_eq!(fs::read_to_string(file).unwrap(), ended.out);
}

#[test]
fn segments_are_written_for_excel_too() {
    let folder = one_file("a.txt", "- Nei, sa han. Så gikk han.");
    let ended = run!("segment", folder.path().join("a.txt"), "--csv", "excel").expect(0);
    let rest = ended
        .out
        .strip_prefix('\u{feff}')
        .expect("a byte order mark");
    assert!(
        rest.starts_with(&(SEGMENTS.replace(',', ";") + "\r\n")),
        "{rest}"
    );
    let table = Table::with(rest.as_bytes(), b';');
    assert!(table.rows[0]["sentence"].starts_with("'- Nei"), "{rest}");
    let bare = run!("segment", folder.path().join("a.txt"), "--no-formula-guard").expect(0);
    assert!(Table::parse(&bare.out).rows[0]["sentence"].starts_with("- Nei"));
}

#[test]
fn a_result_file_that_cannot_be_made_fails_before_the_work() {
    let folder = fire();
    let input = folder.path().join("none");
    run!("segment", input, "-o", folder.path())
        .expect(1)
        .says(&folder.path().display().to_string());
    let there = folder.path().join("no/such/folder.csv");
    run!("segment", input, "-o", there)
        .expect(1)
        .says("folder.csv");
}

#[test]
fn a_result_file_appears_only_when_all_went_well() {
    let folder = fire();
    let file = common::write(folder.path(), "out.csv", "earlier");
    run!("segment", folder.path().join("none"), "-o", file).expect(1);
    assert_eq!(fs::read_to_string(&file).unwrap(), "earlier");
    assert_eq!(super::names(folder.path()), ["in", "out.csv"]);
    run!("segment", folder.path().join("in"), "-o", file).expect(0);
    assert!(fs::read_to_string(&file).unwrap().starts_with(SEGMENTS));
    assert_eq!(super::names(folder.path()), ["in", "out.csv"]);
}

#[test]
fn matches_are_ranked_for_each_known_claim() {
    let folder = fire();
    common::write(
        folder.path(),
        "in/c.txt",
        "Koret synger i Sankt Nikolaj Kirke på søndag.",
    );
    let known = "claim_id,label,claim\n\
        silo,Brannen,Det tok fyr i en kornsilo på Granmo Mølle.\n\
        silo,Brannen,Der er ild i en kornsilo ved Granmo Mølle.\n\
        kor,Koret,Koret holder konsert i Sankt Nikolaj Kirke.\n";
    let known = common::write(folder.path(), "known.csv", known);
    let (input, file) = (folder.path().join("in"), folder.path().join("matches.csv"));
    let ended = run!("match", "--claims", known, input).expect(0);
    assert_eq!(
        ended.out.lines().next(),
        Some(
            "claim_id,rank,score,margin,article_id,sentence_index,start,end,language,sentence,reason"
        )
    );
    let table = Table::parse(&ended.out);
    for claim in ["kor", "silo"] {
        let rows: Vec<_> = table
            .rows
            .iter()
            .filter(|row| row["claim_id"] == claim)
            .collect();
        let ranks: Vec<_> = rows.iter().map(|row| row["rank"].clone()).collect();
        let expected: Vec<_> = (1..=rows.len()).map(|rank| rank.to_string()).collect();
        assert_eq!(ranks, expected, "{claim}");
        let margins: Vec<f64> = rows
            .iter()
            .map(|row| row["margin"].parse().unwrap())
            .collect();
        assert!(margins.is_sorted_by(|a, b| a >= b), "{margins:?}");
    }
    let first = |claim: &str| {
        table
            .rows
            .iter()
            .find(|row| row["claim_id"] == claim)
            .unwrap()
    };
    assert!(first("silo")["sentence"].contains("Granmo Mølle"));
    assert_eq!(
        (
            first("kor")["article_id"].as_str(),
            first("kor")["start"].as_str()
        ),
        ("c", "0")
    );
    assert!(!first("kor")["reason"].is_empty());

    run!(
        "match", "--claims", known, input, "--top", "1", "-o", file, "-q"
    )
    .expect(0);
    let best = Table::read(folder.path(), "matches.csv");
    assert_eq!(best.column("claim_id"), ["kor", "silo"]);
    assert_eq!(best.column("rank"), ["1", "1"]);
}

#[test]
fn two_texts_are_explained() {
    let ended = claimalign(&[
        "explain",
        "- Politiet bekrefter ikke drapet i Storvik.",
        "Politiet afviser, at der er sket et drab i Storvik.",
    ])
    .expect(0);
    for said in [
        "left: - Politiet",
        "right: Politiet afviser",
        "guards (",
        "probability: ",
    ] {
        assert!(ended.out.contains(said), "no `{said}` in: {}", ended.out);
    }
    assert_eq!(ended.err, "");
    let same = claimalign(&[
        "explain",
        "Pence ble eskortert ut.",
        "Pence ble eskortert ut.",
    ])
    .expect(0);
    let swapped = claimalign(&["explain", "Pence har gått.", "Pence ble eskortert ut."]).expect(0);
    let probability = |text: &str| -> f64 {
        let (_, rest) = text.split_once("probability: ").unwrap();
        rest.split(' ').next().unwrap().parse().unwrap()
    };
    assert!(probability(&same.out) > probability(&swapped.out));
}

#[test]
fn a_text_without_words_cannot_be_explained() {
    for texts in [
        ["", "Pence gikk."],
        ["Pence gikk.", ""],
        ["!!!", "Pence gikk."],
        ["Pence gikk.", "…"],
    ] {
        let ended = claimalign(&["explain", texts[0], texts[1]]);
        assert_eq!(ended.code, Some(2), "{texts:?}: {ended:?}");
        assert!(
            ended.err.contains("without any word"),
            "{texts:?}: {}",
            ended.err
        );
    }
}

#[test]
fn two_sentences_of_a_run_are_explained() {
    let folder = fire();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out).expect(0);
    let claim = Table::read(&out, "claims.csv").rows[0]["claim_id"].clone();
    let ended = run!("explain", "--run", out, "a:0", "b:0").expect(0);
    assert!(
        ended.out.contains("left: Det begynte å brenne"),
        "{}",
        ended.out
    );
    assert!(ended.out.contains("probability: "), "{}", ended.out);
    assert!(
        ended
            .out
            .ends_with(&format!("claims: {claim} and {claim}\n")),
        "{}",
        ended.out
    );
    let others = [
        ("b:1", "the two were not scored"),
        ("a:1", "the two were not compared: they are of one article"),
    ];
    for (id, said) in others {
        let ended = run!("explain", "--run", out, "a:0", id).expect(0);
        assert!(ended.out.contains(said), "{}", ended.out);
    }
    for (id, said) in [
        ("a", "ARTICLE_ID:SENTENCE_INDEX"),
        ("x:0", "`x`"),
        ("a:2", "the sentences 0 to 1"),
    ] {
        run!("explain", "--run", out, "b:0", id)
            .expect(2)
            .says(said);
    }
    run!("explain", "--run", input, "a:0", "b:0")
        .expect(1)
        .says("config.toml");
}

/// An event of three articles, whose sentences are words of ten letters and a space.
fn event() -> String {
    let article = |id: &str, claims: &[[&[&str]; 2]]| {
        let sentences: Vec<_> = claims
            .iter()
            .zip(0..)
            .map(|([claims, maybe], n)| {
                serde_json::json!({"start": 11 * n, "end": 11 * n + 10, "claims": claims, "maybe": maybe})
            })
            .collect();
        serde_json::json!({"id": id, "sentences": sentences})
    };
    serde_json::json!({
        "event": "storm",
        "articles": [
            article("a", &[[&["x"], &[]], [&["y"], &[]], [&["z"], &[]]]),
            article("b", &[[&["x"], &[]], [&["y"], &[]], [&[], &["x"]]]),
            article("c", &[[&["x"], &[]], [&["z", "w"], &[]], [&["y"], &[]]]),
        ],
        "claims": [
            {"id": "x", "label_en": "It blew", "paraphrase": "near"},
            {"id": "y", "label_en": "It rained", "paraphrase": "strong"},
            {"id": "z", "label_en": "It snowed"},
            {"id": "w", "label_en": "It thawed"},
        ],
    })
    .to_string()
}

/// Counted by hand. Wanted: three pairs of x, three of y, one of z. Cluster 1 has a0 b0, which is right, and a0 b2,
/// which is left open. Cluster 2 has a1 b1, right, and a1 c1 and b1 c1, wrong. Cluster 3 has a2 c0, wrong. Of the
/// three claims that articles share, x and y are found; of the three clusters, the first two are clean.
#[test]
fn figures_are_those_counted_by_hand() {
    let folder = one_file("gold.json", event());
    let clusters = "claim_id,article_id,start,end\n\
        1,a,0,10\n1,b,2,10\n1,b,22,32\n\
        2,a,11,21\n2,b,8,21\n2,c,11,21\n\
        3,a,22,32\n3,c,0,10\n3,unknown,0,10\n";
    let clusters = common::write(folder.path(), "clusters.csv", clusters);
    let gold = folder.path().join("gold.json");
    let ended = run!("evaluate", "--gold", gold, clusters).expect(0);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "wanted pairs 7, predicted 5, right 2; cross-article claims 3, found 2; cross-article clusters 3, \
             clean 2; 1 rows of unknown articles",
            "precision=0.400 recall=0.286 f1=0.333 claims_found=0.667 clean_clusters=0.667",
        ]
    );
    for line in [
        "clusters with labelled and other sentences: 1",
        "storm/x found 1/3 near It blew",
        "storm/y found 1/3 strong It rained",
        "storm/z missed 0/1 unknown It snowed",
    ] {
        assert!(lines.contains(&line), "no `{line}` in: {}", ended.out);
    }
    assert!(
        !ended.out.contains("storm/w"),
        "one article alone shares nothing"
    );
}

#[test]
fn clusters_of_other_articles_are_no_failure_of_the_clusters() {
    let folder = one_file("gold.json", event());
    let clusters = "claim_id,article_id,start,end\n1,x,0,10\n1,y,2,10\n";
    let clusters = common::write(folder.path(), "clusters.csv", clusters);
    run!(
        "evaluate",
        "--gold",
        folder.path().join("gold.json"),
        clusters
    )
    .expect(1)
    .says("none of its 2 rows is of an article that --gold labels, such as `a`");
}

/// Words that stand in so many sentences make no candidates, but a claim that has no others is found all the same.
#[test]
fn a_claim_that_every_article_states_is_found() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..70 {
        let text = format!("Politiet i Bergen pågrep {n} personer i byen etter brannen på kaia.");
        common::write(folder.path(), &format!("in/{n}.txt"), text);
    }
    let claim = "Politiet i Bergen pågrep mange personer etter brannen på kaia.";
    let known = format!("claim_id,label,claim\n1,Brann,{claim}\n");
    let known = common::write(folder.path(), "known.csv", known);
    let found = run!("match", "--claims", known, folder.path().join("in")).expect(0);
    assert_eq!(Table::parse(&found.out).rows.len(), 10);
}

#[test]
fn perfect_clusters_have_perfect_figures() {
    let folder = one_file("gold.json", event());
    let clusters = "claim_id;article_id;start;end\r\n\
        x;a;0;10\r\nx;b;0;10\r\nx;c;0;10\r\ny;a;11;21\r\ny;b;11;21\r\ny;c;22;32\r\nz;a;22;32\r\nz;c;11;21\r\n";
    common::write(
        folder.path(),
        "run/clusters.csv",
        format!("\u{feff}{clusters}"),
    );
    let ended = run!(
        "evaluate",
        "--gold",
        folder.path(),
        folder.path().join("run")
    )
    .expect(0);
    assert!(
        ended.out.contains(
            "precision=1.000 recall=1.000 f1=1.000 claims_found=1.000 clean_clusters=1.000"
        )
    );
    assert!(
        ended
            .out
            .contains("b_cubed_precision=1.000 b_cubed_recall=1.000 b_cubed_f1=1.000")
    );
}

/// Figures may move when tables or model do; by more than this, someone should look.
const MAY_MOVE: f64 = 0.15;

#[test]
fn the_history_of_quality_has_the_figures_that_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let (figures, errors) = (
        folder.path().join("figures.csv"),
        folder.path().join("errors.csv"),
    );
    let gold = common::root().join("data/gold");
    run!(
        "evaluate", "--gold", gold, "-o", figures, "--errors", errors
    )
    .expect(0);
    let written = Table::read(folder.path(), "figures.csv");
    let kept = Table::read(common::root(), "docs/quality/claims.csv");
    assert_eq!(written.header, kept.header);
    for column in ["metric", "group"] {
        assert_eq!(written.column(column), kept.column(column));
    }
    let value = |cell: &str| -> f64 { cell.parse().unwrap() };
    for (now, then) in written.rows.iter().zip(&kept.rows) {
        assert_eq!(now["value"].is_empty(), now["n"] == "0");
        if !now["value"].is_empty() && !then["value"].is_empty() {
            let moved = (value(&now["value"]) - value(&then["value"])).abs();
            assert!(moved < MAY_MOVE, "{now:?}, but once {then:?}");
        }
        assert_eq!(now["low"].is_empty(), then["low"].is_empty());
        if !now["low"].is_empty() {
            assert!(value(&now["low"]) <= value(&now["value"]), "{now:?}");
            assert!(value(&now["high"]) >= value(&now["value"]), "{now:?}");
        }
    }
    let wrong = Table::read(folder.path(), "errors.csv");
    let count = |error: &str| {
        wrong
            .column("error")
            .into_iter()
            .filter(|cell| *cell == error)
            .count()
    };
    assert!(count("false") > 0 && count("missed") > 0);
    for row in &wrong.rows {
        assert_eq!(row["candidate"] == "no", row["probability"].is_empty());
    }
}

#[test]
fn labelled_articles_are_measured_among_others() {
    let folder = fire();
    let gold = common::root().join("data/gold/ferry-fire.json");
    let others = folder.path().join("in");
    let alone = run!("evaluate", "--gold", gold).expect(0);
    assert!(!alone.out.contains("unknown articles"), "{}", alone.out);
    let among = run!("evaluate", "--gold", gold, "--among", others).expect(0);
    let rows = format!("; {} rows of unknown articles", FIRE.len());
    assert!(among.out.contains(&rows), "{}", among.out);
    let joined = "\nclusters with labelled and other sentences: 0\n";
    assert!(among.out.contains(joined), "{}", among.out);
    let wanted = |out: &str| out.split(',').next().map(str::to_owned);
    assert_eq!(wanted(&among.out), wanted(&alone.out));
    let id = common::events()
        .iter()
        .find(|event| event.event == "ferry-fire")
        .map(|event| event.articles[0].id.clone())
        .unwrap();
    let same = format!("{{\"id\": \"{id}\", \"text\": \"Det brant.\"}}\n");
    let same = common::write(folder.path(), "same.jsonl", same);
    run!("evaluate", "--gold", gold, "--among", same)
        .expect(1)
        .says(&id);
    run!("evaluate", "--among", others).expect(2);
}

#[test]
fn labels_that_cannot_be_read_are_named() {
    let folder = one_file("gold.json", "{\n\"articles\": 3}");
    let gold = folder.path().join("gold.json");
    run!("evaluate", "--gold", gold)
        .expect(1)
        .says("gold.json:2: ");
    run!(
        "fit",
        "--gold",
        folder.path().join("none"),
        "-o",
        folder.path().join("m.toml")
    )
    .expect(1)
    .says("none");
    assert_eq!(super::names(folder.path()), ["gold.json"]);
}

/// Three events are enough to learn a model of some kind from.
#[test]
fn a_fitted_model_is_accepted() {
    let folder = fire();
    let gold = common::root().join("data/gold");
    let [a, b, c] = ["ferry-fire", "mayor-budget", "rate-decision"]
        .map(|name| gold.join(name).with_extension("json"));
    let model = folder.path().join("model.toml");
    let ended = run!("fit", "--gold", a, b, c, "-o", model).expect(0);
    assert!(ended.out.contains("learned from "), "{}", ended.out);
    assert!(ended.out.contains("precision="), "{}", ended.out);
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out, "--model", model).expect(0);
    let record = super::record(&out);
    assert!(
        record["model"]["made_by"]
            .as_str()
            .unwrap()
            .starts_with("claimalign fit --gold ")
    );
    assert_eq!(record["counts"]["articles"], FIRE.len());
    claimalign(&[
        "explain",
        "Det brant.",
        "Det brenner.",
        "--model",
        model.to_str().unwrap(),
    ])
    .expect(0);
}

/// The guards that keep two sentences apart are what people want to see of them.
#[test]
fn a_pair_that_is_not_likely_is_explained_by_what_speaks_against_it() {
    let folder = tempfile::tempdir().unwrap();
    for (id, n) in [("a", 12), ("b", 40)] {
        let text =
            format!("{n} personer ble skadd da ferja kjørte på kaia i Granåsen mandag morgen.");
        common::write(folder.path(), &format!("in/{id}.txt"), text);
    }
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    run!("align", input, "-o", out).expect(0);
    let ended = run!("explain", "--run", out, "a:0", "b:0").expect(0);
    for said in [
        "\n  numbers-differ      12 | 40\n",
        "\n  counts-differ       12, personer | 40, personer\n",
        "probability: 0.000",
    ] {
        assert!(ended.out.contains(said), "no `{said}` in: {}", ended.out);
    }
}

#[test]
fn guards_tell_the_words_for_which_they_fired() {
    for (left, right, said) in [
        (
            "Skolen i Tromsø åpner mandag.",
            "Skolen i Tromsø stenger tirsdag.",
            ["dates-differ mandag | tirsdag", "opposites åpner | stenger"],
        ),
        (
            "Broen over fjorden er ikke stengt i Bergen.",
            "Broen over fjorden er stengt i Molde.",
            ["negation-differs ikke | –", "names-differ Bergen | Molde"],
        ),
        (
            "Statsministeren advarte ordføreren mot vedtaket.",
            "Ordføreren advarte statsministeren mot vedtaket.",
            [
                "swapped Statsministeren, ordføreren | Ordføreren, statsministeren",
                "",
            ],
        ),
        (
            "Ferja gikk fra Bodø klokka ni.",
            "Ferja gikk til Bodø klokka ni.",
            ["opposites Bodø | Bodø", ""],
        ),
    ] {
        let ended = claimalign(&["explain", left, right]).expect(0);
        let words = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in said {
            assert!(words.contains(said), "no `{said}` in: {}", ended.out);
        }
    }
}

/// A file that is replaced is read by those who could read it before.
#[cfg(unix)]
#[test]
fn a_result_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = fire();
    let file = common::write(folder.path(), "out.csv", "earlier");
    let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    for wanted in [0o600, 0o664] {
        fs::set_permissions(&file, fs::Permissions::from_mode(wanted)).unwrap();
        run!("segment", folder.path().join("in"), "-o", file).expect(0);
        assert_eq!(mode(), wanted);
    }
}

#[test]
fn inputs_that_are_skipped_among_the_labelled_ones_are_told() {
    let folder = one_file("in.jsonl", "{\"text\": \"Det brant.\"}\n{bad\n");
    let gold = common::root().join("data/gold/ferry-fire.json");
    let input = folder.path().join("in.jsonl");
    run!("evaluate", "--gold", gold, "--among", input)
        .expect(3)
        .says("in.jsonl:2");
}
