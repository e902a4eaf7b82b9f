//! A list as another language holds it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::Reply;
use super::door::{Door, Ticket};
use super::task::Task;
use crate::http::Request;
use crate::trail::Trail;
use crate::{Error, ErrorKind};

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
    pub(super) fn new(door: Door, request: Box<Request>) -> Self {
        Self {
            door,
            trail: Arc::new(Mutex::new(Trail::new(request))),
            is_reading: Arc::default(),
        }
    }

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
        self.take(if clients.tracks() {
            // What is read through a tracker is remembered.
            self.door.wait(&clients, Task::Once(request), &mut || true)
        } else {
            clients.blocking.send(request).and_then(Reply::read)
        })
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
        self.take(if clients.tracks() {
            self.door.wait(&clients, Task::Once(request), wait_on)
        } else {
            let answer = clients.blocking.send_while(request, wait_on);
            answer.and_then(Reply::read)
        })
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
