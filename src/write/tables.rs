//! The CSV files, one function each; their columns are the constants above them.

use std::io::{self, Write};

use crate::article::CharOffsets;
use crate::config::Config;
use crate::language;
use crate::pipeline::Run;
use crate::prepare::Document;
use crate::score::features::Features;
use crate::score::{Hit, ScoredPair};
use crate::segment;
use crate::spreadsheet::Table;

const PAIRS_BEFORE: [&str; 7] = [
    "left_article_id",
    "left_sentence_index",
    "right_article_id",
    "right_sentence_index",
    "left_sentence",
    "right_sentence",
    "probability",
];
const PAIRS_AFTER: [&str; 2] = ["guards", "reason"];
/// Pairs whose reasons are put in words at once, by all threads.
const PAIRS_AT_ONCE: usize = 16_384;

const SENTENCES: [&str; 8] = [
    "article_id",
    "sentence_index",
    "start",
    "end",
    "kind",
    "language",
    "sentence",
    "normalized",
];

const SEGMENTS: [&str; 7] = [
    "article_id",
    "sentence_index",
    "start",
    "end",
    "kind",
    "language",
    "sentence",
];

const BORDERS: [&str; 8] = [
    "article_id",
    "at",
    "cut",
    "rule",
    "log_odds",
    "before",
    "after",
    "features",
];
/// Characters of text that are shown on either side of a border.
const AROUND: usize = 30;

/// A text is shown for a known claim from this probability on …
const LIKELY: f64 = 0.01;
/// … or from this margin on.
const STANDS_OUT: f64 = 1.0;

const MATCHES: [&str; 11] = [
    "claim_id",
    "rank",
    "score",
    "margin",
    "article_id",
    "sentence_index",
    "start",
    "end",
    "language",
    "sentence",
    "reason",
];

/// Whether a text begins with the header of a table that a command writes to one file.
pub(crate) fn begins_result(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').replace(';', ",");
    let tables: [&[&str]; 4] = [&SEGMENTS, &BORDERS, &MATCHES, &crate::learn::table::COLUMNS];
    tables
        .into_iter()
        .any(|columns| text.starts_with(&columns.join(",")))
}

pub(super) fn table<'a>(
    out: &'a mut dyn Write,
    config: &Config,
) -> io::Result<Table<&'a mut dyn Write>> {
    Table::new(out, config.csv, config.formula_guard)
}

pub(super) fn pairs(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    pairs_in_parts(run, PAIRS_AT_ONCE, out)
}

/// The reasons of so many pairs are in memory at once.
fn pairs_in_parts(run: &Run, at_once: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = table(out, &run.config)?;
    rows.row(
        PAIRS_BEFORE
            .iter()
            .chain(Features::NAMES)
            .chain(&PAIRS_AFTER)
            .copied(),
    )?;
    let mut pairs = run.pairs.iter();
    for some in run.pairs.links().chunks(at_once) {
        let units: Vec<(u32, u32)> = some.iter().map(|pair| (pair.left, pair.right)).collect();
        // The reasons first: when they are at their end, no further pair must be taken.
        for (reason, pair) in run.reasons(&units).iter().zip(pairs.by_ref()) {
            pair_row(&mut rows, run, &pair?, reason)?;
        }
    }
    rows.finish().map(|_| ())
}

fn pair_row(
    rows: &mut Table<&mut dyn Write>,
    run: &Run,
    pair: &ScoredPair,
    reason: &str,
) -> io::Result<()> {
    for unit in [pair.left, pair.right] {
        let (d, s) = run.prepared.places[unit as usize];
        rows.text(&run.documents[d as usize].article.id)?;
        rows.number(s)?;
    }
    rows.text(run.text(pair.left))?;
    rows.text(run.text(pair.right))?;
    rows.fraction(pair.probability)?;
    for value in pair.features.values() {
        rows.fraction(value)?;
    }
    rows.text(&pair.guards.codes().join(" "))?;
    rows.text(reason)?;
    rows.end_row()
}

pub(super) fn sentences(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = table(out, &run.config)?;
    rows.row(SENTENCES)?;
    for document in &run.documents {
        let mut offsets = CharOffsets::new(&document.article.text);
        for s in 0..document.sentences.len() {
            segment_cells(&mut rows, document, s, &mut offsets)?;
            let tokens = crate::normalize::normalize(document.text(s), &run.lexicon);
            let forms: Vec<&str> = tokens
                .iter()
                .map(|token| token.canonical.as_str())
                .collect();
            rows.text(&forms.join(" "))?;
            rows.end_row()?;
        }
    }
    rows.finish().map(|_| ())
}

fn segment_cells(
    rows: &mut Table<&mut dyn Write>,
    document: &Document,
    s: usize,
    offsets: &mut CharOffsets,
) -> io::Result<()> {
    let sentence = document.sentences[s];
    let (start, end) = offsets.span(sentence.span);
    rows.text(&document.article.id)?;
    rows.number(s)?;
    rows.number(start)?;
    rows.number(end)?;
    rows.text(sentence.kind.name())?;
    rows.text(language::code(document.languages[s]))?;
    rows.text(document.text(s))
}

pub(super) fn segments(
    documents: &[Document],
    config: &Config,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = table(out, config)?;
    rows.row(SEGMENTS)?;
    for document in documents {
        let mut offsets = CharOffsets::new(&document.article.text);
        for s in 0..document.sentences.len() {
            segment_cells(&mut rows, document, s, &mut offsets)?;
            rows.end_row()?;
        }
    }
    rows.finish().map(|_| ())
}

pub(super) fn borders(
    documents: &[Document],
    config: &Config,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = table(out, config)?;
    rows.row(BORDERS)?;
    for document in documents {
        let text = &document.article.text;
        let mut offsets = CharOffsets::new(text);
        for decision in segment::explain(text, document.language.language) {
            rows.text(&document.article.id)?;
            rows.number(offsets.at(decision.at))?;
            rows.text(if decision.cut { "cut" } else { "keep" })?;
            rows.text(decision.rule)?;
            match decision.score {
                Some(score) => rows.fraction(score.into())?,
                None => rows.text("")?,
            }
            let (before, after) = text.split_at_checked(decision.at).unwrap_or_default();
            let start = before
                .char_indices()
                .rev()
                .nth(AROUND - 1)
                .map_or(0, |(at, _)| at);
            rows.text(before.get(start..).unwrap_or_default())?;
            rows.text(&after.chars().take(AROUND).collect::<String>())?;
            let features: Vec<String> = decision
                .features
                .iter()
                .map(|(name, weight)| format!("{name} {weight:+.2}"))
                .collect();
            rows.text(&features.join("; "))?;
            rows.end_row()?;
        }
    }
    rows.finish().map(|_| ())
}

/// The `top` best sentences of every known claim; returns how many rows were written.
pub(super) fn matches(
    run: &Run,
    hits: &[Hit],
    top: usize,
    out: &mut dyn Write,
) -> io::Result<usize> {
    let n_sentences = run.prepared.places.len();
    let known = |hit: &Hit| &run.known[hit.pair.right as usize - n_sentences];
    let likely = |hit: &&Hit| hit.pair.probability >= LIKELY || hit.margin >= STANDS_OUT;
    let mut sorted: Vec<&Hit> = hits.iter().filter(likely).collect();
    sorted.sort_by(|a, b| {
        (&known(a).id, a.pair.left)
            .cmp(&(&known(b).id, b.pair.left))
            .then_with(|| b.margin.total_cmp(&a.margin))
    });
    // Of several statements of one claim the best one counts for a sentence.
    sorted.dedup_by(|a, b| a.pair.left == b.pair.left && known(a).id == known(b).id);
    sorted.sort_by(|a, b| {
        known(a)
            .id
            .cmp(&known(b).id)
            .then_with(|| b.margin.total_cmp(&a.margin))
            .then_with(|| a.pair.left.cmp(&b.pair.left))
    });
    let mut rows = table(out, &run.config)?;
    rows.row(MATCHES)?;
    let mut written = 0;
    for of_claim in sorted.chunk_by(|a, b| known(a).id == known(b).id) {
        for (rank, hit) in of_claim.iter().take(top).enumerate() {
            let pair = &hit.pair;
            let (d, s) = run.prepared.places[pair.left as usize];
            let document = &run.documents[d as usize];
            let in_text = document.in_text(s as usize);
            rows.text(&known(hit).id)?;
            rows.number(rank + 1)?;
            rows.fraction(pair.probability)?;
            rows.fraction(hit.margin)?;
            rows.text(&document.article.id)?;
            rows.number(s)?;
            rows.number(in_text.start)?;
            rows.number(in_text.end)?;
            rows.text(language::code(document.languages[s as usize]))?;
            rows.text(document.text(s as usize))?;
            rows.text(&run.reason(pair.left, pair.right))?;
            rows.end_row()?;
            written += 1;
        }
    }
    rows.finish().map(|_| written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::observer::Silent;
    use crate::pipeline;

    #[test]
    fn every_pair_has_a_row_with_its_own_reason() {
        let told = [
            "Brannen brøt ut i låven.",
            "Kua ble reddet av naboen.",
            "Kongen reiser til Paris.",
        ];
        let articles = (0..4).map(|i| Article {
            id: format!("a{i}"),
            text: told.join(" "),
            ..Article::default()
        });
        let run = pipeline::align_articles(&Config::default(), articles.collect(), &Silent);
        let run = run.unwrap();
        let table = |at_once: usize| {
            let mut bytes = Vec::new();
            pairs_in_parts(&run, at_once, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let all = table(PAIRS_AT_ONCE);
        let reasons: Vec<String> = run
            .pairs
            .links()
            .iter()
            .map(|pair| run.reason(pair.left, pair.right))
            .collect();
        assert!(reasons.len() > 10, "{}", reasons.len());
        let mut rows = csv::Reader::from_reader(all.as_bytes());
        let column = rows
            .headers()
            .unwrap()
            .iter()
            .position(|name| name == "reason");
        let written: Vec<String> = rows
            .records()
            .map(|row| row.unwrap()[column.unwrap()].to_owned())
            .collect();
        assert_eq!(written, reasons);
        assert_eq!(table(3), all);
    }
}
