//! The 77 operations, one file a resource group.

use crate::operation::Operation;

pub mod bills;
pub mod borrowers;
pub mod business_data;
pub mod businesses;
pub mod cards;
pub mod counterparties;
pub mod credit_lines;
pub mod eligibility;
pub mod events;
pub mod installment_plans;
pub mod installments;
pub mod invoices;
pub mod loans;
pub mod onboardings;
pub mod payments;
pub mod recollection_cases;
pub mod referrers;
pub mod subscriptions;
pub mod testing;
pub mod translations;
pub mod webhooks;

/// The resource groups in the order of the documentation, each with what it
/// is about.
pub static GROUPS: &[(&str, &str)] = &[
    ("testing", "Greeting and test data."),
    (
        "loans",
        "Loans: request, offer, consent, repayment terms, history.",
    ),
    ("payments", "Payments: money that moves."),
    ("installments", "Installments: the parts of a repayment."),
    ("installment_plans", "Installment plans."),
    ("invoices", "Invoices that loans finance."),
    (
        "counterparties",
        "Counterparties: buyers and sellers on invoices.",
    ),
    (
        "onboardings",
        "Onboardings: a company's way to becoming a borrower.",
    ),
    ("businesses", "Public data of companies."),
    ("borrowers", "Borrowers: companies that take loans."),
    ("eligibility", "Eligibility checks."),
    (
        "translations",
        "Texts for codes, in the language of people.",
    ),
    (
        "credit_lines",
        "Credit lines (being replaced by financial products).",
    ),
    ("business_data", "Bank and invoice data shared for scoring."),
    ("bills", "Bills: Defacto's fee invoices."),
    ("referrers", "Referrers and their revenue shares."),
    ("events", "The accounting feed of loans."),
    ("cards", "Payment cards and their entries."),
    ("recollection_cases", "Recollection of late loans."),
    ("webhooks", "Webhook subscriptions."),
    ("subscriptions", "Product subscriptions."),
];

/// Every operation, in the order of the documentation.
pub static OPERATIONS: &[&Operation] = &[
    &testing::HELLO,
    &testing::GENERATE_IBAN,
    &testing::GENERATE_BUSINESS,
    &testing::GENERATE_INVOICE,
    &testing::SET_BUSINESS_ELIGIBILITY,
    &loans::CREATE,
    &loans::LIST,
    &loans::GET,
    &loans::UPDATE,
    &loans::VALIDATE,
    &loans::CANCEL,
    &loans::LIST_EVENTS,
    &loans::SET_REPAYMENT_TERMS,
    &loans::FETCH_DOCUMENTS,
    &payments::REPAY_NOW,
    &payments::LIST,
    &installments::LIST,
    &installment_plans::CREATE,
    &installment_plans::GET,
    &invoices::CREATE,
    &invoices::UPLOAD,
    &invoices::LIST,
    &invoices::GET,
    &invoices::UPDATE,
    &invoices::SUBMIT,
    &invoices::DELETE,
    &counterparties::LIST,
    &counterparties::CREATE,
    &counterparties::GET,
    &onboardings::CREATE,
    &onboardings::GET,
    &businesses::SEARCH_PUBLIC_DATA,
    &businesses::GET_SEGMENT,
    &borrowers::CREATE,
    &borrowers::LIST,
    &borrowers::GET,
    &borrowers::SIGN,
    &borrowers::CREATE_OWNER,
    &borrowers::DEACTIVATE,
    &borrowers::LIST_REPAYMENT_METHODS,
    &borrowers::ADD_REPAYMENT_METHOD,
    &borrowers::LIST_FINANCIAL_PRODUCTS,
    &eligibility::CHECK_BORROWER,
    &eligibility::CHECK_BENEFICIARY,
    &eligibility::LIST_REASONS,
    &translations::GET_DENIAL_CODE,
    &translations::GET_DATA_TYPE,
    &credit_lines::LIST,
    &credit_lines::GET_OWN,
    &credit_lines::GET,
    &business_data::OPEN_BATCH,
    &business_data::CLOSE_BATCH,
    &business_data::UPLOAD_ACCOUNTS,
    &business_data::UPLOAD_TRANSACTIONS,
    &business_data::UPLOAD_INVOICES,
    &bills::LIST,
    &bills::REPORT_SENT,
    &referrers::GET,
    &referrers::UPLOAD_INVOICE,
    &events::LIST,
    &cards::LIST,
    &cards::GET,
    &cards::LIST_ENTRIES,
    &cards::EXPORT_ENTRIES,
    &cards::SET_STATUS,
    &cards::CREATE_EPHEMERAL_KEY,
    &recollection_cases::LIST,
    &recollection_cases::CREATE,
    &recollection_cases::GET,
    &recollection_cases::UPDATE,
    &recollection_cases::COMPUTE_PLAN,
    &recollection_cases::CREATE_PLAN,
    &webhooks::LIST,
    &webhooks::CREATE,
    &webhooks::UPDATE,
    &webhooks::DELETE,
    &subscriptions::ACTIVATE,
];
