#![no_main]
//! Status lists: what is accepted is canonical, and so are the entries without their signed head.

use glimpse_protocol::status::{Entries, StatusList};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(list) = StatusList::from_bytes(data) {
        assert_eq!(list.to_bytes(), data);
    }
    if let Ok(entries) = Entries::from_bytes(data) {
        assert_eq!(entries.to_bytes(), data);
    }
});
