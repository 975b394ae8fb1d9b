//! Predicates as a request states them: a path, an operator, and operands that only the schema can type.

mod operand;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value, json};

use crate::json::{JsonError, Node};
use crate::schema::ClaimPath;
use crate::set::SetReference;

pub use operand::{Constant, Operand, Other};

/// The greatest age that can be asked about.
pub const MAX_AGE: u8 = 150;
/// The most values that `in` and `not_in` list.
pub const MAX_LISTED: usize = 16;

/// A fact that the holder is to prove about an attribute without disclosing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// The attribute.
    pub path: ClaimPath,
    /// What is asked of it.
    pub operator: Operator,
}

/// What is asked of an attribute. An attribute that is absent satisfies none of these but [`Operator::Absent`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// `"eq": v`
    Eq(Operand),
    /// `"ne": v`
    Ne(Operand),
    /// `"lt": v`
    Lt(Operand),
    /// `"lte": v`
    Lte(Operand),
    /// `"gt": v`
    Gt(Operand),
    /// `"gte": v`
    Gte(Operand),
    /// `"between": [v, w]`, both ends included.
    Between(Constant, Constant),
    /// `"not_between": [v, w]`: less than the first or greater than the second.
    NotBetween(Constant, Constant),
    /// `"age_over": n`: that many full years lie between the date and the request's day.
    AgeOver(u8),
    /// `"age_between": [n, m]`, both ages included.
    AgeBetween(u8, u8),
    /// `"in": [v, …]`: one of these values.
    In(Vec<Constant>),
    /// `"not_in": [v, …]`: none of these values.
    NotIn(Vec<Constant>),
    /// `"in": {"set": …}`: a value of a published set.
    InSet(Box<SetReference>),
    /// `"not_in": {"set": …}`: another value than those of a published set.
    NotInSet(Box<SetReference>),
    /// `"prefix": t`: short text that begins so.
    Prefix(String),
    /// `"suffix": t`: short text that ends so.
    Suffix(String),
    /// `"contains": t`: short text in which this occurs.
    Contains(String),
    /// `"exists": true`: the attribute has a value.
    Exists,
    /// `"absent": true`: the attribute has no value.
    Absent,
}

impl Predicate {
    pub(crate) fn from_node(node: Node<'_>) -> Result<Self, JsonError> {
        let place = node.clone();
        let mut object = node.object()?;
        let path = ClaimPath::from_node(&object.get("path")?)?;
        let mut operator = None;
        for name in Operator::NAMES {
            if let Some(operand) = object.opt(name) {
                if operator.is_some() {
                    return Err(operand.invalid("a predicate has one operator"));
                }
                operator = Some(Operator::from_node(name, &operand)?);
            }
        }
        object.finish()?;
        let operator = operator.ok_or_else(|| place.invalid("a predicate has one operator"))?;
        Ok(Self { path, operator })
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut out = Map::new();
        out.insert("path".into(), self.path.to_json());
        out.insert(self.operator.name().into(), self.operator.operand());
        Value::Object(out)
    }
}

impl Operator {
    const NAMES: [&'static str; 17] = [
        "eq",
        "ne",
        "lt",
        "lte",
        "gt",
        "gte",
        "between",
        "not_between",
        "age_over",
        "age_between",
        "in",
        "not_in",
        "prefix",
        "suffix",
        "contains",
        "exists",
        "absent",
    ];

    /// The word in requests.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Eq(_) => "eq",
            Self::Ne(_) => "ne",
            Self::Lt(_) => "lt",
            Self::Lte(_) => "lte",
            Self::Gt(_) => "gt",
            Self::Gte(_) => "gte",
            Self::Between(..) => "between",
            Self::NotBetween(..) => "not_between",
            Self::AgeOver(_) => "age_over",
            Self::AgeBetween(..) => "age_between",
            Self::In(_) | Self::InSet(_) => "in",
            Self::NotIn(_) | Self::NotInSet(_) => "not_in",
            Self::Prefix(_) => "prefix",
            Self::Suffix(_) => "suffix",
            Self::Contains(_) => "contains",
            Self::Exists => "exists",
            Self::Absent => "absent",
        }
    }

    fn from_node(name: &str, node: &Node<'_>) -> Result<Self, JsonError> {
        let one = || Operand::from_node(node);
        let text = || node.label(operand::MAX_TEXT);
        Ok(match name {
            "eq" => Self::Eq(one()?),
            "ne" => Self::Ne(one()?),
            "lt" => Self::Lt(one()?),
            "lte" => Self::Lte(one()?),
            "gt" => Self::Gt(one()?),
            "gte" => Self::Gte(one()?),
            "between" => bounds(node).map(|[low, high]| Self::Between(low, high))?,
            "not_between" => bounds(node).map(|[low, high]| Self::NotBetween(low, high))?,
            "age_over" => Self::AgeOver(age(node)?),
            "age_between" => {
                let [low, high] = pair(node)?;
                Self::AgeBetween(age(&low)?, age(&high)?)
            }
            "in" => match node.value().is_object() {
                true => Self::InSet(published(node)?),
                false => Self::In(listed(node)?),
            },
            "not_in" => match node.value().is_object() {
                true => Self::NotInSet(published(node)?),
                false => Self::NotIn(listed(node)?),
            },
            "prefix" => Self::Prefix(text()?),
            "suffix" => Self::Suffix(text()?),
            "contains" => Self::Contains(text()?),
            "exists" => asserted(node).map(|()| Self::Exists)?,
            "absent" => asserted(node).map(|()| Self::Absent)?,
            _ => return Err(node.invalid("an operator that is not known here")),
        })
    }

    /// The other attribute that the operand names, if it names one.
    pub(crate) fn other(&self) -> Option<&Other> {
        match self {
            Self::Eq(operand)
            | Self::Ne(operand)
            | Self::Lt(operand)
            | Self::Lte(operand)
            | Self::Gt(operand)
            | Self::Gte(operand) => match operand {
                Operand::Other(other) => Some(other),
                Operand::Constant(_) => None,
            },
            Self::Between(..)
            | Self::NotBetween(..)
            | Self::AgeOver(_)
            | Self::AgeBetween(..)
            | Self::In(_)
            | Self::NotIn(_)
            | Self::InSet(_)
            | Self::NotInSet(_)
            | Self::Prefix(_)
            | Self::Suffix(_)
            | Self::Contains(_)
            | Self::Exists
            | Self::Absent => None,
        }
    }

    /// The published set that the operand names, if it names one.
    pub fn set(&self) -> Option<&SetReference> {
        match self {
            Self::InSet(set) | Self::NotInSet(set) => Some(set),
            Self::Eq(_)
            | Self::Ne(_)
            | Self::Lt(_)
            | Self::Lte(_)
            | Self::Gt(_)
            | Self::Gte(_)
            | Self::Between(..)
            | Self::NotBetween(..)
            | Self::AgeOver(_)
            | Self::AgeBetween(..)
            | Self::In(_)
            | Self::NotIn(_)
            | Self::Prefix(_)
            | Self::Suffix(_)
            | Self::Contains(_)
            | Self::Exists
            | Self::Absent => None,
        }
    }

    fn operand(&self) -> Value {
        let list = |values: &[Constant]| values.iter().map(Constant::to_json).collect::<Value>();
        match self {
            Self::Eq(v) | Self::Ne(v) | Self::Lt(v) | Self::Lte(v) | Self::Gt(v) | Self::Gte(v) => {
                v.to_json()
            }
            Self::Between(low, high) | Self::NotBetween(low, high) => {
                json!([low.to_json(), high.to_json()])
            }
            Self::AgeOver(years) => json!(years),
            Self::AgeBetween(low, high) => json!([low, high]),
            Self::In(values) | Self::NotIn(values) => list(values),
            Self::InSet(set) | Self::NotInSet(set) => json!({ "set": set.to_json() }),
            Self::Prefix(text) | Self::Suffix(text) | Self::Contains(text) => json!(text),
            Self::Exists | Self::Absent => json!(true),
        }
    }
}

fn pair<'a>(node: &Node<'a>) -> Result<[Node<'a>; 2], JsonError> {
    node.array(2)?
        .try_into()
        .map_err(|_| node.invalid("expected two bounds"))
}

fn bounds(node: &Node<'_>) -> Result<[Constant; 2], JsonError> {
    let [low, high] = pair(node)?;
    Ok([Constant::from_node(&low)?, Constant::from_node(&high)?])
}

fn listed(node: &Node<'_>) -> Result<Vec<Constant>, JsonError> {
    let mut values: Vec<Constant> = Vec::new();
    for node in node.array(MAX_LISTED)? {
        let value = Constant::from_node(&node)?;
        if values.contains(&value) {
            return Err(node.invalid("listed twice"));
        }
        values.push(value);
    }
    match values.is_empty() {
        true => Err(node.invalid("must not be empty")),
        false => Ok(values),
    }
}

fn published(node: &Node<'_>) -> Result<Box<SetReference>, JsonError> {
    let mut object = node.clone().object()?;
    let set = SetReference::from_node(object.get("set")?)?;
    object.finish()?;
    Ok(Box::new(set))
}

fn age(node: &Node<'_>) -> Result<u8, JsonError> {
    match node.uint()? {
        years if years <= MAX_AGE => Ok(years),
        _ => Err(node.invalid("an age of at most 150 years")),
    }
}

fn asserted(node: &Node<'_>) -> Result<(), JsonError> {
    match node.bool()? {
        true => Ok(()),
        false => Err(node.invalid("must be true; there are exists, absent and not")),
    }
}
