//! What a step expects, and what it refers to.

use serde_json::{Map, Value};

/// What has been saved so far, by name.
pub type Saved = Map<String, Value>;

/// The value with everything saved put in: `"${name}"` is the value saved under
/// that name, or a part of a text, and `{"$with": [a, b]}` the members of both.
///
/// # Errors
///
/// When nothing is saved under a name, in words.
pub fn fill(value: &Value, saved: &Saved) -> Result<Value, String> {
    let get = |name: &str| {
        saved
            .get(name)
            .ok_or_else(|| format!("nothing is saved as {name}"))
    };
    Ok(match value {
        Value::String(text) => {
            if let Some(name) = text
                .strip_prefix("${")
                .and_then(|rest| rest.strip_suffix('}'))
                && !name.contains('}')
            {
                return get(name).cloned();
            }
            let mut parts = text.split("${");
            let mut filled = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let (name, rest) = part.split_once('}').ok_or("a `${` is left open")?;
                match get(name)? {
                    Value::String(text) => filled.push_str(text),
                    other => filled.push_str(&other.to_string()),
                }
                filled.push_str(rest);
            }
            Value::String(filled)
        }
        Value::Array(items) => items
            .iter()
            .map(|item| fill(item, saved))
            .collect::<Result<_, _>>()?,
        Value::Object(fields) if fields.contains_key("$with") => {
            let mut merged = Map::new();
            for part in fields["$with"].as_array().ok_or("$with is no list")? {
                match fill(part, saved)? {
                    Value::Object(part) => merged.extend(part),
                    _ => return Err("$with joins objects".to_owned()),
                }
            }
            Value::Object(merged)
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| Ok((name.clone(), fill(value, saved)?)))
            .collect::<Result<_, String>>()?,
        other => other.clone(),
    })
}

/// Compares what came with what a case expects: each key is a pointer, or a
/// name that stands for one in what is known about the result.
///
/// # Errors
///
/// The first that does not hold, in words.
pub fn compare(expected: &Value, result: &Value, about: &Value) -> Result<(), String> {
    for (key, expected) in expected.as_object().into_iter().flatten() {
        let found = if key.is_empty() || key.starts_with('/') {
            result.pointer(key)
        } else {
            about.get(key)
        };
        if !holds(expected, found) {
            return Err(format!("{key:?} should be {expected} and is {found:?}"));
        }
    }
    Ok(())
}

fn holds(expected: &Value, found: Option<&Value>) -> bool {
    let found = found.filter(|value| !value.is_null());
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let Some((rule, argument)) = rule(expected) else {
        return match found {
            None => expected.is_null(),
            // 60 is 60.0 here: faces write times in seconds either way.
            Some(Value::Number(number)) if number.is_f64() => number.as_f64() == expected.as_f64(),
            Some(found) => found == expected,
        };
    };
    match (rule, found) {
        ("$absent", found) => found.is_none(),
        (_, None) => false,
        ("$present", _) => true,
        ("$contains", Some(found)) => text(found).contains(&text(argument)),
        ("$lacks", Some(found)) => !text(found).contains(&text(argument)),
        ("$length", Some(Value::Array(items))) => *argument == items.len(),
        ("$length", Some(found)) => *argument == text(found).chars().count(),
        ("$integer", Some(found)) => found.is_number() && text(found) == text(argument),
        ("$decimal", Some(found)) => text(found) == text(argument),
        ("$time", Some(found)) => {
            let instant = |value: &Value| text(value).parse::<jiff::Timestamp>().ok();
            instant(found).is_some() && instant(found) == instant(argument)
        }
        _ => false,
    }
}

/// A rule and its argument: an object of one member that begins with `$`.
fn rule(expected: &Value) -> Option<(&str, &Value)> {
    let fields = expected.as_object()?;
    let (name, argument) = fields.iter().next()?;
    (fields.len() == 1 && name.starts_with('$')).then_some((name.as_str(), argument))
}
