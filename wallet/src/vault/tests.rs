use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use rand_core::{CryptoRng, RngCore};

use super::*;
use crate::store::{Kind, RecordId};

/// Stands in for Argon2id where a test is about the format: fast, and still a function of all inputs.
pub(crate) struct QuickStretch;

impl Stretch for QuickStretch {
    async fn stretch(
        &self,
        passphrase: &Passphrase,
        salt: &Salt,
        parameters: StretchParameters,
    ) -> Result<StretchedKey, StretchError> {
        use sha2::{Digest, Sha256};
        let digest = Sha256::new()
            .chain_update(salt.as_bytes())
            .chain_update(parameters.memory_kib().to_be_bytes())
            .chain_update(parameters.passes().to_be_bytes())
            .chain_update(parameters.lanes().to_be_bytes())
            .chain_update(passphrase.expose());
        Ok(StretchedKey::new(digest.finalize().into()))
    }
}

/// A generator that refuses, as an operating system without entropy does.
struct Dry;

impl RngCore for Dry {
    fn next_u32(&mut self) -> u32 {
        0
    }
    fn next_u64(&mut self) -> u64 {
        0
    }
    fn fill_bytes(&mut self, _: &mut [u8]) {}
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand_core::Error> {
        Err(core::num::NonZeroU32::new(rand_core::Error::CUSTOM_START)
            .unwrap()
            .into())
    }
}
impl CryptoRng for Dry {}

fn words(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap()
}

fn vault(seed: u64) -> (OpenVault, StdRng) {
    let mut rng = StdRng::seed_from_u64(seed);
    let words = words("correct horse");
    let made = OpenVault::create(&words, StretchParameters::MINIMUM, &QuickStretch, &mut rng);
    (pollster::block_on(made).unwrap(), rng)
}

fn name(byte: u8) -> RecordName {
    RecordName::new(Kind::Credential, RecordId::from_bytes([byte; 16]))
}

fn unlock(header: &[u8], passphrase: &str) -> Result<OpenVault, UnlockError> {
    let locked = LockedVault::from_bytes(header)?;
    pollster::block_on(locked.unlock(&words(passphrase), &QuickStretch))
}

#[test]
fn the_passphrase_opens_what_it_locked() {
    let (vault, mut rng) = vault(1);
    let sealed = vault.seal(&name(1), b"Ada", &mut rng).unwrap();
    let header = vault.header_bytes();
    drop(vault.lock());
    let opened = unlock(&header, "correct horse").unwrap();
    assert_eq!(opened.open(&name(1), &sealed).unwrap().as_slice(), b"Ada");
    assert!(matches!(
        unlock(&header, "correct horse "),
        Err(UnlockError::WrongPassphrase)
    ));
}

#[test]
fn argon2id_opens_what_it_locked() {
    let mut rng = StdRng::seed_from_u64(2);
    let right = words("pass");
    let made = OpenVault::create(&right, StretchParameters::MINIMUM, &Argon2Direct, &mut rng);
    let locked = pollster::block_on(made).unwrap().lock();
    pollster::block_on(locked.unlock(&right, &Argon2Direct)).unwrap();
    let refused = pollster::block_on(locked.unlock(&words("Pass"), &Argon2Direct)).unwrap_err();
    assert!(matches!(refused, UnlockError::WrongPassphrase));
}

#[test]
fn a_changed_header_is_damaged_and_never_a_wrong_passphrase() {
    let header = vault(3).0.header_bytes();
    for bit in 0..header.len() * 8 {
        let mut changed = header.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let refused = unlock(&changed, "correct horse").unwrap_err();
        assert!(
            matches!(refused, UnlockError::Damaged(_)),
            "bit {bit}: {refused}"
        );
    }
    for length in (0..header.len()).chain([header.len() + 1]) {
        let mut cut = header.clone();
        cut.resize(length, 0);
        assert_eq!(
            LockedVault::from_bytes(&cut),
            Err(HeaderError::Length { found: length })
        );
    }
}

/// An attacker recomputes the checksum; the tag over the wrapped key still refuses.
#[test]
fn a_forged_header_does_not_open() {
    use sha2::{Digest, Sha256};
    let header = vault(4).0.header_bytes();
    let body = header.len() - 16;
    for byte in 14..body {
        let mut forged = header.clone();
        forged[byte] ^= 1;
        let digest = Sha256::new()
            .chain_update(b"glimpse/v1/vault-header")
            .chain_update(&forged[..body]);
        forged[body..].copy_from_slice(&digest.finalize()[..16]);
        assert!(unlock(&forged, "correct horse").is_err(), "byte {byte}");
    }
}

#[test]
fn weak_parameters_are_refused_on_read() {
    for (memory, passes, lanes) in [
        (19 * 1024 - 1, 2, 1),
        (19 * 1024, 1, 1),
        (19 * 1024, 2, 0),
        (8, 1, 1),
        (u32::MAX, 2, 1),
        (19 * 1024, u32::MAX, 1),
        (19 * 1024, 2, u32::MAX),
    ] {
        let weak = StretchParameters::new(memory, passes, lanes).unwrap_err();
        assert_eq!(
            (weak.memory_kib, weak.passes, weak.lanes),
            (memory, passes, lanes)
        );
    }
    use sha2::{Digest, Sha256};
    let mut header = vault(5).0.header_bytes();
    let body = header.len() - 16;
    header[14..18].copy_from_slice(&1024_u32.to_be_bytes());
    let digest = Sha256::new()
        .chain_update(b"glimpse/v1/vault-header")
        .chain_update(&header[..body]);
    header[body..].copy_from_slice(&digest.finalize()[..16]);
    assert!(matches!(
        LockedVault::from_bytes(&header),
        Err(HeaderError::Parameters(_))
    ));
}

#[test]
fn every_changed_bit_of_a_record_is_noticed() {
    let (vault, mut rng) = vault(6);
    let sealed = vault.seal(&name(1), b"Ada Lovelace", &mut rng).unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(vault.open(&name(1), &changed).is_err(), "bit {bit}");
    }
    for length in 0..sealed.len() {
        assert!(vault.open(&name(1), &sealed[..length]).is_err());
    }
}

#[test]
fn a_record_opens_under_its_own_name_only() {
    let (vault, mut rng) = vault(7);
    let sealed = vault.seal(&name(1), b"Ada", &mut rng).unwrap();
    assert_eq!(vault.open(&name(2), &sealed), Err(RecordError::Damaged));
    let other_kind = RecordName::new(Kind::Ledger, name(1).id());
    assert_eq!(vault.open(&other_kind, &sealed), Err(RecordError::Damaged));
}

#[test]
fn sizes_do_not_tell_lengths() {
    let (vault, mut rng) = vault(8);
    let mut size = |text: &str| {
        vault
            .seal(&name(1), text.as_bytes(), &mut rng)
            .unwrap()
            .len()
    };
    assert_eq!(size("Li"), size("Wolfeschlegelsteinhausenbergerdorff"));
}

#[test]
fn changing_the_passphrase_keeps_the_records() {
    let (vault, mut rng) = vault(9);
    let sealed = vault.seal(&name(1), b"Ada", &mut rng).unwrap();
    let mut change = |current: &str| {
        pollster::block_on(vault.change_passphrase(
            &words(current),
            &words("battery staple"),
            StretchParameters::MINIMUM,
            &QuickStretch,
            &mut rng,
        ))
    };
    assert!(matches!(change("wrong"), Err(SealError::WrongPassphrase)));
    let header = change("correct horse").unwrap().header_bytes();
    let opened = unlock(&header, "battery staple").unwrap();
    assert_eq!(opened.open(&name(1), &sealed).unwrap().as_slice(), b"Ada");
    assert!(matches!(
        unlock(&header, "correct horse"),
        Err(UnlockError::WrongPassphrase)
    ));
}

#[test]
fn without_randomness_nothing_is_sealed() {
    let words = words("p");
    let mut dry = Dry;
    let made = OpenVault::create(&words, StretchParameters::MINIMUM, &QuickStretch, &mut dry);
    assert!(matches!(
        pollster::block_on(made),
        Err(SealError::Randomness)
    ));
    assert_eq!(
        vault(1).0.seal(&name(1), b"", &mut Dry),
        Err(RecordError::Randomness)
    );
    assert!(Seed::generate(&mut Dry).is_none());
    assert!(RecordId::generate(&mut Dry).is_none());
}

#[test]
fn one_passphrase_however_it_is_typed() {
    assert_eq!(words("caf\u{e9}").expose(), words("cafe\u{301}").expose());
    assert_eq!(Passphrase::new("").unwrap_err(), PassphraseError::Empty);
    assert_eq!(
        Passphrase::new(&"x".repeat(1025)).unwrap_err(),
        PassphraseError::TooLong
    );
}

#[test]
fn secrets_do_not_print() {
    let (vault, _) = vault(10);
    assert_eq!(format!("{:?}", vault.key), "DataKey(redacted)");
    assert_eq!(format!("{:?}", words("hush")), "Passphrase(redacted)");
    assert_eq!(
        format!("{:?}", StretchedKey::new([7; 32])),
        "StretchedKey(redacted)"
    );
    assert_eq!(
        format!("{:?}", Seed::from_slice(&[7; 32]).unwrap()),
        "Seed(redacted)"
    );
}

/// Computed once with Python's `hmac` and `int.from_bytes(okm, "big") % r`.
#[test]
fn the_holder_secret_is_pinned() {
    let secret = |byte: u8| {
        Seed::from_slice(&[byte; 32])
            .unwrap()
            .holder_secret()
            .expose()
    };
    assert_ne!(secret(1), secret(2));
    assert_eq!(secret(7).to_string(), SECRET_OF_SEVENS);
    assert!(Seed::from_slice(&[0; 31]).is_none());
}

const SECRET_OF_SEVENS: &str =
    "13127445973733774528932304479269452408508763141244649169012649500513679151722";

proptest! {
    #[test]
    fn any_bytes_round_trip(seed: u64, bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let (vault, mut rng) = vault(seed);
        let sealed = vault.seal(&name(1), &bytes, &mut rng).unwrap();
        let opened = vault.open(&name(1), &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), &bytes[..]);
        let header = vault.header_bytes();
        let again = Header::from_bytes(&header).unwrap().to_bytes();
        prop_assert_eq!(again, header);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (vault, _) = vault(0);
        prop_assert!(vault.open(&name(1), &bytes).is_err());
        prop_assert!(LockedVault::from_bytes(&bytes).is_err());
    }
}
