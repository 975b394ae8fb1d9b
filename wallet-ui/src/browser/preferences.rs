use leptos::prelude::document;

/// Where the theme is remembered, in the clear: it must be known before the wallet is unlocked.
const THEME: &str = "glimpse.theme";
/// Where the minutes until the wallet locks itself are remembered, in the clear as well: they tell
/// nothing, and whoever can write to this storage can do worse.
const AUTO_LOCK: &str = "glimpse.auto-lock";

/// Light, dark, or as the device says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// When the wallet locks itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoLock {
    /// After a minute without a touch.
    OneMinute,
    /// After ten minutes.
    TenMinutes,
    /// After an hour.
    OneHour,
}

impl AutoLock {
    /// The longest time without a touch, in minutes.
    #[must_use]
    pub fn minutes(self) -> u32 {
        match self {
            Self::OneMinute => 1,
            Self::TenMinutes => 10,
            Self::OneHour => 60,
        }
    }
}

/// The remembered choice; ten minutes, if there is none.
#[must_use]
pub fn load_auto_lock() -> AutoLock {
    match load(AUTO_LOCK).as_deref() {
        Some("1") => AutoLock::OneMinute,
        Some("60") => AutoLock::OneHour,
        _ => AutoLock::TenMinutes,
    }
}

/// Remembers when to lock. In a browser that stores nothing it lasts until the page is left.
pub fn save_auto_lock(choice: AutoLock) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(AUTO_LOCK, &choice.minutes().to_string());
    }
}

/// The remembered theme.
#[must_use]
pub fn load_theme() -> Theme {
    match load(THEME).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Applies a theme and remembers it. In a browser that stores nothing it lasts until the page is left.
pub fn save_theme(theme: Theme) {
    if let Some(root) = document().document_element() {
        let _ = match theme.word() {
            Some(word) => root.set_attribute("data-theme", word),
            None => root.remove_attribute("data-theme"),
        };
    }
    if let Some(storage) = storage() {
        let _ = match theme.word() {
            Some(word) => storage.set_item(THEME, word),
            None => storage.remove_item(THEME),
        };
    }
}

fn load(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
