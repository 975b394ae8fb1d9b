use std::{cell::Cell, rc::Rc};

use js_sys::Date;
use leptos::prelude::{set_interval, window};
use web_sys::Event;

use super::listener::Listener;

/// What a person does.
const SIGNS: [&str; 4] = ["pointerdown", "pointermove", "keydown", "touchstart"];
/// How often the clock is looked at.
const INTERVAL: core::time::Duration = core::time::Duration::from_secs(5);

/// Calls `idle` whenever nobody has touched the page for as long as `limit` says, in milliseconds;
/// `None` is for ever. A device that slept wakes up idle: the wall clock counts, and it is looked at
/// when the page gets the focus.
pub fn watch_idle(limit: impl Fn() -> Option<f64> + 'static, idle: impl Fn() + 'static) {
    let last = Rc::new(Cell::new(Date::now()));
    let seen = Rc::clone(&last);
    let look = Rc::new(move || {
        let passed = Date::now() - seen.get();
        if limit().is_some_and(|limit| passed >= limit) {
            idle();
        }
    });
    let target = window();
    for sign in SIGNS {
        let (last, look) = (Rc::clone(&last), Rc::clone(&look));
        // Looked at first: a touch does not undo the time that has passed already.
        let listener = Listener::new(&target, sign, move |_: Event| {
            look();
            last.set(Date::now());
        });
        // They live as long as the page.
        std::mem::forget(listener);
    }
    // Not `visibilitychange`: that comes once more when the page has been left, and its memory wiped.
    let front = Rc::clone(&look);
    std::mem::forget(Listener::new(&target, "focus", move |_: Event| front()));
    set_interval(move || look(), INTERVAL);
}
