//! A large book in a store: its sums, and how it is opened.

use std::path::Path;

use defacto::tracking::store::{Batch, Sqlite, Store};
use defacto::tracking::{Change, ChangeKind, Moment, Observation, Source, Subject};
use defacto::types::{Cents, Loan, Timestamp};
use rusqlite::Connection;

use super::{Folder, instant};
use crate::allocations::counted;
use crate::pairs::{Medians, alternate, rounds, spent};
use crate::report::{Better, Report, Row, megabytes};
use crate::{Outcome, runtime, sample};

/// Loans that are added up.
const LOANS: usize = 200_000;
/// Days that the calendar looks ahead.
const DAYS: u32 = 90;
/// Changes of a store that is opened, and of the one it is compared with.
const CHANGES: [usize; 2] = [1_500_000, 1_500];
/// Written at a time.
const AT_ONCE: usize = 1_000;
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// When the book is looked at.
const NOW: i64 = 1_775_000_000_000_000;

/// Measures it.
///
/// # Errors
///
/// When the disk or a server refuses something.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let folder = &Folder::new()?;
    portfolio(report, &folder.0)?;
    opening(report, &folder.0)?;
    memory(report)
}

/// What a tracker without a file holds of 20,000 loans, counted by a process of
/// its own.
fn memory(report: &mut Report) -> Outcome<()> {
    let [held, json]: [f64; 2] = counted(&["memory"])?;
    let medians = Medians {
        ours: held,
        bare: json,
        ratio: held / json,
    };
    report.add([Row::against(
        "tracker: memory for 20,000 tracked loans",
        medians,
        (Better::Lower, 1.5),
        ("store::Memory", "their JSON"),
        1,
        megabytes,
    )])
}

/// A loan of a book: amounts and dates of many kinds.
///
/// # Errors
///
/// When the sample cannot be read.
pub fn loan(number: usize) -> Outcome<Loan> {
    let mut loan: Loan = serde_json::from_str(&sample::loan())?;
    let many = i64::try_from(number)?;
    loan.id = uuid_of(number).as_str().into();
    loan.amount = Some(Cents(100_000 + many % 977));
    let due = instant(NOW + (many % 400 - 40) * DAY)?;
    loan.to_repay_at = Some(due);
    loan.contractual_repayment_date = Some(due);
    loan.paid_at = Some(instant(NOW - 60 * DAY)?);
    Ok(loan)
}

fn uuid_of(number: usize) -> String {
    format!("0197a3c2-6d1e-7c41-9a53-{number:012x}")
}

fn portfolio(report: &mut Report, folder: &Path) -> Outcome<()> {
    let runtime = runtime()?;
    let (now, at) = (instant(NOW)?, Moment::at(instant(NOW)?));
    let store = Sqlite::open(folder.join("book.db"))?;
    let bare = Connection::open(folder.join("bare.db"))?;
    bare.execute_batch(
        "PRAGMA journal_mode = WAL;
         CREATE TABLE loans (
             id TEXT PRIMARY KEY, status TEXT, currency TEXT, outstanding INTEGER,
             fees_expected INTEGER, fees_paid INTEGER, due_at INTEGER, late_at INTEGER);
         BEGIN",
    )?;
    for from in (0..LOANS).step_by(AT_ONCE) {
        let mut observations = Vec::with_capacity(AT_ONCE);
        for number in from..from + AT_ONCE {
            let loan = loan(number)?;
            let due = NOW + (i64::try_from(number)? % 400 - 40) * DAY;
            let outstanding = loan.amount.unwrap_or_default().0
                - loan.repaid_nominal_amount.unwrap_or_default().0;
            let paid = loan.paid_interests_amount.unwrap_or_default().0;
            let expected = (loan.fees_estimated.unwrap_or_default().0 - paid).max(0);
            bare.prepare_cached("INSERT INTO loans VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?
                .execute(rusqlite::params![
                    loan.id.as_str(),
                    loan.status.as_str(),
                    "EUR",
                    outstanding,
                    expected,
                    paid,
                    due,
                    due
                ])?;
            observations.push(Observation::of_loan(&loan, at, Source::Poll));
        }
        let batch = Batch {
            observations,
            ..Batch::default()
        };
        runtime.block_on(store.commit(batch, now))?;
    }
    bare.execute_batch("COMMIT; ANALYZE")?;

    let ours = || -> Outcome<[i64; 3]> {
        let book = runtime.block_on(store.portfolio(now, DAYS))?;
        let euros = book.totals.get("EUR").cloned().unwrap_or_default();
        let dues: i64 = book.dues.iter().map(|due| due.outstanding.0).sum();
        Ok([i64::try_from(book.loans)?, euros.outstanding.0, dues])
    };
    let theirs = || by_hand(&bare);
    if ours()? != theirs()? {
        return Err(format!("the sums differ: {:?}, {:?}", ours()?, theirs()?).into());
    }
    let check = |sums: [i64; 3]| {
        std::hint::black_box(sums);
        Ok(())
    };
    let pairs = alternate(
        rounds(),
        || spent(1, || check(ours()?)),
        || spent(1, || check(theirs()?)),
    )?;
    report.add([Row::against(
        "tracker: portfolio and calendar of 200,000 loans",
        pairs.medians(|cost| cost.wall),
        (Better::Lower, 2.0),
        ("Store::portfolio", "the same sums in SQL by hand"),
        pairs.rounds(),
        |seconds| format!("{:.1} ms", seconds * 1e3),
    )])
}

/// Loans by status, sums by currency, and what is due on which day.
fn by_hand(on: &Connection) -> Outcome<[i64; 3]> {
    let until = NOW + i64::from(DAYS) * DAY;
    let mut loans = 0;
    let mut read = on.prepare_cached("SELECT status, count(*) FROM loans GROUP BY status")?;
    let statuses = read.query_map([], |row| row.get::<_, i64>(1))?;
    for status in statuses {
        loans += status?;
    }
    let mut read = on.prepare_cached(
        "SELECT currency, sum(outstanding > 0), sum(outstanding),
                sum(CASE WHEN due_at BETWEEN ?1 AND ?2 THEN outstanding ELSE 0 END),
                sum(CASE WHEN due_at < ?1 THEN outstanding ELSE 0 END),
                sum(CASE WHEN late_at < ?1 THEN outstanding ELSE 0 END),
                sum(late_at < ?1 AND outstanding > 0),
                sum(fees_expected), sum(fees_paid)
         FROM loans GROUP BY currency",
    )?;
    let mut outstanding = 0;
    for sum in read.query_map([NOW, until], |row| row.get::<_, i64>(2))? {
        outstanding += sum?;
    }
    let mut read = on.prepare_cached(
        "SELECT due_at / ?3, currency, count(*), sum(outstanding) FROM loans
         WHERE outstanding > 0 AND due_at BETWEEN ?1 AND ?2 GROUP BY 1, 2",
    )?;
    let mut dues = 0;
    for due in read.query_map([NOW, until, DAY], |row| row.get::<_, i64>(3))? {
        dues += due?;
    }
    Ok([loans, outstanding, dues])
}

fn opening(report: &mut Report, folder: &Path) -> Outcome<()> {
    let runtime = runtime()?;
    let now = instant(NOW)?;
    let path = |changes: usize| folder.join(format!("changes-{changes}.db"));
    for changes in CHANGES {
        let store = Sqlite::open(path(changes))?;
        for from in (0..changes).step_by(AT_ONCE) {
            let some = from..changes.min(from + AT_ONCE);
            let made = some.map(|number| moved(number / 10, now));
            let batch = Batch {
                changes: made.collect(),
                ..Batch::default()
            };
            runtime.block_on(store.commit(batch, now))?;
        }
    }
    let open = |changes: usize| {
        spent(1, || {
            let store = Sqlite::open(path(changes))?;
            // Nothing is known to be right before something was read.
            let first = runtime.block_on(store.changes(0, 1))?;
            std::hint::black_box(first);
            Ok(())
        })
    };
    let [many, few] = CHANGES;
    let pairs = alternate(rounds(), || open(many), || open(few))?;
    report.add([Row::against(
        "tracker: opening a store of 1,500,000 changes",
        pairs.medians(|cost| cost.wall),
        (Better::Lower, 3.0),
        ("1,500,000 changes", "1,500 changes"),
        pairs.rounds(),
        |seconds| format!("{:.1} ms", seconds * 1e3),
    )])
}

fn moved(loan: usize, now: Timestamp) -> Change {
    Change {
        subject: Subject::loan(uuid_of(loan)),
        kind: ChangeKind::Moved {
            from: "SCHEDULED".into(),
            to: "INITIATED".into(),
        },
        moment: Moment::at(now),
        source: Source::Poll,
        loan_id: None,
    }
}
