//! Invoices that were never issued, shaped as Defacto's own generator shapes
//! them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use defacto_types::{
    AccountInput, Cents, CounterpartyInput, CreateInvoice, Currency, Map, Scenario, Value,
};
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, RngExt};

use crate::document::{InvoiceFacts, Party, pdf};

/// The BIC of every test IBAN.
pub(super) const BIC: &str = "FK2FACTO";

/// When it falls due.
const TERM: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An invoice before it is a request or a document.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    number: String,
    issued_at: Timestamp,
    due_at: Timestamp,
    seller: CounterpartyInput,
    buyer: CounterpartyInput,
    iban: String,
    net: Cents,
    tax: Cents,
    scenario: Scenario,
}

impl Draft {
    pub(super) fn new(
        scenario: &Scenario,
        seller: CounterpartyInput,
        buyer: CounterpartyInput,
        iban: String,
        now: Timestamp,
        rng: &mut impl Rng,
    ) -> Self {
        let net = net_amount(scenario);
        Self {
            number: format!("FK-INVOICE-{:06x}", rng.random_range(0..0x0100_0000)),
            issued_at: now,
            due_at: now.checked_add(TERM).unwrap_or(now),
            seller,
            buyer,
            iban,
            net,
            // 20 %.
            tax: Cents(net.get() / 5),
            scenario: scenario.clone(),
        }
    }

    /// What its PDF says.
    pub(super) fn facts(&self) -> InvoiceFacts {
        InvoiceFacts {
            number: self.number.clone(),
            issued_at: self.issued_at,
            due_at: self.due_at,
            seller: party(&self.seller),
            buyer: party(&self.buyer),
            iban: self.iban.clone(),
            bic: BIC.to_owned(),
            net: self.net,
            tax: self.tax,
            total: self.net + self.tax,
        }
    }

    /// A body for `POST /invoices`.
    pub(super) fn into_payload(self) -> CreateInvoice {
        let document = STANDARD.encode(pdf::invoice(&self.facts()));
        let total = self.net + self.tax;
        let metadata: Map<String, Value> = [
            ("created_with", "Defacto sandbox invoice generator"),
            ("scenario_name", self.scenario.as_str()),
            ("scenario_description", describe(&self.scenario)),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
        let account = AccountInput::new()
            .account_number(self.iban)
            .bank_identifier(BIC);
        let mut payload = CreateInvoice::new()
            .invoice_number(self.number)
            .issued_at(self.issued_at)
            .due_at(self.due_at)
            .is_draft(false)
            .buyer(self.buyer)
            .seller(self.seller)
            .to_account(account)
            .net_amount(self.net)
            .tax_amount(self.tax)
            .to_pay_amount(total)
            .total_amount(total)
            .currency(Currency::Eur)
            .metadata(metadata)
            .document(document);
        // No longer in the contract, and still sent.
        payload.extra.insert("invoice_type", Value::Null);
        payload
    }
}

fn party(company: &CounterpartyInput) -> Party {
    Party {
        name: company.name.clone().unwrap_or_default(),
        identifier: company.identifier.clone().unwrap_or_default(),
    }
}

/// That of `REJECT` and `CANCEL` is INFERRED.
fn net_amount(scenario: &Scenario) -> Cents {
    Cents(match scenario {
        Scenario::SuccessOneDayLater => 20_000,
        Scenario::Reject => 30_000,
        Scenario::Fail => 40_000,
        Scenario::Cancel => 50_000,
        _ => 10_000,
    })
}

fn describe(scenario: &Scenario) -> &'static str {
    match scenario {
        Scenario::SuccessOneDayLater => "The loan is paid out, and repaid the day after",
        Scenario::Reject => "The loan is declined",
        Scenario::Fail => "The loan is accepted, and its payout fails",
        Scenario::Cancel => "The loan is accepted, and cancelled before its payout",
        _ => "The loan is paid out and repaid at once",
    }
}
