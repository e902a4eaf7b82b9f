//! What a list of loans is filtered by, and where what is kept is found.

use std::collections::BTreeSet;

use defacto_types::{LoanSort, LoanStatus, LoanType};
use jiff::Timestamp;

use super::params::{Part, any, within};
use super::{Params, World, all_of};
use crate::world::interest::plus_days;
use crate::world::lists::{List, Lists};
use crate::world::loan_index::Period;
use crate::world::party::key_of;
use crate::world::table::{No, Order, walk_sorted, walk_within};

/// What `loans.list` keeps.
#[derive(Debug)]
pub(super) struct Filter {
    ids: Option<BTreeSet<No>>,
    borrowers: Option<BTreeSet<No>>,
    types: Vec<LoanType>,
    statuses: Vec<LoanStatus>,
    guarantor: bool,
    postponed: Option<bool>,
    query: Option<String>,
    contractual: Period,
    to_pay_at: Period,
    to_repay_at: Period,
}

/// Rows with what they are sorted by.
type Rows<'a> = Box<dyn Iterator<Item = (i64, No)> + 'a>;

const ALWAYS: Period = (None, None);

impl Filter {
    pub(super) fn read(params: &mut Params, world: &World, now: Timestamp) -> Self {
        let mut to_repay_at = (
            params.time("to_repay_at_from"),
            params.time("to_repay_at_to"),
        );
        if let Some(days) = params.number("to_repay_at_within_days") {
            if to_repay_at != ALWAYS {
                let reason = "excludes to_repay_at_from and to_repay_at_to";
                params.refuse("to_repay_at_within_days", reason);
            }
            to_repay_at = (Some(now), Some(plus_days(now, days)));
        }
        // Nobody guarantees a loan here.
        let called = params.truth("guarantee_called") == Some(true);
        let rows = |given: &[String], find: &dyn Fn(&str) -> Option<No>| {
            (!given.is_empty()).then(|| all_of(given, find).into_iter().collect())
        };
        Self {
            ids: rows(&params.all("id"), &|id| world.loans.find(id)),
            borrowers: rows(&params.all("borrower"), &|text| {
                world.borrower_by_identifier(&key_of(text))
            }),
            types: params.all_known("loan_type", LoanType::is_known),
            statuses: params.all_known("status", LoanStatus::is_known),
            guarantor: called || params.one("guarantor").is_some(),
            postponed: params.truth("postponed"),
            query: params.one("query").map(|text| text.to_lowercase()),
            contractual: (
                params.time("contractual_repayment_date_from"),
                params.time("contractual_repayment_date_to"),
            ),
            to_pay_at: (params.time("to_pay_at_from"), params.time("to_pay_at_to")),
            to_repay_at,
        }
    }

    pub(super) fn keeps(&self, world: &World, no: No) -> bool {
        let loan = &world.loans[no].value;
        let has = |wanted: &Option<BTreeSet<No>>, no: No| {
            wanted.as_ref().is_none_or(|wanted| wanted.contains(&no))
        };
        !self.guarantor
            && any(&self.statuses, &loan.status.to_wire())
            && any(&self.types, &loan.loan_type)
            && has(&self.ids, no)
            && has(&self.borrowers, loan.borrower)
            && self.postponed.is_none_or(|wanted| loan.postponed == wanted)
            && (self.contractual == ALWAYS
                || loan
                    .contractual
                    .is_some_and(|at| within(at, self.contractual.0, self.contractual.1)))
            && within(loan.to_pay_at, self.to_pay_at.0, self.to_pay_at.1)
            && within(loan.to_repay_at, self.to_repay_at.0, self.to_repay_at.1)
            && self
                .query
                .as_ref()
                .is_none_or(|text| matches(world, no, text))
    }

    /// The rows after the cursor among which is all that this keeps, in the
    /// order asked for: as few as the index knows of, and not all of them
    /// taken.
    pub(super) fn rows<'a>(
        &'a self,
        world: &'a World,
        sort: Option<&LoanSort>,
        part: Part,
    ) -> Rows<'a> {
        let (table, index) = (&world.loans, &world.loan_index);
        let order = match sort {
            Some(LoanSort::CreatedAtAsc | LoanSort::ToPayAtAsc | LoanSort::ToRepayAtAsc) => {
                Order::Rising
            }
            _ => Order::Falling,
        };
        let lists = self.lists(world);
        let (dates, period, at): (_, _, fn(&World, No) -> Timestamp) = match (sort, lists.as_ref())
        {
            (Some(LoanSort::ToPayAtAsc | LoanSort::ToPayAtDesc), _) => {
                let at = |world: &World, no| world.loans[no].value.to_pay_at;
                (&index.payout, self.to_pay_at, at)
            }
            (Some(LoanSort::ToRepayAtAsc | LoanSort::ToRepayAtDesc), _) => {
                let at = |world: &World, no| world.loans[no].value.to_repay_at;
                (&index.repayment, self.to_repay_at, at)
            }
            _ => {
                return match lists {
                    None => table.walk(order, part.after),
                    Some(lists) => table.walk_lists(lists, order, part.after),
                };
            }
        };
        // Few are sorted here. Of many a page is soon found in the order that
        // there is already: after some number of rows ÷ number of those kept.
        let few = lists.filter(|lists| {
            let (few, all) = (lists.len(), table.len() as usize);
            few.saturating_mul(few) <= all.saturating_mul(part.size)
        });
        match few {
            Some(lists) => {
                let rows = lists.walk(Order::Rising, None);
                let sorted = rows.map(|no| (at(world, no).as_microsecond(), no));
                let sorted = sorted.collect();
                Box::new(
                    walk_sorted(&sorted, order, part.after)
                        .collect::<Vec<_>>()
                        .into_iter(),
                )
            }
            None => {
                // A filter is finer than a microsecond.
                let edge = |at: Timestamp, by| at.as_microsecond().saturating_add(by);
                let from = period.0.map_or(i64::MIN, |at| edge(at, -1));
                let to = period.1.map_or(i64::MAX, |at| edge(at, 1));
                walk_within(&dates.sorted, order, part.after, from..=to)
            }
        }
    }

    /// The shortest lists that the index has for one of the filters.
    fn lists<'a>(&'a self, world: &'a World) -> Option<Lists<'a>> {
        let index = &world.loan_index;
        if self.guarantor {
            return Some(Lists::default());
        }
        let named = self.ids.iter().map(|ids| Lists(vec![List::Set(ids)]));
        let borrowed = self.borrowers.iter().map(|borrowers| {
            let loans = |no: &No| List::Slice(&world.borrowers[*no].value.loans);
            Lists(borrowers.iter().map(loans).collect())
        });
        let in_status = (!self.statuses.is_empty())
            .then(|| index.in_status(|status| self.statuses.contains(&status.to_wire())));
        let dated = [
            (&index.contractual, self.contractual),
            (&index.payout, self.to_pay_at),
            (&index.repayment, self.to_repay_at),
        ]
        .into_iter()
        .filter(|(_, period)| *period != ALWAYS)
        .map(|(dates, period)| dates.within(period));
        let all = named.chain(borrowed).chain(in_status).chain(dated);
        all.min_by_key(Lists::len)
    }
}

/// Whether a loan's id, invoice number, amount, fees, status or counterparty
/// has this text in it.
fn matches(world: &World, no: No, text: &str) -> bool {
    let row = &world.loans[no];
    let loan = &row.value;
    let invoice = loan.invoice.map(|invoice| &world.invoices[invoice].value);
    let number = invoice.and_then(|invoice| invoice.number.as_deref());
    let names = invoice
        .map(|invoice| [invoice.buyer, invoice.seller])
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|party| world.counterparties[party].value.name.as_deref());
    let fees = loan.fees_estimated().map(|fees| fees.to_string());
    let own = [
        row.id.to_string(),
        loan.amount.to_string(),
        loan.status.to_wire().as_str().to_owned(),
    ];
    own.iter()
        .map(String::as_str)
        .chain(fees.as_deref())
        .chain(number)
        .chain(names)
        .any(|field| field.to_lowercase().contains(text))
}

#[cfg(test)]
mod tests {
    use defacto_types::{
        AccountInput, BusinessIdentifier, CreateBorrower, CreateLoan, SandboxCountry, Scenario,
    };
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::generate::Generator;
    use crate::policy::{Settings, Timing};
    use crate::world::table::{Cursor, cut};

    const BORROWERS: [&str; 3] = ["333333334", "777777772", "444444442"];

    fn start() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    /// Some hundred loans in every status that comes by itself, and the time.
    fn world(rng: &mut ChaCha8Rng) -> (World, Timestamp) {
        let settings = Settings {
            timing: Timing::Calendar,
            ..Settings::default()
        };
        let mut world = World::new(7, start(), settings);
        for identifier in BORROWERS {
            let borrower = CreateBorrower::new()
                .identifier(identifier)
                .signed_at(start());
            world.create_borrower(borrower, start()).unwrap();
        }
        let generator = Generator::new(1);
        let mut now = start();
        for _ in 0..300 {
            now = plus_days(now, rng.random_range(0..2));
            world.advance(now);
            let scenario = &Scenario::ALL[rng.random_range(0..Scenario::ALL.len())];
            let account =
                AccountInput::new().account_number(generator.iban(&SandboxCountry::Fra, scenario));
            let to_pay_at = plus_days(now, rng.random_range(0..30));
            let body = CreateLoan::new()
                .amount(rng.random_range(1..2_000))
                .auto_validate(rng.random_ratio(4, 5))
                .borrower(BusinessIdentifier::new().identifier(*one(rng, &BORROWERS)))
                .loan_to(account)
                .to_pay_at(to_pay_at)
                .to_repay_at(plus_days(to_pay_at, rng.random_range(1..60)));
            world.request_loan(body, now).unwrap();
        }
        (world, now)
    }

    fn one<'a, T>(rng: &mut ChaCha8Rng, of: &'a [T]) -> &'a T {
        &of[rng.random_range(0..of.len())]
    }

    /// A query of one to three filters, or none.
    fn query(rng: &mut ChaCha8Rng, world: &World) -> Vec<(String, String)> {
        let day = |rng: &mut ChaCha8Rng| plus_days(start(), rng.random_range(-10..400)).to_string();
        let mut pairs = Vec::new();
        for _ in 0..rng.random_range(0..4) {
            let (name, value) = match rng.random_range(0..6) {
                0 => {
                    let loans = world.loans.len();
                    ("id", world.loans[rng.random_range(0..loans)].id.to_string())
                }
                1 => ("borrower", (*one(rng, &BORROWERS)).to_owned()),
                2 => {
                    let status = one(rng, LoanStatus::ALL);
                    ("status", status.as_str().to_owned())
                }
                3 => ("postponed", "false".to_owned()),
                4 => ("to_repay_at_from", day(rng)),
                _ => {
                    let names = [
                        "contractual_repayment_date_from",
                        "contractual_repayment_date_to",
                        "to_pay_at_from",
                        "to_pay_at_to",
                        "to_repay_at_to",
                    ];
                    (*one(rng, &names), day(rng))
                }
            };
            pairs.push((name.to_owned(), value));
        }
        pairs
    }

    #[test]
    fn what_is_found_is_what_a_plain_scan_finds() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (world, now) = world(&mut rng);
        let sorts = [
            None,
            Some(LoanSort::CreatedAtAsc),
            Some(LoanSort::ToPayAtAsc),
            Some(LoanSort::ToPayAtDesc),
            Some(LoanSort::ToRepayAtAsc),
            Some(LoanSort::ToRepayAtDesc),
        ];
        let mut found_any = 0;
        for _ in 0..2_000 {
            let pairs = query(&mut rng, &world);
            let sort = one(&mut rng, &sorts).as_ref();
            let uri = "/loans".parse().unwrap();
            let mut params = Params::new(&uri, pairs.clone());
            let filter = Filter::read(&mut params, &world, now);
            params.finish().unwrap();

            let key = |no: No| {
                let loan = &world.loans[no].value;
                match sort {
                    Some(LoanSort::ToPayAtAsc | LoanSort::ToPayAtDesc) => loan.to_pay_at,
                    Some(LoanSort::ToRepayAtAsc | LoanSort::ToRepayAtDesc) => loan.to_repay_at,
                    _ => world.loans[no].created,
                }
            };
            let mut scanned: Vec<_> = (0..world.loans.len())
                .filter(|no| filter.keeps(&world, *no))
                .collect();
            scanned.sort_by_key(|no| (key(*no), *no));
            let is_rising = sort.is_some_and(|sort| sort.as_str().ends_with(":asc"));
            if !is_rising {
                scanned.reverse();
            }
            found_any += usize::from(!scanned.is_empty());

            let mut part = Part {
                size: rng.random_range(1..40),
                after: None,
            };
            let mut found = Vec::new();
            loop {
                let rows = filter.rows(&world, sort, part);
                let cut = cut(rows, part.size, |no| filter.keeps(&world, no));
                found.extend(cut.rows);
                part.after = cut.next.map(|c| Cursor::parse(&c.to_string()).unwrap());
                if part.after.is_none() {
                    break;
                }
            }
            assert_eq!(found, scanned, "{pairs:?} {sort:?}");
        }
        assert!(found_any > 500, "{found_any}");
    }

    #[test]
    fn a_rare_status_or_day_is_not_looked_for_in_every_loan() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (world, now) = world(&mut rng);
        let part = Part {
            size: 100,
            after: None,
        };
        for (name, value, sort, most) in [
            ("status", "DELETED", None, 0),
            ("status", "DELETED", Some(LoanSort::ToPayAtAsc), 0),
            ("guarantor", "900000009", None, 0),
            ("borrower", "900000009", None, 0),
            ("to_pay_at_from", "2028-01-01T00:00:00Z", None, 0),
            (
                "to_pay_at_from",
                "2028-01-01T00:00:00Z",
                Some(LoanSort::ToPayAtAsc),
                0,
            ),
            (
                "contractual_repayment_date_to",
                "2026-03-03T00:00:00Z",
                None,
                20,
            ),
        ] {
            let uri = "/loans".parse().unwrap();
            let pairs = vec![(name.to_owned(), value.to_owned())];
            let filter = Filter::read(&mut Params::new(&uri, pairs), &world, now);
            let rows = filter.rows(&world, sort.as_ref(), part).count();
            assert!(rows <= most, "{name} {rows}");
        }
    }
}
