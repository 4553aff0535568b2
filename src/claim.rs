//! Claims from clusters: who is in them, how sure, how alike in wording.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::candidates::Scope;
use crate::cluster::Cut;
use crate::copies::Copies;
use crate::prepare::{Document, Prepared};
use crate::score::Tie;
use crate::tables;

/// Soft Dice coefficient from which on two sentences are near word for word the same, also across languages.
const COPY: f64 = 0.85;

/// How much higher an average the join of sentences to four or more needs.
const MORE_FOR_LARGE: f64 = 0.12;

/// What clusters of sentences need to join, when two or three need the average probability `cut`, 0..=1.
pub fn cut(cut: f64) -> Cut {
    Cut {
        least: cut,
        // Sentences that are surely the same reach any bar.
        large: (cut + MORE_FOR_LARGE).min(f64::midpoint(cut, 1.0)),
    }
}

/// Whether a claim, or a sentence in it, is accepted or wants a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Sure enough.
    Accepted,
    /// A person should look.
    Review,
}

impl Tier {
    /// The name that files show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Review => "review",
        }
    }
}

/// How alike the sentences of a claim are worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// Near word for word, as agency text is.
    Copy,
    /// In different words.
    Reworded,
    /// Some of each.
    Mixed,
}

impl Wording {
    /// The name that files show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Reworded => "reworded",
            Self::Mixed => "mixed",
        }
    }
}

/// A sentence of a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// Unit number.
    pub unit: u32,
    /// Mean probability, 0..=1, that it states the same as the members in other articles.
    pub score: f64,
    /// Whether it stands for the claim.
    pub representative: bool,
    /// How sure its membership is.
    pub tier: Tier,
}

/// How far a known claim stands out for the sentences of a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Its number in [`Run::known`](crate::pipeline::Run::known).
    pub known: usize,
    /// The root of the mean probability times the median margin (of two in the middle the lower), 0 or more.
    pub standing: f64,
}

/// A claim that several articles share.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Stable id, from the article id and text of the first member.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Number of the known claim that named it.
    pub known: Option<usize>,
    /// The known claim that stands out most for its sentences, if any comes near.
    pub nearest: Option<Nearest>,
    /// Its sentences, in the order of the run.
    pub members: Vec<Member>,
    /// Mean probability, 0..=1, over the pairs of members in different articles.
    pub cohesion: f64,
    /// How alike its sentences are worded.
    pub wording: Wording,
    /// How sure it is.
    pub tier: Tier,
}

impl Claim {
    /// The member that stands for the claim.
    ///
    /// # Panics
    /// Never: a claim has members.
    pub fn representative(&self) -> Member {
        self.members
            .iter()
            .copied()
            .find(|member| member.representative)
            .unwrap_or(self.members[0])
    }
}

/// Limits of what becomes a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bars {
    /// Articles that a claim needs.
    pub min_articles: usize,
    /// Probability that a claim of two sentences needs.
    pub pair: f64,
    /// Probability from which on a claim or member is accepted.
    pub accept: f64,
}

/// What was compared, and what came of it.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The scored pairs.
    pub pairs: &'a [Tie],
    /// The copies that stand for others.
    pub copies: &'a Copies,
    /// Which articles were compared.
    pub scope: &'a Scope,
}

/// Claims of the clusters that `owner` gives to every unit (labels are left empty), in the order of their
/// first members. A claim needs sentences of enough articles and one that is more than a heading.
/// Pairs of one group of the scope do not count in means.
/// A claim of two sentences needs [`Bars::pair`], unless they are one of the pairs `together` (sorted, the smaller
/// unit first) that people put together.
pub fn build(
    owner: &[u32],
    compared: Compared,
    prepared: &Prepared,
    documents: &[Document],
    bars: Bars,
    together: &[(u32, u32)],
) -> Vec<Claim> {
    let mut clusters: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &unit in &prepared.members {
        clusters.entry(owner[unit as usize]).or_default().push(unit);
    }
    clusters.retain(|_, units| is_claim(units, prepared, bars.min_articles));
    let mut within: FxHashMap<u32, Vec<&Tie>> = FxHashMap::default();
    for pair in compared.pairs {
        let owner_of = |unit: u32| owner[unit as usize];
        if owner_of(pair.left) == owner_of(pair.right) {
            within.entry(owner_of(pair.left)).or_default().push(pair);
        }
    }
    let mut ids = BTreeSet::new();
    clusters
        .into_iter()
        .map(|(cluster, units)| {
            let pairs = within.get(&cluster).map_or(&[][..], Vec::as_slice);
            let claim = measure(&units, pairs, compared, prepared, bars);
            (units, claim)
        })
        .filter(|(units, claim)| {
            let decided = || together.binary_search(&(units[0], units[1])).is_ok();
            units.len() > 2 || claim.cohesion >= bars.pair || decided()
        })
        .map(|(units, mut claim)| {
            claim.id = unique_id(units[0], prepared, documents, &mut ids);
            claim
        })
        .collect()
}

fn is_claim(units: &[u32], prepared: &Prepared, min_articles: usize) -> bool {
    let of = |unit: &u32| prepared.units.unit(*unit as usize);
    let articles: BTreeSet<u32> = units.iter().map(|unit| of(unit).article).collect();
    units.len() > 1
        && articles.len() >= min_articles
        && units.iter().any(|unit| of(unit).kind.may_found())
}

fn measure(
    units: &[u32],
    pairs: &[&Tie],
    compared: Compared,
    prepared: &Prepared,
    bars: Bars,
) -> Claim {
    let texts = compared.copies;
    let group = |unit: u32| {
        compared
            .scope
            .group(prepared.units.unit(unit as usize).article)
    };
    let mut sums: BTreeMap<u32, f64> = units.iter().map(|&unit| (unit, 0.0)).collect();
    let mut per_group: BTreeMap<u32, u32> = BTreeMap::new();
    for &unit in units {
        *per_group.entry(group(unit)).or_default() += 1;
    }
    let (mut sum, mut copies) = (0.0, 0u32);
    let mut in_copies: BTreeSet<u32> = BTreeSet::new();
    for pair in pairs {
        let (left, right) = (pair.left, pair.right);
        if texts.is_copied(left) && texts.owner[left as usize] == texts.owner[right as usize] {
            continue;
        }
        let for_left = texts.factor(left, group(right));
        let for_right = texts.factor(right, group(left));
        sum += pair.probability * for_left * for_right;
        *sums.entry(left).or_default() += pair.probability * for_right;
        *sums.entry(right).or_default() += pair.probability * for_left;
        if pair.dice >= COPY {
            copies += 1;
            in_copies.extend([pair.left, pair.right]);
        }
    }
    let (sum_of_copies, all_copies) = measure_copies(units, texts, group, &mut sums);
    sum += sum_of_copies;
    copies += u32::from(!all_copies.is_empty());
    in_copies.extend(all_copies);
    let n = u32::try_from(units.len()).unwrap_or(u32::MAX);
    let others = |unit: u32| f64::from(n - per_group.get(&group(unit)).copied().unwrap_or(0));
    let n_pairs: f64 = units.iter().map(|&unit| others(unit)).sum::<f64>() / 2.0;
    // Copies of two texts in one claim stand for a little more or less than all their pairs.
    let cohesion = (sum / n_pairs.max(1.0)).min(1.0);
    let best = sums
        .iter()
        .filter(|(unit, _)| prepared.units.unit(**unit as usize).kind.may_found())
        .max_by(|a, b| a.1.total_cmp(b.1).then_with(|| b.0.cmp(a.0)))
        .map(|(&unit, _)| unit);
    let tier = |score: f64| {
        if score >= bars.accept {
            Tier::Accepted
        } else {
            Tier::Review
        }
    };
    let members = units
        .iter()
        .map(|&unit| {
            let score = sums.get(&unit).copied().unwrap_or(0.0) / others(unit).max(1.0);
            let score = score.min(1.0);
            Member {
                unit,
                score,
                representative: Some(unit) == best,
                tier: tier(score),
            }
        })
        .collect();
    let wording = if copies == 0 {
        Wording::Reworded
    } else if in_copies.len() == units.len() {
        Wording::Copy
    } else {
        Wording::Mixed
    };
    Claim {
        id: String::new(),
        label: String::new(),
        known: None,
        nearest: None,
        members,
        cohesion,
        wording,
        tier: tier(cohesion),
    }
}

/// Adds to `sums` what copies are to each other, which is 1, and gives those that were set aside the mean of what the
/// others are to the rest of the claim. Returns the sum over the pairs of copies, and the copies.
fn measure_copies(
    units: &[u32],
    texts: &Copies,
    group: impl Fn(u32) -> u32,
    sums: &mut BTreeMap<u32, f64>,
) -> (f64, Vec<u32>) {
    let mut by_owner: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &unit in units.iter().filter(|&&unit| texts.is_copied(unit)) {
        by_owner
            .entry(texts.owner[unit as usize])
            .or_default()
            .push(unit);
    }
    let mut sum = 0.0;
    let mut all = Vec::new();
    for copies in by_owner.into_values() {
        let n = count(copies.len());
        let searched: Vec<u32> = copies
            .iter()
            .copied()
            .filter(|unit| texts.searched.binary_search(unit).is_ok())
            .collect();
        let outside = searched
            .iter()
            .filter_map(|unit| sums.get(unit))
            .sum::<f64>()
            / count(searched.len()).max(1.0);
        let mut per_group: BTreeMap<u32, usize> = BTreeMap::new();
        for &unit in &copies {
            *per_group.entry(group(unit)).or_default() += 1;
        }
        for &unit in &copies {
            let elsewhere = n - count(per_group.get(&group(unit)).copied().unwrap_or(0));
            sum += elsewhere / 2.0;
            let mine = sums.entry(unit).or_default();
            if searched.binary_search(&unit).is_err() {
                *mine = outside;
            }
            *mine += elsewhere;
        }
        all.extend(copies);
    }
    (sum, all)
}

#[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
fn count(n: usize) -> f64 {
    n as f64
}

/// `c` and ten hexadecimal digits of the SHA-256 of the first member's article id and text.
fn unique_id(
    first: u32,
    prepared: &Prepared,
    documents: &[Document],
    taken: &mut BTreeSet<String>,
) -> String {
    let (d, s) = prepared.places[first as usize];
    let document = &documents[d as usize];
    let mut hash = Sha256::new();
    hash.update(document.article.id.as_bytes());
    hash.update([0]);
    hash.update(document.text(s as usize).as_bytes());
    let base = format!("c{}", tables::hex(&hash.finalize()[..5]));
    // The same sentence twice in one article may open two claims.
    let mut id = base.clone();
    let mut n = 2;
    while !taken.insert(id.clone()) {
        id = format!("{base}-{n}");
        n += 1;
    }
    id
}
