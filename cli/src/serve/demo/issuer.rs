//! A demonstration issuer: its schema, its keys, and the signing of what a form said.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;
use glimpse_issuer::{
    CheckedEnrolment, EnrolmentError, IssueError, Issuer, IssuerKeys, Order, Profile,
};
use glimpse_protocol::{
    circuit::CircuitId,
    credential::StatusIndex,
    enrolment::EnrolmentProof,
    manifest::{Display, IssuerManifest},
    schema::{AttributesError, Schema},
    status::{StatusHead, StatusList},
    time::{Date, DateTime},
};
use glimpse_verifier::KeySet;
use rand::rngs::OsRng;
use serde_json::Value;

use super::words::{self, IssuerWords};
use crate::{
    serve::{
        files,
        origin::{Origins, Party},
    },
    status_folder::StatusFolder,
};

/// How long a credential without an expiry date of its own is valid, in days.
const VALID_FOR: i64 = 365;

/// How long a status list is valid, in seconds. A new one is published when half of it has passed.
const STATUS_VALID_FOR: i64 = 86_400;

/// How many lists before the published one are remembered, for verifiers that accept them for a while.
const EARLIER: usize = 16;

/// An issuer with its schema, sample people and keys.
pub struct DemoIssuer {
    /// What it says about itself.
    pub words: &'static IssuerWords,
    /// The one schema that it issues.
    pub schema: Schema,
    /// Made-up people, as attribute objects.
    pub samples: Vec<Value>,
    issuer: Issuer,
    status_folder: StatusFolder,
    status: Mutex<Published>,
}

/// What is published.
#[derive(Default)]
struct Published {
    /// The list, so that it is read and checked once.
    list: Option<StatusList>,
    /// The heads of the lists before it that this process has published or read, oldest first.
    earlier: Vec<StatusHead>,
}

fn contents(party: Party) -> (&'static str, &'static str) {
    match party {
        Party::University => (
            include_str!("../../../demo/student.schema.json"),
            include_str!("../../../demo/student.samples.json"),
        ),
        Party::Registry
        | Party::Wallet
        | Party::Bar
        | Party::Rental
        | Party::Forum
        | Party::Cinema
        | Party::Bank => (
            include_str!("../../../demo/licence.schema.json"),
            include_str!("../../../demo/licence.samples.json"),
        ),
    }
}

impl DemoIssuer {
    /// Opens the issuer in `folder`: makes its keys if there are none, and signs its manifest anew.
    pub fn open(
        folder: &Path,
        party: Party,
        origins: &Origins,
        now: DateTime,
    ) -> anyhow::Result<Self> {
        files::make_private_folder(folder)?;
        let (schema, samples) = contents(party);
        let schema = Schema::parse(schema.as_bytes()).context("the schema is refused")?;
        let keys =
            zeroize::Zeroizing::new(files::read_or_create(&folder.join("keys.json"), || {
                let keys = IssuerKeys::generate(&mut OsRng).map_err(std::io::Error::other)?;
                Ok(keys.to_json().as_bytes().to_vec())
            })?);
        let keys = IssuerKeys::parse(&keys)?;
        let words = words::issuer(party);
        let profile = Profile {
            name: party.name().to_owned(),
            url: Some(origins.url(party)),
            display: Some(Display {
                background: words.background_colour.to_owned(),
                foreground: words.text_colour.to_owned(),
                mark: words.mark.to_owned(),
            }),
        };
        let mut issuer = Issuer::create(keys, profile, now)?;
        issuer.add_schema(schema.clone(), now)?;
        Ok(Self {
            words,
            schema,
            samples: serde_json::from_str(samples)?,
            issuer,
            status_folder: StatusFolder::new(folder),
            status: Mutex::new(Published::default()),
        })
    }

    /// The status list as it is served, of a new epoch if the last one has grown old.
    pub fn status_list(&self, now: DateTime) -> anyhow::Result<Vec<u8>> {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.current(&mut status, now)?.to_bytes())
    }

    /// The heads of the published list and of those before it, newest last.
    pub fn status_heads(&self, now: DateTime) -> anyhow::Result<Vec<StatusHead>> {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = self.current(&mut status, now)?.head().clone();
        Ok(status.earlier.iter().cloned().chain([newest]).collect())
    }

    /// Revokes a credential or reinstates it, and publishes at once. Tells whether that changed anything.
    pub fn set_revoked(
        &self,
        index: StatusIndex,
        revoked: bool,
        now: DateTime,
    ) -> anyhow::Result<bool> {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = self.status_folder.set_revoked(index, revoked)?;
        if changed {
            self.publish(&mut status, now)?;
        }
        Ok(changed)
    }

    fn current<'s>(
        &self,
        status: &'s mut Published,
        now: DateTime,
    ) -> anyhow::Result<&'s StatusList> {
        if status.list.is_none() {
            status.list = self.status_folder.published()?;
        }
        let half = now.plus_seconds(STATUS_VALID_FOR / 2);
        let fresh = |list: &StatusList| half <= list.head().valid_until();
        if !status.list.as_ref().is_some_and(fresh) {
            self.publish(status, now)?;
        }
        status.list.as_ref().context("no status list was published")
    }

    fn publish(&self, status: &mut Published, now: DateTime) -> anyhow::Result<()> {
        let folder = &self.status_folder;
        let list = folder.publish(&self.issuer, now, STATUS_VALID_FOR)?;
        if let Some(before) = status.list.replace(list) {
            status.earlier.push(before.head().clone());
            let surplus = status.earlier.len().saturating_sub(EARLIER);
            status.earlier.drain(..surplus);
        }
        Ok(())
    }

    /// What the issuer says of itself, signed.
    pub fn manifest(&self) -> &IssuerManifest {
        self.issuer.manifest()
    }

    /// The credential configuration, which is named like the schema.
    pub fn configuration(&self) -> &str {
        self.schema.id().as_str()
    }

    /// Whether a form's values fit the schema.
    pub fn check_attributes(&self, attributes: &Value) -> Result<(), AttributesError> {
        self.schema
            .read_attributes(attributes.to_string().as_bytes())
            .map(drop)
    }

    /// Checks an enrolment's proof. Whether its nonce is one of ours, and unused, is the store's to say.
    pub fn check_enrolment(
        &self,
        enrolment: &EnrolmentProof,
        keys: &KeySet,
    ) -> Result<CheckedEnrolment, EnrolmentError> {
        let key = keys.get(CircuitId::Enrolment).ok_or(EnrolmentError::Key)?;
        self.issuer.check_enrolment(enrolment, key, &mut OsRng)
    }

    /// Signs the attributes to the holder of a checked enrolment. The credential lasts as long as the document it
    /// stands for, if that says so.
    pub fn sign(
        &self,
        enrolment: &CheckedEnrolment,
        attributes: &Value,
        index: u32,
        now: DateTime,
    ) -> Result<Value, IssueError> {
        let today = now.date();
        let stated = attributes.get("expiry_date").and_then(Value::as_str);
        let stated = stated.and_then(|day| day.parse::<Date>().ok());
        let expires_on = stated.unwrap_or_else(|| today.plus_days(VALID_FOR).unwrap_or(Date::MAX));
        let attributes = attributes.to_string();
        let order = Order {
            schema: self.schema.id(),
            status_index: StatusIndex::new(index),
            // An expired document can still be had in a demonstration: it must be refused where it is shown.
            issued_on: today.min(expires_on),
            expires_on,
            attributes: attributes.as_bytes(),
        };
        Ok(self.issuer.sign(order, enrolment)?.to_json())
    }
}
