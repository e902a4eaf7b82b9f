//! The client and how it is set up.

mod builder;
mod credentials;
mod environment;
mod key;
mod settings;

use std::fmt;
use std::sync::Arc;

pub use builder::ClientBuilder;
pub use environment::Environment;
pub(crate) use key::Key;
pub(crate) use settings::Shared;
use uuid::Uuid;

use crate::Error;
use crate::call::{Call, Handle, Sealed};
use crate::http::transport::Transport;
use crate::http::{Answer, Request, send, send_until};

/// A client of the API. Cheap to clone; the clones share one connection pool,
/// one retry budget and one key.
///
/// The operations are methods of the resource groups: `client.loans().get(id)`,
/// `client.borrowers().list(&query)`. Each returns a [`Call`] or a
/// [`List`](crate::List), which is sent when it is awaited.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    transport: Arc<dyn Transport>,
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

    pub(crate) fn new(shared: Arc<Shared>, transport: Arc<dyn Transport>) -> Self {
        Self {
            inner: Arc::new(Inner { shared, transport }),
        }
    }

    /// Where requests go, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.inner.shared.base_url
    }

    /// Asks the server to greet back (`GET /hello`): shows that the server
    /// can be reached and that the key is accepted. The same as
    /// `client.testing().hello()`.
    pub fn hello(&self) -> Call<String> {
        self.testing().hello()
    }

    pub(crate) async fn send(&self, request: Box<Request>) -> Result<Answer, Error> {
        send(&self.inner.shared, &*self.inner.transport, request).await
    }

    pub(crate) async fn send_until(
        &self,
        request: Box<Request>,
        stop: impl Future<Output = ()>,
    ) -> Result<Answer, Error> {
        let (shared, transport) = self.parts();
        send_until(shared, transport, request, stop).await
    }

    /// A digest of the key in use, with a salt.
    pub(crate) fn key_digest(&self, salt: &Uuid) -> Uuid {
        let shared = &self.inner.shared;
        shared.credentials.key().digest(salt, &shared.base_url)
    }

    pub(crate) fn parts(&self) -> (&Shared, &dyn Transport) {
        (&self.inner.shared, &*self.inner.transport)
    }
}

impl Sealed for Client {}
impl Handle for Client {}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use defacto_types::{Operation, Value};
    use tokio::sync::Notify;

    use super::*;
    use crate::ErrorKind;
    use crate::hook::Stage;
    use crate::http::transport::{Incoming, Outgoing, Sending, Transport};

    /// A server that has no time.
    struct Busy;

    impl Transport for Busy {
        fn send(&self, _: Outgoing) -> Sending<'_> {
            Box::pin(async {
                Ok(Incoming {
                    status: http::StatusCode::TOO_MANY_REQUESTS,
                    headers: [("retry-after".parse().unwrap(), "20".parse().unwrap())]
                        .into_iter()
                        .collect(),
                    body: bytes::Bytes::new(),
                })
            })
        }
    }

    #[tokio::test]
    async fn between_two_refused_attempts_nothing_can_have_been_made() {
        let waiting = Arc::new(Notify::new());
        let told = waiting.clone();
        let client = Client::builder()
            .api_key("k-123456789")
            .base_url("https://api.example")
            .transport(Busy)
            .on_event(move |event| {
                if matches!(event.stage, Stage::Waiting { .. }) {
                    told.notify_one();
                }
            })
            .build()
            .unwrap();
        let create = Operation::find("loans.create").unwrap();
        let request = Request::new(create).json_value(&Value::Object(Default::default()));
        let result = client.send_until(request.into(), waiting.notified()).await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Canceled);
    }
}
