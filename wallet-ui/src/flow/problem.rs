use glimpse_protocol::set::PublishedSetError;
use glimpse_wallet::{
    consent::{ConsentError, Unfit},
    http::ResponseError,
    offer::OfferError,
    request::RequestRefused,
    status::StatusUnfit,
    vault::{SealError, StretchError, UnlockError},
    wallet::{
        AddError, AskError, ChangePassphraseError, CreateError, EnrolError, OpenError,
        PrepareError, PresentError, RecordsError, TakeSetError, UnlockWalletError,
    },
};

use crate::{
    browser::{CourierError, IndexedDbError, WorkerFault},
    model::Problem,
};

impl From<IndexedDbError> for Problem {
    fn from(error: IndexedDbError) -> Self {
        let detail = match &error {
            IndexedDbError::Forbidden => {
                "Leave private browsing, or allow this site to store data, and reload. If the wallet was erased in another tab, reload."
            }
            IndexedDbError::Full => {
                "Free some space on this device and try again. Nothing was half written."
            }
            IndexedDbError::Failed(_) => "Reload the page and try again. Nothing was half written.",
        };
        Self::new(sentence(&error), detail)
    }
}

impl From<WorkerFault> for Problem {
    fn from(fault: WorkerFault) -> Self {
        let (title, detail) = match &fault {
            WorkerFault::Cancelled => ("Cancelled", "Nothing was sent."),
            WorkerFault::Stopped => (
                "The prover stopped",
                "There may not be enough memory. Close other tabs and try again. Nothing was lost.",
            ),
            WorkerFault::Keys(_) => (
                "The proving keys cannot be used",
                "Check your connection and reload the page. If it stays so, tell whoever runs this wallet's server.",
            ),
            WorkerFault::Answer => (
                "Page and prover do not match",
                "Reload the page and try again.",
            ),
            WorkerFault::Refused { .. } => ("The proof was not made", "Nothing was sent."),
        };
        let detail = match fault {
            WorkerFault::Keys(why) => format!("{}. {detail}", capital(&why)),
            WorkerFault::Refused { message, .. } => format!("{}. {detail}", capital(&message)),
            WorkerFault::Cancelled | WorkerFault::Stopped | WorkerFault::Answer => {
                detail.to_owned()
            }
        };
        Self::new(title, detail)
    }
}

impl From<CourierError> for Problem {
    fn from(error: CourierError) -> Self {
        let detail = match error {
            CourierError::Missing => "Reload the page and try again.",
            CourierError::Unreachable(_) => {
                "Check your connection and try again. Their server may be down or may not speak to wallets."
            }
            CourierError::Timeout(_) => "Try again in a moment.",
            CourierError::TooLarge => "This is not something that a wallet should be sent.",
            CourierError::Refused => "Ask whoever gave you the link for a new one.",
        };
        Self::new(sentence(&error), detail)
    }
}

impl From<RecordsError<IndexedDbError>> for Problem {
    fn from(error: RecordsError<IndexedDbError>) -> Self {
        match error {
            RecordsError::Storage(error) => error.into(),
            other => Self::new(
                sentence(&other),
                "What this browser stores for the wallet was changed or damaged. The other cards are not affected.",
            ),
        }
    }
}

impl From<OpenError<IndexedDbError>> for Problem {
    fn from(error: OpenError<IndexedDbError>) -> Self {
        match error {
            OpenError::Records(error) => error.into(),
            other => Self::new(
                sentence(&other),
                "What this browser stores for the wallet cannot be read. If you cannot restore it, erase the wallet and ask your issuers for new cards.",
            ),
        }
    }
}

impl From<CreateError<IndexedDbError>> for Problem {
    fn from(error: CreateError<IndexedDbError>) -> Self {
        match error {
            CreateError::Exists => Self::new(
                "There is a wallet here already",
                "It was made in another tab. Reload the page to unlock it.",
            ),
            CreateError::Vault(error) => error.into(),
            CreateError::Records(error) => error.into(),
        }
    }
}

impl From<SealError> for Problem {
    fn from(error: SealError) -> Self {
        match error {
            SealError::WrongPassphrase => wrong_passphrase(),
            SealError::Stretch(error) => error.into(),
            SealError::Randomness => Self::new(
                sentence(&error),
                "Restart the browser and try again. Nothing was written.",
            ),
        }
    }
}

impl From<StretchError> for Problem {
    fn from(error: StretchError) -> Self {
        Self::new(
            sentence(&error),
            "Close other tabs, reload the page and try again. Nothing was lost.",
        )
    }
}

impl From<UnlockWalletError<IndexedDbError>> for Problem {
    fn from(error: UnlockWalletError<IndexedDbError>) -> Self {
        match error {
            UnlockWalletError::Vault(UnlockError::WrongPassphrase) => wrong_passphrase(),
            UnlockWalletError::Vault(UnlockError::Stretch(error)) => error.into(),
            UnlockWalletError::Vault(error @ UnlockError::Damaged(_)) => Self::new(
                sentence(&error),
                "What this browser stores for the wallet was changed or damaged.",
            ),
            UnlockWalletError::Records(error) => error.into(),
        }
    }
}

impl From<ChangePassphraseError<IndexedDbError>> for Problem {
    fn from(error: ChangePassphraseError<IndexedDbError>) -> Self {
        match error {
            ChangePassphraseError::Vault(error) => error.into(),
            ChangePassphraseError::Records(error) => error.into(),
        }
    }
}

impl From<AddError<IndexedDbError>> for Problem {
    fn from(error: AddError<IndexedDbError>) -> Self {
        match error {
            AddError::Records(error) => error.into(),
            AddError::Duplicate(_) => {
                Self::new("You have this card already", "Nothing was changed.")
            }
            AddError::UnknownIssuer => Self::new(
                sentence(&error),
                "Ask the issuer for a new offer and open its link here.",
            ),
            AddError::Credential(_) => Self::new(
                "The card is not valid",
                format!(
                    "{}. It was not added. Ask the issuer for a new one.",
                    sentence(&error)
                ),
            ),
        }
    }
}

impl From<EnrolError<IndexedDbError, WorkerFault>> for Problem {
    fn from(error: EnrolError<IndexedDbError, WorkerFault>) -> Self {
        match error {
            EnrolError::SharedKey(_) => Self::new(
                sentence(&error),
                "Do not go on: somebody may be copying an issuer that you know.",
            ),
            EnrolError::Prover(fault) => fault.into(),
            EnrolError::Records(error) => error.into(),
        }
    }
}

impl From<PrepareError<IndexedDbError, WorkerFault>> for Problem {
    fn from(error: PrepareError<IndexedDbError, WorkerFault>) -> Self {
        match error {
            PrepareError::NoCard => Self::new(
                "This card is gone",
                "It was removed, perhaps in another tab.",
            ),
            PrepareError::Prover(fault) => fault.into(),
            PrepareError::Records(error) => error.into(),
        }
    }
}

impl From<OfferError> for Problem {
    fn from(error: OfferError) -> Self {
        let detail = match &error {
            OfferError::NotAnOffer | OfferError::Malformed(_) => "Ask the issuer for a new link.",
            OfferError::OtherFormat => "Another wallet may be meant.",
            OfferError::Address(_) => {
                "The wallet only talks to https addresses, or to this very machine."
            }
            OfferError::Response(_) => {
                "Try again later, or ask the issuer for a new link. Nothing was stored."
            }
            OfferError::OtherIssuer | OfferError::Manifest => {
                "Do not go on: somebody may be pretending to be this issuer."
            }
            OfferError::TxCodeNeeded => "Type it exactly as the issuer shows it.",
            OfferError::CodeRefused => {
                "Check the code and try again. If the offer was used before, ask the issuer for a new one."
            }
            OfferError::Deferred => "Nothing was stored.",
        };
        Self::new(sentence(&error), detail)
    }
}

impl From<RequestRefused> for Problem {
    fn from(error: RequestRefused) -> Self {
        let detail = match &error {
            RequestRefused::NotARequest => "Copy the whole link from the verifier's page.",
            RequestRefused::Address(_) => {
                "The wallet only talks to https addresses, or to this very machine."
            }
            RequestRefused::Response(_) => "Ask the verifier for a new request.",
            RequestRefused::Signed(_)
            | RequestRefused::OtherClient
            | RequestRefused::UnsignedPseudonym => {
                "Do not go on: somebody may be pretending to be this verifier."
            }
            RequestRefused::Form(_) | RequestRefused::Sets => {
                "This is the verifier's mistake: tell them."
            }
            RequestRefused::Stale(_) => {
                "Open a new one. If it happens again, check this device's clock."
            }
        };
        Self::new(sentence(&error), detail)
    }
}

impl From<ResponseError> for Problem {
    /// Of a published set: the others are part of larger errors.
    fn from(error: ResponseError) -> Self {
        Self::new(
            format!("The list could not be fetched: {error}"),
            "Try again later, or tell the verifier that its list cannot be had. Nothing was sent.",
        )
    }
}

impl From<TakeSetError<IndexedDbError, WorkerFault>> for Problem {
    fn from(error: TakeSetError<IndexedDbError, WorkerFault>) -> Self {
        match error {
            TakeSetError::Records(error) => error.into(),
            TakeSetError::Prover(fault) => fault.into(),
            TakeSetError::Refused(refused) => {
                let detail = match refused {
                    PublishedSetError::Other => {
                        "Tell the verifier: the list that it asks about is not at the address that it gives."
                    }
                    PublishedSetError::Form(_) => {
                        "What is at this address is something else. Tell the verifier."
                    }
                    _ => {
                        "Somebody may have changed it on the way, or in its place. Try again on another network, and tell the verifier if it stays so."
                    }
                };
                Self::new(
                    sentence(&refused),
                    format!("It was not kept, and nothing was sent. {detail}"),
                )
            }
        }
    }
}

impl From<AskError<IndexedDbError>> for Problem {
    fn from(error: AskError<IndexedDbError>) -> Self {
        match error {
            AskError::Records(error) => error.into(),
            AskError::Consent(error) => {
                let detail = match &error {
                    ConsentError::Choice => "Open the request again.",
                    ConsentError::Answered => "An answer is never used twice. History shows it.",
                    ConsentError::Unfit {
                        why: Unfit::Status(StatusUnfit::Revoked(_)),
                        ..
                    } => "Ask the issuer for a new card.",
                    ConsentError::Unfit { .. } => "Choose another card.",
                };
                Self::new(sentence(&error), detail)
            }
        }
    }
}

impl From<PresentError<IndexedDbError, WorkerFault>> for Problem {
    fn from(error: PresentError<IndexedDbError, WorkerFault>) -> Self {
        match error {
            PresentError::Prover(fault) => fault.into(),
            PresentError::Records(error) => error.into(),
            PresentError::Status(StatusUnfit::Revoked(_)) => Self::new(
                sentence(&error),
                "Nothing was sent. Ask the issuer for a new card.",
            ),
            PresentError::Status(_) => Self::new(
                sentence(&error),
                "Nothing was sent. Open the request again.",
            ),
            PresentError::Stale(_) | PresentError::Answered => {
                Self::new(sentence(&error), "Nothing was sent.")
            }
            PresentError::Output => Self::new(
                sentence(&error),
                "Nothing was sent. Reload the page and try again.",
            ),
        }
    }
}

fn wrong_passphrase() -> Problem {
    Problem::new(
        "That passphrase does not open this wallet",
        "Check capital letters and the keyboard's language, then try again. Nothing was lost.",
    )
}

/// An error's own words as a sentence.
pub(super) fn sentence(error: &impl std::error::Error) -> String {
    capital(&error.to_string())
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
