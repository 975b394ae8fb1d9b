use ark_bn254::Fr;
use glimpse_link::{Context, LinkedProof, Member, Proof, Slot, Statement, Variable, show, verify};
use glimpse_protocol::{
    circuit::{CredentialSlot, StatusSlot},
    credential::StatusIndex,
    status::{Entries, Epoch, StatusHead},
    time::DateTime,
};

use super::*;
use crate::{
    MissingKey, PreparedCredential, Unwatched, prepare_credential,
    support::{Issuer, KEYS, rng, secret},
};

fn list(issuer: &Issuer, epoch: u64, revoked: &[u32]) -> StatusList {
    let mut entries = Entries::new();
    for index in revoked {
        entries.set(StatusIndex::new(*index), true).unwrap();
    }
    let at = |seconds: i64| DateTime::from_unix(1_795_000_000 + seconds).unwrap();
    let epoch = Epoch::new(epoch).unwrap();
    StatusList::sign(entries, epoch, at(0), at(86_400), &issuer.identity).unwrap()
}

/// A credential proof and a status proof that share the hidden index, as a verifier with this head states them.
fn statement(credential: &PreparedCredential, head: &StatusHead) -> Statement<'static> {
    let index = CredentialSlot::StatusIndex.index();
    let slots = credential.prepared().slots.len();
    let hidden = (0..slots).map(|slot| Slot::Hidden(Variable::new(slot as u16)));
    let mut status = vec![Slot::Hidden(Variable::new(index as u16)); 6];
    for (number, root) in head.roots().iter().enumerate() {
        status[StatusSlot::Root(number).index()] = Slot::Public(*root);
    }
    status[StatusSlot::Holds.index()] = Slot::Public(Fr::from(1u64));
    let member = |circuit, slots| Member {
        key: KEYS.get(circuit).unwrap().verifying_key(),
        slots,
    };
    Statement::new(vec![
        member(credential.circuit(), hidden.collect()),
        member(CircuitId::Status, status),
    ])
    .unwrap()
}

/// The proof stands at the end of the stored form.
fn proof_of(status: &PreparedPredicate) -> Proof {
    let bytes = status.to_bytes();
    Proof::from_bytes(&bytes[bytes.len() - Proof::BYTES..]).unwrap()
}

#[test]
fn a_hidden_index_is_shown_to_be_clear() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let prepared = prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched).unwrap();
    let current = list(&issuer, 2, &[6, 8, 300_000]);
    let status = prepare_status(&KEYS, &credential, &current, &mut Unwatched).unwrap();

    let context = Context::new(b"a request");
    let statement_of = |head: &StatusHead| statement(&prepared, head);
    let shown = |statement: &Statement<'_>, status: &PreparedPredicate| {
        let proofs = [prepared.prepared().proof.clone(), proof_of(status)];
        let variables = &prepared.prepared().slots;
        show(statement, &proofs, variables, &context, &mut rng(1)).map(|proof| proof.to_bytes())
    };
    let stated = statement_of(current.head());
    let bytes = shown(&stated, &status).unwrap();
    let variables = prepared.prepared().slots.len();
    let proof = LinkedProof::from_bytes(&bytes, 2, variables).unwrap();
    assert!(verify(&stated, &proof, &context, &mut rng(2)).is_ok());

    // A verifier of a later epoch, or one who was shown another list of this epoch, has other roots.
    for other in [list(&issuer, 3, &[7]), list(&issuer, 2, &[])] {
        let stated = statement_of(other.head());
        assert!(verify(&stated, &proof, &context, &mut rng(2)).is_err());
    }

    // The clear entry of somebody else does not stand for one's own.
    let another = current.path(StatusIndex::new(9)).unwrap();
    let another = crate::prepare_predicate(&KEYS, StatusStatement::new(&another)).unwrap();
    if let Ok(bytes) = shown(&stated, &another) {
        let proof = LinkedProof::from_bytes(&bytes, 2, variables).unwrap();
        assert!(verify(&stated, &proof, &context, &mut rng(2)).is_err());
    }
}

#[test]
fn what_is_not_so_is_not_proved() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let refused = |list: &StatusList, keys: &ProvingKeys| {
        prepare_status(keys, &credential, list, &mut Unwatched).unwrap_err()
    };
    let revoked = list(&issuer, 2, &[7]);
    assert_eq!(refused(&revoked, &KEYS), PrepareStatusError::Revoked);
    let foreign = list(&Issuer::new(2), 2, &[]);
    assert_eq!(refused(&foreign, &KEYS), PrepareStatusError::OtherIssuer);
    let clear = list(&issuer, 2, &[]);
    let missing = PrepareError::MissingKey(MissingKey(CircuitId::Status));
    assert_eq!(
        refused(&clear, &ProvingKeys::new()),
        PrepareStatusError::Prepare(missing)
    );
    // A revoked entry can be proved to be revoked, but not to be clear.
    let path = revoked.path(StatusIndex::new(7)).unwrap();
    let statement = StatusStatement::new(&path);
    assert!(crate::prepare_predicate(&KEYS, statement).is_ok());
    let lie = StatusStatement {
        holds: Fr::from(1u64),
        ..statement
    };
    assert_eq!(
        crate::prepare_predicate(&KEYS, lie).unwrap_err(),
        PrepareError::False(CircuitId::Status)
    );
}
