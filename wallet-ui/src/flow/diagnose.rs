use glimpse_protocol::{
    manifest::{KeyKind, KeyManifest},
    nonce::Nonce,
};
use js_sys::Date;
use leptos::prelude::window;
use rand_core::OsRng;

use super::Session;
use crate::{
    browser::local_text,
    model::{KeysView, Problem},
    view::Diagnosis,
};

/// The proving keys, and honestly what their making means.
pub async fn keys_view(session: Session) -> Result<KeysView, Problem> {
    let worker = session.worker().ok_or_else(|| {
        Problem::new("The prover did not start", "Reload the page and try again.")
    })?;
    Ok(view(&*worker.manifest().await?))
}

fn view(manifest: &KeyManifest) -> KeysView {
    let (kind, meaning) = match manifest.kind() {
        KeyKind::InsecureDev => (
            "For tests only",
            "Anybody can forge proofs under these keys.",
        ),
        KeyKind::SingleParty => (
            "Made by a single party",
            "The machine that runs this wallet's server made them alone. Had it kept its random numbers, it could forge proofs. It could not read your cards or follow what you show: that does not rest on the keys.",
        ),
        KeyKind::Ceremony => (
            "Made in a ceremony",
            "Several parties made them together. Proofs can be forged only if all of them kept their random numbers.",
        ),
    };
    let circuits = manifest
        .circuits()
        .iter()
        .map(|keys| {
            let size = keys.proving_key.bytes.div_ceil(1000);
            (
                keys.circuit.name().to_owned(),
                format!("{} constraints, key of {size} kB", keys.constraints),
            )
        })
        .collect();
    KeysView {
        kind: kind.into(),
        meaning: meaning.into(),
        circuits,
    }
}

/// Makes a real proof and measures it. It stays on this device.
pub async fn diagnose(session: Session) -> Result<Diagnosis, Problem> {
    let cores = window().navigator().hardware_concurrency();
    let mut lines = vec![(
        "Processor cores".to_owned(),
        format!("{cores}; proofs use one"),
    )];
    if let Some(worker) = session.worker() {
        let (build, reason) = worker.module().await?;
        lines.push(("Prover".into(), prover_in_words(&build, &reason).into()));
    }
    let Some(wallet) = session.wallet() else {
        return Ok(lines);
    };
    let cards = wallet.cards().await?;
    let mut issuers: Vec<&str> = Vec::new();
    for card in &cards {
        if !issuers.contains(&card.issuer().name()) {
            issuers.push(card.issuer().name());
            let checked = match card.status().checked() {
                Some(checked) => format!("Checked on {}", local_text(checked)),
                None => "Not fetched yet".to_owned(),
            };
            let trouble = card
                .status()
                .trouble()
                .map(|trouble| format!("; {trouble}"));
            let line = format!("{checked}{}", trouble.unwrap_or_default());
            lines.push((format!("Status list of {}", card.issuer().name()), line));
        }
    }
    let Some(card) = cards.into_iter().next() else {
        lines.push((
            "Proof".into(),
            "Add a card first: the test proves with its issuer.".into(),
        ));
        return Ok(lines);
    };
    let nonce = Nonce::generate(&mut OsRng).map_err(|_| {
        Problem::new(
            "The browser gave no randomness",
            "Restart it and try again.",
        )
    })?;
    for run in ["First proof, with loading", "Second proof"] {
        let start = Date::now();
        let watch = &mut |_, _| core::ops::ControlFlow::Continue(());
        wallet
            .enrol(card.issuer(), &nonce, watch, &mut OsRng)
            .await?;
        lines.push((run.into(), format!("{:.0} ms", Date::now() - start)));
    }
    Ok(lines)
}

/// What `docs/protocol/worker.md` says of the prover's builds, for people.
fn prover_in_words(build: &str, reason: &str) -> &'static str {
    match (build, reason) {
        ("relaxed-simd", _) => "The fast one. It passed a test of its arithmetic on this device.",
        (_, "unsupported") => {
            "The portable one, which is slower. This browser lacks relaxed SIMD, which the fast one needs."
        }
        (_, "wrong") => {
            "The portable one, which is slower. The fast one calculated wrongly on this device and is not used."
        }
        _ => "The portable one, which is slower. The fast one could not be started.",
    }
}
