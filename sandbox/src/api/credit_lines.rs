//! Credit lines.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use defacto_types::{
    CreditLine, Currency, DailyRate, Distribution, LoanContractType, Page, PaymentMethod,
    TenantCreditLine,
};
use jiff::Timestamp;

use super::{Params, World, all_of, found, view};
use crate::app::App;
use crate::problem::Problem;
use crate::world::ledger::Account;
use crate::world::party::{Company, key_of};
use crate::world::table::{No, Order, cut};

/// `credit_lines.list`.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<CreditLine>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let ids = params.all("id");
    let borrowers: Vec<_> = params
        .all("borrower")
        .iter()
        .map(|text| key_of(text))
        .collect();
    let part = params.part(app.settings())?;
    let (world, _) = app.open();
    let table = &world.credit_lines;
    let rows = if !ids.is_empty() {
        let rows = all_of(&ids, |id| table.find(id));
        table.narrow(rows, Order::Falling, part.after)
    } else if !borrowers.is_empty() {
        let rows = borrowers
            .iter()
            .filter_map(|key| world.borrower_by_identifier(key))
            .filter_map(|no| world.borrowers[no].value.credit_line);
        table.narrow(rows.collect(), Order::Falling, part.after)
    } else {
        table.walk(Order::Falling, part.after)
    };
    let cut = cut(rows, part.size, |no| {
        let borrower = &world.borrowers[table[no].value.borrower].value;
        borrowers.is_empty() || borrowers.contains(&borrower.key)
    });
    Ok(Json(params.page(part, &cut, |no| show(&world, no, None))))
}

/// `credit_lines.get`.
pub(super) async fn get(
    State(app): State<App>,
    uri: Uri,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<CreditLine>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let at = params.time("at");
    params.part(app.settings())?;
    let (world, _) = app.open();
    let no = found(world.credit_lines.find(&id), "credit line")?;
    Ok(Json(show(&world, no, at)))
}

/// `credit_lines.get_own`.
pub(super) async fn get_own(State(app): State<App>) -> Result<Json<TenantCreditLine>, Problem> {
    let (world, _) = app.open();
    let own = &world.borrowers[world.own].value;
    let no = found(own.credit_line, "credit line")?;
    let line = show(&world, no, None);
    let balance = |account| world.ledger.balance(account);
    let lent = balance(Account::Outstanding(world.own));
    let outstanding = lent + balance(Account::CardUse(world.own));
    let shown = TenantCreditLine::new()
        .amount_to_repay(outstanding)
        .balance_available(line.balance_available)
        .balance_pending(line.balance_pending)
        .balance_pending_validation(line.balance_pending_validation)
        .contract_number(line.contract_number)
        .currency(line.currency)
        .default_borrower(line.default_borrower)
        .default_loan_from(line.default_loan_from)
        .default_repayment_method(line.default_repayment_method)
        .default_repayment_to(line.default_repayment_to)
        .distribution(line.distribution)
        .fees_daily_rate(line.fees_daily_rate)
        .fees_interest_daily_rate(line.fees_interest_daily_rate)
        .fees_operating_daily_rate(line.fees_operating_daily_rate)
        .fees_payer(line.fees_payer)
        .id(line.id.map(|id| id.to_string()))
        .loan_contract_type(line.loan_contract_type)
        .pool_amount(line.pool_amount)
        .signed_at(line.signed_at)
        .start_date(line.start_date);
    Ok(Json(shown))
}

pub(crate) fn show(world: &World, no: No, at: Option<Timestamp>) -> CreditLine {
    let row = &world.credit_lines[no];
    let borrower = row.value.borrower;
    let balance = |account| match at {
        Some(at) => world.ledger.balance_at(account, at),
        None => world.ledger.balance(account),
    };
    let rate: Option<DailyRate> = world.settings.daily_rate.to_string().parse().ok();
    let company = view::business(world, Company::Borrower(borrower));
    CreditLine::new()
        .balance_available(balance(Account::Available(borrower)))
        .balance_pending(balance(Account::Pending(borrower)))
        .balance_pending_validation(balance(Account::PendingValidation(borrower)))
        .contract_number(format!("CL-{}", row.id.short()))
        .currency(Currency::Eur)
        .default_borrower(company.clone())
        .default_loan_from(view::own_account())
        .default_repayment_method(PaymentMethod::Sct)
        .default_repayment_to(view::own_account())
        .distribution(Distribution::Partner)
        .fees_daily_rate(rate)
        .fees_interest_daily_rate(rate)
        .fees_operating_daily_rate(DailyRate::default())
        .fees_payer(company)
        .id(row.id.to_string())
        .loan_contract_type(LoanContractType::CreditOperation)
        .pool_amount(-balance(Account::Pool(borrower)))
        .signed_at(world.borrowers[borrower].value.signed_at)
        .start_date(row.created)
}
