use super::*;
use crate::article::Article;
use crate::config::Config;
use crate::observer::Silent;
use crate::pipeline::{self, Run};
use crate::review::decisions::Side;

const FIRE: &str = "Det begynte å brenne i en kornsilo på Granmo Mølle tirsdag morgen.";

/// Articles with one sentence each, of which all state the same.
fn run(ids: &[&str]) -> Run {
    let articles = ids.iter().map(|id| Article {
        id: (*id).to_owned(),
        text: FIRE.to_owned(),
        ..Article::default()
    });
    pipeline::align_articles(&Config::default(), articles.collect(), &Silent).unwrap()
}

fn line(line: u64, judgement: Judgement, left: &str, right: &str, reviewer: &str) -> Decision {
    let side = |id: &str| match id {
        "" => Side::default(),
        id => Side::new(id, &key::of(id, FIRE), FIRE),
    };
    Decision {
        line,
        judgement,
        left: side(left),
        right: side(right),
        label: format!("label of line {line}"),
        claim: String::new(),
        reviewer: reviewer.to_owned(),
        date: String::new(),
        comment: String::new(),
    }
}

fn applied(run: &Run, decisions: Vec<Decision>) -> Applied {
    let file = DecisionsFile {
        path: "d.csv".to_owned(),
        sha256: String::new(),
        decisions,
    };
    Applied::new(file, &run.documents, &run.prepared)
}

use Judgement::{Different, Label, Same, Unsure};

#[test]
fn decisions_are_found_by_their_sentences() {
    let run = run(&["a", "b", "c"]);
    let applied = applied(
        &run,
        vec![
            line(2, Same, "c", "a", "K"),
            line(3, Different, "b", "c", "K"),
        ],
    );
    assert_eq!(applied.constraints.together, [(0, 2)]);
    assert_eq!(applied.constraints.apart, [(1, 2)]);
    assert_eq!(applied.outcomes, [Outcome::Applied, Outcome::Applied]);
}

#[test]
fn a_sentence_that_changed_or_is_gone_makes_a_decision_stale() {
    let run = run(&["a", "b"]);
    let mut changed = line(2, Same, "a", "b", "K");
    changed.right.key = key::of("b", "Det begynte å brenne på Granmo.");
    let gone = line(3, Same, "a", "z", "K");
    let applied = applied(&run, vec![changed, gone]);
    let reason = |i: usize| match &applied.outcomes[i] {
        Outcome::Stale(reason) => reason.clone(),
        other => panic!("{other:?}"),
    };
    assert!(reason(0).contains("has changed in, or is gone from, article `b`"));
    assert!(reason(1).contains("article `z` is not among the inputs"));
    assert_eq!(applied.constraints, Constraints::default());
    let words = applied.in_words();
    assert!(
        words[0].contains("2 judgements: 0 applied, 0 unsure, 0 replaced by later ones, 2 stale")
    );
    assert!(words[1].starts_with("stale: line 2 (same claim, K): "));
}

#[test]
fn a_reviewer_may_change_their_mind() {
    let run = run(&["a", "b"]);
    let applied = applied(
        &run,
        vec![
            line(2, Same, "a", "b", "K"),
            line(3, Different, "b", "a", "K"),
        ],
    );
    assert_eq!(applied.outcomes, [Outcome::Replaced(3), Outcome::Applied]);
    assert_eq!(applied.constraints.together, []);
    assert_eq!(applied.constraints.apart, [(0, 1)]);
}

#[test]
fn taken_back_is_neither_together_nor_apart() {
    let run = run(&["a", "b"]);
    let applied = applied(
        &run,
        vec![
            line(2, Different, "a", "b", "K"),
            line(3, Unsure, "a", "b", "K"),
        ],
    );
    assert_eq!(applied.outcomes, [Outcome::Replaced(3), Outcome::Unsure]);
    assert_eq!(applied.constraints, Constraints::default());
}

#[test]
fn two_reviewers_who_disagree_are_both_listed() {
    let run = run(&["a", "b"]);
    let applied = applied(
        &run,
        vec![
            line(2, Same, "a", "b", "K"),
            line(3, Different, "a", "b", "O"),
        ],
    );
    assert_eq!(
        applied.outcomes,
        [Outcome::Contradicted(vec![3]), Outcome::Applied]
    );
    let words = applied.in_words();
    assert_eq!(
        words[1],
        "contradictory: line 2 (same claim, K) against line 3 (not the same claim, O): the later holds"
    );
    let record = serde_json::to_value(applied.record()).unwrap();
    assert_eq!(record["contradictory"][0]["contradicts"][0], 3);
}

#[test]
fn a_contradiction_over_three_sentences_is_found() {
    let run = run(&["a", "b", "c"]);
    let applied = applied(
        &run,
        vec![
            line(2, Different, "a", "c", "K"),
            line(3, Same, "a", "b", "K"),
            line(4, Same, "b", "c", "K"),
        ],
    );
    assert_eq!(applied.outcomes[0], Outcome::Contradicted(vec![3, 4]));
}

#[test]
fn of_two_labels_for_one_claim_the_last_holds() {
    let mut run = run(&["a", "b"]);
    assert_eq!(run.claims.len(), 1);
    let mut applied = applied(
        &run,
        vec![line(2, Label, "a", "", "K"), line(3, Label, "b", "", "O")],
    );
    applied.label(&mut run.claims);
    assert_eq!(run.claims[0].label, "label of line 3");
    assert_eq!(
        applied.outcomes,
        [Outcome::Contradicted(vec![3]), Outcome::Applied]
    );
}

#[test]
fn a_label_for_a_sentence_in_no_claim_is_stale() {
    let mut run = run(&["a"]);
    let mut applied = applied(&run, vec![line(2, Label, "a", "", "K")]);
    applied.label(&mut run.claims);
    assert!(
        matches!(&applied.outcomes[0], Outcome::Stale(reason) if reason.contains("in no claim"))
    );
}
