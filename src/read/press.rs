//! Downloads from Retriever's press archive (Atekst, Mediearkivet): text files with many articles.
//!
//! First comes a list of what was chosen, each entry behind `>`; rules of `=` stand between the articles. An article
//! begins with its title (in older downloads with a rule of `-` below it) and its masthead: a line like
//! `VG, 06.01.2021 21:14`, further lines with page and writer, and `Publisert på nett.`. Behind the text may stand
//! `© VG`, terms of use, and a link. The form is not documented; it is known from the readers that researchers wrote
//! for it, the R package atekstR and the Python package Markivet.

use super::fields::{FIELDS, Values};
use crate::article::Date;

/// Characters of a rule, at least; the archive draws 78.
const RULE: usize = 20;

/// How far down an article its masthead is looked for, in lines that are neither empty nor entries of the list.
const ABOVE: usize = 10;

/// Lines between the name of the newspaper and the text, at most.
const MASTHEAD: usize = 6;

/// A line that is longer, in bytes, is no masthead and no link.
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
    /// Whether it says where it was published, on paper or elsewhere.
    tells_medium: bool,
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

/// The articles of a download; in place of one that has no masthead the line that it begins on. Nothing when `text` is
/// no download.
pub(super) fn clippings(text: &str) -> Vec<Result<Clipping<'_>, u64>> {
    let lines = lines(text);
    let clippings: Vec<_> = lines
        .split(|line| line.is_rule('='))
        .filter_map(|lines| {
            let first = lines.iter().find(|line| !line.text.is_empty())?;
            Some(clipping(text, lines).ok_or(first.number))
        })
        .collect();
    let n_known = clippings.iter().flatten().count();
    let is_download = match clippings.as_slice() {
        // Without a rule one line with a name and a day is too little.
        [only] => only.as_ref().is_ok_and(|only| only.tells_medium),
        all => n_known * 2 > all.len(),
    };
    if is_download { clippings } else { Vec::new() }
}

/// How many rules of `=` divide a text.
pub(super) fn n_rules(text: &str) -> usize {
    lines(text).iter().filter(|line| line.is_rule('=')).count()
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
        self.text.starts_with('>')
    }

    /// `Publisert på nett.`, `Publicerat i print.`, `Sänt i radio.`
    fn tells_medium(&self) -> bool {
        [
            "Publisert ",
            "Publiceret ",
            "Publicerat ",
            "Sendt ",
            "Sänt ",
        ]
        .iter()
        .any(|begin| self.text.starts_with(begin))
    }

    /// `Side 8`, `Sida 10#11`
    fn tells_page(&self) -> bool {
        let page = ["Side ", "Sida "]
            .iter()
            .find_map(|begin| self.text.strip_prefix(begin));
        page.is_some_and(|page| page.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// Newspaper and day of `VG, 06.01.2021 21:14`.
    fn newspaper(&self) -> Option<(&'a str, &'a str)> {
        if self.text.len() > LINE {
            return None;
        }
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

/// The article of `lines`, when they have a masthead.
fn clipping<'a>(text: &'a str, lines: &[Line<'a>]) -> Option<Clipping<'a>> {
    let (at, (source, date)) = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.text.is_empty() && !line.is_entry())
        .take(ABOVE)
        .find_map(|(at, line)| Some((at, line.newspaper()?)))?;
    let (above, below) = (&lines[..at], &lines[at + 1..]);
    let end = above
        .iter()
        .rposition(|line| !(line.text.is_empty() || line.is_rule('-')))
        .map_or(0, |last| last + 1);
    let begin = above[..end]
        .iter()
        .rposition(|line| line.text.is_empty() || line.is_entry())
        .map_or(0, |gap| gap + 1);
    let title = &lines[begin..end.max(begin)];

    let masthead: Vec<&Line> = below
        .iter()
        .take_while(|line| !line.text.is_empty())
        .take(MASTHEAD)
        .collect();
    let medium = masthead.iter().position(|line| line.tells_medium());
    let last = medium.or_else(|| masthead.iter().rposition(|line| line.tells_page()));
    let body = &below[last.map_or(0, |last| last + 1)..];
    let (text, url) = without_tail(text, body);
    Some(Clipping {
        line: title.first().unwrap_or(&lines[at]).number,
        title: title
            .iter()
            .map(|line| line.text)
            .collect::<Vec<_>>()
            .join(" "),
        source,
        date,
        text,
        url,
        tells_medium: medium.is_some(),
    })
}

/// The text of `body` up to the sign of copyright and the link that may end it, and that link.
fn without_tail<'a>(text: &'a str, body: &[Line<'a>]) -> (&'a str, &'a str) {
    let begin = body.first().map_or(text.len(), |line| line.start);
    let mut end = body.last().map_or(begin, Line::end);
    let mut url = "";
    let (above, mut last) = last_paragraph(body);
    if last.len() <= 2
        && let Some(link) = final_link(last)
    {
        url = link;
        end = above.last().map_or(begin, Line::end);
        (_, last) = last_paragraph(above);
    }
    // `© VG` and terms of use, or the sign alone behind the last sentence.
    let signed = last
        .iter()
        .position(|line| line.text.starts_with('©'))
        .or(last.len().checked_sub(1));
    if let Some((at, line)) = signed.and_then(|at| Some((at, last.get(at)?)))
        && let Some(sign) = line.text.find('©')
    {
        end = line.start + sign;
        if url.is_empty() {
            url = final_link(&last[at..]).unwrap_or_default();
        }
    }
    (text.get(begin..end).unwrap_or_default().trim_end(), url)
}

/// What is above the last paragraph, and that.
fn last_paragraph<'b, 'a>(body: &'b [Line<'a>]) -> (&'b [Line<'a>], &'b [Line<'a>]) {
    let is_filled = |line: &Line| !line.text.is_empty();
    let end = body.iter().rposition(is_filled).map_or(0, |last| last + 1);
    let gap = body[..end].iter().rposition(|line| !is_filled(line));
    body[..end].split_at(gap.map_or(0, |gap| gap + 1))
}

/// The link that ends `lines`.
fn final_link<'a>(lines: &[Line<'a>]) -> Option<&'a str> {
    let last = lines.last()?;
    let link = last.text.split_whitespace().next_back()?;
    (last.text.len() <= LINE && link.contains("://")).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str =
        "==============================================================================\n";

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
                "A\nVG, 02.03.2021\nSide 3\n{body}\n{RULES}\nB\nVG, 03.03.2021\n\nTekst.\n"
            );
            let clippings = known(&text);
            (clippings[0].text.to_owned(), clippings[0].url.to_owned())
        };
        let long =
            "Rapporten kom i går. Hun\nhar skrevet den, og den\nligger på https://a.no/rapport";
        assert_eq!(tail(long), (long.to_owned(), String::new()));
        let credit = "Foto: © NTB fra i fjor.\n\nHun drar.";
        assert_eq!(tail(credit), (credit.to_owned(), String::new()));
        let only = "© VG\n\nSe webartikkelen på\nhttps://vg.no/1";
        assert_eq!(tail(only), (String::new(), "https://vg.no/1".to_owned()));
        let close = "Hun drar.\n© VG\nSe webartikkelen på https://vg.no/1";
        assert_eq!(
            tail(close),
            ("Hun drar.".to_owned(), "https://vg.no/1".to_owned())
        );
    }

    #[test]
    fn other_texts_are_no_downloads() {
        let ruled = format!("Del 1\n{RULES}Del 2, og mer\n{RULES}Del 3\n");
        for text in [
            "Han kom hjem.\nVG, 02.03.2021\n\nHun dro.",
            ruled.as_str(),
            RULES,
            "",
        ] {
            assert_eq!(clippings(text), [], "{text}");
        }
        assert_eq!(n_rules(&ruled), 2);
        assert_eq!(
            known("Tittel\nVG, 02.03.2021\nPublisert på nett.\nTekst.").len(),
            1
        );
    }

    #[test]
    fn an_article_without_a_masthead_is_told() {
        let text = format!(
            "A\nVG, 02.03.2021\n\nTekst.\n{RULES}\nB\n\nTekst.\n{RULES}\nC\nVG, 2021-03-02\n\nTekst.\n{RULES}\n"
        );
        let sources: Vec<_> = clippings(&text)
            .into_iter()
            .map(|clipping| clipping.map(|known| known.source))
            .collect();
        assert_eq!(sources, [Ok("VG"), Err(7), Ok("VG")]);
    }
}
