//! The generators of test data over real connections.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod support;

use std::collections::HashSet;
use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use defacto_sandbox::{Sandbox, scenario_of};
use defacto_types::{
    CreateBorrower, CreateInvoice, GeneratedInvoice, IdentifierType, SandboxCountry, Scenario,
    Value, Wire,
};
use iban::Iban;
use serde_json::json;
use support::{Answer, exchange, get, send};

const BUSINESS: &str = "/sandbox/business-generator";
const INVOICE: &str = "/sandbox/invoice-generator";
const ELIGIBLE: &str = "/sandbox/business-eligible";

fn missing(value: &impl Wire) -> Vec<String> {
    let mut missing = Vec::new();
    value.missing("", &mut missing);
    missing
}

#[tokio::test]
async fn a_business_is_ready_to_be_posted() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let mut identifiers = HashSet::new();
    for country in SandboxCountry::ALL {
        let answer = get(to, &format!("{BUSINESS}?country={country}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let made: CreateBorrower = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(missing(&made), Vec::<String>::new());
        assert!(made.extra.is_empty());
        let kind = match country.as_str() {
            "BEL" => IdentifierType::BelgiumRegistrationNumber,
            "DEU" => IdentifierType::HrNummer,
            "ESP" => IdentifierType::Cif,
            "ISL" => IdentifierType::VatNumber,
            "NLD" => IdentifierType::Kvk,
            _ => IdentifierType::Siren,
        };
        assert_eq!(made.identifier_type, Some(kind));
        assert!(identifiers.insert(made.identifier.unwrap()));
        assert!(made.name.is_some_and(|name| name.ends_with(" Co.")));
        let address = made.address.unwrap();
        assert_eq!(address.country.as_deref(), Some(country.as_str()));
        let iban = made.account_number.unwrap();
        assert!(iban.expose().parse::<Iban>().is_ok());
        assert_eq!(scenario_of(iban.expose()), Scenario::Success);
        assert_eq!(made.directors.len(), 1);
        assert!(made.directors[0].birth_date.is_some());
        let owner = made.owner.unwrap();
        assert_eq!(owner.last_name, made.directors[0].last_name);
        assert!(made.signed_at.is_none());
    }
}

#[tokio::test]
async fn a_business_is_asked_for_with_post_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let none = get(to, &format!("{BUSINESS}?is_borrower=false"))
        .await
        .json();
    assert_eq!(none["account_number"], Value::Null);
    assert_eq!(none["owner"], Value::Null);
    let query = send(to, "POST", &format!("{BUSINESS}?country=NLD"), "").await;
    assert_eq!(query.json()["identifier_type"], "kvk");
    let body = r#"{"country": "ESP", "is_borrower": false}"#;
    let spanish = send(to, "POST", BUSINESS, body).await.json();
    assert_eq!(spanish["identifier_type"], "cif");
    assert_eq!(spanish["account_number"], Value::Null);

    let journal = get(to, "/_sandbox/journal?operation=testing.generate_business").await;
    let requests = journal.json()["requests"].clone();
    let methods: Vec<_> = requests
        .as_array()
        .unwrap()
        .iter()
        .map(|request| request["method"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(methods, ["GET", "POST", "POST"]);

    let wrong = get(to, &format!("{BUSINESS}?country=FR&is_borrower=maybe")).await;
    assert_eq!(wrong.refused(), ["country", "is_borrower"]);
    assert_eq!(send(to, "POST", BUSINESS, "[]").await.refused(), ["body"]);
}

async fn generated_invoice(to: SocketAddr, body: &str) -> GeneratedInvoice {
    let answer = send(to, "POST", INVOICE, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

async fn generated_payload(to: SocketAddr, body: &str) -> CreateInvoice {
    let made = generated_invoice(to, body).await;
    made.invoice_creation_payload.unwrap()
}

#[tokio::test]
async fn an_invoice_is_as_really_produced() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let freeze = r#"{"freeze": "2030-01-01T00:00:00.000001Z"}"#;
    send(to, "POST", "/_sandbox/clock", freeze).await;
    let answer = send(to, "POST", INVOICE, "").await;
    assert_eq!(answer.status, 201);
    let payload = answer.json()["invoice_creation_payload"].clone();

    let number = payload["invoice_number"].as_str().unwrap();
    let hex = number.strip_prefix("FK-INVOICE-").unwrap();
    assert!(hex.len() == 6 && hex.chars().all(|c| c.is_ascii_hexdigit()));
    assert_eq!(payload["issued_at"], "2030-01-01T00:00:00.000001+00:00");
    assert_eq!(payload["due_at"], "2030-01-31T00:00:00.000001+00:00");
    assert_eq!(payload["is_draft"], false);
    assert_eq!(payload["currency"], "EUR");
    assert_eq!(payload["invoice_type"], Value::Null);
    assert!(payload.as_object().unwrap().contains_key("invoice_type"));
    for party in ["buyer", "seller"] {
        let fields: Vec<_> = payload[party].as_object().unwrap().keys().collect();
        assert_eq!(fields, ["identifier", "name"]);
        assert_eq!(payload[party]["identifier"].as_str().unwrap().len(), 9);
    }
    assert_ne!(payload["buyer"], payload["seller"]);
    let iban = payload["to_account"]["account_number"].as_str().unwrap();
    assert_eq!(
        payload["to_account"],
        json!({ "account_number": iban, "bank_identifier": "FK2FACTO" })
    );
    let metadata = &payload["metadata"];
    assert_eq!(
        metadata["created_with"],
        "Defacto sandbox invoice generator"
    );
    assert_eq!(metadata["scenario_name"], "SUCCESS");
    assert!(metadata["scenario_description"].is_string());
    assert!(
        payload["document"]
            .as_str()
            .unwrap()
            .starts_with("JVBERi0xLjc")
    );
}

#[tokio::test]
async fn an_invoice_carries_its_scenario() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for (scenario, net, tax, total) in [
        ("SUCCESS", 10_000, 2_000, 12_000),
        ("SUCCESS_ONE_DAY_LATER", 20_000, 4_000, 24_000),
        ("REJECT", 30_000, 6_000, 36_000),
        ("FAIL", 40_000, 8_000, 48_000),
        ("CANCEL", 50_000, 10_000, 60_000),
    ] {
        let payload = generated_payload(to, &json!({ "scenario": scenario }).to_string()).await;
        assert_eq!(missing(&payload), Vec::<String>::new());
        assert_eq!(payload.net_amount.unwrap().get(), net);
        assert_eq!(payload.tax_amount.unwrap().get(), tax);
        assert_eq!(payload.total_amount.unwrap().get(), total);
        assert_eq!(payload.to_pay_amount.unwrap().get(), total);
        let iban = payload.to_account.unwrap().account_number.unwrap();
        assert_eq!(scenario_of(iban.expose()).as_str(), scenario);
    }
}

#[tokio::test]
async fn of_a_party_only_what_is_declared_is_shown_again() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let body = json!({"seller": {
        "name": "Seller", "colour": "blue",
        "address": {"city": "Lyon", "planet": "Earth"},
        "contact": {
            "email": "a@seller.example", "first_name": "A", "last_name": "B",
            "phone_number": "+33100000000", "pigeon": 7,
        },
    }});
    let payload = generated_payload(to, &body.to_string()).await;
    let seller = serde_json::to_value(payload.seller.unwrap()).unwrap();
    assert_eq!(seller["address"], json!({"city": "Lyon"}));
    assert!(seller["contact"].get("pigeon").is_none(), "{seller}");
    assert_eq!(seller["contact"]["email"], "a@seller.example");
    assert!(seller.get("colour").is_none(), "{seller}");

    let wrong = json!({"buyer": {
        "identifier_type": "runes",
        "contact": {"email": "@", "first_name": "A", "last_name": "B", "phone_number": "1"},
    }});
    let answer = send(to, "POST", INVOICE, &wrong.to_string()).await;
    let both = ["buyer.contact.email", "buyer.identifier_type"];
    assert_eq!(answer.refused(), both);

    let half = json!({"buyer": {"contact": {"email": "a@buyer.example"}}});
    let answer = send(to, "POST", INVOICE, &half.to_string()).await;
    let missing = ["first_name", "last_name", "phone_number"];
    assert_eq!(
        answer.refused(),
        missing.map(|each| format!("buyer.contact.{each}"))
    );
}

#[tokio::test]
async fn an_invoice_takes_the_parties_it_is_given() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let body = json!({
        "buyer": { "name": "Mine", "identifier": "899021021", "identifier_type": "siren" },
        "country": "DEU",
        "new_field": 1,
    });
    let payload = generated_payload(to, &body.to_string()).await;
    let buyer = serde_json::to_value(payload.buyer.unwrap()).unwrap();
    assert_eq!(buyer, body["buyer"]);
    let seller = payload.seller.unwrap();
    assert_eq!(seller.identifier_type, Some(IdentifierType::HrNummer));

    let wrong = json!({ "buyer": 1, "country": "FR", "scenario": "?" }).to_string();
    let answer = send(to, "POST", INVOICE, &wrong).await;
    assert_eq!(answer.refused(), ["country", "scenario", "buyer"]);
}

/// Follows a link without a key.
async fn follow(to: SocketAddr, url: &str) -> Answer {
    let path = url.strip_prefix(&format!("http://{to}")).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\n\r\n");
    let (bytes, end) = exchange(to, &request).await;
    end.unwrap();
    Answer::of(&bytes)
}

#[tokio::test]
async fn the_link_gives_the_same_pdf_for_15_minutes() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    send(to, "POST", "/_sandbox/clock", r#"{"freeze": true}"#).await;
    let made = generated_invoice(to, "{}").await;
    let url = made.pdf_download_url.unwrap();
    let document = made.invoice_creation_payload.unwrap().document.unwrap();

    send(to, "POST", "/_sandbox/clock", r#"{"advance": "PT14M59S"}"#).await;
    let file = follow(to, url.expose()).await;
    assert_eq!(file.status, 200);
    assert!(file.head.contains("content-type: application/pdf"));
    assert_eq!(STANDARD.encode(&file.body), document.expose());

    send(to, "POST", "/_sandbox/clock", r#"{"advance_seconds": 1}"#).await;
    let expired = follow(to, url.expose()).await;
    assert_eq!(expired.status, 404);
    assert!(
        expired
            .head
            .contains("content-type: application/problem+json")
    );
    let guessed = follow(to, &format!("http://{to}/_sandbox/documents/0")).await;
    assert_eq!(guessed.status, 404);
}

#[tokio::test]
async fn a_link_keeps_the_host_it_was_asked_by() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for (head, host) in [
        (
            "HTTP/1.1\r\nhost: sandbox.test:81\r\nconnection: close",
            "sandbox.test:81",
        ),
        ("HTTP/1.0", to.to_string().as_str()),
    ] {
        let request = format!(
            "POST {INVOICE} {head}\r\nauthorization: Bearer k\r\ncontent-length: 0\r\n\r\n"
        );
        let (bytes, end) = exchange(to, &request).await;
        end.unwrap();
        let url = Answer::of(&bytes).json()["pdf_download_url"].clone();
        let begin = format!("http://{host}/_sandbox/documents/");
        assert!(url.as_str().unwrap().starts_with(&begin), "{url}");
    }
}

#[tokio::test]
async fn eligibility_is_set_and_refusals_are_named() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for scenario in ["NOT_ELIGIBLE", "OK"] {
        let body = json!({
            "business_identifier": { "identifier": "899 021 021" },
            "scenario": scenario,
        });
        let answer = send(to, "POST", ELIGIBLE, &body.to_string()).await;
        assert_eq!((answer.status, answer.text()), (204, ""));
    }
    for (body, name) in [
        ("", "body"),
        (r#"{"scenario": "OK"}"#, "business_identifier.identifier"),
        (
            r#"{"business_identifier": {"identifier": "1"}}"#,
            "scenario",
        ),
        (
            r#"{"business_identifier": {"identifier": "1"}, "scenario": "?"}"#,
            "scenario",
        ),
    ] {
        assert_eq!(
            send(to, "POST", ELIGIBLE, body).await.refused(),
            [name],
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_seed_fixes_everything_and_nothing_repeats() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let sandbox = Sandbox::builder().seed(7).start().await.unwrap();
        let to = sandbox.address();
        let freeze = r#"{"freeze": "2030-01-01T00:00:00Z"}"#;
        send(to, "POST", "/_sandbox/clock", freeze).await;
        let mut run = Vec::new();
        for _ in 0..50 {
            run.push(get(to, BUSINESS).await.text().to_owned());
            run.push(generated_payload(to, "").await.invoice_number.unwrap());
        }
        assert_eq!(run.iter().collect::<HashSet<_>>().len(), run.len());
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
}
