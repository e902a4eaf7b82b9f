//! `multipart/form-data` bodies, built whole so that they can be sent again.

use bytes::Bytes;
use defacto_types::{Map, Value};

/// A file to upload.
#[derive(Clone)]
pub struct File {
    part: String,
    name: String,
    media_type: String,
    content: Bytes,
}

impl File {
    /// A file. The part is called `file`, since the contract names none
    /// (INFERRED); see [`part`](Self::part).
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        media_type: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> Self {
        Self {
            part: "file".to_owned(),
            name: name.into(),
            media_type: media_type.into(),
            content: content.into(),
        }
    }

    /// A PDF.
    #[must_use]
    pub fn pdf(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self::new(name, "application/pdf", content)
    }

    /// The same file under another part name.
    #[must_use]
    pub fn part(mut self, name: impl Into<String>) -> Self {
        self.part = name.into();
        self
    }
}

/// Not the content: it is somebody's document.
impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File")
            .field("part", &self.part)
            .field("name", &self.name)
            .field("media_type", &self.media_type)
            .field("bytes", &self.content.len())
            .finish()
    }
}

/// The body and its boundary.
pub(crate) fn multipart(
    fields: &Map<String, Value>,
    file: &File,
) -> Result<(Bytes, String), String> {
    if file.content.is_empty() {
        return Err("the file is empty: pass its content".to_owned());
    }
    if file.media_type.contains(['\r', '\n']) {
        return Err("the file's media_type has a line break: remove it".to_owned());
    }
    // A new random boundary cannot be in a file somebody made before.
    let boundary = format!("defacto-{}", super::request::new_uuid().simple());
    let mut body = Vec::with_capacity(file.content.len() + 512);
    for (name, value) in fields {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = quoted(name);
        body.extend_from_slice(
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"
            )
            .as_bytes(),
        );
    }
    let (part, name) = (quoted(&file.part), quoted(&file.name));
    body.extend_from_slice(
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{part}\"; \
             filename=\"{name}\"\r\nContent-Type: {}\r\n\r\n",
            file.media_type
        )
        .as_bytes(),
    );
    body.extend_from_slice(&file.content);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Ok((body.into(), boundary))
}

/// A name as browsers write it between quotes.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out() {
        let mut fields = Map::new();
        fields.insert("metadata".to_owned(), "{}".into());
        let file = File::pdf("a\"\r\nX: y.pdf", "%PDF-1.7");
        let (body, boundary) = multipart(&fields, &file).unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains("filename=\"a%22%0D%0AX: y.pdf\""), "{text}");
        assert_eq!(text.matches(&format!("--{boundary}\r\n")).count(), 2);
        assert!(text.ends_with(&format!("\r\n--{boundary}--\r\n")), "{text}");
        assert!(multipart(&fields, &File::pdf("a.pdf", "")).is_err());
    }
}
