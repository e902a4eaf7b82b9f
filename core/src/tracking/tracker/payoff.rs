//! What settles a loan, and where to pay it.

use defacto_types as t;
use defacto_types::operations::{loans, payments};
use defacto_types::{Account, Cents, Date, ListPayments, Loan, LoanId, Payment};

use super::Tracker;
use crate::http::Request;
use crate::tracking::days::day;
use crate::tracking::{LoanMoney, MoneyGap, Source};
use crate::{Error, ErrorKind};

/// What a loan costs and owes as it was just read, and where a repayment goes.
#[derive(Clone, Debug)]
pub struct Payoff {
    loan: Loan,
    money: LoanMoney,
    today: Date,
}

impl Tracker {
    /// Reads a loan, its payments and, where it is not known, the rate of its credit
    /// line, for what settles the loan, where to pay it, and what postponing it
    /// costs: two requests, four where the rate is not known yet.
    ///
    /// What it says is of the moment it was read: money that is on its way is not in it.
    ///
    /// # Errors
    ///
    /// When the store or the server fails; [`ErrorKind::StateConflict`] where the
    /// money cannot be told, with the [`MoneyGap`] that says why.
    pub async fn payoff(&self, id: impl Into<LoanId>) -> Result<Payoff, Error> {
        let id = id.into();
        let request = Request::new(&loans::GET).path("loan_id", id.as_str());
        let (answer, seen) = self.ask(request.into()).await?;
        let loan: Loan = answer.json()?;
        self.observe(self.shown(&answer, seen, Source::Answer))
            .await?;
        let query = ListPayments::new().loan_id([id.clone()]);
        let mut pages = self.pages::<Payment>(Request::new(&payments::LIST).query_of(&query));
        while self
            .next_payments(&mut pages, Source::Answer)
            .await?
            .is_some()
        {}
        let money = match self.money_of(&id).await? {
            Err(MoneyGap::NoRates) => {
                self.read_rate_of(&loan).await?;
                self.money_of(&id).await?
            }
            money => money,
        };
        let money = money.map_err(|gap| {
            Error::new(ErrorKind::StateConflict, gap.to_string())
                .with_operation(&loans::GET)
                .with_source(gap)
        })?;
        Ok(Payoff {
            loan,
            money,
            today: day(self.server_now()),
        })
    }

    async fn money_of(&self, id: &LoanId) -> Result<Result<LoanMoney, MoneyGap>, Error> {
        // What was just read and is not there is a row of the ledger.
        let view = self.loan(id).await?.ok_or_else(|| {
            Error::new(
                ErrorKind::StateConflict,
                format!("the loan `{id}` is over, and was purged from the store: nothing is owed"),
            )
        })?;
        Ok(view.money())
    }

    async fn read_rate_of(&self, loan: &Loan) -> Result<(), Error> {
        let company = loan.borrower.as_ref();
        let company = company.and_then(|company| company.identifier.as_deref());
        if let Some(company) = company
            && let Some(borrower) = self.borrower_of(company).await?
        {
            self.read_products(borrower).await?;
        }
        Ok(())
    }
}

impl Payoff {
    /// The loan as it was read.
    #[must_use]
    pub fn loan(&self) -> &Loan {
        &self.loan
    }

    /// What it costs and owes on any day, and what postponing it costs.
    #[must_use]
    pub fn money(&self) -> &LoanMoney {
        &self.money
    }

    /// The account a repayment is paid to; its number shows through `expose` alone.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        self.loan.repayment_to.as_ref()
    }

    /// The references that make a repayment known for what it is.
    #[must_use]
    pub fn references(&self) -> &[String] {
        &self.loan.repayment_to_references
    }

    /// The day it was read, by the server's clock (UTC).
    #[must_use]
    pub fn today(&self) -> Date {
        self.today
    }

    /// What settles the loan on a day, today unless given, as one object, with what it
    /// costs more to repay it on another day than the one agreed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a day that has passed, and
    /// [`ErrorKind::StateConflict`] where the loan's dates and amounts contradict each
    /// other.
    pub fn report(
        &self,
        on: Option<Date>,
        postponed_to: Option<Date>,
    ) -> Result<t::LoanPayoff, Error> {
        let on = self.coming("on", on)?.unwrap_or(self.today);
        let postponed_to = self.coming("postponed_to", postponed_to)?;
        let money = &self.money;
        let sums =
            || -> Result<[Cents; 2], MoneyGap> { Ok([money.interest_on(on)?, money.payoff(on)?]) };
        let told = |gap: MoneyGap| Error::new(ErrorKind::StateConflict, gap.to_string());
        let [interest, payoff] = sums().map_err(told)?;
        let mut report = t::LoanPayoff::new()
            .loan_id(self.loan.id.clone())
            .on(on)
            .outstanding(money.outstanding())
            .interest(interest)
            .paid_interest(money.paid_interest())
            .payoff(payoff)
            .matures_on(money.matures_on())
            .repayment_to_references(self.references().to_vec());
        if let Some(currency) = &self.loan.currency {
            report = report.currency(currency.clone());
        }
        if let Some(account) = self.account() {
            report = report.repayment_to(account.clone());
        }
        if let Some(to) = postponed_to {
            let cost = money.cost_of_postponing(to).map_err(told)?;
            report = report.postponed_to(to).cost_of_postponing(cost);
        }
        Ok(report)
    }

    /// A day, unless it has passed.
    fn coming(&self, field: &str, day: Option<Date>) -> Result<Option<Date>, Error> {
        match day {
            Some(day) if day < self.today => Err(Error::new(
                ErrorKind::InvalidInput,
                format!(
                    "{field} `{day}` has passed: pass today ({}) or a later day",
                    self.today
                ),
            )),
            day => Ok(day),
        }
    }
}
