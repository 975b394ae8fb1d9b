//! Revoking, and publishing the status list of the next epoch.

use glimpse_protocol::credential::StatusIndex;
use glimpse_protocol::status::{
    Entries, Epoch, MAX_VALIDITY, StatusHead, StatusHeadError, StatusList,
};
use glimpse_protocol::time::{DateTime, TimeError};

use crate::issuer::Issuer;

/// Why no list was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// What is given as the last published list is another issuer's.
    #[error("the last published status list is another issuer's")]
    OtherIssuer,
    /// There are no more epochs.
    #[error("the last epoch has been published")]
    LastEpoch,
    /// The list would be valid for too long or not at all.
    #[error(transparent)]
    Head(#[from] StatusHeadError),
    /// The list would be valid beyond the year 9999.
    #[error(transparent)]
    Time(#[from] TimeError),
}

/// An entry lies beyond the list's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a status list has 2²⁰ entries")]
pub struct NoSuchEntry;

/// Revokes a credential, or reinstates it. Tells whether that changes anything; it counts once it is published.
///
/// # Errors
/// [`NoSuchEntry`].
pub fn set_revoked(
    entries: &mut Entries,
    index: StatusIndex,
    revoked: bool,
) -> Result<bool, NoSuchEntry> {
    entries.set(index, revoked).ok_or(NoSuchEntry)
}

impl Issuer {
    /// Signs the status list of the epoch after `published`, the head of the last list that anybody may have seen, or
    /// of the first one.
    ///
    /// The caller stores the result before it hands it out, in one step with whatever it reads `published` from: two
    /// lists of one epoch would be taken for an attempt to tell holders apart. A clock that was set back does no harm,
    /// since a list never begins before the last one.
    ///
    /// # Errors
    /// [`PublishError`].
    pub fn publish_status(
        &self,
        entries: Entries,
        published: Option<&StatusHead>,
        now: DateTime,
        valid_for: i64,
    ) -> Result<StatusList, PublishError> {
        if !(1..=MAX_VALIDITY).contains(&valid_for) {
            return Err(StatusHeadError::Period.into());
        }
        let (epoch, from) = match published {
            None => (Epoch::FIRST, now),
            Some(last) if last.issuer() != self.manifest().id() => {
                return Err(PublishError::OtherIssuer);
            }
            Some(last) => {
                let epoch = last.epoch().next().ok_or(PublishError::LastEpoch)?;
                (epoch, now.max(last.valid_from()))
            }
        };
        let until = DateTime::from_unix(from.unix() + valid_for)?;
        Ok(StatusList::sign(
            entries,
            epoch,
            from,
            until,
            &self.keys().identity(),
        )?)
    }
}

#[cfg(test)]
mod tests {
    use glimpse_protocol::status::Order;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng as _};

    use super::*;
    use crate::{IssuerKeys, Profile};

    const DAY: i64 = 86_400;

    fn issuer(seed: u8) -> Issuer {
        let keys = IssuerKeys::generate(&mut ChaCha20Rng::from_seed([seed; 32])).unwrap();
        let profile = Profile {
            name: "Motor Registry".into(),
            url: None,
            display: None,
        };
        Issuer::create(keys, profile, at(0)).unwrap()
    }

    fn at(seconds: i64) -> DateTime {
        DateTime::from_unix(1_795_000_000 + seconds).unwrap()
    }

    #[test]
    fn epochs_follow_each_other_whatever_the_clock_says() {
        let issuer = issuer(1);
        let mut entries = Entries::new();
        let first = issuer
            .publish_status(entries.clone(), None, at(0), DAY)
            .unwrap();
        assert_eq!(first.head().epoch(), Epoch::FIRST);
        let index = StatusIndex::new(7);
        assert_eq!(set_revoked(&mut entries, index, true), Ok(true));
        assert_eq!(set_revoked(&mut entries, index, true), Ok(false));
        // An hour back.
        let second = issuer
            .publish_status(entries.clone(), Some(first.head()), at(-3600), DAY)
            .unwrap();
        assert_eq!(second.head().valid_from(), first.head().valid_from());
        assert_eq!(second.head().succeeds(first.head()), Ok(Order::Newer));
        assert!(second.entries().is_revoked(index));
        assert_eq!(set_revoked(&mut entries, index, false), Ok(true));
        let third = issuer
            .publish_status(entries, Some(second.head()), at(60), DAY)
            .unwrap();
        assert_eq!(third.head().epoch().get(), 3);
        assert_eq!(third.head().valid_until(), at(60 + DAY));
        assert!(!third.entries().is_revoked(index));
    }

    #[test]
    fn what_cannot_be_published_is_refused() {
        let (ours, other) = (issuer(1), issuer(2));
        let publish = |published: Option<&StatusHead>, valid_for| {
            ours.publish_status(Entries::new(), published, at(0), valid_for)
                .map(|list| list.head().epoch())
        };
        let foreign = other
            .publish_status(Entries::new(), None, at(0), DAY)
            .unwrap();
        let foreign = publish(Some(foreign.head()), DAY);
        assert_eq!(foreign, Err(PublishError::OtherIssuer));
        let period = Err(PublishError::Head(StatusHeadError::Period));
        assert_eq!(publish(None, 0), period);
        assert_eq!(publish(None, MAX_VALIDITY + 1), period);
        assert_eq!(publish(None, i64::MAX), period);
        let last = StatusList::sign(
            Entries::new(),
            Epoch::new(u64::MAX).unwrap(),
            at(0),
            at(1),
            &ours.keys().identity(),
        );
        let last = publish(Some(last.unwrap().head()), DAY);
        assert_eq!(last, Err(PublishError::LastEpoch));
        let beyond = StatusIndex::new(1 << 20);
        assert_eq!(
            set_revoked(&mut Entries::new(), beyond, true),
            Err(NoSuchEntry)
        );
    }
}
