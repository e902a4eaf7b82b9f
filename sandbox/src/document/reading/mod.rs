//! What a file says about itself.

mod attachment;
mod cii;

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
