use futures_util::future::{AbortHandle, Abortable};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// One piece of work at a time that ends with the screen that it belongs to. Dropping its future
/// cancels what the worker does for it.
#[derive(Clone, Copy)]
pub struct Task(StoredValue<Option<AbortHandle>>);

impl Task {
    /// None yet. To be called while a screen is built.
    #[must_use]
    pub fn new() -> Self {
        let slot = StoredValue::new(None::<AbortHandle>);
        on_cleanup(move || {
            // The slot may have been disposed of together with its screen: then it was aborted here.
            if let Some(Some(handle)) = slot.try_get_value() {
                handle.abort();
            }
        });
        Self(slot)
    }

    /// Starts work and stops what ran before.
    pub fn run(self, work: impl Future<Output = ()> + 'static) {
        self.stop();
        let (handle, registration) = AbortHandle::new_pair();
        self.0.set_value(Some(handle));
        spawn_local(async move {
            // An abort is what was asked for.
            let _ = Abortable::new(work, registration).await;
        });
    }

    /// Stops the work, if any is left.
    pub fn stop(self) {
        if let Some(Some(handle)) = self.0.try_get_value() {
            handle.abort();
        }
    }
}

impl Default for Task {
    fn default() -> Self {
        Self::new()
    }
}
