//! Sentences of an article.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::article::Span;
use crate::language::Language;

/// What a sentence is in the layout of a news article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A sentence of running prose.
    Sentence,
    /// A headline or sub-heading.
    Heading,
    /// A sentence of direct speech, or of a quoted tweet.
    Quote,
    /// The text under a picture.
    Caption,
    /// Byline, photo credit, agency signature.
    Credit,
    /// What the site adds: "Saken oppdateres", "Læs også", live-blog furniture.
    Boilerplate,
}

impl Kind {
    /// The name that files show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentence => "sentence",
            Self::Heading => "heading",
            Self::Quote => "quote",
            Self::Caption => "caption",
            Self::Credit => "credit",
            Self::Boilerplate => "boilerplate",
        }
    }

    /// Whether a sentence of this kind may be a member of a claim.
    pub fn may_join(self) -> bool {
        !matches!(self, Self::Credit | Self::Boilerplate)
    }

    /// Whether a claim needs at least one sentence of such a kind.
    pub fn may_found(self) -> bool {
        matches!(self, Self::Sentence | Self::Quote | Self::Caption)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A sentence of an article: where it is and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Bytes of the article's text, without white space at either end.
    pub span: Span,
    /// What it is in the layout.
    pub kind: Kind,
}

/// The sentences of `text`, in order: spans ascend, are disjoint, and between them lies nothing but
/// white space. `language` chooses the rules that differ (`:` before a capital, abbreviations);
/// without one the rules that hold in all of nb, nn and da apply.
pub fn sentences(_text: &str, _language: Option<Language>) -> Vec<Sentence> {
    Vec::new()
}

/// The whole of `text` as one unit, without the white space around it; none when it is blank.
pub fn whole(text: &str) -> Vec<Sentence> {
    let start = text.len() - text.trim_start().len();
    let end = start + text.trim().len();
    if start == end {
        return Vec::new();
    }
    vec![Sentence {
        span: Span::of(start, end),
        kind: Kind::Sentence,
    }]
}
