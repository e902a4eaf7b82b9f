//! Money that comes back: bills, plans, repayments at once, and what the
//! referrer gets of it.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::{Client, path_of};
use defacto_types::{
    Bill, BillStatus, Installment, InstallmentPlan, Loan, LoanStatus, Payment, PaymentIntentStatus,
    Referrer, RepayNowPage, RevenueShare, RevenueShareStatus,
};
use serde_json::{Value, json};

const BORROWER: &str = "333333334";

#[tokio::test]
async fn interest_is_billed_and_the_bill_paid() {
    let client = Client::start().await;
    let borrower = client.borrower(BORROWER).await;
    let id = client.lent(BORROWER).await;
    assert!(client.get("/bills").await.page::<Bill>().data.is_empty());
    let path = format!("/bills?business_identifier={BORROWER}");
    let bill = client.get(&path).await.page::<Bill>().data.remove(0);
    let loan = client.read(&id).await;
    assert_eq!(loan.status, LoanStatus::ToRepayFees);
    let business = loan.borrower.unwrap().id.unwrap();
    assert_eq!(bill.status, BillStatus::Validated);
    assert_eq!(bill.to_pay_amount, bill.payment.as_ref().unwrap().amount);
    assert_eq!(
        bill.billed_borrower_id.as_ref().unwrap().as_str(),
        borrower["id"]
    );
    let link = path_of(bill.document_url.unwrap().expose());
    assert!(client.get(&link).await.head.contains("application/pdf"));
    let payments = client
        .get(&format!(
            "/payments?loan_id={id}&payment_type=REPAYMENT_FEES"
        ))
        .await;
    let payment = payments.page::<Payment>().data.remove(0);
    let related = payment.related_to.unwrap();
    assert_eq!(related.bills[0].bill_id.as_ref().unwrap(), &bill.id);

    let sent = format!("/bill/{}/sent", bill.id);
    let body = json!({"sent_on": "2026-01-01T00:00:00Z", "to_email_addresses": ["a@example.com"]});
    let wrong = json!({"sent_on": "2026-01-01T00:00:00Z", "to_email_addresses": ["a", "b@c@d"]});
    assert_eq!(
        client.post(&sent, wrong).await.invalid(),
        ["to_email_addresses[0]", "to_email_addresses[1]"]
    );
    assert_eq!(client.post(&sent, body.clone()).await.status, 204);
    client.post(&sent, body.clone()).await.refused(400);
    client.post("/bill/none/sent", body).await.refused(404);
    let path = format!("/bills?bill_id={}&light_bills=true", bill.id);
    let bill = client.get(&path).await.page::<Bill>().data.remove(0);
    assert_eq!(bill.status, BillStatus::SentToPayer);
    assert!(bill.document_url.is_none() && bill.email_sent_to_payer_on.is_some());
    let bill = client.get(&path).await.page::<Bill>().data.remove(0);
    assert_eq!(bill.status, BillStatus::Paid);
    for (query, count) in [
        (format!("business_identifier={BORROWER}&status=PAID"), 1),
        (format!("business_identifier={BORROWER}&status=TO_PAY"), 0),
        ("business_identifier=1".to_owned(), 0),
        (format!("business_id={business}"), 1),
        (format!("business_id={business}&business_identifier=1"), 0),
        (
            format!("bill_id={}&start_date=2099-01-01T00:00:00Z", bill.id),
            0,
        ),
        (
            format!("bill_id={}&end_date=2000-01-01T00:00:00Z", bill.id),
            0,
        ),
    ] {
        let found = client.get(&format!("/bills?{query}")).await.page::<Bill>();
        assert_eq!(found.data.len(), count, "{query}");
    }
    assert_eq!(
        client.get("/bills?status=GENERATED").await.invalid(),
        ["status"]
    );
    assert_eq!(
        client.get("/bills?page_size=0").await.invalid(),
        ["page_size"]
    );
}

fn plan(loans: &[(&str, [i64; 2])], more: Value) -> Value {
    let installments = [0, 1].map(|part| {
        let shares = loans
            .iter()
            .map(|(id, amounts)| json!({"loan_id": id, "amount": amounts[part]}));
        json!({
            "amount": loans.iter().map(|(_, amounts)| amounts[part]).sum::<i64>(),
            "date": format!("2099-0{}-01T00:00:00Z", part + 4),
            "loans": shares.collect::<Vec<_>>(),
        })
    });
    let mut body = json!({"payment_method": "SCT", "installments": installments});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

fn statuses(plan: &InstallmentPlan) -> Vec<PaymentIntentStatus> {
    plan.installments
        .iter()
        .map(|part| part.status.clone())
        .collect()
}

#[tokio::test]
async fn a_plan_replaces_the_repayment_and_is_paid_part_by_part() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let (a, b) = (client.lent(BORROWER).await, client.lent(BORROWER).await);
    let body = plan(&[(&a, [4_000, 8_000]), (&b, [12_000, 0])], json!({}));
    let refused = client.post("/installment-plans", body).await.invalid();
    assert_eq!(refused, ["installments[1].loans[1].amount"]);
    let body = plan(&[(&a, [4_000, 8_000]), (&b, [6_000, 6_000])], json!({}));
    let made: InstallmentPlan = client
        .post("/installment-plans", body.clone())
        .await
        .is(201);
    assert_eq!(statuses(&made), vec![PaymentIntentStatus::Draft; 2]);
    let again: InstallmentPlan = client.post("/installment-plans", body).await.is(201);
    assert_eq!(again.id, made.id);
    let path = format!("/installment-plan/{}", made.id);
    let shown: InstallmentPlan = client.get(&path).await.is(200);
    assert_eq!(statuses(&shown), vec![PaymentIntentStatus::Proposed; 2]);
    let found = client
        .get(&format!(
            "/payments?payment_intent_id={}",
            shown.installments[0].id
        ))
        .await;
    let payment = found.page::<Payment>().data.remove(0);
    assert_eq!(payment.amount, Some(10_000.into()));
    assert_eq!(payment.related_to.unwrap().loans.len(), 2);

    let shown: InstallmentPlan = client.get(&path).await.is(200);
    assert_eq!(shown.installments[0].status, PaymentIntentStatus::Paid);
    assert_eq!(shown.installments[1].status, PaymentIntentStatus::Proposed);
    let list = format!("/installments?installment_plan_ids={}", made.id);
    let parts = client.get(&list).await.page::<Installment>().data;
    assert_eq!(parts[1].paid_amount, Some(10_000.into()));
    assert_eq!(parts[1].attempts.len(), 1);
    for (query, count) in [
        (format!("loan_ids={a}"), 2),
        (format!("loan_ids={}", made.id), 0),
        ("paid_at_gt=2000-01-01T00:00:00Z".to_owned(), 1),
        ("paid_at_lt=2000-01-01T00:00:00Z".to_owned(), 0),
        ("to_pay_at_gt=2099-04-01T00:00:00Z".to_owned(), 1),
        ("to_pay_at_lt=2099-05-01T00:00:00Z".to_owned(), 1),
        (
            "updated_at_gt=2000-01-01T00:00:00Z&page_size=1".to_owned(),
            1,
        ),
        ("updated_at_lt=2000-01-01T00:00:00Z".to_owned(), 0),
    ] {
        // A list of another kind does not move the loans on.
        let client = &client;
        let found = client
            .get(&format!("/installments?{query}"))
            .await
            .page::<Installment>();
        assert!(found.data.len() >= count.min(1), "{query}");
        if count == 0 {
            assert!(found.data.is_empty(), "{query}");
        }
    }
    while client.read(&a).await.status != LoanStatus::Closed {}
    let loan = client.read(&b).await;
    assert_eq!(loan.repaid_nominal_amount, Some(12_000.into()));
    let shown: InstallmentPlan = client.get(&path).await.is(200);
    assert_eq!(statuses(&shown), vec![PaymentIntentStatus::Paid; 2]);
    client.get("/installment-plan/none").await.refused(404);
}

#[tokio::test]
async fn a_wrong_plan_is_refused_by_field() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    client.borrower("777777772").await;
    let (a, b) = (client.lent(BORROWER).await, client.lent("777777772").await);
    let post = |body: Value| client.post("/installment-plans", body);
    let refused = post(plan(&[(&a, [1, 2])], json!({}))).await.invalid();
    assert_eq!(refused, ["installments"]);
    let refused = post(plan(&[("none", [1, 2])], json!({"payment_method": "P2P"}))).await;
    assert_eq!(
        refused.invalid()[..2],
        ["payment_method", "installments[0].loans[0].loan_id"]
    );
    let refused = post(plan(
        &[(&a, [6_000, 6_000])],
        json!({"payment_method": "DIRECT_DEBIT"}),
    ));
    assert_eq!(refused.await.invalid(), ["from_account"]);
    let mut late = plan(&[(&a, [6_000, 6_000])], json!({}));
    late["installments"][1]["date"] = json!("2000-01-01T00:00:00Z");
    late["installments"][0]["amount"] = json!(1);
    assert_eq!(
        post(late).await.invalid(),
        ["installments[0].amount", "installments[1].date"]
    );
    let two = plan(&[(&a, [6_000, 6_000]), (&b, [6_000, 6_000])], json!({}));
    assert!(post(two).await.refused(400).contains("one borrower"));
    assert_eq!(
        post(json!({"payment_method": "SCT", "installments": []}))
            .await
            .status,
        422
    );
    while client.read(&a).await.status != LoanStatus::Closed {}
    let closed = plan(&[(&a, [6_000, 6_000])], json!({"salt_id": "s"}));
    assert!(post(closed).await.refused(400).contains("TO_REPAY"));
}

#[tokio::test]
async fn a_loan_in_installments_is_repaid_in_them() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let iban = client.iban("SUCCESS").await;
    let parts = json!([
        {"amount": 5_000, "date": "2099-03-15T00:00:00Z"},
        {"amount": 7_000, "date": "2099-03-31T00:00:00Z"},
    ]);
    let more = json!({
        "auto_validate": true, "installment_plan_type": "INSTALLMENTS", "installments": parts,
        "to_pay_at": "2099-03-01T00:00:00Z", "to_repay_at": "2099-03-31T00:00:00Z",
    });
    let loan = client.loan(BORROWER, &iban, more).await;
    let id = loan["id"].as_str().unwrap();
    let mut repaid = Vec::new();
    loop {
        let loan = client.read(id).await;
        repaid.push(loan.repaid_nominal_amount.unwrap().get());
        if loan.status == LoanStatus::Closed {
            break;
        }
    }
    repaid.dedup();
    assert_eq!(repaid, [0, 5_000, 12_000]);
}

#[tokio::test]
async fn repaying_now_repays_what_is_due_first() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let id = client.lent(BORROWER).await;
    let body =
        |amount: i64| json!({"amount": amount, "base_callback_url": "https://example.com/?a='b"});
    let made: RepayNowPage = client.post("/repay/now", body(5_000)).await.is(200);
    let page = path_of(made.url.unwrap().expose());
    assert!(client.get(&page).await.body.contains("50.00 EUR"));
    assert_eq!(client.form(&page, "do=nothing").await.status, 400);
    let paid = client.form(&page, "do=pay").await;
    assert!(
        paid.body
            .contains("https://example.com/?a=&#39;b&amp;status=success")
    );
    assert_eq!(client.form(&page, "do=pay").await.status, 400);
    assert_eq!(client.get(&page).await.status, 410);
    let payments = client
        .get(&format!("/payments?loan_id={id}"))
        .await
        .page::<Payment>();
    let loan = client
        .get(&format!("/loans?id={id}"))
        .await
        .page::<Loan>()
        .data
        .remove(0);
    assert_eq!(loan.status, LoanStatus::ToRepay);
    assert_eq!(loan.repaid_nominal_amount, Some(5_000.into()));
    assert_eq!(loan.repaid_amount, Some(5_000.into()));
    let amounts: Vec<_> = payments
        .data
        .iter()
        .map(|p| p.amount.unwrap().get())
        .collect();
    assert_eq!(amounts, [5_000, 7_000, 12_000]);

    let made: RepayNowPage = client.post("/repay/now", body(9_000)).await.is(200);
    client
        .form(&path_of(made.url.unwrap().expose()), "do=pay")
        .await;
    let loan = client.read(&id).await;
    assert_eq!(loan.status, LoanStatus::Closed);
    let fees = loan.paid_interests_amount.unwrap().get();
    let extra = client
        .get("/payments?payment_type=EXTRA")
        .await
        .page::<Payment>();
    assert_eq!(extra.data[0].amount, Some((2_000 - fees).into()));

    let events = client
        .get("/events?event_type=LOAN_EXTRA_PAID")
        .await
        .json();
    assert_eq!(events["data"][0]["event_payload"]["loan_id"], json!(id));

    let made: RepayNowPage = client.post("/repay/now", body(1)).await.is(200);
    let given_up = client
        .form(&path_of(made.url.unwrap().expose()), "do=cancel")
        .await;
    assert!(given_up.body.contains("status=canceled"));
    let wrong = json!({"amount": 0, "base_callback_url": "ftp://x", "repayment_method": "X"});
    assert_eq!(
        client.post("/repay/now", wrong).await.invalid(),
        ["amount", "base_callback_url", "repayment_method"]
    );
    assert_eq!(client.get("/_sandbox/pay/none").await.status, 404);
}

#[tokio::test]
async fn what_comes_out_of_turn_pays_the_first_installments() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let id = client.lent(BORROWER).await;
    let body = plan(&[(&id, [4_000, 8_000])], json!({}));
    let made: InstallmentPlan = client.post("/installment-plans", body).await.is(201);
    let pay = json!({"amount": 5_000, "base_callback_url": "https://example.com"});
    let page: RepayNowPage = client.post("/repay/now", pay).await.is(200);
    client
        .form(&path_of(page.url.unwrap().expose()), "do=pay")
        .await;
    let path = format!("/installment-plan/{}", made.id);
    let shown: InstallmentPlan = client.get(&path).await.is(200);
    assert_eq!(
        statuses(&shown),
        [
            PaymentIntentStatus::Paid,
            PaymentIntentStatus::PartiallyPaid
        ]
    );
    let list = format!("/payments?payment_intent_id={}", made.installments[1].id);
    let rest = client.get(&list).await.page::<Payment>().data.remove(0);
    assert_eq!(rest.amount, Some(7_000.into()));
    let shown: InstallmentPlan = client.get(&path).await.is(200);
    assert_eq!(statuses(&shown), vec![PaymentIntentStatus::Paid; 2]);
    let loan = client.read(&id).await;
    assert_eq!(loan.repaid_nominal_amount, Some(12_000.into()));
}

#[tokio::test]
async fn the_referrer_gets_its_part_of_the_interest() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let id = client.lent(BORROWER).await;
    let account = client.get("/_sandbox/account").await.json();
    let path = format!("/referrer/{}", account["referrer_id"].as_str().unwrap());
    let referrer: Referrer = client.get(&path).await.is(200);
    assert_eq!(referrer.id.as_str(), account["referrer_id"]);
    client.get("/referrer/none").await.refused(404);
    let mut loan = client.read(&id).await;
    while loan.status != LoanStatus::Closed {
        loan = client.read(&id).await;
    }
    let share = account["revenue_share_ids"][0].as_str().unwrap();
    let upload = format!("{path}/upload-invoice/{share}");
    let paid: RevenueShare = client.post(&upload, json!({})).await.is(200);
    assert_eq!(paid.status, RevenueShareStatus::Paid);
    let part = loan.paid_interests_amount.unwrap().get() / 10;
    let intent = paid.payment_intent.unwrap();
    assert_eq!(intent.amount, Some(part.into()));
    assert_eq!(paid.payment.is_some(), part > 0);
    client.post(&upload, Value::Null).await.refused(400);
    client
        .post(&format!("{path}/upload-invoice/none"), Value::Null)
        .await
        .refused(404);
    let account = client.get("/_sandbox/account").await.json();
    let next = account["revenue_share_ids"][1].as_str().unwrap();
    let empty: RevenueShare = client
        .post(&format!("{path}/upload-invoice/{next}"), Value::Null)
        .await
        .is(200);
    assert!(empty.payment.is_none());
}
