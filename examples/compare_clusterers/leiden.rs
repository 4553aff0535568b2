//! The Leiden algorithm (Traag, Waltman and van Eck 2019) for the constant Potts model (Traag, Van Dooren and Nesterov
//! 2011): a cluster is worth the weight inside it less a resolution for every pair of its items. Where the algorithm
//! draws by lot, this takes the best, so that it always comes out the same.

use std::collections::{BTreeMap, VecDeque};

use claimalign::cluster::Edge;

/// Items, or groups of items that stay together.
struct Graph {
    /// Items in each node.
    sizes: Vec<f64>,
    /// Weight of the edges of each node, by the other node.
    near: Vec<BTreeMap<usize, f64>>,
}

/// The cluster of every item, by a number; items without an edge stay alone.
pub(crate) fn leiden(n: usize, edges: &[Edge], resolution: f64) -> Vec<usize> {
    let mut graph = Graph {
        sizes: vec![1.0; n],
        near: vec![BTreeMap::new(); n],
    };
    for edge in edges {
        let (a, b) = (edge.left as usize, edge.right as usize);
        graph.near[a].insert(b, edge.weight);
        graph.near[b].insert(a, edge.weight);
    }
    let mut community: Vec<usize> = (0..n).collect();
    let mut node_of: Vec<usize> = (0..n).collect();
    loop {
        graph.move_nodes(&mut community, resolution);
        let (parts, n_parts) = numbered(&graph.refine(&community, resolution));
        for node in &mut node_of {
            *node = parts[*node];
        }
        let mut above = vec![0; n_parts];
        for (&part, &community) in parts.iter().zip(&community) {
            above[part] = community;
        }
        (community, _) = numbered(&above);
        if n_parts == graph.sizes.len() {
            return node_of.iter().map(|&node| community[node]).collect();
        }
        graph = graph.gather(&parts, n_parts);
    }
}

/// The groups in the order of their first members, and how many there are.
fn numbered(groups: &[usize]) -> (Vec<usize>, usize) {
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let numbered = groups
        .iter()
        .map(|&group| {
            let next = numbers.len();
            *numbers.entry(group).or_insert(next)
        })
        .collect();
    (numbered, numbers.len())
}

impl Graph {
    /// Weight between `node` and every group that `of` gives its neighbours.
    fn weights(&self, node: usize, of: impl Fn(usize) -> Option<usize>) -> BTreeMap<usize, f64> {
        let mut weights = BTreeMap::new();
        for (&other, weight) in &self.near[node] {
            if let Some(group) = of(other) {
                *weights.entry(group).or_insert(0.0) += weight;
            }
        }
        weights
    }

    fn sizes_of(&self, groups: &[usize]) -> Vec<f64> {
        let mut sizes = vec![0.0; groups.len()];
        for (&group, size) in groups.iter().zip(&self.sizes) {
            sizes[group] += size;
        }
        sizes
    }

    /// Moves nodes to the community where they are worth most, until none gains by moving.
    fn move_nodes(&self, community: &mut [usize], resolution: f64) {
        let n = self.sizes.len();
        let mut sizes = self.sizes_of(community);
        let mut queue: VecDeque<usize> = (0..n).collect();
        let mut queued = vec![true; n];
        while let Some(node) = queue.pop_front() {
            queued[node] = false;
            let (home, size) = (community[node], self.sizes[node]);
            sizes[home] -= size;
            let weights = self.weights(node, |other| Some(community[other]));
            let worth = |group: usize| {
                weights.get(&group).copied().unwrap_or(0.0) - resolution * size * sizes[group]
            };
            let mut best = (home, worth(home));
            // Alone, where it is worth nothing.
            let empty = sizes.iter().position(|&size| size == 0.0);
            let others = weights.keys().copied().chain(empty);
            for group in others {
                let worth = worth(group);
                if worth > best.1 + 1e-9 {
                    best = (group, worth);
                }
            }
            sizes[best.0] += size;
            if best.0 != home {
                community[node] = best.0;
                for &other in self.near[node].keys() {
                    if community[other] != best.0 && !queued[other] {
                        queued[other] = true;
                        queue.push_back(other);
                    }
                }
            }
        }
    }

    /// Parts of the communities whose nodes are well connected: nodes that still stand alone join the part where they
    /// are worth most.
    fn refine(&self, community: &[usize], resolution: f64) -> Vec<usize> {
        let n = self.sizes.len();
        let whole = self.sizes_of(community);
        let mut part: Vec<usize> = (0..n).collect();
        let mut sizes = self.sizes.clone();
        let mut alone = vec![true; n];
        let inside = |node: usize| -> f64 {
            let near = self.near[node].iter();
            near.filter(|&(&other, _)| community[other] == community[node])
                .map(|(_, weight)| weight)
                .sum()
        };
        let holds = |weight: f64, size: f64, whole: f64| {
            weight >= resolution * size * (whole - size) - 1e-9
        };
        // Weight from every part to the rest of its community.
        let mut outside: Vec<f64> = (0..n).map(inside).collect();
        for node in 0..n {
            let (size, whole) = (self.sizes[node], whole[community[node]]);
            if !alone[node] || !holds(outside[node], size, whole) {
                continue;
            }
            let home = |other: usize| (community[other] == community[node]).then_some(part[other]);
            // A node that stands alone is the part of its own number.
            let mut best = (node, 0.0, 0.0);
            for (to, weight) in self.weights(node, home) {
                let worth = weight - resolution * size * sizes[to];
                if holds(outside[to], sizes[to], whole) && worth > best.1 + 1e-9 {
                    best = (to, worth, weight);
                }
            }
            let (to, _, weight) = best;
            if to != node {
                outside[to] += outside[node] - 2.0 * weight;
                sizes[to] += size;
                sizes[node] = 0.0;
                alone[node] = false;
                alone[to] = false;
                part[node] = to;
            }
        }
        part
    }

    /// The graph whose nodes are the parts.
    fn gather(&self, parts: &[usize], n_parts: usize) -> Self {
        let mut graph = Self {
            sizes: vec![0.0; n_parts],
            near: vec![BTreeMap::new(); n_parts],
        };
        for (node, &part) in parts.iter().enumerate() {
            graph.sizes[part] += self.sizes[node];
            for (group, weight) in self.weights(node, |other| Some(parts[other])) {
                if group != part {
                    *graph.near[part].entry(group).or_default() += weight;
                }
            }
        }
        graph
    }
}
