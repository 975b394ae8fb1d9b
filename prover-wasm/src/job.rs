//! Requests that need proving keys: what they hold, checked, and what they come to.

use glimpse_protocol::{
    circuit::CircuitId,
    credential::Credential,
    holder::HolderSecret,
    manifest::IssuerManifest,
    nonce::Nonce,
    request::Request,
    set::PublishedSet,
    status::{StatusHead, StatusList},
};
use glimpse_prover::{
    HeldCredential, PreparedCredential, PreparedPredicate, Progress, ProvingKeys, enrol, plan,
    prepare_credential, prepare_fact, prepare_set, prepare_status, present,
};
use rand_core::OsRng;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use crate::{
    failure::Failure,
    issuers::issuer,
    read,
    request::{
        Bytes, CheckList, CheckSet, Checked, Enrol, Enrolled, Fact, File, Held, Made, Prepare,
        Prepared, Present, Presented, Proved, Set, Status,
    },
    write,
};

/// A request to the worker whose parts have all been read and checked.
#[wasm_bindgen]
pub struct Job(Parts);

enum Parts {
    Enrol {
        issuer: Box<IssuerManifest>,
        nonce: Nonce,
        secret: HolderSecret,
    },
    Prepare {
        credential: Box<Credential>,
        secret: HolderSecret,
    },
    Present {
        request: Box<Request>,
        cards: Vec<Card>,
        kept: Vec<PreparedPredicate>,
        secret: HolderSecret,
    },
    Fact {
        circuit: CircuitId,
        slots: Bytes,
    },
    CheckList(Bytes),
    Status {
        credential: Box<Credential>,
        list: Bytes,
    },
    CheckSet(File),
    Set {
        set: File,
        value: Zeroizing<[u8; 32]>,
        negated: bool,
    },
}

/// A credential in an answer.
struct Card {
    credential: Credential,
    prepared: PreparedCredential,
    status: Option<StatusHead>,
}

#[wasm_bindgen]
impl Job {
    /// Reads a request.
    ///
    /// # Errors
    /// `{code, message}` of the part that is refused.
    #[wasm_bindgen(constructor)]
    pub fn new(op: &str, body: JsValue) -> Result<Self, JsValue> {
        let parts = match op {
            "enrol" => Parts::enrol(&read(body)?),
            "prepare" => Parts::prepare(&read(body)?),
            "present" => Parts::present(&read(body)?),
            "fact" => Parts::fact(read(body)?),
            "check_list" => read(body).map(|CheckList { list }| Parts::CheckList(list)),
            "status" => Parts::status(read(body)?),
            "check_set" => read(body).map(|CheckSet { set }| Parts::CheckSet(set)),
            "set" => Parts::set(read(body)?),
            _ => Err(Failure::new("unknown_op", "unknown operation")),
        };
        Ok(Self(parts?))
    }
}

impl Job {
    /// The circuits whose keys are needed.
    pub(crate) fn circuits(&self) -> Vec<CircuitId> {
        self.0.circuits()
    }

    pub(crate) fn run(
        self,
        keys: &ProvingKeys,
        progress: &mut dyn Progress,
    ) -> Result<JsValue, JsValue> {
        self.0.run(keys, progress)
    }
}

impl Parts {
    fn enrol(enrol: &Enrol) -> Result<Self, Failure> {
        Ok(Self::Enrol {
            issuer: Box::new(issuer(&enrol.issuer)?),
            nonce: Nonce::from_bytes(*enrol.nonce.array()?),
            secret: secret(&enrol.holder_secret)?,
        })
    }

    fn prepare(prepare: &Prepare) -> Result<Self, Failure> {
        let secret = secret(&prepare.holder_secret)?;
        let credential = credential(&prepare.credential, &prepare.issuer, &secret)?;
        Ok(Self::Prepare {
            credential: Box::new(credential),
            secret,
        })
    }

    fn present(present: &Present) -> Result<Self, Failure> {
        let secret = secret(&present.holder_secret)?;
        let request =
            Request::parse(&present.request).map_err(|error| Failure::new("request", error))?;
        let queries = request.queries().iter().map(|query| query.id());
        if !queries.eq(present.credentials.iter().map(|held| held.query.as_str())) {
            return Err(Failure::new(
                "bad_request",
                "the credentials do not match the request's queries",
            ));
        }
        let card = |held: &Held| {
            let prepared = PreparedCredential::from_bytes(&held.prepared)
                .map_err(|error| Failure::new("not_prepared", error))?;
            let credential = prepared
                .open(held.credential.as_bytes(), &issuer(&held.issuer)?, &secret)
                .map_err(|error| Failure::new("credential", error))?;
            let status = held
                .status
                .as_ref()
                .map(|head| StatusHead::from_bytes(head));
            let status = status.transpose();
            Ok(Card {
                credential,
                prepared,
                status: status.map_err(|error| Failure::new("status_list", error))?,
            })
        };
        let cards = present
            .credentials
            .iter()
            .map(card)
            .collect::<Result<_, Failure>>()?;
        // A proof of an earlier version is of no use any more: it is made anew.
        let kept = present
            .kept
            .iter()
            .filter_map(|bytes| PreparedPredicate::from_bytes(bytes).ok())
            .collect();
        Ok(Self::Present {
            request: Box::new(request),
            cards,
            kept,
            secret,
        })
    }

    fn fact(fact: Fact) -> Result<Self, Failure> {
        let circuit = CircuitId::from_name(&fact.circuit)
            .ok_or_else(|| Failure::new("bad_request", "there is no such circuit"))?;
        Ok(Self::Fact {
            circuit,
            slots: fact.slots,
        })
    }

    fn status(status: Status) -> Result<Self, Failure> {
        let secret = secret(&status.holder_secret)?;
        let credential = credential(&status.credential, &status.issuer, &secret)?;
        Ok(Self::Status {
            credential: Box::new(credential),
            list: status.list,
        })
    }

    fn set(body: Set) -> Result<Self, Failure> {
        Ok(Self::Set {
            set: body.set,
            value: body.value.array()?,
            negated: body.negated,
        })
    }

    fn circuits(&self) -> Vec<CircuitId> {
        match self {
            Self::Enrol { .. } => vec![CircuitId::Enrolment],
            Self::Prepare { credential, .. } => {
                vec![credential.body().schema().size_class().circuit()]
            }
            Self::Present { request, cards, .. } => {
                let credentials: Vec<_> = cards.iter().map(|card| &card.credential).collect();
                let heads: Vec<_> = cards.iter().map(|card| card.status.as_ref()).collect();
                // A request that cannot be planned needs no keys to be refused.
                let mut circuits: Vec<_> = plan(request, &credentials, &heads)
                    .map(|plan| plan.proofs().iter().map(|proof| proof.circuit).collect())
                    .unwrap_or_default();
                circuits.sort_unstable();
                circuits.dedup();
                circuits
            }
            Self::Fact { circuit, .. } => vec![*circuit],
            Self::CheckList(_) | Self::CheckSet(_) => Vec::new(),
            Self::Status { .. } => vec![CircuitId::Status],
            Self::Set { .. } => vec![CircuitId::Set],
        }
    }

    fn run(&self, keys: &ProvingKeys, progress: &mut dyn Progress) -> Result<JsValue, JsValue> {
        match self {
            Self::Enrol {
                issuer,
                nonce,
                secret,
            } => {
                let enrolment = enrol(keys, issuer, nonce, secret, progress, &mut OsRng)
                    .map_err(Failure::from)?;
                write(&Enrolled {
                    enrolment: Bytes::new(enrolment.to_bytes()),
                })
            }
            Self::Prepare { credential, secret } => {
                let prepared = prepare_credential(keys, credential, secret, progress)
                    .map_err(Failure::from)?;
                write(&Prepared {
                    prepared: prepared.to_bytes().into(),
                })
            }
            Self::Present {
                request,
                cards,
                kept,
                secret,
            } => {
                let held: Vec<_> = cards
                    .iter()
                    .map(|card| HeldCredential {
                        credential: &card.credential,
                        prepared: &card.prepared,
                        status: card.status.as_ref(),
                    })
                    .collect();
                let presented = present(keys, request, &held, kept, secret, progress, &mut OsRng)
                    .map_err(Failure::from)?;
                let made = presented.made.iter().map(|made| Made {
                    number: made.proof,
                    proof: made.predicate.to_bytes().into(),
                });
                write(&Presented {
                    presentation: Bytes::new(presented.presentation.to_bytes()),
                    made: made.collect(),
                })
            }
            Self::Fact { circuit, slots } => {
                let proof = prepare_fact(keys, *circuit, slots).map_err(Failure::from)?;
                write(&Proved {
                    proof: proof.to_bytes().into(),
                })
            }
            Self::CheckList(list) => write(&Checked {
                genuine: StatusList::from_bytes(list).is_ok(),
            }),
            Self::Status { credential, list } => {
                let list = StatusList::from_bytes(list)
                    .map_err(|error| Failure::new("status_list", error))?;
                let proof = prepare_status(keys, credential, &list, progress);
                write(&Proved {
                    proof: proof.map_err(Failure::from)?.to_bytes().into(),
                })
            }
            Self::CheckSet(set) => write(&Checked {
                genuine: PublishedSet::from_bytes(set).is_ok(),
            }),
            Self::Set {
                set,
                value,
                negated,
            } => {
                let set = PublishedSet::from_bytes(set)
                    .map_err(|error| Failure::new("published_set", error))?;
                let proof = prepare_set(keys, &set, value, *negated, progress);
                write(&Proved {
                    proof: proof.map_err(Failure::from)?.to_bytes().into(),
                })
            }
        }
    }
}

fn secret(bytes: &Bytes) -> Result<HolderSecret, Failure> {
    HolderSecret::from_bytes(&*bytes.array()?)
        .map_err(|_| Failure::new("bad_request", "the holder's secret is malformed"))
}

fn credential(json: &str, manifest: &str, secret: &HolderSecret) -> Result<Credential, Failure> {
    let issuer = issuer(manifest)?;
    let holder = secret.holder_id(issuer.issuer_key_hash());
    Credential::open(json.as_bytes(), &issuer, holder)
        .map_err(|error| Failure::new("credential", error))
}
