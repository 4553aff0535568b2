use std::borrow::Cow;

use super::*;
use crate::review::book::{ClaimRow, Role, SentenceRow};
use crate::review::sheets::{self, Sheet};

fn sentence(text: &str, url: &str) -> SentenceRow<'static> {
    SentenceRow {
        article: "a".into(),
        text: Cow::Owned(text.to_owned()),
        url: Cow::Owned(url.to_owned()),
        key: "s1".into(),
        date: Date::parse("2021-01-06"),
        score: 0.75,
        ..SentenceRow::default()
    }
}

fn book(texts: &[&str]) -> Book<'static> {
    let members = texts.iter().map(|text| sentence(text, "")).collect();
    Book {
        claims: vec![ClaimRow {
            id: "c1".into(),
            label: "=1+1".into(),
            first_date: Date::parse("1870-07-19"),
            members,
            ..ClaimRow::default()
        }],
        extra_columns: Vec::new(),
    }
}

fn written(book: &Book, limits: Limits) -> (Vec<u8>, Written) {
    let mut bytes = Vec::new();
    let scratch = std::env::temp_dir();
    let written = write_within(book, limits, &scratch, || (), &mut bytes).unwrap();
    (bytes, written)
}

fn sheet(bytes: &[u8], name: &str) -> Sheet {
    sheets::workbook(bytes.to_vec(), "w.xlsx")
        .unwrap()
        .into_iter()
        .find(|sheet| sheet.name == name)
        .unwrap_or_else(|| panic!("no sheet {name}"))
}

fn column(sheet: &Sheet, name: &str) -> Vec<String> {
    let at = sheet.column(name).unwrap();
    sheet.rows.iter().map(|row| row.cells[at].clone()).collect()
}

/// The XML of a part of the workbook.
fn part(bytes: &[u8], name: &str) -> String {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn no_cell_can_be_a_formula_and_text_is_kept_as_it_is() {
    let texts = [
        "=HYPERLINK(\"http://x\",\"y\")",
        "+47 22 00 00 00",
        "- Vi har mistet alt, sier hun.",
        "@SUM(A1)",
        "<b>&amp;</b> ]]> _x0041_ \u{1}",
        "'sitat'",
        "  to  mellomrom ",
        "Æøå ÆØÅ 🫐",
    ];
    let (bytes, _) = written(&book(&texts), Limits::default());
    assert_eq!(column(&sheet(&bytes, "Sentences"), "sentence"), texts);
    assert_eq!(column(&sheet(&bytes, "Claims"), "label"), ["=1+1"]);
    for name in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
        assert!(!part(&bytes, name).contains("<f>"), "{name}");
    }
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let book = book(&["Det brant.", "Der var brand."]);
    let (first, _) = written(&book, Limits::default());
    // Dates in the archive have a resolution of two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let (second, _) = written(&book, Limits::default());
    assert!(first == second);
}

#[test]
fn days_are_dates_from_1900_on_and_text_before() {
    let (bytes, _) = written(&book(&["Det brant."]), Limits::default());
    assert_eq!(column(&sheet(&bytes, "Sentences"), "date"), ["2021-01-06"]);
    assert_eq!(
        column(&sheet(&bytes, "Claims"), "first_date"),
        ["1870-07-19"]
    );
    assert!(part(&bytes, "xl/worksheets/sheet2.xml").contains("<v>44202</v>"));
}

#[test]
fn rows_beyond_the_limit_go_to_further_sheets() {
    let texts: Vec<String> = (0..7).map(|n| format!("setning {n}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let limits = Limits {
        rows: 4,
        ..Limits::default()
    };
    let (bytes, told) = written(&book(&texts), limits);
    let mut found = Vec::new();
    for name in ["Sentences", "Sentences 2", "Sentences 3"] {
        let sheet = sheet(&bytes, name);
        assert!(sheet.rows.len() <= 3);
        found.extend(column(&sheet, "sentence"));
    }
    assert_eq!(found, texts);
    assert_eq!(told.further_sheets, 2);
    assert!(told.in_words()[0].contains("2 further sheets"));
}

#[test]
fn long_cells_are_cut_with_a_mark() {
    let limits = Limits {
        chars: 20,
        ..Limits::default()
    };
    let (bytes, told) = written(
        &book(&["æ".repeat(20).as_str(), "🫐".repeat(11).as_str()]),
        limits,
    );
    let cells = column(&sheet(&bytes, "Sentences"), "sentence");
    assert_eq!(cells[0], "æ".repeat(20));
    assert_eq!(cells[1], format!("{}[…]", "🫐".repeat(8)));
    assert!(cells[1].encode_utf16().count() <= 20);
    // The claim shows the first sentence, which fits.
    assert_eq!(told.cut_cells, 1);
}

#[test]
fn only_addresses_of_the_web_are_links_and_only_so_many() {
    let mut book = book(&[]);
    let long = format!("https://avis.example/{}", "a".repeat(3000));
    for url in [
        "https://avis.example/1?a=1&b=\u{e5}",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://avis.example/to mellomrom",
        &long,
        "HTTP://avis.example/2",
        "http://avis.example/3",
        "",
    ] {
        book.claims[0].members.push(sentence("Det brant.", url));
    }
    let limits = Limits {
        links: 2,
        ..Limits::default()
    };
    let (bytes, told) = written(&book, limits);
    assert_eq!(told.unlinked, 5);
    let urls = column(&sheet(&bytes, "Sentences"), "url");
    assert_eq!(urls[1], "javascript:alert(1)");
    let links = part(&bytes, "xl/worksheets/_rels/sheet2.xml.rels");
    assert_eq!(links.matches("<Relationship ").count(), 2, "{links}");
    assert!(!links.contains("javascript") && !links.contains("passwd"));
}

/// LibreOffice leaves rows as high as they are.
#[test]
fn rows_are_as_high_as_their_text() {
    let long = "Det begynte å brenne i en kornsilo på Granmo Mølle tirsdag morgen. ".repeat(4);
    let (bytes, _) = written(&book(&["Det brant.", &long]), Limits::default());
    let xml = part(&bytes, "xl/worksheets/sheet2.xml");
    let height = |row: usize| -> f64 {
        let (_, rest) = xml.split_once(&format!("<row r=\"{row}\"")).unwrap();
        let (tag, _) = rest.split_once('>').unwrap();
        let ht = tag
            .split_once(" ht=\"")
            .map(|(_, rest)| rest.split_once('"').unwrap().0);
        ht.map_or(15.0, |ht| ht.parse().unwrap())
    };
    assert!(height(2) < 20.0);
    assert!((60.0..=90.0).contains(&height(3)), "{}", height(3));
}

#[test]
fn a_book_without_claims_is_a_workbook() {
    let (bytes, _) = written(&Book::default(), Limits::default());
    assert_eq!(sheet(&bytes, "Claims").rows.len(), 0);
    assert_eq!(sheet(&bytes, "Claims").header[0], "claim_id");
}

#[test]
fn the_sheets_have_filters_lists_and_a_header_that_stays() {
    let (bytes, _) = written(&book(&["Det brant."]), Limits::default());
    let claims = part(&bytes, "xl/worksheets/sheet1.xml");
    for needed in [
        "state=\"frozen\"",
        "<autoFilter ref=\"A1:V2\"",
        "correct,wrong,merge into,unsure",
        "Claims!$A$2:$A$2",
    ] {
        assert!(claims.contains(needed), "{needed} in {claims}");
    }
    assert!(
        part(&bytes, "xl/worksheets/sheet2.xml").contains("keep,remove,move to,add,reject,unsure")
    );
}

#[test]
fn the_read_me_is_in_the_languages_of_the_reviewers() {
    let (bytes, _) = written(&book(&["Det brant."]), Limits::default());
    let text = format!("{:?}", sheet(&bytes, "Read me"));
    for needed in [
        "påstandene",
        "påstandane",
        "Sætningen",
        "The sentence",
        "claimalign",
        "near miss",
    ] {
        assert!(text.contains(needed), "{needed}");
    }
}

/// Rows do not stay in memory: what a reader of the process sees is in `docs/performance.md`; here, that so many
/// are written at all, and are all there.
#[test]
fn a_hundred_thousand_rows_are_written_and_read_back() {
    let mut book = Book::default();
    for claim in 0..20_000 {
        let members = (0..5)
            .map(|n| SentenceRow {
                role: if n == 0 {
                    Role::Representative
                } else {
                    Role::Member
                },
                key: format!("s{claim:06}{n}").into(),
                ..sentence("Det begynte å brenne i en kornsilo på Granmo Mølle.", "")
            })
            .collect();
        book.claims.push(ClaimRow {
            id: format!("c{claim:06}").into(),
            members,
            ..ClaimRow::default()
        });
    }
    let (bytes, told) = written(&book, Limits::default());
    assert_eq!(told, Written::default());
    let rows = sheet(&bytes, "Sentences");
    assert_eq!(rows.rows.len(), 100_000);
    assert_eq!(column(&rows, "sentence_key").last().unwrap(), "s0199994");
}
