//! A verified result in ten lines: what a service does in the handler of its response endpoint.

use glimpse_protocol::{request::Request, time::DateTime};
use glimpse_verifier::{InMemoryReplayStore, KeySet, Rejection, Trust, Verified, Verifier};
use rand::rngs::OsRng;

/// What a service does with the answer to a request that it made; keys and trust are loaded once at start.
fn admit(
    keys: KeySet,
    trust: Trust,
    request: &Request,
    answer: &[u8],
    now: DateTime,
) -> Result<Verified, Rejection> {
    let mut replay = InMemoryReplayStore::new();
    let verifier = Verifier::new(keys, trust);
    let verified = verifier.verify(request, answer, now, &mut replay, &mut OsRng)?;
    for fact in verified
        .credentials()
        .iter()
        .flat_map(|credential| credential.proved())
    {
        println!(
            "proved: {}",
            glimpse_protocol::words::fact(fact, glimpse_protocol::words::Voice::Others)
        );
    }
    Ok(verified)
}

fn main() {
    // A service calls `admit` in the handler of its response endpoint.
    let _ = admit;
}
