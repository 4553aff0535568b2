//! Splits an article into sentences and says what each is in its layout.
//!
//! In comes the text of an article and, when known, its language; out come [`Sentence`]s: exact
//! spans into the text, and their [`Kind`]. Three steps: lines become blocks, each white space in a
//! block where a sentence may end is cut or kept, and kinds are told from the layout. A border is
//! settled by a rule where layout makes it plain, and else by a small linear model whose table is
//! `data/segment_model.csv`; [`explain`] shows which. The text is never changed, nothing but white
//! space and unseen characters is ever left out, and no sentence crosses a block. What a sentence says is no matter here.

mod block;
mod border;
mod credit;
mod features;
pub mod fit;
mod kind;
mod lexicon;
mod model;
mod rule;
mod site;
mod token;
mod vocabulary;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::block::{Block, Layout};
use self::border::{Context, Evidence};
use self::features::Features;
use self::kind::{Part, Whole};
use self::lexicon::Lexicon;
use self::model::Model;
use self::rule::Rule;
use self::vocabulary::Vocabulary;
use crate::article::Span;
use crate::language::Language;
use crate::plain::Plain;

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

/// What was decided about one place where a sentence may end.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Byte of the text at which the next sentence would begin.
    pub at: usize,
    /// Whether it does.
    pub cut: bool,
    /// The rule that settled it, or `model`.
    pub rule: &'static str,
    /// For `model`: the log-odds of a border; above zero means cut.
    pub score: Option<f32>,
    /// For `model`: the features with their weights, the heaviest first.
    pub features: Vec<(String, f32)>,
}

/// The sentences of `text`, in order: spans ascend, are disjoint, and between them lies nothing but white space and
/// characters without width. `language` chooses the rules that differ (`:` before a capital); without one, or with one
/// that is not matched, the cautious ones apply.
pub fn sentences(text: &str, language: Option<Language>) -> Vec<Sentence> {
    split(text, language, Model::shipped(), |_, _, _| {})
}

/// Every place in `text` where a sentence may end, in order, with what [`sentences`] decides there
/// and why.
pub fn explain(text: &str, language: Option<Language>) -> Vec<Decision> {
    let mut decisions = Vec::new();
    split(text, language, Model::shipped(), |at, cut, reason| {
        let (rule, score, features) = match reason {
            Reason::Line => ("line break", None, Vec::new()),
            Reason::Rule(rule) => (rule.name(), None, Vec::new()),
            Reason::Model(score, features) => {
                let model = Model::shipped();
                let mut named: Vec<(String, f32)> = features
                    .iter()
                    .map(|index| (features::name(index), model.weight(index)))
                    .filter(|(_, weight)| *weight != 0.0)
                    .collect();
                named.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
                ("model", Some(score), named)
            }
        };
        decisions.push(Decision {
            at,
            cut,
            rule,
            score,
            features,
        });
    });
    decisions
}

/// Why a border was cut or kept.
enum Reason<'a> {
    /// A line break.
    Line,
    /// A rule.
    Rule(Rule),
    /// The score of the model, and the features that it comes from.
    Model(f32, &'a Features),
}

/// The blocks of a text and its layout.
struct Shape {
    blocks: Vec<Block>,
    layout: Layout,
}

impl Shape {
    fn of(text: &str) -> Self {
        let (blocks, layout) = block::blocks(text);
        Self { blocks, layout }
    }
}

/// What borders of a whole text are looked at with.
struct Setting<'a> {
    context: Context<'a>,
}

impl<'a> Setting<'a> {
    fn new(text: &'a str, language: Option<Language>, layout: Layout) -> Self {
        Self {
            context: Context {
                text,
                flat: layout.flat,
                norwegian: matches!(language, Some(Language::Nb | Language::Nn)),
                lexicon: Lexicon::get(),
                vocabulary: if layout.flat {
                    Vocabulary::of(text)
                } else {
                    Vocabulary::default()
                },
            },
        }
    }

    /// What the block at `index` is as one unit, if it is; `before` is what the one before it is.
    fn whole(&self, block: Span, index: usize, before: Option<Whole>) -> Option<Whole> {
        let after_credit = before == Some(Whole::Credit);
        if credit::is_credit_line(&self.context, block, index, after_credit) {
            Some(Whole::Credit)
        } else if site::is_boilerplate_line(&self.context, block) {
            Some(Whole::Boilerplate)
        } else {
            None
        }
    }
}

/// Splits `text` by `model` and calls `sink` with each place that was asked about.
fn split(
    text: &str,
    language: Option<Language>,
    model: &Model,
    mut sink: impl FnMut(usize, bool, Reason<'_>),
) -> Vec<Sentence> {
    let Some(plain) = Plain::of(text) else {
        return split_plain(text, language, model, sink);
    };
    let mut sentences = split_plain(&plain.text, language, model, |at, cut, reason| {
        sink(plain.begin(at), cut, reason);
    });
    for sentence in &mut sentences {
        sentence.span = plain.span(sentence.span);
    }
    sentences
}

/// [`split`] for a plain text.
fn split_plain(
    text: &str,
    language: Option<Language>,
    model: &Model,
    mut sink: impl FnMut(usize, bool, Reason<'_>),
) -> Vec<Sentence> {
    let shape = Shape::of(text);
    let setting = Setting::new(text, language, shape.layout);
    let mut sentences = Vec::new();
    let mut quoted = Vec::new();
    let mut parts: Vec<Part> = Vec::with_capacity(shape.blocks.len());
    for (index, &block) in shape.blocks.iter().enumerate() {
        if index > 0 {
            sink(block.span.start(), true, Reason::Line);
        }
        let first = sentences.len();
        let whole = setting.whole(block.span, index, parts.last().and_then(|part| part.whole));
        let mut start = block.span.start();
        let mut is_quoted = false;
        let mut push = |start, end, is_quoted| {
            sentences.push(Sentence {
                span: Span::of(start, end),
                kind: Kind::Sentence,
            });
            quoted.push(is_quoted);
        };
        if whole.is_none() {
            border::walk(&setting.context, block.span, |border| {
                let cut = match &border.evidence {
                    Evidence::Rule(rule) => {
                        sink(border.at, rule.cuts(), Reason::Rule(*rule));
                        rule.cuts()
                    }
                    Evidence::Features(features) => {
                        let score = model.score(features);
                        sink(border.at, score > 0.0, Reason::Model(score, features));
                        score > 0.0
                    }
                };
                if cut {
                    push(start, border.end, is_quoted);
                    start = border.at;
                    is_quoted = border.quoted;
                }
                cut
            });
        }
        push(start, block.span.end(), is_quoted);
        parts.push(Part {
            block,
            sentences: first..sentences.len(),
            whole,
        });
    }
    kind::assign(&setting.context, &parts, &mut sentences, &quoted);
    sentences
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
