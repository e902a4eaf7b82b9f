//! The names of the fields that are kept.

/// Declares names, in their order; which are of instants.
macro_rules! names {
    ($($name:ident $text:literal $($instant:ident)?,)*) => {
        /// The name of a field that is kept of some object, by its number.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        #[repr(u8)]
        pub(in super::super) enum Name {
            $(#[doc = $text] $name,)*
        }

        impl Name {
            /// Sorted.
            pub(super) const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name on the wire.
            pub(in super::super) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Whether it names an instant.
            pub(super) fn is_instant(self) -> bool {
                match self {
                    $(Self::$name => false $(|| names!(@$instant))?,)*
                }
            }
        }
    };
    (@instant) => { true };
}

names! {
    Amount "amount",
    AmountOutstanding "amount_outstanding",
    AmountPendingValidation "amount_pending_validation",
    AvailableAmount "available_amount",
    Borrower "borrower",
    BorrowerFinancialProductId "borrower_financial_product_id",
    BorrowerId "borrower_id",
    CanRequestLoan "can_request_loan",
    ChargedBackPaymentId "charged_back_payment_id",
    ClosedAt "closed_at" instant,
    ContractualRepaymentDate "contractual_repayment_date" instant,
    Currency "currency",
    Stamp "defacto_sdk_intent",
    DenialReason "denial_reason",
    DueAt "due_at" instant,
    EndDate "end_date" instant,
    FeesDailyRate "fees_daily_rate",
    FeesEstimated "fees_estimated",
    InstallmentPlanId "installment_plan_id",
    InvoiceId "invoice_id",
    InvoiceNumber "invoice_number",
    IssuedAt "issued_at" instant,
    LoanId "loan_id",
    LoanType "loan_type",
    MaxAmount "max_amount",
    PaidAmount "paid_amount",
    PaidAt "paid_at" instant,
    PaidInterestsAmount "paid_interests_amount",
    PaymentMethod "payment_method",
    PaymentType "payment_type",
    ProductStatus "product_status",
    ProductType "product_type",
    RepaidAmount "repaid_amount",
    RepaidNominalAmount "repaid_nominal_amount",
    RepaidNominalAt "repaid_nominal_at" instant,
    RepaymentMethod "repayment_method",
    ScheduledAt "scheduled_at" instant,
    StatusReason "status_reason",
    SubmittedAt "submitted_at" instant,
    ToPayAmount "to_pay_amount",
    ToPayAt "to_pay_at" instant,
    ToRepayAt "to_repay_at" instant,
    TotalAmount "total_amount",
}

impl Name {
    /// The name that is written so, where it is one of these.
    pub(super) fn of(text: &str) -> Option<Self> {
        let at = Self::ALL.binary_search_by(|one| one.as_str().cmp(text));
        Self::numbered(at.ok()?)
    }

    pub(super) fn numbered(number: usize) -> Option<Self> {
        Self::ALL.get(number).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_their_numbers_are() {
        assert!(Name::ALL.is_sorted_by_key(|name| name.as_str()));
        for (number, name) in Name::ALL.iter().enumerate() {
            assert_eq!(number, usize::from(*name as u8), "{name:?}");
            assert_eq!(Name::of(name.as_str()), Some(*name));
        }
        assert!(Name::ALL.len() < usize::from(u8::MAX));
    }
}
