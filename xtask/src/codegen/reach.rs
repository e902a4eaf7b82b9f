//! Which objects the operations take and answer, with all inside them.

use std::collections::BTreeMap;

use defacto_types::operation::{Answer, Body, Operation};
use defacto_types::schema::{Model, Shape};
use defacto_types::{OPERATIONS, TRACKER, catalogue};

/// The models by name.
pub(super) type Models = BTreeMap<&'static str, Model>;

/// Every model.
pub(super) fn models() -> Models {
    let all = catalogue::models().into_iter();
    all.map(|model| (model.name, model)).collect()
}

/// The type of an operation's body, where it is declared.
pub(super) fn body(operation: &Operation) -> Option<&'static str> {
    match operation.body {
        Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) => Some(ty),
        _ => None,
    }
}

/// The objects that come from the server, or from a tracker.
pub(super) fn answered(models: &Models) -> Result<Models, String> {
    let rows = OPERATIONS.iter().chain(TRACKER);
    let answers = rows.filter_map(|row| match row.answer {
        Answer::Json(ty) | Answer::List(ty) => Some(ty),
        _ => None,
    });
    reached(models, std::iter::once("Problem").chain(answers))
}

/// The objects that some operation or verb takes, queries included.
pub(super) fn taken(models: &Models) -> Result<Models, String> {
    let rows = OPERATIONS.iter().chain(TRACKER);
    reached(
        models,
        rows.flat_map(|row| body(row).into_iter().chain(row.query)),
    )
}

fn reached(models: &Models, names: impl Iterator<Item = &'static str>) -> Result<Models, String> {
    let mut found = Models::new();
    for name in names {
        let model = models
            .get(name)
            .ok_or_else(|| format!("there is no model {name}"))?;
        collect(model, &mut found);
    }
    Ok(found)
}

/// Adds a model and all inside it.
pub(super) fn collect(model: &Model, found: &mut Models) {
    if found.insert(model.name, model.clone()).is_none() {
        for field in &model.fields {
            inner(&field.shape, found);
        }
    }
}

fn inner(shape: &Shape, found: &mut Models) {
    match shape {
        Shape::List(item) | Shape::Map(item) => inner(item, found),
        Shape::Model(reflect) => collect(&reflect(), found),
        _ => {}
    }
}
