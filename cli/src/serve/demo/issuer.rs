//! A demonstration issuer.

use std::path::Path;

use serde_json::Value;

use super::{
    field::Field,
    words::{self, IssuerWords},
};
use crate::serve::{
    files,
    origin::{Origins, Party},
    store::Seconds,
};

/// An issuer with its schema, sample people and keys.
pub struct DemoIssuer {
    /// What it says about itself.
    pub words: &'static IssuerWords,
    /// Its schema's attributes.
    pub fields: Vec<Field>,
    /// Made-up people.
    pub samples: Vec<Value>,
    /// Its signed manifest.
    pub manifest_json: Value,
    configuration: String,
}

pub struct Checked;
impl Checked {
    pub fn nonce(&self) -> Vec<u8> {
        vec![]
    }
}

impl DemoIssuer {
    pub fn open(folder: &Path, party: Party, origins: &Origins) -> anyhow::Result<Self> {
        files::make_private_folder(folder)?;
        let (schema, samples) = match party {
            Party::University => (
                include_str!("../../../demo/student.schema.json"),
                include_str!("../../../demo/student.samples.json"),
            ),
            _ => (
                include_str!("../../../demo/licence.schema.json"),
                include_str!("../../../demo/licence.samples.json"),
            ),
        };
        let _ = origins;
        let schema: Value = serde_json::from_str(schema)?;
        Ok(Self {
            words: words::issuer(party),
            fields: serde_json::from_value(schema["attributes"].clone())?,
            samples: serde_json::from_str(samples)?,
            manifest_json: Value::Null,
            configuration: schema["id"].as_str().unwrap_or_default().to_owned(),
        })
    }

    pub fn configuration(&self) -> &str {
        &self.configuration
    }
    pub fn check_attributes(&self, _attributes: &Value) -> Result<(), String> {
        Ok(())
    }
    pub fn check_enrolment(&self, _enrolment: &[u8]) -> Result<Checked, String> {
        Err("x".into())
    }
    pub fn sign(
        &self,
        _c: &Checked,
        _a: &Value,
        _index: u32,
        _now: Seconds,
    ) -> Result<Value, String> {
        Err("x".into())
    }
}
