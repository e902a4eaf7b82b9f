//! The kinds of error, as data: every language's classes, codes and tables are
//! made from them.

macro_rules! error_kinds {
    ($( $(#[doc = $doc:expr])* $name:ident = $code:literal, )*) => {
        /// The kinds of error. The numbers are stable.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum ErrorKind {
            $( $(#[doc = $doc])* $name = $code, )*
        }

        impl ErrorKind {
            /// Every kind, by its number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The kind's name, the same in every language.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => stringify!($name), )* }
            }

            /// What the kind means.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self { $( Self::$name => concat!($($doc),*), )* }
            }
        }
    };
}

error_kinds! {
    /// A setting of the client is missing or cannot be used.
    Configuration = 1,
    /// A value passed in cannot be sent.
    InvalidInput = 2,
    /// The server does not accept the key.
    Unauthenticated = 3,
    /// The key may not do this.
    PermissionDenied = 4,
    /// There is no such object.
    NotFound = 5,
    /// The server refused the request as it stands.
    Rejected = 6,
    /// The state of the object does not allow this.
    StateConflict = 7,
    /// Too many requests.
    RateLimited = 8,
    /// There is no connection, or a read lost it.
    Connection = 9,
    /// The server failed.
    Server = 10,
    /// No answer in time.
    Timeout = 11,
    /// A change was sent and its answer was lost: it may have been made.
    OutcomeUnknown = 12,
    /// The answer does not have the form it should.
    Decode = 13,
    /// The answer does not look like this API's: a redirect, a web page.
    UnexpectedAnswer = 14,
    /// The caller stopped waiting; no change was made.
    Canceled = 15,
    /// The tracker's store cannot be read or written.
    Store = 16,
}

impl ErrorKind {
    /// The kind's number, the same in every language.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}
