//! Work of people in a run folder, which nothing may overwrite.

use std::collections::BTreeMap;
use std::path::Path;

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

/// Makes sure that none of the files for reviewers in the run folder `folder` was changed since the run wrote them.
/// A folder without a record of their digests, or without the files, has nothing to lose.
///
/// # Errors
/// [`Error::Output`] for the first one that was changed.
pub fn check(folder: &Path) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Record {
        files: BTreeMap<String, String>,
    }
    let record = std::fs::read(folder.join("run.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok());
    let Some(record) = record else { return Ok(()) };
    for name in FILES {
        let path = folder.join(name);
        let (Some(digest), Ok(bytes)) = (record.files.get(name), std::fs::read(&path)) else {
            continue;
        };
        if *digest != tables::sha256(&bytes) {
            return Err(Error::Output {
                path,
                message: "was changed since the run wrote it, and may hold decisions that would be lost; read them \
                          with `claimalign review read`, then move or delete the file, or give another folder"
                    .to_owned(),
            });
        }
    }
    Ok(())
}
