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

/// Reads a table of known claims: a CSV file (as any spreadsheet program saves it) with the columns `claim` and, if there
/// are any, `label` and `claim_id`, in any order; further columns are ignored. Without labels a claim has its first
/// statement for one, and without ids its label. Several rows may share an id when they share the label: they are statements of
/// one claim.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read; [`Error::Format`] with the line when the column `claim` is missing, a cell
/// of the three is empty, or one id has two labels.
pub fn read(path: &Path) -> Result<Vec<KnownClaim>, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
    parse(&path.display().to_string(), &bytes)
}

fn parse(origin: &str, bytes: &[u8]) -> Result<Vec<KnownClaim>, Error> {
    let sheet = sheets::csv(bytes, origin)?;
    let Some(statements) = sheet.column("claim") else {
        let message = format!(
            "a table of known claims needs a column `claim`, with one plain statement in each row (there are: {}); \
             `label` and `claim_id` may stand beside it",
            sheet.header.join(", ")
        );
        return Err(Error::format(origin, 1, message));
    };
    let labels_at = sheet.column("label");
    let ids_at = sheet.column("claim_id");
    let mut claims: Vec<KnownClaim> = Vec::new();
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    for row in &sheet.rows {
        let line = row.number;
        let value = |column: usize| {
            let cell = row.cells.get(column).map_or("", String::as_str);
            let value = unguard(cell).trim();
            if value.is_empty() {
                let message = format!("`{}` is empty", sheet.header[column]);
                Err(Error::format(origin, line, message))
            } else {
                Ok(value.to_owned())
            }
        };
        let claim = value(statements)?;
        let label = labels_at.map(value).transpose()?;
        let id = ids_at.map(value).transpose()?;
        let id = id
            .or_else(|| label.clone())
            .unwrap_or_else(|| claim.clone());
        let label = label
            .or_else(|| labels.get(&id).cloned())
            .unwrap_or_else(|| claim.clone());
        let claim = KnownClaim { id, label, claim };
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
    fn names_and_ids_may_be_left_out() {
        let claims = |text: &str| -> Vec<[String; 3]> {
            let claims = parse("x", text.as_bytes()).unwrap().into_iter();
            claims
                .map(|known| [known.id, known.label, known.claim])
                .collect()
        };
        assert_eq!(claims("Claim\nDet brant.\n"), [["Det brant."; 3]]);
        assert_eq!(
            claims("label;claim\nBrann;Det brant.\nBrann;Huset står i brann.\n"),
            [
                ["Brann", "Brann", "Det brant."],
                ["Brann", "Brann", "Huset står i brann."]
            ]
        );
        assert_eq!(
            claims("claim_id,claim\n7,Det brant.\n7,Huset brant.\n"),
            [
                ["7", "Det brant.", "Det brant."],
                ["7", "Det brant.", "Huset brant."]
            ]
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let message = |text: &str| parse("x.csv", text.as_bytes()).unwrap_err().to_string();
        assert!(message("claim_id,label\na,b\n").contains("needs a column `claim`"));
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
