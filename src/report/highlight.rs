//! A sentence in pieces: the words that it shares with another, and those in which it differs.

use std::collections::BTreeSet;

use crate::align::Left;
use crate::normalize::{TokenKind, normalize};
use crate::pipeline::Run;
use crate::vocabulary::{Group, WordId};

/// A match below this similarity is not shown.
const LEAST_SIMILARITY: f64 = 0.35;

/// What a piece of a sentence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Nothing in particular.
    Plain,
    /// It answers to a word of the other sentence.
    Shared,
    /// A number that the other sentence does not have.
    Number,
    /// A word that negates or denies, which the other sentence lacks.
    Negation,
}

/// A piece of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) mark: Mark,
}

/// Words of the units `left` and `right` that answer to each other; function words are left out.
pub(super) fn shared(run: &Run, left: u32, right: u32) -> [BTreeSet<WordId>; 2] {
    let corpus = run.prepared.corpus();
    let mut words = [BTreeSet::new(), BTreeSet::new()];
    for found in Left::new(corpus, left as usize).matches(right as usize) {
        if found.similarity >= LEAST_SIMILARITY
            && !matches!(corpus.group(found.left), Group::Function)
        {
            words[0].insert(found.left);
            words[1].insert(found.right);
        }
    }
    words
}

/// `text` in pieces. Numbers are marked when `numbers` differ and they are not among the `shared` words, negations
/// when `negation` differs.
pub(super) fn pieces<'a>(
    run: &Run,
    text: &'a str,
    shared: &BTreeSet<WordId>,
    numbers: bool,
    negation: bool,
) -> Vec<Piece<'a>> {
    let corpus = run.prepared.corpus();
    let mut marks: Vec<(usize, usize, Mark)> = normalize(text, &run.lexicon)
        .iter()
        .filter_map(|token| {
            let word = corpus.vocabulary.id(&token.canonical);
            let is_shared = word.is_some_and(|word| shared.contains(&word));
            let mark = match token.kind {
                TokenKind::Negation if negation => Mark::Negation,
                TokenKind::Number if numbers && !is_shared => Mark::Number,
                _ if is_shared => Mark::Shared,
                _ => return None,
            };
            Some((token.span.start(), token.span.end(), mark))
        })
        .collect();
    // Parts of a compound have the span of the whole: what differs goes first.
    marks.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| b.2.cmp(&a.2)));
    let mut pieces = Vec::new();
    let mut push = |from: usize, to: usize, mark: Mark| {
        if let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) {
            pieces.push(Piece { text, mark });
        }
    };
    let mut at = 0;
    for (start, end, mark) in marks {
        if start >= at && end > start {
            push(at, start, Mark::Plain);
            push(start, end, mark);
            at = end;
        }
    }
    push(at, text.len(), Mark::Plain);
    pieces
}
