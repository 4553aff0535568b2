//! Known claims: statements with a name, which clusters take over and `match` looks for.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Error;
use crate::review::sheets;
use crate::spreadsheet::unguard;

/// A claim that is known before the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownClaim {
    /// Its id, unique in the table.
    pub id: String,
    /// Its name.
    pub label: String,
    /// One plain statement of it, in nb, nn or da.
    pub claim: String,
}

/// Reads a table of known claims: a CSV file (as any spreadsheet program saves it) with the columns `claim_id`, `label` and
/// `claim`, in any order; further columns are ignored. Several rows may share an id when they share the label:
/// they are statements of one claim.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read; [`Error::Format`] with the line when a column or a value is
/// missing, or one id has two labels.
pub fn read(path: &Path) -> Result<Vec<KnownClaim>, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
    parse(&path.display().to_string(), &bytes)
}

fn parse(origin: &str, bytes: &[u8]) -> Result<Vec<KnownClaim>, Error> {
    let sheet = sheets::csv(bytes, origin)?;
    let column = |name: &str| {
        sheet.column(name).ok_or_else(|| {
            let message = format!(
                "a table of known claims needs the columns claim_id, label and claim; `{name}` is missing \
                 (there are: {})",
                sheet.header.join(", ")
            );
            Error::format(origin, 1, message)
        })
    };
    let columns = [column("claim_id")?, column("label")?, column("claim")?];
    let mut claims: Vec<KnownClaim> = Vec::new();
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    for row in &sheet.rows {
        let line = row.number;
        let value = |i: usize, name: &str| {
            let cell = row.cells.get(columns[i]).map_or("", String::as_str);
            let value = unguard(cell).trim();
            if value.is_empty() {
                Err(Error::format(origin, line, format!("`{name}` is empty")))
            } else {
                Ok(value.to_owned())
            }
        };
        let claim = KnownClaim {
            id: value(0, "claim_id")?,
            label: value(1, "label")?,
            claim: value(2, "claim")?,
        };
        if labels
            .entry(claim.id.clone())
            .or_insert_with(|| claim.label.clone())
            != &claim.label
        {
            let message = format!("claim `{}` has two labels", claim.id);
            return Err(Error::format(origin, line, message));
        }
        claims.push(claim);
    }
    if claims.is_empty() {
        return Err(Error::format(origin, None, "the table holds no claim"));
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_delimiters_and_any_order_of_columns_are_read() {
        let expected = [KnownClaim {
            id: "a".to_owned(),
            label: "Label".to_owned(),
            claim: "- Påstand".to_owned(),
        }];
        assert_eq!(
            parse("x", "claim_id,label,claim\na,Label,'- Påstand\n".as_bytes()).unwrap(),
            expected
        );
        assert_eq!(
            parse(
                "x",
                "\u{feff}label;note;claim;claim_id\r\nLabel;;- Påstand;a\r\n".as_bytes()
            )
            .unwrap(),
            expected
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let message = |text: &str| parse("x.csv", text.as_bytes()).unwrap_err().to_string();
        assert!(message("claim_id,claim\na,b\n").contains("`label` is missing"));
        assert_eq!(
            message("claim_id,label,claim\na,b,\n"),
            "x.csv:2: `claim` is empty"
        );
        assert_eq!(
            message("claim_id,label,claim\na,b,c\na,d,e\n"),
            "x.csv:3: claim `a` has two labels"
        );
        assert_eq!(
            message("claim_id,label,claim\n"),
            "x.csv: the table holds no claim"
        );
    }
}
