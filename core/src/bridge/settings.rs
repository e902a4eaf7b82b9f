//! A client's settings and a call's options given as JSON, by the names of the
//! tables [`SETTINGS`](crate::types::SETTINGS) and
//! [`OPTIONS`](crate::types::OPTIONS).

use std::time::Duration;

use defacto_types::{LoanStatus, Map, Value, Waiter};

use crate::client::ClientBuilder;
use crate::http::Request;
use crate::tracking::AlertPolicy;
use crate::wait::Plan;
use crate::{Error, ErrorKind};

/// The longest a first wait before sending again may grow to.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// The settings of a client; null is not set.
pub(super) fn builder(settings: Value) -> Result<ClientBuilder, Error> {
    let Value::Object(settings) = settings else {
        return Err(refused("settings are no object: pass one".to_owned()));
    };
    let mut builder = ClientBuilder::default();
    for (name, value) in given(settings) {
        builder = match name.as_str() {
            "api_key" => builder.api_key(text(&name, &value)?),
            "api_key_file" => builder.api_key_file(text(&name, &value)?),
            "environment" => builder.environment(text(&name, &value)?.parse()?),
            "base_url" => builder.base_url(text(&name, &value)?),
            "timeout" => builder.timeout(seconds(&name, &value)?),
            "deadline" => builder.deadline(seconds(&name, &value)?),
            "connect_timeout" => builder.connect_timeout(seconds(&name, &value)?),
            "retries" => builder.retries(count(&name, &value)?),
            "backoff" => {
                let first = seconds(&name, &value)?;
                builder.backoff(first, LONGEST_WAIT.max(first))
            }
            "idle_timeout" => builder.idle_timeout(seconds(&name, &value)?),
            "idle_connections" => {
                let count = count(&name, &value)?;
                builder.idle_connections(usize::try_from(count).unwrap_or(usize::MAX))
            }
            "proxy" => builder.proxy(text(&name, &value)?),
            "extra_certificates" => builder.extra_certificates(text(&name, &value)?),
            "headers" => {
                for (header, value) in texts(&name, &value)? {
                    builder = builder.header(header, value);
                }
                builder
            }
            "application" => {
                let text = text(&name, &value)?;
                let (application, version) = text.split_once('/').unwrap_or((text, ""));
                builder.application(application, version)
            }
            "local_checks" => builder.local_checks(flag(&name, &value)?),
            // The name is not repeated: it may be a key in the wrong place.
            _ => {
                return Err(refused(
                    "a setting is not known: see the settings' list".to_owned(),
                ));
            }
        };
    }
    Ok(builder)
}

/// What a tracker is opened with.
pub(super) struct TrackerPlan {
    pub(super) store: String,
    pub(super) read_only: bool,
    pub(super) tokens: Vec<String>,
    pub(super) actor: Option<String>,
    pub(super) alerts: AlertPolicy,
    /// The tracker's own unless set.
    pub(super) keep_notifications: Option<Duration>,
}

/// The settings of a tracker; null is not set.
pub(super) fn tracker_plan(settings: Value) -> Result<TrackerPlan, Error> {
    let Value::Object(settings) = settings else {
        return Err(refused("settings are no object: pass one".to_owned()));
    };
    let mut plan = TrackerPlan {
        store: String::new(),
        read_only: false,
        tokens: Vec::new(),
        actor: None,
        alerts: AlertPolicy::default(),
        keep_notifications: None,
    };
    for (name, value) in given(settings) {
        match name.as_str() {
            "store" => text(&name, &value)?.clone_into(&mut plan.store),
            "read_only" => plan.read_only = flag(&name, &value)?,
            "webhook_tokens" => plan.tokens = list(&name, &value)?,
            "actor" => plan.actor = Some(text(&name, &value)?.to_owned()),
            "keep_notifications_days" => {
                let days = count(&name, &value)?;
                plan.keep_notifications = Some(Duration::from_secs(u64::from(days) * 86_400));
            }
            "due_soon_days" => plan.alerts.due_soon_days = count(&name, &value)?,
            "late_after_days" => plan.alerts.late_after_days = count(&name, &value)?,
            "silent_after_minutes" => {
                let minutes: u32 = count(&name, &value)?;
                plan.alerts.silent_after = jiff::SignedDuration::from_mins(minutes.into());
            }
            "credit_low_percent" => plan.alerts.credit_low_percent = count(&name, &value)?,
            // The name is not repeated: it may be a token in the wrong place.
            _ => {
                return Err(refused(
                    "a setting of the tracker is not known: see the settings' list".to_owned(),
                ));
            }
        }
    }
    if plan.store.is_empty() {
        return Err(refused(
            "store is missing: pass a file, `memory` or a postgres:// address".to_owned(),
        ));
    }
    Ok(plan)
}

/// The terms of a wait and its statuses.
pub(super) fn plan(waiter: &Waiter, terms: Value) -> Result<Plan, Error> {
    let wrong = |problem: String| Error::new(ErrorKind::InvalidInput, problem);
    let mut terms = match terms {
        Value::Object(terms) => terms,
        _ => return Err(wrong(format!("wait of {waiter} is no object: pass one"))),
    };
    let statuses = terms.remove("statuses").unwrap_or_default();
    let statuses = statuses.as_array().and_then(|list| {
        let names = list.iter().map(|name| name.as_str().map(LoanStatus::from));
        names.collect::<Option<Vec<_>>>()
    });
    let statuses =
        statuses.ok_or_else(|| wrong("statuses is no list of texts: pass one".to_owned()))?;
    let mut plan = Plan::new(statuses);
    for (name, value) in given(terms) {
        match name.as_str() {
            "deadline" => plan.deadline = seconds(&name, &value)?,
            "shortest" => plan.shortest = seconds(&name, &value)?,
            "longest" => plan.longest = seconds(&name, &value)?,
            "through_issues" => plan.through_issues = flag(&name, &value)?,
            _ => {
                return Err(wrong(format!(
                    "{name} is no term of {waiter}: see its list"
                )));
            }
        }
    }
    plan.poll_every(plan.shortest, plan.longest);
    Ok(plan)
}

/// Sets the options of one call.
pub(super) fn set_options(request: &mut Request, options: Value) -> Result<(), Error> {
    let Value::Object(options) = options else {
        return Err(refused("options are no object: pass one".to_owned()));
    };
    for (name, value) in given(options) {
        match name.as_str() {
            "timeout" => request.options.timeout = Some(seconds(&name, &value)?),
            "deadline" => request.options.deadline = Some(seconds(&name, &value)?),
            "retries" => request.options.retries = Some(count(&name, &value)?),
            "headers" => {
                for (header, value) in texts(&name, &value)? {
                    request.header(header, value);
                }
            }
            "extra_query" => {
                for (field, value) in texts(&name, &value)? {
                    request
                        .query
                        .push((field.to_owned().into(), value.to_owned()));
                }
            }
            "extra_fields" => {
                let Value::Object(fields) = value else {
                    return Err(refused(format!("{name} is no object: pass one")));
                };
                for (field, value) in fields {
                    request.field(&field, value);
                }
            }
            _ => return Err(refused(format!("option {name} is not known: see the list"))),
        }
    }
    Ok(())
}

fn given(values: Map<String, Value>) -> impl Iterator<Item = (String, Value)> {
    values.into_iter().filter(|(_, value)| !value.is_null())
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, Error> {
    value
        .as_str()
        .ok_or_else(|| refused(format!("{name} is no text: pass text")))
}

fn seconds(name: &str, value: &Value) -> Result<Duration, Error> {
    value
        .as_f64()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| refused(format!("{name} is no time: pass seconds, such as 30")))
}

fn count(name: &str, value: &Value) -> Result<u32, Error> {
    value
        .as_u64()
        .and_then(|count| u32::try_from(count).ok())
        .ok_or_else(|| refused(format!("{name} is no count: pass 0 or more")))
}

fn flag(name: &str, value: &Value) -> Result<bool, Error> {
    value
        .as_bool()
        .ok_or_else(|| refused(format!("{name} is neither true nor false: pass one")))
}

fn texts<'a>(name: &str, value: &'a Value) -> Result<Vec<(&'a str, &'a str)>, Error> {
    let wrong = || refused(format!("{name} is no object of texts: pass one"));
    value
        .as_object()
        .ok_or_else(wrong)?
        .iter()
        .map(|(name, value)| Ok((name.as_str(), value.as_str().ok_or_else(wrong)?)))
        .collect()
}

fn list(name: &str, value: &Value) -> Result<Vec<String>, Error> {
    let texts = value.as_array().and_then(|list| {
        let texts = list.iter().map(|one| one.as_str().map(str::to_owned));
        texts.collect::<Option<Vec<_>>>()
    });
    texts.ok_or_else(|| refused(format!("{name} is no list of texts: pass one")))
}

fn refused(problem: String) -> Error {
    Error::new(ErrorKind::Configuration, problem)
}

#[cfg(test)]
mod tests {
    use defacto_types::operations::loans;
    use defacto_types::{OPTIONS, SETTINGS, Setting, SettingKind, TRACKER_SETTINGS, WAITERS};
    use serde_json::json;

    use super::*;

    /// A value of the setting's kind, and one of another.
    fn values(setting: &Setting) -> (Value, Value) {
        match setting.kind {
            SettingKind::Word(words) => (words[0].into(), json!("other")),
            SettingKind::Seconds => (json!(1.5), json!(-1)),
            SettingKind::Count => (json!(3), json!(1.5)),
            SettingKind::Flag => (json!(false), json!(0)),
            SettingKind::Texts => (json!({"x-a": "b"}), json!({"x-a": 1})),
            SettingKind::Values => (json!({"a": [1]}), json!([])),
            SettingKind::Secrets => (json!(["a", "b"]), json!("a")),
            _ => (json!("https://a.example"), json!(1)),
        }
    }

    #[test]
    fn every_setting_is_known() {
        for setting in SETTINGS {
            let (right, wrong) = values(setting);
            assert!(builder(json!({setting.name: right})).is_ok(), "{setting:?}");
            assert!(builder(json!({setting.name: null})).is_ok());
            let error = builder(json!({setting.name: wrong})).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains(setting.name), "{error}");
        }
        assert!(builder(json!({"api-key": "k"})).is_err());
    }

    #[test]
    fn every_setting_of_a_tracker_is_known() {
        for setting in TRACKER_SETTINGS {
            let (right, wrong) = values(setting);
            let all = |value: Value| {
                let mut all = json!({"store": "memory"});
                all[setting.name] = value;
                all
            };
            assert!(tracker_plan(all(right)).is_ok(), "{setting:?}");
            let error = tracker_plan(all(wrong)).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains(setting.name), "{error}");
        }
        for wrong in [
            json!({}),
            json!({"store": ""}),
            json!({"store": "a", "token": "b"}),
        ] {
            assert!(tracker_plan(wrong).is_err());
        }
    }

    #[test]
    fn every_term_is_known() {
        for waiter in WAITERS {
            for term in waiter.terms {
                let (right, wrong) = values(term);
                let statuses = json!(["CLOSED"]);
                let terms = json!({"statuses": statuses, term.name: right});
                plan(waiter, terms).unwrap();
                let error = plan(waiter, json!({"statuses": statuses, term.name: wrong}));
                let error = error.unwrap_err();
                assert!(error.to_string().contains(term.name), "{error}");
            }
            for wrong in [json!(null), json!({}), json!({"statuses": [1]})] {
                assert!(plan(waiter, wrong).is_err());
            }
        }
    }

    #[test]
    fn every_option_is_known() {
        for option in OPTIONS {
            let (right, wrong) = values(option);
            let mut request = Request::new(&loans::CREATE).json_value(&json!({}));
            set_options(&mut request, json!({option.name: right})).unwrap();
            let error = set_options(&mut request, json!({option.name: wrong})).unwrap_err();
            assert!(error.to_string().contains(option.name), "{error}");
        }
    }
}
