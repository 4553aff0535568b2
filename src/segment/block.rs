//! Lines of a text, and what its layout tells.
//!
//! A block is a line that holds something, or several lines where the text was wrapped at a fixed
//! width. Borders between blocks are borders of sentences. [`Layout`] says whether the text has kept
//! its line breaks at all: exports often lose them, and headings then stand run in with the prose,
//! so that a border needs less evidence. Kinds and borders within a block are not decided here.

use crate::article::Span;
use crate::plain::is_break;

/// What the line breaks of a whole text tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// The lines are far longer than paragraphs of news: line breaks were lost.
    pub flat: bool,
    /// Lines were broken at a fixed width.
    pub wrapped: bool,
}

/// A part of the text that is looked at as one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    /// Its bytes, without white space at either end.
    pub span: Span,
    /// An empty line stands before it (or nothing at all).
    pub after_gap: bool,
}

/// Lines that are longer on average than this have lost their line breaks: paragraphs of news are
/// 100 to 400 characters long.
const FLAT: usize = 500;

/// The blocks of `text`, in order, and its layout.
pub(super) fn blocks(text: &str) -> (Vec<Block>, Layout) {
    let lines = lines(text);
    let layout = layout(text, &lines);
    if !layout.wrapped {
        return (lines, layout);
    }
    let width = lines.iter().map(|line| line.span.len()).max().unwrap_or(0);
    let mut blocks: Vec<Block> = Vec::with_capacity(lines.len());
    let mut last_line = 0;
    for line in lines {
        match blocks.last_mut() {
            Some(block) if !line.after_gap && last_line * 10 >= width * 7 => {
                block.span = Span::of(block.span.start(), line.span.end());
            }
            _ => blocks.push(line),
        }
        last_line = line.span.len();
    }
    (blocks, layout)
}

fn lines(text: &str) -> Vec<Block> {
    let mut lines = Vec::new();
    let mut after_gap = true;
    let mut start = 0;
    let mut previous = None;
    let mut close = |start: usize, end: usize, paragraph: bool| {
        let line = text.get(start..end).unwrap_or_default();
        let from = start + (line.len() - line.trim_start().len());
        let to = from + line.trim().len();
        if from < to {
            lines.push(Block {
                span: Span::of(from, to),
                after_gap,
            });
            after_gap = paragraph;
        } else {
            after_gap = true;
        }
    };
    for (at, c) in text.char_indices() {
        if is_break(c) {
            // The second half of a Windows line break ends no line of its own.
            if !(c == '\n' && previous == Some((at.wrapping_sub(1), '\r'))) {
                close(start, at, c == '\u{2029}');
            }
            start = at + c.len_utf8();
            previous = Some((at, c));
        }
    }
    close(start, text.len(), false);
    lines
}

fn layout(text: &str, lines: &[Block]) -> Layout {
    let total: usize = lines.iter().map(|line| line.span.len()).sum();
    let flat = total > FLAT * lines.len().max(1);
    // Wrapped: line after line stops in mid-sentence, and none is longer than a page is wide.
    let (mut single, mut broken) = (0_usize, 0_usize);
    for pair in lines.windows(2) {
        if let [line, next] = pair
            && !next.after_gap
        {
            single += 1;
            let ends_open = line
                .span
                .slice(text)
                .chars()
                .next_back()
                .is_some_and(|c| c.is_alphanumeric() || matches!(c, ',' | '-'));
            let goes_on = next
                .span
                .slice(text)
                .chars()
                .next()
                .is_some_and(|c| c.is_alphabetic() && !c.is_uppercase());
            broken += usize::from(ends_open && goes_on && line.span.len() >= 30);
        }
    }
    let wrapped =
        broken >= 2 && broken * 3 >= single && lines.iter().all(|line| line.span.len() <= 200);
    Layout { flat, wrapped }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        blocks(text).0.iter().map(|b| b.span.slice(text)).collect()
    }

    #[test]
    fn lines_of_every_kind_of_break() {
        let text = "Én\r\nto\rtre\u{2028} fire \n\n\n";
        assert_eq!(parts(text), ["Én", "to", "tre", "fire"]);
        let gaps: Vec<bool> = blocks("a\r\nb\n \nc")
            .0
            .iter()
            .map(|b| b.after_gap)
            .collect();
        assert_eq!(gaps, [true, false, true]);
    }

    #[test]
    fn wrapped_lines_are_joined() {
        let text = "Ordføreren åpnet den nye brua over\nelva i går, og mange hadde møtt fram for å\nse på. Været var bra.\n\nSå dro alle hjem.";
        assert_eq!(parts(text).len(), 2);
        assert!(blocks(text).1.wrapped);
    }
}
