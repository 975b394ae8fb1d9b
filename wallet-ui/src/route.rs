//! Screens by address. The address after `#` never reaches a server.

/// A screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The cards.
    Home,
    /// Pasting a link.
    Add,
    /// An issuer's offer: the query of its link, empty once it was taken out of the address.
    Offer(String),
    /// A verifier's request: likewise.
    Request(String),
    /// One card, by its identifier.
    Card(String),
    /// Checking a presentation.
    Verify,
    /// The ledger.
    History,
    /// Settings.
    Settings,
    /// No such screen.
    Unknown,
}

impl Route {
    /// Reads what follows `#`.
    #[must_use]
    pub fn of(fragment: &str) -> Self {
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        match path.trim_matches('/') {
            "" => Self::Home,
            "add" => Self::Add,
            "offer" => Self::Offer(query.to_owned()),
            "request" => Self::Request(query.to_owned()),
            "verify" => Self::Verify,
            "history" => Self::History,
            "settings" => Self::Settings,
            other => match other.strip_prefix("card/") {
                Some(id) if !id.is_empty() => Self::Card(id.to_owned()),
                _ => Self::Unknown,
            },
        }
    }

    /// The screen for a link that was pasted: ours, or one of the two standard schemes.
    #[must_use]
    pub fn of_link(link: &str) -> Option<Self> {
        let link = link.trim();
        if let Some((_, query)) = link
            .strip_prefix("openid-credential-offer:")
            .and_then(|rest| rest.split_once('?'))
        {
            return Some(Self::Offer(query.to_owned()));
        }
        if let Some((_, query)) = link
            .strip_prefix("openid4vp:")
            .and_then(|rest| rest.split_once('?'))
        {
            return Some(Self::Request(query.to_owned()));
        }
        let (_, fragment) = link.split_once('#')?;
        match Self::of(fragment) {
            Self::Offer(query) if !query.is_empty() => Some(Self::Offer(query)),
            Self::Request(query) if !query.is_empty() => Some(Self::Request(query)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_screens() {
        assert_eq!(Route::of(""), Route::Home);
        assert_eq!(Route::of("/"), Route::Home);
        assert_eq!(Route::of("/card/0f"), Route::Card("0f".into()));
        assert_eq!(Route::of("/card/"), Route::Unknown);
        assert_eq!(Route::of("/offer?a=b?c"), Route::Offer("a=b?c".into()));
        assert_eq!(Route::of("/nowhere"), Route::Unknown);
    }

    #[test]
    fn pasted_links_are_offers_or_requests_or_nothing() {
        let offer = Some(Route::Offer("credential_offer_uri=x".into()));
        for link in [
            "openid-credential-offer://?credential_offer_uri=x",
            " http://localhost:8100/#/offer?credential_offer_uri=x\n",
        ] {
            assert_eq!(Route::of_link(link), offer, "{link}");
        }
        let request = Some(Route::Request("request_uri=y".into()));
        assert_eq!(Route::of_link("openid4vp://?request_uri=y"), request);
        for link in [
            "",
            "https://example.org/",
            "http://localhost:8100/#/settings",
            "x#/offer",
        ] {
            assert_eq!(Route::of_link(link), None, "{link}");
        }
    }
}
