#![no_main]
//! Identifiers: a text that is accepted is the only spelling of its key.

use glimpse_protocol::identity::Did;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = core::str::from_utf8(data) else {
        return;
    };
    if let Ok(did) = text.parse::<Did>() {
        assert_eq!(did.as_str(), text);
        assert_eq!(Did::from_key(*did.key()), Ok(did));
    }
});
