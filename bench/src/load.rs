//! Load for the simulator: HTTP written by hand, so that the server is what
//! takes the time.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Outcome;

/// A connection that is kept.
#[derive(Debug)]
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A request's bytes.
#[must_use]
pub fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer bench\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

impl Line {
    /// A new connection.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn open(to: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends a request and reads the body of its answer, which must be a
    /// success.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub async fn ask(&mut self, request: &[u8]) -> Outcome<&str> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let mut whole = usize::MAX;
        let mut head = 0;
        while self.buffer.len() < whole {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if head == 0
                && let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                head = end + 4;
                whole = head + length(&self.buffer[..head])?;
            }
        }
        let body = std::str::from_utf8(&self.buffer[head..])?;
        if !self.buffer.starts_with(b"HTTP/1.1 2") {
            return Err(format!("refused: {body}").into());
        }
        Ok(body)
    }
}

fn length(head: &[u8]) -> Outcome<usize> {
    let head = std::str::from_utf8(head)?;
    let field = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, value) = field.ok_or("the answer has no length")?;
    Ok(value.trim().parse()?)
}

/// The same request on several connections, so many times on each.
///
/// # Errors
///
/// When one is no success.
pub async fn repeat(
    to: SocketAddr,
    request: &Arc<[u8]>,
    connections: usize,
    each: usize,
) -> Outcome<()> {
    let mut lines = JoinSet::new();
    for _ in 0..connections {
        let request = request.clone();
        lines.spawn(async move {
            let mut line = Line::open(to).await?;
            for _ in 0..each {
                line.ask(&request).await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(done) = lines.join_next().await {
        done??;
    }
    Ok(())
}
