//! The wallet's pages in a browser: Leptos views and the adapters behind them.
//!
//! Nothing is decided here. Views render the plain data of [`model`] and report what was pressed;
//! what a wallet does with that is in `glimpse-wallet`, proofs are made by the worker, and whatever
//! must reach the outside goes through the courier frame.

pub mod browser;
pub mod component;
pub mod model;
pub mod view;
