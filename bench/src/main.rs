//! `make bench`. Without arguments it measures; as `serve KIND CORE` it is one
//! of the servers that it measures against.

use defacto_bench::report::{Report, say};
use defacto_bench::{
    Outcome, allocations, calls, canned, faces, filters, limits, lives, process, sandbox, starts,
    tracking,
};

fn main() -> Outcome<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", kind, core] => {
            process::pin(core.parse()?);
            match kind {
                "canned" => canned::serve(),
                _ => canned::simulate(),
            }
        }
        ref only => measure(only),
    }
}

/// Measures everything, or only the parts named.
fn measure(only: &[&str]) -> Outcome<()> {
    let far = process::far();
    process::pin(process::NEAR);
    if far == process::NEAR {
        say("one core: client and server share it")?;
    }
    let mut report = Report::default();
    type Part = fn(&mut Report) -> Outcome<()>;
    let parts: [(&str, Part); 13] = [
        ("calls", calls::measure),
        ("allocations", allocations::measure),
        ("sandbox", sandbox::measure),
        ("lives", lives::measure),
        ("filters", filters::measure),
        ("starts", starts::measure),
        ("tracking/folds", tracking::folds::measure),
        ("tracking/durable", tracking::durable::measure),
        ("tracking/pass", tracking::pass::measure),
        ("tracking/book", tracking::book::measure),
        ("tracking/shared", tracking::shared::measure),
        ("limits", limits::measure),
        ("faces", faces::measure),
    ];
    for (name, part) in parts {
        let group = name.split('/').next().unwrap_or(name);
        if only.is_empty() || only.contains(&name) || only.contains(&group) {
            say(name)?;
            part(&mut report)?;
        }
    }
    report.finish()
}
