//! Retrieval on parallel text: every segment of one language as a known claim against all segments of another.

use std::path::Path;

use serde::Deserialize;

use crate::article::Article;
use crate::config::Config;
use crate::error::Error;
use crate::known::KnownClaim;
use crate::language::Language;
use crate::observer::Silent;
use crate::pipeline;

/// A segment in the three languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Segment {
    /// Danish.
    pub da: String,
    /// Bokmål.
    pub nb: String,
    /// Nynorsk.
    pub nn: String,
}

impl Segment {
    fn text(&self, language: Language) -> &str {
        match language {
            Language::Da => &self.da,
            Language::Nn => &self.nn,
            _ => &self.nb,
        }
    }
}

/// How often the right segment is among the best.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrieval {
    /// Segments.
    pub n: usize,
    /// Segments whose translation ranks first.
    pub first: usize,
    /// Segments whose translation is among the best five.
    pub among_five: usize,
    /// Numbers of the segments whose translation does not rank first.
    pub missed: Vec<usize>,
}

/// Reads parallel text: JSON lines with the keys `da`, `nb` and `nn`; others are ignored.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read, [`Error::Format`] with the line of a bad row, or when there is none.
pub fn read(path: &Path) -> Result<Vec<Segment>, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
    let name = || path.display().to_string();
    let segments = text
        .lines()
        .zip(1..)
        .map(|(line, number)| {
            serde_json::from_str(line)
                .map_err(|error| Error::format(name(), Some(number), error.to_string()))
        })
        .collect::<Result<Vec<Segment>, Error>>()?;
    if segments.is_empty() {
        return Err(Error::format(name(), None, "no segment"));
    }
    Ok(segments)
}

/// Looks for the segments of `from` among those of `to`; a tie goes to the segment that stands first.
///
/// # Errors
/// When tables, lexicon or model cannot be read, or a setting is out of its range.
pub fn retrieve(
    segments: &[Segment],
    from: Language,
    to: Language,
    config: &Config,
) -> Result<Retrieval, Error> {
    let articles = segments
        .iter()
        .zip(0..)
        .map(|(segment, i): (_, usize)| Article {
            id: format!("{i:08}"),
            text: segment.text(to).to_owned(),
            language: Some(to),
            ..Article::default()
        })
        .collect();
    let known = segments
        .iter()
        .zip(0..)
        .map(|(segment, i): (_, usize)| KnownClaim {
            id: format!("{i:08}"),
            label: String::new(),
            claim: segment.text(from).to_owned(),
        })
        .collect();
    let (run, hits) = pipeline::match_texts(config, articles, known, &Silent)?;
    let n = run.prepared.places.len();
    let mut ranked: Vec<Vec<(f64, usize)>> = vec![Vec::new(); run.known.len()];
    for hit in &hits {
        let (document, _) = run.prepared.places[hit.pair.left as usize];
        ranked[hit.pair.right as usize - n].push((hit.margin, document as usize));
    }
    let mut retrieval = Retrieval {
        n: segments.len(),
        first: 0,
        among_five: 0,
        missed: Vec::new(),
    };
    for (claim, found) in ranked.iter_mut().enumerate() {
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let rank = found.iter().position(|&(_, document)| document == claim);
        retrieval.among_five += usize::from(rank.is_some_and(|rank| rank < 5));
        if rank == Some(0) {
            retrieval.first += 1;
        } else {
            retrieval.missed.push(claim);
        }
    }
    Ok(retrieval)
}
