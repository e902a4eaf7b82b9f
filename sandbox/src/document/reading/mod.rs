//! What a file says about itself.

mod attachment;
mod cii;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use defacto_types::Base64Document;

use crate::world::invoice::Fields;

/// What an invoice's file says, or nothing when it is no PDF.
///
/// Of an electronic invoice (Factur-X, ZUGFeRD) it is what the XML inside
/// says; of another PDF it is nothing, and an invoice to complete comes of it.
pub(crate) fn invoice(file: &[u8]) -> Option<Fields> {
    if !file.starts_with(b"%PDF-") {
        return None;
    }
    let xml = attachment::find(file);
    Some(xml.and_then(|xml| cii::read(&xml)).unwrap_or_default())
}

/// The same for a document that a request carries in Base64: nothing when it
/// is no PDF.
pub(crate) fn inline(document: Option<&Base64Document>) -> Option<Fields> {
    let text = document?.expose();
    // Only what may be a PDF is decoded.
    let is_pdf = text.starts_with("JVBER");
    is_pdf.then(|| invoice(&STANDARD.decode(text).ok()?))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_electronic_invoice_says_nothing() {
        assert!(invoice(b"text").is_none());
        for file in [
            &b"%PDF-1.7"[..],
            b"%PDF-1.7\ntrailer << /Root 1 0 R >>\n%%EOF",
        ] {
            assert!(invoice(file).unwrap().total_amount.is_none());
        }
    }
}
