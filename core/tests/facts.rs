//! The fields of an object, which are kept packed and look like a map.

use std::collections::BTreeMap;

use defacto::tracking::{Fact, Facts, Moment, Observation, Source};
use defacto::types::{Cents, Loan, Timestamp};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

/// Names that have a number, an instant's among them, and names that have none.
const NAMES: [&str; 9] = [
    "amount",
    "closed_at",
    "currency",
    "paid_at",
    "",
    "a name of tomorrow",
    "share.a.REPAYMENT_NOMINAL",
    "total_amount",
    "zzz",
];
const TEXTS: [&str; 7] = [
    "",
    "EUR",
    "2026-02-01T00:00:00.000001+00:00",
    "2026-02-01T00:00:00Z",
    "2026-02-01T01:00:00+01:00",
    "2026-02-01T00:00:00.000000001Z",
    "é\u{0}\"",
];

fn fact(rng: &mut StdRng) -> Fact {
    if rng.random() {
        Fact::Text(TEXTS[rng.random_range(0..TEXTS.len())].into())
    } else {
        Fact::Number(rng.random_range(-8..9) * (i64::MAX / 8))
    }
}

#[test]
fn are_a_map_however_they_came_together() {
    let mut rng = StdRng::seed_from_u64(7);
    for _ in 0..3_000 {
        let (mut map, mut facts) = (BTreeMap::new(), Facts::default());
        for _ in 0..rng.random_range(0..20) {
            let name = NAMES[rng.random_range(0..NAMES.len())];
            let value = fact(&mut rng);
            facts = facts.with(name, Some(value.clone()));
            map.insert(name, value);
        }
        for name in NAMES {
            assert_eq!(facts.get(name).as_ref(), map.get(name), "{name}");
            assert_eq!(facts.has(name), map.contains_key(name));
        }
        assert!(facts.iter().map(|(name, _)| name).eq(map.keys().copied()));

        // In one go, in another order.
        let mut entries: Vec<_> = map.iter().collect();
        entries.shuffle(&mut rng);
        let again = entries
            .into_iter()
            .fold(Facts::default(), |facts, (name, fact)| {
                facts.with(name, Some(fact.clone()))
            });
        assert_eq!(again, facts);
        assert_eq!(again.cmp(&facts), std::cmp::Ordering::Equal);

        // As a store keeps them.
        let text = serde_json::to_string(&facts).unwrap();
        assert_eq!(text, serde_json::to_string(&map).unwrap());
        assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), facts);
        let shown: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::from_value::<Facts>(shown).unwrap(), facts);
    }
}

#[test]
fn an_instant_is_one_however_finely_it_is_written() {
    for text in &TEXTS[2..6] {
        for name in ["paid_at", "a name of tomorrow"] {
            let facts = Facts::default().with(name, Some(*text));
            assert_eq!(facts.instant(name), Some(text.parse().unwrap()), "{name}");
            assert_eq!(facts.get(name), Some(Fact::from(*text)));
        }
        // A loan's is the same whether it was read or loaded.
        let at: Timestamp = text.parse().unwrap();
        let loan = json!({"id": "l", "status": "TO_REPAY", "paid_at": text});
        let loan: Loan = serde_json::from_value(loan).unwrap();
        let read = Observation::of_loan(&loan, Moment::at(at), Source::Poll);
        let loaded: Observation =
            serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(read, loaded);
        // In whole microseconds, as the API has them.
        let kept = read.facts.unwrap().instant("paid_at").unwrap();
        assert_eq!(kept, at.to_string().parse().unwrap());
    }
}

#[test]
fn tells_numbers_texts_and_instants_apart() {
    let facts = Facts::default()
        .with("amount", Some(Cents(5)))
        .with("currency", Some("EUR"))
        .with("paid_at", Some("2026-02-01T00:00:00.000000+00:00"))
        .with("closed_at", None::<&str>);
    assert_eq!(facts.cents("amount"), Some(Cents(5)));
    assert_eq!(
        (facts.text("amount"), facts.number("currency")),
        (None, None)
    );
    assert_eq!(facts.text("currency"), Some("EUR"));
    assert_eq!(
        (facts.text("paid_at"), facts.instant("currency")),
        (None, None)
    );
    assert!(facts.has("paid_at") && !facts.has("closed_at"));
    let shown = r#"{"amount":5,"currency":"EUR","paid_at":"2026-02-01T00:00:00.000000+00:00"}"#;
    assert_eq!(serde_json::to_string(&facts).unwrap(), shown);
}
