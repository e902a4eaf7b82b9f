//! The server of the client's benchmarks: the same bytes for everyone, so that
//! what it costs is the same too.

use std::io::Read as _;

use axum::Router;
use axum::http::{HeaderName, StatusCode, header::CONTENT_TYPE};
use axum::routing::{get, post};
use bytes::Bytes;
use tokio::net::TcpListener;

use crate::process::announce;
use crate::{Outcome, runtime, sample};

const JSON: [(HeaderName, &str); 1] = [(CONTENT_TYPE, "application/json")];

/// Answers with the loan that standard input holds, alone or in a page, until
/// the process is killed. The page is the second line of it, or else has other
/// loans like this one.
///
/// # Errors
///
/// When it cannot listen.
pub fn serve() -> Outcome<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let (loan, page) = match input.split_once('\n') {
        Some((loan, page)) => (loan, page.to_owned()),
        None => (&*input, sample::page(&input)?),
    };
    let (loan, page) = (Bytes::from(loan.to_owned()), Bytes::from(page));
    let made = loan.clone();
    let router = Router::new()
        .route("/loan/{loan_id}", get(async move || (JSON, loan.clone())))
        .route(
            "/loans",
            get(async move || (JSON, page.clone())).merge(post(async move |_body: Bytes| {
                (StatusCode::CREATED, JSON, made.clone())
            })),
        );
    runtime()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        announce(listener.local_addr()?)?;
        axum::serve(
            axum::serve::ListenerExt::tap_io(listener, |stream| {
                let _ = stream.set_nodelay(true);
            }),
            router,
        )
        .await?;
        Ok(())
    })
}

/// The simulator instead, until the process is killed.
///
/// # Errors
///
/// When it cannot listen.
pub fn simulate() -> Outcome<()> {
    runtime()?.block_on(async {
        let sandbox = defacto_sandbox::Sandbox::start().await?;
        announce(sandbox.address())?;
        std::future::pending().await
    })
}
