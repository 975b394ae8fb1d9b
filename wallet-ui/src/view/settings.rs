use leptos::prelude::*;

use crate::{
    browser::{AutoLock, Theme},
    component::{
        Button, ButtonKind, Confirm, IconName, Notice, NoticeKind, PassphraseField, ProblemNotice,
        Screen, StrengthMeter,
    },
    model::{KeysView, Problem, assess},
};

/// What a run of the proving diagnostics found, in lines of label and text.
pub type Diagnosis = Vec<(String, String)>;

/// Everything about the wallet itself.
#[component]
pub fn SettingsView(
    /// The theme.
    theme: RwSignal<Theme>,
    /// When the wallet locks itself.
    auto_lock: RwSignal<AutoLock>,
    /// Changes the passphrase: the old one, the new one.
    #[prop(into)]
    change_passphrase: Callback<(String, String)>,
    /// Whether a change is under way.
    #[prop(into)]
    changing: Signal<bool>,
    /// What came of the change: `Ok` when it is done.
    #[prop(into)]
    changed: Signal<Option<Result<(), Problem>>>,
    /// Locks the wallet.
    #[prop(into)]
    lock: Callback<()>,
    /// The proving keys, once known.
    #[prop(into)]
    keys: Signal<Option<Result<KeysView, Problem>>>,
    /// Runs the diagnostics.
    #[prop(into)]
    diagnose: Callback<()>,
    /// What they found.
    #[prop(into)]
    diagnosis: Signal<Option<Diagnosis>>,
    /// Erases everything.
    #[prop(into)]
    wipe: Callback<()>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    view! {
        <Screen title="Settings">
            <div class="stack loose narrow">
                <fieldset class="plain stack">
                    <legend><h2>"Appearance"</h2></legend>
                    <Segments name="theme" options=THEMES chosen=theme />
                </fieldset>
                <section class="stack">
                    <h2>"Security"</h2>
                    <Button label="Lock now" testid="lock" kind=ButtonKind::Secondary icon=IconName::Lock press=lock />
                    <fieldset class="plain stack tight">
                        <legend class="label">"Lock when nobody has touched it for"</legend>
                        <Segments name="auto-lock" options=LOCKS chosen=auto_lock />
                    </fieldset>
                    <details class="panel">
                        <summary data-testid="change-passphrase-open">"Change passphrase"</summary>
                        <ChangePassphrase change=change_passphrase busy=changing outcome=changed />
                    </details>
                </section>
                <section class="stack">
                    <h2>"Proving"</h2>
                    {move || {
                        match keys.get() {
                            None => view! { <p class="soft" role="status">"Asking for the proving keys…"</p> }.into_any(),
                            Some(Err(problem)) => view! { <ProblemNotice problem /> }.into_any(),
                            Some(Ok(keys)) => view! { <Keys keys /> }.into_any(),
                        }
                    }}
                    <Button label="Test proving on this device" testid="diagnose" kind=ButtonKind::Secondary press=diagnose />
                    {move || {
                        diagnosis
                            .get()
                            .map(|lines| {
                                view! {
                                    <dl class="panel flush facts" role="status" data-testid="diagnosis">
                                        {lines.into_iter().map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }).collect_view()}
                                    </dl>
                                }
                            })
                    }}
                </section>
                <About />
                <section class="stack">
                    <h2>"Erase"</h2>
                    <p class="small soft">"Removes all cards, the history and the vault from this browser."</p>
                    <div>
                        <Button label="Erase this wallet" testid="wipe" kind=ButtonKind::Danger press=move |()| asking.set(true) />
                    </div>
                </section>
            </div>
            <Confirm open=asking title="Erase this wallet?" action="Erase" testid="wipe-confirm" confirm=wipe>
                <p>"All cards and the history are erased from this device. There is no copy: you would have to ask the issuers for your cards again."</p>
            </Confirm>
        </Screen>
    }
}

const THEMES: [(Theme, &str, &str); 3] = [
    (Theme::System, "Device", "theme-system"),
    (Theme::Light, "Light", "theme-light"),
    (Theme::Dark, "Dark", "theme-dark"),
];

const LOCKS: [(AutoLock, &str, &str); 3] = [
    (AutoLock::OneMinute, "1 minute", "auto-lock-1"),
    (AutoLock::TenMinutes, "10 minutes", "auto-lock-10"),
    (AutoLock::OneHour, "1 hour", "auto-lock-60"),
];

/// One of three: value, label, name for tests.
#[component]
fn Segments<T: Copy + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    options: [(T, &'static str, &'static str); 3],
    chosen: RwSignal<T>,
) -> impl IntoView {
    view! {
        <div class="segments">
            {options
                .map(|(value, label, testid)| {
                    view! {
                        <label>
                            <input
                                type="radio"
                                name=name
                                data-testid=testid
                                prop:checked=move || chosen.get() == value
                                on:change=move |_| chosen.set(value)
                            />
                            {label}
                        </label>
                    }
                })
                .collect_view()}
        </div>
    }
}

#[component]
fn ChangePassphrase(
    change: Callback<(String, String)>,
    busy: Signal<bool>,
    outcome: Signal<Option<Result<(), Problem>>>,
) -> impl IntoView {
    let old = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let weak = move || {
        (tried.get() && new.with(|text| !assess(text).acceptable))
            .then(|| "Choose a longer passphrase: four or five random words.".to_owned())
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if weak().is_none() && !busy.get_untracked() {
            let new = std::mem::take(&mut *new.write());
            change.run((std::mem::take(&mut *old.write()), new));
            tried.set(false);
        }
    };
    view! {
        <form class="stack" on:submit=submit>
            <PassphraseField label="Current passphrase" value=old testid="old-passphrase" />
            <PassphraseField label="New passphrase" value=new testid="new-passphrase" fresh=true error=Signal::derive(weak) />
            <StrengthMeter value=new />
            {move || match outcome.get() {
                None => ().into_any(),
                Some(Err(problem)) => view! { <ProblemNotice problem /> }.into_any(),
                Some(Ok(())) => view! {
                    <Notice kind=NoticeKind::Good title="Passphrase changed" testid="passphrase-changed">
                        <p class="small">"The old one no longer opens this wallet."</p>
                    </Notice>
                }.into_any(),
            }}
            <div class="actions">
                <Button
                    label=Signal::derive(move || if busy.get() { "Changing…" } else { "Change passphrase" }.to_owned())
                    testid="change-passphrase"
                    disabled=busy
                />
            </div>
        </form>
    }
}

#[component]
fn Keys(keys: KeysView) -> impl IntoView {
    view! {
        <dl class="panel flush facts" data-testid="keys-info">
            <div><dt>"Keys"</dt><dd data-testid="keys-kind">{keys.kind}</dd></div>
            <div><dt>"What that means"</dt><dd class="small">{keys.meaning}</dd></div>
            {keys.circuits.into_iter().map(|(name, size)| view! { <div><dt class="mono">{name}</dt><dd class="small">{size}</dd></div> }).collect_view()}
        </dl>
    }
}

#[component]
fn About() -> impl IntoView {
    view! {
        <section class="stack">
            <h2>"About and limits"</h2>
            <div class="panel stack small">
                <p>"Glimpse "{env!("CARGO_PKG_VERSION")}". An early version: use it to try, not for papers that matter."</p>
                <ul class="bullets">
                    <li><span aria-hidden="true">"·"</span><span>"No recovery and no backup yet. Losing the passphrase or this browser's data loses the cards."</span></li>
                    <li><span aria-hidden="true">"·"</span><span>"Proofs rest on the curve BN254, about 100 bits of security, and on the proving keys above."</span></li>
                    <li><span aria-hidden="true">"·"</span><span>"A proof hides what is not shown. It does not hide your network address, the time, or what you say at the counter."</span></li>
                    <li><span aria-hidden="true">"·"</span><span>"Whoever controls this device while the wallet is unlocked can use it."</span></li>
                </ul>
            </div>
        </section>
    }
}
