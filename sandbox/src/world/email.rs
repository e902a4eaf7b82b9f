//! Email addresses, as far as an answer may show one.

use defacto_types::InvalidParam;

use super::invalid;

/// Notes a given address that is none.
pub(super) fn check_email(name: &str, given: Option<&str>, wrong: &mut Vec<InvalidParam>) {
    if given.is_some_and(|text| !is_email(text)) {
        wrong.push(invalid(name, "must be an email address"));
    }
}

/// A name of words between dots, or anything in quotes; then a host.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else {
        return false;
    };
    let quoted = name
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let is_name = match quoted {
        Some(inner) => inner
            .chars()
            .all(|c| !c.is_control() && c != '"' && c != '\\'),
        None => name.split('.').all(is_atom),
    };
    text.len() <= 254 && name.len() <= 64 && is_name && host.split('.').all(is_label)
}

fn is_atom(part: &str) -> bool {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&c);
    !part.is_empty() && part.bytes().all(is_plain)
}

fn is_label(part: &str) -> bool {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    let is_sound = !part.starts_with('-') && !part.ends_with('-') && part.bytes().all(is_plain);
    (1..=63).contains(&part.len()) && is_sound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_host() {
        for good in [
            "a@b",
            "a.b+c@example.com",
            "\"><script>\"@example.com",
            "o'x@a-b.fr",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            ".a@b",
            "a..b@c",
            "a@-b",
            "a@b..c",
            "a@b c",
            "\"a\"b\"@c",
            "é@b",
            "a@é",
            "\"><script>",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(!is_email(&format!("{}@b", "a".repeat(65))));
    }
}
