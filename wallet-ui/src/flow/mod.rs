//! What happens between the screens: asks the wallet, shows what it said. One file per undertaking.

mod answer;
mod background;
mod card;
mod checked;
mod consent;
mod diagnose;
mod history;
mod offer;
mod problem;
mod request;
mod session;
mod sets;
mod task;
mod verify;

pub use card::{CardFlow, HomeFlow};
pub use diagnose::{diagnose, keys_view};
pub use history::HistoryFlow;
pub use offer::OfferFlow;
pub use request::RequestFlow;
pub use session::{Phase, Session};
pub use task::Task;
pub use verify::VerifyFlow;
