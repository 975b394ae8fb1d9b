//! Adapters: what the wallet crate asks of its surroundings, done by a browser.

mod clock;
mod courier;
mod listener;
mod location;
mod preferences;
mod prover;
mod storage;
mod stretch;
mod worker;

pub use clock::{local_text, now};
pub use courier::{Courier, CourierError};
pub use location::{Location, leave_to};
pub use preferences::{Theme, load_theme, save_theme};
pub use storage::{IndexedDb, IndexedDbError, keep_storage};
pub use worker::{ProofWorker, WorkerFault};
