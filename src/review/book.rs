//! What a reviewer sees of a run: its claims, their sentences, and the sentences that nearly made it.
//!
//! In: a finished [`Run`], or a run folder ([`super::stored`]). Out: a [`Book`], from which `claims.csv`,
//! `clusters.csv`, `near_misses.csv`, `review.xlsx` and `report.html` are written. Numbers are rounded here as
//! the files show them, so that a book that was read from files equals the one that they were written from.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::in_force::InForce;
use super::key;
use crate::article::{Article, Date};
use crate::claim::Claim;
use crate::copies::Copies;
use crate::language;
use crate::pipeline::Run;
use crate::prepare::Document;
use crate::score::guards::Guard;
use crate::write::review::SENTENCES;

/// Near misses that are shown per claim, besides those that somebody decided on.
pub const NEAR_MISSES: usize = 5;

/// The claims of a run as reviewers see them, sorted by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Book<'a> {
    /// The claims.
    pub claims: Vec<ClaimRow<'a>>,
    /// Names of the columns that are carried through.
    pub extra_columns: Vec<Cow<'a, str>>,
}

/// A claim with its sentences.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClaimRow<'a> {
    /// Its id in this run.
    pub id: Cow<'a, str>,
    /// Its name.
    pub label: Cow<'a, str>,
    /// Id of the known claim that named it; empty otherwise.
    pub known: Cow<'a, str>,
    /// Id of the known claim that stands out most, whether or not it named it; empty when none comes near.
    pub nearest: Cow<'a, str>,
    /// How far that known claim stands out, 0 or more with four decimals.
    pub standing: Option<f64>,
    /// Number of its articles.
    pub articles: usize,
    /// Number of the different outlets that are known.
    pub sources: usize,
    /// Languages of its sentences, parted by spaces.
    pub languages: String,
    /// The first date of its articles.
    pub first_date: Option<Date>,
    /// The last date of its articles.
    pub last_date: Option<Date>,
    /// Mean probability, 0..=1 with four decimals, over the pairs of its sentences in different articles.
    pub cohesion: f64,
    /// `copy`, `reworded` or `mixed`.
    pub wording: Cow<'a, str>,
    /// `accepted` or `review`.
    pub tier: Cow<'a, str>,
    /// What people decided about it as a whole, as far as it is in force.
    pub in_force: Cow<'a, str>,
    /// Its sentences, in the order of the run.
    pub members: Vec<SentenceRow<'a>>,
    /// Sentences that are not in it, most likely first.
    pub near: Vec<SentenceRow<'a>>,
    /// The reviewer's: `correct`, `wrong`, `merge into`, `unsure`.
    pub decision: Cow<'a, str>,
    /// The reviewer's: a claim id.
    pub merge_into: Cow<'a, str>,
    /// The reviewer's: another name.
    pub new_label: Cow<'a, str>,
    /// The reviewer's.
    pub comment: Cow<'a, str>,
}

/// How a sentence stands to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Role {
    /// It stands for the claim.
    Representative,
    /// It is in the claim.
    #[default]
    Member,
    /// It is not in the claim, but came near.
    NearMiss,
}

impl Role {
    /// The name that files show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Representative => "representative",
            Self::Member => "member",
            Self::NearMiss => "near miss",
        }
    }
}

/// A sentence beside a claim.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SentenceRow<'a> {
    /// Id of its article.
    pub article: Cow<'a, str>,
    /// The newsroom; empty when not known.
    pub source: Cow<'a, str>,
    /// The day of its article.
    pub date: Option<Date>,
    /// Its language.
    pub language: Cow<'a, str>,
    /// Its number in the article, from 0.
    pub index: usize,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// Its kind.
    pub kind: Cow<'a, str>,
    /// Its text.
    pub text: Cow<'a, str>,
    /// Mean probability, 0..=1 with four decimals, that it states the same as the members in other articles.
    pub score: f64,
    /// How it stands to the claim.
    pub role: Role,
    /// `accepted` or `review`; empty for a near miss.
    pub tier: Cow<'a, str>,
    /// Why it is there, in words.
    pub reason: Cow<'a, str>,
    /// In what it differs from the sentence that it is compared with, in words; empty when in nothing.
    pub differs: Cow<'a, str>,
    /// Address of its article.
    pub url: Cow<'a, str>,
    /// The story of its article: the id of the story's first article.
    pub story: Cow<'a, str>,
    /// Its [`key`].
    pub key: Cow<'a, str>,
    /// For a near miss, the claim that it is in.
    pub in_claim: Cow<'a, str>,
    /// What people decided about it, as far as it is in force.
    pub in_force: Cow<'a, str>,
    /// The reviewer's: `keep`, `remove`, `move to`, `unsure`; for a near miss `add`, `reject`, `unsure`.
    pub decision: Cow<'a, str>,
    /// The reviewer's: a claim id.
    pub move_to: Cow<'a, str>,
    /// The reviewer's.
    pub comment: Cow<'a, str>,
    /// Values of the columns that are carried through.
    pub extra: Vec<Cow<'a, str>>,
}

impl<'a> ClaimRow<'a> {
    /// The sentence that stands for the claim: one of its members.
    pub fn representative(&self) -> Option<&SentenceRow<'a>> {
        self.members
            .iter()
            .find(|row| row.role == Role::Representative)
            .or(self.members.first())
    }
}

impl Book<'_> {
    /// Number of sentences in claims.
    pub fn n_members(&self) -> usize {
        self.claims.iter().map(|claim| claim.members.len()).sum()
    }

    /// Number of near misses.
    pub fn n_near(&self) -> usize {
        self.claims.iter().map(|claim| claim.near.len()).sum()
    }

    /// What tells this run from others: `r` and twelve hexadecimal digits, made from the claims and the keys
    /// of their sentences.
    pub fn identity(&self) -> String {
        let mut all = String::new();
        for claim in &self.claims {
            for part in std::iter::once(&claim.id).chain(claim.members.iter().map(|row| &row.key)) {
                all.push_str(part);
                all.push('\n');
            }
        }
        key::of("run", &all).replacen('s', "r", 1)
    }
}

/// The book of `run`.
pub fn of_run(run: &Run) -> Book<'_> {
    let mut claims: Vec<&Claim> = run.claims.iter().collect();
    claims.sort_by(|a, b| a.id.cmp(&b.id));
    let context = Context::new(run);
    Book {
        claims: claims
            .into_par_iter()
            .map(|claim| context.claim(claim))
            .collect(),
        extra_columns: run
            .extra_columns
            .iter()
            .map(|name| carried(name, &run.extra_columns))
            .collect(),
    }
}

/// The column of the tables for the column `name` of the inputs, of which there are these: one that would be taken for
/// a column of ours begins with `input_`.
fn carried<'a>(name: &'a str, all: &[String]) -> Cow<'a, str> {
    let ours = |name: &str| SENTENCES.contains(&name.trim().to_lowercase().as_str());
    let mut carried = Cow::Borrowed(name);
    while ours(&carried) || carried != name && all.iter().any(|other| *other == *carried) {
        carried = Cow::Owned(format!("input_{carried}"));
    }
    carried
}

/// A number as the files show it.
fn rounded(value: f64) -> f64 {
    format!("{value:.4}").parse().unwrap_or(value)
}

/// A sentence outside of a claim, with what it scores there.
struct Near {
    unit: u32,
    /// Mean probability over the members of other articles.
    score: f64,
    /// The member that it is most like.
    best: u32,
}

struct Context<'a> {
    run: &'a Run,
    /// By unit, the number of the claim that it is in.
    owner: Vec<Option<usize>>,
    /// Near misses by the place of the claim in the run, best first.
    near: Vec<Vec<Near>>,
    in_force: InForce<'a>,
    /// Number in the run of every claim id.
    number: BTreeMap<&'a str, usize>,
}

impl<'a> Context<'a> {
    fn new(run: &'a Run) -> Self {
        let mut owner = vec![None; run.prepared.units.len()];
        for (c, claim) in run.claims.iter().enumerate() {
            for member in &claim.members {
                owner[member.unit as usize] = Some(c);
            }
        }
        let in_force = InForce::new(run, &owner);
        let near = near_misses(run, &owner, &in_force);
        let number = run
            .claims
            .iter()
            .enumerate()
            .map(|(c, claim)| (claim.id.as_str(), c))
            .collect();
        Self {
            run,
            owner,
            near,
            in_force,
            number,
        }
    }

    fn claim(&self, claim: &'a Claim) -> ClaimRow<'a> {
        let run = self.run;
        let number = self.number.get(claim.id.as_str()).copied().unwrap_or(0);
        let documents: Vec<(&Document, u32)> = claim
            .members
            .iter()
            .map(|member| self.place(member.unit))
            .collect();
        let articles: BTreeSet<&str> = documents
            .iter()
            .map(|(document, _)| document.article.id.as_str())
            .collect();
        let sources: BTreeSet<&str> = documents
            .iter()
            .map(|(document, _)| document.article.source.as_str())
            .filter(|source| !source.is_empty())
            .collect();
        let languages: BTreeSet<&str> = documents
            .iter()
            .map(|(document, s)| language::code(document.languages[*s as usize]))
            .collect();
        let dates = documents
            .iter()
            .filter_map(|(document, _)| document.article.date);
        let representative = claim.representative().unit;
        let pairs: Vec<(u32, u32)> = claim
            .members
            .iter()
            .map(|member| (member.unit, representative))
            .chain(self.near[number].iter().map(|near| (near.unit, near.best)))
            .collect();
        let mut of_members = run.reasons(&pairs);
        let of_near = of_members.split_off(claim.members.len());
        let id_of = |known: usize| run.known[known].id.as_str();
        ClaimRow {
            id: Cow::Borrowed(&claim.id),
            label: Cow::Borrowed(&claim.label),
            known: Cow::Borrowed(claim.known.map_or("", id_of)),
            nearest: Cow::Borrowed(claim.nearest.map_or("", |nearest| id_of(nearest.known))),
            standing: claim.nearest.map(|nearest| rounded(nearest.standing)),
            articles: articles.len(),
            sources: sources.len(),
            languages: languages.into_iter().collect::<Vec<_>>().join(" "),
            first_date: dates.clone().min(),
            last_date: dates.max(),
            cohesion: rounded(claim.cohesion),
            wording: Cow::Borrowed(claim.wording.name()),
            tier: Cow::Borrowed(claim.tier.name()),
            in_force: self.in_force.of_claim(number).into(),
            members: claim
                .members
                .iter()
                .zip(of_members)
                .map(|(member, reason)| {
                    let mut row = self.sentence(member.unit, representative, member.score, reason);
                    row.role = if member.representative {
                        Role::Representative
                    } else {
                        Role::Member
                    };
                    row.tier = Cow::Borrowed(member.tier.name());
                    row.in_force = self.in_force.of_member(member.unit, number).into();
                    row
                })
                .collect(),
            near: self.near[number]
                .iter()
                .zip(of_near)
                .map(|(near, reason)| {
                    let mut row = self.sentence(near.unit, near.best, near.score, reason);
                    row.role = Role::NearMiss;
                    if let Some(other) = self.owner[near.unit as usize] {
                        row.in_claim = Cow::Borrowed(&run.claims[other].id);
                    }
                    row.in_force = self.in_force.of_near(near.unit, number).into();
                    row
                })
                .collect(),
            ..ClaimRow::default()
        }
    }

    /// A row for `unit`, compared with the unit `with`, which is like it for `reason`.
    fn sentence(&self, unit: u32, with: u32, score: f64, reason: String) -> SentenceRow<'a> {
        let (document, s) = self.place(unit);
        let d = self.run.prepared.places[unit as usize].0;
        let article: &Article = &document.article;
        let in_text = document.in_text(s as usize);
        let (reason, differs) = if unit == with {
            (String::new(), String::new())
        } else {
            (reason, self.differs(unit, with))
        };
        SentenceRow {
            article: Cow::Borrowed(&article.id),
            source: Cow::Borrowed(&article.source),
            date: article.date,
            language: Cow::Borrowed(language::code(document.languages[s as usize])),
            index: s as usize,
            start: in_text.start,
            end: in_text.end,
            kind: Cow::Borrowed(document.sentences[s as usize].kind.name()),
            text: Cow::Borrowed(document.text(s as usize)),
            score: rounded(score),
            reason: reason.into(),
            differs: differs.into(),
            url: Cow::Borrowed(&article.url),
            story: Cow::Borrowed(self.run.story(d)),
            key: key::of_sentence(document, s as usize).into(),
            extra: article.extra.iter().map(Into::into).collect(),
            ..SentenceRow::default()
        }
    }

    fn place(&self, unit: u32) -> (&'a Document, u32) {
        let (d, s) = self.run.prepared.places[unit as usize];
        (&self.run.documents[d as usize], s)
    }

    /// The guards of a pair, in words.
    fn differs(&self, a: u32, b: u32) -> String {
        // Copies that were set aside differ as those that stood for them do.
        let [a, b] = [a, b].map(|unit| self.run.copies.searched_for(unit));
        self.run.pairs.of(a, b).map_or_else(String::new, |pair| {
            let words: Vec<&str> = pair.guards.fired().filter_map(difference).collect();
            words.join(", ")
        })
    }
}

/// What a guard says, in words that a reviewer understands; `None` for one that tells of no difference, or of one that
/// synonyms have too (another word in one place).
fn difference(guard: Guard) -> Option<&'static str> {
    match guard {
        Guard::NumbersDiffer => Some("other numbers"),
        Guard::CountsDiffer => Some("counted differently"),
        Guard::NegationDiffers => Some("one is negated"),
        Guard::DenialDiffers => Some("one denies"),
        Guard::NamesDiffer => Some("other names"),
        Guard::DatesDiffer => Some("other dates"),
        Guard::Opposites => Some("opposite words"),
        Guard::Swapped => Some("roles swapped"),
        Guard::FalseFriends => Some("a word that only looks alike"),
        Guard::HappensOtherwise => Some("another verb in one place"),
        Guard::Renamed => Some("another name in one place"),
        Guard::Replaced | Guard::NamesOnly => None,
    }
}

/// The best sentences outside of each claim, by the place of the claim in the run.
fn near_misses(run: &Run, owner: &[Option<usize>], in_force: &InForce) -> Vec<Vec<Near>> {
    // Claim, unit outside of it, probability, unit in it.
    let mut links: Vec<(usize, u32, f64, u32)> = Vec::new();
    for pair in run.pairs.links() {
        for (inside, outside) in [(pair.left, pair.right), (pair.right, pair.left)] {
            if let Some(claim) = owner[inside as usize]
                && owner[outside as usize] != Some(claim)
            {
                links.push((claim, outside, pair.probability, inside));
            }
        }
    }
    links.extend(in_force.outside());
    links.par_sort_by(|a, b| {
        (a.0, a.1)
            .cmp(&(b.0, b.1))
            .then_with(|| b.2.total_cmp(&a.2))
            .then_with(|| a.3.cmp(&b.3))
    });
    let article = |unit: u32| run.prepared.units.unit(unit as usize).article;
    let mut near: Vec<Vec<Near>> = run.claims.iter().map(|_| Vec::new()).collect();
    for of_claim in links.chunk_by(|a, b| a.0 == b.0) {
        let claim = of_claim[0].0;
        let members = run.claims[claim].members.iter().map(|member| member.unit);
        let stands_for = copies_of(members.clone(), &run.copies);
        for of_unit in of_claim.chunk_by(|a, b| a.1 == b.1) {
            let (_, unit, _, best) = of_unit[0];
            let others = members.clone();
            let others = others.filter(|&member| article(member) != article(unit));
            #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
            let others = others.count().max(1) as f64;
            let all = |inside: u32| {
                let of_owner = stands_for.get(&run.copies.owner[inside as usize]);
                of_owner.copied().unwrap_or(1.0)
            };
            let links = of_unit.iter();
            let sum: f64 = links.map(|&(.., p, inside)| p * all(inside)).sum();
            near[claim].push(Near {
                unit,
                // An article may hold a copy, too.
                score: f64::min(sum / others, 1.0),
                best,
            });
        }
    }
    for (claim, near) in near.iter_mut().enumerate() {
        near.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| a.unit.cmp(&b.unit))
        });
        let mut shown = 0;
        near.retain(|near| {
            let decided = in_force.is_outside(near.unit, claim);
            shown += usize::from(!decided);
            decided || shown <= NEAR_MISSES
        });
    }
    near
}

/// By the owner of copies among `members` of which some were set aside: how many there are for each that was compared.
fn copies_of(members: impl Iterator<Item = u32>, copies: &Copies) -> BTreeMap<u32, f64> {
    let mut counts: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for member in members.filter(|&member| copies.is_copied(member)) {
        let owner = copies.owner[member as usize];
        let (all, compared) = counts.entry(owner).or_default();
        *all += 1.0;
        *compared += if copies.searched_for(member) == member {
            1.0
        } else {
            0.0
        };
    }
    let ratios = counts.into_iter();
    ratios
        .map(|(owner, (all, compared))| (owner, all / f64::max(compared, 1.0)))
        .collect()
}
