//! Average linkage against a slow and obvious version of it, and against connected components.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::{BTreeMap, BTreeSet};

use claimalign::cluster::{Constraints, Edge, average_linkage, constrained_average_linkage};
use proptest::prelude::*;

/// Items, the group of each, and the weights of some pairs of different groups.
#[derive(Debug, Clone)]
struct Graph {
    groups: Vec<u32>,
    edges: Vec<Edge>,
}

/// Weights are sixty-fourths, so that sums are exact in any order and ties are common.
fn graph() -> impl Strategy<Value = Graph> {
    (1..14_usize, 1..8_u32)
        .prop_flat_map(|(n, n_groups)| {
            (
                prop::collection::vec(0..n_groups, n),
                prop::collection::vec(prop::option::weighted(0.5, 0..65_u8), n * n),
            )
        })
        .prop_map(|(groups, weights)| {
            let n = groups.len();
            let mut edges = Vec::new();
            for left in 0..n {
                for right in left + 1..n {
                    if let Some(weight) = weights[left * n + right]
                        && groups[left] != groups[right]
                    {
                        edges.push(edge(left, right, f64::from(weight) / 64.0));
                    }
                }
            }
            Graph { groups, edges }
        })
}

fn edge(left: usize, right: usize, weight: f64) -> Edge {
    Edge {
        left: number(left),
        right: number(right),
        weight,
    }
}

fn number(item: usize) -> u32 {
    u32::try_from(item).unwrap()
}

fn link(graph: &Graph, cut: f64) -> Vec<u32> {
    average_linkage(graph.groups.len(), &graph.edges, cut, |item| {
        Some(graph.groups[item as usize])
    })
}

/// Joins the two clusters of the highest average until none reaches `cut`, counting everything anew each time.
fn naive(graph: &Graph, cut: f64) -> Vec<u32> {
    naive_with(graph, cut, &Constraints::default())
}

/// The same, but pairs of `together` are joined first, and clusters with a pair of `apart` never.
fn naive_with(graph: &Graph, cut: f64, constraints: &Constraints) -> Vec<u32> {
    let weights: BTreeMap<(u32, u32), f64> = graph
        .edges
        .iter()
        .map(|edge| ((edge.left, edge.right), edge.weight))
        .collect();
    let mut clusters: Vec<Vec<u32>> = (0..graph.groups.len())
        .map(|item| vec![number(item)])
        .collect();
    for &(a, b) in &constraints.together {
        let place = |item: u32| clusters.iter().position(|items| items.contains(&item));
        let (a, b) = (place(a).unwrap(), place(b).unwrap());
        if a != b {
            let lost = clusters.remove(a.max(b));
            clusters[a.min(b)].extend(lost);
        }
    }
    let apart = |left: &[u32], right: &[u32]| {
        constraints.apart.iter().any(|(a, b)| {
            left.contains(a) && right.contains(b) || left.contains(b) && right.contains(a)
        })
    };
    loop {
        let mut best: Option<(f64, usize, usize)> = None;
        for left in 0..clusters.len() {
            for right in left + 1..clusters.len() {
                if apart(&clusters[left], &clusters[right]) {
                    continue;
                }
                let (mut sum, mut pairs, mut any) = (0.0, 0.0, false);
                for &a in &clusters[left] {
                    for &b in &clusters[right] {
                        if let Some(weight) = weights.get(&(a.min(b), a.max(b))) {
                            sum += weight;
                            any = true;
                        }
                        if graph.groups[a as usize] != graph.groups[b as usize] {
                            pairs += 1.0;
                        }
                    }
                }
                let average = sum / pairs;
                if any && average >= cut && best.is_none_or(|(most, ..)| average > most) {
                    best = Some((average, left, right));
                }
            }
        }
        let Some((_, left, right)) = best else { break };
        let lost = clusters.remove(right);
        clusters[left].extend(lost);
        // Clusters stay in the order of their smallest items: the first of equal averages is joined first.
    }
    owners(clusters.iter().map(Vec::as_slice), graph.groups.len())
}

/// The smallest item of the cluster of every item.
fn owners<'a>(clusters: impl IntoIterator<Item = &'a [u32]>, n: usize) -> Vec<u32> {
    let mut owner = vec![0; n];
    for cluster in clusters {
        let first = cluster.iter().copied().min().unwrap_or_default();
        for &item in cluster {
            owner[item as usize] = first;
        }
    }
    owner
}

/// What a walk from each item reaches.
fn components(graph: &Graph) -> Vec<u32> {
    let n = graph.groups.len();
    let mut neighbours: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for edge in &graph.edges {
        neighbours.entry(edge.left).or_default().insert(edge.right);
        neighbours.entry(edge.right).or_default().insert(edge.left);
    }
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    let mut found: Vec<Vec<u32>> = Vec::new();
    for item in (0..n).map(number) {
        let mut component = Vec::new();
        let mut waiting = vec![item];
        while let Some(item) = waiting.pop() {
            if seen.insert(item) {
                component.push(item);
                waiting.extend(neighbours.get(&item).into_iter().flatten());
            }
        }
        found.push(component);
    }
    owners(found.iter().map(Vec::as_slice), n)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn it_is_what_the_slow_version_finds(graph in graph(), cut in 0..65_u8) {
        let cut = f64::from(cut) / 64.0;
        prop_assert_eq!(link(&graph, cut), naive(&graph, cut));
    }

    #[test]
    fn with_constraints_it_is_what_the_slow_version_finds(
        graph in graph(),
        cut in 0..65_u8,
        together in prop::collection::vec((0..14_u32, 0..14_u32), 0..4),
        apart in prop::collection::vec((0..14_u32, 0..14_u32), 0..6),
    ) {
        let cut = f64::from(cut) / 64.0;
        let n = number(graph.groups.len());
        let of_graph = |pairs: Vec<(u32, u32)>| -> Vec<(u32, u32)> {
            pairs.into_iter().filter(|(a, b)| *a < n && *b < n && a != b).collect()
        };
        let together = of_graph(together);
        let none = Constraints { together: together.clone(), apart: Vec::new() };
        let joined = naive_with(&Graph { edges: Vec::new(), ..graph.clone() }, 2.0, &none);
        let mut apart = of_graph(apart);
        apart.retain(|(a, b)| joined[*a as usize] != joined[*b as usize]);
        let constraints = Constraints { together, apart };
        let found = constrained_average_linkage(
            graph.groups.len(),
            &graph.edges,
            cut,
            |item| Some(graph.groups[item as usize]),
            &constraints,
        );
        for (a, b) in &constraints.together {
            prop_assert_eq!(found[*a as usize], found[*b as usize]);
        }
        for (a, b) in &constraints.apart {
            prop_assert_ne!(found[*a as usize], found[*b as usize]);
        }
        prop_assert_eq!(found, naive_with(&graph, cut, &constraints));
    }

    #[test]
    fn the_order_of_the_edges_does_not_matter(
        (graph, shuffled) in graph().prop_flat_map(|graph| {
            let edges = Just(graph.edges.clone()).prop_shuffle();
            (Just(graph), edges)
        }),
        cut in 0.0..1.0_f64,
    ) {
        let other = Graph { groups: graph.groups.clone(), edges: shuffled };
        prop_assert_eq!(link(&graph, cut), link(&other, cut));
    }

    #[test]
    fn every_item_belongs_to_the_smallest_item_of_its_cluster(graph in graph(), cut in 0.0..1.0_f64) {
        let owner = link(&graph, cut);
        prop_assert_eq!(owner.len(), graph.groups.len());
        for (item, &of) in owner.iter().enumerate() {
            prop_assert!(of as usize <= item);
            prop_assert_eq!(owner[of as usize], of);
        }
    }

    /// With any average enough, nothing that is connected stays apart.
    #[test]
    fn with_the_lowest_cut_they_are_the_connected_components(mut graph in graph()) {
        graph.edges.retain(|edge| edge.weight > 0.0);
        prop_assert_eq!(link(&graph, f64::MIN_POSITIVE), components(&graph));
    }

    /// Within a clique of weight 1 every average is 1, so that the cut does not matter.
    #[test]
    fn cliques_without_connection_stay_whole(
        cliques in prop::collection::vec(0..5_usize, 1..14),
        cut in prop_oneof![Just(f64::MIN_POSITIVE), Just(0.5), Just(1.0)],
    ) {
        let mut edges = Vec::new();
        for left in 0..cliques.len() {
            for right in left + 1..cliques.len() {
                if cliques[left] == cliques[right] {
                    edges.push(edge(left, right, 1.0));
                }
            }
        }
        let groups = (0..cliques.len()).map(number).collect();
        let graph = Graph { groups, edges };
        prop_assert_eq!(link(&graph, cut), components(&graph));
    }
}
