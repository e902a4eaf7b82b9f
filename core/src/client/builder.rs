//! Settings of a client.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use url::Url;

use super::credentials::{Credentials, Source};
use super::settings::{Settings, Shared};
use super::{Client, Environment};
use crate::hook::{Event, Hook};
use crate::http::transport::Transport;
use crate::http::{Budget, Network, Pace, header};
use crate::{Error, ErrorKind};

/// Sets up a [`Client`]. Needs a key and either an environment or a base URL.
#[derive(Clone, Default)]
pub struct ClientBuilder {
    key: Option<Source>,
    environment: Option<Environment>,
    base_url: Option<String>,
    settings: Settings,
    network: Network,
    transport: Option<Arc<dyn Transport>>,
    hooks: Vec<Hook>,
    application: Option<String>,
    invalid: Option<String>,
}

impl ClientBuilder {
    /// The API key, with or without the word `Bearer` in front.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(Source::Value(key.into()));
        self
    }

    /// A file that holds the API key. It is read again when the server does
    /// not accept the key any more (rotation).
    #[must_use]
    pub fn api_key_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.key = Some(Source::File(path.into()));
        self
    }

    /// A function that gives the API key, called when the client is built and
    /// again when the server does not accept the key any more (rotation).
    #[must_use]
    pub fn api_key_callback<F>(mut self, callback: F) -> Self
    where
        F: Fn() -> Result<String, Box<dyn std::error::Error + Send + Sync>> + Send + Sync + 'static,
    {
        self.key = Some(Source::Callback(Arc::new(callback)));
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
        self.network.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take from start to the end of its answer; 30
    /// seconds unless set. Operations that take the server up to 30 seconds
    /// itself are given 45 at least.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// How long a whole call may take, repeats and waits included; 120 seconds
    /// unless set.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = deadline;
        self
    }

    /// How often a request is sent again at most; 2 unless set. With 0 a call
    /// is exactly one request.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.settings.retries = retries;
        self
    }

    /// How long to wait before sending again: at random below a ceiling that
    /// doubles from `first` to `longest`, 0.25 and 8 seconds unless set; longer
    /// where the server asks for it.
    #[must_use]
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.settings.pace = Pace { first, longest };
        self
    }

    /// How long an unused connection is kept; 30 seconds unless set.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.network.idle_timeout = timeout;
        self
    }

    /// How many unused connections are kept; 256 unless set.
    #[must_use]
    pub fn idle_connections(mut self, count: usize) -> Self {
        self.network.idle_per_host = count;
        self
    }

    /// The proxy to go through, such as `http://proxy.example:3128`, instead
    /// of the one the environment names.
    #[must_use]
    pub fn proxy(mut self, url: impl AsRef<str>) -> Self {
        match reqwest::Proxy::all(url.as_ref()) {
            Ok(proxy) => self.network.proxy = Some(proxy),
            Err(_) => {
                self.refuse("proxy is not an address: give one such as `http://proxy.example:3128`")
            }
        }
        self
    }

    /// Trusts these certificates (PEM) beside the platform's.
    #[must_use]
    pub fn extra_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        match reqwest::Certificate::from_pem_bundle(pem.as_ref()) {
            Ok(more) if !more.is_empty() => self.network.certificates.extend(more),
            _ => self.refuse("extra_certificates holds no certificate: pass PEM text"),
        }
        self
    }

    /// A header of every request.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match header(name.as_ref(), value.as_ref()) {
            Ok(pair) => self.settings.headers.push(pair),
            Err(problem) => self.refuse(&problem),
        }
        self
    }

    /// Name and version of your application, put into the user agent.
    #[must_use]
    pub fn application(mut self, name: &str, version: &str) -> Self {
        self.application = Some(format!("{name}/{version}"));
        self
    }

    /// Whether requests are checked before they are sent against what the
    /// contract and the documentation state; `true` unless set.
    #[must_use]
    pub fn local_checks(mut self, checks: bool) -> Self {
        self.settings.local_checks = checks;
        self
    }

    /// Calls a function with everything that happens in a call: a place for
    /// metrics and logs. It is called where the call runs, so keep it short.
    #[must_use]
    pub fn on_event(mut self, hook: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.hooks.push(Hook::new(hook));
        self
    }

    /// Sends through another transport than the network.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when a setting is missing or cannot be
    /// used; nothing is sent.
    pub fn build(self) -> Result<Client, Error> {
        let Parts {
            shared,
            network,
            transport,
        } = self.parts()?;
        let transport = match transport {
            Some(transport) => transport,
            None => Arc::new(network.open()?),
        };
        Ok(Client::new(Arc::new(shared), transport))
    }

    /// A client whose calls block the calling thread.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn build_blocking(self) -> Result<crate::blocking::Client, Error> {
        let Parts {
            shared,
            network,
            transport,
        } = self.parts()?;
        crate::blocking::Client::new(shared, network, transport)
    }

    fn refuse(&mut self, problem: &str) {
        self.invalid.get_or_insert_with(|| problem.to_owned());
    }

    fn parts(mut self) -> Result<Parts, Error> {
        if let Some(problem) = self.invalid {
            return Err(configuration(problem));
        }
        let Some(source) = self.key else {
            return Err(configuration(
                "api_key is missing: pass the key or set DEFACTO_API_KEY to it",
            ));
        };
        let credentials = Credentials::new(source)?;
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
        if let Some(application) = self.application {
            let agent = format!("defacto-rust/{} {application}", env!("CARGO_PKG_VERSION"));
            self.settings.user_agent = HeaderValue::from_str(&agent).map_err(|_| {
                configuration("application cannot be sent in a header: use visible ASCII")
            })?;
        }
        // A local sandbox is never behind a proxy, and the proxy has no
        // business with its key.
        self.network.loopback = is_loopback(&base_url);
        let shared = Shared {
            base_url,
            credentials,
            settings: self.settings,
            budget: Budget::default(),
            hooks: self.hooks,
        };
        Ok(Parts {
            shared,
            network: self.network,
            transport: self.transport,
        })
    }

    /// The settings found in the process's environment variables.
    pub(crate) fn from_env() -> Result<Self, Error> {
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
            key: text("DEFACTO_API_KEY")?.map(Source::Value),
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

/// What both kinds of client are made of.
struct Parts {
    shared: Shared,
    network: Network,
    transport: Option<Arc<dyn Transport>>,
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

fn is_loopback(base_url: &str) -> bool {
    match Url::parse(base_url).as_ref().map(Url::host) {
        Ok(Some(url::Host::Ipv4(address))) => address.is_loopback(),
        Ok(Some(url::Host::Ipv6(address))) => address.is_loopback(),
        Ok(Some(url::Host::Domain(name))) => name == "localhost",
        _ => false,
    }
}

/// Neither the key nor an address, which may hold a password.
impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("key", &self.key)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
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
