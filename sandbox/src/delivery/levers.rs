//! The levers on deliveries that are set.

use std::time::Duration;

use jiff::SignedDuration;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::lever::{Action, Effect, Lever};
use crate::fields::Fields;
use crate::policy;
use crate::problem::Problem;

#[derive(Debug)]
pub(super) struct Levers {
    all: Vec<Lever>,
    /// How long an answer is really waited for.
    pub(super) timeout: Duration,
    seed: u64,
    rng: ChaCha8Rng,
}

impl Levers {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            all: Vec::new(),
            timeout: policy::DELIVERY_TIMEOUT,
            seed,
            rng: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    /// The levers of a request, and how long to wait, as given.
    pub(super) fn read(body: &[u8]) -> Result<(Vec<Lever>, Option<Duration>), Problem> {
        let mut fields = Fields::of(body)?;
        let timeout = fields.take("timeout_ms", "must be from 1 to 60000", |value| {
            let ms = value.as_u64().filter(|ms| (1..=60_000).contains(ms))?;
            Some(Duration::from_millis(ms))
        });
        let listed = fields.take("levers", "must be a list", |value| {
            value.as_array().cloned()
        });
        let mut levers = Vec::new();
        for (index, item) in listed.into_iter().flatten().enumerate() {
            let mut part = Fields::of_part(&item);
            let lever = Lever::read(&mut part);
            fields.take_wrong(&format!("levers[{index}]."), part);
            levers.extend(lever);
        }
        fields.finish()?;
        Ok((levers, timeout))
    }

    /// Replaces them. What the old ones held back is to be released first.
    pub(super) fn set(&mut self, levers: Vec<Lever>, timeout: Option<Duration>) {
        self.all = levers;
        self.timeout = timeout.unwrap_or(policy::DELIVERY_TIMEOUT);
    }

    pub(super) fn to_json(&self) -> Value {
        let levers: Vec<_> = self.all.iter().map(Lever::to_json).collect();
        let timeout = u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX);
        json!({ "levers": levers, "timeout_ms": timeout })
    }

    /// What they do to a notice. A lever that is spent stays, with no times
    /// left, so that one can see that it acted.
    pub(super) fn take(&mut self, event_type: &str, webhook_id: &str) -> Effect {
        let mut effect = Effect {
            drop: false,
            corrupt: false,
            copies: 1,
            delay: SignedDuration::ZERO,
            reorder: None,
            names: Vec::new(),
        };
        for (index, lever) in self.all.iter_mut().enumerate() {
            if !lever.takes(event_type, webhook_id) {
                continue;
            }
            effect.names.push(lever.action.as_str());
            match &lever.action {
                Action::Drop => effect.drop = true,
                Action::Corrupt => effect.corrupt = true,
                Action::Duplicate(copies) => effect.copies = *copies,
                Action::Delay(delay) => effect.delay = *delay,
                Action::Reorder { .. } => effect.reorder = Some(index),
            }
        }
        effect
    }

    /// Holds a delivery back; gives the batch once it is full, or the lever
    /// has had its last.
    pub(super) fn hold(&mut self, lever: usize, no: u64) -> Vec<u64> {
        let Some(lever) = self.all.get_mut(lever) else {
            return vec![no];
        };
        let Action::Reorder { window, held } = &mut lever.action else {
            return vec![no];
        };
        held.push(no);
        if held.len() < *window {
            return Vec::new();
        }
        shuffled(&mut self.rng, std::mem::take(held))
    }

    /// All that is held back.
    pub(super) fn release(&mut self) -> Vec<Vec<u64>> {
        let mut batches = Vec::new();
        for lever in &mut self.all {
            if let Action::Reorder { held, .. } = &mut lever.action
                && !held.is_empty()
            {
                batches.push(shuffled(&mut self.rng, std::mem::take(held)));
            }
        }
        batches
    }

    /// These are not sent any more.
    pub(super) fn forget(&mut self, gone: &[u64]) {
        for lever in &mut self.all {
            if let Action::Reorder { held, .. } = &mut lever.action {
                held.retain(|no| !gone.contains(no));
            }
        }
    }
}

/// In another order than this one, if there is another.
fn shuffled(rng: &mut ChaCha8Rng, mut batch: Vec<u64>) -> Vec<u64> {
    let before = batch.clone();
    batch.shuffle(rng);
    if batch == before {
        batch.reverse();
    }
    batch
}
