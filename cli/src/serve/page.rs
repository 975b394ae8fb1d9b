//! Pages and their assets: templates with named holes, filled with escaped text only.

use std::fmt::Write as _;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};

use glimpse_protocol::{schema::Schema, value::AttributeType};

use super::{
    headers::{self, Document},
    origin::Party,
    problem::Problem,
};

/// What goes into one hole of a template.
pub enum Fill<'a> {
    /// Text, which is escaped.
    Text(&'a str),
    /// Markup made by this module.
    Markup(String),
}

/// Fills the holes `{{name}}` of a template.
pub fn fill(template: &str, holes: &[(&str, Fill<'_>)]) -> String {
    let mut page = String::with_capacity(template.len() + 4096);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else {
            break;
        };
        match holes.iter().find(|(hole, _)| *hole == name) {
            Some((_, Fill::Text(text))) => page.push_str(&escape(text)),
            Some((_, Fill::Markup(markup))) => page.push_str(markup),
            None => {}
        }
        rest = behind;
    }
    page.push_str(rest);
    page
}

/// Text made safe between tags and inside double-quoted attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Text as one query parameter's value: all but unreserved characters percent-encoded.
pub fn percent(text: &str) -> String {
    text.bytes().fold(
        String::with_capacity(text.len() * 2),
        |mut encoded, byte| {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    encoded.push(char::from(byte));
                }
                byte => {
                    let _ = write!(encoded, "%{byte:02X}");
                }
            }
            encoded
        },
    )
}

/// The form fields of a schema, filled with a sample person.
pub fn form_fields(schema: &Schema, sample: &serde_json::Value) -> String {
    let mut markup = String::new();
    for (index, attribute) in schema.attributes().iter().enumerate() {
        let members = attribute.path().members();
        let value = members.iter().try_fold(sample, |value, key| value.get(key));
        let value = value.map_or_else(String::new, |value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        });
        let value = escape(&value);
        let path = serde_json::to_string(members).unwrap_or_default();
        let kind = attribute.attribute_type();
        let common = format!(
            "id=\"f{index}\" data-path=\"{path}\" data-type=\"{kind}\" data-testid=\"field-{name}\" autocomplete=\"off\"",
            path = escape(&path),
            kind = kind.name(),
            name = escape(&members.join("-")),
        );
        let control = match kind {
            AttributeType::LongText => format!("<textarea rows=\"3\" {common}>{value}</textarea>"),
            AttributeType::Date => format!("<input type=\"date\" {common} value=\"{value}\">"),
            AttributeType::Integer => {
                format!("<input type=\"number\" step=\"1\" {common} value=\"{value}\">")
            }
            AttributeType::Decimal { .. } => {
                format!("<input type=\"text\" inputmode=\"decimal\" {common} value=\"{value}\">")
            }
            AttributeType::Bool => choice(&common, attribute.is_optional(), &value),
            AttributeType::Text | AttributeType::DateTime | AttributeType::Bytes => {
                format!("<input type=\"text\" {common} value=\"{value}\">")
            }
        };
        let wide = if kind == AttributeType::LongText {
            " wide"
        } else {
            ""
        };
        let optional = if attribute.is_optional() {
            " <small>(may be left out)</small>"
        } else {
            ""
        };
        let label = escape(attribute.label());
        // Writing to a string cannot fail.
        let _ = writeln!(
            markup,
            "        <div class=\"field{wide}\"><label for=\"f{index}\">{label}{optional}</label>{control}</div>"
        );
    }
    markup
}

fn choice(common: &str, optional: bool, value: &str) -> String {
    let option = |held: &str, text: &str| {
        let selected = if value == held { " selected" } else { "" };
        format!("<option value=\"{held}\"{selected}>{text}</option>")
    };
    let none = if optional {
        option("", "not stated")
    } else {
        String::new()
    };
    let (yes, no) = (option("true", "yes"), option("false", "no"));
    format!("<select {common}>{none}{yes}{no}</select>")
}

/// One line of "what is asked": a keyword and words for people.
pub fn asks(lines: &[(&str, String)]) -> String {
    lines
        .iter()
        .fold(String::new(), |mut markup, (kind, words)| {
            let _ = writeln!(
                markup,
                "        <li><b>{}</b> <span>{}</span></li>",
                escape(kind),
                escape(words)
            );
            markup
        })
}

/// Names that lead to addresses, with a word between them.
pub fn links(places: &[(&str, String)], between: &str) -> String {
    let links = places
        .iter()
        .map(|(name, url)| format!("<a href=\"{}\">{}</a>", escape(url), escape(name)));
    links.collect::<Vec<_>>().join(&escape(between))
}

/// An HTML answer that is never kept: pages are small and their policy must stay current.
pub fn html(page: String) -> Response<Body> {
    asset("text/html; charset=utf-8", page)
}

/// A small embedded asset.
pub fn asset(media_type: &'static str, content: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(content.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

macro_rules! embedded {
    ($name:literal) => {
        include_str!(concat!("assets/", $name))
    };
}

/// The template of an issuer's page.
pub const ISSUER: &str = embedded!("issuer.html");
/// The template of a verifier's page.
pub const VERIFIER: &str = embedded!("verifier.html");

/// The party's own style, on top of what all share.
pub fn style(party: Party) -> String {
    let own = match party {
        Party::Wallet => "",
        Party::Registry => embedded!("registry.css"),
        Party::University => embedded!("university.css"),
        Party::Bar => embedded!("bar.css"),
        Party::Rental => embedded!("rental.css"),
        Party::Forum => embedded!("forum.css"),
        Party::Cinema => embedded!("cinema.css"),
        Party::Bank => embedded!("bank.css"),
    };
    [embedded!("base.css"), own].concat()
}

/// The party's script.
pub const fn script(party: Party) -> &'static str {
    match party {
        Party::Wallet => "",
        Party::Registry | Party::University => embedded!("issuer.js"),
        Party::Bar | Party::Rental | Party::Forum | Party::Cinema | Party::Bank => {
            embedded!("verifier.js")
        }
    }
}

/// The party's emblem.
pub const fn emblem(party: Party) -> &'static str {
    match party {
        Party::Wallet => "",
        Party::Registry => embedded!("registry.svg"),
        Party::University => embedded!("university.svg"),
        Party::Bar => embedded!("bar.svg"),
        Party::Rental => embedded!("rental.svg"),
        Party::Forum => embedded!("forum.svg"),
        Party::Cinema => embedded!("cinema.svg"),
        Party::Bank => embedded!("bank.svg"),
    }
}

/// The routes of a party's assets.
pub fn asset_routes(party: Party) -> axum::Router {
    use axum::routing::get;
    axum::Router::new()
        .route(
            "/style.css",
            get(move || async move { asset("text/css; charset=utf-8", style(party)) }),
        )
        .route(
            "/script.js",
            get(move || async move { asset("text/javascript; charset=utf-8", script(party)) }),
        )
        .route(
            "/emblem.svg",
            get(move || async move { asset("image/svg+xml", emblem(party)) }),
        )
}

/// What the wallet's host says before the wallet was built.
pub fn wallet_is_not_built() -> Response<Body> {
    let mut response = html(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Glimpse</title>\
         <h1>The wallet is not built</h1><p>Run <code>cargo xtask serve</code>, which builds it first.</p>"
            .to_owned(),
    );
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Any path that nobody serves.
pub async fn not_found() -> Response<Body> {
    let mut response = Problem::not_found("page").into_response();
    headers::apply(&Document::Data, &mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let page = fill(
            "<p title=\"{{a}}\">{{a}}{{b}}{{gone}}</p>",
            &[
                ("a", Fill::Text("\"><script>'&")),
                ("b", Fill::Markup("<b>".into())),
            ],
        );
        let safe = "&quot;&gt;&lt;script&gt;&#39;&amp;";
        assert_eq!(page, format!("<p title=\"{safe}\">{safe}<b></p>"));
    }

    #[test]
    fn no_template_has_inline_script_or_style() {
        for page in [ISSUER, VERIFIER] {
            assert!(!page.contains("style=") && !page.contains("<style"));
            assert!(!page.contains(" onclick") && !page.contains("<script>"));
        }
        for script in [script(Party::Bar), script(Party::Registry)] {
            assert!(!script.contains("innerHTML") && !script.contains("eval("));
        }
    }
}
