//! What loans hold of credit lines and credit limits.

use jiff::Timestamp;

use super::World;
use super::ledger::Account;
use super::loan::{Denial, Hold, Loan};
use super::table::No;

impl World {
    /// Reserved balance: holds the loan's amount if there is room for it.
    pub(super) fn hold(&mut self, no: No, at: Timestamp) {
        let loan = &self.loans[no].value;
        if loan.hold == Hold::Nothing && self.lack_of_room(loan).is_none() {
            self.shift_hold(no, Hold::PendingValidation, at);
        }
    }

    /// Whether something is too small for a loan: its borrower's credit line,
    /// or the credit limit of a party of its invoice.
    pub(super) fn lack_of_room(&self, loan: &Loan) -> Option<Denial> {
        if loan.amount > self.available(loan.borrower) {
            return Some(Denial::Funds);
        }
        let is_short = |party: Option<No>| {
            party.is_some_and(|party| self.ledger.balance(Account::Room(party)) < loan.amount)
        };
        match loan.parties {
            [buyer, _] if is_short(buyer) => Some(Denial::BuyerLimit),
            [_, seller] if is_short(seller) => Some(Denial::SellerLimit),
            _ => None,
        }
    }

    /// Moves the loan's share of the credit line.
    pub(super) fn shift_hold(&mut self, no: No, to: Hold, at: Timestamp) {
        let loan = &mut self.loans[no].value;
        let borrower = loan.borrower;
        let account = |hold| match hold {
            Hold::Nothing => Account::Available(borrower),
            Hold::PendingValidation => Account::PendingValidation(borrower),
            Hold::Pending => Account::Pending(borrower),
            Hold::Outstanding => Account::Outstanding(borrower),
        };
        if loan.hold != to {
            let from = std::mem::replace(&mut loan.hold, to);
            let amount = loan.outstanding();
            let parties = loan.limited();
            self.ledger.shift(at, account(from), account(to), amount);
            self.notify_balance(borrower, at);
            for party in parties.into_iter().flatten() {
                let (room, exposure) = (Account::Room(party), Account::Exposure(party));
                match (from, to) {
                    (Hold::Nothing, _) => self.ledger.shift(at, room, exposure, amount),
                    (_, Hold::Nothing) => self.ledger.shift(at, exposure, room, amount),
                    _ => continue,
                }
                self.notify_limit(party, at);
            }
        }
    }

    /// Changes what is held for a loan whose amount changes.
    pub(super) fn change_amount(&mut self, no: No, amount: i64, at: Timestamp) {
        let held = self.loans[no].value.hold;
        self.shift_hold(no, Hold::Nothing, at);
        self.loans[no].value.amount = amount;
        self.shift_hold(no, held, at);
    }

    /// Gives back a part of what a loan holds, as it is repaid.
    pub(super) fn release(&mut self, no: No, amount: i64, at: Timestamp) {
        let loan = &self.loans[no].value;
        let (borrower, parties) = (loan.borrower, loan.limited());
        let (lent, available) = (Account::Outstanding(borrower), Account::Available(borrower));
        self.ledger.shift(at, lent, available, amount);
        self.notify_balance(borrower, at);
        for party in parties.into_iter().flatten() {
            let (room, exposure) = (Account::Room(party), Account::Exposure(party));
            self.ledger.shift(at, exposure, room, amount);
            self.notify_limit(party, at);
        }
    }
}
