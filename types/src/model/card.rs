//! Payment cards.

use serde_json::{Map, Value};

use crate::wire::model::model;
use crate::wire::{CardId, Cents, Secret, Timestamp};

model! {
    /// A payment card linked to the account, with its balance and spending limits.
    pub struct Card = "ApiCard" {
        /// Credit used and left on the card (INFERRED).
        balance: Option<CreditBalance> = required,
        /// Card network (INFERRED).
        brand: Option<String> = required,
        /// Kind of card, for instance virtual (INFERRED).
        card_type: Option<String>,
        /// Spending limits set on the card (INFERRED).
        constraints: Option<Map<String, Value>> = required,
        /// Currency the card is run in.
        currency: Option<String> = required,
        /// Given name of the holder.
        first_name: Option<String>,
        /// Unique id of the card.
        id: CardId = required,
        /// Final four digits of the number.
        last4: Option<String> = required,
        /// Family name of the holder.
        last_name: Option<String>,
        /// Id of the account at the card provider.
        provider_account_id: Option<String>,
        /// Id of the card at the card provider.
        provider_card_id: Option<String>,
        /// State of the card, such as `active` (INFERRED).
        status: Option<String> = required,
    }

    /// One movement on a card.
    pub struct CardEntry = "ApiCardEntry" {
        /// Value charged to the card, in cents (INFERRED).
        amount: Option<Cents> = required,
        /// When the movement was recorded.
        created: Option<Timestamp> = required,
        /// Currency charged to the card.
        currency: Option<String> = required,
        /// Nature of the ledger line (INFERRED).
        entry_type: Option<String>,
        /// Obligation funding the movement (INFERRED).
        funding_obligation_id: Option<String>,
        /// Unique id of the movement.
        id: Option<String> = required,
        /// Value in the currency of the merchant, in minor units (INFERRED).
        merchant_amount: Option<Cents>,
        /// Trade of the merchant.
        merchant_category: Option<String> = required,
        /// Currency the merchant charged in.
        merchant_currency: Option<String>,
        /// Merchant paid.
        merchant_name: Option<String> = required,
        /// Nature of the transaction, such as a purchase or refund (INFERRED).
        transaction_type: Option<String> = required,
    }

    /// Room left to borrow and what is already taken.
    pub struct CreditBalance = "CreditBalance" {
        /// Amount that can still be borrowed, in cents.
        available: Option<Cents> = required,
        /// Amount left once pending loans are also taken into account, in cents (INFERRED).
        available_including_pending: Option<Cents>,
        /// ISO 4217 code of the amounts.
        currency: Option<String> = required,
        /// Amount held by loans not decided yet, in cents (INFERRED).
        pending: Option<Cents>,
        /// Amount currently borrowed, in cents (INFERRED).
        used: Option<Cents> = required,
    }

    /// Short-lived secret that lets an app show the details of one card (INFERRED).
    pub struct EphemeralKey = "EphemeralKeyResult" {
        /// Secret to hand to the card provider's client library (INFERRED).
        ephemeral_key_secret: Option<Secret> = required,
        /// Id of the account at the card provider.
        provider_account_id: Option<String> = required,
        /// Id of the card at the card provider.
        provider_card_id: Option<String> = required,
        /// Public key of the card provider's account (INFERRED).
        publishable_key: Option<String> = required,
    }

    /// Request to switch a card on or off, or to end it.
    pub struct SetCardStatus = "UpdateCardStatusRequest" {
        /// Wanted state, in lower case: `active`, `inactive` or `canceled`.
        status: Option<String> = required,
    }

    /// Query parameters of `cards.list_entries`.
    pub struct ListCardEntries = "" {
        /// Keeps transactions from this moment on.
        from_date: Option<Timestamp>,
        /// Keeps transactions up to this moment.
        to_date: Option<Timestamp>,
    }

    /// Query parameters of `cards.export_entries`.
    pub struct ExportCardEntries = "" {
        /// Start of the export. Needs to_date as well.
        from_date: Option<Timestamp>,
        /// Month to export, written YYYY-MM. Use it instead of the two dates.
        period: Option<String>,
        /// End of the export. Needs from_date as well.
        to_date: Option<Timestamp>,
    }
}

model! {
    /// What `cards.create_ephemeral_key` sends, form-encoded.
    pub struct EphemeralKeyInput = "" {
        /// The one-time value made by the card provider's library on the device.
        nonce: Option<Secret> = required,
    }
}
