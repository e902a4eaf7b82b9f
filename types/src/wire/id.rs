//! Identifiers: one type per entity, so that a borrower's id cannot be given
//! where a loan's is asked for. UUIDs today; kept as the server wrote them.

macro_rules! ids {
    ($( $(#[doc = $doc:expr])* $name:ident; )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Box<str>);

        const _: () = {
            use $crate::wire::{self as w, model as m};

            impl $name {
                /// The identifier's text.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl From<&str> for $name {
                fn from(text: &str) -> Self {
                    Self(text.into())
                }
            }

            impl From<String> for $name {
                fn from(text: String) -> Self {
                    Self(text.into())
                }
            }

            impl From<&String> for $name {
                fn from(text: &String) -> Self {
                    Self(text.as_str().into())
                }
            }

            impl From<&$name> for $name {
                fn from(id: &$name) -> Self {
                    id.clone()
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.pad(&self.0)
                }
            }

            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(&self.0)
                }
            }

            impl PartialEq<str> for $name {
                fn eq(&self, other: &str) -> bool {
                    &*self.0 == other
                }
            }

            impl PartialEq<&str> for $name {
                fn eq(&self, other: &&str) -> bool {
                    &*self.0 == *other
                }
            }

            impl serde::Serialize for $name {
                fn serialize<Z: serde::Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                    serializer.serialize_str(&self.0)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = m::Key::deserialize(deserializer)?;
                    Ok(Self(text.0.as_ref().into()))
                }
            }

            impl w::Wire for $name {
                #[cfg(feature = "schema")]
                fn shape() -> $crate::schema::Shape {
                    $crate::schema::Shape::Id(stringify!($name))
                }
            }

            impl w::Slot for $name {
                type Value = Self;
                const REQUIRED: bool = true;
                fn vacant() -> Self {
                    Self(Box::default())
                }
                fn fill(&mut self, value: Self) {
                    *self = value;
                }
                fn view(&self) -> Option<&Self> {
                    (!self.0.is_empty()).then_some(self)
                }
            }

            impl w::IntoField<$name> for $name {
                fn into_field(self) -> w::Field<Self> {
                    w::Field::Value(self)
                }
            }

            impl w::IntoField<$name> for &$name {
                fn into_field(self) -> w::Field<$name> {
                    w::Field::Value(self.clone())
                }
            }

            impl w::IntoField<$name> for &str {
                fn into_field(self) -> w::Field<$name> {
                    w::Field::Value(self.into())
                }
            }

            impl w::IntoField<$name> for String {
                fn into_field(self) -> w::Field<$name> {
                    w::Field::Value(self.into())
                }
            }
        };
    )*};
}

ids! {
    /// Identifies a bank account known to Defacto.
    AccountId;
    /// Identifies an upload batch of shared business data.
    BatchId;
    /// Identifies a fee bill.
    BillId;
    /// Identifies a borrower; not the same as the company's business id.
    BorrowerId;
    /// Identifies a borrower's enrolment in a financial product.
    BorrowerFinancialProductId;
    /// Identifies a company as such, whatever roles it has.
    BusinessId;
    /// Identifies a payment card.
    CardId;
    /// Identifies a contract.
    ContractId;
    /// Identifies a counterparty (buyer or seller).
    CounterpartyId;
    /// Identifies a credit line.
    CreditLineId;
    /// Identifies a deposit that secures a loan.
    DepositId;
    /// Identifies a document attached to a loan.
    DocumentId;
    /// Identifies an entry of the accounting feed.
    EventId;
    /// Identifies a financial product.
    FinancialProductId;
    /// Identifies one installment of a plan.
    InstallmentId;
    /// Identifies an installment plan.
    InstallmentPlanId;
    /// Identifies an invoice.
    InvoiceId;
    /// Identifies a loan.
    LoanId;
    /// Identifies an onboarding.
    OnboardingId;
    /// Identifies a person: a director, an owner, a user.
    PersonId;
    /// Identifies a payment, i.e. money that moves.
    PaymentId;
    /// Identifies a payment intent, i.e. money planned to move.
    PaymentIntentId;
    /// Identifies a recollection case.
    RecollectionCaseId;
    /// Identifies a referrer.
    ReferrerId;
    /// Identifies a repayment method of a borrower.
    RepaymentMethodId;
    /// Identifies a revenue share.
    RevenueShareId;
    /// Identifies a product subscription.
    SubscriptionId;
    /// Identifies an entity of a kind that has no type of its own here.
    EntityId;
    /// Identifies a webhook subscription.
    WebhookId;
}
