//! Rows in the order they were made, and pages cut from them.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::ops::{Index, IndexMut, RangeInclusive};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use super::id::Id;
use super::lists::Lists;

/// The number of a row: the order of creation, and the end of every sort.
pub(crate) type No = u32;

/// Rows by another order than that of creation.
pub(crate) type Sorted = BTreeSet<(i64, No)>;

/// What tells a row from how it was before and will be after a change: no two
/// rows, and no two states of one, ever have the same, though a world be put
/// back to how it was and go another way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Version(u64);

impl Version {
    fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Row<T> {
    pub(crate) id: Id,
    pub(crate) created: Timestamp,
    pub(crate) value: T,
    version: Version,
}

impl<T> Row<T> {
    /// The row as it is: another whenever it may have been changed.
    pub(crate) fn version(&self) -> Version {
        self.version
    }
}

/// Rows are never removed, so a row's number is its place.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    rows: Vec<Row<T>>,
    by_id: HashMap<Id, No>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            by_id: HashMap::new(),
        }
    }
}

impl<T> Table<T> {
    pub(crate) fn push(&mut self, id: Id, created: Timestamp, value: T) -> No {
        let no = self.len();
        self.rows.push(Row {
            id,
            created,
            value,
            version: Version::next(),
        });
        self.by_id.insert(id, no);
        no
    }

    pub(crate) fn len(&self) -> No {
        No::try_from(self.rows.len()).unwrap_or(No::MAX)
    }

    /// A row's value, to change what no answer about a loan shows: the row keeps
    /// its version.
    pub(crate) fn unshown(&mut self, no: No) -> &mut T {
        &mut self.rows[no as usize].value
    }

    /// The row with this id, as the API writes it.
    pub(crate) fn find(&self, id: &str) -> Option<No> {
        self.by_id.get(&Id::parse(id)?).copied()
    }

    /// Every row after the cursor, in order of creation.
    pub(crate) fn walk(
        &self,
        order: Order,
        after: Option<Cursor>,
    ) -> Box<dyn Iterator<Item = (i64, No)> + '_> {
        let key = |no: No| (self[no].created.as_microsecond(), no);
        match (order, after) {
            (Order::Rising, None) => Box::new((0..self.len()).map(key)),
            (Order::Rising, Some(cursor)) => {
                Box::new((cursor.no.saturating_add(1)..self.len()).map(key))
            }
            (Order::Falling, None) => Box::new((0..self.len()).rev().map(key)),
            (Order::Falling, Some(cursor)) => {
                Box::new((0..self.len().min(cursor.no)).rev().map(key))
            }
        }
    }

    /// The rows of these lists after the cursor, in order of creation.
    pub(crate) fn walk_lists<'a>(
        &'a self,
        lists: Lists<'a>,
        order: Order,
        after: Option<Cursor>,
    ) -> Box<dyn Iterator<Item = (i64, No)> + 'a> {
        let rows = lists.walk(order, after.map(|cursor| cursor.no));
        Box::new(rows.map(|no| (self[no].created.as_microsecond(), no)))
    }

    /// Of these rows, those after the cursor in order of creation.
    pub(crate) fn narrow(
        &self,
        mut rows: Vec<No>,
        order: Order,
        after: Option<Cursor>,
    ) -> Box<dyn Iterator<Item = (i64, No)> + '_> {
        rows.sort_unstable();
        rows.dedup();
        if order == Order::Falling {
            rows.reverse();
        }
        Box::new(
            rows.into_iter()
                .filter(move |no| match (after, order) {
                    (None, _) => true,
                    (Some(cursor), Order::Rising) => *no > cursor.no,
                    (Some(cursor), Order::Falling) => *no < cursor.no,
                })
                .map(|no| (self[no].created.as_microsecond(), no)),
        )
    }
}

impl<T> Index<No> for Table<T> {
    type Output = Row<T>;
    fn index(&self, no: No) -> &Row<T> {
        &self.rows[no as usize]
    }
}

impl<T> IndexMut<No> for Table<T> {
    fn index_mut(&mut self, no: No) -> &mut Row<T> {
        let row = &mut self.rows[no as usize];
        row.version = Version::next();
        row
    }
}

/// A direction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Order {
    Rising,
    Falling,
}

/// The last row of a page: what it is sorted by, and its number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Cursor {
    pub(crate) value: i64,
    pub(crate) no: No,
}

impl Cursor {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (value, no) = text.split_once('_')?;
        Some(Self {
            value: value.parse().ok()?,
            no: no.parse().ok()?,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.value, self.no)
    }
}

/// Every row after the cursor, in this index's order.
pub(crate) fn walk_sorted(
    sorted: &Sorted,
    order: Order,
    after: Option<Cursor>,
) -> Box<dyn Iterator<Item = (i64, No)> + '_> {
    walk_within(sorted, order, after, i64::MIN..=i64::MAX)
}

/// Of these values only.
pub(crate) fn walk_within(
    sorted: &Sorted,
    order: Order,
    after: Option<Cursor>,
    values: RangeInclusive<i64>,
) -> Box<dyn Iterator<Item = (i64, No)> + '_> {
    let (mut start, mut end) = ((*values.start(), 0), (*values.end(), No::MAX));
    match (order, after) {
        (Order::Rising, Some(Cursor { value, no })) => {
            start = start.max((value, no.saturating_add(1)));
        }
        (Order::Falling, Some(Cursor { value, no })) => end = end.min((value, no)),
        (_, None) => {}
    }
    // A range that runs backwards is none to the set.
    let rows = (start < end).then(|| sorted.range(start..end).copied());
    match order {
        Order::Rising => Box::new(rows.into_iter().flatten()),
        Order::Falling => Box::new(rows.into_iter().flatten().rev()),
    }
}

/// Some rows of a list, and where to go on when there are more.
#[derive(Clone, Debug)]
pub(crate) struct Cut {
    pub(crate) rows: Vec<No>,
    pub(crate) next: Option<Cursor>,
}

/// The first rows that are kept.
pub(crate) fn cut(
    rows: impl Iterator<Item = (i64, No)>,
    size: usize,
    mut keep: impl FnMut(No) -> bool,
) -> Cut {
    let mut found = Vec::new();
    let mut last = None;
    for (value, no) in rows.filter(|(_, no)| keep(*no)) {
        if found.len() == size {
            return Cut {
                rows: found,
                next: last,
            };
        }
        found.push(no);
        last = Some(Cursor { value, no });
    }
    Cut {
        rows: found,
        next: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn table(rows: i64) -> Table<i64> {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let mut table = Table::default();
        for i in 0..rows {
            table.push(Id::random(&mut rng), Timestamp::UNIX_EPOCH, i);
        }
        table
    }

    #[test]
    fn pages_hold_every_row_once() {
        let table = table(25);
        let sorted: Sorted = (0..25).map(|no| (i64::from(no % 3), no)).collect();
        for order in [Order::Rising, Order::Falling] {
            for by in 0..3 {
                let mut all = Vec::new();
                let mut after = None;
                loop {
                    let rows = match by {
                        0 => table.walk(order, after),
                        1 => walk_sorted(&sorted, order, after),
                        _ => table.narrow((0..25).collect(), order, after),
                    };
                    let cut = cut(rows, 10, |no| no != 7);
                    all.extend(cut.rows);
                    after = cut.next.map(|c| Cursor::parse(&c.to_string()).unwrap());
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(all.len(), 24);
                all.sort_unstable();
                all.dedup();
                assert_eq!(all.len(), 24);
            }
        }
    }
}
