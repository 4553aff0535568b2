//! Formats of the cells: alternating bands per claim, colours by tier.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};

use super::columns::Kind;

const BAND: Color = Color::RGB(0x00EE_F2F7);
const FILL_IN: Color = Color::RGB(0x00FF_FBE6);
const FILL_IN_BAND: Color = Color::RGB(0x00FA_F3D3);
const HEADER: Color = Color::RGB(0x002F_4156);
const HEADER_FILL_IN: Color = Color::RGB(0x007A_5B00);
const LINE: Color = Color::RGB(0x00D0_D7DE);
const LINK: Color = Color::RGB(0x0005_63C1);

/// What a coloured cell says, its background and its letters.
const TIERS: [(&str, Color, Color); 4] = [
    ("accepted", Color::RGB(0x00DD_F2E3), Color::RGB(0x000B_5A2A)),
    ("review", Color::RGB(0x00FF_E9CC), Color::RGB(0x007A_4100)),
    (
        "near miss",
        Color::RGB(0x00E4_E4EA),
        Color::RGB(0x0040_4050),
    ),
    (
        "representative",
        Color::RGB(0x00DC_E9FB),
        Color::RGB(0x000B_3D7A),
    ),
];

/// All formats of a workbook.
pub(super) struct Styles {
    pub(super) header: Format,
    pub(super) header_to_fill: Format,
    cells: BTreeMap<(Kind, bool), Format>,
    tiers: BTreeMap<&'static str, Format>,
    links: [Format; 2],
}

impl Styles {
    pub(super) fn new() -> Self {
        let base = |band: bool| {
            let format = Format::new()
                .set_align(FormatAlign::Top)
                .set_border_bottom(FormatBorder::Thin)
                .set_border_color(LINE);
            if band {
                format.set_background_color(BAND)
            } else {
                format
            }
        };
        let header = Format::new()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(HEADER)
            .set_align(FormatAlign::VerticalCenter);
        let mut cells = BTreeMap::new();
        for band in [false, true] {
            for kind in [
                Kind::Text,
                Kind::Wrapped,
                Kind::Count,
                Kind::Fraction,
                Kind::Day,
                Kind::Tier,
                Kind::ToFill,
            ] {
                let format = base(band);
                let format = match kind {
                    // Text, so that what a reviewer types is taken as it is.
                    Kind::Text | Kind::Tier => format.set_num_format("@"),
                    Kind::Wrapped => format.set_num_format("@").set_text_wrap(),
                    Kind::Count => format.set_num_format("0"),
                    Kind::Fraction => format.set_num_format("0.00"),
                    Kind::Day => format.set_num_format("yyyy-mm-dd"),
                    Kind::ToFill => format
                        .set_num_format("@")
                        .set_text_wrap()
                        .set_background_color(if band { FILL_IN_BAND } else { FILL_IN }),
                };
                cells.insert((kind, band), format);
            }
        }
        Self {
            header_to_fill: header.clone().set_background_color(HEADER_FILL_IN),
            header,
            cells,
            tiers: TIERS
                .into_iter()
                .map(|(name, background, letters)| {
                    let format = base(false)
                        .set_num_format("@")
                        .set_background_color(background)
                        .set_font_color(letters);
                    (name, format)
                })
                .collect(),
            links: [false, true].map(|band| {
                base(band)
                    .set_font_color(LINK)
                    .set_underline(FormatUnderline::Single)
            }),
        }
    }

    /// Every format, in an order of its own.
    pub(super) fn all(&self) -> impl Iterator<Item = &Format> {
        let Self {
            header,
            header_to_fill,
            cells,
            tiers,
            links,
        } = self;
        let cells = cells.values().chain(tiers.values());
        [header, header_to_fill]
            .into_iter()
            .chain(cells)
            .chain(links)
    }

    /// The format of a cell that says `text`, or is no text, in a column of this kind.
    pub(super) fn of(&self, kind: Kind, band: bool, text: &str) -> &Format {
        if kind == Kind::Tier
            && let Some(format) = self.tiers.get(text)
        {
            return format;
        }
        self.cells.get(&(kind, band)).unwrap_or(&self.header)
    }

    pub(super) fn link(&self, band: bool) -> &Format {
        &self.links[usize::from(band)]
    }
}
