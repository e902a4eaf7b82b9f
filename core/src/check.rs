//! What is refused before the wire: only what the contract or the
//! documentation states (READ). Deduced rules (INFERRED) warn and no more.

use std::any::Any;

use defacto_types::{
    AccountInput, AccountNumber, AccountNumberType, AddRepaymentMethod, Cents, CreateBorrower,
    CreateCounterparty, CreateInvoice, CreateLoan, Currency, IdentifierType, RepayNow, Timestamp,
    UpdateLoan,
};

/// The most a loan in EUR may be, in cents (docs: standards).
const LARGEST_LOAN: Cents = Cents(20_000_000);

/// The longest SEPA reference.
const LONGEST_REFERENCE: usize = 35;

/// Something found in a request.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// The field, the problem and the fix.
    pub(crate) text: String,
    /// Whether the request is refused for it.
    pub(crate) refuses: bool,
}

impl Finding {
    fn refused(text: String) -> Self {
        Self {
            text,
            refuses: true,
        }
    }

    fn warned(text: String) -> Self {
        Self {
            text,
            refuses: false,
        }
    }

    /// A required field that has not been set.
    pub(crate) fn missing(path: String) -> Self {
        Self::refused(format!("{path} is missing: set it"))
    }
}

/// Looks at a body.
pub(crate) fn body(body: &dyn Any, found: &mut Vec<Finding>) {
    if let Some(loan) = body.downcast_ref() {
        create_loan(loan, found);
    } else if let Some(loan) = body.downcast_ref() {
        update_loan(loan, found);
    } else if let Some(invoice) = body.downcast_ref() {
        create_invoice(invoice, found);
    } else if let Some(borrower) = body.downcast_ref() {
        create_borrower(borrower, found);
    } else if let Some(counterparty) = body.downcast_ref::<CreateCounterparty>() {
        identifier(
            "identifier",
            counterparty.identifier.as_deref(),
            counterparty.identifier_type.as_ref(),
            found,
        );
    } else if let Some(method) = body.downcast_ref::<AddRepaymentMethod>() {
        if let Some(account) = &method.from_account {
            iban(
                "from_account.account_number",
                account.account_number.as_ref(),
                account.account_number_type.as_ref(),
                found,
            );
        }
    } else if let Some(now) = body.downcast_ref::<RepayNow>() {
        at_least_one("amount", now.amount, found);
    }
}

fn create_loan(loan: &CreateLoan, found: &mut Vec<Finding>) {
    amount("amount", loan.amount, loan.currency.as_ref(), found);
    dates(loan.to_pay_at, loan.to_repay_at, found);
    let invoices = loan.invoices.len() + loan.invoice_ids.len();
    if invoices > 1 {
        found.push(Finding::refused(format!(
            "invoices holds {invoices} invoices with invoice_ids: a loan finances one at most"
        )));
    }
    account("loan_to", loan.loan_to.as_ref(), found);
    references("loan_to_references", &loan.loan_to_references, found);
    references(
        "repayment_from_references",
        &loan.repayment_from_references,
        found,
    );
    if let Some(borrower) = &loan.borrower {
        identifier(
            "borrower.identifier",
            borrower.identifier.as_deref(),
            borrower.identifier_type.as_ref(),
            found,
        );
    }
    if let (Some(amount), [invoice]) = (loan.amount, &*loan.invoices)
        && invoice.total_amount.is_some_and(|total| amount > total)
    {
        found.push(Finding::warned(
            "amount is above the invoice's total_amount (INFERRED to be refused)".to_owned(),
        ));
    }
}

fn update_loan(loan: &UpdateLoan, found: &mut Vec<Finding>) {
    at_least_one("amount", loan.amount, found);
    // The currency is the loan's and not known here.
    if loan.amount.is_some_and(|amount| amount > LARGEST_LOAN) {
        found.push(Finding::warned(
            "amount is above 200,000, the most a loan in EUR may be".to_owned(),
        ));
    }
    dates(loan.to_pay_at, loan.to_repay_at, found);
    if let Some(account) = &loan.loan_to {
        iban(
            "loan_to.account_number",
            account.account_number.as_ref(),
            account.account_number_type.as_ref(),
            found,
        );
    }
    references("loan_to_references", &loan.loan_to_references, found);
    references(
        "repayment_to_references",
        &loan.repayment_to_references,
        found,
    );
}

fn create_invoice(invoice: &CreateInvoice, found: &mut Vec<Finding>) {
    account("to_account", invoice.to_account.as_ref(), found);
}

fn create_borrower(borrower: &CreateBorrower, found: &mut Vec<Finding>) {
    identifier(
        "identifier",
        borrower.identifier.as_deref(),
        borrower.identifier_type.as_ref(),
        found,
    );
    if borrower.identifier_type == Some(IdentifierType::Name) {
        found.push(Finding::refused(
            "identifier_type is `name`, which a borrower may not use: give its company number"
                .to_owned(),
        ));
    }
}

fn amount(
    name: &str,
    amount: Option<Cents>,
    currency: Option<&Currency>,
    found: &mut Vec<Finding>,
) {
    at_least_one(name, amount, found);
    let euro = currency.is_none_or(|currency| *currency == Currency::Eur);
    if let Some(amount) = amount.filter(|amount| euro && *amount > LARGEST_LOAN) {
        found.push(Finding::refused(format!(
            "{name} is {} cents: pass at most {} (200,000 EUR)",
            amount.get(),
            LARGEST_LOAN.get()
        )));
    }
}

fn at_least_one(name: &str, amount: Option<Cents>, found: &mut Vec<Finding>) {
    if let Some(amount) = amount.filter(|amount| *amount < Cents(1)) {
        found.push(Finding::refused(format!(
            "{name} is {} cents: pass at least 1",
            amount.get()
        )));
    }
}

fn dates(pay: Option<Timestamp>, repay: Option<Timestamp>, found: &mut Vec<Finding>) {
    if let (Some(pay), Some(repay)) = (pay, repay)
        && repay < pay
    {
        found.push(Finding::refused(format!(
            "to_repay_at ({repay}) is before to_pay_at ({pay}): pass a later date"
        )));
    }
}

fn account(name: &str, account: Option<&AccountInput>, found: &mut Vec<Finding>) {
    if let Some(account) = account {
        iban(
            &format!("{name}.account_number"),
            account.account_number.as_ref(),
            account.account_number_type.as_ref(),
            found,
        );
    }
}

/// Checks country, length and mod-97, in any case and grouping; never the
/// French RIB key, which the sandbox's own accounts fail.
fn iban(
    name: &str,
    account: Option<&AccountNumber>,
    kind: Option<&AccountNumberType>,
    found: &mut Vec<Finding>,
) {
    let Some(account) = account else { return };
    if kind.is_some_and(|kind| *kind != AccountNumberType::Iban) {
        return;
    }
    // Mostly it is written without spaces, and nothing has to be copied.
    if account.expose().parse::<iban::Iban>().is_ok() {
        return;
    }
    let compact: String = account
        .expose()
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if compact.parse::<iban::Iban>().is_err() {
        found.push(Finding::refused(format!(
            "{name} ({}) is no valid IBAN: check its length and digits",
            defacto_types::mask_account(&compact)
        )));
    }
}

fn references(name: &str, references: &[String], found: &mut Vec<Finding>) {
    for (index, reference) in references.iter().enumerate() {
        let length = reference.chars().count();
        if length > LONGEST_REFERENCE {
            found.push(Finding::refused(format!(
                "{name}[{index}] has {length} characters: use at most {LONGEST_REFERENCE}"
            )));
        }
        // The help centre lists these beside letters and digits; a space, full
        // stop, comma, quote and plus are in SEPA's own set.
        let wrong = reference
            .chars()
            .find(|c| !c.is_ascii_alphanumeric() && !"/-?:(). ,'+".contains(*c));
        if let Some(wrong) = wrong {
            found.push(Finding::refused(format!(
                "{name}[{index}] has the character `{}`: use letters, digits and / - ? : ( )",
                wrong.escape_debug()
            )));
        }
    }
}

/// The shape of a company number, after removing spaces (docs: standards).
fn identifier(
    name: &str,
    value: Option<&str>,
    kind: Option<&IdentifierType>,
    found: &mut Vec<Finding>,
) {
    let (Some(value), Some(kind)) = (value, kind) else {
        return;
    };
    let compact: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = |count| compact.len() == count && compact.bytes().all(|b| b.is_ascii_digit());
    let shape = match kind {
        IdentifierType::Siren if !digits(9) => "9 digits",
        IdentifierType::Siret if !digits(14) => "14 digits",
        IdentifierType::Kvk if !digits(8) => "8 digits",
        IdentifierType::Cif if !is_cif(&compact) => "a letter and 8 digits or letters",
        IdentifierType::VatNumber if !is_vat(&compact) => "a 2-letter country and its number",
        _ => return,
    };
    found.push(Finding::refused(format!(
        "{name} does not have the shape of a {kind}: pass {shape}"
    )));
}

fn is_cif(text: &str) -> bool {
    text.len() == 9
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_vat(text: &str) -> bool {
    (4..=15).contains(&text.len())
        && text.bytes().take(2).all(|byte| byte.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
