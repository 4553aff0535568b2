//! Clusters from weighted pairs, so that one weak bridge cannot join two claims.
//!
//! Average linkage: of the clusters that may join, the two whose pairs have the highest average weight are joined until
//! no average reaches the cut, which may be higher for large clusters; pairs without an edge count as 0, pairs that can have no edge (two sentences
//! of one article) do not count. The result depends on the weights alone, not on the order of the edges:
//! ties go to the smaller numbers.
//!
//! [`Constraints`] are what a person decided, and hard: items that belong together start as one cluster,
//! and clusters that hold items which are to stay apart never join.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

/// An undirected pair with its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The smaller number.
    pub left: u32,
    /// The larger number.
    pub right: u32,
    /// Weight, 0..=1: higher is closer.
    pub weight: f64,
}

/// What must hold whatever the weights.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constraints {
    /// Pairs of items that are in one cluster.
    pub together: Vec<(u32, u32)>,
    /// Pairs of items that are in different clusters. None of them may be connected by `together`, else the
    /// pair is not honoured.
    pub apart: Vec<(u32, u32)>,
}

impl Constraints {
    /// All items that they name, ascending, each once.
    pub fn items(&self) -> Vec<u32> {
        let pairs = self.together.iter().chain(&self.apart);
        let items: BTreeSet<u32> = pairs.flat_map(|&(a, b)| [a, b]).collect();
        items.into_iter().collect()
    }
}

/// Averages, 0..=1, at which clusters join.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// For any join.
    pub least: f64,
    /// For one that makes a cluster of [`LARGE`] or more: a chain of likely pairs must not grow into a heap.
    pub large: f64,
}

/// Clusters of this many items are large; items that belong together from the start count as one.
pub const LARGE: u32 = 4;

impl From<f64> for Cut {
    fn from(cut: f64) -> Self {
        Self {
            least: cut,
            large: cut,
        }
    }
}

impl Cut {
    fn of(self, items: u32) -> f64 {
        if items < LARGE {
            self.least
        } else {
            self.large
        }
    }
}

#[derive(Default)]
struct Cluster {
    size: u32,
    /// Items, those that belong together from the start as one.
    items: u32,
    /// Members by group; empty when groups do not matter.
    groups: BTreeMap<u32, u32>,
    /// Sum of the edge weights to each other cluster.
    sums: FxHashMap<u32, f64>,
    /// Clusters that it never joins.
    apart: BTreeSet<u32>,
}

#[derive(PartialEq)]
struct Join {
    average: f64,
    left: u32,
    right: u32,
}

impl Eq for Join {}

impl Ord for Join {
    fn cmp(&self, other: &Self) -> Ordering {
        self.average
            .total_cmp(&other.average)
            .then_with(|| (other.left, other.right).cmp(&(self.left, self.right)))
    }
}

impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Average linkage of the items `0..n` at `cut`; every item gets the smallest item of its cluster.
///
/// `group_of` names the group of an item: two items of one group (sentences of one article) can have no
/// edge, and such pairs are left out of the average. `None`: every pair counts.
pub fn average_linkage(
    n: usize,
    edges: &[Edge],
    cut: impl Into<Cut>,
    group_of: impl Fn(u32) -> Option<u32>,
) -> Vec<u32> {
    constrained_average_linkage(n, edges, cut, group_of, &Constraints::default())
}

/// As [`average_linkage`], but `constraints` hold. Without any the result is the same.
pub fn constrained_average_linkage(
    n: usize,
    edges: &[Edge],
    cut: impl Into<Cut>,
    group_of: impl Fn(u32) -> Option<u32>,
    constraints: &Constraints,
) -> Vec<u32> {
    let start: Vec<u32> = (0..u32::try_from(n).unwrap_or(u32::MAX)).collect();
    average_linkage_from(&start, edges, |_, _| 1.0, cut, group_of, constraints)
}

/// As [`constrained_average_linkage`], from clusters that are there already: `start` has the smallest item of the
/// cluster of each item. Items without edges may be stood for by others of their cluster: an edge counts as often as
/// each of its ends `stands_for` items beside the other end, which comes second.
pub fn average_linkage_from(
    start: &[u32],
    edges: &[Edge],
    stands_for: impl Fn(u32, u32) -> f64,
    cut: impl Into<Cut>,
    group_of: impl Fn(u32) -> Option<u32>,
    constraints: &Constraints,
) -> Vec<u32> {
    let cut = cut.into();
    let start = &joined(start, constraints.together.iter().copied())[..];
    let ends = |edge: &Edge| (start[edge.left as usize], start[edge.right as usize]);
    // An average from the cut on needs an edge from the cut on: what is not connected by such edges stays apart,
    // and the edges in between cannot matter.
    let islands = islands(start, edges, cut.least.min(cut.large));
    let inside = |(left, right): (u32, u32)| {
        left != right && islands[left as usize] == islands[right as usize]
    };
    let edges = || edges.iter().filter(|edge| inside(ends(edge)));
    let mut n_edges = vec![0usize; start.len()];
    for (left, right) in edges().map(ends) {
        n_edges[left as usize] += 1;
        n_edges[right as usize] += 1;
    }
    let with_room = |&n: &usize| {
        (n > 0).then(|| Cluster {
            sums: FxHashMap::with_capacity_and_hasher(n, FxBuildHasher),
            ..Cluster::default()
        })
    };
    let mut clusters: Vec<Option<Cluster>> = n_edges.iter().map(with_room).collect();
    for edge in edges() {
        let (left, right) = ends(edge);
        let (there, here) = (edge.right, edge.left);
        let weight = edge.weight * stands_for(here, there) * stands_for(there, here);
        for (from, to) in [(left, right), (right, left)] {
            if let Some(cluster) = &mut clusters[from as usize] {
                *cluster.sums.entry(to).or_default() += weight;
            }
        }
    }
    for (&first, item) in start.iter().zip(0u32..) {
        if let Some(cluster) = &mut clusters[first as usize] {
            cluster.size += 1;
            cluster.items = 1;
            if let Some(group) = group_of(item) {
                *cluster.groups.entry(group).or_default() += 1;
            }
        }
    }
    for &(a, b) in &constraints.apart {
        let (a, b) = (start[a as usize], start[b as usize]);
        for (from, to) in [(a, b), (b, a)] {
            if let Some(cluster) = &mut clusters[from as usize]
                && from != to
            {
                cluster.apart.insert(to);
            }
        }
    }
    let first: Vec<Join> = (0..start.len())
        .into_par_iter()
        .flat_map_iter(|at| joins(&clusters, at, cut, move |other| other > at))
        .collect();
    let mut heap = BinaryHeap::from(first);
    let mut owner: Vec<u32> = start.to_vec();
    while let Some(join) = heap.pop() {
        let (keep, gone) = (join.left as usize, join.right as usize);
        if average(&clusters, keep, gone, cut) != Some(join.average) {
            continue;
        }
        merge(&mut clusters, keep, gone);
        owner[gone] = join.left;
        heap.extend(joins(&clusters, keep, cut, |_| true));
    }
    for item in 0..owner.len() {
        // An owner is never larger than its item, so it is settled by now.
        owner[item] = owner[owner[item] as usize];
    }
    owner
}

/// The clusters of `start` that edges of weight `cut` or more connect, under one number each.
fn islands(start: &[u32], edges: &[Edge], cut: f64) -> Vec<u32> {
    // An average of equal weights may be rounded up.
    let least = cut - 1e-9;
    let close = edges.iter().filter(|edge| edge.weight >= least);
    joined(start, close.map(|edge| (edge.left, edge.right)))
}

/// The clusters of `start` that `pairs` connect; every item gets the smallest item of its cluster.
fn joined(start: &[u32], pairs: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
    let mut parent: Vec<u32> = start.to_vec();
    for (left, right) in pairs {
        let (a, b) = (root(&mut parent, left), root(&mut parent, right));
        parent[a.max(b) as usize] = a.min(b);
    }
    for item in 0..parent.len() {
        // A parent is never larger than its child, so it is settled by now.
        parent[item] = parent[parent[item] as usize];
    }
    parent
}

fn root(parent: &mut [u32], mut item: u32) -> u32 {
    while parent[item as usize] != item {
        let above = parent[parent[item as usize] as usize];
        parent[item as usize] = above;
        item = above;
    }
    item
}

/// The average over the pairs of two clusters that may join; `None` when it does not reach the cut.
fn average(clusters: &[Option<Cluster>], a: usize, b: usize, cut: Cut) -> Option<f64> {
    let (left, right) = (clusters[a].as_ref()?, clusters[b].as_ref()?);
    if !left.apart.is_empty() && left.apart.contains(&u32::try_from(b).ok()?) {
        return None;
    }
    let sum = left.sums.get(&u32::try_from(b).ok()?)?;
    let (few, many) = if left.groups.len() < right.groups.len() {
        (left, right)
    } else {
        (right, left)
    };
    let within: f64 = few
        .groups
        .iter()
        .filter_map(|(group, n)| {
            many.groups
                .get(group)
                .map(|m| f64::from(*n) * f64::from(*m))
        })
        .sum();
    let pairs = f64::from(left.size) * f64::from(right.size) - within;
    let average = sum / pairs;
    (pairs > 0.0 && average >= cut.of(left.items + right.items)).then_some(average)
}

/// The `wanted` clusters that cluster `at` may join, in an order of the hash table: for the heap, which has an order of
/// its own.
fn joins(
    clusters: &[Option<Cluster>],
    at: usize,
    cut: Cut,
    wanted: impl Fn(usize) -> bool,
) -> impl Iterator<Item = Join> {
    let others = clusters[at].iter().flat_map(|cluster| cluster.sums.keys());
    let others = others.filter(move |&&other| wanted(other as usize));
    others.filter_map(move |&other| {
        let average = average(clusters, at, other as usize, cut)?;
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        Some(Join {
            average,
            left: at.min(other),
            right: at.max(other),
        })
    })
}

/// Merges `gone` into `keep`, the smaller number.
fn merge(clusters: &mut [Option<Cluster>], keep: usize, gone: usize) {
    let Some(mut lost) = clusters[gone].take() else {
        return;
    };
    let Some(mut kept) = clusters[keep].take() else {
        return;
    };
    let keep_id = u32::try_from(keep).unwrap_or(u32::MAX);
    let gone_id = u32::try_from(gone).unwrap_or(u32::MAX);
    kept.sums.remove(&gone_id);
    lost.sums.remove(&keep_id);
    #[expect(
        clippy::iter_over_hash_type,
        reason = "each sum is added to that of the same cluster: the order does not matter"
    )]
    for (&other, &sum) in &lost.sums {
        *kept.sums.entry(other).or_default() += sum;
        if let Some(third) = clusters[other as usize].as_mut() {
            third.sums.remove(&gone_id);
            *third.sums.entry(keep_id).or_default() += sum;
        }
    }
    kept.size += lost.size;
    kept.items += lost.items;
    for other in lost.apart {
        if let Some(third) = clusters[other as usize].as_mut() {
            third.apart.remove(&gone_id);
            third.apart.insert(keep_id);
        }
        kept.apart.insert(other);
    }
    if kept.groups.len() < lost.groups.len() {
        std::mem::swap(&mut kept.groups, &mut lost.groups);
    }
    for (group, n) in lost.groups {
        *kept.groups.entry(group).or_default() += n;
    }
    clusters[keep] = Some(kept);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(left: u32, right: u32, weight: f64) -> Edge {
        Edge {
            left,
            right,
            weight,
        }
    }

    #[test]
    fn a_weak_bridge_does_not_join_two_clusters() {
        let edges = [
            edge(0, 1, 0.9),
            edge(0, 2, 0.9),
            edge(1, 2, 0.9),
            edge(3, 4, 0.9),
            edge(2, 3, 0.6),
        ];
        assert_eq!(average_linkage(5, &edges, 0.5, |_| None), [0, 0, 0, 3, 3]);
    }

    #[test]
    fn pairs_of_one_group_do_not_count() {
        let edges = [edge(0, 1, 0.6), edge(0, 2, 0.6)];
        assert_eq!(average_linkage(3, &edges, 0.5, |_| None), [0, 0, 2]);
        assert_eq!(
            average_linkage(3, &edges, 0.5, |item| Some(item.min(1))),
            [0, 0, 0]
        );
    }

    fn constrained(
        edges: &[Edge],
        n: usize,
        together: &[(u32, u32)],
        apart: &[(u32, u32)],
    ) -> Vec<u32> {
        let constraints = Constraints {
            together: together.to_vec(),
            apart: apart.to_vec(),
        };
        constrained_average_linkage(n, edges, 0.5, |_| None, &constraints)
    }

    #[test]
    fn what_belongs_together_joins_without_an_edge() {
        assert_eq!(constrained(&[], 4, &[(3, 1), (1, 2)], &[]), [0, 1, 1, 1]);
    }

    #[test]
    fn the_others_join_what_belongs_together() {
        let edges = [edge(0, 2, 0.9), edge(1, 2, 0.4)];
        assert_eq!(constrained(&edges, 3, &[], &[]), [0, 1, 0]);
        // The weak edge between two islands counts once a person has joined them.
        assert_eq!(constrained(&edges, 3, &[(0, 1)], &[]), [0, 0, 0]);
    }

    #[test]
    fn what_stays_apart_does_not_meet_in_a_third() {
        let edges = [edge(0, 1, 0.9), edge(0, 2, 0.8), edge(1, 2, 0.8)];
        assert_eq!(constrained(&edges, 3, &[], &[]), [0, 0, 0]);
        assert_eq!(constrained(&edges, 3, &[], &[(1, 2)]), [0, 0, 2]);
        assert_eq!(constrained(&edges, 3, &[], &[(0, 1)]), [0, 1, 0]);
    }

    #[test]
    fn groups_that_stay_apart_are_known_by_any_of_their_items() {
        let edges = [edge(0, 2, 0.9), edge(1, 3, 0.9)];
        assert_eq!(
            constrained(&edges, 4, &[(0, 1), (2, 3)], &[(1, 2)]),
            [0, 0, 2, 2]
        );
    }

    #[test]
    fn copies_that_are_stood_for_count_as_if_they_had_edges() {
        // 0, 1 and 2 are copies, of which 0 and 1 have edges; 3 is like them, 4 is like 3 alone.
        let some = [
            edge(0, 3, 0.6),
            edge(1, 3, 0.8),
            edge(0, 1, 1.0),
            edge(3, 4, 0.69),
        ];
        let factor = |item: u32| if item < 3 { 1.5 } else { 1.0 };
        let start = [0, 0, 0, 3, 4];
        let owner = average_linkage_from(
            &start,
            &some,
            |item, _| factor(item),
            0.5,
            Some,
            &Constraints::default(),
        );
        assert_eq!(owner, [0, 0, 0, 0, 4]);
        // Without the factor the copies would seem less like 3 than 4 is.
        let owner = average_linkage_from(
            &start,
            &some,
            |_, _| 1.0,
            0.5,
            Some,
            &Constraints::default(),
        );
        assert_eq!(owner, [0, 0, 0, 3, 3]);
    }

    #[test]
    fn nothing_joins_without_edges() {
        assert_eq!(average_linkage(3, &[], 0.0, |_| None), [0, 1, 2]);
    }
}
