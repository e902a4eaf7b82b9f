//! What is kept under a name comes back.

use defacto_sandbox::Sandbox;
use defacto_types::Value;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::life::{borrow, control, send};

#[tokio::test]
async fn a_snapshot_brings_everything_back() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    control(
        to,
        "POST /clock",
        json!({ "freeze": "2030-01-07T10:00:00Z" }),
    )
    .await;
    borrow(to, &mut rng).await.unwrap();
    assert_eq!(sandbox.count("loans.create", Some(true)).await.unwrap(), 1);
    sandbox.snapshot("one-loan").await.unwrap();
    let first = borrow(to, &mut ChaCha8Rng::seed_from_u64(2)).await.unwrap();
    control(to, "POST /clock", json!({ "advance": "P30D" })).await;
    control(to, "POST /faults", json!({ "status": 500 })).await;
    assert_eq!(sandbox.count("loans.create", None).await.unwrap(), 2);

    sandbox.restore("one-loan").await.unwrap();
    assert_eq!(sandbox.count("loans.create", None).await.unwrap(), 1);
    assert_eq!(sandbox.count("loans.create", Some(false)).await.unwrap(), 0);
    let clock = control(to, "GET /clock", Value::Null).await;
    assert_eq!(clock["now"], "2030-01-07T10:00:00.000000+00:00");
    assert_eq!(
        control(to, "GET /faults", Value::Null).await["faults"],
        json!([])
    );
    assert_eq!(
        send(to, "GET", &format!("/loan/{first}"), "").await.status,
        404
    );
    // What happened then happens again, to the same ids.
    let again = borrow(to, &mut ChaCha8Rng::seed_from_u64(2)).await.unwrap();
    assert_eq!(first, again);

    let listed = control(to, "GET /snapshots", Value::Null).await;
    let expected = json!([{ "name": "one-loan", "now": "2030-01-07T10:00:00.000000+00:00" }]);
    assert_eq!(listed["snapshots"], expected);
    control(to, "DELETE /snapshots/one-loan", Value::Null).await;
    let gone = sandbox.restore("one-loan").await.unwrap_err();
    assert_eq!(
        gone.to_string(),
        "the sandbox refuses: there is no such snapshot"
    );
    let nameless = sandbox.snapshot("").await.unwrap_err().to_string();
    assert!(
        nameless.contains("name must be 1 to 100 letters"),
        "{nameless}"
    );
}

#[tokio::test]
async fn a_snapshot_is_of_all_accounts() {
    let builder = Sandbox::builder().account("anna", "ka").unwrap();
    let builder = builder.account("bert", "k").unwrap();
    let sandbox = builder.start().await.unwrap();
    let to = sandbox.address();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    // The key of these requests is bert's.
    let kept = borrow(to, &mut rng).await.unwrap();
    sandbox.snapshot("one").await.unwrap();
    let carl = json!({ "name": "carl", "key": "kc" });
    control(to, "POST /accounts", carl).await;
    let notice = json!({ "amount": 4200, "merchant_name": "Cafe" });
    let account = control(to, "GET /account?account=carl", Value::Null).await;
    let card = account["card_ids"][0].as_str().unwrap();
    let path = format!("POST /cards/{card}/entries?account=carl");
    control(to, &path, notice).await;
    let lost = borrow(to, &mut rng).await.unwrap();
    sandbox.restore("one").await.unwrap();
    let status = async |id: &str| send(to, "GET", &format!("/loan/{id}"), "").await.status;
    assert_eq!(status(&kept).await, 200);
    assert_eq!(status(&lost).await, 404);
    let count = control(
        to,
        "GET /journal?operation=loans.create&account=bert",
        Value::Null,
    )
    .await;
    assert_eq!(count["requests"].as_array().unwrap().len(), 1);
    assert_eq!(sandbox.count("loans.create", None).await.unwrap(), 0);
}
