//! Labels of claims: those of known claims, or words that the sentences share.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Run;
use crate::claim::{Claim, Nearest};
use crate::copies::Copies;
use crate::label;
use crate::score::Hit;

/// How far a known claim has to stand out for the sentences of a claim, to name it. Chosen on the labelled events with the
/// sentences of one article of each as known claims (`--example known_claims`): F1 0.70 at 0.64, 0.73 at 0.72, 0.71 at 0.76.
const BAR: f64 = 0.72;

/// How far it has to stand out to be told beside a claim that it does not name. Of those between the bars one in four is
/// right there, of those below one in twelve.
const NEAR: f64 = 0.6;

/// Gives every claim its label: that of the known claim which stands out most for its sentences, or its own shared
/// words. A known claim names only the claim for which it stands out most.
pub(super) fn name(claims: &mut [Claim], run: &Run, copies: &Copies, hits: &[Hit]) {
    let n_sentences = run.prepared.places.len();
    let mut of_unit: BTreeMap<u32, Vec<(usize, &Hit)>> = BTreeMap::new();
    for hit in hits {
        let known = hit.pair.right as usize - n_sentences;
        of_unit.entry(hit.pair.left).or_default().push((known, hit));
    }
    let mut near: Vec<(usize, Nearest)> = claims
        .par_iter()
        .enumerate()
        .flat_map_iter(|(at, claim)| {
            let of_members = claim.members.iter().map(|member| {
                let hits = of_unit.get(&copies.searched_for(member.unit));
                hits.map_or(&[][..], Vec::as_slice)
            });
            let near = near(run, &of_members.collect::<Vec<_>>());
            near.into_iter().map(move |near| (at, near))
        })
        .collect();
    near.sort_by(|(_, a), (_, b)| b.standing.total_cmp(&a.standing));
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for (at, nearest) in near {
        let (claim, known) = (&mut claims[at], &run.known[nearest.known]);
        if claim.nearest.is_some() || used.contains(known.id.as_str()) {
            continue;
        }
        claim.nearest = Some(nearest);
        if nearest.standing >= BAR {
            used.insert(&known.id);
            claim.known = Some(nearest.known);
            claim.label.clone_from(&known.label);
        }
    }
    claims
        .par_iter_mut()
        .filter(|claim| claim.known.is_none())
        .for_each(|claim| {
            let members: Vec<u32> = claim.members.iter().map(|member| member.unit).collect();
            let text = run.text(claim.representative().unit);
            claim.label = label::label(run.prepared.corpus(), &members, text, &run.lexicon);
        });
}

/// What the sentences of a claim have in common with a known claim, a value for each.
struct Likeness {
    known: usize,
    probabilities: Vec<f64>,
    margins: Vec<f64>,
}

impl Likeness {
    fn nearest(mut self) -> Nearest {
        #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
        let n = self.probabilities.len() as f64;
        let mean = self.probabilities.iter().sum::<f64>() / n;
        self.margins.sort_by(f64::total_cmp);
        Nearest {
            known: self.known,
            standing: mean.sqrt() * self.margins[(self.margins.len() - 1) / 2],
        }
    }
}

/// The known claims that come near sentences with these hits, in the order of their ids. Of several statements of one
/// claim the highest probability and the highest margin count.
fn near(run: &Run, of_members: &[&[(usize, &Hit)]]) -> Vec<Nearest> {
    let n = of_members.len();
    let mut all: BTreeMap<&str, Likeness> = BTreeMap::new();
    for (member, hits) in of_members.iter().enumerate() {
        for &(known, hit) in *hits {
            let likeness = all.entry(&run.known[known].id).or_insert_with(|| Likeness {
                known,
                probabilities: vec![0.0; n],
                margins: vec![0.0; n],
            });
            let probability = &mut likeness.probabilities[member];
            *probability = probability.max(hit.pair.probability);
            let margin = &mut likeness.margins[member];
            *margin = margin.max(hit.margin);
        }
    }
    all.into_values()
        .map(Likeness::nearest)
        .filter(|nearest| nearest.standing >= NEAR)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_sentence_neither_gives_nor_takes_a_name() {
        let value = |probabilities: &[f64], margins: &[f64]| {
            let likeness = Likeness {
                known: 0,
                probabilities: probabilities.to_vec(),
                margins: margins.to_vec(),
            };
            likeness.nearest().standing
        };
        assert!(value(&[0.9, 0.0, 0.0], &[1.5, 0.0, 0.0]) < BAR);
        assert!(value(&[0.9, 0.9, 0.0], &[1.5, 1.3, 0.0]) > BAR);
        assert!(value(&[1.0, 0.0], &[4.5, 0.0]) < BAR);
        assert!((value(&[0.25, 0.25], &[1.5, 1.3]) - 0.65).abs() < 1e-9);
    }
}
