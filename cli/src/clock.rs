//! `defacto clock`.

use clap::{Args, Subcommand};
use jiff::Span;
use serde_json::{Value, json};

use crate::control::Address;
use crate::failure::{Failure, print};

/// The clock of a running sandbox. What it brings is done, deliveries of
/// webhooks included, when a command ends.
#[derive(Debug, Args)]
pub(crate) struct Clock {
    #[command(subcommand)]
    command: Option<Move>,
    #[command(flatten)]
    address: Address,
    /// Print one JSON object.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
enum Move {
    /// Shows the time and how it passes.
    Show,
    /// Moves it forward.
    Advance {
        /// How far, such as 30d, 12h, 90s or P1D.
        #[arg(value_parser = span)]
        by: String,
    },
    /// Moves it forward to a moment.
    To {
        /// Such as 2030-01-31 or 2030-01-31T12:00:00Z; a day begins in UTC.
        #[arg(value_parser = moment)]
        at: String,
    },
    /// Moves it to what happens next by itself.
    Next {
        /// To this loan; to any unless given.
        loan_id: Option<String>,
    },
    /// Stops it.
    Freeze {
        /// At this moment; where it is unless given.
        #[arg(value_parser = moment)]
        at: Option<String>,
    },
    /// Lets it run.
    Run {
        /// How many times as fast as the real time.
        #[arg(long, value_name = "N", default_value_t = 1)]
        rate: u32,
    },
    /// Stops it but for a step with each request to the API.
    Step {
        /// The step, such as 1h.
        #[arg(value_parser = span)]
        by: String,
    },
}

impl Clock {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let control = self.address.open()?;
        let body = match self.command.unwrap_or(Move::Show) {
            Move::Show => {
                return tell(&control.get("/clock").await?, self.json);
            }
            Move::Advance { by } => json!({ "advance": by }),
            Move::To { at } => json!({ "to": at }),
            Move::Next { loan_id: None } => json!({ "next_event": true }),
            Move::Next { loan_id } => json!({ "next_event_of": loan_id }),
            Move::Freeze { at: None } => json!({ "freeze": true }),
            Move::Freeze { at } => json!({ "freeze": at }),
            Move::Run { rate } => json!({ "rate": rate }),
            Move::Step { by } => json!({ "step": by }),
        };
        tell(&control.post("/clock", &body).await?, self.json)
    }
}

/// Writes what a clock or a trigger answered.
pub(crate) fn tell(answer: &Value, json: bool) -> Result<(), Failure> {
    if json {
        return print(&answer.to_string());
    }
    let mut lines = Vec::new();
    let text = |name: &str| answer[name].as_str().unwrap_or_default();
    let pace = match text("mode") {
        "rate" => format!("  {} times as fast as real", answer["rate"]),
        "step" => format!("  {} with each request", text("step")),
        mode => format!("  {mode}"),
    };
    lines.push(format!("{}{pace}", text("now")).trim_end().to_owned());
    for (event, count) in answer["events"].as_object().into_iter().flatten() {
        lines.push(format!("{count:>6} {event}"));
    }
    let deliveries = &answer["deliveries"];
    let count = |name: &str| deliveries[name].as_u64().unwrap_or(0);
    if ["attempts", "dropped", "lost", "pending"]
        .iter()
        .any(|name| count(name) > 0)
    {
        lines.push(format!(
            "webhooks: {} delivered, {} given up, {} still to come",
            count("delivered"),
            count("failed") + count("dropped") + count("lost"),
            count("pending"),
        ));
    }
    print(&lines.join("\n"))
}

/// A duration as the control API takes it.
fn span(text: &str) -> Result<String, String> {
    let span: Span = text
        .parse()
        .map_err(|error: jiff::Error| error.to_string())?;
    if span.get_years() != 0 || span.get_months() != 0 || span.is_negative() {
        return Err("months and years have no length of their own: give days".to_owned());
    }
    Ok(span.to_string())
}

/// A moment, or the beginning of a day.
pub(crate) fn moment(text: &str) -> Result<String, String> {
    let whole = if text.parse::<jiff::civil::Date>().is_ok() && !text.contains('T') {
        format!("{text}T00:00:00Z")
    } else {
        text.to_owned()
    };
    match whole.parse::<jiff::Timestamp>() {
        Ok(moment) => Ok(moment.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
