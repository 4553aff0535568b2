//! Downloads from Retriever's press archive (Atekst, Mediearkivet): text files with many articles.
//!
//! First comes a list of what was chosen, each entry behind `>`; rules of `=` stand between the articles. An article
//! begins with its title (in older downloads with a rule of `-` below it) and its masthead: a line like
//! `VG, 06.01.2021 21:14`, further lines with page and writer, and `Publisert på nett.`. Behind the text may stand
//! `© VG`, terms of use, and a link. The form is not documented; it is known from the readers that researchers wrote
//! for it, the R package atekstR and the Python package Markivet. What is not surely of the archive stays in the text.

use super::fields::{FIELDS, Values};
use crate::article::Date;

/// Characters of a rule, at least; the archive draws 78.
const RULE: usize = 60;

/// How far down an article its masthead is looked for, in lines that are not empty.
const ABOVE: usize = 10;

/// Lines of a masthead below the newspaper, at most.
const MASTHEAD: usize = 12;

/// Lines that the copyright and the terms behind it take, at most.
const TERMS: usize = 5;

/// A line that is longer, in bytes, names no newspaper.
const LINE: usize = 160;

/// An article of a download.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Clipping<'a> {
    /// The line that it begins on, counted from 1.
    pub(super) line: u64,
    pub(super) title: String,
    /// The newspaper.
    pub(super) source: &'a str,
    /// The day, as [`Date::parse`] reads it.
    pub(super) date: &'a str,
    pub(super) text: &'a str,
    /// The link to the whole article; empty without one.
    pub(super) url: &'a str,
    /// Whether it has something that no other text has: the medium, the page, a rule below the title, or the link.
    is_sure: bool,
}

impl From<Clipping<'_>> for Values {
    fn from(clipping: Clipping<'_>) -> Self {
        let values = [
            ("title", clipping.title.as_str()),
            ("source", clipping.source),
            ("date", clipping.date),
            ("text", clipping.text),
            ("url", clipping.url),
        ];
        Self {
            fields: FIELDS.map(|field| {
                let value = values.iter().find(|(name, _)| *name == field);
                value.map_or_else(String::new, |(_, value)| (*value).to_owned())
            }),
            present: [true; FIELDS.len()],
            extra: Vec::new(),
        }
    }
}

/// What a text file is.
pub(super) enum Download<'a> {
    /// One of the archive: its articles, and in place of one without a masthead the line that it begins on.
    Articles(Vec<Result<Clipping<'a>, u64>>),
    /// None, with this many rules of `=`.
    Other(usize),
}

impl<'a> Download<'a> {
    /// Looks at the text of a file.
    pub(super) fn of(text: &'a str) -> Self {
        let lines = lines(text);
        let clippings: Vec<_> = lines
            .split(|line| line.is_rule('='))
            .filter_map(|lines| {
                let first = lines.iter().find(|line| !line.text.is_empty())?;
                let clipping = clipping(text, lines);
                // A rule may stand below the list, too.
                let is_list = clipping.is_none() && lines.iter().any(Line::is_entry);
                (!is_list).then(|| clipping.ok_or(first.number))
            })
            .collect();
        let n_known = clippings.iter().flatten().count();
        let n_sure = clippings.iter().flatten().filter(|known| known.is_sure);
        if n_sure.count() * 2 > n_known && n_known * 2 > clippings.len() {
            Self::Articles(clippings)
        } else {
            Self::Other(lines.iter().filter(|line| line.is_rule('=')).count())
        }
    }
}

/// A line of the file.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// Counted from 1.
    number: u64,
    /// The byte of the file that `text` begins with.
    start: usize,
    /// Without white space at either end.
    text: &'a str,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut end = 0;
    (1..)
        .zip(text.split_inclusive('\n'))
        .map(|(number, line)| {
            end += line.len();
            Line {
                number,
                start: end - line.trim_start().len(),
                text: line.trim(),
            }
        })
        .collect()
}

impl<'a> Line<'a> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }

    fn is_rule(&self, of: char) -> bool {
        self.text.len() >= RULE && self.text.chars().all(|c| c == of)
    }

    /// Whether it is of the list that a download begins with.
    fn is_entry(&self) -> bool {
        self.text.starts_with("> ") && self.newspaper().is_some()
    }

    /// `Publisert på nett.`, `Publicerat i print.`, `Sänt i radio.`
    fn tells_medium(&self) -> bool {
        const BEGINNINGS: [&str; 5] = ["Publisert", "Publiceret", "Publicerat", "Sendt", "Sänt"];
        let mut words = self.text.split(' ');
        words.next().is_some_and(|word| BEGINNINGS.contains(&word))
            && matches!(words.next(), Some("på" | "i"))
            && words.next().is_some()
            && words.next().is_none()
    }

    /// `Side 8`, `Sida 10#11`
    fn tells_page(&self) -> bool {
        let page = ["Side ", "Sida "]
            .iter()
            .find_map(|begin| self.text.strip_prefix(begin));
        page.is_some_and(|page| {
            page.contains(|c: char| c.is_ascii_digit())
                && page
                    .chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, '#' | '-' | ',' | ' '))
        })
    }

    /// The link of `Se webartikkelen på http://ret.nu/a`, or of a line that is nothing else.
    fn archive_link(&self) -> Option<&'a str> {
        let (announced, link) = self.text.rsplit_once(' ').unwrap_or(("", self.text));
        let is_ours = announced.is_empty()
            || (ends_pointing(announced)
                && ["Se ", "Les ", "Läs ", "Læs "]
                    .iter()
                    .any(|begin| announced.starts_with(begin)));
        (link.contains("://") && is_ours).then_some(link)
    }

    /// Newspaper and day of `VG, 06.01.2021 21:14`.
    fn newspaper(&self) -> Option<(&'a str, &'a str)> {
        let (name, when) = self.text.rsplit_once(',')?;
        let mut words = when.split_whitespace();
        let day = words.next()?;
        let is_time = |word: &str| {
            word == "kl."
                || word
                    .chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, ':' | '.'))
        };
        let is_day = day.contains(['.', '-', '/']) && Date::parse(day).is_some();
        let name = name.trim();
        (!name.is_empty() && is_day && words.all(is_time)).then_some((name, day))
    }
}

/// Where the name of a newspaper may stand in the lines of an article.
struct Place<'a> {
    /// The number of the line among those of the article, from 0.
    at: usize,
    source: &'a str,
    date: &'a str,
    /// The number of the line behind the masthead.
    body: usize,
    /// Whether page or medium are in the masthead.
    is_known: bool,
}

impl<'a> Place<'a> {
    fn of(lines: &[Line<'a>], at: usize) -> Option<Self> {
        let line = &lines[at];
        let (source, date) = (line.text.len() <= LINE)
            .then(|| line.newspaper())
            .flatten()?;
        let below = &lines[at + 1..];
        let block = below.iter().take_while(|line| !line.text.is_empty());
        let block: Vec<&Line> = block.take(MASTHEAD).collect();
        let medium = block.iter().position(|line| line.tells_medium());
        let last = medium.or_else(|| block.iter().rposition(|line| line.tells_page()));
        Some(Self {
            at,
            source,
            date,
            body: at + 1 + last.map_or(0, |last| last + 1),
            is_known: last.is_some(),
        })
    }
}

/// The article of `lines`, when they have a masthead.
fn clipping<'a>(text: &'a str, lines: &[Line<'a>]) -> Option<Clipping<'a>> {
    let list = lines
        .iter()
        .rposition(Line::is_entry)
        .map_or(0, |last| last + 1);
    let (list, lines) = lines.split_at(list);
    let places: Vec<Place> = (0..lines.len())
        .filter(|&at| !lines[at].text.is_empty())
        .take(ABOVE)
        .filter_map(|at| Place::of(lines, at))
        .collect();
    // A title, or who downloaded it, may be written like a newspaper and a day; page or medium tell which is one.
    let known = places.iter().rfind(|place| place.is_known);
    let place = known.or(places.first())?;

    let above = &lines[..place.at];
    let is_ruled = above.iter().any(|line| line.is_rule('-'));
    let end = above
        .iter()
        .rposition(|line| !(line.text.is_empty() || line.is_rule('-')))
        .map_or(0, |last| last + 1);
    let begin = above[..end]
        .iter()
        .rposition(|line| line.text.is_empty())
        .map_or(0, |gap| gap + 1);
    let title = &lines[begin..end];

    let (text, url) = without_tail(text, place.source, &lines[place.body..]);
    Some(Clipping {
        line: title.first().unwrap_or(&lines[place.at]).number,
        title: title
            .iter()
            .map(|line| line.text)
            .collect::<Vec<_>>()
            .join(" "),
        source: place.source,
        date: place.date,
        text,
        url,
        is_sure: place.is_known || is_ruled || !list.is_empty() || !url.is_empty(),
    })
}

/// The text of `body` up to the copyright of `source` and the link that may end it, and that link.
fn without_tail<'a>(text: &'a str, source: &str, body: &[Line<'a>]) -> (&'a str, &'a str) {
    let begin = body.first().map_or(text.len(), |line| line.start);
    let mut body = without_gap(body);
    let mut url = "";
    if let Some((last, above)) = body.split_last()
        && let Some(link) = last.archive_link()
    {
        url = link;
        body = without_gap(above);
        if link == last.text
            && let Some((announced, above)) = body.split_last()
            && ends_pointing(announced.text)
        {
            body = without_gap(above);
        }
    }
    let mut end = body.last().map_or(begin, Line::end);
    let last = &body[body.len().saturating_sub(TERMS)..];
    if let Some(at) = last.iter().rposition(|line| line.text.contains('©'))
        && let Some(sign) = last[at].text.rfind('©')
        && (sign == 0 || is_glued(last[at].text, sign))
        && (at + 1 == last.len() || names(last[at].text.get(sign..).unwrap_or_default(), source))
    {
        end = last[at].start + sign;
    }
    (text.get(begin..end).unwrap_or_default().trim_end(), url)
}

/// Whether `text` may announce a link: `Se webartikkelen på`.
fn ends_pointing(text: &str) -> bool {
    text.ends_with(" på") && text.split(' ').count() <= 4
}

/// Whether the sign at byte `sign` stands right behind the end of a sentence or a bracket.
fn is_glued(line: &str, sign: usize) -> bool {
    line.get(..sign)
        .is_some_and(|before| before.ends_with(['.', '!', '?', ')', '»', '"']))
}

/// Whether the newspaper of `© Aftenposten` is `source`, perhaps an edition of it: *Aftenposten Morgen*.
fn names(sign: &str, source: &str) -> bool {
    let owner = sign.trim_start_matches('©').trim_start();
    let first = source.split_whitespace().next().unwrap_or(source);
    owner.to_lowercase().starts_with(&first.to_lowercase())
}

/// `lines` without the empty ones at the end.
fn without_gap<'b, 'a>(lines: &'b [Line<'a>]) -> &'b [Line<'a>] {
    let last = lines.iter().rposition(|line| !line.text.is_empty());
    &lines[..last.map_or(0, |last| last + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str =
        "==============================================================================\n";

    fn clippings(text: &str) -> Vec<Result<Clipping<'_>, u64>> {
        match Download::of(text) {
            Download::Articles(clippings) => clippings,
            Download::Other(_) => Vec::new(),
        }
    }

    fn known(text: &str) -> Vec<Clipping<'_>> {
        clippings(text).into_iter().flatten().collect()
    }

    #[test]
    fn the_parts_of_an_article_are_told_apart() {
        let dashes = "-".repeat(78);
        let text = format!(
            "Universitetet i Oslo\r\nUttak 02.03.2021\r\n2 papirartikler\r\n\r\nNyhetsklipp:\r\n\r\n\
             > Rasferd i Tafjord, Sunnmørsposten, 01.03.2021\r\n\r\n> Fergene står, VG, 02.03.2021 07:15\r\n\r\n\r\n\
             Rasfare\r\ni Tafjord\r\n{dashes}\r\nSunnmørsposten, 01.03.2021\r\nNORDMANN KARI\r\nSide 8\r\nPublisert på trykk. \r\n\r\n\
             Veien er stengt.\r\n\r\nSide 4 av rapporten er borte. (Foto: NTB)© Sunnmørsposten\r\n\r\n\
             Les hele nyheten på http://ret.nu/abc\r\n{RULES}\r\n\
             Fergene står\r\nVG, 02.03.2021 07:15\r\nPublisert på nett.\r\n\r\nIngen ferger går.\r\n© VG Alle rettigheter.\r\nMer her\r\n"
        );
        let [first, second] = &known(&text)[..] else {
            panic!("{:?}", clippings(&text));
        };
        assert_eq!(first.title, "Rasfare i Tafjord");
        assert_eq!((first.source, first.date), ("Sunnmørsposten", "01.03.2021"));
        assert_eq!(
            first.text,
            "Veien er stengt.\r\n\r\nSide 4 av rapporten er borte. (Foto: NTB)"
        );
        assert_eq!(first.url, "http://ret.nu/abc");
        assert_eq!(second.title, "Fergene står");
        assert_eq!((second.source, second.date), ("VG", "02.03.2021"));
        assert_eq!((second.text, second.url), ("Ingen ferger går.", ""));
        assert_eq!((first.line, second.line), (12, 27));
    }

    #[test]
    fn what_is_no_tail_stays_in_the_text() {
        let tail = |body: &str| {
            let text = format!(
                "A\nVG, 02.03.2021\nSide 3\n{body}\n{RULES}\nB\nVG, 03.03.2021\nSide 4\n\nTekst.\n"
            );
            let clippings = known(&text);
            (clippings[0].text.to_owned(), clippings[0].url.to_owned())
        };
        for whole in [
            "Rapporten kom i går. Hun\nhar skrevet den, og den\nligger på https://a.no/rapport",
            "Det brant.\n\nHun la ut en video på https://youtu.be/x",
            "Foto: © NTB fra i fjor.\n\nHun drar.",
            "Foto: NTB\n© NTB scanpix\nPolitiet kom fram.\nFire er savnet.",
            "Kilde: rapporten © NTB. Saken fortsetter.",
            "© VG\n1\n2\n3\n4\n5",
        ] {
            assert_eq!(tail(whole), (whole.to_owned(), String::new()));
        }
        for (body, text, url) in [
            (
                "© VG\n\nSe webartikkelen på\nhttps://vg.no/1",
                "",
                "https://vg.no/1",
            ),
            (
                "Hun drar.\n© VG\nSe webartikkelen på https://vg.no/1",
                "Hun drar.",
                "https://vg.no/1",
            ),
            (
                "Hun drar.© VG\n\nAlt er vernet.\n\nhttps://vg.no/1",
                "Hun drar.",
                "https://vg.no/1",
            ),
            (
                "Hun drar.\n©Forlag<br>Alle artikler er vernet.",
                "Hun drar.",
                "",
            ),
        ] {
            assert_eq!(tail(body), (text.to_owned(), url.to_owned()), "{body}");
        }
    }

    #[test]
    fn the_newspaper_stands_above_page_and_medium() {
        let of = |text: &str| {
            let clippings = known(text);
            let first = clippings.first().map(|first| {
                (
                    first.title.clone(),
                    first.source.to_owned(),
                    first.text.to_owned(),
                )
            });
            first.unwrap_or_default()
        };
        let expected =
            |title: &str, text: &str| (title.to_owned(), "VG".to_owned(), text.to_owned());
        assert_eq!(
            of(
                "UiO, 02.03.2021\n\nSkred i Tafjord, 07.04.1934\nVG, 06.01.2021\nSide 3\nEn.\nSide 4 av rapporten mangler.\n"
            ),
            expected(
                "Skred i Tafjord, 07.04.1934",
                "En.\nSide 4 av rapporten mangler."
            )
        );
        assert_eq!(
            of("A\nVG, 06.01.2021\nSide 3\nEn.\nPublisert forskning viser det.\n"),
            expected("A", "En.\nPublisert forskning viser det.")
        );
    }

    #[test]
    fn a_list_of_its_own_is_no_article() {
        let text = format!(
            "UiO\n\n> A, VG, 02.03.2021\n{RULES}\nA\nVG, 02.03.2021\nPublisert på nett.\n\nTekst.\n"
        );
        assert_eq!(clippings(&text).len(), 1);
        assert_eq!(known(&text)[0].text, "Tekst.");
    }

    #[test]
    fn other_texts_are_no_downloads() {
        let ruled = format!("Del 1\n{RULES}Del 2, og mer\n{RULES}Del 3\n");
        for text in [
            "Han kom hjem.\nVG, 02.03.2021\n\nHun dro.",
            "Brann\nNRK, 06.01.2021\nPublisert 06.01.2021 kl. 12.00\n\nDet brant.",
            "Møtet ble holdt\nBergen, 01.02.2020\nPublisert av Ola\n\nDet var fint.",
            ruled.as_str(),
            RULES,
            "",
        ] {
            assert_eq!(clippings(text), [], "{text}");
        }
        assert!(matches!(Download::of(&ruled), Download::Other(2)));
        for text in [
            "Tittel\nVG, 02.03.2021\nPublisert på nett.\nTekst.",
            "Tittel\nVG, 02.03.2021\nSide 3\nTekst.",
        ] {
            assert_eq!(known(text).len(), 1);
        }
    }

    #[test]
    fn an_article_without_a_masthead_is_told() {
        let text = format!(
            "A\nVG, 02.03.2021\nSide 2\nTekst.\n{RULES}\nB\n\nTekst.\n{RULES}\nC\nVG, 2021-03-02\nSide 3\nTekst.\n{RULES}\n"
        );
        let sources: Vec<_> = clippings(&text)
            .into_iter()
            .map(|clipping| clipping.map(|known| known.source))
            .collect();
        assert_eq!(sources, [Ok("VG"), Err(7), Ok("VG")]);
    }
}
