//! What JavaScript's own parser may be given.

/// Digits from which on a number may not be what a double holds.
const LONG: usize = 16;

/// Whether no number of the text has so many digits that JavaScript's own
/// parser could lose one.
pub(crate) fn is_exact(json: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    // A run this long has a digit at one of every so many places.
    (LONG - 1..json.len()).step_by(LONG).all(|at| {
        let (before, behind) = json.split_at(at);
        let first = before.iter().rposition(|byte| !is_digit(byte));
        let begin = first.map_or(0, |place| place + 1);
        let length = at - begin + behind.iter().take_while(|byte| is_digit(byte)).count();
        // In a text there is a quote or a letter before it, or a sign or a
        // space: then the slower parser finds that it is none.
        length < LONG
            || !first
                .and_then(|place| json.get(place))
                .is_none_or(|byte| b":,[-".contains(byte) || byte.is_ascii_whitespace())
    })
}
