//! Loans as answers write them, kept for as long as they would be written the
//! same: who asks again costs a copy.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use defacto_types::{Loan, Page};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{World, loan_view};
use crate::policy::Settings;
use crate::world::loan;
use crate::world::party::Company;
use crate::world::table::{No, Version};

/// Bytes of loans after which those not asked for since are let go; twice as
/// many are kept at most, some thousand loans.
const ROOM: usize = 8 << 20;

/// What a page has before its first item.
const BEGIN: &[u8] = b"{\"data\":[";

/// More bytes than most loans of a list have.
const USUAL: usize = 2800;

/// What stands before the one value that goes with the time of day.
const EARLIEST: &str = "\"earliest_to_repay_at\":";

/// Which of its two looks a loan has.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Look {
    Alone,
    InList,
}

/// The loans written before.
#[derive(Debug, Default)]
pub(crate) struct LoanTexts(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// What they were written under.
    settings: Option<Settings>,
    /// Those asked for since the others were as many as there is room for.
    recent: HashMap<(No, Look), Text>,
    before: HashMap<(No, Look), Text>,
    /// The bytes of the recent ones.
    size: usize,
}

/// A loan as it was written.
#[derive(Debug)]
struct Text {
    versions: Versions,
    now: Timestamp,
    /// The day that its ongoing fees are of.
    fees_day: Option<Date>,
    /// What its earliest repayment is reckoned from.
    earliest_from: Timestamp,
    bytes: Bytes,
    /// Where its earliest repayment is, unless the client's own data has a field
    /// of this name too.
    earliest: Option<Range<usize>>,
}

/// Those of all that a loan shows and that may change: itself, its borrower and
/// its beneficiary.
type Versions = [Version; 3];

impl LoanTexts {
    /// Lets all of them go.
    pub(crate) fn clear(&self) {
        self.with(|kept| *kept = Kept::default());
    }

    /// A loan alone.
    pub(super) fn alone(
        &self,
        world: &World,
        no: No,
        now: Timestamp,
    ) -> Result<Bytes, serde_json::Error> {
        let loan = &world.loans[no].value;
        self.with(|kept| {
            kept.settle(world.settings);
            kept.text(world, no, Look::Alone, now, |text| {
                match text.other_earliest(loan, now) {
                    None => Ok(text.bytes.clone()),
                    Some(other) => Ok(text.parts(&other?).concat().into()),
                }
            })
        })
    }

    /// A page with these loans in the place of none.
    pub(super) fn page(
        &self,
        world: &World,
        envelope: &Page<Loan>,
        rows: &[No],
        now: Timestamp,
    ) -> Result<Vec<u8>, serde_json::Error> {
        let envelope = serde_json::to_vec(envelope)?;
        // A page begins with its items.
        let (begin, end) = envelope.split_at(BEGIN.len().min(envelope.len()));
        let mut page = Vec::with_capacity(envelope.len() + rows.len() * USUAL);
        page.extend_from_slice(begin);
        self.with(|kept| {
            kept.settle(world.settings);
            for (place, no) in rows.iter().enumerate() {
                if place > 0 {
                    page.push(b',');
                }
                let loan = &world.loans[*no].value;
                kept.text(world, *no, Look::InList, now, |text| {
                    match text.other_earliest(loan, now) {
                        None => page.extend_from_slice(&text.bytes),
                        Some(other) => {
                            for part in text.parts(&other?) {
                                page.extend_from_slice(part);
                            }
                        }
                    }
                    Ok(())
                })?;
            }
            Ok::<_, serde_json::Error>(())
        })?;
        page.extend_from_slice(end);
        Ok(page)
    }

    /// A text is put in whole or not at all, so a poisoned lock guards nothing
    /// broken.
    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    /// What was written under other decisions is no use.
    fn settle(&mut self, settings: Settings) {
        if self.settings != Some(settings) {
            *self = Self {
                settings: Some(settings),
                ..Self::default()
            };
        }
    }

    /// Does this with the loan's text, which is written anew if another would
    /// be: but for its earliest repayment it is as now.
    fn text<T>(
        &mut self,
        world: &World,
        no: No,
        look: Look,
        now: Timestamp,
        act: impl FnOnce(&Text) -> Result<T, serde_json::Error>,
    ) -> Result<T, serde_json::Error> {
        let key = (no, look);
        let holds = |text: &Text| text.holds(world, no, now);
        if let Some(text) = self.recent.get(&key).filter(|text| holds(text)) {
            return act(text);
        }
        let before = self.before.remove(&key).filter(holds);
        let text = match before {
            Some(text) => text,
            None => Text::write(world, no, look, now)?,
        };
        let result = act(&text);
        self.keep(key, text);
        result
    }

    fn keep(&mut self, key: (No, Look), text: Text) {
        self.size += text.bytes.len();
        if self.size > ROOM {
            self.before = std::mem::take(&mut self.recent);
            self.size = text.bytes.len();
        }
        if let Some(old) = self.recent.insert(key, text) {
            self.size = self.size.saturating_sub(old.bytes.len());
        }
    }
}

impl Text {
    fn write(world: &World, no: No, look: Look, now: Timestamp) -> Result<Self, serde_json::Error> {
        let shown = match look {
            Look::Alone => loan_view::show(world, no, now),
            Look::InList => loan_view::show_in_list(world, no, now),
        };
        let mut bytes = Vec::with_capacity(4096);
        serde_json::to_writer(&mut bytes, &shown)?;
        bytes.shrink_to_fit();
        let loan = &world.loans[no].value;
        Ok(Self {
            versions: versions(world, no),
            now,
            fees_day: loan.fees_day(now),
            earliest_from: loan.earliest_from(now),
            earliest: place_of_earliest(&bytes, &earliest(loan, now)?),
            bytes: bytes.into(),
        })
    }

    /// Whether the loan would be written the same now, but for its earliest
    /// repayment where that can be put in.
    fn holds(&self, world: &World, no: No, now: Timestamp) -> bool {
        let loan = &world.loans[no].value;
        self.versions == versions(world, no)
            && (self.now == now
                || self.fees_day == loan.fees_day(now)
                    && (self.earliest.is_some() || self.earliest_from == loan.earliest_from(now)))
    }

    /// The earliest repayment as it is to be written, if it is another now.
    fn other_earliest(
        &self,
        loan: &loan::Loan,
        now: Timestamp,
    ) -> Option<Result<Vec<u8>, serde_json::Error>> {
        let is_same = self.now == now || self.earliest_from == loan.earliest_from(now);
        (!is_same).then(|| earliest(loan, now))
    }

    /// The text with another earliest repayment.
    fn parts<'a>(&'a self, earliest: &'a [u8]) -> [&'a [u8]; 3] {
        let place = self.earliest.clone().unwrap_or_default();
        let (until, from) = (self.bytes.get(..place.start), self.bytes.get(place.end..));
        [
            until.unwrap_or_default(),
            earliest,
            from.unwrap_or_default(),
        ]
    }
}

fn versions(world: &World, no: No) -> Versions {
    let row = &world.loans[no];
    let beneficiary = match row.value.beneficiary {
        Company::Borrower(no) => world.borrowers[no].version(),
        Company::Counterparty(no) => world.counterparties[no].version(),
    };
    let borrower = world.borrowers[row.value.borrower].version();
    [row.version(), borrower, beneficiary]
}

/// The earliest repayment as it is written.
fn earliest(loan: &loan::Loan, now: Timestamp) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&defacto_types::Timestamp(loan.earliest_to_repay_at(now)))
}

/// A client's own data may have a field of this name; in no other way does a
/// text have its quotes and colon twice.
fn place_of_earliest(bytes: &[u8], earliest: &[u8]) -> Option<Range<usize>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut found = text.match_indices(EARLIEST);
    let (start, name) = found.next().filter(|_| found.next().is_none())?;
    let start = start + name.len();
    let place = start..start + earliest.len();
    (bytes.get(place.clone()) == Some(earliest)).then_some(place)
}

#[cfg(test)]
mod tests {
    use defacto_types::{
        AccountInput, BusinessIdentifier, CreateLoan, SandboxCountry, Scenario, Wire,
    };
    use jiff::SignedDuration;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use serde_json::json;

    use super::*;
    use crate::generate::Generator;
    use crate::policy::Timing;
    use crate::world::tests::{act, cases, start, world_of};

    fn text(answer: &impl Wire) -> String {
        serde_json::to_string(answer).unwrap()
    }

    /// A page of these loans, made anew.
    fn page_of(world: &World, rows: &[No], now: Timestamp) -> String {
        let shown = rows
            .iter()
            .map(|no| loan_view::show_in_list(world, *no, now));
        text(&Page::of(shown.collect()))
    }

    /// The page, in the place of one without its loans.
    fn page(texts: &LoanTexts, world: &World, rows: &[No], now: Timestamp) -> String {
        let mut envelope = Page::of(Vec::new());
        envelope.count = i64::try_from(rows.len()).ok();
        let page = texts.page(world, &envelope, rows, now).unwrap();
        String::from_utf8(page).unwrap()
    }

    fn alone(texts: &LoanTexts, world: &World, no: No, now: Timestamp) -> Bytes {
        texts.alone(world, no, now).unwrap()
    }

    /// What is kept is what would be made, in the page and alone.
    fn check(texts: &LoanTexts, world: &World, now: Timestamp) {
        let rows: Vec<_> = (0..world.loans.len()).rev().collect();
        assert_eq!(page(texts, world, &rows, now), page_of(world, &rows, now));
        for no in rows {
            let made = text(&loan_view::show(world, no, now));
            assert_eq!(alone(texts, world, no, now), made, "{no}");
        }
    }

    #[test]
    fn what_is_kept_is_what_would_be_made_whatever_is_done() {
        let (mut seen, mut kept) = (0_usize, 0_usize);
        for seed in 0..(cases() / 6).max(4) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let texts = LoanTexts::default();
            let mut world = world_of(seed);
            let mut now = start();
            let mut saved = (world.clone(), now);
            for _ in 0..200 {
                let hours = if rng.random_ratio(1, 30) { 40 * 24 } else { 30 };
                // Every other step at the same time as the one before.
                if rng.random() {
                    now += SignedDuration::from_mins(rng.random_range(0..hours * 60));
                }
                world.advance(now);
                let before: Vec<_> = (0..world.loans.len())
                    .map(|no| alone(&texts, &world, no, now).as_ptr())
                    .collect();
                act(&mut world, &mut rng, now);
                for (no, before) in (0..).zip(before) {
                    seen += 1;
                    kept += usize::from(alone(&texts, &world, no, now).as_ptr() == before);
                }
                check(&texts, &world, now);
                match rng.random_range(0..40) {
                    0 => saved = (world.clone(), now),
                    // What is done from here on is not what was.
                    1 => {
                        (world, now) = saved.clone();
                        check(&texts, &world, now);
                    }
                    _ => {}
                }
            }
        }
        // Most are not changed by what is done to others.
        assert!(kept > seen / 2, "{kept} of {seen}");
    }

    /// A world with a loan that is paid out, and when.
    fn lent(metadata: Option<serde_json::Value>) -> (World, Timestamp) {
        let mut world = world_of(1);
        let now = start();
        let iban = Generator::new(1).iban(&SandboxCountry::Fra, &Scenario::Success);
        let mut body = CreateLoan::new()
            .amount(100_000)
            .auto_validate(true)
            .borrower(BusinessIdentifier::new().identifier("333333334"))
            .loan_to(AccountInput::new().account_number(iban))
            .to_pay_at(now)
            .to_repay_at(now + SignedDuration::from_hours(24 * 30));
        if let Some(serde_json::Value::Object(metadata)) = metadata {
            body = body.metadata(metadata);
        }
        world.request_loan(body, now).unwrap();
        let now = now + SignedDuration::from_hours(1);
        world.advance(now);
        (world, now)
    }

    #[test]
    fn time_alone_changes_what_goes_with_it_and_no_more() {
        let (world, now) = lent(None);
        assert_eq!(world.settings.timing, Timing::Calendar);
        let texts = LoanTexts::default();
        let first = alone(&texts, &world, 0, now);
        assert_eq!(alone(&texts, &world, 0, now).as_ptr(), first.as_ptr());
        // A moment later the earliest repayment is another, and is put in.
        let later = now + SignedDuration::from_secs(1);
        let second = alone(&texts, &world, 0, later);
        assert_ne!(first, second);
        assert_eq!(second, text(&loan_view::show(&world, 0, later)));
        assert_eq!(alone(&texts, &world, 0, now).as_ptr(), first.as_ptr());
        // On another day the fees are too, and back again.
        for days in [1, 2, 0] {
            let day = now + SignedDuration::from_hours(24 * days);
            check(&texts, &world, day);
        }
    }

    #[test]
    fn a_client_s_own_field_of_that_name_is_not_taken_for_it() {
        for metadata in [
            json!({ "earliest_to_repay_at": "2026-03-02T10:00:00.000000+00:00" }),
            json!({ "a\"earliest_to_repay_at": "x" }),
            json!({ "a": "\"earliest_to_repay_at\":\"x\"" }),
        ] {
            let (world, now) = lent(Some(metadata));
            let texts = LoanTexts::default();
            for minutes in [0, 1, 60, 0] {
                let now = now + SignedDuration::from_mins(minutes);
                check(&texts, &world, now);
            }
        }
    }

    #[test]
    fn other_decisions_change_what_is_shown() {
        let (mut world, now) = lent(None);
        let texts = LoanTexts::default();
        world.loans[0].value.denial = Some(crate::world::loan::Denial::CreditRisk);
        check(&texts, &world, now);
        let before = alone(&texts, &world, 0, now);
        world
            .settings
            .set("reject_denial", &"BORROWER_STATUS".into())
            .unwrap();
        check(&texts, &world, now);
        assert_ne!(alone(&texts, &world, 0, now), before);
    }

    #[test]
    fn there_is_room_for_some_and_no_more() {
        let large = json!({ "a": "x".repeat(ROOM / 3) });
        let (mut world, now) = lent(Some(large));
        let row = world.loans[0].value.clone();
        for no in 1..12_u8 {
            let id = crate::world::id::Id::random(&mut ChaCha8Rng::seed_from_u64(no.into()));
            world.loans.push(id, now, row.clone());
        }
        let texts = LoanTexts::default();
        for no in (0..12).chain([11, 10, 11]) {
            alone(&texts, &world, no, now);
        }
        let held = texts.with(|kept| {
            let all = kept.recent.values().chain(kept.before.values());
            all.map(|text| text.bytes.len()).sum::<usize>()
        });
        assert!(held <= 2 * ROOM, "{held}");
        let first = alone(&texts, &world, 11, now);
        assert_eq!(alone(&texts, &world, 11, now).as_ptr(), first.as_ptr());
        texts.clear();
        assert_ne!(alone(&texts, &world, 11, now).as_ptr(), first.as_ptr());
    }
}
