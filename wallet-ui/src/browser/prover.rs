use std::{ops::ControlFlow, rc::Rc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use glimpse_protocol::{
    circuit::CircuitId,
    enrolment::EnrolmentProof,
    holder::HolderSecret,
    manifest::{KeyManifest, KeyPolicy},
};
use glimpse_wallet::prover::{
    Answered, EnrolJob, FactJob, MadeProof, PrepareJob, PresentJob, Prover, SetJob, StatusJob,
    Watch,
};
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

use super::worker::{Event, ProofWorker, WorkerFault, member};

const KEYS: &str = "/keys/";
const MANIFEST: &str = "/keys/manifest.json";

impl ProofWorker {
    /// The manifest of the proving keys that this wallet's server offers. The first call also tells
    /// the worker where the keys are; it checks them against the same manifest.
    pub async fn manifest(&self) -> Result<Rc<KeyManifest>, WorkerFault> {
        if let Some(manifest) = self.known_manifest() {
            return Ok(manifest);
        }
        let bytes = download(MANIFEST)
            .await
            .map_err(|_| WorkerFault::Keys("they could not be fetched".into()))?;
        let manifest = KeyManifest::parse(&bytes, KeyPolicy::default())
            .map_err(|error| WorkerFault::Keys(error.to_string()))?;
        self.call("init", &object(&[("keys_base_url", KEYS)])?)?
            .end()
            .await?;
        let manifest = Rc::new(manifest);
        self.keep_manifest(&manifest);
        Ok(manifest)
    }

    /// The verifying keys that the manifest names, by file. Nothing is checked here: whoever uses
    /// them compares the digests.
    pub async fn verifying_keys(
        &self,
        manifest: &KeyManifest,
    ) -> Result<Vec<(String, Vec<u8>)>, WorkerFault> {
        let mut files = Vec::new();
        for keys in manifest.circuits() {
            let file = &keys.verifying_key.file;
            let bytes = download(&format!("{KEYS}{file}"))
                .await
                .map_err(|_| WorkerFault::Keys(format!("{file} could not be fetched")))?;
            files.push((file.clone(), bytes));
        }
        Ok(files)
    }

    /// Which build of the prover runs, as `(build, reason)` of `docs/protocol/worker.md`.
    pub async fn module(&self) -> Result<(String, String), WorkerFault> {
        let reply = self.call("module", &Object::new())?.end().await?;
        let text = |name| member(&reply, name).and_then(|text| text.as_string());
        text("build").zip(text("reason")).ok_or(WorkerFault::Answer)
    }

    async fn work(&self, op: &str, body: Object, watch: Watch<'_>) -> Result<JsValue, WorkerFault> {
        self.manifest().await?;
        let mut job = self.call(op, &body)?;
        loop {
            match job.next().await {
                // Fetching keys counts before the proof: neither end of its scale is reached.
                Event::Progress(report) => {
                    let going_on = match report.stage.as_str() {
                        "proof" => watch(report.done, report.total),
                        _ => ControlFlow::Continue(()),
                    };
                    if going_on.is_break() {
                        return Err(WorkerFault::Cancelled);
                    }
                }
                Event::End(outcome) => return outcome,
            }
        }
    }
}

impl Prover for ProofWorker {
    type Error = WorkerFault;

    async fn key_digest(&self, circuit: CircuitId) -> Result<[u8; 32], Self::Error> {
        let manifest = self.manifest().await?;
        let keys = manifest
            .keys(circuit)
            .ok_or_else(|| WorkerFault::Keys(format!("there is none for the circuit {circuit}")))?;
        Ok(keys.verifying_key.sha256.to_bytes())
    }

    async fn enrol(
        &self,
        job: EnrolJob<'_>,
        watch: Watch<'_>,
    ) -> Result<EnrolmentProof, Self::Error> {
        let body = object(&[
            ("issuer", &job.issuer.to_json().to_string()),
            ("nonce", &job.nonce.to_base64()),
            ("holder_secret", &secret(job.secret)),
        ])?;
        let bytes = bytes(&self.work("enrol", body, watch).await?, "enrolment")?;
        EnrolmentProof::from_bytes(&bytes).map_err(|_| WorkerFault::Answer)
    }

    async fn prepare(
        &self,
        job: PrepareJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, Self::Error> {
        let credential = Zeroizing::new(job.credential.to_json_string());
        let body = object(&[
            ("credential", &credential),
            ("issuer", &job.issuer.to_json().to_string()),
            ("holder_secret", &secret(job.secret)),
        ])?;
        bytes(&self.work("prepare", body, watch).await?, "prepared")
    }

    async fn prepare_fact(&self, job: FactJob<'_>) -> Result<Zeroizing<Vec<u8>>, Self::Error> {
        let slots = encoded(job.slots);
        let body = object(&[("circuit", job.circuit.name()), ("slots", &slots)])?;
        bytes(&self.work("fact", body, &mut unwatched()).await?, "proof")
    }

    async fn check_list(&self, list: &[u8]) -> Result<bool, Self::Error> {
        let body = object(&[("list", &encoded(list))])?;
        let reply = self.work("check_list", body, &mut unwatched()).await?;
        let genuine = member(&reply, "genuine").and_then(|genuine| genuine.as_bool());
        genuine.ok_or(WorkerFault::Answer)
    }

    async fn prepare_status(
        &self,
        job: StatusJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, Self::Error> {
        let credential = Zeroizing::new(job.credential.to_json_string());
        let body = object(&[
            ("credential", &credential),
            ("issuer", &job.issuer.to_json().to_string()),
            ("holder_secret", &secret(job.secret)),
            ("list", &encoded(job.list)),
        ])?;
        bytes(&self.work("status", body, watch).await?, "proof")
    }

    async fn check_set(&self, file: &[u8]) -> Result<bool, Self::Error> {
        let body = Object::new();
        set(&body, "set", &Uint8Array::from(file))?;
        let reply = self.work("check_set", body, &mut unwatched()).await?;
        let genuine = member(&reply, "genuine").and_then(|genuine| genuine.as_bool());
        genuine.ok_or(WorkerFault::Answer)
    }

    async fn prepare_set(
        &self,
        job: SetJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, Self::Error> {
        let body = object(&[("value", &encoded(job.value))])?;
        set(&body, "set", &Uint8Array::from(job.file))?;
        set(&body, "negated", &job.negated.into())?;
        bytes(&self.work("set", body, watch).await?, "proof")
    }

    async fn present(
        &self,
        job: PresentJob<'_>,
        watch: Watch<'_>,
    ) -> Result<Answered, Self::Error> {
        let cards = Array::new();
        for (card, query) in job.cards.iter().zip(job.request.queries()) {
            let credential = Zeroizing::new(card.credential.to_json_string());
            let held = object(&[
                ("query", query.id()),
                ("credential", &credential),
                ("issuer", &card.issuer.to_json().to_string()),
            ])?;
            if let Some(prepared) = card.prepared {
                set(&held, "prepared", &encoded(prepared).as_str().into())?;
            }
            if let Some(head) = card.status {
                set(&held, "status", &encoded(&head.to_bytes()).as_str().into())?;
            }
            cards.push(&held);
        }
        let body = object(&[
            ("request", &URL_SAFE_NO_PAD.encode(job.request.bytes())),
            ("holder_secret", &secret(job.secret)),
        ])?;
        set(&body, "credentials", &cards)?;
        let kept = Array::new();
        for proof in &job.kept {
            kept.push(&encoded(proof).as_str().into());
        }
        set(&body, "kept", &kept)?;
        let reply = self.work("present", body, watch).await?;
        let made = member(&reply, "made").ok_or(WorkerFault::Answer)?;
        Ok(Answered {
            presentation: bytes(&reply, "presentation")?.to_vec(),
            made: Array::from(&made)
                .iter()
                .map(made_proof)
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Bytes in a reply, which travel as base64url.
fn bytes(reply: &JsValue, name: &str) -> Result<Zeroizing<Vec<u8>>, WorkerFault> {
    let text = member(reply, name).and_then(|text| text.as_string());
    let text = Zeroizing::new(text.ok_or(WorkerFault::Answer)?);
    let bytes = URL_SAFE_NO_PAD.decode(text.as_bytes());
    bytes.map(Zeroizing::new).map_err(|_| WorkerFault::Answer)
}

fn made_proof(made: JsValue) -> Result<MadeProof, WorkerFault> {
    let number = member(&made, "number").and_then(|number| number.as_f64());
    Ok(MadeProof {
        proof: number.ok_or(WorkerFault::Answer)? as usize,
        bytes: bytes(&made, "proof")?,
    })
}

/// Nobody waits for these: they are short, or done in the background.
fn unwatched() -> impl FnMut(u32, u32) -> ControlFlow<()> {
    |_, _| ControlFlow::Continue(())
}

fn encoded(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes))
}

fn secret(secret: &HolderSecret) -> Zeroizing<String> {
    encoded(secret.to_bytes().as_slice())
}

fn object(members: &[(&str, &str)]) -> Result<Object, WorkerFault> {
    let object = Object::new();
    for (name, value) in members {
        set(&object, name, &(*value).into())?;
    }
    Ok(object)
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), WorkerFault> {
    Reflect::set(object, &name.into(), value)
        .map(drop)
        .map_err(|_| WorkerFault::Stopped)
}

/// A file of the wallet's own server.
pub(super) async fn download(path: &str) -> Result<Vec<u8>, JsValue> {
    let response: web_sys::Response = JsFuture::from(window().fetch_with_str(path))
        .await?
        .dyn_into()?;
    if !response.ok() {
        return Err(JsValue::from_f64(response.status().into()));
    }
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
