//! Pieces that screens are made of. They know how things look and are operated, nothing of wallets.

mod aperture;
mod button;
mod card;
mod dialog;
mod field;
mod icon;
mod notice;
mod party;
mod progress;
mod screen;

pub use aperture::{Iris, Lens};
pub use button::{Button, ButtonKind, LinkButton};
pub use card::{CardFaceView, PresentedCardView};
pub use dialog::Confirm;
pub use field::{PassphraseField, StrengthMeter, TextAreaField, TextField};
pub use icon::{Icon, IconName};
pub use notice::{Notice, NoticeKind, ProblemNotice};
pub use party::{Address, Party};
pub use progress::{Opening, Step, StepState};
pub use screen::{Screen, focus_by_id};
