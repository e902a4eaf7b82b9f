//! A server that webhooks are delivered to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use defacto_types::Value;
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// One request it got.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) uri: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn event(&self) -> String {
        self.json()["event_type"].as_str().unwrap().to_owned()
    }
}

#[derive(Debug, Default)]
struct Kept {
    got: Mutex<Vec<Got>>,
    answers: Mutex<VecDeque<u16>>,
}

/// Answers 200, or what it is told to answer next. It stops when dropped.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) base: String,
    kept: Arc<Kept>,
    /// Permits to answer; none are needed until `stall`.
    gate: Arc<Semaphore>,
    task: JoinHandle<()>,
}

type Shared = (Arc<Kept>, Arc<Semaphore>);

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let kept = Arc::new(Kept::default());
        let gate = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        let state: Shared = (Arc::clone(&kept), Arc::clone(&gate));
        let router = Router::new().fallback(receive).with_state(state);
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self {
            base,
            kept,
            gate,
            task,
        }
    }

    /// Where it is told.
    pub(crate) fn url(&self) -> String {
        format!("{}/hook?token=secret-1&x=%20", self.base)
    }

    /// Another port, where it is reached with TLS and a certificate that it
    /// made itself.
    pub(crate) async fn behind_tls(&self) -> (u16, JoinHandle<()>) {
        let certificate = include_bytes!("localhost.cert.der").to_vec().into();
        let key = PrivatePkcs8KeyDer::from(include_bytes!("localhost.key.der").to_vec());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key.into())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let to = self.base.strip_prefix("http://").unwrap().to_owned();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let mut stream = acceptor.accept(stream).await.unwrap();
                let mut plain = TcpStream::connect(&to).await.unwrap();
                // How a connection ends is no news.
                let _ = copy_bidirectional(&mut stream, &mut plain).await;
            }
        });
        (port, task)
    }

    /// Answers the next requests with these statuses.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.kept.answers.lock().unwrap().extend(statuses);
    }

    /// Takes requests and answers none.
    pub(crate) fn stall(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// What it got so far, the oldest first.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.kept.got.lock().unwrap().clone()
    }

    /// What it got since this was last called.
    pub(crate) fn take(&self) -> Vec<Got> {
        std::mem::take(&mut self.kept.got.lock().unwrap())
    }

    pub(crate) fn events(&self) -> Vec<String> {
        self.got().iter().map(Got::event).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(
    State((kept, gate)): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    let content_type = headers["content-type"].to_str().unwrap().to_owned();
    kept.got.lock().unwrap().push(Got {
        uri: uri.to_string(),
        content_type,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    drop(gate.acquire().await.unwrap());
    let status = kept.answers.lock().unwrap().pop_front().unwrap_or(200);
    (StatusCode::from_u16(status).unwrap(), "thanks")
}
