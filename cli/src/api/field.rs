//! The fields an operation takes, from the declaration of the types.

use defacto_types::schema::{Model, Shape};
use serde_json::{Value, json};

/// Models inside models: what lies deeper is for the documentation.
const DEEPEST: usize = 4;

/// A field, or one inside it as `borrower.identifier` or `invoices[].seller`.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: String,
    /// Inside of an object: where that is given.
    pub(super) required: bool,
    /// 1, and one more for each object it is in.
    pub(super) depth: usize,
    pub(super) doc: &'static str,
    /// What an enum may be.
    pub(super) values: Vec<&'static str>,
}

impl Field {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "type": self.kind,
            "required": self.required,
            "values": self.values,
            "doc": self.doc,
        })
    }
}

/// The declaration of a type; `None` for what is no object.
pub(super) fn model(name: &str) -> Option<Model> {
    let mut models = defacto_types::catalogue::models().into_iter();
    models.find(|model| model.name == name)
}

/// Every field of a type, those inside right after the one they are in.
pub(super) fn fields(ty: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(model) = model(ty) {
        walk(&model, "", 1, &mut fields);
    }
    fields
}

fn walk(model: &Model, prefix: &str, depth: usize, fields: &mut Vec<Field>) {
    for field in &model.fields {
        let name = format!("{prefix}{}", field.wire);
        fields.push(Field {
            kind: kind(&field.shape),
            required: field.required,
            depth,
            doc: field.doc.trim(),
            values: values(&field.shape),
            name: name.clone(),
        });
        if let Some((inner, suffix)) = object(&field.shape)
            && depth < DEEPEST
        {
            walk(&inner, &format!("{name}{suffix}."), depth + 1, fields);
        }
    }
}

/// The object inside, and what its name gets where there are several.
pub(super) fn object(shape: &Shape) -> Option<(Model, &'static str)> {
    match shape {
        Shape::Model(model) => Some((model(), "")),
        Shape::List(inner) => object(inner).map(|(model, _)| (model, "[]")),
        _ => None,
    }
}

fn values(shape: &Shape) -> Vec<&'static str> {
    match shape {
        Shape::Enum(of) => of().values.iter().map(|value| value.text).collect(),
        Shape::List(inner) => values(inner),
        _ => Vec::new(),
    }
}

fn kind(shape: &Shape) -> String {
    let name = match shape {
        Shape::Integer => "whole number",
        Shape::Boolean => "true or false",
        Shape::Cents => "cents",
        Shape::DailyRate => "% per day",
        Shape::Decimal => "number",
        Shape::Timestamp => "date and time",
        Shape::Date => "date",
        Shape::Base64Document => "base64",
        Shape::Id(_) => "id",
        Shape::Enum(_) => "enum",
        Shape::Model(_) | Shape::Map(_) | Shape::Object => "object",
        Shape::List(inner) | Shape::Page(inner) => return format!("list of {}", kind(inner)),
        Shape::Any => "any",
        // Account numbers, secrets and whatever else is written as text.
        _ => "text",
    };
    name.to_owned()
}
