//! What a wallet asks of whoever makes its proofs: the prover directly, or a worker in a browser.

use core::ops::ControlFlow;

use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::credential::Credential;
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::holder::HolderSecret;
use glimpse_protocol::manifest::IssuerManifest;
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::request::Request;
use glimpse_protocol::status::StatusHead;
use zeroize::Zeroizing;

/// Watches work: takes how many of how many units are done. `Break` cancels it.
pub type Watch<'a> = &'a mut dyn FnMut(u32, u32) -> ControlFlow<()>;

/// Makes proofs. It is asynchronous, and its futures need not be `Send`, because in a browser it
/// sends messages to the worker that holds the proving keys.
#[expect(async_fn_in_trait, reason = "the browser's futures are not Send")]
pub trait Prover {
    /// Why a proof was not made, cancellation included.
    type Error: std::error::Error + 'static;

    /// The digest of the verifying key in use for a circuit. A proof that was prepared under
    /// another one is stale.
    async fn key_digest(&self, circuit: CircuitId) -> Result<[u8; 32], Self::Error>;

    /// Proves knowledge of the holder's secret to an issuer.
    async fn enrol(
        &self,
        job: EnrolJob<'_>,
        watch: Watch<'_>,
    ) -> Result<EnrolmentProof, Self::Error>;

    /// Makes the proof of a credential, ready to be shown often. The bytes are secret.
    async fn prepare(
        &self,
        job: PrepareJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, Self::Error>;

    /// Makes the proof of one fact about a card, ready to be shown often. The bytes are secret.
    async fn prepare_fact(&self, job: FactJob<'_>) -> Result<Zeroizing<Vec<u8>>, Self::Error>;

    /// Checks the file of a status list in full: form, signature, and that the signed roots are those of
    /// its entries. `false` if it is not genuine; an error if that is not known.
    async fn check_list(&self, list: &[u8]) -> Result<bool, Self::Error>;

    /// Proves that a list which was checked before does not revoke a credential. The bytes are secret.
    async fn prepare_status(
        &self,
        job: StatusJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, Self::Error>;

    /// Checks the file of a published set in full: what [`SetFile`](glimpse_protocol::set::SetFile) checks, and that the
    /// signed roots are those of its elements. `false` if it is not genuine; an error if that is not known.
    async fn check_set(&self, file: &[u8]) -> Result<bool, Self::Error>;

    /// Proves whether a value is in a published set whose file was checked before. The bytes are secret.
    async fn prepare_set(
        &self,
        job: SetJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, Self::Error>;

    /// Makes the presentation for a request, with whatever kept proofs still serve.
    async fn present(&self, job: PresentJob<'_>, watch: Watch<'_>)
    -> Result<Answered, Self::Error>;
}

/// A presentation, and what was made on the way.
#[derive(Debug)]
pub struct Answered {
    /// The presentation in its binary form.
    pub presentation: Vec<u8>,
    /// Proofs of facts that had to be made, to be kept for the next request.
    pub made: Vec<MadeProof>,
}

/// A proof of a fact that was made for a presentation.
pub struct MadeProof {
    /// Which of the plan's proofs it is, by its number in
    /// [`Plan::proofs`](glimpse_protocol::plan::Plan::proofs).
    pub proof: usize,
    /// The proof. The bytes are secret.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// What an enrolment proof needs.
#[derive(Clone, Copy, Debug)]
pub struct EnrolJob<'a> {
    /// The holder's secret.
    pub secret: &'a HolderSecret,
    /// Whom to prove it to.
    pub issuer: &'a IssuerManifest,
    /// The issuer's fresh nonce.
    pub nonce: &'a Nonce,
}

/// What preparing a credential needs.
#[derive(Clone, Copy, Debug)]
pub struct PrepareJob<'a> {
    /// The holder's secret.
    pub secret: &'a HolderSecret,
    /// The credential.
    pub credential: &'a Credential,
    /// The manifest under which it was opened.
    pub issuer: &'a IssuerManifest,
}

/// What the proof of a fact needs: a circuit and the values of all its slots. Secret.
#[derive(Clone, Copy)]
pub struct FactJob<'a> {
    /// The circuit.
    pub circuit: CircuitId,
    /// The values, in the order of the circuit's slots, 32 bytes each, big-endian.
    pub slots: &'a [u8],
}

/// What proving that a credential is not revoked needs.
#[derive(Clone, Copy, Debug)]
pub struct StatusJob<'a> {
    /// The holder's secret.
    pub secret: &'a HolderSecret,
    /// The credential.
    pub credential: &'a Credential,
    /// The manifest under which it was opened.
    pub issuer: &'a IssuerManifest,
    /// The file of its issuer's status list.
    pub list: &'a [u8],
}

/// What a proof about a published set needs. The value is secret.
#[derive(Clone, Copy)]
pub struct SetJob<'a> {
    /// The set's file.
    pub file: &'a [u8],
    /// The encoding that is looked for, big-endian.
    pub value: &'a [u8; 32],
    /// Whether it is asked to be outside.
    pub negated: bool,
}

/// What a presentation needs.
pub struct PresentJob<'a> {
    /// The holder's secret.
    pub secret: &'a HolderSecret,
    /// The request, with the exact bytes that the holder consented to.
    pub request: &'a Request,
    /// The credential chosen for each query, in the request's order.
    pub cards: Vec<ShownCard<'a>>,
    /// Proofs of facts about these cards that were made before. Those that do not serve are passed over.
    /// What is asked of status lists and published sets is proved by these alone.
    pub kept: Vec<&'a [u8]>,
}

/// One credential in a presentation.
#[derive(Clone, Copy)]
pub struct ShownCard<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// The manifest under which it was opened.
    pub issuer: &'a IssuerManifest,
    /// What [`Prover::prepare`] made of it, if that is not stale.
    pub prepared: Option<&'a [u8]>,
    /// The head of its issuer's newest status list that was checked.
    pub status: Option<&'a StatusHead>,
}

/// Kept proofs are secret.
impl core::fmt::Debug for PresentJob<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PresentJob({:?}, ..)", self.cards)
    }
}

/// The value is secret.
impl core::fmt::Debug for SetJob<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SetJob({} bytes, ..)", self.file.len())
    }
}

/// Made proofs are secret.
impl core::fmt::Debug for MadeProof {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "MadeProof({}, ..)", self.proof)
    }
}

/// Values are secret.
impl core::fmt::Debug for FactJob<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "FactJob({}, ..)", self.circuit)
    }
}

/// Prepared bytes are secret.
impl core::fmt::Debug for ShownCard<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ShownCard({:?})", self.credential)
    }
}
