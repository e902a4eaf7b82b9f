//! The typed client on the simulator: the operations beside loans, as a
//! program uses them.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use defacto::types::{
    AddRepaymentMethod, BatchContentInput, BatchUploadContext, BatchUploadStatus,
    BusinessIdentifierRequired, CheckBorrower, ComputePlan, CreateInstallmentPlan,
    CreateOnboarding, CreateOwner, CreateRecollectionCase, EphemeralKeyInput, ExportCardEntries,
    FetchLoanDocuments, IdentifierType, InstallmentInput, InstallmentLoanInput, InstallmentPeriod,
    InvoiceStatus, ListBills, ListCardEntries, ListInstallments, ListRecollectionCases, Loan,
    OnboardingStatus, OpenBatch, PaymentIntentStatus, PaymentMethod, PublicApiAccountNumber,
    RecollectionActionInput, RepayNow, ReportBillSent, RevenueShareStatus, SearchPublicData,
    SetCardStatus, SharedAccount, SharedTransaction, TypedBusinessIdentifier,
    UpdateRecollectionCase, UploadAccounts, UploadInvoiceFile, UploadInvoiceParties,
    UploadTransactions, WebhookEventType, WebhookInput,
};
use defacto::{Creation, ErrorKind, File};
use serde_json::{Value, json};
use support::{Lab, days_from_now, lent};

fn company(loan: &Loan) -> BusinessIdentifierRequired {
    let borrower = loan.borrower.as_ref().unwrap();
    BusinessIdentifierRequired::new()
        .identifier(borrower.identifier.clone())
        .identifier_type(borrower.identifier_type.clone())
}

#[tokio::test]
async fn a_file_becomes_an_invoice() {
    let lab = Lab::start().await;
    let client = lab.client();
    let parties = UploadInvoiceParties::new().buyer("SIREN-111111118");
    let fields = UploadInvoiceFile::new().metadata(r#"{"order":7}"#);
    let file = File::pdf("i.pdf", b"%PDF-1.7".to_vec());
    let upload = |file| client.invoices().upload(&parties, &fields, file);
    let made = upload(&file).await.unwrap();
    assert_eq!(made.creation(), Creation::New);
    assert_eq!(made.status, Some(InvoiceStatus::ToSubmit));
    assert_eq!(made.metadata.as_ref().unwrap()["order"], 7);
    let refused = upload(&File::pdf("i.pdf", b"no".to_vec()))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Rejected);
}

#[tokio::test]
async fn a_company_comes_on_board_and_is_known() {
    let lab = Lab::start().await;
    let client = lab.client();
    let business = TypedBusinessIdentifier::new()
        .identifier("333333334")
        .identifier_type(IdentifierType::Siren);
    let body = CreateOnboarding::new()
        .business(business)
        .preferred_language("en");
    let made = client.onboardings().create(&body).await.unwrap();
    assert_eq!(made.status, OnboardingStatus::Created);
    let link = made.secure_resume_link.clone().unwrap();
    for form in ["name=Co&first_name=A&last_name=B", "step=sign&accept=yes"] {
        lab.submit(link.expose(), form).await;
    }
    let done = client.onboardings().get(made.id.clone()).await.unwrap();
    assert_eq!(done.status, OnboardingStatus::Completed);
    let borrower = done.borrower_id.unwrap();

    let owner = CreateOwner::new().first_name("A").last_name("B");
    let owner = client.borrowers().create_owner(borrower.clone(), &owner);
    assert_eq!(owner.await.unwrap().creation(), Creation::New);
    let account = "FR8811111015593603018280926";
    let method = AddRepaymentMethod::new()
        .payment_method(PaymentMethod::DirectDebit)
        .from_account(PublicApiAccountNumber::new().account_number(account))
        .is_default_repayment_method(true)
        .apply_to_all_active_loans(false);
    let added = client.borrowers().add_repayment_method(borrower, &method);
    assert_eq!(added.await.unwrap().is_main, Some(true));

    let check = CheckBorrower::new()
        .identifier("333333334")
        .identifier_type(IdentifierType::Siren);
    let verdict = client.eligibility().check_borrower(&check).await.unwrap();
    assert_eq!(verdict.is_eligible, Some(true));
    let reasons = client.eligibility().list_reasons().items().collect().await;
    assert_eq!(reasons.unwrap().len(), 170);
    let texts = client.translations().get_denial_code("KYB_PENDING").await;
    assert!(texts.unwrap().fr.is_some());
    let info = client.translations().get_data_type("tax_return").await;
    assert_eq!(info.unwrap().requires_document, Some(true));
    let query = SearchPublicData::new().identifier("333333334");
    let found = client.businesses().search_public_data(&query);
    assert_eq!(found.items().collect().await.unwrap().len(), 1);
}

#[tokio::test]
async fn data_is_shared_in_a_batch() {
    let lab = Lab::start().await;
    let client = lab.client();
    let company = BusinessIdentifierRequired::new()
        .identifier("333333334")
        .identifier_type(IdentifierType::Siren);
    let open = OpenBatch::new()
        .business_identifier(company)
        .content(BatchContentInput::new())
        .context(BatchUploadContext::DataRefresh);
    let batch = client.business_data().open_batch(&open).await.unwrap();
    let accounts = UploadAccounts::new()
        .batch_id(batch.id.clone())
        .identifier("333333334")
        .identifier_type(IdentifierType::Siren)
        .accounts([SharedAccount::new()
            .amount(1)
            .id("a")
            .last_updated_at(days_from_now(0))]);
    client
        .business_data()
        .upload_accounts(&accounts)
        .await
        .unwrap();
    let transactions = UploadTransactions::new()
        .batch_id(batch.id.clone())
        .identifier("333333334")
        .identifier_type(IdentifierType::Siren)
        .transactions([SharedTransaction::new().amount(1).at(days_from_now(0))]);
    client
        .business_data()
        .upload_transactions(&transactions)
        .await
        .unwrap();
    let closed = client
        .business_data()
        .close_batch(batch.id.clone())
        .await
        .unwrap();
    assert_eq!(closed.status, BatchUploadStatus::ClosingScheduled);
}

#[tokio::test]
async fn a_loan_is_repaid_by_plan_and_its_interest_billed() {
    let lab = Lab::start().await;
    let client = lab.client();
    let loan = lent(&client).await;
    let part = |amount: i64, day: i64| {
        InstallmentInput::new()
            .amount(amount)
            .date(days_from_now(day))
            .loans([InstallmentLoanInput::new()
                .amount(amount)
                .loan_id(loan.id.clone())])
    };
    let body = CreateInstallmentPlan::new()
        .installments([part(4_000, 5), part(6_000, 9)])
        .payment_method(PaymentMethod::Sct);
    let made = client.installment_plans().create(&body).await.unwrap();
    let again = client.installment_plans().create(&body).await.unwrap();
    assert_eq!(made.id, again.id);
    let get = || client.installment_plans().get(made.id.clone());
    while get().await.unwrap().installments[1].status != PaymentIntentStatus::Paid {}
    let query = ListInstallments::new().loan_ids([loan.id.clone()]);
    let parts = client
        .installments()
        .list(&query)
        .items()
        .collect()
        .await
        .unwrap();
    assert_eq!(parts.len(), 2);

    let query = ListBills::new().business_identifier([company(&loan).identifier.unwrap()]);
    let bills = client.bills().list(&query).items().collect().await.unwrap();
    assert_eq!(bills.len(), 1);

    let body = RepayNow::new()
        .amount(1)
        .base_callback_url("https://example.com");
    let page = client.payments().repay_now(&body).await.unwrap();
    lab.submit(page.url.unwrap().expose(), "do=pay").await;
    let body = FetchLoanDocuments::new().loan_ids([loan.id.clone()]);
    let link = client
        .loans()
        .fetch_documents("invoice", &body)
        .await
        .unwrap();
    assert!(link.link.unwrap().expose().contains("/documents/"));
}

/// The state is read after a lost answer, and shows what was done.
#[tokio::test]
async fn a_lost_report_of_a_bill_is_found_out() {
    let lab = Lab::start().await;
    let client = lab.client();
    let loan = lent(&client).await;
    let query = ListBills::new().business_identifier([company(&loan).identifier.unwrap()]);
    let bill = loop {
        let bills = client.bills().list(&query).items().collect().await.unwrap();
        if let Some(bill) = bills.into_iter().next() {
            break bill;
        }
    };
    lab.fault(json!({"operation": "bills.report_sent", "reset": "after"}))
        .await;
    let sent = ReportBillSent::new()
        .sent_on(days_from_now(0))
        .to_email_addresses(["a@example.com"]);
    client.bills().report_sent(bill.id, &sent).await.unwrap();
    assert_eq!(lab.acted("bills.report_sent").await, 1);
}

#[tokio::test]
async fn a_late_loan_becomes_a_case() {
    let lab = Lab::start().await;
    let client = lab.client();
    let loan = lent(&client).await;
    lab.clock(json!({"advance": "P60D"})).await;
    let body = CreateRecollectionCase::new()
        .agent("Ann")
        .debtor_business(company(&loan))
        .loan_ids([loan.id.clone()])
        .next_action(
            RecollectionActionInput::new()
                .action_name("call")
                .due_at(days_from_now(70)),
        );
    let cases = client.recollection_cases();
    let case = cases.create(&body).await.unwrap();
    let notes = json!({"said": "soon"}).as_object().unwrap().clone();
    let notes = UpdateRecollectionCase::new().recollection_notes(notes);
    cases.update(case.id.clone(), &notes).await.unwrap();
    let ask = ComputePlan::new()
        .number_of_installment(2)
        .period(InstallmentPeriod::Biweekly)
        .start_date(days_from_now(80));
    let plan = cases.compute_plan(case.id.clone(), &ask).await.unwrap();
    let made = cases.create_plan(case.id.clone(), &plan).await.unwrap();
    assert!(made.installment_plan_id.is_some());
    let query = ListRecollectionCases::new()
        .identifier(company(&loan).identifier)
        .identifier_type(company(&loan).identifier_type);
    let found = cases.list(&query).items().collect().await.unwrap();
    assert_eq!(found[0].strategies.len(), 1);
}

#[tokio::test]
async fn cards_webhooks_and_what_is_there_once() {
    let lab = Lab::start().await;
    let client = lab.client();
    let account = lab.account().await;
    let id = |name: &str| account[name].as_str().unwrap().to_owned();
    let card = client
        .cards()
        .list()
        .items()
        .collect()
        .await
        .unwrap()
        .remove(0);
    let entries = client
        .cards()
        .list_entries(card.id.clone(), &ListCardEntries::new());
    assert!(entries.items().collect().await.unwrap().is_empty());
    let month = ExportCardEntries::new().period("2026-01");
    let csv = client
        .cards()
        .export_entries(card.id.clone(), &month)
        .await
        .unwrap();
    assert!(csv.starts_with("date,"));
    let nonce = EphemeralKeyInput::new().nonce("n");
    let key = client
        .cards()
        .create_ephemeral_key(card.id.clone(), &nonce)
        .await
        .unwrap();
    assert!(key.ephemeral_key_secret.is_some());
    lab.fault(json!({"operation": "cards.set_status", "reset": "after"}))
        .await;
    let inactive = SetCardStatus::new().status("inactive");
    let set = client.cards().set_status(card.id, &inactive).await.unwrap();
    assert_eq!(set.status.as_deref(), Some("inactive"));

    let body = WebhookInput::new()
        .name("mine")
        .to_url("https://example.com/?key=1")
        .event_types([WebhookEventType::LoanClosed]);
    let hook = client.webhooks().create(&body).await.unwrap();
    client
        .webhooks()
        .update(hook.id.clone(), &body)
        .await
        .unwrap();
    lab.fault(json!({"operation": "webhooks.delete", "reset": "after"}))
        .await;
    client.webhooks().delete(hook.id.clone()).await.unwrap();
    assert!(
        client
            .webhooks()
            .list()
            .items()
            .collect()
            .await
            .unwrap()
            .is_empty()
    );

    let answer = client
        .subscriptions()
        .activate(id("subscription_id"))
        .await
        .unwrap();
    assert_eq!(answer.unwrap()["status"], "ACTIVE");
    let referrer = client.referrers().get(id("referrer_id")).await.unwrap();
    let share = account["revenue_share_ids"][0].as_str().unwrap();
    let file = File::pdf("i.pdf", b"%PDF-1.7".to_vec());
    let upload = client.referrers().upload_invoice(referrer.id, share, &file);
    assert_eq!(upload.await.unwrap().status, RevenueShareStatus::Paid);
    let business = client
        .businesses()
        .get_segment(id("business_id"))
        .await
        .unwrap();
    assert!(business.defacto_segment.is_some());
    assert_ne!(json!(business.business_id), Value::Null);
}
