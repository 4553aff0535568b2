//! Lists of pairs that go to disk when they outgrow their share of memory.
//!
//! Files have no name where the system allows it, so that nothing is left behind by a program that is killed. What is
//! read is what was written, in its order: whether a list went to disk changes no result.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

/// What the pairs of a run may hold in memory, about, and where the rest goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// Bytes.
    pub bytes: u64,
    /// The folder of the files for what does not fit.
    pub folder: PathBuf,
}

/// An eighth of the memory goes to each of the lists that are held at a time: those that are collected, those that
/// are worked on, and what is known of them. The rest is left for sorting and for what is read and written.
const SHARE: u64 = 8;
/// Bytes that are read or written at once.
const READ_AT_ONCE: usize = 1 << 18;
/// Bytes that are read at once of all runs that are merged.
const MERGED_AT_ONCE: usize = 1 << 25;

impl Memory {
    /// Items of so many bytes that a list may hold, at least one.
    pub(crate) fn items(&self, bytes: usize) -> usize {
        let items = self.bytes / SHARE / bytes.max(1) as u64;
        usize::try_from(items.max(1)).unwrap_or(usize::MAX)
    }
}

/// What went wrong with a file of `memory`.
pub(crate) fn error(memory: Option<&Memory>, source: io::Error) -> Error {
    let folder = memory.map(|memory| memory.folder.clone());
    Error::io(folder.unwrap_or_default(), source)
}

/// What can be written to a file, as so many bytes.
pub(crate) trait Stored: Sized {
    /// Bytes of an item.
    const BYTES: usize;

    /// Writes the item; `bytes` has the right length.
    fn store(&self, bytes: &mut [u8]);

    /// Reads an item from what [`Stored::store`] wrote.
    fn load(bytes: &[u8]) -> Self;
}

/// The number in four bytes.
pub(crate) fn load_u32(bytes: &[u8]) -> u32 {
    bytes.try_into().map_or(0, u32::from_le_bytes)
}

/// A list in a file, written once and then read by one thread as often as it is wanted.
#[derive(Debug)]
pub(crate) struct FileList<T> {
    file: File,
    length: usize,
    items: PhantomData<T>,
}

impl<T: Stored> FileList<T> {
    /// Number of items.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// All items, from the start.
    pub(crate) fn read(&self) -> Reader<'_, T> {
        self.part(0..self.length, READ_AT_ONCE)
    }

    fn part(&self, places: Range<usize>, bytes: usize) -> Reader<'_, T> {
        Reader {
            list: self,
            places,
            buffer: Vec::new(),
            at: 0,
            at_once: (bytes / T::BYTES).max(1),
        }
    }
}

/// The items of a [`FileList`], in their order.
#[derive(Debug)]
pub(crate) struct Reader<'a, T> {
    list: &'a FileList<T>,
    /// What is to be read.
    places: Range<usize>,
    buffer: Vec<u8>,
    /// First byte of the buffer that was not taken.
    at: usize,
    /// Items that are read at once.
    at_once: usize,
}

impl<T: Stored> Reader<'_, T> {
    fn fill(&mut self) -> io::Result<()> {
        let n = self.at_once.min(self.places.len());
        let mut file = &self.list.file;
        file.seek(SeekFrom::Start((self.places.start * T::BYTES) as u64))?;
        self.buffer.resize(n * T::BYTES, 0);
        file.read_exact(&mut self.buffer)?;
        self.places.start += n;
        self.at = 0;
        Ok(())
    }
}

impl<T: Stored> Iterator for Reader<'_, T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.buffer.len() {
            if self.places.is_empty() {
                return None;
            }
            if let Err(error) = self.fill() {
                self.places.start = self.places.end;
                return Some(Err(error));
            }
        }
        let item = self.buffer.get(self.at..self.at + T::BYTES)?;
        self.at += T::BYTES;
        Some(Ok(T::load(item)))
    }
}

/// Writes a [`FileList`].
#[derive(Debug)]
pub(crate) struct FileWriter<T> {
    out: BufWriter<File>,
    bytes: Vec<u8>,
    length: usize,
    items: PhantomData<T>,
}

impl<T: Stored> FileWriter<T> {
    pub(crate) fn new(memory: &Memory) -> io::Result<Self> {
        Ok(Self {
            out: BufWriter::with_capacity(READ_AT_ONCE, tempfile::tempfile_in(&memory.folder)?),
            bytes: vec![0; T::BYTES],
            length: 0,
            items: PhantomData,
        })
    }

    pub(crate) fn push(&mut self, item: &T) -> io::Result<()> {
        item.store(&mut self.bytes);
        self.length += 1;
        self.out.write_all(&self.bytes)
    }

    pub(crate) fn finish(self) -> io::Result<FileList<T>> {
        Ok(FileList {
            file: self
                .out
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?,
            length: self.length,
            items: PhantomData,
        })
    }
}

/// A list in memory or in a file.
#[derive(Debug)]
pub(crate) enum List<T> {
    /// In memory.
    Memory(Vec<T>),
    /// In a file.
    File(FileList<T>),
}

impl<T: Stored + Clone> List<T> {
    /// All items, from the start.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = io::Result<T>> + '_> {
        match self {
            Self::Memory(items) => Box::new(items.iter().cloned().map(Ok)),
            Self::File(file) => Box::new(file.read()),
        }
    }

    /// The items at some places.
    ///
    /// # Panics
    /// When there are no such places.
    pub(crate) fn part(&self, places: Range<usize>) -> io::Result<Cow<'_, [T]>> {
        match self {
            Self::Memory(items) => Ok(Cow::Borrowed(&items[places])),
            Self::File(file) => {
                let items: io::Result<Vec<T>> = file.part(places, READ_AT_ONCE).collect();
                items.map(Cow::Owned)
            }
        }
    }
}

/// Writes a [`List`].
#[derive(Debug)]
pub(crate) enum ListWriter<T> {
    Memory(Vec<T>),
    File(FileWriter<T>),
}

impl<T: Stored> ListWriter<T> {
    /// Items go to a file when there is a limit of memory.
    pub(crate) fn new(memory: Option<&Memory>) -> io::Result<Self> {
        Ok(match memory {
            None => Self::Memory(Vec::new()),
            Some(memory) => Self::File(FileWriter::new(memory)?),
        })
    }

    pub(crate) fn extend(&mut self, mut items: Vec<T>) -> io::Result<()> {
        match self {
            // No copy of what are often all items.
            Self::Memory(list) if list.is_empty() => *list = items,
            Self::Memory(list) => list.append(&mut items),
            Self::File(file) => items.iter().try_for_each(|item| file.push(item))?,
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> io::Result<List<T>> {
        Ok(match self {
            Self::Memory(items) => List::Memory(items),
            Self::File(file) => List::File(file.finish()?),
        })
    }
}

/// Sorted lists, one behind the other in one file, written by any number of threads.
#[derive(Debug)]
pub(crate) struct Runs<T>(Mutex<Written<T>>);

#[derive(Debug)]
struct Written<T> {
    file: FileWriter<T>,
    /// One past the last place of each run.
    ends: Vec<usize>,
}

impl<T: Stored + Ord + Copy> Runs<T> {
    pub(crate) fn new(memory: &Memory) -> io::Result<Self> {
        Ok(Self(Mutex::new(Written {
            file: FileWriter::new(memory)?,
            ends: Vec::new(),
        })))
    }

    /// Writes `items`, which are sorted.
    pub(crate) fn push(&self, items: &[T]) -> io::Result<()> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Written { file, ends } = &mut *written;
        items.iter().try_for_each(|item| file.push(item))?;
        ends.push(file.length);
        Ok(())
    }

    /// Passes the items of all runs on, in their order, each once.
    pub(crate) fn merge(self, mut each: impl FnMut(T) -> io::Result<()>) -> io::Result<()> {
        let Written { file, ends } = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let all = file.finish()?;
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let mut runs: Vec<Reader<T>> = starts
            .zip(&ends)
            .map(|(start, &end)| all.part(start..end, MERGED_AT_ONCE / ends.len()))
            .collect();
        let mut next = BinaryHeap::with_capacity(runs.len());
        for (number, run) in runs.iter_mut().enumerate() {
            if let Some(first) = run.next() {
                next.push(Reverse((first?, number)));
            }
        }
        let mut last: Option<T> = None;
        while let Some(Reverse((item, number))) = next.pop() {
            if let Some(following) = runs[number].next() {
                next.push(Reverse((following?, number)));
            }
            if last.replace(item) != Some(item) {
                each(item)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Stored for u32 {
        const BYTES: usize = 4;

        fn store(&self, bytes: &mut [u8]) {
            bytes.copy_from_slice(&self.to_le_bytes());
        }

        fn load(bytes: &[u8]) -> Self {
            load_u32(bytes)
        }
    }

    #[test]
    fn runs_are_merged_and_can_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory {
            bytes: 1,
            folder: folder.path().to_owned(),
        };
        let runs = Runs::new(&memory).unwrap();
        for run in [&[1u32, 4, 7][..], &[], &[1, 2, 9], &[4]] {
            runs.push(run).unwrap();
        }
        let mut all = FileWriter::new(&memory).unwrap();
        runs.merge(|item| all.push(&item)).unwrap();
        let all: FileList<u32> = all.finish().unwrap();
        assert_eq!(all.len(), 5);
        for at_once in [1, 9, 1000] {
            let read: io::Result<Vec<u32>> = all.part(0..5, at_once).collect();
            assert_eq!(read.unwrap(), [1, 2, 4, 7, 9]);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let memory = Memory {
            bytes: 1,
            folder: "no such folder".into(),
        };
        assert!(Runs::<u32>::new(&memory).is_err());
    }
}
