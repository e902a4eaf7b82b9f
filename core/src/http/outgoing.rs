//! The request as it leaves: its address, headers and body.

use std::time::Duration;

use bytes::Bytes;
use defacto_types::Operation;
use defacto_types::operation::Answer as Declared;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue};

use super::request::{Payload, Request};
use super::transport::Outgoing;
use crate::client::{Key, Shared};

/// The request of one attempt.
pub(super) fn outgoing(
    client: &Shared,
    request: &Request,
    key: &Key,
    timeout: Duration,
) -> Outgoing {
    let settings = &client.settings;
    let mut headers = HeaderMap::with_capacity(6 + settings.headers.len());
    headers.insert(AUTHORIZATION, key.header());
    headers.insert(ACCEPT, accept(request.operation));
    headers.insert(USER_AGENT, settings.user_agent.clone());
    let body = match &request.body {
        Payload::None => Bytes::new(),
        Payload::Json(bytes) => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            bytes.clone()
        }
        Payload::Form(bytes) => {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(CONTENT_TYPE, form);
            bytes.clone()
        }
        Payload::Multipart(bytes, boundary) => {
            let text = format!("multipart/form-data; boundary={boundary}");
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(CONTENT_TYPE, value);
            }
            bytes.clone()
        }
    };
    for (name, value) in settings.headers.iter().chain(&request.options.headers) {
        headers.insert(name, value.clone());
    }
    let mut url = String::with_capacity(client.base_url.len() + request.path.len() + 64);
    url.push_str(&client.base_url);
    url.push_str(&request.path);
    if !request.query.is_empty() {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &request.query {
            query.append_pair(name, value);
        }
        url.push(if request.path.contains('?') { '&' } else { '?' });
        url.push_str(&query.finish());
    }
    Outgoing {
        method: request.method.clone(),
        url,
        headers,
        body,
        timeout,
    }
}

fn accept(operation: Option<&Operation>) -> HeaderValue {
    HeaderValue::from_static(match operation.map(|operation| operation.answer) {
        Some(Declared::Text) => "text/plain",
        Some(Declared::Csv) => "text/csv",
        _ => "application/json, application/problem+json",
    })
}
