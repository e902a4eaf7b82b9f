//! How a borrower repays: the ways it has, and the one its loans take.

use defacto_types::{AddRepaymentMethod, PaymentMethod};
use jiff::Timestamp;

use super::party::BankAccount;
use super::payment::Method;
use super::table::No;
use super::transitions::Status;
use super::{Refusal, World};

/// One way to repay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RepaymentMethod {
    pub(crate) method: Method,
    /// The account debited.
    pub(crate) account: Option<BankAccount>,
    /// Whether new loans take it.
    pub(crate) main: bool,
}

impl RepaymentMethod {
    /// By transfer, which every borrower can do.
    pub(crate) fn transfer() -> Self {
        Self {
            method: Method::Transfer,
            account: None,
            main: true,
        }
    }
}

impl World {
    /// The way new loans of a borrower are repaid.
    pub(crate) fn main_method(&self, borrower: No) -> RepaymentMethod {
        let methods = &self.borrowers[borrower].value.methods;
        let main = methods.iter().find(|method| method.main);
        main.cloned().unwrap_or_else(RepaymentMethod::transfer)
    }

    /// Adds a way to repay, or picks one that is there; gives its place, and
    /// the loans that it is for from now on.
    pub(crate) fn add_repayment_method(
        &mut self,
        no: No,
        body: &AddRepaymentMethod,
        now: Timestamp,
    ) -> Result<(usize, Vec<No>), Refusal> {
        let borrower = &self.borrowers[no].value;
        if borrower.deactivated {
            return Err(Refusal::State("the borrower is DEACTIVATED".to_owned()));
        }
        let method = match body.payment_method {
            Some(PaymentMethod::Sct) => Method::Transfer,
            Some(PaymentMethod::DirectDebit) => Method::Debit,
            _ => {
                let reason = "must be DIRECT_DEBIT or SCT";
                return Err(Refusal::invalid("payment_method", reason));
            }
        };
        let account = match (method, &body.from_account) {
            (Method::Transfer, _) => None,
            (Method::Debit, None) => {
                let reason = "is needed with DIRECT_DEBIT";
                return Err(Refusal::invalid("from_account", reason));
            }
            (Method::Debit, Some(account)) => {
                let number = account.account_number.as_ref();
                let number = number.map_or("", |number| number.expose());
                let account = BankAccount::new(number, account.bank_identifier.as_deref());
                let name = "from_account.account_number";
                Some(account.ok_or_else(|| Refusal::invalid(name, "must be an IBAN"))?)
            }
        };
        let key = borrower.key.clone();
        if let Some(account) = &account {
            self.check_iban(&account.iban, &[&key])?;
            self.claim_iban(&account.iban, &key);
        }
        let methods = &mut self.borrowers[no].value.methods;
        let known = methods.iter().position(|known| {
            known.method == method
                && known.account.as_ref().map(|a| &a.iban) == account.as_ref().map(|a| &a.iban)
        });
        let place = known.unwrap_or(methods.len());
        if known.is_none() {
            methods.push(RepaymentMethod {
                method,
                account: account.clone(),
                main: false,
            });
        }
        if body.is_default_repayment_method == Some(true) {
            for (other, method) in methods.iter_mut().enumerate() {
                method.main = other == place;
            }
        }
        let mut changed = Vec::new();
        if body.apply_to_all_active_loans == Some(true) {
            for loan in self.borrowers[no].value.loans.clone() {
                let terms = &mut self.loans[loan].value;
                if matches!(terms.status, Status::ToRepay | Status::ToRepayFees) {
                    terms.repayment_method = method;
                    terms.repayment_from.clone_from(&account);
                    self.replan_payments(loan, now);
                    changed.push(loan);
                }
            }
        }
        Ok((place, changed))
    }
}
