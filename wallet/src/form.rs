//! `application/x-www-form-urlencoded`, written and read.

/// Joins fields. Everything but unreserved characters is percent-encoded.
#[must_use]
pub fn encode(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        encode_into(&mut text, name);
        text.push('=');
        encode_into(&mut text, value);
    }
    text
}

fn encode_into(text: &mut String, part: &str) {
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// Splits fields. `None` if an encoding is broken, the text is not UTF-8, or a name occurs twice:
/// two readers would take different ones.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<(String, String)>> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for field in text.split('&').filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let (name, value) = (decode_part(name)?, decode_part(value)?);
        if fields.iter().any(|(known, _)| *known == name) {
            return None;
        }
        fields.push((name, value));
    }
    Some(fields)
}

fn decode_part(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (digits, after) = rest.split_at_checked(2)?;
                let mut decoded = [0];
                hex::decode_to_slice(digits, &mut decoded).ok()?;
                bytes.extend(decoded);
                rest = after;
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn broken_or_ambiguous_forms_are_refused() {
        for text in ["a=%", "a=%2", "a=%zz", "a=%ff", "a=1&a=2", "a=1&%61=2"] {
            assert_eq!(decode(text), None, "{text}");
        }
        let plus = decode("a=b+c&d").unwrap();
        assert_eq!(
            plus,
            [("a".into(), "b c".into()), ("d".into(), String::new())]
        );
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(a in "\\PC*", b in "\\PC*") {
            let decoded = decode(&encode(&[("a", &a), ("b", &b)])).unwrap();
            prop_assert_eq!(decoded, [("a".to_owned(), a), ("b".to_owned(), b)]);
        }
    }
}
