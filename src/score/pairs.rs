//! The likely pairs of a run: what they are in memory, their features there or in a file.

use std::io;

use super::ScoredPair;
use super::features::Features;
use super::guards::Guards;
use crate::spill::{List, ListWriter, Memory, Stored};

/// A pair without its features.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The smaller unit number.
    pub left: u32,
    /// The larger unit number.
    pub right: u32,
    /// Probability, 0..=1, that the two state the same claim.
    pub probability: f64,
    /// What speaks against the pair whatever the similarity.
    pub guards: Guards,
}

/// Scored pairs, sorted by left, right.
#[derive(Debug)]
pub struct Pairs {
    links: Vec<Link>,
    features: List<Features>,
}

impl Default for Pairs {
    fn default() -> Self {
        Self {
            links: Vec::new(),
            features: List::Memory(Vec::new()),
        }
    }
}

impl Stored for Features {
    const BYTES: usize = 8 * Features::NAMES.len();

    fn store(&self, bytes: &mut [u8]) {
        for (bytes, value) in bytes.chunks_exact_mut(8).zip(self.values()) {
            bytes.copy_from_slice(&value.to_le_bytes());
        }
    }

    fn load(bytes: &[u8]) -> Self {
        let mut values = [0.0; Features::NAMES.len()];
        for (value, bytes) in values.iter_mut().zip(bytes.chunks_exact(8)) {
            *value = bytes.try_into().map_or(0.0, f64::from_le_bytes);
        }
        Self::from_values(values)
    }
}

impl Pairs {
    /// The pairs without their features.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    fn place(&self, a: u32, b: u32) -> Option<usize> {
        self.links
            .binary_search_by_key(&(a.min(b), a.max(b)), |link| (link.left, link.right))
            .ok()
    }

    /// The pair of two units.
    pub fn of(&self, a: u32, b: u32) -> Option<&Link> {
        self.place(a, b).map(|at| &self.links[at])
    }

    /// The pair of two units with its features.
    ///
    /// # Errors
    /// When a file of features cannot be read.
    pub fn with_features(&self, a: u32, b: u32) -> io::Result<Option<ScoredPair>> {
        match self.place(a, b) {
            Some(at) => self.iter().nth(at).transpose(),
            None => Ok(None),
        }
    }

    /// All pairs with their features; an error when a file of features cannot be read.
    pub fn iter(&self) -> impl Iterator<Item = io::Result<ScoredPair>> {
        let features = self.features.iter();
        self.links.iter().zip(features).map(|(link, features)| {
            Ok(ScoredPair {
                left: link.left,
                right: link.right,
                features: features?,
                guards: link.guards,
                probability: link.probability,
            })
        })
    }
}

/// Collects [`Pairs`].
#[derive(Debug)]
pub(super) struct Collector {
    links: Vec<Link>,
    features: ListWriter<Features>,
}

impl Collector {
    /// Features go to a file when there is a limit of `memory`.
    pub(super) fn new(memory: Option<&Memory>) -> io::Result<Self> {
        Ok(Self {
            links: Vec::new(),
            features: ListWriter::new(memory)?,
        })
    }

    pub(super) fn extend(&mut self, pairs: &[ScoredPair]) -> io::Result<()> {
        self.links.extend(pairs.iter().map(|pair| Link {
            left: pair.left,
            right: pair.right,
            probability: pair.probability,
            guards: pair.guards,
        }));
        let features = pairs.iter().map(|pair| pair.features);
        self.features.extend(features.collect())
    }

    pub(super) fn finish(self) -> io::Result<Pairs> {
        Ok(Pairs {
            links: self.links,
            features: self.features.finish()?,
        })
    }
}
