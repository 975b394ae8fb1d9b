#![no_main]
//! Request files, signed or not.

use glimpse_wallet::request::{IncomingRequest, Source};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let now = "2026-11-21T18:00:00Z".parse().unwrap();
    if let Ok(incoming) = IncomingRequest::from_file(data, now) {
        if *incoming.source() == Source::Unsigned {
            assert_eq!(incoming.request().bytes(), data);
        }
        assert!(!incoming.answers_elsewhere());
    }
});
