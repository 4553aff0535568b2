//! Reading folders and files through the public interface.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows the functions with #[test] alone for tests, not their helpers"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use claimalign::observer::{Observer, Silent, Stage};
use claimalign::read::{Inputs, ReadOptions, read};
use claimalign::{Date, Error, Language, Warning};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use tempfile::TempDir;

/// A folder with files of the given names and contents.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn read_all(paths: &[&Path], options: &ReadOptions) -> Result<Inputs, Error> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    read(&paths, options, &Silent)
}

fn read_folder(folder: &TempDir) -> Inputs {
    read_all(&[folder.path()], &ReadOptions::default()).unwrap()
}

fn ids(inputs: &Inputs) -> Vec<&str> {
    inputs
        .articles
        .iter()
        .map(|article| article.id.as_str())
        .collect()
}

/// Of each warning the path within the folder, the line, and whether something was skipped.
fn places<'a>(inputs: &'a Inputs, folder: &TempDir) -> Vec<(&'a str, Option<u64>, bool)> {
    let root = format!("{}/", folder.path().display());
    inputs
        .warnings
        .iter()
        .map(|warning| {
            let path = warning.path.strip_prefix(&root).unwrap();
            (path, warning.line, warning.skipped)
        })
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[derive(Default)]
struct Recorder {
    events: Mutex<Vec<String>>,
}

impl Recorder {
    fn add(&self, event: String) {
        self.events.lock().unwrap().push(event);
    }
}

impl Observer for Recorder {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        self.add(format!("begin {stage:?} {total:?}"));
    }
    fn advance(&self, n: u64) {
        self.add(format!("advance {n}"));
    }
    fn end(&self) {
        self.add("end".to_owned());
    }
    fn warn(&self, warning: &Warning) {
        let name = Path::new(&warning.path).file_name().unwrap();
        self.add(format!("warn {}", name.display()));
    }
}

#[test]
fn a_download_from_a_press_archive_is_many_articles() {
    let rule = "=".repeat(78);
    let download = format!(
        "Høgskulen\nUttak 02.03.2021\n\nNyhetsklipp:\n\n> Brua er stengd, Firda, 01.03.2021\n\n\n\
         Brua er stengd\nFirda, 01.03.2021\nSide 8\nPublisert på trykk. \n\nBrua er stengd i dag.\n© Firda\n\n\
         Les hele nyheten på http://ret.nu/a\n{rule}\n\n\
         Uten avis\n\nTekst.\n{rule}\n\n\
         Broen er stengt\nVG, 02.03.2021 07:15\nPublisert på nett. \n\nBroen er stengt.\n"
    );
    let drawn = format!("Del 1\n{rule}\nDel 2\n{rule}\nDel 3\n");
    let folder = folder(&[
        ("uttak/a.txt", download.as_bytes()),
        ("drawn.txt", drawn.as_bytes()),
    ]);
    let inputs = read_folder(&folder);
    assert_eq!(ids(&inputs), ["drawn", "uttak/a-1", "uttak/a-3"]);
    assert_eq!(inputs.extra_columns, ["title"]);
    let found: Vec<_> = inputs
        .articles
        .iter()
        .map(|a| {
            (
                a.source.as_str(),
                a.date,
                a.title.as_str(),
                a.text.as_str(),
                a.url.as_str(),
            )
        })
        .collect();
    assert_eq!(
        found[1..],
        [
            (
                "Firda",
                Date::new(2021, 3, 1),
                "Brua er stengd",
                "Brua er stengd i dag.",
                "http://ret.nu/a"
            ),
            (
                "VG",
                Date::new(2021, 3, 2),
                "Broen er stengt",
                "Broen er stengt.",
                ""
            ),
        ]
    );
    assert_eq!(
        places(&inputs, &folder),
        [("drawn.txt", None, false), ("uttak/a.txt", Some(20), true)]
    );
}

#[test]
fn a_folder_of_texts_tells_id_source_and_date() {
    let folder = folder(&[
        (
            "nrk/innenriks/2021-01-06-kongressen.txt",
            "Blå\r\nlys.\n".as_bytes(),
        ),
        ("løs.txt", "\u{feff}Løs tekst".as_bytes()),
        ("2021-01-061.txt", b"x"),
        ("2021-13-06 umulig.txt", b"x"),
        ("notat.md", b"not read"),
        (".skjult.txt", b"not read"),
    ]);
    let inputs = read_folder(&folder);
    assert_eq!(
        ids(&inputs),
        [
            "2021-01-061",
            "2021-13-06 umulig",
            "løs",
            "nrk/innenriks/2021-01-06-kongressen"
        ]
    );
    let [other, no_day, loose, nrk] = inputs.articles.as_slice() else {
        panic!("four articles");
    };
    assert_eq!(
        (nrk.source.as_str(), nrk.date),
        ("nrk", Date::new(2021, 1, 6))
    );
    assert_eq!(nrk.text, "Blå\r\nlys.\n");
    assert_eq!(
        (loose.source.as_str(), loose.text.as_str()),
        ("", "Løs tekst")
    );
    assert_eq!((other.date, no_day.date), (None, None));
    assert_eq!(inputs.warnings, []);
    let file = inputs.files.last().unwrap();
    assert!(
        file.path
            .ends_with("nrk/innenriks/2021-01-06-kongressen.txt")
    );
    assert_eq!(
        (file.bytes, file.articles, file.encoding.as_str()),
        (11, 1, "utf-8")
    );
    assert_eq!(file.sha256.len(), 64);
}

#[test]
fn all_formats_meet_in_one_list_with_their_further_columns() {
    let folder = folder(&[
        ("a.txt", b"Tekst"),
        (
            "b.jsonl.gz",
            &[
                gzip("{\"id\": 7, \"text\": \"Sju\", \"language\": \"nn\"}\n".as_bytes()),
                gzip(b"{\"text\": \"Uten id\", \"score\": 1.50, \"tags\": [1, 2]}"),
            ]
            .concat(),
        ),
        (
            "c.csv.zst",
            &[
                compress_to_vec(
                    "\u{feff}id;text;date;desk\r\nc1;'- Nei;06.01.2021;Ute\r\n".as_bytes(),
                    CompressionLevel::Fastest,
                ),
                compress_to_vec("c2;Å;;\r\n".as_bytes(), CompressionLevel::Fastest),
            ]
            .concat(),
        ),
        ("d.tsv", b"text\turl\nTabell, med komma\thttps://x.no\n"),
    ]);
    let inputs = read_folder(&folder);
    assert_eq!(ids(&inputs), ["7", "a", "b-2", "c1", "c2", "d-1"]);
    assert_eq!(inputs.extra_columns, ["desk", "score", "tags"]);
    let extras: Vec<_> = inputs
        .articles
        .iter()
        .map(|article| article.extra.join("|"))
        .collect();
    assert_eq!(extras, ["||", "||", "|1.50|[1,2]", "Ute||", "||", "||"]);
    assert_eq!(inputs.articles[0].language, Some(Language::Nn));
    assert_eq!(inputs.articles[3].text, "- Nei");
    assert_eq!(inputs.articles[3].date, Date::new(2021, 1, 6));
    assert_eq!(inputs.articles[5].url, "https://x.no");
    let counts: Vec<usize> = inputs.files.iter().map(|file| file.articles).collect();
    assert_eq!(counts, [1, 2, 2, 1]);
    assert_eq!(inputs.warnings, []);
}

#[test]
fn one_bad_file_or_row_never_costs_the_others() {
    let folder = folder(&[
        ("blank.txt", b" \r\n\t"),
        ("broken.txt", "to\nblå\n".as_bytes()),
        ("broken8.txt", b"\xef\xbb\xbfto\nbl\xe5\n"),
        ("corrupt.txt.gz", b"no gzip"),
        ("corrupt.jsonl.zst", b"no zstd"),
        ("dos.txt", b"bl\x86b\x91r p\x86 \x9bya"),
        ("fine.txt", b"Fine"),
        ("latin.txt", b"bl\xe5b\xe6r p\xe5 \xf8ya"),
        ("nul.txt", b"a\0b"),
        (
            "rows.csv",
            b"id,text\nr1,one\nr2\nfine,again\nr3,bl\xff\n\xc3\xa5,\xc3\xa6\n",
        ),
        (
            "rows.jsonl",
            b"{\"text\": \"x\", \"id\": \"l1\"}\n{\"text\": \"\xff\xfe\"}\n{\n{\"id\": \"l4\"}\n",
        ),
        ("table.csv", b"id,body\n1,x\n"),
    ]);
    let inputs = read_folder(&folder);
    assert_eq!(ids(&inputs), ["broken", "fine", "l1", "latin", "r1", "å"]);
    assert_eq!(
        places(&inputs, &folder),
        [
            ("blank.txt", None, true),
            ("broken8.txt", Some(2), true),
            ("corrupt.jsonl.zst", None, true),
            ("corrupt.txt.gz", None, true),
            ("dos.txt", Some(1), true),
            ("latin.txt", None, false),
            ("nul.txt", Some(1), true),
            ("rows.csv", Some(3), true),
            ("rows.csv", Some(4), true),
            ("rows.csv", Some(5), true),
            ("rows.jsonl", Some(2), true),
            ("rows.jsonl", Some(3), true),
            ("rows.jsonl", Some(4), true),
            ("table.csv", Some(1), true),
        ]
    );
    let message = |path: &str| {
        let ends = |warning: &&Warning| warning.path.ends_with(path);
        inputs.warnings.iter().find(ends).unwrap().message.as_str()
    };
    assert!(message("latin.txt").contains("read as Windows-1252"));
    assert!(message("table.csv").contains("`id` and `body`"));
    assert_eq!(inputs.articles[3].text, "blåbær på øya");
}

#[test]
fn a_second_article_of_one_id_is_skipped_and_the_first_named() {
    let folder = folder(&[
        (
            "a.jsonl",
            b"{\"id\": \"x\", \"text\": \"first\"}\n{\"id\": \"x\", \"text\": \"second\"}",
        ),
        ("x.txt", b"third"),
    ]);
    let inputs = read_folder(&folder);
    assert_eq!(inputs.articles[0].text, "first");
    assert_eq!(
        places(&inputs, &folder),
        [("a.jsonl", Some(2), true), ("x.txt", None, true)]
    );
    for warning in &inputs.warnings {
        assert!(warning.message.contains("a.jsonl:1"), "{warning}");
    }
}

#[test]
fn strict_ends_at_the_first_skipped_input_in_sorted_order() {
    let folder = folder(&[
        ("a.txt", b"bl\xe5"),
        ("b.csv", b"text\nx\n\"\"\"\",y\n"),
        ("c.txt", b""),
    ]);
    let options = ReadOptions {
        strict: true,
        ..ReadOptions::default()
    };
    match read_all(&[folder.path()], &options) {
        Err(Error::Strict(warning)) => {
            assert!(warning.path.ends_with("b.csv"), "{warning}");
            assert_eq!((warning.line, warning.skipped), (Some(3), true));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn known_claims_in_a_folder_are_said_and_do_not_count_as_skipped() {
    let folder = folder(&[
        ("a.txt", b"Tekst"),
        ("claims.csv", b"claim_id,label,claim\nc1,l,Noe skjedde\n"),
    ]);
    let inputs = read_folder(&folder);
    assert_eq!(ids(&inputs), ["a"]);
    assert_eq!(places(&inputs, &folder), [("claims.csv", None, false)]);
    assert!(inputs.warnings[0].message.contains("--claims"));
    assert_eq!(inputs.files.len(), 1);
    let in_use = ReadOptions {
        claims: Some(folder.path().join("./claims.csv")),
        ..ReadOptions::default()
    };
    let inputs = read_all(&[folder.path()], &in_use).unwrap();
    assert_eq!(ids(&inputs), ["a"]);
    assert_eq!(inputs.warnings, []);
    let given = read_all(
        &[
            &folder.path().join("claims.csv"),
            &folder.path().join("a.txt"),
        ],
        &ReadOptions::default(),
    );
    assert_eq!(
        places(&given.unwrap(), &folder),
        [("claims.csv", None, true)]
    );
}

#[test]
fn the_output_of_an_earlier_run_is_not_read() {
    let folder = folder(&[
        ("a.txt", b"Tekst"),
        ("ut/run.json", b"{\"program\": \"claimalign\"}"),
        ("ut/clusters.csv", b"claim_id,sentence\n"),
    ]);
    let inputs = read_folder(&folder);
    assert_eq!(places(&inputs, &folder), [("ut", None, false)]);
}

#[test]
fn columns_are_mapped_and_a_wrong_name_is_said() {
    let folder = folder(&[
        ("a.csv", "nr,brødtekst,text\n1,Blå,kort\n".as_bytes()),
        ("b.jsonl", "{\"nr\": 2, \"brødtekst\": \"Grå\"}".as_bytes()),
    ]);
    let mut options = ReadOptions::default();
    for (field, column) in [("id", "nr"), ("text", "brødtekst"), ("source", "avis")] {
        options.columns.insert(field.to_owned(), column.to_owned());
    }
    let inputs = read_all(&[folder.path()], &options).unwrap();
    assert_eq!(ids(&inputs), ["1", "2"]);
    assert_eq!(inputs.articles[1].text, "Grå");
    assert_eq!(inputs.extra_columns, ["text"]);
    assert_eq!(
        places(&inputs, &folder),
        [("a.csv", None, false), ("b.jsonl", None, false)]
    );
    assert!(inputs.warnings[0].message.contains("`avis`"));

    options.columns.insert("tekst".to_owned(), "x".to_owned());
    let error = read_all(&[folder.path()], &options).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Setting {
                name: "columns",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn the_formula_guard_is_taken_off_only_when_asked() {
    let folder = folder(&[("a.csv", b"text\n'- Nei\n")]);
    let kept = ReadOptions {
        formula_guard: false,
        ..ReadOptions::default()
    };
    assert_eq!(read_folder(&folder).articles[0].text, "- Nei");
    let inputs = read_all(&[folder.path()], &kept).unwrap();
    assert_eq!(inputs.articles[0].text, "'- Nei");
}

#[test]
fn no_article_is_an_error_that_says_what_was_looked_for_and_where() {
    let folder = folder(&[("a.md", b"x"), ("b.txt", b"")]);
    let error = read_all(&[folder.path()], &ReadOptions::default()).unwrap_err();
    let message = error.to_string();
    assert!(matches!(error, Error::NoArticles(_)));
    for part in [
        folder.path().to_str().unwrap(),
        ".jsonl",
        "1 file has",
        "b.txt: no text",
    ] {
        assert!(message.contains(part), "{message}");
    }
    let nothing = read_all(&[], &ReadOptions::default()).unwrap_err();
    assert!(matches!(nothing, Error::NoArticles(_)));
    let missing = folder.path().join("mangler");
    let error = read_all(&[&missing], &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("mangler"), "{error}");
    assert!(matches!(error, Error::Io { .. }));
}

#[test]
fn the_observer_hears_every_file_and_then_the_warnings_in_order() {
    let folder = folder(&[("b.txt", b""), ("a.txt", b"bl\xe5"), ("c.txt", b"x")]);
    let recorder = Recorder::default();
    read(
        &[folder.path().to_path_buf()],
        &ReadOptions::default(),
        &recorder,
    )
    .unwrap();
    assert_eq!(
        recorder.events.into_inner().unwrap(),
        [
            "begin Read Some(3)",
            "advance 1",
            "advance 1",
            "advance 1",
            "end",
            "warn a.txt",
            "warn b.txt"
        ]
    );
}

#[cfg(unix)]
#[test]
fn what_cannot_be_opened_is_skipped() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("a.txt", b"x"), ("closed/b.txt", b"x"), ("c.txt", b"x")]);
    symlink("nowhere", folder.path().join("gone.txt")).unwrap();
    for name in ["closed", "c.txt"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    // The superuser may open everything.
    let is_root = fs::read_dir(folder.path().join("closed")).is_ok();
    let inputs = read_folder(&folder);
    if is_root {
        assert_eq!(ids(&inputs), ["a", "c", "closed/b"]);
        assert_eq!(places(&inputs, &folder), [("gone.txt", None, true)]);
    } else {
        assert_eq!(ids(&inputs), ["a"]);
        assert_eq!(
            places(&inputs, &folder),
            [
                ("c.txt", None, true),
                ("closed", None, true),
                ("gone.txt", None, true)
            ]
        );
    }
    let mode = fs::Permissions::from_mode(0o700);
    fs::set_permissions(folder.path().join("closed"), mode).unwrap();
}

#[test]
fn a_huge_line_is_an_article_like_any_other() {
    let text = "Politiet bekræfter at \"flere\" er såret.\n".repeat(200_000);
    let line = serde_json::json!({ "id": "stor", "text": text }).to_string();
    let folder = folder(&[("a.jsonl", line.as_bytes())]);
    let inputs = read_folder(&folder);
    assert!(inputs.articles[0].text == text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn neither_the_order_of_the_paths_nor_threads_change_the_result(
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        n_threads in 1..4_usize,
    ) {
        let folder = folder(&[
            ("nrk/a.txt", b"one"),
            ("nrk/b.csv", b"id,text,n\na,two,1\nb,\n,three,\n"),
            ("vg/a.txt", b"bl\xe5"),
            ("vg/c.jsonl", b"{\"id\": \"b\", \"text\": \"x\"}\n{\"text\": \"y\", \"m\": 2}\n[]\n"),
        ]);
        let paths: Vec<PathBuf> = ["nrk", "vg", "", "vg/a.txt", "nrk/../vg", "vg/c.jsonl"]
            .iter()
            .map(|path| folder.path().join(path))
            .collect();
        let shuffled: Vec<PathBuf> = order.iter().map(|&index| paths[index].clone()).collect();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let options = ReadOptions::default();
        let expected = read(&paths, &options, &Silent).unwrap();
        let found = pool.install(|| read(&shuffled, &options, &Silent)).unwrap();
        prop_assert_eq!(&found.articles, &expected.articles);
        prop_assert_eq!(&found.extra_columns, &expected.extra_columns);
        prop_assert_eq!(&found.files, &expected.files);
        prop_assert_eq!(&found.warnings, &expected.warnings);
        let sorted = found.articles.windows(2).all(|pair| pair[0].id < pair[1].id);
        prop_assert!(sorted);
        let counted: usize = found.files.iter().map(|file| file.articles).sum();
        prop_assert_eq!(counted, found.articles.len());
    }
}

/// Ids and sources of the articles.
fn places_of(inputs: &Inputs) -> Vec<(&str, &str)> {
    let articles = inputs.articles.iter();
    articles
        .map(|article| (&*article.id, &*article.source))
        .collect()
}

#[test]
fn of_several_folders_each_is_a_source() {
    let folder = folder(&[
        ("nrk/1.txt", b"En."),
        ("vg/2.txt", b"To."),
        ("vg/sport/3.txt", b"Tre."),
    ]);
    let at = |path: &str| folder.path().join(path);
    let expected = [("1", "nrk"), ("2", "vg"), ("sport/3", "sport")];
    let inputs = read_all(&[&at("nrk"), &at("vg")], &ReadOptions::default()).unwrap();
    assert_eq!(places_of(&inputs), expected);
    let given = [&*at("nrk/1.txt"), &at("vg/sport/../2.txt")];
    let inputs = read_all(&given, &ReadOptions::default()).unwrap();
    assert_eq!(places_of(&inputs), expected[..2]);
    let inputs = read_all(&[&at("vg"), &at("vg/sport")], &ReadOptions::default()).unwrap();
    assert_eq!(places_of(&inputs), [("2", ""), ("sport/3", "sport")]);
}

#[test]
fn ids_that_two_folders_would_give_tell_the_folder() {
    let folder = folder(&[
        ("a/nrk/1.txt", b"En."),
        ("a/nrk/2.txt", b"To."),
        ("b/1.txt", b"En til."),
        ("b/x.csv", b"text\nTre.\n"),
    ]);
    let at = |path: &str| folder.path().join(path);
    let expected = [
        ("a/nrk/1", "nrk"),
        ("a/nrk/2", "nrk"),
        ("b/1", "b"),
        ("b/x-1", ""),
    ];
    let inputs = read_all(&[&at("a/nrk"), &at("b")], &ReadOptions::default()).unwrap();
    assert_eq!(inputs.warnings, []);
    assert_eq!(places_of(&inputs), expected);
    let inputs = read_all(&[&at("b"), &at("a/nrk")], &ReadOptions::default()).unwrap();
    assert_eq!(places_of(&inputs), expected);
    // Nothing that is given tells these two apart.
    fs::write(at("b/1.TXT"), "Et.").unwrap();
    let inputs = read_all(&[&at("a/nrk"), &at("b")], &ReadOptions::default()).unwrap();
    assert_eq!(places(&inputs, &folder), [("b/1.txt", None, true)]);
}

#[test]
fn files_that_may_hold_articles_but_are_not_read_are_told() {
    let folder = folder(&[
        ("a.txt", b"En."),
        ("b.html", b"<p>"),
        ("c/d.HTML", b"<p>"),
        ("c/e.docx", b"x"),
        ("LES.md", b"x"),
    ]);
    let inputs = read_folder(&folder);
    let told: Vec<&str> = inputs.warnings.iter().map(|told| &*told.message).collect();
    assert_eq!(told, ["holds files that are not read: 1 .docx, 2 .html"]);
    assert!(!inputs.warnings[0].skipped);
}

#[test]
fn texts_with_tags_are_told() {
    let folder = folder(&[
        ("a.txt", b"<p>Det brenner.</p>"),
        ("b.txt", b"Mindre enn 5 < 6 & 7."),
        ("c.csv", b"id,text\nd,Det<br/>brenner&nbsp;.\ne,Ingen.\n"),
    ]);
    let inputs = read_folder(&folder);
    assert_eq!(
        places(&inputs, &folder),
        [("a.txt", None, false), ("c.csv", None, false)]
    );
    assert!(
        inputs.warnings[1]
            .message
            .starts_with("1 text seems to be HTML")
    );
}

#[test]
fn names_of_files_begin_with_dates_in_several_forms() {
    let names = [
        "2021-01-06-a.txt",
        "20210106_a.txt",
        "06.01.2021 a.txt",
        "10123145.txt",
        "2021-01-061.txt",
        "2021.txt",
    ];
    let files = names.map(|name| (name, &b"En."[..]));
    let inputs = read_folder(&folder(&files));
    let dates = |name: &str| {
        let id = name.strip_suffix(".txt").unwrap();
        let of = inputs.articles.iter().find(|article| article.id == id);
        of.unwrap().date
    };
    let day = Date::new(2021, 1, 6);
    assert_eq!(names.map(dates), [day, day, day, None, None, None]);
}
