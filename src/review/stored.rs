//! The book of a run that was written earlier, from the tables of its folder.
//!
//! In: `claims.csv`, `clusters.csv` and `near_misses.csv`, in either dialect. Out: the same [`Book`] that they were
//! written from. Decisions that somebody wrote into the tables are taken along; carried columns are not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use super::book::{Book, ClaimRow, Role, SentenceRow};
use super::sheets::{self, Row, Sheet};
use crate::article::Date;
use crate::error::Error;
use crate::spreadsheet::unguard;

/// Reads the book of the run in `folder`.
///
/// # Errors
/// [`Error::Io`] when a table cannot be read; [`Error::Format`] when `folder` holds no run, or when a column is missing or
/// a cell not understood, with the line.
pub fn read(folder: &Path) -> Result<Book<'static>, Error> {
    if !folder.join("claims.csv").is_file() {
        let message = "no run folder: it has no claims.csv";
        return Err(Error::format(folder.display().to_string(), None, message));
    }
    let claims = Cells::read(folder, "claims.csv")?;
    let mut book = Book::default();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for row in claims.rows() {
        let claim = claim(&row)?;
        numbers.insert(claim.id.to_string(), book.claims.len());
        book.claims.push(claim);
    }
    for (name, near) in [("clusters.csv", false), ("near_misses.csv", true)] {
        let table = Cells::read(folder, name)?;
        for row in table.rows() {
            let id = row.text("claim_id")?;
            let Some(&claim) = numbers.get(&id) else {
                return Err(row.wrong(&format!("claim `{id}` is not in claims.csv")));
            };
            let sentence = sentence(&row)?;
            if near {
                book.claims[claim].near.push(sentence);
            } else {
                book.claims[claim].members.push(sentence);
            }
        }
    }
    Ok(book)
}

fn claim(row: &Line) -> Result<ClaimRow<'static>, Error> {
    let text = |name| row.text(name).map(Cow::Owned);
    Ok(ClaimRow {
        id: text("claim_id")?,
        label: text("label")?,
        known: text("known_claim")?,
        nearest: text("nearest_known_claim")?,
        standing: row.optional_fraction("standing")?,
        articles: row.count("articles")?,
        sources: row.count("sources")?,
        languages: row.text("languages")?,
        first_date: row.day("first_date")?,
        last_date: row.day("last_date")?,
        cohesion: row.fraction("cohesion")?,
        wording: text("wording")?,
        tier: text("tier")?,
        in_force: text("in_force")?,
        members: Vec::new(),
        near: Vec::new(),
        decision: text("decision")?,
        merge_into: text("merge_into")?,
        new_label: text("new_label")?,
        comment: text("comment")?,
    })
}

fn sentence(row: &Line) -> Result<SentenceRow<'static>, Error> {
    let text = |name| row.text(name).map(Cow::Owned);
    let role = row.text("role")?;
    let known = [Role::Representative, Role::Member, Role::NearMiss];
    Ok(SentenceRow {
        article: text("article_id")?,
        source: text("source")?,
        date: row.day("date")?,
        language: text("language")?,
        index: row.count("sentence_index")?,
        start: row.count("start")?,
        end: row.count("end")?,
        kind: text("kind")?,
        text: text("sentence")?,
        score: row.fraction("score")?,
        role: known
            .into_iter()
            .find(|known| known.name() == role)
            .ok_or_else(|| row.wrong(&format!("`{role}` is no role")))?,
        tier: text("tier")?,
        reason: text("reason")?,
        differs: text("differs")?,
        url: text("url")?,
        story: text("story")?,
        key: text("sentence_key")?,
        in_claim: text("in_claim")?,
        in_force: text("in_force")?,
        decision: text("decision")?,
        move_to: text("move_to")?,
        comment: text("comment")?,
        extra: Vec::new(),
    })
}

/// A table of a run.
struct Cells(Sheet);

impl Cells {
    fn read(folder: &Path, name: &str) -> Result<Self, Error> {
        let path = folder.join(name);
        let bytes = std::fs::read(&path).map_err(|source| Error::io(&path, source))?;
        sheets::csv(&bytes, &path.display().to_string()).map(Self)
    }

    fn rows(&self) -> impl Iterator<Item = Line<'_>> {
        self.0.rows.iter().map(|row| Line {
            sheet: &self.0,
            row,
        })
    }
}

struct Line<'a> {
    sheet: &'a Sheet,
    row: &'a Row,
}

impl Line<'_> {
    fn wrong(&self, message: &str) -> Error {
        Error::format(&self.sheet.file, self.row.number, message)
    }

    fn text(&self, name: &str) -> Result<String, Error> {
        let column = self.sheet.column(name).ok_or_else(|| {
            let message = format!("the column `{name}` is missing; align again with this version");
            Error::format(&self.sheet.file, 1, message)
        })?;
        let cell = self.row.cells.get(column).map_or("", String::as_str);
        Ok(unguard(cell).to_owned())
    }

    fn parsed<T>(
        &self,
        name: &str,
        what: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Error> {
        let text = self.text(name)?;
        parse(&text).ok_or_else(|| self.wrong(&format!("{name}: `{text}` is no {what}")))
    }

    fn count(&self, name: &str) -> Result<usize, Error> {
        self.parsed(name, "count", |text| text.parse().ok())
    }

    /// With a decimal point, or a comma as Excel has it.
    fn fraction(&self, name: &str) -> Result<f64, Error> {
        self.parsed(name, "number", |text| text.replace(',', ".").parse().ok())
    }

    fn optional_fraction(&self, name: &str) -> Result<Option<f64>, Error> {
        let is_empty = self.text(name)?.is_empty();
        (!is_empty).then(|| self.fraction(name)).transpose()
    }

    fn day(&self, name: &str) -> Result<Option<Date>, Error> {
        self.parsed(name, "date", |text| {
            if text.is_empty() {
                return Some(None);
            }
            Date::parse(text).map(Some)
        })
    }
}
