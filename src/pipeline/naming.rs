//! Labels of claims: those of known claims, or words that the sentences share.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Run;
use crate::claim::Claim;
use crate::copies::Copies;
use crate::label;
use crate::score::Hit;

/// How far a known claim has to stand out for the sentences of a claim, to name it. Chosen on the labelled events with the
/// sentences of one article of each as known claims (`--example known_claims`): F1 0.70 at 0.64, 0.73 at 0.72, 0.71 at 0.76.
const BAR: f64 = 0.72;

/// Gives every claim its label: that of the known claim which stands out most for its sentences, or its own shared
/// words. A known claim names only the claim for which it stands out most.
pub(super) fn name(claims: &mut [Claim], run: &Run, copies: &Copies, hits: &[Hit]) {
    let n_sentences = run.prepared.places.len();
    let mut of_unit: BTreeMap<u32, Vec<(usize, &Hit)>> = BTreeMap::new();
    for hit in hits {
        let known = hit.pair.right as usize - n_sentences;
        of_unit.entry(hit.pair.left).or_default().push((known, hit));
    }
    let best: Vec<Option<Standing>> = claims
        .par_iter()
        .map(|claim| {
            let of_members = claim.members.iter().map(|member| {
                let hits = of_unit.get(&copies.searched_for(member.unit));
                hits.map_or(&[][..], Vec::as_slice)
            });
            best_known(run, &of_members.collect::<Vec<_>>())
        })
        .collect();
    let mut named: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    for (at, best) in best.iter().enumerate() {
        if let Some(best) = best {
            let slot = named.entry(&run.known[best.known].id).or_default();
            if best.value > slot.0 {
                *slot = (best.value, at);
            }
        }
    }
    claims.par_iter_mut().enumerate().for_each(|(at, claim)| {
        let known = best[at].as_ref().map(|best| best.known);
        let known = known.filter(|&known| named[run.known[known].id.as_str()].1 == at);
        if let Some(known) = known {
            claim.known = Some(known);
            claim.label.clone_from(&run.known[known].label);
        } else {
            let members: Vec<u32> = claim.members.iter().map(|member| member.unit).collect();
            let text = run.text(claim.representative().unit);
            claim.label = label::label(run.prepared.corpus(), &members, text, &run.lexicon);
        }
    });
}

/// How far a known claim stands out for the sentences of a claim.
struct Standing {
    /// Index in [`Run::known`].
    known: usize,
    /// The root of the mean probability times the median margin (of two in the middle the lower), 0 or more.
    value: f64,
}

/// What the sentences of a claim have in common with a known claim, a value for each.
struct Likeness {
    known: usize,
    probabilities: Vec<f64>,
    margins: Vec<f64>,
}

impl Likeness {
    fn standing(mut self) -> Standing {
        #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
        let n = self.probabilities.len() as f64;
        let mean = self.probabilities.iter().sum::<f64>() / n;
        self.margins.sort_by(f64::total_cmp);
        Standing {
            known: self.known,
            value: mean.sqrt() * self.margins[(self.margins.len() - 1) / 2],
        }
    }
}

/// The known claim that stands out most for sentences with these hits, if far enough. Of several statements of one
/// claim the highest probability and the highest margin count.
fn best_known(run: &Run, of_members: &[&[(usize, &Hit)]]) -> Option<Standing> {
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
        .map(Likeness::standing)
        .filter(|standing| standing.value >= BAR)
        .reduce(|best, other| {
            if other.value > best.value {
                other
            } else {
                best
            }
        })
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
            likeness.standing().value
        };
        assert!(value(&[0.9, 0.0, 0.0], &[1.5, 0.0, 0.0]) < BAR);
        assert!(value(&[0.9, 0.9, 0.0], &[1.5, 1.3, 0.0]) > BAR);
        assert!(value(&[1.0, 0.0], &[4.5, 0.0]) < BAR);
        assert!((value(&[0.25, 0.25], &[1.5, 1.3]) - 0.65).abs() < 1e-9);
    }
}
