//! Work of people in a run folder, which nothing may overwrite.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;
use crate::tables;

/// The files that people write decisions into.
const FILES: [&str; 4] = [
    "review.xlsx",
    "claims.csv",
    "clusters.csv",
    "near_misses.csv",
];

/// The files for reviewers in the run folder `folder` that were changed since the run wrote them. A folder without a
/// record of their digests, or without the files, has none.
pub fn changed(folder: &Path) -> impl Iterator<Item = PathBuf> {
    #[derive(Default, Deserialize)]
    struct Record {
        files: BTreeMap<String, String>,
    }
    let record = std::fs::read(folder.join("run.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok())
        .unwrap_or_default();
    let folder = folder.to_owned();
    FILES.into_iter().filter_map(move |name| {
        let path = folder.join(name);
        let (digest, bytes) = (record.files.get(name)?, std::fs::read(&path).ok()?);
        (*digest != tables::sha256(&bytes)).then_some(path)
    })
}

/// Makes sure that none of them was [`changed`].
///
/// # Errors
/// [`Error::Output`] for the first one that was.
pub fn check(folder: &Path) -> Result<(), Error> {
    match changed(folder).next() {
        None => Ok(()),
        Some(path) => Err(Error::Output {
            path,
            message: "was changed since the run wrote it, and may hold decisions that would be lost; read them \
                      with `claimalign review read`, then move or delete the file, or give another folder"
                .to_owned(),
        }),
    }
}
