//! The file inside a PDF.

use lopdf::{Dictionary, Document, LoadOptions, Object, Stream};

/// A larger PDF is not searched: electronic invoices are small.
const LARGEST_PDF: usize = 10 << 20;

/// Nor is one that may unpack to more than this, all its streams together: a
/// small file can hold gigabytes.
const LARGEST_UNPACKED: usize = 32 << 20;

/// No stream of it may be larger than this, nor the XML.
const LARGEST_STREAM: usize = 4 << 20;

/// How deep in lists and dictionaries it may be.
const DEPTH: usize = 8;

/// The names that the editions of Factur-X and ZUGFeRD give the XML.
const NAMES: [&str; 4] = [
    "factur-x.xml",
    "zugferd-invoice.xml",
    "xrechnung.xml",
    "order-x.xml",
];

/// The XML of an electronic invoice, if it is one.
pub(super) fn find(pdf: &[u8]) -> Option<Vec<u8>> {
    if pdf.len() > LARGEST_PDF {
        return None;
    }
    let options = LoadOptions::with_max_decompressed_size(limit_for(pdf));
    let document = Document::load_mem_with_options(pdf, options).ok()?;
    let mut objects = document.objects.values();
    let file = objects.find_map(|object| search(&document, object, DEPTH))?;
    // The first that has the right name is the one, and unpacked once.
    file.get_plain_content_with_limit(LARGEST_STREAM).ok()
}

/// What each stream may unpack to, so that all of them stay within what the
/// document may: none is without this word, and most end with it once more.
fn limit_for(pdf: &[u8]) -> usize {
    let word = b"stream";
    let streams = pdf.windows(word.len()).filter(|part| part == word).count();
    LARGEST_STREAM.min(LARGEST_UNPACKED / streams.max(1))
}

/// The file of a file specification in this object, if it has the right name.
fn search<'a>(document: &'a Document, object: &'a Object, depth: usize) -> Option<&'a Stream> {
    let depth = depth.checked_sub(1)?;
    match object {
        Object::Array(list) => {
            let mut list = list.iter();
            list.find_map(|object| search(document, object, depth))
        }
        Object::Dictionary(dictionary) => {
            let file = file_of(document, dictionary);
            file.or_else(|| {
                let mut values = dictionary.iter();
                values.find_map(|(_, object)| search(document, object, depth))
            })
        }
        _ => None,
    }
}

fn file_of<'a>(document: &'a Document, specification: &'a Dictionary) -> Option<&'a Stream> {
    let files = specification.get(b"EF").ok()?;
    let (_, files) = document.dereference(files).ok()?;
    let is_known = [&b"UF"[..], b"F"].into_iter().any(|key| {
        let name = specification
            .get(key)
            .ok()
            .and_then(|name| lopdf::decode_text_string(name).ok());
        name.is_some_and(|name| NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)))
    });
    if !is_known {
        return None;
    }
    let files = files.as_dict().ok()?;
    let file = files.get(b"UF").or_else(|_| files.get(b"F")).ok()?;
    let (_, file) = document.dereference(file).ok()?;
    file.as_stream().ok()
}
