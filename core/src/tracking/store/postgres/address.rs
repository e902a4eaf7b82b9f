//! Where a database is, and how it is reached.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::refused;
use crate::Error;

/// What opening a connection may take, where the address does not say.
const CONNECT: Duration = Duration::from_secs(10);
/// How soon a peer that is gone is noticed.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// A database's address, and its name in messages: without the password.
#[derive(Debug)]
pub(super) struct Address {
    config: Config,
    pub(super) place: String,
}

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        // Neither the address nor the parser's words: both may hold a part of
        // the password, when a character of it is not escaped.
        let wrong = || {
            refused(
                "the address is none of a PostgreSQL database: write \
                 postgres://ROLE:PASSWORD@HOST:5432/DATABASE, special characters of the \
                 password as in %40, and sslmode=disable, prefer or require",
            )
        };
        let mut config: Config = text.parse().map_err(|_| wrong())?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("defacto");
        }
        config.keepalives_idle(KEEPALIVE);
        config.tcp_user_timeout(KEEPALIVE);

        let mut hosts = String::new();
        for (at, host) in config.get_hosts().iter().enumerate() {
            let ports = config.get_ports();
            let port = ports.get(at).or(ports.first()).copied().unwrap_or(5432);
            let comma = if hosts.is_empty() { "" } else { ", " };
            let written = match host {
                Host::Tcp(name) => write!(hosts, "{comma}{name}:{port}"),
                #[cfg(unix)]
                Host::Unix(folder) => write!(hosts, "{comma}{}:{port}", folder.display()),
            };
            written.map_err(|_| wrong())?;
        }
        let database = config
            .get_dbname()
            .or(config.get_user())
            .unwrap_or("postgres");
        if hosts.is_empty() || hosts.contains('@') || database.contains('@') {
            return Err(wrong());
        }
        let place = format!("PostgreSQL database {database} at {hosts}");
        Ok(Self { config, place })
    }

    /// Connections to it, opened when they are needed, each begun with `setup`.
    pub(super) fn pool(
        &self,
        setup: String,
        size: usize,
        trusted: Option<&[u8]>,
    ) -> Result<Pool, Error> {
        let recycling = ManagerConfig {
            // A failed call's connection is closed and not handed out again.
            recycling_method: RecyclingMethod::Fast,
        };
        let is_remote = self
            .config
            .get_hosts()
            .iter()
            .any(|host| matches!(host, Host::Tcp(_)));
        let config = self.config.clone();
        let manager = if is_remote && config.get_ssl_mode() != SslMode::Disable {
            Manager::from_config(config, self.tls(trusted)?, recycling)
        } else {
            Manager::from_config(config, NoTls, recycling)
        };
        Pool::builder(manager)
            .max_size(size)
            .post_create(Hook::async_fn(move |connection, _| {
                let setup = setup.clone();
                Box::pin(async move {
                    let done = connection.batch_execute(&setup).await;
                    done.map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|error| refused(format!("{}: no connections", self.place)).with_source(error))
    }

    fn tls(&self, trusted: Option<&[u8]>) -> Result<MakeRustlsConnect, Error> {
        let place = &self.place;
        let failed = |error: rustls::Error| {
            refused(format!(
                "{place}: no encrypted connection: install the system's certificates, name the \
                 server's authority with `trusting`, or set sslmode=disable where the network \
                 is private"
            ))
            .with_source(error)
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(failed)?;
        let Some(pem) = trusted else {
            let builder = builder.with_platform_verifier().map_err(failed)?;
            return Ok(MakeRustlsConnect::new(builder.with_no_client_auth()));
        };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| {
                refused(format!("{place}: the trusted certificate is no PEM")).with_source(error)
            })?;
            roots.add(certificate).map_err(failed)?;
        }
        if roots.is_empty() {
            return Err(refused(format!(
                "{place}: there is no certificate in what is to be trusted: hand over its PEM"
            )));
        }
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}
