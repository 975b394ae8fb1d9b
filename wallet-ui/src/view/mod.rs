//! Screens, one per file. Each renders plain data and reports what was pressed.

mod add;
mod consent;
mod contact;
mod credential;
mod history;
mod home;
mod offer;
mod outcome;
mod sets;
mod settings;
mod shell;
mod unlock;
mod verify;
mod welcome;

pub use add::AddView;
pub use consent::{ConsentView, UnmetView};
pub use contact::ContactView;
pub use credential::CredentialView;
pub use history::HistoryView;
pub use home::HomeView;
pub use offer::{OfferDoneView, OfferReviewView};
pub use outcome::{FailedView, PresentedView, RefusedView, WorkingView};
pub use sets::SetsNeededView;
pub use settings::{Diagnosis, SettingsView};
pub use shell::{Shell, Tab};
pub use unlock::UnlockView;
pub use verify::VerifyView;
pub use welcome::WelcomeView;
