//! A way to a server that can be shut.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// Stands before a server. While it is shut nobody gets through: who was is cut off, and
/// who comes as soon as he has said something.
pub(crate) struct Gate {
    address: SocketAddr,
    is_open: watch::Sender<bool>,
    refused: Arc<AtomicUsize>,
    _standing: Standing,
}

struct Standing(AbortHandle);

impl Drop for Standing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Gate {
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let is_open = watch::Sender::new(true);
        let refused = Arc::new(AtomicUsize::new(0));
        let (open, count) = (is_open.clone(), refused.clone());
        let standing = tokio::spawn(async move {
            loop {
                let (mut inner, _) = listener.accept().await.unwrap();
                let mut open = open.subscribe();
                let is_open = *open.borrow();
                if !is_open {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                tokio::spawn(async move {
                    if !is_open {
                        // What is asked has left by then.
                        let _ = inner.read_u8().await;
                        return;
                    }
                    let mut outer = TcpStream::connect(server).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut inner, &mut outer) => {}
                        _ = open.wait_for(|open| !*open) => {}
                    }
                });
            }
        });
        Self {
            address,
            is_open,
            refused,
            _standing: Standing(standing.abort_handle()),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn shut(&self) {
        self.is_open.send_replace(false);
    }

    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }

    /// How many came while it was shut.
    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Ordering::Relaxed)
    }
}
