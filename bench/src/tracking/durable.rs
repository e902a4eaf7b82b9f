//! What it costs to make notifications and intents durable.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use defacto::tracking::store::{Batch, Intent, IntentState, Outcome as Settled, Sqlite, Store};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::{Folder, instant};
use crate::pairs::{Cost, alternate, rounds};
use crate::report::{Better, Report, Row};
use crate::{Outcome, runtime, sample};

/// Notifications that come at once.
const AT_ONCE: usize = 64;
/// How often that many come in a round.
const BURSTS: usize = 4;
/// Intents of a round, and what is appended twice for each.
const INTENTS: usize = 32;

/// Measures it.
///
/// # Errors
///
/// When the disk or a server refuses something.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let folder = &Folder::new()?;
    let runtime = runtime()?;
    let store = Arc::new(Sqlite::open(folder.0.join("loans.db"))?);
    bursts(report, &runtime, &store, folder)?;
    intents(report, &runtime, &store, folder)
}

/// Appends a notification's size and syncs, as often.
fn appends(folder: &Path, times: usize, bytes: &[u8]) -> Outcome<Cost> {
    let mut file = File::create(folder.join("appends"))?;
    let started = Instant::now();
    for _ in 0..times {
        file.write_all(bytes)?;
        file.sync_data()?;
    }
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let wall = started.elapsed().as_secs_f64() / times as f64;
    Ok(Cost { cpu: 0.0, wall })
}

fn bursts(
    report: &mut Report,
    runtime: &Runtime,
    store: &Arc<Sqlite>,
    folder: &Folder,
) -> Outcome<()> {
    let body = sample::loan().into_bytes();
    let now = instant(1_700_000_000_000_000)?;
    let mut waits: Vec<f64> = Vec::new();
    let pairs = alternate(
        rounds(),
        || {
            runtime.block_on(async {
                let started = Instant::now();
                for _ in 0..BURSTS {
                    let burst: Vec<_> = (0..AT_ONCE)
                        .map(|_| {
                            let (store, body) = (store.clone(), body.clone());
                            tokio::spawn(async move {
                                let asked = Instant::now();
                                store.receive(body, now).await?;
                                Ok::<_, defacto::Error>(asked.elapsed().as_secs_f64())
                            })
                        })
                        .collect();
                    for one in burst {
                        waits.push(one.await??);
                    }
                }
                #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
                let calls = (BURSTS * AT_ONCE) as f64;
                Ok(Cost {
                    cpu: 0.0,
                    wall: started.elapsed().as_secs_f64() / calls,
                })
            })
        },
        || appends(&folder.0, AT_ONCE, &body),
    )?;
    let show = |rate: f64| format!("{rate:.0}/s");
    let rate = pairs.medians(|cost| 1.0 / cost.wall);
    waits.sort_by(f64::total_cmp);
    let p99 = waits
        .get(waits.len() * 99 / 100)
        .copied()
        .unwrap_or(f64::NAN);
    report.add([
        Row::against(
            "tracker: notifications stored, 64 at once",
            rate,
            (Better::Higher, 5.0),
            ("SQLite, durable", "appends with fdatasync"),
            pairs.rounds(),
            show,
        ),
        Row::limit(
            "tracker: a notification stored, 64 at once, p99",
            "SQLite, durable",
            (p99, 20.0 / rate.bare),
            pairs.rounds(),
            |seconds| format!("{:.2} ms", seconds * 1e3),
        ),
    ])
}

fn intents(
    report: &mut Report,
    runtime: &Runtime,
    store: &Arc<Sqlite>,
    folder: &Folder,
) -> Outcome<()> {
    let body: Value = serde_json::from_str(&sample::loan())?;
    let now = instant(1_700_000_000_000_000)?;
    let bytes = body.to_string().into_bytes();
    let mut made = 0;
    let pairs = alternate(
        rounds(),
        || {
            runtime.block_on(async {
                let started = Instant::now();
                for _ in 0..INTENTS {
                    made += 1;
                    let id = format!("intent-{made}");
                    let intent = Intent {
                        id: id.clone(),
                        operation: "loans.create".to_owned(),
                        params: Vec::new(),
                        body: Some(body.clone()),
                        body_hash: id.clone(),
                        salt: Some(id.clone()),
                        actor: None,
                        made_at: now,
                        state: IntentState::Open,
                        holder: "bench".to_owned(),
                        held_until: now,
                        attempts: 1,
                        obstacle: None,
                        outcome: None,
                    };
                    store.begin(intent).await?;
                    let outcome = Settled {
                        state: IntentState::Done,
                        subject: Some(id.clone()),
                        reason: None,
                    };
                    let batch = Batch {
                        settled: Some((id, outcome)),
                        ..Batch::default()
                    };
                    store.commit(batch, now).await?;
                }
                #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
                let wall = started.elapsed().as_secs_f64() / INTENTS as f64;
                Ok(Cost { cpu: 0.0, wall })
            })
        },
        || {
            let one = appends(&folder.0, 2 * INTENTS, &bytes)?;
            Ok(Cost {
                wall: 2.0 * one.wall,
                ..one
            })
        },
    )?;
    report.add([Row::against(
        "tracker: an intent and its outcome, one after the other",
        pairs.medians(|cost| 1.0 / cost.wall),
        (Better::Higher, 0.75),
        ("SQLite, durable", "two appends with fdatasync"),
        pairs.rounds(),
        |rate| format!("{rate:.0}/s"),
    )])
}
