//! Which articles are compared with each other.
//!
//! Articles of one group are not compared: an article is a group of its own, or all articles of one source are one.
//! With a window of days, articles further apart are not compared either. An article of which the date or the source
//! is not known is not held back by it.
//!
//! A window also parts the search: [`Scope::slices`] cuts the corpus into runs of days, each of which has an index of
//! its own, so that no sentence reads entries of days far away.

use rustc_hash::FxHashMap;

use crate::article::{Article, Date};
use crate::config::Across;
use crate::error::Warning;

/// Sentences that a slice has at least, so that its index pays.
const LEAST: usize = 8192;

/// Which articles are compared, by their numbers; all of them by default. Numbers that it was not made for (known
/// claims) are compared with all.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// By article; empty when every article is its own group.
    groups: Vec<u32>,
    /// By article, the day ([`Date::day_number`]) where known; empty without a window.
    days: Vec<Option<i64>>,
    /// Days that two articles may lie apart.
    within: i64,
}

/// Sentences that look for partners, and those among which they look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slice {
    /// Unit numbers.
    pub(super) seekers: Vec<u32>,
    /// Unit numbers, ascending.
    pub(super) members: Vec<u32>,
}

impl Scope {
    /// The scope of `articles`, in their order: up to `within_days` apart when given, and of different sources when
    /// `across` says so.
    pub fn new<'a>(
        articles: impl Iterator<Item = &'a Article> + Clone,
        within_days: Option<u32>,
        across: Across,
    ) -> Self {
        let day = |article: &Article| article.date.map(Date::day_number);
        Self {
            groups: match across {
                Across::Articles => Vec::new(),
                Across::Sources => by_source(articles.clone()),
            },
            days: within_days.map_or_else(Vec::new, |_| articles.map(day).collect()),
            within: within_days.unwrap_or_default().into(),
        }
    }

    /// What the settings of [`Scope::new`] cannot tell of `articles`.
    pub fn warnings(
        articles: &[Article],
        within_days: Option<u32>,
        across: Across,
    ) -> Vec<Warning> {
        let warning = |setting: &str, message: String| Warning {
            path: setting.to_owned(),
            line: None,
            skipped: false,
            message,
        };
        let unknown = |setting: &str, noun: &str, is_unknown: &dyn Fn(&Article) -> bool| {
            let n_unknown = articles
                .iter()
                .filter(|article| is_unknown(article))
                .count();
            let n = articles.len();
            let message =
                format!("{n_unknown} of {n} articles have no {noun}; they are compared with all");
            (n_unknown > 0).then(|| warning(setting, message))
        };
        let mut warnings = Vec::new();
        if across == Across::Sources {
            let setting = "--across sources";
            warnings.extend(unknown(setting, "source", &|article| {
                article.source.is_empty()
            }));
            if let Some((first, others)) = articles.split_first()
                && !first.source.is_empty()
                && others.iter().all(|other| other.source == first.source)
            {
                let message = format!(
                    "all articles are of one source, `{}`; none are compared",
                    first.source
                );
                warnings.push(warning(setting, message));
            }
        }
        if within_days.is_some() {
            warnings.extend(unknown("--within-days", "date", &|article| {
                article.date.is_none()
            }));
        }
        warnings
    }

    /// Whether sentences of two articles are compared.
    pub fn compares(&self, a: u32, b: u32) -> bool {
        self.group(a) != self.group(b)
            && match (self.day(a), self.day(b)) {
                (Some(a), Some(b)) => (a - b).abs() <= self.within,
                _ => true,
            }
    }

    /// The group of an article: articles of one group are not compared.
    pub fn group(&self, article: u32) -> u32 {
        self.groups
            .get(article as usize)
            .copied()
            .unwrap_or(article)
    }

    /// The day of an article, as a number that grows by 1 a day; `None` when it is not known or there is no window.
    pub fn day(&self, article: u32) -> Option<i64> {
        self.days.get(article as usize).copied().flatten()
    }

    /// Parts `seekers` so that each finds all members that it is compared with in its slice, and little else. With a
    /// window, slices span at least its length, so that no member is in more than three, and hold at least as many
    /// seekers as there are members without a date, which are in all.
    pub(super) fn slices(
        &self,
        article: impl Fn(u32) -> u32,
        seekers: &[u32],
        members: &[u32],
    ) -> Vec<Slice> {
        let day = |unit: u32| self.day(article(unit));
        let (undated, mut dated): (Vec<u32>, Vec<u32>) =
            seekers.iter().partition(|&&unit| day(unit).is_none());
        let mut slices = Vec::new();
        if !undated.is_empty() {
            slices.push(Slice {
                seekers: undated,
                members: members.to_vec(),
            });
        }
        dated.sort_by_key(|&unit| (day(unit), unit));
        let mut by_day: Vec<(Option<i64>, u32)> =
            members.iter().map(|&unit| (day(unit), unit)).collect();
        by_day.sort_unstable();
        let n_undated = by_day.partition_point(|entry| entry.0.is_none());
        let least = LEAST.max(n_undated);
        let mut rest = &dated[..];
        while let Some(first) = rest.first().copied().and_then(day) {
            let close = rest.partition_point(|&unit| day(unit) <= Some(first + self.within));
            let final_unit = rest[close.max(least).min(rest.len()) - 1];
            let end = rest.partition_point(|&unit| day(unit) <= day(final_unit));
            let (from, to) = (
                first - self.within,
                day(final_unit).map(|day| day + self.within),
            );
            let from = by_day.partition_point(|entry| entry.0 < Some(from));
            let to = by_day.partition_point(|entry| entry.0 <= to);
            let (undated, near) = (&by_day[..n_undated], &by_day[from..to]);
            let mut members: Vec<u32> = undated.iter().chain(near).map(|entry| entry.1).collect();
            members.sort_unstable();
            let seekers = rest[..end].to_vec();
            slices.push(Slice { seekers, members });
            rest = &rest[end..];
        }
        slices
    }
}

/// By article, the number of the first article of its source; its own where the source is not known.
fn by_source<'a>(articles: impl Iterator<Item = &'a Article>) -> Vec<u32> {
    let mut first: FxHashMap<&str, u32> = FxHashMap::default();
    articles
        .zip(0u32..)
        .map(|(article, number)| match article.source.as_str() {
            "" => number,
            source => *first.entry(source).or_insert(number),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn articles(of: &[(&str, Option<u8>)]) -> Vec<Article> {
        of.iter()
            .map(|&(source, day)| Article {
                source: source.to_owned(),
                date: day.and_then(|day| Date::new(2021, 1, day)),
                ..Article::default()
            })
            .collect()
    }

    /// The pairs of `n` articles that are compared.
    fn compared(scope: &Scope, n: u32) -> Vec<(u32, u32)> {
        (0..n)
            .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
            .filter(|&(a, b)| scope.compares(a, b) && scope.compares(b, a))
            .collect()
    }

    #[test]
    fn by_default_all_articles_are_compared_but_none_with_itself() {
        let scope = Scope::default();
        assert_eq!(compared(&scope, 3), [(0, 1), (0, 2), (1, 2)]);
        assert!(!scope.compares(1, 1));
    }

    #[test]
    fn a_window_keeps_days_apart_and_holds_no_undated_article_back() {
        let articles = articles(&[("", Some(1)), ("", Some(3)), ("", Some(4)), ("", None)]);
        let scope = Scope::new(articles.iter(), Some(2), Across::Articles);
        let pairs = [(0, 1), (0, 3), (1, 2), (1, 3), (2, 3)];
        assert_eq!(compared(&scope, 4), pairs);
        let scope = Scope::new(articles.iter(), Some(0), Across::Articles);
        assert_eq!(compared(&scope, 4), [(0, 3), (1, 3), (2, 3)]);
        // A known claim, which is numbered after the articles.
        assert!(scope.compares(0, 4));
    }

    #[test]
    fn sources_are_not_compared_with_themselves() {
        let articles = articles(&[
            ("A", None),
            ("B", None),
            ("A", None),
            ("", None),
            ("", None),
        ]);
        let scope = Scope::new(articles.iter(), None, Across::Sources);
        let pairs = [
            (0, 1),
            (0, 3),
            (0, 4),
            (1, 2),
            (1, 3),
            (1, 4),
            (2, 3),
            (2, 4),
            (3, 4),
        ];
        assert_eq!(compared(&scope, 5), pairs);
        assert!(scope.compares(2, 5));
    }

    /// Twenty thousand sentences of one article each, over a month; every hundredth has no date.
    #[test]
    fn every_seeker_has_its_partners_in_its_slice() {
        let n = 20_000u32;
        let days: Vec<(&str, Option<u8>)> = (0..n)
            .map(|i| {
                (
                    "",
                    (i % 100 != 0).then_some(1 + u8::try_from(i * 7 % 30).unwrap()),
                )
            })
            .collect();
        let articles = articles(&days);
        let units: Vec<u32> = (0..n).collect();
        for within in [0, 3, 40] {
            let scope = Scope::new(articles.iter(), Some(within), Across::Articles);
            let slices = scope.slices(|unit| unit, &units, &units);
            // One more for those without a date.
            assert_eq!(slices.len(), if within == 40 { 2 } else { 4 }, "{within}");
            let mut seekers: Vec<u32> = slices
                .iter()
                .flat_map(|slice| slice.seekers.clone())
                .collect();
            seekers.sort_unstable();
            assert_eq!(seekers, units);
            for slice in &slices {
                assert!(slice.members.is_sorted());
                for &seeker in slice.seekers.iter().step_by(997) {
                    let wanted = units.iter().filter(|&&unit| scope.compares(seeker, unit));
                    let missed = wanted.filter(|unit| slice.members.binary_search(unit).is_err());
                    assert_eq!(missed.count(), 0, "{within}: {seeker}");
                }
            }
        }
    }

    #[test]
    fn without_a_window_there_is_one_slice() {
        let slices = Scope::default().slices(|unit| unit, &[1, 2], &[1, 2, 3]);
        let slice = Slice {
            seekers: vec![1, 2],
            members: vec![1, 2, 3],
        };
        assert_eq!(slices, [slice]);
    }
}
