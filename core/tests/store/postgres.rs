//! What a store in a database does beside that, with a real PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use defacto::ErrorKind;
use defacto::tracking::store::{
    Batch, Begun, Intent, IntentState, Outcome, Postgres, PostgresOptions, Reduction, Store,
};
use defacto::tracking::{ChangeKind, Entity, Facts, Observation, Subject, Track, Tracker};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, block_in_place};

use crate::checks::{self, at, event, intent};
use crate::server::{Server, free_port, new_schema, open};

async fn refusal(options: &PostgresOptions, address: &str) -> String {
    let error = options.open(address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    let said = format!("{error} {error:?}");
    for secret in ["s3cr3t", "word@", "%2Fword"] {
        assert!(!said.contains(secret), "{said}");
    }
    error.to_string()
}

fn seen(observations: impl IntoIterator<Item = Observation>) -> Batch {
    Batch {
        observations: observations.into_iter().collect(),
        ..Batch::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn does_what_every_store_must() {
    checks::all(|| block_in_place(|| Handle::current().block_on(open(&new_schema())))).await;
}

#[tokio::test]
async fn what_was_written_is_there_when_it_is_opened_again() {
    let schema = new_schema();
    let store = open(&schema).await;
    let changes = store
        .commit(seen([event("a", 1, "SUBMITTED")]), at(2))
        .await
        .unwrap();
    store.receive(b"x".to_vec(), at(3)).await.unwrap();
    drop(store);
    let store = open(&schema).await;
    assert_eq!(store.changes(0, 9).await.unwrap(), changes);
    assert_eq!(store.unread(9).await.unwrap().len(), 1);

    let report = PostgresOptions::new().schema(&schema).read_only();
    let report = report.open(&Server::get().plain()).await.unwrap();
    assert_eq!(report.changes(0, 9).await.unwrap(), changes);
    let error = report
        .commit(seen([event("b", 1, "SUBMITTED")]), at(2))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("for reading alone"), "{error}");
}

#[tokio::test]
async fn it_belongs_to_what_it_was_made_for() {
    let address = Server::get().plain();
    let options = PostgresOptions::new().schema(new_schema());
    let mine = options.clone().bound_to("sandbox of acme");
    mine.open(&address).await.unwrap();
    mine.open(&address).await.unwrap();
    mine.clone().read_only().open(&address).await.unwrap();
    let other = options.bound_to("production of acme");
    for other in [other.clone(), other.read_only()] {
        let said = refusal(&other, &address).await;
        assert!(said.contains("belongs to sandbox of acme"), "{said}");
    }
    // One that belongs to nothing yet is read for anything.
    let unbound = new_schema();
    let made = PostgresOptions::new().schema(&unbound);
    made.open(&address).await.unwrap();
    let mine = mine.schema(&unbound).read_only();
    mine.open(&address).await.unwrap();
}

#[tokio::test]
async fn what_is_not_its_own_is_refused_and_left_alone() {
    let server = Server::get();
    let admin = server.connect().await;
    let sql = "CREATE SCHEMA mine; CREATE TABLE mine.about (x INT)";
    admin.batch_execute(sql).await.unwrap();
    let options = PostgresOptions::new();
    let said = refusal(&options.clone().schema("mine"), &server.plain()).await;
    assert!(said.contains("not a tracker's"), "{said}");

    open("newer").await;
    let sql = "UPDATE newer.about SET value = '99' WHERE name = 'form'";
    admin.batch_execute(sql).await.unwrap();
    let said = refusal(&options.clone().schema("newer"), &server.plain()).await;
    assert!(
        said.contains("form 99") && said.contains("update it"),
        "{said}"
    );

    let empty = options.schema(new_schema()).read_only();
    let said = refusal(&empty, &server.plain()).await;
    assert!(said.contains("nothing in the store yet"), "{said}");
}

#[tokio::test]
async fn a_store_of_an_earlier_form_is_brought_up_to_date() {
    let store = open("earlier").await;
    let batch = seen([event("a", 1, "CLOSED")]);
    store.commit(batch, at(2)).await.unwrap();
    checks::fill(&store).await;
    let book = store.portfolio(at(0), 30).await.unwrap();
    drop(store);
    let admin = Server::get().connect().await;
    let sql = "DROP TABLE earlier.ledger;
               DROP INDEX earlier.tracks_in_status;
               DROP TABLE earlier.shares;
               ALTER TABLE earlier.tracks
                   DROP outstanding, DROP fees_expected, DROP fees_paid, DROP late_at;
               UPDATE earlier.about SET value = '1' WHERE name = 'form'";
    admin.batch_execute(sql).await.unwrap();
    let report = PostgresOptions::new().schema("earlier").read_only();
    let said = refusal(&report, &Server::get().plain()).await;
    assert!(said.contains("earlier version"), "{said}");
    let store = open("earlier").await;
    assert_eq!(store.ledger(None, 9).await.unwrap(), []);
    assert_eq!(store.portfolio(at(0), 30).await.unwrap(), book);
    let loans = Reduction {
        loans: vec!["a".to_owned()],
        ..Reduction::default()
    };
    assert_eq!(store.reduce(loans).await.unwrap().loans, ["a"]);
    assert_eq!(store.portfolio(at(0), 30).await.unwrap(), book);
}

/// Workers that see a loan and one that reduces it take their turns: it is
/// followed or a row of the ledger, and never both.
#[tokio::test(flavor = "multi_thread")]
async fn a_loan_is_followed_or_in_the_ledger_whatever_happens_at_once() {
    let schema = new_schema();
    let store = Arc::new(open(&schema).await);
    let mut work = JoinSet::new();
    for worker in 0..6_i64 {
        let store = store.clone();
        work.spawn(async move {
            for round in 0..30_i64 {
                let second = 1 + worker + 10 * round;
                for loan in 0..4 {
                    let id = format!("loan-{loan}");
                    if worker < 2 {
                        let reduction = Reduction {
                            loans: vec![id],
                            ..Reduction::default()
                        };
                        store.reduce(reduction).await.unwrap();
                    } else {
                        let status = if worker % 2 == 0 {
                            "CLOSED"
                        } else {
                            "TO_REPAY"
                        };
                        let paid = checks::read(
                            Subject::new(Entity::Payment, format!("of {id} {second}")),
                            second,
                            Facts::default().with("loan_id", Some(id.as_str())),
                        );
                        let batch = seen([event(&id, second, status), paid]);
                        store.commit(batch, at(second)).await.unwrap();
                    }
                }
            }
        });
    }
    work.join_all().await;
    let followed = store.tracks(Entity::Loan, None, 99).await.unwrap();
    let rows = store.ledger(None, 99).await.unwrap();
    assert_eq!(followed.len() + rows.len(), 4);
    assert_eq!(store.portfolio(at(0), 1).await.unwrap().loans, 4);
    for payment in store.tracks(Entity::Payment, None, 999).await.unwrap() {
        assert!(rows.iter().all(|row| payment.loan_id() != Some(&row.loan)));
    }
}

#[tokio::test]
async fn those_that_start_at_once_make_the_tables_once() {
    let schema: Arc<str> = new_schema().into();
    let mut starting = JoinSet::new();
    for _ in 0..8 {
        let schema = schema.clone();
        starting.spawn(async move { open(&schema).await });
    }
    let stores = starting.join_all().await;
    for (number, store) in stores.iter().enumerate() {
        let batch = seen([event(&format!("loan-{number}"), 1, "SUBMITTED")]);
        store.commit(batch, at(2)).await.unwrap();
    }
    assert_eq!(stores[0].changes(0, 99).await.unwrap().len(), 8);
}

#[tokio::test]
async fn messages_say_where_and_why_and_no_password() {
    let server = Server::get();
    let options = PostgresOptions::new().schema(new_schema());
    let plain = server.plain();

    let wrong = plain.replace("tester:", "tester:not-");
    let said = refusal(&options, &wrong).await;
    assert!(said.contains("the role or its password"), "{said}");
    assert!(said.contains("database postgres at 127.0.0.1:"), "{said}");

    let none = plain.replace("/postgres?", "/nowhere?");
    let said = refusal(&options, &none).await;
    assert!(said.contains("there is no such database"), "{said}");

    let closed = format!(
        "postgres://tester:s3cr3t@127.0.0.1:{}/x?sslmode=disable",
        free_port()
    );
    let said = refusal(&options, &closed).await;
    assert!(said.contains("cannot be reached"), "{said}");

    // A password whose characters are not escaped may end up anywhere.
    for address in [
        "postgres://tester:a@s3cr3t@127.0.0.1/x",
        "postgres://tester:a@b/s3cr3t@127.0.0.1/x",
        "postgres://tester:a@b?s3cr3t=x@127.0.0.1/x",
        "mysql://tester:s3cr3t@127.0.0.1/x",
    ] {
        let said = refusal(&options, address).await;
        assert!(said.contains("as in %40"), "{said}");
    }
}

#[tokio::test]
async fn an_encrypted_connection_is_to_the_server_one_trusts() {
    let server = Server::get();
    let required = server.address("sslmode=require");
    let options = PostgresOptions::new().schema(new_schema());
    let trusting = options.clone().trusting(server.certificate());
    let store = trusting.open(&required).await.unwrap();
    assert_eq!(store.changes(0, 9).await.unwrap(), []);
    let said = refusal(&options, &required).await;
    assert!(said.contains("certificate"), "{said}");
    let said = refusal(&options.trusting("no certificate"), &required).await;
    assert!(said.contains("there is no certificate"), "{said}");
}

#[tokio::test]
async fn after_a_lost_connection_the_next_call_connects_again() {
    let schema = new_schema();
    let store = Arc::new(open(&schema).await);
    let mut admin = Server::get().connect().await;
    let quoted = format!("\"{}\"", schema.replace('"', "\"\""));
    let lock = admin.transaction().await.unwrap();
    lock.batch_execute(&format!("LOCK TABLE {quoted}.tracks"))
        .await
        .unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move {
            store
                .commit(seen([event("a", 1, "SUBMITTED")]), at(2))
                .await
        }
    });
    // Until the write waits for the lock there is nobody to end.
    let end = "SELECT pg_terminate_backend(pid) FROM pg_locks
               WHERE NOT granted AND relation = $1::text::regclass";
    while lock
        .query(end, &[&format!("{quoted}.tracks")])
        .await
        .unwrap()
        .is_empty()
    {}
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.to_string().contains("try again"), "{error}");
    lock.rollback().await.unwrap();
    assert_eq!(store.changes(0, 9).await.unwrap(), []);
    let made = store
        .commit(seen([event("a", 1, "SUBMITTED")]), at(2))
        .await
        .unwrap();
    assert_eq!(made.len(), 1);
}

/// A store takes whatever text the server of loans sends.
#[tokio::test]
async fn text_with_a_nul_is_kept() {
    let store = open(&new_schema()).await;
    let ids = ["a\0b", "a\u{1}0b", "a\u{1}b", "a\u{1}1\0b"];
    let batch = seen(ids.map(|id| event(id, 1, "SUB\0MITTED")));
    store.commit(batch, at(2)).await.unwrap();
    for id in ids {
        let track = store.track(Subject::loan(id)).await.unwrap().unwrap();
        assert_eq!(track.subject().id, id);
        assert_eq!(store.history(Subject::loan(id)).await.unwrap().len(), 1);
    }
    let log = store.observations(0, 9).await.unwrap();
    let logged: BTreeSet<_> = log.iter().map(|(_, one)| &*one.subject.id).collect();
    assert_eq!(logged, BTreeSet::from(ids));
    assert!(
        log.iter()
            .all(|(_, one)| one.status == Some("SUB\0MITTED".into()))
    );
}

const WORKERS: i64 = 8;
const LOANS: i64 = 5;
const INTENTS: usize = 160;

/// What a worker sees when it settles its `turn`-th intent: every loan, each worker
/// beginning with another.
fn sight(worker: i64, turn: i64) -> Vec<Observation> {
    (0..LOANS)
        .map(|step| {
            let loan = format!("loan-{}", (worker + step) % LOANS);
            let status = format!("STATUS_{}", (worker * 31 + turn * 7 + step) % 50);
            event(&loan, turn * WORKERS + worker, &status)
        })
        .collect()
}

async fn work(store: Postgres, worker: i64) -> (Vec<String>, Vec<Observation>) {
    let (mut settled, mut observed) = (Vec::new(), Vec::new());
    for turn in 0.. {
        let holder = format!("worker-{worker}");
        let claimed = store.claim(holder, at(100), at(200), 1).await.unwrap();
        let Some(one) = claimed.into_iter().next() else {
            break;
        };
        let outcome = Outcome {
            state: IntentState::Done,
            subject: None,
            reason: None,
        };
        let batch = Batch {
            settled: Some((one.id.clone(), outcome)),
            marks: vec![("pass".to_owned(), turn.to_string())],
            ..seen(sight(worker, turn))
        };
        store.commit(batch, at(100)).await.unwrap();
        settled.push(one.id);
        observed.extend(sight(worker, turn));
    }
    (settled, observed)
}

/// Reads what is new until nothing can come any more, and misses nothing.
async fn follow(store: Postgres, is_over: Arc<AtomicBool>) -> u64 {
    let mut last = 0;
    loop {
        let was_over = is_over.load(Ordering::Acquire);
        let page = store.changes(last, 50).await.unwrap();
        for change in &page {
            assert_eq!(change.seq, last + 1, "a change was passed by");
            last = change.seq;
        }
        if page.is_empty() && was_over {
            return last;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_workers_share_the_work_and_nothing_is_lost() {
    let schema = new_schema();
    let store = open(&schema).await;
    for number in 0..INTENTS {
        let one = intent(&format!("intent-{number}"), &format!("salt-{number}"));
        assert!(matches!(store.begin(one).await.unwrap(), Begun::New));
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let following = tokio::spawn(follow(open(&schema).await, is_over.clone()));
    let mut workers = JoinSet::new();
    for worker in 0..WORKERS {
        workers.spawn(work(open(&schema).await, worker));
    }
    let done = workers.join_all().await;
    is_over.store(true, Ordering::Release);

    let settled: Vec<&String> = done.iter().flat_map(|(settled, _)| settled).collect();
    assert_eq!(settled.len(), INTENTS, "each by one worker");
    assert_eq!(settled.iter().collect::<BTreeSet<_>>().len(), INTENTS);
    assert_eq!(store.intents(IntentState::Open, 9).await.unwrap(), []);

    let all = store.changes(0, usize::MAX).await.unwrap();
    assert_eq!(following.await.unwrap(), all.last().unwrap().seq);
    let mut expected: BTreeMap<Subject, Track> = BTreeMap::new();
    for one in done.iter().flat_map(|(_, observed)| observed) {
        let track = expected.entry(one.subject.clone());
        let track = track.or_insert_with(|| Track::new(one.subject.clone()));
        track.fold(one);
    }
    assert_eq!(expected.len(), usize::try_from(LOANS).unwrap());
    for (subject, track) in expected {
        let known = store.track(subject).await.unwrap().unwrap();
        assert_eq!(known.known(), track.known());
    }
}

/// Each alert is raised once and over once, whoever looks, and however many at once.
#[tokio::test(flavor = "multi_thread")]
async fn workers_that_look_at_once_tell_an_alert_once() {
    const LATE: usize = 20;
    let schema = new_schema();
    let store = open(&schema).await;
    let fields = |closed: bool| {
        Facts::default()
            .with("amount", Some(10_000))
            .with(
                "repaid_nominal_amount",
                Some(if closed { 10_000 } else { 0 }),
            )
            .with("paid_at", Some("2026-01-05T09:00:00Z"))
            .with("to_repay_at", Some("2026-03-06T09:00:00Z"))
    };
    let see = |second: i64, status: &'static str, closed: bool| {
        let loans = (0..LATE).map(|number| format!("loan-{number}"));
        let one = move |id: String| {
            let read = checks::read(Subject::loan(&id), second, fields(closed));
            [event(&id, second, status), read]
        };
        seen(loans.flat_map(one))
    };
    let mut trackers = Vec::new();
    for _ in 0..WORKERS {
        // It asks no server.
        let client = defacto::Client::builder()
            .api_key("none")
            .base_url("http://127.0.0.1:9");
        trackers.push(Tracker::new(client.build().unwrap(), open(&schema).await));
    }
    let mut told = Vec::new();
    for (second, status, closed) in [(1, "TO_REPAY", false), (10, "CLOSED", true)] {
        store
            .commit(see(second, status, closed), at(second))
            .await
            .unwrap();
        let mut looking = JoinSet::new();
        for tracker in &trackers {
            let tracker = tracker.clone();
            looking.spawn(async move { tracker.check_alerts().await.unwrap() });
        }
        told.extend(looking.join_all().await.into_iter().flatten());
    }
    let mut alerts: BTreeMap<_, usize> = BTreeMap::new();
    for one in &told {
        if let ChangeKind::Alert { name, raised, .. } = &one.change.kind {
            let alert = (one.change.subject.clone(), name.as_str(), *raised);
            *alerts.entry(alert).or_default() += 1;
        }
    }
    // Fallen due and late, begun and over.
    assert_eq!(alerts.len(), LATE * 2 * 2);
    assert!(alerts.values().all(|times| *times == 1), "{alerts:?}");
    assert_eq!(trackers[0].alerts().await.unwrap(), []);
}

/// Of several that begin the same thing one does, and the others hear of it.
#[tokio::test]
async fn one_of_many_begins_an_intent() {
    let schema = new_schema();
    let mut beginning = JoinSet::new();
    for number in 0..8 {
        let store = open(&schema).await;
        beginning.spawn(async move {
            let new: Intent = intent(&format!("intent-{number}"), "salt");
            matches!(store.begin(new).await.unwrap(), Begun::New)
        });
    }
    let begun = beginning.join_all().await;
    assert_eq!(begun.iter().filter(|is_new| **is_new).count(), 1);
}

const CHILD: &str = "DEFACTO_TEST_STORE";

/// The worker of the next test, in a process of its own.
async fn be_killed(given: &str) {
    let (schema, address) = given.split_once('|').unwrap();
    let options = PostgresOptions::new().schema(schema);
    let store = options.open(address).await.unwrap();
    let claimed = store.claim("gone".to_owned(), at(100), at(200), 9).await;
    let mut out = std::io::stdout();
    writeln!(out, "\nclaimed {}", claimed.unwrap().len()).unwrap();
    out.flush().unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn what_a_killed_worker_held_is_taken_over_after_its_time() {
    if let Ok(given) = std::env::var(CHILD) {
        return be_killed(&given).await;
    }
    let schema = new_schema();
    let store = open(&schema).await;
    store.begin(intent("a", "s")).await.unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("postgres::what_a_killed_worker_held_is_taken_over_after_its_time")
        .env(CHILD, format!("{schema}|{}", Server::get().plain()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let claimed = said
        .map(Result::unwrap)
        .find(|line| line.starts_with("claimed"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(claimed.as_deref(), Some("claimed 1"));

    let claim = async |now| {
        store
            .claim("next".to_owned(), at(now), at(300), 9)
            .await
            .unwrap()
    };
    assert_eq!(claim(199).await, []);
    let taken = claim(200).await;
    assert_eq!(taken.len(), 1);
    assert_eq!((&*taken[0].holder, taken[0].attempts), ("next", 3));
}
