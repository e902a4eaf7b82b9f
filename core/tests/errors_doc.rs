//! docs/errors.md says something of every kind, and nothing of any other.

use defacto::ErrorKind;

const PAGE: &str = include_str!("../../docs/errors.md");

#[test]
fn the_page_lists_every_kind_with_its_number() {
    let rows: Vec<(u8, &str)> = PAGE
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let number = cells.next()?.parse().ok()?;
            Some((number, cells.next()?.trim_matches('`')))
        })
        .collect();
    let kinds: Vec<(u8, String)> = ErrorKind::ALL
        .iter()
        .map(|kind| (kind.code(), format!("{kind:?}")))
        .collect();
    assert_eq!(rows.len(), kinds.len());
    for ((number, name), (code, kind)) in rows.iter().zip(&kinds) {
        assert_eq!((number, *name), (code, kind.as_str()));
    }
}
