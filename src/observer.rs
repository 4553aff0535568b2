//! How the library tells its caller about progress and warnings: it never prints.

use crate::error::Warning;
use crate::pipeline::Plan;

/// A part of the work that takes noticeable time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Reading files; counted in files.
    Read,
    /// Sentences and languages; counted in articles.
    Segment,
    /// Normalizing; counted in sentences.
    Normalize,
    /// Similar words of the vocabulary; counted in words.
    Vocabulary,
    /// Grouping articles into stories; counted in articles.
    Stories,
    /// Finding candidate pairs; counted in sentences.
    Candidates,
    /// Scoring; counted in pairs.
    Score,
    /// Clustering; counted in pairs.
    Cluster,
    /// Writing files; counted in files.
    Write,
}

impl Stage {
    /// Present participle for a progress line.
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "reading",
            Self::Segment => "segmenting",
            Self::Normalize => "normalizing",
            Self::Vocabulary => "comparing words",
            Self::Stories => "grouping stories",
            Self::Candidates => "finding candidates",
            Self::Score => "scoring",
            Self::Cluster => "clustering",
            Self::Write => "writing",
        }
    }
}

/// Receives progress and warnings. All methods do nothing by default and may be called from any thread.
pub trait Observer: Sync {
    /// A stage begins; `total` items are expected when known.
    fn begin(&self, _stage: Stage, _total: Option<u64>) {}
    /// `n` more items of the running stage are done.
    fn advance(&self, _n: u64) {}
    /// The running stage is over.
    fn end(&self) {}
    /// The longest stage is near: `plan` tells what is about to be scored, and scores a sample for it when it is called.
    fn plan(&self, _plan: &dyn Fn() -> Plan) {}
    /// Something the user should know.
    fn warn(&self, _warning: &Warning) {}
}

/// An observer that ignores everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}
