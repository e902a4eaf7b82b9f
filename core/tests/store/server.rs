//! The PostgreSQL of the tests: one for all of them, ended by its own script when
//! this process ends.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use defacto::tracking::store::{Postgres, PostgresOptions};

/// With characters that an address has to escape.
const PASSWORD: &str = "s3cr3t@/word";

pub(crate) struct Server {
    /// Its input is what keeps the server running.
    _script: Child,
    port: u16,
    folder: PathBuf,
}

impl Server {
    pub(crate) fn get() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(Self::start)
    }

    fn start() -> Self {
        let port = free_port();
        // The command line has this file too.
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../core/tests/store/postgres-server"
        );
        let mut child = Command::new(script)
            .args([&port.to_string(), PASSWORD])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let folder = line.trim().strip_prefix("ready ");
        let folder = folder.unwrap_or_else(|| panic!("PostgreSQL does not start: see above"));
        Self {
            _script: child,
            port,
            folder: folder.into(),
        }
    }

    /// The address of its database, with `settings` at the end.
    pub(crate) fn address(&self, settings: &str) -> String {
        Self::address_at(self.port, settings)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// As [`address`](Self::address), at another port that leads there.
    pub(crate) fn address_at(port: u16, settings: &str) -> String {
        format!("postgres://tester:s3cr3t%40%2Fword@127.0.0.1:{port}/postgres?{settings}")
    }

    pub(crate) fn plain(&self) -> String {
        self.address("sslmode=disable")
    }

    pub(crate) fn certificate(&self) -> Vec<u8> {
        fs::read(self.folder.join("data/server.crt")).unwrap()
    }

    /// A connection beside the store's.
    pub(crate) async fn connect(&self) -> tokio_postgres::Client {
        let plain = self.plain();
        let (client, connection) = tokio_postgres::connect(&plain, tokio_postgres::NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        client
    }
}

/// A port nobody listens at.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A schema nobody has used, in words that have to be quoted.
pub(crate) fn new_schema() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("the \"{}\". store", COUNT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) async fn open(schema: &str) -> Postgres {
    let options = PostgresOptions::new().schema(schema);
    options.open(&Server::get().plain()).await.unwrap()
}
