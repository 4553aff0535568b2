//! Judgements that come one after the other, each kept when it can hold beside those before it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The judgements that hold so far: sets of sentences that belong together, and sets that are apart.
#[derive(Debug, Default)]
pub(super) struct Settled {
    parent: BTreeMap<u32, u32>,
    /// Lines by which two sentences belong together.
    links: BTreeMap<u32, Vec<(u32, u64)>>,
    /// Line by which two sets are apart, by their roots, both ways.
    apart: BTreeMap<u32, BTreeMap<u32, u64>>,
}

impl Settled {
    fn root(&mut self, unit: u32) -> u32 {
        let mut root = unit;
        while let Some(&above) = self.parent.get(&root) {
            root = above;
        }
        // Who asks again has it nearer.
        let mut below = unit;
        while below != root {
            below = self.parent.insert(below, root).unwrap_or(root);
        }
        root
    }

    /// Puts two sentences together, unless they are apart: then the line that says so.
    pub(super) fn same(&mut self, left: u32, right: u32, line: u64) -> Result<(), Vec<u64>> {
        let (a, b) = (self.root(left), self.root(right));
        if let Some(&other) = self.apart.get(&a).and_then(|apart| apart.get(&b)) {
            return Err(vec![other]);
        }
        for (from, to) in [(left, right), (right, left)] {
            self.links.entry(from).or_default().push((to, line));
        }
        if a == b {
            return Ok(());
        }
        // The set with fewer enemies goes into the other, so that little is moved.
        let enemies = |root: u32| self.apart.get(&root).map_or(0, BTreeMap::len);
        let (keep, gone) = if enemies(a) >= enemies(b) {
            (a, b)
        } else {
            (b, a)
        };
        self.parent.insert(gone, keep);
        for (third, line) in self.apart.remove(&gone).unwrap_or_default() {
            if let Some(of_third) = self.apart.get_mut(&third) {
                of_third.remove(&gone);
                of_third.entry(keep).or_insert(line);
            }
            self.apart
                .entry(keep)
                .or_default()
                .entry(third)
                .or_insert(line);
        }
        Ok(())
    }

    /// Sets two sentences apart, unless they belong together: then the lines by which they do.
    pub(super) fn different(&mut self, left: u32, right: u32, line: u64) -> Result<(), Vec<u64>> {
        let (a, b) = (self.root(left), self.root(right));
        if a == b {
            return Err(self.path(left, right));
        }
        for (from, to) in [(a, b), (b, a)] {
            self.apart
                .entry(from)
                .or_default()
                .entry(to)
                .or_insert(line);
        }
        Ok(())
    }

    /// The lines that connect two sentences, as few as possible, ascending.
    fn path(&self, from: u32, to: u32) -> Vec<u64> {
        let mut came: BTreeMap<u32, (u32, u64)> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(unit) = queue.pop_front() {
            if unit == to {
                break;
            }
            for &(next, line) in self.links.get(&unit).into_iter().flatten() {
                if next != from && !came.contains_key(&next) {
                    came.insert(next, (unit, line));
                    queue.push_back(next);
                }
            }
        }
        let mut lines = BTreeSet::new();
        let mut at = to;
        while let Some(&(before, line)) = came.get(&at) {
            lines.insert(line);
            at = before;
        }
        lines.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contradiction_through_others_names_all_the_lines() {
        let mut settled = Settled::default();
        settled.same(1, 2, 9).unwrap();
        settled.same(2, 3, 8).unwrap();
        settled.same(5, 6, 7).unwrap();
        assert_eq!(settled.different(1, 3, 6), Err(vec![8, 9]));
        assert_eq!(settled.different(1, 2, 5), Err(vec![9]));
        settled.different(3, 6, 4).unwrap();
        assert_eq!(settled.same(5, 1, 3), Err(vec![4]));
        settled.same(5, 7, 2).unwrap();
        assert_eq!(settled.same(7, 2, 1), Err(vec![4]));
    }

    #[test]
    fn sets_that_are_apart_stay_so_when_they_grow() {
        let mut settled = Settled::default();
        settled.different(1, 2, 9).unwrap();
        settled.different(1, 3, 8).unwrap();
        settled.same(2, 4, 7).unwrap();
        settled.same(1, 5, 6).unwrap();
        settled.same(4, 3, 5).unwrap();
        assert_eq!(settled.same(5, 4, 4), Err(vec![9]));
        settled.same(2, 3, 3).unwrap();
    }
}
