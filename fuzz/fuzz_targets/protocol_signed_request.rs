#![no_main]
//! Signed requests.

use glimpse_protocol::request::SignedRequest;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = core::str::from_utf8(data) else {
        return;
    };
    if let Ok(signed) = SignedRequest::verify(text) {
        assert_eq!(signed.as_str(), text);
    }
});
