//! Values drawn near the boundaries where circuits go wrong.

use ark_ff::{AdditiveGroup, Field};
use glimpse_primitives::Fr;
use proptest::prelude::*;

/// A field element drawn near the boundaries where circuits go wrong.
pub(crate) fn boundary_element() -> impl Strategy<Value = Fr> {
    let half = Fr::from(2u64).inverse().unwrap();
    let power = |exponent: u64| Fr::from(2u64).pow([exponent]);
    let anchors = [
        Fr::ZERO,
        power(8),
        power(32),
        power(63),
        power(64),
        power(65),
        power(128),
        power(252),
        power(253),
        -half,
        half,
        -power(64),
    ];
    let anchor = prop::sample::select(anchors.to_vec());
    prop_oneof![
        4 => (anchor, -3i64..=3).prop_map(|(anchor, shift)| anchor + Fr::from(shift)),
        3 => any::<u64>().prop_map(Fr::from),
        1 => any::<[u64; 4]>().prop_map(move |l| {
            l.into_iter().fold(Fr::ZERO, |sum, limb| sum * power(64) + Fr::from(limb))
        }),
    ]
}
