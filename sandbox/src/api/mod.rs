//! The lending API's operations: each reads its request, asks the world, and
//! answers what the contract declares.

mod body;
mod borrowers;
mod counterparties;
mod credit_lines;
mod events;
mod invoices;
mod loan_view;
mod loans;
mod params;
mod payments;
mod view;

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
        ("borrowers", "create") => on(filter, borrowers::create),
        ("borrowers", "list") => on(filter, borrowers::list),
        ("borrowers", "get") => on(filter, borrowers::get),
        ("borrowers", "sign") => on(filter, borrowers::sign),
        ("borrowers", "deactivate") => on(filter, borrowers::deactivate),
        ("borrowers", "list_repayment_methods") => on(filter, borrowers::repayment_methods),
        ("borrowers", "list_financial_products") => on(filter, borrowers::financial_products),
        ("counterparties", "list") => on(filter, counterparties::list),
        ("counterparties", "create") => on(filter, counterparties::create),
        ("counterparties", "get") => on(filter, counterparties::get),
        ("credit_lines", "list") => on(filter, credit_lines::list),
        ("credit_lines", "get") => on(filter, credit_lines::get),
        ("credit_lines", "get_own") => on(filter, credit_lines::get_own),
        ("events", "list") => on(filter, events::list),
        ("invoices", "create") => on(filter, invoices::create),
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
        ("payments", "list") => on(filter, payments::list),
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
