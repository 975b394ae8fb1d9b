//! What a statement or a witness says when it is printed: its name. Whoever logs one logs no attribute.

use glimpse_circuits::{
    Circuit, Relation, credential::CredentialCircuit, enrolment::EnrolmentInputs, gate::GateInputs,
    member::MemberInputs, pseudonym::PseudonymInputs, range::RangeInputs, registry::RegistryInputs,
    set::SetStatement, status::StatusStatement, text::TextInputs,
};

fn says<R: Relation + core::fmt::Debug>(name: &str) {
    let circuit = Circuit::<R>::blank();
    assert_eq!(format!("{:?}", R::blank()), format!("{name} {{ .. }}"));
    assert_eq!(format!("{circuit:?}"), format!("Circuit({name} {{ .. }})"));
}

#[test]
fn nothing_is_printed_but_names() {
    says::<EnrolmentInputs>("EnrolmentInputs");
    says::<GateInputs>("GateInputs");
    says::<MemberInputs>("MemberInputs");
    says::<PseudonymInputs>("PseudonymInputs");
    says::<RangeInputs>("RangeInputs");
    says::<RegistryInputs>("RegistryInputs");
    says::<SetStatement>("SetStatement");
    says::<StatusStatement>("StatusStatement");
    says::<TextInputs>("TextInputs");
    let credential = format!("{:?}", CredentialCircuit::<8>::blank());
    let (inputs, witness) = ("CredentialInputs { .. }", "CredentialWitness { .. }");
    let expected = format!("CredentialCircuit {{ inputs: {inputs}, witness: {witness} }}");
    assert_eq!(credential, expected);
}
