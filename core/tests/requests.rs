//! What leaves: bodies, options, local checks.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::sync::{Arc, Mutex};

use defacto::bridge::Input;
use defacto::hook::Stage;
use defacto::transport::FailureKind;
use defacto::types::{
    AccountInput, CreateLoan, EphemeralKeyInput, IdentifierType, LoanStatus, Null, Operation,
    Timestamp, UpdateLoan, UploadInvoiceFile, UploadInvoiceParties, UploadTransactions,
};
use defacto::{Creation, ErrorKind, File, Method};
use serde_json::{Value, json};
use support::{KEY, Script};

const LOAN: &str = r#"{"id":"l1","status":"PENDING_VALIDATION","amount":10000}"#;
const IBAN: &str = "FR8811111015593603018280926";

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn loan() -> CreateLoan {
    CreateLoan::new()
        .amount(10_000)
        .loan_to(AccountInput::new().account_number(IBAN))
        .to_pay_at(instant("2030-01-01T00:00:00Z"))
        .to_repay_at(instant("2030-03-01T00:00:00Z"))
}

#[tokio::test]
async fn a_loan_gets_one_salt_for_all_its_attempts() {
    let script = Script::new([
        Err(FailureKind::Lost),
        Ok((503, "<html>".to_owned())),
        Ok((201, LOAN.to_owned())),
    ]);
    let created = script.client().loans().create(&loan()).await.unwrap();
    assert_eq!(
        (created.id.as_str(), created.creation()),
        ("l1", Creation::New)
    );
    let bodies = script.bodies();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    let body: Value = serde_json::from_str(&bodies[0]).unwrap();
    let salt = body["salt_id"].as_str().unwrap();
    assert_eq!((salt.len(), salt.as_bytes()[14]), (36, b'7'), "{salt}");
}

#[tokio::test]
async fn the_callers_salt_wins() {
    let script = Script::pages(&[LOAN, LOAN, LOAN]);
    let client = script.client();
    let own = loan().salt_id("own-1");
    let created = client.loans().create(&own).await.unwrap();
    // 200, where 201 is declared.
    assert_eq!(created.creation(), Creation::Existing);
    client
        .loans()
        .create(&loan())
        .salt_id("own-1")
        .await
        .unwrap();
    let operation = Operation::find("loans.create").unwrap();
    let mut input = Input::default();
    input.body = serde_json::to_value(&own).unwrap();
    client.invoke(operation, input).await.unwrap();
    for body in script.bodies() {
        assert_eq!(body.matches("salt_id").count(), 1, "{body}");
        assert!(body.contains(r#""salt_id":"own-1""#), "{body}");
    }
}

#[tokio::test]
async fn each_shared_item_gets_a_salt() {
    let body: UploadTransactions = serde_json::from_value(json!({
        "batch_id": "b", "account_id": "a",
        "transactions": [{"amount": 1}, {"amount": 2, "salt_id": "own"}, {"amount": 3}],
    }))
    .unwrap();
    let script = Script::pages(&["{}"]);
    let client = script.builder().local_checks(false).build().unwrap();
    client
        .business_data()
        .upload_transactions(&body)
        .await
        .unwrap();
    let sent: Value = serde_json::from_str(&script.bodies()[0]).unwrap();
    let salts: Vec<_> = (0..3)
        .map(|index| sent["transactions"][index]["salt_id"].as_str().unwrap())
        .collect();
    assert_eq!(salts[1], "own");
    assert!(salts[0].len() == 36 && salts[0] != salts[2]);
}

#[tokio::test]
async fn the_same_items_have_the_same_salts_whoever_sends_them() {
    let body: UploadTransactions = serde_json::from_value(json!({
        "transactions": [{"amount": 1}, {"amount": 1}],
    }))
    .unwrap();
    let script = Script::new([
        Err(FailureKind::Lost),
        Err(FailureKind::Lost),
        Err(FailureKind::Lost),
        Ok((200, "{}".to_owned())),
        Ok((200, "{}".to_owned())),
    ]);
    let builder = script.builder().local_checks(false);
    let quick = std::time::Duration::from_millis(1);
    let client = builder.backoff(quick, quick).build().unwrap();
    let upload = || client.business_data().upload_transactions(&body);
    let error = upload().await.unwrap_err();
    assert!(error.is_outcome_unknown());
    upload().await.unwrap();
    let extra = json!([{"amount": 7}]);
    upload().extra_field("transactions", extra).await.unwrap();
    let sent = script.bodies();
    assert!(sent[..4].iter().all(|body| *body == sent[0]));
    let first: Value = serde_json::from_str(&sent[0]).unwrap();
    let salt = |index: usize| first["transactions"][index]["salt_id"].as_str();
    assert_ne!(salt(0), salt(1));
    assert!(sent[4].contains("salt_id"), "{}", sent[4]);
}

#[tokio::test]
async fn a_salt_is_there_once_or_refused() {
    let script = Script::pages(&[LOAN, LOAN]);
    let client = script.client();
    client.loans().create(&loan().salt_id(Null)).await.unwrap();
    let call = client.loans().create(&loan());
    call.extra_field("salt_id", Value::Null).await.unwrap();
    for body in script.bodies() {
        assert_eq!(body.matches("salt_id").count(), 1, "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["salt_id"].as_str().unwrap().len(), 36);
    }
    let nothing = Script::default().client();
    for salt in [json!(""), json!(" "), json!(1), json!(["a"])] {
        let call = nothing.loans().create(&loan());
        let error = call.extra_field("salt_id", salt).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("salt_id"), "{error}");
    }
}

#[tokio::test]
async fn patch_tells_unset_null_and_a_value_apart() {
    let script = Script::pages(&[LOAN]);
    let change = UpdateLoan::new()
        .amount(20_000)
        .metadata(Null)
        .lender_id(None::<&str>);
    script.client().loans().update("l1", &change).await.unwrap();
    let sent: Value = serde_json::from_str(&script.bodies()[0]).unwrap();
    assert_eq!(sent, json!({"amount": 20_000, "metadata": null}));
}

#[tokio::test]
async fn forms_and_files() {
    let script = Script::pages(&["{}", r#"{"id":"i1","status":"SUBMITTED"}"#]);
    let client = script.client();
    let nonce = EphemeralKeyInput::new().nonce("a b&c");
    client
        .cards()
        .create_ephemeral_key("c1", &nonce)
        .await
        .unwrap();
    let parties = UploadInvoiceParties::new().buyer("SIREN-899021021");
    let fields = UploadInvoiceFile::new().metadata("{}");
    let file = File::pdf("invoice.pdf", &b"%PDF-1.7"[..]);
    client
        .invoices()
        .upload(&parties, &fields, &file)
        .await
        .unwrap();
    let bodies = script.bodies();
    assert_eq!(bodies[0], "nonce=a+b%26c");
    for part in [
        "name=\"metadata\"",
        "name=\"file\"; filename=\"invoice.pdf\"",
        "%PDF-1.7",
    ] {
        assert!(bodies[1].contains(part), "{}", bodies[1]);
    }
    assert!(script.urls()[1].ends_with("/invoices/upload?buyer=SIREN-899021021"));
}

#[tokio::test]
async fn bad_input_is_refused_before_the_wire() {
    let cases = [
        (loan().amount(0), "amount"),
        (loan().amount(20_000_001), "20000000"),
        (
            loan().to_repay_at(instant("2029-01-01T00:00:00Z")),
            "to_repay_at",
        ),
        (loan().invoice_ids(["a", "b"]), "invoices"),
        (
            loan().loan_to(AccountInput::new().account_number("FR00")),
            "loan_to.account_number",
        ),
        (
            loan().loan_to_references(["x".repeat(36)]),
            "loan_to_references[0]",
        ),
        (
            loan().loan_to_references(["a\u{e9}"]),
            "loan_to_references[0]",
        ),
        (
            loan().borrower(
                defacto::types::BusinessIdentifier::new()
                    .identifier("12 345")
                    .identifier_type(IdentifierType::Siren),
            ),
            "borrower.identifier",
        ),
        (
            CreateLoan::new(),
            "amount is missing: set it; loan_to is missing",
        ),
    ];
    for (body, field) in cases {
        let script = Script::default();
        let error = script.client().loans().create(&body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{field}");
        assert!(error.to_string().contains(field), "{field}: {error}");
        assert_eq!(error.attempts(), 0);
        // Unless the caller says otherwise.
        let script = Script::new([Ok((201, LOAN.to_owned()))]);
        let client = script.builder().local_checks(false).build().unwrap();
        client.loans().create(&body).await.unwrap();
    }
    // A test account fails the French key and passes mod-97; spaces and case
    // do not matter, and another kind of number is not ours to judge.
    let other = AccountInput::new()
        .account_number("12345678")
        .account_number_type("account_number");
    let accounts = [SPACED, " fr8811111015593603018280926"]
        .map(|text| AccountInput::new().account_number(text));
    for account in accounts.into_iter().chain([other]) {
        let script = Script::new([Ok((201, LOAN.to_owned()))]);
        let body = loan().loan_to(account);
        script.client().loans().create(&body).await.unwrap();
    }
    // A PATCH does not say the currency.
    let script = Script::new([Ok((200, LOAN.to_owned()))]);
    let change = UpdateLoan::new().amount(25_000_000);
    script.client().loans().update("l1", &change).await.unwrap();
    let error = script.client().payments().repay_now(
        &defacto::types::RepayNow::new()
            .amount(0)
            .base_callback_url("https://a.example"),
    );
    assert!(error.await.unwrap_err().to_string().contains("amount"));
}

const SPACED: &str = "FR88 1111 1015 5936 0301 8280 926";

#[tokio::test]
async fn a_declined_loan_is_no_error_under_either_status() {
    let declined = r#"{"id":"l1","status":"DECLINED","denial_reason":"KYB_FAILED"}"#;
    for status in [201, 400] {
        let script = Script::new([Ok((status, declined.to_owned()))]);
        let created = script.client().loans().create(&loan()).await.unwrap();
        assert_eq!(created.status, LoanStatus::Declined);
    }
    let script = Script::new([Ok((400, r#"{"title":"no"}"#.to_owned()))]);
    let error = script.client().loans().create(&loan()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
}

#[tokio::test]
async fn deduced_rules_only_warn() {
    let warned = Arc::new(Mutex::new(Vec::new()));
    let seen = warned.clone();
    let script = Script::new([Ok((201, LOAN.to_owned()))]);
    let client = script
        .builder()
        .on_event(move |event| {
            if let Stage::Warned(problem) = event.stage {
                seen.lock().unwrap().push(problem.to_owned());
            }
        })
        .build()
        .unwrap();
    let invoice: defacto::types::CreateLoanInvoice = serde_json::from_value(json!({
        "buyer": {}, "seller": {}, "document": "JVBERi0=", "invoice_number": "1",
        "due_at": "2030-01-01T00:00:00Z", "issued_at": "2029-12-01T00:00:00Z", "total_amount": 5,
    }))
    .unwrap();
    client
        .loans()
        .create(&loan().invoices([invoice]))
        .await
        .unwrap();
    let warned = warned.lock().unwrap();
    assert!(
        warned.len() == 1 && warned[0].contains("total_amount"),
        "{warned:?}"
    );
}

#[tokio::test]
async fn options_of_one_call() {
    let script = Script::pages(&[LOAN, "null", r#"{"x":1}"#]);
    let client = script.client();
    let response = client
        .loans()
        .create(&loan())
        .header("X-Trace", "t1")
        .extra_query("beta", "1")
        .extra_field("tomorrow", json!({"a": 1}))
        .with_response()
        .await
        .unwrap();
    assert_eq!((response.status, response.attempts), (200, 1));
    assert_eq!(&response.body[..], LOAN.as_bytes());
    let sent: Value = serde_json::from_str(&script.bodies()[0]).unwrap();
    assert_eq!(sent["tomorrow"], json!({"a": 1}));
    assert!(script.urls()[0].ends_with("/loans?beta=1"));

    assert_eq!(
        client.raw(Method::Get, "/tomorrow").await.unwrap(),
        Some(Value::Null)
    );
    let answer = client
        .raw(Method::Post, "/tomorrow")
        .json_body(&json!([1]))
        .await
        .unwrap();
    assert_eq!(answer, Some(json!({"x": 1})));
    assert_eq!(script.bodies()[2], "[1]");
    for path in [
        "tomorrow",
        "//other.example/x",
        "https://other.example",
        "/a#b",
    ] {
        let error = client.raw(Method::Get, path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

#[tokio::test]
async fn a_refused_value_is_named_and_not_repeated() {
    let client = Script::default().client();
    let create = Operation::find("loans.create").unwrap();
    let mut input = Input::default();
    input.body = json!({"loan_to": {"account_number": IBAN}, "to_pay_at": IBAN});
    let error = client.invoke(create, input).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("to_pay_at") && !shown.contains(IBAN),
        "{shown}"
    );
}

#[tokio::test]
async fn an_empty_answer_is_no_web_page() {
    let script = Script::new([Ok((204, String::new()))]).typed("text/html");
    script.client().borrowers().deactivate("b1").await.unwrap();
}

#[tokio::test]
async fn text_of_a_raw_request_is_text() {
    let script = Script::pages(&["hello"]).typed("text/plain");
    let answer = script.client().raw(Method::Get, "/hello").await.unwrap();
    assert_eq!(answer, Some(json!("hello")));
    let script = Script::new([Ok((404, String::new()))]);
    let error = script
        .client()
        .raw(Method::Get, "/nope?sig=1")
        .await
        .unwrap_err();
    assert!(error.to_string().starts_with("GET /nope: "), "{error}");
}

#[tokio::test]
async fn invoke_checks_names_and_bodies() {
    let client = Script::default().client();
    let get = Operation::find("loans.get").unwrap();
    let create = Operation::find("loans.create").unwrap();
    let mut wrong_path = Input::default();
    wrong_path.path.insert("loan".to_owned(), "l1".to_owned());
    let mut wrong_body = Input::default();
    wrong_body
        .path
        .insert("loan_id".to_owned(), "l1".to_owned());
    wrong_body.body = json!({});
    let mut no_object = Input::default();
    no_object.body = json!([1]);
    for (operation, input) in [
        (get, Input::default()),
        (get, wrong_path),
        (get, wrong_body),
        (create, Input::default()),
        (create, no_object),
    ] {
        let error = client.invoke(operation, input).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(!error.to_string().contains(KEY));
    }
}

#[tokio::test]
async fn invoke_refuses_what_the_type_refuses() {
    let get = Operation::find("loans.get").unwrap();
    for body in ["", "[]", "null", "1", "{}", r#"{"id":null}"#] {
        let script = Script::new([Ok((200, body.to_owned()))]);
        let mut input = Input::default();
        input.path.insert("loan_id".to_owned(), "l1".to_owned());
        let error = script.client().invoke(get, input).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
}
