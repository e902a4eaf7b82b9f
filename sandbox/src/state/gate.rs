//! One request at a time, each written down before it does anything.
//!
//! The simulated world follows from the seed, from the requests in their order
//! and from the times they came at. So this is all that is kept: a request
//! takes its turn, which is recorded with the real time, and the clock stands
//! still meanwhile. A request that waits (for deliveries, say, whose receiver
//! may ask something itself) steps aside, and takes another turn.

use std::collections::HashSet;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use jiff::Timestamp;
use tokio::sync::{OwnedMutexGuard, mpsc};

use super::StateError;
use super::record::{Call, Record, Stop, TurnNo, What};
use super::store::Store;
use crate::clock::Clock;

tokio::task_local! {
    /// The turn this task has.
    static TURN: Arc<Turn>;
}

/// What lets requests in, if they are recorded; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Gate(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    clock: Clock,
    store: Mutex<Store>,
    alone: Arc<tokio::sync::Mutex<()>>,
    last: AtomicU64,
}

impl Gate {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self(Arc::new(Parts {
            clock,
            store: Mutex::new(store),
            alone: Arc::default(),
            last: AtomicU64::new(0),
        }))
    }

    pub(crate) fn read(&self, after: u64) -> Result<Vec<Record>, StateError> {
        self.store().read(after)
    }

    pub(super) fn stops(&self) -> Result<HashSet<(TurnNo, Stop)>, StateError> {
        let (stops, last) = self.store().stops()?;
        self.0.last.store(last, Ordering::Relaxed);
        Ok(stops)
    }

    /// Begins a request's turn when all before it are over; `None` when those
    /// took away what it is for.
    pub(super) async fn begin(
        &self,
        is_there: impl FnOnce() -> bool,
        call: Call,
    ) -> Result<Option<Arc<Turn>>, StateError> {
        let alone = Arc::clone(&self.0.alone).lock_owned().await;
        if !is_there() {
            return Ok(None);
        }
        let no = self.0.last.load(Ordering::Relaxed) + 1;
        let hold = self.enter(alone, What::Begin(no, call))?;
        self.0.last.store(no, Ordering::Relaxed);
        Ok(Some(Arc::new(Turn {
            gate: self.clone(),
            no,
            stops: AtomicU32::new(0),
            hold: Mutex::new(Some(hold)),
            replayed: None,
        })))
    }

    /// A turn of no request: what is recorded is done as long as it is held.
    /// `None` when there turned out to be nothing to record.
    pub(crate) async fn pass(
        &self,
        what: impl FnOnce() -> Option<What>,
    ) -> Result<Option<Hold>, StateError> {
        let alone = Arc::clone(&self.0.alone).lock_owned().await;
        what().map(|what| self.enter(alone, what)).transpose()
    }

    fn enter(&self, alone: OwnedMutexGuard<()>, what: What) -> Result<Hold, StateError> {
        let real = Timestamp::now();
        self.record(real, what)?;
        self.0.clock.pin(Some(real));
        Ok(Hold {
            clock: self.0.clock.clone(),
            _alone: alone,
        })
    }

    pub(crate) fn record(&self, real: Timestamp, what: What) -> Result<(), StateError> {
        let now = self.0.clock.passes().then(|| self.0.clock.at(real));
        self.store().append(Record { real, now, what })
    }

    /// What is appended is appended whole.
    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held by the one whose turn it is. The clock stands still meanwhile.
#[derive(Debug)]
pub(crate) struct Hold {
    clock: Clock,
    _alone: OwnedMutexGuard<()>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.clock.pin(None);
    }
}

/// A request's turn. It is over when the last clone is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    gate: Gate,
    no: TurnNo,
    stops: AtomicU32,
    hold: Mutex<Option<Hold>>,
    replayed: Option<Replayed>,
}

/// How a recorded turn is led through what it did.
#[derive(Debug)]
pub(super) struct Replayed {
    pub(super) stops: Arc<HashSet<(TurnNo, Stop)>>,
    /// Tells that it stepped aside.
    pub(super) left: mpsc::UnboundedSender<()>,
    /// Lets it go on.
    pub(super) go: tokio::sync::Mutex<mpsc::UnboundedReceiver<()>>,
}

impl Turn {
    pub(super) fn replayed(gate: &Gate, no: TurnNo, replayed: Replayed) -> Arc<Self> {
        Arc::new(Self {
            gate: gate.clone(),
            no,
            stops: AtomicU32::new(0),
            hold: Mutex::new(None),
            replayed: Some(replayed),
        })
    }

    fn release(&self) -> Option<Hold> {
        let mut hold = self.hold.lock().unwrap_or_else(PoisonError::into_inner);
        hold.take()
    }

    async fn go_on(&self, stop: Stop) {
        let alone = Arc::clone(&self.gate.0.alone).lock_owned().await;
        // A file that takes no more refuses the next request; this one was
        // let in.
        if let Ok(hold) = self.gate.enter(alone, What::Continue(self.no, stop)) {
            let mut held = self.hold.lock().unwrap_or_else(PoisonError::into_inner);
            *held = Some(hold);
        }
    }
}

/// Records that a request was given up while it was aside.
struct Aside<'a>(&'a Turn, Stop, bool);

impl Drop for Aside<'_> {
    fn drop(&mut self) {
        if !self.2 {
            let what = What::Gone(self.0.no, self.1);
            // It does nothing more, recorded or not.
            let _ = self.0.gate.record(Timestamp::now(), what);
        }
    }
}

/// Whether this task may change anything: it has a turn, or needs none.
pub(crate) fn is_turn(gate: Option<&Gate>) -> bool {
    gate.is_none() || TURN.try_with(|_| ()).is_ok()
}

/// Does something in this turn.
pub(super) async fn within<F: Future>(turn: Arc<Turn>, future: F) -> F::Output {
    TURN.scope(turn, future).await
}

/// Does something as a part of what is recorded: in the turn there is, or as
/// the beginning, before all turns.
pub(crate) async fn in_turn<F: Future>(gate: Option<&Gate>, future: F) -> F::Output {
    let Some(gate) = gate.filter(|_| TURN.try_with(|_| ()).is_err()) else {
        return future.await;
    };
    let (left, _) = mpsc::unbounded_channel();
    let (_, go) = mpsc::unbounded_channel();
    let replayed = Replayed {
        stops: Arc::default(),
        left,
        go: tokio::sync::Mutex::new(go),
    };
    within(Turn::replayed(gate, 0, replayed), future).await
}

/// As `tokio::spawn`, and the turn goes along: it is not over before the task.
pub(crate) fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    match TURN.try_with(Arc::clone) {
        Ok(turn) => tokio::spawn(TURN.scope(turn, future)),
        Err(_) => tokio::spawn(future),
    }
}

/// This request changes nothing more, however long it still takes.
pub(crate) fn finish_turn() {
    let _ = TURN.try_with(|turn| turn.release());
}

/// Waits for something, and lets others go first if it is not there yet.
pub(crate) async fn aside<F: Future>(future: F) -> F::Output {
    let Ok(turn) = TURN.try_with(Arc::clone) else {
        return future.await;
    };
    let stop = turn.stops.fetch_add(1, Ordering::Relaxed);
    let mut future = pin!(future);
    let first = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
    if let Some(replayed) = &turn.replayed {
        if replayed.stops.contains(&(turn.no, stop)) {
            let _ = replayed.left.send(());
            if replayed.go.lock().await.recv().await.is_none() {
                // What follows was not reached.
                std::future::pending::<()>().await;
            }
        }
        return match first {
            Poll::Ready(output) => output,
            Poll::Pending => future.await,
        };
    }
    if let Poll::Ready(output) = first {
        return output;
    }
    let left = turn
        .gate
        .record(Timestamp::now(), What::Leave(turn.no, stop));
    let Some(hold) = turn.release().filter(|_| left.is_ok()) else {
        return future.await;
    };
    drop(hold);
    let mut away = Aside(&turn, stop, false);
    let output = future.await;
    turn.go_on(stop).await;
    away.2 = true;
    output
}
