//! Referrers and their revenue share.

use super::{
    BusinessIdentifierRequired, BusinessIdentifierWithName, FinancialProduct, Payment,
    PaymentIntent, PublicApiAccountNumber,
};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{
    BusinessId, DailyRate, Decimal, EntityId, ReferrerId, RevenueShareId, SecretUrl, Timestamp,
};

model! {
    /// Partner or broker that brings borrowers to Defacto, with its commercial settings.
    pub struct Referrer = "ApiReferrer" {
        /// Internal id of the referrer's company.
        business_id: Option<BusinessId> = required,
        /// Registration number of the referrer's company.
        business_identifier: Option<BusinessIdentifierRequired> = required,
        /// Referral codes and revenue share settings of the referrer.
        config: Option<ReferrerConfig> = required,
        /// Distribution channel the referrer belongs to (INFERRED).
        distribution_id: Option<EntityId> = required,
        /// Financial products the referrer may offer (INFERRED).
        financial_products: Vec<FinancialProduct> = required,
        /// Unique id of the referrer.
        id: ReferrerId = required,
        /// Display name of the referrer.
        name: Option<String>,
        /// Commercial category of the referrer, such as `BROKER` or `TECH_PARTNER`.
        referrer_type: Option<ReferrerType>,
        /// Account details that receive the shared revenue (INFERRED).
        shared_to_account_detail_id: Option<EntityId>,
    }

    /// Revenue share statement: what Defacto owes a partner or broker for one period.
    pub struct RevenueShare = "ApiRevenueShare" {
        /// Link to the statement document; it may expire, so do not store it (INFERRED).
        document_url: Option<SecretUrl>,
        /// When the statement was emailed.
        email_sent_on: Option<Timestamp>,
        /// Addresses the statement was emailed to.
        email_sent_to: Vec<String>,
        /// End of the period covered.
        end_date: Option<Timestamp> = required,
        /// Unique id of the revenue share.
        id: RevenueShareId = required,
        /// Money actually sent for this share, once a payment exists (INFERRED).
        payment: Option<Payment>,
        /// Planned payment of this share (INFERRED).
        payment_intent: Option<PaymentIntent>,
        /// Company that receives the share.
        revenue_shared_with_business: Option<BusinessIdentifierWithName> = required,
        /// Start of the period covered.
        start_date: Option<Timestamp> = required,
        /// Progress of the statement: `CREATED`, `SENT_BY_EMAIL`, `PAID` or `DELETED`.
        status: RevenueShareStatus = required,
    }

    /// Remuneration scheme of a broker, with its tier (INFERRED).
    pub struct BrokerTrack = "BrokerTrack" {
        /// Level reached by the broker: `BRONZE`, `SILVER` or `GOLD`.
        tier: Option<BrokerTier> = required,
        /// What the remuneration rewards: `PRICING` or `VOLUME`.
        track: Option<BrokerTrackType> = required,
        /// Number attached to the tier; its unit is not documented.
        value: Option<Decimal>,
    }

    /// How often a revenue share statement is produced (INFERRED).
    pub struct ExecutionRule = "ExecutionRule" {
        /// Calendar unit of the schedule: `MONTHLY` or `YEARLY`.
        frequency: Option<RevenueShareFrequency>,
        /// Number of such units between two runs (INFERRED).
        interval: Option<i64> = required,
    }

    /// Commercial settings of a referrer.
    pub struct ReferrerConfig = "ReferrerConfig" {
        /// Products offered in place of the usual ones (INFERRED).
        override_financial_products_ids: Vec<EntityId>,
        /// Code currently used to attribute borrowers to the referrer.
        referral_code: Option<String> = required,
        /// Every code the referrer has had, past ones included.
        referral_codes: Vec<String>,
        /// Commercial category of the referrer, such as `BROKER` or `TECH_PARTNER`.
        referrer_type: Option<ReferrerType>,
        /// How revenue is shared with the referrer.
        revenue_share_config: Option<ReferrerRevenueShareConfig>,
    }

    /// Terms under which a referrer earns part of the revenue.
    pub struct ReferrerRevenueShareConfig = "ReferrerRevenueShareConfig" {
        /// Remuneration scheme, when the referrer is a broker.
        broker_track: Option<BrokerTrack>,
        /// How often statements are produced.
        execution_rule: Option<ExecutionRule>,
        /// Fixed part earned, presumably in percent per day (INFERRED).
        fixed_daily_rate: Option<DailyRate>,
        /// Loans requested after this moment do not count (INFERRED).
        max_loan_submitted_at: Option<Timestamp>,
        /// Loans requested before this moment do not count (INFERRED).
        min_loan_submitted_at: Option<Timestamp>,
        /// Addresses that receive the statements (INFERRED).
        revenue_share_notification_emails: Vec<String> = required,
        /// Part of the revenue that is shared; whether a fraction or percent is undocumented.
        revenue_share_rate: Option<Decimal>,
        /// Scheme in force: broker, partner or referral code.
        revenue_share_type: Option<RevenueShareType> = required,
        /// Account that receives the shared revenue.
        shared_to_account: Option<PublicApiAccountNumber> = required,
        /// How long revenue is shared, such as `TWELVE_MONTHS`.
        sharing_duration: Option<RevenueSharingDuration>,
        /// Account on the platform the terms apply to (INFERRED).
        tenant_name: Option<String>,
        /// True when the shared amounts include VAT (INFERRED).
        vat_included: Option<bool> = required,
    }
}

open_enum! {
    /// Stage of a referrer's revenue share.
    pub enum RevenueShareStatus {
        /// The share was computed (INFERRED).
        Created = "CREATED",
        /// The share was announced by email (INFERRED).
        SentByEmail = "SENT_BY_EMAIL",
        /// The share was paid (INFERRED).
        Paid = "PAID",
        /// The share was removed (INFERRED).
        Deleted = "DELETED",
    }

    /// Reason for sharing revenue. The meanings are read from the names (INFERRED).
    pub enum RevenueShareType {
        /// A broker brought the borrower.
        BrokerRevenueShare = "BROKER_REVENUE_SHARE",
        /// A partner brought the borrower.
        PartnerRevenueShare = "PARTNER_REVENUE_SHARE",
        /// A referral code brought the borrower.
        ReferralCodeRevenueShare = "REFERRAL_CODE_REVENUE_SHARE",
    }

    /// How long revenue is shared. The default is SIX_MONTHS.
    pub enum RevenueSharingDuration {
        /// For 6 months.
        SixMonths = "SIX_MONTHS",
        /// For 12 months.
        TwelveMonths = "TWELVE_MONTHS",
        /// For 24 months.
        TwentyFourMonths = "TWENTY_FOUR_MONTHS",
        /// Without an end.
        Forever = "FOREVER",
    }

    /// Unit in which the revenue share interval is counted. The default is MONTHLY.
    pub enum RevenueShareFrequency {
        /// The interval counts months (INFERRED).
        Monthly = "MONTHLY",
        /// The interval counts years (INFERRED).
        Yearly = "YEARLY",
    }

    /// Kind of a referrer. The meanings are read from the names (INFERRED).
    pub enum ReferrerType {
        /// A broker.
        Broker = "BROKER",
        /// A trial with the core offer.
        CorePoc = "CORE_POC",
        /// A distributor.
        Distributor = "DISTRIBUTOR",
        /// A brokerage office in the Liquid programme.
        LiquidBrokersCab = "LIQUID_BROKERS_CAB",
        /// A broker network in the Liquid programme.
        LiquidBrokerNetwork = "LIQUID_BROKER_NETWORK",
        /// A corporate finance adviser in the Liquid programme.
        LiquidCorporateFinance = "LIQUID_CORPORATE_FINANCE",
        /// An external finance director in the Liquid programme.
        LiquidDafConsultant = "LIQUID_DAF_CONSULTANT",
        /// An accountant in the Liquid programme.
        LiquidEc = "LIQUID_EC",
        /// A technical partner with a mixed offer.
        TechHybrid = "TECH_HYBRID",
        /// A technical partner in the Liquid programme.
        TechLiquid = "TECH_LIQUID",
        /// A technical partner.
        TechPartner = "TECH_PARTNER",
    }

    /// Rank of a broker (INFERRED).
    pub enum BrokerTier {
        /// Lowest rank (INFERRED).
        Bronze = "BRONZE",
        /// Middle rank (INFERRED).
        Silver = "SILVER",
        /// Highest rank (INFERRED).
        Gold = "GOLD",
    }

    /// What a broker's rank is based on (INFERRED).
    pub enum BrokerTrackType {
        /// The price offered (INFERRED).
        Pricing = "PRICING",
        /// The volume brought (INFERRED).
        Volume = "VOLUME",
    }
}
