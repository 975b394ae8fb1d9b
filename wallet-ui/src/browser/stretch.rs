use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use glimpse_wallet::vault::{
    Passphrase, Salt, Stretch, StretchError, StretchParameters, StretchedKey,
};
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use zeroize::{Zeroize, Zeroizing};

use super::worker::{ProofWorker, WorkerFault, member};

impl Stretch for ProofWorker {
    async fn stretch(
        &self,
        passphrase: &Passphrase,
        salt: &Salt,
        parameters: StretchParameters,
    ) -> Result<StretchedKey, StretchError> {
        let body = message(passphrase, salt, parameters).map_err(|_| StretchError::Interrupted)?;
        let job = self.call("stretch", &body).map_err(fault)?;
        let reply = job.end().await.map_err(fault)?;
        let text = member(&reply, "key").and_then(|key| key.as_string());
        let text = Zeroizing::new(text.ok_or(StretchError::Interrupted)?);
        let mut key = [0; 32];
        let read = URL_SAFE_NO_PAD.decode_slice(text.as_bytes(), &mut key);
        let stretched = StretchedKey::new(key);
        key.zeroize();
        match read {
            Ok(32) => Ok(stretched),
            _ => Err(StretchError::Interrupted),
        }
    }
}

fn message(
    passphrase: &Passphrase,
    salt: &Salt,
    parameters: StretchParameters,
) -> Result<Object, JsValue> {
    let params = Object::new();
    for (name, value) in [
        ("memory_kib", parameters.memory_kib()),
        ("passes", parameters.passes()),
        ("lanes", parameters.lanes()),
    ] {
        Reflect::set(&params, &name.into(), &value.into())?;
    }
    let body = Object::new();
    let salt = URL_SAFE_NO_PAD.encode(salt.as_bytes());
    Reflect::set(&body, &"passphrase".into(), &passphrase.expose().into())?;
    Reflect::set(&body, &"salt".into(), &salt.into())?;
    Reflect::set(&body, &"params".into(), &params)?;
    Ok(body)
}

/// Without memory the prover stops: that is the usual cause.
fn fault(fault: WorkerFault) -> StretchError {
    match fault {
        WorkerFault::Stopped => StretchError::Memory,
        WorkerFault::Cancelled
        | WorkerFault::Keys(_)
        | WorkerFault::Answer
        | WorkerFault::Refused { .. } => StretchError::Interrupted,
    }
}
