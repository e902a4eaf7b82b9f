//! Data to look at: companies, invoices and loans in most of their states,
//! made as a client would make them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// What becomes of each loan, its amount in cents, and how often it is read
/// after it was validated: reading is what moves a loan on.
const LOANS: [(&str, i64, Option<u8>); 8] = [
    ("SUCCESS", 1_250_000, Some(12)),
    ("SUCCESS", 480_000, Some(12)),
    ("SUCCESS", 2_400_000, Some(3)),
    ("SUCCESS_ONE_DAY_LATER", 90_000, Some(2)),
    ("SUCCESS", 315_000, None),
    ("FAIL", 77_700, Some(6)),
    ("REJECT", 1_000_000, None),
    ("CANCEL", 640_000, Some(6)),
];

/// Fills an account.
pub(crate) async fn fill(router: Router, now: Timestamp) -> Option<()> {
    let client = Client { router };
    let after = |days: i64| {
        let at = now.checked_add(SignedDuration::from_hours(24 * days));
        at.ok().map(|at| defacto_types::Timestamp(at).to_string())
    };
    let mut business = Value::Null;
    for (index, (scenario, amount, reads)) in LOANS.into_iter().enumerate() {
        if index % 2 == 0 {
            business = client
                .send("GET", "/sandbox/business-generator", Value::Null)
                .await?;
            let mut borrower = business.clone();
            borrower["signed_at"] = after(0)?.into();
            client.send("POST", "/borrowers", borrower).await?;
        }
        let seller = json!({ "identifier": business["identifier"], "name": business["name"] });
        let wanted = json!({ "scenario": scenario, "seller": seller });
        let generated = client
            .send("POST", "/sandbox/invoice-generator", wanted)
            .await?;
        let mut invoice = generated["invoice_creation_payload"].clone();
        invoice["total_amount"] = amount.into();
        invoice["to_pay_amount"] = amount.into();
        let request = json!({
            "amount": amount,
            "borrower": { "identifier": business["identifier"] },
            "loan_to": invoice["to_account"],
            "to_pay_at": after(2)?,
            "to_repay_at": after(32 + 7 * i64::try_from(index).ok()?)?,
            "invoices": [invoice],
        });
        let loan = client.send("POST", "/loans", request).await?;
        let path = format!("/loan/{}", loan["id"].as_str()?);
        for _ in 0..3 {
            client.send("GET", &path, Value::Null).await?;
        }
        let Some(reads) = reads else {
            continue;
        };
        // A loan that was declined cannot be, which is what it is here for.
        let _ = client
            .send("POST", &format!("{path}/validate"), json!({}))
            .await;
        for _ in 0..reads {
            client.send("GET", &path, Value::Null).await?;
        }
    }
    Some(())
}

/// Requests that come from within.
struct Client {
    router: Router,
}

impl Client {
    /// The answer, if it is a success.
    async fn send(&self, method: &str, path: &str, body: Value) -> Option<Value> {
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, "Bearer demo")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::HOST, "sandbox")
            .body(body)
            .ok()?;
        let service = TowerToHyperService::new(self.router.clone());
        let response = service.call(request).await.ok()?;
        let is_success = response.status().is_success();
        let body = to_bytes(response.into_body(), usize::MAX).await.ok()?;
        is_success.then(|| serde_json::from_slice(&body).unwrap_or_default())
    }
}
