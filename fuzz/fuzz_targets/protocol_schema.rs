#![no_main]
//! Schemas: read, and read again from their JSON form.

use glimpse_protocol::schema::Schema;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(schema) = Schema::parse(data) {
        let again = Schema::parse(schema.to_json().to_string().as_bytes());
        assert_eq!(again, Ok(schema));
    }
});
