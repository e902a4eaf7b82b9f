//! What is kept of what the server sends.
//!
//! Left out on purpose: what may name a person or an account, links, texts the
//! server writes freely, and figures that move with the clock alone
//! (`fees_ongoing`, `earliest_to_repay_at`), which would change every day.

use defacto_types::{
    BorrowerFinancialProduct, Cents, CreditLine, Invoice, Loan, LoanEvent, Payment, PaymentIntent,
    Value,
};

use super::{Entity, Facts, Moment, Observation, Source, Status, Subject};

/// The name under which a tracker marks the loans it makes, in their metadata.
pub(crate) const STAMP: &str = "defacto_sdk_intent";

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
            facts: Some(
                Facts::default()
                    .with("max_amount", line.pool_amount)
                    .with("available_amount", line.balance_available)
                    .with("amount_pending_validation", line.balance_pending_validation)
                    .with("currency", line.currency.as_ref().map(|one| one.as_str()))
                    .with("end_date", line.end_date),
            ),
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

fn loan_facts(loan: &Loan) -> Facts {
    let stamp = loan.metadata.as_ref().and_then(|data| data.get(STAMP));
    Facts::default()
        .with("amount", loan.amount)
        .with("loan_type", loan.loan_type.as_ref().map(|one| one.as_str()))
        .with("currency", loan.currency.as_ref().map(|one| one.as_str()))
        .with("repaid_amount", loan.repaid_amount)
        .with("repaid_nominal_amount", loan.repaid_nominal_amount)
        .with("paid_interests_amount", loan.paid_interests_amount)
        .with("fees_estimated", loan.fees_estimated)
        .with(
            "denial_reason",
            loan.denial_reason.as_ref().map(|one| one.as_str()),
        )
        .with(
            "repayment_method",
            loan.repayment_method.as_ref().map(|one| one.as_str()),
        )
        .with("submitted_at", loan.submitted_at)
        .with("to_pay_at", loan.to_pay_at)
        .with("paid_at", loan.paid_at)
        .with("to_repay_at", loan.to_repay_at)
        .with(
            "contractual_repayment_date",
            loan.contractual_repayment_date,
        )
        .with("repaid_nominal_at", loan.repaid_nominal_at)
        .with("closed_at", loan.closed_at)
        .with("invoice_id", loan.invoice_ids.first().map(|id| id.as_str()))
        .with(
            "borrower",
            loan.borrower
                .as_ref()
                .and_then(|one| one.identifier.as_deref()),
        )
        .with(
            "borrower_financial_product_id",
            loan.borrower_financial_product_id
                .as_ref()
                .map(|id| id.as_str()),
        )
        .with(STAMP, stamp.and_then(Value::as_str))
}

fn payment_facts(payment: &Payment) -> Facts {
    let shares = payment.related_to.iter().flat_map(|related| &related.loans);
    let facts = Facts::default()
        .with("amount", payment.amount)
        .with(
            "currency",
            payment.currency.as_ref().map(|one| one.as_str()),
        )
        .with(
            "payment_type",
            payment.payment_type.as_ref().map(|one| one.as_str()),
        )
        .with(
            "payment_method",
            payment.payment_method.as_ref().map(|one| one.as_str()),
        )
        .with("scheduled_at", payment.scheduled_at)
        .with("paid_at", payment.paid_at)
        .with(
            "charged_back_payment_id",
            payment
                .charged_back_payment_id
                .as_ref()
                .map(|id| id.as_str()),
        );
    shares.fold(facts, |facts, share| {
        let kind = share.payment_type.as_ref().map_or("", |one| one.as_str());
        let loan = share.loan_id.as_ref().map_or("", |id| id.as_str());
        // The shares of one loan and purpose add up.
        let name = format!("share.{loan}.{kind}");
        let sum = facts.number(&name).unwrap_or(0);
        let amount = share.amount.map_or(0, |Cents(cents)| cents);
        let first = facts
            .text("loan_id")
            .map_or_else(|| loan.to_owned(), str::to_owned);
        facts
            .with(&name, Some(sum.saturating_add(amount)))
            .with("loan_id", Some(first.as_str()).filter(|id| !id.is_empty()))
    })
}

fn invoice_facts(invoice: &Invoice) -> Facts {
    Facts::default()
        .with("total_amount", invoice.total_amount)
        .with("to_pay_amount", invoice.to_pay_amount)
        .with(
            "currency",
            invoice.currency.as_ref().map(|one| one.as_str()),
        )
        .with("invoice_number", invoice.invoice_number.as_deref())
        .with("issued_at", invoice.issued_at)
        .with("due_at", invoice.due_at)
        .with("loan_id", invoice.loan_ids.last().map(|id| id.as_str()))
        .with(
            "status_reason",
            invoice.status_reason.as_ref().map(|one| one.as_str()),
        )
}

fn installment_facts(intent: &PaymentIntent) -> Facts {
    let related = intent.related_to.as_ref();
    let loan = related.and_then(|related| related.loans.first()?.loan_id.as_ref());
    let plan = related.and_then(|related| {
        related
            .installment_plans
            .first()?
            .installment_plan_id
            .as_ref()
    });
    Facts::default()
        .with("amount", intent.amount)
        .with("currency", intent.currency.as_ref().map(|one| one.as_str()))
        .with("paid_amount", intent.paid_amount)
        .with(
            "payment_type",
            intent.payment_type.as_ref().map(|one| one.as_str()),
        )
        .with("scheduled_at", intent.scheduled_at)
        .with("paid_at", intent.paid_at)
        .with("loan_id", loan.map(|id| id.as_str()))
        .with("installment_plan_id", plan.map(|id| id.as_str()))
}

fn product_facts(product: &BorrowerFinancialProduct) -> Facts {
    Facts::default()
        .with("product_status", Some(product.status.as_str()))
        .with(
            "product_type",
            product
                .financial_product
                .as_ref()
                .and_then(|one| Some(one.product_type.as_ref()?.as_str())),
        )
        .with("max_amount", product.max_amount)
        .with("available_amount", product.available_amount)
        .with("amount_outstanding", product.amount_outstanding)
        .with(
            "amount_pending_validation",
            product.amount_pending_validation,
        )
        .with("can_request_loan", product.can_request_loan.map(i64::from))
        .with(
            "fees_daily_rate",
            product
                .fees_daily_rate
                .map(|rate| rate.to_string())
                .as_deref(),
        )
        .with(
            "borrower_id",
            product.borrower_id.as_ref().map(|id| id.as_str()),
        )
}
