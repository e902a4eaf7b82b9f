//! What is said of a command line that cannot be read, without a password.

use std::process::ExitCode;

use crate::failure::tell;

/// What stands in an argument's place.
const MASK: &str = "***";

/// Says what is wrong, or the help that was asked for, and gives the exit code. An
/// address in the wrong place is not quoted.
pub(crate) fn refuse(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let given = std::env::args_os().skip(1);
    let given = given.map(|one| one.to_string_lossy().into_owned());
    let said = masked(&text, given);
    if error.use_stderr() && said != text {
        tell(said.trim_end());
    } else {
        // Where nobody reads it there is nobody to tell.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Without the arguments that may hold a password, wherever in it that stands. They are
/// known as they were given: quotes do not tell where one ends that has one in it.
fn masked(text: &str, given: impl IntoIterator<Item = String>) -> String {
    let mut secrets: Vec<String> = given.into_iter().flat_map(quotable).collect();
    // The longer first: another may be a part of it.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.iter().fold(text.to_owned(), |text, secret| {
        text.replace(secret.as_str(), MASK)
    })
}

/// What may be quoted of an argument and is not to be: an address, as a whole, or the
/// part before or after an option's `=`.
fn quotable(argument: String) -> Vec<String> {
    let mut all = Vec::new();
    if let Some((option, value)) = argument.split_once('=')
        && option.starts_with('-')
    {
        all = vec![option.to_owned(), value.to_owned()];
    }
    all.push(argument);
    all.retain(|one| is_address(one));
    all
}

/// Whether it looks like one of a database, in either of its forms.
fn is_address(text: &str) -> bool {
    text.contains("://") || text.to_ascii_lowercase().contains("password=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_not_quoted() {
        for (given, text, said) in [
            (
                &["status", "postgres://a:b@h/d"][..],
                "found 'postgres://a:b@h/d' here",
                "found '***' here",
            ),
            (
                &["postgres://h/d?user=u&password=s"],
                "found 'postgres://h/d?user=u&password=s' here",
                "found '***' here",
            ),
            (
                &["host=h Password='a b'"],
                "'host=h Password='a b'' for '--days <DAYS>'",
                "'***' for '--days <DAYS>'",
            ),
            (
                &["--days=postgres://a:b@h/d"],
                "'postgres://a:b@h/d' for '--days <DAYS>'",
                "'***' for '--days <DAYS>'",
            ),
            (
                &["--postgres://a:b@h/d?c=e"],
                "'--postgres://a:b@h/d?c' found",
                "'***' found",
            ),
            (
                &["-xa://b", "a://b", "a://b:c"],
                "'-xa://b' 'a://b:c' '-- -xa://b'",
                "'***' '***' '-- ***'",
            ),
            (&["loans.db"], "found 'loans.db'", "found 'loans.db'"),
            (
                &["a@b"],
                "https://example.com/ a@b",
                "https://example.com/ a@b",
            ),
        ] {
            let given = given.iter().map(|one| (*one).to_owned());
            assert_eq!(masked(text, given), said);
        }
    }
}
