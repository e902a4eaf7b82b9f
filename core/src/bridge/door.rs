//! A client as another language holds it: bytes in, bytes out, blocking or
//! submitted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use tokio::sync::Notify;

use super::settings::builder;
use super::task::{Task, parse, prepare};
use super::{Note, Reply, runtime};
use crate::client::ClientBuilder;
use crate::http::File;
use crate::trail::Trail;
use crate::{Client, Error, ErrorKind, blocking};

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
struct Clients {
    builder: ClientBuilder,
    blocking: blocking::Client,
    /// Made for the first submitted call: most hosts make only one kind.
    submitting: OnceLock<Client>,
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
        };
        Ok(Self {
            inner: Arc::new(Inner {
                clients: RwLock::new(Some(Arc::new(clients))),
                process: std::process::id(),
            }),
        })
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
    fn clients(&self) -> Result<Arc<Clients>, Error> {
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
        let blocking = &self.clients()?.blocking;
        Reply::read(match task {
            Task::Once(request) => blocking.send(request)?,
            Task::Wait(waiting) => waiting.on(blocking, std::future::pending())?,
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
        let blocking = &self.clients()?.blocking;
        Reply::read(match task {
            Task::Once(request) => blocking.send_while(request, wait_on)?,
            Task::Wait(waiting) => waiting.on(blocking, blocking::until_not(wait_on))?,
        })
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

    fn spawn(
        &self,
        clients: &Clients,
        task: Task,
        done: impl FnOnce(Result<Reply, Error>) + Send + 'static,
    ) -> Result<Ticket, Error> {
        crate::blocking::same_process(self.inner.process)?;
        let client = clients.submitting()?.clone();
        let ticket = Ticket(Arc::new(Notify::new()));
        let canceled = ticket.0.clone();
        runtime::spawn(async move {
            let stop = canceled.notified();
            let result = match task {
                Task::Once(request) => client.send_until(request, stop).await,
                Task::Wait(waiting) => waiting.with(&client, stop).await,
            };
            done(result.and_then(Reply::read));
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
        Ok(DoorPages {
            door: self.clone(),
            trail: Arc::new(Mutex::new(Trail::new(request))),
            is_reading: Arc::default(),
        })
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

/// A list read page by page; clones go the same way.
#[derive(Clone, Debug)]
pub struct DoorPages {
    door: Door,
    trail: Arc<Mutex<Trail>>,
    is_reading: Arc<AtomicBool>,
}

/// One page at a time is read: two would read the same.
struct Reading(Arc<AtomicBool>);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl DoorPages {
    /// The next page; `None` after the last. After an error that may pass the
    /// same page is read again; any other ends the list.
    ///
    /// # Errors
    ///
    /// See docs/errors.md.
    pub fn next(&self) -> Result<Option<Reply>, Error> {
        let clients = self.door.clients()?;
        let _reading = self.begin()?;
        let Some(request) = self.lock().request() else {
            return Ok(None);
        };
        let answer = clients.blocking.send(request);
        self.take(answer.and_then(Reply::read))
    }

    /// As [`next`](Self::next), given up as in [`Door::call_while`].
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next); [`ErrorKind::Canceled`] when given up, and the
    /// page can be asked for again.
    pub fn next_while(
        &self,
        wait_on: &mut (dyn FnMut() -> bool + Send),
    ) -> Result<Option<Reply>, Error> {
        let clients = self.door.clients()?;
        let _reading = self.begin()?;
        let Some(request) = self.lock().request() else {
            return Ok(None);
        };
        let answer = clients.blocking.send_while(request, wait_on);
        self.take(answer.and_then(Reply::read))
    }

    fn begin(&self) -> Result<Reading, Error> {
        if self.is_reading.swap(true, Ordering::Acquire) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "a page of this list is being read: wait for it before the next",
            ));
        }
        Ok(Reading(self.is_reading.clone()))
    }

    fn take(&self, reply: Result<Reply, Error>) -> Result<Option<Reply>, Error> {
        self.lock()
            .take(reply, |reply| reply.next_page.as_deref())
            .map(Some)
    }

    /// The same without waiting; see [`Door::submit`].
    ///
    /// # Errors
    ///
    /// As [`Door::submit`].
    pub fn submit_next(
        &self,
        done: impl FnOnce(Result<Option<Reply>, Error>) + Send + 'static,
    ) -> Result<Option<Ticket>, Error> {
        let clients = self.door.clients()?;
        let reading = self.begin()?;
        let Some(request) = self.lock().request() else {
            drop(reading);
            done(Ok(None));
            return Ok(None);
        };
        let pages = self.clone();
        let took = move |reply| {
            let page = pages.take(reply);
            drop(reading);
            done(page);
        };
        self.door
            .spawn(&clients, Task::Once(request), took)
            .map(Some)
    }

    /// Where the next page begins, to go on from later.
    #[must_use]
    pub fn cursor(&self) -> Option<String> {
        self.lock().cursor().map(str::to_owned)
    }

    /// A page is followed whole or not at all, so a poisoned lock guards
    /// nothing broken.
    fn lock(&self) -> std::sync::MutexGuard<'_, Trail> {
        self.trail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
