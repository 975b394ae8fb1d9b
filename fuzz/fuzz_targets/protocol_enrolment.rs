#![no_main]
//! Enrolments: what is accepted is canonical.

use glimpse_protocol::enrolment::EnrolmentProof;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(enrolment) = EnrolmentProof::from_bytes(data) {
        assert_eq!(enrolment.to_bytes(), data);
    }
});
