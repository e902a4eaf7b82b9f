//! What the client and its simulator cost, against the bare libraries below
//! them. `make bench` runs it; docs/benchmarks.md tells how it measures.

pub mod allocations;
pub mod bare;
pub mod calls;
pub mod canned;
pub mod child;
pub mod clients;
pub mod faces;
pub mod filters;
pub mod limits;
pub mod lives;
pub mod load;
pub mod loans;
pub mod models;
pub mod pairs;
pub mod prism;
pub mod process;
pub mod report;
pub mod requests;
pub mod sample;
pub mod sandbox;
pub mod starts;
pub mod tracking;
pub mod worker;

/// What may fail here, with whatever it failed with.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The runtime of both sides: one thread, which the process is pinned to.
///
/// # Errors
///
/// When the system refuses it.
pub fn runtime() -> Outcome<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}
