//! One page of a list.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::model::{Key, read, write};
use super::{Extra, Field, Wire};

/// One page of a list, whichever of the API's three list shapes it came in: an
/// envelope with cursors, one without, or a bare array.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub data: Vec<T>,
    /// How many items this page holds, as the server counted them.
    pub count: Option<i64>,
    /// The most items a page holds.
    pub page_size: Option<i64>,
    /// Where the next page is: a cursor or a relative URL that carries one
    /// (the sources disagree). Absent on the last page.
    pub next_page: Option<String>,
    /// Where the page before is.
    pub previous_page: Option<String>,
    /// How many items the list holds in all. Often absent: never page by it.
    pub total: Option<i64>,
    /// Fields of the envelope this version does not know.
    pub extra: Extra,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            data: Vec::new(),
            count: None,
            page_size: None,
            next_page: None,
            previous_page: None,
            total: None,
            extra: Extra::NONE,
        }
    }
}

impl<T> Page<T> {
    /// A page of these items.
    #[must_use]
    pub fn of(data: Vec<T>) -> Self {
        Self {
            count: i64::try_from(data.len()).ok(),
            data,
            ..Self::default()
        }
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.data.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.data.iter()
    }
}

impl<T: Wire> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        serde::ser::SerializeMap::serialize_entry(&mut map, "data", &self.data)?;
        write(&self.count, &self.extra, 1, "count", &mut map)?;
        write(&self.page_size, &self.extra, 2, "page_size", &mut map)?;
        serde::ser::SerializeMap::serialize_entry(&mut map, "next_page", &self.next_page)?;
        serde::ser::SerializeMap::serialize_entry(&mut map, "previous_page", &self.previous_page)?;
        serde::ser::SerializeMap::serialize_entry(&mut map, "total", &self.total)?;
        for (name, value) in self.extra.iter() {
            serde::ser::SerializeMap::serialize_entry(&mut map, name, value)?;
        }
        serde::ser::SerializeMap::end(map)
    }
}

impl<'de, T: Wire> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PageVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Wire> serde::de::Visitor<'de> for PageVisitor<T> {
            type Value = Page<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a page or an array")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Page<T>, A::Error> {
                let mut data = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(1000));
                while let Some(item) = seq.next_element()? {
                    data.push(item);
                }
                Ok(Page::of(data))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Page<T>, A::Error> {
                let mut page = Page::default();
                let extra = &mut page.extra;
                let mut known = false;
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    known |= matches!(key.0.as_ref(), "data" | "count" | "page_size");
                    match key.0.as_ref() {
                        "data" => read(&mut page.data, extra, 0, &mut map)?,
                        "count" => read(&mut page.count, extra, 1, &mut map)?,
                        "page_size" => read(&mut page.page_size, extra, 2, &mut map)?,
                        "next_page" => read(&mut page.next_page, extra, 3, &mut map)?,
                        "previous_page" => read(&mut page.previous_page, extra, 4, &mut map)?,
                        "total" => read(&mut page.total, extra, 5, &mut map)?,
                        other => extra.insert(other, map.next_value::<Value>()?),
                    }
                }
                if !known {
                    // None of these is required, but an object without any is
                    // no page, and no reason to believe that a list is empty.
                    return Err(serde::de::Error::missing_field("data"));
                }
                Ok(page)
            }
        }

        deserializer.deserialize_any(PageVisitor(std::marker::PhantomData))
    }
}

impl<T: Wire> Wire for Page<T> {
    #[cfg(feature = "schema")]
    fn shape() -> crate::schema::Shape {
        crate::schema::Shape::Page(Box::new(T::shape()))
    }
}

impl<T> super::IntoField<Self> for Page<T> {
    fn into_field(self) -> Field<Self> {
        Field::Value(self)
    }
}
