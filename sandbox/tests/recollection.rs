//! What is late, and how it comes back.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::Client;
use defacto_types::{
    InstallmentPlan, LoanStatus, RecollectionCase, RecollectionInstallmentPlan,
    RecollectionPlanInput,
};
use serde_json::{Value, json};

const BORROWER: &str = "333333334";

/// A loan that is late since Friday the 10th of July 2099.
async fn late(client: &Client) -> String {
    client
        .post("/_sandbox/clock", json!({"freeze": "2099-06-01T09:00:00Z"}))
        .await;
    let iban = client.iban("SUCCESS").await;
    let more = json!({
        "auto_validate": true,
        "to_pay_at": "2099-06-10T00:00:00Z", "to_repay_at": "2099-07-10T00:00:00Z",
    });
    let loan = client.loan(BORROWER, &iban, more).await;
    let id = loan["id"].as_str().unwrap().to_owned();
    while client.read(&id).await.status != LoanStatus::ToRepay {}
    client
        .post("/_sandbox/clock", json!({"freeze": "2099-07-20T09:00:00Z"}))
        .await;
    id
}

fn case(loans: &[&str]) -> Value {
    json!({
        "agent": "Ann",
        "debtor_business": {"identifier": BORROWER, "identifier_type": "siren"},
        "loan_ids": loans,
        "next_action": {"action_name": "call", "due_at": "2099-08-01T00:00:00Z"},
    })
}

#[tokio::test]
async fn a_case_is_opened_for_who_is_late() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let id = late(&client).await;
    client
        .post("/_sandbox/clock", json!({"freeze": "2099-07-10T00:00:00Z"}))
        .await;
    let detail = client
        .post("/recollection-cases", case(&[&id]))
        .await
        .refused(400);
    assert!(detail.contains("is not late"), "{detail}");
    client
        .post("/_sandbox/clock", json!({"freeze": "2099-07-20T09:00:00Z"}))
        .await;
    let made: RecollectionCase = client
        .post("/recollection-cases", case(&[&id, &id]))
        .await
        .is(201);
    assert_eq!(made.loan_ids.len(), 1);
    assert!(made.strategies.is_empty());
    let path = format!("/recollection-case/{}", made.id);
    let notes = json!({"recollection_notes": {"said": ["<yes>"]}});
    let noted: RecollectionCase = client.send("PUT", &path, notes.clone()).await.is(200);
    assert_eq!(json!(noted.recollection_notes), notes["recollection_notes"]);
    let shown: RecollectionCase = client.get(&path).await.is(200);
    assert_eq!(shown, noted);
    assert_eq!(
        client.send("PUT", &path, json!({})).await.invalid(),
        ["recollection_notes"]
    );
    client.get("/recollection-case/none").await.refused(404);

    let list = "/recollection-cases";
    for (query, count) in [("333%20333%20334", 1), ("777777772", 0)] {
        let path = format!("{list}?identifier={query}&identifier_type=siren");
        let found = client.get(&path).await.page::<RecollectionCase>();
        assert_eq!(found.data.len(), count);
    }
    assert_eq!(
        client.get(list).await.invalid(),
        ["identifier", "identifier_type"]
    );

    let mut wrong = case(&["none"]);
    wrong["agent"] = json!("");
    wrong["debtor_business"]["identifier"] = json!("1");
    wrong["next_action"]["action_name"] = json!(" ");
    assert_eq!(
        client.post(list, wrong).await.invalid(),
        [
            "agent",
            "debtor_business.identifier",
            "loan_ids[0]",
            "next_action.action_name"
        ]
    );
    assert_eq!(client.post(list, case(&[])).await.status, 422);
}

#[tokio::test]
async fn a_simulated_plan_can_be_made_and_is_paid_with_its_fees() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let id = late(&client).await;
    let made: RecollectionCase = client
        .post("/recollection-cases", case(&[&id]))
        .await
        .is(201);
    let path = format!("/recollection-case/{}/installment-plans", made.id);
    let compute = format!("{path}/compute");
    let ask = json!({
        "number_of_installment": 3, "period": "weekly", "recollection_fees": 100,
        "start_date": "2099-08-01T10:00:00Z",
    });
    let plan: RecollectionPlanInput = client.post(&compute, ask.clone()).await.is(200);
    let again: RecollectionPlanInput = client.post(&compute, ask).await.is(200);
    assert_eq!(plan, again);
    let body = serde_json::to_value(&plan).unwrap();
    let parts = body["installments"].as_array().unwrap();
    // Saturdays all, and the one of the 15th is a holiday on top.
    let dates: Vec<_> = parts
        .iter()
        .map(|part| &part["date"].as_str().unwrap()[..10])
        .collect();
    assert_eq!(dates, ["2099-08-03", "2099-08-10", "2099-08-17"]);
    let amounts: Vec<_> = parts
        .iter()
        .map(|part| part["amount"].as_i64().unwrap())
        .collect();
    assert_eq!(amounts, [4_033, 4_033, 4_034]);

    let mut wrong = body.clone();
    wrong["installments"][0]["amount"] = json!(1);
    assert_eq!(
        client.post(&path, wrong).await.invalid(),
        ["installments[0].amount"]
    );
    let mut debit = body.clone();
    debit["payment_method"] = json!("DIRECT_DEBIT");
    let detail = client.post(&path, debit).await.refused(400);
    assert!(detail.contains("main repayment method"), "{detail}");
    let made: RecollectionInstallmentPlan = client.post(&path, body).await.is(201);
    let strategies = made.recollection_case.unwrap().strategies;
    assert_eq!(strategies.len(), 1);
    let plan = format!("/installment-plan/{}", made.installment_plan_id.unwrap());
    let mut paid = Vec::new();
    for _ in 0..5 {
        let plan: InstallmentPlan = client.get(&plan).await.is(200);
        paid.push(
            plan.installments
                .iter()
                .filter(|part| part.status == "PAID")
                .count(),
        );
    }
    assert_eq!(paid, [0, 1, 2, 3, 3]);
    while client.read(&id).await.status != LoanStatus::Closed {}
    let wrong = json!({
        "number_of_installment": 0, "period": "x", "recollection_fees": -1,
        "start_date": "2000-01-01T00:00:00Z", "repayment_method": "P2P",
    });
    assert_eq!(
        client.post(&compute, wrong).await.invalid(),
        [
            "number_of_installment",
            "period",
            "recollection_fees",
            "repayment_method",
            "start_date"
        ]
    );
    let ask = json!({"number_of_installment": 1, "start_date": "2099-08-01T10:00:00Z"});
    client.post(&compute, ask).await.refused(400);
}
