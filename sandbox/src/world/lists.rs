//! Lists of rows in which all that a filter keeps must be.

use std::collections::{BTreeSet, BinaryHeap};

use super::table::{No, Order};

/// Rows in order of creation, each once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List<'a> {
    Slice(&'a [No]),
    Set(&'a BTreeSet<No>),
}

impl<'a> List<'a> {
    fn len(self) -> usize {
        match self {
            Self::Slice(rows) => rows.len(),
            Self::Set(rows) => rows.len(),
        }
    }

    /// Those after this one.
    fn walk(self, order: Order, after: Option<No>) -> Box<dyn Iterator<Item = No> + 'a> {
        let start = after.map_or(0, |no| no.saturating_add(1));
        let end = after.unwrap_or(No::MAX);
        match (self, order) {
            (Self::Slice(rows), Order::Rising) => {
                let first = rows.partition_point(|no| *no < start);
                Box::new(rows.get(first..).unwrap_or_default().iter().copied())
            }
            (Self::Slice(rows), Order::Falling) => {
                let last = rows.partition_point(|no| *no < end);
                Box::new(rows.get(..last).unwrap_or_default().iter().rev().copied())
            }
            (Self::Set(rows), Order::Rising) => Box::new(rows.range(start..).copied()),
            (Self::Set(rows), Order::Falling) => Box::new(rows.range(..end).rev().copied()),
        }
    }
}

/// Several lists, no two of which have a row in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists<'a>(pub(crate) Vec<List<'a>>);

impl<'a> Lists<'a> {
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|list| list.len()).sum()
    }

    /// The rows of all after this one, in order of creation. What is taken
    /// costs what it is, however long the lists are.
    pub(crate) fn walk(self, order: Order, after: Option<No>) -> Box<dyn Iterator<Item = No> + 'a> {
        let walks = self.0.into_iter().map(|list| list.walk(order, after));
        let mut walks: Vec<_> = walks.collect();
        if walks.len() < 2 {
            return Box::new(walks.into_iter().flatten());
        }
        // The largest comes out of the heap first.
        let rank = move |no: No| match order {
            Order::Rising => No::MAX - no,
            Order::Falling => no,
        };
        let first = walks.iter_mut().enumerate();
        let first = first.filter_map(|(list, walk)| Some((rank(walk.next()?), list)));
        let mut heads: BinaryHeap<_> = first.collect();
        Box::new(std::iter::from_fn(move || {
            let mut head = heads.peek_mut()?;
            let (ranked, list) = *head;
            match walks.get_mut(list).and_then(Iterator::next) {
                Some(no) => head.0 = rank(no),
                None => drop(std::collections::binary_heap::PeekMut::pop(head)),
            }
            Some(rank(ranked))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_several_lists_come_in_order() {
        let slice = [1, 4, 5, 9];
        let sets = [
            BTreeSet::from([0, 3, 8]),
            BTreeSet::new(),
            BTreeSet::from([2]),
        ];
        let lists = Lists(
            std::iter::once(List::Slice(&slice))
                .chain(sets.iter().map(List::Set))
                .collect(),
        );
        assert_eq!(lists.len(), 8);
        let all = [0, 1, 2, 3, 4, 5, 8, 9];
        for after in [None, Some(0), Some(4), Some(6), Some(9), Some(No::MAX)] {
            let walk = |order| lists.clone().walk(order, after).collect::<Vec<_>>();
            let rising = all
                .into_iter()
                .filter(|no| after.is_none_or(|after| *no > after));
            assert_eq!(walk(Order::Rising), rising.collect::<Vec<_>>(), "{after:?}");
            let falling = all.into_iter().rev();
            let falling = falling.filter(|no| after.is_none_or(|after| *no < after));
            assert_eq!(
                walk(Order::Falling),
                falling.collect::<Vec<_>>(),
                "{after:?}"
            );
        }
    }
}
