//! The tables that people review, from a [`Book`]; their columns are the constants.

use std::io::{self, Write};

use crate::article::Date;
use crate::config::Config;
use crate::review::book::{Book, ClaimRow, SentenceRow};

use super::tables::table;

/// Columns of `clusters.csv` and `near_misses.csv`, before those that are carried through.
pub(crate) const SENTENCES: [&str; 24] = [
    "claim_id",
    "label",
    "article_id",
    "source",
    "date",
    "language",
    "sentence_index",
    "start",
    "end",
    "kind",
    "sentence",
    "score",
    "role",
    "tier",
    "reason",
    "differs",
    "url",
    "story",
    "sentence_key",
    "in_claim",
    "in_force",
    "decision",
    "move_to",
    "comment",
];

/// Columns of `claims.csv`.
pub(crate) const CLAIMS: [&str; 22] = [
    "claim_id",
    "label",
    "known_claim",
    "nearest_known_claim",
    "standing",
    "sentences",
    "articles",
    "sources",
    "languages",
    "first_date",
    "last_date",
    "cohesion",
    "wording",
    "tier",
    "representative",
    "representative_article",
    "representative_key",
    "in_force",
    "decision",
    "merge_into",
    "new_label",
    "comment",
];

fn day(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

pub(super) fn clusters(book: &Book, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    sentences(book, config, out, |claim| &claim.members)
}

pub(super) fn near_misses(book: &Book, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    sentences(book, config, out, |claim| &claim.near)
}

fn sentences<'b, 'a: 'b>(
    book: &'b Book<'a>,
    config: &Config,
    out: &mut dyn Write,
    of: impl Fn(&'b ClaimRow<'a>) -> &'b [SentenceRow<'a>],
) -> io::Result<()> {
    let mut rows = table(out, config)?;
    let extra = book.extra_columns.iter().map(AsRef::as_ref);
    rows.row(SENTENCES.into_iter().chain(extra))?;
    for claim in &book.claims {
        for row in of(claim) {
            rows.text(&claim.id)?;
            rows.text(&claim.label)?;
            rows.text(&row.article)?;
            rows.text(&row.source)?;
            rows.text(&day(row.date))?;
            rows.text(&row.language)?;
            rows.number(row.index)?;
            rows.number(row.start)?;
            rows.number(row.end)?;
            rows.text(&row.kind)?;
            rows.text(&row.text)?;
            rows.fraction(row.score)?;
            rows.text(row.role.name())?;
            for cell in [
                &row.tier,
                &row.reason,
                &row.differs,
                &row.url,
                &row.story,
                &row.key,
                &row.in_claim,
                &row.in_force,
                &row.decision,
                &row.move_to,
                &row.comment,
            ]
            .into_iter()
            .chain(&row.extra)
            {
                rows.text(cell)?;
            }
            rows.end_row()?;
        }
    }
    rows.finish().map(|_| ())
}

pub(super) fn claims(book: &Book, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = table(out, config)?;
    rows.row(CLAIMS)?;
    for claim in &book.claims {
        let representative = claim.representative();
        let of = |cell: for<'r, 'a> fn(&'r SentenceRow<'a>) -> &'r str| {
            representative.map_or("", |row| cell(row))
        };
        rows.text(&claim.id)?;
        rows.text(&claim.label)?;
        rows.text(&claim.known)?;
        rows.text(&claim.nearest)?;
        rows.optional_fraction(claim.standing)?;
        rows.number(claim.members.len())?;
        rows.number(claim.articles)?;
        rows.number(claim.sources)?;
        rows.text(&claim.languages)?;
        rows.text(&day(claim.first_date))?;
        rows.text(&day(claim.last_date))?;
        rows.fraction(claim.cohesion)?;
        rows.text(&claim.wording)?;
        rows.text(&claim.tier)?;
        rows.text(of(|row| &row.text))?;
        rows.text(of(|row| &row.article))?;
        rows.text(of(|row| &row.key))?;
        for cell in [
            &claim.in_force,
            &claim.decision,
            &claim.merge_into,
            &claim.new_label,
            &claim.comment,
        ] {
            rows.text(cell)?;
        }
        rows.end_row()?;
    }
    rows.finish().map(|_| ())
}
