//! How long work lets its caller watch and stop it.

use core::ops::ControlFlow;

use thiserror::Error;

/// The caller asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Watches one proof being made, and may stop it.
///
/// Any `FnMut(u32, u32) -> ControlFlow<Cancelled>` is one; [`Unwatched`] ignores everything.
pub trait Progress {
    /// `done` of `total` units of about equal duration are finished. `Break` stops the work: it
    /// leaves nothing behind, and its secrets are erased.
    fn step(&mut self, done: u32, total: u32) -> ControlFlow<Cancelled>;
}

impl<F: FnMut(u32, u32) -> ControlFlow<Cancelled>> Progress for F {
    fn step(&mut self, done: u32, total: u32) -> ControlFlow<Cancelled> {
        self(done, total)
    }
}

/// Lets the work run to its end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn step(&mut self, _done: u32, _total: u32) -> ControlFlow<Cancelled> {
        ControlFlow::Continue(())
    }
}
