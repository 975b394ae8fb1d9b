use leptos::prelude::*;

use crate::{
    component::{Address, Button, ButtonKind, Icon, IconName, Notice, NoticeKind, Party, Screen},
    model::{SetView, SetsView, shorten},
};

/// Published sets are asked about that are not here: which, whose, from where, and what fetching them tells.
#[component]
pub fn SetsNeededView(
    /// The request and its sets.
    sets: SetsView,
    /// Fetches them.
    #[prop(into)]
    fetch: Callback<()>,
    /// Declines.
    #[prop(into)]
    refuse: Callback<()>,
) -> impl IntoView {
    let (noun, label) = match sets.sets.len() {
        1 => ("a list", "Fetch the list"),
        _ => ("lists", "Fetch the lists"),
    };
    let title = format!("{} asks about {noun}", sets.verifier.name);
    let lead = match sets.asked_for {
        false => {
            "To answer, your wallet first needs the whole of it. Nothing was sent or fetched yet."
        }
        true => {
            "To answer, your wallet first needs the whole of it. It was asked for, and is not here; the verifier has no answer."
        }
    };
    view! {
        <Screen title=title lead=lead>
            <div class="two" data-testid="sets">
                <div class="stack">
                    <Party party=sets.verifier role="Verifier" />
                    <p class="eyebrow">"What they ask about it"</p>
                    <ul class="bullets" data-testid="sets-asked">
                        {sets
                            .asked
                            .into_iter()
                            .map(|line| view! { <li><Icon name=IconName::Verify /><span>{line}</span></li> })
                            .collect_view()}
                    </ul>
                    {sets.sets.into_iter().map(|set| view! { <Set set /> }).collect_view()}
                </div>
                <div class="stack loose">
                    <section class="stack">
                        <h2>"What fetching tells"</h2>
                        <ul class="bullets" data-testid="sets-told">
                            <li>
                                <Icon name=IconName::Shown />
                                <span>
                                    "Whoever serves the list sees your network address, and that somebody was asked about it. If they made the address for you alone, they know that it is you."
                                </span>
                            </li>
                            <li>
                                <Icon name=IconName::Hidden />
                                <span>
                                    "Nobody sees what your wallet looks up: everybody fetches the same file, whole, and the looking is done on this device."
                                </span>
                            </li>
                            <li>
                                <Icon name=IconName::Hidden />
                                <span>"Whether you answer is decided afterwards. The verifier gets nothing before."</span>
                            </li>
                        </ul>
                    </section>
                    <Notice kind=NoticeKind::Plain testid="sets-kept">
                        <p class="small">
                            "The list is checked and kept, encrypted, for this verifier alone. Their next request about it needs no fetching, by which they can tell that it is not your first."
                        </p>
                    </Notice>
                    <div class="dock actions pair">
                        <Button label="Refuse" testid="consent-refuse" kind=ButtonKind::Secondary press=refuse />
                        <Button label=label.to_owned() testid="fetch-sets" press=fetch />
                    </div>
                </div>
            </div>
        </Screen>
    }
}

#[component]
fn Set(set: SetView) -> impl IntoView {
    let short = shorten(&set.identity);
    view! {
        <section class="panel stack tight" data-testid="set">
            <h2 data-testid="set-name">{set.name}</h2>
            <p data-testid="set-size">{set.size}</p>
            <p class="small soft" data-testid="set-publisher">"Published by "{set.publisher}"."</p>
            <details>
                <summary>
                    <Icon name=IconName::Next />
                    <span class="mono">{short}</span>
                </summary>
                <p class="small soft">"The list must be signed by the key in this identifier:"</p>
                <p class="mono">{set.identity}</p>
            </details>
            <Address contact=set.address />
        </section>
    }
}
