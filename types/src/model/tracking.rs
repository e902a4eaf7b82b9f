//! What a tracker is asked and what it tells: no objects of the API, but of the
//! library, in the same form, so that every language has them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::{Account, Currency, LoanStatus, WebhookEventType};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{Cents, LoanId, SecretUrl, Timestamp};

model! {
    /// Something that is new about an object a tracker follows.
    pub struct TrackedChange = "~" {
        /// Its place in the order of all changes of the store; grows, not without gaps.
        seq: Option<i64> = required,
        /// When it was recorded.
        recorded_at: Option<Timestamp> = required,
        /// What kind of change.
        kind: Option<TrackedChangeKind> = required,
        /// Of what: `loan`, `payment`, `invoice`, `installment`, `credit_line` or `other`.
        entity: Option<String> = required,
        /// The object's id.
        id: Option<String> = required,
        /// The loan it concerns, where that is known.
        loan_id: Option<LoanId>,
        /// It happened then at the earliest.
        earliest: Option<Timestamp> = required,
        /// It happened then at the latest.
        latest: Option<Timestamp> = required,
        /// Where it is known from: `answer`, `poll`, `webhook`, `loan_events`, `adopted` or `inferred`.
        source: Option<String> = required,
        /// Of `appeared` and `passed`: the status.
        status: Option<String>,
        /// Of `moved`: the status left. Of `field`: the value it had, cents where it is an amount.
        from: Option<Value>,
        /// Of `moved`: the status entered. Of `field`: the value it has.
        to: Option<Value>,
        /// Of `field`: its name on the wire. Of `alert`: which one.
        name: Option<String>,
        /// Of `passed`: whether it was not seen, but follows from what was.
        inferred: Option<bool>,
        /// Of `ambiguous`: the statuses it may be; none where the fields are in doubt.
        statuses: Vec<String>,
        /// Of `anomaly`: what does not go together.
        anomaly: Option<String>,
        /// Of `alert`: whether it begins; otherwise it is over.
        raised: Option<bool>,
        /// Of `alert`: the date, the payment or the status that it is about.
        about: Option<String>,
    }

    /// The next change of a consumer, if there is one by now.
    pub struct NextChange = "~" {
        /// The change; nothing where there is none yet.
        change: Option<TrackedChange>,
    }

    /// What a pass of a tracker found.
    pub struct SyncReport = "~" {
        /// What changed, in the order it was recorded.
        changes: Vec<TrackedChange> = required,
        /// How many requests it took.
        requests: Option<i64> = required,
        /// Whether every open loan was read.
        full: Option<bool> = required,
    }

    /// What became of changes whose answer nobody had.
    pub struct SettleReport = "~" {
        /// Changes that were made.
        done: Option<i64> = required,
        /// Changes that were refused.
        refused: Option<i64> = required,
        /// Changes of which it is still not known.
        open: Option<i64> = required,
    }

    /// An object that belongs to a loan, as a tracker knows it.
    pub struct TrackedObject = "~" {
        /// `payment`, `invoice`, `installment` or `credit_line`.
        entity: Option<String> = required,
        /// Its id.
        id: Option<String> = required,
        /// Its status, where one was seen.
        status: Option<String>,
        /// Its fields by their names on the wire, as they were last read; amounts in cents.
        facts: Option<Map<String, Value>> = required,
    }

    /// What a client may do with a loan now, or why not.
    pub struct LoanPermission = "~" {
        /// `validate`, `cancel`, `edit`, `set_repayment_terms`, `postpone` or `repay`.
        action: Option<String> = required,
        /// Whether it is allowed.
        is_allowed: Option<bool> = required,
        /// Why not, where it is not.
        refusal: Option<String>,
        /// How well the rule is known: `documented`, or `inferred`: the server decides.
        evidence: Option<String> = required,
        /// Until when it is allowed, where that is known.
        until: Option<Timestamp>,
        /// The latest date that may be asked for.
        latest: Option<Timestamp>,
        /// The fields that may be given, by their names on the wire; of `repay`: those of the loan that say where to.
        fields: Vec<String>,
    }

    /// A loan as a tracker knows it, without asking the server.
    pub struct TrackedLoan = "~" {
        /// The loan's id.
        id: Option<LoanId> = required,
        /// Its status, where one was seen.
        status: Option<LoanStatus>,
        /// The statuses it may be, where what was seen does not decide.
        ambiguous: Vec<String>,
        /// What was seen of it and does not go together.
        anomalies: Vec<String>,
        /// It is in its status since then at the earliest.
        since_earliest: Option<Timestamp>,
        /// It is in its status since then at the latest.
        since_latest: Option<Timestamp>,
        /// When its status was last seen.
        last_seen: Option<Timestamp>,
        /// How its status came to be known: `answer`, `poll`, `webhook`, `loan_events`, `adopted` or `inferred`.
        source: Option<String>,
        /// When it is read again at the latest, by what waits or runs on this tracker; nothing where nothing does.
        next_look: Option<Timestamp>,
        /// Principal that is not repaid, in cents; nothing before the payout.
        outstanding: Option<Cents>,
        /// When the next repayment is due.
        next_due: Option<Timestamp>,
        /// Interest up to today, in cents; nothing where `money_gap` says why.
        interest_to_date: Option<Cents>,
        /// Interest up to the maturity, in cents.
        interest_at_maturity: Option<Cents>,
        /// What would repay it today, in cents: principal and interest that is not paid.
        payoff: Option<Cents>,
        /// Why the interest is not known, such as that the product's rate was not read.
        money_gap: Option<String>,
        /// What a client may do with it now: the names of those of `actions` that are allowed.
        allowed_actions: Vec<String> = required,
        /// Every action, with its reason.
        actions: Vec<LoanPermission> = required,
        /// Its fields by their names on the wire, as they were last read; amounts in cents.
        facts: Option<Map<String, Value>> = required,
        /// Its payments, invoice and installments.
        related: Vec<TrackedObject> = required,
    }

    /// Sums of one currency in a book of loans, in cents.
    pub struct CurrencyTotals = "~" {
        /// How many loans owe principal.
        owing: Option<i64> = required,
        /// The principal they owe.
        outstanding: Option<Cents> = required,
        /// What of it is due within the days asked for.
        due: Option<Cents> = required,
        /// What of it is past its date, agreed or postponed.
        overdue: Option<Cents> = required,
        /// What of it is past its contractual date: late, as Defacto counts.
        late: Option<Cents> = required,
        /// How many loans that are.
        late_loans: Option<i64> = required,
        /// Interest to come if everything is repaid on time.
        fees_expected: Option<Cents> = required,
        /// Interest that is paid.
        fees_paid: Option<Cents> = required,
    }

    /// Principal that is due on a day.
    pub struct DueDay = "~" {
        /// The day (UTC).
        day: Option<Date> = required,
        /// The currency; empty where none was told.
        currency: Option<String> = required,
        /// Of how many loans.
        loans: Option<i64> = required,
        /// In cents.
        outstanding: Option<Cents> = required,
    }

    /// What the loans of a tracker come to.
    pub struct TrackedPortfolio = "~" {
        /// When.
        at: Option<Timestamp> = required,
        /// How many days ahead `due` and `dues` look.
        days: Option<i64> = required,
        /// How many loans there are.
        loans: Option<i64> = required,
        /// How many are in which status.
        by_status: BTreeMap<String, i64> = required,
        /// The sums by currency.
        totals: BTreeMap<String, CurrencyTotals> = required,
        /// What is due on which day, by day and currency.
        dues: Vec<DueDay> = required,
    }

    /// An alert that is raised.
    pub struct TrackedAlert = "~" {
        /// `due_soon`, `fallen_due`, `late`, `payment_failed`, `stuck`, `credit_low` or `anomaly`.
        name: Option<String> = required,
        /// Of what: `loan` or `credit_line`.
        entity: Option<String> = required,
        /// The object's id.
        id: Option<String> = required,
        /// The date, the payment or the status that it is about.
        about: Option<String>,
    }

    /// A field that is not what the store has.
    pub struct FieldDifference = "~" {
        /// The kind and id of the object.
        of: Option<String> = required,
        /// The field's name on the wire.
        field: Option<String> = required,
        /// What the store has.
        store: Option<Value>,
        /// What the server says.
        server: Option<Value>,
    }

    /// Two sums that should be one.
    pub struct MoneyImbalance = "~" {
        /// The loan's id.
        loan: Option<LoanId> = required,
        /// What does not add up.
        of: Option<String> = required,
        /// What the loan says, in cents.
        told: Option<Cents> = required,
        /// What it should be by the parts, in cents.
        parts: Option<Cents> = required,
    }

    /// Everything the server lists against the store.
    pub struct ReconcileReport = "~" {
        /// When it began.
        at: Option<Timestamp> = required,
        /// Loans that the server listed.
        loans: Option<i64> = required,
        /// Payments that it listed.
        payments: Option<i64> = required,
        /// How many requests it took.
        requests: Option<i64> = required,
        /// Whether nothing is missing, extra or different, and all money adds up.
        is_clean: Option<bool> = required,
        /// Loans and payments that the store has not.
        missing: Vec<String> = required,
        /// Loans and payments that the store has and the server did not list.
        unlisted: Vec<String> = required,
        /// Fields and statuses that differ.
        differing: Vec<FieldDifference> = required,
        /// Money that does not add up, by what the server says.
        imbalances: Vec<MoneyImbalance> = required,
        /// Objects of which the store was given what the server says.
        adopted: Option<i64> = required,
    }

    /// What a tracker let go of.
    pub struct PurgeReport = "~" {
        /// Loans of which only a row of sums is left.
        loans: Option<i64> = required,
        /// Changes of these loans and of what belonged to them.
        changes: Option<i64> = required,
        /// Notifications.
        notifications: Option<i64> = required,
        /// Settled intents.
        intents: Option<i64> = required,
        /// Of `purge`: loans that are old enough and stay, since not every consumer has acknowledged all of their changes.
        kept: Option<i64> = required,
        /// Of `purge`: how many of these wait for which consumer.
        waiting: BTreeMap<String, i64> = required,
    }

    /// A change that was meant to be made, as it was written down; without its body.
    pub struct TrackedIntent = "~" {
        /// Its id, made by the tracker.
        id: Option<String> = required,
        /// The operation, such as `loans.create`.
        operation: Option<String> = required,
        /// The idempotency key, where the operation has one.
        salt_id: Option<String>,
        /// Who meant it, as the tracker was told.
        actor: Option<String>,
        /// When it was written down.
        made_at: Option<Timestamp> = required,
        /// `open`, `done` or `refused`.
        state: Option<String> = required,
        /// How often settling it was tried.
        attempts: Option<i64> = required,
        /// The id of what it made, or of what it changes.
        subject: Option<String>,
        /// Why it was refused, or what was in the way last.
        reason: Option<String>,
    }

    /// What settles a loan, as it was just read, and where to pay it.
    pub struct LoanPayoff = "~" {
        /// The loan's id.
        loan_id: Option<LoanId> = required,
        /// The day it is settled on (UTC).
        on: Option<Date> = required,
        /// The currency of the amounts.
        currency: Option<Currency>,
        /// Principal that is not repaid, in cents.
        outstanding: Option<Cents> = required,
        /// Interest from the payout to that day, paid or not, in cents.
        interest: Option<Cents> = required,
        /// Interest that is paid, in cents.
        paid_interest: Option<Cents> = required,
        /// What settles the loan on that day, in cents: principal and interest that is not paid.
        payoff: Option<Cents> = required,
        /// The day it is to be repaid, as agreed.
        matures_on: Option<Date> = required,
        /// The account a repayment is paid to.
        repayment_to: Option<Account>,
        /// The references that make a repayment known for what it is.
        repayment_to_references: Vec<String> = required,
        /// The later day that was asked about.
        postponed_to: Option<Date>,
        /// What it costs more to repay on that day than as agreed, in cents.
        cost_of_postponing: Option<Cents>,
    }

    /// How a tracker is.
    pub struct TrackerHealth = "~" {
        /// When the last pass that read every open loan began.
        last_full_pass: Option<Timestamp>,
        /// When the next partial pass begins to look from.
        last_pass: Option<Timestamp>,
        /// Changes of which it is not known whether they were made, 1,000 at most.
        open_intents: Option<i64> = required,
        /// Notifications that are stored and not read, 1,000 at most.
        unread_notifications: Option<i64> = required,
        /// When the last notification came that was read.
        last_notification: Option<Timestamp>,
        /// Since when passes have found what no notification told of; nothing while they come, or none is expected.
        silent_since: Option<Timestamp>,
        /// When the pass that is under way began.
        pass_began: Option<Timestamp>,
        /// Pages it has read so far.
        pass_requests: Option<i64>,
        /// Loans, payments and events on these pages.
        pass_items: Option<i64>,
        /// Notifications that were stored, since the tracker was opened.
        stored: Option<i64> = required,
        /// Notifications that were refused for their token or their size.
        refused: Option<i64> = required,
        /// Notifications that could not be stored.
        failed: Option<i64> = required,
        /// Alerts that are raised.
        alerts: Option<i64> = required,
    }

    /// A notification that is stored.
    pub struct StoredNotification = "~" {
        /// Its place in the order they came.
        seq: Option<i64> = required,
    }

    /// What to answer to a notification.
    pub struct NotificationAnswer = "~" {
        /// The HTTP status: 200 once it is stored, 401 without an accepted token, 413 where it is too large, 503 where it was not stored.
        status: Option<i64> = required,
    }

    /// What was written to a file.
    pub struct ExportReport = "~" {
        /// How many objects or changes; the headings of a table are none.
        rows: Option<i64> = required,
    }

    /// How long to wait for a consumer's next change.
    pub struct AskNextChange = "" {
        /// Whole seconds to wait where there is none yet; 0 unless set.
        wait: Option<i64>,
    }

    /// A place in the order of changes.
    pub struct AskPlace = "" {
        /// The change's `seq`.
        seq: Option<i64> = required,
    }

    /// A notification as it came.
    pub struct AskIngest = "" {
        /// The body of Defacto's request.
        notification: Option<String> = required,
        /// When it came, where that is known better than by this clock.
        received_at: Option<Timestamp>,
    }

    /// A request that Defacto sent to a subscription's address.
    pub struct AskReceive = "" {
        /// The query of the request's address, in which the token stands.
        query: Option<SecretUrl> = required,
        /// The body of the request.
        notification: Option<String> = required,
    }

    /// What a portfolio is asked for.
    pub struct AskPortfolio = "" {
        /// How many days ahead to look; 30 unless set.
        days: Option<i64>,
    }

    /// Whether to take over what the server says.
    pub struct AskReconcile = "" {
        /// Whether the store takes over what the server says; false unless set.
        fix: Option<bool>,
    }

    /// How old what is purged has to be.
    pub struct AskPurge = "" {
        /// What changed, came or was made at this instant or later stays.
        before: Option<Timestamp> = required,
    }

    /// When a loan is to be settled.
    pub struct AskPayoff = "" {
        /// On which day (UTC); today unless set.
        on: Option<Date>,
        /// The day to which the cost of postponing is asked for.
        postponed_to: Option<Date>,
    }

    /// Whom to erase.
    pub struct AskErase = "" {
        /// The borrower's company number, or its id.
        borrower: Option<String> = required,
    }

    /// What became of an intent, as a person found out.
    pub struct AskResolve = "" {
        /// Whether the change was made.
        was_made: Option<bool> = required,
        /// How it is known, such as who told it; kept with the intent.
        reason: Option<String> = required,
    }

    /// Which intents to list.
    pub struct AskIntents = "" {
        /// `open`, `done` or `refused`; `open` unless set.
        state: Option<String>,
        /// How many at most, the oldest first; 100 unless set.
        limit: Option<i64>,
    }

    /// A subscription that there should be.
    pub struct AskWebhook = "" {
        /// The subscription's name, by which it is found again.
        name: Option<String> = required,
        /// The address to notify, with the token in its query.
        to_url: Option<SecretUrl> = required,
        /// The events; all of them unless set.
        event_types: Vec<WebhookEventType>,
    }

    /// How to end.
    pub struct AskStop = "" {
        /// Whole seconds a pass that is under way may take to end; 10 unless set. Then it is left: nothing is lost, and what it was settling is settled by the next.
        timeout: Option<i64>,
    }

    /// What to write to which file.
    pub struct AskExport = "" {
        /// The file's path; its folder must be there.
        path: Option<String> = required,
        /// `jsonl` or `csv`; unless set `csv` where the path ends so, or else `jsonl`.
        format: Option<String>,
        /// `objects` or `changes`; `objects` unless set. In a table the objects are the loans; otherwise also payments, invoices, installments and credit lines.
        what: Option<String>,
        /// Whether a file that is there is replaced; false unless set.
        overwrite: Option<bool>,
    }

    /// How to go on following.
    pub struct AskRun = "" {
        /// Whole seconds between two passes; by what is open unless set.
        every: Option<i64>,
    }
}

open_enum! {
    /// Kind of a change that a tracker tells.
    pub enum TrackedChangeKind {
        /// The object is seen for the first time.
        Appeared = "appeared",
        /// The object went from one status to another.
        Moved = "moved",
        /// The object was in a status, told late or inferred.
        Passed = "passed",
        /// A field has another value.
        Field = "field",
        /// What was seen does not decide which status or which fields hold.
        Ambiguous = "ambiguous",
        /// What was ambiguous is decided.
        Decided = "decided",
        /// What cannot be was seen.
        Anomaly = "anomaly",
        /// An alert begins or is over.
        Alert = "alert",
    }
}
