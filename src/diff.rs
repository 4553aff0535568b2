//! What changed between two runs.
//!
//! In: the claims of two runs as [`Book`]s. Out: one [`Change`] per group of claims that share sentences, and the
//! sentences that joined, left or moved. A sentence is known by its key: its article and its text, not its place, so
//! that a change elsewhere in an article is none here. Ids of claims only settle which half of a
//! claim that fell into two is the same claim.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::config::Config;
use crate::review::book::{Book, ClaimRow, SentenceRow};
use crate::spreadsheet::Table;

/// What became of claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The same sentences, with the same label.
    Unchanged,
    /// The same sentences under another label.
    Renamed,
    /// One claim before and after, with other sentences.
    Changed,
    /// Several before, one after.
    Merged,
    /// One before, several after.
    Split,
    /// Several before and after, which share sentences crosswise.
    Rearranged,
    /// No sentence is in a claim any more.
    Gone,
    /// No sentence was in a claim before.
    New,
}

impl What {
    /// All kinds of change.
    pub const ALL: [Self; 8] = [
        Self::Unchanged,
        Self::Renamed,
        Self::Changed,
        Self::Merged,
        Self::Split,
        Self::Rearranged,
        Self::Gone,
        Self::New,
    ];

    /// The name that files show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Renamed => "renamed",
            Self::Changed => "changed",
            Self::Merged => "merged",
            Self::Split => "split",
            Self::Rearranged => "rearranged",
            Self::Gone => "gone",
            Self::New => "new",
        }
    }
}

/// Claims of both runs that share sentences.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<'b> {
    /// What became of them.
    pub what: What,
    /// The claims before, by id.
    pub before: Vec<&'b ClaimRow<'b>>,
    /// The claims after, by id.
    pub after: Vec<&'b ClaimRow<'b>>,
    /// Sentences that joined, left or moved, by key.
    pub moves: Vec<Move<'b>>,
}

/// A sentence that is not where it was. A claim that is larger than its part of another is taken for the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move<'b> {
    /// The sentence.
    pub sentence: &'b SentenceRow<'b>,
    /// Its claim before; `None` when it was in none.
    pub from: Option<&'b ClaimRow<'b>>,
    /// Its claim after; `None` when it is in none.
    pub to: Option<&'b ClaimRow<'b>>,
}

impl Move<'_> {
    /// `joined`, `left` or `moved`.
    pub fn name(&self) -> &'static str {
        match (self.from, self.to) {
            (None, _) => "joined",
            (_, None) => "left",
            _ => "moved",
        }
    }
}

/// The claims of a run, and where each sentence is.
struct Side<'b> {
    claims: &'b [ClaimRow<'b>],
    owner: BTreeMap<&'b str, usize>,
}

impl<'b> Side<'b> {
    fn new(book: &'b Book<'b>) -> Self {
        let owner = book
            .claims
            .iter()
            .enumerate()
            .flat_map(|(c, claim)| claim.members.iter().map(move |row| (row.key.as_ref(), c)))
            .collect();
        Self {
            claims: &book.claims,
            owner,
        }
    }
}

/// Compares two runs. Sorted by the first claim of each change, those that are gone before those that are new.
pub fn diff<'b>(before: &'b Book<'b>, after: &'b Book<'b>) -> Vec<Change<'b>> {
    let sides = [Side::new(before), Side::new(after)];
    // Claims of one side that share sentences with one of the other, and how many.
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (key, &a) in &sides[0].owner {
        if let Some(&b) = sides[1].owner.get(key) {
            *shared.entry((a, b)).or_default() += 1;
        }
    }
    let mut links: [BTreeMap<usize, BTreeSet<usize>>; 2] = [BTreeMap::new(), BTreeMap::new()];
    for &(a, b) in shared.keys() {
        links[0].entry(a).or_default().insert(b);
        links[1].entry(b).or_default().insert(a);
    }
    let heirs = heirs(&sides, &shared);
    let mut done: BTreeSet<usize> = BTreeSet::new();
    let mut changes = Vec::new();
    for a in 0..sides[0].claims.len() {
        if done.contains(&a) {
            continue;
        }
        let mut group = [BTreeSet::from([a]), BTreeSet::new()];
        let mut open = vec![(0, a)];
        while let Some((side, claim)) = open.pop() {
            for &other in links[side].get(&claim).into_iter().flatten() {
                if group[1 - side].insert(other) {
                    open.push((1 - side, other));
                }
            }
        }
        done.extend(&group[0]);
        changes.push(change(&sides, &group, &heirs));
    }
    for b in 0..sides[1].claims.len() {
        if !links[1].contains_key(&b) {
            changes.push(change(
                &sides,
                &[BTreeSet::new(), BTreeSet::from([b])],
                &heirs,
            ));
        }
    }
    changes
}

/// Which claim after is the same as one before: they share the most, each seen from the other; of several, that with the
/// same id, which holds the sentence that was the first.
fn heirs(
    sides: &[Side<'_>; 2],
    shared: &BTreeMap<(usize, usize), usize>,
) -> BTreeSet<(usize, usize)> {
    let has_other_id = |(a, b): (usize, usize)| sides[0].claims[a].id != sides[1].claims[b].id;
    let mut ranked: Vec<_> = shared.iter().map(|(&pair, &n)| (n, pair)).collect();
    ranked.sort_by_key(|&(n, pair)| (Reverse(n), has_other_id(pair), pair));
    let (mut taken_a, mut taken_b) = (BTreeSet::new(), BTreeSet::new());
    ranked
        .into_iter()
        .filter(|&(_, (a, b))| {
            let free = !taken_a.contains(&a) && !taken_b.contains(&b);
            if free {
                taken_a.insert(a);
                taken_b.insert(b);
            }
            free
        })
        .map(|(_, pair)| pair)
        .collect()
}

fn change<'b>(
    sides: &[Side<'b>; 2],
    group: &[BTreeSet<usize>; 2],
    heirs: &BTreeSet<(usize, usize)>,
) -> Change<'b> {
    let claims = |side: usize| -> Vec<&'b ClaimRow<'b>> {
        group[side]
            .iter()
            .map(|&c| &sides[side].claims[c])
            .collect()
    };
    let (before, after) = (claims(0), claims(1));
    let mut sentences: BTreeMap<&str, &'b SentenceRow<'b>> = BTreeMap::new();
    for claim in before.iter().chain(&after) {
        for row in &claim.members {
            sentences.insert(row.key.as_ref(), row);
        }
    }
    let mut moves = Vec::new();
    for (key, sentence) in sentences {
        let at = [0, 1].map(|side| sides[side].owner.get(key).copied());
        let stays = matches!(at, [Some(a), Some(b)] if heirs.contains(&(a, b)));
        if !stays && !before.is_empty() && !after.is_empty() {
            moves.push(Move {
                sentence,
                from: at[0].map(|c| &sides[0].claims[c]),
                to: at[1].map(|c| &sides[1].claims[c]),
            });
        }
    }
    let what = match (before.len(), after.len()) {
        (_, 0) => What::Gone,
        (0, _) => What::New,
        (1, 1) if !moves.is_empty() => What::Changed,
        (1, 1) if before[0].label != after[0].label => What::Renamed,
        (1, 1) => What::Unchanged,
        (_, 1) => What::Merged,
        (1, _) => What::Split,
        _ => What::Rearranged,
    };
    Change {
        what,
        before,
        after,
        moves,
    }
}

const COLUMNS: [&str; 11] = [
    "what",
    "claims_before",
    "labels_before",
    "sentences_before",
    "claims_after",
    "labels_after",
    "sentences_after",
    "article_id",
    "sentence_key",
    "date",
    "sentence",
];

/// Writes `changes` as CSV: a row per change, followed by a row for each sentence that joined, left or moved.
///
/// # Errors
/// When `out` fails.
pub fn write(changes: &[Change], config: &Config, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Table::new(out, config.csv, config.formula_guard)?;
    rows.row(COLUMNS)?;
    for change in changes {
        rows.text(change.what.name())?;
        for claims in [&change.before, &change.after] {
            let ids: Vec<&str> = claims.iter().map(|claim| claim.id.as_ref()).collect();
            let labels: Vec<&str> = claims.iter().map(|claim| claim.label.as_ref()).collect();
            rows.text(&ids.join(" "))?;
            rows.text(&labels.join(" | "))?;
            rows.number(
                claims
                    .iter()
                    .map(|claim| claim.members.len())
                    .sum::<usize>(),
            )?;
        }
        for _ in 0..4 {
            rows.text("")?;
        }
        rows.end_row()?;
        for moved in &change.moves {
            rows.text(moved.name())?;
            for claim in [moved.from, moved.to] {
                rows.text(claim.map_or("", |claim| claim.id.as_ref()))?;
                rows.text(claim.map_or("", |claim| claim.label.as_ref()))?;
                rows.text("")?;
            }
            rows.text(&moved.sentence.article)?;
            rows.text(&moved.sentence.key)?;
            let date = moved.sentence.date;
            rows.text(&date.map_or_else(String::new, |date| date.to_string()))?;
            rows.text(&moved.sentence.text)?;
            rows.end_row()?;
        }
    }
    rows.finish().map(|_| ())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn book(claims: &[(&str, &str)]) -> Book<'static> {
        Book {
            claims: claims
                .iter()
                .map(|(id, keys)| ClaimRow {
                    id: Cow::Owned((*id).to_owned()),
                    members: keys
                        .split(' ')
                        .map(|key| SentenceRow {
                            key: Cow::Owned(key.to_owned()),
                            ..SentenceRow::default()
                        })
                        .collect(),
                    ..ClaimRow::default()
                })
                .collect(),
            ..Book::default()
        }
    }

    /// `what: moves` of each change.
    fn found(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let (before, after) = (book(before), book(after));
        diff(&before, &after)
            .iter()
            .map(|change| {
                let moves: Vec<String> = change
                    .moves
                    .iter()
                    .map(|moved| format!("{} {}", moved.sentence.key, moved.name()))
                    .collect();
                format!("{}: {}", change.what.name(), moves.join(", "))
            })
            .collect()
    }

    #[test]
    fn ids_do_not_matter() {
        assert_eq!(found(&[("A", "1 2")], &[("B", "2 1")]), ["unchanged: "]);
    }

    #[test]
    fn of_two_halves_that_with_the_id_is_the_same_claim() {
        let halves = [("A", "1 2"), ("B", "3 4")];
        assert_eq!(
            found(&[("B", "1 2 3 4")], &halves),
            ["split: 1 moved, 2 moved"]
        );
        assert_eq!(
            found(&halves, &[("A", "1 2 3 4")]),
            ["merged: 3 moved, 4 moved"]
        );
    }

    #[test]
    fn another_label_is_a_change_of_its_own() {
        let before = book(&[("A", "1 2")]);
        let mut after = before.clone();
        after.claims[0].label = "ny".into();
        assert_eq!(diff(&before, &after)[0].what, What::Renamed);
    }

    #[test]
    fn every_kind_of_change_is_told() {
        assert_eq!(
            found(&[("A", "1 2 3")], &[("A", "1 2 4")]),
            ["changed: 3 left, 4 joined"]
        );
        assert_eq!(
            found(&[("A", "1 2 3"), ("B", "4 5")], &[("A", "1 2 3 4 5")]),
            ["merged: 4 moved, 5 moved"]
        );
        assert_eq!(
            found(&[("A", "1 2 3 4 5")], &[("A", "1 2 3"), ("B", "4 5")]),
            ["split: 4 moved, 5 moved"]
        );
        assert_eq!(
            found(
                &[("A", "1 2 3"), ("B", "4 5")],
                &[("A", "1 2"), ("B", "3 4 5")]
            ),
            ["rearranged: 3 moved"]
        );
        assert_eq!(
            found(&[("A", "1 2"), ("B", "3 4")], &[("B", "3 4"), ("C", "5 6")]),
            ["gone: ", "unchanged: ", "new: "]
        );
    }

    #[test]
    fn the_table_has_a_row_per_change_and_per_sentence() {
        let (before, after) = (book(&[("A", "1 2 3")]), book(&[("A", "1 2")]));
        let mut out = Vec::new();
        write(&diff(&before, &after), &Config::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "changed,A,,3,A,,2,,,,");
        assert_eq!(lines[2], "left,A,,,,,,,3,,");
    }
}
