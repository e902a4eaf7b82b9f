//! What is kept of what the server sends.
//!
//! Left out on purpose: what may name a person or an account, links, texts the
//! server writes freely, and figures that move with the clock alone
//! (`fees_ongoing`, `earliest_to_repay_at`), which would change every day.

use std::collections::BTreeMap;

use defacto_types::{
    BorrowerFinancialProduct, Cents, CreditLine, InstallmentPlan, Invoice, Loan, LoanEvent,
    Payment, PaymentIntent, Value,
};

use super::facts::{Gathered, Name};
use super::{Entity, Facts, Moment, Observation, Source, Status, Subject};

/// The name under which a tracker marks the loans it makes, in their metadata.
pub(crate) const STAMP: &str = Name::Stamp.as_str();

impl Observation {
    /// A loan as it was read at some moment.
    #[must_use]
    pub fn of_loan(loan: &Loan, moment: Moment, source: Source) -> Self {
        Self::snapshot(
            Entity::Loan,
            &loan.id,
            loan.status.as_str(),
            loan_facts(loan),
            moment,
            source,
        )
    }

    /// A payment as it was read at some moment.
    #[must_use]
    pub fn of_payment(payment: &Payment, moment: Moment, source: Source) -> Self {
        let status = payment.status.as_str();
        let facts = payment_facts(payment);
        Self::snapshot(Entity::Payment, &payment.id, status, facts, moment, source)
    }

    /// An invoice as it was read at some moment.
    #[must_use]
    pub fn of_invoice(invoice: &Invoice, moment: Moment, source: Source) -> Self {
        Self {
            subject: Subject::new(Entity::Invoice, &invoice.id),
            moment,
            source,
            status: invoice.status.as_ref().map(|status| status.as_str().into()),
            facts: Some(invoice_facts(invoice)),
        }
    }

    /// An installment, that is a planned payment, as it was read.
    #[must_use]
    pub fn of_installment(intent: &PaymentIntent, moment: Moment, source: Source) -> Self {
        let status = intent.status.as_str();
        let facts = installment_facts(intent);
        Self::snapshot(
            Entity::Installment,
            &intent.id,
            status,
            facts,
            moment,
            source,
        )
    }

    /// The installments of a plan, as it was read.
    #[must_use]
    pub fn of_plan(plan: &InstallmentPlan, moment: Moment, source: Source) -> Vec<Self> {
        let each = plan.installments.iter();
        each.map(|one| {
            let facts = Gathered::new()
                .cents(Name::Amount, one.amount)
                .text(Name::InstallmentPlanId, Some(plan.id.as_str()))
                .text(Name::LoanId, plan.loan_ids.first().map(|id| id.as_str()))
                .instant(Name::ScheduledAt, one.date)
                .facts();
            let status = one.status.as_str();
            Self::snapshot(Entity::Installment, &one.id, status, facts, moment, source)
        })
        .collect()
    }

    /// A borrower's financial product, that is its credit line, as it was read.
    #[must_use]
    pub fn of_product(product: &BorrowerFinancialProduct, moment: Moment, source: Source) -> Self {
        Self {
            subject: Subject::new(Entity::CreditLine, &product.id),
            moment,
            source,
            status: None,
            facts: Some(product_facts(product)),
        }
    }

    /// A credit line of the older kind; nothing for one without an id.
    #[must_use]
    pub fn of_credit_line(line: &CreditLine, moment: Moment, source: Source) -> Option<Self> {
        Some(Self {
            subject: Subject::new(Entity::CreditLine, line.id.as_ref()?),
            moment,
            source,
            status: None,
            facts: Some(line_facts(line)),
        })
    }

    /// An event of a loan's list; nothing for one without a time.
    #[must_use]
    pub fn of_loan_event(loan: &str, event: &LoanEvent) -> Option<Self> {
        let status = event.status.as_str().into();
        let subject = Subject::loan(loan);
        Some(Self::event(
            subject,
            event.timestamp?,
            Source::LoanEvents,
            status,
        ))
    }

    fn snapshot(
        entity: Entity,
        id: impl std::fmt::Display,
        status: &str,
        facts: Facts,
        moment: Moment,
        source: Source,
    ) -> Self {
        Self {
            subject: Subject::new(entity, id),
            moment,
            source,
            status: (!status.is_empty()).then(|| Status::from(status)),
            facts: Some(facts),
        }
    }
}

// Fields are named in the order in which they are kept, which is the quickest.

fn loan_facts(loan: &Loan) -> Facts {
    let stamp = loan.metadata.as_ref().and_then(|data| data.get(STAMP));
    let product = loan.borrower_financial_product_id.as_ref();
    let borrower = loan.borrower.as_ref();
    let borrower = borrower.and_then(|one| one.identifier.as_deref());
    let denial = loan.denial_reason.as_ref();
    let method = loan.repayment_method.as_ref();
    Gathered::new()
        .cents(Name::Amount, loan.amount)
        .text(Name::Borrower, borrower)
        .text(
            Name::BorrowerFinancialProductId,
            product.map(|id| id.as_str()),
        )
        .instant(Name::ClosedAt, loan.closed_at)
        .instant(
            Name::ContractualRepaymentDate,
            loan.contractual_repayment_date,
        )
        .text(
            Name::Currency,
            loan.currency.as_ref().map(|one| one.as_str()),
        )
        .text(Name::Stamp, stamp.and_then(Value::as_str))
        .text(Name::DenialReason, denial.map(|one| one.as_str()))
        .cents(Name::FeesEstimated, loan.fees_estimated)
        .text(
            Name::InvoiceId,
            loan.invoice_ids.first().map(|id| id.as_str()),
        )
        .text(
            Name::LoanType,
            loan.loan_type.as_ref().map(|one| one.as_str()),
        )
        .instant(Name::PaidAt, loan.paid_at)
        .cents(Name::PaidInterestsAmount, loan.paid_interests_amount)
        .cents(Name::RepaidAmount, loan.repaid_amount)
        .cents(Name::RepaidNominalAmount, loan.repaid_nominal_amount)
        .instant(Name::RepaidNominalAt, loan.repaid_nominal_at)
        .text(Name::RepaymentMethod, method.map(|one| one.as_str()))
        .instant(Name::SubmittedAt, loan.submitted_at)
        .instant(Name::ToPayAt, loan.to_pay_at)
        .instant(Name::ToRepayAt, loan.to_repay_at)
        .facts()
}

fn payment_facts(payment: &Payment) -> Facts {
    let shares = payment.related_to.iter().flat_map(|related| &related.loans);
    let mut first = None;
    // The shares of one loan and purpose add up.
    let mut sums = BTreeMap::new();
    for share in shares {
        let kind = share.payment_type.as_ref().map_or("", |one| one.as_str());
        let loan = share.loan_id.as_ref().map_or("", |id| id.as_str());
        let Cents(amount) = share.amount.unwrap_or_default();
        let Cents(sum) = sums.entry(format!("share.{loan}.{kind}")).or_default();
        *sum = sum.saturating_add(amount);
        first = first.or(Some(loan).filter(|id| !id.is_empty()));
    }
    let undone = payment.charged_back_payment_id.as_ref();
    let currency = payment.currency.as_ref();
    let method = payment.payment_method.as_ref();
    let kind = payment.payment_type.as_ref();
    let facts = Gathered::new()
        .cents(Name::Amount, payment.amount)
        .text(Name::ChargedBackPaymentId, undone.map(|id| id.as_str()))
        .text(Name::Currency, currency.map(|one| one.as_str()))
        .text(Name::LoanId, first)
        .instant(Name::PaidAt, payment.paid_at)
        .text(Name::PaymentMethod, method.map(|one| one.as_str()))
        .text(Name::PaymentType, kind.map(|one| one.as_str()))
        .instant(Name::ScheduledAt, payment.scheduled_at);
    let with_share =
        |facts: Gathered, (name, sum): (&String, &Cents)| facts.cents_named(name, *sum);
    sums.iter().fold(facts, with_share).facts()
}

fn invoice_facts(invoice: &Invoice) -> Facts {
    let currency = invoice.currency.as_ref();
    let reason = invoice.status_reason.as_ref();
    Gathered::new()
        .text(Name::Currency, currency.map(|one| one.as_str()))
        .instant(Name::DueAt, invoice.due_at)
        .text(Name::InvoiceNumber, invoice.invoice_number.as_deref())
        .instant(Name::IssuedAt, invoice.issued_at)
        .text(Name::LoanId, invoice.loan_ids.last().map(|id| id.as_str()))
        .text(Name::StatusReason, reason.map(|one| one.as_str()))
        .cents(Name::ToPayAmount, invoice.to_pay_amount)
        .cents(Name::TotalAmount, invoice.total_amount)
        .facts()
}

fn installment_facts(intent: &PaymentIntent) -> Facts {
    let related = intent.related_to.as_ref();
    let loan = related.and_then(|related| related.loans.first()?.loan_id.as_ref());
    let plan = related.and_then(|related| related.installment_plans.first());
    let plan = plan.and_then(|plan| plan.installment_plan_id.as_ref());
    let kind = intent.payment_type.as_ref();
    Gathered::new()
        .cents(Name::Amount, intent.amount)
        .text(
            Name::Currency,
            intent.currency.as_ref().map(|one| one.as_str()),
        )
        .text(Name::InstallmentPlanId, plan.map(|id| id.as_str()))
        .text(Name::LoanId, loan.map(|id| id.as_str()))
        .cents(Name::PaidAmount, intent.paid_amount)
        .instant(Name::PaidAt, intent.paid_at)
        .text(Name::PaymentType, kind.map(|one| one.as_str()))
        .instant(Name::ScheduledAt, intent.scheduled_at)
        .facts()
}

fn product_facts(product: &BorrowerFinancialProduct) -> Facts {
    let kind = product.financial_product.as_ref();
    let kind = kind.and_then(|one| one.product_type.as_ref());
    let rate = product.fees_daily_rate.map(|rate| rate.to_string());
    let can_request = product.can_request_loan.map(i64::from);
    Gathered::new()
        .cents(Name::AmountOutstanding, product.amount_outstanding)
        .cents(
            Name::AmountPendingValidation,
            product.amount_pending_validation,
        )
        .cents(Name::AvailableAmount, product.available_amount)
        .text(
            Name::BorrowerId,
            product.borrower_id.as_ref().map(|id| id.as_str()),
        )
        .number(Name::CanRequestLoan, can_request)
        .text(Name::FeesDailyRate, rate.as_deref())
        .cents(Name::MaxAmount, product.max_amount)
        .text(Name::ProductStatus, Some(product.status.as_str()))
        .text(Name::ProductType, kind.map(|one| one.as_str()))
        .facts()
}

fn line_facts(line: &CreditLine) -> Facts {
    Gathered::new()
        .cents(
            Name::AmountPendingValidation,
            line.balance_pending_validation,
        )
        .cents(Name::AvailableAmount, line.balance_available)
        .text(
            Name::Currency,
            line.currency.as_ref().map(|one| one.as_str()),
        )
        .instant(Name::EndDate, line.end_date)
        .cents(Name::MaxAmount, line.pool_amount)
        .facts()
}
