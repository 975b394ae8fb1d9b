#![no_main]
//! Requests: read, and read again from their own bytes.

use glimpse_protocol::request::Request;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(request) = Request::parse(data) {
        assert_eq!(request.bytes(), data);
    }
});
