use proptest::prelude::*;

use super::*;
use crate::testing::{
    Forgery, agreement_tests, assert_circuit, boundary_element, broken_rows, deletion_survivors,
    free_columns, synthesize,
};

fn short(text: &str) -> ShortText {
    ShortText::new(text).unwrap()
}

fn about(text: &str, mode: TextMode, pattern: &str) -> TextInputs {
    TextInputs::new(Some(&short(text)), &short(pattern), mode)
}

const FULL: &str = "abcdefghijklmnopqrstuvwxyz0123";

/// Found and not, short and long, empty, absent, in each mode.
fn samples() -> Vec<TextInputs> {
    let cases = [
        ("Lindqvist", "Lind"),
        ("Lindqvist", "qvist"),
        ("Lindqvist", "Lindqvist"),
        ("Lindqvist", "Lindqvists"),
        ("Lindqvist", ""),
        ("", ""),
        ("", "x"),
        (FULL, FULL),
        (FULL, "t"),
        ("aaaaaaaaaaaaaaaa", "aaa"),
    ];
    let mut samples: Vec<TextInputs> = (0..=BYTES)
        .map(|length| about(&FULL[..length], TextMode::Contains, "uvw"))
        .collect();
    for mode in TextMode::ALL {
        samples.extend(cases.map(|(text, pattern)| about(text, mode, pattern)));
        samples.push(TextInputs::new(None, &short("a"), mode));
        samples.push(TextInputs::new(None, &short(""), mode));
    }
    samples
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    assert_circuit(&about("Lindqvist", TextMode::Suffix, "quist"), 9);
}

#[test]
fn determinism_gate() {
    for inputs in samples() {
        let free = free_columns(&synthesize(&inputs, None), &[TextSlot::Holds.index()]);
        assert_eq!(free, Vec::<String>::new());
    }
}

/// To first order the flags' rows and that of the whole value imply each other, since one of the flags
/// says already what the value is; so do those of the mode. Each has a forgery that only it notices.
#[test]
fn no_constraint_can_be_deleted() {
    let mut forgeries: Vec<_> = (0..=BYTES).map(forged_length).collect();
    forgeries.extend([forged_absence(), trailing_byte(), fourth_mode()]);
    let survivors = deletion_survivors(&samples(), forgeries);
    assert_eq!(survivors, Vec::<String>::new());
}

/// A text with a byte behind its end, which a fraction of the flag of another length makes up for.
fn forged_length(length: usize) -> Forgery<TextInputs> {
    let true_length = if length == 5 { 6 } else { 5 };
    let distance = Fr::from(length as u64) - Fr::from(true_length as u64);
    let fraction = -(distance * power(CONTENT_BITS)).inverse().unwrap();
    let columns = [
        ("content[0]/boolean", Fr::ONE),
        (&*format!("length_is[{length}]/flag"), fraction),
        (
            &*format!("length_is[{true_length}]/flag"),
            Fr::ONE - fraction,
        ),
    ];
    Forgery::replacing(about(&FULL[..true_length], TextMode::Prefix, ""), columns)
}

/// The same with a fraction of absence; nothing is found then.
fn forged_absence() -> Forgery<TextInputs> {
    let fraction = -(ABSENT - Fr::from(5u64) * power(CONTENT_BITS))
        .inverse()
        .unwrap();
    let columns = [
        ("content[0]/boolean", Fr::ONE),
        ("length_is[5]/flag", Fr::ONE - fraction),
    ];
    let lie = TextInputs {
        holds: Fr::ZERO,
        ..about(&FULL[..5], TextMode::Prefix, "")
    };
    Forgery::replacing(lie, columns)
}

/// A text with something behind its end.
fn trailing_byte() -> Forgery<TextInputs> {
    let inputs = about("Lindqvist", TextMode::Contains, "q");
    Forgery::replacing(inputs, [("content[0]/boolean", Fr::ONE)])
}

/// A mode that is suffix and contains at once.
fn fourth_mode() -> Forgery<TextInputs> {
    let inputs = TextInputs {
        mode: Fr::from(3u64),
        ..about("", TextMode::Suffix, "")
    };
    Forgery::replacing(inputs, [])
}

#[test]
fn forgeries_are_noticed_by_one_row_each() {
    for length in 0..=BYTES {
        let name = format!("length_is[{length}]/flag");
        assert_eq!(forged_length(length).broken_rows(), [name]);
    }
    assert_eq!(forged_absence().broken_rows(), ["absent"]);
    assert_eq!(fourth_mode().broken_rows(), ["mode/known"]);
}

#[test]
fn nothing_hides_behind_the_end_of_a_text() {
    assert_eq!(trailing_byte().broken_rows(), ["value"]);
    // To be found, it would have to lie within the text.
    let lie = TextInputs {
        holds: Fr::ONE,
        ..about(&FULL[..29], TextMode::Suffix, "\u{1}")
    };
    let forgery = Forgery::replacing(lie, [("content[0]/boolean", Fr::ONE)]);
    assert_eq!(
        forgery.broken_rows(),
        ["value", "holds/inverse", "holds/zero", "holds/unused"]
    );
}

#[test]
fn every_place_and_length_in_every_mode() {
    let rows = TextCircuit::blank().synthesize(true).rows().to_vec();
    for length in [0, 1, 2, 7, 15, 16, 17, 29, 30] {
        let text = &FULL[..length];
        for from in 0..=length {
            for to in from..=length {
                let pattern = &text[from..to];
                for mode in TextMode::ALL {
                    let inputs = about(text, mode, pattern);
                    let expected = match mode {
                        TextMode::Prefix => from == 0 || from == to,
                        TextMode::Suffix => to == length || from == to,
                        TextMode::Contains => true,
                    };
                    assert_eq!(inputs.holds, Fr::from(expected));
                    assert_eq!(inputs.check(), Ok(()));
                    let system = TextCircuit::new(inputs).synthesize(false);
                    let broken = crate::system::broken(&rows, system.assignment());
                    assert_eq!(broken, Vec::<&str>::new(), "{text} {mode:?} {pattern}");
                }
            }
        }
    }
}

#[test]
fn longer_patterns_and_other_bytes_are_not_found() {
    for (text, pattern) in [
        ("abc", "abcd"),
        ("abc", "abd"),
        ("abc", "ABC"),
        ("bc", "abc"),
        ("", "a"),
        ("ab", "b\0"),
        ("a", "\0"),
        ("", "\0"),
        // Beyond the end of the bytes that there are.
        (FULL, "23\0"),
        (&FULL[..20], "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        ("é", "e"),
    ] {
        for mode in TextMode::ALL {
            let inputs = about(text, mode, pattern);
            assert_eq!(inputs.holds, Fr::ZERO);
            assert_eq!(broken_rows(&inputs), Vec::<String>::new());
            let lie = TextInputs {
                holds: Fr::ONE,
                ..inputs
            };
            assert_eq!(
                broken_rows(&lie),
                ["holds/inverse", "holds/zero", "holds/unused"],
                "{text} {pattern}"
            );
        }
    }
    // A zero byte that is there is found.
    assert_eq!(about("a\0b", TextMode::Contains, "\0").holds, Fr::ONE);
    assert_eq!(about("a\0", TextMode::Suffix, "\0").holds, Fr::ONE);
}

/// Texts over few letters, so that patterns are common; some absent, some values packed wrongly.
fn statements() -> impl Strategy<Value = TextInputs> {
    let letters = || prop::collection::vec(prop::sample::select(&b"ab\0"[..]), 0..=BYTES);
    let pattern = prop_oneof![
        3 => (0..=BYTES, 0..=BYTES).prop_map(|(from, to)| (Some((from, to)), Vec::new())),
        1 => letters().prop_map(|letters| (None, letters)),
    ];
    let wrong = prop::option::weighted(0.3, (0usize..5, boundary_element(), 0usize..248));
    let mode = prop::sample::select(&TextMode::ALL[..]);
    let present = prop::bool::weighted(0.9);
    (letters(), pattern, mode, present, wrong).prop_map(
        |(text, (cut, letters), mode, present, wrong)| {
            let pattern = match cut {
                // A piece of the text, give or take a byte.
                Some((from, to)) => {
                    let to = to.min(text.len());
                    text[from.min(to)..to].to_vec()
                }
                None => letters,
            };
            let short = |bytes: &[u8]| short(core::str::from_utf8(bytes).unwrap());
            let text = present.then(|| short(&text));
            let mut inputs = TextInputs::new(text.as_ref(), &short(&pattern), mode);
            match wrong {
                Some((0, value, _)) => inputs.value = value,
                Some((1, _, bit)) => inputs.value += power(bit),
                Some((2, value, _)) => inputs.length = value,
                Some((3, value, _)) => inputs.mode = value,
                Some((_, value, _)) => inputs.holds = value,
                None => {}
            }
            inputs
        },
    )
}

agreement_tests!(statements());

#[test]
fn values_that_are_no_packed_text_have_no_witness() {
    let honest = about("Lindqvist", TextMode::Contains, "q");
    for value in [
        // Too long a length; a byte behind the end; a length of other texts; neither text nor absent.
        honest.value + Fr::from(22u64) * power(240),
        honest.value + Fr::ONE,
        honest.value - power(240),
        Fr::ONE,
        -Fr::ONE,
        ABSENT + Fr::ONE,
        ABSENT - Fr::ONE,
        ABSENT + honest.value,
        power(248),
    ] {
        for holds in [Fr::ZERO, Fr::ONE] {
            let inputs = TextInputs {
                value,
                holds,
                ..honest
            };
            assert_eq!(inputs.check(), Err(TextClause::Value));
            assert!(!broken_rows(&inputs).is_empty());
        }
    }
}

#[test]
fn the_flags_of_length_and_absence_cannot_lie() {
    // "Lindqvist" in nine bytes ends with "Lindqvis" if its length is said to be eight.
    let lie = TextInputs {
        holds: Fr::ONE,
        ..about("Lindqvist", TextMode::Suffix, "Lindqvis")
    };
    let columns = [
        ("length_is[8]/flag", Fr::ONE),
        ("length_is[9]/flag", Fr::ZERO),
    ];
    let broken = Forgery::replacing(lie, columns).broken_rows();
    assert_eq!(broken, ["length_is[8]/flag", "value"]);
    // The length said to be neither: half of both, or none, which is absence.
    let half = Fr::from(2u64).inverse().unwrap();
    let columns = [("length_is[8]/flag", half), ("length_is[9]/flag", half)];
    let broken = Forgery::replacing(lie, columns).broken_rows();
    assert!(
        broken.contains(&"length_is[8]/flag".to_owned()),
        "{broken:?}"
    );
    let present = TextInputs {
        holds: Fr::ZERO,
        ..about("Lindqvist", TextMode::Contains, "q")
    };
    let forgery = Forgery::replacing(present, [("length_is[9]/flag", Fr::ZERO)]);
    assert_eq!(forgery.broken_rows(), ["absent", "value"]);
    // An absent value passed off as the empty text, which begins with nothing.
    let absent = TextInputs {
        holds: Fr::ONE,
        ..TextInputs::new(None, &short(""), TextMode::Prefix)
    };
    let forgery = Forgery::replacing(absent, [("length_is[0]/flag", Fr::ONE)]);
    assert_eq!(forgery.broken_rows(), ["length_is[0]/flag", "value"]);
}

#[test]
fn bits_that_are_no_bits_are_named() {
    for (prefix, low) in [("content", 200), ("length", 0), ("mode", 0)] {
        let forgery = Forgery::new(
            about("Lindqvist", TextMode::Contains, "qvi"),
            move |name, honest| {
                // Two of a bit for one of the next: the sum stays.
                if name == format!("{prefix}[{low}]/boolean") {
                    honest + Fr::from(2u64)
                } else if name == format!("{prefix}[{}]/boolean", low + 1) {
                    honest - Fr::ONE
                } else {
                    honest
                }
            },
        );
        let broken = forgery.broken_rows();
        assert!(
            broken.contains(&format!("{prefix}[{low}]/boolean")),
            "{broken:?}"
        );
        assert!(!broken.contains(&prefix.to_owned()) && !broken.contains(&"value".to_owned()));
    }
}

#[test]
fn unknown_modes_and_lengths_are_named() {
    let honest = about("Lindqvist", TextMode::Contains, "qvist");
    let inputs = TextInputs {
        mode: Fr::from(3u64),
        ..honest
    };
    assert_eq!(inputs.check(), Err(TextClause::Mode));
    assert!(broken_rows(&inputs).contains(&"mode/known".to_owned()));
    for mode in [Fr::from(4u64), -Fr::ONE] {
        let inputs = TextInputs { mode, ..honest };
        assert_eq!(inputs.check(), Err(TextClause::Mode));
        assert!(broken_rows(&inputs).contains(&"mode".to_owned()));
    }
    for length in [Fr::from(32u64), -Fr::ONE] {
        let inputs = TextInputs { length, ..honest };
        assert_eq!(inputs.check(), Err(TextClause::Length));
        assert!(broken_rows(&inputs).contains(&"length".to_owned()));
    }
    // No text holds 31 bytes.
    let inputs = TextInputs {
        length: Fr::from(31u64),
        pattern: Fr::from(31u64) * power(240),
        holds: Fr::ZERO,
        ..honest
    };
    assert_eq!(inputs.check(), Ok(()));
    assert_eq!(broken_rows(&inputs), Vec::<String>::new());
}

/// "quist" is claimed to be in "Lindqvist", or "qvist" not to be.
#[test]
fn a_lie_breaks_the_last_rows_or_the_row_that_lies() {
    let wrong = about("Lindqvist", TextMode::Contains, "quist");
    let right = about("Lindqvist", TextMode::Contains, "qvist");
    assert_eq!((wrong.holds, right.holds), (Fr::ZERO, Fr::ONE));
    let lie = TextInputs {
        holds: Fr::ONE,
        ..wrong
    };
    assert_eq!(lie.check(), Err(TextClause::Holds));
    let forgery = Forgery::replacing(lie, [("holds/inverse", Fr::ZERO)]);
    assert_eq!(forgery.broken_rows(), ["holds/zero"]);
    let name = "product[30]/factor";
    assert_eq!(
        Forgery::replacing(lie, [(name, Fr::ZERO)]).broken_rows(),
        [name]
    );

    let lie = TextInputs {
        holds: Fr::ZERO,
        ..right
    };
    for hint in [Fr::ZERO, Fr::ONE] {
        let forgery = Forgery::replacing(lie, [("holds/inverse", hint)]);
        assert_eq!(forgery.broken_rows(), ["holds/inverse"]);
    }
    assert_eq!(
        Forgery::replacing(lie, [(name, Fr::ONE)]).broken_rows(),
        [name]
    );
    for holds in [Fr::from(2u64), -Fr::ONE] {
        let inputs = TextInputs { holds, ..right };
        assert!(broken_rows(&inputs).contains(&"holds/inverse".to_owned()));
    }
    // A multiplexer takes the wrong side; a mark is left out.
    for name in ["shift[4]/place[5]/mux", "shift[1]/place[4]/mux"] {
        let forgery = Forgery::new(lie, move |column, honest| {
            if column == name {
                honest + Fr::ONE
            } else {
                honest
            }
        });
        assert_eq!(forgery.broken_rows(), [name]);
    }
    let suffix = TextInputs {
        holds: Fr::ONE,
        ..about("Lindqvist", TextMode::Suffix, "Lind")
    };
    let name = "before_end[4]/mark";
    assert_eq!(
        Forgery::replacing(suffix, [(name, Fr::ZERO)]).broken_rows(),
        [name]
    );
}

/// The argument for marks: APART·(difference of contents) + mark·256ᵏ is zero only if both are.
#[test]
fn marks_and_differences_cannot_cancel() {
    let most_marks = 8;
    assert!(most_marks < APART && APART % 2 == 1);
    // |APART·difference| + marks·256³⁰ stays below r, so that nothing wraps.
    let bound = Fr::from(APART + most_marks) * power(240);
    assert!(bound.into_bigint().num_bits() < Fr::MODULUS_BIT_SIZE - 1);
}
