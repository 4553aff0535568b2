//! From the named values of a row to an article: what JSON lines, tables and downloads have in common.
//!
//! [`Columns`] knows which column or key holds which field. [`Collector`] takes the rows of one
//! file in order, makes articles of them, and turns what is wrong with a row into a warning.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::article::{Article, Date};
use crate::error::{Error, Warning};
use crate::language::Language;

/// The fields of an article, by the names that columns have when nothing else is said.
pub(super) const FIELDS: [&str; 7] = ["id", "text", "title", "source", "date", "language", "url"];

/// Index of the text in [`FIELDS`].
pub(super) const TEXT: usize = 1;

/// Index of the title in [`FIELDS`].
const TITLE: usize = 2;

/// Other names that columns have for the fields, in lower case and the order of [`FIELDS`]: they are hinted at, not taken.
const USUAL: [&[&str]; FIELDS.len()] = [
    &[
        "article_id",
        "artikel_id",
        "artikkel_id",
        "artikelid",
        "artikkelid",
        "guid",
        "uuid",
    ],
    &[
        "article",
        "body",
        "brødtekst",
        "content",
        "full_text",
        "fulltekst",
        "fulltext",
        "indhold",
        "innhald",
        "innhold",
        "maintext",
        "raw_text",
        "tekst",
    ],
    &["headline", "overskrift", "rubrik", "titel", "tittel"],
    &[
        "avis",
        "domain",
        "hostname",
        "kilde",
        "kjelde",
        "media_name",
        "medie",
        "medium",
        "newspaper",
        "outlet",
        "publication",
        "publisher",
        "site",
        "source_domain",
    ],
    &[
        "created_at",
        "date_publish",
        "datetime",
        "dato",
        "pub_date",
        "pubdate",
        "publication_date",
        "publish_date",
        "published",
        "published_at",
        "publiceret",
        "publisert",
        "timestamp",
    ],
    &["lang", "målform", "sprog", "språk"],
    &["lenke", "lenkje", "link", "permalink", "webadresse"],
];

/// What programs write where there is nothing: pandas, R, spreadsheets, databases.
const MISSING: [&str; 11] = [
    "NaN",
    "nan",
    "NaT",
    "<NA>",
    "NA",
    "N/A",
    "#N/A",
    "NULL",
    "null",
    "None",
    "[removed]",
];

/// The first of `names` that usually holds `field`.
fn usual<'a>(field: usize, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut names = names.into_iter();
    names.find(|name| USUAL[field].contains(&name.to_lowercase().as_str()))
}

/// How many names of columns a message lists.
const MAX_LISTED: usize = 20;

/// Which column or key holds which field.
#[derive(Debug)]
pub(super) struct Columns {
    /// In the order of [`FIELDS`]: the name, and whether the user chose it.
    names: [(String, bool); FIELDS.len()],
}

impl Columns {
    /// The default names with those of `mapped` (field → column) in place of them.
    ///
    /// # Errors
    /// When `mapped` names a field that there is not.
    pub(super) fn new(mapped: &BTreeMap<String, String>) -> Result<Self, Error> {
        if let Some(field) = mapped
            .keys()
            .find(|field| !FIELDS.contains(&field.as_str()))
        {
            return Err(Error::Setting {
                name: "columns",
                message: format!("there is no field `{field}`; fields are {}", list(FIELDS)),
            });
        }
        Ok(Self {
            names: FIELDS.map(|field| match mapped.get(field) {
                Some(name) => (name.clone(), true),
                None => (field.to_owned(), false),
            }),
        })
    }

    /// The fields, as indices of [`FIELDS`], that the column `name` holds: none, one, or several.
    pub(super) fn fields_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        (0..FIELDS.len()).filter(move |&field| self.names[field].0 == name)
    }

    /// Name of the column that holds `field`.
    pub(super) fn name(&self, field: usize) -> &str {
        &self.names[field].0
    }

    /// The message that a field has no column in `names`, when the user said which it is.
    fn missing(&self, field: usize) -> Option<String> {
        let (name, chosen) = &self.names[field];
        chosen.then(|| format!("no column `{name}` for `{}`", FIELDS[field]))
    }

    /// The message that no `column` (or key) among `names` holds the text.
    pub(super) fn no_text<'a>(
        &self,
        column: &str,
        names: impl IntoIterator<Item = &'a str> + Clone,
    ) -> String {
        format!(
            "no {column} `{}`; there are {}. Name the one that holds the text with `--columns text={}`",
            self.name(TEXT),
            list(names.clone()),
            usual(TEXT, names).unwrap_or("NAME")
        )
    }
}

/// The values of a row, before they are understood.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// In the order of [`FIELDS`]; empty where the row has none.
    pub(super) fields: [String; FIELDS.len()],
    /// Which of them the row has, be they empty.
    pub(super) present: [bool; FIELDS.len()],
    /// Further values that are not empty, with the names of their columns.
    pub(super) extra: Vec<(String, String)>,
}

/// An article and where it comes from.
#[derive(Debug)]
pub(super) struct Row {
    /// The line it begins on, counted from 1; `None` when it fills a file.
    pub(super) line: Option<u64>,
    /// The article, still without its further values.
    pub(super) article: Article,
    /// Those: the index in [`Content::extra_names`], and the value.
    pub(super) extra: Vec<(usize, String)>,
}

/// What one file holds.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// The articles, in the order of the file.
    pub(super) rows: Vec<Row>,
    /// Names of further columns.
    pub(super) extra_names: Vec<String>,
    /// What was wrong.
    pub(super) warnings: Vec<Warning>,
}

/// Makes articles of the rows of one file.
pub(super) struct Collector<'a> {
    path: &'a str,
    stem: &'a str,
    columns: &'a Columns,
    n_rows: u64,
    present: [bool; FIELDS.len()],
    extra_index: BTreeMap<String, usize>,
    /// Message → first line and number of rows, for what is wrong with values and keeps the article.
    notes: BTreeMap<String, (u64, u64)>,
    content: Content,
}

impl<'a> Collector<'a> {
    /// For the file `path`; articles without an id get `stem` and the number of their row.
    pub(super) fn new(path: &'a str, stem: &'a str, columns: &'a Columns) -> Self {
        Self {
            path,
            stem,
            columns,
            n_rows: 0,
            present: [false; FIELDS.len()],
            extra_index: BTreeMap::new(),
            notes: BTreeMap::new(),
            content: Content::default(),
        }
    }

    /// Takes the next row: its values, or why it cannot be read.
    pub(super) fn row(&mut self, line: u64, values: Result<Values, String>) {
        self.n_rows += 1;
        let result = values.and_then(|values| {
            for (all, one) in self.present.iter_mut().zip(values.present) {
                *all |= one;
            }
            self.article(line, values)
        });
        match result {
            Ok(row) => self.content.rows.push(row),
            Err(message) => self.warn(Some(line), true, message),
        }
    }

    /// Takes the article that fills the file.
    pub(super) fn whole(&mut self, article: Article) {
        self.content.rows.push(Row {
            line: None,
            article,
            extra: Vec::new(),
        });
    }

    /// Whether any article was taken.
    pub(super) fn has_rows(&self) -> bool {
        !self.content.rows.is_empty()
    }

    /// Notes that the file has the column `name`, be it empty in all rows.
    pub(super) fn column(&mut self, name: &str) {
        if self.columns.fields_of(name).next().is_none() {
            self.extra(name.to_owned());
        }
    }

    /// Adds a warning.
    pub(super) fn warn(&mut self, line: Option<u64>, skipped: bool, message: String) {
        self.content.warnings.push(Warning {
            path: self.path.to_owned(),
            line,
            skipped,
            message,
        });
    }

    /// All that the rows gave.
    pub(super) fn finish(mut self) -> Content {
        for (mut message, (line, n)) in std::mem::take(&mut self.notes) {
            if n > 1 {
                message = format!("{message} (here and in {} further rows)", n - 1);
            }
            self.warn(Some(line), false, message);
        }
        if self.n_rows > 0 {
            let columns = self.columns;
            for (field, present) in self.present.into_iter().enumerate() {
                if field == TEXT || present {
                    continue;
                }
                if let Some(message) = columns.missing(field) {
                    self.warn(None, false, message);
                }
            }
        }
        if let Some(message) = self.unnamed() {
            self.warn(None, false, message);
        }
        let mut names = vec![String::new(); self.extra_index.len()];
        for (name, index) in self.extra_index {
            names[index] = name;
        }
        self.content.extra_names = names;
        self.content
    }

    /// The message that columns seem to hold fields which no row has.
    fn unnamed(&self) -> Option<String> {
        let pairs: Vec<String> = (0..FIELDS.len())
            .filter(|&field| field != TEXT && !self.present[field] && !self.columns.names[field].1)
            .filter_map(|field| {
                let name = usual(field, self.extra_index.keys().map(String::as_str))?;
                Some(format!("{}={name}", FIELDS[field]))
            })
            .collect();
        (!pairs.is_empty()).then(|| {
            format!(
                "some columns seem to hold what is not read from them: name them with `--columns {}`",
                pairs.join(",")
            )
        })
    }

    fn article(&mut self, line: u64, mut values: Values) -> Result<Row, String> {
        for (field, value) in values.fields.iter_mut().enumerate() {
            if MISSING.contains(&value.trim()) {
                let column = self.columns.name(field);
                let message = format!("`{}` in `{column}` is read as empty", value.trim());
                self.note(line, message);
                value.clear();
            }
        }
        let [id, text, title, source, date, language, url] = values.fields;
        if text.trim().is_empty() {
            return Err("no text".to_owned());
        }
        let mut id = trimmed(id);
        if id.is_empty() {
            id = format!("{}-{}", self.stem, self.n_rows);
        }
        let date = self.understood(line, &date, |value| {
            Date::parse(value).ok_or_else(|| {
                format!("`{value}` is no date; write it as 2021-01-06. The date is left empty")
            })
        });
        let language = self.understood(line, &language, |value| {
            parse_language(value).map_err(|why| format!("{why}. The language is guessed"))
        });
        let title = trimmed(title);
        // It is no part of the text, but people who review want to see it.
        let shown =
            (!title.is_empty()).then(|| (self.columns.name(TITLE).to_owned(), title.clone()));
        Ok(Row {
            line: Some(line),
            article: Article {
                id,
                source: trimmed(source),
                date,
                title,
                text,
                language,
                url: trimmed(url),
                extra: Vec::new(),
            },
            extra: values
                .extra
                .into_iter()
                .chain(shown)
                .map(|(name, value)| (self.extra(name), value))
                .collect(),
        })
    }

    /// The value, unless it is blank or not understood; the latter is noted.
    fn understood<T>(
        &mut self,
        line: u64,
        value: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        match parse(value) {
            Ok(parsed) => Some(parsed),
            Err(message) => {
                self.note(line, message);
                None
            }
        }
    }

    fn note(&mut self, line: u64, message: String) {
        self.notes.entry(message).or_insert((line, 0)).1 += 1;
    }

    fn extra(&mut self, name: String) -> usize {
        let next = self.extra_index.len();
        *self.extra_index.entry(name).or_insert(next)
    }
}

/// A list of names for a message: `` `a`, `b` and `c` ``, cut off when long.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.len() > MAX_LISTED {
        let n_more = names.len() - MAX_LISTED;
        names.truncate(MAX_LISTED);
        names.push(format!("{n_more} more"));
    }
    match names.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Reads a language code, also with a country behind it (`nb-NO`, `da_DK`).
fn parse_language(text: &str) -> Result<Language, String> {
    Language::from_str(text).or_else(|error| {
        let (code, _) = text.split_once(['-', '_']).ok_or(error.clone())?;
        Language::from_str(code).map_err(|_| error)
    })
}

fn trimmed(text: String) -> String {
    let kept = text.trim();
    if kept.len() == text.len() {
        text
    } else {
        kept.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(mapped: &[(&str, &str)]) -> Result<Columns, Error> {
        let mapped = mapped
            .iter()
            .map(|&(field, name)| (field.to_owned(), name.to_owned()));
        Columns::new(&mapped.collect())
    }

    fn values(fields: [&str; FIELDS.len()]) -> Values {
        Values {
            fields: fields.map(str::to_owned),
            present: fields.map(|value| !value.is_empty()),
            extra: Vec::new(),
        }
    }

    #[test]
    fn what_programs_write_for_nothing_is_nothing() {
        let columns = columns(&[]).unwrap();
        let mut collector = Collector::new("a.csv", "a", &columns);
        collector.row(2, Ok(values(["1", "Det brant.", "", "NaN", "NaT", "", ""])));
        collector.row(3, Ok(values(["2", "NaN", "", "vg", "", "", ""])));
        collector.row(
            4,
            Ok(values(["3", "Na, det brant.", "", " NaN ", "", "", ""])),
        );
        let content = collector.finish();
        let articles = content.rows.iter().map(|row| &row.article);
        let read: Vec<_> = articles
            .map(|a| (a.id.as_str(), a.source.as_str(), a.date))
            .collect();
        assert_eq!(read, [("1", "", None), ("3", "", None)]);
        let told: Vec<&str> = content
            .warnings
            .iter()
            .map(|told| told.message.as_str())
            .collect();
        assert!(told.contains(&"no text"), "{told:?}");
        assert!(
            told.contains(&"`NaN` in `source` is read as empty (here and in 1 further rows)"),
            "{told:?}"
        );
    }

    #[test]
    fn one_column_may_hold_two_fields() {
        let columns = columns(&[("id", "url"), ("text", "brødtekst")]).unwrap();
        assert_eq!(columns.fields_of("url").collect::<Vec<_>>(), [0, 6]);
        assert_eq!(columns.fields_of("brødtekst").collect::<Vec<_>>(), [TEXT]);
        assert_eq!(columns.fields_of("text").count(), 0);
    }

    #[test]
    fn a_field_that_there_is_not_is_an_error_that_lists_the_fields() {
        let error = columns(&[("txt", "body")]).unwrap_err().to_string();
        assert!(
            error.contains("`txt`") && error.contains("`language`"),
            "{error}"
        );
    }

    #[test]
    fn values_that_are_not_understood_are_noted_once_and_keep_the_article() {
        let columns = columns(&[]).unwrap();
        let mut collector = Collector::new("a.csv", "a", &columns);
        for line in [2, 3] {
            collector.row(
                line,
                Ok(values(["", "Tekst", "", "", "i går", "klingon", ""])),
            );
        }
        collector.row(
            4,
            Ok(values([" x ", "Tekst", "", "", "6.1.2021", "nb-NO", ""])),
        );
        let content = collector.finish();
        let ids: Vec<&str> = content
            .rows
            .iter()
            .map(|row| row.article.id.as_str())
            .collect();
        assert_eq!(ids, ["a-1", "a-2", "x"]);
        assert_eq!(content.rows[2].article.language, Some(Language::Nb));
        assert_eq!(content.rows[2].article.date, Date::new(2021, 1, 6));
        assert_eq!(content.warnings.len(), 2);
        for warning in &content.warnings {
            assert_eq!((warning.line, warning.skipped), (Some(2), false));
            assert!(warning.message.contains("1 further row"), "{warning}");
        }
    }

    #[test]
    fn a_row_without_text_is_skipped_and_counts_as_a_row() {
        let columns = columns(&[("source", "avis")]).unwrap();
        let mut collector = Collector::new("a.csv", "a", &columns);
        collector.row(2, Ok(values(["x", " \n", "", "", "", "", ""])));
        collector.row(3, Ok(values(["", "Tekst", "", "", "", "", ""])));
        let content = collector.finish();
        assert_eq!(content.rows[0].article.id, "a-2");
        let warned: Vec<_> = content
            .warnings
            .iter()
            .map(|warning| (warning.line, warning.skipped))
            .collect();
        assert_eq!(warned, [(Some(2), true), (None, false)]);
        assert!(content.warnings[1].message.contains("`avis`"));
    }

    #[test]
    fn columns_that_seem_to_hold_a_field_are_told() {
        let message = |mapped: &[(&str, &str)], names: &[&str]| {
            let columns = columns(mapped).unwrap();
            let mut collector = Collector::new("a.csv", "a", &columns);
            for name in names {
                collector.column(name);
            }
            let mut row = values(["", "Tekst", "", "", "", "", ""]);
            row.present[TITLE] = true;
            collector.row(2, Ok(row));
            let mut warnings = collector.finish().warnings.into_iter();
            warnings.next().map(|warning| warning.message)
        };
        let told = message(&[], &["tittel", "Dato", "avis", "spalte"]).unwrap();
        assert!(
            told.ends_with("`--columns source=avis,date=Dato`"),
            "{told}"
        );
        assert_eq!(message(&[], &["tittel", "spalte"]), None);
        let chosen = [("source", "avis"), ("date", "utgitt")];
        let missing = message(&chosen, &["dato"]).unwrap();
        assert!(missing.starts_with("no column"), "{missing}");
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(list(["å"]), "`å`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
        assert!(list(["x"; 25]).ends_with("`x` and 5 more"));
        assert_eq!(list([]), "none");
    }
}
