//! Adapters: what the wallet crate asks of its surroundings, done by a browser.

mod clock;
mod courier;
mod idle;
mod listener;
mod location;
mod preferences;
mod prover;
mod storage;
mod stretch;
mod worker;

pub use clock::{local_text, now};
pub use courier::{Courier, CourierError};
pub use idle::watch_idle;
pub use listener::Listener;
pub use location::{Location, leave_to};
pub use preferences::{AutoLock, Theme, load_auto_lock, load_theme, save_auto_lock, save_theme};
pub use storage::{IndexedDb, IndexedDbError, keep_storage};
pub use worker::{ProofWorker, WorkerFault};
