//! A demonstration verifier.

use std::path::Path;

use serde_json::{Value, json};

use super::{
    Demo, DemoIssuer,
    words::{self, DeskWords},
};
use crate::serve::{
    files,
    origin::Party,
    store::{ResponseMode, Seconds, StoreError},
};

/// A verifier with its question and key.
pub struct DemoDesk {
    /// What it says about itself.
    pub words: &'static DeskWords,
    party: Party,
}

/// A request, ready to hand out.
pub struct Asked {
    /// The compact JWS.
    pub jwt: String,
    /// What it signs, for people to read.
    pub json: Value,
}

/// Why an answer is refused.
#[derive(Debug)]
pub struct Refused {
    /// Which rule failed.
    pub rule: String,
    /// Whose fault it is.
    pub fault: String,
    /// The reason, for people.
    pub reason: String,
}

impl Refused {
    /// A refusal by a rule of this program.
    pub fn new(rule: &str, fault: &str, reason: &str) -> Self {
        Self {
            rule: rule.into(),
            fault: fault.into(),
            reason: reason.into(),
        }
    }
}

impl DemoDesk {
    pub fn open(folder: &Path, party: Party, _registry: &DemoIssuer) -> anyhow::Result<Self> {
        files::make_private_folder(folder)?;
        Ok(Self {
            words: words::desk(party),
            party,
        })
    }
    pub fn client_id(&self) -> &str {
        "decentralized_identifier:did:key:z6Mk"
    }

    /// What is asked, for people.
    pub fn asks(&self) -> Vec<(&'static str, String)> {
        let shown: &[&str] = match self.party {
            Party::Rental => &["Family name", "Licence category"],
            _ => &[],
        };
        let shown = match shown {
            [] => ("Shown", "nothing".to_owned()),
            names => ("Shown", names.join(", ")),
        };
        let proved = self
            .words
            .facts
            .iter()
            .map(|fact| ("Proved", (*fact).to_owned()));
        let from = ("From", "a driving licence of the Motor Registry".to_owned());
        proved.chain([shown, from]).collect()
    }

    pub fn ask(
        &self,
        _mode: ResponseMode,
        _destination: &str,
        state: &str,
        now: Seconds,
        expires: Seconds,
    ) -> Result<Asked, String> {
        Ok(Asked {
            jwt: String::new(),
            json: json!({"state": state, "iat": now, "exp": expires}),
        })
    }
}

impl Demo {
    pub fn check(
        &self,
        _party: Party,
        _jwt: &str,
        _presentation: &[u8],
        _now: Seconds,
        _once: impl Fn(&str, &str) -> Result<bool, StoreError>,
    ) -> Result<Result<Value, Refused>, StoreError> {
        Ok(Err(Refused::new("x", "x", "x")))
    }
}
