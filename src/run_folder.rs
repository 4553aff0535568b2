//! The folder of a run, written as a whole or not at all.
//!
//! [`RunFolder::prepare`] looks at the target before the long work and refuses one that holds
//! anything but an earlier run. The files of the new run are written to a temporary folder;
//! [`RunFolder::commit`] puts it in the target's place in one step where the system can, and until
//! then the target is as it was, whatever happens: a full disk, an error, a killed program. What a
//! killed program leaves behind is hidden, and the next run into the same target clears it away.
//!
//! Where the target itself cannot be replaced (a mount point, a folder above that is not writable, the
//! working directory), its files are replaced one by one, `run.json` last; only a program that is
//! killed in that moment leaves a mixture.

mod swap;
mod temporary;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use self::temporary::Temporary;
use crate::error::Error;

/// Names of the files that a run may write.
pub const FILES: [&str; 9] = [
    "clusters.csv",
    "claims.csv",
    "near_misses.csv",
    "pairs.csv",
    "sentences.csv",
    "run.json",
    "config.toml",
    "report.html",
    "review.xlsx",
];

/// The record of a run, by which its folder is known.
const RECORD: &str = "run.json";

/// The file that keeps an empty folder in git; it stays where it is.
const KEEP: &str = ".gitkeep";

/// What [`RECORD`] must say under `program`.
const PROGRAM: &str = "claimalign";

/// How many foreign files a message names.
const MAX_NAMED: usize = 3;

/// Names of files that are not finished.
type Open = Arc<Mutex<BTreeSet<String>>>;

/// A run that is being written. Dropping it without [`RunFolder::commit`] leaves the target as it was.
#[derive(Debug)]
pub struct RunFolder {
    /// As given, for messages.
    path: PathBuf,
    /// Where the run goes, without symbolic links.
    target: PathBuf,
    temporary: Temporary,
    open: Open,
}

impl RunFolder {
    /// Checks that a run can be written to `path` and makes the temporary folder. The target may be
    /// absent (folders above it are made), empty but for `.gitkeep`, or hold an earlier run; a
    /// symbolic link to such a folder stays a link.
    ///
    /// # Errors
    /// [`Error::Output`] when the target is a file or holds anything else, [`Error::Io`] when it
    /// cannot be read or nothing can be written there.
    pub fn prepare(path: &Path) -> Result<Self, Error> {
        let refused = |message: String| Error::Output {
            path: path.to_path_buf(),
            message,
        };
        let (target, parent) = match fs::metadata(path) {
            Ok(metadata) if !metadata.is_dir() => {
                return Err(refused("is a file; the output is a folder".to_owned()));
            }
            Ok(_) => {
                let target = fs::canonicalize(path).map_err(|error| Error::io(path, error))?;
                let parent = target.parent().map(Path::to_path_buf);
                (target, parent)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
                return Err(refused(
                    "is a symbolic link to a place that does not exist".to_owned(),
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let Some(name) = path.file_name() else {
                    return Err(refused("does not name a folder".to_owned()));
                };
                let parent = match path.parent() {
                    Some(parent) if !parent.as_os_str().is_empty() => parent,
                    _ => Path::new("."),
                };
                let parent = fs::create_dir_all(parent)
                    .and_then(|()| fs::canonicalize(parent))
                    .map_err(|error| Error::io(parent, error))?;
                (parent.join(name), Some(parent))
            }
            Err(error) => return Err(Error::io(path, error)),
        };
        let name = target.file_name().unwrap_or(OsStr::new("root")).to_owned();
        if let Some(parent) = &parent {
            temporary::restore(parent, &name, &target);
        }
        if target.exists() {
            match Contents::of(&target, &name).map_err(|error| Error::io(path, error))? {
                Contents::Nothing | Contents::Run => {}
                Contents::Foreign(names) => return Err(refused(foreign_refused(&names))),
                Contents::NoRecord => {
                    return Err(refused(format!(
                        "holds files of a run, but no {RECORD} that says so; move them away or give \
                         another folder"
                    )));
                }
            }
        }
        let temporary = place(&target, parent.as_deref(), &name)?;
        Ok(Self {
            path: path.to_path_buf(),
            target,
            temporary,
            open: Open::default(),
        })
    }

    /// The folder as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A new file of the run, one of [`FILES`]. It must be [finished](RunFile::finish) before the
    /// commit.
    ///
    /// # Errors
    /// [`Error::Output`] when runs have no such file, [`Error::Io`] when it cannot be made or is
    /// there already.
    pub fn create(&self, name: &str) -> Result<RunFile, Error> {
        let shown = self.path.join(name);
        if !FILES.contains(&name) {
            return Err(Error::Output {
                path: shown,
                message: "a run has no such file".to_owned(),
            });
        }
        let file = File::create_new(self.temporary.path().join(name))
            .map_err(|error| Error::io(&shown, error))?;
        lock(&self.open).insert(name.to_owned());
        Ok(RunFile {
            out: BufWriter::with_capacity(1 << 16, file),
            shown,
            name: name.to_owned(),
            open: Arc::clone(&self.open),
        })
    }

    /// A folder on the same disk for files without a name.
    pub fn scratch(&self) -> &Path {
        let folder = self.temporary.path();
        folder.parent().unwrap_or(folder)
    }

    /// Writes a whole file of the run: `body` gets it, and its errors get the path.
    ///
    /// # Errors
    /// Those of [`RunFolder::create`], of `body`, and of [`RunFile::finish`].
    pub fn write(
        &self,
        name: &str,
        body: impl FnOnce(&mut RunFile) -> io::Result<()>,
    ) -> Result<(), Error> {
        let mut file = self.create(name)?;
        body(&mut file).map_err(|error| Error::io(&file.shown, error))?;
        file.finish()
    }

    /// Puts the new run in the place of the old.
    ///
    /// # Errors
    /// [`Error::Output`] when a file is not finished or `run.json` is missing or says another program,
    /// [`Error::Io`] when the system refuses. The target is then as it was.
    pub fn commit(self) -> Result<(), Error> {
        let failed = |message: String| Error::Output {
            path: self.path.clone(),
            message: format!("{message}; the folder is as it was"),
        };
        if let Some(name) = lock(&self.open).first() {
            return Err(failed(format!("{name} was not written to its end")));
        }
        if !holds_run(self.temporary.path()) {
            return Err(failed(format!(
                "there is no {RECORD} with \"program\": \"{PROGRAM}\""
            )));
        }
        swap::put_in_place(self.temporary, &self.target)
            .map_err(|error| Error::io(&self.path, error))
    }
}

/// A file of a run. What is written goes through a buffer.
#[derive(Debug)]
pub struct RunFile {
    out: BufWriter<File>,
    shown: PathBuf,
    name: String,
    open: Open,
}

impl RunFile {
    /// The path that the file will have, for messages.
    pub fn path(&self) -> &Path {
        &self.shown
    }

    /// Writes out what is buffered and waits until the disk has it. A file that is dropped instead
    /// keeps the run from being committed.
    ///
    /// # Errors
    /// [`Error::Io`] when the system fails, as when the disk is full.
    pub fn finish(self) -> Result<(), Error> {
        let Self {
            out,
            shown,
            name,
            open,
        } = self;
        out.into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .map_err(|error| Error::io(shown, error))?;
        lock(&open).remove(&name);
        Ok(())
    }
}

impl Write for RunFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether `folder` holds a run and nothing else.
pub fn holds_run(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default();
    matches!(Contents::of(folder, name), Ok(Contents::Run))
}

/// What a folder holds.
#[derive(Debug, PartialEq, Eq)]
enum Contents {
    /// Nothing, or what keeps an empty folder in git.
    Nothing,
    /// A run.
    Run,
    /// Files that runs write, without the record of a run of this program.
    NoRecord,
    /// Other files, by name, sorted.
    Foreign(Vec<String>),
}

impl Contents {
    /// Looks at `folder`, called `name`; temporary folders of runs into it are nothing.
    fn of(folder: &Path, name: &OsStr) -> io::Result<Self> {
        let mut foreign = Vec::new();
        let mut any = false;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let entry_name = entry.file_name();
            let is_folder = entry.file_type()?.is_dir();
            if is_folder && temporary::is_ours(&entry_name, name) || entry_name == KEEP {
                continue;
            }
            if is_folder || !is_known(&entry_name) {
                foreign.push(entry_name.to_string_lossy().into_owned());
            }
            any = true;
        }
        foreign.sort_unstable();
        Ok(if !foreign.is_empty() {
            Self::Foreign(foreign)
        } else if !any {
            Self::Nothing
        } else if is_record(&folder.join(RECORD)) {
            Self::Run
        } else {
            Self::NoRecord
        })
    }
}

fn is_known(name: &OsStr) -> bool {
    FILES.iter().any(|known| name == *known)
}

/// Whether a file is the record of a run of this program.
fn is_record(path: &Path) -> bool {
    #[derive(Deserialize)]
    struct Record {
        program: String,
    }
    fs::read(path)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok())
        .is_some_and(|record| record.program == PROGRAM)
}

/// Why a folder with other files is refused, and what to do.
fn foreign_refused(foreign: &[String]) -> String {
    let (first, rest) = foreign.split_at(foreign.len().min(MAX_NAMED));
    let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
    let more = match rest.len() {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    format!(
        "holds what no run writes: {}{more}. Move it away, or give an empty or new folder",
        first.join(", ")
    )
}

/// The temporary folder: beside the target where it can take the target's place, else within.
fn place(target: &Path, parent: Option<&Path>, name: &OsString) -> Result<Temporary, Error> {
    let exists = target.exists();
    let beside = parent.filter(|parent| !exists || swap::may_be_replaced(target, parent));
    let mut refused = None;
    if let Some(parent) = beside {
        match Temporary::new(parent, name) {
            Ok(temporary) => return Ok(temporary),
            Err(error) => refused = Some(Error::io(parent, error)),
        }
    }
    if !exists && let Some(error) = refused {
        return Err(error);
    }
    Temporary::new(target, name).map_err(|error| Error::io(target, error))
}

fn lock(open: &Open) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
