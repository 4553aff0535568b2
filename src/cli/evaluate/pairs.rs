//! `claimalign evaluate --pairs`: hard pairs told right and wrong.

use std::fmt::Write as _;
use std::path::Path;

use claimalign::Error;
use claimalign::config::Config;
use claimalign::evaluate_pairs::{self, Same};

/// The share that is right, by reason, and every pair that is wrong.
pub(super) fn report(path: &Path, config: &Config) -> Result<String, Error> {
    let judged = evaluate_pairs::judge(evaluate_pairs::read(path)?, config)?;
    let mut text = String::from("reason             pairs  right\n");
    let line = |text: &mut String, name: &str, (n, right): (usize, usize)| {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let share = right as f64 / n.max(1) as f64;
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "{name:<18} {n:>5}  {right:>5}  {share:.3}");
    };
    for (reason, counts) in evaluate_pairs::by_reason(&judged) {
        line(&mut text, reason, counts);
    }
    let right = judged.iter().filter(|row| row.right).count();
    line(&mut text, "all", (judged.len(), right));
    let _ = writeln!(text, "\nwrong (id, label, probability, guards, sentences)");
    for row in judged.iter().filter(|row| !row.right) {
        let label = match row.pair.same {
            Same::Yes => "same",
            Same::No => "not the same",
        };
        let guards = if row.guards.is_empty() {
            "no guard".to_owned()
        } else {
            row.guards.join(", ")
        };
        let _ = writeln!(
            text,
            "{} {label} {:.3} {guards}\n  {}\n  {}",
            row.pair.id, row.probability, row.pair.left, row.pair.right
        );
    }
    Ok(text)
}
