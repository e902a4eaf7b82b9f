//! The simulator's lists with a filter, where there are a million loans.

use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::child::Server;
use crate::load::{Line, request};
use crate::loans::{Ground, Wish, day};
use crate::pairs::{alternate, rounds};
use crate::report::{Better, Report, Row, microseconds, say};
use crate::sandbox::cost;
use crate::{Outcome, runtime};

const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
/// Requests a round.
const PAGES: usize = 30;
/// The first loans: refused, of a borrower and with dates of their own. In both
/// worlds there are as many, so that only the search can differ.
const RARE: usize = 10;
/// One loan in so many is repaid, and its borrower has no others.
const SHARE: usize = 10;
/// What there is of them where there are few loans.
const PAGE: usize = FEW / SHARE - 1;
/// The day of the first loans' payout.
const LATE: i64 = 1_000;

/// What to ask for, and how many loans are on the page.
struct Query {
    filter: &'static str,
    query: String,
    found: usize,
}

/// Everything of it.
///
/// # Errors
///
/// When a request fails.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let runtime = runtime()?;
    let [few, many] = [FEW, MANY].map(|loans| world(&runtime, loans));
    let (few, many) = (few?, many?);
    let queries = |(_, ids): &(Server, Vec<String>)| queries(ids);
    let mut worst: Vec<(&str, Row)> = Vec::new();
    for (at_few, at_many) in queries(&few).into_iter().zip(queries(&many)) {
        let [get_few, get_many]: [Arc<[u8]>; 2] = [&at_few, &at_many]
            .map(|query| request("GET", &format!("/loans?{}", query.query), "").into());
        for ((server, _), get) in [(&few, &get_few), (&many, &get_many)] {
            let found = runtime.block_on(count(server, get))?;
            if found != at_few.found {
                return Err(format!("{} finds {found} loans", at_few.query).into());
            }
        }
        let pairs = alternate(
            rounds(),
            || cost(&runtime, &many.0, &get_many, [1, PAGES]),
            || cost(&runtime, &few.0, &get_few, [1, PAGES]),
        )?;
        let medians = pairs.medians(|cost| cost.cpu);
        say(&format!("  {}: {:.3}", at_few.query, medians.ratio))?;
        let row = Row::against(
            &format!("sandbox: loans by {} of 1,000,000, CPU", at_few.filter),
            medians,
            (Better::Lower, 2.0),
            ("1,000,000 loans", "1,000 loans"),
            pairs.rounds(),
            microseconds,
        );
        match worst
            .iter_mut()
            .find(|(filter, _)| *filter == at_few.filter)
        {
            Some((_, known)) if known.ratio() < row.ratio() => *known = row,
            Some(_) => {}
            None => worst.push((at_few.filter, row)),
        }
    }
    report.add(worst.into_iter().map(|(_, row)| row))
}

/// A world of so many loans, and the ids of the first ones.
fn world(runtime: &Runtime, loans: usize) -> Outcome<(Server, Vec<String>)> {
    let server = Server::sandbox()?;
    let started = Instant::now();
    let ids = runtime.block_on(async {
        let mut line = Line::open(server.address).await?;
        let ground = Ground::lay(&mut line, 2 + SHARE).await?;
        ground.fill(&mut line, 0..loans, wish).await?;
        let oldest = format!("/loans?page_size={RARE}&sort_by=created_at:asc");
        let page: Value = serde_json::from_str(line.ask(&request("GET", &oldest, "")).await?)?;
        let ids = page["data"].as_array().into_iter().flatten();
        let ids = ids.filter_map(|loan| loan["id"].as_str().map(str::to_owned));
        Outcome::Ok(ids.collect())
    })?;
    let took = started.elapsed().as_secs_f64();
    say(&format!("  {loans} loans made in {took:.1} s"))?;
    Ok((server, ids))
}

/// Most wait for their payout; a part is repaid, of each borrower and each day
/// of a year there is a part as well.
#[allow(clippy::cast_possible_wrap, reason = "a million at most")]
fn wish(number: usize) -> Wish {
    let part = (number / SHARE) as i64;
    if number < RARE {
        Wish {
            borrower: 0,
            is_rejected: true,
            paid_after: LATE,
            lasts: 60,
            ..Wish::default()
        }
    } else if number.is_multiple_of(SHARE) {
        // Repaid before the first day of this world.
        Wish {
            borrower: 1,
            paid_after: -365 + part % 200,
            lasts: 100,
            ..Wish::default()
        }
    } else {
        Wish {
            borrower: 1 + number % SHARE,
            paid_after: 10 + part % 100,
            lasts: 30 + part % 60,
            ..Wish::default()
        }
    }
}

fn queries(ids: &[String]) -> Vec<Query> {
    let query = |filter, query: String, found| Query {
        filter,
        query: format!("page_size={PAGE}&{query}"),
        found,
    };
    let named: Vec<_> = ids.iter().map(|id| format!("id={id}")).collect();
    let [rare, large] = [0, 1].map(crate::loans::siren);
    let (begin, late) = (day(0), day(LATE));
    vec![
        query("status", "status=DECLINED".to_owned(), RARE),
        query("status", "status=CLOSED".to_owned(), PAGE),
        query("id", named.join("&"), RARE),
        query("borrower", format!("borrower={rare}"), RARE),
        query("borrower", format!("borrower={large}"), PAGE),
        query("date", format!("to_pay_at_from={late}"), RARE),
        query("date", format!("to_pay_at_to={begin}"), PAGE),
        query("date", format!("to_repay_at_from={late}"), RARE),
        query("date", format!("to_repay_at_to={begin}"), PAGE),
        query(
            "date",
            format!("contractual_repayment_date_to={begin}"),
            PAGE,
        ),
        query(
            "all of these",
            format!("status=CLOSED&borrower={large}&to_pay_at_to={begin}&to_repay_at_to={begin}"),
            PAGE,
        ),
    ]
}

async fn count(server: &Server, get: &[u8]) -> Outcome<usize> {
    let mut line = Line::open(server.address).await?;
    let page: Value = serde_json::from_str(line.ask(get).await?)?;
    Ok(page["data"].as_array().map_or(0, Vec::len))
}
