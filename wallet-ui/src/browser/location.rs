use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::listener::Listener;

/// The fragment of the address, as a signal. Everything after `#` stays in the browser, which is why
/// deep links carry their message there.
#[derive(Clone, Copy)]
pub struct Location {
    fragment: RwSignal<String>,
}

impl Location {
    /// Reads the address now and whenever it changes.
    #[must_use]
    pub fn watch() -> Self {
        let fragment = RwSignal::new(read());
        let listener = Listener::new(&window(), "hashchange", move |_: web_sys::Event| {
            fragment.set(read());
        });
        // It lives as long as the page.
        std::mem::forget(listener);
        Self { fragment }
    }

    /// What follows `#`.
    #[must_use]
    pub fn fragment(self) -> String {
        self.fragment.get()
    }

    /// Goes to another screen, as a new entry of the browser's history.
    pub fn go(self, path: &str) {
        let _ = window().location().set_hash(path);
    }

    /// Puts another screen in the place of this one, in the address bar and in the browser's history.
    /// Nobody is told: the screen that asked for it stays.
    pub fn replace(self, path: &str) {
        if let Ok(history) = window().history() {
            let url = format!("/#{path}");
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url));
        }
    }
}

/// Leaves the wallet for another page, with the answer in its fragment.
pub fn leave_to(url: &str) -> Result<(), JsValue> {
    window().location().assign(url)
}

fn read() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}
