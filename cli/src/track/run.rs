//! `defacto track run`.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use defacto::tracking::Tracker;
use defacto::types::WebhookEventType;
use defacto::webhook::Tokens;
use tokio::task::JoinSet;

use super::listen::Listening;
use super::store::StorePlace;
use super::sync::Teller;
use crate::connection::{Connection, VARIABLES};
use crate::failure::{Failure, tell, warn};
use crate::stop::stop_signal;

/// The name of the subscription of `--public-url`.
const SUBSCRIPTION: &str = "defacto track";

/// What `--help` says of how it goes.
const PACE: &str = "\
Between two passes it waits 30 seconds while a loan waits for a decision or its
payout, 5 minutes while a repayment is due within a day or late, and 30 minutes
otherwise; twice as long after each pass that fails, an hour at most. Ctrl-C and
SIGTERM end it with exit code 0: what is being received is stored first.";

/// Catches up with the server again and again, and prints what changes.
///
/// With --listen it receives Defacto's notifications too: each is stored before
/// it is answered, and the loans it tells of are read at once.
#[derive(Debug, Args)]
#[command(after_help = format!("{PACE}\n\n{VARIABLES}"))]
pub(crate) struct Run {
    /// Wait this long between two passes, whatever is open.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    every: Option<u64>,
    /// Receive notifications at this address, such as 127.0.0.1:8080. It takes
    /// HTTP: put what ends TLS in front of it.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The token in the query of a subscription's address; DEFACTO_WEBHOOK_TOKEN
    /// unless given, which other users of this machine do not see. May be given
    /// twice, while the address is changed: the new one first.
    #[arg(long, value_name = "TOKEN", requires = "listen")]
    token: Vec<String>,
    /// Have every notification sent to this address, which leads to --listen;
    /// the token is added to it. Made once, and kept in step.
    #[arg(long, value_name = "URL", requires = "listen")]
    public_url: Option<String>,
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object a line.
    #[arg(long)]
    pub(super) json: bool,
}

impl Run {
    pub(super) async fn run(self) -> Result<(), Failure> {
        // Before anything is said: who reads it may send the signal at once.
        let stop = stop_signal()?;
        let tokens = self.tokens()?;
        let public_url = self.subscribed(&tokens)?;
        let tracker = self.store.tracker(&self.connection).await?;
        let json = self.json;
        let tracker = tracker
            .on_failure(move |failed| {
                let (error, pause) = (failed.error, failed.pause.as_secs());
                warn(&format!("{error}; the next pass is in {pause} s"), json);
            })
            .build();
        let mut teller = Teller::new(&tracker, self.json).await?;
        let listening = match self.listen {
            Some(address) => Some(Listening::start(&tracker, address, Tokens::new(tokens)).await?),
            None => None,
        };
        // A task of its own: a reader that is slow to take what is printed does not hold
        // a pass up.
        let mut runs = JoinSet::new();
        let ended = {
            let work = async {
                subscribe(&tracker, public_url.as_deref()).await?;
                if let Some(listening) = &listening {
                    let address = listening.address;
                    tell(&format!("Listening on {address} for notifications."));
                }
                let (tracker, every) = (tracker.clone(), self.every.map(Duration::from_secs));
                runs.spawn(async move { tracker.run(every).await });
                ran(&mut runs).await
            };
            tokio::select! {
                biased;
                _ = stop => Ok(Ok(())),
                ran = work => Ok(ran),
                untold = teller.follow() => Err(untold),
            }
        };
        runs.shutdown().await;
        // A pass that is under way may be left: what it has read is recorded.
        if let Some(listening) = listening {
            let came = listening.stop().await;
            tell(&format!(
                "Notifications: {} stored, {} refused, {} not stored.",
                came.stored, came.refused, came.failed
            ));
        }
        // What could not be printed is told before what comes after it, another time.
        let ran = ended?;
        let told = teller.tell().await;
        ran?;
        told.map(drop)
    }

    /// The tokens that are accepted; there must be one to listen.
    fn tokens(&self) -> Result<Vec<String>, Failure> {
        let mut tokens = self.token.clone();
        if tokens.is_empty() && self.listen.is_some() {
            tokens.extend(std::env::var("DEFACTO_WEBHOOK_TOKEN"));
        }
        tokens.retain(|token| !token.is_empty());
        if tokens.is_empty() && self.listen.is_some() {
            return Err(Failure::usage(
                "--listen needs a token: set DEFACTO_WEBHOOK_TOKEN or pass --token, and end the \
                 address of the subscription with ?token=TOKEN",
            ));
        }
        Ok(tokens)
    }

    /// The subscription's address, with the token.
    fn subscribed(&self, tokens: &[String]) -> Result<Option<String>, Failure> {
        let (Some(url), Some(token)) = (&self.public_url, tokens.first()) else {
            return Ok(None);
        };
        let mut url = reqwest::Url::parse(url)
            .map_err(|error| Failure::usage(format!("--public-url is no URL: {error}")))?;
        url.query_pairs_mut().append_pair("token", token);
        Ok(Some(url.into()))
    }
}

/// Ends with the run.
async fn ran(runs: &mut JoinSet<Result<(), defacto::Error>>) -> Result<(), Failure> {
    match runs.join_next().await {
        Some(Ok(ran)) => Ok(ran?),
        Some(Err(source)) => Err(Failure::runtime("the run broke off", &source)),
        None => Ok(()),
    }
}

async fn subscribe(tracker: &Tracker, url: Option<&str>) -> Result<(), Failure> {
    if let Some(url) = url {
        tracker
            .ensure_webhook(SUBSCRIPTION, url, WebhookEventType::ALL)
            .await?;
    }
    Ok(())
}
