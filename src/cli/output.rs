//! One result file, or standard output; and how numbers are said.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use claimalign::Error;
use claimalign::config::Config;
use claimalign::run_folder;

/// Refuses to go on without inputs.
pub(super) fn need_inputs(config: &Config) -> Result<(), Error> {
    if config.inputs.is_empty() {
        let message = "no input was given; name a folder or file of articles, or - for JSON lines on standard input";
        return Err(Error::Setting {
            name: "INPUT",
            message: message.to_owned(),
        });
    }
    Ok(())
}

/// Where a command writes its one result.
pub(super) enum Output {
    Standard,
    /// A temporary file that takes the place of the path when it is whole.
    File(tempfile::NamedTempFile, PathBuf),
    /// A device or a pipe, such as `/dev/stdout`, which is written to and never replaced.
    Stream(File, PathBuf),
}

impl Output {
    /// Opens `path`, or standard output, before the long work.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else {
            return Ok(Self::Standard);
        };
        let failed = |source| Error::io(path, source);
        let (target, permissions) = match fs::metadata(path) {
            Ok(there) if there.is_dir() => return Err(failed(io::ErrorKind::IsADirectory.into())),
            // A link stays a link.
            Ok(there) if there.is_file() => {
                let target = fs::canonicalize(path).map_err(failed)?;
                (target, Some(there.permissions()))
            }
            Ok(_) => {
                let stream = File::options().write(true).open(path).map_err(failed)?;
                return Ok(Self::Stream(stream, path.to_owned()));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
                (path.to_owned(), None)
            }
            Err(error) => return Err(failed(error)),
        };
        let mut temporary = tempfile::Builder::new();
        temporary.prefix(".claimalign-");
        // An ordinary file, which is readable by more than its owner unless the umask of the user says otherwise.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            temporary.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = temporary.tempfile_in(folder_of(&target)).map_err(failed)?;
        if let Some(permissions) = permissions {
            file.as_file()
                .set_permissions(permissions)
                .map_err(failed)?;
        }
        Ok(Self::File(file, target))
    }

    /// As [`Output::open`], for a result that is made from the inputs of `config`: it takes the place of none of them.
    pub(super) fn open_for(config: &mut Config, path: Option<&Path>) -> Result<Self, Error> {
        need_inputs(config)?;
        config.read.target = path.map(Path::to_path_buf);
        let tables = [&config.claims, &config.lexicon, &config.model];
        Self::open_apart(path, tables.into_iter().flatten())
    }

    /// As [`Output::open`], for a result that takes the place of no file in `read`.
    pub(super) fn open_apart<'p>(
        path: Option<&Path>,
        read: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Result<Self, Error> {
        if let Some(path) = path
            && let Ok(real) = fs::canonicalize(path)
            && read
                .into_iter()
                .any(|read| fs::canonicalize(read).is_ok_and(|read| read == real))
        {
            let path = path.to_path_buf();
            let message = "a file that the command reads; name another for the result".to_owned();
            return Err(Error::Output { path, message });
        }
        Self::open(path)
    }

    /// Lets `work` write; a file appears only when all went well.
    pub(super) fn write<T>(
        self,
        work: impl FnOnce(&mut (dyn Write + Send), &Path) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self {
            Self::Standard => {
                let path = Path::new("standard output");
                let mut out = BufWriter::new(io::stdout());
                let result = work(&mut out, path)?;
                out.flush().map_err(|source| Error::io(path, source))?;
                Ok(result)
            }
            Self::Stream(stream, path) => {
                let mut out = BufWriter::new(stream);
                let result = work(&mut out, &path)?;
                out.flush().map_err(|source| Error::io(&path, source))?;
                Ok(result)
            }
            Self::File(file, path) => {
                let mut out = BufWriter::new(file);
                let result = work(&mut out, &path)?;
                let file = out
                    .into_inner()
                    .map_err(|error| Error::io(&path, error.into_error()))?;
                file.persist(&path)
                    .map_err(|error| Error::io(&path, error.error))?;
                Ok(result)
            }
        }
    }
}

/// The files of a run folder that the program wrote.
pub(super) fn files_of_run(folder: &Path) -> Vec<PathBuf> {
    run_folder::FILES
        .iter()
        .map(|name| folder.join(name))
        .collect()
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    let parent = path.parent();
    parent
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// `1 article`, `20,372,000 candidate pairs`.
pub(super) fn count(n: usize, noun: &str) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let plural = match (n, noun.strip_suffix('y')) {
        (1, _) => noun.to_owned(),
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) => format!("{noun}s"),
    };
    format!("{text} {plural}")
}

/// A time that is an estimate, in words.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, not negative, and far below 2^53"
)]
pub(super) fn about(seconds: f64) -> String {
    let (n, unit) = match seconds {
        ..1.0 => return "less than a second".to_owned(),
        ..90.0 => (seconds, "second"),
        ..5400.0 => (seconds / 60.0, "minute"),
        _ => (seconds / 3600.0, "hour"),
    };
    format!("about {}", count(n.round() as usize, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas_and_a_plural() {
        assert_eq!(count(1, "article"), "1 article");
        assert_eq!(count(0, "story"), "0 stories");
        assert_eq!(count(999, "pair"), "999 pairs");
        assert_eq!(count(1000, "pair"), "1,000 pairs");
        assert_eq!(count(20_372_000, "pair"), "20,372,000 pairs");
    }

    #[test]
    fn times_are_rounded() {
        for (seconds, text) in [
            (0.3, "less than a second"),
            (1.2, "about 1 second"),
            (80.4, "about 80 seconds"),
            (149.0, "about 2 minutes"),
            (9000.0, "about 3 hours"),
        ] {
            assert_eq!(about(seconds), text);
        }
    }
}
