//! The signed part of a status list.

use alloc::vec::Vec;
use core::fmt;

use glimpse_primitives::field;
use glimpse_primitives::merkle::Cap;

use crate::CodecError;
use crate::codec::{Reader, Wire, Writer, build};
use crate::identity::{Did, Identity};
use crate::request::CLOCK_SKEW;
use crate::tag;
use crate::time::DateTime;

/// The longest time in seconds for which a list may be valid: 31 days.
pub const MAX_VALIDITY: i64 = 31 * 86_400;

/// The greatest length of a head in bytes.
pub(super) const MAX_HEAD_BYTES: usize = 512;

const MAX_DID: usize = 128;

/// The number of a published version of a status list; each is greater than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(u64);

/// The signed part of a status list: issuer, epoch, period and roots. It is all that a verifier needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusHead {
    issuer: Did,
    epoch: Epoch,
    valid_from: DateTime,
    valid_until: DateTime,
    roots: Cap,
    signature: [u8; 64],
}

/// Why a head was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatusHeadError {
    /// Not a head, or not in canonical form.
    #[error("not the head of a status list: {0}")]
    Form(#[from] CodecError),
    /// It ends before it begins, or is valid for too long.
    #[error("a status list is valid for at most 31 days")]
    Period,
    /// Its issuer did not sign exactly this.
    #[error("the status list's signature does not fit: it was changed, or signed by another key")]
    Signature,
}

/// Why a list does not count at this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StaleStatus {
    /// It begins in the future.
    #[error("the status list is of the future: one of the clocks is wrong")]
    NotYet,
    /// It ended too long ago.
    #[error("the status list has ended")]
    Ended,
    /// A newer one began too long ago.
    #[error("there is a newer status list")]
    Superseded,
}

/// How a head stands to the one that its reader has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// They are the same.
    Same,
    /// It is the newer one.
    Newer,
}

/// Why a head must not take the place of the one that its reader has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SuccessionError {
    /// Another issuer's list.
    #[error("the status list is signed by another issuer")]
    OtherIssuer,
    /// An epoch that has passed.
    #[error("the status list is older than one that was seen before")]
    Rollback,
    /// The issuer signed two lists for one epoch, or an epoch that begins before an earlier one: holders or verifiers
    /// are shown different lists.
    #[error("the issuer has published two different status lists as one")]
    Equivocation,
}

impl Epoch {
    /// The first epoch.
    pub const FIRST: Self = Self(1);

    /// The epoch of that number; `None` for 0.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        match number {
            0 => None,
            number => Some(Self(number)),
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The epoch that follows; `None` after the last one.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Wire for StatusHead {
    const MAX_BYTES: usize = MAX_HEAD_BYTES;

    fn write(&self, writer: &mut Writer) {
        writer.array(2);
        self.write_signed(writer);
        writer.bytes(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.tuple(2)?;
        reader.tuple(6)?;
        reader.version(1)?;
        let issuer = reader.text(MAX_DID)?;
        let issuer = issuer
            .parse()
            .map_err(|_| CodecError::Invalid("not a did:key of Ed25519"))?;
        let epoch = Epoch::new(reader.uint()?).ok_or(CodecError::Invalid("epochs count from 1"))?;
        let valid_from = instant(reader)?;
        let valid_until = instant(reader)?;
        reader.tuple(4)?;
        let mut roots = Cap::default();
        for root in &mut roots {
            *root = field::from_bytes(&reader.byte_array()?)
                .map_err(|_| CodecError::Invalid("not a field element"))?;
        }
        Ok(Self {
            issuer,
            epoch,
            valid_from,
            valid_until,
            roots,
            signature: reader.byte_array()?,
        })
    }
}

impl StatusHead {
    pub(super) fn sign(
        epoch: Epoch,
        valid_from: DateTime,
        valid_until: DateTime,
        roots: Cap,
        identity: &Identity,
    ) -> Result<Self, StatusHeadError> {
        let mut head = Self {
            issuer: identity.did(),
            epoch,
            valid_from,
            valid_until,
            roots,
            signature: [0; 64],
        };
        head.check_period()?;
        head.signature = identity.sign_in(tag::STATUS_LIST, &head.signed_bytes());
        Ok(head)
    }

    /// Reads the canonical form and checks the signature.
    ///
    /// # Errors
    /// [`StatusHeadError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatusHeadError> {
        let head = Self::from_wire(bytes)?;
        head.check_period()?;
        head.issuer
            .verify_in(tag::STATUS_LIST, &head.signed_bytes(), &head.signature)
            .map_err(|_| StatusHeadError::Signature)?;
        Ok(head)
    }

    /// The canonical form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_wire()
    }

    /// Whether this may take the place of `known`, the one that its reader has.
    ///
    /// # Errors
    /// [`SuccessionError`].
    pub fn succeeds(&self, known: &Self) -> Result<Order, SuccessionError> {
        if self.issuer != known.issuer {
            return Err(SuccessionError::OtherIssuer);
        }
        match self.epoch.cmp(&known.epoch) {
            core::cmp::Ordering::Less => Err(SuccessionError::Rollback),
            core::cmp::Ordering::Equal if self.signed_bytes() == known.signed_bytes() => {
                Ok(Order::Same)
            }
            core::cmp::Ordering::Greater if self.valid_from >= known.valid_from => Ok(Order::Newer),
            _ => Err(SuccessionError::Equivocation),
        }
    }

    /// Whether the list counts at `now` for whoever accepts one for `tolerance` seconds after it has ended, or after a
    /// newer one among `known` has begun. With a tolerance of 0 only the newest counts. Heads of other issuers among
    /// `known` are passed over.
    ///
    /// # Errors
    /// [`StaleStatus`].
    pub fn check_time<'k>(
        &self,
        known: impl IntoIterator<Item = &'k Self>,
        now: DateTime,
        tolerance: u32,
    ) -> Result<(), StaleStatus> {
        let since = |time: DateTime| now.unix() - time.unix();
        let tolerance = i64::from(tolerance);
        if since(self.valid_from) < -CLOCK_SKEW {
            return Err(StaleStatus::NotYet);
        }
        if since(self.valid_until) > tolerance {
            return Err(StaleStatus::Ended);
        }
        let superseded = known.into_iter().any(|later| {
            later.issuer == self.issuer
                && later.epoch > self.epoch
                && since(later.valid_from) >= tolerance
        });
        match superseded {
            true => Err(StaleStatus::Superseded),
            false => Ok(()),
        }
    }

    /// Whose credentials it is about.
    #[must_use]
    pub fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// Its epoch.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// When it begins to count.
    #[must_use]
    pub fn valid_from(&self) -> DateTime {
        self.valid_from
    }

    /// Until when the issuer promises that no newer one is needed.
    #[must_use]
    pub fn valid_until(&self) -> DateTime {
        self.valid_until
    }

    /// The four nodes below the root of its tree.
    #[must_use]
    pub fn roots(&self) -> &Cap {
        &self.roots
    }

    fn check_period(&self) -> Result<(), StatusHeadError> {
        let validity = self.valid_until.unix() - self.valid_from.unix();
        if (1..=MAX_VALIDITY).contains(&validity) {
            Ok(())
        } else {
            Err(StatusHeadError::Period)
        }
    }

    fn signed_bytes(&self) -> Vec<u8> {
        build(|writer| self.write_signed(writer))
    }

    fn write_signed(&self, writer: &mut Writer) {
        writer.array(6).uint(1).text(self.issuer.as_str());
        writer.uint(self.epoch.0);
        writer.int(self.valid_from.unix());
        writer.int(self.valid_until.unix());
        writer.array(self.roots.len());
        for root in &self.roots {
            writer.bytes(&field::to_bytes(root));
        }
    }
}

fn instant(reader: &mut Reader<'_>) -> Result<DateTime, CodecError> {
    DateTime::from_unix(reader.int()?)
        .map_err(|_| CodecError::Invalid("outside the years 1 to 9999"))
}
