//! The one conversion between requests that users need: the invoice of the
//! generator, or one made for `POST /invoices`, put into a loan request.

use super::{CounterpartyInput, CreateInvoice, CreateLoanInvoice, SharedCounterparty};

impl From<CounterpartyInput> for SharedCounterparty {
    fn from(party: CounterpartyInput) -> Self {
        let mut shared = Self::new()
            .address(party.address)
            .contact(party.contact)
            .identifier(party.identifier)
            .identifier_type(party.identifier_type)
            .name(party.name)
            .vat_number(party.vat_number);
        shared.extra = party.extra.unknown_only();
        shared
    }
}

/// `is_draft` is left out: an invoice inside a loan request is no draft.
impl From<CreateInvoice> for CreateLoanInvoice {
    fn from(invoice: CreateInvoice) -> Self {
        let mut inline = Self::new()
            .buyer(invoice.buyer.map(SharedCounterparty::from))
            .currency(invoice.currency)
            .document(invoice.document)
            .due_at(invoice.due_at)
            .invoice_number(invoice.invoice_number)
            .issued_at(invoice.issued_at)
            .metadata(invoice.metadata)
            .net_amount(invoice.net_amount)
            .seller(invoice.seller.map(SharedCounterparty::from))
            .tax_amount(invoice.tax_amount)
            .to_account(invoice.to_account)
            .to_pay_amount(invoice.to_pay_amount)
            .total_amount(invoice.total_amount);
        inline.extra = invoice.extra.unknown_only();
        inline
    }
}
