//! The loan that is asked for, in both sides' terms.

use defacto::types as ours;

use crate::{Outcome, models};

const IBAN: &str = "FR1420041010050500013M02606";
const BIC: &str = "AGRIFRPPXXX";
const DOCUMENT: &str = "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PC9UeXBlL0NhdGFsb2c+PgplbmRvYmoK";
const DATES: [&str; 4] = [
    "2026-01-01T00:00:00Z",
    "2026-01-31T00:00:00Z",
    "2026-03-01T00:00:00Z",
    "2026-03-31T00:00:00Z",
];

/// For the client.
///
/// # Errors
///
/// When a date above is none.
pub fn typed() -> Outcome<ours::CreateLoan> {
    let [issued, due, pay, repay] = DATES.map(str::parse::<ours::Timestamp>);
    let party = |identifier: &str, name: &str| {
        ours::SharedCounterparty::new()
            .identifier(identifier)
            .name(name)
    };
    let account = || {
        ours::AccountInput::new()
            .account_number(IBAN)
            .bank_identifier(BIC)
    };
    Ok(ours::CreateLoan::new()
        .amount(12_000)
        .borrower(ours::BusinessIdentifier::new().identifier("333333334"))
        .invoices([ours::CreateLoanInvoice::new()
            .buyer(party("111111118", "Buyer"))
            .seller(party("222222226", "Seller"))
            .document(DOCUMENT)
            .due_at(due?)
            .invoice_number("FK-1")
            .issued_at(issued?)
            .net_amount(10_000)
            .tax_amount(2_000)
            .to_account(account())
            .total_amount(12_000)])
        .loan_to(account())
        .to_pay_at(pay?)
        .to_repay_at(repay?))
}

/// For the bare side. Its idempotency key is made beforehand.
///
/// # Errors
///
/// When a date above is none.
pub fn bare() -> Outcome<models::CreateLoan> {
    let [issued, due, pay, repay] = DATES.map(str::parse::<jiff::Timestamp>);
    let party = |identifier: &str, name: &str| models::Party {
        identifier: identifier.to_owned(),
        name: name.to_owned(),
    };
    let account = || models::PayoutAccount {
        account_number: IBAN.to_owned(),
        bank_identifier: BIC.to_owned(),
    };
    Ok(models::CreateLoan {
        amount: 12_000,
        borrower: models::Identifier {
            identifier: Some("333333334".to_owned()),
            identifier_type: None,
        },
        invoices: vec![models::Invoice {
            buyer: party("111111118", "Buyer"),
            seller: party("222222226", "Seller"),
            document: DOCUMENT.to_owned(),
            due_at: due?,
            invoice_number: "FK-1".to_owned(),
            issued_at: issued?,
            net_amount: 10_000,
            tax_amount: 2_000,
            to_account: account(),
            total_amount: 12_000,
        }],
        loan_to: account(),
        to_pay_at: pay?,
        to_repay_at: repay?,
        salt_id: crate::sample::ID.to_owned(),
    })
}
