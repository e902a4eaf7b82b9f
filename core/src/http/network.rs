//! The transport over reqwest.

use std::sync::OnceLock;
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
        Ok(Pool {
            http,
            origin: OnceLock::new(),
        })
    }
}

/// Connections to reuse.
#[derive(Debug)]
pub(crate) struct Pool {
    http: reqwest::Client,
    /// The first request's scheme, host and port, as text and parsed: parsing
    /// them is the dearest part of an address, and they stay the same.
    origin: OnceLock<(String, Url)>,
}

impl Pool {
    fn outgoing(&self, request: Outgoing) -> Result<reqwest::Request, Failure> {
        // Made whole, so that the headers are moved and not added one by one.
        let url = self.address(&request.url).map_err(|source| Failure {
            kind: FailureKind::Unsendable,
            source: source.into(),
        })?;
        let mut outgoing = reqwest::Request::new(request.method, url);
        *outgoing.headers_mut() = request.headers;
        *outgoing.timeout_mut() = Some(request.timeout);
        if !request.body.is_empty() {
            *outgoing.body_mut() = Some(request.body.into());
        }
        Ok(outgoing)
    }

    fn address(&self, text: &str) -> Result<Url, url::ParseError> {
        let Some((origin, path, query)) = split(text) else {
            return Url::parse(text);
        };
        let known = match self.origin.get() {
            Some(known) => known,
            None => {
                let parsed = Url::parse(origin)?;
                self.origin.get_or_init(|| (origin.to_owned(), parsed))
            }
        };
        if known.0 != origin {
            return Url::parse(text);
        }
        let mut url = known.1.clone();
        url.set_path(path);
        url.set_query(query);
        Ok(url)
    }
}

/// The scheme, host and port of an address, its path and its query; `None`
/// where there is more to it.
fn split(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let host = text.find("://")? + 3;
    let path = host + text.get(host..)?.find('/')?;
    let (origin, rest) = text.split_at_checked(path)?;
    let plain = !origin.contains(['?', '\\', '@']) && !rest.contains('#');
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    plain.then_some((origin, path, query))
}

impl Transport for Pool {
    fn send(&self, request: Outgoing) -> Sending<'_> {
        // Begun here, so that the request takes no room in what is awaited.
        let begun = self
            .outgoing(request)
            .map(|outgoing| self.http.execute(outgoing));
        Box::pin(async move {
            let mut response = begun?.await.map_err(failure)?;
            let status = response.status();
            let headers = std::mem::take(response.headers_mut());
            let body = read(&mut response).await?;
            Ok(Incoming {
                status,
                headers,
                body,
            })
        })
    }
}

/// The body, copied only when it came in pieces.
async fn read(response: &mut Response) -> Result<Bytes, Failure> {
    // What is still to come; asked for before any of it has.
    let announced = response
        .content_length()
        .map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX))
        .min(LARGEST_BODY);
    let Some(first) = response.chunk().await.map_err(failure)? else {
        return Ok(Bytes::new());
    };
    let Some(second) = response.chunk().await.map_err(failure)? else {
        return Ok(first);
    };
    // Of a length that is known, so that it does not move while it grows.
    let begun = first.len() + second.len();
    let room = if announced < begun {
        begun * 2
    } else {
        announced
    };
    let mut body = BytesMut::with_capacity(room);
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

#[cfg(test)]
mod tests {
    use std::future::IntoFuture as _;

    use super::*;

    /// glibc's quick lists end at 1,032 bytes; with futures of 2,000 the
    /// allocator cost a call in flight more than all the checks before it.
    #[test]
    fn what_is_awaited_is_small() {
        let pool = Network::default().open().unwrap();
        let attempt = pool.send(Outgoing {
            method: http::Method::GET,
            url: String::new(),
            headers: http::HeaderMap::new(),
            body: Bytes::new(),
            timeout: Duration::ZERO,
        });
        assert!(size_of_val(&*attempt) <= 1032);
        let client = crate::Client::builder()
            .api_key("k-123456789")
            .base_url("https://api.example")
            .build()
            .unwrap();
        let call = client.hello().into_future();
        assert!(size_of_val(&*call) <= 1032);
    }

    #[test]
    fn an_address_is_what_it_is_when_parsed_whole() {
        for first in ["https://api.example/", "http://127.0.0.1:4010/hello"] {
            let pool = Network::default().open().unwrap();
            pool.address(first).unwrap();
            for text in [
                "https://api.example/loan/1",
                "https://api.example/loans?cursor=a%2Fb&status=%C3%A9",
                "https://api.example/v1/loans?",
                "https://api.example//a/../b/./c d/\u{e9}?q=\u{e9} \"'<",
                "https://API.example/loan/%2e%2e/x",
                "https://api.example",
                "https://api.example?x=/y",
                "https://api.example/a#b?c",
                "https://api.example:443/a",
                "https://user@api.example/a",
                "https://api.example\\a/b",
                "https://other.example/a",
                "http://127.0.0.1:4010/loan/1?a=1",
                "http://127.0.0.1:4011/loan/1",
                "http://[::1]:4011/loan/1",
                "https:///a",
                "loan/1",
                "",
            ] {
                let whole = Url::parse(text);
                assert_eq!(pool.address(text), whole, "{text} after {first}");
            }
        }
    }
}
