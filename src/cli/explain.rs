//! `claimalign explain`: why two sentences match or do not.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use claimalign::Error;
use claimalign::config::Config;
use claimalign::explain;
use claimalign::normalize::{self, key};
use claimalign::observer::Silent;
use claimalign::pipeline::{self, Comparison, Run};
use claimalign::score::features::Features;
use claimalign::similar::Link;

use super::args::{ExplainArgs, Global};
use super::progress::Progress;
use super::{Outcome, print};

pub(super) fn run(
    args: &ExplainArgs,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Error> {
    let (left, right) = (&args.left, &args.right);
    let text = if let Some(folder) = &args.run {
        let mut config = Config::from_file(&folder.join("config.toml"))?;
        args.scoring.apply(&mut config);
        let run = pipeline::align(&config, progress)?;
        if have_changed(&run, folder) {
            progress.say("warning: the inputs are not as they were when the run was made; this is about them as they are now");
        }
        let (a, b) = (unit(&run, left)?, unit(&run, right)?);
        let comparison = pipeline::compared(&run, a.min(b), a.max(b), progress)?;
        let mut text = describe(&run, a, b, &comparison);
        let claim_of = |unit: u32| {
            run.claims
                .iter()
                .find(|claim| claim.members.iter().any(|member| member.unit == unit))
                .map_or("none", |claim| claim.id.as_str())
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\nclaims: {} and {}", claim_of(a), claim_of(b));
        text
    } else {
        let mut config = global.base_config()?;
        args.scoring.apply(&mut config);
        let (run, pair) = pipeline::compare(&config, left, right, &Silent)?;
        let has_no_word = |text: &&String| normalize::normalize(text, &run.lexicon).is_empty();
        if [left, right].iter().any(has_no_word) {
            let message = "a text without any word cannot be compared".to_owned();
            return Err(Error::Setting {
                name: "TEXT",
                message,
            });
        }
        let scored = pair.map(|pair| Comparison::Scored(Box::new(pair)));
        let comparison = scored.unwrap_or(Comparison::NotCandidates);
        describe(&run, 0, 1, &comparison)
    };
    print(&text)?;
    Ok(Outcome::Fine)
}

/// Whether the files that `run` read are others than those of the run in `folder`, by their digests.
fn have_changed(run: &Run, folder: &Path) -> bool {
    let record = fs::read(folder.join("run.json")).ok();
    let record: Option<serde_json::Value> =
        record.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let before = record
        .as_ref()
        .and_then(|record| record["inputs"].as_array());
    let before = before.map(|files| files.iter().map(|file| file["sha256"].as_str()).collect());
    let now = run.files.iter().map(|file| Some(file.sha256.as_str()));
    before.is_some_and(|before: Vec<Option<&str>>| before != now.collect::<Vec<_>>())
}

/// The unit that `ARTICLE_ID:SENTENCE_INDEX` names.
fn unit(run: &Run, id: &str) -> Result<u32, Error> {
    let wrong = |message: String| Error::Setting {
        name: "ID",
        message,
    };
    let (article, index) = id
        .rsplit_once(':')
        .and_then(|(article, index)| Some((article, index.parse::<u32>().ok()?)))
        .ok_or_else(|| wrong(format!("expected ARTICLE_ID:SENTENCE_INDEX, not `{id}`")))?;
    let document = run
        .documents
        .iter()
        .position(|document| document.article.id == article)
        .ok_or_else(|| wrong(format!("no article of the run has the id `{article}`")))?;
    let place = (u32::try_from(document).unwrap_or(u32::MAX), index);
    let unit = run.prepared.places.binary_search(&place).map_err(|_| {
        let n = run.documents[document].sentences.len();
        wrong(format!(
            "article `{article}` has the sentences 0 to {}",
            n.saturating_sub(1)
        ))
    })?;
    Ok(u32::try_from(unit).unwrap_or(u32::MAX))
}

fn describe(run: &Run, left: u32, right: u32, comparison: &Comparison) -> String {
    let mut text = String::new();
    let texts = [run.text(left), run.text(right)];
    for (name, sentence) in ["left", "right"].into_iter().zip(texts) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "{name}: {sentence}");
        tokens(run, sentence, &mut text);
    }
    let _ = writeln!(text, "words that answer to each other (weight, similarity)");
    let corpus = run.prepared.corpus();
    let words = explain::shared_words(corpus, left as usize, right as usize, texts);
    for word in &words {
        let _ = writeln!(
            text,
            "  {:>6.2} {:>5.2}  {} ~ {}  ({})",
            word.weight,
            word.similarity,
            word.left,
            word.right,
            word.link.map_or("same key", link)
        );
    }
    if words.is_empty() {
        let _ = writeln!(text, "  none");
    }
    let pair = match comparison {
        Comparison::Scored(pair) => Ok(pair),
        Comparison::Copies => {
            Err("the two are copies of one text: the same claim without being scored")
        }
        Comparison::Unfit => {
            Err("the two were not compared: one is of a kind or in a language that is in no claim")
        }
        Comparison::Apart => Err(
            "the two were not compared: they are of one article, or of articles that the settings of the run keep apart",
        ),
        Comparison::NotCandidates => Err(
            "the two were not scored: they share too little, or each shares more with many others",
        ),
    };
    let pair = match pair {
        Ok(pair) => pair,
        Err(why) => {
            let _ = writeln!(text, "{why}");
            return text;
        }
    };
    let _ = writeln!(text, "features (value × coefficient)");
    let names = Features::NAMES.iter();
    let width = names.map(|name| name.len()).max().unwrap_or(0);
    let coefficients = &run.model.file().coefficients;
    for (name, value) in Features::NAMES.iter().zip(pair.features.values()) {
        let coefficient = coefficients.get(*name).copied().unwrap_or(0.0);
        let _ = writeln!(
            text,
            "  {name:<width$} {value:>8.3} × {coefficient:>8.3} = {:>7.2}",
            value * coefficient
        );
    }
    let _ = writeln!(
        text,
        "  {:<width$} {:>28.2}",
        "constant",
        run.model.file().intercept
    );
    let _ = writeln!(
        text,
        "guards (what speaks against: words of the left | of the right)"
    );
    let differences = run.differences(left, right, pair.guards);
    for difference in &differences {
        let code = difference.guard.code();
        let _ = match difference.words.each_ref().map(|words| words.join(", ")) {
            [left, right] if left.is_empty() && right.is_empty() => writeln!(text, "  {code}"),
            words => {
                let [left, right] = words.each_ref().map(|words| match words.as_str() {
                    "" => "–",
                    words => words,
                });
                writeln!(text, "  {code:<width$} {left} | {right}")
            }
        };
    }
    if differences.is_empty() {
        let _ = writeln!(text, "  none");
    }
    let model = run.model.file();
    let bar = |of_model: f64| run.config.min_join.unwrap_or(of_model);
    let verdict = if pair.probability >= bar(model.pair) {
        "enough for a claim"
    } else if pair.probability >= bar(model.cut) {
        "enough to join a claim that other sentences support, not for one of these two alone"
    } else {
        "not enough to join in a claim"
    };
    let _ = writeln!(text, "probability: {:.3} ({verdict})", pair.probability);
    text
}

fn tokens(run: &Run, sentence: &str, text: &mut String) {
    for token in normalize::normalize(sentence, &run.lexicon) {
        let surface = token.span.slice(sentence);
        let kind = run
            .prepared
            .vocabulary
            .id(&token.canonical)
            .map_or(token.kind, |id| run.prepared.vocabulary.word(id).kind);
        let kind = format!("{kind:?}").to_lowercase();
        let concepts: Vec<&str> = run
            .lexicon
            .concepts_of(&token.canonical)
            .iter()
            .filter_map(|&concept| run.lexicon.concept(concept))
            .map(|concept| concept.name.as_str())
            .collect();
        let trace: Vec<String> = if surface.contains(' ') {
            Vec::new()
        } else {
            key::steps(surface)
                .into_iter()
                .map(|step| format!("{} {}", step.rule, step.result))
                .collect()
        };
        let _ = write!(text, "  {surface:<20} {kind:<9} {}", token.canonical);
        if !concepts.is_empty() {
            let _ = write!(text, "  [{}]", concepts.join(", "));
        }
        if trace.len() > 1 {
            let _ = write!(text, "  ({})", trace.join("; "));
        }
        text.push('\n');
    }
}

fn link(link: Link) -> &'static str {
    match link {
        Link::Compound => "part of a compound",
        Link::Phrase => "part of a phrase",
        Link::Rounding => "rounded",
        Link::Spelling => "alike in spelling",
        Link::Concept(_) => "in the lexicon",
    }
}
