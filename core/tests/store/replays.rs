//! A store is what was observed: folded again, in its order or from its file, that
//! gives the same to the last bit.
//!
//! `DEFACTO_CASES` sets how many lives are made up (400 unless set). One half uses a
//! fixed seed, the other a new one, which is printed.
#![allow(clippy::print_stdout, reason = "a test's own code")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use defacto::tracking::export::{Export, Format};
use defacto::tracking::store::{Memory, OpenOptions, Store};
use defacto::tracking::{Entity, Observation, Subject, Track};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;

use crate::checks::{at, seen};
use crate::lives::{Kind, live, observe};
use crate::sqlite::Folder;

fn cases() -> u64 {
    std::env::var("DEFACTO_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(400)
}

/// What is seen of many loans, in any order, some of it twice.
fn sights(rng: &mut StdRng, lives: u64) -> Vec<Observation> {
    let mut all = Vec::new();
    for case in 0..lives {
        let kind = Kind::of(case);
        let life = live(rng, kind);
        let subject = Subject::loan(format!("loan-{case:06}"));
        let seen = observe(rng, &subject, &life, kind);
        all.extend(seen.choose(rng).cloned());
        all.extend(seen);
    }
    all.shuffle(rng);
    all
}

async fn tracks(store: &dyn Store) -> Vec<Track> {
    let tracks = store.tracks(Entity::Loan, None, usize::MAX >> 1).await;
    tracks.unwrap()
}

async fn observations(store: &dyn Store) -> Vec<Observation> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let page = store.observations(after, 7).await.unwrap();
        let Some((last, _)) = page.last() else {
            return all;
        };
        after = *last;
        all.extend(page.into_iter().map(|(_, one)| one));
    }
}

/// Every object, or every change, as it is written out.
async fn exported(store: &dyn Store, export: Export) -> Vec<String> {
    let mut text = Vec::new();
    export.write(store, &mut text).await.unwrap();
    let text = String::from_utf8(text).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

async fn objects(store: &dyn Store) -> Vec<String> {
    exported(store, Export::objects(Format::JsonLines)).await
}

async fn changes(store: &dyn Store) -> Vec<String> {
    exported(store, Export::changes(Format::JsonLines)).await
}

/// One by one: of hundreds the first that differs says enough.
fn same<T: PartialEq + Debug>(all: &[T], others: &[T]) {
    for (one, other) in all.iter().zip(others) {
        assert_eq!(one, other);
    }
    assert_eq!(all.len(), others.len());
}

fn folded(seen: &[Observation]) -> Vec<Track> {
    let mut tracks: BTreeMap<&Subject, Track> = BTreeMap::new();
    for one in seen {
        let track = tracks.entry(&one.subject);
        let track = track.or_insert_with(|| Track::new(one.subject.clone()));
        track.fold(one);
    }
    tracks.into_values().collect()
}

/// All of a track but what was told while it was not seen yet, which depends on the
/// order.
fn lasting(track: &Track) -> Value {
    let mut all = serde_json::to_value(track).unwrap();
    all.as_object_mut().unwrap().remove("inferred");
    all
}

async fn replay(rng: &mut StdRng, lives: u64) {
    let folder = Folder::new();
    // What is seen again is written at once, as in memory.
    let open = || {
        let options = OpenOptions::new().rewritten_after(Duration::ZERO);
        options.open(folder.file()).unwrap()
    };
    let (memory, file) = (Memory::new(), open());
    let sights = sights(rng, lives);
    let (mut rest, mut second) = (&sights[..], 0);
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(rng.random_range(1..80).min(rest.len()));
        (rest, second) = (later, second + 1);
        let batch = seen(batch.to_vec());
        let made = memory.commit(batch.clone(), at(second)).await.unwrap();
        same(&file.commit(batch, at(second)).await.unwrap(), &made);
    }

    let known = folded(&sights);
    same(&tracks(&memory).await, &known);
    same(&tracks(&file).await, &known);
    let log = observations(&file).await;
    let (book, told) = (objects(&file).await, changes(&file).await);
    same(&objects(&memory).await, &book);
    same(&changes(&memory).await, &told);
    drop(file);
    let file = open();
    same(&tracks(&file).await, &known);
    same(&observations(&file).await, &log);
    same(&objects(&file).await, &book);
    same(&changes(&file).await, &told);

    // From nothing, in the order of the store. A file leaves out what tells no more.
    for log in [log, observations(&memory).await] {
        let again = folded(&log);
        let lasting = |tracks: &[Track]| tracks.iter().map(lasting).collect::<Vec<_>>();
        same(&lasting(&again), &lasting(&known));
        for (again, known) in again.iter().zip(&known) {
            assert_eq!(again.known(), known.known());
        }
        let copy = Memory::new();
        copy.commit(seen(log), at(0)).await.unwrap();
        same(&objects(&copy).await, &book);
    }
}

#[tokio::test]
async fn what_was_observed_is_the_same_book_again() {
    let fresh: u64 = rand::random();
    println!("fresh seed: {fresh}");
    for seed in [1, fresh] {
        let mut rng = StdRng::seed_from_u64(seed);
        replay(&mut rng, cases().div_ceil(2)).await;
    }
}
