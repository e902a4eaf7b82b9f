//! Parts of answers that several resources show.

use defacto_types::{
    Account, AccountNumberType, BankIdentifierType, BusinessIdentifierRequired, Field,
    IdentifierType, IntoField, LightBusiness,
};

use crate::policy;
use crate::world::World;
use crate::world::party::{BankAccount, Company, business_of, kind_of};
use crate::world::table::No;

/// A value of a field that must be there: `null` when there is none.
pub(super) struct OrNull<T>(pub(super) Option<T>);

impl<T, I: IntoField<T>> IntoField<T> for OrNull<I> {
    fn into_field(self) -> Field<T> {
        self.0.map_or(Field::Null, IntoField::into_field)
    }
}

/// A company's number with its kind.
pub(super) fn identifier(key: &str, kind: Option<&IdentifierType>) -> BusinessIdentifierRequired {
    BusinessIdentifierRequired::new()
        .identifier(key)
        .identifier_type(self::kind(kind, key))
}

pub(super) fn account(account: &BankAccount) -> Account {
    Account::new()
        .account_number(&*account.iban)
        .account_number_type(AccountNumberType::Iban)
        .bank_identifier(account.bic.as_deref().unwrap_or(policy::BIC))
        .bank_identifier_type(BankIdentifierType::Bic)
}

/// The simulator's own account.
pub(super) fn own_account() -> Account {
    Account::new()
        .account_number(policy::OWN_ACCOUNT)
        .account_number_type(AccountNumberType::Iban)
        .bank_identifier(policy::BIC)
        .bank_identifier_type(BankIdentifierType::Bic)
}

pub(super) fn business(world: &World, company: Company) -> LightBusiness {
    match company {
        Company::Borrower(no) => {
            let row = &world.borrowers[no];
            let input = &row.value.input;
            LightBusiness::new()
                .id(business_of(row.id).to_string())
                .identifier(row.value.key.as_str())
                .identifier_type(kind(input.identifier_type.as_ref(), &row.value.key))
                .name(input.name.clone())
                .legal_form(input.legal_form.clone())
                .vat_number(input.vat_number.clone())
                .is_active(true)
        }
        Company::Counterparty(no) => {
            let row = &world.counterparties[no];
            let party = &row.value;
            LightBusiness::new()
                .id(business_of(row.id).to_string())
                .identifier(party.identifier.as_deref().unwrap_or(&party.key))
                .identifier_type(kind(party.identifier_type.as_ref(), &party.key))
                .name(party.name.as_deref())
                .vat_number(party.vat_number.as_deref())
                .address(party.address.as_deref().cloned())
                .is_active(true)
        }
    }
}

/// The kind that was given, or what the number looks like.
pub(super) fn kind(given: Option<&IdentifierType>, identifier: &str) -> IdentifierType {
    given.cloned().unwrap_or_else(|| kind_of(identifier))
}

pub(super) fn loan_id(world: &World, no: No) -> String {
    world.loans[no].id.to_string()
}
