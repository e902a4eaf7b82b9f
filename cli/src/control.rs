//! Requests to a sandbox's control API: docs/sandbox.md.

use std::time::Duration;

use clap::Args;
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;

use crate::failure::Failure;

/// Long enough for a walk through a year with webhooks.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Where the sandbox is.
#[derive(Clone, Debug, Args)]
pub(crate) struct Address {
    /// The address that `defacto sandbox` printed; DEFACTO_BASE_URL unless
    /// given.
    #[arg(long, value_name = "URL", global = true)]
    base_url: Option<String>,
}

/// A sandbox's control API. No key is ever sent to it.
#[derive(Debug)]
pub(crate) struct Control {
    http: Client,
    base_url: String,
}

impl Address {
    pub(crate) fn open(&self) -> Result<Control, Failure> {
        let variable = || std::env::var("DEFACTO_BASE_URL").ok();
        let base_url = self.base_url.clone().or_else(variable);
        let base_url = base_url.filter(|url| !url.is_empty()).ok_or_else(|| {
            Failure::setting(
                "no sandbox is named: pass --base-url with the address that `defacto sandbox` \
                 printed, or set DEFACTO_BASE_URL",
            )
        })?;
        Control::new(&base_url)
    }
}

impl Control {
    pub(crate) fn new(base_url: &str) -> Result<Self, Failure> {
        let http = client(base_url)
            .timeout(TIMEOUT)
            .build()
            .map_err(|source| Failure::runtime("requests cannot be sent", &source))?;
        Ok(Self {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
        })
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Whether there is a sandbox at all.
    pub(crate) async fn is_there(&self) -> bool {
        self.get("/health").await.is_ok()
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let url = format!("{}/_sandbox{path}", self.base_url);
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let unreached = |source| {
            let what = "the sandbox does not answer: start it with `defacto sandbox`, and name its address with --base-url";
            Failure::runtime(what, &source)
        };
        let response = request.send().await.map_err(unreached)?;
        let status = response.status();
        let text = response.text().await.map_err(unreached)?;
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() {
            Ok(answer)
        } else {
            Err(self.refused(status, &answer))
        }
    }

    fn refused(&self, status: StatusCode, problem: &Value) -> Failure {
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        let wrong = problem["invalid_params"].as_array().into_iter().flatten();
        let wrong: Vec<_> = wrong
            .map(|param| {
                let part = |name: &str| param[name].as_str().unwrap_or_default();
                format!("{} {}", part("name"), part("reason"))
            })
            .collect();
        match (status, wrong.is_empty(), text("detail").is_empty()) {
            (_, false, _) => Failure::usage(wrong.join("; ")),
            (_, _, false) => Failure::other(text("detail")),
            _ => Failure::other(format!(
                "{} answers {status}: is it the address of a `defacto sandbox` of this version?",
                self.base_url
            )),
        }
    }
}

/// A client for this address: a machine reaches itself without a proxy.
pub(crate) fn client(url: &str) -> reqwest::ClientBuilder {
    // The library may have chosen one already, which is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().redirect(reqwest::redirect::Policy::none());
    if url.starts_with("http://") {
        builder.no_proxy()
    } else {
        builder
    }
}
