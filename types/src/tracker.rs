//! What a tracker does, as data: the sixth table. Its rows are of the form of an
//! operation's, so that every language has them in the form of one; no HTTP
//! request stands behind a row, and its path is empty.

use crate::Operation;
use crate::operation::{Answer, Body, Method, Paging, Retry, param};

/// The verbs of a tracker, in the order of the documentation.
pub static TRACKER: &[&Operation] = &[
    &SYNC,
    &RUN,
    &STOP,
    &SETTLE,
    &RECEIVE,
    &INGEST,
    &DIGEST,
    &REWIND,
    &NEXT_CHANGE,
    &ACKNOWLEDGE,
    &REPLAY,
    &LOAN,
    &TIMELINE,
    &EXPLAIN,
    &PAYOFF,
    &PORTFOLIO,
    &ALERTS,
    &CHECK_ALERTS,
    &RECONCILE,
    &PURGE,
    &ERASE,
    &READ_PRODUCTS,
    &ENSURE_WEBHOOK,
    &INTENTS,
    &RESOLVE,
    &HEALTH,
    &METRICS,
    &EXPORT,
];

/// What a tracker is about, for documentation.
pub const TRACKER_DOC: &str =
    "A tracker: it follows the loans of an account, and tells every change once.";

impl Operation {
    /// The verb of a tracker of this name (`tracker.sync`), if there is one.
    #[must_use]
    pub fn find_tracker(id: &str) -> Option<&'static Self> {
        let name = id.strip_prefix("tracker.")?;
        TRACKER.iter().copied().find(|verb| verb.name == name)
    }

    /// Whether it is a verb of a tracker, which is no request.
    #[must_use]
    pub const fn is_local(&self) -> bool {
        self.path.is_empty()
    }
}

/// A row. The method says nothing of HTTP here: a list that is not read page by
/// page is told as that of a `POST` is.
const fn verb(name: &'static str, doc: &'static str) -> Operation {
    Operation::new("tracker", name, Method::Post, "")
        .doc(doc)
        .answers(&[200], Answer::Empty)
        .retry(Retry::Safe)
}

const fn gives(verb: Operation, model: &'static str) -> Operation {
    verb.answers(&[200], Answer::Json(model))
}

const fn lists(verb: Operation, model: &'static str) -> Operation {
    verb.answers(&[200], Answer::List(model))
        .paged(Paging::Envelope)
}

static SYNC: Operation = gives(
    verb(
        "sync",
        "Catches up with the server and gives what changed: settles what is open, reads what notifications tell of, makes a pass over the account, and tells which alerts have begun or are over. Made for a cron job as well as for a loop. Every open loan is read once a day; in between only what payments, accounting events and the list of undecided loans point to.",
    ),
    "SyncReport",
);

static RUN: Operation = verb(
    "run",
    "Catches up again and again until stop is called: every 30 seconds while a loan waits for a decision, 5 minutes while a repayment is due within a day or late, 30 minutes otherwise, and at once when a notification was stored. Failures of the server slow it down; it ends with an error where waiting does not help.",
)
.body(Body::Json("AskRun"));

static STOP: Operation = verb(
    "stop",
    "Ends every run of this tracker, once the pass that is under way has ended.",
)
.body(Body::Json("AskStop"));

static SETTLE: Operation = gives(
    verb(
        "settle",
        "Finds out what became of changes whose answer nobody has, such as those of a process that was killed: by their idempotency key, by reading, or by what names their object. sync does so first.",
    ),
    "SettleReport",
);

static RECEIVE: Operation = gives(
    verb(
        "receive",
        "Takes in a request that Defacto sent to a subscription's address, and says what to answer: checks the token in its query, in constant time, then stores the notification. It is read later, by digest, sync or run.",
    )
    .body(Body::Json("AskReceive")),
    "NotificationAnswer",
);

static INGEST: Operation = gives(
    verb(
        "ingest",
        "Stores a notification as it came, without looking at a token. Answer Defacto with a 2xx once it is stored.",
    )
    .body(Body::Json("AskIngest")),
    "StoredNotification",
);

static DIGEST: Operation = lists(
    verb(
        "digest",
        "Reads the notifications that are stored: takes in the status each tells of, then reads the loans they are about, since nothing about money is believed that a notification says. Gives what changed.",
    ),
    "TrackedChange",
);

static REWIND: Operation = verb(
    "rewind",
    "Begins telling a consumer its changes after the last one it acknowledged.",
)
.path_params(&[param("consumer", "String")]);

static NEXT_CHANGE: Operation = gives(
    verb(
        "next_change",
        "The next change that a consumer was not told by this tracker. One that is not acknowledged is told again after rewind, and to the next process: each change at least once, in order.",
    )
    .path_params(&[param("consumer", "String")])
    .body(Body::Json("AskNextChange")),
    "NextChange",
);

static ACKNOWLEDGE: Operation = verb(
    "acknowledge",
    "Notes that a change and all before it have been dealt with by a consumer: they are not told to it again.",
)
.path_params(&[param("consumer", "String")])
.body(Body::Json("AskPlace"));

static REPLAY: Operation = verb(
    "replay",
    "Tells a consumer every change after a place again; 0 for all there are.",
)
.path_params(&[param("consumer", "String")])
.body(Body::Json("AskPlace"));

static LOAN: Operation = gives(
    verb(
        "loan",
        "What is known of a loan: its status and since when, what it owes and costs, what may be done now and why not otherwise. The server is not asked; a loan that was never seen is not found.",
    )
    .path_params(&[param("loan_id", "LoanId")]),
    "TrackedLoan",
);

static TIMELINE: Operation = lists(
    verb(
        "timeline",
        "Every change of a loan and what belongs to it, in the order it was learned.",
    )
    .path_params(&[param("loan_id", "LoanId")]),
    "TrackedChange",
);

static EXPLAIN: Operation = lists(
    verb(
        "explain",
        "Reads a loan's own events, one request, so that steps that were only inferred, since nobody looked at the time, are told with their times. sync does so for a few loans. Gives what changed.",
    )
    .path_params(&[param("loan_id", "LoanId")]),
    "TrackedChange",
);

static PAYOFF: Operation = gives(
    verb(
        "payoff",
        "What settles a loan on a day, where to pay it with which reference, and what postponing it costs. The loan and its payments are read, and its borrower's products where the rate is not known: two requests, or four. Amounts are those if nothing more is repaid until then.",
    )
    .path_params(&[param("loan_id", "LoanId")])
    .body(Body::Json("AskPayoff")),
    "LoanPayoff",
);

static PORTFOLIO: Operation = gives(
    verb(
        "portfolio",
        "What the loans come to: by status, and by currency what is owed, due, late, and the interest, with a calendar of what is due on which day.",
    )
    .body(Body::Json("AskPortfolio")),
    "TrackedPortfolio",
);

static ALERTS: Operation = lists(
    verb("alerts", "The alerts that are raised."),
    "TrackedAlert",
);

static CHECK_ALERTS: Operation = lists(
    verb(
        "check_alerts",
        "Looks at everything that is known with the clock in hand, and tells which alerts have begun or are over since the last time. The server is not asked; sync does so at its end.",
    ),
    "TrackedChange",
);

static RECONCILE: Operation = gives(
    verb(
        "reconcile",
        "Compares everything the server lists, loans and payments, with the store: what is missing, extra or different, and what money does not add up.",
    )
    .body(Body::Json("AskReconcile")),
    "ReconcileReport",
);

static PURGE: Operation = gives(
    verb(
        "purge",
        "Removes what is over and old: loans that ended and of which nothing changed since an instant, with their payments, invoices, installments and changes; settled intents made before it; notifications that came before it and were read. A row of sums is left of each loan, so that the portfolio stays what it was and the loan is not followed again unless it is seen in another status. Loans with changes that a consumer has not acknowledged stay. The server is not asked.",
    )
    .body(Body::Json("AskPurge")),
    "PurgeReport",
);

static ERASE: Operation = gives(
    verb(
        "erase",
        "Erases a borrower, by its company number or its id: its loans are reduced as by purge, whatever their age and whether consumers were told or not, and with them go its payments, invoices, installments and financial products, the settled intents that concern it and the notifications that mention it. Notifications that were not read are read first. Refused while it has a loan that is not over or a change that is not settled; the message names them.",
    )
    .body(Body::Json("AskErase")),
    "PurgeReport",
);

static READ_PRODUCTS: Operation = lists(
    verb(
        "read_products",
        "Reads a borrower's financial products and follows them: what their loans cost a day and how much is left. No list has those of all borrowers, so sync reads those of a few, of loans that have changed and by turns the others; gives what changed.",
    )
    .path_params(&[param("borrower_id", "BorrowerId")]),
    "TrackedChange",
);

static ENSURE_WEBHOOK: Operation = gives(
    verb(
        "ensure_webhook",
        "Makes sure that there is a subscription of this name with this address and these events: makes it, changes it, or leaves it as it is. Harmless at each start of a program.",
    )
    .body(Body::Json("AskWebhook")),
    "Webhook",
);

static INTENTS: Operation = lists(
    verb(
        "intents",
        "The changes that were meant to be made through this store, oldest first.",
    )
    .body(Body::Json("AskIntents")),
    "TrackedIntent",
);

static RESOLVE: Operation = gives(
    verb(
        "resolve",
        "Settles an intent by what a person found out, where settle has no way to tell: whether the change was made, and who says so. Nothing is sent. What is resolved as not made may be asked for again with the same idempotency key.",
    )
    .path_params(&[param("intent_id", "String")])
    .body(Body::Json("AskResolve")),
    "TrackedIntent",
);

static HEALTH: Operation = gives(
    verb(
        "health",
        "How the tracker is: its last passes, what is not settled or read, and what came in.",
    ),
    "TrackerHealth",
);

static METRICS: Operation = verb(
    "metrics",
    "What the tracker did and how it is, as text for a Prometheus scrape (application/openmetrics-text; version=1.0.0): passes and how long they took, requests, changes, notifications, open intents, alerts, loans by status.",
)
.answers(&[200], Answer::Text);

static EXPORT: Operation = gives(
    verb(
        "export",
        "Writes what is known to a file, as lines of JSON or as a table: the objects or the changes, amounts in cents. The file can be read by its user alone and appears when it is whole; one that is there is not overwritten unless asked. A text that a spreadsheet would take for a formula has an apostrophe before it in a table.",
    )
    .body(Body::Json("AskExport")),
    "ExportReport",
);
