//! Settings of a client.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::{Client, Environment, Key};
use crate::http::{Timeouts, Transport, is_loopback};
use crate::{Error, ErrorKind};

/// Sets up a [`Client`]. Needs a key and either an environment or a base URL.
#[derive(Clone, Debug, Default)]
pub struct ClientBuilder {
    api_key: Option<Hidden>,
    environment: Option<Environment>,
    base_url: Option<String>,
    timeouts: Timeouts,
}

impl ClientBuilder {
    /// The API key, with or without the word `Bearer` in front.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(Hidden(key.into()));
        self
    }

    /// Which of Defacto's servers to talk to.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Another address to talk to, such as a local sandbox. Goes before the
    /// environment's.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// How long a connection may take to open; 10 seconds unless set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// How long a request may take from start to the end of its answer;
    /// 40 seconds unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.total = timeout;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when a setting is missing or cannot be
    /// used; nothing is sent.
    pub fn build(self) -> Result<Client, Error> {
        let Some(Hidden(key)) = self.api_key else {
            return Err(configuration(
                "api_key is missing: pass the key or set DEFACTO_API_KEY to it",
            ));
        };
        let key = Key::new(&key)?;
        let base_url = match (self.base_url, self.environment) {
            (Some(url), _) => checked(&url)?,
            (None, Some(environment)) => environment.base_url().to_owned(),
            (None, None) => {
                return Err(configuration(
                    "environment is missing: name `sandbox` or `production` \
                     (DEFACTO_ENV), or set base_url (DEFACTO_BASE_URL)",
                ));
            }
        };
        let transport = Transport::new(base_url, key, self.timeouts)?;
        Ok(Client {
            transport: Arc::new(transport),
        })
    }

    /// The settings found in the process's environment variables.
    pub(super) fn from_env() -> Result<Self, Error> {
        Self::from_variables(std::env::var_os)
    }

    fn from_variables(
        read: impl Fn(&'static str) -> Option<std::ffi::OsString>,
    ) -> Result<Self, Error> {
        let text = |name: &'static str| {
            read(name)
                .map(|value| {
                    value.into_string().map_err(|_| {
                        configuration(format!("{name} is not UTF-8 text: set it again"))
                    })
                })
                .transpose()
        };
        // A variable set to nothing counts as not set, except the key: that
        // one has an error of its own.
        let filled = |name| Ok(text(name)?.filter(|value| !value.is_empty()));
        let mut builder = Self {
            api_key: text("DEFACTO_API_KEY")?.map(Hidden),
            base_url: filled("DEFACTO_BASE_URL")?,
            ..Self::default()
        };
        if let Some(name) = filled("DEFACTO_ENV")? {
            let environment = name.parse().map_err(|error: Error| {
                configuration(format!("DEFACTO_ENV cannot be used: {error}"))
            })?;
            builder.environment = Some(environment);
        }
        Ok(builder)
    }
}

fn configuration(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

/// The address without a slash at the end. Messages do not repeat it: it may
/// hold a password.
fn checked(text: &str) -> Result<String, Error> {
    let url = Url::parse(text.trim()).map_err(|source| {
        configuration("base_url is not an address: give one such as `http://127.0.0.1:8080`")
            .with_source(source)
    })?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(configuration(
            "base_url has the wrong scheme: start it with `https://` or `http://`",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(configuration(
            "base_url holds a user name or password: remove it and pass api_key",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(configuration(
            "base_url has a query or fragment: remove what follows `?` or `#`",
        ));
    }
    if url.scheme() == "http" && !is_loopback(url.as_str()) {
        return Err(configuration(
            "base_url would send the key unencrypted: start it with `https://`; \
             `http://` is for this machine alone",
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// A key that has not been checked yet.
#[derive(Clone)]
struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<Client, Error> {
        ClientBuilder::from_variables(|name| {
            let (_, value) = variables.iter().find(|(key, _)| *key == name)?;
            Some(value.into())
        })?
        .build()
    }

    #[test]
    fn reads_the_variables() {
        let key = ("DEFACTO_API_KEY", "k-123456789");
        let client = from(&[key, ("DEFACTO_ENV", "sandbox")]).unwrap();
        assert_eq!(client.base_url(), "https://api-sandbox.getdefacto.com");
        let client = from(&[key, ("DEFACTO_ENV", "production")]).unwrap();
        assert_eq!(client.base_url(), "https://api.getdefacto.com");
        let client = from(&[key, ("DEFACTO_BASE_URL", "http://127.0.0.1:1/")]).unwrap();
        assert_eq!(client.base_url(), "http://127.0.0.1:1");
    }

    #[test]
    fn never_guesses() {
        let key = ("DEFACTO_API_KEY", "k-123456789");
        for (variables, word) in [
            (vec![], "DEFACTO_API_KEY"),
            (vec![key], "DEFACTO_ENV"),
            (vec![key, ("DEFACTO_ENV", "")], "DEFACTO_ENV"),
            (vec![key, ("DEFACTO_ENV", "prod")], "`production`"),
            (vec![key, ("DEFACTO_BASE_URL", "localhost")], "base_url"),
            (
                vec![key, ("DEFACTO_BASE_URL", "ftp://a.example")],
                "base_url",
            ),
            (
                vec![key, ("DEFACTO_BASE_URL", "http://u:p@a.example")],
                "base_url",
            ),
            (
                vec![key, ("DEFACTO_BASE_URL", "http://a.example")],
                "`https://`",
            ),
            (
                vec![key, ("DEFACTO_BASE_URL", "http://a.example?x")],
                "base_url",
            ),
        ] {
            let error = from(&variables).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
