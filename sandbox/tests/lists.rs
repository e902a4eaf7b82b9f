//! Lists: pages, filters, orders; and the things that are not loans.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::{Client, invoice};
use defacto_types::{
    Borrower, BorrowerFinancialProduct, Counterparty, Invoice, LedgerEvent, Loan, Payment,
    RepaymentMethodDetails, Wire,
};
use serde_json::{Value, json};

const BORROWER: &str = "333333334";
const OTHER: &str = "777777772";

/// Every item of a list, page by page.
async fn all<T: Wire>(client: &Client, path: &str) -> Vec<T> {
    let mut items = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = client.get(&path).await.page::<T>();
        items.extend(page.data);
        next = page.next_page;
    }
    items
}

/// Eight loans of two borrowers with different dates and amounts.
async fn loans(client: &Client) -> Vec<String> {
    client.borrower(BORROWER).await;
    client.borrower(OTHER).await;
    let mut ids = Vec::new();
    for i in 0..8 {
        let iban = client.iban(if i == 3 { "REJECT" } else { "SUCCESS" }).await;
        let borrower = if i % 2 == 0 { BORROWER } else { OTHER };
        let more = json!({
            "amount": 1000 + (i * 3) % 8,
            "to_pay_at": format!("2030-01-{:02}T00:00:00Z", 1 + (i * 5) % 8),
            "to_repay_at": format!("2030-02-{:02}T00:00:00Z", 1 + (i * 7) % 8),
            "auto_validate": i >= 4,
            "invoices": if i == 7 { json!([]) } else { json!([invoice(&iban)]) },
        });
        let loan = client.loan(borrower, &iban, more).await;
        ids.push(loan["id"].as_str().unwrap().to_owned());
    }
    ids
}

#[tokio::test]
async fn pages_hold_each_loan_once_in_every_order() {
    let client = Client::start().await;
    let ids = loans(&client).await;
    let newest: Vec<_> = ids.iter().rev().cloned().collect();
    let in_order =
        |loans: &[Loan]| -> Vec<String> { loans.iter().map(|loan| loan.id.to_string()).collect() };
    let found = all::<Loan>(&client, "/loans?page_size=3").await;
    assert_eq!(in_order(&found), newest);
    assert!(found.iter().all(|loan| loan.documents.is_empty()));
    let found = all::<Loan>(&client, "/loans?sort_by=created_at:asc&page_size=8").await;
    assert_eq!(in_order(&found), ids);
    for (sort, rising) in [("asc", true), ("desc", false)] {
        let path = format!("/loans?page_size=3&sort_by=to_pay_at:{sort}");
        let found = all::<Loan>(&client, &path).await;
        assert_eq!(found.len(), 8);
        let mut dates: Vec<_> = found.iter().map(|loan| loan.to_pay_at).collect();
        if !rising {
            dates.reverse();
        }
        assert!(dates.is_sorted());
        let path = format!("/loans?page_size=3&sort_by=to_repay_at:{sort}");
        let found = all::<Loan>(&client, &path).await;
        assert_eq!(found.len(), 8);
        let mut dates: Vec<_> = found.iter().map(|loan| loan.to_repay_at).collect();
        if !rising {
            dates.reverse();
        }
        assert!(dates.is_sorted());
    }
}

#[tokio::test]
async fn the_next_page_keeps_the_filters() {
    let client = Client::start().await;
    loans(&client).await;
    let page = client
        .get(&format!(
            "/loans?borrower={BORROWER}&page_size=2&query=%31%30"
        ))
        .await
        .page::<Loan>();
    assert_eq!(page.page_size, Some(2));
    let next = page.next_page.unwrap();
    let kept = format!("/loans?borrower={BORROWER}&page_size=2&query=10&cursor=");
    assert!(next.starts_with(&kept), "{next}");
    let page = client.get(&next).await.page::<Loan>();
    assert_eq!(page.count, Some(2));
    assert_eq!(page.next_page, None);
}

#[tokio::test]
async fn loans_are_filtered() {
    let client = Client::start().await;
    let ids = loans(&client).await;
    // Every loan has moved as far as it goes.
    for _ in 0..10 {
        client.get("/loans").await;
    }
    let (a, b) = (&ids[0], &ids[4]);
    for (query, count) in [
        (format!("id={a}&id={b}&id=none"), 2),
        (format!("id={a}&status=CLOSED"), 0),
        (format!("borrower={BORROWER}"), 4),
        (format!("borrower={BORROWER}&borrower={OTHER}"), 8),
        ("borrower=none".to_owned(), 0),
        ("status=CLOSED".to_owned(), 4),
        ("status=CLOSED&status=DECLINED".to_owned(), 5),
        ("status=TO_VALIDATE".to_owned(), 3),
        ("loan_type=INVOICE_BASED_FINANCING".to_owned(), 7),
        ("postponed=true".to_owned(), 0),
        ("guarantee_called=true".to_owned(), 0),
        ("guarantee_called=false".to_owned(), 8),
        ("query=declined".to_owned(), 1),
        ("query=seller".to_owned(), 7),
        (
            "to_pay_at_from=2030-01-03T00:00:00Z&to_pay_at_to=2030-01-05T00:00:00%2B00:00"
                .to_owned(),
            2,
        ),
        ("to_repay_at_from=2030-02-07T00:00:00Z".to_owned(), 2),
        ("to_repay_at_within_days=5".to_owned(), 0),
        (
            "contractual_repayment_date_from=2030-01-01T00:00:00Z".to_owned(),
            4,
        ),
        ("unknown=1".to_owned(), 8),
    ] {
        let path = format!("/loans?{query}");
        let found = client.get(&path).await.page::<Loan>();
        assert_eq!(found.data.len(), count, "{query}");
    }
    for (query, name) in [
        ("page_size=0", "page_size"),
        ("page_size=1001", "page_size"),
        ("page_size=x", "page_size"),
        ("cursor=x", "cursor"),
        ("status=NEW", "status"),
        ("sort_by=amount:asc", "sort_by"),
        ("postponed=perhaps", "postponed"),
        ("to_pay_at_from=yesterday", "to_pay_at_from"),
        (
            "to_repay_at_within_days=1&to_repay_at_to=2030-01-01T00:00:00Z",
            "to_repay_at_within_days",
        ),
    ] {
        let answer = client.get(&format!("/loans?{query}")).await;
        assert_eq!(answer.invalid(), [name], "{query}");
    }
}

#[tokio::test]
async fn payments_and_events_are_filtered() {
    let client = Client::start().await;
    let ids = loans(&client).await;
    for _ in 0..10 {
        client.get("/payments").await;
    }
    let payout = client
        .get(&format!(
            "/payments?loan_id={}&payment_type=LOAN_PAYMENT",
            ids[5]
        ))
        .await
        .page::<Payment>();
    let id = &payout.data[0].id;
    let reference = payout.data[0].to_references[0].replace(' ', "%20");
    for (query, count) in [
        (String::new(), 12),
        (format!("id={id}"), 1),
        (format!("loan_id={}&loan_id={}", ids[4], ids[5]), 6),
        ("payment_type=REPAYMENT_FEES".to_owned(), 4),
        ("status=PAID".to_owned(), 12),
        ("status=FAILED".to_owned(), 0),
        ("payment_method=DIRECT_DEBIT".to_owned(), 0),
        ("is_reconciled=true".to_owned(), 12),
        ("include_loans=false".to_owned(), 4),
        ("include_bills=false".to_owned(), 8),
        ("deposit_id=x".to_owned(), 0),
        (format!("references={reference}"), 3),
        (
            "from_date=2020-01-01T00:00:00Z&to_date=2020-01-02T00:00:00Z".to_owned(),
            0,
        ),
        ("paid_after=2020-01-01T00:00:00Z".to_owned(), 12),
        ("paid_before=2020-01-01T00:00:00Z".to_owned(), 0),
        ("updated_after=2020-01-01T00:00:00Z".to_owned(), 12),
    ] {
        let path = format!("/payments?page_size=5&{query}");
        let found = all::<Payment>(&client, &path).await;
        assert_eq!(found.len(), count, "{query}");
    }
    for sort in ["amount", "scheduled_at", "payment_method"] {
        let up = all::<Payment>(
            &client,
            &format!("/payments?page_size=5&sort_by={sort}:asc"),
        )
        .await;
        let down = all::<Payment>(
            &client,
            &format!("/payments?page_size=5&sort_by={sort}:desc"),
        )
        .await;
        assert_eq!(up.len(), 12);
        let down: Vec<_> = down.into_iter().rev().collect();
        assert_eq!(up, down);
        match sort {
            "amount" => assert!(up.is_sorted_by_key(|payment| payment.amount)),
            "scheduled_at" => assert!(up.is_sorted_by_key(|payment| payment.scheduled_at)),
            _ => {}
        }
    }

    let events = all::<LedgerEvent>(&client, "/events?page_size=7").await;
    assert_eq!(events.len(), 20);
    assert!(events.is_sorted_by_key(|event| event.event_at));
    for (query, count) in [
        (format!("loan_id={}", ids[6]), 5),
        ("event_type=LOAN_VALIDATED".to_owned(), 4),
        ("from_date=2020-01-01T00:00:00Z".to_owned(), 20),
        ("to_date=2020-01-01T00:00:00Z".to_owned(), 0),
    ] {
        let found = all::<LedgerEvent>(&client, &format!("/events?page_size=3&{query}")).await;
        assert_eq!(found.len(), count, "{query}");
    }
}

#[tokio::test]
async fn borrowers_are_listed_with_their_means() {
    let client = Client::start().await;
    let first = client.borrower(BORROWER).await;
    client
        .post("/borrowers", json!({"identifier": OTHER}))
        .await;
    let id = first["id"].as_str().unwrap();
    for (query, count) in [
        (String::new(), 2),
        (format!("borrower_id={id}"), 1),
        (format!("borrower_identifier={OTHER}"), 1),
        ("from_signed_at=2026-01-01T00:00:00Z".to_owned(), 1),
        ("from_signed_at=2026-01-02T00:00:00Z".to_owned(), 0),
        ("to_signed_at=2026-01-01T00:00:00Z".to_owned(), 1),
    ] {
        let found = all::<Borrower>(&client, &format!("/borrowers?page_size=1&{query}")).await;
        assert_eq!(found.len(), count, "{query}");
    }
    let products = client
        .get(&format!("/borrower/{id}/financial-products"))
        .await
        .page::<BorrowerFinancialProduct>();
    assert_eq!(products.data[0].can_request_loan, Some(true));
    assert_eq!(
        products.data[0].fees_daily_rate.unwrap().to_string(),
        "0.05"
    );
    let methods = client
        .get(&format!("/borrower/{id}/repayment-methods"))
        .await
        .page::<RepaymentMethodDetails>();
    assert_eq!(methods.data[0].status.as_str(), "READY");

    client.post("/borrowers", json!([])).await.invalid();
    assert_eq!(
        client.post("/borrowers", json!({})).await.invalid(),
        ["identifier"]
    );
    let named = json!({"identifier": "x", "identifier_type": "name"});
    assert_eq!(
        client.post("/borrowers", named).await.invalid(),
        ["identifier_type"]
    );
    client.get("/borrower/none").await.refused(404);
}

#[tokio::test]
async fn an_invoice_is_drafted_corrected_and_handed_in() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let iban = client.iban("SUCCESS").await;
    let draft = json!({"document": "JVBERi0=", "is_draft": true});
    let draft: Invoice = client.post("/invoices", draft).await.is(201);
    assert_eq!(draft.status.unwrap().as_str(), "TO_SUBMIT");
    let path = format!("/invoice/{}", draft.id);
    let submit = format!("{path}/submit");
    let lacking = client.post(&submit, json!({"total_amount": 5})).await;
    assert_eq!(
        lacking.invalid(),
        ["buyer", "seller", "due_at", "issued_at", "invoice_number"]
    );
    let mut rest = invoice(&iban);
    rest.as_object_mut().unwrap().remove("document");
    let changed: Invoice = client.send("PATCH", &path, rest).await.is(200);
    assert_eq!(changed.total_amount.unwrap().get(), 12_000);
    let done: Invoice = client.post(&submit, Value::Null).await.is(200);
    assert_eq!(done.status.unwrap().as_str(), "VERIFIED");
    client.post(&submit, json!({})).await.refused(400);
    client.send("PATCH", &path, json!({})).await.refused(400);

    let more = json!({"invoices": [], "invoice_ids": [draft.id.as_str()]});
    let loan = client.loan(BORROWER, &iban, more.clone()).await;
    assert_eq!(loan["invoice_ids"][0], draft.id.as_str());
    let again = common::request(BORROWER, &iban, more.clone());
    client.post("/loans", again).await.refused(400);
    client.send("DELETE", &path, Value::Null).await.refused(400);
    let cancel = format!("/loan/{}/cancel", loan["id"].as_str().unwrap());
    client.post(&cancel, Value::Null).await.is::<Loan>(200);
    let freed: Invoice = client.get(&path).await.is(200);
    assert_eq!(freed.loan_ids.len(), 1);
    let deleted: Invoice = client.send("DELETE", &path, Value::Null).await.is(200);
    assert_eq!(deleted.status.unwrap().as_str(), "DELETED");
    client.send("DELETE", &path, Value::Null).await.refused(400);
    let gone = common::request(BORROWER, &iban, more);
    client.post("/loans", gone).await.refused(400);

    let lacking: Invoice = client
        .post("/invoices", json!({"document": "JVBERi0="}))
        .await
        .is(201);
    assert_eq!(lacking.status.unwrap().as_str(), "TO_EDIT");
    let whole: Invoice = client.post("/invoices", invoice(&iban)).await.is(201);
    assert_eq!(whole.status.unwrap().as_str(), "VERIFIED");
    assert_eq!(
        client.post("/invoices", json!({})).await.invalid(),
        ["document"]
    );
    for (query, count) in [
        (String::new(), 3),
        (format!("invoice_id={}", whole.id), 1),
        ("status=VERIFIED".to_owned(), 1),
        ("buyer=111111118".to_owned(), 2),
        ("seller=111111118".to_owned(), 0),
        ("linked_to_loan=true".to_owned(), 1),
        (
            "linked_to_loan=true&linked_to_loan_paid_after=2020-01-01T00:00:00Z".to_owned(),
            0,
        ),
        ("query=fk-1".to_owned(), 2),
    ] {
        let found = all::<Invoice>(&client, &format!("/invoices?page_size=2&{query}")).await;
        assert_eq!(found.len(), count, "{query}");
    }
    let answer = client
        .get("/invoices?linked_to_loan_paid_after=2020-01-01T00:00:00Z")
        .await;
    assert_eq!(answer.invalid(), ["linked_to_loan_paid_after"]);
}

#[tokio::test]
async fn counterparties_come_by_themselves_or_by_request() {
    let client = Client::start().await;
    let iban = client.iban("SUCCESS").await;
    client
        .post("/invoices", invoice(&iban))
        .await
        .is::<Invoice>(201);
    let body = json!({
        "identifier": "888888880",
        "identifier_type": "siren",
        "name": "Third",
        "relation_types": ["SUPPLIER"],
    });
    let new: Counterparty = client.post("/counterparties", body.clone()).await.is(201);
    let known: Counterparty = client.post("/counterparties", body).await.is(200);
    assert_eq!(new.id, known.id);
    let path = format!("/counterparty/{}", new.id);
    let read: Counterparty = client.get(&path).await.is(200);
    assert_eq!(read, new);
    for (query, count) in [
        ("", 3),
        ("business_name=third", 1),
        ("identifier=888888880&identifier_type=siren", 1),
        ("identifier_type=kvk", 0),
        ("relation_types=CLIENT", 1),
        ("relation_types=SUPPLIER", 2),
        ("selected_for_financing=true", 0),
    ] {
        let path = format!("/counterparties?page_size=2&{query}");
        assert_eq!(
            all::<Counterparty>(&client, &path).await.len(),
            count,
            "{query}"
        );
    }
    let empty = client.post("/counterparties", json!({})).await.invalid();
    assert_eq!(empty, ["identifier", "identifier_type", "relation_types"]);
}
