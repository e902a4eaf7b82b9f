//! Companies that borrow, and their credit lines.

use defacto_types::{
    BorrowerFinancialProductStatus, CounterpartyInput, CreateBorrower, CreateOwner, IdentifierType,
    InvalidParam, WebhookEventType, mask_account,
};
use jiff::Timestamp;

use super::email::check_email;
use super::id::Id;
use super::ledger::Account;
use super::repayment_method::RepaymentMethod;
use super::table::No;
use super::webhook::Entity;
use super::{Refusal, World, invalid};
use crate::generate::is_iban;
use crate::policy::Duplicate;

/// A company, by its role in the simulator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Company {
    Borrower(No),
    Counterparty(No),
}

#[derive(Clone, Debug)]
pub(crate) struct Borrower {
    /// Its number without spaces; no two borrowers have the same.
    pub(crate) key: String,
    /// What it was created with.
    pub(crate) input: CreateBorrower,
    pub(crate) signed_at: Option<Timestamp>,
    pub(crate) deactivated: bool,
    /// Whether its checks (KYB) ended in a refusal.
    pub(crate) is_refused: bool,
    pub(crate) loans: Vec<No>,
    pub(crate) credit_line: Option<No>,
    /// Those added after the creation.
    pub(crate) owners: Vec<Owner>,
    pub(crate) methods: Vec<RepaymentMethod>,
}

/// A person who owns the borrower's account.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) id: Id,
    pub(crate) email: Option<String>,
    pub(crate) phone_number: Option<String>,
}

impl Borrower {
    /// Borrower readiness: ready as soon as it has signed.
    pub(crate) fn is_ready(&self) -> bool {
        self.signed_at.is_some() && !self.is_barred()
    }

    /// Whether it may not borrow, now or later.
    pub(crate) fn is_barred(&self) -> bool {
        self.deactivated || self.is_refused
    }

    /// The status of its financial product.
    pub(crate) fn product_status(&self) -> BorrowerFinancialProductStatus {
        if self.deactivated {
            BorrowerFinancialProductStatus::Deactivated
        } else if self.is_refused {
            BorrowerFinancialProductStatus::Blocked
        } else if self.is_ready() {
            BorrowerFinancialProductStatus::Ready
        } else {
            BorrowerFinancialProductStatus::ToSign
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct CreditLine {
    pub(crate) borrower: No,
}

/// A bank account, without spaces.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct BankAccount {
    pub(crate) iban: Box<str>,
    pub(crate) bic: Option<Box<str>>,
}

impl BankAccount {
    /// The account, or nothing when the number is no IBAN.
    pub(crate) fn new(iban: &str, bic: Option<&str>) -> Option<Self> {
        let iban = key_of(iban);
        is_iban(&iban).then(|| Self {
            iban: iban.into(),
            bic: bic.map(Into::into),
        })
    }
}

/// The id of a borrower's only financial product.
pub(crate) fn product_of(borrower: Id) -> Id {
    borrower.sibling(0x0090_d0c7)
}

/// The id of the company behind a borrower or counterparty, which is neither
/// of theirs.
pub(crate) fn business_of(company: Id) -> Id {
    company.sibling(0xb051_0e55)
}

/// How a company's number is compared: without spaces, in capitals.
pub(crate) fn key_of(identifier: &str) -> String {
    identifier
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect()
}

/// What identifies a company of which perhaps only the name is known.
pub(crate) fn key_of_party(party: &CounterpartyInput) -> Option<String> {
    [&party.identifier, &party.vat_number, &party.name]
        .into_iter()
        .flatten()
        .map(|text| key_of(text))
        .find(|key| !key.is_empty())
}

/// The kind of a number that was given without it.
pub(crate) fn kind_of(identifier: &str) -> IdentifierType {
    let key = key_of(identifier);
    let digits = key.chars().all(|c| c.is_ascii_digit());
    match (digits, key.len()) {
        (true, 14) => IdentifierType::Siret,
        (true, 8) => IdentifierType::Kvk,
        (true, _) => IdentifierType::Siren,
        (false, _) if key.chars().take(2).all(|c| c.is_ascii_alphabetic()) => {
            IdentifierType::VatNumber
        }
        (false, _) => IdentifierType::Cif,
    }
}

impl World {
    /// Duplicate POST /borrowers: the existing borrower, as it is.
    pub(crate) fn create_borrower(
        &mut self,
        mut body: CreateBorrower,
        now: Timestamp,
    ) -> Result<No, Refusal> {
        let key = key_of(body.identifier.as_deref().unwrap_or_default());
        if key.is_empty() {
            return Err(Refusal::invalid("identifier", "must not be empty"));
        }
        if body.identifier_type == Some(IdentifierType::Name) {
            let reason = "a borrower is not identified by its name";
            return Err(Refusal::invalid("identifier_type", reason));
        }
        if let Some(known) = self.borrower_keys.get(&key) {
            return match self.settings.duplicate_borrower {
                Duplicate::Existing => Ok(*known),
                Duplicate::Refuse => {
                    Err(Refusal::State("the borrower is there already".to_owned()))
                }
            };
        }
        self.check_room(self.borrowers.len() as usize, "borrowers")?;
        let mut wrong = Vec::new();
        let owner = body.owner.as_ref().and_then(|owner| owner.email.as_deref());
        check_email("owner.email", owner, &mut wrong);
        for (index, director) in body.directors.iter().enumerate() {
            let name = format!("directors[{index}].business_email");
            check_email(&name, director.business_email.as_deref(), &mut wrong);
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        if let Some(number) = &body.account_number {
            let Some(account) = BankAccount::new(number.expose(), None) else {
                return Err(Refusal::invalid("account_number", "must be an IBAN"));
            };
            self.check_iban(&account.iban, &[&key])?;
            self.claim_iban(&account.iban, &key);
        }
        // The scans are not shown again, only heavy.
        if let Some(owner) = &mut body.owner {
            owner.identity_documents = None;
        }
        Ok(self.add_borrower(key, body, now))
    }

    pub(super) fn add_borrower(
        &mut self,
        key: String,
        input: CreateBorrower,
        now: Timestamp,
    ) -> No {
        let id = self.new_id();
        let signed_at = input.signed_at.map(|at| at.get());
        let no = self.borrowers.push(
            id,
            now,
            Borrower {
                key: key.clone(),
                input,
                signed_at: None,
                deactivated: false,
                is_refused: false,
                loans: Vec::new(),
                credit_line: None,
                owners: Vec::new(),
                methods: vec![RepaymentMethod::transfer()],
            },
        );
        self.borrower_keys.insert(key, no);
        self.businesses
            .insert(business_of(id), Company::Borrower(no));
        self.notify_product(no, WebhookEventType::BorrowerFinancialProductCreated, now);
        if let Some(signed_at) = signed_at {
            self.make_ready(no, signed_at, now);
        }
        no
    }

    fn notify_product(&mut self, no: No, event: WebhookEventType, at: Timestamp) {
        let borrower = &self.borrowers[no].value;
        let status = borrower.product_status();
        self.notify(
            at,
            &event,
            Entity::FinancialProduct(no),
            status.as_str(),
            None,
        );
    }

    /// Records the signature; signing again changes nothing.
    pub(crate) fn sign(&mut self, no: No, at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        let borrower = &self.borrowers[no].value;
        if borrower.deactivated {
            return Err(Refusal::State("the borrower is DEACTIVATED".to_owned()));
        }
        if borrower.signed_at.is_none() {
            self.make_ready(no, at, now);
            // Requests that waited for the signature are decided now.
            for loan in self.borrowers[no].value.loans.clone() {
                self.plan(loan, now);
            }
        }
        Ok(())
    }

    fn make_ready(&mut self, no: No, signed_at: Timestamp, now: Timestamp) {
        let id = self.new_id();
        let line = self.credit_lines.push(id, now, CreditLine { borrower: no });
        let borrower = &mut self.borrowers[no].value;
        borrower.signed_at = Some(signed_at);
        borrower.credit_line = Some(line);
        let (pool, available) = (Account::Pool(no), Account::Available(no));
        self.ledger
            .shift(now, pool, available, self.settings.facility);
        let created = WebhookEventType::CreditLineCreated;
        self.notify(now, &created, Entity::CreditLine(no), "", None);
        self.notify_product(no, WebhookEventType::BorrowerFinancialProductUpdated, now);
    }

    /// The checks of a borrower (KYB) end in a refusal; requests still
    /// undecided are declined.
    pub(crate) fn refuse_borrower(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let borrower = &mut self.borrowers[no].value;
        if borrower.is_barred() {
            let detail = "the borrower is refused or DEACTIVATED already";
            return Err(Refusal::State(detail.to_owned()));
        }
        borrower.is_refused = true;
        self.notify_product(no, WebhookEventType::BorrowerFinancialProductUpdated, now);
        for loan in self.borrowers[no].value.loans.clone() {
            self.plan(loan, now);
        }
        Ok(())
    }

    /// Switches a borrower off; requests still undecided are declined.
    pub(crate) fn deactivate(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let borrower = &mut self.borrowers[no].value;
        if borrower.deactivated {
            return Err(Refusal::State("the borrower is DEACTIVATED".to_owned()));
        }
        borrower.deactivated = true;
        self.notify_product(no, WebhookEventType::BorrowerFinancialProductUpdated, now);
        for loan in self.borrowers[no].value.loans.clone() {
            self.plan(loan, now);
        }
        Ok(())
    }

    /// Adds an owner. The scans are checked for and not kept.
    pub(crate) fn add_owner(&mut self, no: No, body: CreateOwner) -> Result<Owner, Refusal> {
        if self.borrowers[no].value.deactivated {
            return Err(Refusal::State("the borrower is DEACTIVATED".to_owned()));
        }
        let mut wrong: Vec<InvalidParam> = Vec::new();
        for (name, text) in [
            ("first_name", &body.first_name),
            ("last_name", &body.last_name),
        ] {
            if text.as_deref().unwrap_or_default().trim().is_empty() {
                wrong.push(invalid(name, "must not be empty"));
            }
        }
        check_email("email", body.email.as_deref(), &mut wrong);
        // READ: the front side is mandatory.
        if body
            .identity_documents
            .is_some_and(|scans| scans.identity_document_front.is_none())
        {
            let name = "identity_documents.identity_document_front";
            wrong.push(invalid(name, "is missing"));
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let owner = Owner {
            id: self.new_id(),
            email: body.email,
            phone_number: body.phone_number,
        };
        self.borrowers[no].value.owners.push(owner.clone());
        Ok(owner)
    }

    pub(crate) fn borrower_by_identifier(&self, identifier: &str) -> Option<No> {
        self.borrower_keys.get(&key_of(identifier)).copied()
    }

    /// One IBAN belongs to one company: refused when it is another's than
    /// these.
    pub(super) fn check_iban(&self, iban: &str, owners: &[&str]) -> Result<(), Refusal> {
        match self.ibans.get(iban) {
            Some(_) if !self.settings.one_iban_one_company => Ok(()),
            Some(owner) if !owners.contains(&&**owner) => Err(Refusal::State(format!(
                "the account {} belongs to another company: one IBAN is for one counterparty or borrower only",
                mask_account(iban)
            ))),
            _ => Ok(()),
        }
    }

    /// Who the IBAN belongs to from now on, unless it belongs to someone.
    pub(super) fn claim_iban(&mut self, iban: &str, owner: &str) -> Box<str> {
        self.ibans
            .entry(iban.into())
            .or_insert_with(|| owner.into())
            .clone()
    }

    /// What is left for a borrower to ask for.
    pub(crate) fn available(&self, borrower: No) -> i64 {
        self.ledger.balance(Account::Available(borrower))
    }
}
