//! Words that are known by their function: negations, pronouns, verbs of saying.
//!
//! The classes of `data/function_words.csv` serve the guards (negation, denial) and the features
//! (how much of what two sentences share is content).

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::error::Error;
use crate::tables;

static CLASSES: LazyLock<Result<FxHashMap<String, WordClass>, Error>> = LazyLock::new(read);

/// What a function word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WordClass {
    /// ikke, aldrig, ingen
    Negation,
    /// avviser, nægter, benektar
    Denial,
    /// kan, skulle
    Modal,
    /// er, har, blev
    Auxiliary,
    /// dei, denne, vår
    Pronoun,
    /// hun, han, hennes: one person who was named before
    Person,
    /// en, et, ei
    Article,
    /// og, mens, fordi
    Conjunction,
    /// i, på, etter
    Preposition,
    /// sier, opplyser, skriv
    Attribution,
    /// også, nu, stadig
    Adverb,
    /// op, ned, ut: makes another verb of the verb before it, often at a distance
    Particle,
}

#[derive(Deserialize)]
struct Row {
    word: String,
    class: WordClass,
}

fn read() -> Result<FxHashMap<String, WordClass>, Error> {
    let rows: Vec<Row> = tables::FUNCTION_WORDS.rows()?;
    Ok(rows.into_iter().map(|row| (row.word, row.class)).collect())
}

/// Checks the table.
///
/// # Errors
/// [`Error::Format`] when a row is not understood.
pub(crate) fn check() -> Result<(), Error> {
    read().map(|_| ())
}

/// All function words, in the order of the table.
///
/// # Errors
/// [`Error::Format`] when a row is not understood.
pub(crate) fn all() -> Result<Vec<String>, Error> {
    let rows: Vec<Row> = tables::FUNCTION_WORDS.rows()?;
    Ok(rows.into_iter().map(|row| row.word).collect())
}

/// The function words of a class, in the order of the table.
///
/// # Errors
/// [`Error::Format`] when a row is not understood.
pub(crate) fn of_class(class: WordClass) -> Result<Vec<String>, Error> {
    let rows: Vec<Row> = tables::FUNCTION_WORDS.rows()?;
    let rows = rows.into_iter().filter(|row| row.class == class);
    Ok(rows.map(|row| row.word).collect())
}

/// The class of `word` (lower case, NFC); `None` for words of content.
pub fn class(word: &str) -> Option<WordClass> {
    CLASSES.as_ref().ok()?.get(word).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed_sorted_and_unique() {
        let rows: Vec<Row> = tables::FUNCTION_WORDS.rows().unwrap();
        assert!(rows.windows(2).all(|pair| pair[0].word < pair[1].word));
        assert_eq!(class("ikkje"), Some(WordClass::Negation));
        assert_eq!(class("avviser"), Some(WordClass::Denial));
        assert_eq!(class("brann"), None);
    }
}
