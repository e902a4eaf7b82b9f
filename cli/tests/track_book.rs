//! track: what the loans come to, and letting go of them.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use defacto::blocking::{Client, Tracker};
use defacto::tracking::store::IntentState;
use defacto::types::RepayNow;
use serde_json::Value;
use support::desk::{Desk, KEY, objects};
use support::{json, lend, run, stderr, stdout};

#[test]
fn the_books_are_compared_and_added_up() {
    let desk = Desk::new("books");
    let loan = lend(&desk.sandbox, true);
    let first = desk.track(&["reconcile"]);
    assert_eq!(first.status.code(), Some(1), "{}", stderr(&first));
    let text = stdout(&first);
    assert!(text.contains(&format!("missing: loan {loan}")), "{text}");
    assert!(text.ends_with("nothing was changed\n"), "{text}");
    let fixed = desk.track(&["reconcile", "--fix", "--json"]);
    assert_eq!(fixed.status.code(), Some(1), "{}", stderr(&fixed));
    assert!(objects(&stdout(&fixed))[0]["adopted"].as_u64().unwrap() > 0);
    let clean = desk.lines(&["reconcile"]);
    assert_eq!(clean[0]["is_clean"], true);

    desk.clock(&["to", "2030-01-20"]);
    desk.lines(&["sync", "--full"]);
    let book = &desk.lines(&["portfolio", "--at", "2030-01-20T12:00:00Z", "--days", "90"])[0];
    assert_eq!(book["by_status"]["TO_REPAY"], 1, "{book}");
    let owed = &book["totals"]["EUR"]["outstanding"];
    assert_eq!(&book["totals"]["EUR"]["due"], owed);
    assert_eq!(&book["dues"][0]["outstanding"], owed);
    let text = stdout(&desk.track(&["portfolio", "--at", "2031-01-01T00:00:00Z"]));
    assert!(text.contains("TO_REPAY") && text.contains("EUR"), "{text}");
    let wrong = desk.track(&["portfolio", "--at", "soon"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn what_is_due_is_drawn_and_published() {
    let desk = Desk::new("dues");
    lend(&desk.sandbox, true);
    desk.clock(&["to", "2030-01-20"]);
    desk.lines(&["sync"]);
    let dues = ["dues", "--at", "2030-01-20T12:00:00Z"];
    let drawn = stdout(&desk.track(&dues));
    let expected = "
    February 2030
 Mo Tu We Th Fr Sa Su
              1  2  3
  4  5  6  7  8[ 9]10
 11 12 13 14 15 16 17
 18 19 20 21 22 23 24
 25 26 27 28

Sat 2030-02-09  1 loan  10.00 EUR  ##############################

Due in 90 days: 10.00 EUR of 1 loan
";
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    assert_eq!(desk.lines(&dues)[0]["dues"][0]["outstanding"], 1_000);

    let published = |more: &[&str]| stdout(&desk.track(&[&dues[..], &["--ics"], more].concat()));
    let file = published(&[]);
    let scope = "e8103dd4-3eab-59cb-87a8-6b2959cd2c5d";
    let expected = format!(
        "BEGIN:VCALENDAR|VERSION:2.0|PRODID:-//defacto-sdk//defacto track dues//EN|\
         CALSCALE:GREGORIAN|METHOD:PUBLISH|NAME:Defacto|X-WR-CALNAME:Defacto|BEGIN:VEVENT|\
         DTEND;VALUE=DATE:20300210|DTSTAMP:20300120T120000Z|DTSTART;VALUE=DATE:20300209|\
         SUMMARY:Due: 10.00 EUR of 1 loan|TRANSP:TRANSPARENT|UID:20300209-EUR-{scope}|\
         END:VEVENT|END:VCALENDAR|"
    );
    assert_eq!(file.replace("\r\n", "|"), expected);
    // A day later the event is the same one; another account's is another.
    let uid = |file: &str| {
        file.lines()
            .find(|line| line.starts_with("UID:"))
            .map(str::to_owned)
    };
    let later = stdout(&desk.track(&["dues", "--ics", "--at", "2030-01-21T12:00:00Z"]));
    assert_eq!(uid(&later), uid(&file));
    assert_ne!(uid(&published(&["--name", "Other account"])), uid(&file));
    let none = stdout(&desk.track(&["dues", "--at", "2031-01-01T00:00:00Z"]));
    assert_eq!(
        none,
        "Due in 90 days: 0.00 EUR of 0 loans; overdue: 10.00 EUR\n"
    );
}

#[test]
fn what_is_over_is_purged_and_a_borrower_erased() {
    let desk = Desk::new("purged");
    let loan = lend(&desk.sandbox, true);
    desk.lines(&["sync"]);
    desk.clock(&["to", "2030-01-20"]);
    desk.lines(&["sync", "--full"]);
    let known = &desk.lines(&["export", "--jsonl"])[0];
    let number = known["facts"]["borrower"].as_str().unwrap().to_owned();
    let refused = desk.track(&["erase", &number]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains(&loan), "{}", stderr(&refused));

    let repaid = run(&desk.sandbox, &["trigger", "loan.repaid", &loan]);
    assert_eq!(repaid.status.code(), Some(0), "{}", stderr(&repaid));
    desk.lines(&["sync"]);
    let book = |desk: &Desk| desk.lines(&["portfolio", "--at", "2030-02-01T00:00:00Z"]);
    let before = book(&desk);
    assert_eq!(before[0]["by_status"]["CLOSED"], 1, "{before:?}");

    // A consumer of this command line is one too.
    desk.lines(&["changes", "--consumer", "mailer"]);
    desk.lines(&["changes", "--consumer", "books", "--replay", "0"]);
    std::fs::write(desk.folder.join("loans.db.mailer.cursor"), "1\n").unwrap();
    let kept = desk.track(&["purge", "--before", "2999-01-01"]);
    let text = stdout(&kept);
    assert!(
        text.contains("kept until mailer has been told: loans 1"),
        "{text}"
    );
    assert!(text.starts_with("purged: loans 0, "), "{text}");
    desk.lines(&["changes", "--consumer", "mailer"]);
    let young = desk.lines(&["purge", "--before", "2001-01-01T00:00:00Z"]);
    assert_eq!(
        (&young[0]["loans"], &young[0]["kept"]),
        (&0.into(), &0.into())
    );
    let purged = desk.lines(&["purge", "--before", "2999-01-01"]);
    assert_eq!(
        (&purged[0]["loans"], &purged[0]["kept"]),
        (&1.into(), &0.into())
    );
    assert_eq!(book(&desk), before);
    let clean = desk.lines(&["reconcile"]);
    assert_eq!(clean[0]["is_clean"], true);

    // Another one, whatever its age and whoever was told.
    lend(&desk.sandbox, true);
    desk.lines(&["sync"]);
    // It repays itself.
    desk.clock(&["advance", "30d"]);
    desk.lines(&["sync", "--full"]);
    let known = &desk.lines(&["export", "--jsonl"])[0];
    let number = known["facts"]["borrower"].as_str().unwrap().to_owned();
    let holds = |number: &str| {
        let files = std::fs::read_dir(&desk.folder).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .any(|bytes| {
                bytes
                    .windows(number.len())
                    .any(|part| part == number.as_bytes())
            })
    };
    assert!(holds(&number));
    let erased = desk.track(&["erase", &number]);
    assert_eq!(erased.status.code(), Some(0), "{}", stderr(&erased));
    assert!(
        stdout(&erased).starts_with("erased: loans 1, "),
        "{}",
        stdout(&erased)
    );
    assert!(!holds(&number));
    assert_eq!(book(&desk)[0]["by_status"]["CLOSED"], 2);
}

#[test]
fn what_was_meant_is_told_as_every_language_tells_it() {
    let desk = Desk::new("intents");
    let id = lend(&desk.sandbox, false);
    let client = Client::builder()
        .api_key(KEY)
        .base_url(&desk.sandbox.base_url)
        .retries(0)
        .build_blocking()
        .unwrap();
    let file = desk.folder.join("loans.db").display().to_string();
    let tracker = Tracker::open(&client, &file).unwrap();
    tracker
        .send(client.loans().validate("nothing"))
        .unwrap_err();
    for operation in ["loans.validate", "loans.get"] {
        let fault = format!(r#"{{"operation":"{operation}","reset":"after","times":null}}"#);
        desk.sandbox.fault(&fault);
    }
    tracker.send(client.loans().validate(&id)).unwrap_err();
    let told = |state| {
        let intents = tracker.intents(state, 9).unwrap();
        let reports = intents.iter().map(|intent| intent.report());
        let values = reports.map(|report| serde_json::to_value(report).unwrap());
        values.collect::<Vec<Value>>()
    };
    let (open, refused) = (told(IntentState::Open), told(IntentState::Refused));
    assert_eq!((open.len(), refused.len()), (1, 1));

    let printed = json(&desk.track(&["intents", "--json"]), 0);
    assert_eq!(printed["data"], Value::from([&open[..], &refused].concat()));
    assert_eq!(printed["has_more"], false);
    assert_eq!(printed["data"][0]["subject"], *id);
    assert!(printed["data"][1]["reason"].is_string(), "{printed}");
    let some = json(&desk.track(&["intents", "--open", "--json"]), 0);
    assert_eq!(some["data"], Value::from(open));
    let text = stdout(&desk.track(&["intents"]));
    assert!(
        text.contains("loans.validate") && text.contains(&id),
        "{text}"
    );
}

#[test]
fn what_settles_a_loan_is_told_with_where_to_pay() {
    let desk = Desk::new("payoff");
    let loan = lend(&desk.sandbox, true);
    desk.clock(&["to", "2030-01-20"]);
    let day = ["--on", "2030-01-30", "--postponed-to", "2030-02-19"];
    let told = &desk.lines(&[&["payoff", &loan], &day[..]].concat())[0];
    // 10.00 EUR at 0.05 percent a day, for 20 days and for 10 more.
    let sums = ["outstanding", "interest", "payoff", "cost_of_postponing"].map(|sum| &told[sum]);
    assert_eq!(sums, [1_000, 10, 1_010, 5], "{told}");
    let account = told["repayment_to"]["account_number"].as_str().unwrap();
    let reference = told["repayment_to_references"][0].as_str().unwrap();

    let text = stdout(&desk.track(&["payoff", &loan]));
    assert!(text.contains(reference), "{text}");
    let spaced = text.replace(' ', "");
    assert!(spaced.contains(account), "{text}");
    let passed = desk.track(&["payoff", &loan, "--on", "2030-01-01"]);
    assert_eq!(passed.status.code(), Some(2), "{}", stderr(&passed));
    assert!(stderr(&passed).contains("on `2030-01-01` has passed"));
}

#[test]
fn what_nothing_can_tell_is_resolved_by_hand() {
    let desk = Desk::new("resolve");
    lend(&desk.sandbox, true);
    let client = Client::builder()
        .api_key(KEY)
        .base_url(desk.sandbox.base_url.clone())
        .retries(0)
        .build_blocking()
        .unwrap();
    let lost = r#"{"operation":"payments.repay_now","reset":"after","times":1}"#;
    desk.sandbox.fault(lost);
    {
        let file = desk.folder.join("loans.db").display().to_string();
        let tracker = Tracker::open(&client, &file).unwrap();
        let body = RepayNow::new()
            .amount(500)
            .base_callback_url("https://example.com/back");
        tracker
            .send(client.payments().repay_now(&body))
            .unwrap_err();
        assert_eq!(tracker.settle().unwrap().open, 1);
    }
    let open = &desk.lines(&["intents", "--open"])[0]["data"][0];
    let id = open["id"].as_str().unwrap();
    let unsaid = desk.track(&["resolve", id, "--reason", "told by support"]);
    assert_eq!(unsaid.status.code(), Some(2));
    let said = ["resolve", id, "--not-made", "--reason", "told by support"];
    let resolved = &desk.lines(&said)[0];
    assert_eq!(resolved["state"], "refused", "{resolved}");
    let again = desk.track(&said);
    assert_ne!(again.status.code(), Some(0));
    assert!(
        stderr(&again).contains("of no open intent"),
        "{}",
        stderr(&again)
    );
}
