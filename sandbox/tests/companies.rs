//! Companies: who may borrow, how they come on board, what is known of them.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod common;

use common::{Client, invoice, path_of};
use defacto_types::{
    Batch, BatchUploadStatus, Borrower, BorrowerFinancialProduct, BorrowerStatus, BusinessSegment,
    Counterparty, CreatedOwner, DataTypeInfo, DefactoSegment, DenialCodeTexts, Eligibility, Loan,
    LoanStatus, Onboarding, OnboardingEligibilityStatus, OnboardingStatus, PublicBusinessData,
    RepaymentMethodDetails, Translations,
};
use serde_json::{Value, json};

const BORROWER: &str = "333333334";

async fn make_eligible(client: &Client, identifier: &str, scenario: &str) {
    let body = json!({"business_identifier": {"identifier": identifier}, "scenario": scenario});
    let answer = client.post("/sandbox/business-eligible", body).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}

#[tokio::test]
async fn eligibility_gives_its_reasons() {
    let client = Client::start().await;
    let body = json!({"identifier": BORROWER, "identifier_type": "siren"});
    for path in ["/eligibility/borrower", "/eligibility/beneficiary"] {
        make_eligible(&client, BORROWER, "OK").await;
        let verdict: Eligibility = client.post(path, body.clone()).await.is(200);
        assert_eq!(
            (verdict.is_eligible, verdict.reasons.len()),
            (Some(true), 0)
        );
        make_eligible(&client, "333 333 334", "NOT_ELIGIBLE").await;
        let verdict: Eligibility = client.post(path, body.clone()).await.is(200);
        assert_eq!(verdict.is_eligible, Some(false));
        assert!(verdict.reasons[0].description.is_some());
        assert!(verdict.reasons[0].code.as_ref().unwrap().is_known());
        let refused = client.post(path, json!({"identifier": " ", "identifier_type": "x"}));
        assert_eq!(refused.await.invalid(), ["identifier", "identifier_type"]);
    }
}

#[tokio::test]
async fn every_denial_code_has_texts() {
    let client = Client::start().await;
    let all = client
        .array::<DenialCodeTexts>("/eligibility/reasons")
        .await;
    assert_eq!(all.len(), 170);
    for code in [&all[0], &all[169]] {
        let name = code.denial_code_name.as_deref().unwrap();
        let texts: Translations = client
            .get(&format!("/translation/denial-code/{name}"))
            .await
            .is(200);
        assert_eq!(Some(&texts), code.translations.as_ref());
    }
    client
        .get("/translation/denial-code/NONE")
        .await
        .refused(404);
    let path = "/business/data-request/data-type";
    let info: DataTypeInfo = client.get(&format!("{path}/tax_return")).await.is(200);
    assert_eq!(info.requires_document, Some(true));
    let info: DataTypeInfo = client.get(&format!("{path}/debt_arrears")).await.is(200);
    assert_eq!(info.requires_document, Some(false));
    client.get(&format!("{path}/none")).await.refused(404);
}

#[tokio::test]
async fn deprecated_operations_say_so() {
    let client = Client::start().await;
    let answer = client.get("/credit_line").await;
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("\r\ndeprecation: @"));
    let answer = client.get("/credit_line/none").await;
    assert_eq!(answer.status, 404);
    assert!(answer.head.contains("\r\ndeprecation: @"));
    assert!(
        !client
            .get("/credit_lines")
            .await
            .head
            .contains("deprecation")
    );
}

#[tokio::test]
async fn a_loan_takes_from_its_parties_limits() {
    let client = Client::start().await;
    for borrower in [BORROWER, "777777772"] {
        client.borrower(borrower).await;
    }
    let iban = client.iban("SUCCESS").await;
    let mut whole = invoice(&iban);
    for name in ["net_amount", "total_amount"] {
        whole[name] = json!(20_000_000);
    }
    let more = |amount: i64| {
        json!({
            "amount": amount,
            "invoices": [whole.clone()],
            "wait_for_validation": true,
            "to_pay_at": "2099-03-01T00:00:00Z",
            "to_repay_at": "2099-03-31T00:00:00Z",
        })
    };
    client.loan(BORROWER, &iban, more(15_000_000)).await;
    let parties = client.get("/counterparties").await.page::<Counterparty>();
    for party in &parties.data {
        let limit = party.credit_limit.as_ref().unwrap();
        assert_eq!(limit.available_amount, Some(5_000_000.into()));
        assert_eq!(limit.max_amount, Some(20_000_000.into()));
    }
    let loan = client.loan("777777772", &iban, more(5_000_001)).await;
    assert_eq!(loan["status"], "DECLINED");
    assert_eq!(loan["denial_reason"], "MAX_AMOUNT_EXCEEDED_BUYER");
    let loan = client.loan("777777772", &iban, more(5_000_000)).await;
    assert_eq!(loan["status"], "TO_VALIDATE");
    let path = format!("/loan/{}", loan["id"].as_str().unwrap());
    let raise = client
        .send("PATCH", &path, json!({"amount": 5_000_001}))
        .await;
    assert!(raise.refused(400).contains("credit limit"));
    client.post(&format!("{path}/cancel"), Value::Null).await;
    make_eligible(&client, "111111118", "NOT_ELIGIBLE").await;
    for party in client
        .get("/counterparties")
        .await
        .page::<Counterparty>()
        .data
    {
        let limit = party.credit_limit.unwrap();
        let expected = match party.identifier.as_deref() {
            Some("111111118") => 0,
            _ => 5_000_000,
        };
        assert_eq!(limit.available_amount, Some(expected.into()));
        assert_eq!(limit.max_amount_details.is_some(), expected == 0);
    }
}

#[tokio::test]
async fn owners_and_ways_to_repay_are_added() {
    let client = Client::start().await;
    let borrower = client.borrower(BORROWER).await;
    let path = format!("/borrower/{}", borrower["id"].as_str().unwrap());
    let owner = json!({"first_name": "A", "last_name": "B", "email": "a@example.com"});
    let owner: CreatedOwner = client.post(&format!("{path}/owner"), owner).await.is(201);
    let shown: Borrower = client.get(&path).await.is(200);
    assert_eq!(shown.owner.unwrap().id, owner.id);
    let scans = json!({"first_name": " ", "last_name": "B", "identity_documents": {}});
    let refused = client.post(&format!("{path}/owner"), scans).await.invalid();
    assert_eq!(
        refused,
        ["first_name", "identity_documents.identity_document_front"]
    );

    let methods = format!("{path}/repayment-methods");
    let iban = client.iban("SUCCESS").await;
    let add = |method: &str, account: Value, main: bool| {
        json!({
            "payment_method": method, "from_account": account,
            "is_default_repayment_method": main, "apply_to_all_active_loans": false,
        })
    };
    let debit = |main| add("DIRECT_DEBIT", json!({"account_number": iban}), main);
    let added: RepaymentMethodDetails = client.post(&methods, debit(false)).await.is(200);
    assert_eq!(added.is_main, Some(false));
    let added: RepaymentMethodDetails = client.post(&methods, debit(true)).await.is(200);
    assert_eq!(added.is_main, Some(true));
    let all = client.get(&methods).await.page::<RepaymentMethodDetails>();
    let main: Vec<_> = all.data.iter().map(|method| method.is_main).collect();
    assert_eq!(main, [Some(false), Some(true)]);
    let refused = client.post(&methods, add("DIRECT_DEBIT", Value::Null, true));
    assert_eq!(refused.await.invalid(), ["from_account"]);
    let refused = client.post(&methods, add("P2P", Value::Null, true));
    assert_eq!(refused.await.invalid(), ["payment_method"]);
    let other = json!({"account_number": "FR00"});
    let refused = client.post(&methods, add("DIRECT_DEBIT", other, true));
    assert_eq!(refused.await.invalid(), ["from_account.account_number"]);

    let target = client.iban("SUCCESS").await;
    let loan = client.loan(BORROWER, &target, json!({})).await;
    assert_eq!(loan["repayment_method"], "DIRECT_DEBIT");
    assert_eq!(loan["repayment_from"]["account_number"], json!(iban));
    let path = format!(
        "/borrower/{}/financial-products",
        borrower["id"].as_str().unwrap()
    );
    let products = client.get(&path).await.page::<BorrowerFinancialProduct>();
    let product = products.data[0].financial_product.clone().unwrap();
    assert!(product.configuration.unwrap().billing.is_some());
}

#[tokio::test]
async fn a_method_moves_to_loans_that_run() {
    let client = Client::start().await;
    let borrower = client.borrower(BORROWER).await;
    let iban = client.iban("SUCCESS").await;
    let loan = client
        .loan(BORROWER, &iban, json!({"auto_validate": true}))
        .await;
    let path = format!("/loan/{}", loan["id"].as_str().unwrap());
    while client.get(&path).await.json()["status"] != "TO_REPAY" {}
    let debited = client.iban("SUCCESS").await;
    let body = json!({
        "payment_method": "DIRECT_DEBIT", "from_account": {"account_number": debited},
        "is_default_repayment_method": false, "apply_to_all_active_loans": true,
    });
    let methods = format!(
        "/borrower/{}/repayment-methods",
        borrower["id"].as_str().unwrap()
    );
    client
        .post(&methods, body)
        .await
        .is::<RepaymentMethodDetails>(200);
    let id = loan["id"].as_str().unwrap();
    let payments = client
        .get(&format!("/payments?loan_id={id}&status=SCHEDULED"))
        .await;
    assert_eq!(payments.json()["data"][0]["payment_method"], "DIRECT_DEBIT");
    let loan: Loan = client.get(&path).await.is(200);
    assert_ne!(loan.status, LoanStatus::Closed);
    assert_eq!(
        loan.repayment_from
            .unwrap()
            .account_number
            .unwrap()
            .expose(),
        debited
    );
}

#[tokio::test]
async fn registers_know_the_companies_of_the_sandbox() {
    let client = Client::start().await;
    client.borrower(BORROWER).await;
    let path = format!("/business/public-data?identifier={BORROWER}");
    let found = client.array::<PublicBusinessData>(&path).await;
    assert_eq!(found[0].name.as_deref(), Some("Borrower"));
    assert_eq!(
        client
            .array::<PublicBusinessData>(&format!("{path}&name=borr"))
            .await
            .len(),
        1
    );
    assert!(
        client
            .array::<PublicBusinessData>(&format!("{path}&city=Paris"))
            .await
            .is_empty()
    );
    assert_eq!(
        client.get("/business/public-data").await.invalid(),
        ["identifier"]
    );
    let refused = client.get(&format!("{path}&identifier_type=siren")).await;
    assert_eq!(refused.invalid(), ["identifier_type"]);

    let iban = client.iban("SUCCESS").await;
    let loan = client.loan(BORROWER, &iban, json!({})).await;
    let business = loan["borrower"]["id"].as_str().unwrap();
    let path = format!("/business/{business}/segment");
    let segment: BusinessSegment = client.get(&path).await.is(200);
    assert_eq!(segment.defacto_segment, Some(DefactoSegment::Cat1));
    make_eligible(&client, BORROWER, "NOT_ELIGIBLE").await;
    let segment: BusinessSegment = client.get(&path).await.is(200);
    assert_eq!(segment.defacto_segment, None);
    client.get("/business/none/segment").await.refused(404);
}

#[tokio::test]
async fn batches_open_take_data_and_close() {
    let client = Client::start().await;
    let company = json!({"identifier": BORROWER, "identifier_type": "siren"});
    let open = json!({
        "business_identifier": company, "context": "DATA_REFRESH",
        "content": {"shared_data_types": ["accounts"], "accounts": {"total_count": 1}},
    });
    let first: Batch = client
        .post("/business/data/batch-upload", open.clone())
        .await
        .is(201);
    let second: Batch = client
        .post("/business/data/batch-upload", open.clone())
        .await
        .is(201);
    let close = |batch: &Batch| format!("/business/data/batch-upload/{}/close", batch.id);
    let detail = client.post(&close(&first), Value::Null).await.refused(400);
    assert!(detail.contains("CANCELED"), "{detail}");
    let upload = |batch: &Batch| {
        let mut body = company.clone();
        body["batch_id"] = json!(batch.id);
        body["accounts"] =
            json!([{"id": "a", "amount": 5, "last_updated_at": "2026-01-01T00:00:00Z"}]);
        body
    };
    let path = "/business/data/accounts";
    assert_eq!(client.post(path, upload(&second)).await.status, 204);
    client.post(path, upload(&first)).await.refused(400);
    let mut other = upload(&second);
    other["identifier"] = json!("777777772");
    assert_eq!(client.post(path, other).await.invalid(), ["batch_id"]);
    let closed: Batch = client.post(&close(&second), Value::Null).await.is(200);
    assert_eq!(closed.status, BatchUploadStatus::ClosingScheduled);
    let detail = client.post(&close(&second), Value::Null).await.refused(400);
    assert!(detail.contains("is CLOSED"), "{detail}");
    client.post(path, upload(&second)).await.refused(400);
    let mut wrong = open;
    wrong["context"] = json!("x");
    wrong["business_identifier"]["identifier"] = json!("");
    let refused = client
        .post("/business/data/batch-upload", wrong)
        .await
        .invalid();
    assert_eq!(refused, ["business_identifier.identifier", "context"]);

    let mut body = company.clone();
    body["transactions"] = json!([
        {"amount": 5, "at": "2026-01-01T00:00:00Z", "salt_id": "s"},
        {"amount": 5, "at": "2026-01-01T00:00:00Z", "side": "up"},
    ]);
    let path = "/business/data/account-transactions";
    let refused = client.post(path, body.clone()).await.invalid();
    assert_eq!(refused, ["transactions[1].side"]);
    body["transactions"][1]["side"] = json!("debit");
    assert_eq!(client.post(path, body).await.status, 204);
    let mut body = company;
    body["invoices"] = json!([{
        "buyer": {"identifier": "1", "identifier_type": "siren"},
        "seller": {"identifier": "2", "identifier_type": "siren"},
        "direction": "payable", "invoice_number": "1", "net_amount": 1,
        "issued_at": "2026-01-02T00:00:00Z", "due_at": "2026-01-01T00:00:00Z",
    }]);
    let path = "/business/data/invoices";
    assert_eq!(
        client.post(path, body.clone()).await.invalid(),
        ["invoices[0].due_at"]
    );
    body["invoices"][0]["due_at"] = json!("2026-01-03T00:00:00Z");
    assert_eq!(client.post(path, body).await.status, 204);
}

#[tokio::test]
async fn an_onboarding_can_be_clicked_through() {
    let client = Client::start().await;
    let body = json!({
        "business": {"identifier": BORROWER, "identifier_type": "siren"},
        "preferred_language": "fr", "email": "\"><script>\"@example.com",
        "redirect_url": "https://example.com/back?a=1&b='",
    });
    let made: Onboarding = client.post("/onboardings", body.clone()).await.is(200);
    assert_eq!(made.status, OnboardingStatus::Created);
    let eligibility = made.eligibility.unwrap();
    assert_eq!(
        eligibility.status,
        OnboardingEligibilityStatus::PendingUserAction
    );
    let again: Onboarding = client.post("/onboardings", body).await.is(200);
    assert_eq!(again.status, OnboardingStatus::Duplicate);
    assert!(again.secure_resume_link.is_none());

    let page = path_of(made.secure_resume_link.unwrap().expose());
    let shown = client.get(&page).await;
    assert_eq!(shown.status, 200);
    assert!(shown.head.contains("text/html"));
    assert!(!shown.body.contains("<script"));
    let refused = client
        .form(&page, "step=details&name=&first_name=A&last_name=B")
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("name must not be empty"));
    let details = "step=details&name=%3Cb%3ECo&first_name=Ann&last_name=B&email=a%40example.com";
    let shown = client.form(&page, details).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("&lt;b&gt;Co") && !shown.body.contains("<b>"));
    assert_eq!(client.form(&page, "step=sign").await.status, 422);
    let shown = client.form(&page, "step=sign&accept=yes").await;
    assert!(
        shown
            .body
            .contains("https://example.com/back?a=1&amp;b=&#39;")
    );

    let path = format!("/onboarding/{}", made.id);
    let done: Onboarding = client.get(&path).await.is(200);
    assert_eq!(done.status, OnboardingStatus::Completed);
    let offer = done.eligibility.unwrap().response.unwrap();
    assert_eq!(offer.is_eligible, Some(true));
    let borrower = format!("/borrower/{}", done.borrower_id.unwrap());
    let borrower: Borrower = client.get(&borrower).await.is(200);
    assert_eq!(borrower.name.as_deref(), Some("<b>Co"));
    assert_eq!(borrower.status, Some(BorrowerStatus::Ready));
}

#[tokio::test]
async fn onboardings_and_their_links_end() {
    let client = Client::start().await;
    let body = json!({
        "business": {"identifier": BORROWER, "identifier_type": "siren"},
        "preferred_language": "de",
    });
    let made: Onboarding = client.post("/onboardings", body.clone()).await.is(200);
    let page = path_of(made.secure_resume_link.as_ref().unwrap().expose());
    let bare = page.split('?').next().unwrap();
    assert_eq!(client.get(&format!("{bare}?token=1-2")).await.status, 410);
    make_eligible(&client, BORROWER, "NOT_ELIGIBLE").await;
    let shown = client.form(&page, "name=Co&first_name=A&last_name=B").await;
    assert!(shown.body.contains("cannot borrow"));
    assert_eq!(client.form(&page, "step=sign&accept=yes").await.status, 400);
    let path = format!("/onboarding/{}", made.id);
    let refused: Onboarding = client.get(&path).await.is(200);
    assert_eq!(
        refused.eligibility.unwrap().response.unwrap().reasons.len(),
        1
    );

    client
        .post("/_sandbox/clock", json!({"advance": "PT2H"}))
        .await;
    assert_eq!(client.get(&page).await.status, 410);
    assert_eq!(client.get(bare).await.status, 200);
    client
        .post("/_sandbox/clock", json!({"advance": "P7D"}))
        .await;
    let expired: Onboarding = client.get(&path).await.is(200);
    assert_eq!(expired.is_expired, Some(true));
    assert_eq!(client.get(bare).await.status, 410);
    assert_eq!(client.get("/_sandbox/onboarding/none").await.status, 404);
    let again: Onboarding = client.post("/onboardings", body).await.is(200);
    assert_eq!(again.status, OnboardingStatus::Created);
    let wrong = json!({"preferred_language": "french", "redirect_url": "javascript:alert(1)"});
    assert_eq!(
        client.post("/onboardings", wrong).await.invalid(),
        [
            "preferred_language",
            "business.identifier",
            "business.identifier_type",
            "redirect_url"
        ]
    );
}

#[tokio::test]
async fn an_invoice_comes_from_a_file() {
    let client = Client::start().await;
    let kind = "multipart/form-data; boundary=b";
    let form = |file: &str| {
        format!(
            "--b\r\ncontent-disposition: form-data; name=\"metadata\"\r\n\r\n{{\"a\":1}}\r\n\
             --b\r\ncontent-disposition: form-data; name=\"x\"; filename=\"i.pdf\"\r\n\r\n{file}\r\n--b--\r\n"
        )
    };
    let path = "/invoices/upload?buyer=SIREN-111111118&seller=SIREN-222222226";
    let made = client.send_as(path, kind, &form("%PDF-1.7")).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    assert_eq!(made["status"], "TO_SUBMIT");
    assert_eq!(made["metadata"]["a"], 1);
    assert_eq!(made["buyer"]["identifier"], "111111118");
    let id = made["id"].as_str().unwrap();
    let lacking = client
        .post(&format!("/invoice/{id}/submit"), json!({}))
        .await;
    assert!(lacking.invalid().contains(&"total_amount".to_owned()));
    assert_eq!(
        client.send_as(path, kind, &form("text")).await.invalid(),
        ["file"]
    );
    assert_eq!(
        client.send_as(path, kind, "--b--\r\n").await.invalid(),
        ["file"]
    );
    assert!(client.send_as(path, kind, "--b\r\nnonsense").await.status == 400);
    client.post(path, json!({})).await.refused(400);
    let wrong = client
        .send_as("/invoices/upload?buyer=111", kind, &form("%PDF-1.7"))
        .await;
    assert_eq!(wrong.invalid(), ["buyer"]);
}

#[tokio::test]
async fn what_is_not_declared_of_a_request_is_not_shown_again() {
    let client = Client::start().await;
    let mut body: Value = client
        .post("/sandbox/business-generator", json!({"is_borrower": true}))
        .await
        .is(200);
    body["planet"] = "Earth".into();
    body["directors"] = json!([{
        "first_name": "A", "last_name": "B", "pigeon": 7,
        "birth_place": {"city": "Lyon", "planet": "Earth"},
    }]);
    let made: Value = client.post("/borrowers", body).await.is(201);
    let text = made.to_string();
    assert!(
        !text.contains("planet") && !text.contains("pigeon"),
        "{text}"
    );
    assert_eq!(made["directors"][0]["birth_place"]["city"], "Lyon");
}
