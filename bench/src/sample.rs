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

/// A page of such loans, as the API wraps it. They differ as those of a real
/// page do: in their identifiers, parties, amounts, references and days.
///
/// # Errors
///
/// When the loan is no JSON.
pub fn page(loan: &str) -> serde_json::Result<String> {
    let loan: Value = serde_json::from_str(loan)?;
    let loans = (0..PAGE).map(|number| other(&loan, number).to_string());
    let loans = loans.collect::<Vec<_>>().join(",");
    Ok(format!(
        r#"{{"data":[{loans}],"count":{PAGE},"page_size":{PAGE},"next_page":"1772031301004512_17","previous_page":null,"total":null}}"#
    ))
}

/// Another loan of the same length.
fn other(loan: &Value, number: usize) -> Value {
    let mut loan = loan.clone();
    let id = |kind: usize| format!("0197a3c2-6d1e-7c41-9a53-{kind:04x}{number:08x}");
    let day = 10 + number % 18;
    for party in ["beneficiary", "borrower"] {
        let identifier = format!("{}", 400_000_000 + 7_919 * number + party.len());
        loan[party]["id"] = id(party.len()).into();
        loan[party]["name"] = format!("{party} {number:02} SAS").into();
        loan[party]["vat_number"] = format!("FR40{identifier}").into();
        loan[party]["identifier"] = identifier.into();
    }
    loan["id"] = id(0).into();
    loan["invoice_ids"] = json!([id(1)]);
    loan["amount"] = (1_200_000 + 1_337 * number).into();
    loan["fees_estimated"] = (18_000 + 19 * number).into();
    loan["fees_ongoing"] = (4_200 + 3 * number).into();
    let reference = format!("DEFACTO {:08X}", 0x0197_A3C2 + number);
    for field in [
        "loan_from_references",
        "repayment_from_references",
        "repayment_to_references",
    ] {
        loan[field] = json!([reference]);
    }
    loan["loan_to_references"] = json!([reference, format!("INV-2026-{number:06}")]);
    for account in ["loan_to", "repayment_from"] {
        loan[account]["account_number"] = format!("FR7610107001{number:02}1234567890129").into();
    }
    loan["metadata"]["reference"] = format!("PO-{}", 88_213 + number).into();
    loan["paid_at"] = format!("2026-03-{day}T08:03:27.{number:03}200+00:00").into();
    loan["submitted_at"] = format!("2026-02-{day}T14:55:01.{number:03}512+00:00").into();
    for field in ["contractual_repayment_date", "to_repay_at"] {
        loan[field] = format!("2026-04-{day}T00:00:00.000000+00:00").into();
    }
    loan["to_pay_at"] = format!("2026-03-{day}T00:00:00.000000+00:00").into();
    loan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loans_of_a_page_differ_and_weigh_the_same() {
        let page: Value = serde_json::from_str(&page(&loan()).unwrap()).unwrap();
        let loans: Vec<_> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::to_string)
            .collect();
        assert_eq!(loans.len(), PAGE);
        assert_ne!(loans[0], loans[1]);
        for loan in &loans {
            assert!((2_400..2_700).contains(&loan.len()), "{}", loan.len());
        }
    }
}
