//! The lives of Defacto's objects, as tables: which status follows which, by
//! whom, and how well that is known.
//!
//! Nothing here reads a clock or calls the server, and nothing here is
//! enforced: the server alone decides. The per-concept state pages of
//! Defacto's documentation are not available, so that part of every table is
//! deduced; [`Evidence`] tells which.

pub mod loan;

/// How well an arrow of a table is known.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Evidence {
    /// Stated by Defacto's specification, guides or help centre.
    Read,
    /// Deduced from names, enumerations, fields and events.
    Inferred,
    /// Stated by one source and contradicted, or left out, by another.
    Conflict,
}

/// Who causes an arrow of a table.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Actor {
    /// The caller, by an operation of the API.
    Client,
    /// Defacto, on its own decision or in the course of its processing.
    Defacto,
    /// The passing of a delay.
    Time,
    /// The outcome of a payment.
    Bank,
}
