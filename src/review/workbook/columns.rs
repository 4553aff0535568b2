//! The columns of the sheets: what stands in them, how wide they are, what may be chosen.

use super::super::book::{ClaimRow, SentenceRow};
use crate::article::Date;

/// What stands in a cell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'b> {
    Text(&'b str),
    Number(f64),
    Day(Option<Date>),
    Link { text: &'b str, url: &'b str },
}

/// How a column looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Text,
    Wrapped,
    Count,
    Fraction,
    Day,
    /// Coloured by what it says.
    Tier,
    /// To be filled by the reviewer.
    ToFill,
}

/// What a column to fill offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    Nothing,
    /// These words.
    Words(&'static [&'static str]),
    /// The ids of the claims.
    Claims,
}

/// A column of a sheet.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// In characters.
    pub(super) width: f64,
    pub(super) kind: Kind,
    pub(super) offer: Offer,
    /// What a reviewer reads when a cell is chosen; at most 255 characters.
    pub(super) prompt: &'static str,
}

impl Column {
    /// Lines that a cell takes, by the number of its characters.
    pub(super) fn lines(&self, cell: &Cell) -> usize {
        match (self.kind, cell) {
            (Kind::Wrapped | Kind::ToFill, Cell::Text(text)) => lines(text, self.width),
            _ => 1,
        }
    }
}

/// Lines of `text` in a column of `width` characters; words that do not fit at the end of a line leave some empty.
pub(in crate::review) fn lines(text: &str, width: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "widths are small and positive"
    )]
    let per_line = (width * 0.92).max(1.0) as usize;
    text.lines()
        .map(|line| line.chars().count().div_ceil(per_line).max(1))
        .sum()
}

const fn column(name: &'static str, width: f64, kind: Kind) -> Column {
    Column {
        name,
        width,
        kind,
        offer: Offer::Nothing,
        prompt: "",
    }
}

const fn to_fill(name: &'static str, width: f64, offer: Offer, prompt: &'static str) -> Column {
    Column {
        name,
        width,
        kind: Kind::ToFill,
        offer,
        prompt,
    }
}

/// Columns of the sheet Claims, in the order of [`claim`].
pub(super) const CLAIMS: [Column; 22] = [
    column("claim_id", 14.0, Kind::Text),
    column("label", 32.0, Kind::Wrapped),
    column("representative", 60.0, Kind::Wrapped),
    to_fill(
        "decision",
        13.0,
        Offer::Words(&["correct", "wrong", "merge into", "unsure"]),
        "correct: all sentences state one claim. wrong: no two of them do. merge into: the same as another claim. \
         unsure: seen, cannot say. Single sentences: sheet Sentences.",
    ),
    to_fill(
        "merge_into",
        14.0,
        Offer::Claims,
        "With the decision merge into: the claim_id of the other claim.",
    ),
    to_fill(
        "new_label",
        28.0,
        Offer::Nothing,
        "Another name for the claim, if you wish. It is kept in later runs.",
    ),
    to_fill("comment", 28.0, Offer::Nothing, "Kept beside the decision."),
    column("sentences", 10.0, Kind::Count),
    column("articles", 9.0, Kind::Count),
    column("sources", 9.0, Kind::Count),
    column("languages", 11.0, Kind::Text),
    column("first_date", 11.0, Kind::Day),
    column("last_date", 11.0, Kind::Day),
    column("cohesion", 9.0, Kind::Fraction),
    column("wording", 10.0, Kind::Text),
    column("tier", 10.0, Kind::Tier),
    column("known_claim", 14.0, Kind::Text),
    column("nearest_known_claim", 14.0, Kind::Text),
    column("standing", 9.0, Kind::Fraction),
    column("in_force", 24.0, Kind::Wrapped),
    column("representative_article", 26.0, Kind::Text),
    column("representative_key", 17.0, Kind::Text),
];

/// Columns of the sheet Sentences, in the order of [`sentence`].
pub(super) const SENTENCES: [Column; 24] = [
    column("claim_id", 14.0, Kind::Text),
    column("label", 26.0, Kind::Wrapped),
    column("sentence", 70.0, Kind::Wrapped),
    to_fill(
        "decision",
        11.0,
        Offer::Words(&["keep", "remove", "move to", "add", "reject", "unsure"]),
        "A sentence of the claim: keep, remove, or move to another claim. A near miss: add it to the claim, or \
         reject it. unsure: seen, cannot say.",
    ),
    to_fill(
        "move_to",
        14.0,
        Offer::Claims,
        "With the decision move to: the claim_id of the other claim.",
    ),
    to_fill("comment", 28.0, Offer::Nothing, "Kept beside the decision."),
    column("role", 14.0, Kind::Tier),
    column("tier", 10.0, Kind::Tier),
    column("score", 8.0, Kind::Fraction),
    column("reason", 40.0, Kind::Wrapped),
    column("differs", 18.0, Kind::Wrapped),
    column("source", 16.0, Kind::Text),
    column("date", 11.0, Kind::Day),
    column("language", 9.0, Kind::Text),
    column("article_id", 30.0, Kind::Text),
    column("kind", 10.0, Kind::Text),
    column("in_claim", 14.0, Kind::Text),
    column("in_force", 24.0, Kind::Wrapped),
    column("sentence_index", 8.0, Kind::Count),
    column("start", 8.0, Kind::Count),
    column("end", 8.0, Kind::Count),
    column("url", 20.0, Kind::Text),
    column("story", 20.0, Kind::Text),
    column("sentence_key", 17.0, Kind::Text),
];

/// The cells of a claim.
pub(super) fn claim<'b>(claim: &'b ClaimRow) -> [Cell<'b>; CLAIMS.len()] {
    let representative = claim.representative();
    let (text, article, key) = representative.map_or(("", "", ""), |row| {
        (row.text.as_ref(), row.article.as_ref(), row.key.as_ref())
    });
    [
        Cell::Text(&claim.id),
        Cell::Text(&claim.label),
        Cell::Text(text),
        Cell::Text(&claim.decision),
        Cell::Text(&claim.merge_into),
        Cell::Text(&claim.new_label),
        Cell::Text(&claim.comment),
        count(claim.members.len()),
        count(claim.articles),
        count(claim.sources),
        Cell::Text(&claim.languages),
        Cell::Day(claim.first_date),
        Cell::Day(claim.last_date),
        Cell::Number(claim.cohesion),
        Cell::Text(&claim.wording),
        Cell::Text(&claim.tier),
        Cell::Text(&claim.known),
        Cell::Text(&claim.nearest),
        claim.standing.map_or(Cell::Text(""), Cell::Number),
        Cell::Text(&claim.in_force),
        Cell::Text(article),
        Cell::Text(key),
    ]
}

/// The cells of a sentence beside a claim.
pub(super) fn sentence<'b>(
    claim: &'b ClaimRow,
    row: &'b SentenceRow,
) -> [Cell<'b>; SENTENCES.len()] {
    [
        Cell::Text(&claim.id),
        Cell::Text(&claim.label),
        Cell::Text(&row.text),
        Cell::Text(&row.decision),
        Cell::Text(&row.move_to),
        Cell::Text(&row.comment),
        Cell::Text(row.role.name()),
        Cell::Text(&row.tier),
        Cell::Number(row.score),
        Cell::Text(&row.reason),
        Cell::Text(&row.differs),
        Cell::Text(&row.source),
        Cell::Day(row.date),
        Cell::Text(&row.language),
        Cell::Text(&row.article),
        Cell::Text(&row.kind),
        Cell::Text(&row.in_claim),
        Cell::Text(&row.in_force),
        count(row.index),
        count(row.start),
        count(row.end),
        Cell::Link {
            text: &row.url,
            url: &row.url,
        },
        Cell::Text(&row.story),
        Cell::Text(&row.key),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn count(n: usize) -> Cell<'static> {
    Cell::Number(n as f64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::write::review;

    /// One reader serves both, by the names of the columns.
    #[test]
    fn the_workbook_has_the_columns_of_the_csv_files() {
        let names = |columns: &[Column]| -> BTreeSet<&str> {
            columns.iter().map(|column| column.name).collect()
        };
        assert_eq!(names(&CLAIMS), review::CLAIMS.into_iter().collect());
        assert_eq!(names(&SENTENCES), review::SENTENCES.into_iter().collect());
    }

    #[test]
    fn prompts_are_short_enough() {
        for column in CLAIMS.iter().chain(&SENTENCES) {
            assert!(column.prompt.chars().count() <= 255, "{}", column.name);
        }
    }
}
