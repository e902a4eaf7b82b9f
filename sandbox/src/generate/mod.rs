//! The generators of test data.

mod iban;

use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use defacto_types::{GeneratedIban, InvalidParam, SandboxCountry, Scenario};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::problem::Problem;

pub(crate) use iban::is_iban;
pub use iban::scenario_of;

/// What chance the generated data is drawn from; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Generator(Arc<Mutex<ChaCha8Rng>>);

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed))))
    }

    pub(crate) fn iban(&self, country: &SandboxCountry, scenario: &Scenario) -> String {
        // Whatever a panic left of it, it is still a source of chance.
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        iban::generate(country, scenario, &mut *rng)
    }
}

/// `testing.generate_iban`.
pub(crate) async fn iban(
    State(generator): State<Generator>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<(StatusCode, Json<GeneratedIban>), Problem> {
    let mut country = SandboxCountry::Fra;
    let mut scenario = Scenario::Success;
    for (name, value) in query {
        match name.as_str() {
            "country" => country = value.into(),
            "scenario" => scenario = value.into(),
            _ => {}
        }
    }
    let mut invalid = Vec::new();
    if !country.is_known() {
        invalid.push(not_one_of("country", SandboxCountry::ALL));
    }
    if !scenario.is_known() {
        invalid.push(not_one_of("scenario", Scenario::ALL));
    }
    if !invalid.is_empty() {
        return Err(Problem::invalid(invalid));
    }
    let generated = GeneratedIban::new().iban(generator.iban(&country, &scenario));
    Ok((StatusCode::CREATED, Json(generated)))
}

fn not_one_of(name: &'static str, values: &[impl ToString]) -> InvalidParam {
    let values: Vec<_> = values.iter().map(ToString::to_string).collect();
    InvalidParam::new()
        .name(name)
        .reason(format!("must be one of {}", values.join(", ")))
}
