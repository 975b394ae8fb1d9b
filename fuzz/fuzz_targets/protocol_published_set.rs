#![no_main]
//! Published sets: what is accepted is canonical.

use glimpse_protocol::set::PublishedSet;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(set) = PublishedSet::from_bytes(data) {
        assert_eq!(set.to_bytes(), data);
    }
});
