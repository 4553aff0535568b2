//! What the folders that were given say of the files in them, when there are several of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{self, Component, Path, PathBuf};

use super::find::{Format, Found, by_ending, slashed};

/// Settles ids and sources of files that come from several `folders`, each given or the one that holds a file that was.
pub(super) fn settle(files: &mut [Found], folders: &BTreeSet<PathBuf>) {
    let folders = outermost(folders);
    if folders.len() > 1 {
        name_sources(files);
        tell_apart(files, &folders);
    }
}

/// The folders that lie in no other of them.
fn outermost(folders: &BTreeSet<PathBuf>) -> Vec<&Path> {
    let mut outermost: Vec<&Path> = Vec::new();
    for folder in folders {
        // A folder is sorted before what it holds.
        if outermost
            .last()
            .is_none_or(|last| !folder.starts_with(last))
        {
            outermost.push(folder);
        }
    }
    outermost
}

/// Of several folders each is a source, but for files of which a folder in it says the source.
fn name_sources(files: &mut [Found]) {
    for found in files {
        if let Some(path) = &found.path
            && found.source.is_empty()
            && let Some(name) = absolute(folder_of(path)).file_name()
        {
            found.source = slashed(name.as_ref());
        }
    }
}

/// Where files of two folders would give one id, all ids tell the folder, too: paths are taken from the one that holds
/// all `roots`.
fn tell_apart(files: &mut [Found], roots: &[&Path]) {
    let mut folders: BTreeMap<(&str, bool), BTreeSet<&Path>> = BTreeMap::new();
    for found in files.iter() {
        if let Some(path) = &found.path {
            let is_one_article = found.format == Format::Text;
            let key = (found.stem.as_str(), is_one_article);
            folders.entry(key).or_default().insert(folder_of(path));
        }
    }
    if folders.values().all(|folders| folders.len() == 1) {
        return;
    }
    let mut all = roots.first().map_or_else(PathBuf::new, PathBuf::from);
    for root in roots {
        while !root.starts_with(&all) && all.pop() {}
    }
    for found in files {
        let Some(path) = found.path.as_deref().map(absolute) else {
            continue;
        };
        let relative = slashed(path.strip_prefix(&all).unwrap_or(&path));
        if let Some((stem, ..)) = by_ending(&relative) {
            stem.clone_into(&mut found.stem);
        }
    }
}

/// The path from the root of the file system, without `.` and `..`; links are not followed.
pub(super) fn absolute(path: &Path) -> PathBuf {
    // The current folder has no name where a file in it has no folder.
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    let mut absolute = PathBuf::new();
    for component in path::absolute(path).as_deref().unwrap_or(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                absolute.pop();
            }
            _ => absolute.push(component),
        }
    }
    absolute
}

/// The folder that holds a file; empty for the current one.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_from_the_current_folder_and_have_no_dots() {
        let here = std::env::current_dir().unwrap();
        for path in ["", ".", "a/..", "./a/../"] {
            assert_eq!(absolute(Path::new(path)), here, "{path}");
        }
        assert_eq!(absolute(folder_of(Path::new("a.txt"))), here);
        assert_eq!(absolute(Path::new("a/./b")), here.join("a/b"));
    }
}
