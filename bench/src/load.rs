//! Load for the simulator: HTTP written by hand, so that the server is what
//! takes the time.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Outcome;
use crate::clients::KEY;

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
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {KEY}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
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
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let (head, whole) = self.answer().await?;
        Ok(std::str::from_utf8(&self.buffer[head..whole])?)
    }

    /// Sends all of these at once, and reads their answers, which must be
    /// successes.
    ///
    /// # Errors
    ///
    /// When one is none.
    pub async fn ask_all(&mut self, requests: &[Vec<u8>]) -> Outcome<()> {
        self.buffer.clear();
        self.stream.write_all(&requests.concat()).await?;
        for _ in requests {
            let (_, whole) = self.answer().await?;
            self.buffer.drain(..whole);
        }
        Ok(())
    }

    /// Reads an answer to the front of the buffer: where its body begins and
    /// ends.
    async fn answer(&mut self) -> Outcome<(usize, usize)> {
        let mut found = None;
        loop {
            if found.is_none()
                && let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                let head = end + 4;
                found = Some((head, head + length(&self.buffer[..head])?));
            }
            if let Some((head, whole)) = found
                && self.buffer.len() >= whole
            {
                if !self.buffer.starts_with(b"HTTP/1.1 2") {
                    let body = String::from_utf8_lossy(&self.buffer[head..whole]);
                    return Err(format!("refused: {body}").into());
                }
                return Ok((head, whole));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
        }
    }
}

fn length(head: &[u8]) -> Outcome<usize> {
    let head = std::str::from_utf8(head)?;
    if head.starts_with("HTTP/1.1 204") {
        return Ok(0);
    }
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
