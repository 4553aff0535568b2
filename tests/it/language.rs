//! The language of texts and sentences: case files, and what holds for every text.

use std::fs;
use std::path::Path;

use claimalign::Language;
use claimalign::language::{Guess, of_sentence, of_text};
use proptest::prelude::*;

/// The lines of a case file, comments left out.
fn cases(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/language")
        .join(format!("{name}.txt"));
    let content = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}.txt: {error}"));
    let mut cases: Vec<String> = Vec::new();
    for (line, number) in content.lines().zip(1..) {
        assert_eq!(line, line.trim(), "{name}.txt:{number}: stray white space");
        assert!(!line.is_empty(), "{name}.txt:{number}: empty line");
        if !line.starts_with('#') {
            assert!(
                !cases.iter().any(|case| case == line),
                "{name}.txt:{number}: twice"
            );
            cases.push(line.to_owned());
        }
    }
    assert!(!cases.is_empty(), "{name}.txt: no case");
    cases
}

fn check(name: &str, language: Option<Language>) {
    let wrong: Vec<String> = cases(name)
        .into_iter()
        .filter(|case| of_text(case).language != language)
        .map(|case| {
            format!(
                "{} {:.2?} {case}",
                of_text(&case).code(),
                of_text(&case).probabilities
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
}

#[test]
fn there_is_a_case_file_for_every_answer_and_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/language");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut expected: Vec<String> = Language::ALL.iter().map(|l| format!("{l}.txt")).collect();
    expected.push("unsure.txt".to_owned());
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn bokmaal_is_told() {
    check("nb", Some(Language::Nb));
}

#[test]
fn nynorsk_is_told() {
    check("nn", Some(Language::Nn));
}

#[test]
fn danish_is_told() {
    check("da", Some(Language::Da));
}

#[test]
fn swedish_is_told() {
    check("sv", Some(Language::Sv));
}

#[test]
fn english_is_told() {
    check("en", Some(Language::En));
}

#[test]
fn strangers_are_set_aside() {
    check("other", Some(Language::Other));
}

#[test]
fn what_is_valid_in_two_languages_is_unsure() {
    check("unsure", None);
}

#[test]
fn the_article_decides_what_a_sentence_leaves_open() {
    for (sentence, language) in [
        ("Alle mennesker er født frie.", Language::Nb),
        ("Alle mennesker er født frie.", Language::Da),
        ("Vi skal til å gå.", Language::Nn),
        ("Ja.", Language::Nn),
    ] {
        let guess = of_sentence(sentence, &Guess::certain(language));
        assert_eq!(guess.language, Some(language), "{sentence}");
    }
}

#[test]
fn a_quote_in_another_language_is_told_inside_of_an_article() {
    let english = "Stay peaceful, and remember that these are the things that happen.";
    for article in [Language::Nb, Language::Nn, Language::Da] {
        let guess = of_sentence(english, &Guess::certain(article));
        assert_eq!(guess.language, Some(Language::En));
        let other_side = of_sentence(
            "Eg veit ikkje kva dei meiner med dette, seier ho.",
            &Guess::certain(article),
        );
        assert_eq!(other_side.language, Some(Language::Nn));
    }
}

#[test]
fn decomposed_letters_change_nothing() {
    let composed = "Sådan så båden ud på søen i går.";
    let decomposed = composed.replace('å', "a\u{30A}");
    assert_eq!(of_text(composed), of_text(&decomposed));
}

#[test]
fn a_very_long_text_is_sampled_evenly_and_always_alike() {
    let mut text = "Regeringen vil ikke støtte forslaget, siger statsministeren. ".repeat(40_000);
    assert_eq!(of_text(&text).language, Some(Language::Da));
    // A short foreign head does not decide.
    text.insert_str(0, &"The page could not be shown. ".repeat(50));
    assert_eq!(of_text(&text).language, Some(Language::Da));
    assert_eq!(of_text(&text), of_text(&text));
}

#[test]
fn odd_texts_are_unsure_and_do_no_harm() {
    for text in [
        "",
        " \n",
        "\0\0",
        "12 345",
        "\u{202E}\u{200F}",
        "– «» …",
        "\u{30A}",
    ] {
        assert_eq!(of_text(text).language, None, "{text:?}");
    }
}

fn holds(guess: &Guess) {
    let sum: f64 = guess.probabilities.iter().sum();
    assert!((sum - 1.0).abs() < 1e-9, "{guess:?}");
    assert!(
        guess.probabilities.iter().all(|p| (0.0..=1.0).contains(p)),
        "{guess:?}"
    );
    if let Some(language) = guess.language {
        let own = guess.probabilities[language as usize];
        assert!(guess.probabilities.iter().all(|&p| p <= own), "{guess:?}");
    }
}

proptest! {
    #[test]
    fn probabilities_sum_to_one_for_every_text(text in any::<String>()) {
        holds(&of_text(&text));
        prop_assert_eq!(of_text(&text), of_text(&text));
    }

    #[test]
    fn probabilities_sum_to_one_for_texts_of_nordic_letters(
        text in "[a-zæøåäöÆØÅ .!\u{30A}«»–]{0,300}",
        article in 0..6_usize,
    ) {
        holds(&of_text(&text));
        holds(&of_sentence(&text, &Guess::certain(Language::ALL[article])));
        holds(&of_sentence(&text, &of_text(&text)));
    }

    #[test]
    fn upper_case_alone_does_not_change_the_words(text in "([a-zæøå]{2,9} ){1,12}") {
        let upper = text.to_uppercase();
        prop_assert_eq!(of_text(&text), of_text(&upper));
    }
}
