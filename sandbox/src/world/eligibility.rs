//! Who may borrow, who may be paid, and why not.

use defacto_types::{DefactoSegment, DenialCode};

use super::World;
use super::id::Id;
use super::party::{Company, key_of};

impl World {
    /// Whether loans with this company are accepted.
    pub(crate) fn set_eligible(&mut self, identifier: &str, eligible: bool) {
        let key = key_of(identifier);
        if eligible {
            self.ineligible.remove(&key);
        } else {
            self.ineligible.insert(key);
        }
    }

    pub(crate) fn is_eligible(&self, key: &str) -> bool {
        !self.ineligible.contains(key)
    }

    /// Why a company may not borrow; nothing when it may.
    pub(crate) fn borrower_denials(&self, identifier: &str) -> Vec<DenialCode> {
        let key = key_of(identifier);
        let mut denials = Vec::new();
        if !self.is_eligible(&key) {
            denials.push(self.settings.borrower_denial.to_wire());
        }
        if self
            .borrower_by_identifier(&key)
            .is_some_and(|no| self.borrowers[no].value.is_barred())
        {
            denials.push(DenialCode::BorrowerStatus);
        }
        denials
    }

    /// Why a company may not be paid; nothing when it may.
    pub(crate) fn beneficiary_denials(&self, identifier: &str) -> Vec<DenialCode> {
        if self.is_eligible(&key_of(identifier)) {
            Vec::new()
        } else {
            vec![DenialCode::UnauthorizedLoanPaymentBeneficiary]
        }
    }

    /// The company with this business id.
    pub(crate) fn business(&self, id: &str) -> Option<Company> {
        self.businesses.get(&Id::parse(id)?).copied()
    }

    /// The companies with this number, as borrower and as counterparty.
    pub(crate) fn companies(&self, key: &str) -> Vec<Company> {
        let borrower = self.borrower_keys.get(key).copied();
        let counterparty = self.counterparty_keys.get(key).copied();
        let mut found: Vec<_> = borrower.map(Company::Borrower).into_iter().collect();
        found.extend(counterparty.map(Company::Counterparty));
        found
    }

    /// Segment of a company: none for one that is not eligible.
    pub(crate) fn segment(&self, company: Company) -> Option<DefactoSegment> {
        let (key, segment) = match company {
            Company::Borrower(no) => (&self.borrowers[no].value.key, DefactoSegment::Cat1),
            Company::Counterparty(no) => (&self.counterparties[no].value.key, DefactoSegment::Cat2),
        };
        self.is_eligible(key).then_some(segment)
    }
}
