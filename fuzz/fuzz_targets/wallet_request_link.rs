#![no_main]
//! Request links, and the request that comes back: the first line and the rest.

use glimpse_wallet::{http::HttpResponse, request::RequestLink};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (link, rest) = data.split_at(end);
    let Ok(link) = core::str::from_utf8(link) else {
        return;
    };
    if let Ok(link) = RequestLink::from_link(link) {
        assert_eq!(link.request().url, *link.address());
        let response = HttpResponse { status: 200, body: rest.to_vec() };
        let now = "2026-11-21T18:00:00Z".parse().unwrap();
        if let Ok(incoming) = link.receive(&response, now) {
            assert!(incoming.request().check_time(now).is_ok());
        }
    }
});
