#![no_main]
//! Enrolment files.

use glimpse_protocol::enrolment::EnrolmentProof;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(enrolment) = EnrolmentProof::parse(data) {
        let again = EnrolmentProof::parse(enrolment.to_json().to_string().as_bytes());
        assert_eq!(again, Ok(enrolment));
    }
});
