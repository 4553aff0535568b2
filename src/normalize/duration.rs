//! Spans of time, each in one unit: `14 dager` are `2 uker`, `30 måneder` and `to år og seks måneder` are `2.5 år`, `en halv
//! time` is `30 minutter`.

use super::token::Raw;
use super::{lower, number};

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Minute,
    Hour,
    Day,
    /// Day and night.
    FullDay,
    Week,
    Month,
    Year,
}

/// A unit, a larger one, how many of the first are one of the second, and in which parts the second is told: halves or
/// wholes.
const LARGER: [(Unit, Unit, f64, f64); 4] = [
    (Unit::Minute, Unit::Hour, 60.0, 0.5),
    (Unit::Hour, Unit::FullDay, 24.0, 1.0),
    (Unit::Day, Unit::Week, 7.0, 1.0),
    (Unit::Month, Unit::Year, 12.0, 0.5),
];

impl Unit {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "minut" | "minutt" | "minutter" | "minuttar" => Self::Minute,
            "time" | "timer" | "timar" => Self::Hour,
            "dag" | "dage" | "dager" | "dagar" => Self::Day,
            "døgn" | "døger" => Self::FullDay,
            "uke" | "uker" | "uge" | "uger" | "veke" | "veker" => Self::Week,
            "måned" | "måneder" | "månad" | "månader" | "månadar" => Self::Month,
            "år" | "års" => Self::Year,
            _ => return None,
        })
    }

    /// The word that stands for it, in the plural.
    fn word(self) -> &'static str {
        match self {
            Self::Minute => "minutter",
            Self::Hour => "timer",
            Self::Day => "dager",
            Self::FullDay => "døgn",
            Self::Week => "uker",
            Self::Month => "måneder",
            Self::Year => "år",
        }
    }
}

/// A span of time in the unit that it is compared in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Duration {
    pub(super) value: f64,
    /// The word for the unit.
    pub(super) unit: &'static str,
    /// Words that tell the number.
    pub(super) counted: usize,
    /// All its words.
    pub(super) used: usize,
}

/// The span of time that `rest` begins with, if another unit is to be compared than the one that it is told in.
pub(super) fn duration(rest: &[Raw]) -> Option<Duration> {
    if let Some(found) = half(rest) {
        return Some(found);
    }
    let (value, unit, counted) = counted(rest)?;
    if unit == Unit::Year
        && lower(rest.get(counted + 1)) == Some("og")
        && let Some((months, Unit::Month, more)) = rest.get(counted + 2..).and_then(self::counted)
    {
        return Some(Duration {
            value: value + months / 12.0,
            unit: unit.word(),
            counted,
            used: counted + 2 + more + 1,
        });
    }
    let &(_, larger, factor, step) = LARGER.iter().find(|&&(small, ..)| small == unit)?;
    let of_larger = value / factor;
    // As one of them is told without a number, it is not to be compared.
    let is_told = of_larger > 1.0 && (of_larger / step).fract() == 0.0;
    is_told.then_some(Duration {
        value: of_larger,
        unit: larger.word(),
        counted,
        used: counted + 1,
    })
}

/// A number with a unit behind it, and the words of the number.
fn counted(rest: &[Raw]) -> Option<(f64, Unit, usize)> {
    let (number, used) = number(rest)?;
    let unit = Unit::of(lower(rest.get(used))?)?;
    Some((number.canonical.parse().ok()?, unit, used))
}

/// `et halvt år`, `en halv time`, `et kvarter`: in the smaller unit.
fn half(rest: &[Raw]) -> Option<Duration> {
    let article = usize::from(matches!(
        lower(rest.first()),
        Some("en" | "et" | "ein" | "eit" | "ei")
    ));
    let first = lower(rest.get(article))?;
    if article == 1 && first == "kvarter" {
        return Some(Duration {
            value: 15.0,
            unit: Unit::Minute.word(),
            counted: 1,
            used: 2,
        });
    }
    if !matches!(first, "halv" | "halvt") {
        return None;
    }
    let (value, unit) = match Unit::of(lower(rest.get(article + 1))?)? {
        Unit::Hour => (30.0, Unit::Minute),
        Unit::FullDay => (12.0, Unit::Hour),
        Unit::Year => (6.0, Unit::Month),
        _ => return None,
    };
    Some(Duration {
        value,
        unit: unit.word(),
        counted: article + 1,
        used: article + 2,
    })
}
