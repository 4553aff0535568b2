//! From sentences to a corpus that can be compared: normalizing, interning, weighing, stories.

use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::align::Corpus;
use crate::article::{Article, CharOffsets, Date};
use crate::facts;
use crate::language::{self, Guess, Language};
use crate::lexicon::{Lexicon, Opposite};
use crate::normalize::key::key;
use crate::normalize::{Token, TokenKind, normalize};
use crate::observer::{Observer, Stage};
use crate::segment::{self, Kind, Sentence};
use crate::similar::{self, Neighbours};
use crate::stories::{self, Stories};
use crate::vocabulary::{self, Draft, Part, Units, Vocabulary};
use crate::weigh::{self, Background};
use crate::words::WordClass;

/// Sentences before a pronoun in which the person is looked for.
const REFERENT_WITHIN: usize = 2;

/// Parts of the corpus that are normalized by each thread.
const PARTS: usize = 4;

/// An article with its sentences and languages.
#[derive(Debug, Clone)]
pub struct Document {
    /// The article.
    pub article: Article,
    /// Its language.
    pub language: Guess,
    /// Its sentences, in order.
    pub sentences: Vec<Sentence>,
    /// The language of each sentence, `None` where it is unsure.
    pub languages: Vec<Option<Language>>,
    /// Of each sentence, once it is asked for, as it takes a pass over the text.
    in_text: OnceLock<Vec<InText>>,
}

/// Where a sentence stands in its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InText {
    /// Characters (Unicode code points) before it.
    pub start: usize,
    /// Characters before what follows it.
    pub end: usize,
    /// Equal sentences before it.
    pub copies: usize,
}

impl Document {
    /// Splits `article` into sentences and tells the languages. With `whole`, the text is one unit.
    pub fn new(article: Article, whole: bool) -> Self {
        let language = guess(&article);
        let sentences = if whole {
            segment::whole(&article.text)
        } else {
            segment::sentences(&article.text, language.language)
        };
        Self::with_sentences(article, language, sentences)
    }

    /// An article whose sentences are known.
    pub fn with_sentences(article: Article, language: Guess, sentences: Vec<Sentence>) -> Self {
        let languages = sentences
            .iter()
            .map(|sentence| {
                language::of_sentence(sentence.span.slice(&article.text), &language).language
            })
            .collect();
        Self {
            article,
            language,
            sentences,
            languages,
            in_text: OnceLock::new(),
        }
    }

    /// Where sentence `i` stands; at the beginning when there is no such sentence.
    pub fn in_text(&self, i: usize) -> InText {
        let all = self.in_text.get_or_init(|| {
            let mut offsets = CharOffsets::new(&self.article.text);
            let mut copies: FxHashMap<&str, usize> = FxHashMap::default();
            let in_text = |sentence: &Sentence| {
                let (start, end) = offsets.span(sentence.span);
                let copies = copies
                    .entry(sentence.span.slice(&self.article.text))
                    .or_default();
                *copies += 1;
                InText {
                    start,
                    end,
                    copies: *copies - 1,
                }
            };
            self.sentences.iter().map(in_text).collect()
        });
        all.get(i).copied().unwrap_or_default()
    }

    /// The text of sentence `i`; empty when there is no such sentence.
    pub fn text(&self, i: usize) -> &str {
        self.sentences
            .get(i)
            .map_or("", |sentence| sentence.span.slice(&self.article.text))
    }

    /// Whether sentence `i` may be a member of a claim: by its kind, and in a language that is matched or unsure.
    fn may_join(&self, i: usize) -> bool {
        self.sentences[i].kind.may_join() && self.languages[i].is_none_or(Language::is_matched)
    }
}

/// The language of an article: what the input declares, or a guess.
pub fn guess(article: &Article) -> Guess {
    article
        .language
        .map_or_else(|| language::of_text(&article.text), Guess::certain)
}

/// A corpus, ready for candidates and scores.
#[derive(Debug)]
pub struct Prepared {
    /// The words.
    pub vocabulary: Vocabulary,
    /// Which words are alike.
    pub neighbours: Neighbours,
    /// Weight of every word.
    pub weights: Vec<f64>,
    /// The sentences as numbers: every sentence of every document, then the known claims.
    pub units: Units,
    /// Document and sentence of every unit that is a sentence.
    pub places: Vec<(u32, u32)>,
    /// The units that may be members of a claim, ascending.
    pub members: Vec<u32>,
    /// The units that are known claims, ascending.
    pub known: Vec<u32>,
    /// The stories of the articles.
    pub stories: Stories,
}

impl Prepared {
    /// Prepares `documents` and the texts of `known` claims.
    pub fn new(
        documents: &[Document],
        known: &[&str],
        lexicon: &Lexicon,
        background: &Background,
        observer: &dyn Observer,
    ) -> Self {
        let places: Vec<(u32, u32)> = documents
            .iter()
            .zip(0u32..)
            .flat_map(|(document, d)| {
                (0u32..)
                    .take(document.sentences.len())
                    .map(move |sentence| (d, sentence))
            })
            .collect();
        observer.begin(Stage::Normalize, u64::try_from(places.len()).ok());
        let share = documents
            .len()
            .div_ceil(PARTS * rayon::current_num_threads())
            .max(1);
        let mut parts: Vec<Part> = documents
            .par_chunks(share)
            .enumerate()
            .map(|(i, some)| {
                let mut part = Part::new(true);
                for (document, d) in some.iter().zip(i * share..) {
                    for draft in drafts(document, number(d), lexicon) {
                        part.push(&draft);
                    }
                    observer.advance(document.sentences.len() as u64);
                }
                part
            })
            .collect();
        observer.end();
        let n_sentences = places.len();
        let mut claims = Part::new(false);
        for (text, d) in known.iter().zip(documents.len()..) {
            let language = language::of_text(text).language;
            claims.push(&draft(number(d), Kind::Sentence, text, language, lexicon));
        }
        parts.push(claims);
        let (vocabulary, units) = vocabulary::build(parts, lexicon, background);
        observer.begin(Stage::Vocabulary, u64::try_from(vocabulary.len()).ok());
        let neighbours = similar::build(&vocabulary, lexicon, background);
        let weights = weigh::weights(&vocabulary, &neighbours, n_sentences, lexicon, background);
        observer.end();
        let members = (0u32..)
            .zip(&places)
            .filter(|(_, place)| documents[place.0 as usize].may_join(place.1 as usize))
            .map(|(unit, _)| unit)
            .collect();
        let known = (number(n_sentences)..).take(known.len()).collect();
        let dates: Vec<Option<Date>> = documents
            .iter()
            .map(|document| document.article.date)
            .collect();
        let corpus = Corpus {
            vocabulary: &vocabulary,
            neighbours: &neighbours,
            weights: &weights,
            units: &units,
        };
        let stories = stories::group(corpus, &dates, observer);
        Self {
            vocabulary,
            neighbours,
            weights,
            units,
            places,
            members,
            known,
            stories,
        }
    }

    /// The corpus as the later stages see it.
    pub fn corpus(&self) -> Corpus<'_> {
        Corpus {
            vocabulary: &self.vocabulary,
            neighbours: &self.neighbours,
            weights: &self.weights,
            units: &self.units,
        }
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The sentences of `document`, number `d` of the run.
fn drafts(document: &Document, d: u32, lexicon: &Lexicon) -> Vec<Draft> {
    let sentences = document.sentences.iter().zip(&document.languages);
    let mut drafts: Vec<Draft> = sentences
        .map(|(sentence, &language)| {
            let text = sentence.span.slice(&document.article.text);
            draft(d, sentence.kind, text, language, lexicon)
        })
        .collect();
    resolve_pronouns(&mut drafts);
    drafts
}

fn draft(
    article: u32,
    kind: Kind,
    text: &str,
    language: Option<Language>,
    lexicon: &Lexicon,
) -> Draft {
    let tokens = normalize(text, lexicon);
    let [opposites, false_friends] = sides(text, &tokens, language, lexicon).map(|sides| {
        let mut sides: Vec<Opposite> = sides.into_iter().map(|(side, _)| side).collect();
        sides.sort_unstable();
        sides.dedup();
        sides
    });
    let negated = facts::negated(text, &tokens)
        .map(|token| token.canonical.clone())
        .collect();
    Draft {
        article,
        kind,
        opposites,
        false_friends,
        negated,
        tokens,
        referents: Vec::new(),
        digest: digest(text),
        question: text
            .trim_end_matches(['»', '”', '"', '«', '\'', '’'])
            .ends_with('?'),
    }
}

/// The sides of opposites that the words of content in `text` stand on, and the sides of false friends, each with the
/// token that does.
pub(crate) fn sides<'t>(
    text: &str,
    tokens: &'t [Token],
    language: Option<Language>,
    lexicon: &Lexicon,
) -> [Vec<(Opposite, &'t Token)>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    for token in tokens.iter().filter(|token| token.kind != TokenKind::Name) {
        let written = token.span.slice(text).to_lowercase();
        if token.kind == TokenKind::Word {
            let of_token = lexicon.opposites_of(&token.canonical, &written);
            sides[0].extend(of_token.map(|side| (side, token)));
            if token.canonical.contains('_') {
                for word in written.split(' ') {
                    let of_word = lexicon.opposites_of(&key(word), word);
                    sides[0].extend(of_word.map(|side| (side, token)));
                }
            }
        }
        if let Some(language) = language {
            for word in written.split(' ') {
                let of_word = lexicon.false_friends_of(word, language);
                sides[1].extend(of_word.map(|side| (side, token)));
            }
        }
    }
    sides
}

/// Lets the persons of every sentence (*hun*, *hans*) stand for the first name of the nearest sentence before it
/// of the article that has any.
fn resolve_pronouns(drafts: &mut [Draft]) {
    for i in 0..drafts.len() {
        let (before, rest) = drafts.split_at_mut(i);
        let Some(draft) = rest.first_mut() else { break };
        let is_person = |token: &Token| token.class == Some(WordClass::Person);
        if draft.tokens.iter().any(is_person) {
            draft.referents = before
                .iter()
                .rev()
                .take(REFERENT_WITHIN)
                .map(first_name)
                .find(|name| !name.is_empty())
                .unwrap_or_default();
        }
    }
}

/// The words of the first name in a sentence that may join a claim; empty when there is none.
fn first_name(draft: &Draft) -> Vec<String> {
    let is_name = |token: &&Token| token.kind == TokenKind::Name;
    let mut tokens = draft.tokens.iter().skip_while(|token| !is_name(token));
    let words: Vec<String> = tokens
        .by_ref()
        .take_while(is_name)
        .map(|token| token.canonical.clone())
        .collect();
    if draft.kind.may_join() {
        words
    } else {
        Vec::new()
    }
}

/// The first 64 bits of the SHA-256 of `text`.
fn digest(text: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    digest
        .iter()
        .take(8)
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}
