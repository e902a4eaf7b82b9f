//! Requests for a loan: checked whole before anything is changed.

use defacto_types::{
    AccountInput, CreateLoan, CreateLoanInvoice, Currency, InvalidParam, LoanType, Timestamp as At,
};
use jiff::Timestamp;

use super::id::Id;
use super::invoice::{Fields, Stage};
use super::loan::{Conditions, Hold, Loan, Moment, Reader};
use super::party::{BankAccount, Company, key_of, key_of_party, product_of};
use super::table::No;
use super::transitions::Status;
use super::{Refusal, World, invalid, loan_file};
use crate::document::reading;
use crate::policy::{self, SaltReplay, Settings};

/// The parts of a request that must be there.
#[derive(Clone, Debug)]
struct Essence {
    amount: i64,
    to_pay_at: Timestamp,
    to_repay_at: Timestamp,
    loan_to: BankAccount,
}

/// The invoice of a request.
enum Financed {
    Nothing,
    Known(No),
    New(Box<Fields>),
}

/// What an invoice says that the loan on it must agree with.
#[derive(Default)]
struct Facts {
    total: Option<i64>,
    account: Option<BankAccount>,
    /// The keys of buyer and seller.
    parties: Vec<String>,
}

impl World {
    /// The loan asked for, which may be an earlier one with the same salt.
    pub(crate) fn request_loan(&mut self, body: CreateLoan, now: Timestamp) -> Result<No, Refusal> {
        if let Some(known) = body
            .salt_id
            .as_deref()
            .and_then(|salt| self.salts.get(salt))
        {
            return match self.settings.salt_replay {
                SaltReplay::ReturnExisting => Ok(*known),
                SaltReplay::Refuse => Err(Refusal::invalid("salt_id", "was used for another loan")),
            };
        }
        self.check_room(self.loans.len() as usize, "loans")?;
        let essence = essence(&body, &self.settings)?;
        let files = loan_file::read(&body)?;
        let borrower = self.borrower_of(&body)?;
        let product = product_of(self.borrowers[borrower].id);
        if body
            .borrower_financial_product_id
            .as_ref()
            .is_some_and(|id| Id::parse(id.as_str()) != Some(product))
        {
            let reason = "is no financial product of the borrower";
            return Err(Refusal::invalid("borrower_financial_product_id", reason));
        }
        let borrower_key = self.borrowers[borrower].value.key.clone();
        let financed = self.financed(&body.invoice_ids, body.invoices)?;
        let facts = self.invoice_facts(&financed)?;
        if facts.total.is_some_and(|total| essence.amount > total) {
            return Err(Refusal::invalid(
                "amount",
                "must not exceed the invoice's total_amount",
            ));
        }
        if let Some(account) = facts.account
            && account.iban != essence.loan_to.iban
        {
            let detail = "`loan_to` must be the account of the invoice";
            return Err(Refusal::State(detail.to_owned()));
        }
        let holder = holder(body.loan_to.as_ref());
        let mut owners = vec![borrower_key.as_str()];
        owners.extend(holder.as_deref());
        owners.extend(facts.parties.iter().map(String::as_str));
        self.check_iban(&essence.loan_to.iban, &owners)?;

        // Nothing is refused from here on.
        let invoice = match financed {
            Financed::Nothing => None,
            Financed::Known(no) => Some(no),
            Financed::New(fields) => {
                let no = self.add_invoice(*fields, "invoices[0].", now)?;
                self.verify(no, now);
                Some(no)
            }
        };
        let parties = invoice.map_or([None, None], |invoice| {
            let invoice = &self.invoices[invoice].value;
            [invoice.buyer, invoice.seller]
        });
        let main = self.main_method(borrower);
        let id = self.new_id();
        let reference = format!("DEFACTO {}", id.short());
        let no = self.loans.push(
            id,
            now,
            Loan {
                conditions: Conditions::from(&self.settings),
                status: Status::Submitted,
                borrower,
                invoice,
                parties,
                beneficiary: Company::Borrower(borrower),
                amount: essence.amount,
                currency: body.currency.unwrap_or(Currency::Eur),
                loan_type: body.loan_type.unwrap_or(if invoice.is_some() {
                    LoanType::InvoiceBasedFinancing
                } else {
                    LoanType::WalletFinancing
                }),
                loan_to: essence.loan_to,
                loan_to_references: references_or(body.loan_to_references, &reference),
                repayment_from_references: references_or(
                    body.repayment_from_references,
                    &reference,
                ),
                repayment_to_references: vec![reference.as_str().into()],
                repayment_method: main.method,
                repayment_from: main.account,
                to_pay_at: essence.to_pay_at,
                to_repay_at: essence.to_repay_at,
                contractual: None,
                paid_at: None,
                repaid_nominal_at: None,
                closed_at: None,
                repaid_nominal: 0,
                paid_interest: 0,
                billed: 0,
                shared: 0,
                is_withheld: false,
                final_interest: None,
                denial: None,
                hold: Hold::Nothing,
                auto_validate: body.auto_validate == Some(true),
                postponed: false,
                metadata: body.metadata.map(Box::new),
                notification_emails: body
                    .notification_emails
                    .into_iter()
                    .map(Into::into)
                    .collect(),
                lender_id: None,
                transfer_contract_url: None,
                history: vec![Moment {
                    at: now,
                    status: Status::Submitted,
                }],
                parts: Vec::new(),
                installments: asked_installments(&body.installments),
                plan: None,
                told: None,
                files,
                bill: None,
                payments: Vec::new(),
                events: Vec::new(),
                seen: 0,
                due: None,
            },
        );
        if let Some(salt) = body.salt_id {
            self.salts.insert(salt.into(), no);
        }
        self.borrowers.unshown(borrower).loans.push(no);
        if let Some(invoice) = invoice {
            self.invoices[invoice].value.loans.push(no);
        }
        self.settle_beneficiary(no, holder);
        self.index_loan(no);
        self.notify_loan(no, Status::Submitted, now);
        self.hold(no, now);
        // SUBMITTED visible? It passes at once.
        self.enter(no, Status::PendingValidation, now)?;
        if body.wait_for_validation == Some(true) {
            self.step(no, now);
        }
        self.see(no, Reader::One);
        Ok(no)
    }

    /// The borrower asked for; the account's own company when none is.
    fn borrower_of(&self, body: &CreateLoan) -> Result<No, Refusal> {
        let Some(company) = &body.borrower else {
            return Ok(self.own);
        };
        company
            .identifier
            .as_deref()
            .and_then(|identifier| self.borrower_by_identifier(identifier))
            .ok_or_else(|| {
                Refusal::State(
                    "`borrower` is no borrower of the account: create it first".to_owned(),
                )
            })
    }

    fn financed(
        &self,
        ids: &[defacto_types::InvoiceId],
        new: Vec<CreateLoanInvoice>,
    ) -> Result<Financed, Refusal> {
        if ids.len() + new.len() > 1 {
            let name = if ids.len() > 1 {
                "invoice_ids"
            } else {
                "invoices"
            };
            return Err(Refusal::invalid(name, "a loan has one invoice at most"));
        }
        if let Some(new) = new.into_iter().next() {
            // The loan is paid where the request says, not where is printed.
            let printed = reading::inline(new.document.as_ref()).map(Fields::without_account);
            let fields = self.completed(new.into(), printed, "invoices[0].")?;
            return Ok(Financed::New(Box::new(fields)));
        }
        let Some(id) = ids.first() else {
            return Ok(Financed::Nothing);
        };
        let no = self
            .invoices
            .find(id.as_str())
            .ok_or_else(|| Refusal::invalid("invoice_ids[0]", "is no invoice of the account"))?;
        let stage = self.invoices[no].value.stage;
        if stage != Stage::Verified {
            return Err(Refusal::State(format!(
                "a loan needs a VERIFIED invoice, and this one is {}",
                stage.to_wire().as_str()
            )));
        }
        if self.is_financed(no) {
            let detail = "the invoice already has a loan";
            return Err(Refusal::State(detail.to_owned()));
        }
        Ok(Financed::Known(no))
    }

    /// What the rest of the request must agree with.
    fn invoice_facts(&self, financed: &Financed) -> Result<Facts, Refusal> {
        match financed {
            Financed::Nothing => Ok(Facts::default()),
            Financed::Known(no) => {
                let invoice = &self.invoices[*no].value;
                let key = |party: No| self.counterparties[party].value.key.clone();
                let parties = [invoice.buyer.map(key), invoice.seller.map(key)];
                Ok(Facts {
                    total: invoice.total_amount,
                    account: invoice.account.clone(),
                    parties: parties.into_iter().flatten().collect(),
                })
            }
            Financed::New(fields) => {
                let account = self.check_fields(fields, "invoices[0].")?;
                let buyer = fields.buyer.as_ref().and_then(key_of_party);
                let seller = fields.seller.as_ref().and_then(key_of_party);
                let wrong: Vec<_> = [("buyer", &buyer), ("seller", &seller)]
                    .into_iter()
                    .filter(|(_, key)| key.is_none())
                    .map(|(name, _)| {
                        invalid(format!("invoices[0].{name}.identifier"), "is missing")
                    })
                    .collect();
                if !wrong.is_empty() {
                    return Err(Refusal::Invalid(wrong));
                }
                Ok(Facts {
                    total: fields.total_amount,
                    account,
                    parties: [buyer, seller].into_iter().flatten().collect(),
                })
            }
        }
    }

    /// Gives the account paid to an owner, if it has none (who the request
    /// says, the seller, or else the borrower), and makes that one the
    /// beneficiary.
    pub(super) fn settle_beneficiary(&mut self, no: No, holder: Option<String>) {
        let loan = &self.loans[no].value;
        let (borrower, iban) = (loan.borrower, loan.loan_to.iban.clone());
        let seller = loan
            .invoice
            .and_then(|invoice| self.invoices[invoice].value.seller);
        let seller = seller.map(|seller| self.counterparties[seller].value.key.clone());
        let borrower_key = self.borrowers[borrower].value.key.clone();
        let owner = holder.or(seller).unwrap_or_else(|| borrower_key.clone());
        let owner = self.claim_iban(&iban, &owner);
        let known = self.counterparty_keys.get(&*owner);
        self.loans[no].value.beneficiary = match known {
            Some(counterparty) if *owner != *borrower_key => Company::Counterparty(*counterparty),
            _ => Company::Borrower(borrower),
        };
    }
}

fn essence(body: &CreateLoan, settings: &Settings) -> Result<Essence, Refusal> {
    let mut wrong = Vec::new();
    let amount = body.amount.map(|amount| amount.get()).unwrap_or_default();
    check_amount(amount, settings, &mut wrong);
    let dates = check_dates(body.to_pay_at, body.to_repay_at, &mut wrong);
    let loan_to = bank_account(body.loan_to.as_ref());
    if loan_to.is_none() {
        wrong.push(invalid("loan_to.account_number", "must be an IBAN"));
    }
    check_references("loan_to_references", &body.loan_to_references, &mut wrong);
    check_references(
        "repayment_from_references",
        &body.repayment_from_references,
        &mut wrong,
    );
    if body.currency.as_ref().is_some_and(|c| !c.is_known()) {
        wrong.push(invalid("currency", "must be EUR or GBP"));
    }
    check_installments(body, amount, &mut wrong);
    match (dates, loan_to) {
        (Some((to_pay_at, to_repay_at)), Some(loan_to)) if wrong.is_empty() => Ok(Essence {
            amount,
            to_pay_at,
            to_repay_at,
            loan_to,
        }),
        _ => Err(Refusal::Invalid(wrong)),
    }
}

pub(super) fn check_amount(amount: i64, settings: &Settings, wrong: &mut Vec<InvalidParam>) {
    if !(1..=settings.largest_loan).contains(&amount) {
        let reason = format!("must be 1 to {} cents", settings.largest_loan);
        wrong.push(invalid("amount", reason));
    }
}

fn check_dates(
    to_pay_at: Option<At>,
    to_repay_at: Option<At>,
    wrong: &mut Vec<InvalidParam>,
) -> Option<(Timestamp, Timestamp)> {
    for (name, date) in [("to_pay_at", to_pay_at), ("to_repay_at", to_repay_at)] {
        if date.is_none() {
            wrong.push(invalid(name, "is missing"));
        }
    }
    let (to_pay_at, to_repay_at) = (to_pay_at?.get(), to_repay_at?.get());
    if to_repay_at <= to_pay_at {
        wrong.push(invalid("to_repay_at", "must be after `to_pay_at`"));
    }
    Some((to_pay_at, to_repay_at))
}

/// READ: letters, digits, spaces and a few signs, 35 characters at most.
pub(super) fn check_references(name: &str, texts: &[String], wrong: &mut Vec<InvalidParam>) {
    for (index, text) in texts.iter().enumerate() {
        let fits = text.chars().count() <= policy::LONGEST_REFERENCE
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || " /-?:().,'+".contains(c));
        if !fits {
            let reason = "must be a SEPA reference of at most 35 characters";
            wrong.push(invalid(format!("{name}[{index}]"), reason));
        }
    }
}

/// READ: the parts add up to the amount and the last is on `to_repay_at`.
fn check_installments(body: &CreateLoan, amount: i64, wrong: &mut Vec<InvalidParam>) {
    let Some(last) = body.installments.last() else {
        return;
    };
    let parts = body.installments.iter().filter_map(|part| part.amount);
    if parts.map(|part| part.get()).fold(0, i64::saturating_add) != amount {
        wrong.push(invalid("installments", "must add up to `amount`"));
    }
    if last.date != body.to_repay_at {
        wrong.push(invalid("installments", "must end on `to_repay_at`"));
    }
}

fn asked_installments(asked: &[defacto_types::LoanInstallment]) -> Vec<(Timestamp, i64)> {
    let part = |part: &defacto_types::LoanInstallment| Some((part.date?.get(), part.amount?.get()));
    asked.iter().filter_map(part).collect()
}

fn bank_account(input: Option<&AccountInput>) -> Option<BankAccount> {
    let input = input?;
    BankAccount::new(
        input.account_number.as_ref()?.expose(),
        input.bank_identifier.as_deref(),
    )
}

/// The company a request says the account belongs to.
fn holder(input: Option<&AccountInput>) -> Option<String> {
    let identifier = input?.account_holder.as_ref()?.identifier.as_deref()?;
    Some(key_of(identifier)).filter(|key| !key.is_empty())
}

fn references_or(given: Vec<String>, otherwise: &str) -> Vec<Box<str>> {
    if given.is_empty() {
        vec![otherwise.into()]
    } else {
        given.into_iter().map(Into::into).collect()
    }
}
