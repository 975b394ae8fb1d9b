#![no_main]
//! Offers: a link, then what issuers answer, stage by stage.

#[path = "../walks/offer.rs"]
mod offer;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    offer::walk(data);
});
