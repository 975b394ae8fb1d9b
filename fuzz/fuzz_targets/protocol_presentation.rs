#![no_main]
//! Presentations: what is accepted is canonical.

use glimpse_protocol::presentation::Presentation;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(presentation) = Presentation::from_bytes(data) {
        assert_eq!(presentation.to_bytes(), data);
    }
});
