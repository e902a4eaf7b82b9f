//! What is said of a command line that cannot be read, without a password.

use std::process::ExitCode;

use crate::failure::tell;

/// Says what is wrong, or the help that was asked for, and gives the exit code. An
/// address in the wrong place is quoted without who it is for.
pub(crate) fn refuse(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if error.use_stderr() && text.contains("://") {
        tell(masked(&text).trim_end());
    } else {
        // Where nobody reads it there is nobody to tell.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// What stands between `://` and the last `@` of a word is left out.
fn masked(text: &str) -> String {
    let word = |part: &str| {
        let begin = part.find("://").map(|at| at + 3);
        match (begin, part.rfind('@')) {
            (Some(begin), Some(end)) if begin <= end => {
                format!("{}***{}", &part[..begin], &part[end..])
            }
            _ => part.to_owned(),
        }
    };
    let words = text.split_inclusive(char::is_whitespace);
    words.map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_quoted_without_who_it_is_for() {
        for (text, said) in [
            (
                "found 'postgres://a:b@h/d' here",
                "found 'postgres://***@h/d' here",
            ),
            ("postgres://a:b@c/d@h/d\n x@y", "postgres://***@h/d\n x@y"),
            ("https://example.com/ a@b", "https://example.com/ a@b"),
        ] {
            assert_eq!(masked(text), said);
        }
    }
}
