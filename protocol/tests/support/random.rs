//! Random credentials and random requests, and what the requests mean: in plain Rust, from the raw values, without
//! encodings, circuits or plans.

use glimpse_protocol::formula::Formula;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::predicate::{Constant, Operand, Operator, Other, Predicate};
use glimpse_protocol::request::Endpoint;
use glimpse_protocol::schema::{ClaimPath, Schema};
use glimpse_protocol::set::{PublishedSet, SetReference};
use glimpse_protocol::time::DateTime;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// SplitMix64: small, and the same everywhere.
pub struct Rng(pub u64);

/// A raw value. Dates are days, instants seconds, decimals hundredths.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Raw {
    Bool(bool),
    Integer(i64),
    Date(i64),
    Instant(i64),
    Decimal(i64),
    Text(String),
    Long(String),
    Bytes(Vec<u8>),
}

/// The attributes of one credential, in the order of [`NAMES`].
pub type Values = Vec<Option<Raw>>;

/// Two attributes of each type but bytes, all of which may be absent, and one that may not.
pub const NAMES: [&str; 16] = [
    "bool_a", "bool_b", "int_a", "int_b", "date_a", "date_b", "time_a", "time_b", "dec_a", "dec_b",
    "text_a", "text_b", "long_a", "long_b", "bytes_a", "always",
];

/// The day of every request.
pub const TODAY: i64 = 20_778;

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

pub fn schema() -> Schema {
    let attributes: Vec<Value> = NAMES
        .iter()
        .map(|name| {
            let (kind, scale) = match name.split('_').next().unwrap() {
                "bool" => ("bool", None),
                "date" => ("date", None),
                "time" => ("date-time", None),
                "dec" => ("decimal", Some(2)),
                "text" => ("text", None),
                "long" => ("long-text", None),
                "bytes" => ("bytes", None),
                _ => ("integer", None),
            };
            let mut out = json!({ "path": [name], "type": kind, "label": name, "optional": *name != "always" });
            if let Some(scale) = scale {
                out["scale"] = json!(scale);
            }
            out
        })
        .collect();
    let schema =
        json!({ "id": "random", "version": 1, "name": "Random", "attributes": attributes });
    Schema::parse(schema.to_string().as_bytes()).unwrap()
}

/// A value of the type of attribute `number`, from few, so that equal ones meet.
pub fn value(rng: &mut Rng, number: usize) -> Raw {
    let small = rng.below(5) as i64;
    let texts = ["a", "ab", "ba", "aba", "Zoë", "Zoe", "b"];
    match number {
        0 | 1 => Raw::Bool(small % 2 == 0),
        4 | 5 => Raw::Date(match rng.chance(50) {
            true => TODAY - small,
            // Around birthdays, leap days among them.
            false => TODAY - 365 * (18 + small) - 5 + rng.below(8) as i64,
        }),
        6 | 7 => Raw::Instant(1_795_000_000 + small),
        8 | 9 => Raw::Decimal(small * 5 - 10),
        10 | 11 => Raw::Text(rng.pick(&texts).into()),
        12 | 13 => Raw::Long(rng.pick(&texts).repeat(20)),
        14 => Raw::Bytes(vec![small as u8; 40]),
        _ => Raw::Integer(match rng.chance(10) {
            true => rng.pick(&[i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX]),
            false => small - 2,
        }),
    }
}

pub fn values(rng: &mut Rng) -> Values {
    (0..NAMES.len())
        .map(|number| (number == 15 || rng.chance(75)).then(|| value(rng, number)))
        .collect()
}

/// The JSON of a credential's attributes.
pub fn attributes(values: &Values) -> String {
    let members = NAMES.iter().zip(values);
    let members = members.filter_map(|(name, value)| {
        value
            .as_ref()
            .map(|value| ((*name).to_owned(), to_json(value)))
    });
    Value::Object(members.collect()).to_string()
}

/// A published set for each attribute, named like it: some values of its type.
static SETS: LazyLock<Vec<(Vec<Raw>, PublishedSet)>> = LazyLock::new(|| {
    let (schema, mut rng) = (schema(), Rng(5));
    let at = DateTime::from_unix(1_795_000_000).unwrap();
    let set = |(name, attribute): (&&str, &glimpse_protocol::schema::Attribute)| {
        let number = NAMES.iter().position(|other| other == name).unwrap();
        let mut members: Vec<Raw> = Vec::new();
        for _ in 0..4 {
            let next = value(&mut rng, number);
            if !members.contains(&next) {
                members.push(next);
            }
        }
        let of = attribute.attribute_type();
        let read = |raw: &Raw| of.read_json(&to_json(raw)).unwrap();
        let typed: Vec<_> = members.iter().map(read).collect();
        let publisher = Identity::from_seed(&[40; 32]);
        let set = PublishedSet::publish(name, of, &typed, at, &publisher).unwrap();
        (members, set)
    };
    NAMES.iter().zip(schema.attributes()).map(set).collect()
});

/// The set that a request names.
pub fn set(reference: &SetReference) -> &'static PublishedSet {
    &named(reference).1
}

/// All sets that requests name.
#[allow(dead_code, reason = "each test binary uses a part")]
pub fn sets() -> impl Iterator<Item = &'static PublishedSet> {
    SETS.iter().map(|(_, set)| set)
}

fn named(reference: &SetReference) -> &'static (Vec<Raw>, PublishedSet) {
    let name = reference.description().name();
    let place = NAMES.iter().position(|other| *other == name).unwrap();
    &SETS[place]
}

pub fn path(number: usize) -> ClaimPath {
    ClaimPath::new(&[NAMES[number]]).unwrap()
}

/// A predicate of the credential of query `mine`; the queries' ids are `q0`, `q1`, ….
fn predicate(rng: &mut Rng, mine: usize, queries: usize) -> Predicate {
    let number = rng.below(NAMES.len());
    let constant = |rng: &mut Rng| to_constant(&value(rng, number));
    let operand = |rng: &mut Rng| -> Operand {
        // Another attribute of the type: the neighbour, or the same of another credential.
        let other = rng.below(queries);
        let partner = match number {
            14 | 15 => number,
            number => number ^ rng.below(2),
        };
        if rng.chance(40) && (other, partner) != (mine, number) {
            let credential = (other != mine || rng.chance(50)).then(|| format!("q{other}"));
            return Other {
                credential,
                path: path(partner),
            }
            .into();
        }
        to_constant(&value(rng, number)).into()
    };
    let list = |rng: &mut Rng| (0..1 + rng.below(3)).map(|_| constant(rng)).collect();
    let piece = |rng: &mut Rng| rng.pick(&["a", "b", "ab", "Zo", "oë", "e"]).to_owned();
    let set = || {
        let uri = Endpoint::new("https://sets.example/random").unwrap();
        Box::new(SETS[number].1.reference(uri))
    };
    let operator = match rng.below(21) {
        0 | 1 => Operator::Eq(operand(rng)),
        2 | 3 => Operator::Ne(operand(rng)),
        4 => Operator::Lt(operand(rng)),
        5 => Operator::Lte(operand(rng)),
        6 => Operator::Gt(operand(rng)),
        7 => Operator::Gte(operand(rng)),
        8 => Operator::Between(constant(rng), constant(rng)),
        9 => Operator::NotBetween(constant(rng), constant(rng)),
        10 => Operator::AgeOver(18 + rng.below(5) as u8),
        11 => Operator::AgeBetween(18, 18 + rng.below(5) as u8),
        12 => Operator::In(list(rng)),
        13 => Operator::NotIn(list(rng)),
        14 => Operator::Prefix(piece(rng)),
        15 => Operator::Suffix(piece(rng)),
        16 => Operator::Contains(piece(rng)),
        17 => Operator::Exists,
        18 => Operator::InSet(set()),
        19 => Operator::NotInSet(set()),
        _ => Operator::Absent,
    };
    Predicate {
        path: path(number),
        operator,
    }
}

pub fn formula(rng: &mut Rng, mine: usize, queries: usize, depth: usize) -> Formula<Predicate> {
    let members = |rng: &mut Rng| {
        (0..1 + rng.below(3))
            .map(|_| formula(rng, mine, queries, depth - 1))
            .collect()
    };
    match rng.below(6) {
        _ if depth == 0 => predicate(rng, mine, queries).into(),
        0 => Formula::All(members(rng)),
        1 | 2 => Formula::Any(members(rng)),
        3 => formula(rng, mine, queries, depth - 1).negate(),
        _ => predicate(rng, mine, queries).into(),
    }
}

/// What a formula means of these credentials.
pub fn meaning(formula: &Formula<Predicate>, mine: usize, all: &[Values]) -> bool {
    match formula {
        Formula::Leaf(predicate) => leaf(predicate, mine, all),
        Formula::All(members) => members.iter().all(|member| meaning(member, mine, all)),
        Formula::Any(members) => members.iter().any(|member| meaning(member, mine, all)),
        Formula::Not(inner) => !meaning(inner, mine, all),
    }
}

/// As [`meaning`]; `None` if an operator is asked of a type that does not have it.
pub fn meaning_if_typed(formula: &Formula<Predicate>, mine: usize, all: &[Values]) -> Option<bool> {
    let typed = |predicate: &&Predicate| {
        let kind = predicate.path.members()[0].split('_').next().unwrap();
        match predicate.operator {
            Operator::Eq(_) | Operator::Ne(_) | Operator::In(_) | Operator::NotIn(_) => true,
            Operator::Lt(_)
            | Operator::Lte(_)
            | Operator::Gt(_)
            | Operator::Gte(_)
            | Operator::Between(..)
            | Operator::NotBetween(..) => ["int", "date", "time", "dec", "always"].contains(&kind),
            Operator::AgeOver(_) | Operator::AgeBetween(..) => kind == "date",
            Operator::Prefix(_) | Operator::Suffix(_) | Operator::Contains(_) => kind == "text",
            Operator::InSet(_) | Operator::NotInSet(_) => true,
            Operator::Exists | Operator::Absent => true,
        }
    };
    let all_typed = formula.leaves().iter().all(typed);
    all_typed.then(|| meaning(formula, mine, all))
}

fn leaf(predicate: &Predicate, mine: usize, all: &[Values]) -> bool {
    let find = |path: &ClaimPath| {
        NAMES
            .iter()
            .position(|name| path.members() == [*name])
            .unwrap()
    };
    let number = find(&predicate.path);
    let value = all[mine][number].as_ref();
    if let Operator::Absent = predicate.operator {
        return value.is_none();
    }
    let Some(value) = value else { return false };
    let read = |constant: &Constant| from_constant(constant, value);
    let with = |operand: &Operand, compare: fn(&Raw, &Raw) -> bool| match operand {
        Operand::Constant(constant) => compare(value, &read(constant)),
        Operand::Other(other) => {
            let credential = other.credential.as_deref();
            let credential = credential.map_or(mine, |id| id[1..].parse().unwrap());
            let other = all[credential][find(&other.path)].as_ref();
            other.is_some_and(|other| compare(value, other))
        }
    };
    let text = || match value {
        Raw::Text(text) => text.as_str(),
        _ => unreachable!("only text has parts"),
    };
    match &predicate.operator {
        Operator::Eq(operand) => with(operand, |a, b| a == b),
        Operator::Ne(operand) => with(operand, |a, b| a != b),
        Operator::Lt(operand) => with(operand, |a, b| a < b),
        Operator::Lte(operand) => with(operand, |a, b| a <= b),
        Operator::Gt(operand) => with(operand, |a, b| a > b),
        Operator::Gte(operand) => with(operand, |a, b| a >= b),
        Operator::Between(low, high) => *value >= read(low) && *value <= read(high),
        Operator::NotBetween(low, high) => *value < read(low) || *value > read(high),
        Operator::AgeOver(years) => age(value) >= i64::from(*years),
        Operator::AgeBetween(low, high) => {
            age(value) >= i64::from(*low) && age(value) <= i64::from(*high)
        }
        Operator::In(list) => list.iter().any(|constant| read(constant) == *value),
        Operator::NotIn(list) => list.iter().all(|constant| read(constant) != *value),
        Operator::InSet(set) => named(set).0.contains(value),
        Operator::NotInSet(set) => !named(set).0.contains(value),
        Operator::Prefix(part) => text().starts_with(part.as_str()),
        Operator::Suffix(part) => text().ends_with(part.as_str()),
        Operator::Contains(part) => text().contains(part.as_str()),
        Operator::Exists => true,
        Operator::Absent => false,
    }
}

/// Birthdays that have passed, the day itself included.
fn age(born: &Raw) -> i64 {
    let Raw::Date(born) = born else {
        unreachable!("only dates have ages")
    };
    let civil = |days: i64| {
        glimpse_protocol::time::Date::from_days(days)
            .unwrap()
            .civil()
    };
    let ((y, m, d), (by, bm, bd)) = (civil(TODAY), civil(*born));
    i64::from(y - by) - i64::from((m, d) < (bm, bd))
}

fn to_json(value: &Raw) -> Value {
    use glimpse_protocol::time::{Date, DateTime};
    match value {
        Raw::Bool(value) => json!(value),
        Raw::Integer(value) => json!(value),
        Raw::Date(days) => json!(Date::from_days(*days).unwrap().to_string()),
        Raw::Instant(seconds) => json!(DateTime::from_unix(*seconds).unwrap().to_string()),
        Raw::Decimal(units) => {
            let sign = if *units < 0 { "-" } else { "" };
            let units = units.abs();
            json!(format!("{sign}{}.{:02}", units / 100, units % 100))
        }
        Raw::Text(text) | Raw::Long(text) => json!(text),
        Raw::Bytes(bytes) => json!(glimpse_protocol::json::to_base64(bytes)),
    }
}

fn to_constant(value: &Raw) -> Constant {
    match to_json(value) {
        Value::Bool(value) => value.into(),
        Value::Number(number) => number.as_i64().unwrap().into(),
        other => other.as_str().unwrap().into(),
    }
}

/// Reads a constant back as a value of the type of another, by looking for the one that is written so.
fn from_constant(constant: &Constant, like: &Raw) -> Raw {
    let number = match like {
        Raw::Bool(_) => 0,
        Raw::Integer(_) => 2,
        Raw::Date(_) => 4,
        Raw::Instant(_) => 6,
        Raw::Decimal(_) => 8,
        Raw::Text(_) => 10,
        Raw::Long(_) => 12,
        Raw::Bytes(_) => 14,
    };
    let mut rng = Rng(1);
    loop {
        let candidate = value(&mut rng, number);
        if to_constant(&candidate) == *constant {
            return candidate;
        }
    }
}
