//! From tokens to numbers: a part of the corpus under numbers of its own, and the parts put together.
//!
//! A sentence is turned into numbers as soon as its tokens are known, so that no token keeps a string. The parts are
//! made by several threads at once; which articles are in which part changes nothing in what [`build`] returns.

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::{CountOf, Place, Unit, Units, Vocabulary, Word, WordId};
use crate::article::Span;
use crate::facts::{self, Facts, Told};
use crate::lexicon::{Lexicon, Opposite, key_of};
use crate::normalize::{Token, TokenKind};
use crate::segment::Kind;
use crate::weigh::{Background, is_year};
use crate::words::WordClass;

/// Words after a number that tell what it counts.
const COUNTED_WITHIN: usize = 3;
/// A capital in more than this share of its uses inside sentences makes a word a name.
const NAME_SHARE: f64 = 0.7;

/// A sentence on its way into the vocabulary.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Number of its article.
    pub article: u32,
    /// What it is in the layout.
    pub kind: Kind,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// Canonical forms of the names that its pronouns stand for.
    pub referents: Vec<String>,
    /// The sides of opposites that its words stand on, sorted, each once.
    pub opposites: Vec<Opposite>,
    /// The sides of false friends that its words stand on, sorted, each once.
    pub false_friends: Vec<Opposite>,
    /// Canonical forms of the words that are negated.
    pub negated: Vec<String>,
    /// Whether it ends with a question mark.
    pub question: bool,
    /// Digest of the text as it stands.
    pub digest: u64,
}

/// How a form is used.
#[derive(Debug, Default)]
struct Count {
    /// By [`TokenKind`].
    kinds: [u32; TokenKind::ALL.len()],
    class: Option<WordClass>,
    capital_inside: u32,
    lower_inside: u32,
    capital_initial: u32,
    sentences: u32,
    articles: u32,
    last_article: Option<u32>,
}

impl Count {
    fn token(&mut self, token: &Token) {
        self.kinds[token.kind as usize] += 1;
        self.class = self.class.or(token.class);
        match (token.capital, token.initial) {
            (true, false) => self.capital_inside += 1,
            (false, false) => self.lower_inside += 1,
            (true, true) => self.capital_initial += 1,
            (false, true) => {}
        }
    }

    fn sentence(&mut self, article: u32) {
        self.sentences += 1;
        if self.last_article != Some(article) {
            self.last_article = Some(article);
            self.articles += 1;
        }
    }

    /// Adds what was counted in later articles.
    fn add(&mut self, later: &Self) {
        for (n, of_later) in self.kinds.iter_mut().zip(later.kinds) {
            *n += of_later;
        }
        self.class = self.class.or(later.class);
        self.capital_inside += later.capital_inside;
        self.lower_inside += later.lower_inside;
        self.capital_initial += later.capital_initial;
        self.sentences += later.sentences;
        self.articles += later.articles;
    }

    fn kind_of(&self, canonical: &str, lexicon: &Lexicon, background: &Background) -> TokenKind {
        let most = TokenKind::ALL
            .into_iter()
            .max_by_key(|&kind| (self.kinds[kind as usize], std::cmp::Reverse(kind)));
        match most {
            Some(TokenKind::Word | TokenKind::Name) | None => {}
            Some(kind) => return kind,
        }
        let inside = self.capital_inside + self.lower_inside;
        let name = if inside == 0 {
            self.capital_initial > 0
                && self.class.is_none()
                && !lexicon.knows(key_of(canonical))
                && background.sentences_with(key_of(canonical)) == 0
        } else {
            f64::from(self.capital_inside) > NAME_SHARE * f64::from(inside)
        };
        if name {
            TokenKind::Name
        } else {
            TokenKind::Word
        }
    }
}

/// Consecutive articles, whole, with their words numbered in the order in which they came.
#[derive(Debug)]
pub struct Part {
    forms: IndexMap<String, Count, FxBuildHasher>,
    units: Units,
    /// Whether its sentences count for how rare a word is.
    counted: bool,
}

impl Part {
    /// An empty part. Sentences that are not `counted`, known claims, do not change how rare a word is.
    pub fn new(counted: bool) -> Self {
        Self {
            forms: IndexMap::default(),
            units: Units::default(),
            counted,
        }
    }

    fn form(&mut self, canonical: &str) -> WordId {
        let place = self.forms.get_index_of(canonical).unwrap_or_else(|| {
            self.forms
                .insert_full(canonical.to_owned(), Count::default())
                .0
        });
        WordId::try_from(place).unwrap_or(WordId::MAX)
    }

    /// Adds a sentence behind the others.
    pub fn push(&mut self, draft: &Draft) {
        let tokens = &draft.tokens;
        let ids: Vec<WordId> = tokens
            .iter()
            .map(|token| self.form(&token.canonical))
            .collect();
        let mut unit = Unit {
            article: draft.article,
            kind: draft.kind,
            negations: 0,
            denials: 0,
            question: draft.question,
            digest: draft.digest,
            facts: Facts::of(tokens),
            entry: ids.first().copied().filter(|_| begins_entry(tokens)),
            refers: !draft.referents.is_empty(),
            opposites: bits(&draft.opposites),
            false_friends: bits(&draft.false_friends),
        };
        let mut words: Vec<(WordId, bool, Span)> = Vec::with_capacity(tokens.len());
        for (i, (token, &id)) in tokens.iter().zip(&ids).enumerate() {
            self.forms[id as usize].token(token);
            words.push((id, token.attribution, token.span));
            unit.negations = unit
                .negations
                .saturating_add(u8::from(token.kind == TokenKind::Negation));
            unit.denials = unit.denials.saturating_add(u8::from(denies(&tokens[i..])));
        }
        words.sort_by_key(|&(word, ..)| word);
        words.dedup_by(|next, first| {
            let again = next.0 == first.0;
            if again {
                first.1 &= next.1;
            }
            again
        });
        if self.counted {
            for &(word, ..) in &words {
                self.forms[word as usize].sentence(draft.article);
            }
        }
        let sequence = facts::told(tokens).map(|told| Told {
            word: ids[told.word],
            role: told.role,
            relation: told.relation,
            preposition: told.preposition,
        });
        self.units.sequence.push(sequence);
        self.units.counts.push(counts_of(tokens, &ids));
        for (word, attribution, span) in words {
            self.units.words.push(word);
            self.units.attributions.push(attribution);
            self.units.places.push(Place::of(span));
        }
        self.units.offsets.push(self.units.words.len());
        self.units.opposites.push(draft.opposites.iter().copied());
        self.units
            .false_friends
            .push(draft.false_friends.iter().copied());
        self.units.list.push(unit);
        let referents: Vec<WordId> = draft.referents.iter().map(|name| self.form(name)).collect();
        self.units.referents.push(referents);
        let negated: Vec<WordId> = draft.negated.iter().map(|word| self.form(word)).collect();
        self.units.negated.push(negated);
    }
}

/// Whether a sentence begins with the time at which an entry of a live report was made: `13.55: …`, not `kl. 13.55 …`.
fn begins_entry(tokens: &[Token]) -> bool {
    let clock = "00:00".len();
    tokens.first().is_some_and(|token| {
        token.kind == TokenKind::Time && token.canonical.len() == clock && token.span.len() <= clock
    })
}

/// Whether the word that the `rest` of a sentence begins with denies what the sentence says: who *avviser dette og hevder*
/// something denies what was said before.
fn denies(rest: &[Token]) -> bool {
    let class = |i: usize| rest.get(i).and_then(|token| token.class);
    let something_else =
        class(1) == Some(WordClass::Pronoun) && class(2) == Some(WordClass::Conjunction);
    class(0) == Some(WordClass::Denial) && !something_else
}

fn bits(sides: &[Opposite]) -> u64 {
    sides
        .iter()
        .fold(0, |bits, side| bits | 1 << (side.pair % 64))
}

/// The words that follow a number without a function word or another number between them, with it; years count
/// nothing.
fn counts_of(tokens: &[Token], ids: &[WordId]) -> Vec<CountOf> {
    let is_counted = |token: &Token| token.kind == TokenKind::Word && token.class.is_none();
    let mut counts: Vec<CountOf> = Vec::new();
    for (at, number) in tokens.iter().enumerate() {
        if number.kind != TokenKind::Number || is_year(&number.canonical) {
            continue;
        }
        let rest = tokens.get(at + 1..).unwrap_or_default();
        // 39 av 150 plasser are 39.
        let of_all = matches!(rest, [of, all, ..]
            if facts::AV.contains(&of.canonical) && all.kind == TokenKind::Number);
        let counted = at + if of_all { 3 } else { 1 };
        let following = tokens.iter().zip(ids).skip(counted).take(COUNTED_WITHIN);
        counts.extend(
            following
                .take_while(|(token, _)| is_counted(token))
                .zip(0..)
                .map(|((_, &word), distance)| CountOf {
                    word,
                    number: ids[at],
                    distance,
                }),
        );
    }
    counts
}

/// A form of a part.
struct Form {
    canonical: String,
    count: Count,
    part: usize,
    /// Its number there.
    number: usize,
}

/// The words of all `parts`, which are in the order of the run (articles ascending), and their sentences, one part
/// after the other.
pub fn build(parts: Vec<Part>, lexicon: &Lexicon, background: &Background) -> (Vocabulary, Units) {
    let mut forms: Vec<Form> = Vec::with_capacity(parts.iter().map(|part| part.forms.len()).sum());
    let mut units: Vec<Units> = Vec::with_capacity(parts.len());
    let mut numbers: Vec<Vec<WordId>> = Vec::with_capacity(parts.len());
    for (part, content) in parts.into_iter().enumerate() {
        units.push(content.units);
        numbers.push(vec![0; content.forms.len()]);
        let numbered = content.forms.into_iter().enumerate();
        forms.extend(numbered.map(|(number, (canonical, count))| Form {
            canonical,
            count,
            part,
            number,
        }));
    }
    forms.par_sort_unstable_by(|a, b| (&a.canonical, a.part).cmp(&(&b.canonical, b.part)));
    let mut merged: Vec<(String, Count)> = Vec::new();
    for form in forms {
        match merged.last_mut() {
            Some((canonical, count)) if *canonical == form.canonical => count.add(&form.count),
            _ => merged.push((form.canonical, form.count)),
        }
        numbers[form.part][form.number] = WordId::try_from(merged.len() - 1).unwrap_or(WordId::MAX);
    }
    let words: Vec<Word> = merged
        .into_par_iter()
        .map(|(canonical, count)| Word {
            kind: count.kind_of(&canonical, lexicon, background),
            class: count.class,
            sentences: count.sentences,
            articles: count.articles,
            known: lexicon.knows(key_of(&canonical)),
            verb: lexicon.is_verb(&canonical),
            time: lexicon.is_time(&canonical),
            negative: lexicon.holds_negation(&canonical),
            canonical,
        })
        .collect();
    units
        .par_iter_mut()
        .zip(&numbers)
        .for_each(|(units, numbers)| units.renumber(numbers));
    let mut all = Units::default();
    all.make_room(&units);
    for units in units {
        all.append(units);
    }
    (Vocabulary::new(words), all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::key::key;
    use crate::normalize::normalize;

    fn tokens(sentence: &str) -> Vec<Token> {
        normalize(sentence, &Lexicon::default())
    }

    #[test]
    fn who_denies_this_and_says_something_does_not_deny_what_is_said() {
        let any = |sentence: &str| {
            let tokens = tokens(sentence);
            (0..tokens.len()).any(|i| denies(&tokens[i..]))
        };
        assert!(any("Rederiet avviser at anlegget sviktet."));
        assert!(any("Rederiet afviser dette."));
        assert!(!any("Rederiet avviser dette og hevdar at anlegget verka."));
    }

    #[test]
    fn some_of_all_are_as_many_as_some() {
        let counted = |sentence: &str, number: &str| {
            let tokens = tokens(sentence);
            let ids: Vec<WordId> = (0..).take(tokens.len()).collect();
            counts_of(&tokens, &ids).iter().any(|count| {
                let of = |id: WordId| tokens[id as usize].canonical.as_str();
                of(count.number) == number && of(count.word) == key("plasser")
            })
        };
        assert!(counted("Dekker får 39 av 150 plasser", "39"));
        assert!(counted("Dekker får 39 plasser", "39"));
        assert!(!counted("39 av velgerne vil ha 150 plasser", "39"));
    }

    #[test]
    fn an_entry_of_a_live_report_begins_with_its_time() {
        assert!(begins_entry(&tokens("13.55: Politiet leter.")));
        assert!(begins_entry(&tokens("09.05 Politiet leder.")));
        for other in [
            "Kl. 13.55 rykket politiet ut.",
            "6. januar rykket de ut.",
            "Halv to rykket de ut.",
            "",
        ] {
            assert!(!begins_entry(&tokens(other)), "{other}");
        }
    }
}
