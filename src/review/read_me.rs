//! The sheet that says how to review, in the languages of the reviewers.

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::book::Book;
use super::workbook::{self, columns};

/// Where a reviewer writes their name: `review read` looks for it.
pub(super) const REVIEWER: &str = "Reviewer";
/// Width of the text, in characters.
const WIDTH: f64 = 100.0;
/// The name of the sheet.
pub(super) const SHEET: &str = "Read me";

/// How to review, by language; a line that begins with `# ` is a heading.
const TEXTS: [&str; 4] = [
    include_str!("../../data/review/nb.txt"),
    include_str!("../../data/review/nn.txt"),
    include_str!("../../data/review/da.txt"),
    include_str!("../../data/review/en.txt"),
];

pub(super) fn write(
    sheet: &mut Worksheet,
    book: &Book,
    not_fitting: &[String],
) -> Result<(), XlsxError> {
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let bold = text.clone().set_bold();
    let title = bold.clone().set_font_size(14.0);
    let to_fill = text.clone().set_background_color(0x00FF_FBE6);
    sheet.set_name(SHEET)?;
    sheet.set_column_width(0, 22.0)?;
    sheet.set_column_width(1, WIDTH)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.write_string_with_format(0, 0, REVIEWER, &bold)?;
    sheet.write_blank(0, 1, &to_fill)?;
    let identity = [
        ("Run", book.identity()),
        ("Claims", book.claims.len().to_string()),
        ("Sentences", book.n_members().to_string()),
        ("Near misses", book.n_near().to_string()),
        (
            "Made with",
            format!("claimalign {}", env!("CARGO_PKG_VERSION")),
        ),
    ];
    let mut row = 1;
    for (name, value) in identity {
        sheet.write_string_with_format(row, 0, name, &bold)?;
        sheet.write_string_with_format(row, 1, value, &text)?;
        row += 1;
    }
    for line in not_fitting {
        sheet.write_string_with_format(row, 0, "Beyond the limits", &bold)?;
        sheet.write_string_with_format(row, 1, line, &text)?;
        row += 1;
    }
    for language in TEXTS {
        row += 1;
        for line in language.lines().filter(|line| !line.is_empty()) {
            if let Some(heading) = line.strip_prefix("# ") {
                sheet.set_row_height(row, 21)?;
                sheet.write_string_with_format(row, 1, heading, &title)?;
            } else if let Some((name, rest)) = line.split_once(": ") {
                sheet.set_row_height(row, workbook::height(columns::lines(rest, WIDTH)))?;
                sheet.write_string_with_format(row, 0, name, &bold)?;
                sheet.write_string_with_format(row, 1, rest, &text)?;
            } else {
                sheet.write_string_with_format(row, 1, line, &text)?;
            }
            row += 1;
        }
    }
    Ok(())
}
