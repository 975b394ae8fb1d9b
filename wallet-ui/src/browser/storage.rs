use glimpse_wallet::store::{Batch, Change, RecordName, Storage};
use idb::{DatabaseEvent, Factory, ObjectStore, ObjectStoreParams, Transaction};
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, IdbDatabase, IdbTransaction};

use super::listener::Listener;

const DATABASE: &str = "glimpse";
const RECORDS: &str = "records";

/// Records in IndexedDB: one object store of byte arrays under their names. What it is given is
/// ciphertext, and it adds nothing.
pub struct IndexedDb {
    database: IdbDatabase,
    _gives_way: Listener,
}

/// IndexedDB did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum IndexedDbError {
    /// The browser forbids storage here, as in some private windows.
    #[error("this browser does not let the wallet store anything")]
    Forbidden,
    /// The disk or the quota is full. The transaction was undone.
    #[error("there is no space left")]
    Full,
    /// Anything else that the browser reports, by the name of its exception.
    #[error("the browser's storage failed ({0})")]
    Failed(String),
}

impl IndexedDb {
    /// Opens the database and makes it on first use.
    pub async fn open() -> Result<Self, IndexedDbError> {
        let factory = Factory::new().map_err(|_| IndexedDbError::Forbidden)?;
        let mut request = factory.open(DATABASE, Some(1))?;
        request.on_upgrade_needed(|event| {
            // Failing here fails the request, which reports it.
            if let Ok(database) = event.database() {
                let _ = database.create_object_store(RECORDS, ObjectStoreParams::new());
            }
        });
        let database: IdbDatabase = request.await?.into();
        // Another tab may erase the wallet only when this one lets go of it.
        let held = database.clone();
        let gives_way = Listener::new(&database, "versionchange", move |_: Event| held.close())?;
        Ok(Self {
            database,
            _gives_way: gives_way,
        })
    }

    /// Erases everything and closes the database.
    pub async fn destroy(self) -> Result<(), IndexedDbError> {
        drop(self);
        let factory = Factory::new().map_err(|_| IndexedDbError::Forbidden)?;
        Ok(factory.delete(DATABASE)?.await?)
    }

    /// A transaction over the records. `strict`: done means on the disk, not in a cache of the
    /// operating system; the binding does not offer that option, so the call goes by name.
    fn transaction(&self, mode: &str) -> Result<(Transaction, ObjectStore), IndexedDbError> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let method: Function = Reflect::get(&self.database, &"transaction".into())?.dyn_into()?;
        let arguments = Array::of3(&RECORDS.into(), &mode.into(), &options);
        let transaction: IdbTransaction = method.apply(&self.database, &arguments)?.dyn_into()?;
        let transaction = Transaction::from(transaction);
        let records = transaction.object_store(RECORDS)?;
        Ok((transaction, records))
    }
}

/// An open connection would hold up an erasure until it is garbage.
impl Drop for IndexedDb {
    fn drop(&mut self) {
        self.database.close();
    }
}

impl Storage for IndexedDb {
    type Error = IndexedDbError;

    async fn get(&self, name: &RecordName) -> Result<Option<Vec<u8>>, Self::Error> {
        let (_transaction, records) = self.transaction("readonly")?;
        let value = records.get(key(name))?.await?;
        Ok(value.map(|value| Uint8Array::new(&value).to_vec()))
    }

    async fn list(&self) -> Result<Vec<RecordName>, Self::Error> {
        let (_transaction, records) = self.transaction("readonly")?;
        let keys = records.get_all_keys(None, None)?.await?;
        // Names that are not ours were not written by this program and are none of its business.
        Ok(keys
            .iter()
            .filter_map(|key| key.as_string()?.parse().ok())
            .collect())
    }

    async fn apply(&self, batch: Batch) -> Result<(), Self::Error> {
        let (transaction, records) = self.transaction("readwrite")?;
        // The requests are queued in order within one transaction, which happens whole or not at all.
        for change in batch.changes() {
            match change {
                Change::Put(name, bytes) => {
                    records.put(&Uint8Array::from(bytes.as_slice()), Some(&key(name)))?;
                }
                Change::Delete(name) => {
                    records.delete(key(name))?;
                }
            }
        }
        transaction.await?;
        Ok(())
    }
}

/// Asks the browser not to evict the wallet when space gets short. It may say no; nothing depends
/// on the answer.
pub fn keep_storage() {
    if let Ok(promise) = window().navigator().storage().persist() {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

fn key(name: &RecordName) -> JsValue {
    name.to_string().into()
}

impl From<idb::Error> for IndexedDbError {
    fn from(error: idb::Error) -> Self {
        match error {
            idb::Error::DomException(exception) => Self::from(JsValue::from(exception)),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<JsValue> for IndexedDbError {
    fn from(error: JsValue) -> Self {
        let name = Reflect::get(&error, &"name".into())
            .ok()
            .and_then(|name| name.as_string())
            .unwrap_or_else(|| "unknown".into());
        match name.as_str() {
            "QuotaExceededError" => Self::Full,
            "SecurityError" | "InvalidStateError" => Self::Forbidden,
            _ => Self::Failed(name),
        }
    }
}
