//! Requests for installment plans, and the plans that loans ask for.

use defacto_types::{CreateInstallmentPlan, InvalidParam, PaymentMethod};
use jiff::Timestamp;

use super::party::BankAccount;
use super::payment::Method;
use super::plan::Wanted;
use super::request::check_references;
use super::table::No;
use super::transitions::Status;
use super::{Refusal, World, invalid};
use crate::policy::SaltReplay;

impl World {
    /// The plan asked for, or an earlier one with the same salt. READ: without
    /// a salt the loans are it.
    pub(crate) fn request_plan(
        &mut self,
        body: CreateInstallmentPlan,
        now: Timestamp,
    ) -> Result<No, Refusal> {
        let salt = body.salt_id.clone().unwrap_or_else(|| derived_salt(&body));
        if let Some(known) = self.plan_salts.get(&*salt) {
            return match self.settings.salt_replay {
                SaltReplay::ReturnExisting => Ok(*known),
                SaltReplay::Refuse => Err(Refusal::invalid("salt_id", "was used for another plan")),
            };
        }
        self.check_room(self.plans.len() as usize, "installment_plans")?;
        let mut wrong = Vec::new();
        let method = match body.payment_method {
            Some(PaymentMethod::Sct) => Some(Method::Transfer),
            Some(PaymentMethod::DirectDebit) => Some(Method::Debit),
            _ => None,
        };
        if method.is_none() {
            wrong.push(invalid("payment_method", "must be DIRECT_DEBIT or SCT"));
        }
        let from = body.from_account.as_ref().map(|account| {
            let number = account.account_number.as_ref().map_or("", |n| n.expose());
            BankAccount::new(number, account.bank_identifier.as_deref())
        });
        match (method, &from) {
            (Some(Method::Debit), None) => {
                wrong.push(invalid("from_account", "is needed with DIRECT_DEBIT"));
            }
            (_, Some(None)) => {
                wrong.push(invalid("from_account.account_number", "must be an IBAN"));
            }
            _ => {}
        }
        let mut wanted = Vec::new();
        for (index, asked) in body.installments.iter().enumerate() {
            let at = format!("installments[{index}].");
            let shares = asked.loans.iter().map(|share| {
                let id = share.loan_id.as_ref().map_or("", |id| id.as_str());
                (id, share.amount.map_or(0, |amount| amount.get()))
            });
            let shares = self.read_shares(&at, shares, &mut wrong);
            let amount = asked.amount.map_or(0, |amount| amount.get());
            if total(&shares) != Some(amount) {
                let reason = "must be the sum of its loans' amounts";
                wrong.push(invalid(format!("{at}amount"), reason));
            }
            if let Some(reference) = &asked.reference {
                let name = format!("{at}reference");
                check_references(&name, std::slice::from_ref(reference), &mut wrong);
            }
            let date = asked.date.map_or(now, |date| date.get());
            wanted.push(Wanted {
                date,
                reference: asked.reference.clone(),
                shares,
                fees: 0,
            });
        }
        self.check_plan(&wanted, now, &mut wrong);
        let Some(method) = method.filter(|_| wrong.is_empty()) else {
            return Err(Refusal::Invalid(wrong));
        };
        let from = from.flatten().filter(|_| method == Method::Debit);
        self.owned_and_lent(&wanted, from.as_ref())?;
        let plan = self.push_plan(wanted, method, from, now);
        let plan = plan.ok_or_else(|| Refusal::invalid("installments", "must name a loan"))?;
        self.plan_salts.insert(salt.into(), plan);
        Ok(plan)
    }

    /// The loans of an installment; those that are none are refused.
    pub(super) fn read_shares<'a>(
        &self,
        at: &str,
        shares: impl Iterator<Item = (&'a str, i64)>,
        wrong: &mut Vec<InvalidParam>,
    ) -> Vec<(No, i64)> {
        let mut read: Vec<(No, i64)> = Vec::new();
        for (index, (id, amount)) in shares.enumerate() {
            let at = format!("{at}loans[{index}].");
            match self.loans.find(id) {
                None => wrong.push(invalid(format!("{at}loan_id"), "is no loan of the account")),
                Some(loan) if read.iter().any(|(known, _)| *known == loan) => {
                    wrong.push(invalid(format!("{at}loan_id"), "is there twice"));
                }
                Some(loan) => read.push((loan, amount)),
            }
            if !(1..=self.settings.largest_loan).contains(&amount) {
                let reason = format!("must be 1 to {} cents", self.settings.largest_loan);
                wrong.push(invalid(format!("{at}amount"), reason));
            }
        }
        read
    }

    /// Dates rise from today, and each loan's outstanding principal is planned
    /// to the cent.
    pub(super) fn check_plan(
        &self,
        wanted: &[Wanted],
        now: Timestamp,
        wrong: &mut Vec<InvalidParam>,
    ) {
        if wanted.is_empty() {
            wrong.push(invalid("installments", "must not be empty"));
        }
        let most = self.settings.most_installments;
        if i64::try_from(wanted.len()).map_or(true, |count| count > most) {
            let reason = format!("must be {most} at most");
            wrong.push(invalid("installments", reason));
        }
        let zone = self.settings.time_zone;
        let mut before = zone.day(now);
        for (index, wanted) in wanted.iter().enumerate() {
            if zone.day(wanted.date) < before {
                let reason = "must be neither over nor before the one before";
                wrong.push(invalid(format!("installments[{index}].date"), reason));
            }
            before = before.max(zone.day(wanted.date));
        }
        // What is wrong so far would be told twice.
        if !wrong.is_empty() {
            return;
        }
        let mut planned: Vec<(No, i64)> = Vec::new();
        for (loan, amount) in wanted.iter().flat_map(|wanted| &wanted.shares) {
            match planned.iter_mut().find(|(known, _)| known == loan) {
                Some((_, sum)) => *sum = sum.saturating_add(*amount),
                None => planned.push((*loan, *amount)),
            }
        }
        for (loan, amount) in planned {
            let loan = &self.loans[loan];
            let owed = loan.value.outstanding();
            if loan.value.status == Status::ToRepay && amount != owed {
                let reason = format!("must add up to {owed} cents for the loan {}", loan.id);
                wrong.push(invalid("installments", reason));
            }
        }
    }

    /// All loans are one borrower's and to be repaid, and the account is the
    /// borrower's.
    pub(super) fn owned_and_lent(
        &mut self,
        wanted: &[Wanted],
        from: Option<&BankAccount>,
    ) -> Result<(), Refusal> {
        let mut borrower = None;
        for (loan, _) in wanted.iter().flat_map(|wanted| &wanted.shares) {
            let terms = &self.loans[*loan].value;
            if terms.status != Status::ToRepay {
                return Err(Refusal::State(format!(
                    "a loan is put into a plan while TO_REPAY, and this one is {}",
                    terms.status.to_wire()
                )));
            }
            if *borrower.get_or_insert(terms.borrower) != terms.borrower {
                let detail = "the loans of a plan must be of one borrower";
                return Err(Refusal::State(detail.to_owned()));
            }
        }
        if let (Some(borrower), Some(from)) = (borrower, from) {
            let key = self.borrowers[borrower].value.key.clone();
            self.check_iban(&from.iban, &[&key])?;
            self.claim_iban(&from.iban, &key);
        }
        Ok(())
    }

    /// The plan of a loan that asked for installments, once it is paid out.
    pub(super) fn plan_as_asked(&mut self, no: No, at: Timestamp) {
        let loan = &self.loans[no].value;
        // A change of the amount made them void.
        let planned = loan
            .installments
            .iter()
            .map(|(_, amount)| *amount)
            .sum::<i64>();
        if loan.installments.is_empty() || planned != loan.amount {
            return;
        }
        let (method, from) = (loan.repayment_method, loan.repayment_from.clone());
        let wanted = loan.installments.iter().map(|(date, amount)| Wanted {
            date: *date,
            reference: None,
            shares: vec![(no, *amount)],
            fees: 0,
        });
        let wanted = wanted.collect();
        self.push_plan(wanted, method, from, at);
    }
}

pub(super) fn total(shares: &[(No, i64)]) -> Option<i64> {
    let amounts = shares.iter().map(|(_, amount)| *amount);
    amounts.into_iter().try_fold(0_i64, i64::checked_add)
}

fn derived_salt(body: &CreateInstallmentPlan) -> String {
    let mut loans: Vec<_> = body
        .installments
        .iter()
        .flat_map(|installment| &installment.loans)
        .filter_map(|share| share.loan_id.as_ref())
        .map(|id| id.as_str().to_ascii_lowercase())
        .collect();
    loans.sort_unstable();
    loans.dedup();
    // No salt of a client has a line break in front.
    format!("\n{}", loans.join(","))
}
