//! The simulated world: what exists and what happens to it. It knows no HTTP
//! and reads no clock; everything that happens is told the time.

pub(crate) mod batch;
pub(crate) mod bill;
pub(crate) mod card;
pub(crate) mod chargeback;
pub(crate) mod checkout;
pub(crate) mod counterparty;
pub(crate) mod edit;
mod electronic;
pub(crate) mod eligibility;
pub(crate) mod email;
pub(crate) mod feed;
pub(crate) mod force;
pub(crate) mod hold;
pub(crate) mod id;
pub(crate) mod interest;
pub(crate) mod invoice;
pub(crate) mod late;
pub(crate) mod ledger;
pub(crate) mod life;
pub(crate) mod lists;
pub(crate) mod loan;
pub(crate) mod loan_file;
pub(crate) mod loan_index;
pub(crate) mod onboarding;
pub(crate) mod party;
pub(crate) mod payment;
pub(crate) mod plan;
pub(crate) mod plan_request;
pub(crate) mod recollection;
pub(crate) mod referrer;
pub(crate) mod repayment_method;
pub(crate) mod request;
pub(crate) mod settle;
pub(crate) mod subscription;
pub(crate) mod table;
pub(crate) mod transitions;
pub(crate) mod webhook;
pub(crate) mod working_days;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};

use defacto_types::{CreateBorrower, IdentifierType, InvalidParam, Value, Wire};
use jiff::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::policy::{self, Settings};
use batch::{Batch, Shared};
use bill::Bill;
use card::Card;
use checkout::Checkout;
use counterparty::Counterparty;
use feed::Feed;
use id::Id;
use invoice::Invoice;
use ledger::Ledger;
use loan::Loan;
use loan_index::LoanIndex;
use onboarding::Onboarding;
use party::{Borrower, Company, CreditLine};
use payment::Payment;
use plan::{Installment, Plan};
use recollection::Case;
use referrer::RevenueShare;
use table::{No, Sorted, Table};
use webhook::{Outbox, Subscription};

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    /// There is no such thing.
    Unknown(String),
    /// It cannot be done, or not now.
    State(String),
    /// The request itself is wrong.
    Invalid(Vec<InvalidParam>),
}

impl Refusal {
    pub(crate) fn invalid(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid(vec![invalid(name, reason)])
    }
}

/// A refused parameter.
pub(crate) fn invalid(name: impl Into<String>, reason: impl Into<String>) -> InvalidParam {
    InvalidParam::new().name(name.into()).reason(reason.into())
}

/// Whether a change sets this field to null.
fn clears<T: Wire>(change: &T, name: &str) -> bool {
    serde_json::to_value(change).is_ok_and(|change| change.get(name) == Some(&Value::Null))
}

/// Work that an answer promises and does not wait for.
#[derive(Clone, Copy, Debug)]
enum Task {
    CloseBatch(No),
    ActivatePlan(No),
}

/// Everything there is.
#[derive(Clone, Debug)]
pub(crate) struct World {
    rng: ChaCha8Rng,
    pub(crate) settings: Settings,
    pub(crate) borrowers: Table<Borrower>,
    pub(crate) credit_lines: Table<CreditLine>,
    pub(crate) counterparties: Table<Counterparty>,
    pub(crate) invoices: Table<Invoice>,
    pub(crate) loans: Table<Loan>,
    pub(crate) payments: Table<Payment>,
    pub(crate) ledger: Ledger,
    pub(crate) feed: Feed,
    pub(crate) batches: Table<Batch>,
    pub(crate) bills: Table<Bill>,
    pub(crate) cards: Table<Card>,
    pub(crate) cases: Table<Case>,
    pub(crate) checkouts: Table<Checkout>,
    pub(crate) plans: Table<Plan>,
    pub(crate) installments: Table<Installment>,
    pub(crate) revenue_shares: Table<RevenueShare>,
    pub(crate) webhooks: Table<Subscription>,
    pub(crate) outbox: Outbox,
    is_subscribed: bool,
    /// What was earned with the fees of recollection, in cents.
    pub(crate) recollected: i64,
    pub(crate) onboardings: Table<Onboarding>,
    /// What was shared about companies, by their key.
    pub(crate) shared: HashMap<String, Shared>,
    /// What is done before the next request is.
    background: Vec<Task>,
    /// The company the account belongs to.
    pub(crate) own: No,
    borrower_keys: HashMap<String, No>,
    counterparty_keys: HashMap<String, No>,
    /// Companies by their business id.
    businesses: HashMap<Id, Company>,
    /// The company each IBAN belongs to, by its key.
    ibans: HashMap<Box<str>, Box<str>>,
    salts: HashMap<Box<str>, No>,
    plan_salts: HashMap<Box<str>, No>,
    /// Keys of the companies that may not take part in a loan.
    ineligible: HashSet<String>,
    /// When something automatic is due to happen to which loan.
    agenda: BTreeSet<(Timestamp, No)>,
    pub(crate) loan_index: LoanIndex,
    pub(crate) payments_by_amount: Sorted,
    pub(crate) payments_by_method: Sorted,
    pub(crate) payments_by_date: Sorted,
}

impl World {
    /// A world with nothing but the account's own company in it.
    pub(crate) fn new(seed: u64, now: Timestamp, settings: Settings) -> Self {
        let mut world = Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            settings,
            borrowers: Table::default(),
            credit_lines: Table::default(),
            counterparties: Table::default(),
            invoices: Table::default(),
            loans: Table::default(),
            payments: Table::default(),
            ledger: Ledger::default(),
            feed: Feed::default(),
            batches: Table::default(),
            bills: Table::default(),
            cards: Table::default(),
            cases: Table::default(),
            webhooks: Table::default(),
            outbox: Outbox::default(),
            is_subscribed: false,
            checkouts: Table::default(),
            plans: Table::default(),
            installments: Table::default(),
            revenue_shares: Table::default(),
            recollected: 0,
            onboardings: Table::default(),
            shared: HashMap::new(),
            background: Vec::new(),
            own: 0,
            borrower_keys: HashMap::new(),
            counterparty_keys: HashMap::new(),
            businesses: HashMap::new(),
            ibans: HashMap::new(),
            salts: HashMap::new(),
            plan_salts: HashMap::new(),
            ineligible: HashSet::new(),
            agenda: BTreeSet::new(),
            loan_index: LoanIndex::default(),
            payments_by_amount: Sorted::new(),
            payments_by_method: Sorted::new(),
            payments_by_date: Sorted::new(),
        };
        let company = CreateBorrower::new()
            .identifier(policy::OWN_IDENTIFIER)
            .identifier_type(IdentifierType::Siren)
            .name(policy::OWN_NAME)
            .signed_at(now);
        world.own = world.add_borrower(policy::OWN_IDENTIFIER.to_owned(), company, now);
        world.issue_card(now);
        world.open_revenue_share(now);
        world
    }

    /// A secret nobody has seen before.
    pub(crate) fn draw_secret(&mut self) -> String {
        self.new_id().to_string()
    }

    /// Whether there is room for one more of these.
    fn check_room(&self, count: usize, name: &str) -> Result<(), Refusal> {
        let most = self.settings.largest_table;
        if i64::try_from(count).is_ok_and(|count| count < most) {
            return Ok(());
        }
        let reason = format!("an account has {most} of them at most (policy largest_table)");
        Err(Refusal::invalid(name, reason))
    }

    fn new_id(&mut self) -> Id {
        Id::random(&mut self.rng)
    }
}
