//! Payment cards, which are paid from their holder's credit line.

use jiff::Timestamp;

use super::id::Id;
use super::ledger::Account;
use super::table::No;
use super::{Refusal, World, invalid};

/// READ: the three states, written in small letters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum State {
    Active,
    Inactive,
    Canceled,
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Canceled => "canceled",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Inactive, Self::Canceled]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) borrower: No,
    pub(crate) last4: String,
    pub(crate) state: State,
    /// The oldest first.
    pub(crate) entries: Vec<Entry>,
}

/// A purchase, or a refund of one.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: Id,
    pub(crate) at: Timestamp,
    /// In cents, more than nothing.
    pub(crate) amount: i64,
    pub(crate) is_refund: bool,
    pub(crate) merchant: String,
    pub(crate) category: String,
}

impl World {
    /// Gives the account's own company a card.
    pub(super) fn issue_card(&mut self, now: Timestamp) {
        let id = self.new_id();
        let last4: String = id
            .to_string()
            .bytes()
            .map(|b| char::from(b'0' + b % 10))
            .take(4)
            .collect();
        let card = Card {
            borrower: self.own,
            last4,
            state: State::Active,
            entries: Vec::new(),
        };
        self.cards.push(id, now, card);
    }

    pub(crate) fn set_card_state(&mut self, no: No, text: &str) -> Result<(), Refusal> {
        let Some(state) = State::parse(text) else {
            let reason = "must be active, inactive or canceled";
            return Err(Refusal::invalid("status", reason));
        };
        let card = &mut self.cards[no].value;
        if card.state == State::Canceled && state != State::Canceled {
            return Err(Refusal::State("the card is canceled".to_owned()));
        }
        card.state = state;
        Ok(())
    }

    /// Buys something, or takes it back. Money goes to the merchant, and the
    /// room for it comes from the credit line.
    pub(crate) fn use_card(&mut self, no: No, entry: Entry) -> Result<(), Refusal> {
        let card = &self.cards[no].value;
        let (at, amount, borrower) = (entry.at, entry.amount, card.borrower);
        if !(1..=self.settings.largest_loan).contains(&amount) {
            let reason = format!("must be 1 to {} cents", self.settings.largest_loan);
            return Err(Refusal::Invalid(vec![invalid("amount", reason)]));
        }
        let owed = self.ledger.balance(Account::Card(no));
        if entry.is_refund && amount > owed {
            let detail = "a refund must not exceed what was bought";
            return Err(Refusal::State(detail.to_owned()));
        }
        if !entry.is_refund && card.state != State::Active {
            let detail = format!(
                "a card buys while active, and this one is {}",
                card.state.as_str()
            );
            return Err(Refusal::State(detail));
        }
        if !entry.is_refund && amount > self.available(borrower) {
            let detail = "the amount exceeds what is left of the credit line";
            return Err(Refusal::State(detail.to_owned()));
        }
        let (lender, owes) = (Account::Cash, Account::Card(no));
        let (room, used) = (Account::Available(borrower), Account::CardUse(borrower));
        if entry.is_refund {
            self.ledger.shift(at, owes, lender, amount);
            self.ledger.shift(at, used, room, amount);
        } else {
            self.ledger.shift(at, lender, owes, amount);
            self.ledger.shift(at, room, used, amount);
        }
        self.cards[no].value.entries.push(entry);
        self.notify_balance(borrower, at);
        Ok(())
    }

    pub(crate) fn new_card_entry(
        &mut self,
        at: Timestamp,
        amount: i64,
        is_refund: bool,
        merchant: String,
        category: String,
    ) -> Entry {
        Entry {
            id: self.new_id(),
            at,
            amount,
            is_refund,
            merchant,
            category,
        }
    }
}
