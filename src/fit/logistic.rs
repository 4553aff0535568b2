//! Logistic regression with a ridge penalty, found by Newton's method (iteratively reweighted least squares).
//!
//! The penalty is a normal prior on the effect of one standard deviation of a feature: around 0, for guards
//! around an expected effect.

use crate::score::features::Features;

/// Strength of the ridge penalty, in pairs.
const RIDGE: f64 = 3.0;
/// Coefficients that are expected of the guards, per unit of the feature. Labelled events hold few pairs of
/// the same words with another number or a denial, so that the data alone cannot teach what such a pair means.
const EXPECTED: [(&str, f64); 11] = [
    // `replaced` fires with it; by itself it only bounds the log-odds.
    ("happens_otherwise", 0.0),
    ("replaced", -20.0),
    ("renamed", -20.0),
    ("counts_differ", -6.0),
    ("numbers_differ", -20.0),
    ("denial_differs", -20.0),
    ("negation_differs", -14.0),
    ("names_differ", -16.0),
    ("dates_differ", -25.0),
    ("opposites", -25.0),
    ("swapped", -20.0),
];
/// Strength of that expectation, in pairs.
const EXPECTATION: f64 = 10000.0;
/// Newton steps; the method converges in fewer.
const STEPS: usize = 30;
/// Number of features.
pub(super) const N: usize = Features::NAMES.len();

/// A fitted regression.
pub(super) struct Learned {
    /// The constant.
    pub(super) intercept: f64,
    /// Coefficients, per unit of the feature.
    pub(super) coefficients: [f64; N],
    /// Coefficients, per standard deviation of the feature.
    pub(super) standardized: [f64; N],
}

impl Learned {
    /// Probability, 0..=1, of the class.
    pub(super) fn probability(&self, values: &[f64; N]) -> f64 {
        let sum: f64 = self
            .coefficients
            .iter()
            .zip(values)
            .map(|(c, x)| c * x)
            .sum();
        let log_odds = (self.intercept + sum).min(Features::from_values(*values).most_log_odds());
        1.0 / (1.0 + (-log_odds).exp())
    }
}

/// Learns from rows of features with their class.
pub(super) fn learn(rows: &[(&[f64; N], bool)]) -> Learned {
    #[expect(clippy::cast_precision_loss, reason = "a count of pairs")]
    let n = rows.len().max(1) as f64;
    let mut mean = [0.0; N];
    let mut deviation = [0.0; N];
    for i in 0..N {
        mean[i] = rows.iter().map(|(values, _)| values[i]).sum::<f64>() / n;
        let variance = rows
            .iter()
            .map(|(values, _)| (values[i] - mean[i]).powi(2))
            .sum::<f64>()
            / n;
        deviation[i] = variance.sqrt().max(1e-9);
    }
    let mut prior = [(0.0, RIDGE); N];
    for (slot, (name, deviation)) in prior.iter_mut().zip(Features::NAMES.iter().zip(deviation)) {
        if let Some((_, expected)) = EXPECTED.iter().find(|(guard, _)| guard == name) {
            *slot = (expected * deviation, EXPECTATION);
        }
    }
    // The constant stands last.
    let mut beta = [0.0; N + 1];
    for _ in 0..STEPS {
        let mut gradient = [0.0; N + 1];
        let mut hessian = vec![[0.0; N + 1]; N + 1];
        for &(values, class) in rows {
            let mut x = [1.0; N + 1];
            for i in 0..N {
                x[i] = (values[i] - mean[i]) / deviation[i];
            }
            let sum: f64 = x.iter().zip(&beta).map(|(x, b)| x * b).sum();
            let p = 1.0 / (1.0 + (-sum).exp());
            let residual = f64::from(u8::from(class)) - p;
            for i in 0..=N {
                gradient[i] += residual * x[i];
                let scaled = p * (1.0 - p) * x[i];
                for j in i..=N {
                    hessian[i][j] += scaled * x[j];
                }
            }
        }
        for i in 0..N {
            let (expected, strength) = prior[i];
            gradient[i] -= strength * (beta[i] - expected);
            hessian[i][i] += strength;
        }
        hessian[N][N] += 1e-9;
        let upper = hessian.clone();
        for (i, row) in hessian.iter_mut().enumerate() {
            for (slot, above) in row.iter_mut().zip(&upper).take(i) {
                *slot = above[i];
            }
        }
        let step = solve(hessian, gradient);
        for (b, s) in beta.iter_mut().zip(step) {
            *b += s;
        }
        if step.iter().all(|s| s.abs() < 1e-9) {
            break;
        }
    }
    let mut learned = Learned {
        intercept: beta[N],
        coefficients: [0.0; N],
        standardized: [0.0; N],
    };
    for i in 0..N {
        learned.standardized[i] = beta[i];
        learned.coefficients[i] = beta[i] / deviation[i];
        learned.intercept -= learned.coefficients[i] * mean[i];
    }
    learned
}

/// Solves a symmetric positive definite system by Gaussian elimination with pivots.
fn solve(mut matrix: Vec<[f64; N + 1]>, mut right: [f64; N + 1]) -> [f64; N + 1] {
    for i in 0..=N {
        let pivot = (i..=N)
            .max_by(|&a, &b| matrix[a][i].abs().total_cmp(&matrix[b][i].abs()))
            .unwrap_or(i);
        matrix.swap(i, pivot);
        right.swap(i, pivot);
        for j in i + 1..=N {
            let factor = matrix[j][i] / matrix[i][i];
            let row = matrix[i];
            for (slot, value) in matrix[j].iter_mut().zip(row).skip(i) {
                *slot -= factor * value;
            }
            right[j] -= factor * right[i];
        }
    }
    let mut solution = [0.0; N + 1];
    for i in (0..=N).rev() {
        let rest: f64 = (i + 1..=N).map(|j| matrix[i][j] * solution[j]).sum();
        solution[i] = (right[i] - rest) / matrix[i][i];
    }
    solution
}
