//! The double-entry ledger: every sum of money leaves one account and enters
//! another, so that all balances add up to nothing at any time.

use std::collections::HashMap;

use jiff::Timestamp;

use super::table::No;

/// Where money, or room for it, is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Account {
    /// The lender's money.
    Cash,
    /// The lender's interest.
    Income,
    /// What a loan owes of its principal.
    Principal(No),
    /// What a loan owes of its interest.
    Interest(No),
    /// Where a borrower's facility comes from.
    Pool(No),
    /// What of it can be asked for.
    Available(No),
    /// What is held for requests not yet decided.
    PendingValidation(No),
    /// What is held for loans not yet paid out.
    Pending(No),
    /// What is lent.
    Outstanding(No),
    /// What a card's holder owes for what was bought with it.
    Card(No),
    /// What of a borrower's facility its cards use.
    CardUse(No),
    /// What borrowers paid and did not owe.
    Extra(No),
    /// What a referrer is owed.
    RevenueShare(No),
    /// Where a counterparty's limit comes from.
    Limit(No),
    /// What of it can be financed.
    Room(No),
    /// What is held for loans on its invoices, whatever their stage.
    Exposure(No),
}

/// A sum that moved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) at: Timestamp,
    pub(crate) from: Account,
    pub(crate) to: Account,
    /// In cents.
    pub(crate) amount: i64,
}

/// Every movement so far and what it comes to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    balances: HashMap<Account, i64>,
}

impl Ledger {
    /// Moves a sum from one account to another.
    pub(crate) fn shift(&mut self, at: Timestamp, from: Account, to: Account, amount: i64) {
        if amount == 0 {
            return;
        }
        self.entries.push(Entry {
            at,
            from,
            to,
            amount,
        });
        self.add(from, -amount);
        self.add(to, amount);
    }

    fn add(&mut self, account: Account, amount: i64) {
        let balance = self.balances.entry(account).or_default();
        *balance += amount;
        // A closed loan takes no room.
        if *balance == 0 {
            self.balances.remove(&account);
        }
    }

    pub(crate) fn balance(&self, account: Account) -> i64 {
        self.balances.get(&account).copied().unwrap_or(0)
    }

    /// Every movement into or out of one of these accounts. It looks at all of
    /// them: for people to read, and not for requests of the API.
    pub(crate) fn of(&self, accounts: &[Account]) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| {
            accounts
                .iter()
                .any(|account| entry.from == *account || entry.to == *account)
        })
    }

    /// What the balance was at that time.
    pub(crate) fn balance_at(&self, account: Account, at: Timestamp) -> i64 {
        self.entries
            .iter()
            .filter(|entry| entry.at <= at)
            .map(|entry| {
                let entered = if entry.to == account { entry.amount } else { 0 };
                let left = if entry.from == account {
                    entry.amount
                } else {
                    0
                };
                entered - left
            })
            .sum()
    }

    /// Every movement so far.
    #[cfg(test)]
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    #[cfg(test)]
    pub(crate) fn total(&self) -> i64 {
        self.balances.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_one_account_enters_another() {
        let (early, late) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let mut ledger = Ledger::default();
        ledger.shift(early, Account::Cash, Account::Principal(0), 500);
        ledger.shift(late, Account::Principal(0), Account::Cash, 200);
        assert_eq!(ledger.balance(Account::Cash), -300);
        assert_eq!(ledger.balance(Account::Principal(0)), 300);
        assert_eq!(ledger.balance_at(Account::Principal(0), early), 500);
        assert_eq!(ledger.total(), 0);
    }
}
