//! The moment in which a new run takes the place of the old.
//!
//! Three ways, the best that the system allows: both folders change names in one step; the old one
//! is renamed away and the new one in; the files are renamed one by one. Each leaves the old run,
//! when it fails.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::temporary::{Lock, Temporary};
use super::{Contents, FILES, KEEP, RECORD};

/// Whether the folder `target` can be expected to be replaced as a whole by one in `parent`: not
/// when it is a file system of its own, nor when it is the working directory, which would lose its
/// place.
pub(super) fn may_be_replaced(target: &Path, parent: &Path) -> bool {
    let is_here = std::env::current_dir()
        .and_then(fs::canonicalize)
        .is_ok_and(|here| here.starts_with(target));
    !is_here && is_on_one_device(target, parent)
}

/// Moves the files of `new` to `target`, which loses those of an earlier run.
pub(super) fn put_in_place(new: Temporary, target: &Path) -> io::Result<()> {
    sync_folder(new.path());
    let is_within = new.path().parent() == Some(target);
    let has_others = matches!(
        Contents::of(target, target.file_name().unwrap_or_default()),
        Ok(Contents::Foreign(_))
    );
    let replaced = if is_within || has_others {
        // Files that somebody put there meanwhile stay.
        Err(new)
    } else {
        replace_folder(new, target)
    };
    if let Err(new) = replaced {
        replace_files(&new, target)?;
    }
    if let Some(parent) = target.parent() {
        sync_folder(parent);
    }
    Ok(())
}

/// Puts the folder `new` in the place of `target`; gives it back when that cannot be done.
fn replace_folder(new: Temporary, target: &Path) -> Result<(), Temporary> {
    if !target.exists() {
        return match fs::rename(new.path(), target) {
            Ok(()) => {
                new.keep();
                Ok(())
            }
            Err(_) => Err(new),
        };
    }
    if take_over(new.path(), target).is_err() {
        return Err(new);
    }
    if exchange(new.path(), target).is_ok() {
        // What has the temporary name now is the old run; dropping removes it.
        drop(new);
        return Ok(());
    }
    let old = new.path_of_old();
    let Some(_lock) = Lock::of(target) else {
        return Err(new);
    };
    if fs::rename(target, &old).is_err() {
        return Err(new);
    }
    if fs::rename(new.path(), target).is_ok() {
        new.keep();
        // When it fails, the next run clears it away.
        let _ = fs::remove_dir_all(&old);
        return Ok(());
    }
    // When this fails too, the next run gives the old run its name back.
    let _ = fs::rename(&old, target);
    Err(new)
}

/// Gives the new folder what it keeps of the old one: the permissions, and the file for git.
fn take_over(new: &Path, target: &Path) -> io::Result<()> {
    fs::set_permissions(new, fs::metadata(target)?.permissions())?;
    match fs::copy(target.join(KEEP), new.join(KEEP)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Puts the files of `new` in the place of those in `target`, one by one, the record last; takes
/// them back when one fails.
fn replace_files(new: &Temporary, target: &Path) -> io::Result<()> {
    fs::create_dir_all(target)?;
    let name = target.file_name().unwrap_or_default();
    let backup = Temporary::new(target, name)?;
    // Renaming works within one mounted file system only, so the files go there first.
    let staged = Temporary::new(target, name)?;
    let names = || {
        FILES
            .into_iter()
            .filter(|name| *name != RECORD)
            .chain([RECORD])
    };
    for name in names() {
        let from = new.path().join(name);
        if from.exists() {
            move_file(&from, &staged.path().join(name))?;
        }
        let old = target.join(name);
        if old.is_file() {
            let kept = backup.path().join(name);
            fs::hard_link(&old, &kept).or_else(|_| fs::copy(&old, &kept).map(drop))?;
        }
    }
    sync_folder(staged.path());
    for name in names() {
        if let Err(error) = replace_file(&staged.path().join(name), &target.join(name)) {
            for name in names() {
                // What cannot be taken back stays; the first error is the one to tell.
                let _ = replace_file(&backup.path().join(name), &target.join(name));
            }
            return Err(error);
        }
    }
    sync_folder(target);
    Ok(())
}

/// Renames `new` to `old`; when there is no `new`, there is no `old` afterwards.
fn replace_file(new: &Path, old: &Path) -> io::Result<()> {
    if new.exists() {
        return fs::rename(new, old);
    }
    match fs::remove_file(old) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Moves a file, by way of a copy where it cannot be renamed.
fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

/// Lets two folders change names in one step, where the system and the file system can.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn is_on_one_device(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path| fs::metadata(path).map(|metadata| metadata.dev()).ok();
    device(a) == device(b)
}

#[cfg(not(unix))]
fn is_on_one_device(_: &Path, _: &Path) -> bool {
    true
}

/// Waits until the disk has the names in a folder. Where folders cannot be synced, the files still are.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
