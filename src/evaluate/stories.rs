//! How well the stories of a run agree with the labelled events: B-cubed of Bagga and Baldwin (1998).

use serde::Serialize;

use super::{harmonic, share};

/// B-cubed figures of a grouping, each 0..=1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BCubed {
    /// Mean share of the items of one's group that belong with one.
    pub precision: f64,
    /// Mean share of the items that belong with one which are in one's group.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// Compares a grouping with the right one: of every item the right group and the group that it was given.
pub fn b_cubed(items: &[(usize, usize)]) -> BCubed {
    let (mut precision, mut recall) = (0.0, 0.0);
    for (right, given) in items {
        let of_right = items.iter().filter(|item| item.0 == *right).count();
        let of_given = items.iter().filter(|item| item.1 == *given).count();
        let both = items.iter().filter(|item| *item == &(*right, *given));
        let both = both.count();
        precision += share(both, of_given);
        recall += share(both, of_right);
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of articles")]
    let n = items.len().max(1) as f64;
    BCubed {
        precision: precision / n,
        recall: recall / n,
        f1: harmonic(precision / n, recall / n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Right: {a, b, c}, {d}. Given: {a, b}, {c, d}. Precision is 1, 1, ½, ½, recall ⅔, ⅔, ⅓, 1.
    #[test]
    fn figures_are_those_counted_by_hand() {
        let figures = b_cubed(&[(0, 7), (0, 7), (0, 8), (1, 8)]);
        assert!((figures.precision - 0.75).abs() < 1e-9);
        assert!((figures.recall - 2.0 / 3.0).abs() < 1e-9);
        assert!((figures.f1 - 12.0 / 17.0).abs() < 1e-9);
    }

    #[test]
    fn the_right_grouping_is_perfect_whatever_its_numbers() {
        let figures = b_cubed(&[(0, 3), (1, 0), (0, 3)]);
        assert!((figures.f1 - 1.0).abs() < 1e-9);
    }
}
