//! One clock for all accounts: whoever moves it, everything happens.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;
mod support;

use common::Client;
use common::receiver::Receiver;
use defacto_sandbox::Sandbox;
use serde_json::{Value, json};

/// A request of the second account, whose key is another.
async fn as_bert(client: &Client, method: &str, path: &str, body: Value) -> Value {
    let to = client.sandbox.address();
    let text = support::request(to, method, path, &body.to_string(), false);
    let text = text.replace("Bearer k", "Bearer kb");
    let (bytes, end) = support::exchange(to, &text).await;
    end.unwrap();
    let answer = support::Answer::of(&bytes);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

/// Two accounts by the calendar, each with a loan that is accepted and told
/// of; gives the loans.
async fn two(anna: &Receiver, bert: &Receiver) -> (Client, [String; 2]) {
    let builder = Sandbox::builder().account("anna", "k").unwrap();
    let builder = builder.account("bert", "kb").unwrap();
    let sandbox = builder.start().await.unwrap();
    let client = Client { sandbox };
    client.calendar("2026-02-01T09:00:00Z").await;
    let policy = json!({"timing": "calendar"});
    client
        .control("PUT", "/settings?account=bert", policy)
        .await;
    let iban = client.iban("SUCCESS").await;
    let borrower = json!({"identifier": "333333334", "signed_at": "2026-01-01T00:00:00Z"});
    client.borrower("333333334").await;
    as_bert(&client, "POST", "/borrowers", borrower).await;
    let events = json!(["Loan.TO_REPAY", "Loan.CLOSED"]);
    let hook = |url: String| json!({"name": "h", "to_url": url, "event_types": events});
    as_bert(&client, "POST", "/webhooks", hook(bert.url())).await;
    let hooked = client.post("/webhooks", hook(anna.url())).await;
    assert_eq!(hooked.status, 201);
    let own = json!({"auto_validate": true});
    let mine = client.loan("333333334", &iban, own).await;
    // Paid a day before the other, and repaid a day after.
    let body = common::request(
        "333333334",
        &iban,
        json!({
            "auto_validate": true,
            "to_pay_at": "2026-02-28T00:00:00Z",
            "to_repay_at": "2026-04-01T00:00:00Z",
        }),
    );
    let other = as_bert(&client, "POST", "/loans", body).await;
    let ids = [mine, other].map(|loan| loan["id"].as_str().unwrap().to_owned());
    (client, ids)
}

async fn seen(client: &Client, id: &str, account: &str) -> Vec<(String, String)> {
    let path = format!("/_sandbox/view/loans/{id}?account={account}");
    let seen = client.get(&path).await.json();
    let history = seen["history"].as_array().unwrap().iter();
    let text = |moment: &Value, name: &str| moment[name].as_str().unwrap().to_owned();
    history
        .map(|moment| (text(moment, "status"), text(moment, "at")))
        .collect()
}

#[tokio::test]
async fn a_move_brings_what_is_due_in_every_account() {
    for mover in ["anna", "bert"] {
        let (anna, bert) = (Receiver::start().await, Receiver::start().await);
        let (client, ids) = two(&anna, &bert).await;
        let path = format!("/clock?account={mover}");
        let moved = client
            .control("POST", &path, json!({"to": "2026-05-01T00:00:00Z"}))
            .await;
        // What is counted is what happened to the loans of who asked.
        assert_eq!(moved["events"]["Loan.CLOSED"], 1);
        assert_eq!(moved["deliveries"]["delivered"], 2);
        // All is done and told, with the time it is of, and nobody asked since.
        for receiver in [&anna, &bert] {
            assert_eq!(receiver.events(), ["Loan.TO_REPAY", "Loan.CLOSED"]);
        }
        for (id, account, paid, repaid) in [
            (&ids[0], "anna", "2026-03-01", "2026-03-31"),
            (&ids[1], "bert", "2026-02-28", "2026-04-01"),
        ] {
            let history = seen(&client, id, account).await;
            let at = |status: &str| {
                let moment = history.iter().find(|(known, _)| known == status);
                moment.unwrap().1[..10].to_owned()
            };
            assert_eq!(at("TO_REPAY"), paid);
            assert_eq!(at("CLOSED"), repaid);
        }
    }
}

#[tokio::test]
async fn a_step_to_the_next_event_of_one_brings_those_before_of_the_other() {
    let (anna, bert) = (Receiver::start().await, Receiver::start().await);
    let (client, ids) = two(&anna, &bert).await;
    let step = json!({"next_event_of": ids[0]});
    for now in ["2026-02-28", "2026-03-01"] {
        let moved = client.clock(step.clone()).await;
        assert_eq!(&moved["now"].as_str().unwrap()[..10], now);
    }
    assert_eq!(anna.events(), ["Loan.TO_REPAY"]);
    assert_eq!(bert.events(), ["Loan.TO_REPAY"]);
    // A clock that is stopped at a later moment skips nothing either.
    client
        .clock(json!({"freeze": "2026-03-31T12:00:00Z"}))
        .await;
    assert_eq!(anna.events().last().unwrap(), "Loan.CLOSED");
    assert_eq!(bert.events(), ["Loan.TO_REPAY"]);
}
