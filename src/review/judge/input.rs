//! The rows of a review, brought together by claim.

use std::collections::BTreeMap;

use super::super::decisions::{Side, one_line};
use super::super::sheets::{Row, Sheet};
use super::super::{key, read_me, workbook};
use super::{Problem, Verdict, Whole};
use crate::error::Error;
use crate::spreadsheet::unguard;

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) origin: String,
    pub(super) row: u64,
}

/// A claim with its rows.
#[derive(Debug, Default)]
pub(super) struct Claim {
    pub(super) id: String,
    /// Where its own row is, when there is one.
    pub(super) place: Option<Place>,
    /// The sentence that stands for it.
    pub(super) representative: Side,
    pub(super) whole: Option<Whole>,
    pub(super) merge_into: String,
    pub(super) new_label: String,
    pub(super) comment: String,
    pub(super) members: Vec<Sentence>,
    pub(super) near: Vec<Sentence>,
}

/// A sentence of a claim, or a near miss of it.
#[derive(Debug)]
pub(super) struct Sentence {
    pub(super) place: Place,
    pub(super) key: String,
    pub(super) side: Side,
    pub(super) verdict: Option<Verdict>,
    pub(super) move_to: String,
    pub(super) comment: String,
    /// Whether a decision about it and its claim was in force.
    pub(super) decided: bool,
}

/// All rows of a review.
#[derive(Debug, Default)]
pub(super) struct Review {
    /// By id.
    pub(super) claims: BTreeMap<String, Claim>,
    pub(super) problems: Vec<Problem>,
    pub(super) reviewer: String,
}

impl Review {
    pub(super) fn new(sheets: &[Sheet]) -> Result<Self, Error> {
        let mut review = Self::default();
        let mut found = false;
        let mut broken = None;
        for sheet in sheets {
            let table = Table::new(sheet);
            if sheet.column("sentence_key").is_some() && sheet.column("claim_id").is_some() {
                found = true;
                review.sentences(&table)?;
            } else if sheet.column("representative_key").is_some()
                && sheet.column("claim_id").is_some()
            {
                found = true;
                review.claims(&table)?;
            } else if let Some(name) = reviewer(sheet) {
                review.reviewer = name;
            } else if let Some(keys) = keys_of(sheet) {
                broken.get_or_insert((table, keys));
            }
        }
        if let Some((table, keys)) = broken.filter(|_| found) {
            // Its decisions would be lost.
            table.need(&keys)?;
        }
        if found {
            return Ok(review);
        }
        let file = sheets.first().map_or("", |sheet| sheet.file.as_str());
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        let where_ = if names.concat().is_empty() {
            "it has".to_owned()
        } else {
            format!("the sheets {} have", names.join(", "))
        };
        let message = format!(
            "is no review: {where_} no columns `claim_id` and `sentence_key` or `representative_key` in the first row"
        );
        Err(Error::format(file, None, message))
    }

    /// Whether one of two claims is to be merged into the other, or both into a third.
    pub(super) fn merged(&self, a: &str, b: &str) -> bool {
        self.end_of(a) == self.end_of(b)
    }

    /// Where a claim ends up after all merges.
    fn end_of<'s>(&'s self, id: &'s str) -> &'s str {
        let mut at = id;
        // A ring of merges ends after as many steps as there are claims.
        for _ in 0..self.claims.len() {
            match self.claims.get(at) {
                Some(claim) if claim.whole == Some(Whole::MergeInto) => at = &claim.merge_into,
                _ => break,
            }
        }
        at
    }

    fn claims(&mut self, table: &Table) -> Result<(), Error> {
        table.need(&["decision"])?;
        for row in &table.sheet.rows {
            let cell = |name| table.cell(row, name);
            let id = cell("claim_id");
            let place = table.place(row);
            if id.is_empty() {
                self.problem(&place, "claim_id is empty");
                continue;
            }
            let whole = match decision(&cell("decision")).as_str() {
                "" => None,
                "correct" => Some(Whole::Correct),
                "wrong" => Some(Whole::Wrong),
                "merge into" => Some(Whole::MergeInto),
                "unsure" => Some(Whole::Unsure),
                other => {
                    let message = format!(
                        "`{other}` is no decision about a claim; use correct, wrong, merge into or unsure"
                    );
                    self.problem(&place, &message);
                    continue;
                }
            };
            let representative = Side::new(
                &cell("representative_article"),
                &cell("representative_key"),
                &cell("representative"),
            );
            let comment = cell("comment");
            let new_label = one_line(&cell("new_label"));
            if whole.is_none() && new_label.is_empty() && !comment.is_empty() {
                self.problem(&place, "a comment without a decision is not kept");
            }
            let claim = self.claim_mut(&id);
            if claim.place.is_some() {
                self.problem(&place, &format!("claim `{id}` has two rows"));
                continue;
            }
            claim.place = Some(place);
            claim.whole = whole;
            claim.merge_into = cell("merge_into");
            claim.new_label = new_label;
            claim.comment = comment;
            if !representative.key.is_empty() {
                claim.representative = representative;
            }
        }
        Ok(())
    }

    fn sentences(&mut self, table: &Table) -> Result<(), Error> {
        table.need(&["article_id", "role", "decision"])?;
        let mut seen: BTreeMap<(String, String, bool), u64> = BTreeMap::new();
        for row in &table.sheet.rows {
            let cell = |name| table.cell(row, name);
            let (id, key) = (cell("claim_id"), cell("sentence_key"));
            let place = table.place(row);
            if id.is_empty() || key.is_empty() {
                self.problem(&place, "claim_id or sentence_key is empty");
                continue;
            }
            let verdict = match decision(&cell("decision")).as_str() {
                "" => None,
                "keep" => Some(Verdict::Keep),
                "remove" => Some(Verdict::Remove),
                "move to" => Some(Verdict::MoveTo),
                "unsure" => Some(Verdict::Unsure),
                "add" => Some(Verdict::Add),
                "reject" => Some(Verdict::Reject),
                other => {
                    let message = format!(
                        "`{other}` is no decision about a sentence; use keep, remove, move to, add, reject or unsure"
                    );
                    self.problem(&place, &message);
                    continue;
                }
            };
            let comment = cell("comment");
            let move_to = cell("move_to");
            if verdict.is_none() && !move_to.is_empty() {
                self.problem(
                    &place,
                    "move_to is filled, but the decision is not `move to`",
                );
            } else if verdict.is_none() && !comment.is_empty() {
                self.problem(&place, "a comment without a decision is not kept");
            }
            if verdict.is_some() && table.has_text_of_another(row) {
                self.problem(
                    &place,
                    "the sentence is that of another row: was a column sorted without the others?",
                );
                continue;
            }
            let side = Side::new(&cell("article_id"), &key, &cell("sentence"));
            let role = cell("role");
            let sentence = Sentence {
                place,
                key,
                side,
                verdict,
                move_to,
                comment,
                decided: !cell("in_force").is_empty(),
            };
            let is_near_miss = role == "near miss";
            let first = seen
                .entry((id.clone(), sentence.key.clone(), is_near_miss))
                .or_insert(row.number);
            if *first != row.number {
                let first = *first;
                self.again(&id, sentence, is_near_miss, first);
                continue;
            }
            let claim = self.claim_mut(&id);
            if role == "representative" {
                claim.representative = sentence.side.clone();
            }
            if is_near_miss {
                claim.near.push(sentence);
            } else {
                claim.members.push(sentence);
            }
        }
        Ok(())
    }

    /// A row of a sentence that has a row already, `first`: what only one of them decides counts; of two different decisions
    /// none does.
    fn again(&mut self, id: &str, sentence: Sentence, is_near_miss: bool, first: u64) {
        let claim = self.claim_mut(id);
        let rows = if is_near_miss {
            &mut claim.near
        } else {
            &mut claim.members
        };
        let Some(before) = rows.iter_mut().find(|row| row.key == sentence.key) else {
            return;
        };
        let decides = |row: &Sentence| row.verdict.map(|verdict| (verdict, row.move_to.clone()));
        match (decides(before), decides(&sentence)) {
            (None, Some(_)) => *before = sentence,
            (Some(one), Some(other)) if one != other => {
                before.verdict = None;
                let message = format!(
                    "row {first} decides otherwise about the same sentence; neither counts"
                );
                self.problem(&sentence.place, &message);
            }
            _ => {}
        }
    }

    fn claim_mut(&mut self, id: &str) -> &mut Claim {
        self.claims.entry(id.to_owned()).or_insert_with(|| Claim {
            id: id.to_owned(),
            ..Claim::default()
        })
    }

    fn problem(&mut self, place: &Place, message: &str) {
        self.problems.push(Problem {
            origin: place.origin.clone(),
            row: place.row,
            message: message.to_owned(),
        });
    }
}

/// The columns that a sheet of claims or sentences must have, by its name; `None` for sheets of others.
fn keys_of(sheet: &Sheet) -> Option<[&'static str; 2]> {
    let is = |name: &str| sheet.name.split(' ').next() == Some(name);
    if is(workbook::CLAIMS_SHEET) {
        Some(["claim_id", "representative_key"])
    } else if is(workbook::SENTENCES_SHEET) {
        Some(["claim_id", "sentence_key"])
    } else {
        None
    }
}

/// A decision as people write it: any case, `_` or several spaces for one.
fn decision(cell: &str) -> String {
    one_line(&cell.replace('_', " ")).to_lowercase()
}

/// The name that the sheet Read me holds beside the word for it.
fn reviewer(sheet: &Sheet) -> Option<String> {
    if sheet.name != read_me::SHEET {
        return None;
    }
    // Its first row is taken for a header.
    let header = (sheet.header.first()? == &read_me::REVIEWER.to_lowercase())
        .then(|| sheet.raw_header.get(1).map(|name| one_line(name)))
        .flatten();
    header.filter(|name| !name.is_empty())
}

struct Table<'a> {
    sheet: &'a Sheet,
    origin: String,
    csv: bool,
}

impl<'a> Table<'a> {
    fn new(sheet: &'a Sheet) -> Self {
        Self {
            sheet,
            origin: if sheet.name.is_empty() {
                sheet.file.clone()
            } else {
                format!("{}, sheet {}", sheet.file, sheet.name)
            },
            csv: sheet.name.is_empty(),
        }
    }

    /// Whether the sentence that a row shows is not its own but that of another row, by their keys.
    fn has_text_of_another(&self, row: &Row) -> bool {
        let text = self.cell(row, "sentence");
        let is_that_of = |other: &Row| {
            let key = self.cell(other, "sentence_key");
            let first = key.split('-').next().unwrap_or_default();
            first == key::of(&self.cell(other, "article_id"), &text)
        };
        !text.is_empty() && !is_that_of(row) && self.sheet.rows.iter().any(is_that_of)
    }

    fn need(&self, names: &[&str]) -> Result<(), Error> {
        let missing: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| self.sheet.column(name).is_none())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let message = format!(
            "the columns {} are missing in the first row",
            missing.join(", ")
        );
        Err(Error::format(&self.origin, 1, message))
    }

    /// A cell, trimmed; empty when there is no such column. In CSV the guard against formulas is taken off.
    fn cell(&self, row: &Row, name: &str) -> String {
        let cell = self
            .sheet
            .column(name)
            .and_then(|column| row.cells.get(column))
            .map_or("", String::as_str);
        let cell = if self.csv { unguard(cell) } else { cell };
        cell.trim().to_owned()
    }

    fn place(&self, row: &Row) -> Place {
        Place {
            origin: self.origin.clone(),
            row: row.number,
        }
    }
}
