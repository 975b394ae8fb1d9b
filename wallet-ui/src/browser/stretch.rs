use glimpse_wallet::vault::{
    Passphrase, Salt, Stretch, StretchError, StretchParameters, StretchedKey,
};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use zeroize::Zeroize;

use super::worker::{ProofWorker, WorkerFault};

impl Stretch for ProofWorker {
    async fn stretch(
        &self,
        passphrase: &Passphrase,
        salt: &Salt,
        parameters: StretchParameters,
    ) -> Result<StretchedKey, StretchError> {
        let body = message(passphrase, salt, parameters).map_err(|_| StretchError::Interrupted)?;
        let job = self.call("stretch", &body, None).map_err(fault)?;
        let reply = job.reply().await.map_err(fault)?;
        let bytes: Uint8Array = reply.dyn_into().map_err(|_| StretchError::Interrupted)?;
        if bytes.length() != 32 {
            return Err(StretchError::Interrupted);
        }
        let mut key = [0; 32];
        bytes.copy_to(&mut key);
        // The reply's own copy is wiped too, as far as a page can.
        bytes.fill(0, 0, 32);
        let stretched = StretchedKey::new(key);
        key.zeroize();
        Ok(stretched)
    }
}

fn message(
    passphrase: &Passphrase,
    salt: &Salt,
    parameters: StretchParameters,
) -> Result<Object, JsValue> {
    let costs = Object::new();
    Reflect::set(&costs, &"memory_kib".into(), &parameters.memory_kib().into())?;
    Reflect::set(&costs, &"passes".into(), &parameters.passes().into())?;
    Reflect::set(&costs, &"lanes".into(), &parameters.lanes().into())?;
    let body = Object::new();
    Reflect::set(&body, &"passphrase".into(), &passphrase.expose().into())?;
    Reflect::set(&body, &"salt".into(), &Uint8Array::from(salt.as_bytes().as_slice()))?;
    Reflect::set(&body, &"params".into(), &costs)?;
    Ok(body)
}

fn fault(fault: WorkerFault) -> StretchError {
    match fault {
        WorkerFault::Refused { code, .. } if code == "memory" => StretchError::Memory,
        WorkerFault::Refused { .. } | WorkerFault::Cancelled | WorkerFault::Stopped => {
            StretchError::Interrupted
        }
    }
}
