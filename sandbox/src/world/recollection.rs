//! Recollection cases: loans that are late, what is done next, and the plans
//! in which they come back.

use defacto_types::{
    ComputePlan, CreateRecollectionCase, IdentifierType, InstallmentPeriod, InvalidParam, Map,
    PaymentMethod, RecollectionPlanInput, Value,
};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

use super::id::Id;
use super::party::key_of;
use super::payment::Method;
use super::plan::Wanted;
use super::plan_request::total;
use super::table::No;
use super::transitions::Status;
use super::working_days::next_working_day;
use super::{Refusal, World, invalid};
use crate::policy::{Holidays, Zone};

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) borrower: No,
    pub(crate) kind: IdentifierType,
    pub(crate) agent: String,
    pub(crate) loans: Vec<No>,
    pub(crate) action: Action,
    pub(crate) notes: Option<Map<String, Value>>,
    /// The plans made for it; the last is the one followed.
    pub(crate) strategies: Vec<Id>,
}

/// The step to take next. Nothing in the API ends it.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) due_at: Timestamp,
    pub(crate) description: Option<String>,
}

/// A simulated plan.
pub(crate) struct Computed {
    pub(crate) method: PaymentMethod,
    pub(crate) installments: Vec<ComputedInstallment>,
}

pub(crate) struct ComputedInstallment {
    pub(crate) date: Timestamp,
    pub(crate) shares: Vec<(No, i64)>,
    pub(crate) fees: i64,
}

impl World {
    pub(crate) fn open_case(
        &mut self,
        body: CreateRecollectionCase,
        now: Timestamp,
    ) -> Result<No, Refusal> {
        self.check_room(self.cases.len() as usize, "recollection_cases")?;
        let mut wrong: Vec<InvalidParam> = Vec::new();
        let agent = body.agent.unwrap_or_default();
        if agent.trim().is_empty() {
            wrong.push(invalid("agent", "must not be empty"));
        }
        let debtor = body.debtor_business.unwrap_or_default();
        let borrower =
            self.borrower_by_identifier(debtor.identifier.as_deref().unwrap_or_default());
        let kind = debtor.identifier_type.filter(IdentifierType::is_known);
        if borrower.is_none() {
            let name = "debtor_business.identifier";
            wrong.push(invalid(name, "is no borrower of the account"));
        }
        if kind.is_none() {
            let name = "debtor_business.identifier_type";
            wrong.push(invalid(name, "must be a known kind of number"));
        }
        if body.loan_ids.is_empty() {
            wrong.push(invalid("loan_ids", "must name one at least"));
        }
        let mut loans = Vec::new();
        for (index, id) in body.loan_ids.iter().enumerate() {
            match self.loans.find(id.as_str()) {
                Some(no) if Some(self.loans[no].value.borrower) == borrower => loans.push(no),
                _ => {
                    let name = format!("loan_ids[{index}]");
                    wrong.push(invalid(name, "is no loan of the debtor"));
                }
            }
        }
        let action = body.next_action.unwrap_or_default();
        let name = action.action_name.unwrap_or_default();
        if name.trim().is_empty() {
            wrong.push(invalid("next_action.action_name", "must not be empty"));
        }
        let due_at = action.due_at.map(|at| at.get());
        let (Some(borrower), Some(kind), Some(due_at), true) =
            (borrower, kind, due_at, wrong.is_empty())
        else {
            return Err(Refusal::Invalid(wrong));
        };
        loans.sort_unstable();
        loans.dedup();
        // READ: the debtor is late.
        if let Some(punctual) = loans.iter().find(|no| !self.is_late(**no, now)) {
            return Err(Refusal::State(format!(
                "the loan {} is not late",
                self.loans[*punctual].id
            )));
        }
        let id = self.new_id();
        let action = Action {
            id: self.new_id(),
            name,
            due_at,
            description: action.short_description,
        };
        let case = Case {
            borrower,
            kind,
            agent,
            loans,
            action,
            notes: None,
            strategies: Vec::new(),
        };
        Ok(self.cases.push(id, now, case))
    }

    /// Late is no status: past the date signed and not repaid, or with a bill
    /// past its date.
    pub(crate) fn is_late(&self, no: No, now: Timestamp) -> bool {
        let loan = &self.loans[no].value;
        match loan.status {
            Status::ToRepay => loan.contractual.is_some_and(|date| now > date),
            Status::ToRepayFees => loan
                .bill
                .is_some_and(|bill| now > self.bills[bill].value.due),
            _ => false,
        }
    }

    /// The cases of a debtor, the newest first.
    pub(crate) fn cases_of(&self, identifier: &str) -> Vec<No> {
        let key = key_of(identifier);
        let all = (0..self.cases.len()).rev();
        all.filter(|no| self.borrowers[self.cases[*no].value.borrower].value.key == key)
            .collect()
    }

    /// What the loans of a case owe, over so many installments. Nothing is
    /// stored.
    pub(crate) fn compute_plan(
        &self,
        no: No,
        body: &ComputePlan,
        now: Timestamp,
    ) -> Result<Computed, Refusal> {
        let mut wrong = Vec::new();
        let count = body.number_of_installment.unwrap_or_default();
        let most = self.settings.most_installments;
        if !(1..=most).contains(&count) {
            let reason = format!("must be 1 to {most}");
            wrong.push(invalid("number_of_installment", reason));
        }
        let period = body.period.clone().unwrap_or(InstallmentPeriod::Monthly);
        if !period.is_known() {
            wrong.push(invalid("period", "must be weekly, biweekly or monthly"));
        }
        let fees = body.recollection_fees.map_or(0, |fees| fees.get());
        if !(0..=self.settings.largest_loan).contains(&fees) {
            let reason = format!("must be 0 to {} cents", self.settings.largest_loan);
            wrong.push(invalid("recollection_fees", reason));
        }
        let method = body.repayment_method.clone().unwrap_or(PaymentMethod::Sct);
        if !matches!(method, PaymentMethod::Sct | PaymentMethod::DirectDebit) {
            wrong.push(invalid("repayment_method", "must be DIRECT_DEBIT or SCT"));
        }
        let start = body.start_date.map_or(now, |at| at.get());
        let zone = self.settings.time_zone;
        if zone.day(start) < zone.day(now) {
            wrong.push(invalid("start_date", "must not be over"));
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let loans: Vec<_> = self.cases[no]
            .value
            .loans
            .iter()
            .map(|loan| (*loan, &self.loans[*loan].value))
            .filter(|(_, loan)| loan.status == Status::ToRepay)
            .map(|(no, loan)| (no, loan.outstanding()))
            .collect();
        if loans.is_empty() {
            let detail = "no loan of the case is left to repay";
            return Err(Refusal::State(detail.to_owned()));
        }
        // The last gets what does not divide.
        let part = |sum: i64, index: i64| {
            let rest = if index + 1 == count { sum % count } else { 0 };
            sum / count + rest
        };
        let mut installments = Vec::new();
        for index in 0..count {
            let shares = loans.iter().map(|(loan, owed)| (*loan, part(*owed, index)));
            let installment = ComputedInstallment {
                date: falls_due(start, &period, index, zone, self.settings.holidays)
                    .ok_or_else(|| Refusal::invalid("start_date", "is too far away"))?,
                shares: shares.filter(|(_, share)| *share > 0).collect(),
                fees: part(fees, index),
            };
            if !installment.shares.is_empty() || installment.fees > 0 {
                installments.push(installment);
            }
        }
        Ok(Computed {
            method,
            installments,
        })
    }

    /// Makes a computed plan the one of the case.
    pub(crate) fn plan_case(
        &mut self,
        no: No,
        body: &RecollectionPlanInput,
        now: Timestamp,
    ) -> Result<No, Refusal> {
        let mut wrong = Vec::new();
        let method = match body.payment_method {
            Some(PaymentMethod::Sct) => Some(Method::Transfer),
            Some(PaymentMethod::DirectDebit) => Some(Method::Debit),
            _ => None,
        };
        if method.is_none() {
            wrong.push(invalid("payment_method", "must be DIRECT_DEBIT or SCT"));
        }
        let mut wanted = Vec::new();
        for (index, asked) in body.installments.iter().enumerate() {
            let at = format!("installments[{index}].");
            let shares = asked.loans.iter().map(|share| {
                let id = share.loan_id.as_ref().map_or("", |id| id.as_str());
                (id, share.amount.map_or(0, |amount| amount.get()))
            });
            let shares = self.read_shares(&at, shares, &mut wrong);
            let case = &self.cases[no].value;
            for (place, (loan, _)) in shares.iter().enumerate() {
                if !case.loans.contains(loan) {
                    let name = format!("{at}loans[{place}].loan_id");
                    wrong.push(invalid(name, "is no loan of the case"));
                }
            }
            let fees = asked.recollection_fees.map_or(0, |fees| fees.get());
            if !(0..=self.settings.largest_loan).contains(&fees) {
                let reason = format!("must be 0 to {} cents", self.settings.largest_loan);
                wrong.push(invalid(format!("{at}recollection_fees"), reason));
            }
            let amount = asked.amount.map_or(0, |amount| amount.get());
            if total(&shares).and_then(|sum| sum.checked_add(fees)) != Some(amount) {
                let reason = "must be the sum of its loans' amounts and the fees";
                wrong.push(invalid(format!("{at}amount"), reason));
            }
            wanted.push(Wanted {
                date: asked.date.map_or(now, |date| date.get()),
                reference: None,
                shares,
                fees,
            });
        }
        self.check_plan(&wanted, now, &mut wrong);
        let Some(method) = method.filter(|_| wrong.is_empty()) else {
            return Err(Refusal::Invalid(wrong));
        };
        self.owned_and_lent(&wanted, None)?;
        // READ: the debit is from the account the borrower mainly repays from.
        let from = self.main_method(self.cases[no].value.borrower).account;
        if method == Method::Debit && from.is_none() {
            let detail = "the borrower's main repayment method has no account to debit";
            return Err(Refusal::State(detail.to_owned()));
        }
        let from = from.filter(|_| method == Method::Debit);
        let plan = self.push_plan(wanted, method, from, now);
        let plan = plan.ok_or_else(|| Refusal::invalid("installments", "must name a loan"))?;
        let strategy = self.new_id();
        self.cases[no].value.strategies.push(strategy);
        Ok(plan)
    }
}

/// READ: weekends and holidays are avoided; the next working day takes their
/// place.
fn falls_due(
    start: Timestamp,
    period: &InstallmentPeriod,
    index: i64,
    zone: Zone,
    holidays: Holidays,
) -> Option<Timestamp> {
    let first = Offset::UTC.to_datetime(start);
    let span = match period {
        InstallmentPeriod::Weekly => index.weeks(),
        InstallmentPeriod::Biweekly => (index * 2).weeks(),
        _ => index.months(),
    };
    let date = first.checked_add(span).ok()?;
    let date = Offset::UTC.to_timestamp(date).ok()?;
    Some(next_working_day(date, zone, holidays))
}
