//! What to send.

use std::any::Any;
use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use defacto_types::operation::{Method as Declared, Retry};
use defacto_types::{Map, Operation, Value, Wire};
use http::{HeaderName, HeaderValue, Method};

use super::multipart::{File, multipart};
use crate::check::{self, Finding};
use crate::{Error, ErrorKind};

/// One request, built by a typed method or by hand, before anything of the
/// client (key, address, defaults) is added. What is found wrong while it is
/// built is kept and reported when it is sent.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) params: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Payload,
    pub(crate) retry: Retry,
    pub(crate) salt: Option<String>,
    pub(crate) options: Options,
    pub(crate) findings: Vec<Finding>,
    pub(crate) invalid: Option<String>,
}

/// Names only: a query, a header or the path of a raw request may hold account
/// numbers and signatures.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("query", &names)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// The body.
#[derive(Clone, Default)]
pub(crate) enum Payload {
    /// Nothing.
    #[default]
    None,
    /// A JSON document.
    Json(Bytes),
    /// `application/x-www-form-urlencoded`.
    Form(Bytes),
    /// `multipart/form-data` with this boundary.
    Multipart(Bytes, String),
}

/// Only the size: a body may hold anything, secrets included.
impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, bytes) = match self {
            Self::None => return f.write_str("None"),
            Self::Json(bytes) => ("Json", bytes),
            Self::Form(bytes) => ("Form", bytes),
            Self::Multipart(bytes, _) => ("Multipart", bytes),
        };
        write!(f, "{kind}({} bytes)", bytes.len())
    }
}

/// What a call may set for itself.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) deadline: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retries: Option<u32>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Request {
    /// A request of an operation of the API.
    pub(crate) fn new(operation: &'static Operation) -> Self {
        Self {
            operation: Some(operation),
            retry: operation.retry,
            ..Self::raw(Self::method_of(operation.method), operation.path.to_owned())
        }
    }

    pub(crate) const fn method_of(declared: Declared) -> Method {
        match declared {
            Declared::Post => Method::POST,
            Declared::Put => Method::PUT,
            Declared::Patch => Method::PATCH,
            Declared::Delete => Method::DELETE,
            _ => Method::GET,
        }
    }

    /// A request of a path this version does not know. Reads may be repeated,
    /// anything else may not.
    pub(crate) fn raw(method: Method, path: String) -> Self {
        Self {
            operation: None,
            retry: match method {
                Method::GET | Method::HEAD | Method::OPTIONS => Retry::Safe,
                _ => Retry::Once,
            },
            method,
            path,
            params: Vec::new(),
            query: Vec::new(),
            body: Payload::None,
            salt: None,
            options: Options::default(),
            findings: Vec::new(),
            invalid: None,
        }
    }

    /// Fills a parameter of the path.
    pub(crate) fn path(mut self, name: &'static str, value: &str) -> Self {
        let value = value.trim();
        if value.is_empty() || matches!(value, "." | "..") {
            self.refuse(format!("{name} is empty: pass the identifier"));
        }
        let place = self.path.match_indices(name).find_map(|(at, _)| {
            let around = at.checked_sub(1)?..at + name.len() + 1;
            let braced = self.path.get(around.clone())?;
            (braced.starts_with('{') && braced.ends_with('}')).then_some(around)
        });
        if let Some(place) = place {
            self.path.replace_range(place, &encoded(value));
        }
        self.params.push((name, value.to_owned()));
        self
    }

    /// Adds the parameters of a query object; lists repeat their key.
    pub(crate) fn query_of<Q: Wire>(mut self, query: &Q) -> Self {
        match serde_json::to_value(query) {
            Ok(Value::Object(fields)) => {
                for (name, value) in fields {
                    self.push_query(&name, value);
                }
            }
            Ok(_) => {}
            Err(error) => self.refuse(format!("the query cannot be written: {error}")),
        }
        self
    }

    /// Adds a parameter of the query; a list repeats its key.
    pub(crate) fn push_query(&mut self, name: &str, value: Value) {
        let text = match value {
            Value::Null => return,
            Value::Array(items) => {
                for item in items {
                    self.push_query(name, item);
                }
                return;
            }
            Value::String(text) => text,
            other => other.to_string(),
        };
        self.query.push((name.to_owned().into(), text));
    }

    /// A JSON body.
    pub(crate) fn json<B: Wire + Any>(mut self, body: &B) -> Self {
        self.require(body);
        // Room for most bodies, so that they do not move while they grow.
        let mut bytes = Vec::with_capacity(1024);
        match serde_json::to_writer(&mut bytes, body) {
            Ok(()) => self.body = Payload::Json(bytes.into()),
            Err(error) => self.refuse(format!("the body cannot be written: {error}")),
        }
        self
    }

    /// A JSON body of no declared type.
    pub(crate) fn json_value(mut self, body: &Value) -> Self {
        self.body = Payload::Json(body.to_string().into());
        self
    }

    /// The body of an operation of class K: `salt_id`, where the caller gave
    /// one.
    pub(crate) fn salted(mut self, salt: Option<&str>) -> Self {
        self.salt = salt.map(ToOwned::to_owned);
        self
    }

    /// Gives each item of the named list that has no `salt_id` one. It is made
    /// from the request itself, so that the same request has the same salts
    /// whoever sends it again.
    pub(crate) fn salt_items(&mut self, list: &str) {
        let Some(mut body) = self.body_value() else {
            return;
        };
        let Some(mut items) = body.get_mut(list).map(Value::take) else {
            return;
        };
        let rest = body.to_string();
        for (index, item) in items.as_array_mut().into_iter().flatten().enumerate() {
            let name = format!("{index} {item} {rest}");
            let Some(fields) = item.as_object_mut() else {
                continue;
            };
            if fields.get("salt_id").is_none_or(Value::is_null) {
                let salt = uuid::Uuid::new_v5(&ITEM_SALTS, name.as_bytes());
                fields.insert("salt_id".to_owned(), salt.to_string().into());
            }
        }
        if let Some(place) = body.get_mut(list) {
            *place = items;
        }
        self.body = Payload::Json(body.to_string().into());
    }

    /// A form-urlencoded body.
    pub(crate) fn form<B: Wire + Any>(mut self, body: &B) -> Self {
        self.require(body);
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        if let Ok(Value::Object(fields)) = serde_json::to_value(body) {
            for (name, value) in fields {
                match value {
                    Value::Null => {}
                    Value::String(text) => drop(form.append_pair(&name, &text)),
                    other => drop(form.append_pair(&name, &other.to_string())),
                }
            }
        }
        self.body = Payload::Form(form.finish().into());
        self
    }

    /// A multipart body: the fields of an object, then a file.
    pub(crate) fn multipart<B: Wire + Any>(mut self, fields: &B, file: &File) -> Self {
        self.require(fields);
        let fields = match serde_json::to_value(fields) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        self.upload(&fields, file);
        self
    }

    /// A multipart body of a file alone.
    pub(crate) fn file(mut self, file: &File) -> Self {
        self.upload(&Map::new(), file);
        self
    }

    fn upload(&mut self, fields: &Map<String, Value>, file: &File) {
        match multipart(fields, file) {
            Ok((bytes, boundary)) => self.body = Payload::Multipart(bytes, boundary),
            Err(problem) => self.refuse(problem),
        }
    }

    /// Adds a field to a JSON body, or replaces it.
    pub(crate) fn field(&mut self, name: &str, value: Value) {
        let mut body = match &self.body {
            Payload::None => Ok(Value::Object(Map::new())),
            Payload::Json(bytes) => serde_json::from_slice::<Value>(bytes),
            Payload::Form(_) | Payload::Multipart(..) => {
                self.refuse(format!(
                    "field `{name}` cannot be added: the body is not JSON"
                ));
                return;
            }
        };
        match body.as_mut().map(Value::as_object_mut) {
            Ok(Some(fields)) => {
                if name == "salt_id" {
                    self.salt = value.as_str().map(ToOwned::to_owned);
                    if !(value.is_string() || value.is_null()) {
                        self.refuse("salt_id is no text: pass text".to_owned());
                        return;
                    }
                }
                fields.insert(name.to_owned(), value);
                let missing = Finding::missing(name.to_owned());
                self.findings.retain(|found| found.text != missing.text);
            }
            _ => {
                self.refuse(format!(
                    "field `{name}` cannot be added: the body is no object"
                ));
                return;
            }
        }
        if let Ok(body) = body {
            self.body = Payload::Json(body.to_string().into());
        }
    }

    /// Adds `salt_id` at the end of a JSON object that has none, without
    /// reading it again.
    pub(crate) fn append_salt(&mut self, salt: &str) {
        let Payload::Json(bytes) = &mut self.body else {
            return;
        };
        if !bytes.ends_with(b"}") {
            return;
        }
        // One that was set to null must not be there twice.
        if std::str::from_utf8(bytes).is_ok_and(|text| text.contains("\"salt_id\"")) {
            self.field("salt_id", salt.into());
            return;
        }
        // The text as it was written, without a copy.
        let mut body = Vec::from(std::mem::take(bytes));
        body.pop();
        if !body.ends_with(b"{") {
            body.push(b',');
        }
        for part in [r#""salt_id":""#, salt, r#""}"#] {
            body.extend_from_slice(part.as_bytes());
        }
        *bytes = body.into();
    }

    /// Sets a parameter of the query, whatever it was.
    pub(crate) fn set_query(&mut self, name: &'static str, value: String) {
        self.query.retain(|(key, _)| key != name);
        self.query.push((name.into(), value));
    }

    /// Adds a header.
    pub(crate) fn header(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Ok(pair) => self.options.headers.push(pair),
            Err(problem) => self.refuse(problem),
        }
    }

    /// The body's JSON, if that is what it is.
    pub(crate) fn body_value(&self) -> Option<Value> {
        match &self.body {
            Payload::Json(bytes) => serde_json::from_slice(bytes).ok(),
            _ => None,
        }
    }

    /// Whether there is a body of any kind.
    pub(crate) fn has_body(&self) -> bool {
        !matches!(self.body, Payload::None)
    }

    fn require<B: Wire + Any>(&mut self, body: &B) {
        let mut missing = Vec::new();
        body.missing("", &mut missing);
        self.findings
            .extend(missing.into_iter().map(Finding::missing));
        check::body(body, &mut self.findings);
    }

    /// Keeps the first thing that makes the request impossible to send.
    fn refuse(&mut self, problem: String) {
        self.invalid.get_or_insert(problem);
    }

    /// The request, which cannot be sent for this reason.
    pub(crate) fn refused(mut self, problem: String) -> Self {
        self.refuse(problem);
        self
    }

    /// The error of a request that cannot be sent, if it is one.
    pub(crate) fn verify(&self, checks: bool) -> Result<(), Error> {
        let refused = || {
            let found = self.findings.iter().filter(|finding| finding.refuses);
            let texts: Vec<_> = found.map(|finding| finding.text.as_str()).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        };
        let empty = || {
            let salt = self.salt.as_deref()?;
            salt.trim()
                .is_empty()
                .then(|| "salt_id is empty: leave it out, or pass a text of your own".to_owned())
        };
        let problem = match &self.invalid {
            Some(problem) => Some(problem.clone()),
            None => empty().or_else(|| checks.then(refused).flatten()),
        };
        match problem {
            None => Ok(()),
            Some(problem) => Err(self.blame(Error::new(ErrorKind::InvalidInput, problem))),
        }
    }

    /// `error` with the operation's name.
    pub(crate) fn blame(&self, error: Error) -> Error {
        match self.operation {
            Some(operation) => error.with_operation(operation),
            None => error.with_place(self.place()),
        }
    }

    /// What stands for the operation's name where there is none. Never the
    /// query: it may be signed.
    pub(crate) fn place(&self) -> String {
        let path = self.path.split(['?', '#']).next().unwrap_or_default();
        format!("{} {path}", self.method)
    }
}

/// A header that can be sent and is the caller's to set.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parsed = name
        .parse::<HeaderName>()
        .map_err(|_| format!("header name `{}` cannot be sent", name.escape_debug()))?;
    if parsed == http::header::AUTHORIZATION {
        return Err("header `authorization` is the client's: pass api_key".to_owned());
    }
    let framing = ["connection", "content-length", "host", "transfer-encoding"];
    if framing.contains(&parsed.as_str()) {
        return Err(format!("header `{parsed}` is the client's: leave it out"));
    }
    let value = HeaderValue::from_str(value)
        .map_err(|_| format!("the value of header `{parsed}` cannot be sent: use visible ASCII"))?;
    Ok((parsed, value))
}

/// The space of the salts made from a request (a random UUID).
const ITEM_SALTS: uuid::Uuid = uuid::Uuid::from_u128(0x6c0e_6d0f_3c8a_4b1e_9a57_1f2d_7e64_c3b9);

/// A new idempotency key: a UUIDv7, unique and in order of time.
pub(crate) fn new_salt() -> String {
    new_uuid().to_string()
}

/// A UUIDv7. Its chance comes from the thread's generator, which a forked
/// process inherits as it stands: the process's number keeps the two apart,
/// since an equal key would make one of two loans disappear.
pub(crate) fn new_uuid() -> uuid::Uuid {
    let mut random: [u8; 10] = rand::random();
    for (byte, own) in random.iter_mut().zip(std::process::id().to_le_bytes()) {
        *byte ^= own;
    }
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let millis = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// `value` as one segment of a path.
fn encoded(value: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if value.bytes().all(plain) {
        return value.into();
    }
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use defacto_types::operations::loans;
    use defacto_types::{CreateLoan, ListLoans, LoanStatus};

    use super::*;

    #[test]
    fn fills_the_path_as_one_segment() {
        let request = Request::new(&loans::GET).path("loan_id", "a/b ?é");
        assert_eq!(request.path, "/loan/a%2Fb%20%3F%C3%A9");
        assert!(request.verify(true).is_ok());
        for empty in ["", "  ", ".."] {
            let request = Request::new(&loans::GET).path("loan_id", empty);
            let error = request.verify(false).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains("loan_id"), "{error}");
        }
    }

    #[test]
    fn repeats_the_key_of_a_list() {
        let query = ListLoans::new()
            .status([LoanStatus::ToRepay, LoanStatus::Closed])
            .page_size(10);
        let request = Request::new(&loans::LIST).query_of(&query);
        let pairs: Vec<_> = request
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert!(pairs.contains(&"status=TO_REPAY".to_owned()), "{pairs:?}");
        assert!(pairs.contains(&"status=CLOSED".to_owned()), "{pairs:?}");
        assert!(pairs.contains(&"page_size=10".to_owned()), "{pairs:?}");
    }

    #[test]
    fn the_salt_is_added_to_any_object() {
        for (body, expected) in [
            (CreateLoan::new(), r#"{"salt_id":"s"}"#),
            (CreateLoan::new().amount(1), r#"{"amount":1,"salt_id":"s"}"#),
        ] {
            let mut request = Request::new(&loans::CREATE).json(&body);
            request.append_salt("s");
            let Payload::Json(bytes) = &request.body else {
                panic!("no body")
            };
            assert_eq!(bytes, expected.as_bytes());
        }
    }

    #[test]
    fn the_key_cannot_be_replaced_by_a_header() {
        let mut request = Request::new(&loans::LIST);
        request.header("X-Trace", "1");
        assert!(request.verify(true).is_ok());
        request.header("Authorization", "Bearer other");
        assert!(request.verify(true).is_err());
    }
}
