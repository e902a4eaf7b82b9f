//! Text of the server's without the key and without account numbers.

use defacto_types::{Value, mask_account};

use crate::client::Key;

/// Masks every text in a document, names included.
pub(super) fn mask(value: &mut Value, key: &Key) {
    match value {
        Value::String(text) => *text = mask_text(text, key),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, key)),
        Value::Object(fields) => {
            for (mut name, mut field) in std::mem::take(fields) {
                name = mask_text(&name, key);
                mask(&mut field, key);
                fields.insert(name, field);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `text` without the key and without account numbers.
pub(super) fn mask_text(text: &str, key: &Key) -> String {
    mask_accounts(&key.mask(text))
}

fn mask_accounts(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut inside_word = false;
    while let Some(c) = rest.chars().next() {
        let length = if inside_word { None } else { account(rest) };
        let step = match length {
            Some(length) => {
                masked.push_str(&mask_account(rest.get(..length).unwrap_or_default()));
                length
            }
            None => {
                masked.push(c);
                c.len_utf8()
            }
        };
        inside_word = length.is_some() || c.is_alphanumeric();
        rest = rest.get(step..).unwrap_or_default();
    }
    masked
}

/// How many bytes at the start of `text` look like an IBAN: country, check
/// digits and 11 to 30 more, in one run or in groups of four.
fn account(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let [a, b, c, d, ..] = bytes else { return None };
    if ![a, b].iter().all(|byte| byte.is_ascii_alphabetic())
        || ![c, d].iter().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let run = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count()
    };
    let mut end = run(0);
    let mut count = end;
    if end == 4 {
        // Grouped. A word of the sentence that follows is no group.
        while bytes.get(end) == Some(&b' ') {
            let length = run(end + 1);
            let group = bytes.get(end + 1..end + 1 + length).unwrap_or_default();
            let is_group = (1..=4).contains(&length)
                && (group.iter().any(u8::is_ascii_digit)
                    || group.iter().all(u8::is_ascii_uppercase));
            if !is_group || count + length > 34 {
                break;
            }
            end += 1 + length;
            count += length;
            if length < 4 {
                break;
            }
        }
    }
    (15..=34).contains(&count).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_account_numbers_only() {
        for (text, expected) in [
            ("FR7630006000011234567890189 is closed", "FR…0189 is closed"),
            (
                "account FR76 3000 6000 0112 3456 7890 189 is closed",
                "account FR…0189 is closed",
            ),
            ("(GB29 NWBK 6016 1331 9268 19)", "(GB…6819)"),
            (
                "loan 0b9f3c1e-ab12-4cde-8f00-1234567890ab é",
                "loan 0b9f3c1e-ab12-4cde-8f00-1234567890ab é",
            ),
            ("AB12", "AB12"),
        ] {
            assert_eq!(mask_accounts(text), expected);
        }
    }
}
