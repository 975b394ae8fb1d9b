//! BabyJubJub in constraints, mirroring `glimpse_primitives::babyjubjub`.
//!
//! Two forms of one curve are used. On the twisted Edwards form the addition law is complete, because
//! a = 168700 is a square and d = 168696 is not: 1 ± d·x₁x₂y₁y₂ is never zero for points of the
//! curve, so that a division by it determines its quotient. It costs six constraints. On the
//! Montgomery form v² = u³ + A·u² + u an addition costs three, but has exceptions: every use says why
//! its operands are neither equal, nor opposite, nor (0, 0), nor the point at infinity.

use ark_ff::{AdditiveGroup, Field};
use glimpse_primitives::{
    Fr,
    babyjubjub::{A, D, MONTGOMERY_A, Point},
};

use crate::{expression::Expression, system::System};

/// A point of the twisted Edwards form.
#[derive(Clone, Debug)]
pub(crate) struct Edwards {
    pub(crate) x: Expression,
    pub(crate) y: Expression,
}

/// A point of the Montgomery form: u = (1 + y)/(1 − y), v = u/x.
#[derive(Clone, Debug)]
pub(crate) struct Montgomery {
    pub(crate) u: Expression,
    pub(crate) v: Expression,
}

impl Edwards {
    /// A witness of coordinates, not yet known to be on the curve.
    pub(crate) fn witness(system: &mut System, name: &str, point: &Point) -> Self {
        system.scope(name, |system| Self {
            x: system.witness("x", point.x),
            y: system.witness("y", point.y),
        })
    }

    /// a·x² + y² = 1 + d·x²·y², in three constraints. Returns x² and y².
    pub(crate) fn enforce_on_curve(&self, system: &mut System) -> (Expression, Expression) {
        let x2 = system.multiply("x_squared", &self.x, &self.x);
        let y2 = system.multiply("y_squared", &self.y, &self.y);
        let excess = y2.plus(A, &x2).offset(-Fr::ONE);
        system.enforce("on_curve", &x2.scale(D), &y2, &excess);
        (x2, y2)
    }

    /// 2·P in five constraints.
    pub(crate) fn double(&self, system: &mut System) -> Self {
        let x2 = system.multiply("x_squared", &self.x, &self.x);
        let y2 = system.multiply("y_squared", &self.y, &self.y);
        self.double_with(system, &x2, &y2)
    }

    /// 2·P in three constraints, given the squares. By the curve's equation the denominators
    /// 1 + d·x²y² and 1 − d·x²y² are a·x² + y² and 2 − a·x² − y².
    pub(crate) fn double_with(
        &self,
        system: &mut System,
        x2: &Expression,
        y2: &Expression,
    ) -> Self {
        let xy = system.multiply("xy", &self.x, &self.y);
        let sum = y2.plus(A, x2);
        let difference = y2.plus(-A, x2);
        let complement = sum.scale(-Fr::ONE).offset(Fr::from(2u64));
        Self {
            x: system.divide("double_x", &xy.scale(Fr::from(2u64)), &sum),
            y: system.divide("double_y", &difference, &complement),
        }
    }

    /// P + Q in six constraints, for any two points of the curve.
    pub(crate) fn add(&self, system: &mut System, other: &Self) -> Self {
        let sum = self.prepare_sum(system, other);
        Self {
            x: system.divide("sum_x", &sum.x_numerator, &sum.x_denominator),
            y: system.divide("sum_y", &sum.y_numerator, &sum.y_denominator),
        }
    }

    /// P + Q = R in six constraints, for any three points of the curve.
    pub(crate) fn enforce_sum(&self, system: &mut System, other: &Self, result: &Self) {
        let sum = self.prepare_sum(system, other);
        system.enforce("sum_x", &sum.x_denominator, &result.x, &sum.x_numerator);
        system.enforce("sum_y", &sum.y_denominator, &result.y, &sum.y_numerator);
    }

    /// With β = x₁y₂, γ = y₁x₂: the numerators are β + γ and
    /// y₁y₂ − a·x₁x₂ = (y₁ − a·x₁)(x₂ + y₂) + a·β − γ, the denominators 1 ± d·βγ.
    fn prepare_sum(&self, system: &mut System, other: &Self) -> Sum {
        let beta = system.multiply("beta", &self.x, &other.y);
        let gamma = system.multiply("gamma", &self.y, &other.x);
        let delta = system.multiply("delta", &self.y.plus(-A, &self.x), &other.x.add(&other.y));
        let tau = system.multiply("tau", &beta, &gamma);
        Sum {
            x_numerator: beta.add(&gamma),
            x_denominator: tau.scale(D).offset(Fr::ONE),
            y_numerator: delta.plus(A, &beta).sub(&gamma),
            y_denominator: tau.scale(-D).offset(Fr::ONE),
        }
    }

    /// −P.
    pub(crate) fn negate(&self) -> Self {
        Self {
            x: self.x.scale(-Fr::ONE),
            y: self.y.clone(),
        }
    }

    /// The Montgomery form in two constraints. P must be known not to be (0, ±1).
    pub(crate) fn to_montgomery(&self, system: &mut System) -> Montgomery {
        let numerator = self.y.offset(Fr::ONE);
        let denominator = self.y.scale(-Fr::ONE).offset(Fr::ONE);
        let u = system.divide("u", &numerator, &denominator);
        let v = system.divide("v", &u, &self.x);
        Montgomery { u, v }
    }
}

struct Sum {
    x_numerator: Expression,
    x_denominator: Expression,
    y_numerator: Expression,
    y_denominator: Expression,
}

impl Montgomery {
    /// The Edwards form in two constraints: x = u/v, y = (u − 1)/(u + 1). P must be known not to be
    /// (0, 0); u = −1 is on no point, since A − 2 = d is not a square.
    pub(crate) fn to_edwards(&self, system: &mut System) -> Edwards {
        Edwards {
            x: system.divide("x", &self.u, &self.v),
            y: system.divide("y", &self.u.offset(-Fr::ONE), &self.u.offset(Fr::ONE)),
        }
    }

    /// 2·P in four constraints. P must be known not to be (0, 0), the only point with v = 0.
    pub(crate) fn double(&self, system: &mut System) -> Self {
        let u2 = system.multiply("u_squared", &self.u, &self.u);
        let tangent = u2
            .scale(Fr::from(3u64))
            .plus(MONTGOMERY_A.double(), &self.u)
            .offset(Fr::ONE);
        let slope = system.divide("slope", &tangent, &self.v.scale(Fr::from(2u64)));
        self.third_point(system, &slope, self)
    }

    /// P + Q in three constraints. P ≠ ±Q must be known.
    pub(crate) fn add(&self, system: &mut System, other: &Self) -> Self {
        let slope = system.divide("slope", &other.v.sub(&self.v), &other.u.sub(&self.u));
        self.third_point(system, &slope, other)
    }

    /// 2·P + Q as (P + Q) + P in five constraints, the v of P + Q being skipped. P ≠ ±Q and
    /// P + Q ≠ ±P must be known.
    ///
    /// With slopes λ₁ of P, Q and λ₂ of P, P + Q: λ₁ + λ₂ = 2·v_P / (u_P − u_{P+Q}).
    pub(crate) fn double_and_add(&self, system: &mut System, other: &Self) -> Self {
        let first = system.divide("slope", &other.v.sub(&self.v), &other.u.sub(&self.u));
        let u = third_u(system, "middle_u", &first, &self.u, &other.u);
        let slopes = system.divide("slopes", &self.v.scale(Fr::from(2u64)), &self.u.sub(&u));
        self.third_point(
            system,
            &slopes.sub(&first),
            &Self {
                u,
                v: self.v.clone(),
            },
        )
    }

    /// The sum of P and a point with `other.u` on the line of this slope through P. `other.v` is
    /// not read.
    fn third_point(&self, system: &mut System, slope: &Expression, other: &Self) -> Self {
        let u = third_u(system, "sum_u", slope, &self.u, &other.u);
        let run = self.u.sub(&u);
        let v = system.witness("sum_v", slope.value * run.value - self.v.value);
        system.enforce("sum_v", &run, slope, &v.add(&self.v));
        Self { u, v }
    }
}

/// u₃ = λ² − A − u₁ − u₂.
fn third_u(
    system: &mut System,
    name: &str,
    slope: &Expression,
    u1: &Expression,
    u2: &Expression,
) -> Expression {
    let others = u1.add(u2).offset(MONTGOMERY_A);
    let u = system.witness(name, slope.value.square() - others.value);
    system.enforce(name, slope, slope, &u.add(&others));
    u
}
