use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Event, EventTarget};

/// An event listener that is removed when it is dropped.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `callback` at every event called `name`.
    pub fn new<E: JsCast>(
        target: &EventTarget,
        name: &'static str,
        mut callback: impl FnMut(E) + 'static,
    ) -> Result<Self, JsValue> {
        let callback =
            Closure::<dyn FnMut(Event)>::new(move |event: Event| callback(event.unchecked_into()));
        target.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref())?;
        Ok(Self {
            target: target.clone(),
            name,
            callback,
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        // Removing fails only where adding would have failed.
        let _ = self
            .target
            .remove_event_listener_with_callback(self.name, callback);
    }
}
