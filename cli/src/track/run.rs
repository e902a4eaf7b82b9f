//! `defacto track run`.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use defacto::Error;
use defacto::tracking::{Tracker, is_final, slowed};
use defacto::types::WebhookEventType;
use defacto::webhook::Tokens;
use tokio::time::{Instant, sleep_until};

use super::listen::Listening;
use super::store::StorePlace;
use super::sync::Teller;
use crate::connection::{Connection, Open, VARIABLES};
use crate::failure::{Failure, tell, warn};
use crate::stop::stop_signal;

/// The name of the subscription of `--public-url`.
const SUBSCRIPTION: &str = "defacto track";

/// The pause while a store that is away does not tell what is open.
const UNREAD: Duration = Duration::from_secs(30);

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
        let open = self.connection.or_variables()?;
        let store = self.store.open(&open.client).await?;
        let tracker = Tracker::sharing(open.client.clone(), store).build();
        let mut teller = Teller::new(&tracker, self.json).await?;
        let listening = match self.listen {
            Some(address) => Some(Listening::start(&tracker, address, Tokens::new(tokens)).await?),
            None => None,
        };
        let ended = {
            let work = async {
                subscribe(&open, public_url.as_deref()).await?;
                if let Some(listening) = &listening {
                    let address = listening.address;
                    tell(&format!("Listening on {address} for notifications."));
                }
                self.follow(&tracker, &mut teller, listening.as_ref()).await
            };
            tokio::select! {
                biased;
                _ = stop => Ok(()),
                failed = work => failed,
            }
        };
        // A pass that is under way may be left: what it has read is recorded.
        if let Some(listening) = listening {
            let came = listening.stop().await;
            tell(&format!(
                "Notifications: {} stored, {} refused, {} not stored.",
                came.stored, came.refused, came.failed
            ));
        }
        ended?;
        teller.tell().await?;
        Ok(())
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

    /// Ends only when it fails for good.
    async fn follow(
        &self,
        tracker: &Tracker,
        teller: &mut Teller,
        listening: Option<&Listening>,
    ) -> Result<(), Failure> {
        // A wrong address or key shows at once; from then on the server may be
        // away for a while.
        let mut is_first = true;
        let mut failures = 0;
        loop {
            let passed = tracker.sync().await.map(|_| ());
            tell_now_or_later(teller).await?;
            let mut next = match passed {
                Err(error) if is_first || is_final(&error) => return Err(error.into()),
                Err(error) => self.put_off(tracker, &error, &mut failures).await?,
                Ok(()) => {
                    failures = 0;
                    Instant::now() + self.pause(tracker).await?
                }
            };
            is_first = false;
            loop {
                tokio::select! {
                    () = arrival(listening) => {}
                    () = sleep_until(next) => break,
                }
                let digested = tracker.digest().await.map(|_| ());
                tell_now_or_later(teller).await?;
                match digested {
                    Err(error) if is_final(&error) => return Err(error.into()),
                    Err(error) => next = self.put_off(tracker, &error, &mut failures).await?,
                    // A loan that is undecided now is looked at sooner.
                    Ok(()) => next = next.min(Instant::now() + self.pause(tracker).await?),
                }
            }
        }
    }

    async fn put_off(
        &self,
        tracker: &Tracker,
        error: &Error,
        failures: &mut u32,
    ) -> Result<Instant, Failure> {
        *failures += 1;
        let pause = slowed(self.pause(tracker).await?, *failures, error.retry_after());
        let text = format!("{error}; the next pass is in {} s", pause.as_secs());
        warn(&text, self.json);
        Ok(Instant::now() + pause)
    }

    async fn pause(&self, tracker: &Tracker) -> Result<Duration, Failure> {
        if let Some(seconds) = self.every {
            // Longer than a year is no pause, and no clock can add it.
            return Ok(Duration::from_secs(seconds.min(365 * 86_400)));
        }
        match tracker.pause().await {
            Err(error) if is_final(&error) => Err(error.into()),
            // What is open cannot be read now.
            pause => Ok(pause.unwrap_or(UNREAD)),
        }
    }
}

/// Prints what is new; what a database that is away keeps is told after it is back.
async fn tell_now_or_later(teller: &mut Teller) -> Result<(), Failure> {
    match teller.tell().await {
        Err(failure) if failure.is_passing() => Ok(()),
        told => told.map(|_| ()),
    }
}

/// Ends when a notification was stored.
async fn arrival(listening: Option<&Listening>) {
    match listening {
        Some(listening) => listening.arrived.notified().await,
        None => pending().await,
    }
}

async fn subscribe(open: &Open, url: Option<&str>) -> Result<(), Failure> {
    if let Some(url) = url {
        let client = &open.client;
        client
            .ensure_webhook(SUBSCRIPTION, url, WebhookEventType::ALL)
            .await?;
    }
    Ok(())
}
