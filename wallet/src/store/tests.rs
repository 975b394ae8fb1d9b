use super::*;

#[test]
fn names_round_trip_and_have_one_spelling() {
    let id = RecordId::from_bytes([0xab; 16]);
    for kind in [
        Kind::Header,
        Kind::Seed,
        Kind::Issuer,
        Kind::Credential,
        Kind::Prepared,
        Kind::Kept,
        Kind::Status,
        Kind::Ledger,
    ] {
        let name = RecordName::new(kind, id);
        assert_eq!(name.to_string().parse(), Ok(name));
        assert!(
            name.to_string()
                .to_uppercase()
                .parse::<RecordName>()
                .is_err()
        );
    }
    let good = "credential-abababababababababababababababab";
    assert!(good.parse::<RecordName>().is_ok());
    for bad in [
        "",
        "credential",
        "credential-",
        "credential-ABababababababababababababababab",
        "credential-abababababababababababababababa",
        "credential-ababababababababababababababababab",
        "licence-abababababababababababababababab",
        "../../etc/passwd",
    ] {
        assert!(bad.parse::<RecordName>().is_err(), "{bad}");
    }
}

#[test]
fn a_crash_in_memory_changes_nothing() {
    let storage = MemoryStorage::new();
    pollster::block_on(storage.put(RecordName::SEED, vec![1])).unwrap();
    storage.crash_after(0);
    let batch = Batch::new()
        .delete(RecordName::SEED)
        .put(RecordName::HEADER, vec![2]);
    assert_eq!(pollster::block_on(storage.apply(batch)), Err(Crash));
    storage.recover();
    assert_eq!(
        pollster::block_on(storage.get(&RecordName::SEED)),
        Ok(Some(vec![1]))
    );
    assert_eq!(
        pollster::block_on(storage.get(&RecordName::HEADER)),
        Ok(None)
    );
}
