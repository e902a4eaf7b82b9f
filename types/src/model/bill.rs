//! Fee bills.

use super::{BusinessIdentifier, Invoice, Payment};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{BillId, BorrowerId, BusinessId, Cents, SecretUrl, Timestamp};

model! {
    /// A fee invoice issued by Defacto for a billing period, together with the payment that settles
    /// it.
    pub struct Bill = "APIBill" {
        /// Earlier bill corrected by this one.
        amends_bill_id: Option<String>,
        /// Borrower being charged, when the payer is a borrower (INFERRED).
        billed_borrower_id: Option<BorrowerId>,
        /// Company being charged.
        billed_business: Option<BusinessIdentifier> = required,
        /// Temporary link to the bill document; do not store it.
        document_url: Option<SecretUrl>,
        /// Date by which the bill has to be paid.
        due_date: Option<Timestamp> = required,
        /// Moment the bill was emailed to the payer.
        email_sent_to_payer_on: Option<Timestamp>,
        /// End of the billing period.
        end_date: Option<Timestamp> = required,
        /// Unique id of the bill.
        id: BillId = required,
        /// Invoice record matching this bill (INFERRED).
        invoice: Option<Invoice>,
        /// Number shown on the bill (INFERRED).
        invoice_number: Option<String>,
        /// Payment that settles the bill.
        payment: Option<Payment> = required,
        /// Moment the billing run produced the bill (INFERRED).
        ran_at: Option<Timestamp> = required,
        /// Start of the billing period.
        start_date: Option<Timestamp> = required,
        /// Progress of the bill, from `GENERATED` to `PAID`.
        status: BillStatus = required,
        /// Sum charged, in cents.
        to_pay_amount: Option<Cents> = required,
    }

    /// Tells Defacto that the partner itself sent a bill to the payer.
    pub struct ReportBillSent = "APIBillSentByPartnerRequest" {
        /// Moment the partner sent the bill.
        sent_on: Option<Timestamp> = required,
        /// Mailboxes the bill was sent to.
        to_email_addresses: Vec<String> = required,
    }

    /// Query parameters of `bills.list`.
    pub struct ListBills = "" {
        /// Keeps bills with these identifiers (UUID).
        bill_id: Vec<BillId>,
        /// Keeps bills of these businesses (UUID).
        business_id: Vec<BusinessId>,
        /// Keeps bills of companies with these numbers.
        business_identifier: Vec<String>,
        /// Cursor from the previous page. Leave it out for the first page.
        cursor: Option<String>,
        /// Keeps bills whose period ends before this moment.
        end_date: Option<Timestamp>,
        /// Asks for bills with fewer details (INFERRED). The default is false.
        light_bills: Option<bool>,
        /// Most items to put on one page. The default is 100.
        page_size: Option<i64>,
        /// Keeps bills whose period starts at or after this moment.
        start_date: Option<Timestamp>,
        /// Keeps bills in any of these statuses.
        status: Vec<BillStatus>,
    }
}

open_enum! {
    /// Stage of a fee invoice of Defacto. The list filter accepts only VALIDATED, SENT_TO_PAYER,
    /// TO_PAY and PAID.
    pub enum BillStatus {
        /// The bill was computed (INFERRED).
        Generated = "GENERATED",
        /// The bill was found to be wrong (INFERRED).
        Invalid = "INVALID",
        /// The bill is correct and may be sent to its payer.
        Validated = "VALIDATED",
        /// The bill was sent to its payer (INFERRED).
        SentToPayer = "SENT_TO_PAYER",
        /// The bill waits for payment (INFERRED).
        ToPay = "TO_PAY",
        /// The bill is settled (INFERRED).
        Paid = "PAID",
    }
}
