//! Sentence splitting: case files per language and structure, and what holds for any text.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use claimalign::Language;
use claimalign::segment::{self, Kind, Sentence};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

/// One case of a file under `tests/cases/segment`.
struct Case {
    name: String,
    text: String,
    expected: Vec<String>,
}

/// Reads cases of the form
///
/// ```text
/// # name
/// text, one or more lines
/// ---
/// kind | sentence
/// ```
///
/// Cases are parted by a line `===`. An expected sentence is on one line.
fn cases(content: &str) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for part in content.split("\n===\n") {
        let part = part.trim_matches('\n');
        let (head, rest) = part
            .split_once('\n')
            .ok_or_else(|| format!("a case of one line: `{part}`"))?;
        let name = head
            .strip_prefix("# ")
            .ok_or_else(|| format!("a case begins with `# name`, not with `{head}`"))?;
        let (text, expected) = rest
            .split_once("\n---\n")
            .ok_or_else(|| format!("`{name}` has no line `---`"))?;
        let expected: Vec<String> = expected.lines().map(str::to_owned).collect();
        if text.trim().is_empty() || expected.is_empty() {
            return Err(format!("`{name}` is empty"));
        }
        let mut covered = String::new();
        for line in &expected {
            let (kind, sentence) = line
                .split_once(" | ")
                .ok_or_else(|| format!("`{name}`: no `kind | sentence`: `{line}`"))?;
            if !KINDS.iter().any(|known| known.name() == kind) {
                return Err(format!("`{name}`: no kind: `{kind}`"));
            }
            covered.push_str(sentence);
        }
        if letters(&covered.replace('⏎', "")) != letters(text) {
            return Err(format!("`{name}`: the sentences are not those of its text"));
        }
        cases.push(Case {
            name: name.to_owned(),
            text: text.to_owned(),
            expected,
        });
    }
    Ok(cases)
}

const KINDS: [Kind; 6] = [
    Kind::Sentence,
    Kind::Heading,
    Kind::Quote,
    Kind::Caption,
    Kind::Credit,
    Kind::Boilerplate,
];

/// `text` without its white space.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn malformed_cases_fail() {
    for content in [
        "",
        "# a",
        "# a\nb",
        "# a\nb\n---\n",
        "a\nb\n---\nsentence | b",
        "# a\nb\n---\nb",
        "# a\nb\n---\nprose | b",
        "# a\nb c\n---\nsentence | b",
        "# a\nb\n---\nsentence | b\n===\n",
    ] {
        assert!(cases(content).is_err(), "{content}");
    }
}

#[expect(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]
fn case_paths() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/segment");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

#[test]
fn case_files() {
    let mut seen = BTreeMap::<String, BTreeSet<Language>>::new();
    let mut failures = Vec::new();
    for path in case_paths() {
        assert!(
            path.extension().is_some_and(|ending| ending == "txt"),
            "no case file: {}",
            path.display()
        );
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (language, topic) = stem.split_once('-').unwrap();
        let language: Language = language.parse().unwrap();
        seen.entry(topic.to_owned()).or_default().insert(language);
        let content = fs::read_to_string(&path).unwrap();
        for case in cases(&content).unwrap_or_else(|error| panic!("{stem}: {error}")) {
            let found = lines(&case.text, language);
            if found != case.expected {
                failures.push(format!(
                    "{stem}: {}\n  found\n    {}\n  expected\n    {}",
                    case.name,
                    found.join("\n    "),
                    case.expected.join("\n    ")
                ));
            }
        }
    }
    for (topic, languages) in seen {
        for language in [Language::Nb, Language::Nn, Language::Da] {
            assert!(languages.contains(&language), "no {language}-{topic}.txt");
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The sentences of a text, as the case files write them.
fn lines(text: &str, language: Language) -> Vec<String> {
    let sentences = segment::sentences(text, Some(language));
    let line = |s: &Sentence| format!("{} | {}", s.kind, s.span.slice(text).replace('\n', "⏎"));
    sentences.iter().map(line).collect()
}

/// What pages, PDF and file systems do to a text: the name, and a text like it.
fn spoilt(text: &str) -> [(&'static str, String); 5] {
    let mut glued = text.to_owned();
    for mark in ['.', '!', '?', '…'] {
        glued = glued.replace(&format!("{mark} "), &format!("{mark}\u{a0}"));
    }
    let mut hyphens = String::new();
    for c in text.chars() {
        let in_word = c.is_lowercase() && hyphens.ends_with(char::is_alphabetic);
        hyphens.extend(in_word.then_some('\u{ad}').into_iter().chain([c]));
    }
    [
        ("loose accents", text.nfd().collect()),
        ("no-break spaces behind final marks", glued),
        ("soft hyphens", hyphens),
        ("wide spaces", text.replace(' ', " \u{2009} ")),
        (
            "spaces without width",
            text.replace(' ', "\u{feff} \u{200b}\u{2066}"),
        ),
    ]
}

#[test]
fn what_nobody_sees_changes_nothing() {
    let plain = |line: String| -> String {
        let seen = line.chars().filter(|c| !UNSEEN.contains(c));
        let words: String = seen.nfc().collect();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for path in case_paths() {
        for case in cases(&fs::read_to_string(&path).unwrap()).unwrap() {
            let sentences = |text: &str| -> Vec<String> {
                check(text, &segment::sentences(text, Some(Language::Nb)));
                let lines = lines(text, Language::Nb).into_iter();
                lines.map(plain).collect()
            };
            let expected = sentences(&case.text);
            for (how, text) in spoilt(&case.text) {
                assert_eq!(
                    sentences(&text),
                    expected,
                    "{how} in {}: {}",
                    path.display(),
                    case.name
                );
            }
        }
    }
}

/// Spans ascend, are disjoint and trimmed, and leave out nothing but white space and what nobody sees.
pub(crate) fn check(text: &str, sentences: &[Sentence]) {
    let mut end = 0;
    for sentence in sentences {
        let span = sentence.span;
        assert!(span.start() >= end, "spans overlap in {text:?}");
        let gap = part(text, end, span.start());
        assert!(is_blank(gap), "{gap:?} was left out of {text:?}");
        let slice = part(text, span.start(), span.end());
        assert!(!slice.is_empty(), "an empty sentence in {text:?}");
        assert_eq!(slice.trim(), slice, "white space at the end in {text:?}");
        end = span.end();
    }
    let rest = part(text, end, text.len());
    assert!(is_blank(rest), "{rest:?} was left out of {text:?}");
}

/// Whether nobody sees anything in `text`.
fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_whitespace() || UNSEEN.contains(&c))
}

/// Characters without width, and marks of direction.
const UNSEEN: [char; 23] = [
    '\u{ad}', '\u{61c}', '\u{180e}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}',
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2060}', '\u{2061}', '\u{2062}',
    '\u{2063}', '\u{2064}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{feff}',
];

/// The bytes `start..end` of `text`, which have to be on character boundaries.
fn part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end)
        .unwrap_or_else(|| panic!("{start}..{end} cuts a character of {text:?}"))
}

pub(crate) fn check_all(text: &str) {
    let languages = [
        None,
        Some(Language::Nb),
        Some(Language::Nn),
        Some(Language::Da),
    ];
    for language in languages {
        let sentences = segment::sentences(text, language);
        check(text, &sentences);
        let starts: Vec<usize> = sentences.iter().skip(1).map(|s| s.span.start()).collect();
        let cuts: Vec<usize> = segment::explain(text, language)
            .iter()
            .filter(|decision| decision.cut)
            .map(|decision| decision.at)
            .collect();
        assert_eq!(starts, cuts, "explained otherwise than split: {text:?}");
    }
}

/// Pieces of news prose and of nonsense, put together at random.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\PC\\n]{0,12}",
        prop::sample::select(vec![
            "bl.a.",
            "f.eks.",
            "kl.",
            "ca.",
            "Dr.",
            "St.",
            "osv.",
            "H.L.",
            "J.",
            "6.",
            "20.24",
            "1.100",
            "14.51:",
            "«",
            "»",
            "\"",
            "”",
            "'",
            "– ",
            "- ",
            "—",
            "…",
            "...",
            "?!",
            ":",
            "Foto:",
            "Av ",
            "/ritzau/",
            "(©NTB)",
            "OSLO (NTB):",
            "LES OGSÅ:",
            "Æ",
            "ø",
            "Å.",
            "e\u{301}",
            "a\u{30a}",
            "\u{0}",
            "\u{202e}",
            "\u{200b}",
            "\u{a0}",
            "\u{2028}",
            "\r\n",
            "\n\n",
            "שלום.",
            "مرحبا؟",
            "💪",
            "👩‍👩‍👧",
            "🇳🇴",
            "Ja. ",
            "Det er slutt",
            " ",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn spans_hold_for_any_text(text in any::<String>()) {
        check_all(&text);
    }

    #[test]
    fn spans_hold_for_wild_prose(pieces in prop::collection::vec(piece(), 0..60)) {
        check_all(&pieces.concat());
        check_all(&pieces.join(" "));
    }

    #[test]
    fn a_sentence_is_never_cut_by_its_own_line(words in prop::collection::vec("[a-zæøå]{1,9}", 1..40)) {
        let text = format!("{}.", words.join(" "));
        prop_assert_eq!(segment::sentences(&text, Some(Language::Nb)).len(), 1);
    }
}

#[test]
fn decisions_say_why() {
    let text = "13.05: Kl. 14 kom St. Olav. Så gikk han hvorfor? Nei.";
    let rules: Vec<(&str, bool)> = segment::explain(text, Some(Language::Nb))
        .iter()
        .map(|decision| (decision.rule, decision.cut))
        .collect();
    assert_eq!(
        rules,
        [
            ("time label", false),
            ("abbreviation", false),
            ("abbreviation", false),
            ("model", true),
            ("question or exclamation before a capital", true),
        ]
    );
    let decisions = segment::explain(text, Some(Language::Nb));
    let weighed = decisions.iter().find(|d| d.rule == "model").unwrap();
    assert!(weighed.score.unwrap() > 0.0 && !weighed.features.is_empty());
}

#[test]
fn strange_texts() {
    for text in [
        "",
        " ",
        "\n\n\r\n",
        "\u{0}",
        "\"",
        "\"\"\"\" «»»« '''",
        ". . . … ! ? :",
        "bl.a. f.eks. kl. ca. nr. osv. m.m. dvs.",
        "ingen tegn her og ingen store bokstaver heller",
        "– – – - —",
        "A.B.C.D. E.F.",
        "Foto: Foto: Foto:",
    ] {
        check_all(text);
    }
}

#[test]
fn a_headline_with_a_place_is_no_byline() {
    for (line, kind) in [
        ("Skred ved Tromsø", Kind::Heading),
        ("Full stans ved Nationaltheatret", Kind::Heading),
        ("Brann slukket av Bergen brannvesen", Kind::Heading),
        ("Av Kari Nordmann", Kind::Credit),
        ("Tekst og foto: Kari Nordmann", Kind::Credit),
        ("Tekst av Kari Nordmann", Kind::Credit),
    ] {
        let text = format!(
            "{line}\n\nDet er meldt om store skader, men ingen er skadd, opplyser politiet.\n"
        );
        let found = segment::sentences(&text, Some(Language::Nb));
        assert_eq!(found[0].kind, kind, "{line}");
    }
}
