//! Placeholder until the run folder lands.
use crate::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
/// Run folder.
#[derive(Debug)]
pub struct RunFolder(PathBuf);
impl RunFolder {
    /// Prepare.
    pub fn prepare(path: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(path).map_err(|source| Error::io(path, source))?;
        Ok(Self(path.to_owned()))
    }
    /// Target.
    pub fn target(&self) -> &Path {
        &self.0
    }
    /// Create.
    pub fn create(&mut self, name: &str) -> Result<BufWriter<File>, Error> {
        let path = self.0.join(name);
        Ok(BufWriter::new(
            File::create(&path).map_err(|source| Error::io(path, source))?,
        ))
    }
    /// Commit.
    pub fn commit(self) -> Result<(), Error> {
        Ok(())
    }
}
