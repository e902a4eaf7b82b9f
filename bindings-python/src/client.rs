//! A client, its lists and its submitted calls.

use defacto::File;
use defacto::bridge::{Door, DoorPages, Reply, Ticket};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::completions::NativeCompletions;
use crate::failure::{log, raise};
use crate::object::value;
use crate::wait::wait;

/// What an operation answered: JSON or a page, status, attempts, seconds, of a
/// creation whether it is new and, where they were asked for, the headers.
pub(crate) type Answer<'py, 'a> = (
    Bound<'py, PyAny>,
    u16,
    u32,
    f64,
    Option<std::borrow::Cow<'static, str>>,
    Option<Vec<(&'a str, &'a str)>>,
);

pub(crate) fn answer<'py, 'a>(
    py: Python<'py>,
    reply: &'a Reply,
    headers: bool,
) -> PyResult<Answer<'py, 'a>> {
    Ok((
        value(py, reply)?,
        reply.status,
        reply.attempts,
        reply.elapsed.as_secs_f64(),
        reply
            .creation
            .map(|creation| format!("{creation:?}").into()),
        headers.then(|| reply.headers().collect()),
    ))
}

/// A client; its calls release the interpreter while they wait.
#[pyclass(frozen)]
pub(crate) struct NativeClient(Door);

#[pymethods]
impl NativeClient {
    #[new]
    fn new(py: Python<'_>, settings: &[u8]) -> PyResult<Self> {
        py.detach(|| Door::open_logged(settings, log))
            .map(Self)
            .map_err(|error| raise(py, &error))
    }

    /// One operation by its name.
    fn call<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        input: &[u8],
        file: Option<(String, Vec<u8>)>,
        is_main: bool,
        headers: bool,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let file = file.map(|(name, content)| File::pdf(name, content));
        let reply = wait(py, is_main, Reply::untaken, |wait_on| {
            self.0.call_while(operation, input, file, wait_on)
        })?;
        answer(py, &reply, headers)?.into_pyobject(py)
    }

    /// One operation without waiting: its answer goes to `completions`.
    #[expect(
        clippy::too_many_arguments,
        reason = "called by one place, by position"
    )]
    fn submit(
        &self,
        py: Python<'_>,
        operation: &str,
        input: &[u8],
        file: Option<(String, Vec<u8>)>,
        headers: bool,
        completions: &NativeCompletions,
        token: u64,
    ) -> PyResult<NativeTicket> {
        let file = file.map(|(name, content)| File::pdf(name, content));
        let push = completions.sender(token, headers);
        let done = move |reply: Result<Reply, _>| push(reply.map(Some));
        self.0
            .submit(operation, input, file, done)
            .map(|ticket| NativeTicket(Some(ticket)))
            .map_err(|error| raise(py, &error))
    }

    /// A tracker of the client's loans: a client too.
    fn track(&self, py: Python<'_>, settings: &[u8]) -> PyResult<Self> {
        py.detach(|| self.0.track(settings))
            .map(Self)
            .map_err(|error| raise(py, &error))
    }

    /// A list operation by its name; nothing is sent yet.
    fn pages(&self, py: Python<'_>, operation: &str, input: &[u8]) -> PyResult<NativePages> {
        self.0
            .pages(operation, input)
            .map(NativePages)
            .map_err(|error| raise(py, &error))
    }

    /// Lets go of the connections; calls are refused from now on.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.0.close());
    }
}

/// A submitted call.
#[pyclass(frozen)]
pub(crate) struct NativeTicket(Option<Ticket>);

#[pymethods]
impl NativeTicket {
    /// Gives the call up; its answer comes no more.
    fn cancel(&self) {
        if let Some(ticket) = &self.0 {
            ticket.cancel();
        }
    }
}

/// The pages of a list. The core follows the cursors.
#[pyclass(frozen)]
pub(crate) struct NativePages(DoorPages);

#[pymethods]
impl NativePages {
    /// The next page; `None` after the last.
    fn next<'py>(&self, py: Python<'py>, is_main: bool) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let reply = wait(py, is_main, |_| None, |wait_on| self.0.next_while(wait_on))?;
        let page = reply.map(|reply| answer(py, &reply, false)?.into_pyobject(py));
        page.transpose()
    }

    /// The same without waiting.
    fn submit_next(
        &self,
        py: Python<'_>,
        completions: &NativeCompletions,
        token: u64,
    ) -> PyResult<NativeTicket> {
        self.0
            .submit_next(completions.sender(token, false))
            .map(NativeTicket)
            .map_err(|error| raise(py, &error))
    }

    #[getter]
    fn cursor(&self, py: Python<'_>) -> Option<String> {
        // Another thread may hold the lock while it takes a page in.
        py.detach(|| self.0.cursor())
    }
}
