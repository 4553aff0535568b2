//! Text as the words that the classifier looks at.
//!
//! Letters of any case become one of a small set of symbols (`a` to `z`, `æ ø å ä ö ü`, the accented
//! vowels of Nordic spelling, and one for every other Latin letter); everything else parts words. A
//! combining ring, diaeresis or acute joins its letter, so that decomposed text reads the same.
//! Text goes in, words go out, each with what its capitals say about it. Nothing here knows of
//! languages, and nothing is remembered beyond one word: the time is linear in the text.

/// The symbol that stands for the edge of a word.
pub(crate) const EDGE: u8 = 0;

/// How feature tables write the symbols; the place in the list is the symbol.
const ALPHABET: [char; 43] = [
    '_', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r',
    's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'æ', 'ø', 'å', 'ä', 'ö', 'ü', 'é', 'è', 'ê', 'ó', 'ò',
    'ô', 'á', 'à', 'í', '*',
];

/// How many symbols there are.
pub(crate) const N_SYMBOLS: usize = ALPHABET.len();

/// Stands for Latin letters outside of the alphabet.
const FOREIGN: u8 = 42;
/// Part of a word that is passed over.
const SKIP: u8 = 0xFC;
/// Not a Latin letter.
const STRANGE: u8 = 0xFD;
/// Not a letter: parts words.
const GAP: u8 = 0xFE;
/// Parts words, and what follows may be capital without being a name.
const STOP: u8 = 0xFF;

/// Letters of a word that are looked at; the rest of a longer one is passed over.
const MAX_LETTERS: usize = 40;

/// The symbols of single bytes below 128, upper case as lower case.
const ASCII: [u8; 128] = ascii_symbols();

#[expect(clippy::cast_possible_truncation, reason = "bytes below 128")]
const fn ascii_symbols() -> [u8; 128] {
    let mut table = [GAP; 128];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        table[byte] = match c {
            b'a'..=b'z' => c - b'a' + 1,
            b'A'..=b'Z' => c - b'A' + 1,
            b'.' | b'!' | b'?' | b':' | b'\n' | b'\r' | b'"' | b'-' | b'*' | b'|' => STOP,
            _ => GAP,
        };
        byte += 1;
    }
    table
}

/// The symbol that a feature table writes as `c`.
pub(crate) fn of_table_char(c: char) -> Option<u8> {
    ALPHABET
        .iter()
        .position(|&known| known == c)
        .and_then(|at| u8::try_from(at).ok())
}

/// How a feature table writes `symbol`.
pub(crate) fn table_char(symbol: u8) -> char {
    ALPHABET.get(usize::from(symbol)).copied().unwrap_or('*')
}

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    /// Its symbols, [`EDGE`] first and last.
    pub(crate) symbols: &'a [u8],
    /// Whether a capital inside of a sentence says that it is a name.
    pub(crate) is_name: bool,
}

/// How many letters of a text are Latin, and how many are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Letters {
    /// Latin letters.
    pub(crate) latin: usize,
    /// Letters of other scripts.
    pub(crate) strange: usize,
}

/// Calls `take` for every word of `text`, in order.
pub(crate) fn for_each_word(text: &str, mut take: impl FnMut(Word<'_>)) -> Letters {
    let mut letters = Letters::default();
    let mut buffer = [EDGE; MAX_LETTERS + 2];
    let mut len = 0; // symbols of the word so far
    let mut n_capitals = 0;
    let mut begins_with_capital = false;
    let mut is_start = true; // whether a capital is expected anyway
    let mut chars = text.chars();
    loop {
        let next = chars.next();
        let (symbol, is_capital) = match next {
            None => (STOP, false),
            Some(c) if c.is_ascii() => {
                let symbol = ASCII[c as usize & 127];
                let symbol = if matches!(c, 'a' | 'o' | 'e' | 'u' | 'A' | 'O' | 'E' | 'U') {
                    // Only a vowel can take a mark, so only here is the next character looked at.
                    let mut ahead = chars.clone();
                    match ahead.next() {
                        Some(mark @ '\u{300}'..='\u{36F}') => {
                            chars = ahead;
                            marked(symbol, mark)
                        }
                        _ => symbol,
                    }
                } else {
                    symbol
                };
                (symbol, c.is_ascii_uppercase())
            }
            Some(c) => wide_symbol(c),
        };
        if symbol == SKIP {
            continue;
        }
        if symbol < SKIP {
            letters.latin += 1;
            if len == 0 {
                begins_with_capital = is_capital;
                n_capitals = 0;
            }
            n_capitals += usize::from(is_capital);
            len += 1;
            if let Some(place) = buffer.get_mut(len).filter(|_| len <= MAX_LETTERS) {
                *place = symbol;
            }
            continue;
        }
        if symbol == STRANGE {
            letters.strange += 1;
        }
        if len > 0 {
            let kept = len.min(MAX_LETTERS);
            buffer[kept + 1] = EDGE;
            take(Word {
                symbols: buffer.get(..kept + 2).unwrap_or_default(),
                is_name: begins_with_capital && !is_start && (n_capitals < len || len == 1),
            });
            len = 0;
            is_start = false;
        }
        is_start |= symbol == STOP;
        if next.is_none() {
            return letters;
        }
    }
}

/// The symbol of a letter with a combining mark.
fn marked(symbol: u8, mark: char) -> u8 {
    let base = table_char(symbol);
    let whole = match (base, mark) {
        ('a', '\u{30A}') => 'å',
        ('a', '\u{308}') => 'ä',
        ('o', '\u{308}') => 'ö',
        ('u', '\u{308}') => 'ü',
        ('e', '\u{301}') => 'é',
        ('e', '\u{300}') => 'è',
        ('e', '\u{302}') => 'ê',
        ('o', '\u{301}') => 'ó',
        ('o', '\u{300}') => 'ò',
        ('o', '\u{302}') => 'ô',
        ('a', '\u{301}') => 'á',
        ('a', '\u{300}') => 'à',
        _ => return symbol,
    };
    of_table_char(whole).unwrap_or(symbol)
}

/// The symbol of a character above ASCII, and whether it is a capital.
fn wide_symbol(c: char) -> (u8, bool) {
    let lower = match c {
        'Æ' => 'æ',
        'Ø' => 'ø',
        'Å' | '\u{212B}' => 'å',
        'Ä' => 'ä',
        'Ö' => 'ö',
        'É' => 'é',
        _ => c,
    };
    match lower {
        'æ' => (27, c != lower),
        'ø' => (28, c != lower),
        'å' => (29, c != lower),
        'ä' => (30, c != lower),
        'ö' => (31, c != lower),
        'é' => (33, c != lower),
        '«' | '»' | '“' | '”' | '„' | '–' | '—' | '•' | '…' | '\u{2028}' | '\u{2029}' => {
            (STOP, false)
        }
        // Soft hyphen, characters without width, marks that no letter of ours takes.
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{300}'..='\u{36F}' => (SKIP, false),
        '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' if c.is_alphabetic() => {
            let mut lowered = c.to_lowercase();
            let lower = lowered.next().unwrap_or(c);
            (of_table_char(lower).unwrap_or(FOREIGN), c.is_uppercase())
        }
        _ if c.is_alphabetic() => (STRANGE, false),
        _ => (GAP, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        for_each_word(text, |word| {
            let shown = word.symbols.iter().map(|&symbol| table_char(symbol));
            found.push((shown.collect(), word.is_name));
        });
        found
    }

    fn shown(text: &str) -> String {
        let all: Vec<String> = words(text)
            .into_iter()
            .map(|(word, is_name)| if is_name { format!("{word}!") } else { word })
            .collect();
        all.join(" ")
    }

    #[test]
    fn words_are_letters_in_lower_case() {
        assert_eq!(shown("Blåbær på 2 ØYER."), "_blåbær_ _på_ _øyer_");
    }

    #[test]
    fn decomposed_letters_read_as_composed_ones() {
        assert_eq!(shown("pa\u{30A} fo\u{302}r e\u{301}n"), shown("på fôr én"));
    }

    #[test]
    fn a_soft_hyphen_does_not_part_a_word() {
        assert_eq!(shown("stats\u{AD}minister"), "_statsminister_");
    }

    #[test]
    fn a_capital_inside_of_a_sentence_is_a_name() {
        assert_eq!(shown("Ho heiter Kari."), "_ho_ _heiter_ _kari_!");
        assert_eq!(shown("Slutt. Det er NATO"), "_slutt_ _det_ _er_ _nato_");
        assert_eq!(shown("– Nei, sier Per"), "_nei_ _sier_ _per_!");
    }

    #[test]
    fn foreign_letters_are_one_symbol_and_other_scripts_are_counted() {
        assert_eq!(shown("þetta łza"), "_*etta_ _*za_");
        let letters = for_each_word("Да og ja", |_| ());
        assert_eq!((letters.latin, letters.strange), (4, 2));
    }

    #[test]
    fn empty_text_and_long_words_are_fine() {
        assert!(words("").is_empty());
        assert!(words("123 \0 🙂").is_empty());
        assert_eq!(
            words(&"å".repeat(1000))[0].0.chars().count(),
            MAX_LETTERS + 2
        );
    }

    #[test]
    fn every_symbol_can_be_written_and_read() {
        for symbol in 0..u8::try_from(N_SYMBOLS).unwrap() {
            assert_eq!(of_table_char(table_char(symbol)), Some(symbol));
        }
    }
}
