//! When a fault happens: counted, by chance, or when too much is asked.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, RngExt};
use serde_json::{Map, Value, json};

use crate::fields::Fields;

/// The most requests a rate counts.
const LARGEST_RATE: u64 = 100_000;

/// The longest time a rate looks back, in seconds: a day.
const LONGEST_RATE: u64 = 86_400;

/// When a fault happens to a request it is for.
#[derive(Clone, Debug)]
pub(super) struct When {
    /// How often it still happens; `None` is for ever.
    pub(super) times: Option<u64>,
    /// How many requests it still lets pass first.
    skip: u64,
    /// How likely it is then.
    probability: Option<f64>,
    /// How many requests it lets pass in which time.
    pub(super) rate: Option<Rate>,
}

/// What a fault does to a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Turn {
    /// It lets it pass.
    Pass,
    /// It happens; with a rate, this many seconds later it would not.
    Happen(Option<i64>),
}

/// This many requests pass in any time of this length, by the simulator's
/// clock.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    requests: usize,
    seconds: i64,
    passed: VecDeque<Timestamp>,
}

impl When {
    pub(super) fn read(fields: &mut Fields) -> Self {
        let is_forever = fields.is_null("times");
        let expected = "must be a number from 1, \"always\" or null";
        let times = fields.take("times", expected, |value| match value.as_str() {
            // TOML has no null.
            Some("always") => Some(None),
            _ => value.as_u64().filter(|times| *times > 0).map(Some),
        });
        let probability = fields.take(
            "probability",
            "must be a number above 0 and up to 1",
            |value| value.as_f64().filter(|share| *share > 0.0 && *share <= 1.0),
        );
        let expected = format!(
            "must be an object with `requests` (1 to {LARGEST_RATE}) and `seconds` (1 to \
             {LONGEST_RATE})"
        );
        let rate = fields.take("rate", &expected, Rate::read);
        let is_repeated = is_forever || probability.is_some() || rate.is_some();
        Self {
            times: times.unwrap_or(if is_repeated { None } else { Some(1) }),
            skip: fields
                .take("skip", "must be a number from 0", Value::as_u64)
                .unwrap_or(0),
            probability,
            rate,
        }
    }

    /// Asks about one request more.
    pub(super) fn turn(&mut self, now: Timestamp, rng: &mut impl Rng) -> Turn {
        if self.skip > 0 {
            self.skip -= 1;
            return Turn::Pass;
        }
        if self
            .probability
            .is_some_and(|share| rng.random::<f64>() >= share)
        {
            return Turn::Pass;
        }
        match &mut self.rate {
            Some(rate) => match rate.wait(now) {
                Some(seconds) => Turn::Happen(Some(seconds)),
                None => Turn::Pass,
            },
            None => Turn::Happen(None),
        }
    }

    pub(super) fn show(&self, shown: &mut Map<String, Value>) {
        shown.insert("times".to_owned(), self.times.into());
        shown.insert("skip".to_owned(), self.skip.into());
        if let Some(probability) = self.probability {
            shown.insert("probability".to_owned(), probability.into());
        }
        if let Some(rate) = &self.rate {
            let rate = json!({ "requests": rate.requests, "seconds": rate.seconds });
            shown.insert("rate".to_owned(), rate);
        }
    }
}

impl Rate {
    fn read(value: &Value) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 2)?;
        let number = |name: &str, most| {
            let number = object.get(name)?.as_u64()?;
            (1..=most).contains(&number).then_some(number)
        };
        Some(Self {
            requests: usize::try_from(number("requests", LARGEST_RATE)?).ok()?,
            seconds: i64::try_from(number("seconds", LONGEST_RATE)?).ok()?,
            passed: VecDeque::new(),
        })
    }

    /// Lets a request pass, or says how many seconds later one would.
    fn wait(&mut self, now: Timestamp) -> Option<i64> {
        let span = SignedDuration::from_secs(self.seconds);
        while let Some(first) = self.passed.front()
            // A clock set back would close it for long.
            && (*first > now || now.duration_since(*first) >= span)
        {
            self.passed.pop_front();
        }
        if self.passed.len() < self.requests {
            self.passed.push_back(now);
            return None;
        }
        let since = now.duration_since(*self.passed.front()?);
        let left = (span - since).as_millis();
        i64::try_from(left)
            .ok()
            .map(|left| left.div_euclid(1000) + i64::from(left % 1000 != 0))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn when(body: &str) -> When {
        let mut fields = Fields::of(body.as_bytes()).unwrap();
        let when = When::read(&mut fields);
        fields.finish().unwrap();
        when
    }

    #[test]
    fn a_rate_says_when_the_next_request_passes() {
        let mut when = when(r#"{"rate": {"requests": 2, "seconds": 10}}"#);
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let start = Timestamp::UNIX_EPOCH;
        let mut at = |millis| when.turn(start + SignedDuration::from_millis(millis), &mut rng);
        assert_eq!(at(0), Turn::Pass);
        assert_eq!(at(4_000), Turn::Pass);
        assert_eq!(at(4_000), Turn::Happen(Some(6)));
        assert_eq!(at(9_001), Turn::Happen(Some(1)));
        assert_eq!(at(10_000), Turn::Pass);
        assert_eq!(at(10_000), Turn::Happen(Some(4)));
        assert_eq!(when.times, None);
    }

    #[test]
    fn chance_is_drawn_and_the_same_for_the_same_seed() {
        let draw = || {
            let mut when = when(r#"{"probability": 0.1}"#);
            let mut rng = ChaCha8Rng::seed_from_u64(7);
            let turns = (0..1000).map(|_| when.turn(Timestamp::UNIX_EPOCH, &mut rng));
            turns
                .map(|turn| turn == Turn::Happen(None))
                .collect::<Vec<_>>()
        };
        let turns = draw();
        let count = turns.iter().filter(|happens| **happens).count();
        assert!((60..140).contains(&count), "{count}");
        assert_eq!(draw(), turns);
    }
}
