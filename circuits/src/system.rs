//! The constraint system that the gadgets write to.
//!
//! One pass over a relation computes the witness and, if asked, records the constraints with a name
//! each. [`System::export`] hands the result to arkworks; its columns keep the order used here:
//! the constant 1, the public slots, the witness in order of allocation.

use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use ark_relations::gr1cs::{ConstraintSystemRef, LinearCombination, SynthesisError, Variable};
use glimpse_primitives::Fr;
use zeroize::Zeroize;

use crate::expression::{Column, Expression, ONE};

/// One constraint, A·B = C, with its name: the path of the gadget and the clause.
#[derive(Clone, Debug)]
pub struct Row {
    /// For example `signature/key/on_curve`.
    pub name: String,
    /// The left factor: columns in ascending order with their coefficients.
    pub a: Vec<(u32, Fr)>,
    /// The right factor.
    pub b: Vec<(u32, Fr)>,
    /// The product.
    pub c: Vec<(u32, Fr)>,
}

/// The outcome of one pass over a relation.
pub struct System {
    slots: usize,
    /// Column 0 is 1, then the slots, then the witness.
    assignment: Vec<Fr>,
    recording: bool,
    rows: Vec<Row>,
    /// What the two factors and the product of each constraint evaluate to.
    pub(crate) products: Vec<[Fr; 3]>,
    path: Vec<String>,
    #[cfg(test)]
    pub(crate) columns: Vec<String>,
    /// Replaces the honest value of a witness column by a malicious one, by the column's name.
    #[cfg(test)]
    pub(crate) tamper: Option<Tamper>,
}

/// A malicious witness generator: from a column's name and honest value to the value to use.
#[cfg(test)]
pub(crate) type Tamper = Box<dyn Fn(&str, Fr) -> Fr>;

impl System {
    /// A system with these public slots. `recording` keeps the constraints, not only the witness.
    pub(crate) fn new(slots: &[Fr], recording: bool) -> Self {
        // Roomy enough for every circuit: a vector that grew would leave secrets behind unwiped.
        let mut assignment = Vec::with_capacity(8192);
        assignment.push(Fr::ONE);
        assignment.extend_from_slice(slots);
        Self {
            slots: slots.len(),
            assignment,
            recording,
            rows: Vec::new(),
            products: Vec::with_capacity(8192),
            path: Vec::new(),
            #[cfg(test)]
            columns: Vec::new(),
            #[cfg(test)]
            tamper: None,
        }
    }

    /// The whole assignment: 1, the public slots, the witness.
    #[must_use]
    pub fn assignment(&self) -> &[Fr] {
        &self.assignment
    }

    /// Takes the assignment (1, the public slots, the witness) and, for each constraint, the values
    /// of A, B and C: all that a prover needs, without a matrix.
    #[must_use]
    pub fn into_values(mut self) -> (Vec<Fr>, Vec<[Fr; 3]>) {
        (
            core::mem::take(&mut self.assignment),
            core::mem::take(&mut self.products),
        )
    }

    /// The number of public slots, the leading 1 not counted.
    #[must_use]
    pub fn slot_count(&self) -> usize {
        self.slots
    }

    /// The constraints; empty if the pass computed the witness only.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The number of constraints, recorded or not.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.products.len()
    }

    /// The names of the constraints that the assignment breaks.
    #[must_use]
    pub fn broken_rows(&self) -> Vec<&str> {
        broken(&self.rows, &self.assignment)
    }

    /// Writes the columns and constraints to arkworks.
    ///
    /// # Errors
    /// Those of arkworks.
    pub fn export(mut self, cs: &ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let witness = 1 + self.slots;
        for value in &self.assignment[1..witness] {
            let _ = cs.new_input_variable(|| Ok(*value))?;
        }
        for value in &self.assignment[witness..] {
            let _ = cs.new_witness_variable(|| Ok(*value))?;
        }
        let combination = |terms: Vec<(Column, Fr)>| {
            let variable = |column: Column| match column as usize {
                0 => Variable::One,
                i if i < witness => Variable::instance(i),
                i => Variable::witness(i - witness),
            };
            LinearCombination(terms.into_iter().map(|(c, x)| (x, variable(c))).collect())
        };
        for Row { a, b, c, .. } in core::mem::take(&mut self.rows) {
            cs.enforce_r1cs_constraint(|| combination(a), || combination(b), || combination(c))?;
        }
        Ok(())
    }

    /// Runs `body` with `name` in front of the names of its columns and constraints.
    pub(crate) fn scope<T>(&mut self, name: &str, body: impl FnOnce(&mut Self) -> T) -> T {
        let named = self.recording;
        if named {
            self.path.push(name.to_owned());
        }
        let result = body(self);
        if named {
            self.path.pop();
        }
        result
    }

    /// Like [`System::scope`], for the `index`-th repetition.
    pub(crate) fn step<T>(
        &mut self,
        name: &str,
        index: usize,
        body: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if self.recording {
            self.scope(&format!("{name}[{index}]"), body)
        } else {
            body(self)
        }
    }

    /// A public slot.
    pub(crate) fn slot(&self, index: usize) -> Expression {
        debug_assert!(index < self.slots);
        self.column(index + 1)
    }

    /// A constant.
    pub(crate) fn constant(&self, value: Fr) -> Expression {
        let terms = self.recording.then(|| {
            if value == Fr::ZERO {
                Vec::new()
            } else {
                vec![(ONE, value)]
            }
        });
        Expression {
            value,
            constant: true,
            terms,
        }
    }

    /// A new witness column. Nothing constrains it yet: `value` is a hint.
    pub(crate) fn witness(&mut self, name: &str, value: Fr) -> Expression {
        let _ = name;
        #[cfg(test)]
        let value = {
            let name = if self.recording {
                self.qualified(name)
            } else {
                String::new()
            };
            let value = self
                .tamper
                .as_ref()
                .map_or(value, |tamper| tamper(&name, value));
            self.columns.push(name);
            value
        };
        self.assignment.push(value);
        self.column(self.assignment.len() - 1)
    }

    /// The constraint a·b = c.
    pub(crate) fn enforce(&mut self, name: &str, a: &Expression, b: &Expression, c: &Expression) {
        self.products.push([a.value, b.value, c.value]);
        if let (Some(a), Some(b), Some(c)) = (&a.terms, &b.terms, &c.terms) {
            let name = self.qualified(name);
            self.rows.push(Row {
                name,
                a: a.clone(),
                b: b.clone(),
                c: c.clone(),
            });
        }
    }

    /// The constraint a = b. Written as (a − b)·1 = 0, to keep long sums out of B.
    pub(crate) fn enforce_equal(&mut self, name: &str, a: &Expression, b: &Expression) {
        let (one, zero) = (self.constant(Fr::ONE), self.constant(Fr::ZERO));
        self.enforce(name, &a.sub(b), &one, &zero);
    }

    /// The constraint a ≠ 0, by a witness of the inverse.
    pub(crate) fn enforce_nonzero(&mut self, name: &str, a: &Expression) {
        let inverse = self.witness(name, a.value.inverse().unwrap_or_default());
        let one = self.constant(Fr::ONE);
        self.enforce(name, a, &inverse, &one);
    }

    /// Whether a = 0, as a bit.
    pub(crate) fn is_zero(&mut self, name: &str, a: &Expression) -> Expression {
        let is_zero = a.value == Fr::ZERO;
        let zero = self.scope(name, |s| s.witness("result", Fr::from(is_zero)));
        self.enforce_zero_test(name, a, &zero);
        zero
    }

    /// The constraints zero = [a = 0]: a·inverse = 1 − zero, a·zero = 0. The hint is pinned to 0 where
    /// the first leaves it free, so that every witness has but one value.
    pub(crate) fn enforce_zero_test(&mut self, name: &str, a: &Expression, zero: &Expression) {
        self.scope(name, |system| {
            let inverse = system.witness("inverse", a.value.inverse().unwrap_or_default());
            let not_zero = zero.scale(-Fr::ONE).offset(Fr::ONE);
            let none = system.constant(Fr::ZERO);
            system.enforce("inverse", a, &inverse, &not_zero);
            system.enforce("zero", a, zero, &none);
            system.enforce("unused", &inverse, zero, &none);
        });
    }

    /// a xor b = a + b − 2ab, for bits.
    pub(crate) fn xor(&mut self, name: &str, a: &Expression, b: &Expression) -> Expression {
        let both = self.multiply(name, a, b);
        a.add(b).plus(-Fr::from(2u64), &both)
    }

    /// The product: free if a factor is constant, else one column and one constraint.
    pub(crate) fn multiply(&mut self, name: &str, a: &Expression, b: &Expression) -> Expression {
        if a.constant {
            return b.scale(a.value);
        }
        if b.constant {
            return a.scale(b.value);
        }
        let product = self.witness(name, a.value * b.value);
        self.enforce(name, a, b, &product);
        product
    }

    /// The quotient numerator / denominator, for a denominator that is known not to be zero: one
    /// column and one constraint. Of a zero denominator it would leave the quotient free.
    pub(crate) fn divide(
        &mut self,
        name: &str,
        numerator: &Expression,
        denominator: &Expression,
    ) -> Expression {
        let inverse = denominator.value.inverse().unwrap_or_default();
        let quotient = self.witness(name, numerator.value * inverse);
        self.enforce(name, denominator, &quotient, numerator);
        quotient
    }

    /// A new boolean column: b·b = b.
    pub(crate) fn boolean(&mut self, name: &str, value: bool) -> Expression {
        let bit = self.witness(name, Fr::from(value));
        self.enforce(name, &bit, &bit, &bit);
        bit
    }

    /// The columns of an integer below 2^`count`, least significant first, each a boolean. What
    /// they add up to is for the caller to constrain.
    pub(crate) fn bits(
        &mut self,
        name: &str,
        integer: &impl BigInteger,
        count: usize,
    ) -> Vec<Expression> {
        (0..count)
            .map(|i| self.step(name, i, |s| s.boolean("boolean", integer.get_bit(i))))
            .collect()
    }

    /// `a` as an integer of `count` < 254 bits, constrained to equal it.
    pub(crate) fn decompose(
        &mut self,
        name: &str,
        a: &Expression,
        count: usize,
    ) -> Vec<Expression> {
        debug_assert!(
            count < Fr::MODULUS_BIT_SIZE as usize,
            "more bits would not be unique"
        );
        let bits = self.bits(name, &a.value.into_bigint(), count);
        let sum = self.sum_of_bits(&bits);
        self.enforce_equal(name, &sum, a);
        bits
    }

    /// Σ 2^i·bitᵢ.
    pub(crate) fn sum_of_bits(&self, bits: &[Expression]) -> Expression {
        let mut power = Fr::ONE;
        let weighted = bits.iter().map(|bit| {
            let weight = power;
            power.double_in_place();
            (weight, bit)
        });
        self.linear(weighted)
    }

    /// Σ wᵢ·eᵢ for many expressions of one column each.
    pub(crate) fn linear<'e>(
        &self,
        weighted: impl Iterator<Item = (Fr, &'e Expression)>,
    ) -> Expression {
        let mut sum = self.constant(Fr::ZERO);
        sum.constant = false;
        for (weight, expression) in weighted {
            sum.value += weight * expression.value;
            if let (Some(sum), Some(terms)) = (&mut sum.terms, &expression.terms) {
                sum.extend(terms.iter().map(|(column, x)| (*column, weight * x)));
            }
        }
        if let Some(terms) = &mut sum.terms {
            terms.sort_unstable_by_key(|(column, _)| *column);
            terms.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
            terms.retain(|(_, coefficient)| *coefficient != Fr::ZERO);
        }
        sum
    }

    fn column(&self, index: usize) -> Expression {
        let terms = self.recording.then(|| vec![(index as Column, Fr::ONE)]);
        Expression {
            value: self.assignment[index],
            constant: false,
            terms,
        }
    }

    fn qualified(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.path.join("/"))
        }
    }
}

/// The assignment holds the holder's secret and attributes.
impl Drop for System {
    fn drop(&mut self) {
        self.assignment.zeroize();
        self.products.iter_mut().for_each(Zeroize::zeroize);
    }
}

/// The names of the constraints that an assignment (1, slots, witness) breaks.
#[must_use]
pub fn broken<'r>(rows: &'r [Row], assignment: &[Fr]) -> Vec<&'r str> {
    let value = |terms: &[(Column, Fr)]| -> Fr {
        terms
            .iter()
            .map(|(column, x)| assignment[*column as usize] * x)
            .sum()
    };
    let is_broken = |row: &&Row| value(&row.a) * value(&row.b) != value(&row.c);
    rows.iter()
        .filter(is_broken)
        .map(|row| row.name.as_str())
        .collect()
}

#[cfg(test)]
mod tests;
