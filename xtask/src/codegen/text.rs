//! How names and documentation are written, for the faces that agree on it.

use std::fmt::Write as _;

/// `loan_id` as `loanId`.
pub(super) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            out.extend(first.to_uppercase());
            out.push_str(letters.as_str());
        }
    }
    out
}

/// The class of a group's operations; an object may have the group's own name.
pub(super) fn class(group: &str) -> String {
    format!("{}Resource", super::rust::pascal(group))
}

/// Rust's documentation lines, joined to one.
pub(super) fn plain(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A documentation comment between `/**` and `*/`, indented so; each paragraph
/// begins a line.
pub(super) fn starred(text: &str, indent: &str) -> String {
    let lines = filled(&text.replace("*/", "* /"));
    match lines.as_slice() {
        [only] => format!("{indent}/** {only} */\n"),
        many => {
            let mut out = format!("{indent}/**\n");
            for line in many {
                let _ = writeln!(out, "{}", format!("{indent} * {line}").trim_end());
            }
            let _ = writeln!(out, "{indent} */");
            out
        }
    }
}

/// A documentation comment of lines after `///`, indented so.
pub(super) fn slashed(text: &str, indent: &str) -> String {
    let mut out = String::new();
    for line in filled(text) {
        let _ = writeln!(out, "{}", format!("{indent}/// {line}").trim_end());
    }
    out
}

/// Lines of no more than some 84 characters.
fn filled(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.len() + word.len() > 84 {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}
