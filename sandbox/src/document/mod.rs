//! The documents the simulator gives out: what they say, and the links to
//! them.

mod archive;
mod link;
pub(crate) mod pdf;
pub(crate) mod reading;

use defacto_types::Cents;
use jiff::Timestamp;

pub(crate) use link::Links;

/// A document before it is drawn. Links keep these rather than files, since
/// a file is many times larger and takes no time to make.
#[derive(Clone, Debug)]
pub(crate) enum Document {
    /// An invoice.
    Invoice(InvoiceFacts),
    /// A borrower's contract.
    Contract(ContractFacts),
    /// A bill of the lender.
    Bill(BillFacts),
    /// A document of a loan that is no invoice.
    Loan(LoanFacts),
    /// Several, by their file names.
    Archive(Vec<(String, Document)>),
}

impl Document {
    /// The file.
    pub(crate) fn to_file(&self) -> Vec<u8> {
        match self {
            Self::Invoice(facts) => pdf::invoice(facts),
            Self::Contract(facts) => pdf::contract(facts),
            Self::Bill(facts) => pdf::bill(facts),
            Self::Loan(facts) => pdf::loan(facts),
            Self::Archive(files) => archive::zip(files),
        }
    }

    pub(crate) fn content_type(&self) -> &'static str {
        match self {
            Self::Archive(_) => "application/zip",
            _ => "application/pdf",
        }
    }
}

/// A company as a document names it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Party {
    pub(crate) name: String,
    pub(crate) identifier: String,
}

/// What an invoice says.
#[derive(Clone, Debug)]
pub(crate) struct InvoiceFacts {
    pub(crate) number: String,
    pub(crate) issued_at: Timestamp,
    pub(crate) due_at: Timestamp,
    pub(crate) seller: Party,
    pub(crate) buyer: Party,
    pub(crate) iban: String,
    pub(crate) bic: String,
    pub(crate) net: Cents,
    pub(crate) tax: Cents,
    pub(crate) total: Cents,
}

/// What a bill says.
#[derive(Clone, Debug)]
pub(crate) struct BillFacts {
    pub(crate) number: String,
    pub(crate) payer: Party,
    /// The loan's id.
    pub(crate) loan: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) due: Timestamp,
    pub(crate) amount: Cents,
}

/// What a loan's document says.
#[derive(Clone, Debug)]
pub(crate) struct LoanFacts {
    /// What it is, in words.
    pub(crate) kind: String,
    /// The loan's id.
    pub(crate) number: String,
    pub(crate) borrower: Party,
    pub(crate) amount: Cents,
    pub(crate) to_pay_at: Timestamp,
    pub(crate) to_repay_at: Timestamp,
    /// Per day, such as `0.05 %`.
    pub(crate) rate: String,
}

/// What a borrower's contract says.
#[derive(Clone, Debug)]
pub(crate) struct ContractFacts {
    /// The contract's id.
    pub(crate) number: String,
    pub(crate) borrower: Party,
    /// When the borrower accepted it; `None` while it has not.
    pub(crate) signed_at: Option<Timestamp>,
    /// The most that can be borrowed.
    pub(crate) facility: Cents,
    /// Per day, such as `0.05 %`.
    pub(crate) rate: String,
    /// The borrower's account, when it is known.
    pub(crate) iban: Option<String>,
}
