//! An issuer's status list on disk: what is revoked, and the list that is published.
//!
//! Two files. `revocations` is changed by revoking, and counts for nobody until it is published. `status-list` is the
//! published file, which any web server may serve as it is; its epoch is the only record of which epochs are used up,
//! and it is replaced in one step before anybody sees it. So a crash leaves the old epoch or the new one. A lock
//! keeps two programs from signing two lists of one epoch.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use glimpse_issuer::{Issuer, set_revoked};
use glimpse_protocol::{
    credential::StatusIndex,
    status::{Entries, StatusList},
    time::DateTime,
};

use crate::commands::files;

/// The published list.
pub const STATUS_LIST: &str = "status-list";
const REVOCATIONS: &str = "revocations";
const LOCK: &str = "status.lock";

/// The folder of an issuer that exists.
pub struct StatusFolder(PathBuf);

impl StatusFolder {
    /// The folder at that path.
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Revokes or reinstates a credential; tells whether that changes anything. It counts once it is published.
    pub fn set_revoked(&self, index: StatusIndex, revoked: bool) -> anyhow::Result<bool> {
        let _lock = self.lock()?;
        let mut entries = self.entries()?;
        let changed = set_revoked(&mut entries, index, revoked)?;
        if changed {
            files::write(&self.0.join(REVOCATIONS), &entries.to_bytes())?;
        }
        Ok(changed)
    }

    /// Publishes the list of the next epoch.
    pub fn publish(
        &self,
        issuer: &Issuer,
        now: DateTime,
        valid_for: i64,
    ) -> anyhow::Result<StatusList> {
        let _lock = self.lock()?;
        let published = self.published()?;
        let head = published.as_ref().map(StatusList::head);
        let list = issuer.publish_status(self.entries()?, head, now, valid_for)?;
        files::write(&self.0.join(STATUS_LIST), &list.to_bytes())?;
        Ok(list)
    }

    /// The published list, if there is one. A damaged file is an error: to begin anew would use epochs twice.
    pub fn published(&self) -> anyhow::Result<Option<StatusList>> {
        let path = self.0.join(STATUS_LIST);
        if !path.exists() {
            return Ok(None);
        }
        let list = StatusList::from_bytes(&files::read(&path)?);
        Ok(Some(list.with_context(|| {
            format!("{} is damaged", path.display())
        })?))
    }

    fn entries(&self) -> anyhow::Result<Entries> {
        let path = self.0.join(REVOCATIONS);
        if path.exists() {
            let entries = Entries::from_bytes(&files::read(&path)?);
            return entries.with_context(|| format!("{} is damaged", path.display()));
        }
        let published = self.published()?;
        Ok(published.map_or_else(Entries::new, |list| list.entries().clone()))
    }

    /// Held until dropped.
    fn lock(&self) -> anyhow::Result<fs::File> {
        let path = self.0.join(LOCK);
        let file = fs::File::create(&path);
        let file = file.with_context(|| format!("cannot make {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(_) => bail!("{} is held by another program", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use glimpse_issuer::{IssuerKeys, Profile};
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    const DAY: i64 = 86_400;

    fn at(seconds: i64) -> DateTime {
        DateTime::from_unix(1_795_000_000 + seconds).unwrap()
    }

    fn issuer() -> Issuer {
        let keys = IssuerKeys::generate(&mut StdRng::from_seed([1; 32])).unwrap();
        let profile = Profile {
            name: "Motor Registry".into(),
            url: None,
            display: None,
        };
        Issuer::create(keys, profile, at(0)).unwrap()
    }

    #[test]
    fn what_is_revoked_counts_once_it_is_published() {
        let directory = tempfile::tempdir().unwrap();
        let folder = StatusFolder::new(directory.path());
        let (issuer, index) = (issuer(), StatusIndex::new(7));
        let first = folder.publish(&issuer, at(0), DAY).unwrap();
        assert!(folder.set_revoked(index, true).unwrap());
        assert!(!folder.set_revoked(index, true).unwrap());
        assert_eq!(folder.published().unwrap(), Some(first.clone()));
        let second = folder.publish(&issuer, at(60), DAY).unwrap();
        assert!(second.entries().is_revoked(index));
        assert!(second.head().succeeds(first.head()).is_ok());
        assert!(folder.set_revoked(index, false).unwrap());
        let third = folder.publish(&issuer, at(120), DAY).unwrap();
        assert_eq!(third.head().epoch().get(), 3);
        assert!(!third.entries().is_revoked(index));
        assert!(folder.set_revoked(StatusIndex::new(1 << 20), true).is_err());
    }

    #[test]
    fn an_unfinished_publication_leaves_the_old_epoch() {
        let directory = tempfile::tempdir().unwrap();
        let folder = StatusFolder::new(directory.path());
        let issuer = issuer();
        let first = folder.publish(&issuer, at(0), DAY).unwrap();
        // Killed between the new file and its taking the name: the new file is left beside it.
        fs::write(directory.path().join(".tmp8XyZ"), b"half a list").unwrap();
        assert_eq!(folder.published().unwrap(), Some(first));
        let second = folder.publish(&issuer, at(0), DAY).unwrap();
        assert_eq!(second.head().epoch().get(), 2);
    }

    #[test]
    fn damage_is_not_taken_for_a_beginning() {
        let directory = tempfile::tempdir().unwrap();
        let folder = StatusFolder::new(directory.path());
        let issuer = issuer();
        folder.publish(&issuer, at(0), DAY).unwrap();
        let path = directory.path().join(STATUS_LIST);
        let mut bytes = fs::read(&path).unwrap();
        bytes.pop();
        fs::write(&path, bytes).unwrap();
        assert!(folder.publish(&issuer, at(0), DAY).is_err());
        fs::write(directory.path().join(REVOCATIONS), b"?").unwrap();
        assert!(folder.set_revoked(StatusIndex::new(1), true).is_err());
    }

    #[test]
    fn two_programs_do_not_publish_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let folder = StatusFolder::new(directory.path());
        let held = folder.lock().unwrap();
        assert!(folder.publish(&issuer(), at(0), DAY).is_err());
        drop(held);
        assert!(folder.publish(&issuer(), at(0), DAY).is_ok());
    }
}
