use leptos::prelude::*;

use crate::{
    component::{Button, ButtonKind, Confirm, Lens, PassphraseField, ProblemNotice, Screen},
    model::Problem,
};

/// The locked wallet.
#[component]
pub fn UnlockView(
    /// Tries this passphrase.
    #[prop(into)]
    unlock: Callback<String>,
    /// Whether a try is under way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What went wrong.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
    /// Erases the wallet, for those who forgot.
    #[prop(into)]
    wipe: Callback<()>,
    /// What is waiting to be opened after unlocking, such as "A request is waiting."
    #[prop(optional, into)]
    waiting: Option<String>,
) -> impl IntoView {
    let passphrase = RwSignal::new(String::new());
    let asking = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            unlock.run(std::mem::take(&mut *passphrase.write()));
        }
    };
    view! {
        <div class="hero"><Lens /></div>
        <Screen title="Locked" lead=waiting.unwrap_or_else(|| "Your cards are encrypted on this device.".into())>
            <form class="stack" on:submit=submit>
                <PassphraseField label="Passphrase" value=passphrase testid="unlock-passphrase" autofocus=true />
                {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
                <div class="actions">
                    <Button
                        label=Signal::derive(move || if busy.get() { "Unlocking…" } else { "Unlock" }.to_owned())
                        testid="unlock"
                        disabled=busy
                    />
                    <Button label="I forgot it" testid="forgot" kind=ButtonKind::Quiet press=move |()| asking.set(true) />
                </div>
            </form>
            <Confirm open=asking title="Erase this wallet?" action="Erase" testid="wipe-confirm" confirm=wipe>
                <p>
                    "A forgotten passphrase cannot be reset: nothing but the passphrase opens the vault. You can erase this wallet, start a new one and ask the issuers for your cards again."
                </p>
            </Confirm>
        </Screen>
    }
}
