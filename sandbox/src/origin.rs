//! Where the client reached the simulator, for the absolute links in answers.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::accounts::{Named, path_for};
use crate::connection::Connection;

/// The base URL as the client of this request sees it: it may have come
/// through another name or a forwarded port.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    host: String,
    /// The account, if it is not the first.
    account: Option<Named>,
}

impl Origin {
    /// The URL of this path.
    pub(crate) fn url(&self, path: &str) -> String {
        let account = self.account.as_ref().map(|account| &*account.0);
        format!("http://{}{}", self.host, path_for(path, account))
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .filter(|host| !host.is_empty())
            .map(str::to_owned);
        let address = || {
            let connection = parts.extensions.get::<Connection>()?;
            Some(connection.address().to_string())
        };
        Ok(Self {
            host: host.or_else(address).unwrap_or_default(),
            account: parts.extensions.get::<Named>().cloned(),
        })
    }
}
