//! The bytes of a file: as they are stored, and unpacked.
//!
//! A compressed file may be several files put together, as log rotation and parallel compressors make
//! them: all gzip members, and all Zstandard frames, are read. Checksums are verified. A file is read
//! whole, since its encoding shows only then.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// How a file is compressed; its ending says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// Not at all.
    None,
    /// gzip, `.gz`.
    Gzip,
    /// Zstandard, `.zst`.
    Zstd,
}

/// The bytes without their compression. The error says what is wrong with them.
pub(super) fn unpack(stored: &[u8], packing: Packing) -> Result<Cow<'_, [u8]>, String> {
    match packing {
        Packing::None => Ok(Cow::Borrowed(stored)),
        Packing::Gzip => gunzip(stored)
            .map(Cow::Owned)
            .map_err(|why| format!("corrupt gzip: {why}")),
        Packing::Zstd => unzstd(stored)
            .map(Cow::Owned)
            .map_err(|why| format!("corrupt Zstandard: {why}")),
    }
}

fn gunzip(stored: &[u8]) -> Result<Vec<u8>, String> {
    if stored.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let mut bytes = Vec::new();
    match MultiGzDecoder::new(stored).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}

fn unzstd(mut stored: &[u8]) -> Result<Vec<u8>, String> {
    if stored.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let mut bytes = Vec::new();
    while !stored.is_empty() {
        match StreamingDecoder::new(&mut stored) {
            Ok(mut frame) => {
                frame
                    .read_to_end(&mut bytes)
                    .map_err(|error| error.to_string())?;
                let expected = frame.decoder.get_checksum_from_data();
                if expected.is_some() && expected != frame.decoder.get_calculated_checksum() {
                    return Err("the checksum differs".to_owned());
                }
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                stored = usize::try_from(length)
                    .ok()
                    .and_then(|length| stored.get(length..))
                    .ok_or("a skippable frame is cut off")?;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    #[test]
    fn gzip_members_are_read_one_after_another() {
        let stored = [gzip("blå ".as_bytes()), gzip(b""), gzip("grå".as_bytes())].concat();
        let bytes = unpack(&stored, Packing::Gzip).unwrap();
        assert_eq!(bytes.as_ref(), "blå grå".as_bytes());
    }

    #[test]
    fn zstandard_frames_are_read_one_after_another_and_skippable_ones_skipped() {
        let skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        let stored = [
            zstd("blå ".as_bytes()),
            skippable.to_vec(),
            zstd("grå".as_bytes()),
        ]
        .concat();
        let bytes = unpack(&stored, Packing::Zstd).unwrap();
        assert_eq!(bytes.as_ref(), "blå grå".as_bytes());
        let cut = [zstd(b"a"), skippable[..9].to_vec()].concat();
        assert!(unpack(&cut, Packing::Zstd).is_err());
    }

    #[test]
    fn what_is_cut_off_or_changed_is_corrupt() {
        let text = "Politiet bekreftar at fleire er skadde. ".repeat(50);
        for (stored, packing) in [
            (gzip(text.as_bytes()), Packing::Gzip),
            (zstd(text.as_bytes()), Packing::Zstd),
        ] {
            assert_eq!(
                unpack(&stored, packing).unwrap().as_ref(),
                text.as_bytes(),
                "{packing:?}"
            );
            for cut in [0, 3, stored.len() / 2, stored.len() - 1] {
                assert!(
                    unpack(&stored[..cut], packing).is_err(),
                    "{packing:?} {cut}"
                );
            }
            let mut changed = stored.clone();
            *changed.last_mut().unwrap() ^= 1;
            assert!(unpack(&changed, packing).is_err(), "{packing:?}");
            let garbage = [stored.as_slice(), b"garbage"].concat();
            assert!(unpack(&garbage, packing).is_err(), "{packing:?}");
        }
    }
}
