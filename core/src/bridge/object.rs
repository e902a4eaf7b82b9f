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
    let mut fields = Vec::new();
    each_field(json, |name, place| fields.push((name.to_owned(), place)))?;
    Some(fields)
}

/// As [`fields`], one after the other; what was found before a `None` is right.
#[must_use]
pub fn each_field(json: &[u8], mut found: impl FnMut(&str, Range<usize>)) -> Option<()> {
    let mut scan = Scan::new(json);
    let mut first = true;
    scan.open(b'{').ok()?;
    while scan.more(first, b'}').ok()? {
        first = false;
        let name = scan.name().ok()?;
        scan.peek().ok()?;
        let begin = scan.at();
        scan.skip().ok()?;
        found(&name, begin..scan.at());
    }
    Some(())
}

/// Where the items of a list are in its JSON. `None` where it is no list.
#[must_use]
pub fn items(json: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut scan = Scan::new(json);
    let mut items = Vec::new();
    scan.open(b'[').ok()?;
    while scan.more(items.is_empty(), b']').ok()? {
        scan.peek().ok()?;
        let begin = scan.at();
        scan.skip().ok()?;
        items.push(begin..scan.at());
    }
    Some(items)
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
        assert_eq!(
            items(b" [ 1, {\"a\":[2]} ,null]"),
            Some(vec![3..4, 6..15, 17..21])
        );
        assert_eq!(items(b"[]"), Some(vec![]));
        assert_eq!((items(b"{}"), items(b"[1")), (None, None));
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
