//! What waits and in which order, what was done, and what comes of an answer.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::lever::Effect;
use super::levers::Levers;
use super::record::{Attempt, Delivery, State};
use crate::policy::{self, Pauses};
use crate::world::table::No;
use crate::world::webhook::{Entity, Sealed};

/// What is kept in order: the next waits for the one before.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Lane {
    Of(Entity),
    /// Put out of order by a lever: a batch of its own.
    Shuffled(u64),
    /// It waits for nothing.
    Alone(u64),
}

/// A request to be sent now.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) generation: u64,
    pub(super) no: u64,
    pub(super) to_url: Box<str>,
    pub(super) body: Arc<str>,
    pub(super) timeout: Duration,
}

/// What came of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<String>,
    pub(crate) body: String,
    pub(crate) took_ms: u64,
}

/// How many deliveries ended in which way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) attempts: u64,
    pub(crate) delivered: u64,
    pub(crate) failed: u64,
    pub(crate) dropped: u64,
    /// Those still to be sent, or sent again.
    pub(crate) pending: u64,
    /// Those there was no room for.
    pub(crate) lost: u64,
}

/// The way to one subscription.
#[derive(Clone, Debug, Default)]
struct Route {
    lanes: BTreeMap<Lane, VecDeque<u64>>,
    /// The first of each lane, unless it is under way.
    heads: BTreeSet<(Timestamp, u64)>,
    is_under_way: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Queue {
    /// How often it was cleared: what was sent before is not of it.
    generation: u64,
    last: u64,
    log: BTreeMap<u64, Delivery>,
    /// Those that are over, the oldest first.
    over: VecDeque<u64>,
    routes: BTreeMap<No, Route>,
    pub(super) levers: Levers,
    counts: Counts,
}

impl Queue {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            generation: 0,
            last: 0,
            log: BTreeMap::new(),
            over: VecDeque::new(),
            routes: BTreeMap::new(),
            levers: Levers::new(seed),
            counts: Counts::default(),
        }
    }

    pub(super) fn clear(&mut self, seed: u64) {
        *self = Self {
            generation: self.generation + 1,
            ..Self::new(seed)
        };
    }

    pub(super) fn load(&mut self, saved: &Self) {
        *self = Self {
            generation: self.generation + 1,
            ..saved.clone()
        };
        for route in self.routes.values_mut() {
            route.is_under_way = false;
            let first = route.lanes.values().filter_map(|lane| lane.front());
            let heads = first.filter_map(|no| Some((self.log.get(no)?.due, *no)));
            route.heads = heads.collect();
        }
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            pending: self.waiting() as u64,
            ..self.counts
        }
    }

    /// How many deliveries are not over.
    pub(super) fn waiting(&self) -> usize {
        self.log.len() - self.over.len()
    }

    /// The deliveries kept, the oldest first.
    pub(super) fn log(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.log.values()
    }

    pub(super) fn find(&self, no: u64) -> Option<&Delivery> {
        self.log.get(&no)
    }

    pub(super) fn take_in(&mut self, sealed: Sealed) {
        let effect = self
            .levers
            .take(sealed.notice.event_type.as_str(), &sealed.webhook_id);
        let body: Arc<str> = if effect.corrupt {
            corrupted(&sealed.body).into()
        } else {
            sealed.body.into()
        };
        let notice = sealed.notice;
        for _ in 0..effect.copies {
            let Some(no) = self.draw_no() else {
                return;
            };
            let due = notice.at.checked_add(effect.delay).unwrap_or(notice.at);
            let delivery = Delivery {
                no,
                subscription: notice.subscription,
                // What comes late holds nothing up.
                lane: if due > notice.at {
                    Lane::Alone(no)
                } else {
                    Lane::Of(notice.entity)
                },
                webhook_id: sealed.webhook_id.clone(),
                to_url: sealed.to_url.clone(),
                event_type: notice.event_type.to_string(),
                entity_id: sealed.entity_id.clone(),
                happened_at: notice.at,
                body: Arc::clone(&body),
                due,
                state: State::Pending,
                attempts: Vec::new(),
                levers: effect.names.clone(),
                redelivery_of: None,
            };
            self.put(delivery, &effect);
        }
    }

    fn put(&mut self, delivery: Delivery, effect: &Effect) {
        let no = delivery.no;
        self.log.insert(no, delivery);
        if effect.drop {
            self.end(no, State::Dropped);
        } else if let Some(lever) = effect.reorder {
            let batch = self.levers.hold(lever, no);
            self.release(batch);
        } else {
            self.enqueue(no);
        }
    }

    /// The number of one more delivery, if there is room for it.
    fn draw_no(&mut self) -> Option<u64> {
        if self.waiting() >= policy::LARGEST_OUTBOX {
            self.counts.lost += 1;
            return None;
        }
        self.last += 1;
        Some(self.last)
    }

    /// Sends a batch that was held back, in its own order.
    fn release(&mut self, batch: Vec<u64>) {
        let Some(first) = batch.first().copied() else {
            return;
        };
        for no in batch {
            if let Some(delivery) = self.log.get_mut(&no) {
                delivery.lane = Lane::Shuffled(first);
                self.enqueue(no);
            }
        }
    }

    /// Sends what a lever holds back for more to come.
    pub(super) fn flush(&mut self) {
        for batch in self.levers.release() {
            self.release(batch);
        }
    }

    fn enqueue(&mut self, no: u64) {
        let Some(delivery) = self.log.get(&no) else {
            return;
        };
        let route = self.routes.entry(delivery.subscription).or_default();
        let lane = route.lanes.entry(delivery.lane).or_default();
        lane.push_back(no);
        if lane.len() == 1 {
            route.heads.insert((delivery.due, no));
        }
    }

    /// Sends one once more, whatever became of it.
    pub(super) fn redeliver(&mut self, of: u64, now: Timestamp) -> Option<&Delivery> {
        let copied = self.log.get(&of)?.clone();
        let no = self.draw_no()?;
        self.log.insert(
            no,
            Delivery {
                no,
                lane: Lane::Alone(no),
                due: now,
                state: State::Pending,
                attempts: Vec::new(),
                levers: Vec::new(),
                redelivery_of: Some(of),
                ..copied
            },
        );
        self.enqueue(no);
        self.log.get(&no)
    }

    /// The next request to be sent by now, if one may be.
    pub(super) fn start(&mut self, now: Timestamp) -> Option<Job> {
        for route in self.routes.values_mut() {
            let head = route.heads.first().copied();
            if let Some((due, no)) = head
                && due <= now
                && !route.is_under_way
                && let Some(delivery) = self.log.get(&no)
            {
                route.heads.pop_first();
                route.is_under_way = true;
                return Some(Job {
                    generation: self.generation,
                    no,
                    to_url: delivery.to_url.clone(),
                    body: Arc::clone(&delivery.body),
                    timeout: self.levers.timeout,
                });
            }
        }
        None
    }

    /// One that was under way once is again, whenever it is due.
    pub(super) fn take_out(&mut self, no: u64) -> Option<Job> {
        let delivery = self.log.get(&no)?;
        if let Some(route) = self.routes.get_mut(&delivery.subscription) {
            route.heads.remove(&(delivery.due, no));
        }
        Some(Job {
            generation: self.generation,
            no,
            to_url: delivery.to_url.clone(),
            body: Arc::clone(&delivery.body),
            timeout: self.levers.timeout,
        })
    }

    /// Whether something is under way or due by now.
    pub(super) fn is_busy(&self, now: Timestamp) -> bool {
        self.routes.values().any(|route| {
            route.is_under_way || route.heads.first().is_some_and(|(due, _)| *due <= now)
        })
    }

    /// When the next request is to be sent that waits for no answer.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let free = self.routes.values().filter(|route| !route.is_under_way);
        free.filter_map(|route| route.heads.first().map(|(due, _)| *due))
            .min()
    }

    pub(super) fn finish(&mut self, job: &Job, answer: Answer, retries: &Pauses) {
        if job.generation != self.generation {
            return;
        }
        let Some(delivery) = self.log.get_mut(&job.no) else {
            return;
        };
        let is_taken = answer.status.is_some_and(|status| status / 100 == 2);
        delivery.attempts.push(Attempt {
            at: delivery.due,
            status: answer.status,
            error: answer.error,
            answer: answer.body,
            took_ms: answer.took_ms,
        });
        self.counts.attempts += 1;
        let pause = retries.after(delivery.attempts.len());
        let subscription = delivery.subscription;
        let again = pause.and_then(|pause| delivery.due.checked_add(pause).ok());
        let is_over = match (is_taken, again) {
            // Its subscription was deleted meanwhile.
            _ if delivery.state != State::Pending => None,
            (true, _) => Some(State::Delivered),
            (false, Some(again)) => {
                delivery.due = again;
                None
            }
            (false, None) => Some(State::Failed),
        };
        let (due, is_pending) = (delivery.due, delivery.state == State::Pending);
        if let Some(route) = self.routes.get_mut(&subscription) {
            route.is_under_way = false;
            if is_over.is_none() && is_pending {
                route.heads.insert((due, job.no));
            }
        }
        if let Some(state) = is_over {
            self.leave_lane(job.no);
            self.end(job.no, state);
        }
    }

    /// The next of its lane follows, no sooner than now.
    fn leave_lane(&mut self, no: u64) {
        let Some(delivery) = self.log.get(&no) else {
            return;
        };
        let (lane, due) = (delivery.lane, delivery.due);
        let Some(route) = self.routes.get_mut(&delivery.subscription) else {
            return;
        };
        let Some(waiting) = route.lanes.get_mut(&lane) else {
            return;
        };
        waiting.pop_front();
        let Some(next) = waiting.front().copied() else {
            route.lanes.remove(&lane);
            return;
        };
        if let Some(delivery) = self.log.get_mut(&next) {
            delivery.due = delivery.due.max(due);
            route.heads.insert((delivery.due, next));
        }
    }

    fn end(&mut self, no: u64, state: State) {
        let Some(delivery) = self.log.get_mut(&no) else {
            return;
        };
        delivery.state = state;
        match state {
            State::Delivered => self.counts.delivered += 1,
            State::Failed => self.counts.failed += 1,
            State::Dropped => self.counts.dropped += 1,
            State::Pending | State::Canceled => {}
        }
        self.over.push_back(no);
        if self.over.len() > policy::LARGEST_DELIVERY_LOG
            && let Some(oldest) = self.over.pop_front()
        {
            self.log.remove(&oldest);
        }
    }

    pub(super) fn cancel(&mut self, subscription: No) {
        let of = |delivery: &&Delivery| {
            delivery.subscription == subscription && delivery.state == State::Pending
        };
        let pending: Vec<_> = self.log.values().filter(of).map(|it| it.no).collect();
        // One that is under way ends by itself, and finds no route.
        self.routes.remove(&subscription);
        self.levers.forget(&pending);
        for no in pending {
            self.end(no, State::Canceled);
        }
    }

    pub(super) fn readdress(&mut self, subscription: No, to_url: &str) {
        for delivery in self.log.values_mut() {
            if delivery.subscription == subscription && delivery.state == State::Pending {
                delivery.to_url = to_url.into();
            }
        }
    }
}

/// What is left of a body that was cut on its way: no JSON any more.
fn corrupted(body: &str) -> &str {
    let mut half = body.len() / 2;
    while !body.is_char_boundary(half) {
        half -= 1;
    }
    body.get(..half).unwrap_or_default()
}
