//! What a test in Rust asks of its sandbox without a request of its own.

use axum::http::Method;
use serde_json::{Value, json};

use crate::handle::ControlError;
use crate::server::Sandbox;

impl Sandbox {
    /// Keeps everything as it is under a name, to [`restore`](Self::restore).
    ///
    /// # Errors
    ///
    /// When the name is none, or there are too many.
    pub async fn snapshot(&self, name: &str) -> Result<(), ControlError> {
        let body = json!({ "name": name });
        self.control(Method::POST, "/snapshots", &body)
            .await
            .map(drop)
    }

    /// Everything as it was at the [`snapshot`](Self::snapshot) of this name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn restore(&self, name: &str) -> Result<(), ControlError> {
        let path = format!("/snapshots/{name}/restore");
        self.control(Method::POST, &path, &Value::Null)
            .await
            .map(drop)
    }

    /// How many requests for an operation, such as `loans.create`, arrived;
    /// with `acted`, how many of them were or were not carried out.
    ///
    /// # Errors
    ///
    /// When there is no such operation.
    pub async fn count(&self, operation: &str, acted: Option<bool>) -> Result<usize, ControlError> {
        let path = format!("/journal?operation={operation}");
        let journal = self.control(Method::GET, &path, &Value::Null).await?;
        let requests = journal["requests"].as_array().into_iter().flatten();
        let is_counted = |request: &&Value| acted.is_none_or(|acted| request["acted"] == acted);
        Ok(requests.filter(is_counted).count())
    }
}
