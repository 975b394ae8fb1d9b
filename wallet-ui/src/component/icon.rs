use leptos::prelude::*;

/// The pictures in use, 24 units wide, drawn in the colour of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// Two cards.
    Cards,
    /// A tick in a shield.
    Verify,
    /// A clock.
    History,
    /// Sliders.
    Settings,
    /// A plus.
    Add,
    /// An arrow to the left.
    Back,
    /// A chevron to the right.
    Next,
    /// A tick.
    Tick,
    /// A triangle with an exclamation mark.
    Warning,
    /// An i in a circle.
    Info,
    /// A crossed eye.
    Hidden,
    /// An eye.
    Shown,
    /// A padlock.
    Lock,
    /// A circle.
    Dot,
    /// A cross.
    Cross,
}

impl IconName {
    fn path(self) -> &'static str {
        match self {
            Self::Cards => {
                "M3 9.5A1.5 1.5 0 0 1 4.500 8h15A1.500 1.500 0 0 1 21 9.500v8a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 17.500zM6 5h12M3 13h18"
            }
            Self::Verify => {
                "M12 3l7.500 3v5.500c0 4.500-3 7.800-7.500 9.500-4.500-1.700-7.500-5-7.500-9.500V6zM8.500 12l2.500 2.500 4.500-5"
            }
            Self::History => "M3.500 12a8.500 8.500 0 1 0 2.600-6.100M3.500 4v4h4M12 7.500V12l3 2",
            Self::Settings => "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
            Self::Add => "M12 5v14M5 12h14",
            Self::Back => "M15 5l-7 7 7 7",
            Self::Next => "M9 5l7 7-7 7",
            Self::Tick => "M5 12.500l4.500 4.500L19 7.500",
            Self::Warning => "M12 4l9 15.500H3zM12 10v4.500M12 17v.1",
            Self::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.600v.1",
            Self::Hidden => {
                "M4 4l16 16M9.500 5.800A9.600 9.600 0 0 1 12 5.500c5 0 8.200 4 9.500 6.500a14 14 0 0 1-2.700 3.600M6.300 7.500A13.500 13.500 0 0 0 2.500 12c1.300 2.500 4.500 6.500 9.500 6.500a9.500 9.500 0 0 0 4-.9M10 10a2.800 2.800 0 0 0 4 4"
            }
            Self::Shown => {
                "M2.500 12C3.800 9.500 7 5.500 12 5.500s8.200 4 9.500 6.500c-1.300 2.500-4.500 6.500-9.500 6.500S3.800 14.500 2.500 12zM12 14.800a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600z"
            }
            Self::Lock => "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
            Self::Dot => "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
            Self::Cross => "M6 6l12 12M18 6L6 18",
        }
    }
}

/// A decorative picture; the words beside it carry the meaning.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=name.path() />
        </svg>
    }
}
