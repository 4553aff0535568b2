//! `report.html`: the claims of a run as one page that a person reads.
//!
//! In: a run and its [`Book`]. Out: one HTML file that needs nothing else: no network, no server, no other file. What
//! articles say is text and never markup: the template escapes every value, no value stands in a script, and the
//! page's own policy allows only the one style sheet and the one script that ship with this program. Without the
//! script the page shows everything; with it, it searches and filters.

mod highlight;
mod page;
mod plots;

use std::io::{self, Write};

use askama::Template;
use sha2::{Digest, Sha256};

use crate::pipeline::Run;
use crate::review::book::Book;
use page::Page;

/// Claims that the page shows; the others stand in `claims.csv`.
pub const MOST_CLAIMS: usize = 10_000;

/// The style sheet of the page.
const STYLE: &str = include_str!("../templates/report.css");
/// The script of the page.
const SCRIPT: &str = include_str!("../templates/report.js");

/// Writes the page.
///
/// # Errors
/// When `out` fails.
pub fn write(run: &Run, book: &Book, out: &mut dyn Write) -> io::Result<()> {
    Page::new(run, book)
        .write_into(&mut { out })
        .map_err(io::Error::other)
}

/// What a page may do: apply its own style sheet, run its own script, and nothing else.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(STYLE)),
        base64(&Sha256::digest(SCRIPT))
    )
}

/// Base64 after RFC 4648, as policies want it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place > three.len() {
                text.push('=');
            } else {
                let letter = bits >> (18 - 6 * place) & 63;
                text.push(char::from(LETTERS[letter as usize]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests;
