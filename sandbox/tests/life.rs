//! A loan from its request to its end, as a client sees it.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::{Client, request};
use defacto_types::{
    Borrower, CreditLine, LedgerEvent, Loan, LoanEvent, LoanStatus, Payment, TenantCreditLine,
};
use serde_json::{Value, json};

const BORROWER: &str = "333333334";

#[tokio::test]
async fn the_guides_path_ends_closed() {
    let client = Client::start().await;
    let body =
        json!({"identifier": BORROWER, "name": "Borrower", "signed_at": "2026-01-01T00:00:00Z"});
    let borrower: Borrower = client.post("/borrowers", body).await.is(201);
    assert_eq!(borrower.status.unwrap().as_str(), "READY");
    let path = format!("/borrower/{}", borrower.id);
    let borrower: Borrower = client.get(&path).await.is(200);
    assert_eq!(
        borrower.compliance_checks.unwrap().status.as_str(),
        "APPROVED"
    );

    let iban = client.iban("SUCCESS").await;
    let body = request(BORROWER, &iban, json!({"salt_id": "s"}));
    let loan: Loan = client.post("/loans", body).await.is(201);
    assert_eq!(loan.status, LoanStatus::PendingValidation);
    assert!(loan.fees_estimated.is_none());
    let path = format!("/loan/{}", loan.id);
    let loan: Loan = client.get(&path).await.is(200);
    assert_eq!(loan.status, LoanStatus::ToValidate);
    // 12000 c × 30 d × 0.05 %.
    assert_eq!(loan.fees_estimated.unwrap().get(), 180);
    assert_eq!(loan.beneficiary.unwrap().name.unwrap(), "Seller");
    // It waits for the consent however often it is read.
    assert_eq!(client.poll(loan.id.as_str()).await, ["TO_VALIDATE"]);

    let line = format!("/credit_lines?borrower={BORROWER}");
    let lines = client.get(&line).await.page::<CreditLine>();
    assert_eq!(lines.data[0].balance_available.unwrap().get(), 19_988_000);
    assert_eq!(lines.data[0].balance_pending.unwrap().get(), 12_000);

    let validated: Loan = client
        .post(&format!("{path}/validate"), Value::Null)
        .await
        .is(200);
    assert_eq!(validated.status, LoanStatus::Validated);
    assert_eq!(
        client.poll(loan.id.as_str()).await,
        [
            "SCHEDULED",
            "INITIATED",
            "TO_REPAY",
            "TO_REPAY_FEES",
            "CLOSED"
        ]
    );

    let closed: Loan = client.get(&path).await.is(200);
    assert_eq!(closed.repaid_nominal_amount.unwrap().get(), 12_000);
    assert_eq!(closed.paid_interests_amount.unwrap().get(), 6);
    assert_eq!(closed.repaid_amount.unwrap().get(), 12_006);
    assert!(closed.closed_at.is_some() && closed.repaid_nominal_at.is_some());

    let events = client
        .get(&format!("{path}/events"))
        .await
        .page::<LoanEvent>();
    let statuses: Vec<_> = events
        .data
        .iter()
        .map(|event| event.status.as_str())
        .collect();
    assert_eq!(
        statuses,
        [
            "SUBMITTED",
            "PENDING_VALIDATION",
            "TO_VALIDATE",
            "VALIDATED",
            "SCHEDULED",
            "INITIATED",
            "TO_REPAY",
            "TO_REPAY_FEES",
            "CLOSED"
        ]
    );
    assert!(events.data.is_sorted_by_key(|event| event.timestamp));

    let payments = client
        .get(&format!("/payments?loan_id={}", loan.id))
        .await
        .page::<Payment>();
    let paid: Vec<_> = payments
        .data
        .iter()
        .rev()
        .map(|payment| {
            let share = &payment.related_to.as_ref().unwrap().loans[0];
            assert_eq!(share.amount, payment.amount);
            assert_eq!(share.loan_id.as_ref(), Some(&loan.id));
            (
                payment.payment_type.clone().unwrap().to_string(),
                payment.status.to_string(),
                payment.amount.unwrap().get(),
            )
        })
        .collect();
    let paid: Vec<_> = paid
        .iter()
        .map(|(kind, status, amount)| (kind.as_str(), status.as_str(), *amount))
        .collect();
    assert_eq!(
        paid,
        [
            ("LOAN_PAYMENT", "PAID", 12_000),
            ("REPAYMENT_NOMINAL", "PAID", 12_000),
            ("REPAYMENT_FEES", "PAID", 6)
        ]
    );

    let lines = client.get(&line).await.page::<CreditLine>();
    assert_eq!(lines.data[0].balance_available.unwrap().get(), 20_000_000);
    let feed = client
        .get(&format!("/events?loan_id={}", loan.id))
        .await
        .page::<LedgerEvent>();
    let kinds: Vec<_> = feed
        .data
        .iter()
        .map(|event| event.event_type.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "LOAN_VALIDATED",
            "LOAN_DISBURSEMENT_PAID",
            "LOAN_REPAYMENT_NOMINAL_PAID",
            "LOAN_INTERESTS_FALLEN_DUE",
            "LOAN_REPAYMENT_FEES_PAID"
        ]
    );
}

#[tokio::test]
async fn each_scenario_goes_its_way() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    for (scenario, ways) in [
        (
            "FAIL",
            &["VALIDATED", "SCHEDULED", "INITIATED", "ISSUE_DETECTED"][..],
        ),
        ("REJECT", &["DECLINED"]),
        ("CANCEL", &["VALIDATED", "SCHEDULED", "CANCELED"]),
    ] {
        let iban = client.iban(scenario).await;
        let loan = client
            .loan(BORROWER, &iban, json!({"auto_validate": true}))
            .await;
        let id = loan["id"].as_str().unwrap();
        assert_eq!(client.poll(id).await, ways, "{scenario}");
        let loan: Loan = client.get(&format!("/loan/{id}")).await.is(200);
        assert_eq!(
            loan.denial_reason.map(|code| code.to_string()).as_deref(),
            (scenario == "REJECT").then_some("CREDIT_RISK_NOT_ELIGIBLE")
        );
        let payments = client
            .get(&format!("/payments?loan_id={id}"))
            .await
            .page::<Payment>();
        let payment = payments.data.first();
        match scenario {
            "FAIL" => {
                assert_eq!(payment.unwrap().status.as_str(), "FAILED");
                assert!(payment.unwrap().failure_reason.is_some());
            }
            "CANCEL" => assert_eq!(payment.unwrap().status.as_str(), "CANCELED"),
            _ => assert!(payment.is_none()),
        }
    }
    // Only the failed payout still holds its amount.
    let lines = client
        .get(&format!("/credit_lines?borrower={BORROWER}"))
        .await
        .page::<CreditLine>();
    assert_eq!(lines.data[0].balance_available.unwrap().get(), 19_988_000);
}

#[tokio::test]
async fn a_day_later_is_dated_a_day_later() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let iban = client.iban("SUCCESS_ONE_DAY_LATER").await;
    let loan = client
        .loan(BORROWER, &iban, json!({"auto_validate": true}))
        .await;
    let id = loan["id"].as_str().unwrap();
    assert_eq!(client.poll(id).await.last().unwrap(), "CLOSED");
    let loan: Loan = client.get(&format!("/loan/{id}")).await.is(200);
    let paid = loan.paid_at.unwrap().get();
    let repaid = loan.repaid_nominal_at.unwrap().get();
    assert_eq!(repaid.duration_since(paid).as_hours(), 24);
}

#[tokio::test]
async fn waiting_gives_the_decision() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    for (scenario, auto, status) in [
        ("SUCCESS", false, "TO_VALIDATE"),
        ("SUCCESS", true, "VALIDATED"),
        ("REJECT", true, "DECLINED"),
    ] {
        let iban = client.iban(scenario).await;
        let more = json!({"wait_for_validation": true, "auto_validate": auto});
        let loan = client.loan(BORROWER, &iban, more).await;
        assert_eq!(loan["status"], status);
    }
}

#[tokio::test]
async fn the_same_salt_is_the_same_loan() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let iban = client.iban("SUCCESS").await;
    let first = client.loan(BORROWER, &iban, json!({"salt_id": "s"})).await;
    let other = json!({"salt_id": "s", "amount": 1});
    let again = client.loan(BORROWER, &iban, other).await;
    assert_eq!(first["id"], again["id"]);
    assert_eq!(again["amount"], 12_000);
    let without = client.loan(BORROWER, &iban, json!({})).await;
    assert_ne!(first["id"], without["id"]);
}

#[tokio::test]
async fn one_iban_is_for_one_company() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let iban = client.iban("SUCCESS").await;
    client.loan(BORROWER, &iban, json!({})).await;
    let mut body = request(BORROWER, &iban, json!({}));
    body["invoices"][0]["seller"]["identifier"] = json!("444444442");
    let detail = client.post("/loans", body).await.refused(400);
    assert!(detail.contains(&iban[iban.len() - 4..]), "{detail}");
    assert!(!detail.contains(&iban), "{detail}");

    let body = json!({"identifier": "555555556", "account_number": iban});
    client.post("/borrowers", body).await.refused(400);
}

#[tokio::test]
async fn wrong_requests_are_refused_by_name() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let iban = client.iban("SUCCESS").await;
    for (more, name) in [
        (json!({"amount": 0}), "amount"),
        (json!({"amount": 20_000_001}), "amount"),
        (json!({"amount": 12_001}), "amount"),
        (json!({"amount": null}), "amount"),
        (json!({"amount": 1.5}), "amount"),
        (
            json!({"to_repay_at": "2026-03-01T00:00:00Z"}),
            "to_repay_at",
        ),
        (json!({"loan_to": {}}), "loan_to.account_number"),
        (
            json!({"loan_to": {"account_number": "FR00"}}),
            "loan_to.account_number",
        ),
        (json!({"invoice_ids": ["x"]}), "invoices"),
        (
            json!({"invoices": [], "invoice_ids": ["x"]}),
            "invoice_ids[0]",
        ),
        (
            json!({"loan_to_references": ["é"]}),
            "loan_to_references[0]",
        ),
        (json!({"currency": "USD"}), "currency"),
        (
            json!({"borrower_financial_product_id": "x"}),
            "borrower_financial_product_id",
        ),
    ] {
        let answer = client
            .post("/loans", request(BORROWER, &iban, more.clone()))
            .await;
        assert_eq!(answer.invalid(), [name], "{more}");
    }
    let mut lacking = request(BORROWER, &iban, json!({}));
    lacking.as_object_mut().unwrap().remove("to_pay_at");
    lacking["invoices"][0]
        .as_object_mut()
        .unwrap()
        .remove("due_at");
    let answer = client.post("/loans", lacking).await;
    assert_eq!(answer.invalid(), ["invoices[0].due_at", "to_pay_at"]);

    let other = client.iban("SUCCESS").await;
    let more = json!({"loan_to": {"account_number": other}});
    client
        .post("/loans", request(BORROWER, &iban, more))
        .await
        .refused(400);
    client
        .post("/loans", request("666666664", &iban, json!({})))
        .await
        .refused(400);
    client.get("/loan/none").await.refused(404);
}

#[tokio::test]
async fn too_much_is_declined() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let iban = client.iban("SUCCESS").await;
    let big = json!({"amount": 15_000_000, "invoices": [], "wait_for_validation": true});
    let first = client.loan(BORROWER, &iban, big.clone()).await;
    assert_eq!(first["status"], "TO_VALIDATE");
    let second = client.loan(BORROWER, &iban, big).await;
    assert_eq!(second["status"], "DECLINED");
    assert_eq!(
        second["denial_reason"],
        "AMOUNT_SUPERIOR_TO_AVAILABLE_BALANCE"
    );

    let long = json!({"to_repay_at": "2026-09-01T00:00:00Z", "wait_for_validation": true});
    let iban = client.iban("SUCCESS").await;
    let long = client.loan(BORROWER, &iban, long).await;
    assert_eq!(long["denial_reason"], "EXCESSIVE_DURATION_LOAN_REQUEST");
}

#[tokio::test]
async fn who_has_not_signed_waits() {
    let client = Client::start().await;
    let body = json!({"identifier": BORROWER});
    let borrower: Borrower = client.post("/borrowers", body.clone()).await.is(201);
    assert_eq!(borrower.status.unwrap().as_str(), "TO_SIGN");
    let again: Borrower = client.post("/borrowers", body).await.is(201);
    assert_eq!(again.id, borrower.id);
    let iban = client.iban("SUCCESS").await;
    let loan = client.loan(BORROWER, &iban, json!({})).await;
    let id = loan["id"].as_str().unwrap();
    assert_eq!(client.poll(id).await, ["PENDING_VALIDATION"]);

    let sign = format!("/borrower/{}/sign", borrower.id);
    assert_eq!(client.post(&sign, json!({})).await.invalid(), ["signed_at"]);
    let body = json!({"signed_at": "2026-01-01T00:00:00Z"});
    let signed: Borrower = client.post(&sign, body).await.is(200);
    assert_eq!(signed.status.unwrap().as_str(), "READY");
    assert_eq!(client.poll(id).await, ["TO_VALIDATE"]);

    let deactivate = format!("/borrower/{}/deactivate", borrower.id);
    assert_eq!(client.post(&deactivate, Value::Null).await.status, 204);
    client.post(&deactivate, Value::Null).await.refused(400);
    let more = json!({"wait_for_validation": true});
    let loan = client.loan(BORROWER, &iban, more).await;
    assert_eq!(loan["denial_reason"], "BORROWER_STATUS");
}

#[tokio::test]
async fn the_accounts_own_company_borrows_when_none_is_named() {
    let client = Client::start().await;
    let iban = client.iban("SUCCESS").await;
    let mut body = request("", &iban, json!({"wait_for_validation": true}));
    body.as_object_mut().unwrap().remove("borrower");
    let loan: Loan = client.post("/loans", body).await.is(201);
    assert_eq!(loan.status, LoanStatus::ToValidate);
    let line: TenantCreditLine = client.get("/credit_line").await.is(200);
    assert_eq!(line.balance_available.unwrap().get(), 19_988_000);
    let path = format!("/credit_line/{}?at=2000-01-01T00:00:00Z", line.id.unwrap());
    let line: CreditLine = client.get(&path).await.is(200);
    assert_eq!(line.balance_available.unwrap().get(), 0);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_a_bad_request() {
    let client = Client::start().await;
    let detail = client
        .raw("POST", "/loans", "{\"amount\": ")
        .await
        .refused(400);
    assert!(detail.contains("JSON"), "{detail}");
    assert_eq!(
        client.raw("POST", "/loans", "[1]").await.invalid(),
        ["body"]
    );
    let empty = client.raw("POST", "/loans", "").await.invalid();
    assert_eq!(empty, ["amount", "loan_to", "to_pay_at", "to_repay_at"]);
    let large = "x".repeat((32 << 20) + 1);
    client.raw("POST", "/loans", &large).await.refused(413);
}
