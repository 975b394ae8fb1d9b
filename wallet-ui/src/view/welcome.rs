use leptos::prelude::*;

use crate::{
    component::{
        Button, Icon, IconName, Lens, Notice, NoticeKind, PassphraseField, ProblemNotice, Screen,
        StrengthMeter,
    },
    model::{Problem, assess},
};

/// First run: what this is, and a passphrase for the new vault.
#[component]
pub fn WelcomeView(
    /// Creates the vault under this passphrase.
    #[prop(into)]
    create: Callback<String>,
    /// Whether that is under way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What went wrong.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let passphrase = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let weak = move || {
        (tried.get() && passphrase.with(|text| !assess(text).acceptable))
            .then(|| "Choose a longer passphrase: four or five random words.".to_owned())
    };
    let differs = move || {
        (tried.get() && passphrase.get() != again.get())
            .then(|| "The two are not the same. Type it again.".to_owned())
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if weak().is_none() && differs().is_none() && !busy.get_untracked() {
            again.set(String::new());
            create.run(std::mem::take(&mut *passphrase.write()));
            tried.set(false);
        }
    };
    view! {
        <div class="hero"><Lens /></div>
        <Screen title="Show a fact, not your papers" lead="Glimpse keeps your credentials on this device and proves things about them — over 18, still valid — without handing them over.">
            <form class="stack loose" on:submit=submit>
                <ul class="bullets good">
                    <li><Icon name=IconName::Tick /><span>"Proofs are made here, in your browser. No server sees your data."</span></li>
                    <li><Icon name=IconName::Tick /><span>"You see exactly what would be shown, every time, before it is."</span></li>
                    <li><Icon name=IconName::Tick /><span>"Everything rests encrypted under your passphrase."</span></li>
                </ul>
                <div class="stack">
                    <PassphraseField label="Choose a passphrase" value=passphrase testid="create-passphrase" fresh=true error=Signal::derive(weak) />
                    <StrengthMeter value=passphrase />
                    <PassphraseField label="Type it again" value=again testid="create-passphrase-again" fresh=true error=Signal::derive(differs) />
                </div>
                <Notice kind=NoticeKind::Warn title="There is no way to recover it yet">
                    <p class="small">
                        "Nobody else has this passphrase and this version makes no backup. If you forget it, or clear this browser's data, your cards are gone and have to be issued again."
                    </p>
                </Notice>
                {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
                <div class="actions">
                    <Button
                        label=Signal::derive(move || if busy.get() { "Creating…" } else { "Create wallet" }.to_owned())
                        testid="create-vault"
                        disabled=busy
                    />
                </div>
            </form>
        </Screen>
    }
}
