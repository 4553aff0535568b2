//! The guards: what tells two sentences apart that are nearly the same.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use claimalign::Article;
use claimalign::config::Config;
use claimalign::observer::Silent;
use claimalign::pipeline::{self, Comparer};
use claimalign::score::ScoredPair;
use claimalign::score::features::Features;

use crate::common;

static COMPARER: LazyLock<Comparer> = LazyLock::new(|| Comparer::new(&Config::default()).unwrap());

fn compare(left: &str, right: &str) -> ScoredPair {
    let (_, scored) = COMPARER.compare(left, right, &Silent).unwrap();
    scored.unwrap()
}

/// The pairs of an event whose articles are called `0`, `1` … in the order of the file or backwards, by the texts of the
/// two sentences in alphabetical order.
fn pairs_of_event(backwards: bool) -> BTreeMap<[String; 2], ScoredPair> {
    let events = common::events();
    let n = events[0].articles.len();
    let articles = events[0].articles.iter().enumerate().map(|(i, article)| {
        let number = if backwards { n - 1 - i } else { i };
        Article {
            id: number.to_string(),
            ..article.article()
        }
    });
    let config = Config {
        min_review: Some(0.001),
        ..Config::default()
    };
    let run = pipeline::align_articles(&config, articles.collect(), &Silent).unwrap();
    let texts = |pair: &ScoredPair| {
        let mut texts = [pair.left, pair.right].map(|unit| run.text(unit).to_owned());
        texts.sort();
        texts
    };
    let pairs = run.pairs.iter().map(Result::unwrap);
    pairs.map(|pair| (texts(&pair), pair)).collect()
}

#[test]
fn the_order_of_two_articles_does_not_matter() {
    let (there, back) = (pairs_of_event(false), pairs_of_event(true));
    let mut fired = 0;
    for (texts, pair) in &there {
        let other = &back[texts];
        assert_eq!(pair.guards, other.guards, "{texts:?}");
        fired += pair.guards.codes().len();
        let names = Features::NAMES.iter().zip(pair.features.values());
        for ((name, a), b) in names.zip(other.features.values()) {
            assert!((a - b).abs() < 1e-9, "{texts:?}, {name}: {a} and {b}");
        }
    }
    assert!(there.len() > 20 && fired > 20, "{} {fired}", there.len());
}

#[test]
fn a_guard_that_fires_on_nearly_the_same_words_decides() {
    for (guard, left, right) in [
        (
            "negation-differs",
            "Kommunen stenger svømmehallen i Granåsen til våren.",
            "Kommunen stenger ikke svømmehallen i Granåsen til våren.",
        ),
        (
            "renamed",
            "Direktør Kari Nordheim i Fjordkraft fratrer fra nyttår.",
            "Direktør Lise Solberg i Fjordkraft fratrer fra nyttår.",
        ),
        (
            "happens-otherwise",
            "Tingretten frikjente den tidligere lensmannen i Granåsen.",
            "Tingretten fengslet den tidligere lensmannen i Granåsen.",
        ),
        (
            "swapped",
            "Statsministeren kritiserte ordføreren kraftig etter flommen i Granåsen.",
            "Ordføreren kritiserte statsministeren kraftig etter flommen i Granåsen.",
        ),
        (
            "opposites",
            "Rederiet innstiller alle ferger til Granåsen i påsken.",
            "Rederiet innstiller alle ferger fra Granåsen i påsken.",
        ),
        (
            "dates-differ",
            "Ordføreren åpnet den nye brua i Granåsen torsdag.",
            "Ordføreren åpnet den nye brua i Granåsen søndag.",
        ),
        (
            "renamed",
            "Lensmann Kari Nordheim leder etterforskningen i Granåsen.",
            "Lensmann Kari Nordvik leder etterforskningen i Granåsen.",
        ),
    ] {
        let pair = compare(left, right);
        assert!(
            pair.guards.codes().contains(&guard),
            "{left} {:?}",
            pair.guards
        );
        assert!(pair.probability < 0.36, "{left}: {}", pair.probability);
    }
}

#[test]
fn a_night_is_of_the_day_before_and_of_the_day_after() {
    let differ = |left: &str, right: &str| compare(left, right).guards.dates_differ;
    for (left, right) in [
        (
            "Det brøt ut brann på ferga natt til onsdag.",
            "Der udbrød brand på færgen tirsdag nat.",
        ),
        (
            "Natt til mandag ble broen stengt for trafikk.",
            "Natta til måndag vart brua stengd for trafikk.",
        ),
        (
            "Natt til mandag ble broen stengt for trafikk.",
            "Broen blev spærret for trafik søndag nat.",
        ),
    ] {
        assert!(!differ(left, right), "{left}");
    }
    assert!(differ(
        "Det brøt ut brann på ferga natt til onsdag.",
        "Det brøt ut brann på ferga natt til lørdag.",
    ));
    assert!(differ(
        "Det brøt ut brann på ferga onsdag.",
        "Det brøt ut brann på ferga tirsdag.",
    ));
}

#[test]
fn two_negations_are_none() {
    for (left, right) in [
        (
            "Sjåføren er uskadd etter ulykken i Granåsen.",
            "Sjåføren ble ikke skadd i ulykken i Granåsen.",
        ),
        (
            "Det er forbudt å bade i elva ved Granåsen.",
            "Det er ikke lov å bade i elva ved Granåsen.",
        ),
        (
            "Bakeriet i Granåsen er holdt op med at bage kager.",
            "Bakeriet i Granåsen bager ikke længere kager.",
        ),
        (
            "Rederiet avviser at båten hadde mangler.",
            "Båten hadde ikke mangler, ifølge rederiet.",
        ),
    ] {
        let guards = compare(left, right).guards;
        assert!(!guards.negation_differs, "{left}: {guards:?}");
        assert!(!guards.denial_differs, "{left}: {guards:?}");
    }
}

#[test]
fn what_negates_nothing_is_no_negation() {
    for (left, right) in [
        (
            "Bilen ble funnet utenfor Granåsen skole.",
            "Bilen blev fundet uden for Granåsen Skole.",
        ),
        (
            "Forfatteren Inga Solberg får prisen i Granåsen.",
            "Forfatteren Solberg får prisen i Granåsen.",
        ),
    ] {
        let guards = compare(left, right).guards;
        assert!(!guards.negation_differs, "{left}: {guards:?}");
    }
}

#[test]
fn a_change_of_voice_or_of_clauses_swaps_nobody() {
    for (left, right) in [
        (
            "Statsministeren kritiserte ordføreren kraftig etter flommen i Granåsen.",
            "Ordføreren ble kritisert kraftig av statsministeren etter flommen i Granåsen.",
        ),
        (
            "Granåsen kommune øker eiendomsskatten for alle neste år.",
            "Neste år øker Granåsen kommune eiendomsskatten for alle.",
        ),
        (
            "Overskuddet falt i første kvartal med 23 prosent.",
            "I første kvartal falt overskuddet med 23 prosent.",
        ),
        (
            "Verftet sa opp 40 sveisere på grunn av tollmuren.",
            "På grunn av tollmuren sa verftet opp 40 sveisere.",
        ),
        (
            "Rektoren varsla foreldra i eit brev om muggsoppen.",
            "I eit brev varsla rektoren foreldra om muggsoppen.",
        ),
        (
            "Fiskerne fandt ammunition blandt norske sild.",
            "Blandt norske sild fandt fiskerne ammunition.",
        ),
        (
            "Solberg kjøpte hotellet i Granåsen av Nordheim.",
            "Nordheim solgte hotellet i Granåsen til Solberg.",
        ),
    ] {
        let guards = compare(left, right).guards;
        assert!(!guards.swapped, "{left}: {guards:?}");
    }
}

#[test]
fn a_preposition_does_not_hide_who_does_it() {
    for (left, right) in [
        (
            "Statsministeren kritiserte i første kvartal ordføreren kraftig.",
            "Ordføreren kritiserte i første kvartal statsministeren kraftig.",
        ),
        (
            "Vaktmannen angrep direktøren med balltre i garasjen.",
            "Direktøren angrep vaktmannen med balltre i garasjen.",
        ),
    ] {
        assert!(compare(left, right).guards.swapped, "{left}");
    }
}

#[test]
fn what_the_other_sentence_says_without_a_negation_is_not_negated() {
    let guards = compare(
        "Forslaget fikk ikke flertall i kommunestyret.",
        "Forslaget ble nedstemt i kommunestyret.",
    );
    assert!(!guards.guards.negation_differs, "{:?}", guards.guards);
    let other = compare(
        "Forslaget fikk ikke støtte i kommunestyret.",
        "Forslaget fikk støtte i kommunestyret.",
    );
    assert!(other.guards.negation_differs);
}

/// A team that is called like a fire puts none out.
#[test]
fn names_are_no_words_of_phrases() {
    let guards = compare("Brann slo Rosenborg.", "Rosenborg slo Brann.").guards;
    assert!(guards.swapped, "{guards:?}");
}
