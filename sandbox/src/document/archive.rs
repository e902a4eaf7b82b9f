//! Several documents in one file.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Document;

/// A zip of the documents, stored as they are. What cannot be written is left
/// out: an archive in memory has no other way to fail.
pub(super) fn zip(files: &[(String, Document)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, document) in files {
        if zip.start_file(name.as_str(), options).is_ok() {
            let _ = zip.write_all(&document.to_file());
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}
