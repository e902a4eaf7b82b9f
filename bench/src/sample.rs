//! What the canned server answers: a loan of about 2.5 kB and a page of 100.

use serde_json::{Value, json};

/// The identifier of the sample.
pub const ID: &str = "0197a3c2-6d1e-7c41-9a53-5f2f6c1e8b70";

/// How many loans a page has.
pub const PAGE: usize = 100;

fn business(name: &str, identifier: &str, id: &str) -> Value {
    json!({
        "activity_description": "Wholesale of other machinery and equipment",
        "address": {
            "address_line_1": "12 rue de la Banque",
            "city": "Paris",
            "country": "FRA",
            "postal_code": "75002",
        },
        "creation_date": "2012-04-17",
        "has_ongoing_insolvency_procedure": false,
        "id": id,
        "identifier": identifier,
        "identifier_type": "siren",
        "is_active": true,
        "legal_form": "SAS",
        "name": name,
        "vat_number": format!("FR40{identifier}"),
    })
}

fn account(iban: &str) -> Value {
    json!({
        "account_number": iban,
        "account_number_type": "iban",
        "bank_identifier": "AGRIFRPPXXX",
        "bank_identifier_type": "bic",
    })
}

/// The sample loan's JSON.
#[must_use]
pub fn loan() -> String {
    json!({
        "amount": 1_200_000,
        "beneficiary": business("Seller SAS", "222222226", "0197a3c2-6d1e-7c41-9a53-5f2f6c1e8b71"),
        "borrower": business("Borrower SAS", "333333334", "0197a3c2-6d1e-7c41-9a53-5f2f6c1e8b72"),
        "borrower_financial_product_id": "0197a3c2-6d1e-7c41-9a53-5f2f6c1e8b73",
        "closed_at": null,
        "contract_url": null,
        "contractual_repayment_date": "2026-03-31T00:00:00.000000+00:00",
        "currency": "EUR",
        "denial_reason": null,
        "deposits": {},
        "documents": [],
        "earliest_to_repay_at": "2026-03-05T09:12:44.120931+00:00",
        "fees_estimated": 18_000,
        "fees_ongoing": 4_200,
        "id": ID,
        "invoice_ids": ["0197a3c2-6d1e-7c41-9a53-5f2f6c1e8b74"],
        "loan_from": account("FR7630006000011234567890189"),
        "loan_from_references": ["DEFACTO 0197A3C2"],
        "loan_to": account("FR1420041010050500013M02606"),
        "loan_to_references": ["DEFACTO 0197A3C2", "INV-2026-000123"],
        "loan_type": "INVOICE_BASED_FINANCING",
        "metadata": {"reference": "PO-88213", "team": "purchasing"},
        "notification_emails": ["treasury@borrower.example"],
        "paid_at": "2026-03-01T08:03:27.551200+00:00",
        "paid_interests_amount": 0,
        "repaid_amount": 0,
        "repaid_nominal_amount": 0,
        "repayment_from": account("FR7610107001011234567890129"),
        "repayment_from_references": ["DEFACTO 0197A3C2"],
        "repayment_method": "SCT",
        "repayment_to": account("FR7630006000011234567890189"),
        "repayment_to_references": ["DEFACTO 0197A3C2"],
        "status": "TO_REPAY",
        "submitted_at": "2026-02-26T14:55:01.004512+00:00",
        "to_pay_at": "2026-03-01T00:00:00.000000+00:00",
        "to_repay_at": "2026-03-31T00:00:00.000000+00:00",
    })
    .to_string()
}

/// A page of these loans, as the API wraps it.
#[must_use]
pub fn page(loan: &str) -> String {
    let loans = vec![loan; PAGE].join(",");
    format!(
        r#"{{"data":[{loans}],"count":{PAGE},"page_size":{PAGE},"next_page":"1772031301004512_17","previous_page":null,"total":null}}"#
    )
}
