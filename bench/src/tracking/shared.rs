//! Several workers on one book in PostgreSQL.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use defacto::tracking::Tracker;
use defacto::tracking::store::{Intent, IntentState, PostgresOptions, Store};
use defacto::types::Timestamp;
use serde_json::{Value, json};

use super::instant;
use crate::child::Server;
use crate::load::Line;
use crate::loans::{Ground, Wish, control};
use crate::pairs::{Cost, Pairs, rounds};
use crate::report::{Better, Report, Row, say};
use crate::{Outcome, clients, runtime};

/// Loans to be settled in a round: as many for each worker, whatever it claims at a
/// time.
const LOANS: usize = 256;
/// Those that share them.
const WORKERS: usize = 8;
/// What the server takes for an answer, in milliseconds.
const DELAY: u64 = 20;

/// A PostgreSQL of its own; ends with its input.
struct Database {
    script: Child,
    address: String,
}

impl Database {
    fn start() -> Outcome<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../core/tests/store/postgres-server"
        );
        let mut script = Command::new(script)
            .args([&port.to_string(), "bench"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = script.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        if !line.starts_with("ready") {
            return Err("PostgreSQL does not start".into());
        }
        let address = format!("postgres://tester:bench@127.0.0.1:{port}/postgres?sslmode=disable");
        Ok(Self { script, address })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

/// Measures it.
///
/// # Errors
///
/// When the disk or a server refuses something.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let database = match Database::start() {
        Ok(database) => database,
        Err(error) => {
            say(&format!("  no workers that share a book: {error}"))?;
            report.note("workers that share a book: no PostgreSQL");
            return Ok(());
        }
    };
    let runtime = runtime()?;
    let sandbox = Server::sandbox()?;
    let ground = runtime.block_on(async {
        let mut line = Line::open(sandbox.address).await?;
        let ground = Ground::lay(&mut line, 1).await?;
        let slow = json!({"delay_ms": DELAY, "times": null});
        control(&mut line, "POST", "/faults", slow).await?;
        Outcome::Ok(ground)
    })?;
    // Of one length, so that none is found by a part of its number.
    let mut number = 1_000_000;
    let mut pairs = Pairs::default();
    for round in 0..=rounds() {
        let mut side = |workers: usize| -> Outcome<Cost> {
            let schema = format!("book_{number}");
            let from = number;
            number += LOANS;
            let bodies = (from..number).map(|number| body(&ground, number));
            let bodies = bodies.collect::<Outcome<Vec<_>>>()?;
            let url = sandbox.url();
            let settled = settle(&database.address, &schema, &url, workers, bodies);
            runtime.block_on(settled)
        };
        let (many, one) = if round % 2 == 0 {
            let many = side(WORKERS)?;
            (many, side(1)?)
        } else {
            let one = side(1)?;
            (side(WORKERS)?, one)
        };
        // The first does not count.
        if round > 0 {
            pairs.ours.push(many);
            pairs.bare.push(one);
        }
    }
    report.add([Row::against(
        "tracker: loans settled by 8 workers on one PostgreSQL, answers after 20 ms",
        pairs.medians(|cost| 1.0 / cost.wall),
        (Better::Higher, 5.0),
        ("8 workers", "1 worker"),
        pairs.rounds(),
        |rate| format!("{rate:.0}/s"),
    )])
}

/// The body of a request for a loan.
fn body(ground: &Ground, number: usize) -> Outcome<Value> {
    let request = ground.post(number, Wish::default());
    let request = String::from_utf8(request)?;
    let (_, body) = request.split_once("\r\n\r\n").ok_or("no body")?;
    Ok(serde_json::from_str(body)?)
}

/// Loans that were asked for by a process that is gone, settled by so many
/// workers, each with a connection of its own; seconds a loan.
async fn settle(
    address: &str,
    schema: &str,
    url: &str,
    workers: usize,
    bodies: Vec<Value>,
) -> Outcome<Cost> {
    let options = PostgresOptions::new().schema(schema);
    let first = options.open(address).await?;
    let count = bodies.len();
    let long_ago = instant(1_700_000_000_000_000)?;
    for body in bodies {
        first.begin(intent(body, long_ago)).await?;
    }
    let mut trackers = Vec::new();
    for _ in 0..workers {
        let store = options.open(address).await?;
        let tracker = Tracker::new(clients::ours(url)?, store);
        // Its connection is made before time is taken.
        tracker.client().hello().await?;
        trackers.push(tracker);
    }
    let trackers = Arc::new(trackers);
    let started = Instant::now();
    let mut tasks = Vec::new();
    for at in 0..workers {
        let trackers = trackers.clone();
        tasks.push(tokio::spawn(async move {
            let mut done = 0;
            loop {
                let settled = trackers[at].settle().await?;
                if settled.done == 0 {
                    return Ok::<_, defacto::Error>(done);
                }
                done += settled.done;
            }
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await??;
    }
    let wall = started.elapsed().as_secs_f64();
    let listed = first.intents(IntentState::Done, 2 * count).await?.len();
    // Each by one worker, once.
    if done != count || listed != count {
        return Err(format!("{done} of {count} were settled, {listed} are").into());
    }
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let wall = wall / count as f64;
    Ok(Cost { cpu: 0.0, wall })
}

fn intent(body: Value, at: Timestamp) -> Intent {
    let salt = body["salt_id"].as_str().unwrap_or_default().to_owned();
    Intent {
        id: salt.clone(),
        operation: "loans.create".to_owned(),
        params: Vec::new(),
        body: Some(body),
        body_hash: salt.clone(),
        salt: Some(salt),
        actor: None,
        made_at: at,
        state: IntentState::Open,
        holder: "gone".to_owned(),
        held_until: at,
        attempts: 1,
        obstacle: None,
        outcome: None,
    }
}
