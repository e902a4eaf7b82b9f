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
    mask_accounts(&mask_queries(&key.mask(text)))
}

/// Addresses without their queries, which may be signatures.
fn mask_queries(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, address) = rest.split_at(at + 3);
        masked.push_str(before);
        let end = address
            .find(|c: char| c.is_whitespace() || "\"'<>)".contains(c))
            .unwrap_or(address.len());
        let (address, after) = address.split_at(end);
        match address.split_once('?') {
            Some((place, _)) => {
                masked.push_str(place);
                masked.push_str("?…");
            }
            None => masked.push_str(address),
        }
        rest = after;
    }
    masked.push_str(rest);
    masked
}

fn mask_accounts(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut inside_word = false;
    while let Some(c) = rest.chars().next() {
        let named = rest
            .get(..4)
            .filter(|word| word.eq_ignore_ascii_case("IBAN"));
        if let (false, Some(word)) = (inside_word, named)
            && rest.get(4..).and_then(account).is_some()
        {
            masked.push_str(word);
            rest = rest.get(4..).unwrap_or_default();
            continue;
        }
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
        while let Some(gap) = gap(bytes.get(end..).unwrap_or_default()) {
            let length = run(end + gap);
            let group = bytes.get(end + gap..end + gap + length).unwrap_or_default();
            let is_group = (1..=4).contains(&length)
                && (group.iter().any(u8::is_ascii_digit)
                    || group.iter().all(u8::is_ascii_uppercase));
            if !is_group || count + length > 34 {
                break;
            }
            end += gap + length;
            count += length;
            if length < 4 {
                break;
            }
        }
    }
    (15..=34).contains(&count).then_some(end)
}

/// How many bytes part two groups: a space, a hyphen or a no-break space.
fn gap(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b' ' | b'-', ..] => Some(1),
        [0xC2, 0xA0, ..] => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_the_queries_of_addresses() {
        let text = "see https://a.example/x?X-Amz-Signature=abc, \"http://b.example/?t=1\" now";
        let masked = "see https://a.example/x?… \"http://b.example/?…\" now";
        assert_eq!(mask_queries(text), masked);
        assert_eq!(
            mask_queries("https://a.example/x why?"),
            "https://a.example/x why?"
        );
    }

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
            ("IBANFR7630006000011234567890189", "IBANFR…0189"),
            ("FR76-3000-6000-0112-3456-7890-189", "FR…0189"),
            ("FR76\u{a0}3000\u{a0}6000\u{a0}0112\u{a0}3456", "FR…3456"),
        ] {
            assert_eq!(mask_accounts(text), expected);
        }
    }
}
