//! Which requests a fault, or a permission, is for.

use std::fmt;

use axum::http::Method;
use defacto_types::{OPERATIONS, Operation};

/// Requests by the operation they are for, or by their path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    /// Operations by name; a star stands for any characters.
    Operations(String),
    /// A path, as it is sent or as the contract writes it, and its method
    /// unless any will do.
    Path {
        method: Option<Method>,
        path: String,
    },
}

impl Target {
    /// What the text of a fault says when it is wrong.
    pub(crate) const SHAPE: &'static str = "must be an operation of the API such as \
        loans.create, a pattern of them such as loans.*, a path such as `POST /loans` or \
        /loans/*, or null";

    /// `None` when no request can ever be meant.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (method, path) = match text.split_once(' ') {
            Some((method, path)) => (Some(method), path),
            None => (None, text),
        };
        if path.starts_with('/') {
            let method = match method {
                Some(name) => {
                    let mut operations = OPERATIONS.iter();
                    operations.find(|operation| operation.method.as_str() == name)?;
                    Some(Method::from_bytes(name.as_bytes()).ok()?)
                }
                None => None,
            };
            let path = path.to_owned();
            return Some(Self::Path { method, path });
        }
        let is_meant = |operation: &&Operation| fits(text, &operation.to_string());
        let is_any = OPERATIONS.iter().any(is_meant);
        is_any.then(|| Self::Operations(text.to_owned()))
    }

    /// Whether it is for a request of this operation with this path.
    pub(crate) fn is_for(&self, operation: &Operation, method: &Method, path: &str) -> bool {
        match self {
            Self::Operations(pattern) => match pattern.split_once('.') {
                // Nothing is written for the usual case, a name in full.
                Some((group, name)) if !pattern.contains('*') => {
                    (group, name) == (operation.group, operation.name)
                }
                _ => fits(pattern, &operation.to_string()),
            },
            Self::Path {
                method: only,
                path: pattern,
            } => {
                only.as_ref().is_none_or(|only| only == method)
                    && (fits(pattern, path) || fits(pattern, operation.path))
            }
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operations(pattern) => f.write_str(pattern),
            Self::Path { method, path } => match method {
                Some(method) => write!(f, "{method} {path}"),
                None => f.write_str(path),
            },
        }
    }
}

/// Whether the text is what the pattern says, with stars for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    // Each part at its first place leaves the most to those after it.
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_any_characters() {
        for (pattern, text, is_fit) in [
            ("loans.create", "loans.create", true),
            ("loans.create", "loans.created", false),
            ("loans.*", "loans.list_events", true),
            ("*.list", "loans.list", true),
            ("*.list", "loans.list_events", false),
            ("*", "", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(fits(pattern, text), is_fit, "{pattern} {text}");
        }
    }

    #[test]
    fn means_requests_by_operation_and_by_path() {
        let get = super::super::find("loans.get").unwrap();
        for (text, is_for) in [
            ("loans.get", true),
            ("loans.*", true),
            ("loans.list", false),
            ("*", true),
            ("GET /loan/*", true),
            ("POST /loan/*", false),
            ("/loan/{loan_id}", true),
            ("/loan/1", true),
            ("/loan/2", false),
        ] {
            let target = Target::parse(text).unwrap();
            assert_eq!(target.to_string(), text);
            let path = get.path.replace("{loan_id}", "1");
            assert_eq!(
                target.is_for(get, &Method::GET, &path),
                is_for,
                "{text} {path}"
            );
        }
        for text in ["", "loans", "loans.no_such", "nothing.*", "BREW /loans"] {
            assert_eq!(Target::parse(text), None, "{text}");
        }
    }
}
