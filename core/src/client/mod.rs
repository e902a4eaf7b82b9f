//! The client and how it is set up.

mod builder;
mod environment;
mod key;

use std::sync::Arc;

pub use builder::ClientBuilder;
pub use environment::Environment;
pub(crate) use key::Key;

use crate::Error;
use crate::http::{Request, Transport};

/// A client of the API. Cheap to clone; the clones share one connection pool.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Arc<Transport>,
}

impl Client {
    /// Starts a new client; see [`ClientBuilder`].
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client set up from `DEFACTO_API_KEY`, `DEFACTO_ENV` (`sandbox` or
    /// `production`) and `DEFACTO_BASE_URL`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when a
    /// variable is missing or cannot be used.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Where requests go, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.transport.base_url()
    }

    /// Asks the server to greet back (`GET /hello`): shows that the server
    /// can be reached and that the key is accepted.
    ///
    /// # Errors
    ///
    /// Any kind a read can end with, above all
    /// [`Unauthenticated`](crate::ErrorKind::Unauthenticated) and
    /// [`Connection`](crate::ErrorKind::Connection).
    pub async fn hello(&self) -> Result<String, Error> {
        let request = Request::new(&defacto_types::operations::testing::HELLO);
        self.transport.send(request).await?.into_text()
    }
}
