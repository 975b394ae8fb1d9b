//! (being written)
mod groth16;
mod progress;
pub mod qap;
pub use groth16::GenerateError;
pub use progress::{Cancelled, Progress, Unwatched};
