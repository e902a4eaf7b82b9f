//! What is due, for calendars (RFC 5545).

use defacto::tracking::{Due, Portfolio};
use icalendar::{Calendar, Component as _, Event, Property};
use jiff::civil::Date;
use uuid::Uuid;

use super::{amount, loans};

/// An event of a whole day for each day and currency. An event's UID follows from
/// the calendar's name, the day and the currency, so that a later file changes it.
pub(super) fn file(portfolio: &Portfolio, name: &str) -> String {
    let at = portfolio.at.get().strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut calendar = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//defacto-sdk//defacto track dues//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        calendar.append_property(Property::new(key, value));
    }
    calendar.name(name);
    let scope = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
    for due in &portfolio.dues {
        let uid = format!("{}-{}-{scope}", compact(due.day), due.currency);
        calendar.push(event(due, &uid, &at));
    }
    calendar.to_string()
}

fn event(due: &Due, uid: &str, at: &str) -> Event {
    let sum = amount(due.outstanding, &due.currency);
    let mut event = Event::new();
    event
        .uid(uid)
        .add_property("DTSTAMP", at)
        .append_property(whole_day("DTSTART", due.day))
        // Nobody is busy by it.
        .add_property("TRANSP", "TRANSPARENT")
        .summary(&format!("Due: {sum} of {}", loans(due.loans)));
    // The end is the first day that is not part of it; the last day there is has
    // none, and an event without an end is of one day.
    if let Ok(next) = due.day.tomorrow() {
        event.append_property(whole_day("DTEND", next));
    }
    event
}

fn whole_day(key: &str, day: Date) -> Property {
    Property::new(key, compact(day))
        .add_parameter("VALUE", "DATE")
        .done()
}

/// `20300131`.
fn compact(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}
