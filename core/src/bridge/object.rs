//! An object as the faces take it: the server's bytes, and where the fields
//! are that most callers look at and nobody needs the rest for.

use std::ops::Range;

use super::missing::Missing;
use super::scan::{Problem, Scan};

/// Where the essential fields' values are.
pub(super) type Head = Vec<(&'static str, Range<usize>)>;

/// Goes through an object that must have these fields; the same objects are
/// refused that their types refuse.
pub(super) fn read(json: &[u8], essential: &'static [&'static str]) -> Result<Head, Problem> {
    let mut scan = Scan::new(json);
    let mut missing = Missing::of(essential);
    let mut head = Head::with_capacity(essential.len());
    scan.open(b'{')?;
    let mut first = true;
    while scan.more(first, b'}')? {
        first = false;
        let name = scan.name()?;
        let at = essential.iter().position(|known| *known == name);
        let is_null = scan.peek()? == b'n';
        let begin = scan.at();
        scan.skip()?;
        if let Some((at, name)) = at.and_then(|at| Some((at, *essential.get(at)?))) {
            if !is_null {
                missing.found(Some(at));
            }
            // Of a field that comes twice the last counts.
            head.retain(|(known, _)| *known != name);
            head.push((name, begin..scan.at()));
        }
    }
    scan.finish()?;
    if missing.any() {
        return Err(Problem::Form("an object without an essential field"));
    }
    Ok(head)
}

/// Where the values of an object's fields are in its JSON, by their names; of
/// a name that comes twice the last counts. `None` where it is no object, or a
/// name cannot be text.
#[must_use]
pub fn fields(json: &[u8]) -> Option<Vec<(String, Range<usize>)>> {
    let mut scan = Scan::new(json);
    let mut fields = Vec::new();
    scan.open(b'{').ok()?;
    while scan.more(fields.is_empty(), b'}').ok()? {
        let name = scan.name().ok()?.into_owned();
        scan.peek().ok()?;
        let begin = scan.at();
        scan.skip().ok()?;
        fields.push((name, begin..scan.at()));
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_where_they_are() {
        let json = r#" {"a": [1, {"b":2}] , "\u00e9":"x","a":null} "#;
        let found = fields(json.as_bytes()).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|(name, place)| (name.as_str(), &json[place.clone()]))
            .collect();
        let expected = [("a", r#"[1, {"b":2}]"#), ("\u{e9}", "\"x\""), ("a", "null")];
        assert_eq!(found, expected);
        assert_eq!(fields(b"{}"), Some(vec![]));
        for none in ["", "[]", r#"{"a":}"#, r#"{"\ud800":1}"#] {
            assert_eq!(fields(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn the_head_is_what_a_parser_reads() {
        for (json, id, status) in [
            (r#"{"a":{"id":1},"status":"s","id":"i"}"#, "\"i\"", "\"s\""),
            (r#" { "id" : 5 , "status" : [ "x" ] } "#, "5", "[ \"x\" ]"),
            (r#"{"i\u0064":1,"id":2,"status":3,"status":4}"#, "2", "4"),
        ] {
            let head = read(json.as_bytes(), &["id", "status"]).unwrap();
            let part = |name| {
                let (_, range) = head.iter().find(|(known, _)| *known == name).unwrap();
                &json[range.clone()]
            };
            assert_eq!((part("id"), part("status")), (id, status), "{json}");
        }
        for json in [
            "",
            "[]",
            "{}",
            r#"{"id":null}"#,
            r#"{"id":1}x"#,
            r#"{"id":}"#,
            r#"{"id":1,}"#,
        ] {
            assert!(read(json.as_bytes(), &["id"]).is_err(), "{json}");
        }
    }
}
