use super::*;
use crate::review::sheets;

/// Claim A has R, m1 and m2, and n as a near miss; claim B has S and n.
const SENTENCES: &str = "claim_id,article_id,sentence_key,role,sentence,decision,move_to,comment
A,1,R,representative,Det brant.,{R},,
A,2,m1,member,Der var brand.,{m1},{to},{why}
A,3,m2,member,Brann!,{m2},,
A,4,n,near miss,En brand.,{n},,
B,5,S,representative,Kongen reiste.,,,
B,4,n,member,En brand.,,,
";
const CLAIMS: &str =
    "claim_id,representative_article,representative_key,decision,merge_into,new_label,comment
A,1,R,{A},{into},{label},{comment}
B,5,S,{B},,,
";

fn judged(cells: &[(&str, &str)]) -> Judged {
    let tables: Vec<Sheet> = [CLAIMS, SENTENCES]
        .into_iter()
        .map(|table| {
            let mut table = table.to_owned();
            for (name, value) in cells {
                table = table.replace(&format!("{{{name}}}"), value);
            }
            for name in [
                "R", "m1", "to", "why", "m2", "n", "A", "B", "into", "label", "comment",
            ] {
                table = table.replace(&format!("{{{name}}}"), "");
            }
            sheets::csv(table.as_bytes(), "x.csv").unwrap()
        })
        .collect();
    judge(&tables).unwrap()
}

/// `left same right`, `left not right`, `left ? right`, `left = label`.
fn lines(cells: &[(&str, &str)]) -> Vec<String> {
    let judged = judged(cells);
    assert_eq!(judged.problems, []);
    judged
        .decisions
        .iter()
        .map(|decision| {
            let (left, right) = (&decision.left.key, &decision.right.key);
            match decision.judgement {
                Judgement::Same => format!("{left} same {right}"),
                Judgement::Different => format!("{left} not {right}"),
                Judgement::Unsure => format!("{left} ? {right}"),
                Judgement::Label => format!("{left} = {}", decision.label),
            }
        })
        .collect()
}

fn problem(cells: &[(&str, &str)]) -> String {
    let judged = judged(cells);
    assert_eq!(judged.problems.len(), 1, "{:?}", judged.problems);
    assert_eq!(judged.decisions, []);
    judged.problems[0].to_string()
}

#[test]
fn nothing_decided_is_no_judgement() {
    assert_eq!(lines(&[]), [""; 0]);
    assert_eq!(judged(&[]).rows, 0);
}

#[test]
fn a_kept_sentence_is_held_to_the_representative() {
    assert_eq!(lines(&[("m1", "keep")]), ["m1 same R"]);
    assert_eq!(lines(&[("m1", " Keep ")]), ["m1 same R"]);
    assert_eq!(lines(&[("R", "keep")]), [""; 0]);
    assert_eq!(judged(&[("R", "keep")]).rows, 1);
}

#[test]
fn a_removed_sentence_is_kept_from_all_that_stay() {
    assert_eq!(lines(&[("m1", "remove")]), ["m1 not R", "m1 not m2"]);
    assert_eq!(
        lines(&[("m1", "remove"), ("m2", "remove")]),
        ["m1 not R", "m2 not R"],
        "the removed may be a claim of their own"
    );
}

#[test]
fn without_its_representative_a_claim_is_held_together_by_the_next() {
    assert_eq!(
        lines(&[("R", "remove"), ("m1", "keep"), ("m2", "keep")]),
        ["R not m1", "R not m2", "m2 same m1"]
    );
}

#[test]
fn a_claim_of_which_nothing_stays_falls_apart() {
    assert_eq!(
        lines(&[("R", "remove"), ("m1", "remove"), ("m2", "remove")]),
        ["R not m1", "R not m2", "m1 not m2"]
    );
}

#[test]
fn a_moved_sentence_is_out_here_and_in_there() {
    assert_eq!(
        lines(&[("m1", "move_to"), ("to", "B")]),
        ["m1 not R", "m1 not m2", "m1 same S"]
    );
    for (to, message) in [
        ("", "move_to is empty"),
        ("C", "there is no claim `C`"),
        ("A", "names the claim itself"),
    ] {
        let found = problem(&[("m1", "move to"), ("to", to)]);
        assert!(found.starts_with("x.csv, row 3: "), "{found}");
        assert!(found.contains(message), "{found}");
    }
    assert!(problem(&[("to", "B")]).contains("is not `move to`"));
}

#[test]
fn a_near_miss_that_is_added_leaves_its_claim() {
    assert_eq!(lines(&[("n", "add")]), ["n same R", "n not S"]);
    assert_eq!(lines(&[("n", "reject")]), ["n not R"]);
    assert_eq!(lines(&[("n", "unsure")]), ["n ? R"]);
}

#[test]
fn a_correct_claim_keeps_what_is_not_decided_otherwise() {
    assert_eq!(lines(&[("A", "correct")]), ["m1 same R", "m2 same R"]);
    assert_eq!(
        lines(&[("A", "Correct"), ("m1", "remove")]),
        ["m1 not R", "m1 not m2", "m2 same R"]
    );
    assert_eq!(
        lines(&[("A", "unsure"), ("m1", "keep")]),
        ["m1 same R", "m2 ? R"]
    );
}

#[test]
fn in_a_wrong_claim_no_two_state_the_same() {
    assert_eq!(
        lines(&[("A", "wrong")]),
        ["m1 not R", "m2 not R", "m2 not m1"]
    );
    assert_eq!(
        lines(&[("A", "wrong"), ("R", "keep"), ("m1", "keep")]),
        ["m1 same R", "m2 not R", "m2 not m1"]
    );
}

#[test]
fn a_merge_holds_all_sentences_of_both() {
    let merge = [("A", "merge into"), ("into", "B")];
    assert_eq!(
        lines(&merge),
        ["R same S", "m1 same S", "m2 same S", "n same S"]
    );
    assert_eq!(
        lines(&[merge[0], merge[1], ("m1", "remove"), ("n", "add")]),
        [
            "m1 not R",
            "m1 not m2",
            "R same S",
            "m2 same S",
            "n same S",
            "n same R"
        ]
    );
    assert!(problem(&[("A", "merge into")]).contains("merge_into is empty"));
    let wrong = judged(&[merge[0], merge[1], ("B", "wrong")]);
    assert!(wrong.problems[0].message.contains("nothing is left"));
}

#[test]
fn a_label_holds_on_to_a_sentence() {
    assert_eq!(
        lines(&[("label", "Brannen  i nord")]),
        ["R = Brannen i nord"]
    );
    assert_eq!(
        lines(&[("label", "Brann"), ("R", "remove")]),
        ["R not m1", "R not m2", "m1 = Brann"]
    );
    assert!(
        judged(&[("label", "Brann"), ("A", "wrong")]).problems[0]
            .message
            .contains("nothing is left")
    );
}

#[test]
fn what_is_not_understood_is_named_and_gives_nothing() {
    assert_eq!(
        problem(&[("m1", "maybe")]),
        "x.csv, row 3: `maybe` is no decision about a sentence; use keep, remove, move to, add, reject or unsure"
    );
    assert!(problem(&[("A", "keep")]).contains("about a claim"));
    assert!(problem(&[("m1", "add")]).contains("near misses"));
    assert!(problem(&[("n", "move to"), ("m1", "")]).contains("use add at the other claim"));
    assert!(problem(&[("why", "tja")]).contains("a comment without a decision"));
    let apart = judged(&[("m1", "maybe"), ("m2", "keep")]);
    assert_eq!((apart.problems.len(), apart.decisions.len()), (1, 1));
}

#[test]
fn a_comment_stands_beside_the_first_judgement_of_its_row() {
    let judged = judged(&[("m1", "remove"), ("why", "\"en annen\nbrann\"")]);
    let comments: Vec<&str> = judged
        .decisions
        .iter()
        .map(|decision| decision.comment.as_str())
        .collect();
    assert_eq!(comments, ["en annen brann", ""]);
}

#[test]
fn a_table_without_the_columns_of_a_review_is_refused() {
    let sheet = sheets::csv(b"name,price\nx,1\n", "prices.csv").unwrap();
    let error = judge(&[sheet]).unwrap_err().to_string();
    assert!(error.starts_with("prices.csv: is no review"), "{error}");
}

#[test]
fn claims_alone_are_not_enough_for_a_decision_about_sentences() {
    let claims = CLAIMS.replace("{A}", "correct");
    let claims = ["{into}", "{label}", "{comment}", "{B}"]
        .iter()
        .fold(claims, |text, name| text.replace(name, ""));
    let judged = judge(&[sheets::csv(claims.as_bytes(), "claims.csv").unwrap()]).unwrap();
    assert!(judged.problems[0].message.contains("give clusters.csv too"));
}
