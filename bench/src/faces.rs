//! The packages of other languages against what their users would take
//! otherwise. `make bench-faces` sets up what is measured.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::child::Server;
use crate::clients::Clients;
use crate::pairs::{Cost, Medians, alternate, median, rounds, spent};
use crate::report::{Better, Report, Row, megabytes, microseconds};
use crate::worker::Worker;
use crate::{Outcome, requests, runtime, sample};

/// Where `make bench-faces` puts what is measured.
const HOME: &str = "target/bench/faces";
/// Pages after which memory is compared.
const PAGES: u32 = 1000;
/// What importing the Python package may add to the bare interpreter.
const IMPORT: f64 = 0.008;
/// The largest file of a face.
const LARGEST: f64 = 9e6;

/// One comparison of two sides of a language.
struct Pair {
    name: &'static str,
    job: &'static str,
    sides: (&'static str, &'static str),
    against: &'static str,
    calls: u32,
    goal: Goal,
}

/// What of a cost is compared, and what is asked of it.
#[derive(Clone, Copy)]
enum Goal {
    Cpu(f64),
    Throughput(f64),
}

const fn pair(
    name: &'static str,
    job: &'static str,
    sides: (&'static str, &'static str),
    against: &'static str,
    calls: u32,
    goal: Goal,
) -> Pair {
    Pair {
        name,
        job,
        sides,
        against,
        calls,
        goal,
    }
}

const PYTHON: [Pair; 7] = [
    pair(
        "Python: page, 3 fields of each loan, CPU",
        "page-three",
        ("defacto", "httpx"),
        "httpx + pydantic",
        10,
        Goal::Cpu(0.10),
    ),
    pair(
        "Python: page, 3 fields of each loan, CPU",
        "page-three",
        ("defacto", "requests"),
        "requests + pydantic",
        10,
        Goal::Cpu(0.10),
    ),
    pair(
        "Python: page, 3 fields of each loan, CPU",
        "page-three",
        ("defacto-async", "aiohttp"),
        "aiohttp + msgspec",
        10,
        Goal::Cpu(0.30),
    ),
    pair(
        "Python: page, every field, CPU",
        "page-every",
        ("defacto", "httpx"),
        "httpx + pydantic",
        10,
        Goal::Cpu(0.35),
    ),
    pair(
        "Python: GET a loan, CPU",
        "get",
        ("defacto", "httpx"),
        "httpx + pydantic",
        100,
        Goal::Cpu(0.22),
    ),
    pair(
        "Python: 64 POSTs in flight, throughput",
        "flight",
        ("defacto-async", "aiohttp"),
        "aiohttp + msgspec",
        640,
        Goal::Throughput(1.5),
    ),
    pair(
        "Python: 64 threads, throughput",
        "threads",
        ("defacto", "requests"),
        "requests",
        640,
        Goal::Throughput(3.0),
    ),
];

const NODE: [Pair; 6] = [
    pair(
        "Node: page, 3 fields of each loan, CPU",
        "page-three",
        ("defacto", "axios-models"),
        "axios + class-transformer",
        10,
        Goal::Cpu(0.06),
    ),
    pair(
        "Node: page, 3 fields of each loan, CPU",
        "page-three",
        ("defacto", "undici"),
        "undici + JSON.parse",
        10,
        Goal::Cpu(0.30),
    ),
    pair(
        "Node: page, every field, CPU",
        "page-every",
        ("defacto", "undici"),
        "undici + JSON.parse",
        10,
        Goal::Cpu(1.0),
    ),
    pair(
        "Node: GET a loan, CPU",
        "get",
        ("defacto", "axios"),
        "axios",
        200,
        Goal::Cpu(0.25),
    ),
    pair(
        "Node: 64 POSTs in flight, throughput",
        "flight",
        ("defacto", "fetch"),
        "fetch + JSON.parse",
        1280,
        Goal::Throughput(8.0),
    ),
    pair(
        "Node: 64 POSTs in flight, throughput",
        "flight",
        ("defacto", "undici"),
        "undici + JSON.parse",
        1280,
        Goal::Throughput(1.3),
    ),
];

const C: [Pair; 1] = [pair(
    "C: GET a loan, CPU",
    "get",
    ("defacto", "curl"),
    "libcurl, bytes only",
    400,
    Goal::Cpu(1.6),
)];

/// Everything of the faces that is set up.
///
/// # Errors
///
/// When a side fails.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let server = Server::canned(&sample::loan())?;
    let home = Path::new(HOME);
    let python = home.join("python/bin/python");
    let scripts = Path::new("bench/faces");
    if python.exists() {
        let worker = [python.clone(), scripts.join("python/worker.py")];
        compare(report, &server, &worker, &PYTHON)?;
        against_rust(report, &server, &worker)?;
        memory(report, &server, &worker)?;
        start_of_python(report, &server, &python, scripts)?;
    } else {
        report.note("The Python package was not measured: `make bench-faces` sets it up.");
    }
    let node = home.join("node");
    if node.exists() {
        let worker = [PathBuf::from("node"), node.join("worker.js")];
        compare(report, &server, &worker, &NODE)?;
        start_of_node(report, &server, &node)?;
    } else {
        report.note("The Node package was not measured: `make bench-faces` sets it up.");
    }
    let c = home.join("c/worker");
    if c.exists() {
        compare(report, &server, &[c], &C)?;
    } else {
        report.note("The C library was not measured: `make bench-faces` sets it up.");
    }
    sizes(report, home)
}

fn start(worker: &[PathBuf], side: &str, job: &str, server: &Server) -> Outcome<Worker> {
    let (program, script) = worker.split_first().ok_or("no program")?;
    let body = serde_json::to_string(&requests::bare()?)?;
    Worker::start(Command::new(program).args(script).args([
        side,
        job,
        &server.url(),
        sample::ID,
        &body,
    ]))
}

fn compare(
    report: &mut Report,
    server: &Server,
    worker: &[PathBuf],
    pairs: &[Pair],
) -> Outcome<()> {
    for pair in pairs {
        let mut ours = start(worker, pair.sides.0, pair.job, server)?;
        let mut other = start(worker, pair.sides.1, pair.job, server)?;
        // Long enough for a just-in-time compiler to have seen everything.
        for _ in 0..5 {
            ours.run(pair.calls)?;
            other.run(pair.calls)?;
        }
        let measured = alternate(rounds(), || ours.run(pair.calls), || other.run(pair.calls))?;
        let sides = ("defacto", pair.against);
        report.add([match pair.goal {
            Goal::Cpu(goal) => {
                let medians = measured.medians(|cost| cost.cpu);
                let goal = (Better::Lower, goal);
                Row::against(
                    pair.name,
                    medians,
                    goal,
                    sides,
                    measured.rounds(),
                    microseconds,
                )
            }
            Goal::Throughput(goal) => {
                let medians = measured.medians(|cost| 1.0 / cost.wall);
                let goal = (Better::Higher, goal);
                let rate = |rate| format!("{rate:.0}/s");
                Row::against(pair.name, medians, goal, sides, measured.rounds(), rate)
            }
        }])?;
    }
    Ok(())
}

/// A blocking GET against bare reqwest on one thread.
fn against_rust(report: &mut Report, server: &Server, worker: &[PathBuf]) -> Outcome<()> {
    const CALLS: u32 = 200;
    let mut ours = start(worker, "defacto", "get", server)?;
    let (runtime, clients) = (runtime()?, Clients::new(&server.url())?);
    let bare = || {
        spent(CALLS as usize, || {
            runtime.block_on(async {
                for _ in 0..CALLS {
                    clients.bare_get().await?;
                }
                Ok(())
            })
        })
    };
    let pairs = alternate(rounds(), || ours.run(CALLS), bare)?;
    report.add([Row::against(
        "Python: GET a loan, CPU",
        pairs.medians(|cost| cost.cpu),
        (Better::Lower, 1.3),
        ("defacto", "reqwest + serde in Rust"),
        pairs.rounds(),
        microseconds,
    )])
}

fn memory(report: &mut Report, server: &Server, worker: &[PathBuf]) -> Outcome<()> {
    let peak = |side| -> Outcome<f64> {
        let mut worker = start(worker, side, "page-three", server)?;
        worker.run(PAGES)?;
        Ok(worker.peak)
    };
    let mut peaks = [const { Vec::new() }; 2];
    for _ in 0..3 {
        peaks[0].push(peak("defacto")?);
        peaks[1].push(peak("httpx")?);
    }
    let [ours, other] = peaks.map(median);
    report.add([Row::against(
        "Python: memory after 1,000 pages",
        Medians {
            ours,
            bare: other,
            ratio: ours / other,
        },
        (Better::Lower, 0.7),
        ("defacto", "httpx + pydantic"),
        3,
        |bytes| format!("{:.0} MiB", bytes / 1024.0 / 1024.0),
    )])
}

/// How long a process takes, from its start to its end.
fn whole(command: &mut Command) -> Outcome<Cost> {
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).status()?;
    if !status.success() {
        return Err(format!("{command:?} fails").into());
    }
    Ok(Cost {
        cpu: 0.0,
        wall: started.elapsed().as_secs_f64(),
    })
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.1} ms", seconds * 1e3)
}

fn start_of_python(
    report: &mut Report,
    server: &Server,
    python: &Path,
    scripts: &Path,
) -> Outcome<()> {
    let run = |code: &str| whole(Command::new(python).args(["-c", code]));
    let pairs = alternate(rounds(), || run("import defacto_sdk"), || run("pass"))?;
    let medians = pairs.medians(|cost| cost.wall);
    report.add([Row::limit(
        "Python: import, above the bare interpreter",
        "defacto",
        (medians.ours - medians.bare, IMPORT),
        pairs.rounds(),
        milliseconds,
    )])?;
    let script = scripts.join("python/first_call.py");
    let call = |side: &str| {
        whole(
            Command::new(python)
                .arg(&script)
                .args([side, &server.url(), sample::ID]),
        )
    };
    let pairs = alternate(rounds(), || call("defacto"), || call("httpx"))?;
    report.add([Row::against(
        "Python: a process with one call",
        pairs.medians(|cost| cost.wall),
        (Better::Lower, 0.15),
        ("defacto", "httpx + pydantic"),
        pairs.rounds(),
        milliseconds,
    )])
}

fn start_of_node(report: &mut Report, server: &Server, node: &Path) -> Outcome<()> {
    let call = |side: &str| {
        whole(Command::new("node").arg(node.join("first_call.js")).args([
            side,
            &server.url(),
            sample::ID,
        ]))
    };
    let pairs = alternate(rounds(), || call("defacto"), || call("axios"))?;
    report.add([Row::against(
        "Node: a process with one call",
        pairs.medians(|cost| cost.wall),
        (Better::Lower, 0.5),
        ("defacto", "axios"),
        pairs.rounds(),
        milliseconds,
    )])
}

/// What each face weighs, stripped.
fn sizes(report: &mut Report, home: &Path) -> Outcome<()> {
    for (name, file) in [
        ("size of the Python extension", "sizes/python.so"),
        ("size of the Node addon", "sizes/node.so"),
        ("size of the C library", "sizes/c.so"),
    ] {
        let Ok(found) = std::fs::metadata(home.join(file)) else {
            report.note(format!(
                "The {name} was not measured: `make bench-faces` builds it."
            ));
            continue;
        };
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
        let size = found.len() as f64;
        let limit = (size, LARGEST);
        report.add([Row::limit(name, "defacto", limit, 1, megabytes)])?;
    }
    Ok(())
}
