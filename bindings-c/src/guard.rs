//! The boundary: faults become a status and an error, and no panic gets out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use defacto::bridge;
use serde_json::{Value as Json, json};

use crate::error::Failure;
use crate::pointer::Out;
use crate::status::Status;

/// Why a function did not do what it was asked.
pub(crate) enum Fault {
    /// This argument may not be NULL.
    Null(&'static str),
    /// This text is not UTF-8.
    Text(&'static str),
    /// This length is not possible.
    Length(&'static str),
    /// This is no handle of the type asked for.
    Handle(&'static str),
    /// The JSON pointer leads nowhere.
    Absent,
    /// What is there is of another type.
    WrongType,
    /// A list has no more pages; no error.
    End,
    /// A submitted call has not ended yet; no error.
    Running,
    /// A submitted call's result was taken before.
    Taken,
    /// The operating system's error.
    System(std::io::Error),
    /// The core's error.
    Core(defacto::Error),
    /// The JSON text is none.
    Json(String),
    /// A bug of ours.
    Panic,
}

impl From<defacto::Error> for Fault {
    fn from(error: defacto::Error) -> Self {
        Self::Core(error)
    }
}

impl Fault {
    fn status(&self) -> Status {
        match self {
            Self::Null(_) => Status::NullArgument,
            Self::Text(_) => Status::NotUtf8,
            Self::Length(_) => Status::BadLength,
            Self::Handle(_) => Status::WrongHandle,
            Self::Running => Status::Running,
            Self::Taken => Status::Taken,
            Self::System(_) => Status::System,
            Self::Absent => Status::Absent,
            Self::WrongType => Status::WrongType,
            Self::End => Status::End,
            Self::Core(error) => error.kind().into(),
            Self::Json(_) => Status::NotJson,
            Self::Panic => Status::Panic,
        }
    }

    fn details(&self) -> Json {
        let message = match self {
            Self::Null(name) => format!("{name} is NULL: pass one"),
            Self::Text(name) => format!("{name} is not UTF-8: convert it"),
            Self::Length(name) => format!("the length of {name} is not possible"),
            Self::Handle(name) => format!("{name} is no live handle of its type"),
            Self::Running => "the call has not ended yet".to_owned(),
            Self::Taken => "the call's result was taken before".to_owned(),
            Self::System(error) => format!("the operating system refuses: {error}"),
            Self::Absent => "there is no such member".to_owned(),
            Self::WrongType => "the member is of another type".to_owned(),
            Self::End => "the list has ended".to_owned(),
            Self::Json(problem) => format!("the text is not JSON: {problem}"),
            Self::Panic => "a bug of the library: please report it".to_owned(),
            Self::Core(error) => return bridge::failure(error),
        };
        json!({"code": self.status() as i32, "message": message})
    }
}

/// Runs a function's body. A fault is told by the status and, where `error` is
/// not NULL, by a new error.
pub(crate) fn guard(error: *mut *mut Failure, body: impl FnOnce() -> Result<(), Fault>) -> Status {
    let fault = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return Status::Ok,
        Ok(Err(fault)) => fault,
        Err(_) => Fault::Panic,
    };
    let status = fault.status();
    if !matches!(status, Status::End | Status::Running)
        && let Ok(out) = Out::new(error, "error")
        && let Ok(failure) =
            catch_unwind(AssertUnwindSafe(|| Failure::new(status, fault.details())))
    {
        out.give(failure);
    }
    status
}

/// Runs a body that gives a plain value; `otherwise` after a panic.
pub(crate) fn plain<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}
