//! The lives of Defacto's objects, as tables: which status follows which, by
//! whom, and how well that is known.
//!
//! Nothing here reads a clock or calls the server, and nothing here is
//! enforced: the server alone decides. The per-concept state pages of
//! Defacto's documentation are not available, so that part of every table is
//! deduced; [`Evidence`] tells which.

pub mod installment;
pub mod invoice;
pub mod loan;
pub mod payment;

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

/// One arrow between two statuses of an object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Arrow<S> {
    /// The status left.
    pub from: S,
    /// The status entered.
    pub to: S,
    /// Who causes it.
    pub actor: Actor,
    /// How well it is known.
    pub evidence: Evidence,
    /// Whether it leads back, so that a loan that goes on well never takes it.
    pub setback: bool,
}

impl<S> Arrow<S> {
    const fn new(from: S, to: S, actor: Actor, evidence: Evidence) -> Self {
        Self {
            from,
            to,
            actor,
            evidence,
            setback: false,
        }
    }

    const fn back(mut self) -> Self {
        self.setback = true;
        self
    }
}
