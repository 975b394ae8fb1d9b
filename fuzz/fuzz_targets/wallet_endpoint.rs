#![no_main]
//! Addresses: the browsers' own parser must see every accepted one as the wallet shows it.

use glimpse_wallet::endpoint::Endpoint;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = core::str::from_utf8(data) else {
        return;
    };
    if let Ok(endpoint) = text.parse::<Endpoint>() {
        assert_eq!(endpoint.as_str(), text);
        // Where it sees no address at all (a host in broken Punycode) nothing is sent.
        if let Ok(url) = url::Url::parse(text) {
            let origin = endpoint.origin().to_string();
            assert_eq!(url.origin().ascii_serialization(), origin);
            let path = text[origin.len()..].split('?').next().unwrap_or_default();
            assert_eq!(url.path(), if path.is_empty() { "/" } else { path });
            assert!(url.username().is_empty() && url.password().is_none());
            assert!(url.fragment().is_none());
        }
        let well_known = endpoint.well_known("name");
        assert_eq!(well_known.origin(), endpoint.origin());
        assert_eq!(well_known.as_str().parse(), Ok(well_known));
    }
});
