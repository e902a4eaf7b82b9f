//! Texts in four languages.

use axum::Json;
use axum::extract::Path;
use defacto_types::{DataRequestType, DataTypeInfo, Translations};

use super::found;
use crate::policy;
use crate::problem::Problem;
use crate::text;

/// `translations.get_denial_code`.
pub(super) async fn denial_code(Path(code): Path<String>) -> Result<Json<Translations>, Problem> {
    found(text::denial_code(&code), "denial code").map(Json)
}

/// `translations.get_data_type`.
pub(super) async fn data_type(Path(name): Path<String>) -> Result<Json<DataTypeInfo>, Problem> {
    let texts = found(text::data_type(&name), "data type")?;
    let kind = DataRequestType::from(name);
    let shown = DataTypeInfo::new()
        .requires_document(!policy::ANSWERED_IN_WORDS.contains(&kind))
        .data_type(kind)
        .translations(texts);
    Ok(Json(shown))
}
