//! Which encoding a file has, and its bytes as UTF-8.
//!
//! [`decode`] looks at a whole file and settles on one encoding: the one that a byte order mark names,
//! UTF-8, or Windows-1252 (of which Latin-1 is the printable part). What it gives back is *nominally*
//! UTF-8: where the file is UTF-8 with a few broken bytes, those are still there, and where UTF-16 has
//! half a surrogate pair, a byte that is never valid stands in its place. So the readers of lines and
//! rows can leave out the broken ones alone; [`text`] is how they look. Nothing is ever replaced by
//! U+FFFD. Decoding takes time linear in the size of the file.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::WINDOWS_1252;

/// A byte that UTF-8 never has: marks what could not be decoded.
const BROKEN: u8 = 0xFF;

/// How much of a file without a byte order mark is looked at to know UTF-16, in bytes.
const UTF16_SAMPLE: usize = 4096;

/// Of the characters outside of ASCII, the share that must be usual in Western European text for a
/// file to be taken for Windows-1252: nine of ten.
const USUAL_SHARE: (usize, usize) = (9, 10);

/// Characters outside of ASCII that Western European prose uses: the letters of its languages,
/// typographic punctuation, a few signs. Left out are those that other encodings of æ, ø and å turn
/// into.
const USUAL: &str = "ÀÁÄÅÆÇÈÉÊËÍÑÓÖØÚÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþŠšŽžœ\
    «»“”„‘’–—…•·€£§°´½¼²³±×©®™µ\u{a0}\u{ad}";

/// The content of a file, nominally UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded<'a> {
    /// The bytes, without a byte order mark.
    pub(super) bytes: Cow<'a, [u8]>,
    /// `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`.
    pub(super) encoding: &'static str,
    /// What was assumed, when the file does not say it itself.
    pub(super) assumed: Option<String>,
    /// The encoding that broken bytes may be in, when they are neither UTF-8 nor Windows-1252.
    pub(super) perhaps: Option<&'static str>,
}

/// Decodes a file. The error names an encoding that is known and not read.
pub(super) fn decode(stored: &[u8]) -> Result<Decoded<'_>, String> {
    let decoded = |bytes, encoding, assumed| Decoded {
        bytes,
        encoding,
        assumed,
        perhaps: None,
    };
    if let Some(rest) = stored.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return Ok(decoded(Cow::Borrowed(rest), "utf-8", None));
    }
    if stored.starts_with(&[0xFF, 0xFE, 0, 0]) || stored.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return Err("UTF-32 is not read; save the file as UTF-8".to_owned());
    }
    if let Some(rest) = stored.strip_prefix(&[0xFF, 0xFE]) {
        let bytes = from_utf16(rest, u16::from_le_bytes);
        return Ok(decoded(bytes.into(), "utf-16le", None));
    }
    if let Some(rest) = stored.strip_prefix(&[0xFE, 0xFF]) {
        let bytes = from_utf16(rest, u16::from_be_bytes);
        return Ok(decoded(bytes.into(), "utf-16be", None));
    }
    if let Some(little) = bare_utf16(stored) {
        let (bytes, encoding, name) = if little {
            let bytes = from_utf16(stored, u16::from_le_bytes);
            (bytes, "utf-16le", "UTF-16 (little-endian)")
        } else {
            let bytes = from_utf16(stored, u16::from_be_bytes);
            (bytes, "utf-16be", "UTF-16 (big-endian)")
        };
        let assumed = format!("read as {name}: it has no byte order mark, but looks like it");
        return Ok(decoded(bytes.into(), encoding, Some(assumed)));
    }
    if is_nearly_utf8(stored) {
        return Ok(decoded(Cow::Borrowed(stored), "utf-8", None));
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(stored);
    if !is_usual(&text) {
        return Ok(Decoded {
            perhaps: other_guess(stored),
            ..decoded(Cow::Borrowed(stored), "utf-8", None)
        });
    }
    let assumed = "read as Windows-1252: it is not valid UTF-8".to_owned();
    let bytes = text.into_owned().into_bytes();
    Ok(decoded(bytes.into(), "windows-1252", Some(assumed)))
}

/// `bytes` as text; the error says which byte, counted from 0, is broken.
pub(super) fn text(bytes: &[u8]) -> Result<&str, usize> {
    std::str::from_utf8(bytes).map_err(|error| error.valid_up_to())
}

/// Whether bytes without a byte order mark are UTF-8, apart from a few: at least as many characters
/// that Nordic prose uses are encoded as UTF-8 encodes them as there are broken bytes.
fn is_nearly_utf8(stored: &[u8]) -> bool {
    let mut n_usual = 0_usize;
    let mut n_broken = 0_usize;
    for chunk in stored.utf8_chunks() {
        n_broken += usize::from(!chunk.invalid().is_empty());
        n_usual += non_ascii(chunk.valid()).filter(|&c| is_prose(c)).count();
    }
    n_broken == 0 || n_usual >= n_broken
}

/// Whether text that was decoded as Windows-1252 has the characters that such text has.
fn is_usual(text: &str) -> bool {
    let n_all = non_ascii(text).count();
    let n_usual = non_ascii(text).filter(|&c| USUAL.contains(c)).count();
    let (numerator, denominator) = USUAL_SHARE;
    n_usual * denominator >= n_all * numerator
}

/// Characters that are worth counting as evidence for UTF-8: those that text in Windows-1252 has,
/// and those beyond it that prose uses (letters of other scripts, emoji). A letter followed by a
/// quotation mark in Windows-1252 is sometimes valid UTF-8 by chance, but then a letter of Latin
/// Extended-A or -B.
fn is_prose(c: char) -> bool {
    USUAL.contains(c) || c > '\u{36F}'
}

fn non_ascii(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_ascii())
}

/// What a detector of encodings believes, when it is something else than the two that are read.
fn other_guess(stored: &[u8]) -> Option<&'static str> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(stored, true);
    let guess = detector.guess(Some(b"no"), Utf8Detection::Deny);
    (guess != WINDOWS_1252).then(|| guess.name())
}

/// Whether bytes without a byte order mark are UTF-16, and then whether little-endian: every second
/// byte of Nordic text is zero. At least four of five must be, and of the others at most one of
/// twenty.
fn bare_utf16(stored: &[u8]) -> Option<bool> {
    let (pairs, rest) = stored
        .get(..UTF16_SAMPLE)
        .unwrap_or(stored)
        .as_chunks::<2>();
    if pairs.is_empty() || (stored.len() < UTF16_SAMPLE && !rest.is_empty()) {
        return None;
    }
    let n_first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let n_second = pairs.iter().filter(|pair| pair[1] == 0).count();
    let many = |n: usize| n * 5 >= pairs.len() * 4;
    let few = |n: usize| n * 20 <= pairs.len();
    if many(n_second) && few(n_first) {
        Some(true)
    } else if many(n_first) && few(n_second) {
        Some(false)
    } else {
        None
    }
}

/// UTF-16 as nominal UTF-8; half a surrogate pair or half a unit becomes [`BROKEN`].
fn from_utf16(stored: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let (pairs, rest) = stored.as_chunks::<2>();
    let mut bytes = Vec::with_capacity(stored.len());
    let mut buffer = [0; 4];
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        match decoded {
            Ok(c) => bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes()),
            Err(_) => bytes.push(BROKEN),
        }
    }
    if !rest.is_empty() {
        bytes.push(BROKEN);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NEWS: &str = "På Østlandet ble det målt 20 grader – «en overraskelse», sa hun.\r\nÅ nei.";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn byte_order_marks_decide_and_are_taken_off() {
        let utf8 = format!("\u{feff}{NEWS}").into_bytes();
        let little = utf16(&format!("\u{feff}{NEWS}"), u16::to_le_bytes);
        let big = utf16(&format!("\u{feff}{NEWS}"), u16::to_be_bytes);
        for (bytes, encoding) in [(utf8, "utf-8"), (little, "utf-16le"), (big, "utf-16be")] {
            let decoded = decode(&bytes).unwrap();
            assert_eq!(text(&decoded.bytes), Ok(NEWS));
            assert_eq!((decoded.encoding, decoded.assumed), (encoding, None));
        }
    }

    #[test]
    fn windows_1252_is_told_from_utf8_and_said() {
        let (bytes, _, unmappable) = WINDOWS_1252.encode(NEWS);
        assert!(!unmappable);
        let decoded = decode(&bytes).unwrap();
        assert_eq!(text(&decoded.bytes), Ok(NEWS));
        assert_eq!(decoded.encoding, "windows-1252");
        assert!(decoded.assumed.unwrap().contains("read as Windows-1252"));
        assert_eq!(decode(NEWS.as_bytes()).unwrap().encoding, "utf-8");
        for letter in [b"bl\xe5".as_slice(), b"\x93BL\xc5\x94", b"\xd8re", b"\xe6"] {
            assert_eq!(decode(letter).unwrap().encoding, "windows-1252");
        }
    }

    #[test]
    fn a_broken_byte_in_utf8_stays_where_it_is() {
        let mut bytes = NEWS.as_bytes().to_vec();
        bytes.insert(NEWS.find("20").unwrap(), 0xE5);
        let decoded = decode(&bytes).unwrap();
        assert_eq!(decoded.encoding, "utf-8");
        assert_eq!(text(&decoded.bytes), Err(NEWS.find("20").unwrap()));
        let with_bom = [b"\xEF\xBB\xBFbl\xe5".as_slice()].concat();
        assert_eq!(text(&decode(&with_bom).unwrap().bytes), Err(2));
    }

    #[test]
    fn other_encodings_stay_broken_rather_than_garbled() {
        // "blåbær på øya" in DOS code page 865 and in Mac OS Roman, "Привет, мир" in KOI8-R.
        for bytes in [
            b"bl\x86b\x91r p\x86 \x9bya".as_slice(),
            b"bl\x8cb\xber p\x8c \xbfya",
            b"\xf0\xd2\xc9\xd7\xc5\xd4, \xcd\xc9\xd2",
            b"abc\xff\xff",
        ] {
            assert!(text(&decode(bytes).unwrap().bytes).is_err(), "{bytes:?}");
        }
        let message = decode(b"\xff\xfe\x00\x00a\x00\x00\x00").unwrap_err();
        assert!(message.contains("UTF-32"));
    }

    #[test]
    fn utf16_without_a_byte_order_mark_is_read_and_said() {
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes = utf16(NEWS, bytes);
            let decoded = decode(&bytes).unwrap();
            assert_eq!(text(&decoded.bytes), Ok(NEWS));
            assert!(decoded.assumed.unwrap().contains("UTF-16"));
        }
        assert_eq!(decode(b"\0\0\0\0").unwrap().encoding, "utf-8");
    }

    #[test]
    fn half_a_surrogate_pair_is_broken() {
        let mut bytes = utf16("\u{feff}a🫐b", u16::to_le_bytes);
        bytes.drain(6..8);
        assert_eq!(text(&decode(&bytes).unwrap().bytes), Err(1));
        let odd = [0xFF, 0xFE, b'a', 0, b'b'];
        assert_eq!(text(&decode(&odd).unwrap().bytes), Err(1));
    }

    proptest! {
        #[test]
        fn valid_utf8_is_kept_as_it_is(content in "\\PC{0,40}[\r\n]?[^\0\u{feff}]{0,20}") {
            prop_assume!(!content.starts_with('\u{feff}') && !content.contains('\0'));
            let decoded = decode(content.as_bytes()).unwrap();
            prop_assert_eq!(text(&decoded.bytes), Ok(content.as_str()));
            prop_assert_eq!(decoded.assumed, None);
        }

        #[test]
        fn utf16_is_kept_as_it_is(content in any::<String>(), big in any::<bool>()) {
            let bytes = if big { u16::to_be_bytes } else { u16::to_le_bytes };
            let content = format!("a{content}");
            let stored = utf16(&format!("\u{feff}{content}"), bytes);
            let decoded = decode(&stored).unwrap();
            prop_assert_eq!(text(&decoded.bytes), Ok(content.as_str()));
        }

        #[test]
        fn no_bytes_make_it_panic(stored in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(decoded) = decode(&stored) {
                prop_assert!(text(&decoded.bytes).is_ok() || decoded.encoding != "windows-1252");
            }
        }
    }
}
