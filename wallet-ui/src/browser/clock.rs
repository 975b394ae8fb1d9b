use glimpse_protocol::time::{DateTime, TimeError};
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

/// The device's time. It decides nothing that a verifier relies on.
pub fn now() -> Result<DateTime, TimeError> {
    // Milliseconds since 1970 fit a double exactly; the fraction of a second is cut off.
    DateTime::from_unix((Date::now() / 1000.0).floor() as i64)
}

/// A moment in the reader's language and time zone, such as "21 November 2026 at 14:05".
#[must_use]
pub fn local_text(moment: DateTime) -> String {
    let date = Date::new(&JsValue::from_f64(moment.unix() as f64 * 1000.0));
    let options = Object::new();
    for (key, value) in [("dateStyle", "long"), ("timeStyle", "short")] {
        // Setting a member of a plain object of ours cannot fail.
        let _ = Reflect::set(&options, &key.into(), &value.into());
    }
    date.to_locale_string("en-GB", &options).into()
}
