//! The program's own log of what happens in the calls.

use std::ffi::{CString, c_char, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use defacto::bridge::{Level as Core, Note};

use crate::guard::Fault;

/// How much a log line matters. The numbers are stable; more may come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(i32)]
pub enum Level {
    /// For who follows a call step by step.
    Debug = 10,
    /// Slower than usual, but under way.
    Info = 20,
    /// Somebody should look.
    Warning = 30,
}

/// A function of the program's that is told what happens in the calls. It gets
/// the `context` it was given with, the operation's name, such as
/// "loans.create", and a line for people. Both texts live until it returns,
/// and never hold a key, an address, a header or a body. It runs on the thread
/// where a call runs, which for a submitted one is the library's, and on
/// several at once; so it is short, locks what it shares, calls nothing of
/// this library, and leaves neither by an exception nor by longjmp.
pub type Log = Option<
    extern "C" fn(
        context: *mut c_void,
        level: Level,
        operation: *const c_char,
        message: *const c_char,
    ),
>;

struct Target {
    log: extern "C" fn(*mut c_void, Level, *const c_char, *const c_char),
    /// Only handed back, never followed. Atomic because a plain pointer may
    /// not be held by several threads.
    context: AtomicPtr<c_void>,
}

/// Where the lines of one client go, until the client is freed: its submitted
/// calls may go on, but the program's context may be gone by then.
pub(crate) struct Sink {
    target: Arc<RwLock<Option<Target>>>,
    process: u32,
}

impl Sink {
    pub(crate) fn new(log: Log, context: *mut c_void) -> Result<Self, Fault> {
        let log = log.ok_or(Fault::Null("log"))?;
        let context = AtomicPtr::new(context);
        Ok(Self {
            target: Arc::new(RwLock::new(Some(Target { log, context }))),
            process: std::process::id(),
        })
    }

    /// What the core is to call.
    pub(crate) fn teller(&self) -> impl Fn(&Note<'_>) + Send + Sync + use<> {
        let target = self.target.clone();
        move |note| {
            // Held while the program's function runs, so that closing waits.
            let target = target.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(target) = &*target {
                target.tell(note);
            }
        }
    }
}

impl Target {
    fn tell(&self, note: &Note<'_>) {
        let text = |text: String| CString::new(text.replace('\0', " ")).unwrap_or_default();
        let level = match note.level() {
            Core::Debug => Level::Debug,
            Core::Info => Level::Info,
            _ => Level::Warning,
        };
        let operation = note.operation().map(ToString::to_string);
        let (operation, message) = (text(operation.unwrap_or_default()), text(note.to_string()));
        (self.log)(
            self.context.load(Ordering::Relaxed),
            level,
            operation.as_ptr(),
            message.as_ptr(),
        );
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // In a process that was forked off, the lock may be held by a thread
        // that does not exist there; nor does a call that would log.
        if std::process::id() == self.process {
            *self.target.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}
