//! JSON lines: one object per line, one article per object.
//!
//! [`read`] takes nominal UTF-8, so that a line with a broken byte costs that line alone. Numbers
//! keep the digits they are written with: an id of twenty digits is not rounded. The work is linear
//! in the size of the lines; lines are parsed in parallel and taken in their order.

use std::fmt;

use rayon::prelude::*;
use serde::de::{self, Deserialize, Deserializer, MapAccess};
use serde_json::value::RawValue;

use super::decode;
use super::fields::{Collector, Columns, FIELDS, TEXT, Values};

/// Reads the articles of `bytes` into `collector`.
pub(super) fn read(bytes: &[u8], columns: &Columns, collector: &mut Collector<'_>) {
    let lines: Vec<(u64, &[u8])> = (1..)
        .zip(bytes.split(|&byte| byte == b'\n'))
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .collect();
    if let Some(&(line, first)) = lines.first() {
        let first = first.trim_ascii();
        if lines.len() > 1 && (first == b"[" || first == b"{") {
            let message = "JSON over several lines; expected one object per line (JSON lines)";
            collector.warn(Some(line), true, message.to_owned());
            return;
        }
    }
    let values: Vec<_> = lines
        .par_iter()
        .map(|&(line, bytes)| (line, parse(bytes, columns)))
        .collect();
    let n_without = values
        .iter()
        .filter(|(_, values)| matches!(values, Err(Bad::NoKey(_))))
        .count();
    let is_hopeless = n_without > 1 && values.iter().all(|(_, values)| values.is_err());
    let mut is_said = false;
    for (line, values) in values {
        match values {
            // A file that calls its text otherwise is said once, not for every row.
            Err(Bad::NoKey(message)) if is_hopeless => {
                if !is_said {
                    let message = format!("{message} (the same in {n_without} rows)");
                    collector.warn(Some(line), true, message);
                    is_said = true;
                }
            }
            Err(Bad::NoKey(message) | Bad::Other(message)) => collector.row(line, Err(message)),
            Ok(values) => collector.row(line, Ok(values)),
        }
    }
}

/// Why a line gives no article.
enum Bad {
    /// It has no key for the text.
    NoKey(String),
    /// Anything else.
    Other(String),
}

impl From<String> for Bad {
    fn from(message: String) -> Self {
        Self::Other(message)
    }
}

/// The values of one line.
fn parse(line: &[u8], columns: &Columns) -> Result<Values, Bad> {
    let line =
        decode::text(line).map_err(|at| format!("invalid UTF-8 (byte {} of the line)", at + 1))?;
    let Object(entries) = serde_json::from_str(line).map_err(|error| malformed(&error))?;
    let mut values = Values::default();
    for &(ref key, raw) in &entries {
        let mut is_field = false;
        for field in columns.fields_of(key) {
            is_field = true;
            values.present[field] = true;
            values.fields[field] = value_of(field, key, raw)?;
        }
        if !is_field {
            let value = compact(raw.get());
            if !value.is_empty() {
                values.extra.push((key.clone(), value));
            }
        }
    }
    for field in 0..FIELDS.len() {
        if !values.present[field]
            && let Some((key, raw)) = inside(&entries, columns.name(field))
        {
            values.present[field] = true;
            values.fields[field] = value_of(field, columns.name(field), raw)?;
            // The rest of an object that holds the text is not worth a column of its own.
            values.extra.retain(|(name, _)| name != key);
        }
    }
    if !values.present[TEXT] {
        let keys = entries.iter().map(|(key, _)| key.as_str());
        return Err(Bad::NoKey(columns.no_text("key", keys)));
    }
    Ok(values)
}

/// What the parser says, with the column but without the line, which is always 1.
fn malformed(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(what, _)| what);
    format!("malformed JSON: {what} (column {})", error.column())
}

/// The key and the value within that `path` leads to: of `publisher.name` the value of `name` in the object `publisher`.
fn inside<'a, 'p>(
    entries: &[(String, &'a RawValue)],
    path: &'p str,
) -> Option<(&'p str, &'a RawValue)> {
    path.match_indices('.').find_map(|(dot, _)| {
        let (key, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
        let (_, raw) = entries.iter().rev().find(|(name, _)| name == key)?;
        let Object(inner) = serde_json::from_str(raw.get()).ok()?;
        let named = inner.iter().rev().find(|(name, _)| name == rest);
        let raw = named.map(|&(_, raw)| raw);
        Some((key, raw.or_else(|| Some(inside(&inner, rest)?.1))?))
    })
}

/// The value of `field`, which is at `key`.
fn value_of(field: usize, key: &str, raw: &RawValue) -> Result<String, String> {
    if field == TEXT {
        text_of(key, raw)
    } else {
        Ok(compact(raw.get()))
    }
}

/// A JSON string, or several of them as paragraphs; empty for `null`.
fn text_of(key: &str, raw: &RawValue) -> Result<String, String> {
    if raw.get().starts_with('[') {
        let paragraphs: Result<Vec<String>, _> = serde_json::from_str(raw.get());
        if let Ok(paragraphs) = paragraphs {
            return Ok(paragraphs.join("\n\n"));
        }
    }
    serde_json::from_str::<Option<String>>(raw.get())
        .map(Option::unwrap_or_default)
        .map_err(|error| {
            if raw.get().starts_with('"') {
                malformed(&error)
            } else {
                format!("no text: `{key}` is neither a string nor a list of strings")
            }
        })
}

/// A JSON value as the text of a cell: a string as it is, `null` as nothing, anything else as JSON
/// without white space, its strings unescaped as far as possible and its numbers with the digits
/// they have.
fn compact(json: &str) -> String {
    if json == "null" {
        return String::new();
    }
    if json.starts_with('"') {
        return serde_json::from_str(json).unwrap_or_else(|_| json.to_owned());
    }
    let mut compacted = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('"') {
        let (outside, from_quote) = rest.split_at(at);
        push_without_space(&mut compacted, outside);
        let (string, after) = from_quote.split_at(string_len(from_quote));
        match serde_json::from_str::<String>(string)
            .and_then(|string| serde_json::to_string(&string))
        {
            Ok(string) => compacted.push_str(&string),
            Err(_) => compacted.push_str(string),
        }
        rest = after;
    }
    push_without_space(&mut compacted, rest);
    compacted
}

fn push_without_space(target: &mut String, text: &str) {
    target.extend(text.chars().filter(|c| !c.is_ascii_whitespace()));
}

/// Bytes of the JSON string literal, quotes included, that `json` begins with.
fn string_len(json: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

/// The entries of a JSON object in their order, the values as they are written.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::with_capacity(FIELDS.len());
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::fields::Content;
    use super::*;

    fn content(bytes: &[u8]) -> Content {
        let columns = Columns::new(&BTreeMap::new()).unwrap();
        let mut collector = Collector::new("a.jsonl", "a", &columns);
        read(bytes, &columns, &mut collector);
        collector.finish()
    }

    #[test]
    fn values_may_lie_deeper_and_a_text_be_a_list() {
        let mapped = [
            ("language", "d.e.f"),
            ("source", "publisher.name"),
            ("date", "a.b.c"),
            ("url", "x.y"),
            ("text", "body.parts"),
        ];
        let mapped = mapped.map(|(field, name)| (field.to_owned(), name.to_owned()));
        let columns = Columns::new(&mapped.into_iter().collect()).unwrap();
        let mut collector = Collector::new("a.jsonl", "a", &columns);
        let line = r#"{"publisher": {"name": "VG"}, "d.e": {"f": "nb"}, "note": 1, "a": {"b.c": "2021-01-06"}, "x.y": "u", "body": {"parts": ["En.", "To."]}}"#;
        let bad = r#"{"body": {"parts": ["En.", 2]}}"#;
        read(
            format!("{line}\n{bad}").as_bytes(),
            &columns,
            &mut collector,
        );
        let content = collector.finish();
        let article = &content.rows[0].article;
        assert_eq!(article.source, "VG");
        assert_eq!(article.date, crate::article::Date::new(2021, 1, 6));
        assert_eq!(article.url, "u");
        assert_eq!(article.language, Some(crate::language::Language::Nb));
        assert_eq!(content.extra_names, ["note"]);
        assert_eq!(article.text, "En.\n\nTo.");
        assert_eq!(content.rows.len(), 1);
        assert!(
            content.warnings[0].message.contains("`body.parts`"),
            "{}",
            content.warnings[0]
        );
    }

    #[test]
    fn one_bad_line_costs_that_line() {
        let bytes = [
            "{\"id\": \"1\", \"text\": \"Blå\\r\\nlys\"}\r\n\n{\"id\": 2, \"te".as_bytes(),
            b"\n{\"text\": \"bl\xe5\"}\n[1]\n",
            "{\"id\": null, \"text\": \" Én \"}\n{\"text\": 5}\n{\"body\": \"x\"}".as_bytes(),
        ]
        .concat();
        let content = content(&bytes);
        let rows: Vec<_> = content
            .rows
            .iter()
            .map(|row| (row.line, row.article.id.as_str(), row.article.text.as_str()))
            .collect();
        assert_eq!(
            rows,
            [(Some(1), "1", "Blå\r\nlys"), (Some(6), "a-5", " Én ")]
        );
        let lines: Vec<_> = content
            .warnings
            .iter()
            .map(|warning| warning.line)
            .collect();
        assert_eq!(lines, [Some(3), Some(4), Some(5), Some(7), Some(8)]);
        assert!(content.warnings.iter().all(|warning| warning.skipped));
        assert!(content.warnings[1].message.contains("byte 13"));
        assert!(content.warnings[4].message.contains("`body`"));
    }

    #[test]
    fn numbers_keep_their_digits_and_further_values_become_compact_json() {
        let content = content(
            br#"{"id": 12345678901234567890123, "text": "x", "n": 1.10, "tags": [ "b\u00e5t", {"a b": null} ], "no": null, "ja": true, "s": "\u00e5"}"#,
        );
        assert_eq!(content.rows[0].article.id, "12345678901234567890123");
        let extra: Vec<_> = content.rows[0]
            .extra
            .iter()
            .map(|(index, value)| (content.extra_names[*index].as_str(), value.as_str()))
            .collect();
        assert_eq!(
            extra,
            [
                ("n", "1.10"),
                ("tags", r#"["båt",{"a b":null}]"#),
                ("ja", "true"),
                ("s", "å")
            ]
        );
    }

    #[test]
    fn json_that_is_not_in_lines_is_one_warning() {
        for json in [
            "[\n{\"text\": \"x\"}\n]",
            "{\n\"text\": \"x\"\n}",
            "[{\"text\": \"x\"}]",
        ] {
            let content = content(json.as_bytes());
            assert_eq!(content.rows.len(), 0);
            assert_eq!(content.warnings.len(), 1, "{json}");
            assert_eq!(content.warnings[0].line, Some(1));
        }
    }

    #[test]
    fn a_file_that_calls_its_text_otherwise_is_said_once() {
        let content = content(b"{\"body\": \"x\"}\n[]\n{\"body\": \"y\"}\n");
        let lines: Vec<_> = content
            .warnings
            .iter()
            .map(|warning| warning.line)
            .collect();
        assert_eq!(lines, [Some(1), Some(2)]);
        assert!(content.warnings[0].message.contains("in 2 rows"));
    }

    proptest! {
        #[test]
        fn text_is_what_the_line_holds(texts in prop::collection::vec("\\PC*[æøå\r\n\"\\\\]", 1..5)) {
            let lines: Vec<String> = texts
                .iter()
                .map(|text| serde_json::json!({ "text": text }).to_string())
                .collect();
            let content = content(lines.join("\n").as_bytes());
            let kept: Vec<&str> = content.rows.iter().map(|row| row.article.text.as_str()).collect();
            let expected: Vec<&str> = texts
                .iter()
                .map(String::as_str)
                .filter(|text| !text.trim().is_empty())
                .collect();
            prop_assert_eq!(kept, expected);
        }

        #[test]
        fn compact_json_means_the_same(key in "\\PC{0,5}", number in any::<i64>(), text in "\\PC{0,9}") {
            let value = serde_json::json!({ key: [text, number, null, { "å \"": true }] });
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(compact(&pretty), value.to_string());
        }
    }
}
