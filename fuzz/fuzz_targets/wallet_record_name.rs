#![no_main]
//! Names of records, which are names of files: what is accepted has one spelling and no path in it.

use glimpse_wallet::store::RecordName;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = core::str::from_utf8(data) else {
        return;
    };
    if let Ok(name) = text.parse::<RecordName>() {
        assert_eq!(name.to_string(), text);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    }
});
