//! Publishing sets.

use glimpse_protocol::set::{PublishSetError, PublishedSet};
use glimpse_protocol::time::DateTime;
use glimpse_protocol::value::{AttributeType, AttributeValue};

use crate::Issuer;

impl Issuer {
    /// Signs a set of values, in any order, under a name for people.
    ///
    /// # Errors
    /// [`PublishSetError`].
    pub fn publish_set(
        &self,
        name: &str,
        attribute_type: AttributeType,
        values: &[AttributeValue],
        now: DateTime,
    ) -> Result<PublishedSet, PublishSetError> {
        let identity = self.keys().identity();
        PublishedSet::publish(name, attribute_type, values, now, &identity)
    }
}
