//! Requests out, answers in: one attempt ([`transport`]), whether and when to
//! repeat it (`retry`), what became of a lost one (`recover`), all put
//! together in `send`.

mod answer;
mod mask;
mod multipart;
mod network;
mod outgoing;
mod recover;
mod request;
mod retry;
mod send;
pub mod transport;

pub(crate) use answer::{Answer, Found};
pub use multipart::File;
pub(crate) use network::Network;
pub(crate) use recover::{State, look};
pub(crate) use request::{Request, header, new_salt, new_uuid};
pub(crate) use retry::{Budget, Pace};
pub(crate) use send::{send, send_until};
