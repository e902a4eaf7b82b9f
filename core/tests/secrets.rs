//! No key, account number or pre-signed link in anything that is shown: logs
//! at TRACE of every crate below, `Debug` of everything, errors and events.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::error::Error as _;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use defacto::types::{
    AccountInput, CreateBorrower, EphemeralKeyInput, GenerateBusiness, GenerateIban, ListPayments,
    LoanStatus,
};
use defacto::{Client, Error};
use serde_json::{Value, json};
use support::{KEY, Lab, SOON, days_from_now, request};

/// Everything that was shown.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<u8>>>);

impl Shown {
    fn see(&self, value: &impl Debug) {
        writeln!(self.clone(), "{value:?}\n{value:#?}").unwrap();
    }

    fn see_error(&self, error: &Error) {
        self.see(error);
        writeln!(
            self.clone(),
            "{error} {:?} {:?}",
            error.problem(),
            error.recovery()
        )
        .unwrap();
        let mut next = error.source();
        while let Some(source) = next {
            writeln!(self.clone(), "{source} {source:?}").unwrap();
            next = source.source();
        }
    }

    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let shown = Shown::default();
    let writer = shown.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let lab = Lab::start().await;
    let hook = shown.clone();
    let builder = lab
        .builder()
        .application("test", "1")
        .on_event(move |event| hook.see(event));
    shown.see(&builder);
    let client = builder.build().unwrap();
    shown.see(&client);

    // The whole way of a loan.
    let mut secrets = vec![KEY.to_owned()];
    let business = client.testing().generate_business(&GenerateBusiness::new());
    let business = business.await.unwrap().signed_at(days_from_now(0));
    shown.see(&business);
    secrets.extend(
        business
            .account_number
            .iter()
            .map(|iban| iban.expose().to_owned()),
    );
    let borrower = client.borrowers().create(&business).await.unwrap();
    shown.see(&borrower);
    let link = borrower.contract_s3_url.clone().unwrap();
    secrets.push(link.expose().rsplit('/').next().unwrap().to_owned());
    let body = request(&client).await;
    shown.see(&body);
    let account = body.loan_to.clone().unwrap().account_number.unwrap();
    secrets.push(account.expose().to_owned());
    let call = client.loans().create(&body);
    shown.see(&call);
    let response = call.with_response().await.unwrap();
    shown.see(&response);
    let loans = client.loans();
    let offered = loans
        .wait_for(&response.value.id, [LoanStatus::ToValidate])
        .poll_every(SOON / 100, SOON)
        .await
        .unwrap();
    shown.see(&offered);
    loans.validate(&offered.id).await.unwrap();
    let closed = loans
        .wait_for(&offered.id, [LoanStatus::Closed])
        .poll_every(SOON / 100, SOON)
        .await
        .unwrap();
    shown.see(&closed);
    let payments = client.payments().list(&ListPayments::new()).await.unwrap();
    assert!(!payments.data.is_empty());
    shown.see(&payments);

    // What the server says when it refuses, quoting what it was sent.
    let iban = client
        .testing()
        .generate_iban(&GenerateIban::new())
        .await
        .unwrap();
    let iban = iban.iban.unwrap().expose().to_owned();
    let quote = json!({"type": "about:blank", "title": format!("no {iban}"), "detail": format!("account {iban}, key {KEY}"),
        "invalid_params": [{"name": "loan_to", "reason": format!("{iban} is blocked")}],
        "data": {"key": KEY, "account": iban}});
    secrets.push(iban.clone());
    for (status, body, kind) in [
        (422, quote.to_string(), "application/problem+json"),
        (500, quote.to_string(), "application/json"),
        (502, format!("<html>{KEY} {iban}</html>"), "text/html"),
        (200, format!("<html>{KEY} {iban}</html>"), "text/html"),
        (
            201,
            format!("{{\"id\": \"{KEY} {iban}\""),
            "application/json",
        ),
        (401, format!("Bearer {KEY}"), "text/plain"),
    ] {
        lab.fault(json!({"operation": "loans.create", "status": status, "body": body, "content_type": kind, "times": 3}))
            .await;
        let error = loans.create(&loan(&iban)).retries(0).await.unwrap_err();
        shown.see_error(&error);
        lab.clear_faults().await;
    }
    for fault in [
        json!({"reset": "after"}),
        json!({"truncate": 10}),
        json!({"delay_ms": 60_000}),
    ] {
        lab.fault(fault).await;
        let error = loans
            .get(&closed.id)
            .retries(0)
            .timeout(SOON)
            .await
            .unwrap_err();
        shown.see_error(&error);
        lab.clear_faults().await;
    }
    // What is refused before it is sent.
    let wrong = AccountInput::new().account_number(format!("{iban}1"));
    let error = loans
        .create(&request(&client).await.loan_to(wrong))
        .await
        .unwrap_err();
    shown.see_error(&error);
    let unusable = format!("{KEY}\n");
    let error = Client::builder()
        .api_key(unusable)
        .base_url("https://a.example")
        .build();
    shown.see_error(&error.unwrap_err());
    shown.see(&EphemeralKeyInput::new().nonce(KEY));
    shown.see(
        &CreateBorrower::new()
            .account_number(&*iban)
            .metadata(Value::Null),
    );

    let text = shown.text();
    for word in ["defacto.call", "loans.create", "pooling idle connection"] {
        assert!(
            text.contains(word),
            "the log has no `{word}`: is it at TRACE?"
        );
    }
    for secret in &secrets {
        let found = text.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(found, None, "shows a secret");
    }
}

fn loan(iban: &str) -> defacto::types::CreateLoan {
    defacto::types::CreateLoan::new()
        .amount(100)
        .loan_to(AccountInput::new().account_number(iban))
        .to_pay_at(days_from_now(1))
        .to_repay_at(days_from_now(9))
}
