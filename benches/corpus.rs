//! Corpora of invented news with planted claims, the same bytes for the same seed.
//!
//! Words come from `data/concepts.csv`, where the Danish, bokmål and nynorsk cells of a row translate
//! each other, in the order of how common `data/background.csv` says they are, and are drawn by Zipf's
//! law; compounds and names are made up from pools so large that new words never stop coming. Articles
//! come in stories of two to six that share names, words and claims. A claim is planted in several
//! articles of its story as a copy, a noisy copy or in other words ([`How`]); [`Planted`] says where.
//!
//! Only integers are computed with, so that every machine makes the same text. When the tables under
//! `data/` change, so does the text.

#[path = "corpus/words.rs"]
mod words;

use claimalign::Article;
use claimalign::article::Date;

use self::words::{Forms, Lexicon, Meaning};

/// The seed of the corpora that figures are quoted for.
pub(crate) const SEED: u64 = 20_210_106;

/// How a planted sentence was made from the one that it repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// The same characters.
    Copy,
    /// With misspelled and dropped words.
    Noisy,
    /// Synonyms, another order, often another language.
    Reworded,
}

impl How {
    /// From the easiest to the hardest.
    pub(crate) const ALL: [Self; 3] = [Self::Copy, Self::Noisy, Self::Reworded];

    /// The name that tables show.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Copy => "copies",
            Self::Noisy => "noisy copies",
            Self::Reworded => "reworded",
        }
    }
}

/// Bytes of an article's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Number of the article.
    pub(crate) article: usize,
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
}

/// Two sentences of different articles that state one claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Planted {
    /// The sentence of the earlier article.
    pub(crate) left: Place,
    /// The sentence of the later article.
    pub(crate) right: Place,
    /// How differently they are worded.
    pub(crate) how: How,
}

/// Articles, sorted by id, and what is planted in them.
#[derive(Debug, Default)]
pub(crate) struct Corpus {
    /// The articles.
    pub(crate) articles: Vec<Article>,
    /// Every pair of sentences that state one claim.
    pub(crate) planted: Vec<Planted>,
    /// Sentences, headings and boilerplate included.
    pub(crate) sentences: usize,
}

impl Corpus {
    /// Whole stories until there are at least `sentences` sentences.
    pub(crate) fn generate(seed: u64, sentences: usize) -> Self {
        let mut generator = Generator::new(seed);
        let mut corpus = Self::default();
        while corpus.sentences < sentences {
            generator.story(&mut corpus);
        }
        corpus
    }

    /// Bytes of all texts.
    pub(crate) fn bytes(&self) -> usize {
        self.articles.iter().map(|article| article.text.len()).sum()
    }
}

/// `SplitMix64` (Steele, Lea and Flood 2014): small, fast, good enough for text.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is not 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.next()) * n as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    pub(crate) fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last - first + 1)
    }

    pub(crate) fn percent(&mut self, n: usize) -> bool {
        self.below(100) < n
    }
}

/// What the articles of one story have in common.
struct Story {
    topic: Vec<Meaning>,
    names: Vec<Meaning>,
    numbers: Vec<Meaning>,
}

/// A claim in its first wording, and where its sentences stand.
struct Claim {
    meanings: Vec<Meaning>,
    first: Option<(usize, String)>,
    told: Vec<(Place, How)>,
}

/// Makes story after story.
pub(crate) struct Generator {
    random: Random,
    lexicon: Lexicon,
}

/// Newsrooms that do not exist, with their language.
const SOURCES: [(&str, Forms); 9] = [
    ("Fjordposten", Forms::Nb),
    ("Nordkysten", Forms::Nb),
    ("Hovedstadsbladet", Forms::Nb),
    ("Vestavisa", Forms::Nn),
    ("Dalebladet", Forms::Nn),
    ("Bygdenytt", Forms::Nn),
    ("Sundtidende", Forms::Da),
    ("Øbladet", Forms::Da),
    ("Morgenbudet", Forms::Da),
];

/// What sites add, by language.
const BOILERPLATE: [[&str; 3]; 3] = [
    [
        "Artiklen fortsætter under billedet.",
        "Artiklen opdateres.",
        "Læs også: Her er dagens vigtigste nyheder",
    ],
    [
        "Artikkelen fortsetter under bildet.",
        "Saken oppdateres.",
        "Les også: Her er dagens viktigste nyheter",
    ],
    [
        "Artikkelen held fram under biletet.",
        "Saka blir oppdatert.",
        "Les også: Her er dei viktigaste nyheitene i dag",
    ],
];

/// Said of quotes, by language.
const SAYS: [&str; 3] = ["siger", "sier", "seier"];

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            lexicon: Lexicon::new(),
        }
    }

    /// Adds a story of two to six articles to `corpus`.
    pub(crate) fn story(&mut self, corpus: &mut Corpus) {
        let n_articles = self.random.between(2, 6);
        let story = self.subject();
        let main = self.random.below(3);
        let mut newsrooms: Vec<usize> = Vec::new();
        while newsrooms.len() < n_articles {
            let newsroom = if self.random.percent(70) {
                main * 3 + self.random.below(3)
            } else {
                self.random.below(SOURCES.len())
            };
            if !newsrooms.contains(&newsroom) {
                newsrooms.push(newsroom);
            }
        }
        let mut claims: Vec<Claim> = (0..self.random.between(3, 6))
            .map(|_| Claim {
                meanings: self.meanings(&story, 7, 11),
                first: None,
                told: Vec::new(),
            })
            .collect();
        // Every claim is told by two newsrooms or more.
        let tellers: Vec<Vec<usize>> = claims.iter().map(|_| self.some_of(n_articles, 2)).collect();
        let (month, day) = (self.random.between(1, 12), self.random.between(1, 27));
        let year = self.random.between(2015, 2024);
        for (i, &newsroom) in newsrooms.iter().enumerate() {
            let (source, forms) = SOURCES[newsroom];
            let mut told: Vec<Option<usize>> = (0..claims.len())
                .filter(|&claim| tellers[claim].contains(&i))
                .map(Some)
                .collect();
            told.resize(self.random.between(10, 30).max(told.len()), None);
            self.shuffle(&mut told);
            let article = corpus.articles.len();
            let mut text = Text::default();
            let heading = self.heading(&story, forms);
            text.paragraph(&heading);
            for claim in told {
                if self.random.percent(28) {
                    text.break_paragraph();
                }
                if let Some(claim) = claim {
                    let (sentence, how) = self.tell(&mut claims[claim], i, forms);
                    let (start, end) = text.sentence(&sentence);
                    let place = Place {
                        article,
                        start,
                        end,
                    };
                    claims[claim].told.push((place, how));
                } else {
                    let sentence = self.other_sentence(&story, forms);
                    text.sentence(&sentence);
                }
            }
            if self.random.percent(40) {
                let line = BOILERPLATE[forms as usize][self.random.below(3)];
                text.paragraph(line);
            }
            corpus.sentences += text.sentences;
            corpus.articles.push(Article {
                id: format!("n{article:08}"),
                source: source.to_owned(),
                date: Date::new(
                    i32::try_from(year).unwrap_or(2020),
                    u8::try_from(month).unwrap_or(1),
                    u8::try_from(day + self.random.below(2)).unwrap_or(1),
                ),
                text: text.text,
                ..Article::default()
            });
        }
        for claim in claims {
            for (i, &(left, how)) in claim.told.iter().enumerate() {
                for &(right, other) in claim.told.iter().skip(i + 1) {
                    let how = how.max(other);
                    corpus.planted.push(Planted { left, right, how });
                }
            }
        }
    }

    fn subject(&mut self) -> Story {
        let (random, lexicon) = (&mut self.random, &self.lexicon);
        Story {
            topic: (0..random.between(70, 120))
                .map(|_| lexicon.rarer(random))
                .collect(),
            names: (0..random.between(6, 12))
                .map(|_| words::name(random))
                .collect(),
            numbers: (0..random.between(4, 8))
                .map(|_| words::number(random))
                .collect(),
        }
    }

    /// At least `least` of the numbers below `n`, in order.
    fn some_of(&mut self, n: usize, least: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        self.shuffle(&mut all);
        all.truncate(self.random.between(least.min(n), n));
        all.sort_unstable();
        all
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.random.below(i + 1);
            items.swap(i, j);
        }
    }

    /// What a sentence of the story speaks of: `least` to `most` words and names.
    fn meanings(&mut self, story: &Story, least: usize, most: usize) -> Vec<Meaning> {
        let n = self.random.between(least, most);
        (0..n)
            .map(|_| match self.random.below(100) {
                0..9 => story.names[self.random.below(story.names.len())].clone(),
                9..14 => words::name(&mut self.random),
                14..15 => story.numbers[self.random.below(story.numbers.len())].clone(),
                15..19 => words::number(&mut self.random),
                19..37 => story.topic[self.random.below(story.topic.len())].clone(),
                _ => self.lexicon.any(&mut self.random),
            })
            .collect()
    }

    fn heading(&mut self, story: &Story, forms: Forms) -> String {
        let meanings = self.meanings(story, 4, 6);
        let words = self.lexicon.plain(&meanings, forms);
        capitalized(&words.join(" "))
    }

    fn other_sentence(&mut self, story: &Story, forms: Forms) -> String {
        let meanings = self.meanings(story, 5, 12);
        let words = self.lexicon.prose(&meanings, forms, 0, &mut self.random);
        let sentence = capitalized(&words.join(" "));
        match self.random.below(100) {
            0..8 => {
                let name = &story.names[self.random.below(story.names.len())];
                let name = self.lexicon.form(name, forms, 0);
                let says = SAYS[forms as usize];
                format!("«{sentence}», {says} {name}.")
            }
            8..10 => format!("{sentence}?"),
            _ => format!("{sentence}."),
        }
    }

    /// The sentence in which article `i` of the story tells `claim`.
    fn tell(&mut self, claim: &mut Claim, i: usize, forms: Forms) -> (String, How) {
        let Some((language, sentence)) = claim.first.clone() else {
            let words = self
                .lexicon
                .prose(&claim.meanings, forms, 0, &mut self.random);
            let sentence = capitalized(&words.join(" ")) + ".";
            claim.first = Some((forms as usize, sentence.clone()));
            return (sentence, How::Copy);
        };
        debug_assert!(i > 0);
        if language == forms as usize {
            match self.random.below(100) {
                0..50 => return (sentence, How::Copy),
                50..75 => return (self.noisy(&sentence), How::Noisy),
                _ => {}
            }
        }
        let mut meanings = claim.meanings.clone();
        let n = meanings.len();
        meanings.rotate_left(self.random.between(1, n - 1));
        let kept = meanings.len() - self.random.between(1, 3);
        meanings.truncate(kept);
        for _ in 0..self.random.between(0, 3) {
            meanings.push(self.lexicon.any(&mut self.random));
        }
        let words = self.lexicon.prose(&meanings, forms, 70, &mut self.random);
        (capitalized(&words.join(" ")) + ".", How::Reworded)
    }

    /// One or two words dropped, one or two misspelled.
    fn noisy(&mut self, sentence: &str) -> String {
        let mut words: Vec<String> = sentence
            .trim_end_matches('.')
            .split(' ')
            .map(str::to_owned)
            .collect();
        for _ in 0..self.random.between(1, 2) {
            if words.len() > 6 {
                let at = self.random.between(1, words.len() - 1);
                words.remove(at);
            }
        }
        for _ in 0..self.random.between(1, 2) {
            let at = self.random.below(words.len());
            let mut letters: Vec<char> = words[at].chars().collect();
            if letters.len() > 4 {
                let place = self.random.between(2, letters.len() - 2);
                if self.random.percent(50) {
                    letters.swap(place, place + 1);
                } else {
                    letters.remove(place);
                }
                words[at] = letters.into_iter().collect();
            }
        }
        words.join(" ") + "."
    }
}

fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

/// The text of an article as it grows.
#[derive(Default)]
struct Text {
    text: String,
    sentences: usize,
}

impl Text {
    fn break_paragraph(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str("\n\n");
        }
    }

    fn paragraph(&mut self, line: &str) {
        self.break_paragraph();
        self.sentence(line);
        self.break_paragraph();
    }

    /// The bytes that the sentence takes.
    fn sentence(&mut self, sentence: &str) -> (usize, usize) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.text.push_str(sentence);
        self.sentences += 1;
        (start, self.text.len())
    }
}
