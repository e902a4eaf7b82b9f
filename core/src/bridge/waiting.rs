//! A waiter under way: reads, and pauses between them.

use std::pin::pin;

use defacto_types::{Value, Waiter};

use super::settings::plan;
use crate::client::Shared;
use crate::http::transport::Transport;
use crate::http::{Answer, Request, send_until};
use crate::tracking::Tracker;
use crate::wait::{Read, Seen, Watch};
use crate::{Client, Error, ErrorKind, blocking};

/// A waiter ready to begin.
pub(super) struct Waiting {
    request: Box<Request>,
    watch: Watch,
}

impl Waiting {
    pub(super) fn new(
        waiter: &'static Waiter,
        request: Box<Request>,
        terms: Value,
    ) -> Result<Self, Error> {
        Ok(Self {
            watch: Watch::begin(plan(waiter, terms)?, None)?,
            request,
        })
    }

    /// On the calling thread, until `stop` is over.
    pub(super) fn on(
        self: Box<Self>,
        client: &blocking::Client,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<Answer, Error> {
        client.drive_on_a_thread(async move |shared, transport| {
            self.run(shared, transport, stop).await
        })
    }

    /// In the runtime of a client that does not block.
    pub(super) async fn with(
        self: Box<Self>,
        client: &Client,
        stop: impl Future<Output = ()>,
    ) -> Result<Answer, Error> {
        let (shared, transport) = client.parts();
        self.run(shared, transport, stop).await
    }

    /// By a tracker, which listens too.
    pub(super) async fn by(
        self: Box<Self>,
        tracker: &Tracker,
        stop: impl Future<Output = ()>,
    ) -> Result<Answer, Error> {
        let Self { request, watch } = *self;
        let id = request.params.iter().find(|(name, _)| *name == "loan_id");
        let id = id.map_or_else(String::new, |(_, id)| id.clone());
        tracker.watch(&id, &request, watch, None, stop).await
    }

    async fn run(
        mut self: Box<Self>,
        shared: &Shared,
        transport: &dyn Transport,
        stop: impl Future<Output = ()>,
    ) -> Result<Answer, Error> {
        let mut stop = pin!(stop);
        loop {
            let mut request = self.request.clone();
            request.options.deadline = Some(self.watch.patience());
            let read = send_until(shared, transport, request, stop.as_mut()).await;
            let pause = match self.watch.take(read.and_then(Read::new), rand::random())? {
                Seen::Reached(read) => return Ok(read.answer),
                Seen::Later(pause) => pause,
            };
            tokio::select! {
                biased;
                () = tokio::time::sleep(pause) => {}
                () = stop.as_mut() => {
                    let stopped = Error::new(ErrorKind::Canceled, "the caller stopped waiting");
                    return Err(self.request.blame(stopped));
                }
            }
        }
    }
}
