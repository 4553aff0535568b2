//! What reviewed rows tell about a run: how many are right, how far reviewers agree, what to look at next.
//!
//! A *row* is a sentence of a claim other than the one that stands for it. It is right when the last judgement about
//! it and a sentence of its claim says that they state the same, wrong when that says that they do not. A line that
//! sets two sentences apart is about the left one: `remove` sets a sentence apart from all others of its claim.
//!
//! The interval is Wilson's score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953), which holds for few
//! rows and for shares near 0 and 1; agreement is Cohen's kappa (Cohen 1960, doi:10.1177/001316446002000104).

use std::collections::{BTreeMap, BTreeSet};

use super::apply::replaced;
use super::book::{Book, Role, SentenceRow};
use super::decisions::{Decision, Judgement};
use super::key;

/// The quantile of the normal distribution for an interval of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// A share of rows, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Rows that are right.
    pub right: usize,
    /// Rows that were judged right or wrong.
    pub judged: usize,
    /// All rows.
    pub rows: usize,
    /// Lower end of the interval, 0..=1.
    pub low: f64,
    /// Upper end of the interval, 0..=1.
    pub high: f64,
}

impl Share {
    fn new(right: usize, judged: usize, rows: usize) -> Self {
        let (low, high) = wilson(right, judged);
        Self {
            right,
            judged,
            rows,
            low,
            high,
        }
    }

    /// The share itself, 0..=1; `None` when nothing was judged.
    pub fn value(&self) -> Option<f64> {
        (self.judged > 0).then(|| ratio(self.right, self.judged))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Wilson's score interval at 95 % for `right` of `n`; from 0 to 1 when `n` is 0.
pub fn wilson(right: usize, n: usize) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let share = ratio(right, n);
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let n = n as f64;
    let z2 = Z * Z;
    let centre = share + z2 / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z2 / n;
    (
        ((centre - spread) / whole).max(0.0),
        ((centre + spread) / whole).min(1.0),
    )
}

/// How far two reviewers agree about the rows that both judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The two, in the order of their names.
    pub reviewers: [String; 2],
    /// Rows that both judged.
    pub rows: usize,
    /// Rows that both judged alike.
    pub alike: usize,
    /// Cohen's kappa, -1..=1; `None` when both always said the same one thing, where it is not defined.
    pub kappa: Option<f64>,
}

/// A row that nobody has judged yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Next<'b> {
    /// Its claim.
    pub claim: &'b str,
    /// The name of its claim.
    pub label: &'b str,
    /// The sentence.
    pub row: &'b SentenceRow<'b>,
    /// By what it was ranked: the variance of its score, or that times the sentences of the claim; 0 for a random
    /// order.
    pub weight: f64,
}

/// What to look at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Rows whose score is nearest to one half: they teach the most.
    #[default]
    Uncertain,
    /// Uncertain rows of large claims: they change the most.
    Consequential,
    /// In an order that looks like none and is always the same: who reviews from its top reviews a random sample.
    Random,
}

/// What reviewed rows tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured<'b> {
    /// All rows.
    pub all: Share,
    /// The rows of each tier, by its name.
    pub tiers: BTreeMap<&'b str, Share>,
    /// Rows about which the last word is that nobody knows.
    pub unsure: usize,
    /// Every two reviewers who judged a row in common.
    pub agreement: Vec<Agreement>,
    /// Rows that nobody has judged, the first ones first.
    pub next: Vec<Next<'b>>,
}

/// The last judgement of each reviewer about the row of each claim: claim, sentence, reviewer.
type Verdicts<'d> = BTreeMap<(&'d str, &'d str), BTreeMap<&'d str, Judgement>>;

/// Measures `book` by `decisions`, and ranks what is left.
pub fn measure<'b>(book: &'b Book<'b>, decisions: &[Decision], order: Order) -> Measured<'b> {
    let replaced = replaced(decisions);
    let in_force = || {
        decisions
            .iter()
            .zip(&replaced)
            .filter(|(line, by)| by.is_none() && line.judgement != Judgement::Label)
            .map(|(line, _)| line)
    };
    let mut about: BTreeMap<&str, Vec<(&str, Judgement)>> = BTreeMap::new();
    for line in in_force() {
        let sides = [(&line.left, &line.right), (&line.right, &line.left)];
        let both = line.judgement == Judgement::Same;
        for (side, other) in sides.into_iter().take(1 + usize::from(both)) {
            let others = about.entry(side.key.as_str()).or_default();
            others.push((other.key.as_str(), line.judgement));
        }
    }
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut unsure = 0;
    let mut next = Vec::new();
    for claim in &book.claims {
        let keys: BTreeSet<&str> = claim.members.iter().map(|row| row.key.as_ref()).collect();
        for row in &claim.members {
            let last = about
                .get(row.key.as_ref())
                .into_iter()
                .flatten()
                .rfind(|(other, _)| keys.contains(other))
                .map(|&(_, judgement)| judgement);
            if row.role == Role::Representative {
                continue;
            }
            let of_tier = counts.entry(row.tier.as_ref()).or_default();
            of_tier[2] += 1;
            match last {
                Some(Judgement::Same) => {
                    of_tier[0] += 1;
                    of_tier[1] += 1;
                }
                Some(Judgement::Different) => of_tier[1] += 1,
                Some(_) => unsure += 1,
                None => {
                    let variance = row.score * (1.0 - row.score);
                    #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
                    let weight = match order {
                        Order::Uncertain => variance,
                        Order::Consequential => variance * (claim.members.len() - 1) as f64,
                        Order::Random => 0.0,
                    };
                    next.push(Next {
                        claim: &claim.id,
                        label: &claim.label,
                        row,
                        weight,
                    });
                }
            }
        }
    }
    next.sort_by(|a, b| {
        b.weight
            .total_cmp(&a.weight)
            .then_with(|| tie(order, a).cmp(&tie(order, b)))
    });
    let sum = |i: usize| counts.values().map(|of_tier| of_tier[i]).sum();
    Measured {
        all: Share::new(sum(0), sum(1), sum(2)),
        tiers: counts
            .iter()
            .map(|(&tier, &[right, judged, rows])| (tier, Share::new(right, judged, rows)))
            .collect(),
        unsure,
        agreement: agreement(in_force()),
        next,
    }
}

/// What decides between rows of equal weight.
fn tie<'n>(order: Order, next: &Next<'n>) -> (String, &'n str, &'n str) {
    let random = match order {
        Order::Random => key::of(next.claim, &next.row.key),
        Order::Uncertain | Order::Consequential => String::new(),
    };
    (random, next.claim, next.row.key.as_ref())
}

/// Agreement of every two reviewers. A row is a sentence in the review of a claim; of several judgements about it (a
/// removed sentence is kept from every other) that of the last line counts.
fn agreement<'d>(lines: impl Iterator<Item = &'d Decision>) -> Vec<Agreement> {
    let mut verdicts: Verdicts = BTreeMap::new();
    for line in lines.filter(|line| line.judgement != Judgement::Unsure) {
        verdicts
            .entry((line.claim.as_str(), line.left.key.as_str()))
            .or_default()
            .entry(line.reviewer.as_str())
            .and_modify(|judgement| *judgement = line.judgement)
            .or_insert(line.judgement);
    }
    // Both said the same, both said not, only the first said the same, only the second did.
    let mut tables: BTreeMap<(&str, &str), [usize; 4]> = BTreeMap::new();
    for of_row in verdicts.values() {
        for (i, (&a, &by_a)) in of_row.iter().enumerate() {
            for (&b, &by_b) in of_row.iter().skip(i + 1) {
                let cell = match (by_a == Judgement::Same, by_b == Judgement::Same) {
                    (true, true) => 0,
                    (false, false) => 1,
                    (true, false) => 2,
                    (false, true) => 3,
                };
                tables.entry((a, b)).or_default()[cell] += 1;
            }
        }
    }
    tables
        .into_iter()
        .map(|((a, b), table)| Agreement {
            reviewers: [a.to_owned(), b.to_owned()],
            rows: table.iter().sum(),
            alike: table[0] + table[1],
            kappa: kappa(table),
        })
        .collect()
}

/// Cohen's kappa of a table of two reviewers: both yes, both no, only the first yes, only the second yes.
pub fn kappa([both, neither, first, second]: [usize; 4]) -> Option<f64> {
    let n = both + neither + first + second;
    if n == 0 {
        return None;
    }
    let observed = ratio(both + neither, n);
    let (yes_a, yes_b) = (ratio(both + first, n), ratio(both + second, n));
    let expected = yes_a * yes_b + (1.0 - yes_a) * (1.0 - yes_b);
    (expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::book::ClaimRow;
    use crate::review::decisions::Side;

    fn near(found: f64, wanted: f64) -> bool {
        (found - wanted).abs() < 5e-4
    }

    /// Newcombe (1998), table I: 81 of 263 and 15 of 148, 0 of 20.
    #[test]
    fn the_interval_is_that_of_wilson() {
        for (right, n, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (29, 29, 0.8830, 1.0),
        ] {
            let (found_low, found_high) = wilson(right, n);
            assert!(
                near(found_low, low) && near(found_high, high),
                "{right} of {n}"
            );
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    /// The example of many textbooks: 20 and 15 alike, 5 and 10 not.
    #[test]
    fn kappa_is_that_of_cohen() {
        assert!(near(kappa([20, 15, 5, 10]).unwrap(), 0.4));
        assert!(near(kappa([0, 0, 5, 5]).unwrap(), -1.0));
        assert_eq!(kappa([7, 0, 0, 0]), None);
        assert_eq!(kappa([0; 4]), None);
    }

    fn book() -> Book<'static> {
        let row = |key: &'static str, role, score, tier: &'static str| SentenceRow {
            key: key.into(),
            tier: tier.into(),
            role,
            score,
            ..SentenceRow::default()
        };
        Book {
            claims: vec![
                ClaimRow {
                    id: "A".into(),
                    members: vec![
                        row("r", Role::Representative, 0.5, "accepted"),
                        row("x", Role::Member, 0.9, "accepted"),
                        row("y", Role::Member, 0.8, "accepted"),
                        row("z", Role::Member, 0.4, "review"),
                    ],
                    ..ClaimRow::default()
                },
                ClaimRow {
                    id: "B".into(),
                    members: vec![
                        row("s", Role::Representative, 0.5, "review"),
                        row("t", Role::Member, 0.45, "review"),
                    ],
                    ..ClaimRow::default()
                },
            ],
            ..Book::default()
        }
    }

    fn line(judgement: Judgement, left: &str, right: &str, reviewer: &str) -> Decision {
        Decision {
            line: 2,
            judgement,
            left: Side::new("", left, ""),
            right: Side::new("", right, ""),
            label: String::new(),
            claim: "A".into(),
            reviewer: reviewer.into(),
            date: String::new(),
            comment: String::new(),
        }
    }

    #[test]
    fn rows_are_counted_by_tier_and_the_rest_is_ranked() {
        let book = book();
        let decisions = [
            line(Judgement::Same, "x", "r", "K"),
            line(Judgement::Different, "y", "r", "K"),
            line(Judgement::Different, "y", "x", "K"),
            // Of a sentence that is not in the claim: no row.
            line(Judgement::Same, "z", "elsewhere", "K"),
        ];
        let measured = measure(&book, &decisions, Order::Uncertain);
        let count = |share: &Share| (share.right, share.judged, share.rows);
        assert_eq!(count(&measured.all), (1, 2, 4));
        assert_eq!(count(&measured.tiers["accepted"]), (1, 2, 2));
        assert_eq!(count(&measured.tiers["review"]), (0, 0, 2));
        let next: Vec<&str> = measured
            .next
            .iter()
            .map(|next| next.row.key.as_ref())
            .collect();
        assert_eq!(next, ["t", "z"]);
        let measured = measure(&book, &decisions, Order::Consequential);
        let next: Vec<&str> = measured
            .next
            .iter()
            .map(|next| next.row.key.as_ref())
            .collect();
        assert_eq!(next, ["z", "t"]);
    }

    #[test]
    fn the_random_order_is_always_the_same_and_not_that_of_the_run() {
        let mut book = book();
        let keys: Vec<String> = (0..50).map(|n| format!("k{n:02}")).collect();
        book.claims[0]
            .members
            .extend(keys.iter().map(|key| SentenceRow {
                key: key.clone().into(),
                ..SentenceRow::default()
            }));
        let order = |book: &Book| -> Vec<String> {
            measure(book, &[], Order::Random)
                .next
                .iter()
                .map(|next| next.row.key.to_string())
                .collect()
        };
        let first = order(&book);
        assert_eq!(first, order(&book));
        let mut sorted = first.clone();
        sorted.sort();
        assert_ne!(first, sorted);
        assert_eq!(first.len(), 54);
    }

    #[test]
    fn reviewers_are_compared_by_rows_and_not_by_lines() {
        let book = book();
        let decisions = [
            line(Judgement::Different, "y", "r", "K"),
            line(Judgement::Different, "y", "x", "K"),
            line(Judgement::Same, "x", "r", "K"),
            line(Judgement::Different, "y", "r", "O"),
            line(Judgement::Different, "y", "x", "O"),
            line(Judgement::Different, "x", "r", "O"),
            line(Judgement::Unsure, "z", "r", "O"),
        ];
        let measured = measure(&book, &decisions, Order::Uncertain);
        assert_eq!(measured.unsure, 1);
        let [agreement] = &measured.agreement[..] else {
            panic!("{:?}", measured.agreement);
        };
        assert_eq!((agreement.rows, agreement.alike), (2, 1));
        assert!(near(agreement.kappa.unwrap(), 0.0));
    }
}
