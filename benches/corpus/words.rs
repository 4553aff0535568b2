//! The vocabulary of the generated corpora: what can be said, and its words in three languages.

use std::collections::BTreeMap;

use super::{Random, capitalized};

const CONCEPTS: &[u8] = include_bytes!("../../data/concepts.csv");
const BACKGROUND: &[u8] = include_bytes!("../../data/background.csv");

/// Size of the pool that compounds are drawn from.
const COMPOUNDS: u64 = 1 << 22;
/// Size of the pool that family names are drawn from.
const NAMES: u64 = 1 << 18;
/// Part of the seed of every compound and name: what a number of a pool stands for never changes.
const POOL: u64 = 0x6e6f_7264;

/// Which forms of a word a text uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forms {
    /// Danish.
    Da,
    /// Bokmål.
    Nb,
    /// Nynorsk.
    Nn,
}

/// What a word of a sentence stands for, whatever the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A row of the concept table.
    Concept(usize),
    /// Two rows made into one word.
    Compound(usize, usize),
    /// A person: given name and family name.
    Name(String, String),
    /// A number.
    Number(usize),
}

/// Words with little meaning of their own: da, nb, nn; the commonest first.
const FUNCTION: [[&str; 3]; 44] = [
    ["i", "i", "i"],
    ["og", "og", "og"],
    ["er", "er", "er"],
    ["det", "det", "det"],
    ["på", "på", "på"],
    ["til", "til", "til"],
    ["som", "som", "som"],
    ["at", "at", "at"],
    ["for", "for", "for"],
    ["med", "med", "med"],
    ["har", "har", "har"],
    ["af", "av", "av"],
    ["en", "en", "ein"],
    ["den", "den", "den"],
    ["om", "om", "om"],
    ["han", "han", "han"],
    ["de", "de", "dei"],
    ["men", "men", "men"],
    ["var", "var", "var"],
    ["et", "et", "eit"],
    ["kan", "kan", "kan"],
    ["blev", "ble", "vart"],
    ["skal", "skal", "skal"],
    ["fra", "fra", "frå"],
    ["efter", "etter", "etter"],
    ["ved", "ved", "ved"],
    ["hun", "hun", "ho"],
    ["også", "også", "også"],
    ["vil", "vil", "vil"],
    ["der", "der", "der"],
    ["eller", "eller", "eller"],
    ["når", "når", "når"],
    ["ikke", "ikke", "ikkje"],
    ["over", "over", "over"],
    ["mod", "mot", "mot"],
    ["sin", "sin", "sin"],
    ["under", "under", "under"],
    ["mellem", "mellom", "mellom"],
    ["nu", "nå", "no"],
    ["både", "både", "både"],
    ["blandt", "blant", "blant"],
    ["hvad", "hva", "kva"],
    ["hvordan", "hvordan", "korleis"],
    ["meget", "mye", "mykje"],
];

const GIVEN: [&str; 76] = [
    "Anna", "Lars", "Mette", "Ole", "Ingrid", "Jens", "Kari", "Søren", "Marit", "Peter", "Sigrid",
    "Knud", "Astrid", "Hans", "Turid", "Erik", "Solveig", "Niels", "Randi", "Torben", "Liv",
    "Arne", "Bodil", "Geir", "Anne", "Per", "Inger", "Jan", "Kirsten", "Kjell", "Hanne", "Bjørn",
    "Lone", "Svein", "Karen", "Henrik", "Marianne", "Thomas", "Hilde", "Morten", "Nina", "Rune",
    "Tone", "Terje", "Heidi", "Kåre", "Grethe", "Michael", "Bente", "Steen", "Elin", "Trond",
    "Silje", "Øyvind", "Camilla", "Odd", "Line", "Magnus", "Ida", "Stian", "Nora", "Emil", "Maja",
    "Sindre", "Frida", "Oskar", "Thea", "Viktor", "Sofie", "Aksel", "Birgitte", "Leif", "Gerd",
    "Asger", "Ragnhild", "Mads",
];

const SYLLABLES: [&str; 40] = [
    "bra", "dal", "fos", "gran", "hol", "ker", "lund", "mar", "nor", "ras", "sel", "tor", "ulv",
    "vik", "ås", "berg", "ild", "kvi", "ryd", "sto", "tran", "vold", "øst", "hag", "jel", "kro",
    "lin", "myr", "nes", "rog", "skar", "tve", "ves", "bø", "eng", "flo", "gul", "hav", "kal",
    "lek",
];

/// The words that corpora are made of.
pub(crate) struct Lexicon {
    /// By concept and [`Forms`]: the forms of a row, the first the usual one; the commonest row first.
    concepts: Vec<[Vec<String>; 3]>,
    /// Rows that can be a part of a compound.
    parts: Vec<usize>,
    by_zipf: Zipf,
    by_root: Zipf,
    by_function: Zipf,
}

impl Lexicon {
    /// Reads the tables that the crate ships.
    pub(crate) fn new() -> Self {
        let mut common: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows(BACKGROUND, ["word", "sentences"]) {
            let count = row[1].parse().unwrap_or(0);
            common.insert(row[0].clone(), count);
        }
        let mut ranked: Vec<(u64, [Vec<String>; 3])> =
            rows(CONCEPTS, ["strength", "da", "nb", "nn"])
                .into_iter()
                .filter(|row| row[0] != "related")
                .map(|[_, da, nb, nn]| [da, nb, nn].map(|cell| usable(&cell)))
                .filter(|forms| forms.iter().all(|forms| !forms.is_empty()))
                .map(|forms| {
                    let count = |form: &String| common.get(form).copied().unwrap_or(0);
                    (forms[1].iter().map(count).sum(), forms)
                })
                .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        ranked.dedup_by(|a, b| a.1 == b.1);
        let concepts: Vec<[Vec<String>; 3]> = ranked.into_iter().map(|(_, forms)| forms).collect();
        let is_part = |form: &str| !form.contains(' ') && (3..=8).contains(&form.chars().count());
        let parts: Vec<usize> = (0..concepts.len())
            .filter(|&i| concepts[i].iter().all(|forms| is_part(&forms[0])))
            .collect();
        Self {
            by_zipf: Zipf::new(concepts.len(), |rank| rank),
            by_root: Zipf::new(parts.len(), |rank| (rank * 100).isqrt()),
            by_function: Zipf::new(FUNCTION.len(), |rank| rank + 2),
            concepts,
            parts,
        }
    }

    /// A word as the whole language has it: common words often, new compounds now and then.
    pub(crate) fn any(&self, random: &mut Random) -> Meaning {
        if random.percent(14) {
            self.compound(random)
        } else {
            Meaning::Concept(self.by_zipf.draw(random))
        }
    }

    /// A word that says something about a topic.
    pub(crate) fn rarer(&self, random: &mut Random) -> Meaning {
        if random.percent(35) {
            self.compound(random)
        } else {
            let common = self.concepts.len() / 20;
            Meaning::Concept(random.between(common, self.concepts.len() - 1))
        }
    }

    fn compound(&self, random: &mut Random) -> Meaning {
        let mut chosen = Random::new(POOL ^ log_uniform(COMPOUNDS, random));
        let first = self.parts[self.by_root.draw(&mut chosen)];
        let second = self.parts[self.by_root.draw(&mut chosen)];
        Meaning::Compound(first, second)
    }

    /// A form of the word; `other` chooses among the forms of its row, 0 is the usual one.
    pub(crate) fn form(&self, meaning: &Meaning, forms: Forms, other: usize) -> String {
        let of = |concept: usize, i: usize| -> &str {
            let forms = &self.concepts[concept][forms as usize];
            &forms[i % forms.len()]
        };
        match meaning {
            Meaning::Concept(concept) => of(*concept, other).to_owned(),
            Meaning::Compound(first, second) => format!("{}{}", of(*first, 0), of(*second, 0)),
            Meaning::Name(_, family) if other > 0 => family.clone(),
            Meaning::Name(given, family) => format!("{given} {family}"),
            Meaning::Number(number) => number.to_string(),
        }
    }

    /// The words alone, in their usual forms, as headings have them.
    pub(crate) fn plain(&self, meanings: &[Meaning], forms: Forms) -> Vec<String> {
        meanings
            .iter()
            .map(|meaning| self.form(meaning, forms, 0))
            .collect()
    }

    /// The words with function words between them; of the words, `others` percent in another form than usual.
    /// People mostly go by their family names.
    pub(crate) fn prose(
        &self,
        meanings: &[Meaning],
        forms: Forms,
        others: usize,
        random: &mut Random,
    ) -> Vec<String> {
        let mut words = Vec::new();
        for meaning in meanings {
            while random.percent(45) {
                let function = FUNCTION[self.by_function.draw(random)];
                words.push(function[forms as usize].to_owned());
            }
            let other = if matches!(meaning, Meaning::Name(..)) {
                usize::from(random.percent(60))
            } else if random.percent(others) {
                random.between(1, 3)
            } else {
                0
            };
            words.push(self.form(meaning, forms, other));
        }
        words
    }
}

/// A person.
pub(crate) fn name(random: &mut Random) -> Meaning {
    let given = GIVEN[random.below(GIVEN.len())];
    let mut chosen = Random::new(POOL ^ log_uniform(NAMES, random));
    let mut family = String::new();
    for _ in 0..chosen.between(2, 3) {
        family.push_str(SYLLABLES[chosen.below(SYLLABLES.len())]);
    }
    let family = capitalized(&family);
    Meaning::Name(given.to_owned(), family)
}

/// A number, small ones the likelier.
pub(crate) fn number(random: &mut Random) -> Meaning {
    let digits = random.between(1, 4);
    let most = [0, 9, 99, 999, 9999][digits];
    Meaning::Number(random.between(2, most))
}

/// The cells of these columns, row by row.
#[expect(
    clippy::expect_used,
    reason = "the tables and their columns are those that ship"
)]
fn rows<const N: usize>(table: &[u8], columns: [&str; N]) -> Vec<[String; N]> {
    let mut reader = csv::Reader::from_reader(table);
    let header = reader
        .headers()
        .expect("a shipped table has a header")
        .clone();
    let places = columns.map(|column| {
        let place = header.iter().position(|name| name == column);
        place.expect("the column is in the shipped table")
    });
    reader
        .records()
        .map_while(Result::ok)
        .map(|row| places.map(|place| row[place].to_owned()))
        .collect()
}

/// The forms of a cell that are words or short phrases in small letters.
fn usable(cell: &str) -> Vec<String> {
    cell.split(';')
        .map(str::trim)
        .filter(|form| {
            form.chars().count() > 1
                && form.split(' ').count() <= 2
                && form
                    .chars()
                    .all(|c| c == ' ' || c.is_alphabetic() && c.is_lowercase())
        })
        .map(str::to_owned)
        .collect()
}

/// A number below `n`, which is a power of two: every size of number is equally likely, as by Zipf's law.
fn log_uniform(n: u64, random: &mut Random) -> u64 {
    let bits = random.below(n.ilog2() as usize);
    let low = 1u64 << bits;
    low + random.next() % low
}

/// Draws ranks with weights that fall with the rank.
struct Zipf(Vec<u64>);

impl Zipf {
    /// Rank r of `n` (from 1) has the weight 1 ÷ `divisor(r)`.
    fn new(n: usize, divisor: impl Fn(u64) -> u64) -> Self {
        let mut sum = 0;
        Self(
            (1..)
                .take(n)
                .map(|rank| {
                    sum += (1 << 32) / divisor(rank).max(1);
                    sum
                })
                .collect(),
        )
    }

    fn draw(&self, random: &mut Random) -> usize {
        let total = self.0.last().copied().unwrap_or(1);
        let at = random.next() % total;
        self.0.partition_point(|&sum| sum <= at)
    }
}
