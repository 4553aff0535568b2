//! Temporary folders that a later run can tell from those in use.
//!
//! A program that is killed cannot clear up. Its folder is known by its name, which holds the
//! target's, and is free when nobody holds its lock: the system lets go of a lock when a program
//! ends, in whatever way. Folders that hold anything but the files of a run are never touched, and
//! where folders cannot be locked nothing is.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{KEEP, is_known};

/// Characters of the random end of a name.
const N_RANDOM: usize = 6;

/// What is added to the name for the old run, while the new one takes its place.
const OLD: &str = ".old";

/// How often a name is tried when another program clears the folder away before it is locked.
const MAX_TRIES: usize = 8;

/// A locked folder that is removed when dropped.
#[derive(Debug)]
pub(super) struct Temporary {
    folder: TempDir,
    /// Held as long as the folder is in use.
    _lock: Lock,
}

impl Temporary {
    /// A folder in `parent` for a run into a target called `name`. Those that killed runs left
    /// there are removed.
    pub(super) fn new(parent: &Path, name: &OsStr) -> io::Result<Self> {
        clear(parent, name);
        for _ in 0..MAX_TRIES {
            let mut builder = tempfile::Builder::new();
            let prefix = prefix(name);
            builder.prefix(&prefix).rand_bytes(N_RANDOM);
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                // As `mkdir` does it: what the user's mask leaves of everything.
                builder.permissions(fs::Permissions::from_mode(0o777));
            }
            let folder = builder.tempdir_in(parent)?;
            if let Some(lock) = Lock::of(folder.path())
                && folder.path().is_dir()
            {
                return Ok(Self {
                    folder,
                    _lock: lock,
                });
            }
        }
        Err(io::Error::other("the temporary folder cannot be locked"))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The name for the old run, while this folder takes its place.
    pub(super) fn path_of_old(&self) -> PathBuf {
        let mut name = self.path().as_os_str().to_owned();
        name.push(OLD);
        PathBuf::from(name)
    }

    /// Leaves the folder, which has another name by now, where it is.
    pub(super) fn keep(self) {
        let _ = self.folder.keep();
    }
}

/// The lock of a folder, held until dropped.
#[derive(Debug)]
pub(super) struct Lock(
    /// `None` where folders have no locks.
    Option<File>,
);

impl Lock {
    /// Locks `folder`; `None` when it is gone or somebody else's.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        #[cfg(unix)]
        {
            use rustix::fs::{FlockOperation, flock};
            let file = File::open(folder).ok()?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => Some(Self(Some(file))),
                Err(rustix::io::Errno::WOULDBLOCK) => None,
                Err(_) => Some(Self(None)),
            }
        }
        #[cfg(not(unix))]
        {
            folder.is_dir().then_some(Self(None))
        }
    }

    fn is_real(&self) -> bool {
        self.0.is_some()
    }
}

/// Whether `entry` is what a temporary folder of a run into a target called `name` is called.
pub(super) fn is_ours(entry: &OsStr, name: &OsStr) -> bool {
    let rest = entry
        .as_encoded_bytes()
        .strip_prefix(prefix(name).as_encoded_bytes());
    rest.map(|rest| rest.strip_suffix(OLD.as_bytes()).unwrap_or(rest))
        .is_some_and(|rest| rest.len() == N_RANDOM && rest.iter().all(u8::is_ascii_alphanumeric))
}

/// Gives the target its old run back, when a run was killed between taking the old one away and
/// putting the new one in its place.
pub(super) fn restore(parent: &Path, name: &OsStr, target: &Path) {
    if target.exists() {
        return;
    }
    let old = free(parent, name).into_iter().find(|(path, _)| {
        path.as_os_str()
            .as_encoded_bytes()
            .ends_with(OLD.as_bytes())
    });
    if let Some((path, _lock)) = old {
        // When it fails, the target stays absent, as it was found.
        let _ = fs::rename(path, target);
    }
}

/// Removes what killed runs left in `parent`.
fn clear(parent: &Path, name: &OsStr) {
    for (path, _lock) in free(parent, name) {
        // When it fails, it stays, hidden, for the next run.
        let _ = fs::remove_dir_all(path);
    }
}

/// The temporary folders of runs into a target called `name` that nobody uses, locked.
fn free(parent: &Path, name: &OsStr) -> Vec<(PathBuf, Lock)> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut free: Vec<(PathBuf, Lock)> = entries
        .filter_map(Result::ok)
        .filter(|entry| is_ours(&entry.file_name(), name))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| {
            let path = entry.path();
            let lock = Lock::of(&path)?;
            (lock.is_real() && holds_known_files(&path)).then_some((path, lock))
        })
        .collect();
    free.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    free
}

/// Whether a folder holds nothing but files that a run writes.
fn holds_known_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.all(|entry| {
            entry.is_ok_and(|entry| {
                let name = entry.file_name();
                let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
                is_file && (name == KEEP || is_known(&name))
            })
        })
    })
}

fn prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".claimalign-");
    prefix.push(name);
    prefix.push("-");
    prefix
}
