//! Clusterers that do not ship, for comparison. Each gives every item the smallest item of its cluster.

use std::collections::BTreeMap;

use claimalign::cluster::Edge;

/// Probabilities nearer to 0 or 1 than this count as this far: no single pair decides all.
const NEAREST: f64 = 0.01;

/// Log-odds of a probability.
pub(crate) fn logit(probability: f64) -> f64 {
    let p = probability.clamp(NEAREST, 1.0 - NEAREST);
    (p / (1.0 - p)).ln()
}

/// What edges of weight `bar` or more connect.
pub(crate) fn components(n: usize, edges: &[Edge], bar: f64) -> Vec<u32> {
    let mut owner: Vec<u32> = (0u32..).take(n).collect();
    for edge in edges.iter().filter(|edge| edge.weight >= bar) {
        let (a, b) = (owner[edge.left as usize], owner[edge.right as usize]);
        let (keep, gone) = (a.min(b), a.max(b));
        if keep != gone {
            for slot in owner.iter_mut().filter(|slot| **slot == gone) {
                *slot = keep;
            }
        }
    }
    owner
}

/// Star clustering (Aslam, Pelekhov and Rus 2004): of the edges of weight `bar` or more, the item with the most
/// becomes a centre with all that it is joined to and that is still free, and so on.
pub(crate) fn stars(n: usize, edges: &[Edge], bar: f64) -> Vec<u32> {
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); n];
    for edge in edges.iter().filter(|edge| edge.weight >= bar) {
        near[edge.left as usize].push(edge.right);
        near[edge.right as usize].push(edge.left);
    }
    let mut order: Vec<u32> = (0u32..).take(n).collect();
    order.sort_by_key(|&item| (usize::MAX - near[item as usize].len(), item));
    let mut star: Vec<Option<u32>> = vec![None; n];
    for centre in order {
        if star[centre as usize].is_none() {
            star[centre as usize] = Some(centre);
            for &item in &near[centre as usize] {
                star[item as usize].get_or_insert(centre);
            }
        }
    }
    let centres: Vec<u32> = star.into_iter().flatten().collect();
    smallest(&centres)
}

/// How well two clusters go together: sum of the weights between them, pairs of different articles between them, and
/// their sizes. They are joined while the best is above 0.
pub(crate) type Linkage<'a> = &'a dyn Fn(f64, f64, [usize; 2]) -> f64;

/// Joins the two clusters that go together best, until no two do. Only clusters with an edge between them are joined.
pub(crate) fn agglomerate(
    n: usize,
    edges: &[Edge],
    article: &dyn Fn(u32) -> u32,
    linkage: Linkage,
) -> Vec<u32> {
    let mut members: BTreeMap<u32, Vec<u32>> = (0u32..).take(n).map(|i| (i, vec![i])).collect();
    let mut sums: BTreeMap<u32, BTreeMap<u32, f64>> = BTreeMap::new();
    for edge in edges {
        for (a, b) in [(edge.left, edge.right), (edge.right, edge.left)] {
            *sums.entry(a).or_default().entry(b).or_default() += edge.weight;
        }
    }
    let worth = |members: &BTreeMap<u32, Vec<u32>>, a: u32, b: u32, sum: f64| {
        let (left, right) = (&members[&a], &members[&b]);
        let pairs: u32 = left
            .iter()
            .map(|&u| right.iter().filter(|&&v| article(u) != article(v)).count())
            .map(|n| u32::try_from(n).unwrap_or(u32::MAX))
            .sum();
        linkage(sum, f64::from(pairs), [left.len(), right.len()])
    };
    let mut open: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for (&a, others) in &sums {
        for (&b, &sum) in others.range(a + 1..) {
            open.insert((a, b), worth(&members, a, b, sum));
        }
    }
    while let Some((&(keep, gone), _)) = open
        .iter()
        .filter(|(_, worth)| **worth > 0.0)
        .max_by(|a, b| a.1.total_cmp(b.1).then_with(|| b.0.cmp(a.0)))
    {
        let lost = members.remove(&gone).unwrap_or_default();
        members.entry(keep).or_default().extend(lost);
        for (other, sum) in sums.remove(&gone).unwrap_or_default() {
            open.remove(&(gone.min(other), gone.max(other)));
            let theirs = sums.entry(other).or_default();
            theirs.remove(&gone);
            if other != keep {
                *theirs.entry(keep).or_default() += sum;
                *sums.entry(keep).or_default().entry(other).or_default() += sum;
            }
        }
        for (&other, &sum) in &sums[&keep] {
            let pair = (keep.min(other), keep.max(other));
            open.insert(pair, worth(&members, pair.0, pair.1, sum));
        }
    }
    let mut owner = vec![0; n];
    for units in members.values() {
        for &unit in units {
            owner[unit as usize] = units.iter().copied().min().unwrap_or(unit);
        }
    }
    owner
}

/// Moves single items to the cluster that they go with best, or to none, while the sum of the weights inside clusters
/// grows (greedy moves for correlation clustering). `edges` hold weights above or below 0, and a pair of different
/// articles without an edge counts `missing`.
pub(crate) fn refine(
    start: &[u32],
    edges: &[Edge],
    missing: f64,
    article: &dyn Fn(u32) -> u32,
) -> Vec<u32> {
    let n = start.len();
    let mut weights: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); n];
    for edge in edges {
        weights[edge.left as usize].insert(edge.right, edge.weight);
        weights[edge.right as usize].insert(edge.left, edge.weight);
    }
    let mut owner = start.to_vec();
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (item, &cluster) in (0u32..).zip(&owner) {
        members.entry(cluster).or_default().push(item);
    }
    let mut next = u32::try_from(n).unwrap_or(u32::MAX);
    for _ in 0..20 {
        let mut moved = false;
        for item in (0u32..).take(n) {
            let near = &weights[item as usize];
            let here = owner[item as usize];
            let with = |cluster: u32| -> f64 {
                members[&cluster]
                    .iter()
                    .filter(|&&other| other != item && article(other) != article(item))
                    .map(|other| near.get(other).copied().unwrap_or(missing))
                    .sum()
            };
            let now = with(here);
            let mut best = (if members[&here].len() > 1 { 0.0 } else { now }, None);
            for &other in near
                .iter()
                .filter(|(_, w)| **w > 0.0)
                .map(|(other, _)| other)
            {
                let there = owner[other as usize];
                let gain = if there == here { now } else { with(there) };
                if gain > best.0 + 1e-9 {
                    best = (gain, Some(there));
                }
            }
            if best.0 > now + 1e-9 {
                let to = best.1.unwrap_or(next);
                next += u32::from(best.1.is_none());
                members
                    .entry(here)
                    .or_default()
                    .retain(|&other| other != item);
                members.entry(to).or_default().push(item);
                owner[item as usize] = to;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    smallest(&owner)
}

/// The number of every cluster becomes that of its smallest item.
pub(crate) fn smallest<K: Ord + Copy>(owner: &[K]) -> Vec<u32> {
    let mut first: BTreeMap<K, u32> = BTreeMap::new();
    for (item, &cluster) in (0u32..).zip(owner) {
        first.entry(cluster).or_insert(item);
    }
    owner.iter().map(|cluster| first[cluster]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two triangles and a bridge between them.
    fn bridge(weak: f64) -> Vec<Edge> {
        [
            (0, 1, 0.9),
            (0, 2, 0.8),
            (1, 2, 0.9),
            (2, 3, weak),
            (3, 4, 0.9),
            (3, 5, 0.8),
            (4, 5, 0.9),
        ]
        .map(|(left, right, weight)| Edge {
            left,
            right,
            weight,
        })
        .to_vec()
    }

    #[test]
    fn a_bridge_joins_components_and_makes_the_larger_star() {
        assert_eq!(components(6, &bridge(0.6), 0.5), [0; 6]);
        assert_eq!(components(6, &bridge(0.4), 0.5), [0, 0, 0, 3, 3, 3]);
        assert_eq!(stars(6, &bridge(0.6), 0.5), [0, 0, 0, 0, 4, 4]);
        assert_eq!(stars(6, &bridge(0.4), 0.5), [0, 0, 0, 3, 3, 3]);
    }

    #[test]
    fn leiden_weighs_the_bridge_against_the_pairs_without_an_edge() {
        let clusters = |resolution| smallest(&crate::leiden::leiden(6, &bridge(0.6), resolution));
        assert_eq!(clusters(0.5), [0, 0, 0, 3, 3, 3]);
        assert_eq!(clusters(0.05), [0; 6]);
        assert_eq!(clusters(0.95), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn contraction_ends_where_the_sum_falls_below_zero() {
        let log_odds = |bar: f64| -> Vec<Edge> {
            let weigh = |edge: Edge| Edge {
                weight: logit(edge.weight) - logit(bar),
                ..edge
            };
            bridge(0.6).into_iter().map(weigh).collect()
        };
        let additive = |sum: f64, _: f64, _: [usize; 2]| sum;
        let joined = agglomerate(6, &log_odds(0.5), &|item| item, &additive);
        assert_eq!(joined, [0; 6]);
        let apart = agglomerate(6, &log_odds(0.7), &|item| item, &additive);
        assert_eq!(apart, [0, 0, 0, 3, 3, 3]);
    }

    #[test]
    fn an_item_moves_to_where_it_belongs() {
        let edges: Vec<Edge> = bridge(0.6)
            .into_iter()
            .map(|edge| Edge {
                weight: edge.weight - 0.5,
                ..edge
            })
            .collect();
        let owner = refine(&[0, 0, 2, 2, 2, 2], &edges, -0.5, &|item| item);
        assert_eq!(owner, [0, 0, 0, 3, 3, 3]);
    }
}
