//! Agreement of the two forms of a relation.

use core::{cell::Cell, fmt::Debug};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, TestRunner},
};

use crate::{
    relation::{Circuit, Relation},
    system::{System, broken},
};

/// On `cases` drawn statements, true and false, the honest witness satisfies the constraints exactly
/// if the plain-Rust relation holds. At least a tenth of each kind must occur.
pub(crate) fn assert_agreement<R: Relation + Debug>(
    cases: u32,
    statements: impl Strategy<Value = R>,
) {
    let rows = Circuit::<R>::blank().synthesize(true).rows().to_vec();
    let held = Cell::new(0);
    TestRunner::new(Config::with_cases(cases))
        .run(&statements, |statement| {
            let expected = statement.check();
            held.set(held.get() + u32::from(expected.is_ok()));
            let mut system = System::new(&statement.to_slots(), false);
            statement.constrain(&mut system);
            let broken = broken(&rows, system.assignment());
            proptest::prop_assert_eq!(
                broken.is_empty(),
                expected.is_ok(),
                "{:?}, {:?}",
                expected,
                broken
            );
            Ok(())
        })
        .unwrap();
    let held = held.get();
    assert!(
        10 * held >= cases && 10 * (cases - held) >= cases,
        "{held} of {cases} statements hold: too uneven to say much"
    );
}

/// The tests that a relation's constraints agree with it on statements of a strategy, by default and in the slow tier.
macro_rules! agreement_tests {
    ($statements:expr) => {
        #[test]
        fn constraints_agree_with_the_relation() {
            crate::testing::assert_agreement(crate::testing::FEW_CASES, $statements);
        }

        #[test]
        #[ignore = "slow: cargo xtask test --all"]
        fn constraints_agree_with_the_relation_in_many_cases() {
            crate::testing::assert_agreement(crate::testing::MANY_CASES, $statements);
        }
    };
}
pub(crate) use agreement_tests;
