//! Names in `--input` that the API does not declare: a typo would be sent and
//! ignored without a word.

use defacto::bridge::Input;
use defacto::types::operation::Body;
use defacto::types::{Map, Operation, Value};
use defacto_types::schema::Model;

use super::field::{model, object};
use crate::failure::Failure;

/// Refuses unknown and missing names of the path, which leave no address to
/// send to. Warns of the others, which are sent: the server may know more
/// than this version does.
pub(super) fn names(operation: &Operation, input: &Input) -> Result<Vec<String>, Failure> {
    path(operation, input)?;
    let mut warnings = Vec::new();
    match operation.query.and_then(model) {
        Some(query) => unknown(&query, &input.query, "query", &mut warnings),
        None => {
            for name in input.query.keys() {
                warnings.push(format!(
                    "{operation} declares no query: `query.{name}` is sent anyway"
                ));
            }
        }
    }
    if let (Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty), Value::Object(body)) =
        (operation.body, &input.body)
        && let Some(declared) = model(ty)
    {
        unknown(&declared, body, "body", &mut warnings);
    }
    if !warnings.is_empty() {
        warnings.push(format!(
            "`defacto api --describe {} {}` shows every name",
            operation.group, operation.name
        ));
    }
    Ok(warnings)
}

fn path(operation: &Operation, input: &Input) -> Result<(), Failure> {
    let known: Vec<_> = operation.path_params.iter().map(|it| it.name).collect();
    if let Some(name) = input
        .path
        .keys()
        .find(|name| !known.contains(&name.as_str()))
    {
        let advice = if known.is_empty() {
            "leave path out".to_owned()
        } else {
            format!("use {}", known.join(", "))
        };
        return Err(Failure::usage(format!(
            "--input: `{name}` is no path parameter of {operation}: {advice}"
        )));
    }
    if let Some(name) = known.iter().find(|name| !input.path.contains_key(**name)) {
        return Err(Failure::usage(format!(
            "--input: path.{name} is missing: add {{\"path\":{{\"{name}\":\"...\"}}}}"
        )));
    }
    Ok(())
}

/// Looks for undeclared names in an object and the objects inside.
fn unknown(declared: &Model, given: &Map<String, Value>, at: &str, warnings: &mut Vec<String>) {
    for (name, value) in given {
        let Some(field) = declared.fields.iter().find(|field| field.wire == name) else {
            let known = declared.fields.iter().map(|field| field.wire);
            let advice = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`? It is sent as it is"),
                None => "it is sent as it is".to_owned(),
            };
            warnings.push(format!("`{at}.{name}` is not known here: {advice}"));
            continue;
        };
        let Some((inner, _)) = object(&field.shape) else {
            continue;
        };
        let at = format!("{at}.{name}");
        match value {
            Value::Object(given) => unknown(&inner, given, &at, warnings),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if let Value::Object(given) = item {
                        unknown(&inner, given, &format!("{at}[{index}]"), warnings);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The declared name that was meant, where one is near enough.
fn nearest(given: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let given = given.to_lowercase();
    known
        .map(|name| {
            let inside = given.len() > 1 && (name.contains(&given) || given.contains(name));
            (distance(&given, name), inside, name)
        })
        .filter(|(distance, inside, name)| *inside || *distance <= (name.len() / 3).max(1))
        // A slip of the finger before a word left out.
        .min_by_key(|(distance, inside, _)| (*distance > 2 && !inside, *distance))
        .map(|(.., name)| name)
}

/// Letters to add, drop or replace between the two (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut before = index + 1;
        let mut next = vec![before];
        for (pair, other) in row.windows(2).zip(&right) {
            let [replace, add] = pair else { continue };
            before = (replace + usize::from(letter != *other))
                .min(add + 1)
                .min(before + 1);
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_letters() {
        for (left, right, expected) in [
            ("", "abc", 3),
            ("page_sizes", "page_size", 1),
            ("auto_validat", "auto_validate", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
            assert_eq!(distance(right, left), expected, "{right} {left}");
        }
    }

    #[test]
    fn names_what_was_meant() {
        let known = ["cursor", "borrower_identifier", "status", "page_size"];
        for (given, meant) in [
            ("page_sizes", Some("page_size")),
            ("pageSize", Some("page_size")),
            ("identifier", Some("borrower_identifier")),
            ("Status", Some("status")),
            ("weather", None),
        ] {
            assert_eq!(nearest(given, known.into_iter()), meant, "{given}");
        }
    }
}
