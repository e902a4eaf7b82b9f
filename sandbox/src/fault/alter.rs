//! Changes to an answer that is otherwise real: values set in its JSON, and a
//! body that comes slowly.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use serde_json::{Map, Value, json};
use tokio::time::{Sleep, sleep};

use crate::fields::Fields;

/// The longest pause in a body, in milliseconds: longer than any client waits.
const LONGEST_PAUSE_MS: u64 = 3_600_000;

/// What is put where: JSON pointers (RFC 6901) in which a `*` stands for each
/// element.
#[derive(Clone, Debug, Default)]
pub(super) struct Set(Vec<(String, Value)>);

impl Set {
    pub(super) fn read(fields: &mut Fields) -> Self {
        let expected = "must be an object from JSON pointers such as /data/0/status to values";
        let set = fields.take("set", expected, |value| {
            let object = value.as_object().filter(|object| !object.is_empty())?;
            let is_pointer = object.keys().all(|pointer| pointer.starts_with('/'));
            is_pointer.then(|| object.clone().into_iter().collect())
        });
        Self(set.unwrap_or_default())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn to_json(&self) -> Option<Value> {
        let object: Map<_, _> = self.0.iter().cloned().collect();
        (!object.is_empty()).then_some(object.into())
    }

    /// Sets them in an answer; one that is no success, or no JSON, is left.
    pub(super) async fn apply(&self, response: Response) -> Response {
        if self.is_empty() || !response.status().is_success() {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let body = match serde_json::from_slice::<Value>(&body) {
            Ok(mut json) => {
                for (pointer, value) in &self.0 {
                    put(&mut json, pointer.get(1..).unwrap_or_default(), value);
                }
                parts.headers.remove(header::CONTENT_LENGTH);
                Bytes::from(json.to_string())
            }
            Err(_) => body,
        };
        Response::from_parts(parts, Body::from(body))
    }
}

/// Puts a value where this pointer, without its first slash, leads; if there
/// is no such place, nowhere.
fn put(json: &mut Value, pointer: &str, value: &Value) {
    let (name, rest) = match pointer.split_once('/') {
        Some((name, rest)) => (name, Some(rest)),
        None => (pointer, None),
    };
    let at = |place: &mut Value| match rest {
        Some(rest) => put(place, rest, value),
        None => *place = value.clone(),
    };
    match (json, name) {
        (Value::Array(list), "*") => list.iter_mut().for_each(at),
        (Value::Object(object), "*") => object.values_mut().for_each(at),
        (Value::Array(list), name) => {
            let place = name
                .parse()
                .ok()
                .and_then(|index: usize| list.get_mut(index));
            if let Some(place) = place {
                at(place);
            }
        }
        (Value::Object(object), name) => {
            let name = name.replace("~1", "/").replace("~0", "~");
            if rest.is_none() {
                object.insert(name, value.clone());
            } else if let Some(place) = object.get_mut(&name) {
                at(place);
            }
        }
        _ => {}
    }
}

/// How a body comes: this many bytes, then a pause, and so on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slow {
    bytes: usize,
    pause_ms: u64,
}

impl Slow {
    pub(super) fn read(fields: &mut Fields) -> Option<Self> {
        let expected = "must be an object with `bytes` (from 1) and `pause_ms` (0 to 3600000)";
        fields.take("slow", expected, |value| {
            let object = value.as_object().filter(|object| object.len() == 2)?;
            let bytes = usize::try_from(object.get("bytes")?.as_u64()?).ok()?;
            let pause_ms = object.get("pause_ms")?.as_u64()?;
            let is_sound = bytes > 0 && pause_ms <= LONGEST_PAUSE_MS;
            is_sound.then_some(Self { bytes, pause_ms })
        })
    }

    pub(super) fn to_json(self) -> Value {
        json!({ "bytes": self.bytes, "pause_ms": self.pause_ms })
    }

    /// The same answer with its body so. Its head announces the whole length.
    pub(super) async fn apply(self, response: Response) -> Response {
        let (parts, body) = response.into_parts();
        let left = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let body = Dripping {
            left,
            bytes: self.bytes,
            pause: Duration::from_millis(self.pause_ms),
            waiting: None,
        };
        Response::from_parts(parts, Body::new(body))
    }
}

/// A body that comes slowly.
struct Dripping {
    left: Bytes,
    bytes: usize,
    pause: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl hyper::body::Body for Dripping {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(waiting) = &mut self.waiting
            && waiting.as_mut().poll(context).is_pending()
        {
            return Poll::Pending;
        }
        let length = self.bytes.min(self.left.len());
        let part = self.left.split_to(length);
        self.waiting = Some(Box::pin(sleep(self.pause)));
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_values_where_pointers_lead() {
        let mut json = json!({"data": [{"status": "A"}, {"status": "B"}], "a/b": {"x": 1}});
        for (pointer, value) in [
            ("data/0/status", json!("NEW")),
            ("data/*/extra", json!({"deep": true})),
            ("data/7/status", json!(1)),
            ("none/of/it", json!(1)),
            ("a~1b/x", json!(2)),
            ("more", json!(null)),
        ] {
            put(&mut json, pointer, &value);
        }
        assert_eq!(
            json,
            json!({
                "data": [
                    {"status": "NEW", "extra": {"deep": true}},
                    {"status": "B", "extra": {"deep": true}},
                ],
                "a/b": {"x": 2},
                "more": null,
            })
        );
    }
}
