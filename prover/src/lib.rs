//! (being written)
mod groth16;
mod key;
mod prepared;
mod progress;
pub mod qap;
pub use groth16::GenerateError;
pub use key::{ProvingKey, ProvingKeyError};
pub use prepared::{PreparedCredential, PreparedError, PreparedRange};
pub use progress::{Cancelled, Progress, Unwatched};
