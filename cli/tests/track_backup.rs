//! track: copies of the store, and whether it is sound.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::fs;

use support::desk::Desk;
use support::{Going, json, lend, stderr, stdout};

/// What `--store` takes.
fn named(desk: &Desk, file: &str) -> String {
    desk.folder.join(file).display().to_string()
}

#[test]
fn a_store_is_copied_while_it_is_in_use() {
    let desk = Desk::new("backup");
    let id = lend(&desk.sandbox, true);
    let mut run = desk.command(&["run", "--every", "86400", "--json"]);
    let mut going = Going::start(&mut run);
    let told = going.out.next().unwrap().unwrap();
    assert!(told.contains(&id), "{told}");

    let copy = named(&desk, "copy.db");
    let made = json(&desk.track(&["backup", &copy, "--json"]), 0);
    assert_eq!(made["path"], *copy);
    assert_eq!(made["bytes"], fs::metadata(&copy).unwrap().len());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let status = |more: &[&str]| json(&desk.track(&[&["status", "--json"], more].concat()), 0);
    assert_eq!(status(&["--store", &copy]), status(&[]));
    assert_eq!(status(&[])["data"][0]["id"], *id);

    // One that is there stays, unless it is to be replaced.
    fs::write(&copy, "something of mine").unwrap();
    let refused = desk.track(&["backup", &copy]);
    assert_eq!(refused.status.code(), Some(2));
    let said = stderr(&refused);
    assert!(said.contains("there is such a file"), "{said}");
    assert_eq!(fs::read_to_string(&copy).unwrap(), "something of mine");
    let replaced = desk.track(&["backup", &copy, "--overwrite"]);
    assert_eq!(replaced.status.code(), Some(0), "{}", stderr(&replaced));
    let text = stdout(&replaced);
    assert!(
        text.ends_with(" bytes\n") && text.starts_with(&copy),
        "{text}"
    );
    assert_eq!(status(&["--store", &copy]), status(&[]));

    // A store that is in use does not, whatever is asked for.
    let other = named(&desk, "other.db");
    let from_copy = ["backup", &other, "--store", &copy, "--overwrite"];
    let made = desk.track(&from_copy);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let run = ["run", "--every", "86400", "--json", "--store", &other];
    let mut second = Going::start(&mut desk.command(&run));
    second.out.next().unwrap().unwrap();
    let old = named(&desk, "old.db");
    fs::write(format!("{old}-wal"), "what a process left").unwrap();
    let own = named(&desk, "loans.db");
    for (to, why) in [(&own, "the store itself"), (&old, "a database's log")] {
        let refused = desk.track(&["backup", to, "--overwrite"]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(stderr(&refused).contains(why), "{}", stderr(&refused));
    }
    let refused = desk.track(&from_copy);
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
    assert_eq!(status(&["--store", &other])["data"][0]["id"], *id);
    let nowhere = named(&desk, "no/such/folder.db");
    let refused = desk.track(&["backup", &nowhere]);
    assert_eq!(refused.status.code(), Some(2));
    let said = stderr(&refused);
    assert!(said.contains("no file can be made there"), "{said}");

    // Nothing half is left.
    for file in fs::read_dir(&desk.folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with('.'), "{name}");
    }
}

#[test]
fn what_is_damaged_is_named() {
    let desk = Desk::new("check");
    let unmade = desk.track(&["check"]);
    assert!(stderr(&unmade).contains("no store yet"));
    for _ in 0..3 {
        lend(&desk.sandbox, true);
    }
    desk.track(&["sync"]);
    let sound = json(&desk.track(&["check", "--json"]), 0);
    assert_eq!(sound["is_sound"], true);
    assert_eq!(sound["problems"].as_array().unwrap().len(), 0);
    let exported = stdout(&desk.track(&["export", "--jsonl"]));
    assert_eq!(sound["objects"], exported.lines().count());
    let changes = stdout(&desk.track(&["export", "--jsonl", "--changes"]));
    assert_eq!(sound["changes"], changes.lines().count());
    let text = stdout(&desk.track(&["check"]));
    assert!(text.starts_with("sound: objects "), "{text}");

    let file = desk.folder.join("loans.db");
    let whole = fs::read(&file).unwrap();
    // A row that another program has changed: its page holds together.
    let mut bytes = whole.clone();
    let (row, other) = (br#"{"subject":"#, br#"{'subject':"#);
    let places = |bytes: &[u8]| {
        let windows = bytes.windows(row.len());
        let found = windows.enumerate().filter(|(_, part)| part == row);
        found.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let found = places(&bytes);
    let (first, last) = (found[0], found[found.len() - 1]);
    for at in found {
        bytes[at..at + other.len()].copy_from_slice(other);
    }
    fs::write(&file, &bytes).unwrap();
    let damaged = json(&desk.track(&["check", "--json"]), 1);
    assert_eq!(damaged["is_sound"], false);
    let problems = damaged["problems"].to_string();
    assert!(problems.contains("loans.db"), "{problems}");

    // Pages that do not: opening says so at the first, this says all. The rows are of
    // two tables, and the last page of the file is an index's.
    let mut bytes = whole;
    for place in [first, last, bytes.len() - 1] {
        let page = place / 4_096 * 4_096;
        bytes[page..page + 4_096].fill(0x5a);
    }
    fs::write(&file, bytes).unwrap();
    let refused = desk.track(&["status"]);
    let said = stderr(&refused);
    assert!(said.contains("damaged: restore a backup"), "{said}");
    let damaged = desk.track(&["check"]);
    assert_eq!(damaged.status.code(), Some(1), "{}", stderr(&damaged));
    let text = stdout(&damaged);
    let lines = text
        .lines()
        .filter(|line| line.starts_with("damaged: ") && !line.contains("***"));
    assert!(lines.count() > 3, "{text} {}", stderr(&damaged));
    assert!(text.ends_with("restore a backup\n"), "{text}");
}
