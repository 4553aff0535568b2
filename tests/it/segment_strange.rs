//! Texts that no newsroom writes: spans stay valid, and the time stays in proportion to the length.

use std::time::{Duration, Instant};

use claimalign::Language;
use claimalign::segment;
use proptest::prelude::*;

use crate::segment::{check, check_all};

/// Repeated, each is a text of one kind only.
const UNITS: &[&str] = &[
    "a",
    "Å",
    "1",
    "ord uten tegn ",
    "Ole Dole Doffen ",
    "NTB OSLO ",
    "bl.a. f.eks. kl. ca. ",
    "bl.a.f.eks.kl.ca.",
    "J. K. ",
    "\"",
    "\" ",
    "«»",
    "« ",
    "«Ja ",
    "'a' ",
    "»Nej. ",
    "(",
    "( ) ",
    ".",
    ". ",
    "?! ",
    "Ja: ",
    "… ",
    "– ",
    "– Ja, sier hun. ",
    "1. 2) ",
    "14.51: ",
    "Foto: ",
    "a@b.no ",
    "👩\u{200d}👩\u{200d}👧💪🇳🇴 ",
    "💪",
    "e\u{301}\u{302}a\u{30a} ",
    "\u{301}",
    "שלום עולם. مرحبا؟ ",
    "\u{202e}",
    "\u{0}",
    "\u{0} ",
    "\u{a0}",
    "a\u{2028}",
    "\r\n",
    "Kort linje\n",
    "Kort linje\n\n",
    "«Ja\n",
    "- Ja\n",
    "• Ja\n",
    "Foto: Per\n",
    "Av Per Ås\n",
    "14.51:\n",
    "Les også: Ja\n",
    "/ritzau/\n",
];

#[test]
fn texts_of_one_kind_keep_their_spans() {
    for unit in UNITS {
        for n in [1, 2, 3, 50] {
            check_all(&unit.repeat(n));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn repeated_texts_keep_their_spans(unit in any::<String>(), n in 1_usize..30) {
        check_all(&unit.repeat(n));
    }

    #[test]
    fn mixed_texts_keep_their_spans(
        parts in prop::collection::vec((prop::sample::select(UNITS), 1_usize..12), 1..12)
    ) {
        let text: String = parts.iter().map(|(unit, n)| unit.repeat(*n)).collect();
        check_all(&text);
    }

    #[test]
    fn lines_are_never_joined_across_an_empty_one(lines in prop::collection::vec("[\\PC]{1,40}", 1..12)) {
        let text = lines.join("\n\n");
        for sentence in segment::sentences(&text, Some(Language::Da)) {
            prop_assert!(!sentence.span.slice(&text).contains('\n'));
        }
    }
}

/// Bytes of the short text, and how many times as long the long one is.
const SHORT: usize = 20_000;
const TIMES: usize = 32;

/// The least time of some runs over `unit`, repeated up to `bytes`.
fn least(unit: &str, bytes: usize, runs: usize) -> Duration {
    let text = unit.repeat(bytes / unit.len());
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            let sentences = segment::sentences(&text, Some(Language::Nb));
            let time = start.elapsed();
            check(&text, &sentences);
            time
        })
        .min()
        .unwrap_or(Duration::MAX)
}

#[test]
fn time_is_in_proportion_to_the_length() {
    // A text 32 times as long would take 1024 times as long if any scan went over all of it for each
    // word. A busy machine slows by a few times: the bound lies far from both.
    for unit in UNITS {
        let short = least(unit, SHORT, 3).max(Duration::from_millis(1));
        let bound = short * u32::try_from(TIMES * 8).unwrap();
        let is_linear = (0..3).any(|_| least(unit, SHORT * TIMES, 1) < bound);
        assert!(is_linear, "much of {unit:?} takes more than {bound:?}");
    }
}
