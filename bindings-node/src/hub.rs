//! How calls that end on the core's thread come back to JavaScript's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use defacto::bridge::{self, Note, Reply, Ticket};
use defacto::{Error, File};
use napi::bindgen_prelude::{Buffer, Either4, Function, Null};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, JsString, Result, Status};
use napi_derive::napi;

use crate::sheet::{Sheet, text};
use crate::{Door, Pages, thrown};

/// Does not keep the process alive: the JavaScript side does, while a call
/// is under way.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// All calls of one JavaScript context that are under way, and what is logged
/// of them.
#[napi]
pub struct Hub {
    shared: Arc<Shared>,
    tickets: HashMap<u32, Ticket>,
}

/// What the core's thread sees of it.
struct Shared {
    ended: Mutex<Vec<Ended>>,
    wake: Wake,
}

impl Shared {
    /// Wakes JavaScript for the first of a batch; the rest is taken with it.
    /// Where the context is gone nobody asks any more.
    fn end(&self, ended: Ended) {
        let mut all = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = all.is_empty();
        all.push(ended);
        drop(all);
        if is_first {
            self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}

/// How a call ended. It crosses as three values, since an object of ours costs
/// more to make than all else about a small answer.
struct Ended {
    id: u32,
    answer: Answer,
    /// What is known of the answer, as JSON; none of a failure or of the end of
    /// a list.
    about: Option<String>,
}

/// What came.
enum Answer {
    Json(Box<Reply>),
    Page(Box<Sheet>),
    /// A list has no more pages.
    End,
    Failure(String),
    /// A line for the log of a client, which has the number then.
    Note {
        level: u32,
        json: String,
    },
}

/// What crosses.
type Part<'env> = Either4<u32, JsString<'env>, Sheet, Null>;

impl Ended {
    fn new(id: u32, result: std::result::Result<Option<Reply>, Error>) -> Self {
        let (answer, about) = match result {
            Ok(Some(mut reply)) => {
                let about = about(&reply);
                let index = reply.index.take();
                let answer = match index.filter(|index| !index.places.is_empty()) {
                    Some(index) => Answer::Page(Box::new(Sheet::new(reply, index))),
                    None => Answer::Json(Box::new(reply)),
                };
                (answer, Some(about))
            }
            Ok(None) => (Answer::End, None),
            Err(error) => (Answer::Failure(bridge::failure(&error).to_string()), None),
        };
        Self { id, answer, about }
    }

    /// It waits in line with the answers: what is said of a call comes before
    /// its end, and no program ends between the two.
    fn note(log: u32, note: &Note<'_>) -> Self {
        let operation = note.operation().map(ToString::to_string);
        let json = serde_json::json!({"operation": operation, "message": note.to_string()});
        let answer = Answer::Note {
            level: note.level() as u32,
            json: json.to_string(),
        };
        let (id, about) = (log, None);
        Self { id, answer, about }
    }

    fn parts(self, env: &Env) -> Result<[Part<'_>; 3]> {
        let answer = match self.answer {
            Answer::Json(reply) => Either4::B(text(env, &reply.json)?),
            Answer::Failure(json) => Either4::B(text(env, json.as_bytes())?),
            Answer::Page(sheet) => {
                env.adjust_external_memory(sheet.weight())?;
                Either4::C(*sheet)
            }
            Answer::End => Either4::D(Null),
            Answer::Note { level, json } => {
                let note = text(env, json.as_bytes())?;
                return Ok([Either4::A(self.id), Either4::B(note), Either4::A(level)]);
            }
        };
        let about = match self.about {
            Some(json) => Either4::B(text(env, json.as_bytes())?),
            None => Either4::D(Null),
        };
        Ok([Either4::A(self.id), answer, about])
    }
}

/// What JavaScript may ask of an answer without parsing it: how it came, and
/// the fields most callers look at.
fn about(reply: &Reply) -> String {
    let mut json = format!(
        r#"{{"status":{},"attempts":{},"elapsed":{}"#,
        reply.status,
        reply.attempts,
        reply.elapsed.as_secs_f64()
    );
    if let Some(creation) = reply.creation {
        json.push_str(&format!(r#","creation":"{creation:?}""#));
    }
    // One text, since few look at them.
    json.push_str(r#","headers":""#);
    for (name, value) in reply.headers() {
        json.push_str(name);
        json.push(':');
        for letter in value.chars() {
            match letter {
                '"' | '\\' => json.extend(['\\', letter]),
                '\t' => json.push_str("\\t"),
                _ => json.push(letter),
            }
        }
        json.push_str("\\n");
    }
    json.push_str(r#"","head":{"#);
    for (at, (name, place)) in reply.head.iter().enumerate() {
        let value = reply.json.get(place.clone()).unwrap_or_default();
        let comma = if at == 0 { "" } else { "," };
        json.push_str(&format!(
            r#"{comma}"{name}":{}"#,
            String::from_utf8_lossy(value)
        ));
    }
    json.push_str("}}");
    json
}

/// A file to upload.
#[napi(object, object_to_js = false)]
pub struct Upload {
    /// Its name, as the server sees it.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub content: Buffer,
}

#[napi]
impl Hub {
    /// `wake` is called when calls have ended, on the thread of its context.
    #[napi(constructor, catch_unwind)]
    pub fn new(wake: Function<'_, (), ()>) -> Result<Self> {
        let wake = wake.build_threadsafe_function().weak::<true>().build()?;
        Ok(Self {
            shared: Arc::new(Shared {
                ended: Mutex::new(Vec::new()),
                wake,
            }),
            tickets: HashMap::new(),
        })
    }

    /// Opens a client as `new Door` does, one that logs under this number.
    #[napi(catch_unwind)]
    pub fn open(&self, settings: String, log: u32) -> Result<Door> {
        let shared = self.shared.clone();
        let tell = move |note: &Note<'_>| shared.end(Ended::note(log, note));
        let door = bridge::Door::open_logged(settings.as_bytes(), tell);
        door.map(Door).map_err(|error| thrown(&error))
    }

    /// Sends an operation; it ends under this number.
    #[napi(catch_unwind)]
    pub fn submit(
        &mut self,
        door: &Door,
        id: u32,
        operation: String,
        input: String,
        file: Option<Upload>,
    ) -> Result<()> {
        let file =
            file.map(|file| File::new(file.name, file.media_type, Vec::<u8>::from(file.content)));
        let shared = self.shared.clone();
        let done = move |reply: std::result::Result<Reply, Error>| {
            shared.end(Ended::new(id, reply.map(Some)));
        };
        let ticket = door.0.submit(&operation, input.as_bytes(), file, done);
        let ticket = ticket.map_err(|error| thrown(&error))?;
        self.tickets.insert(id, ticket);
        Ok(())
    }

    /// Asks for a list's next page; it comes under this number.
    #[napi(catch_unwind)]
    pub fn submit_next(&mut self, pages: &Pages, id: u32) -> Result<()> {
        let shared = self.shared.clone();
        let ticket = pages
            .0
            .submit_next(move |reply| shared.end(Ended::new(id, reply)));
        if let Some(ticket) = ticket.map_err(|error| thrown(&error))? {
            self.tickets.insert(id, ticket);
        }
        Ok(())
    }

    /// Stops waiting for a call, which then ends as canceled.
    #[napi(catch_unwind)]
    pub fn cancel(&self, id: u32) {
        if let Some(ticket) = self.tickets.get(&id) {
            ticket.cancel();
        }
    }

    /// What has come since the last time: of each call that has ended its
    /// number, its answer and what is known of that; of a note the number of
    /// its log, its JSON and its level.
    #[napi(catch_unwind)]
    pub fn take<'env>(&mut self, env: &'env Env) -> Result<Vec<Part<'env>>> {
        let ended = {
            let mut all = self
                .shared
                .ended
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *all)
        };
        let mut parts = Vec::with_capacity(3 * ended.len());
        for call in ended {
            if !matches!(call.answer, Answer::Note { .. }) {
                self.tickets.remove(&call.id);
            }
            parts.extend(call.parts(env)?);
        }
        Ok(parts)
    }
}

/// The context ends: nobody waits for its calls any more.
impl Drop for Hub {
    fn drop(&mut self) {
        for ticket in self.tickets.values() {
            ticket.cancel();
        }
    }
}
