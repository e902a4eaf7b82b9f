//! The lending API's operations: each reads its request, asks the world, and
//! answers what the contract declares.

pub(crate) mod bills;
mod body;
pub(crate) mod borrowers;
mod business_data;
mod businesses;
pub(crate) mod cards;
mod counterparties;
pub(crate) mod credit_lines;
mod eligibility;
mod events;
mod financial_products;
pub(crate) mod installments;
mod invoice_upload;
pub(crate) mod invoices;
pub(crate) mod loan_documents;
mod loan_filter;
pub(crate) mod loan_texts;
pub(crate) mod loan_view;
pub(crate) mod loans;
mod onboardings;
mod params;
pub(crate) mod payment_view;
mod payments;
mod recollection_cases;
mod referrers;
mod repayment_methods;
mod subscriptions;
mod translations;
mod view;
pub(crate) mod webhooks;

use axum::routing::{MethodFilter, MethodRouter, on};
use defacto_types::Operation;

use crate::app::App;
use crate::problem::Problem;
use crate::world::World;
use body::JsonBody;
use params::Params;

/// What answers this operation, if it is simulated here.
pub(crate) fn handler(operation: &Operation, filter: MethodFilter) -> Option<MethodRouter<App>> {
    let handler = match (operation.group, operation.name) {
        ("bills", "list") => on(filter, bills::list),
        ("bills", "report_sent") => on(filter, bills::report_sent),
        ("borrowers", "create") => on(filter, borrowers::create),
        ("borrowers", "list") => on(filter, borrowers::list),
        ("borrowers", "get") => on(filter, borrowers::get),
        ("borrowers", "sign") => on(filter, borrowers::sign),
        ("borrowers", "deactivate") => on(filter, borrowers::deactivate),
        ("borrowers", "list_repayment_methods") => on(filter, repayment_methods::list),
        ("borrowers", "list_financial_products") => on(filter, financial_products::list),
        ("borrowers", "create_owner") => on(filter, borrowers::create_owner),
        ("borrowers", "add_repayment_method") => on(filter, repayment_methods::add),
        ("business_data", "open_batch") => on(filter, business_data::open_batch),
        ("business_data", "close_batch") => on(filter, business_data::close_batch),
        ("business_data", "upload_accounts") => on(filter, business_data::accounts),
        ("business_data", "upload_transactions") => on(filter, business_data::transactions),
        ("business_data", "upload_invoices") => on(filter, business_data::invoices),
        ("businesses", "search_public_data") => on(filter, businesses::search),
        ("businesses", "get_segment") => on(filter, businesses::segment),
        ("cards", "list") => on(filter, cards::list),
        ("cards", "get") => on(filter, cards::get),
        ("cards", "list_entries") => on(filter, cards::list_entries),
        ("cards", "export_entries") => on(filter, cards::export_entries),
        ("cards", "set_status") => on(filter, cards::set_status),
        ("cards", "create_ephemeral_key") => on(filter, cards::create_ephemeral_key),
        ("counterparties", "list") => on(filter, counterparties::list),
        ("counterparties", "create") => on(filter, counterparties::create),
        ("counterparties", "get") => on(filter, counterparties::get),
        ("credit_lines", "list") => on(filter, credit_lines::list),
        ("credit_lines", "get") => on(filter, credit_lines::get),
        ("credit_lines", "get_own") => on(filter, credit_lines::get_own),
        ("eligibility", "check_borrower") => on(filter, eligibility::borrower),
        ("eligibility", "check_beneficiary") => on(filter, eligibility::beneficiary),
        ("eligibility", "list_reasons") => on(filter, eligibility::reasons),
        ("events", "list") => on(filter, events::list),
        ("installment_plans", "create") => on(filter, installments::create_plan),
        ("installment_plans", "get") => on(filter, installments::get_plan),
        ("installments", "list") => on(filter, installments::list),
        ("invoices", "create") => on(filter, invoices::create),
        ("invoices", "upload") => on(filter, invoice_upload::upload),
        ("invoices", "list") => on(filter, invoices::list),
        ("invoices", "get") => on(filter, invoices::get),
        ("invoices", "update") => on(filter, invoices::update),
        ("invoices", "submit") => on(filter, invoices::submit),
        ("invoices", "delete") => on(filter, invoices::delete),
        ("loans", "create") => on(filter, loans::create),
        ("loans", "list") => on(filter, loans::list),
        ("loans", "get") => on(filter, loans::get),
        ("loans", "update") => on(filter, loans::update),
        ("loans", "validate") => on(filter, loans::validate),
        ("loans", "cancel") => on(filter, loans::cancel),
        ("loans", "list_events") => on(filter, loans::list_events),
        ("loans", "set_repayment_terms") => on(filter, loans::set_repayment_terms),
        ("loans", "fetch_documents") => on(filter, loan_documents::fetch),
        ("onboardings", "create") => on(filter, onboardings::create),
        ("onboardings", "get") => on(filter, onboardings::get),
        ("payments", "list") => on(filter, payments::list),
        ("payments", "repay_now") => on(filter, payments::repay_now),
        ("recollection_cases", "list") => on(filter, recollection_cases::list),
        ("recollection_cases", "create") => on(filter, recollection_cases::create),
        ("recollection_cases", "get") => on(filter, recollection_cases::get),
        ("recollection_cases", "update") => on(filter, recollection_cases::update),
        ("recollection_cases", "compute_plan") => on(filter, recollection_cases::compute_plan),
        ("recollection_cases", "create_plan") => on(filter, recollection_cases::create_plan),
        ("referrers", "get") => on(filter, referrers::get),
        ("referrers", "upload_invoice") => on(filter, referrers::upload_invoice),
        ("subscriptions", "activate") => on(filter, subscriptions::activate),
        ("translations", "get_denial_code") => on(filter, translations::denial_code),
        ("translations", "get_data_type") => on(filter, translations::data_type),
        ("webhooks", "list") => on(filter, webhooks::list),
        ("webhooks", "create") => on(filter, webhooks::create),
        ("webhooks", "update") => on(filter, webhooks::update),
        ("webhooks", "delete") => on(filter, webhooks::delete),
        _ => return None,
    };
    Some(handler)
}

/// An id that leads nowhere, whatever it looks like.
fn found<T>(thing: Option<T>, what: &str) -> Result<T, Problem> {
    thing.ok_or_else(|| Problem::not_found(format!("there is no such {what}")))
}

/// The numbers of what these ids name; ids of nothing name nothing.
fn all_of(ids: &[String], find: impl Fn(&str) -> Option<u32>) -> Vec<u32> {
    ids.iter().filter_map(|id| find(id)).collect()
}
