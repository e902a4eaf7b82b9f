//! Texts in four languages: of denial codes, and of the data asked for. In our
//! own words: the vendor's are not published.

use std::collections::HashMap;
use std::sync::LazyLock;

use defacto_types::Translations;

/// A line a code: code, English, German, Spanish, French.
static DENIAL_CODES: LazyLock<Texts> =
    LazyLock::new(|| Texts::read(include_str!("denial_codes.txt")));
static DATA_TYPES: LazyLock<Texts> = LazyLock::new(|| Texts::read(include_str!("data_types.txt")));

struct Texts(HashMap<&'static str, [&'static str; 4]>);

impl Texts {
    fn read(text: &'static str) -> Self {
        let line = |line: &'static str| {
            let mut parts = line.split('|');
            let code = parts.next()?;
            Some((
                code,
                [parts.next()?, parts.next()?, parts.next()?, parts.next()?],
            ))
        };
        Self(text.lines().filter_map(line).collect())
    }

    fn get(&self, code: &str) -> Option<Translations> {
        let [en, de, es, fr] = *self.0.get(code)?;
        Some(Translations::new().de(de).en(en).es(es).fr(fr))
    }
}

/// The texts of a denial code, if it is one.
pub(crate) fn denial_code(code: &str) -> Option<Translations> {
    DENIAL_CODES.get(code)
}

/// The texts of a kind of data, if it is one.
pub(crate) fn data_type(name: &str) -> Option<Translations> {
    DATA_TYPES.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use defacto_types::{DataRequestType, DenialCode};

    #[test]
    fn every_code_has_four_different_texts() {
        let codes = DenialCode::ALL.iter().map(DenialCode::as_str);
        let types = DataRequestType::ALL.iter().map(DataRequestType::as_str);
        assert_eq!(DENIAL_CODES.0.len(), DenialCode::ALL.len());
        assert_eq!(DATA_TYPES.0.len(), DataRequestType::ALL.len());
        for text in codes.map(denial_code).chain(types.map(data_type)) {
            let text = text.unwrap();
            let texts = [text.en, text.de, text.es, text.fr].map(Option::unwrap);
            assert!(texts.iter().all(|text| !text.is_empty()));
            assert_ne!(texts[0], texts[1]);
        }
    }
}
