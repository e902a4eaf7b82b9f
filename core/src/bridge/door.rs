//! A client as another language holds it: bytes in, bytes out, blocking or
//! submitted.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use defacto_types::Operation;
use tokio::sync::Notify;

use super::settings::builder;
use super::task::{Task, parse, prepare};
use super::tracking::Tracking;
use super::{DoorPages, Note, Reply};
use crate::client::ClientBuilder;
use crate::http::File;
use crate::{Client, Error, ErrorKind, blocking, runtime};

/// A client over JSON. Cheap to clone; the clones share everything.
#[derive(Clone, Debug)]
pub struct Door {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Gone once the door is closed, and with it the connections.
    clients: RwLock<Option<Arc<Clients>>>,
    process: u32,
}

#[derive(Debug)]
pub(super) struct Clients {
    builder: ClientBuilder,
    pub(super) blocking: blocking::Client,
    /// Made for the first submitted call: most hosts make only one kind.
    submitting: OnceLock<Client>,
    /// Of a tracker's door.
    tracking: Option<Arc<Tracking>>,
}

impl Clients {
    fn submitting(&self) -> Result<&Client, Error> {
        if let Some(client) = self.submitting.get() {
            return Ok(client);
        }
        let client = self.builder.clone().build()?;
        Ok(self.submitting.get_or_init(|| client))
    }
}

impl Clients {
    /// Whether tasks are a tracker's, whose store and connections belong to the
    /// runtime.
    pub(super) fn tracks(&self) -> bool {
        self.tracking.is_some()
    }
}

fn no_tracker(verb: &'static Operation) -> Error {
    let problem = "this is a tracker's: open one with `tracker` and call it there";
    Error::new(ErrorKind::InvalidInput, problem).with_operation(verb)
}

fn left(verb: &'static Operation) -> Error {
    Error::new(ErrorKind::Canceled, "the caller stopped waiting").with_operation(verb)
}

impl Door {
    /// Opens a client with [`SETTINGS`](crate::types::SETTINGS) as a JSON
    /// object; nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when a setting is missing, unknown or
    /// cannot be used.
    pub fn open(settings: &[u8]) -> Result<Self, Error> {
        Self::start(builder(parse("settings", settings)?)?)
    }

    /// As [`open`](Self::open), with a function for the host's log: it is told
    /// what happens in the calls, on the thread where it happens.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_logged(
        settings: &[u8],
        log: impl Fn(&Note<'_>) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let builder = builder(parse("settings", settings)?)?;
        Self::start(builder.on_event(move |event| log(&Note(event))))
    }

    fn start(builder: ClientBuilder) -> Result<Self, Error> {
        let blocking = builder.clone().build_blocking()?;
        let clients = Clients {
            builder,
            blocking,
            submitting: OnceLock::new(),
            tracking: None,
        };
        Ok(Self::with(clients))
    }

    fn with(clients: Clients) -> Self {
        Self {
            inner: Arc::new(Inner {
                clients: RwLock::new(Some(Arc::new(clients))),
                process: std::process::id(),
            }),
        }
    }

    /// Opens a tracker of the client's loans, with
    /// [`TRACKER_SETTINGS`](crate::types::TRACKER_SETTINGS) as a JSON object. It
    /// is a door too, on the same connections: what changes something is written
    /// down before it is sent and settled after a crash, what is read is
    /// remembered, and the verbs of [`TRACKER`](crate::types::TRACKER) are called
    /// like operations. Closing it closes the store; the client stays open. The
    /// calling thread waits while the store is opened, and for each of
    /// [`call`](Self::call)'s calls, which run on the process's shared runtime.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when a setting is missing, unknown or cannot
    /// be used, [`ErrorKind::Store`] when the store cannot be opened.
    pub fn track(&self, settings: &[u8]) -> Result<Self, Error> {
        let clients = self.clients()?;
        crate::blocking::same_process(self.inner.process)?;
        let client = clients.submitting()?.clone();
        let opened = {
            let (client, settings) = (client.clone(), settings.to_vec());
            runtime::wait(async move { Tracking::open(client, &settings).await })?
        };
        Ok(Self::with(Clients {
            builder: clients.builder.clone(),
            blocking: clients.blocking.clone(),
            submitting: OnceLock::from(client),
            tracking: Some(Arc::new(opened)),
        }))
    }

    /// Lets go of the connections, in every clone and in every list begun.
    /// Calls under way end as usual, new ones are refused. In a process that
    /// was forked off, where all are refused already, it does nothing.
    pub fn close(&self) {
        // Another thread of the parent's may have held the lock.
        if self.inner.process == std::process::id() {
            let clients = self.inner.clients.write();
            let gone = clients.unwrap_or_else(PoisonError::into_inner).take();
            // Not under the lock: it takes its time.
            drop(gone);
        }
    }

    /// What calls are made with, unless the door is closed.
    pub(super) fn clients(&self) -> Result<Arc<Clients>, Error> {
        // It is there or not, whoever panicked.
        let clients = self.inner.clients.read();
        let clients = clients.unwrap_or_else(PoisonError::into_inner);
        clients.clone().ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                "this client is closed: make a new one",
            )
        })
    }

    /// Sends an operation (`loans.create`) and waits for its answer. `input`
    /// is `{"path": {…}, "query": {…}, "body": …, "options": {…}}`; each may
    /// be left out.
    ///
    /// Beside the [operations](crate::types::OPERATIONS) there are the
    /// [waiters](crate::types::WAITERS), whose terms and `statuses` are in
    /// `wait`, and `raw`, for a path this version has no operation for, with
    /// `"raw": {"method": "GET", "path": "/loans"}` in the place of `path`.
    ///
    /// # Errors
    ///
    /// See docs/errors.md.
    pub fn call(&self, operation: &str, input: &[u8], file: Option<File>) -> Result<Reply, Error> {
        let task = prepare(operation, input, file)?;
        let clients = self.clients()?;
        let blocking = &clients.blocking;
        Reply::read(match task {
            task if clients.tracks() => return self.wait(&clients, task, &mut || true),
            Task::Once(request) => blocking.send(request)?,
            Task::Wait(waiting) => waiting.on(blocking, std::future::pending())?,
            Task::Track(verb, _) => return Err(no_tracker(verb)),
        })
    }

    /// As [`call`](Self::call), and asks some twenty times a second whether to
    /// wait on: for hosts whose signals only they can see.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call); when given up, as [`Ticket::cancel`].
    pub fn call_while(
        &self,
        operation: &str,
        input: &[u8],
        file: Option<File>,
        wait_on: &mut (dyn FnMut() -> bool + Send),
    ) -> Result<Reply, Error> {
        let task = prepare(operation, input, file)?;
        let clients = self.clients()?;
        let blocking = &clients.blocking;
        Reply::read(match task {
            task if clients.tracks() => return self.wait(&clients, task, wait_on),
            Task::Once(request) => blocking.send_while(request, wait_on)?,
            Task::Wait(waiting) => waiting.on(blocking, blocking::until_not(wait_on))?,
            Task::Track(verb, _) => return Err(no_tracker(verb)),
        })
    }

    /// Submits a task and waits for its reply, as long as `wait_on` says.
    pub(super) fn wait(
        &self,
        clients: &Clients,
        task: Task,
        wait_on: &mut (dyn FnMut() -> bool + Send),
    ) -> Result<Reply, Error> {
        let (send, replies) = mpsc::channel();
        // Nobody may be waiting any more.
        let ticket = self.spawn(clients, task, move |reply| drop(send.send(reply)))?;
        let mut waits = true;
        loop {
            match replies.recv_timeout(blocking::SLICE) {
                Ok(reply) => return reply,
                Err(RecvTimeoutError::Timeout) if waits => {
                    waits = wait_on();
                    if !waits {
                        ticket.cancel();
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::new(ErrorKind::Canceled, "the call was left"));
                }
            }
        }
    }

    /// Sends an operation without waiting; `done` is called once, with its
    /// answer, on the thread of the process's shared runtime, so it must be
    /// short.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when there is no such operation, the client
    /// is closed or belongs to another process. Everything else comes to `done`.
    pub fn submit(
        &self,
        operation: &str,
        input: &[u8],
        file: Option<File>,
        done: impl FnOnce(Result<Reply, Error>) + Send + 'static,
    ) -> Result<Ticket, Error> {
        let task = prepare(operation, input, file)?;
        let clients = self.clients()?;
        self.spawn(&clients, task, done)
    }

    pub(super) fn spawn(
        &self,
        clients: &Clients,
        task: Task,
        done: impl FnOnce(Result<Reply, Error>) + Send + 'static,
    ) -> Result<Ticket, Error> {
        crate::blocking::same_process(self.inner.process)?;
        let client = clients.submitting()?.clone();
        let tracking = clients.tracking.clone();
        let ticket = Ticket(Arc::new(Notify::new()));
        let canceled = ticket.0.clone();
        runtime::spawn(async move {
            let stop = canceled.notified();
            done(match (task, tracking) {
                (Task::Once(request), Some(tracking)) => {
                    let answer = tracking.carry_out(request, stop).await;
                    answer.and_then(Reply::read)
                }
                (Task::Once(request), None) => {
                    let answer = client.send_until(request, stop).await;
                    answer.and_then(Reply::read)
                }
                (Task::Wait(waiting), Some(tracking)) => {
                    let answer = tracking.wait(waiting, stop).await;
                    // Whoever is told its end may close the store.
                    drop(tracking);
                    answer.and_then(Reply::read)
                }
                (Task::Wait(waiting), None) => {
                    let answer = waiting.with(&client, stop).await;
                    answer.and_then(Reply::read)
                }
                (Task::Track(verb, input), Some(tracking)) => tokio::select! {
                    reply = tracking.act(verb, *input) => reply,
                    () = stop => Err(left(verb)),
                },
                (Task::Track(verb, _), None) => Err(no_tracker(verb)),
            });
        })?;
        Ok(ticket)
    }

    /// A list operation, page by page; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when there is no such list,
    /// [`ErrorKind::Configuration`] when the client is closed.
    pub fn pages(&self, operation: &str, input: &[u8]) -> Result<DoorPages, Error> {
        self.clients()?;
        let Task::Once(request) = prepare(operation, input, None)? else {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("{operation} gives no pages: call it"),
            ));
        };
        Ok(DoorPages::new(self.clone(), request))
    }
}

/// A submitted call.
#[derive(Debug)]
pub struct Ticket(Arc<Notify>);

impl Ticket {
    /// Stops waiting, unless the answer is there already. `done` is called
    /// with [`ErrorKind::OutcomeUnknown`] where a change may have been made,
    /// otherwise with [`ErrorKind::Canceled`].
    pub fn cancel(&self) {
        self.0.notify_one();
    }
}
