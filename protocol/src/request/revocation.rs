//! What a request asks of status lists.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value, json};

use super::MAX_ISSUERS;
use crate::identity::Did;
use crate::json::{JsonError, Node, from_base64, to_base64};
use crate::registry::LEAVES;
use crate::status::{MAX_VALIDITY, StatusHead};

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

    /// Where the issuer stays hidden, the list that counts for each accepted issuer, in their order; else nothing: then
    /// the answer says which of the issuer's lists it rests on.
    pub fn heads(&self) -> &[StatusHead] {
        &self.heads
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
        let heads = match (object.opt("heads"), hidden) {
            (None, false) => Vec::new(),
            (Some(list), true) => heads(&list, issuers)?,
            (None, true) => {
                return Err(node.invalid("needs heads, since the answer does not tell the issuer"));
            }
            (Some(list), false) => {
                return Err(
                    list.invalid("only where the issuer is hidden: the answer names its list")
                );
            }
        };
        object.finish()?;
        Ok(Self { tolerance, heads })
    }

    pub(super) fn to_json(&self) -> Value {
        let mut out = json!({ "tolerance": self.tolerance });
        if !self.heads.is_empty() {
            let heads = self.heads.iter().map(|head| to_base64(&head.to_bytes()));
            out["heads"] = heads.collect::<Vec<String>>().into();
        }
        out
    }
}

/// One signed head for each issuer, in their order.
fn heads(list: &Node<'_>, issuers: &[Did]) -> Result<Vec<StatusHead>, JsonError> {
    let items = list.array(MAX_ISSUERS)?;
    if items.len() != issuers.len() {
        return Err(list.invalid("must give the head of each issuer's list, in their order"));
    }
    if issuers.len() > LEAVES {
        return Err(list.invalid("at most 16 issuers whose lists count can be hidden"));
    }
    let read = |(item, issuer): (Node<'_>, &Did)| {
        let bytes = from_base64(item.str()?).ok_or_else(|| item.invalid("not base64url"))?;
        let head = StatusHead::from_bytes(&bytes)
            .map_err(|_| item.invalid("not the signed head of a status list"))?;
        match head.issuer() == issuer {
            true => Ok(head),
            false => Err(item.invalid("the head of another issuer's list")),
        }
    };
    items.into_iter().zip(issuers).map(read).collect()
}
