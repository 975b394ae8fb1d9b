//! Issuers' manifests that have been read before.
//!
//! A wallet gives the manifest of a card's issuer with every request, in the same words. To read it takes half a millisecond: two
//! signature schemes' points and a signature. What has passed once is remembered with its exact text. It is public and holds nothing
//! of the holder; it ends with the engine.

use std::cell::RefCell;

use glimpse_protocol::manifest::IssuerManifest;

use crate::failure::Failure;

/// How many are remembered: a wallet has cards of a few issuers.
const MOST: usize = 16;

thread_local! {
    /// Texts and what they say, the last used at the end.
    static READ: RefCell<Vec<(String, IssuerManifest)>> = const { RefCell::new(Vec::new()) };
}

/// Reads a manifest and checks its signature, unless the same text has passed before.
pub(crate) fn issuer(json: &str) -> Result<IssuerManifest, Failure> {
    READ.with_borrow_mut(|read| {
        let known = read.iter().position(|(text, _)| text == json);
        let entry = match known {
            Some(place) => read.remove(place),
            None => (
                json.to_owned(),
                IssuerManifest::parse(json.as_bytes())
                    .map_err(|error| Failure::new("issuer", error))?,
            ),
        };
        if read.len() == MOST {
            read.remove(0);
        }
        let manifest = entry.1.clone();
        read.push(entry);
        Ok(manifest)
    })
}

#[cfg(test)]
mod tests {
    use glimpse_primitives::eddsa;
    use glimpse_protocol::identity::Identity;
    use glimpse_protocol::manifest::IssuerManifestBody;
    use glimpse_protocol::time::DateTime;

    use super::*;

    fn manifest(name: &str) -> String {
        let body = IssuerManifestBody {
            name: name.to_owned(),
            credential_key: eddsa::SigningKey::from_seed([1; 32]).verifying_key(),
            schemas: Vec::new(),
            url: None,
            display: None,
            issued_at: DateTime::from_unix(1_795_000_000).unwrap(),
        };
        let manifest = IssuerManifest::sign(body, &Identity::from_seed(&[2; 32])).unwrap();
        manifest.to_json().to_string()
    }

    #[test]
    fn what_is_remembered_is_the_exact_text() {
        let texts: Vec<String> = (0..MOST + 3)
            .map(|number| manifest(&format!("Issuer {number}")))
            .collect();
        for _ in 0..2 {
            for (number, text) in texts.iter().enumerate() {
                for _ in 0..2 {
                    let read = issuer(text).unwrap();
                    assert_eq!(read.name(), format!("Issuer {number}"));
                }
                assert!(issuer(&text.replace("Issuer", "issuer")).is_err());
                assert!(issuer(text).is_ok());
            }
        }
        READ.with_borrow(|read| assert_eq!(read.len(), MOST));
    }
}
