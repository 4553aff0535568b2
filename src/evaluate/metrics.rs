//! The figures of an evaluation as rows of a table, so that quality has a history.

use std::io;

use super::Report;
use super::bootstrap::Interval;
use super::share;
use super::stories::BCubed;
use crate::spreadsheet::Table;

/// The figures of [`super::Tally::figures`], in their order.
pub const FIGURES: [&str; 5] = [
    "precision",
    "recall",
    "f1",
    "claims_found",
    "clean_clusters",
];

/// Columns of the table.
pub const COLUMNS: [&str; 6] = ["metric", "group", "value", "low", "high", "n"];

/// A figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// What is measured.
    pub name: &'static str,
    /// Of which part: `all`, a pair of languages, a level of paraphrase.
    pub group: String,
    /// The figure, 0..=1; `None` where there is nothing to count.
    pub value: Option<f64>,
    /// Its interval of 95 %, where there is one.
    pub interval: Option<Interval>,
    /// Of how many the figure is a share or mean.
    pub n: usize,
}

/// The figures of `report`, and of the grouping of articles into stories where it is known, in a fixed order.
pub fn of(report: &Report, stories: Option<BCubed>) -> Vec<Metric> {
    let mut metrics = overall(report);
    if let Some(stories) = stories {
        let names = [
            "story_b_cubed_precision",
            "story_b_cubed_recall",
            "story_b_cubed_f1",
        ];
        for (name, value) in names
            .into_iter()
            .zip([stories.precision, stories.recall, stories.f1])
        {
            metrics.push(plain(name, "all", value, report.n_articles));
        }
    }
    for line in &report.languages {
        let [precision, recall, f1] = line.figures();
        metrics.push(plain("precision", &line.name, precision, line.predicted));
        metrics.push(plain("recall", &line.name, recall, line.wanted));
        metrics.push(plain("f1", &line.name, f1, line.wanted));
    }
    for (level, sums) in report.levels() {
        metrics.push(plain(
            "recall",
            level,
            share(sums.pairs_found, sums.pairs),
            sums.pairs,
        ));
        let found = share(sums.claims_found, sums.claims);
        metrics.push(plain("claims_found", level, found, sums.claims));
    }
    metrics
}

fn overall(report: &Report) -> Vec<Metric> {
    let values = report.total().figures();
    let counts = [
        report.predicted,
        report.wanted,
        report.wanted,
        report.claims,
        report.clusters,
    ];
    let mut metrics: Vec<Metric> = FIGURES
        .into_iter()
        .zip(values)
        .zip(counts.into_iter().zip(report.intervals))
        .map(|((name, value), (n, interval))| Metric {
            interval: Some(interval),
            ..plain(name, "all", value, n)
        })
        .collect();
    for (name, value) in [
        ("b_cubed_precision", report.b_cubed_precision),
        ("b_cubed_recall", report.b_cubed_recall),
        ("b_cubed_f1", report.b_cubed_f1),
    ] {
        metrics.push(plain(name, "all", value, report.n_labelled));
    }
    metrics
}

fn plain(name: &'static str, group: &str, value: f64, n: usize) -> Metric {
    Metric {
        name,
        group: group.to_owned(),
        value: (n > 0).then_some(value),
        interval: None,
        n,
    }
}

/// Writes `metrics` with a header.
///
/// # Errors
/// When the output fails.
pub fn write<W: io::Write>(metrics: &[Metric], mut table: Table<W>) -> io::Result<()> {
    table.row(COLUMNS)?;
    for metric in metrics {
        table.text(metric.name)?;
        table.text(&metric.group)?;
        match metric.value {
            Some(value) => table.fraction(value)?,
            None => table.text("")?,
        }
        if let Some(interval) = metric.interval {
            table.fraction(interval.low)?;
            table.fraction(interval.high)?;
        } else {
            table.text("")?;
            table.text("")?;
        }
        table.number(metric.n)?;
        table.end_row()?;
    }
    table.finish().map(|_| ())
}
