//! Leads a fresh simulator through everything that was recorded.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use super::gate::{self, Gate, Replayed, Turn};
use super::record::{Call, Stop, TurnNo, What};
use super::{StateError, Why};
use crate::accounts::Accounts;
use crate::clock::Clock;

type Stops = Arc<HashSet<(TurnNo, Stop)>>;

/// A request that stepped aside.
struct Waiting {
    task: JoinHandle<Option<Response>>,
    left: mpsc::UnboundedReceiver<()>,
    go: mpsc::UnboundedSender<()>,
}

impl Waiting {
    /// Until it steps aside again or is over.
    async fn rest(&mut self) -> Rest {
        tokio::select! {
            biased;
            Some(()) = self.left.recv() => Rest::Aside,
            _ = &mut self.task => Rest::Over,
        }
    }
}

#[derive(Eq, PartialEq)]
enum Rest {
    Aside,
    Over,
}

/// Does it all again; deliveries are not sent, but have the outcome they had.
/// Gives how many records there were.
pub(crate) async fn replay(accounts: &Accounts, gate: &Gate, clock: &Clock) -> Result<u64, Stuck> {
    let stops: Stops = Arc::new(gate.stops()?);
    let pausing: HashSet<TurnNo> = stops.iter().map(|(no, _)| *no).collect();
    let mut waiting: HashMap<TurnNo, Waiting> = HashMap::new();
    let at = |account| accounts.at(account).ok_or(Stuck::Odd);
    let mut read = 0;
    let mut last = None;
    loop {
        let records = gate.read(read)?;
        if records.is_empty() {
            break;
        }
        read += records.len() as u64;
        for record in records {
            clock.pin(Some(record.real));
            match record.what {
                What::Start => clock.skip(last, record.real),
                What::Tick(account) => at(account)?.0.advance(),
                What::Delivered(account, no, answer) => {
                    let app = &at(account)?.0;
                    let retries = app.settings().webhook_retries;
                    app.deliveries.repeat(no, answer, &retries);
                }
                What::Leave(..) => {}
                What::Begin(no, call) => {
                    let (_, router) = at(call.account)?;
                    let mut it = begin(gate, router, &stops, no, &call)?;
                    if !pausing.contains(&no) {
                        (&mut it.task).await.map_err(|_| Stuck::Odd)?;
                    } else if it.rest().await == Rest::Aside {
                        waiting.insert(no, it);
                    }
                }
                What::Continue(no, _) => {
                    let it = waiting.get_mut(&no).ok_or(Stuck::Odd)?;
                    it.go.send(()).map_err(|_| Stuck::Odd)?;
                    if it.rest().await == Rest::Over {
                        waiting.remove(&no);
                    }
                }
                What::Gone(no, _) => {
                    let it = waiting.remove(&no).ok_or(Stuck::Odd)?;
                    give_up(it.task).await;
                }
            }
            last = Some(record.real);
        }
    }
    // The process ended while these waited.
    for (_, it) in waiting {
        give_up(it.task).await;
    }
    let real = Timestamp::now();
    clock.pin(Some(real));
    clock.skip(last, real);
    gate.record(real, What::Start)?;
    clock.pin(None);
    Ok(read)
}

/// A request in its own task, as the server runs them.
fn begin(
    gate: &Gate,
    router: Router,
    stops: &Stops,
    no: TurnNo,
    call: &Call,
) -> Result<Waiting, Stuck> {
    let request = call.to_request().ok_or(Stuck::Odd)?;
    let (left, is_left) = mpsc::unbounded_channel();
    let (go, may_go) = mpsc::unbounded_channel();
    let replayed = Replayed {
        stops: Arc::clone(stops),
        left,
        go: tokio::sync::Mutex::new(may_go),
    };
    let turn = Turn::replayed(gate, no, replayed);
    let answer = gate::within(turn, async move { router.oneshot(request).await.ok() });
    Ok(Waiting {
        task: tokio::spawn(answer),
        left: is_left,
        go,
    })
}

async fn give_up(task: JoinHandle<Option<Response>>) {
    task.abort();
    let _ = task.await;
}

/// Why it does not go on.
pub(crate) enum Stuck {
    State(StateError),
    /// The records do not fit together.
    Odd,
}

impl Stuck {
    pub(crate) fn of(self, path: &std::path::Path) -> StateError {
        match self {
            Self::State(error) => error,
            Self::Odd => StateError::new(path, Why::Damaged),
        }
    }
}

impl From<StateError> for Stuck {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}
