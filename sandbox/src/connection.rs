//! The accepted connections, and the hold a fault has on one's socket.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::accounts::Accounts;

/// How long to wait when the system has no more sockets to give.
const PAUSE: Duration = Duration::from_millis(100);

/// The connection a request came in on; an extension of every request.
#[derive(Clone, Debug)]
pub(crate) struct Connection(Arc<Held>);

#[derive(Debug)]
struct Held {
    address: SocketAddr,
    orders: mpsc::UnboundedSender<Order>,
    closing: watch::Receiver<bool>,
}

/// How many connections are open; clones share the count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Open(Arc<AtomicUsize>);

impl Open {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }

    /// Counts one more, until the guard is dropped.
    fn enter(&self) -> Counted {
        self.0.fetch_add(1, Ordering::AcqRel);
        Counted(self.clone())
    }
}

/// Held as long as the connection's socket.
struct Counted(Open);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What is to become of a connection.
#[derive(Debug)]
enum Order {
    Reset,
    Send(Vec<u8>),
    CloseWhenIdle,
}

impl Connection {
    /// The server's end.
    pub(crate) fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Resets it without another byte. The request under way is dropped.
    pub(crate) fn reset(&self) {
        self.order(Order::Reset);
    }

    /// Sends these bytes as they are and closes it. The request under way is
    /// dropped.
    pub(crate) fn send(&self, bytes: Vec<u8>) {
        self.order(Order::Send(bytes));
    }

    /// Closes it once the answer under way has been written. The answer does
    /// not announce it if its head has been written already.
    pub(crate) fn close_when_idle(&self) {
        self.order(Order::CloseWhenIdle);
    }

    /// Waits this long, or until the server is asked to stop.
    pub(crate) async fn pause(&self, delay: Duration) {
        let mut closing = self.0.closing.clone();
        tokio::select! {
            () = sleep(delay) => {}
            _ = closing.wait_for(|closing| *closing) => {}
        }
    }

    /// Waits until the server is asked to stop.
    pub(crate) async fn closing(&self) {
        let mut closing = self.0.closing.clone();
        let _ = closing.wait_for(|closing| *closing).await;
    }

    /// A connection that is gone already needs no order.
    fn order(&self, order: Order) {
        let _ = self.0.orders.send(order);
    }
}

/// Serves until asked to stop, or the one who would ask is gone; then lets
/// the requests under way finish.
pub(crate) async fn serve(
    listener: TcpListener,
    accounts: Accounts,
    open: Open,
    mut asked: oneshot::Receiver<()>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let (close, closing) = watch::channel(false);
    // Dropping it ends the connections at once.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut asked => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(run(stream, address, accounts.clone(), open.enter(), closing.clone()));
                }
                Err(error) if of_one_connection(&error) => {}
                Err(_) => sleep(PAUSE).await,
            },
        }
    }
    drop(listener);
    close.send_replace(true);
    while connections.join_next().await.is_some() {}
    Ok(())
}

/// Whether it is the connection that failed, and not the accepting.
fn of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// Serves one connection to its end. How it ends is the client's business, so
/// errors are dropped.
async fn run(
    stream: TcpStream,
    address: SocketAddr,
    accounts: Accounts,
    // A parameter lives longer than the socket, which is moved below.
    _counted: Counted,
    mut closing: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let (orders, mut ordered) = mpsc::unbounded_channel();
    let connection = Connection(Arc::new(Held {
        address: stream.local_addr().unwrap_or(address),
        orders,
        closing: closing.clone(),
    }));
    let mut http =
        http1::Builder::new().serve_connection(TokioIo::new(stream), service(accounts, connection));
    let mut asked = false;
    let order = loop {
        tokio::select! {
            // First, so that what was answered is written before an order.
            biased;
            _ = &mut http => return,
            Some(order) = ordered.recv() => match order {
                Order::CloseWhenIdle => Pin::new(&mut http).graceful_shutdown(),
                Order::Reset | Order::Send(_) => break order,
            },
            _ = closing.wait_for(|closing| *closing), if !asked => {
                asked = true;
                Pin::new(&mut http).graceful_shutdown();
            }
        }
    };
    let mut stream = http.into_parts().io.into_inner();
    match order {
        // Closing then discards what is unsent and sends a reset.
        Order::Reset => drop(stream.set_zero_linger()),
        Order::Send(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Order::CloseWhenIdle => {}
    }
}

fn service(
    accounts: Accounts,
    connection: Connection,
) -> impl Service<
    Request<Incoming>,
    Response = Response<Body>,
    Error = Infallible,
    Future = impl Future<Output = Result<Response<Body>, Infallible>>,
> {
    service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        let picked = accounts.pick(&mut request);
        async move {
            match picked {
                Ok(router) => TowerToHyperService::new(router).call(request).await,
                Err(refusal) => Ok(*refusal),
            }
        }
    })
}
