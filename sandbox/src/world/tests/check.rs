//! What must add up in every world.

use std::collections::HashMap;

use defacto_types::RevenueShareStatus;
use jiff::Timestamp;

use super::super::World;
use super::super::bill::Stage;
use super::super::feed::Kind;
use super::super::ledger::Account;
use super::super::loan::{Hold, Loan};
use super::super::payment::{Progress, Purpose};
use super::super::table::{No, Order};
use super::super::transitions::{ALL, Status};

/// Everything that must add up.
pub(crate) fn check(world: &World) {
    assert_eq!(world.ledger.total(), 0);
    let balance = |account| world.ledger.balance(account);
    for borrower in 0..world.borrowers.len() {
        let row = &world.borrowers[borrower].value;
        let held = |hold: Hold| -> i64 {
            row.loans
                .iter()
                .map(|no| &world.loans[*no].value)
                .filter(|loan| loan.hold == hold)
                .map(Loan::outstanding)
                .sum()
        };
        let pending_validation = balance(Account::PendingValidation(borrower));
        let pending = balance(Account::Pending(borrower));
        let outstanding = balance(Account::Outstanding(borrower));
        let used = balance(Account::CardUse(borrower));
        let cards = (0..world.cards.len()).filter(|no| world.cards[*no].value.borrower == borrower);
        let owed: i64 = cards.map(|no| balance(Account::Card(no))).sum();
        assert_eq!(used, owed);
        assert_eq!(pending_validation, held(Hold::PendingValidation));
        assert_eq!(pending, held(Hold::Pending));
        assert_eq!(outstanding, held(Hold::Outstanding));
        assert!(world.available(borrower) >= 0);
        assert_eq!(
            world.available(borrower) + pending_validation + pending + outstanding + used,
            -balance(Account::Pool(borrower))
        );
    }
    for party in 0..world.counterparties.len() {
        let exposure: i64 = (0..world.loans.len())
            .map(|no| &world.loans[no].value)
            .filter(|loan| loan.hold != Hold::Nothing && loan.parties.contains(&Some(party)))
            .map(Loan::outstanding)
            .sum();
        let room = balance(Account::Room(party));
        assert_eq!(balance(Account::Exposure(party)), exposure);
        assert!(room >= 0);
        assert_eq!(room + exposure, -balance(Account::Limit(party)));
    }
    let mut cash = 0;
    let mut income = 0;
    for no in 0..world.loans.len() {
        let loan = &world.loans[no].value;
        let owed = if loan.paid_at.is_some() {
            loan.amount - loan.repaid_nominal
        } else {
            0
        };
        assert_eq!(balance(Account::Principal(no)), owed);
        let interest = balance(Account::Interest(no));
        assert_eq!(interest > 0, loan.status == Status::ToRepayFees);
        if loan.status == Status::Closed {
            assert_eq!(loan.repaid_nominal, loan.amount);
            assert_eq!(Some(loan.paid_interest), loan.fees_ongoing(Timestamp::MAX));
        }
        cash += loan.paid_interest - owed;
        income += loan.paid_interest + interest;
        let moves = loan.history.windows(2);
        assert!(moves.clone().all(|w| w[0].status.may_become(w[1].status)));
        assert!(loan.history.is_sorted_by_key(|moment| moment.at));
        let mut paid = 0;
        let mut open = 0;
        for payment in loan.payments.iter().map(|no| &world.payments[*no].value) {
            let shares = payment.shares().into_iter().filter(|(of, _)| *of == no);
            let share: i64 = shares.map(|(_, share)| share).sum();
            match payment.purpose {
                Purpose::Payout => {}
                Purpose::Chargeback => paid -= share,
                _ if payment.progress == Progress::Paid => paid += share,
                Purpose::Principal if payment.is_open() => open += share,
                _ => {}
            }
        }
        assert_eq!(paid, loan.repaid_nominal + loan.paid_interest);
        // What is owed is planned to be paid, once and whole.
        assert_eq!(open, owed);
        let bills = (0..world.bills.len()).map(|bill| &world.bills[bill].value);
        let billed: i64 = bills.filter(|b| b.loan == no).map(|b| b.amount).sum();
        assert_eq!(billed, loan.billed);
        assert_eq!(billed, loan.paid_interest + interest);
        let billed = loan.bill.map(|bill| &world.bills[bill].value);
        assert!(billed.is_none_or(|bill| (bill.stage == Stage::Paid) == (interest == 0)));
        if loan.status == Status::ToRepay {
            let automatic = loan.due.is_some() || loan.plan.is_some() || loan.is_withheld;
            assert!(automatic, "a loan has nothing to wait for");
        }
    }
    for no in 0..world.plans.len() {
        let plan = &world.plans[no].value;
        let is_of = |loan: &&No| world.loans[**loan].value.plan == Some(no);
        let open = |loan: &&No| world.loans[**loan].value.status == Status::ToRepay;
        let mut waiting = plan.loans.iter().filter(is_of).filter(open).peekable();
        if waiting.peek().is_some() {
            assert!(waiting.any(|no| {
                let loan = &world.loans[*no].value;
                loan.is_withheld || (world.drives_plan(*no) && loan.due.is_some())
            }));
        }
    }
    for card in 0..world.cards.len() {
        let entries = world.cards[card].value.entries.iter();
        let signed = entries.map(|e| if e.is_refund { -e.amount } else { e.amount });
        assert_eq!(balance(Account::Card(card)), signed.sum::<i64>());
        cash -= balance(Account::Card(card));
    }
    let extra = (0..world.payments.len())
        .map(|no| &world.payments[no].value)
        .filter(|payment| payment.purpose == Purpose::Extra)
        .map(|payment| payment.amount)
        .sum::<i64>();
    assert_eq!(-balance(Account::Extra(world.own)), extra);
    cash += extra + world.recollected;
    income += world.recollected;
    for no in 0..world.revenue_shares.len() {
        let share = &world.revenue_shares[no].value;
        let paid = share.status == RevenueShareStatus::Paid;
        let owed = -balance(Account::RevenueShare(no));
        assert_eq!(owed, if paid { 0 } else { share.amount });
        income -= share.amount;
        cash -= share.amount - owed;
    }
    assert_eq!(balance(Account::Cash), cash);
    assert_eq!(balance(Account::Income), -income);
    let rows = world.loans.len() as usize;
    assert_eq!(world.loan_index.payout.sorted.len(), rows);
    assert_eq!(world.loan_index.repayment.sorted.len(), rows);
    for status in ALL {
        let is_in = |no: &No| world.loans[*no].value.status == status;
        let found = world.loan_index.in_status(|wanted| wanted == status);
        let found: Vec<_> = found.walk(Order::Rising, None).collect();
        assert_eq!(
            found,
            (0..world.loans.len()).filter(is_in).collect::<Vec<_>>()
        );
    }
    assert_eq!(world.payments_by_date.len(), world.payments.len() as usize);
}

/// What adds up over all that ever happened; it takes longer.
pub(super) fn check_books(world: &World) {
    // Every balance is what its entries come to.
    let mut balances: HashMap<Account, i64> = HashMap::new();
    for entry in world.ledger.entries() {
        assert!(entry.amount != 0);
        *balances.entry(entry.from).or_default() -= entry.amount;
        *balances.entry(entry.to).or_default() += entry.amount;
    }
    for (account, balance) in balances {
        assert_eq!(world.ledger.balance(account), balance, "{account:?}");
    }
    // And each loan is what the feed told of it.
    let mut told: HashMap<(No, Kind), i64> = HashMap::new();
    for event in (0..world.feed.len()).map(|no| world.feed.get(no).unwrap()) {
        *told.entry((event.loan, event.kind)).or_default() += event.principal + event.fees;
    }
    for no in 0..world.loans.len() {
        let loan = &world.loans[no].value;
        let sum = |kind| told.get(&(no, kind)).copied().unwrap_or(0);
        let lent = if loan.paid_at.is_some() {
            loan.amount
        } else {
            0
        };
        assert_eq!(sum(Kind::PaidOut), lent);
        let principal = sum(Kind::PrincipalRepaid) - sum(Kind::PrincipalChargedBack);
        assert_eq!(principal, loan.repaid_nominal);
        let interest = sum(Kind::FeesRepaid) - sum(Kind::FeesChargedBack);
        assert_eq!(interest, loan.paid_interest);
        assert_eq!(sum(Kind::InterestDue), loan.billed);
    }
}
