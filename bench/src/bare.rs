//! The baseline: reqwest and serde, and nothing around them. It sets no
//! timeout, repeats nothing, checks nothing and reads no error.

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Outcome;
use crate::models::{CreateLoan, Loan, Page};

/// A connection pool, an address and a key.
#[derive(Clone, Debug)]
pub struct Bare {
    http: reqwest::Client,
    base: String,
    key: String,
}

impl Bare {
    /// For the API there.
    ///
    /// # Errors
    ///
    /// When reqwest cannot be set up.
    pub fn new(base: &str, key: &str) -> Outcome<Self> {
        // An error says only that it was installed before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            http: reqwest::Client::builder().no_proxy().build()?,
            base: base.to_owned(),
            key: key.to_owned(),
        })
    }

    /// `GET /loan/{id}`.
    ///
    /// # Errors
    ///
    /// When there is no such answer.
    pub async fn loan(&self, id: &str) -> Outcome<Loan> {
        self.get(&format!("{}/loan/{id}", self.base)).await
    }

    /// `GET /loans`.
    ///
    /// # Errors
    ///
    /// When there is no such answer.
    pub async fn loans(&self) -> Outcome<Page<Loan>> {
        self.get(&format!("{}/loans?page_size=100", self.base))
            .await
    }

    /// `GET /loans`, by path and query.
    ///
    /// # Errors
    ///
    /// When there is no such answer.
    pub async fn page(&self, path: &str) -> Outcome<Page<Loan>> {
        self.get(&format!("{}{path}", self.base)).await
    }

    /// `POST /loans`.
    ///
    /// # Errors
    ///
    /// When there is no such answer.
    pub async fn create(&self, body: &CreateLoan) -> Outcome<Loan> {
        self.post(&format!("{}/loans", self.base), body).await
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Outcome<T> {
        read(self.http.get(url).bearer_auth(&self.key)).await
    }

    async fn post<T: DeserializeOwned>(&self, url: &str, body: &impl Serialize) -> Outcome<T> {
        let request = self.http.post(url).bearer_auth(&self.key);
        read(
            request
                .header(CONTENT_TYPE, "application/json")
                .body(serde_json::to_vec(body)?),
        )
        .await
    }
}

async fn read<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Outcome<T> {
    let response = request.header(ACCEPT, "application/json").send().await?;
    let body = response.error_for_status()?.bytes().await?;
    Ok(serde_json::from_slice(&body)?)
}
