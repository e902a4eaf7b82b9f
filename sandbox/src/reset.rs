//! What a reset begins with, where that is not what the simulator was started
//! with.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::accounts::Spec;
use crate::fault::Fault;
use crate::fields::Fields;
use crate::policy::Settings;
use crate::problem::Problem;
use crate::time;

/// What is given of it; the rest is as it was at the start.
#[derive(Debug, Default)]
pub(crate) struct Reset {
    pub(crate) seed: Option<u64>,
    /// Where the clock stops.
    pub(crate) at: Option<Timestamp>,
    /// Policies not named are the usual ones.
    pub(crate) settings: Option<Settings>,
    pub(crate) faults: Option<Vec<Fault>>,
    /// None of them is the one account that any key is for.
    pub(crate) accounts: Option<Vec<Spec>>,
    /// Whether there is data to look at.
    pub(crate) demo: Option<bool>,
}

impl Reset {
    pub(crate) fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut fields = Fields::of_both(Vec::new(), body)?;
        let seed = fields.take("seed", "must be a number from 0", Value::as_u64);
        let at = fields.take("at", "must be a timestamp", |v| time::moment(v.as_str()?));
        let settings = policies(&mut fields);
        let without = fields.is_null("seed_data").then_some(false);
        let demo = fields.take("seed_data", "must be demo or null", |value| {
            (value == "demo").then_some(true)
        });
        let faults = each(&mut fields, "faults", Fault::of_part);
        let accounts = each(&mut fields, "accounts", Spec::read);
        if let Some(accounts) = &accounts {
            for (index, account) in accounts.iter().enumerate() {
                let mut before = accounts.iter().take(index);
                if before.any(|other| other.clashes(account)) {
                    let reason = "has the name or the key of another account";
                    fields.refuse(&format!("accounts[{index}]"), reason);
                }
            }
        }
        fields.finish()?;
        Ok(Self {
            seed,
            at,
            settings,
            faults,
            accounts,
            demo: demo.or(without),
        })
    }
}

fn policies(fields: &mut Fields) -> Option<Settings> {
    let given = fields.take("policy", "must be an object", |value| {
        value.as_object().cloned()
    });
    let given: Map<String, Value> = given?;
    let mut settings = Settings::default();
    for wrong in settings.set_all(&given).err().into_iter().flatten() {
        let name = format!("policy.{}", wrong.name.unwrap_or_default());
        fields.refuse(&name, &wrong.reason.unwrap_or_default());
    }
    Some(settings)
}

/// The parts of a list; what is wrong with one is remembered with its place.
fn each<T>(fields: &mut Fields, name: &str, read: impl Fn(&mut Fields) -> T) -> Option<Vec<T>> {
    let listed = fields.take(name, "must be a list", |value| value.as_array().cloned())?;
    let mut parts = Vec::new();
    for (index, item) in listed.iter().enumerate() {
        let mut part = Fields::of_part(item);
        parts.push(read(&mut part));
        fields.take_wrong(&format!("{name}[{index}]."), part);
    }
    Some(parts)
}
