//! A bare HTTP client: what goes over the socket is what the test says.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too; \
              and each test file uses a part"
)]

use std::io;
use std::net::SocketAddr;

use defacto_types::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Self {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The names a 422 gives.
    pub(crate) fn refused(&self) -> Vec<String> {
        assert_eq!(self.status, 422, "{}", self.text());
        assert!(self.head.contains("content-type: application/problem+json"));
        let params = self.json()["invalid_params"].as_array().unwrap().clone();
        assert!(params.iter().all(|param| param["reason"].is_string()));
        params
            .iter()
            .map(|param| param["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// A request with a key, and with `connection: close` unless kept.
pub(crate) fn request(to: SocketAddr, method: &str, path: &str, body: &str, keep: bool) -> String {
    let close = if keep { "" } else { "connection: close\r\n" };
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {to}\r\nauthorization: Bearer k\r\n{close}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// All that comes back until the connection ends, and how it ends.
pub(crate) async fn exchange(to: SocketAddr, request: &str) -> (Vec<u8>, io::Result<usize>) {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).await;
    (bytes, end)
}

pub(crate) async fn send(to: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    let (bytes, end) = exchange(to, &request(to, method, path, body, false)).await;
    end.unwrap();
    Answer::of(&bytes)
}

pub(crate) async fn get(to: SocketAddr, path: &str) -> Answer {
    send(to, "GET", path, "").await
}
