//! How the clock is moved, and time walked through: event by event, in the
//! order and with the times at which they happen.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::app::App;
use crate::clock::{Clock, Mode};
use crate::control::shapes::named;
use crate::control::{Routes, Says, refused};
use crate::delivery::Counts;
use crate::fields::Fields;
use crate::policy::{self, Timing};
use crate::problem::Problem;
use crate::state::aside;
use crate::world::table::No;

/// The clock's route, without the control API's prefix.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/clock", show, {
            Says::new("get_clock", "The simulator's time").gives(named("Clock"))
        })
        .post("/clock", set, {
            let summary = "Moves the time, or says how it passes; answers when all is done \
                           that happens meanwhile";
            let says = Says::new("set_clock", summary);
            says.takes(named("ClockChange")).gives(named("ClockMoved"))
        })
}

async fn show(State(app): State<App>) -> Json<Value> {
    Json(shown(&app.clock))
}

async fn set(State(app): State<App>, body: Bytes) -> Result<Json<Value>, Problem> {
    let change = Change::read(&body)?;
    let walk = Walk::begin(&app).await;
    match change.mode {
        Some(Pace::Frozen(Some(at))) => app.clock.freeze_at(at),
        Some(Pace::Frozen(None)) => app.clock.set_mode(Mode::Frozen),
        Some(Pace::Mode(mode)) => app.clock.set_mode(mode),
        None => {}
    }
    match change.way {
        Some(Way::By(by)) => {
            let target = app.clock.now().checked_add(by);
            let past = |_| refused(change.name, "leads past the last day of the calendar");
            walk.go(target.map_err(past)?).await;
        }
        Some(Way::To(at)) => {
            if at < app.clock.now() {
                return Err(refused("to", "is past, and time does not run backwards"));
            }
            walk.go(at).await;
        }
        Some(Way::NextOf(id)) => walk.go_on(id.as_deref()).await?,
        None => walk.go(app.clock.now()).await,
    }
    let mut answer = shown(&app.clock);
    walk.end(&mut answer);
    Ok(Json(answer))
}

/// How time is to pass from now on.
enum Pace {
    /// Still, where it is or at a moment.
    Frozen(Option<Timestamp>),
    Mode(Mode),
}

/// Where to move the clock.
enum Way {
    By(SignedDuration),
    To(Timestamp),
    /// To what happens next by itself: to this loan, or to any.
    NextOf(Option<String>),
}

/// What a request asks for.
struct Change {
    mode: Option<Pace>,
    /// The field that said where to.
    name: &'static str,
    way: Option<Way>,
}

const NEEDED: &str = "one of `advance`, `advance_seconds`, `to`, `next_event`, \
                      `next_event_of`, `freeze`, `rate` and `step` is needed";

impl Change {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let span = "must be an ISO 8601 duration without months or years, such as P1D or PT12H";
        let seconds = fields.take("advance_seconds", "must be a number from 0", |value| {
            let seconds = i64::try_from(value.as_u64()?).ok()?;
            Some(Way::By(SignedDuration::from_secs(seconds)))
        });
        let advance = fields.take("advance", span, |v| Some(Way::By(duration(v.as_str()?)?)));
        let to = fields.take("to", "must be a timestamp", |value| {
            Some(Way::To(moment(value.as_str()?)?))
        });
        let next = fields.take("next_event", "must be true", |value| {
            (value.as_bool() == Some(true)).then_some(Way::NextOf(None))
        });
        let next_of = fields.take("next_event_of", "must be a loan's id", |value| {
            Some(Way::NextOf(Some(value.as_str()?.to_owned())))
        });
        let freeze = fields.take(
            "freeze",
            "must be true, false or a timestamp",
            |value| match (value.as_bool(), value.as_str()) {
                (Some(true), _) => Some(Pace::Frozen(None)),
                (Some(false), _) => Some(Pace::Mode(Mode::Running(1))),
                (None, text) => Some(Pace::Frozen(Some(moment(text?)?))),
            },
        );
        let rate = fields.take(
            "rate",
            "must be a whole number from 1 to 100000000",
            |value| {
                let rate = i32::try_from(value.as_i64()?).ok()?;
                (1..=100_000_000)
                    .contains(&rate)
                    .then_some(Pace::Mode(Mode::Running(rate)))
            },
        );
        let step = fields.take("step", span, |value| {
            let step = duration(value.as_str()?).filter(|step| !step.is_zero())?;
            Some(Pace::Mode(Mode::Stepping(step)))
        });
        let ways = [
            ("advance", advance),
            ("advance_seconds", seconds),
            ("to", to),
            ("next_event", next),
            ("next_event_of", next_of),
        ];
        let (name, way) = one_of(ways, &mut fields);
        let paces = [("freeze", freeze), ("rate", rate), ("step", step)];
        let (_, mode) = one_of(paces, &mut fields);
        fields.finish()?;
        if way.is_none() && mode.is_none() {
            return Err(refused("advance", NEEDED));
        }
        Ok(Self { mode, name, way })
    }
}

/// The one of these that is given; another is refused.
fn one_of<T, const N: usize>(
    all: [(&'static str, Option<T>); N],
    fields: &mut Fields,
) -> (&'static str, Option<T>) {
    let mut found = ("", None);
    for (name, given) in all {
        if given.is_some() && found.1.is_none() {
            found = (name, given);
        } else if given.is_some() {
            let reason = format!("says the same as `{}`, or something else", found.0);
            fields.refuse(name, &reason);
        }
    }
    found
}

/// Days are those of UTC, and 24 hours long. Time does not run backwards.
pub(crate) fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours())
        .ok()
        .filter(|duration| !duration.is_negative())
}

pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let moment = text.parse::<defacto_types::Timestamp>();
    moment.ok().map(defacto_types::Timestamp::get)
}

fn shown(clock: &Clock) -> Value {
    let (name, rate, step) = match clock.mode() {
        Mode::Running(1) => ("real", Some(1), None),
        Mode::Running(rate) => ("rate", Some(rate), None),
        Mode::Frozen => ("frozen", None, None),
        Mode::Stepping(step) => ("step", None, Some(step.to_string())),
    };
    json!({
        "now": defacto_types::Timestamp(clock.now()).to_string(),
        "frozen": clock.mode() == Mode::Frozen,
        "mode": name,
        "rate": rate,
        "step": step,
    })
}

/// A walk through time, and what happens on it: in every account, since they
/// have one clock. There is one at a time.
pub(crate) struct Walk<'a> {
    /// Whose request it is: what is counted happened there.
    app: &'a App,
    /// All accounts, that one among them.
    apps: Vec<App>,
    _alone: tokio::sync::MutexGuard<'a, ()>,
    before: Counts,
    /// When nothing is waited for any more.
    end: Instant,
}

impl<'a> Walk<'a> {
    pub(crate) async fn begin(app: &'a App) -> Self {
        let alone = aside(app.walk.lock()).await;
        let accounts = app.accounts().map(|accounts| accounts.apps());
        let apps = accounts.unwrap_or_else(|| vec![app.clone()]);
        for each in &apps {
            drop(each.open());
        }
        // What happened before is not of this walk.
        let _: BTreeMap<_, _> = app.look().take_happened();
        Self {
            app,
            apps,
            _alone: alone,
            before: app.deliveries.counts(),
            end: Instant::now() + policy::LONGEST_WAIT,
        }
    }

    /// Goes to this moment, and returns once every effect is done: each event
    /// at its own time, whosever it is, and each delivery that is due by then.
    pub(crate) async fn go(&self, target: Timestamp) {
        while let Some((app, until)) = self.next_by(target) {
            let more = {
                let mut world = app.look();
                let more = world.advance_some(until, policy::STEPS_AT_ONCE);
                app.clock.move_to(more.unwrap_or(until));
                more
            };
            let Some(reached) = more else {
                continue;
            };
            let room = app.deliveries.make_room(reached, policy::DELIVERIES_AHEAD);
            let _ = aside(timeout_at(self.end, room)).await;
        }
        self.app.clock.move_to(target);
        self.settle(target).await;
    }

    /// The account in which something happens next by then, and how far it may
    /// go on before another account has its turn.
    fn next_by(&self, target: Timestamp) -> Option<(&App, Timestamp)> {
        let mut next: Option<(&App, Timestamp)> = None;
        let mut others = target;
        for app in &self.apps {
            let due = app.world().next_due().map(|(due, _)| due);
            let Some(due) = due.filter(|due| *due <= target) else {
                continue;
            };
            match next {
                Some((_, first)) if first <= due => others = others.min(due),
                before => {
                    others = before.map_or(others, |(_, first)| first);
                    next = Some((app, due));
                }
            }
        }
        next.map(|(app, _)| (app, others))
    }

    /// Waits until all deliveries due by then are done.
    async fn settle(&self, now: Timestamp) {
        for app in &self.apps {
            // What waits for its time there hears that it has come.
            app.deliveries.wake();
        }
        for app in &self.apps {
            let settled = app.deliveries.settle(now);
            let _ = aside(timeout_at(self.end, settled)).await;
        }
    }

    /// Goes to what happens next by itself, to this loan or to any.
    async fn go_on(&self, id: Option<&str>) -> Result<(), Problem> {
        let now = self.app.clock.now();
        let (no, due) = self.next(id)?;
        let target = due.max(now);
        let is_timed = {
            let mut world = self.app.look();
            let is_timed = world.settings.timing == Timing::Calendar;
            if !is_timed {
                // No date brings it, so it is brought.
                world.step(no, target);
            }
            is_timed
        };
        if is_timed {
            self.go(target).await;
        } else {
            self.settle(now).await;
        }
        Ok(())
    }

    fn next(&self, id: Option<&str>) -> Result<(No, Timestamp), Problem> {
        let world = self.app.world();
        let Some(id) = id else {
            let next = world.first_on_agenda();
            let nothing = || refused("next_event", "nothing happens by itself any more");
            return next.map(|(due, no)| (no, due)).ok_or_else(nothing);
        };
        let no = world.loans.find(id);
        let no = no.ok_or_else(|| Problem::not_found("there is no such loan"))?;
        let next = world.next_of(no);
        next.map(|(due, no)| (no, due)).ok_or_else(|| {
            refused(
                "next_event_of",
                "nothing happens to this loan by itself any more",
            )
        })
    }

    /// Ends it, and adds what happened on it to an answer.
    pub(crate) fn end(self, answer: &mut Value) {
        let counts = self.app.deliveries.counts();
        let before = self.before;
        answer["events"] = json!(self.app.look().take_happened());
        answer["deliveries"] = json!({
            "attempts": counts.attempts.saturating_sub(before.attempts),
            "delivered": counts.delivered.saturating_sub(before.delivered),
            "failed": counts.failed.saturating_sub(before.failed),
            "dropped": counts.dropped.saturating_sub(before.dropped),
            "lost": counts.lost.saturating_sub(before.lost),
            "pending": counts.pending,
        });
    }
}
