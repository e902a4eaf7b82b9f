//! `defacto track timeline`.

use std::collections::{BTreeMap, HashSet};

use clap::Args;
use defacto::tracking::store::{Numbered, Store};
use defacto::tracking::{Change, ChangeKind, Entity, LoanView, Moment, Source, Status, Subject};
use serde_json::{Value, json};

use super::store::{StorePlace, no_address};
use super::{line, status, svg};
use crate::failure::{Failure, print, write};
use crate::show::money_or_dash;

/// The loan's fields whose changes are part of its life.
const SHOWN: [&str; 3] = ["amount", "to_pay_at", "to_repay_at"];

/// What the marks mean.
const LEGEND: &str = "\
* seen   o inferred: it must have been, and nobody saw it   $ money or paper
? ambiguous   ! anomaly   ~ seen about then, and no later";

/// Draws the life of a loan, as far as it is known.
#[derive(Debug, Args)]
pub(crate) struct Timeline {
    /// The loan's id.
    #[arg(value_name = "LOAN_ID")]
    id: String,
    /// Write an SVG image to stdout.
    #[arg(long, conflicts_with = "json")]
    svg: bool,
    #[command(flatten)]
    store: StorePlace,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

/// What an entry is of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mark {
    Seen,
    Inferred,
    Related,
    Changed,
    Ambiguous,
    Anomaly,
}

impl Mark {
    fn letter(self) -> &'static str {
        match self {
            Self::Seen => "*",
            Self::Inferred => "o",
            Self::Related => "|  $",
            Self::Changed => "|",
            Self::Ambiguous => "?",
            Self::Anomaly => "!",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Seen => "status",
            Self::Inferred => "inferred_status",
            Self::Related => "related",
            Self::Changed => "field",
            Self::Ambiguous => "ambiguous",
            Self::Anomaly => "anomaly",
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) at: Moment,
    pub(super) mark: Mark,
    pub(super) text: String,
    inferred: bool,
    subject: Subject,
    source: Source,
}

impl Timeline {
    pub(super) async fn run(self) -> Result<(), Failure> {
        no_address(&self.id, "LOAN_ID", "id of a loan")?;
        let store = self.store.read().await?;
        let loan = status::one(&*store, &self.id).await?;
        let entries = entries(&loan, &history(&*store, &loan).await?);
        if self.json {
            let line = json!({
                "loan_id": loan.id(),
                "status": loan.status().map(|status| status.to_string()),
                "entries": entries.iter().map(to_json).collect::<Vec<_>>(),
            });
            return print(&line.to_string());
        }
        let title = title(&loan);
        if self.svg {
            return write(svg::draw(&title, &entries).as_bytes());
        }
        print(&draw(&title, &entries))
    }
}

/// Every change of the loan and what belongs to it, each once. A payment is
/// asked for by itself: when its first status was told, whose it is may not have
/// been known yet.
async fn history(store: &dyn Store, loan: &LoanView) -> Result<Vec<Numbered>, Failure> {
    let mut changes = BTreeMap::new();
    let related = loan.related().iter().map(|track| track.subject().clone());
    for subject in [Subject::loan(loan.id())].into_iter().chain(related) {
        let history = store.history(subject).await?;
        changes.extend(history.into_iter().map(|one| (one.seq, one)));
    }
    Ok(changes.into_values().collect())
}

fn title(loan: &LoanView) -> String {
    let state = loan.state();
    let status = state.map_or_else(|| "-".to_owned(), |state| status::status(&state));
    let currency = status::currency(loan);
    let amount = loan.facts().and_then(|facts| facts.cents("amount"));
    format!(
        "loan {}  {status}  {}, outstanding {}",
        loan.id(),
        money_or_dash(amount, currency.as_ref()),
        money_or_dash(loan.outstanding(), currency.as_ref()),
    )
}

fn draw(title: &str, entries: &[Entry]) -> String {
    let mut lines = vec![title.to_owned()];
    for entry in entries {
        let (when, letter) = (line::when(entry.at), entry.mark.letter());
        lines.push(format!("{when}  {letter} {}", entry.text));
    }
    lines.push(String::new());
    lines.push(LEGEND.to_owned());
    lines.join("\n")
}

fn to_json(entry: &Entry) -> Value {
    json!({
        "what": entry.mark.name(),
        "entity": entry.subject.entity.as_str(),
        "id": entry.subject.id,
        "text": entry.text,
        "earliest": entry.at.start().to_string(),
        "latest": entry.at.end().to_string(),
        "source": entry.source.as_str(),
    })
}

/// What happened, in the order it happened in as far as that is known.
fn entries(loan: &LoanView, history: &[Numbered]) -> Vec<Entry> {
    // What was told as inferred and seen since is no guess any more.
    let seen: HashSet<(&Subject, &Status)> = history
        .iter()
        .filter_map(|one| match entered(&one.change.kind) {
            Some((status, false)) => Some((&one.change.subject, status)),
            _ => None,
        })
        .collect();
    let mut entries: Vec<Entry> = history
        .iter()
        .filter(|one| match entered(&one.change.kind) {
            Some((status, true)) => !seen.contains(&(&one.change.subject, status)),
            _ => true,
        })
        .filter_map(|one| entry(loan, &one.change))
        .collect();
    // At the same time, what led there stands before it.
    entries.sort_by_key(|entry| (entry.at.end(), !entry.inferred));
    entries
}

/// The status a change entered, and whether that is inferred.
fn entered(kind: &ChangeKind) -> Option<(&Status, bool)> {
    match kind {
        ChangeKind::Appeared { status } => status.as_ref().map(|status| (status, false)),
        ChangeKind::Moved { to, .. } => Some((to, false)),
        ChangeKind::Passed { status, inferred } => Some((status, *inferred)),
        _ => None,
    }
}

fn entry(loan: &LoanView, change: &Change) -> Option<Entry> {
    let subject = &change.subject;
    let is_loan = subject.entity == Entity::Loan;
    let made = |mark, text: String| {
        // What is none of the loan's own says whose it is.
        let text = if is_loan {
            text
        } else {
            format!("{} {text}", subject.entity)
        };
        Some(Entry {
            at: change.moment,
            mark,
            text,
            inferred: change.source == Source::Inferred,
            subject: subject.clone(),
            source: change.source,
        })
    };
    match &change.kind {
        ChangeKind::Ambiguous { .. } => made(Mark::Ambiguous, line::what(&change.kind)),
        ChangeKind::Decided => made(Mark::Ambiguous, line::what(&change.kind)),
        ChangeKind::Anomaly { .. } => made(Mark::Anomaly, line::what(&change.kind)),
        ChangeKind::Field { name, .. } => {
            let is_shown = is_loan && SHOWN.contains(&&**name);
            is_shown.then(|| made(Mark::Changed, line::what(&change.kind)))?
        }
        kind => {
            let (status, inferred) = entered(kind)?;
            let inferred_text = if inferred { "  (inferred)" } else { "" };
            if is_loan {
                let mark = if inferred { Mark::Inferred } else { Mark::Seen };
                return made(mark, format!("{status}{inferred_text}"));
            }
            let track = loan.related().iter().find(|one| one.subject() == subject);
            let purpose = track.map(status::purpose).unwrap_or_default();
            let text = format!("{purpose} {status}{inferred_text}");
            let mut entry = made(Mark::Related, text.trim().to_owned())?;
            // A payment says itself when its money moved.
            let paid_at = track.and_then(|track| track.facts()?.instant("paid_at"));
            if let Some(at) = paid_at {
                if *status == "PAID" {
                    entry.at = Moment::at(at);
                } else if inferred && entry.at.end() > at {
                    // What led there was before.
                    entry.at = Moment::between(entry.at.start().min(at), at);
                }
            }
            Some(entry)
        }
    }
}
