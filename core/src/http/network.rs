//! The transport over reqwest.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use url::Url;

use super::transport::{Failure, FailureKind, Incoming, Outgoing, Sending, Transport};
use crate::{Error, ErrorKind};

/// Larger answers are refused rather than held in memory.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// How connections are made.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) connect_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) idle_per_host: usize,
    pub(crate) proxy: Option<reqwest::Proxy>,
    pub(crate) certificates: Vec<reqwest::Certificate>,
    pub(crate) loopback: bool,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            // Below the 60 s and more of common servers, so that it is mostly
            // us who close an idle connection.
            idle_timeout: Duration::from_secs(30),
            // Above the calls that are usually under way at once: each connection
            // beyond it would be opened anew for every burst.
            idle_per_host: 256,
            proxy: None,
            certificates: Vec::new(),
            loopback: false,
        }
    }
}

impl Network {
    /// A pool of connections with these settings.
    pub(crate) fn open(&self) -> Result<Pool, Error> {
        // An application that chose a provider keeps it; the error says only
        // that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            // The key must not follow a redirect to another host.
            .redirect(reqwest::redirect::Policy::none())
            // Whether a request may be sent twice is decided above.
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(self.idle_timeout)
            .pool_max_idle_per_host(self.idle_per_host)
            .tcp_nodelay(true);
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        } else if self.loopback {
            builder = builder.no_proxy();
        }
        if !self.certificates.is_empty() {
            builder = builder.tls_certs_merge(self.certificates.iter().cloned());
        }
        let http = builder.build().map_err(|source| {
            Error::new(
                ErrorKind::Configuration,
                "the HTTP client cannot be set up: check the system's certificates and proxy settings",
            )
            .with_source(source)
        })?;
        Ok(Pool(http))
    }
}

/// Connections to reuse.
#[derive(Clone, Debug)]
pub(crate) struct Pool(reqwest::Client);

impl Transport for Pool {
    fn send(&self, request: Outgoing) -> Sending<'_> {
        Box::pin(async move {
            // Made whole, so that the headers are moved and not added one by one.
            let url = Url::parse(&request.url).map_err(|source| Failure {
                kind: FailureKind::Unsendable,
                source: source.into(),
            })?;
            let mut outgoing = reqwest::Request::new(request.method, url);
            *outgoing.headers_mut() = request.headers;
            *outgoing.timeout_mut() = Some(request.timeout);
            if !request.body.is_empty() {
                *outgoing.body_mut() = Some(request.body.into());
            }
            let mut response = self.0.execute(outgoing).await.map_err(failure)?;
            let status = response.status();
            let headers = std::mem::take(response.headers_mut());
            let body = read(response).await?;
            Ok(Incoming {
                status,
                headers,
                body,
            })
        })
    }
}

/// The body, copied only when it came in pieces.
async fn read(mut response: Response) -> Result<Bytes, Failure> {
    let Some(first) = response.chunk().await.map_err(failure)? else {
        return Ok(Bytes::new());
    };
    let Some(second) = response.chunk().await.map_err(failure)? else {
        return Ok(first);
    };
    let mut body = BytesMut::with_capacity((first.len() + second.len()) * 2);
    body.extend_from_slice(&first);
    body.extend_from_slice(&second);
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(Failure {
                kind: FailureKind::TooLarge,
                source: format!("the answer is larger than {LARGEST_BODY} bytes").into(),
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn failure(error: reqwest::Error) -> Failure {
    let kind = if error.is_connect() {
        FailureKind::NotSent
    } else if error.is_builder() {
        FailureKind::Unsendable
    } else if error.is_timeout() {
        FailureKind::TimedOut
    } else {
        FailureKind::Lost
    };
    Failure {
        kind,
        source: error.without_url().into(),
    }
}
