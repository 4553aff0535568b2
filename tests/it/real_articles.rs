//! Claims that three real articles about 6 January 2021 are known to share.
//!
//! The articles belong to their newsrooms and are not part of this repository. The folder that holds
//! them is named by the environment variable `CLAIMALIGN_SHARED` (or is `../shared`, beside the
//! checkout), with the articles in its folder `seeds`; where it is not, there is nothing to test.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use claimalign::config::Config;
use claimalign::observer::Silent;
use claimalign::pipeline;

use crate::common::{self, Clusters, Said, Table};

/// Each claim with the sentences that state it, by the beginning of the article's name.
const PENCE_OUT: [Said; 3] = [
    ("000_", "Mike Pence blitt eskortert ut"),
    ("001_", "Visepresident Mike Pence ble eskortert ut"),
    ("002_", "Mike Pence er blevet eskorteret væk"),
];
const COURAGE: [Said; 2] = [
    ("000_", "Mike Pence hadde ikke motet"),
    ("002_", "Mike Pence havde ikke modet"),
];
const TRUTH: [Said; 2] = [
    ("000_", "USA forlanger sannheten"),
    ("002_", "USA forlanger sandheden"),
];
const POLICE: [Said; 2] = [
    ("000_", "støtt politiet"),
    ("002_", "Støt venligst vores hovedstadspoliti"),
];
const CANNON: [Said; 2] = [
    ("000_", "Cannon House Office Building"),
    ("001_", "Cannon House Office Building"),
];
const ENTRY: [Said; 5] = [
    ("000_", "tatt seg inn i The Capitol"),
    ("001_", "tok seg inn i kongressbygningen"),
    ("001_", "brutt seg inn i kongressbygningen"),
    ("002_", "trængt ind i"),
    ("002_", "stormet USA's Kongres"),
];

fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("CLAIMALIGN_SHARED")
        .map_or_else(|| common::root().join("../shared"), PathBuf::from);
    let folder = shared.join("seeds");
    if !folder.is_dir() {
        println!("the real articles are not there: nothing was tested");
        return None;
    }
    Some(folder)
}

/// The clusters of the real articles, when they are there.
static CLUSTERS: LazyLock<Option<Clusters>> = LazyLock::new(|| {
    let config = Config {
        inputs: vec![folder()?],
        ..Config::default()
    };
    let run = pipeline::align(&config, &Silent).unwrap();
    let mut rows = Vec::new();
    for claim in &run.claims {
        for member in &claim.members {
            let (document, _) = run.prepared.places[member.unit as usize];
            let article = &run.documents[document as usize].article.id;
            rows.push(BTreeMap::from(
                [
                    ("claim_id", claim.id.as_str()),
                    ("article_id", article),
                    ("sentence", run.text(member.unit)),
                ]
                .map(|(name, cell)| (name.to_owned(), cell.to_owned())),
            ));
        }
    }
    let header = Vec::new();
    Some(Clusters(Table { header, rows }))
});

#[track_caller]
fn assert_claim(said: &[Said]) {
    if let Some(clusters) = &*CLUSTERS {
        let claims: Vec<Vec<&str>> = said.iter().map(|said| clusters.of(*said)).collect();
        assert!(clusters.together(said), "{said:?} are in {claims:?}");
    }
}

#[test]
fn pence_was_escorted_out() {
    assert_claim(&PENCE_OUT);
}

#[test]
fn pence_had_no_courage() {
    assert_claim(&COURAGE);
}

#[test]
fn usa_demands_the_truth() {
    assert_claim(&TRUTH);
}

#[test]
fn support_the_police() {
    assert_claim(&POLICE);
}

#[test]
fn the_cannon_building_was_evacuated() {
    assert_claim(&CANNON);
}

#[test]
fn demonstrators_entered_the_building() {
    if let Some(clusters) = &*CLUSTERS {
        let joined = ENTRY.iter().any(|one| {
            ENTRY
                .iter()
                .any(|other| one.0 != other.0 && clusters.together(&[*one, *other]))
        });
        let claims: Vec<_> = ENTRY
            .iter()
            .map(|said| (said, clusters.of(*said)))
            .collect();
        assert!(joined, "{claims:?}");
    }
}

#[test]
fn no_claim_mixes_two_of_these() {
    // "Pence was escorted out after reports that demonstrators had entered" is one sentence: it counts as the former.
    let claims: [&[Said]; 6] = [&PENCE_OUT, &COURAGE, &TRUTH, &POLICE, &CANNON, &ENTRY];
    if let Some(clusters) = &*CLUSTERS {
        for (i, one) in claims.iter().enumerate() {
            for other in &claims[i + 1..] {
                for a in *one {
                    for b in *other {
                        let mixed: Vec<&str> = clusters
                            .of(*a)
                            .into_iter()
                            .filter(|claim| clusters.of(*b).contains(claim))
                            .collect();
                        assert!(mixed.is_empty(), "{a:?} and {b:?} are in {mixed:?}");
                    }
                }
            }
        }
    }
}
