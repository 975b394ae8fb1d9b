//! Predicates as a request states them: a path, an operator, and operands that only the schema can type.

use alloc::string::ToString as _;

use serde_json::{Map, Value};

use crate::json::{JsonError, JsonErrorKind, Node};
use crate::schema::ClaimPath;
use crate::time::{Date, DateTime};
use crate::value::AttributeValue;

/// The greatest age that can be asked about.
pub const MAX_AGE: u8 = 150;

/// A fact that the holder is to prove about an attribute without disclosing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// The attribute.
    pub path: ClaimPath,
    /// What is asked of it.
    pub operator: Operator,
}

/// What is asked of an attribute.
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
    Between(Operand, Operand),
    /// `"age_over": n`: that many full years lie between the date and the request's day.
    AgeOver(u8),
    /// `"age_between": [n, m]`, both ages included.
    AgeBetween(u8, u8),
}

/// A bound: a boolean, an integer, or text that the schema's type reads (dates, instants, decimals).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand(Value);

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
        let pair = |low: Value, high: Value| Value::Array(alloc::vec![low, high]);
        let operand = match &self.operator {
            Operator::Eq(v)
            | Operator::Ne(v)
            | Operator::Lt(v)
            | Operator::Lte(v)
            | Operator::Gt(v)
            | Operator::Gte(v) => v.0.clone(),
            Operator::Between(low, high) => pair(low.0.clone(), high.0.clone()),
            Operator::AgeOver(years) => Value::from(*years),
            Operator::AgeBetween(low, high) => pair(Value::from(*low), Value::from(*high)),
        };
        out.insert(self.operator.name().into(), operand);
        Value::Object(out)
    }
}

impl Operator {
    const NAMES: [&'static str; 9] = [
        "eq",
        "ne",
        "lt",
        "lte",
        "gt",
        "gte",
        "between",
        "age_over",
        "age_between",
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
            Self::AgeOver(_) => "age_over",
            Self::AgeBetween(..) => "age_between",
        }
    }

    fn from_node(name: &str, node: &Node<'_>) -> Result<Self, JsonError> {
        let one = || Operand::from_node(node);
        Ok(match name {
            "eq" => Self::Eq(one()?),
            "ne" => Self::Ne(one()?),
            "lt" => Self::Lt(one()?),
            "lte" => Self::Lte(one()?),
            "gt" => Self::Gt(one()?),
            "gte" => Self::Gte(one()?),
            "age_over" => Self::AgeOver(age(node)?),
            "age_between" => {
                let [low, high] = pair(node)?;
                Self::AgeBetween(age(&low)?, age(&high)?)
            }
            _ => {
                let [low, high] = pair(node)?;
                Self::Between(Operand::from_node(&low)?, Operand::from_node(&high)?)
            }
        })
    }
}

impl Operand {
    fn from_node(node: &Node<'_>) -> Result<Self, JsonError> {
        match node.value() {
            Value::Bool(_) | Value::Number(_) => Ok(Self(node.value().clone())),
            Value::String(_) => node.label(64).map(|text| Self(text.into())),
            _ => Err(node.error(JsonErrorKind::Expected("a boolean, an integer or a string"))),
        }
    }

    pub(crate) fn value(&self) -> &Value {
        &self.0
    }
}

impl From<i64> for Operand {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl From<bool> for Operand {
    fn from(value: bool) -> Self {
        Self(value.into())
    }
}

impl From<Date> for Operand {
    fn from(value: Date) -> Self {
        Self(value.to_string().into())
    }
}

impl From<DateTime> for Operand {
    fn from(value: DateTime) -> Self {
        Self(value.to_string().into())
    }
}

impl From<&AttributeValue> for Operand {
    fn from(value: &AttributeValue) -> Self {
        Self(value.to_json())
    }
}

fn pair<'a>(node: &Node<'a>) -> Result<[Node<'a>; 2], JsonError> {
    node.array(2)?
        .try_into()
        .map_err(|_| node.error(JsonErrorKind::Expected("two bounds")))
}

fn age(node: &Node<'_>) -> Result<u8, JsonError> {
    match node.uint()? {
        years if years <= MAX_AGE => Ok(years),
        _ => Err(node.invalid("an age of at most 150 years")),
    }
}
