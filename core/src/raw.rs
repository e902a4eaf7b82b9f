//! Requests this version does not know, with the same key, retries and errors.

use defacto_types::Value;

use crate::call::{Call, Handle};
use crate::http::{Answer, Request};

/// Which HTTP method a raw request has.
pub use defacto_types::operation::Method;

impl crate::Client {
    /// A request of any path of the API, for what this version has no method
    /// for. The path begins with `/`; parameters are added with
    /// [`extra_query`](Call::extra_query), fields of a JSON body with
    /// [`extra_field`](Call::extra_field) or
    /// [`json_body`](Call::json_body). Only reads are repeated after a lost
    /// answer.
    pub fn raw(&self, method: Method, path: impl Into<String>) -> Call<Option<Value>> {
        raw(self.clone(), method, path.into())
    }
}

impl crate::blocking::Client {
    /// A request of any path of the API; see
    /// [`Client::raw`](crate::Client::raw).
    pub fn raw(&self, method: Method, path: impl Into<String>) -> Call<Option<Value>, Self> {
        raw(self.clone(), method, path.into())
    }
}

fn raw<C: Handle>(client: C, method: Method, path: String) -> Call<Option<Value>, C> {
    Call::new(client, request(method, path), Answer::anything)
}

/// A request of any path.
pub(crate) fn request(method: Method, path: String) -> Request {
    let begins = path.starts_with('/') && !path.starts_with("//") && !path.contains('#');
    let request = Request::raw(Request::method_of(method), path);
    if begins {
        return request;
    }
    request.refused(
        "path does not begin with one `/`, or has a `#`: pass one such as `/loans`".to_owned(),
    )
}

impl<C: Handle> Call<Option<Value>, C> {
    /// The JSON body of a raw request; goes before
    /// [`extra_field`](Call::extra_field), which adds to it.
    pub fn json_body(self, body: &Value) -> Self {
        let (client, request, decode) = self.into_parts();
        Self::new(client, request.json_value(body), decode)
    }
}
