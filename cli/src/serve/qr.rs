//! QR codes as SVG, dark on light whatever the page's theme, since scanners want it so.

use qrcode::{EcLevel, QrCode, render::svg, types::QrError};

/// The SVG document of a QR code for `text`.
pub fn svg(text: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    Ok(code
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .quiet_zone(true)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_link_fits_and_a_novel_does_not() {
        let svg = svg(&format!(
            "http://localhost:8100/#/request?request_uri={}",
            "x".repeat(300)
        ));
        assert!(svg.unwrap().contains("<svg"));
        assert!(super::svg(&"x".repeat(4000)).is_err());
    }
}
