//! Times each stage of the pipeline at 1,000 and 10,000 sentences: `cargo bench --bench stages`.
//!
//! What the figures mean stands in `benches/README.md`. As a test (`cargo test --benches`) each runs once,
//! on a small corpus.

#![allow(
    clippy::expect_used,
    reason = "a benchmark that cannot be set up should stop"
)]

#[allow(
    dead_code,
    reason = "written for several programs, each of which needs a part"
)]
mod corpus;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use claimalign::Article;
use claimalign::candidates::{self, Candidate, Limits};
use claimalign::cluster::{self, Edge};
use claimalign::config::Config;
use claimalign::language;
use claimalign::lexicon::Lexicon;
use claimalign::normalize::normalize as tokens_of;
use claimalign::observer::Silent;
use claimalign::pipeline::{self, Run};
use claimalign::prepare::Document;
use claimalign::read::{self, ReadOptions};
use claimalign::run_folder::RunFolder;
use claimalign::score::{ScoredPair, Scorer};
use claimalign::vocabulary::{self, Draft, Part};
use claimalign::weigh::{self, Background};
use claimalign::{segment, similar, stories, write};
use corpus::Corpus;
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use rayon::prelude::*;
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// Sentences of the corpora; of a test, fewer, since its code is not optimized.
fn sizes() -> &'static [usize] {
    if std::env::args().any(|argument| argument == "--bench") {
        &[1_000, 10_000]
    } else {
        &[200]
    }
}

/// A corpus at every stage of its way through the pipeline.
struct Fixture {
    articles: Vec<Article>,
    bytes: usize,
    folder: TempDir,
    config: Config,
    drafts: Vec<Draft>,
    run: Run,
    candidates: Vec<Candidate>,
    pairs: Vec<ScoredPair>,
}

impl Fixture {
    /// The fixture of this size, made when it is first asked for.
    fn of(sentences: usize) -> &'static Self {
        static MADE: Mutex<BTreeMap<usize, &'static Fixture>> = Mutex::new(BTreeMap::new());
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(sentences)
            .or_insert_with(|| Box::leak(Box::new(Self::new(sentences))))
    }

    fn new(sentences: usize) -> Self {
        let corpus = Corpus::generate(corpus::SEED, sentences);
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let input = folder.path().join("articles");
        fs::create_dir(&input).expect("the temporary folder can be written");
        for article in &corpus.articles {
            let path = input.join(format!("{}.txt", article.id));
            fs::write(path, &article.text).expect("the temporary folder can be written");
        }
        let config = Config {
            inputs: vec![input],
            ..Config::default()
        };
        let run = pipeline::align(&config, &Silent).expect("the corpus can be aligned");
        let prepared = &run.prepared;
        let candidates = candidates::find(
            prepared.corpus(),
            &prepared.stories,
            &prepared.members,
            Limits::default(),
            &Silent,
        );
        let scorer = Scorer::new(prepared.corpus(), &prepared.stories, &run.model);
        let pairs = scorer.score(&candidates, 0.01, &Silent);
        Self {
            bytes: corpus.bytes(),
            drafts: drafts(&run.documents, &run.lexicon),
            articles: corpus.articles,
            folder,
            config,
            candidates,
            pairs,
            run,
        }
    }

    fn sentences(&self) -> ItemsCount {
        ItemsCount::new(self.run.prepared.places.len())
    }

    fn bytes(&self) -> BytesCount {
        BytesCount::new(self.bytes)
    }
}

fn background() -> &'static Background {
    Background::embedded().expect("the embedded table is sound")
}

/// The sentences as tokens, by all threads, as the pipeline has them.
fn drafts(documents: &[Document], lexicon: &Lexicon) -> Vec<Draft> {
    let places: Vec<(u32, usize)> = documents
        .iter()
        .zip(0..)
        .flat_map(|(document, d)| (0..document.sentences.len()).map(move |s| (d, s)))
        .collect();
    places
        .into_par_iter()
        .map(|(article, s)| {
            let document = &documents[article as usize];
            Draft {
                article,
                kind: document.sentences[s].kind,
                tokens: tokens_of(document.text(s), lexicon),
                referents: Vec::new(),
                opposites: Vec::new(),
                false_friends: Vec::new(),
                negated: Vec::new(),
                question: false,
                digest: 0,
            }
        })
        .collect()
}

#[divan::bench(name = "01 read", args = sizes())]
fn read(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let options = ReadOptions::default();
    bencher
        .counter(fixture.sentences())
        .counter(fixture.bytes())
        .bench(|| read::read(&fixture.config.inputs, &options, &Silent));
}

#[divan::bench(name = "02 segment", args = sizes())]
fn segment(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    bencher
        .counter(fixture.sentences())
        .counter(fixture.bytes())
        .bench(|| {
            for document in &fixture.run.documents {
                let language = document.language.language;
                divan::black_box(segment::sentences(&document.article.text, language));
            }
        });
}

#[divan::bench(name = "03 language", args = sizes())]
fn language(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    bencher
        .counter(fixture.sentences())
        .counter(fixture.bytes())
        .bench(|| {
            for document in &fixture.run.documents {
                let article = language::of_text(&document.article.text);
                for s in 0..document.sentences.len() {
                    divan::black_box(language::of_sentence(document.text(s), &article));
                }
            }
        });
}

#[divan::bench(name = "04 normalize", args = sizes())]
fn normalize(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    bencher
        .counter(fixture.sentences())
        .counter(fixture.bytes())
        .bench(|| drafts(&fixture.run.documents, &fixture.run.lexicon));
}

#[divan::bench(name = "05 vocabulary", args = sizes())]
fn vocabulary(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let drafts = &fixture.drafts;
    bencher.counter(fixture.sentences()).bench(|| {
        let mut part = Part::new(true);
        for draft in drafts {
            part.push(draft);
        }
        vocabulary::build(vec![part], &fixture.run.lexicon, background())
    });
}

#[divan::bench(name = "06 similar", args = sizes())]
fn similar(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let vocabulary = &fixture.run.prepared.vocabulary;
    bencher
        .counter(fixture.sentences())
        .bench(|| similar::build(vocabulary, &fixture.run.lexicon, background()));
}

#[divan::bench(name = "07 weigh", args = sizes())]
fn weigh(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let prepared = &fixture.run.prepared;
    bencher.counter(fixture.sentences()).bench(|| {
        weigh::weights(
            &prepared.vocabulary,
            &prepared.neighbours,
            prepared.places.len(),
            &fixture.run.lexicon,
            background(),
        )
    });
}

#[divan::bench(name = "08 stories", args = sizes())]
fn stories(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let dates: Vec<_> = fixture
        .articles
        .iter()
        .map(|article| article.date)
        .collect();
    bencher
        .counter(fixture.sentences())
        .bench(|| stories::group(fixture.run.prepared.corpus(), &dates, &Silent));
}

#[divan::bench(name = "09 candidates", args = sizes())]
fn candidates(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let prepared = &fixture.run.prepared;
    bencher.counter(fixture.sentences()).bench(|| {
        candidates::find(
            prepared.corpus(),
            &prepared.stories,
            &prepared.members,
            Limits::default(),
            &Silent,
        )
    });
}

#[divan::bench(name = "10 score", args = sizes())]
fn score(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let prepared = &fixture.run.prepared;
    bencher.counter(fixture.sentences()).bench(|| {
        Scorer::new(prepared.corpus(), &prepared.stories, &fixture.run.model).score(
            &fixture.candidates,
            0.01,
            &Silent,
        )
    });
}

#[divan::bench(name = "11 cluster", args = sizes())]
fn cluster(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let units = &fixture.run.prepared.units;
    let cut = fixture.run.model.file().cut;
    let edges: Vec<Edge> = fixture
        .pairs
        .iter()
        .map(|pair| Edge {
            left: pair.left,
            right: pair.right,
            weight: pair.probability,
        })
        .collect();
    bencher.counter(fixture.sentences()).bench(|| {
        cluster::average_linkage(units.len(), &edges, cut, |unit| {
            Some(units.unit(unit as usize).article)
        })
    });
}

#[divan::bench(name = "12 write", args = sizes())]
fn write(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let output = fixture.folder.path().join("written");
    bencher
        .counter(fixture.sentences())
        .bench(|| write_to(&fixture.run, &output));
}

/// From files to files.
#[divan::bench(name = "13 align", args = sizes())]
fn align(bencher: Bencher, sentences: usize) {
    let fixture = Fixture::of(sentences);
    let output = fixture.folder.path().join("aligned");
    bencher
        .counter(fixture.sentences())
        .counter(fixture.bytes())
        .bench(|| {
            let run = pipeline::align(&fixture.config, &Silent).expect("it went well before");
            write_to(&run, &output);
        });
}

fn write_to(run: &Run, output: &Path) {
    let folder = RunFolder::prepare(output).expect("the temporary folder can be written");
    write::run(run, folder, &Silent).expect("the temporary folder can be written");
}
