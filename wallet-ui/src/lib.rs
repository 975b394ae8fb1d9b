//! The wallet's pages in a browser: Leptos views and the adapters behind them.
//!
//! Nothing is decided here. Views render the plain data of [`model`] and report what was pressed;
//! [`flow`] asks `glimpse-wallet` and shows what it said; [`browser`] gives that crate a storage, a
//! worker for proofs and a courier for messages. What holds secrets cannot reach the network: only
//! the courier's frame can, and it is handed finished messages.

pub mod app;
pub mod browser;
pub mod component;
pub mod flow;
pub mod model;
pub mod route;
pub mod view;

use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the wallet onto the page. `boot.js` calls it once.
#[wasm_bindgen]
pub fn start() {
    console_error_panic_hook::set_once();
    browser::save_theme(browser::load_theme());
    leptos::mount::mount_to_body(app::App);
}
