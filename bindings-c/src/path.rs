//! JSON pointers (RFC 6901) that also make what is missing on their way.

use serde_json::{Map, Value as Json};

use crate::guard::Fault;

/// How deep a value may be: as deep as one that is parsed. Values are freed and
/// written level by level on the stack.
const DEEPEST: usize = 127;

/// How many levels of lists and objects a value has.
pub(crate) fn depth(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Json::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The place for a value of this depth that a pointer names, made where it is missing: an object, or for
/// the steps `0` and `-` a list. `-` is a new item at a list's end.
pub(crate) fn make<'a>(
    root: &'a mut Json,
    pointer: &str,
    depth: usize,
) -> Result<&'a mut Json, Fault> {
    if pointer.is_empty() {
        return Ok(root);
    }
    let steps = pointer.strip_prefix('/').ok_or(Fault::Absent)?;
    if steps.split('/').count() + depth > DEEPEST {
        return Err(Fault::Length("pointer"));
    }
    let mut place = root;
    for step in steps.split('/') {
        if place.is_null() {
            *place = match step {
                "0" | "-" => Json::Array(Vec::new()),
                _ => Json::Object(Map::new()),
            };
        }
        place = match place {
            Json::Object(fields) => fields
                .entry(step.replace("~1", "/").replace("~0", "~"))
                .or_insert(Json::Null),
            Json::Array(items) => {
                let index = match step {
                    "-" => items.len(),
                    index => index.parse().map_err(|_| Fault::Absent)?,
                };
                if index == items.len() {
                    items.push(Json::Null);
                }
                items.get_mut(index).ok_or(Fault::Absent)?
            }
            _ => return Err(Fault::WrongType),
        };
    }
    Ok(place)
}
