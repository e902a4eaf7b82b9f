//! Requests out, answers in.

mod answer;
mod transport;

pub(crate) use answer::Answer;
pub(crate) use transport::{Request, Timeouts, Transport, is_loopback};
