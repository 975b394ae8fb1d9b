use super::*;

/// Bits have a column and a coefficient of one each; a sum of others is right, too.
#[test]
fn a_sum_gathers_what_it_has_of_each_column() {
    let [x, y] = [3u64, 5].map(Fr::from);
    let system = System::new(&[x, y], true);
    let (x, y) = (system.slot(0), system.slot(1));
    let [one, two, seven] = [1u64, 2, 7].map(Fr::from);
    let scaled = x.scale(seven);
    let terms = [(two, &scaled), (one, &y), (seven, &x), (-one, &y)];
    let sum = system.linear(terms.into_iter());
    assert_eq!(sum.value, Fr::from(63u64));
    assert_eq!(sum.terms, Some(vec![(1, Fr::from(21u64))]));
}
