//! Which server a command talks to.
//!
//! A key in the environment alone changes nothing: a command that has the
//! embedded sandbox uses it unless the command line names a server, and the
//! others ask for a name. Production is used only where it is named.

use clap::{Args, ValueEnum};
use defacto::{Client, Environment};
use defacto_sandbox::Sandbox;

use crate::failure::Failure;

/// What `--help` says where no sandbox is embedded.
pub(crate) const VARIABLES: &str = "\
Without --env and --base-url the server is the one of DEFACTO_BASE_URL, or else
DEFACTO_ENV (`sandbox` or `production`). Production is used only where named.";

/// The key the embedded sandbox accepts.
const SANDBOX_KEY: &str = "sandbox";

/// The options that name a server, the same for every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Connection {
    /// Which of Defacto's servers to use (key from DEFACTO_API_KEY).
    #[arg(long, value_enum, value_name = "ENV")]
    env: Option<Server>,
    /// Another address to use, such as that of `defacto sandbox` (key from
    /// DEFACTO_API_KEY).
    #[arg(long, value_name = "URL", conflicts_with = "env")]
    base_url: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Server {
    /// Defacto's test server.
    Sandbox,
    /// Real loans and real money.
    Production,
}

/// A client, and the sandbox it talks to where that runs inside this program.
#[derive(Debug)]
pub(crate) struct Open {
    /// The client.
    pub(crate) client: Client,
    /// What the server is called: `embedded`, `sandbox`, `production` or
    /// `custom`.
    pub(crate) name: &'static str,
    sandbox: Option<Sandbox>,
}

impl Open {
    /// Whether the server lives and dies with this program.
    pub(crate) fn is_embedded(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Whether money would move.
    pub(crate) fn is_production(&self) -> bool {
        let host = |url: &str| {
            let (_, rest) = url.split_once("://")?;
            let authority = rest.split(['/', ':']).next()?;
            Some(authority.trim_end_matches('.').to_ascii_lowercase())
        };
        host(self.client.base_url()) == host(Environment::Production.base_url())
    }

    /// Stops the embedded sandbox.
    pub(crate) async fn close(self) {
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
    }
}

impl Connection {
    /// The server named on the command line, or else a sandbox inside this
    /// program. The environment's variables give the key and nothing else.
    pub(crate) async fn or_embedded(&self) -> Result<Open, Failure> {
        if let Some(open) = self.named()? {
            return Ok(open);
        }
        let sandbox = Sandbox::start().await.map_err(|source| {
            Failure::runtime(
                "the embedded sandbox does not start: name a server with --env or --base-url",
                &source,
            )
        })?;
        let client = Client::builder()
            .api_key(SANDBOX_KEY)
            .base_url(sandbox.base_url())
            .build()?;
        Ok(Open {
            client,
            name: "embedded",
            sandbox: Some(sandbox),
        })
    }

    /// The server named on the command line, or else in `DEFACTO_BASE_URL` or
    /// `DEFACTO_ENV`.
    pub(crate) fn or_variables(&self) -> Result<Open, Failure> {
        if let Some(open) = self.named()? {
            return Ok(open);
        }
        let url = variable("DEFACTO_BASE_URL");
        let environment = variable("DEFACTO_ENV");
        if url.is_none() && environment.is_none() {
            return Err(Failure::setting(
                "no server is named: pass --env sandbox, --env production or --base-url URL, \
                 or set DEFACTO_ENV or DEFACTO_BASE_URL",
            ));
        }
        // The key is asked for first: its advice is the better one here.
        key()?;
        let client = Client::from_env()?;
        let name = match (url, environment.as_deref()) {
            (Some(_), _) => "custom",
            (None, Some("production")) => "production",
            (None, _) => "sandbox",
        };
        Ok(remote(client, name))
    }

    /// The server the command line names.
    fn named(&self) -> Result<Option<Open>, Failure> {
        let builder = Client::builder();
        let (builder, name) = match (&self.base_url, self.env) {
            (Some(url), _) => (builder.base_url(url), "custom"),
            (None, Some(Server::Sandbox)) => (builder.environment(Environment::Sandbox), "sandbox"),
            (None, Some(Server::Production)) => {
                (builder.environment(Environment::Production), "production")
            }
            (None, None) => return Ok(None),
        };
        let client = builder.api_key(key()?).build()?;
        Ok(Some(remote(client, name)))
    }

    /// Whether `--env production` was given.
    pub(crate) fn names_production(&self) -> bool {
        self.env == Some(Server::Production)
    }

    /// The options again, for a command the user is told to run next.
    pub(crate) fn options(&self) -> String {
        match (&self.base_url, self.env) {
            (Some(url), _) => format!(" --base-url {url}"),
            (None, Some(Server::Sandbox)) => " --env sandbox".to_owned(),
            (None, Some(Server::Production)) => " --env production".to_owned(),
            (None, None) => String::new(),
        }
    }
}

fn remote(client: Client, name: &'static str) -> Open {
    Open {
        client,
        name,
        sandbox: None,
    }
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn key() -> Result<String, Failure> {
    std::env::var("DEFACTO_API_KEY").map_err(|_| {
        Failure::setting(
            "DEFACTO_API_KEY is not set: set it to your API key (`sandbox` for a local sandbox)",
        )
    })
}
