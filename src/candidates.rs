//! Pairs of sentences that are worth scoring.
//!
//! An inverted index over the words of the run: every sentence gathers the weight that it shares with
//! others through its own words and their neighbours, and keeps its best partners, some from its own
//! story and some from anywhere. Words in more than a tenth of the sentences do not make candidates
//! (they still count in the score). No pair is made of two sentences of one article, nor of articles that the
//! [`Scope`] keeps apart.
//!
//! A story has an index of its own: the search inside it never sees the rest of the corpus. Elsewhere a
//! sentence reads its lists in the order of what they bring, and leaves out those that would take it over
//! [`Limits::entries`]: the long lists of common words, which make no best partner without help of rarer ones.
//! The best of what was found are ranked anew by all words that were looked for. (Terms by descending
//! contribution and a cut before the long lists: Turtle and Flood 1995, "Query evaluation: strategies and
//! optimizations"; for the pairs of a corpus Bayardo, Ma and Srikant 2007, "Scaling up all pairs similarity
//! search". Their bounds would keep the result exact, but cut nothing here: a sentence looks for over a hundred
//! words that are like its own, and another might hold all of them.) [`Found::cut`] says how many sentences left
//! something out; up to a few thousand sentences none does.

use std::borrow::Cow;
use std::hash::Hash;
use std::io;
use std::ops::{Range, RangeInclusive};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

mod index;
mod scope;

use index::{Address, Index, Local, Member, Seeker, Sums, Term};
use scope::Slice;

pub use scope::Scope;

use crate::align::Corpus;
use crate::flat::slot;
use crate::observer::{Observer, Stage};
use crate::spill::{FileList, FileWriter, Memory, Runs, Stored, load_u32};
use crate::stories::Stories;
use crate::vocabulary::WordId;
use crate::weigh::short;

/// A word in more than this share of the sentences makes no candidates …
const COMMON_SHARE: f64 = 0.10;
/// … when it is in more than this many.
const COMMON_AT_LEAST: usize = 60;
/// Neighbours of a word below this similarity make no candidates.
const LEAST_SIMILARITY: f32 = 0.40;
/// Of a search that left something out, so many times the partners that are kept are ranked anew.
const RANKED_ANEW: usize = 4;
/// How many times [`Limits::entries`] a sentence may read in its own story.
const IN_STORY: usize = 4;
/// A sentence that looks for more words than this elsewhere …
const MANY_TERMS: usize = 256;
/// … leaves out neighbours below this similarity: compounds with one of its words or with a part of one.
const CLOSE: f32 = 0.65;
/// What a word leads to elsewhere is kept when so many of the sentences that look for partners hold it: that of rarer words
/// would take much memory and save little.
const OFTEN: u32 = 16;
/// Members that are looked up at once, so that the memory is asked for all of them together.
const LOOKED_UP: usize = 32;
/// A rank that is this part of another may have been rounded down from it.
const ROUNDED: f64 = 1.0 - 1e-6;
/// Sentences that share the index of their story.
const AT_ONCE: usize = 4096;

/// How many partners a sentence keeps, and what it may cost to find them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Best partners in articles of the same story.
    pub in_story: usize,
    /// Best partners in any other article.
    pub elsewhere: usize,
    /// Entries of the index that a sentence reads in search of partners elsewhere.
    pub entries: usize,
}

impl Limits {
    /// Every pair that shares a word which is not too common.
    pub const NONE: Self = Self {
        in_story: usize::MAX,
        elsewhere: usize::MAX,
        entries: usize::MAX,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_story: 40,
            elsewhere: 8,
            entries: 2048,
        }
    }
}

/// A pair that is worth scoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    /// The smaller unit number.
    pub left: u32,
    /// The larger unit number.
    pub right: u32,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The pairs: unique, sorted.
    pub pairs: Vec<Candidate>,
    /// Sentences that left out words because of [`Limits::entries`].
    pub cut: usize,
}

/// The candidates of a run, unique, sorted: in memory or in a file.
#[derive(Debug)]
pub struct Candidates<'a>(Kept<'a>);

#[derive(Debug)]
enum Kept<'a> {
    Memory(Cow<'a, [Candidate]>),
    File(FileList<Candidate>, Memory),
}

impl<'a> From<&'a [Candidate]> for Candidates<'a> {
    fn from(pairs: &'a [Candidate]) -> Self {
        Self(Kept::Memory(Cow::Borrowed(pairs)))
    }
}

impl Candidates<'_> {
    /// Number of pairs.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Memory(pairs) => pairs.len(),
            Kept::File(pairs, _) => pairs.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What pairs may hold in memory, when these are in a file.
    pub(crate) fn memory(&self) -> Option<&Memory> {
        match &self.0 {
            Kept::Memory(_) => None,
            Kept::File(_, memory) => Some(memory),
        }
    }

    /// Every so manyth row of pairs of one left sentence.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn sample(&self, rows: usize) -> io::Result<Vec<Candidate>> {
        let mut sample = Vec::new();
        let mut last = None;
        let mut n_rows = 0;
        for block in self.blocks(1 << 16, |unit| unit) {
            for &pair in block?.iter() {
                if last.replace(pair.left) != Some(pair.left) {
                    n_rows += 1;
                }
                if n_rows % rows == 1 % rows {
                    sample.push(pair);
                }
            }
        }
        Ok(sample)
    }

    /// The pairs in blocks: all at once from memory; from a file so many, or more when the articles of their left
    /// sentences have more. All pairs of which the left sentence is of one article are in one block. An error when the
    /// file cannot be read.
    pub(crate) fn blocks<'b>(
        &'b self,
        most: usize,
        article: impl Fn(u32) -> u32 + 'b,
    ) -> Box<dyn Iterator<Item = io::Result<Cow<'b, [Candidate]>>> + 'b> {
        let file = match &self.0 {
            Kept::Memory(pairs) => {
                let all: Cow<[Candidate]> = Cow::Borrowed(pairs);
                return Box::new(std::iter::once(Ok(all)));
            }
            Kept::File(file, _) => file,
        };
        let mut pairs = file.read();
        let mut ahead: Option<Candidate> = None;
        Box::new(std::iter::from_fn(move || {
            let mut block: Vec<Candidate> = ahead.take().into_iter().collect();
            for pair in pairs.by_ref() {
                let pair = match pair {
                    Ok(pair) => pair,
                    Err(error) => return Some(Err(error)),
                };
                let begins_article = block
                    .last()
                    .is_some_and(|last| article(last.left) != article(pair.left));
                if block.len() >= most && begins_article {
                    ahead = Some(pair);
                    break;
                }
                block.push(pair);
            }
            (!block.is_empty()).then_some(Ok(Cow::Owned(block)))
        }))
    }
}

impl Stored for Candidate {
    const BYTES: usize = 8;

    fn store(&self, bytes: &mut [u8]) {
        let (left, right) = bytes.split_at_mut(4);
        left.copy_from_slice(&self.left.to_le_bytes());
        right.copy_from_slice(&self.right.to_le_bytes());
    }

    fn load(bytes: &[u8]) -> Self {
        let (left, right) = bytes.split_at(4);
        Self {
            left: load_u32(left),
            right: load_u32(right),
        }
    }
}

/// What is found by a thread, and by all of them together.
#[derive(Default)]
struct Gathered {
    /// In any order and perhaps twice.
    pairs: Vec<Candidate>,
    cut: usize,
}

impl Gathered {
    fn and(mut self, mut other: Self) -> Self {
        self.pairs.append(&mut other.pairs);
        self.cut += other.cut;
        self
    }

    /// Brings the pairs in their order, each once.
    fn settle(&mut self) {
        self.pairs.par_sort_unstable();
        self.pairs.dedup();
    }

    /// Writes the pairs to a file when they are more than there is room for.
    fn make_room(&mut self, room: Option<&Room>) -> io::Result<()> {
        if let Some(room) = room
            && self.pairs.len() > room.most
        {
            self.settle();
            room.runs.push(&self.pairs)?;
            self.pairs.clear();
        }
        Ok(())
    }
}

/// Room for the pairs that a search finds.
struct Room {
    /// Pairs that a thread keeps in memory.
    most: usize,
    /// The others.
    runs: Runs<Candidate>,
}

impl Room {
    fn new(memory: &Memory) -> io::Result<Self> {
        Ok(Self {
            most: memory.items(size_of::<Candidate>()) / rayon::current_num_threads(),
            runs: Runs::new(memory)?,
        })
    }
}

/// The candidates among `members` (unit numbers, ascending): unique, sorted.
pub fn find(
    corpus: Corpus,
    stories: &Stories,
    members: &[u32],
    limits: Limits,
    observer: &dyn Observer,
) -> Vec<Candidate> {
    let scope = Scope::default();
    find_within(corpus, stories, &scope, members, members, limits, observer).pairs
}

/// The candidates of which one is among `seekers`, such as known claims, and the other among `members`, sentences of
/// articles. A seeker without any whose words are common is searched for by those, too.
pub fn find_for(
    corpus: Corpus,
    stories: &Stories,
    seekers: &[u32],
    members: &[u32],
    limits: Limits,
    observer: &dyn Observer,
) -> Found {
    let scope = Scope::default();
    let mut search = Search::new(corpus, stories, &scope, members, limits);
    let mut found = search.found(seekers, members, observer);
    let is_common =
        |&word: &WordId| search.common.has(word) && corpus.vocabulary.word(word).class.is_none();
    let partners: FxHashSet<u32> = found
        .pairs
        .iter()
        .flat_map(|pair| [pair.left, pair.right])
        .collect();
    let lost: Vec<u32> = seekers
        .iter()
        .copied()
        .filter(|seeker| !partners.contains(seeker))
        .filter(|&seeker| corpus.units.words(seeker as usize).iter().any(is_common))
        .collect();
    if !lost.is_empty() {
        search.common.most = usize::MAX;
        let by_common = search.found(&lost, members, observer);
        // No pair is in both.
        found.pairs.extend(by_common.pairs);
        found.pairs.par_sort_unstable();
        found.cut += by_common.cut;
    }
    found
}

/// The candidates of which one is among `seekers` and the other among `members`, and whose articles `scope` compares. A
/// sentence keeps its best partners among those.
pub fn find_within(
    corpus: Corpus,
    stories: &Stories,
    scope: &Scope,
    seekers: &[u32],
    members: &[u32],
    limits: Limits,
    observer: &dyn Observer,
) -> Found {
    let search = Search::new(corpus, stories, scope, members, limits);
    search.found(seekers, members, observer)
}

/// Sentences that are compared with each other.
#[derive(Debug, Clone, Copy)]
pub struct Among<'a> {
    /// The articles that are compared.
    pub scope: &'a Scope,
    /// Unit numbers, ascending.
    pub units: &'a [u32],
    /// What a sentence keeps.
    pub limits: Limits,
}

/// As [`find_within`], of the pairs that are to be `kept`, in no more than `memory`; also how many sentences left
/// words out.
///
/// # Errors
/// When a file for what does not fit cannot be written or read.
pub fn find_in_memory(
    corpus: Corpus,
    stories: &Stories,
    among: Among,
    kept: impl Fn(&Candidate) -> bool,
    memory: Option<&Memory>,
    observer: &dyn Observer,
) -> io::Result<(Candidates<'static>, usize)> {
    let search = Search::new(corpus, stories, among.scope, among.units, among.limits);
    let room = memory.map(Room::new).transpose()?;
    let mut gathered = search.within(among.units, among.units, room.as_ref(), observer)?;
    gathered.settle();
    let pairs = if let (Some(room), Some(memory)) = (room, memory) {
        room.runs.push(&gathered.pairs)?;
        gathered.pairs = Vec::new();
        let mut all = FileWriter::new(memory)?;
        room.runs
            .merge(|pair| if kept(&pair) { all.push(&pair) } else { Ok(()) })?;
        Kept::File(all.finish()?, memory.clone())
    } else {
        gathered.pairs.retain(kept);
        Kept::Memory(gathered.pairs.into())
    };
    Ok((Candidates(pairs), gathered.cut))
}

/// How many of `units` hold each word.
fn holders(corpus: &Corpus, units: &[u32]) -> Vec<u32> {
    let mut holders = vec![0; corpus.vocabulary.len()];
    for &unit in units {
        for &word in corpus.units.words(unit as usize) {
            holders[word as usize] += 1;
        }
    }
    holders
}

/// The words that make no candidates because too many sentences hold them.
struct Common {
    /// By word: the sentences that hold it.
    holders: Vec<u32>,
    /// Sentences from which on, exclusive, a word is too common.
    most: usize,
}

impl Common {
    fn new(corpus: Corpus, members: &[u32]) -> Self {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of sentences"
        )]
        let most = COMMON_AT_LEAST.max((COMMON_SHARE * members.len() as f64) as usize);
        Self {
            holders: holders(&corpus, members),
            most,
        }
    }

    fn has(&self, word: WordId) -> bool {
        self.holders[word as usize] as usize > self.most
    }
}

struct Search<'a> {
    corpus: Corpus<'a>,
    stories: &'a Stories,
    common: Common,
    scope: &'a Scope,
    limits: Limits,
}

/// A search in a slice of the corpus.
struct SliceSearch<'a> {
    search: &'a Search<'a>,
    index: &'a Index,
    /// By word of the vocabulary, for those that are looked for often.
    looked_for: Vec<Option<LookedFor<'a>>>,
}

/// What a word that is often looked for leads to in all of a slice: itself, then its neighbours from similarity [`CLOSE`]
/// on, then the others.
struct LookedFor<'a> {
    terms: Box<[Term<'a>]>,
    /// The terms that are not of other neighbours.
    n_close: usize,
}

/// Where partners are looked for.
struct Place<'a> {
    members: &'a [Member],
    /// Members that are not looked at.
    except: Range<Address>,
    /// Best partners that are kept.
    limit: usize,
    /// Entries of the index that are read.
    entries: usize,
}

/// What a search works with, reused from search to search.
struct Scratch {
    /// The words of the running story.
    local: Local,
    brought: Brought,
    sums: Sums,
    looked_up: Vec<(f64, Member)>,
    best: Best,
}

impl Scratch {
    fn new(corpus: &Corpus) -> Self {
        Self {
            local: Local::new(corpus.vocabulary.len()),
            brought: Brought::default(),
            sums: Sums::default(),
            looked_up: Vec::new(),
            best: Best::default(),
        }
    }
}

/// What the words that are looked for bring: a hash table with open addressing.
#[derive(Default)]
struct Brought(Vec<(u32, f64)>);

impl Brought {
    /// Makes it that of `terms`.
    fn learn(&mut self, terms: &[Term]) {
        self.0.clear();
        self.0
            .resize((2 * terms.len()).next_power_of_two().max(16), (0, 0.0));
        for term in terms {
            let slot = slot(&self.0, term.word);
            self.0[slot].0 = term.word + 1;
            self.0[slot].1 += f64::from(term.weight);
        }
    }

    /// What `word` brings, 0 when it is not looked for.
    fn by(&self, word: WordId) -> f64 {
        self.0[slot(&self.0, word)].1
    }
}

/// The highest ranks so far; of equal ones, the smaller units.
#[derive(Default)]
struct Best {
    limit: usize,
    /// Lower ranks have no chance.
    floor: f64,
    /// Rank, unit, weight of its words.
    list: Vec<(f64, u32, f64)>,
}

impl Best {
    fn start(&mut self, limit: usize) {
        self.limit = limit;
        self.floor = 0.0;
        self.list.clear();
    }

    fn push(&mut self, rank: f64, unit: u32, total: f64) {
        if rank >= self.floor {
            self.list.push((rank, unit, total));
            if self.list.len() >= self.limit.saturating_mul(4).saturating_add(32) {
                self.settle();
            }
        }
    }

    /// Leaves the `limit` best, in any order.
    fn settle(&mut self) {
        if self.list.len() < self.limit {
            return;
        }
        if let Some(last) = self.limit.checked_sub(1) {
            let (_, &mut (rank, ..), _) = self.list.select_nth_unstable_by(last, |a, b| {
                b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1))
            });
            self.floor = rank;
        }
        self.list.truncate(self.limit);
    }
}

/// What the words of a story look for, found once for each.
struct OfStory<'a, K> {
    of: FxHashMap<K, Range<usize>>,
    terms: Vec<Term<'a>>,
}

impl<K> Default for OfStory<'_, K> {
    fn default() -> Self {
        Self {
            of: FxHashMap::default(),
            terms: Vec::new(),
        }
    }
}

impl<'a, K: Hash + Eq> OfStory<'a, K> {
    /// What `word` looks for, which `find` appends to a list.
    fn terms(&mut self, word: K, find: impl FnOnce(&mut Vec<Term<'a>>)) -> &[Term<'a>] {
        let found = self.of.entry(word).or_insert_with(|| {
            let start = self.terms.len();
            find(&mut self.terms);
            start..self.terms.len()
        });
        &self.terms[found.clone()]
    }
}

impl<'a> Search<'a> {
    fn new(
        corpus: Corpus<'a>,
        stories: &'a Stories,
        scope: &'a Scope,
        members: &[u32],
        limits: Limits,
    ) -> Self {
        Self {
            corpus,
            stories,
            common: Common::new(corpus, members),
            scope,
            limits,
        }
    }

    /// The best partners of `seekers` among `members`, all in memory.
    fn found(&self, seekers: &[u32], members: &[u32], observer: &dyn Observer) -> Found {
        // Nothing is written without a limit of memory.
        let mut gathered = self
            .within(seekers, members, None, observer)
            .unwrap_or_default();
        gathered.settle();
        Found {
            pairs: gathered.pairs,
            cut: gathered.cut,
        }
    }

    /// The best partners of `seekers` among `members`.
    fn within(
        &self,
        seekers: &[u32],
        members: &[u32],
        room: Option<&Room>,
        observer: &dyn Observer,
    ) -> io::Result<Gathered> {
        observer.begin(Stage::Candidates, u64::try_from(seekers.len()).ok());
        let article = |unit: u32| self.corpus.units.unit(unit as usize).article;
        let mut gathered = Gathered::default();
        for Slice { seekers, members } in self.scope.slices(article, seekers, members) {
            let wanted = |word| !self.common.has(word);
            let index = Index::build(self.corpus, self.stories, &members, wanted);
            let slice = SliceSearch {
                search: self,
                looked_for: self.looked_for(&seekers, &index),
                index: &index,
            };
            gathered = gathered.and(slice.all(seekers, room, observer)?);
        }
        observer.end();
        Ok(gathered)
    }

    /// What the words of `seekers` lead to in `index`, of those that are looked for often.
    fn looked_for<'i>(&self, seekers: &[u32], index: &'i Index) -> Vec<Option<LookedFor<'i>>> {
        let holders = holders(&self.corpus, seekers);
        let looked_for = holders.into_par_iter().enumerate().map(|(own, holders)| {
            let own = WordId::try_from(own).unwrap_or(WordId::MAX);
            (holders >= OFTEN).then(|| {
                let mut terms = Vec::new();
                self.anywhere(own, CLOSE..=1.0, index, &mut terms);
                let n_close = terms.len();
                self.anywhere(own, LEAST_SIMILARITY..=CLOSE.next_down(), index, &mut terms);
                LookedFor {
                    terms: terms.into_boxed_slice(),
                    n_close,
                }
            })
        });
        looked_for.collect()
    }

    /// As [`Search::terms`], wherever they occur.
    fn anywhere<'i>(
        &self,
        own: WordId,
        similarities: RangeInclusive<f32>,
        index: &'i Index,
        terms: &mut Vec<Term<'i>>,
    ) {
        self.terms(own, similarities, |_| true, |word| index.of(word), terms);
    }

    /// Adds those of the word `own` and its neighbours that `occur` and are like it by one of these similarities, with
    /// the `addresses` of the members that hold them.
    fn terms<'l>(
        &self,
        own: WordId,
        similarities: RangeInclusive<f32>,
        occur: impl Fn(WordId) -> bool,
        addresses: impl Fn(WordId) -> &'l [Address],
        terms: &mut Vec<Term<'l>>,
    ) {
        let own_weight = self.corpus.weight(own);
        let itself = Some((own, 1.0f32)).filter(|_| occur(own));
        let others = self.corpus.neighbours.occurring(own, occur);
        let others = others.map(|neighbour| (neighbour.word, neighbour.similarity));
        let all = itself.into_iter().chain(others);
        for (word, similarity) in all.filter(|(_, similarity)| similarities.contains(similarity)) {
            let addresses = addresses(word);
            if !addresses.is_empty() {
                terms.push(Term {
                    word,
                    weight: similarity * short(own_weight.min(self.corpus.weight(word))),
                    addresses,
                });
            }
        }
    }
}

impl SliceSearch<'_> {
    /// The best partners of all `seekers`.
    fn all(
        &self,
        mut seekers: Vec<u32>,
        room: Option<&Room>,
        observer: &dyn Observer,
    ) -> io::Result<Gathered> {
        let Search {
            corpus, stories, ..
        } = self.search;
        let story = |unit: u32| stories.of(corpus.units.unit(unit as usize).article);
        seekers.par_sort_by_key(|&unit| (story(unit), unit));
        let groups: Vec<&[u32]> = seekers
            .chunk_by(|a, b| story(*a) == story(*b))
            .flat_map(|group| group.chunks(AT_ONCE))
            .collect();
        groups
            .par_iter()
            .try_fold(
                || (Gathered::default(), None),
                |(mut found, scratch), group| {
                    let mut scratch = scratch.unwrap_or_else(|| Scratch::new(corpus));
                    let story = group.first().and_then(|&unit| story(unit));
                    self.group(group, story, &mut scratch, &mut found);
                    found.make_room(room)?;
                    observer.advance(u64::try_from(group.len()).unwrap_or_default());
                    Ok((found, Some(scratch)))
                },
            )
            .map(|folded| folded.map(|(found, _)| found))
            .try_reduce(Gathered::default, |some, others| {
                let mut found = some.and(others);
                found.make_room(room)?;
                Ok(found)
            })
    }

    /// Adds the best partners of `seekers`, all of one story, to `found`. Known claims are of every story.
    fn group(
        &self,
        seekers: &[u32],
        story: Option<u32>,
        scratch: &mut Scratch,
        found: &mut Gathered,
    ) {
        let Limits {
            in_story,
            elsewhere,
            entries,
        } = self.search.limits;
        let mut terms = Vec::new();
        let words = |unit: u32| self.search.corpus.units.words(unit as usize).iter();
        let Some(story) = story else {
            for &unit in seekers {
                terms.clear();
                for &own in words(unit) {
                    let all = LEAST_SIMILARITY..=1.0;
                    self.search.anywhere(own, all, self.index, &mut terms);
                }
                let place = Place {
                    members: &self.index.members,
                    except: 0..0,
                    limit: in_story,
                    entries: usize::MAX,
                };
                self.partners(unit, &terms, &place, scratch, found);
            }
            return;
        };
        let range = self.index.range(story);
        let mut local = std::mem::take(&mut scratch.local);
        let wanted = |word| !self.search.common.has(word);
        let near = self
            .index
            .of_story(self.search.corpus, range.clone(), &mut local, wanted);
        let mut looked_for_near = OfStory::default();
        let mut looked_for_anywhere = OfStory::default();
        for &unit in seekers {
            terms.clear();
            for &own in words(unit) {
                terms.extend_from_slice(looked_for_near.terms(own, |found| {
                    let occur = |word| local.has(word);
                    let addresses = |word| near.of(local.number(word));
                    let all = LEAST_SIMILARITY..=1.0;
                    self.search.terms(own, all, occur, addresses, found);
                }));
            }
            let place = Place {
                members: &self.index.members[range.clone()],
                except: 0..0,
                limit: in_story,
                entries: entries.saturating_mul(IN_STORY),
            };
            let mut cut = self.partners(unit, &terms, &place, scratch, found);
            if elsewhere > 0 {
                let many = self.n_terms(unit) > MANY_TERMS && entries != usize::MAX;
                terms.clear();
                for &own in words(unit) {
                    terms.extend_from_slice(match &self.looked_for[own as usize] {
                        Some(often) if many => &often.terms[..often.n_close],
                        Some(often) => &often.terms,
                        None => looked_for_anywhere.terms((own, many), |found| {
                            let least = if many { CLOSE } else { LEAST_SIMILARITY };
                            self.search.anywhere(own, least..=1.0, self.index, found);
                        }),
                    });
                }
                let place = Place {
                    members: &self.index.members,
                    except: self.index.addresses_of(&range),
                    limit: elsewhere,
                    entries,
                };
                cut |= self.partners(unit, &terms, &place, scratch, found) || many;
            }
            found.cut += usize::from(cut);
        }
        local.clear(&near.words);
        scratch.local = local;
    }

    /// How many words `unit` looks for.
    fn n_terms(&self, unit: u32) -> usize {
        let words = self.search.corpus.units.words(unit as usize).iter();
        words
            .map(|&word| 1 + self.search.corpus.neighbours.words_of(word).len())
            .sum()
    }

    /// Adds the best partners of `unit` there that `terms` lead to. Says whether lists were left out.
    fn partners(
        &self,
        unit: u32,
        terms: &[Term],
        place: &Place,
        scratch: &mut Scratch,
        found: &mut Gathered,
    ) -> bool {
        let &Place {
            members,
            ref except,
            limit,
            entries,
        } = place;
        let Scratch {
            brought,
            sums,
            looked_up,
            best,
            ..
        } = scratch;
        let addresses = &self.index.addresses;
        let seeker = Seeker {
            article: self.search.corpus.units.unit(unit as usize).article,
            total: self.search.corpus.total(unit as usize),
        };
        let cut = sums.add_all(
            terms,
            seeker.total,
            addresses,
            members.len(),
            except,
            entries,
        );
        best.start(if cut {
            limit.saturating_mul(RANKED_ANEW)
        } else {
            limit
        });
        // The likeliest first: most of the rest need not be looked up.
        let (first, rest, entries) = sums.likeliest_first(best.limit);
        for (i, some) in first
            .chunks(LOOKED_UP)
            .chain(rest.chunks(LOOKED_UP))
            .enumerate()
        {
            if i == first.len().div_ceil(LOOKED_UP) {
                best.settle();
            }
            let floor = best.floor * ROUNDED;
            let likely = some.iter().filter(|most| f64::from(most.weight()) >= floor);
            looked_up.clear();
            looked_up.extend(likely.map(|most| {
                let sum = entries[most.number() as usize];
                (f64::from(sum.weight), members[addresses.place(sum.address)])
            }));
            for (shared, member) in looked_up.iter() {
                if self.search.scope.compares(seeker.article, member.article) {
                    best.push(
                        shared / (seeker.total + member.total),
                        member.unit,
                        member.total,
                    );
                }
            }
        }
        best.settle();
        if cut {
            brought.learn(terms);
            let units = best.list.iter().map(|&(_, unit, _)| unit as usize);
            self.search.corpus.units.fetch(units);
            for (rank, unit, total) in &mut best.list {
                let words = self.search.corpus.units.words(*unit as usize).iter();
                let shared: f64 = words.map(|&word| brought.by(word)).sum();
                *rank = shared / (seeker.total + *total);
            }
            best.limit = limit;
            best.settle();
        }
        found
            .pairs
            .extend(best.list.iter().map(|&(_, partner, _)| Candidate {
                left: unit.min(partner),
                right: unit.max(partner),
            }));
        cut
    }
}
