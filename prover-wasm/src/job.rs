//! Requests that need proving keys: what they hold, checked, and what they come to.

use glimpse_protocol::{
    circuit::CircuitId, credential::Credential, holder::HolderSecret, manifest::IssuerManifest,
    nonce::Nonce, request::Request,
};
use glimpse_prover::{
    HeldCredential, PreparedCredential, PreparedPredicate, Progress, ProvingKeys, enrol, plan,
    prepare_credential, present,
};
use rand_core::OsRng;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    failure::Failure,
    read,
    request::{Bytes, Enrol, Enrolled, Held, MadeRange, Prepare, Prepared, Present, Presented},
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
        credentials: Vec<(Credential, PreparedCredential)>,
        ranges: Vec<PreparedPredicate>,
        secret: HolderSecret,
    },
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
        let held = |held: &Held| {
            let credential = credential(&held.credential, &held.issuer, &secret)?;
            let prepared = PreparedCredential::from_bytes(&held.prepared)
                .map_err(|error| Failure::new("not_prepared", error))?;
            Ok((credential, prepared))
        };
        let credentials = present
            .credentials
            .iter()
            .map(held)
            .collect::<Result<_, Failure>>()?;
        // A range proof of an earlier version is of no use any more: it is made anew.
        let ranges = present
            .ranges
            .iter()
            .filter_map(|bytes| PreparedPredicate::from_bytes(bytes).ok())
            .collect();
        Ok(Self::Present {
            request: Box::new(request),
            credentials,
            ranges,
            secret,
        })
    }

    fn circuits(&self) -> Vec<CircuitId> {
        match self {
            Self::Enrol { .. } => vec![CircuitId::Enrolment],
            Self::Prepare { credential, .. } => {
                vec![credential.body().schema().size_class().circuit()]
            }
            Self::Present {
                request,
                credentials,
                ..
            } => {
                let credentials: Vec<_> = credentials.iter().map(|(held, _)| held).collect();
                // A request that cannot be planned needs no keys to be refused.
                let mut circuits: Vec<_> = plan(request, &credentials)
                    .map(|plan| plan.proofs().iter().map(|proof| proof.circuit).collect())
                    .unwrap_or_default();
                circuits.sort_unstable();
                circuits.dedup();
                circuits
            }
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
                credentials,
                ranges,
                secret,
            } => {
                let held: Vec<_> = credentials
                    .iter()
                    .map(|(credential, prepared)| HeldCredential {
                        credential,
                        prepared,
                        status: None,
                    })
                    .collect();
                let presented = present(keys, request, &held, ranges, secret, progress, &mut OsRng)
                    .map_err(Failure::from)?;
                write(&Presented {
                    presentation: Bytes::new(presented.presentation.to_bytes()),
                    ranges: presented
                        .made
                        .iter()
                        .map(|made| MadeRange {
                            proof: made.proof,
                            range: made.predicate.to_bytes().into(),
                        })
                        .collect(),
                })
            }
        }
    }
}

fn secret(bytes: &Bytes) -> Result<HolderSecret, Failure> {
    HolderSecret::from_bytes(&*bytes.array()?)
        .map_err(|_| Failure::new("bad_request", "the holder's secret is malformed"))
}

fn issuer(json: &str) -> Result<IssuerManifest, Failure> {
    IssuerManifest::parse(json.as_bytes()).map_err(|error| Failure::new("issuer", error))
}

fn credential(json: &str, manifest: &str, secret: &HolderSecret) -> Result<Credential, Failure> {
    let issuer = issuer(manifest)?;
    let holder = secret.holder_id(issuer.issuer_key_hash());
    Credential::open(json.as_bytes(), &issuer, holder)
        .map_err(|error| Failure::new("credential", error))
}
