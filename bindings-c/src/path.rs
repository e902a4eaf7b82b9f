//! JSON pointers (RFC 6901) that also make what is missing on their way.

use serde_json::{Map, Value as Json};

use crate::guard::Fault;

/// The place a pointer names, made where it is missing: an object, or for
/// the steps `0` and `-` a list. `-` is a new item at a list's end.
pub(crate) fn make<'a>(root: &'a mut Json, pointer: &str) -> Result<&'a mut Json, Fault> {
    if pointer.is_empty() {
        return Ok(root);
    }
    let steps = pointer.strip_prefix('/').ok_or(Fault::Absent)?;
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
