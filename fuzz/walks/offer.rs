//! A whole issuance with an issuer that answers whatever it likes. The fuzz target and the wallet's
//! tests walk the same way.

use glimpse_wallet::http::HttpResponse;
use glimpse_wallet::offer::{Invitation, OfferError};

/// Between a link and the answers to it.
pub const SEPARATOR: u8 = 0x1e;

/// How many stages an offer passed: its link, the offer, three descriptions, token, nonce, credential.
/// Each part of `script` is one answer, in the order in which the wallet asks.
pub fn walk(script: &[u8]) -> usize {
    let mut passed = 0;
    // What an offer is refused for at the end does not matter here, only that it is.
    let _ = stages(script, &mut passed);
    passed
}

fn stages(script: &[u8], passed: &mut usize) -> Result<(), OfferError> {
    let mut parts = script.split(|byte| *byte == SEPARATOR);
    let link = core::str::from_utf8(parts.next().unwrap_or_default());
    let link = link.map_err(|_| OfferError::NotAnOffer)?;
    let mut answer = || HttpResponse {
        status: 200,
        body: parts.next().unwrap_or_default().to_vec(),
    };
    let mut pass = || *passed += 1;

    let invitation = Invitation::from_link(link)?;
    pass();
    let offer = match invitation {
        Invitation::Offer(offer) => offer,
        Invitation::Reference(reference) => {
            let _ = reference.request();
            reference.receive(&answer())?
        }
    };
    pass();
    let _ = offer.request();
    let metadata = offer.receive(&answer())?;
    pass();
    let _ = metadata.request();
    let server = metadata.receive(&answer())?;
    pass();
    let _ = server.request();
    let reviewed = server.receive(&answer())?;
    pass();
    let home = reviewed.manifest().body().url.as_deref();
    let origin = reviewed.offer().issuer().origin().to_string();
    assert!(
        home.is_some_and(|home| home.starts_with(&origin)),
        "another issuer's manifest"
    );
    // A code that fits can always be typed.
    let wanted = reviewed.offer().tx_code().and_then(|code| code.length);
    reviewed.request(Some(&"1".repeat(wanted.unwrap_or(6) as usize)))?;
    let authorised = reviewed.receive(&answer())?;
    pass();
    let _ = authorised.request();
    let challenged = authorised.receive(&answer())?;
    pass();
    let _ = challenged.request(&[0; 8]);
    challenged.receive(&answer())?;
    pass();
    Ok(())
}
