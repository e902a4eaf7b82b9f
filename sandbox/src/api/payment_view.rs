//! A payment as the API shows it.

use defacto_types::{
    Currency, Payment, PaymentBill, PaymentIntentShare, PaymentLoan, PaymentProvider,
    PaymentRelations, ProviderPayment,
};

use super::{World, view};
use crate::policy;
use crate::world::loan::Loan;
use crate::world::payment::{self, About, Progress, Purpose};
use crate::world::table::No;

pub(crate) fn show(world: &World, no: No) -> Payment {
    let row = &world.payments[no];
    let payment = &row.value;
    let failure = (payment.progress == Progress::Failed).then_some(match payment.purpose {
        Purpose::Payout => policy::FAILURE_REASON,
        _ => policy::DEBIT_FAILURE_REASON,
    });
    let provider = ProviderPayment::new()
        .failure_reason(failure)
        .name(PaymentProvider::Sandbox)
        .payment_id(row.id.short());
    let shown = Payment::new()
        .amount(payment.amount)
        .currency(Currency::Eur)
        .failure_reason(failure)
        .id(row.id.to_string())
        .is_instant(false)
        .paid_at(payment.paid_at)
        .payment_method(payment.method.to_wire())
        .payment_type(payment.purpose.to_wire())
        .provider(provider)
        .related_to(related(world, payment))
        .scheduled_at(payment.scheduled_at)
        .status(payment.progress.to_wire());
    let reference = |shown: Payment, text: String| {
        shown
            .from_references(vec![text.clone()])
            .to_references(vec![text])
    };
    match &payment.about {
        About::Loan(loan) => of_loan(&world.loans[*loan].value, payment, shown),
        About::Undone {
            loan,
            payment: undone,
        } => of_loan(&world.loans[*loan].value, payment, shown)
            .charged_back_payment_id(world.payments[*undone].id.to_string()),
        About::Installment(no, _) => {
            let installment = &world.installments[*no].value;
            let plan = &world.plans[installment.plan].value;
            reference(shown, installment.reference.to_string())
                .from_account_details(plan.from.as_ref().map(view::account))
                .to_account_details(view::own_account())
        }
        About::Nothing => reference(shown, row.id.short()).to_account_details(view::own_account()),
        About::RevenueShare => {
            reference(shown, row.id.short()).from_account_details(view::own_account())
        }
    }
}

fn of_loan(loan: &Loan, payment: &payment::Payment, shown: Payment) -> Payment {
    let texts = |references: &[Box<str>]| -> Vec<String> {
        references.iter().map(|text| text.to_string()).collect()
    };
    let shown = shown.currency(loan.currency.clone());
    if payment.purpose == Purpose::Payout {
        shown
            .from_account_details(view::own_account())
            .from_references(texts(&loan.loan_to_references))
            .to_account_details(view::account(&loan.loan_to))
            .to_references(texts(&loan.loan_to_references))
    } else {
        shown
            .from_account_details(loan.repayment_from.as_ref().map(view::account))
            .from_references(texts(&loan.repayment_from_references))
            .to_account_details(view::own_account())
            .to_references(texts(&loan.repayment_to_references))
    }
}

fn related(world: &World, payment: &payment::Payment) -> PaymentRelations {
    let kind = payment.purpose.to_wire();
    let shares = payment.shares();
    let loans: Vec<_> = shares
        .iter()
        .map(|(loan, amount)| {
            PaymentLoan::new()
                .amount(*amount)
                .loan_id(view::loan_id(world, *loan))
                .payment_type(kind.clone())
        })
        .collect();
    let mut related = PaymentRelations::new().loans(loans);
    let invoices: Vec<_> = shares
        .iter()
        .filter_map(|(loan, _)| world.loans[*loan].value.invoice)
        .map(|invoice| world.invoices[invoice].id.to_string())
        .collect();
    if !invoices.is_empty() {
        related = related.invoices(invoices);
    }
    match payment.about {
        About::Installment(no, _) => {
            let share = PaymentIntentShare::new()
                .amount(payment.amount)
                .payment_intent_id(world.installments[no].id.to_string())
                .payment_type(kind);
            related.payment_intents(vec![share])
        }
        About::Loan(loan) if payment.purpose == Purpose::Fees => {
            let bill = world.loans[loan].value.bill.map(|bill| {
                PaymentBill::new()
                    .amount(payment.amount)
                    .bill_id(world.bills[bill].id.to_string())
            });
            related.bills(bill.into_iter().collect::<Vec<_>>())
        }
        _ => related,
    }
}
