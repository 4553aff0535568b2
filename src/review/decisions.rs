//! The file of decisions: one line per judgement, written once and never changed.
//!
//! CSV after RFC 4180 with the columns [`COLUMNS`]. A line says that two sentences state the same claim, that
//! they do not, that a reviewer is unsure, or how the claim of a sentence is called. What counts is the key of
//! a sentence ([`super::key`]); article and text stand beside it so that a person can read the file and a
//! difference of two versions. New lines are added at the end: later lines win.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

use super::sheets;
use crate::error::Error;
use crate::spreadsheet::{Dialect, Table, unguard};

/// The columns of the file.
pub const COLUMNS: [&str; 12] = [
    "judgement",
    "left_article",
    "left_key",
    "right_article",
    "right_key",
    "label",
    "claim_id",
    "reviewer",
    "date",
    "comment",
    "left_text",
    "right_text",
];

/// Characters of a sentence that a line shows.
const SHOWN: usize = 100;

/// What was judged of two sentences, or of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Judgement {
    /// The two state the same claim.
    Same,
    /// The two do not state the same claim.
    Different,
    /// Somebody looked at the two and cannot say.
    #[default]
    Unsure,
    /// The claim of the left sentence is called so.
    Label,
}

impl Judgement {
    /// All judgements.
    pub const ALL: [Self; 4] = [Self::Same, Self::Different, Self::Unsure, Self::Label];

    /// The name that the file shows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same claim",
            Self::Different => "not the same claim",
            Self::Unsure => "unsure",
            Self::Label => "label",
        }
    }
}

/// A sentence that a judgement is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Side {
    /// Id of its article, for people.
    pub article: String,
    /// Its key, which counts.
    pub key: String,
    /// The beginning of its text, for people.
    pub text: String,
}

impl Side {
    /// A side whose text is cut to what a line shows.
    pub fn new(article: &str, key: &str, text: &str) -> Self {
        Self {
            article: article.to_owned(),
            key: key.to_owned(),
            text: excerpt(text),
        }
    }
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// Its line in the file, from 1; 0 while it is in none.
    pub line: u64,
    /// What was judged.
    pub judgement: Judgement,
    /// A sentence.
    pub left: Side,
    /// The other sentence; empty for a label.
    pub right: Side,
    /// The name, for a label.
    pub label: String,
    /// The claim in whose review it was judged, by its id in that run.
    pub claim: String,
    /// Who judged.
    pub reviewer: String,
    /// When, as `YYYY-MM-DD`.
    pub date: String,
    /// What the reviewer said about it.
    pub comment: String,
}

/// What a line is about: two keys in their order, or a key and nothing for a label.
pub type Subject<'a> = (&'a str, &'a str);

impl Decision {
    /// What it is about, whichever sentence is on the left.
    pub fn subject(&self) -> Subject<'_> {
        let (left, right) = (self.left.key.as_str(), self.right.key.as_str());
        if self.judgement == Judgement::Label {
            (left, "")
        } else {
            (left.min(right), left.max(right))
        }
    }

    /// Whether it says what `other` says of the same subject.
    fn repeats(&self, other: &Self) -> bool {
        (self.judgement, &self.label, &self.comment)
            == (other.judgement, &other.label, &other.comment)
    }
}

/// `text` in one line, cut to what the file shows.
fn excerpt(text: &str) -> String {
    let text = one_line(text);
    if text.chars().count() <= SHOWN {
        return text;
    }
    let mut cut: String = text.chars().take(SHOWN).collect();
    cut.push('…');
    cut
}

/// `text` with single spaces for all white space: a judgement is one line of the file.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a decisions file; a spreadsheet program may have saved it in another dialect.
///
/// # Errors
/// [`Error::Io`] when it cannot be read, [`Error::Format`] with the line when it is no decisions file or a
/// line is not understood: careful work is not skipped in silence.
pub fn read(path: &Path) -> Result<Vec<Decision>, Error> {
    let bytes = fs::read(path).map_err(|source| Error::io(path, source))?;
    parse(&bytes, &path.display().to_string())
}

/// As [`read`], from the content of a file called `origin`.
///
/// # Errors
/// As [`read`].
pub fn parse(bytes: &[u8], origin: &str) -> Result<Vec<Decision>, Error> {
    if sheets::is_workbook(bytes) {
        let message = "is a workbook: take its decisions over with `claimalign review read`";
        return Err(Error::format(origin, None, message));
    }
    let sheet = sheets::csv(bytes, origin)?;
    let missing: Vec<&str> = COLUMNS
        .into_iter()
        .filter(|name| sheet.column(name).is_none())
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "no decisions file: the columns {} are missing",
            missing.join(", ")
        );
        return Err(Error::format(origin, 1, message));
    }
    let columns = COLUMNS.map(|name| sheet.column(name).unwrap_or_default());
    sheet
        .rows
        .iter()
        .map(|row| {
            let cell = |i: usize| {
                row.cells
                    .get(columns[i])
                    .map_or("", |cell| unguard(cell).trim())
                    .to_owned()
            };
            let wrong = |message: String| Error::format(origin, row.number, message);
            let judgement = Judgement::ALL
                .into_iter()
                .find(|judgement| judgement.name() == cell(0))
                .ok_or_else(|| {
                    let names = Judgement::ALL.map(Judgement::name).join(", ");
                    wrong(format!("`{}` is no judgement; use {names}", cell(0)))
                })?;
            let needed: &[usize] = match judgement {
                Judgement::Label => &[2, 5],
                _ => &[2, 4],
            };
            if let Some(&empty) = needed.iter().find(|&&i| cell(i).is_empty()) {
                return Err(wrong(format!("{} is empty", COLUMNS[empty])));
            }
            let side = |article: usize, key: usize, text: usize| Side {
                article: cell(article),
                key: cell(key),
                text: cell(text),
            };
            if judgement != Judgement::Label && cell(2) == cell(4) {
                return Err(wrong("both sides are the same sentence".to_owned()));
            }
            Ok(Decision {
                line: row.number,
                judgement,
                left: side(1, 2, 10),
                right: side(3, 4, 11),
                label: cell(5),
                claim: cell(6),
                reviewer: cell(7),
                date: cell(8),
                comment: cell(9),
            })
        })
        .collect()
}

/// What [`append`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appended {
    /// Lines that were added.
    pub added: usize,
    /// Those of them that go back to what the same reviewer had said before a later line: it may be a workbook that is
    /// older than one that was read before.
    pub back: usize,
    /// Judgements that the file had already.
    pub known: usize,
}

/// Adds lines at the end of the file, which is made when it is not there: what `new` makes of those that it has. A
/// judgement that the same reviewer's last line about the same sentences says already is left out, so that a workbook can be read twice. Others that add
/// to the file at the same time wait.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read or written; [`Error::Format`] when it is no decisions file, or not
/// as this program wrote it (saved by a spreadsheet program, last line cut). The file is then as it was.
pub fn append(
    path: &Path,
    new: impl FnOnce(&[Decision]) -> Vec<Decision>,
) -> Result<Appended, Error> {
    let failed = |source| Error::io(path, source);
    let origin = path.display().to_string();
    let mut file = File::options()
        .create(true)
        .read(true)
        .append(true)
        .open(path)
        .map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(Error::format(origin, None, "is not an ordinary file"));
    }
    lock(&file).map_err(failed)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    let header = format!("{}\n", COLUMNS.join(","));
    if !bytes.is_empty() && (!bytes.starts_with(header.as_bytes()) || !bytes.ends_with(b"\n")) {
        let message = "nothing was added: the file is not as this program writes it (UTF-8, commas, a header of \
                       its columns, whole lines); a spreadsheet program may have saved it. Bring the earlier \
                       version back, or name a new file";
        return Err(Error::format(origin, None, message));
    }
    let old = if bytes.is_empty() {
        Vec::new()
    } else {
        parse(&bytes, &origin)?
    };
    let new = new(&old);
    let mut before: BTreeMap<(Subject, bool, &str), Vec<&Decision>> = BTreeMap::new();
    let mut appended = Appended::default();
    let mut added: Vec<&Decision> = Vec::new();
    for decision in old.iter().chain(&new) {
        let about = (
            decision.subject(),
            decision.judgement == Judgement::Label,
            decision.reviewer.as_str(),
        );
        let before = before.entry(about).or_default();
        if decision.line == 0 {
            if before.last().is_some_and(|last| decision.repeats(last)) {
                appended.known += 1;
                continue;
            }
            let again = before.iter().any(|earlier| decision.repeats(earlier));
            appended.back += usize::from(again);
            added.push(decision);
        }
        before.push(decision);
    }
    appended.added = added.len();
    let text = text_of(&added, bytes.is_empty()).map_err(failed)?;
    if let Err(error) = file.write_all(&text).and_then(|()| file.sync_all()) {
        // A line that is cut would spoil the file; when this fails too, the first error is the one to tell.
        let _ = file.set_len(bytes.len() as u64);
        return Err(failed(error));
    }
    Ok(appended)
}

/// Waits until nobody else adds to `file`, which is locked until it is closed. Where files have no locks, it is not.
fn lock(file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::fs::{FlockOperation, flock};
        use rustix::io::Errno;
        match flock(file, FlockOperation::LockExclusive) {
            Ok(()) | Err(Errno::NOTSUP | Errno::NOSYS | Errno::NOLCK) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(())
    }
}

fn text_of(decisions: &[&Decision], with_header: bool) -> std::io::Result<Vec<u8>> {
    let mut table = Table::new(Vec::new(), Dialect::Rfc4180, true)?;
    if with_header {
        table.row(COLUMNS)?;
    }
    for decision in decisions {
        table.row([
            decision.judgement.name(),
            &decision.left.article,
            &decision.left.key,
            &decision.right.article,
            &decision.right.key,
            &decision.label,
            &decision.claim,
            &decision.reviewer,
            &decision.date,
            &decision.comment,
            &decision.left.text,
            &decision.right.text,
        ])?;
    }
    table.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(judgement: Judgement, left: &str, right: &str) -> Decision {
        Decision {
            line: 0,
            judgement,
            left: Side::new("a", left, "Det brant."),
            right: Side::new("b", right, "- Der var\nbrand."),
            label: String::new(),
            claim: "c1".into(),
            reviewer: "Kari".into(),
            date: "2021-01-08".into(),
            comment: String::new(),
        }
    }

    #[test]
    fn lines_are_added_and_never_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("decisions.csv");
        let same = decision(Judgement::Same, "s1", "s2");
        let appended = append(&path, |_| vec![same.clone()]).unwrap();
        assert_eq!((appended.added, appended.known), (1, 0));
        let first = fs::read(&path).unwrap();
        // Read again, with the sides the other way round: nothing new.
        let again = decision(Judgement::Same, "s2", "s1");
        assert_eq!(append(&path, |_| vec![again]).unwrap().known, 1);
        assert_eq!(fs::read(&path).unwrap(), first);
        let other = decision(Judgement::Different, "s1", "s2");
        assert_eq!(append(&path, |_| vec![other]).unwrap().added, 1);
        let second = fs::read(&path).unwrap();
        assert!(second.starts_with(&first) && second.len() > first.len());
        let read = read(&path).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].line, read[1].line), (2, 3));
        assert_eq!(read[0].right.text, "- Der var brand.");
        // Back to the first opinion: that is news.
        assert_eq!(append(&path, |_| vec![same]).unwrap().added, 1);
    }

    #[test]
    fn a_file_that_a_spreadsheet_saved_is_read_but_not_added_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("decisions.csv");
        append(&path, |_| vec![decision(Judgement::Same, "s1", "s2")]).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let saved = format!("\u{feff}{}", text.replace(',', ";").replace('\n', "\r\n"));
        fs::write(&path, &saved).unwrap();
        assert_eq!(read(&path).unwrap().len(), 1);
        let error = append(&path, |_| vec![decision(Judgement::Same, "s3", "s4")]).unwrap_err();
        assert!(error.to_string().contains("nothing was added"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), saved);
    }

    #[test]
    fn a_line_that_is_not_understood_is_named() {
        let header = COLUMNS.join(",");
        let text = format!("{header}\nmaybe,a,s1,b,s2,,,,,,,\n");
        let error = parse(text.as_bytes(), "d.csv").unwrap_err().to_string();
        assert!(error.starts_with("d.csv:2: `maybe`"), "{error}");
        let text = format!("{header}\nsame claim,a,s1,b,,,,,,,,\n");
        let error = parse(text.as_bytes(), "d.csv").unwrap_err().to_string();
        assert!(error.contains("right_key is empty"), "{error}");
        assert!(parse(b"a,b\n1,2\n", "d.csv").is_err());
    }
}
