//! Progress on standard error: a bar with rate and time left on a terminal, nothing elsewhere.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use claimalign::Warning;
use claimalign::observer::{Observer, Stage};
use claimalign::pipeline::Plan;
use indicatif::{ProgressBar, ProgressStyle};

use super::output::{about, count};
use super::tell;

/// Warnings that are shown, unless verbose: a table may have one for every row.
const SHOWN: usize = 20;

/// Draws what the library tells.
pub(crate) struct Progress {
    quiet: bool,
    verbose: bool,
    terminal: bool,
    n_warnings: AtomicUsize,
    running: Mutex<Option<Running>>,
}

struct Running {
    stage: Stage,
    bar: ProgressBar,
    since: Instant,
}

impl Progress {
    pub(crate) fn new(quiet: bool, verbose: bool) -> Self {
        let terminal = std::io::stderr().is_terminal() && !quiet;
        Self {
            quiet,
            verbose,
            terminal,
            n_warnings: AtomicUsize::new(0),
            running: Mutex::new(None),
        }
    }

    /// Says how many warnings were not shown.
    pub(crate) fn end_warnings(&self) {
        let n = self.n_warnings.load(Ordering::Relaxed);
        if n > SHOWN && !self.verbose {
            self.say(&format!(
                "… and {} (--verbose shows all)",
                count(n - SHOWN, "more warning")
            ));
        }
    }

    /// Takes the bar off the screen.
    pub(crate) fn clear(&self) {
        self.with(|running| {
            if let Some(running) = running.take() {
                running.bar.finish_and_clear();
            }
        });
    }

    /// Prints a line of information, unless quiet.
    pub(crate) fn say(&self, line: &str) {
        if !self.quiet {
            self.line(line);
        }
    }

    fn line(&self, line: &str) {
        self.with(|running| match running {
            Some(running) if self.terminal => running.bar.suspend(|| tell(line)),
            _ => tell(line),
        });
    }

    fn with(&self, work: impl FnOnce(&mut Option<Running>)) {
        // A poisoned lock means that another thread panicked while drawing: the bar no longer matters.
        if let Ok(mut running) = self.running.lock() {
            work(&mut running);
        }
    }
}

impl Observer for Progress {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        let bar = if self.terminal {
            let template = "{msg:>18} [{bar:30}] {human_pos}/{human_len} {per_sec}, {eta} left";
            let style = ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("=> ");
            let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
            bar.with_style(style).with_message(stage.label())
        } else {
            ProgressBar::hidden()
        };
        self.with(|running| {
            *running = Some(Running {
                stage,
                bar,
                since: Instant::now(),
            });
        });
    }

    fn advance(&self, n: u64) {
        if self.terminal {
            self.with(|running| {
                if let Some(running) = running {
                    running.bar.inc(n);
                }
            });
        }
    }

    fn end(&self) {
        let mut told = None;
        self.with(|running| {
            if let Some(running) = running.take() {
                running.bar.finish_and_clear();
                told = Some((running.stage, running.since.elapsed()));
            }
        });
        if let Some((stage, took)) = told
            && self.verbose
        {
            tell(&format!(
                "{:>18} {:.2} s",
                stage.label(),
                took.as_secs_f64()
            ));
        }
    }

    fn plan(&self, plan: &dyn Fn() -> Plan) {
        if self.quiet {
            return;
        }
        let plan = plan();
        let pairs = count(plan.candidate_pairs, "candidate pair");
        let time = about(plan.scoring_seconds);
        self.say(&format!("{pairs} to score, which takes {time}"));
    }

    fn warn(&self, warning: &Warning) {
        let before = self.n_warnings.fetch_add(1, Ordering::Relaxed);
        if before < SHOWN || self.verbose {
            self.say(&format!("warning: {warning}"));
        }
    }
}
