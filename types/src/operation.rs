//! What an operation of the API is, as data.
//!
//! The tables in [`operations`](crate::operations) declare each of the 77
//! once; the client's typed methods, the simulator's routes, the command
//! line, the other languages' faces and the documentation's tables are all
//! made from these rows.

use std::fmt;

/// The HTTP method.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Method {
    /// Read.
    Get,
    /// Create or act.
    Post,
    /// Replace.
    Put,
    /// Change some fields.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The method's name in upper case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// May the request be repeated when its answer was lost? INFERRED for every
/// operation but those whose key is documented.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Retry {
    /// Class Y: read-only or naturally idempotent; repeat.
    Safe,
    /// Class K: repeat with the same `salt_id`.
    Salted(Salt),
    /// Class S: guarded by state; read, then decide.
    Guarded(Option<Check>),
    /// Class N: a repeat may duplicate; the outcome is unknown.
    Once,
}

impl Retry {
    /// The letter of the class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Safe => "Y",
            Self::Salted(_) => "K",
            Self::Guarded(_) => "S",
            Self::Once => "N",
        }
    }
}

/// Where an operation of class K keeps its idempotency key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Salt {
    /// In the body's `salt_id`; made by the client when the caller gave none.
    Body,
    /// In the body's `salt_id`, sent only when the caller gave one, since the
    /// server derives its own.
    BodyIfGiven,
    /// In `salt_id` of each item of the named list; made where missing.
    Items(&'static str),
}

/// How a class S operation finds out whether a lost request was carried out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Check {
    /// The operation that reads the state, as `group.name`. It gets the same
    /// path parameters, or `query`.
    pub read: &'static str,
    /// The query of the read: name, and where in the request its value is.
    pub query: Option<(&'static str, From)>,
    /// What the read shows when the request was carried out.
    pub done: Done,
    /// Statuses that show that it was not, so that a repeat is right. Where
    /// the entity has no status, being there still shows it.
    pub undone: &'static [&'static str],
}

/// Where a value of a check comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum From {
    /// The named path parameter.
    Path(&'static str),
    /// Every value of a field in a list of the body, as `list[].field`.
    Body(&'static str, &'static str),
}

/// What shows that a request was carried out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Done {
    /// The entity's `status` is one of these.
    Status(&'static [&'static str]),
    /// The entity's `status` is what the body's `status` asked for.
    StatusAsAsked,
    /// The entity is gone (404), absent from the list read, or has this
    /// status.
    Gone(&'static str),
    /// A field of the entity has a value.
    Present(&'static str),
    /// Each entity of the list has the terms asked for in the body.
    TermsAsAsked,
}

/// What a request carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// Nothing.
    None,
    /// JSON of the named type.
    Json(&'static str),
    /// `application/x-www-form-urlencoded` with these fields.
    Form(&'static str),
    /// `multipart/form-data`: fields of the named type, then the file.
    Multipart(&'static str),
    /// JSON of the named type, or nothing (the contract declares no body).
    Undeclared,
}

/// What a success answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// JSON of the named type.
    Json(&'static str),
    /// A list of the named type.
    List(&'static str),
    /// Plain text.
    Text,
    /// CSV text.
    Csv,
    /// Nothing (204).
    Empty,
    /// Undeclared: whatever JSON comes, or nothing.
    Any,
}

/// How a list is cut into pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Paging {
    /// The answer is no list.
    None,
    /// An envelope with cursors.
    Cursor,
    /// The envelope, without cursor parameters: one page.
    Envelope,
    /// A bare JSON array.
    Array,
}

/// A parameter in the path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PathParam {
    /// Its name in the path.
    pub name: &'static str,
    /// The Rust type of its value.
    pub ty: &'static str,
}

/// One operation of the API.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Operation {
    /// The resource group: `loans`.
    pub group: &'static str,
    /// The verb inside the group: `create`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path's template: `/loan/{loan_id}`.
    pub path: &'static str,
    /// The parameters in the path, in order.
    pub path_params: &'static [PathParam],
    /// The type of the query's parameters.
    pub query: Option<&'static str>,
    /// What the request carries.
    pub body: Body,
    /// The statuses of success.
    pub success: &'static [u16],
    /// What a success answers.
    pub answer: Answer,
    /// How lists are cut.
    pub paging: Paging,
    /// May it be repeated?
    pub retry: Retry,
    /// Whether the server itself may take 30 s.
    pub slow: bool,
    /// Whether it makes something, so that the answer can say if it is new.
    pub creates: bool,
    /// Whether the contract calls it deprecated.
    pub deprecated: bool,
    /// Whether it exists for testing only.
    pub sandbox_only: bool,
    /// What it does.
    pub doc: &'static str,
}

/// Two descriptors are the same when they name the same operation.
impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.group == other.group && self.name == other.name
    }
}

impl Eq for Operation {}

/// `loans.create`: the whole row would drown what it is printed in.
impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `loans.create`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.group, self.name)
    }
}

impl Operation {
    /// Whether the request changes anything.
    #[must_use]
    pub const fn is_write(&self) -> bool {
        !matches!(self.method, Method::Get)
    }

    /// The operation of this name (`loans.create`), if there is one.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        let (group, name) = id.split_once('.')?;
        crate::OPERATIONS
            .iter()
            .copied()
            .find(|operation| operation.group == group && operation.name == name)
    }

    pub(crate) const fn new(
        group: &'static str,
        name: &'static str,
        method: Method,
        path: &'static str,
    ) -> Self {
        Self {
            group,
            name,
            method,
            path,
            path_params: &[],
            query: None,
            body: Body::None,
            success: &[200],
            answer: Answer::Any,
            paging: Paging::None,
            retry: match method {
                Method::Get => Retry::Safe,
                _ => Retry::Once,
            },
            slow: false,
            creates: false,
            deprecated: false,
            sandbox_only: false,
            doc: "",
        }
    }

    pub(crate) const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    pub(crate) const fn path_params(mut self, params: &'static [PathParam]) -> Self {
        self.path_params = params;
        self
    }

    pub(crate) const fn query(mut self, ty: &'static str) -> Self {
        self.query = Some(ty);
        self
    }

    pub(crate) const fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    pub(crate) const fn answers(mut self, success: &'static [u16], answer: Answer) -> Self {
        self.success = success;
        self.answer = answer;
        self
    }

    pub(crate) const fn paged(mut self, paging: Paging) -> Self {
        self.paging = paging;
        self
    }

    pub(crate) const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    pub(crate) const fn slow(mut self) -> Self {
        self.slow = true;
        self
    }

    pub(crate) const fn creates(mut self) -> Self {
        self.creates = true;
        self
    }

    pub(crate) const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    pub(crate) const fn sandbox_only(mut self) -> Self {
        self.sandbox_only = true;
        self
    }
}

pub(crate) const fn param(name: &'static str, ty: &'static str) -> PathParam {
    PathParam { name, ty }
}
