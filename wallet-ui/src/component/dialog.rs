use leptos::{html::Dialog, prelude::*};

use super::{Button, ButtonKind};

/// Asks before something that cannot be undone. Escape and "Keep" leave everything as it was.
#[component]
pub fn Confirm(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The question.
    #[prop(into)]
    title: String,
    /// The word on the button that goes ahead.
    #[prop(into)]
    action: String,
    /// Name for tests of that button.
    testid: &'static str,
    /// Goes ahead.
    #[prop(into)]
    confirm: Callback<()>,
    /// What will happen.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            // A dialog that the browser refuses to open is not open: say so.
            (true, false) => open.set(dialog.show_modal().is_ok()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let title_id = format!("{testid}-title");
    let labelled = title_id.clone();
    view! {
        <dialog node_ref=node aria-labelledby=labelled on:close=move |_| open.set(false)>
            <div class="stack">
                <h2 id=title_id>{title}</h2>
                {children()}
                <div class="actions pair">
                    <Button label="Keep" testid="confirm-keep" kind=ButtonKind::Secondary press=move |()| open.set(false) />
                    <Button
                        label=action
                        testid=testid
                        kind=ButtonKind::Danger
                        press=move |()| {
                            open.set(false);
                            confirm.run(());
                        }
                    />
                </div>
            </div>
        </dialog>
    }
}
