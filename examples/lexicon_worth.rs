//! What each entry of the lexicon is good for: the labelled events are scored again without it.
//!
//!     cargo run --release --example lexicon_worth -- data/gold > worth.csv
//!
//! A row for every concept of which two words or more stand in the events: how many do, and by how many nats the
//! shipped model tells the pairs worse without it (below 0: better). Most harmful first. Takes ten minutes on two cores.

use std::collections::BTreeSet;

use claimalign::fit;
use claimalign::lexicon::Lexicon;
use claimalign::normalize::normalize;
use claimalign::score::model::Model;
use claimalign::weigh::Background;
use claimalign::{Error, gold};
use rayon::prelude::*;

fn main() -> Result<(), Error> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "data/gold".to_owned());
    let events = gold::read(&[folder.into()])?;
    let (lexicon, background, model) = (
        Lexicon::embedded()?,
        Background::embedded()?,
        Model::embedded()?,
    );
    let words: BTreeSet<String> = events
        .iter()
        .flat_map(|event| &event.articles)
        .flat_map(|article| normalize(&article.article().text, lexicon))
        .map(|token| token.canonical)
        .collect();
    let used: Vec<(u32, usize)> = lexicon
        .members()
        .into_iter()
        .map(|(concept, members)| {
            let used = members.iter().filter(|&&word| words.contains(word));
            (concept, used.count())
        })
        .filter(|&(_, n_used)| n_used > 1)
        .collect();
    let whole = fit::likelihood(&events, lexicon, background, &model)?;
    let mut worth: Vec<(f64, String, usize)> = used
        .into_par_iter()
        .map(|(concept, n_used)| {
            let without = fit::likelihood(&events, &lexicon.without(concept), background, &model)?;
            let name = lexicon.concept(concept).map(|concept| concept.name.clone());
            Ok((whole - without, name.unwrap_or_default(), n_used))
        })
        .collect::<Result<_, Error>>()?;
    worth.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    let failed = |error: csv::Error| Error::io("standard output", std::io::Error::other(error));
    out.write_record(["concept", "words", "worth"])
        .map_err(failed)?;
    for (worth, name, n_used) in worth {
        let row = [name, n_used.to_string(), format!("{worth:.3}")];
        out.write_record(row).map_err(failed)?;
    }
    out.flush()
        .map_err(|source| Error::io("standard output", source))
}
