//! What the template shows.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use rayon::prelude::*;

use super::highlight::{self, Mark, Piece};
use super::plots::{self, Matrix, Timeline};
use super::{MOST_CLAIMS, SCRIPT, STYLE};
use crate::claim::Claim;
use crate::pipeline::Run;
use crate::review::apply::Applied;
use crate::review::book::{Book, ClaimRow, Role, SentenceRow};

/// The page.
#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page<'a> {
    policy: String,
    style: &'static str,
    script: &'static str,
    version: &'static str,
    identity: String,
    n_articles: usize,
    n_sentences: usize,
    n_claims: usize,
    n_members: usize,
    n_accepted: usize,
    n_review: usize,
    n_more: usize,
    decisions: Vec<String>,
    languages: Vec<&'a str>,
    outlets: Vec<&'a str>,
    matrix: Matrix<'a>,
    timeline: Timeline<'a>,
    cards: Vec<Card<'a>>,
}

/// A claim.
struct Card<'a> {
    row: &'a ClaimRow<'a>,
    first: String,
    last: String,
    n_sentences: usize,
    /// Numbers of the outlets in the list of the page, with spaces around each.
    outlets: String,
    columns: Vec<Column<'a>>,
}

/// The sentences of a claim in one language.
struct Column<'a> {
    language: &'a str,
    name: &'static str,
    sentences: Vec<Said<'a>>,
}

struct Said<'a> {
    row: &'a SentenceRow<'a>,
    date: String,
    link: Option<&'a str>,
    pieces: Vec<Piece<'a>>,
}

impl Said<'_> {
    fn is_representative(&self) -> bool {
        self.row.role == Role::Representative
    }
}

impl<'a> Page<'a> {
    pub(super) fn new(run: &'a Run, book: &'a Book<'a>) -> Self {
        let mut claims: Vec<&'a ClaimRow<'a>> = book.claims.iter().collect();
        claims.sort_by(|a, b| {
            (b.articles, b.members.len())
                .cmp(&(a.articles, a.members.len()))
                .then_with(|| a.id.cmp(&b.id))
        });
        let outlets = outlets(&claims);
        let numbers: BTreeMap<&str, usize> = outlets.iter().copied().zip(0..).collect();
        let by_id: BTreeMap<&str, &Claim> = run
            .claims
            .iter()
            .map(|claim| (claim.id.as_str(), claim))
            .collect();
        let shown = &claims[..claims.len().min(MOST_CLAIMS)];
        let languages: BTreeSet<&str> = shown
            .iter()
            .flat_map(|claim| claim.members.iter().map(|row| row.language.as_ref()))
            .collect();
        let accepted = |claim: &&&ClaimRow| claim.tier == "accepted";
        let n_accepted = claims.iter().filter(accepted).count();
        Self {
            policy: super::policy(),
            style: STYLE,
            script: SCRIPT,
            version: env!("CARGO_PKG_VERSION"),
            identity: book.identity(),
            n_articles: run.documents.len(),
            n_sentences: run.prepared.places.len(),
            n_claims: claims.len(),
            n_members: book.n_members(),
            n_accepted,
            n_review: claims.len() - n_accepted,
            n_more: claims.len() - shown.len(),
            decisions: run
                .decisions
                .as_ref()
                .map_or_else(Vec::new, Applied::in_words),
            languages: languages.into_iter().collect(),
            matrix: plots::matrix(shown, &outlets),
            timeline: plots::timeline(shown),
            cards: shown
                .par_iter()
                .map(|claim| card(run, claim, by_id.get(claim.id.as_ref()).copied(), &numbers))
                .collect(),
            outlets,
        }
    }
}

/// The outlets, those with most claims first.
fn outlets<'a>(claims: &[&'a ClaimRow<'a>]) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for claim in claims {
        let of_claim: BTreeSet<&str> = claim
            .members
            .iter()
            .map(|row| row.source.as_ref())
            .collect();
        for outlet in of_claim.into_iter().filter(|outlet| !outlet.is_empty()) {
            *counts.entry(outlet).or_default() += 1;
        }
    }
    let mut outlets: Vec<(&str, usize)> = counts.into_iter().collect();
    outlets.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    outlets.into_iter().map(|(outlet, _)| outlet).collect()
}

fn card<'a>(
    run: &Run,
    row: &'a ClaimRow<'a>,
    claim: Option<&Claim>,
    numbers: &BTreeMap<&str, usize>,
) -> Card<'a> {
    let of_claim: BTreeSet<usize> = row
        .members
        .iter()
        .filter_map(|member| numbers.get(member.source.as_ref()).copied())
        .collect();
    let mut outlets = String::from(" ");
    for outlet in of_claim {
        outlets.push_str(&outlet.to_string());
        outlets.push(' ');
    }
    let mut columns: BTreeMap<(usize, &str), Vec<Said<'a>>> = BTreeMap::new();
    for (member, pieces) in row.members.iter().zip(pieces(run, row, claim)) {
        let language = member.language.as_ref();
        columns
            .entry((order_of(language), language))
            .or_default()
            .push(Said {
                row: member,
                date: day(member.date),
                link: is_web(&member.url).then_some(member.url.as_ref()),
                pieces,
            });
    }
    Card {
        row,
        first: day(row.first_date),
        last: day(row.last_date),
        n_sentences: row.members.len(),
        outlets,
        columns: columns
            .into_iter()
            .map(|((_, language), sentences)| Column {
                language,
                name: name_of(language),
                sentences,
            })
            .collect(),
    }
}

/// The sentences of a claim in pieces: each is compared with the one that stands for the claim, and that with all.
fn pieces<'a>(run: &Run, row: &'a ClaimRow<'a>, claim: Option<&Claim>) -> Vec<Vec<Piece<'a>>> {
    let Some(claim) = claim else {
        let plain = |member: &'a SentenceRow<'a>| {
            let text = member.text.as_ref();
            vec![Piece {
                text,
                mark: Mark::Plain,
            }]
        };
        return row.members.iter().map(plain).collect();
    };
    let stands = claim.representative().unit;
    let mut of_all = BTreeSet::new();
    let mut words = Vec::new();
    for member in &claim.members {
        let shared = if member.unit == stands {
            BTreeSet::new()
        } else {
            let [left, right] = highlight::shared(run, stands, member.unit);
            of_all.extend(left);
            right
        };
        words.push(shared);
    }
    let numbers = |member: &SentenceRow| {
        member.differs.contains("numbers") || member.differs.contains("counted")
    };
    let negation = |member: &SentenceRow| {
        member.differs.contains("negated") || member.differs.contains("denies")
    };
    let any = |differs: &dyn Fn(&SentenceRow) -> bool| row.members.iter().any(differs);
    let (any_number, any_negation) = (any(&numbers), any(&negation));
    row.members
        .iter()
        .zip(&claim.members)
        .zip(words)
        .map(|((member, unit), shared)| {
            let text = member.text.as_ref();
            if unit.unit == stands {
                highlight::pieces(run, text, &of_all, any_number, any_negation)
            } else {
                highlight::pieces(run, text, &shared, numbers(member), negation(member))
            }
        })
        .collect()
}

impl Column<'_> {
    /// The language as pages tell it; `no` where it may be either of two.
    fn lang(&self) -> &str {
        match self.language {
            "unsure" => "no",
            language => language,
        }
    }
}

/// Characters of a label beside a plot.
const SHORT: usize = 44;

/// A label that fits beside a plot.
fn short(label: &str) -> String {
    if label.chars().count() <= SHORT {
        return label.to_owned();
    }
    label.chars().take(SHORT - 1).chain(['…']).collect()
}

/// Whether an address may be a link: others could run something.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn day(date: Option<crate::article::Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// The order of the columns.
fn order_of(language: &str) -> usize {
    ["nb", "nn", "da"]
        .iter()
        .position(|known| *known == language)
        .unwrap_or(3)
}

/// The name of a language, for headings.
fn name_of(language: &str) -> &'static str {
    match language {
        "nb" => "Bokmål",
        "nn" => "Nynorsk",
        "da" => "Danish",
        _ => "Unsure",
    }
}
