//! What becomes of lost and failed answers: the table of docs/retries.md, run
//! cell by cell against the sandbox.
#![allow(clippy::unwrap_used, reason = "a test's own code")]

mod support;

use std::time::Duration;

use defacto::types::{CreateInvoice, CreateLoan, ListLoans, LoanId, LoanStatus};
use defacto::{Client, Creation, Error, ErrorKind};
use serde_json::{Value, json};
use support::{Lab, SOON, invoice, request};

/// What a cell shows: how the call ended, the requests the server saw, and how
/// often it carried one out.
async fn cell(class: &str, fault: &Fault) -> String {
    let lab = Lab::start().await;
    let client = lab
        .builder()
        .timeout(Duration::from_secs(5))
        // So that the one the server closes is the only one.
        .idle_connections(1)
        .build()
        .unwrap();
    let first = prepare(&lab, &client, class).await;
    let prepared = prepare(&lab, &client, class).await;
    if let Some(settings) = &fault.settings {
        lab.settings(settings.clone()).await;
    }
    let operation = operation(class);
    let mut setting = fault.fault.clone();
    setting["operation"] = operation.into();
    lab.fault(setting).await;
    let timeout = if fault.times_out {
        SOON
    } else {
        Duration::from_secs(20)
    };
    if fault.call_before {
        // Leaves a connection that the server closes afterwards.
        call(&client, class, &first, timeout).await.unwrap();
        lab.alone().await;
    }
    let sent = lab.requests(operation).await.len();
    let acted = lab.acted(operation).await;
    let loans = count(&lab).await;
    let ended = match call(&client, class, &prepared, timeout).await {
        Ok(()) => "done".to_owned(),
        Err(error) => format!("{:?}", error.kind()),
    };
    let sent = lab.requests(operation).await.len() - sent;
    let acted = lab.acted(operation).await - acted;
    let made = match class {
        "K" => format!(", {} made", count(&lab).await - loans),
        _ => String::new(),
    };
    lab.sandbox.stop().await;
    format!("{ended}; {sent} sent, {acted} carried out{made}")
}

async fn count(lab: &Lab) -> usize {
    let loans = lab.client().loans().list(&ListLoans::new()).items();
    loans.collect().await.unwrap().len()
}

const fn operation(class: &str) -> &'static str {
    match class.as_bytes() {
        b"Y" => "loans.get",
        b"K" => "loans.create",
        b"S" => "loans.validate",
        _ => "invoices.create",
    }
}

/// What a call needs.
enum Prepared {
    Loan(LoanId),
    Request(Box<CreateLoan>),
    Invoice(Box<CreateInvoice>),
}

async fn prepare(lab: &Lab, client: &Client, class: &str) -> Prepared {
    match class {
        "Y" | "S" => {
            let request = request(client).await;
            let loan = lab.client().loans().create(&request).await.unwrap();
            let id = loan.id.clone();
            let loan = lab
                .client()
                .loans()
                .wait_for(id, [LoanStatus::ToValidate])
                .poll_every(Duration::from_millis(1), SOON)
                .await
                .unwrap();
            Prepared::Loan(loan.id)
        }
        "K" => Prepared::Request(Box::new(request(client).await)),
        _ => Prepared::Invoice(Box::new(invoice(client).await)),
    }
}

async fn call(
    client: &Client,
    class: &str,
    prepared: &Prepared,
    timeout: Duration,
) -> Result<(), Error> {
    match (class, prepared) {
        ("Y", Prepared::Loan(id)) => {
            client.loans().get(id).timeout(timeout).await?;
        }
        (_, Prepared::Loan(id)) => {
            let loan = client.loans().validate(id).timeout(timeout).await?;
            assert_ne!(loan.status, LoanStatus::ToValidate);
        }
        (_, Prepared::Request(request)) => {
            client.loans().create(request).timeout(timeout).await?;
        }
        (_, Prepared::Invoice(invoice)) => {
            client.invoices().create(invoice).timeout(timeout).await?;
        }
    }
    Ok(())
}

struct Fault {
    name: &'static str,
    fault: Value,
    settings: Option<Value>,
    times_out: bool,
    call_before: bool,
}

fn fault(name: &'static str, fault: Value) -> Fault {
    Fault {
        name,
        fault,
        settings: None,
        times_out: false,
        call_before: false,
    }
}

fn faults() -> Vec<Fault> {
    let html = "<html>gateway</html>";
    let in_two = httpdate::fmt_http_date(std::time::SystemTime::now());
    vec![
        fault("none", json!({"times": 1, "skip": 9})),
        Fault {
            call_before: true,
            ..fault("idle connection closed", json!({"close_idle": true}))
        },
        fault("429", json!({"status": 429})),
        fault(
            "429, Retry-After in seconds",
            json!({"status": 429, "headers": {"retry-after": "0"}}),
        ),
        fault(
            "429, Retry-After as a date",
            json!({"status": 429, "headers": {"retry-after": in_two}}),
        ),
        fault(
            "503, Retry-After",
            json!({"status": 503, "headers": {"retry-after": "0"}}),
        ),
        fault("reset before acting", json!({"reset": "before"})),
        fault("reset after acting", json!({"reset": "after"})),
        Fault {
            times_out: true,
            ..fault("timeout, acted", json!({"delay_ms": 60_000}))
        },
        fault("504, not acted", json!({"status": 504})),
        fault("504, acted", json!({"status": 504, "act": true})),
        fault(
            "HTML of an edge proxy, 502",
            json!({"status": 502, "body": html, "content_type": "text/html"}),
        ),
        fault(
            "HTML of an edge proxy, 200",
            json!({"status": 200, "body": html, "content_type": "text/html"}),
        ),
        fault("answer cut off", json!({"truncate": 10})),
        fault(
            "2xx of the wrong shape",
            json!({"status": 200, "body": "[{\"x\":", "act": true}),
        ),
        fault("400", json!({"status": 400})),
        fault("422", json!({"status": 422})),
        fault("500 again and again", json!({"status": 500, "times": 9})),
        Fault {
            settings: Some(json!({"salt_replay": "refuse"})),
            ..fault(
                "reset after acting, known salt refused",
                json!({"reset": "after"}),
            )
        },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_table() {
    let mut table = String::from(
        "| What happens | Y `loans.get` | K `loans.create` | S `loans.validate` | N `invoices.create` |\n|---|---|---|---|---|\n",
    );
    for fault in faults() {
        let (y, k, s, n) = tokio::join!(
            cell("Y", &fault),
            cell("K", &fault),
            cell("S", &fault),
            cell("N", &fault)
        );
        table.push_str(&format!("| {} | {y} | {k} | {s} | {n} |\n", fault.name));
    }
    let document = include_str!("../../docs/retries.md");
    assert!(
        document.contains(&table),
        "docs/retries.md should hold:\n{table}"
    );
}

#[tokio::test]
async fn no_retry_is_exactly_one_request() {
    let lab = Lab::start().await;
    let client = lab.client();
    let request = request(&client).await;
    lab.fault(json!({"operation": "loans.create", "reset": "after"}))
        .await;
    let error = client
        .loans()
        .create(&request)
        .retries(0)
        .await
        .unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!(error.attempts(), 1);
    assert_eq!(lab.requests("loans.create").await.len(), 1);
    // The error carries what resumes the call.
    let salt = error.salt_id().unwrap().to_owned();
    assert!(error.recovery().unwrap().contains(&salt), "{error}");
    let resumed = client
        .loans()
        .create(&request)
        .salt_id(&salt)
        .await
        .unwrap();
    assert_eq!(resumed.creation(), Creation::Unstated);
    let all = client
        .loans()
        .list(&ListLoans::new())
        .items()
        .collect()
        .await;
    assert_eq!(all.unwrap().len(), 1);
}

#[tokio::test]
async fn a_refused_salt_is_looked_up_by_the_invoice() {
    let lab = Lab::start().await;
    let client = lab.client();
    let request = request(&client).await;
    lab.settings(json!({"salt_replay": "refuse"})).await;
    lab.fault(json!({"operation": "loans.create", "reset": "after"}))
        .await;
    let loan = client.loans().create(&request).await.unwrap();
    assert_eq!(loan.creation(), Creation::Existing);
    assert_eq!(lab.acted("loans.create").await, 2);
    let all = client
        .loans()
        .list(&ListLoans::new())
        .items()
        .collect()
        .await;
    assert_eq!(all.unwrap().len(), 1);
}

#[tokio::test]
async fn the_deadline_ends_every_wait() {
    let lab = Lab::start().await;
    let client = lab.client();
    lab.fault(
        json!({"operation": "testing.hello", "status": 429, "headers": {"retry-after": "3600"}}),
    )
    .await;
    let error = client.hello().deadline(SOON).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.attempts(), 1);
    assert!(error.retry_after().unwrap() >= Duration::from_secs(3590));
    lab.clear_faults().await;
    lab.fault(json!({"operation": "testing.hello", "delay_ms": 60_000}))
        .await;
    let error = client.hello().deadline(SOON).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_rotated_key_is_read_again_once() {
    let lab = Lab::start().await;
    let keys = std::sync::Mutex::new(vec!["new-key-0123456", "old-key-0123456"]);
    let client = Client::builder()
        .base_url(lab.sandbox.base_url())
        .api_key_callback(move || {
            Ok(keys
                .lock()
                .unwrap()
                .pop()
                .unwrap_or("new-key-0123456")
                .to_owned())
        })
        .retries(0)
        .build()
        .unwrap();
    lab.fault(json!({"operation": "testing.hello", "status": 401}))
        .await;
    client.hello().await.unwrap();
    assert_eq!(lab.requests("testing.hello").await.len(), 2);
    // No other key: no other request.
    lab.fault(json!({"operation": "testing.hello", "status": 401, "times": 5}))
        .await;
    let error = client.hello().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(lab.requests("testing.hello").await.len(), 3);
}

#[test]
fn the_blocking_client_recovers_too() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let lab = runtime.block_on(Lab::start());
    let client = lab.builder().idle_connections(1).build_blocking().unwrap();
    client.hello().send().unwrap();
    // A connection closed between two calls costs nothing.
    for _ in 0..20 {
        runtime.block_on(lab.fault(json!({"operation": "testing.hello", "close_idle": true})));
        client.hello().retries(0).send().unwrap();
        runtime.block_on(lab.alone());
        client.hello().retries(0).send().unwrap();
    }
    runtime
        .block_on(lab.fault(json!({"operation": "testing.hello", "reset": "after", "times": 2})));
    for _ in 0..3 {
        client.hello().send().unwrap();
    }
    // From within a runtime it is driven elsewhere.
    runtime.block_on(async { client.hello().send() }).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            std::thread::spawn(move || client.hello().send().map(drop))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
}
