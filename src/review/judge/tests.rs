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
    shown(&judged.decisions)
}

fn shown(decisions: &[Decision]) -> Vec<String> {
    decisions
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

/// What a reviewer adds who decided `first`, then `then` in the same workbook; `other` decided `theirs` before.
fn again(theirs: &[(&str, &str)], first: &[(&str, &str)], then: &[(&str, &str)]) -> Vec<String> {
    let mut before = judged(theirs).again("Ola", "2021-01-07", &[]);
    before.extend(judged(first).again("Kari", "2021-01-07", &before));
    let last = judged(then);
    let stated = last.decisions.len();
    let lines = last.again("Kari", "2021-01-08", &before);
    assert!(lines.iter().all(|line| line.reviewer == "Kari"));
    shown(&lines[stated..])
}

#[test]
fn what_cannot_stand_beside_a_new_decision_is_taken_back() {
    let keep = [("m1", "keep")];
    let remove = [("m1", "remove")];
    let unsure = [("m1", "unsure")];
    let to_b = [("m1", "move to"), ("to", "B")];
    let merge = [("A", "merge into"), ("into", "B")];
    for (first, then, taken_back) in [
        (&remove[..], &keep[..], &["m1 ? m2"][..]),
        (&remove, &unsure, &["m1 ? m2"]),
        (&remove, &remove, &[]),
        (&keep, &remove, &[]),
        (&to_b, &keep, &["m1 ? S", "m1 ? m2"]),
        (&to_b, &remove, &["m1 ? S"]),
        (&to_b, &to_b, &[]),
        (&[("A", "wrong")], &[("A", "unsure")], &["m1 ? m2"]),
        (&[("A", "wrong")], &[("A", "correct")], &["m1 ? m2"]),
        (&[("A", "wrong")], &keep, &["m1 ? m2"]),
        (&[("A", "correct")], &[("A", "wrong")], &[]),
        (&merge, &[("A", "correct")], &["R ? S", "m1 ? S", "m2 ? S"]),
        (&merge, &[("A", "unsure")], &["R ? S", "m1 ? S", "m2 ? S"]),
        (&remove, &merge, &["R ? m1", "m1 ? m2"]),
        (&[("n", "add")], &[("n", "reject")], &["n ? S"]),
        (&[("n", "reject")], &[("n", "add")], &[]),
        (&[("n", "add")], &[("n", "add")], &[]),
        // Another sentence is decided about: nothing is taken back.
        (&remove, &[("m2", "keep"), ("m1", "remove")], &[]),
    ] {
        assert_eq!(again(&[], first, then), taken_back, "{first:?}, {then:?}");
    }
}

#[test]
fn who_keeps_what_another_removed_keeps_it_with_all_that_stay() {
    let removed = [("m1", "remove")];
    assert_eq!(again(&removed, &[], &[("m1", "keep")]), ["m1 same m2"]);
    assert_eq!(again(&removed, &removed, &[("m1", "keep")]), ["m1 same m2"]);
    assert_eq!(again(&removed, &[], &[("m1", "unsure")]), [""; 0]);
    assert_eq!(again(&[("n", "add")], &[], &[("n", "reject")]), [""; 0]);
}

#[test]
fn of_a_wrong_claim_what_is_kept_stays_with_the_representative() {
    assert_eq!(
        lines(&[("A", "wrong"), ("m1", "keep")]),
        ["m1 same R", "m2 not R", "m2 not m1"]
    );
}

/// The decisions of a table of sentences, and what is not understood in it.
fn of_sentences(rows: &str) -> (Vec<String>, Vec<String>) {
    let header = "claim_id,article_id,sentence_key,role,sentence,decision,move_to,comment";
    let table = sheets::csv(format!("{header}\n{rows}").as_bytes(), "x.csv").unwrap();
    let judged = judge(&[table]).unwrap();
    let problems = judged.problems.iter().map(ToString::to_string).collect();
    (shown(&judged.decisions), problems)
}

#[test]
fn a_sentence_with_two_rows_is_decided_once_or_not_at_all() {
    let rows = |first: &str, second: &str| {
        of_sentences(&format!(
            "A,1,R,representative,Det brant.,,,\nA,2,m,member,Brann!,{first},,\nA,2,m,member,Brann!,{second},,\n"
        ))
    };
    let decided = (vec!["m not R".to_owned()], Vec::new());
    assert_eq!(rows("remove", "remove"), decided);
    assert_eq!(rows("remove", ""), decided);
    assert_eq!(rows("", "remove"), decided);
    let problem = "x.csv, row 4: row 3 decides otherwise about the same sentence; neither counts";
    assert_eq!(
        rows("remove", "keep"),
        (Vec::new(), vec![problem.to_owned()])
    );
}

#[test]
fn a_column_that_was_sorted_alone_is_noticed() {
    let [r, m] = ["Det brant.", "Brann!"].map(|text| crate::review::key::of("1", text));
    let rows = |first: &str, second: &str| {
        of_sentences(&format!(
            "A,1,{r},representative,{first},,,\nA,1,{m},member,{second},remove,,\n"
        ))
    };
    assert_eq!(rows("Det brant.", "Brann!").1, [""; 0]);
    let (decisions, problems) = rows("Brann!", "Det brant.");
    assert_eq!(decisions, [""; 0]);
    assert!(
        problems[0].contains("sorted without the others"),
        "{problems:?}"
    );
    // Text that is in no row was corrected by hand.
    assert_eq!(rows("Det brant.", "Brand!").1, [""; 0]);
}

#[test]
fn a_sheet_without_its_keys_is_an_error() {
    let sheet = |name: &str, text: &str| {
        let mut sheet = sheets::csv(text.as_bytes(), "x.xlsx").unwrap();
        name.clone_into(&mut sheet.name);
        sheet
    };
    let claims = sheet("Claims", CLAIMS);
    let sentences = sheet("Sentences", "claim_id,article_id,role,sentence,decision\n");
    let error = judge(&[claims.clone(), sentences]).unwrap_err().to_string();
    assert!(error.contains("sheet Sentences"), "{error}");
    assert!(error.contains("sentence_key"), "{error}");
    assert!(judge(&[claims, sheet("Notes", "a,b\n")]).is_ok());
}
