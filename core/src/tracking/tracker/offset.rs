//! How far the server's clock is from ours.

use defacto_types::Timestamp;
use http::HeaderMap;

use super::super::Moment;

/// Beside what the `Date` header tells: it has whole seconds.
const SECOND: i64 = 1_000_000;

/// What the answers' `Date` headers tell of the server's clock: each narrows
/// the range of what its distance from ours can be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Offset(Option<(i64, i64)>);

impl Offset {
    /// Takes in an answer that came between two instants of our clock.
    pub(super) fn learn(&mut self, sent: Timestamp, received: Timestamp, headers: &HeaderMap) {
        let Some(date) = date(headers) else { return };
        let (sent, received) = (micros(sent), micros(received).max(micros(sent)));
        let told = (date - received, date + SECOND - sent);
        let narrowed = self
            .0
            .map(|(low, high)| (low.max(told.0), high.min(told.1)));
        // A clock that was set makes the two contradict each other.
        self.0 = Some(narrowed.filter(|(low, high)| low <= high).unwrap_or(told));
    }

    /// The stretch of the server's time in which an answer was made, as closely
    /// as our own reads can be told apart.
    pub(super) fn moment(self, sent: Timestamp, received: Timestamp) -> Moment {
        let (low, high) = self.0.unwrap_or_default();
        let middle = low + (high - low) / 2;
        let shift = |instant| Moment::from((micros(instant) + middle, micros(instant) + middle));
        Moment::between(shift(sent).start(), shift(received).start())
    }

    /// The same with all that is not known of the server's clock, to be compared
    /// with times the server gives.
    pub(super) fn wide(self, sent: Timestamp, received: Timestamp) -> Moment {
        let (low, high) = self.0.unwrap_or((-SECOND, SECOND));
        Moment::from((micros(sent) + low, micros(received) + high))
    }

    /// Whether anything is known of it.
    pub(super) fn is_known(self) -> bool {
        self.0.is_some()
    }

    /// The server's time, as far as it is known.
    pub(super) fn server_time(self, ours: Timestamp) -> Timestamp {
        self.moment(ours, ours).start()
    }
}

fn date(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get(http::header::DATE)?.to_str().ok()?;
    let date = httpdate::parse_http_date(text).ok()?;
    Some(jiff::Timestamp::try_from(date).ok()?.as_microsecond())
}

fn micros(instant: Timestamp) -> i64 {
    instant.get().as_microsecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Timestamp {
        Moment::from((micros, micros)).start()
    }

    fn answer(date: i64) -> HeaderMap {
        let date = std::time::UNIX_EPOCH + std::time::Duration::from_micros(date.unsigned_abs());
        let text = httpdate::fmt_http_date(date).parse().unwrap();
        [(http::header::DATE, text)].into_iter().collect()
    }

    #[test]
    fn answers_narrow_the_offset_and_a_set_clock_starts_again() {
        let day = 86_400 * SECOND;
        let mut offset = Offset::default();
        // The server is 10.25 s ahead.
        for ours in [day, day + 300_000, day + 760_000, day + 2_800_000] {
            let sent = at(ours);
            let received = at(ours + 20_000);
            offset.learn(sent, received, &answer(ours + 10_250_000));
            let truth = at(ours + 10_260_000);
            let seen = offset.wide(sent, received);
            assert!(seen.start() <= truth && truth <= seen.end(), "{seen:?}");
        }
        let error = micros(offset.server_time(at(day))) - (day + 10_250_000);
        assert!(error.abs() < 300_000, "{error}");

        offset.learn(at(day), at(day), &answer(40 * day));
        let now = micros(offset.server_time(at(day)));
        assert!((now - 40 * day).abs() <= SECOND);
        // Without a date nothing is learned.
        offset.learn(at(day), at(day), &HeaderMap::new());
        assert_eq!(micros(offset.server_time(at(day))), now);
    }
}
