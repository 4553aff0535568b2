//! The words of two sentences in their places: which of them answer to each other, and what stands where they do not.
//!
//! Everything here is symmetric in the two sentences.

use crate::align::Corpus;
use crate::facts::{Relation, Told};
use crate::normalize::TokenKind;
use crate::vocabulary::{Group, WordId};

/// Words above this similarity are taken to name the same thing.
const SAME: f32 = 0.85;

/// What two sentences tell, word by word, with the words of the one that answer to words of the other.
#[derive(Debug)]
pub(super) struct Places<'a> {
    corpus: &'a Corpus<'a>,
    sides: [Side<'a>; 2],
    pairs: Vec<Pair>,
}

/// One of the sentences.
#[derive(Debug)]
struct Side<'a> {
    words: &'a [Told<WordId>],
    /// The place in the other sentence of the word that answers to each, if any.
    partners: Vec<Option<usize>>,
    /// Whether any word of the other sentence is like it, though it may answer to another.
    alike: Vec<bool>,
}

/// Two words that answer to each other.
#[derive(Debug, Clone, Copy)]
struct Pair {
    places: [usize; 2],
    similarity: f32,
}

impl<'a> Places<'a> {
    /// Pairs the words of the units `a` and `b` one to one: the most similar first, of equals those nearest to the
    /// beginning.
    pub(super) fn new(corpus: &'a Corpus<'a>, a: usize, b: usize) -> Self {
        let mut sides = [a, b].map(|unit| {
            let words = corpus.units.sequence(unit);
            Side {
                words,
                partners: vec![None; words.len()],
                alike: vec![false; words.len()],
            }
        });
        let mut pairs = Vec::new();
        for (i, x) in sides[0].words.iter().enumerate() {
            for (j, y) in sides[1].words.iter().enumerate() {
                let similarity = similarity(corpus, x.word, y.word);
                if similarity > 0.0 {
                    pairs.push(Pair {
                        places: [i, j],
                        similarity,
                    });
                }
            }
        }
        // Of two pairs that are still equal, (i, j) and (j, i), neither is in the way of the other.
        let rank = |pair: &Pair| pair.places[0] + pair.places[1];
        let spread = |pair: &Pair| pair.places[0].abs_diff(pair.places[1]);
        pairs.sort_by(|x, y| {
            y.similarity
                .total_cmp(&x.similarity)
                .then_with(|| rank(x).cmp(&rank(y)))
                .then_with(|| spread(x).cmp(&spread(y)))
        });
        pairs.retain(|pair| {
            let [i, j] = pair.places;
            sides[0].alike[i] = true;
            sides[1].alike[j] = true;
            let free = sides[0].partners[i].is_none() && sides[1].partners[j].is_none();
            if free {
                sides[0].partners[i] = Some(j);
                sides[1].partners[j] = Some(i);
            }
            free
        });
        Self {
            corpus,
            sides,
            pairs,
        }
    }

    /// Different words of the two in one place that the lexicon knows.
    pub(super) fn replaced(&self) -> Option<[WordId; 2]> {
        self.differ_in_one_place(|told| {
            let word = self.corpus.vocabulary.word(told.word);
            word.kind == TokenKind::Word && word.known
        })
    }

    /// Different verbs of the two in one place.
    pub(super) fn happens_otherwise(&self) -> Option<[WordId; 2]> {
        self.differ_in_one_place(|told| {
            let word = self.corpus.vocabulary.word(told.word);
            word.kind == TokenKind::Word && word.verb
        })
    }

    /// Different names of the two in one place.
    pub(super) fn renamed(&self) -> Option<[WordId; 2]> {
        self.differ_in_one_place(|told| self.corpus.group(told.word) == Group::Name)
    }

    /// Two words of which `says` is true, and which are like no word of the other sentence, in one place: between the
    /// same words of both, or between the same word and the beginning or the end.
    fn differ_in_one_place(&self, says: impl Fn(&Told<WordId>) -> bool) -> Option<[WordId; 2]> {
        let [left, right] = &self.sides;
        let stands_alone = |side: &Side, at: usize| !side.alike[at] && says(&side.words[at]);
        (0..left.words.len())
            .filter(|&i| stands_alone(left, i))
            .find_map(|i| {
                let (before, after) = (left.before(i), left.after(i));
                let mut there =
                    before.map_or(0, |(_, j)| j + 1)..after.map_or(right.words.len(), |(_, j)| j);
                let j = there.find(|&j| {
                    stands_alone(right, j)
                        && right.before(j).map(|(j, i)| (i, j)) == before
                        && right.after(j).map(|(j, i)| (i, j)) == after
                })?;
                Some([left.words[i].word, right.words[j].word])
            })
    }

    /// A word that both have, as it is in either, that stands behind prepositions which say the opposite: til Oslo,
    /// fra Oslo.
    pub(super) fn related_otherwise(&self) -> Option<[WordId; 2]> {
        let [left, right] = &self.sides;
        self.pairs.iter().find_map(|pair| {
            let [i, j] = pair.places;
            let (here, there) = (&left.words[i], &right.words[j]);
            (pair.similarity > SAME && Relation::contradict(here.relation, there.relation))
                .then_some([here.word, there.word])
        })
    }

    /// Two words that both have, as they are in the left sentence, that stand on different sides of what is said in the
    /// two: the minister warned the mayor, the mayor warned the minister.
    /// Words of content count only in sentences that are `alike`; others often begin with what the other ends with.
    pub(super) fn change_places(&self, alike: bool) -> Option<[WordId; 2]> {
        let [left, right] = &self.sides;
        let same: Vec<[usize; 2]> = self
            .pairs
            .iter()
            .filter(|pair| pair.similarity > SAME)
            .map(|pair| pair.places)
            .collect();
        let word = |[i, _]: [usize; 2]| self.corpus.vocabulary.word(left.words[i].word);
        let group = |[i, _]: [usize; 2]| self.corpus.group(left.words[i].word);
        let has_role = |at: [usize; 2]| {
            let [here, there] = [&left.words[at[0]], &right.words[at[1]]];
            // What depends on one preposition in both has its role wherever it stands.
            let kept = here.preposition.is_some() && here.preposition == there.preposition;
            here.role && there.role && !kept && !word(at).time
        };
        let between = |at: [usize; 2], first: [usize; 2], second: [usize; 2]| {
            first[0] < at[0] && at[0] < second[0] && second[1] < at[1] && at[1] < first[1]
        };
        let roles: Vec<[usize; 2]> = same.iter().copied().filter(|&at| has_role(at)).collect();
        let is_said = |&at: &[usize; 2]| group(at) == Group::Content && !word(at).time;
        let said: Vec<[usize; 2]> = same.iter().copied().filter(is_said).collect();
        roles.iter().find_map(|&first| {
            let second = roles.iter().find(|&&second| {
                (alike || [group(first), group(second)] == [Group::Name; 2])
                    && said.iter().any(|&third| between(third, first, second))
            })?;
            Some([first, *second].map(|[i, _]| left.words[i].word))
        })
    }
}

impl Side<'_> {
    /// The nearest word before `at` that is paired, with its partner.
    fn before(&self, at: usize) -> Option<(usize, usize)> {
        let partner = |i: usize| Some((i, self.partners[i]?));
        (0..at).rev().find_map(partner)
    }

    /// The nearest word behind `at` that is paired, with its partner.
    fn after(&self, at: usize) -> Option<(usize, usize)> {
        let partner = |i: usize| Some((i, self.partners[i]?));
        (at + 1..self.words.len()).find_map(partner)
    }
}

/// Similarity of two words, 0..=1.
pub(super) fn similarity(corpus: &Corpus, x: WordId, y: WordId) -> f32 {
    if x == y {
        return 1.0;
    }
    let link = corpus.neighbours.between(x, y);
    link.map_or(0.0, |link| link.similarity)
}
