//! Reading and writing the attributes of one credential along a schema's paths.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::{ClaimPath, Schema};
use crate::json::{JsonError, JsonErrorKind, Node};
use crate::value::AttributeValue;

/// Why attributes do not fit their schema. Names paths, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributesError {
    /// Not acceptable JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// An attribute that the schema does not have.
    #[error("{0}: the schema has no such attribute")]
    Unknown(ClaimPath),
    /// A mandatory attribute is absent.
    #[error("{0}: missing")]
    Missing(ClaimPath),
    /// A value that is not of the attribute's type.
    #[error("{0}: {1}")]
    Value(ClaimPath, crate::value::ValueError),
}

impl Schema {
    /// Reads the attributes of one credential from a JSON object nested along the schema's paths. Absent
    /// optional attributes may be left out or `null`.
    ///
    /// # Errors
    /// [`AttributesError`] with the path of what is wrong.
    pub fn read_attributes(
        &self,
        bytes: &[u8],
    ) -> Result<Vec<Option<AttributeValue>>, AttributesError> {
        let value = crate::json::parse(bytes)?;
        let Value::Object(members) = &value else {
            return Err(Node::root(&value)
                .error(JsonErrorKind::Expected("an object"))
                .into());
        };
        self.refuse_unknown(members, &mut Vec::new())?;
        self.attributes
            .iter()
            .map(|attribute| {
                let found = attribute
                    .path
                    .0
                    .iter()
                    .try_fold(&value, |value, name| value.get(name));
                let at = || attribute.path.clone();
                match found {
                    None | Some(Value::Null) if attribute.optional => Ok(None),
                    None | Some(Value::Null) => Err(AttributesError::Missing(at())),
                    Some(value) => attribute
                        .attribute_type
                        .read_json(value)
                        .map(Some)
                        .map_err(|error| AttributesError::Value(at(), error)),
                }
            })
            .collect()
    }

    /// The JSON object that [`Schema::read_attributes`] reads; absent attributes are left out.
    pub fn write_attributes(&self, values: &[Option<AttributeValue>]) -> Value {
        let mut root = Value::Object(Map::new());
        for (attribute, value) in self.attributes.iter().zip(values) {
            if let Some(value) = value {
                let place = attribute
                    .path
                    .0
                    .iter()
                    .fold(&mut root, |place, name| &mut place[name.as_str()]);
                *place = value.to_json();
            }
        }
        root
    }

    fn refuse_unknown(
        &self,
        members: &Map<String, Value>,
        at: &mut Vec<String>,
    ) -> Result<(), AttributesError> {
        for (name, value) in members {
            at.push(name.clone());
            let leaf = self
                .attributes
                .iter()
                .any(|attribute| attribute.path.0 == *at);
            let branch = self
                .attributes
                .iter()
                .any(|attribute| attribute.path.0.starts_with(at));
            match value {
                _ if leaf => {}
                Value::Object(inner) if branch => self.refuse_unknown(inner, at)?,
                _ => return Err(AttributesError::Unknown(ClaimPath(at.clone()))),
            }
            at.pop();
        }
        Ok(())
    }
}
