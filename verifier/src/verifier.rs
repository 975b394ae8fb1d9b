//! The one call.

use glimpse_link::{Context, LinkedProof, Member, Presented, Slot, Statement, Variable};
use glimpse_protocol::formula::Formula;
use glimpse_protocol::identity::Did;
use glimpse_protocol::manifest::IssuerManifest;
use glimpse_protocol::plan::{CredentialChoice, Plan, StatementSlot};
use glimpse_protocol::presentation::{Presentation, PresentationError};
use glimpse_protocol::pseudonym::Pseudonym;
use glimpse_protocol::request::{CredentialQuery, Request, SignedRequest};
use glimpse_protocol::set::{PublishedSet, SetDescription};
use glimpse_protocol::status::{Order, StatusFile, StatusHead, StatusListError};
use glimpse_protocol::time::DateTime;
use glimpse_protocol::value::AttributeValue;
use rand_core::{CryptoRng, RngCore};

use crate::keys::KeySet;
use crate::rejection::{Rejection, Rule};
use crate::replay::{REPLAY_MARGIN, ReplayKey, ReplayStore, Seen};
use crate::verified::{NamedIssuer, Verified, VerifiedIssuer};

/// Whom a verifier trusts to issue credentials.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Manifests, read and checked. A request can only accept issuers that are here. Of several manifests of one
    /// issuer the newest counts, so that a key which it replaced does not live on.
    pub issuers: Vec<IssuerManifest>,
    /// Heads of issuers' status lists, fetched from the issuers: the newest, and earlier ones for as long as requests
    /// tolerate them. Needed for requests that demand that a credential is not revoked.
    pub statuses: Vec<StatusHead>,
    /// Of the sets that were checked, see [`Self::add_set`].
    sets: Vec<SetDescription>,
}

/// Verifies presentations.
#[derive(Debug, Clone)]
pub struct Verifier {
    keys: KeySet,
    trust: Trust,
}

/// Everything about a presentation but the truth of its proof.
struct Opened<'v> {
    plan: Plan,
    values: Vec<AttributeValue>,
    pseudonyms: Vec<Pseudonym>,
    issuers: Vec<VerifiedIssuer>,
    statement: Statement<'v>,
    proof: LinkedProof,
    context: Context,
}

impl Trust {
    /// Trust in these issuers, without their status lists.
    pub fn new(issuers: Vec<IssuerManifest>) -> Self {
        Self {
            issuers,
            ..Self::default()
        }
    }

    /// Takes in the head of a status list, from its file or alone. Which entries the file has is of no account.
    ///
    /// # Errors
    /// [`StatusListError`] if it is neither.
    pub fn add_status(&mut self, file: &[u8]) -> Result<(), StatusListError> {
        let head = StatusFile::from_bytes(file).map(|file| file.head().clone());
        let head = head.or_else(|error| StatusHead::from_bytes(file).map_err(|_| error))?;
        if !self.statuses.contains(&head) {
            self.statuses.push(head);
        }
        Ok(())
    }

    /// Takes in a published set, so that requests may name it. Whoever holds one has built its tree, and that counts: under
    /// roots of leaves that overlap, a value could be shown to be inside and outside. Only the description is kept.
    pub fn add_set(&mut self, set: &PublishedSet) {
        if !self.sets.contains(set.description()) {
            self.sets.push(set.description().clone());
        }
    }
}

impl Verifier {
    /// A verifier with these keys and this trust.
    pub fn new(keys: KeySet, trust: Trust) -> Self {
        Self { keys, trust }
    }

    /// Verifies one presentation against the request that it should answer, which this service made and *kept*.
    ///
    /// Nothing here asks where the request came from: whoever chooses the request chooses what is proved. A service
    /// that keeps no state and is handed its request back uses [`Self::verify_signed`].
    ///
    /// The cheap checks come first and no pairing is computed for malformed input. The replay store is asked
    /// last, so that only a valid presentation uses up its request, and of two at once exactly one is accepted.
    ///
    /// # Errors
    /// [`Rejection`]: the rule, whose fault, what to do.
    pub fn verify<R: CryptoRng + RngCore>(
        &self,
        request: &Request,
        presentation: &[u8],
        now: DateTime,
        replay: &mut dyn ReplayStore,
        rng: &mut R,
    ) -> Result<Verified, Rejection> {
        let opened = self.open(request, presentation, now)?;
        glimpse_link::verify(&opened.statement, &opened.proof, &opened.context, rng).map_err(
            |error| match error {
                glimpse_link::Rejected::Randomness(_) => Rule::Randomness,
                _ => Rule::Proof,
            },
        )?;
        accept(request, opened, replay)
    }

    /// Verifies one presentation against a request that was handed back together with it, for services that keep no
    /// state.
    ///
    /// Before anything else, `request` must be signed by `own`: a [`SignedRequest`] carries a checked signature of the
    /// client that it names, and that client must be this service. So nobody can put a request of their own, or a
    /// weakened copy, in its place. What they can hand back is any *other* request that this service has signed and
    /// that has not expired: a service that asks different things at different places signs them with different
    /// keys, or compares what [`Verified`] lists with what this place demands.
    ///
    /// # Errors
    /// [`Rejection`], with [`Rule::Audience`] for a request of anybody else.
    pub fn verify_signed<R: CryptoRng + RngCore>(
        &self,
        own: &Did,
        request: &SignedRequest,
        presentation: &[u8],
        now: DateTime,
        replay: &mut dyn ReplayStore,
        rng: &mut R,
    ) -> Result<Verified, Rejection> {
        if request.request().client() != own {
            return Err(Rule::Audience.into());
        }
        self.verify(request.request(), presentation, now, replay, rng)
    }

    /// Verifies many presentations for less than one at a time; the results are in the same order.
    pub fn verify_batch<R: CryptoRng + RngCore>(
        &self,
        batch: &[(&Request, &[u8])],
        now: DateTime,
        replay: &mut dyn ReplayStore,
        rng: &mut R,
    ) -> Vec<Result<Verified, Rejection>> {
        let opened: Vec<Result<Opened<'_>, Rejection>> = batch
            .iter()
            .map(|(request, bytes)| self.open(request, bytes, now))
            .collect();
        let presented: Vec<Presented<'_>> = opened
            .iter()
            .flatten()
            .map(|opened| Presented {
                statement: &opened.statement,
                proof: &opened.proof,
                context: &opened.context,
            })
            .collect();
        let (failed, broken) = match glimpse_link::verify_batch(&presented, rng) {
            Ok(()) => (Vec::new(), false),
            Err(glimpse_link::BatchRejected::Members(members)) => (members, false),
            Err(_) => (Vec::new(), true),
        };
        drop(presented);
        let mut member = 0;
        let pairs = batch.iter().zip(opened);
        pairs
            .map(|((request, _), opened)| {
                let opened = opened?;
                let number = member;
                member += 1;
                if broken {
                    return Err(Rule::Randomness.into());
                }
                if failed.contains(&number) {
                    return Err(Rule::Proof.into());
                }
                accept(request, opened, replay)
            })
            .collect()
    }

    /// The verifier's keys.
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// Whom it trusts.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Whom it trusts, to be kept up to date: a service takes in each new status list of its issuers.
    pub fn trust_mut(&mut self) -> &mut Trust {
        &mut self.trust
    }

    fn open(
        &self,
        request: &Request,
        presentation: &[u8],
        now: DateTime,
    ) -> Result<Opened<'_>, Rejection> {
        let presentation = Presentation::from_bytes(presentation).map_err(Rule::Malformed)?;
        request.check_time(now).map_err(Rule::Stale)?;
        let chosen = presentation.issuers(request).map_err(Rule::Unfitting)?;
        let epochs = presentation.epochs(request).map_err(Rule::Unfitting)?;
        let mut choices: Vec<CredentialChoice<'_>> = Vec::with_capacity(chosen.len());
        let mut issuers = Vec::with_capacity(chosen.len());
        for ((query, chosen), epoch) in request.queries().iter().zip(chosen).zip(epochs) {
            self.check_sets(query)?;
            match chosen {
                Some(did) => {
                    let manifest = self.manifest(did)?;
                    let choice =
                        CredentialChoice::new(query, manifest).ok_or(Rule::UnknownSchema)?;
                    let mut head = None;
                    if let (Some(asked), Some(epoch)) = (query.not_revoked(), epoch) {
                        let given = asked.of(did).find(|given| given.epoch() == epoch);
                        let given = given.ok_or(Rule::Unfitting(PresentationError::Epochs))?;
                        self.check_head(given, asked.tolerance(), now)?;
                        head = Some(given);
                    }
                    choices.push(choice.with_status(head));
                    issuers.push(VerifiedIssuer::Shown(named(manifest)));
                }
                None => {
                    choices.push(CredentialChoice::hidden(query));
                    issuers.push(self.hidden_issuers(query)?);
                    if let Some(asked) = query.not_revoked() {
                        for given in asked.heads() {
                            self.check_head(given, asked.tolerance(), now)?;
                        }
                    }
                }
            }
        }
        let plan = Plan::compile(request, &choices).map_err(Rule::Plan)?;
        let values = presentation.disclosed(&plan).map_err(Rule::Unfitting)?;
        let pseudonyms = presentation.pseudonyms(&plan).map_err(Rule::Unfitting)?;
        let pseudonyms = pseudonyms.to_vec();
        let statement = self.statement(&plan, &values, &pseudonyms)?;
        let proof = LinkedProof::from_bytes(
            presentation.proof(),
            plan.proofs().len(),
            plan.variables().len(),
        )
        .map_err(|_| Rule::ProofForm)?;
        let context = Context::new(&plan.context(request));
        Ok(Opened {
            plan,
            values,
            pseudonyms,
            issuers,
            statement,
            proof,
            context,
        })
    }

    /// The newest manifest of an issuer.
    fn manifest(&self, did: &Did) -> Result<&IssuerManifest, Rule> {
        let known = self.trust.issuers.iter();
        let known = known.filter(|manifest| manifest.id() == did);
        known
            .max_by_key(|manifest| manifest.body().issued_at)
            .ok_or(Rule::UnknownIssuer)
    }

    /// Checks that a list on which an answer rests is one that this verifier has read itself, and counts now: whoever
    /// chooses the list chooses who is revoked.
    fn check_head(&self, given: &StatusHead, tolerance: u32, now: DateTime) -> Result<(), Rule> {
        let known = || {
            let heads = self.trust.statuses.iter();
            heads.filter(|head| head.issuer() == given.issuer())
        };
        let mut same = known()
            .filter(|head| head.epoch() == given.epoch())
            .peekable();
        if same.peek().is_none() {
            return Err(Rule::MissingStatus);
        }
        if same.any(|own| given.succeeds(own) != Ok(Order::Same)) {
            return Err(Rule::Equivocation);
        }
        given
            .check_time(known(), now, tolerance)
            .map_err(Rule::StaleStatus)
    }

    /// Checks that each set that a query names is one that this verifier has read itself: whoever chooses the roots chooses
    /// what is in it.
    fn check_sets(&self, query: &CredentialQuery) -> Result<(), Rule> {
        let predicates = query.predicates().iter().flat_map(Formula::leaves);
        let mut named = predicates.filter_map(|predicate| predicate.operator.set());
        match named.all(|set| self.trust.sets.contains(set.description())) {
            true => Ok(()),
            false => Err(Rule::UnknownSet),
        }
    }

    /// All issuers that a query accepts, each of which must be trusted with the very key that the request gives.
    fn hidden_issuers(&self, query: &CredentialQuery) -> Result<VerifiedIssuer, Rule> {
        let hashes = query.hidden_issuers().unwrap_or_default();
        let pairs = query.issuers().iter().zip(hashes);
        let issuers = pairs.map(|(did, hash)| {
            let manifest = self.manifest(did)?;
            match manifest.issuer_key_hash() == *hash {
                true => Ok(named(manifest)),
                false => Err(Rule::IssuerKey),
            }
        });
        issuers.collect::<Result<_, _>>().map(VerifiedIssuer::OneOf)
    }

    fn statement(
        &self,
        plan: &Plan,
        values: &[AttributeValue],
        pseudonyms: &[Pseudonym],
    ) -> Result<Statement<'_>, Rule> {
        let encoded: Vec<_> = values.iter().map(AttributeValue::encode).collect();
        let slots = plan
            .statement_slots(&encoded, pseudonyms)
            .ok_or(Rule::Unfitting(PresentationError::Count))?;
        let members = plan.proofs().iter().zip(slots).map(|(proof, slots)| {
            let key = self.keys.get(proof.circuit).ok_or(Rule::MissingKey)?;
            Ok(Member {
                key,
                slots: slots.into_iter().map(link_slot).collect(),
            })
        });
        // Keys have their circuit's slots and plans number variables by first use, so this cannot fail; if it
        // did, a key would not fit its circuit.
        Statement::new(members.collect::<Result<_, Rule>>()?).map_err(|_| Rule::MissingKey)
    }
}

fn accept(
    request: &Request,
    opened: Opened<'_>,
    replay: &mut dyn ReplayStore,
) -> Result<Verified, Rejection> {
    let keep_until = request.expires_at().plus_seconds(REPLAY_MARGIN);
    match replay.insert(&ReplayKey::of(request), keep_until) {
        Ok(Seen::First) => Ok(Verified::new(
            request,
            opened.plan,
            opened.values,
            opened.pseudonyms,
            opened.issuers,
        )),
        Ok(Seen::Again) => Err(Rule::Replayed.into()),
        Err(_) => Err(Rule::ReplayStore.into()),
    }
}

fn named(manifest: &IssuerManifest) -> NamedIssuer {
    NamedIssuer {
        did: manifest.id().clone(),
        name: manifest.name().to_owned(),
    }
}

fn link_slot(slot: StatementSlot) -> Slot {
    match slot {
        StatementSlot::Public(value) => Slot::Public(value),
        StatementSlot::Hidden(number) => Slot::Hidden(Variable::new(number)),
    }
}
