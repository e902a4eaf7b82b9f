//! What a client may do to a loan: validate, cancel, change.

use defacto_types::{InvalidParam, PaymentMethod, RepaymentTerms, UpdateLoan};
use jiff::Timestamp;

use super::interest::days;
use super::ledger::Account;
use super::loan::Reader;
use super::party::BankAccount;
use super::payment::Method;
use super::request::{check_amount, check_references};
use super::table::No;
use super::transitions::{Editable, Status};
use super::{Refusal, World, clears, invalid};
use crate::policy;

/// One change of repayment terms that was found right.
struct Change {
    loan: No,
    date: Timestamp,
    method: Method,
    debited: Option<BankAccount>,
}

impl World {
    /// Validate twice: refused.
    pub(crate) fn validate(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let loan = &self.loans[no].value;
        if loan.status != Status::ToValidate {
            return Err(self.not_now(no, "validated", "TO_VALIDATE"));
        }
        let at = now.max(loan.since());
        self.enter(no, Status::Validated, at)?;
        self.see(no, Reader::One);
        Ok(())
    }

    /// Cancel twice: refused.
    pub(crate) fn cancel(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let loan = &self.loans[no].value;
        let allowed = match loan.status {
            Status::ToValidate | Status::Validated | Status::Scheduled => true,
            Status::PendingValidation => self.settings.cancels_pending,
            _ => false,
        };
        if !allowed {
            let when = "TO_VALIDATE, VALIDATED or SCHEDULED";
            return Err(self.not_now(no, "cancelled", when));
        }
        let at = now.max(loan.since());
        self.enter(no, Status::Canceled, at)
    }

    /// Changes what the loan's status lets be changed, all of it or nothing.
    pub(crate) fn update_loan(
        &mut self,
        no: No,
        body: UpdateLoan,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let editable = match self.loans[no].value.status {
            Status::PendingValidation if self.settings.edits_pending => Editable::All,
            status => status.editable(),
        };
        self.check_editable(no, editable, &body)?;
        if editable == Editable::Repayment {
            if let Some(date) = body.to_repay_at {
                self.check_repayment_date(no, date.get(), now)?;
                self.move_repayment(no, date.get(), now);
            }
            return Ok(());
        }
        let loan_to = self.check_update(no, &body)?;
        let clears_metadata = clears(&body, "metadata");
        self.unindex_loan(no);
        if let Some(amount) = body.amount {
            self.change_amount(no, amount.get(), now);
        }
        let loan = &mut self.loans[no].value;
        if let Some(account) = loan_to {
            loan.loan_to = account;
        }
        if !body.loan_to_references.is_empty() {
            loan.loan_to_references = boxed(body.loan_to_references);
        }
        if !body.repayment_to_references.is_empty() {
            loan.repayment_to_references = boxed(body.repayment_to_references);
        }
        if let Some(method) = body.repayment_method.as_ref().and_then(method_of) {
            loan.repayment_method = method;
        }
        if let Some(date) = body.to_pay_at {
            loan.to_pay_at = date.get();
        }
        if let Some(date) = body.to_repay_at {
            loan.to_repay_at = date.get();
        }
        if clears_metadata {
            loan.metadata = None;
        }
        if let Some(metadata) = body.metadata {
            loan.metadata = Some(Box::new(metadata));
        }
        if let Some(lender) = body.lender_id {
            loan.lender_id = Some(lender.as_str().into());
        }
        if let Some(url) = body.transfer_contract_url {
            loan.transfer_contract_url = Some(url.expose().into());
        }
        self.settle_beneficiary(no, None);
        self.index_loan(no);
        self.replan_payments(no, now);
        self.plan(no, now);
        Ok(())
    }

    fn check_editable(&self, no: No, editable: Editable, body: &UpdateLoan) -> Result<(), Refusal> {
        let references =
            !body.loan_to_references.is_empty() || !body.repayment_to_references.is_empty();
        let others = body.amount.is_some()
            || body.lender_id.is_some()
            || body.loan_to.is_some()
            || body.metadata.is_some()
            || clears(body, "metadata")
            || body.repayment_method.is_some()
            || body.to_pay_at.is_some()
            || body.transfer_contract_url.is_some();
        let what = match editable {
            Editable::All => return Ok(()),
            Editable::ReferencesAndRepayment if others => "only the references and `to_repay_at`",
            Editable::Repayment if others || references => "only `to_repay_at`",
            Editable::ReferencesAndRepayment | Editable::Repayment => return Ok(()),
            Editable::Nothing => "nothing",
        };
        let status = self.loans[no].value.status.to_wire();
        Err(Refusal::State(format!(
            "of a loan that is {} {what} can be changed",
            status.as_str()
        )))
    }

    /// The new account to pay to, when nothing in the change is wrong.
    fn check_update(&self, no: No, body: &UpdateLoan) -> Result<Option<BankAccount>, Refusal> {
        let loan = &self.loans[no].value;
        let mut wrong: Vec<InvalidParam> = Vec::new();
        let invoice = loan.invoice.map(|invoice| &self.invoices[invoice].value);
        if let Some(amount) = body.amount {
            check_amount(amount.get(), &self.settings, &mut wrong);
            if invoice
                .and_then(|invoice| invoice.total_amount)
                .is_some_and(|total| amount.get() > total)
            {
                let reason = "must not exceed the invoice's total_amount";
                wrong.push(invalid("amount", reason));
            }
        }
        let to_pay_at = body.to_pay_at.map_or(loan.to_pay_at, |at| at.get());
        let to_repay_at = body.to_repay_at.map_or(loan.to_repay_at, |at| at.get());
        if to_repay_at <= to_pay_at {
            wrong.push(invalid("to_repay_at", "must be after `to_pay_at`"));
        }
        for (name, texts) in [
            ("loan_to_references", &body.loan_to_references),
            ("repayment_to_references", &body.repayment_to_references),
        ] {
            check_references(name, texts, &mut wrong);
        }
        if body
            .repayment_method
            .as_ref()
            .is_some_and(|m| method_of(m).is_none())
        {
            let reason = "must be DIRECT_DEBIT or SCT";
            wrong.push(invalid("repayment_method", reason));
        }
        let account = body.loan_to.as_ref().map(|account| {
            let number = account.account_number.as_ref();
            BankAccount::new(
                number.map(|number| number.expose()).unwrap_or_default(),
                account.bank_identifier.as_deref(),
            )
        });
        if account == Some(None) {
            wrong.push(invalid("loan_to.account_number", "must be an IBAN"));
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let account = account.flatten();
        if let Some(account) = &account {
            if invoice
                .and_then(|invoice| invoice.account.as_ref())
                .is_some_and(|printed| printed.iban != account.iban)
            {
                let detail = "`loan_to` must be the account of the invoice";
                return Err(Refusal::State(detail.to_owned()));
            }
            let mut owners = vec![self.borrowers[loan.borrower].value.key.as_str()];
            let parties = invoice.map(|invoice| [invoice.buyer, invoice.seller]);
            for party in parties.into_iter().flatten().flatten() {
                owners.push(&self.counterparties[party].value.key);
            }
            self.check_iban(&account.iban, &owners)?;
        }
        let more = body.amount.map_or(0, |amount| amount.get() - loan.amount);
        if more > self.available(loan.borrower) {
            let detail = "the amount exceeds what is left of the credit line";
            return Err(Refusal::State(detail.to_owned()));
        }
        let is_short = |party: No| more > self.ledger.balance(Account::Room(party));
        if loan.limited().into_iter().flatten().any(is_short) {
            let detail = "the amount exceeds what is left of a counterparty's credit limit";
            return Err(Refusal::State(detail.to_owned()));
        }
        Ok(account)
    }

    /// Whether the loan's repayment may be moved to this date.
    fn check_repayment_date(&self, no: No, date: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        let loan = &self.loans[no].value;
        let signed = loan.contractual.unwrap_or(loan.to_repay_at);
        let paid = loan.paid_at.unwrap_or(loan.to_pay_at);
        let longest = self.settings.longest_postponement;
        let zone = loan.conditions.zone();
        let state = |detail| Err(Refusal::State(detail));
        let detail = if date == loan.to_repay_at {
            return Ok(());
        } else if date < loan.earliest_to_repay_at(now) {
            "the repayment cannot be before `earliest_to_repay_at`"
        } else if date < loan.to_repay_at {
            return Ok(());
        } else if loan.postponed {
            "a repayment is postponed once only"
        } else if days(zone.day(signed), zone.day(date)) > longest {
            return state(format!(
                "a repayment is postponed by {longest} days at most"
            ));
        } else if days(zone.day(paid), zone.day(date)) > self.settings.longest_loan {
            let longest = self.settings.longest_loan;
            return state(format!("a loan lasts {longest} days at most"));
        } else {
            return Ok(());
        };
        Err(Refusal::State(detail.to_owned()))
    }

    fn move_repayment(&mut self, no: No, date: Timestamp, now: Timestamp) {
        self.unindex_loan(no);
        let loan = &mut self.loans[no].value;
        loan.postponed |= date > loan.to_repay_at;
        loan.to_repay_at = date;
        self.index_loan(no);
        self.replan_payments(no, now);
        self.plan(no, now);
    }

    /// Changes the terms of several loans, all or none; gives the loans.
    pub(crate) fn set_terms(
        &mut self,
        terms: Vec<RepaymentTerms>,
        now: Timestamp,
    ) -> Result<Vec<No>, Refusal> {
        let changes: Vec<_> = terms
            .iter()
            .enumerate()
            .map(|(index, terms)| self.check_terms(index, terms, now))
            .collect::<Result<_, _>>()?;
        for change in &changes {
            let loan = &mut self.loans[change.loan].value;
            loan.repayment_method = change.method;
            loan.repayment_from.clone_from(&change.debited);
            self.move_repayment(change.loan, change.date, now);
        }
        Ok(changes.iter().map(|change| change.loan).collect())
    }

    fn check_terms(
        &self,
        index: usize,
        terms: &RepaymentTerms,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let at = |name: &str| format!("repayment_terms[{index}].{name}");
        let id = terms.loan_id.as_ref();
        let no = id
            .and_then(|id| self.loans.find(id.as_str()))
            .ok_or_else(|| Refusal::Unknown("there is no such loan".to_owned()))?;
        let loan = &self.loans[no].value;
        if !matches!(loan.status, Status::ToRepay | Status::ToRepayFees) {
            return Err(self.not_now(no, "given new terms", "TO_REPAY or TO_REPAY_FEES"));
        }
        let method = terms.repayment_method.as_ref().and_then(method_of);
        let Some(method) = method else {
            let reason = "must be DIRECT_DEBIT or SCT";
            return Err(Refusal::invalid(at("repayment_method"), reason));
        };
        let Some(date) = terms.repayment_date else {
            return Err(Refusal::invalid(at("repayment_date"), "is missing"));
        };
        let debited = terms.direct_debit.as_ref().map(|debit| {
            let account = debit.from_account.as_ref();
            account.and_then(|account| {
                let number = account.account_number.as_ref()?.expose();
                BankAccount::new(number, account.bank_identifier.as_deref())
            })
        });
        let debited = match (method, debited, &terms.sct) {
            (Method::Debit, Some(Some(account)), None) => Some(account),
            (Method::Debit, Some(None), None) => {
                let name = at("direct_debit.from_account.account_number");
                return Err(Refusal::invalid(name, "must be an IBAN"));
            }
            (Method::Debit, None, _) => {
                let reason = "is needed with DIRECT_DEBIT";
                return Err(Refusal::invalid(at("direct_debit"), reason));
            }
            (Method::Debit, _, Some(_)) => {
                return Err(Refusal::invalid(
                    at("sct"),
                    "must be null with DIRECT_DEBIT",
                ));
            }
            (Method::Transfer, Some(_), _) => {
                return Err(Refusal::invalid(
                    at("direct_debit"),
                    "must be null with SCT",
                ));
            }
            (Method::Transfer, None, None) => {
                return Err(Refusal::invalid(at("sct"), "is needed with SCT"));
            }
            (Method::Transfer, None, Some(sct)) => {
                let account = sct.to_account.as_ref();
                let number = account.and_then(|account| account.account_number.as_ref());
                if number.is_some_and(|number| number.expose() != policy::OWN_ACCOUNT) {
                    let detail = "only Defacto may change the account repaid to";
                    return Err(Refusal::State(detail.to_owned()));
                }
                None
            }
        };
        let zone = loan.conditions.zone();
        let fixed = loan.repayment_method == Method::Debit
            && days(zone.day(now), zone.day(loan.to_repay_at)) < self.settings.debit_fixed;
        if fixed && debited != loan.repayment_from {
            let days = self.settings.debit_fixed;
            let detail = format!("the debit has been instructed: less than {days} days are left");
            return Err(Refusal::State(detail));
        }
        self.check_repayment_date(no, date.get(), now)?;
        Ok(Change {
            loan: no,
            date: date.get(),
            method,
            debited,
        })
    }

    /// "Status for an operation illegal in the current status".
    fn not_now(&self, no: No, done: &str, when: &str) -> Refusal {
        let status = self.loans[no].value.status.to_wire();
        Refusal::State(format!(
            "a loan is {done} while {when}, and this one is {}",
            status.as_str()
        ))
    }
}

/// READ: only these two are accepted.
fn method_of(method: &PaymentMethod) -> Option<Method> {
    match method {
        PaymentMethod::Sct => Some(Method::Transfer),
        PaymentMethod::DirectDebit => Some(Method::Debit),
        _ => None,
    }
}

fn boxed(texts: Vec<String>) -> Vec<Box<str>> {
    texts.into_iter().map(Into::into).collect()
}
