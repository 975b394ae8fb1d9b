//! What the screens show, as plain data. A view gets one of these and renders it; what they are made
//! from, and when, is the business of `flow`.

mod card;
mod exchange;
mod palette;
mod party;
mod problem;
mod set;
mod strength;

pub use card::{
    CardFace, CardState, CardView, ChoiceView, FieldView, PresentedCard, Shown, WindowView,
};
pub use exchange::{
    CheckedCard, EntryView, KeysView, Learned, OfferView, Outcome, QueryView, Report, RequestView,
    Unmet, WantedList,
};
pub use palette::Palette;
pub use party::{Contact, PartyView, shorten};
pub use problem::Problem;
pub use set::{SetView, SetsView, grouped, megabytes};
pub use strength::{Strength, assess};
