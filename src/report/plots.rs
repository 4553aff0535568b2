//! The plots of the page: which outlet has which claim, and who had a claim first.

use std::collections::{BTreeMap, BTreeSet};

use crate::article::Date;
use crate::review::book::ClaimRow;

/// Claims that a plot shows.
pub(super) const PLOTTED: usize = 40;
/// Outlets that a plot shows.
pub(super) const OUTLETS: usize = 16;

/// Which outlet tells of which claim, and how often.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Matrix<'a> {
    /// The outlets, those with most claims first.
    pub(super) outlets: Vec<&'a str>,
    /// A row per claim, in the order of the page.
    pub(super) rows: Vec<MatrixRow<'a>>,
    /// Outlets that are not shown.
    pub(super) n_more_outlets: usize,
}

#[derive(Debug, PartialEq)]
pub(super) struct MatrixRow<'a> {
    pub(super) id: &'a str,
    pub(super) label: &'a str,
    /// By outlet.
    pub(super) cells: Vec<Cell>,
}

/// Sentences of an outlet in a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) n: usize,
    /// How dark the cell is, from 0 to 4.
    pub(super) shade: usize,
}

pub(super) fn matrix<'a>(claims: &[&'a ClaimRow<'a>], outlets: &[&'a str]) -> Matrix<'a> {
    let shown = &outlets[..outlets.len().min(OUTLETS)];
    Matrix {
        outlets: shown.to_vec(),
        n_more_outlets: outlets.len() - shown.len(),
        rows: claims
            .iter()
            .take(PLOTTED)
            .map(|claim| MatrixRow {
                id: &claim.id,
                label: &claim.label,
                cells: shown
                    .iter()
                    .map(|outlet| {
                        let of_outlet = |row: &&_| outlet_of(row) == *outlet;
                        let n = claim.members.iter().filter(of_outlet).count();
                        Cell { n, shade: n.min(4) }
                    })
                    .collect(),
            })
            .collect(),
    }
}

fn outlet_of<'r>(row: &'r crate::review::book::SentenceRow) -> &'r str {
    &row.source
}

/// The first day of each outlet, per claim, as dots on a line of days.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Timeline<'a> {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) rows: Vec<TimelineRow<'a>>,
    /// Of each outlet, the claims that it had alone on the first day, and all that it had.
    pub(super) firsts: Vec<(&'a str, usize, usize)>,
}

#[derive(Debug, PartialEq)]
pub(super) struct TimelineRow<'a> {
    pub(super) id: &'a str,
    pub(super) label: &'a str,
    pub(super) y: usize,
    pub(super) dots: Vec<Dot>,
}

/// What was told on a day, by one outlet or several.
#[derive(Debug, PartialEq)]
pub(super) struct Dot {
    pub(super) x: i64,
    pub(super) first: bool,
    /// How many outlets.
    pub(super) n: usize,
    pub(super) title: String,
}

/// Where the line of days begins and how long it is, in units of the plot.
const LEFT: i64 = 20;
pub(super) const WIDTH: i64 = 560;
/// Height of a row.
pub(super) const ROW: usize = 22;

impl Timeline<'_> {
    /// Height of the plot.
    pub(super) fn height(&self) -> usize {
        self.rows.len() * ROW + 24
    }
}

pub(super) fn timeline<'a>(claims: &[&'a ClaimRow<'a>]) -> Timeline<'a> {
    let mut days: BTreeSet<Date> = BTreeSet::new();
    let mut firsts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut told: Vec<(&'a ClaimRow<'a>, BTreeMap<Date, BTreeSet<&'a str>>)> = Vec::new();
    for &claim in claims {
        let mut of_outlet: BTreeMap<&'a str, Date> = BTreeMap::new();
        for row in &claim.members {
            if let Some(date) = row.date.filter(|_| !row.source.is_empty()) {
                let day = of_outlet.entry(row.source.as_ref()).or_insert(date);
                *day = date.min(*day);
            }
        }
        if of_outlet.len() < 2 {
            continue;
        }
        let mut of_day: BTreeMap<Date, BTreeSet<&'a str>> = BTreeMap::new();
        for (&outlet, &day) in &of_outlet {
            of_day.entry(day).or_default().insert(outlet);
            firsts.entry(outlet).or_default().1 += 1;
        }
        if let Some(first) = of_day.values().next().filter(|outlets| outlets.len() == 1) {
            for &outlet in first {
                firsts.entry(outlet).or_default().0 += 1;
            }
        }
        if told.len() < PLOTTED {
            days.extend(of_day.keys());
            told.push((claim, of_day));
        }
    }
    let (Some(&first), Some(&last)) = (days.first(), days.last()) else {
        return Timeline::default();
    };
    let span = (last.day_number() - first.day_number()).max(1);
    let x = |day: Date| LEFT + (day.day_number() - first.day_number()) * WIDTH / span;
    let mut firsts: Vec<_> = firsts.into_iter().map(|(o, (a, b))| (o, a, b)).collect();
    firsts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    firsts.truncate(OUTLETS);
    Timeline {
        first: first.to_string(),
        last: last.to_string(),
        rows: told
            .into_iter()
            .zip(0..)
            .map(|((claim, of_day), i)| TimelineRow {
                id: &claim.id,
                label: &claim.label,
                y: i * ROW + ROW / 2,
                dots: of_day
                    .into_iter()
                    .enumerate()
                    .map(|(i, (day, outlets))| Dot {
                        x: x(day),
                        first: i == 0,
                        n: outlets.len(),
                        title: format!(
                            "{day}: {}",
                            outlets.into_iter().collect::<Vec<_>>().join(", ")
                        ),
                    })
                    .collect(),
            })
            .collect(),
        firsts,
    }
}
