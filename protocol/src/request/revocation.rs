//! What a request asks of status lists.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value, json};

use super::MAX_ISSUERS;
use crate::identity::Did;
use crate::json::{JsonError, Node, from_base64, to_base64};
use crate::registry::LEAVES;
use crate::status::{MAX_VALIDITY, Order, StatusHead};

/// The most lists of one shown issuer on which an answer may rest.
pub const MAX_HEADS: usize = 3;

/// That a credential must not be revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRevoked {
    tolerance: u32,
    heads: Vec<StatusHead>,
}

impl NotRevoked {
    pub(super) fn new(tolerance: u32, heads: Vec<StatusHead>) -> Self {
        Self { tolerance, heads }
    }

    /// For how many seconds a list is accepted after it has ended, or after a newer one has begun.
    pub fn tolerance(&self) -> u32 {
        self.tolerance
    }

    /// The lists on which an answer may rest. Where the issuer stays hidden, one for each accepted issuer, in their order.
    /// Else one to [`MAX_HEADS`] for each, of which an answer names one: were any list good, an issuer that gives each
    /// holder an epoch of its own could tell a verifier by it who answers.
    pub fn heads(&self) -> &[StatusHead] {
        &self.heads
    }

    /// Those of one issuer.
    pub fn of<'s>(&'s self, issuer: &'s Did) -> impl Iterator<Item = &'s StatusHead> {
        self.heads
            .iter()
            .filter(move |head| head.issuer() == issuer)
    }

    /// The head in the request that says the same as this one: then an answer may rest on the list.
    pub fn accepted(&self, head: &StatusHead) -> Option<&StatusHead> {
        let same = |own: &&StatusHead| own.succeeds(head) == Ok(Order::Same);
        self.heads.iter().find(same)
    }

    /// Reads the member of `meta`. `hidden` is whether the answer leaves the issuer hidden.
    pub(super) fn from_node(
        node: Node<'_>,
        issuers: &[Did],
        hidden: bool,
    ) -> Result<Self, JsonError> {
        let mut object = node.clone().object()?;
        let place = object.get("tolerance")?;
        let tolerance: u32 = place.uint()?;
        if i64::from(tolerance) > MAX_VALIDITY {
            return Err(place.invalid("longer than the 31 days for which a list can be valid"));
        }
        let list = object.get("heads")?;
        let heads = match hidden {
            true => one_of_each(&list, issuers)?,
            false => some_of_each(&list, issuers)?,
        };
        object.finish()?;
        Ok(Self { tolerance, heads })
    }

    pub(super) fn to_json(&self) -> Value {
        let heads = self.heads.iter().map(|head| to_base64(&head.to_bytes()));
        json!({ "tolerance": self.tolerance, "heads": heads.collect::<Vec<String>>() })
    }
}

/// One signed head for each issuer, in their order.
fn one_of_each(list: &Node<'_>, issuers: &[Did]) -> Result<Vec<StatusHead>, JsonError> {
    let items = list.array(MAX_ISSUERS)?;
    if items.len() != issuers.len() {
        return Err(list.invalid("must give the head of each issuer's list, in their order"));
    }
    if issuers.len() > LEAVES {
        return Err(list.invalid("at most 16 issuers whose lists count can be hidden"));
    }
    let read = |(item, issuer): (Node<'_>, &Did)| match read(&item)? {
        head if head.issuer() == issuer => Ok(head),
        _ => Err(item.invalid("the head of another issuer's list")),
    };
    items.into_iter().zip(issuers).map(read).collect()
}

/// One to [`MAX_HEADS`] signed heads for each issuer, no two of one epoch.
fn some_of_each(list: &Node<'_>, issuers: &[Did]) -> Result<Vec<StatusHead>, JsonError> {
    let mut heads: Vec<StatusHead> = Vec::new();
    for item in list.array(MAX_ISSUERS * MAX_HEADS)? {
        let head = read(&item)?;
        if !issuers.contains(head.issuer()) {
            return Err(item.invalid("the head of another issuer's list"));
        }
        let own = heads.iter().filter(|other| other.issuer() == head.issuer());
        let epochs: Vec<_> = own.map(StatusHead::epoch).collect();
        if epochs.contains(&head.epoch()) {
            return Err(item.invalid("a second head of that epoch"));
        }
        if epochs.len() == MAX_HEADS {
            return Err(item.invalid("at most three lists of an issuer"));
        }
        heads.push(head);
    }
    let missing = |did: &&Did| !heads.iter().any(|head| head.issuer() == *did);
    match issuers.iter().find(missing) {
        None => Ok(heads),
        Some(_) => Err(list.invalid("must give the head of each issuer's list")),
    }
}

fn read(item: &Node<'_>) -> Result<StatusHead, JsonError> {
    let bytes = from_base64(item.str()?).ok_or_else(|| item.invalid("not base64url"))?;
    StatusHead::from_bytes(&bytes).map_err(|_| item.invalid("not the signed head of a status list"))
}
