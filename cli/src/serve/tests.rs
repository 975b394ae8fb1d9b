//! The whole server in-process: requests go straight into the routers, and the prover plays the wallet.

mod credential_flow;
mod headers;
mod holder;
mod presentation_flow;
mod questions;
mod status_list;
mod support;
