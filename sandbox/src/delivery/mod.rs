//! Notifications on their way: what waits, what was sent and what came back.
//!
//! A subscription has one request under way at a time, and an entity's notices
//! are in order: the next waits until the one before has arrived or was given
//! up. Times are the simulator's; nothing here knows the world.

mod courier;
mod lever;
mod levers;
mod queue;
mod record;
mod routes;

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

pub(crate) use courier::run;
pub(crate) use queue::{Answer, Counts, Queue};
pub(crate) use routes::{routes, states};

use crate::policy::Pauses;
use crate::world::table::No;
use crate::world::webhook::Sealed;
use queue::Job;

/// All deliveries of one simulator.
#[derive(Debug)]
pub(crate) struct Deliveries {
    queue: Mutex<Queue>,
    /// For the courier: there may be something to do.
    changed: Notify,
    /// For those who wait until all is done.
    progress: Notify,
    /// What was is done again: nothing is sent, and nothing waited for.
    replaying: AtomicBool,
}

impl Deliveries {
    /// None, with what a lever draws drawn from this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            queue: Mutex::new(Queue::new(seed)),
            changed: Notify::new(),
            progress: Notify::new(),
            replaying: AtomicBool::new(false),
        }
    }

    /// Takes notices in, to be delivered in this order.
    pub(crate) fn take_in(&self, notices: VecDeque<Sealed>) {
        if notices.is_empty() {
            return;
        }
        let mut queue = self.queue();
        for notice in notices {
            queue.take_in(notice);
        }
        drop(queue);
        self.changed.notify_one();
    }

    /// Forgets everything; what is under way is given up.
    pub(crate) fn clear(&self, seed: u64) {
        self.queue().clear(seed);
        self.wake();
    }

    /// A subscription is gone: nothing more is sent to it.
    pub(crate) fn cancel(&self, subscription: No) {
        self.queue().cancel(subscription);
        self.wake();
    }

    /// A subscription has another address, for what still waits too.
    pub(crate) fn readdress(&self, subscription: No, to_url: &str) {
        self.queue().readdress(subscription, to_url);
    }

    /// The clock was moved, or there is more to do.
    pub(crate) fn wake(&self) {
        self.changed.notify_one();
        self.progress.notify_waiters();
    }

    /// How many deliveries ended in which way so far.
    pub(crate) fn counts(&self) -> Counts {
        self.queue().counts()
    }

    /// Waits until nothing is left that is due by then.
    pub(crate) async fn settle(&self, now: Timestamp) {
        self.queue().flush();
        self.changed.notify_one();
        self.wait(|queue| !queue.is_busy(now)).await;
    }

    /// Waits until there is room for more.
    pub(crate) async fn make_room(&self, now: Timestamp, most: usize) {
        self.wait(|queue| queue.waiting() <= most || !queue.is_busy(now))
            .await;
    }

    async fn wait(&self, is_done: impl Fn(&Queue) -> bool) {
        loop {
            let mut progress = pin!(self.progress.notified());
            // From here on no progress is missed.
            progress.as_mut().enable();
            if self.replaying.load(Ordering::Acquire) || is_done(&self.queue()) {
                return;
            }
            progress.await;
        }
    }

    /// Whether what was is done again.
    pub(crate) fn set_replaying(&self, replaying: bool) {
        self.replaying.store(replaying, Ordering::Release);
        self.wake();
    }

    /// A delivery was tried before, and had this outcome.
    pub(crate) fn repeat(&self, no: u64, answer: Answer, retries: &Pauses) {
        let mut queue = self.queue();
        if let Some(job) = queue.take_out(no) {
            queue.finish(&job, answer, retries);
        }
    }

    /// What there is, to come back to. What is under way counts as not sent.
    pub(crate) fn save(&self) -> Queue {
        self.queue().clone()
    }

    /// As it was when this was saved; what is under way is given up.
    pub(crate) fn load(&self, saved: &Queue) {
        self.queue().load(saved);
        self.wake();
    }

    /// Whether this was sent since the queue was last cleared.
    fn is_of_now(&self, job: &Job) -> bool {
        self.queue().generation() == job.generation
    }

    fn start(&self, now: Timestamp) -> Option<Job> {
        self.queue().start(now)
    }

    fn finish(&self, job: &Job, answer: Answer, retries: &Pauses) {
        self.queue().finish(job, answer, retries);
        self.progress.notify_waiters();
    }

    /// A poisoned lock guards a queue that at worst lost one delivery.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
