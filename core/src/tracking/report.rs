//! What a tracker tells, in the form that every language and the command line
//! has it: flat objects of the wire's own kind.

use defacto_types as t;
use defacto_types::{Cents, LoanId, Map, Timestamp, TrackedChangeKind, Value};

use super::days::day;
use super::store::{Intent, Numbered};
use super::{
    Alert, Anomaly, ChangeKind, Entity, Fact, Facts, LoanView, MoneyGap, Permission, Portfolio,
    Purged, Reconciliation, Settled, Status, Subject, Synced, Track,
};
use crate::lifecycle::Evidence;

impl Numbered {
    /// The change as one flat object.
    #[must_use]
    pub fn report(&self) -> t::TrackedChange {
        let change = &self.change;
        let subject = &change.subject;
        let mut report = t::TrackedChange::new()
            .seq(number(self.seq))
            .recorded_at(self.recorded_at)
            .entity(subject.entity.as_str())
            .id(&subject.id)
            .earliest(change.moment.start())
            .latest(change.moment.end())
            .source(change.source.as_str());
        let loan = match subject.entity {
            Entity::Loan => Some(subject.id.as_str()),
            _ => change.loan_id.as_deref(),
        };
        if let Some(loan) = loan {
            report = report.loan_id(LoanId::from(loan));
        }
        told(report, &change.kind)
    }
}

fn told(report: t::TrackedChange, kind: &ChangeKind) -> t::TrackedChange {
    use TrackedChangeKind as Kind;
    match kind {
        ChangeKind::Appeared { status } => {
            let report = report.kind(Kind::Appeared);
            match status {
                Some(status) => report.status(status.as_str()),
                None => report,
            }
        }
        ChangeKind::Moved { from, to } => report
            .kind(Kind::Moved)
            .from(Value::from(from.as_str()))
            .to(Value::from(to.as_str())),
        ChangeKind::Passed { status, inferred } => report
            .kind(Kind::Passed)
            .status(status.as_str())
            .inferred(*inferred),
        ChangeKind::Field { name, from, to } => {
            let mut report = report.kind(Kind::Field).name(&**name);
            if let Some(from) = from {
                report = report.from(value(from));
            }
            match to {
                Some(to) => report.to(value(to)),
                None => report,
            }
        }
        ChangeKind::Ambiguous { statuses } => {
            report.kind(Kind::Ambiguous).statuses(names(statuses))
        }
        ChangeKind::Decided => report.kind(Kind::Decided),
        ChangeKind::Anomaly { anomaly } => report
            .kind(Kind::Anomaly)
            .anomaly(anomaly.to_string().as_str()),
        ChangeKind::Alert {
            name,
            raised,
            about,
        } => {
            let report = report.kind(Kind::Alert).name(name.as_str()).raised(*raised);
            match about {
                Some(about) => report.about(&**about),
                None => report,
            }
        }
    }
}

/// Changes as flat objects.
pub(crate) fn changes(changes: &[Numbered]) -> Vec<t::TrackedChange> {
    changes.iter().map(Numbered::report).collect()
}

impl Track {
    /// What is known of the object, as one flat object.
    #[must_use]
    pub fn report(&self) -> t::TrackedObject {
        let report = t::TrackedObject::new()
            .entity(self.subject().entity.as_str())
            .id(&self.subject().id)
            .facts(facts(self.facts()));
        match self.state() {
            Some(state) => report.status(state.status.as_str()),
            None => report,
        }
    }
}

impl LoanView {
    /// All that is known of the loan at an instant, as one object.
    #[must_use]
    pub fn report(&self, now: Timestamp) -> t::TrackedLoan {
        let permissions = self.actions(now);
        let allowed = permissions.iter().filter(|one| one.is_allowed());
        let allowed: Vec<String> = allowed.map(|one| one.action.as_str().to_owned()).collect();
        let mut report = t::TrackedLoan::new()
            .id(LoanId::from(self.id()))
            .allowed_actions(allowed)
            .actions(permissions.iter().map(permission).collect::<Vec<_>>())
            .facts(facts(self.facts()))
            .related(self.related().iter().map(Track::report).collect::<Vec<_>>());
        if let Some(state) = self.state() {
            let anomalies = state.anomalies.iter().map(ToString::to_string);
            report = report
                .status(state.status.as_str())
                .ambiguous(names(&state.ambiguous))
                .anomalies(anomalies.collect::<Vec<_>>())
                .since_earliest(state.since.start())
                .since_latest(state.since.end())
                .last_seen(state.seen.end());
        }
        if let Some(outstanding) = self.outstanding() {
            report = report.outstanding(outstanding);
        }
        if let Some(due) = self.next_due() {
            report = report.next_due(due);
        }
        match self.costs(now) {
            Ok([to_date, at_maturity, payoff]) => report
                .interest_to_date(to_date)
                .interest_at_maturity(at_maturity)
                .payoff(payoff),
            Err(gap) => report.money_gap(gap.to_string().as_str()),
        }
    }

    /// Interest to date and at maturity, and what settles the loan.
    fn costs(&self, now: Timestamp) -> Result<[Cents; 3], MoneyGap> {
        let money = self.money()?;
        let today = day(now);
        Ok([
            money.interest_on(today)?,
            money.interest_at_maturity()?,
            money.payoff(today)?,
        ])
    }
}

fn permission(one: &Permission) -> t::LoanPermission {
    let evidence = match one.evidence {
        Evidence::Read => "documented",
        Evidence::Inferred | Evidence::Conflict => "inferred",
    };
    let fields = one.fields.iter().map(|name| (*name).to_owned());
    let mut report = t::LoanPermission::new()
        .action(one.action.as_str())
        .is_allowed(one.is_allowed())
        .evidence(evidence)
        .fields(fields.collect::<Vec<_>>());
    if let Some(refusal) = &one.refusal {
        report = report.refusal(refusal.to_string().as_str());
    }
    if let Some(until) = one.until {
        report = report.until(until);
    }
    match one.latest {
        Some(latest) => report.latest(latest),
        None => report,
    }
}

impl Synced {
    /// The pass as one object.
    #[must_use]
    pub fn report(&self) -> t::SyncReport {
        t::SyncReport::new()
            .changes(changes(&self.changes))
            .requests(i64::from(self.requests))
            .full(self.full)
    }
}

impl Settled {
    /// What was settled, as one object.
    #[must_use]
    pub fn report(&self) -> t::SettleReport {
        t::SettleReport::new()
            .done(count(self.done))
            .refused(count(self.refused))
            .open(count(self.open))
    }
}

impl Portfolio {
    /// The sums as one object.
    #[must_use]
    pub fn report(&self) -> t::TrackedPortfolio {
        let by_status = self.by_status.iter();
        let totals = self.totals.iter().map(|(currency, sums)| {
            let sums = t::CurrencyTotals::new()
                .owing(number(sums.owing))
                .outstanding(sums.outstanding)
                .due(sums.due)
                .overdue(sums.overdue)
                .late(sums.late)
                .late_loans(number(sums.late_loans))
                .fees_expected(sums.fees_expected)
                .fees_paid(sums.fees_paid);
            (currency.clone(), sums)
        });
        let dues = self.dues.iter().map(|due| {
            t::DueDay::new()
                .day(due.day)
                .currency(&due.currency)
                .loans(number(due.loans))
                .outstanding(due.outstanding)
        });
        t::TrackedPortfolio::new()
            .at(self.at)
            .days(i64::from(self.days))
            .loans(number(self.loans))
            .by_status(
                by_status
                    .map(|(status, loans)| (status.clone(), number(*loans)))
                    .collect::<std::collections::BTreeMap<_, _>>(),
            )
            .totals(totals.collect::<std::collections::BTreeMap<_, _>>())
            .dues(dues.collect::<Vec<_>>())
    }
}

impl Reconciliation {
    /// The comparison as one object.
    #[must_use]
    pub fn report(&self) -> t::ReconcileReport {
        let differing = self.differing.iter().map(|one| {
            let mut report = t::FieldDifference::new().of(&one.of).field(&one.field);
            if let Some(store) = &one.store {
                report = report.store(value(store));
            }
            match &one.server {
                Some(server) => report.server(value(server)),
                None => report,
            }
        });
        let imbalances = self.imbalances.iter().map(|one| {
            t::MoneyImbalance::new()
                .loan(LoanId::from(one.loan.as_str()))
                .of(one.of.as_str())
                .told(one.told)
                .parts(one.parts)
        });
        t::ReconcileReport::new()
            .at(self.at)
            .loans(number(self.loans))
            .payments(number(self.payments))
            .requests(i64::from(self.requests))
            .is_clean(self.is_clean())
            .missing(self.missing.clone())
            .unlisted(self.extra.clone())
            .differing(differing.collect::<Vec<_>>())
            .imbalances(imbalances.collect::<Vec<_>>())
            .adopted(number(self.adopted))
    }
}

impl Purged {
    /// What was let go of, as one object.
    #[must_use]
    pub fn report(&self) -> t::PurgeReport {
        let waiting = self.waiting.iter();
        let waiting = waiting.map(|(consumer, loans)| (consumer.clone(), number(*loans)));
        t::PurgeReport::new()
            .loans(number(self.loans))
            .changes(number(self.changes))
            .notifications(number(self.notifications))
            .intents(number(self.intents))
            .kept(number(self.kept))
            .waiting(waiting.collect::<std::collections::BTreeMap<_, _>>())
    }
}

impl Intent {
    /// The intent without its body, which holds account numbers.
    #[must_use]
    pub fn report(&self) -> t::TrackedIntent {
        let outcome = self.outcome.as_ref();
        let reason = outcome.and_then(|outcome| outcome.reason.as_ref());
        let mut report = t::TrackedIntent::new()
            .id(&self.id)
            .operation(&self.operation)
            .made_at(self.made_at)
            .state(self.state.as_str())
            .attempts(i64::from(self.attempts));
        if let Some(salt) = &self.salt {
            report = report.salt_id(salt);
        }
        if let Some(actor) = &self.actor {
            report = report.actor(actor);
        }
        // What it is to change is known before it is settled; what it makes is not.
        let changed = self.params.first().map(|(_, id)| id);
        let made = outcome.and_then(|outcome| outcome.subject.as_ref());
        if let Some(subject) = made.or(changed) {
            report = report.subject(subject);
        }
        match reason.or(self.obstacle.as_ref()) {
            Some(reason) => report.reason(reason),
            None => report,
        }
    }
}

/// An alert and what it is of.
pub(crate) fn alert(subject: &Subject, alert: &Alert) -> t::TrackedAlert {
    let report = t::TrackedAlert::new()
        .name(alert.name.as_str())
        .entity(subject.entity.as_str())
        .id(&subject.id);
    match &alert.about {
        Some(about) => report.about(&**about),
        None => report,
    }
}

impl std::fmt::Display for Anomaly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AfterEnd { end, seen } => write!(f, "{seen} was seen after {end}, which stands"),
            Self::Unreachable { from, to } => {
                write!(f, "{to} was seen after {from}, which does not lead there")
            }
        }
    }
}

fn facts(facts: Option<&Facts>) -> Map<String, Value> {
    let fields = facts.into_iter().flat_map(Facts::iter);
    fields
        .map(|(name, fact)| (name.to_owned(), value(&fact)))
        .collect()
}

fn value(fact: &Fact) -> Value {
    match fact {
        Fact::Number(number) => (*number).into(),
        Fact::Text(text) => (&**text).into(),
    }
}

fn names(statuses: &[Status]) -> Vec<String> {
    statuses.iter().map(ToString::to_string).collect()
}

/// A count as the wire has numbers.
pub(crate) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The same of what is in memory.
pub(crate) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
