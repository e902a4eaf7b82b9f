//! The routes of the control API, each with what its OpenAPI file says of it.
//! There is no other way to add one, so that none is missing there.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use serde_json::Value;

use crate::app::App;

/// Routes, and what is said of each.
pub(crate) struct Routes {
    router: Router<App>,
    all: Vec<Route>,
}

/// A route as the file shows it.
pub(super) struct Route {
    /// In small letters.
    pub(super) method: &'static str,
    /// Below the prefix.
    pub(super) path: &'static str,
    pub(super) says: Says,
}

/// What is said of a route.
pub(crate) struct Says {
    /// The operation's id.
    pub(super) id: &'static str,
    /// One line.
    pub(super) summary: &'static str,
    /// Parameters of the query: name, schema and one line.
    pub(super) query: Vec<(&'static str, Value, &'static str)>,
    /// The body's media type and schema.
    pub(super) body: Option<(&'static str, Value)>,
    /// The status of its success, and what that carries: media types and their
    /// schema, of which none is known for files.
    pub(super) success: (u16, Vec<(&'static str, Option<Value>)>),
    /// Whether people read it, who are told in HTML what went wrong.
    pub(super) is_page: bool,
}

impl Says {
    /// Answers 204 until it says otherwise.
    pub(crate) fn new(id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            summary,
            query: Vec::new(),
            body: None,
            success: (204, Vec::new()),
            is_page: false,
        }
    }

    /// A parameter of the query, never required.
    pub(crate) fn query(mut self, name: &'static str, schema: Value, text: &'static str) -> Self {
        self.query.push((name, schema, text));
        self
    }

    /// Takes JSON.
    pub(crate) fn takes(mut self, schema: Value) -> Self {
        self.body = Some(("application/json", schema));
        self
    }

    /// Takes the form of a page.
    pub(crate) fn takes_form(mut self) -> Self {
        let schema = super::shapes::form();
        self.body = Some(("application/x-www-form-urlencoded", schema));
        self
    }

    /// Answers 200 with JSON.
    pub(crate) fn gives(self, schema: Value) -> Self {
        self.gives_with(200, schema)
    }

    /// Answers 201 with JSON.
    pub(crate) fn makes(self, schema: Value) -> Self {
        self.gives_with(201, schema)
    }

    fn gives_with(mut self, status: u16, schema: Value) -> Self {
        self.success = (status, vec![("application/json", Some(schema))]);
        self
    }

    /// Answers with a file of one of these media types.
    pub(crate) fn file(mut self, kinds: &[&'static str]) -> Self {
        self.success = (200, kinds.iter().map(|kind| (*kind, None)).collect());
        self
    }

    /// Answers with a page for people.
    pub(crate) fn page(mut self) -> Self {
        self.is_page = true;
        self.file(&["text/html"])
    }
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self {
            router: Router::new(),
            all: Vec::new(),
        }
    }

    pub(crate) fn get<H, T>(self, path: &'static str, handler: H, says: Says) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on((MethodFilter::GET, "get"), path, handler, says)
    }

    pub(crate) fn post<H, T>(self, path: &'static str, handler: H, says: Says) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on((MethodFilter::POST, "post"), path, handler, says)
    }

    pub(crate) fn put<H, T>(self, path: &'static str, handler: H, says: Says) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on((MethodFilter::PUT, "put"), path, handler, says)
    }

    pub(crate) fn delete<H, T>(self, path: &'static str, handler: H, says: Says) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on((MethodFilter::DELETE, "delete"), path, handler, says)
    }

    fn on<H, T>(
        mut self,
        (filter, method): (MethodFilter, &'static str),
        path: &'static str,
        handler: H,
        says: Says,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.router = self.router.route(path, on(filter, handler));
        self.all.push(Route { method, path, says });
        self
    }

    /// These and others.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.router = self.router.merge(others.router);
        self.all.extend(others.all);
        self
    }

    pub(super) fn into_router(self) -> Router<App> {
        self.router
    }

    pub(super) fn all(&self) -> &[Route] {
        &self.all
    }
}
