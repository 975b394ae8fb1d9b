use leptos::prelude::*;

use crate::{
    component::{
        Address, Button, ButtonKind, Icon, IconName, LinkButton, Notice, NoticeKind, Party,
        PresentedCardView, Screen,
    },
    model::{PartyView, QueryView, RequestView, Unmet},
};

/// The screen that the wallet exists for: what would be shown, to whom, and what would not.
#[component]
pub fn ConsentView(
    /// The request.
    request: RequestView,
    /// Chooses another card: index of the query, index of the choice.
    #[prop(into)]
    choose: Callback<(usize, usize)>,
    /// Consents.
    #[prop(into)]
    present: Callback<()>,
    /// Fetches the lists of all issuers and looks again, where the request asks about lists.
    refresh: Option<Callback<()>>,
    /// Declines.
    #[prop(into)]
    refuse: Callback<()>,
) -> impl IntoView {
    let title = format!("{} asks", request.verifier.name);
    view! {
        <Screen title=title lead=request.purpose>
            <div class="two">
                <div class="stack">
                    <Party party=request.verifier role="Verifier" />
                    <p class="eyebrow">"What they will see"</p>
                    {request
                        .queries
                        .into_iter()
                        .enumerate()
                        .map(|(index, query)| view! { <Query index query choose /> })
                        .collect_view()}
                </div>
                <div class="stack loose">
                    <section class="stack">
                        <h2>"What they won’t learn"</h2>
                        <ul class="bullets" data-testid="unlearned">
                            {request
                                .unlearned
                                .into_iter()
                                .map(|line| view! { <li><Icon name=IconName::Hidden /><span>{line}</span></li> })
                                .collect_view()}
                        </ul>
                    </section>
                    {(!request.linkable.is_empty())
                        .then(|| {
                            view! {
                                <Notice kind=NoticeKind::Warn title="They could recognise you" testid="linkable">
                                    {request.linkable.into_iter().map(|line| view! { <p class="small">{line}</p> }).collect_view()}
                                </Notice>
                            }
                        })}
                    <div class="panel">
                        <Address contact=request.answer_to />
                        <p class="small soft">"Answer by "{request.expires}"."</p>
                        {refresh.map(|press| view! { <Button label="Refresh all lists first" testid="consent-refresh" kind=ButtonKind::Quiet press /> })}
                    </div>
                    <div class="dock actions pair">
                        <Button label="Refuse" testid="consent-refuse" kind=ButtonKind::Secondary press=refuse />
                        <Button label="Present" testid="consent-present" press=present />
                    </div>
                </div>
            </div>
        </Screen>
    }
}

#[component]
fn Query(index: usize, query: QueryView, choose: Callback<(usize, usize)>) -> impl IntoView {
    let chosen = query.chosen;
    let choices = (query.choices.len() > 1).then(|| {
        view! {
            <fieldset class="plain choice">
                <legend class="small soft">"Several of your cards can answer. Use:"</legend>
                {query
                    .choices
                    .into_iter()
                    .enumerate()
                    .map(|(number, choice)| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name=format!("choice-{index}")
                                    data-testid=format!("choice-{index}-{number}")
                                    prop:checked=number == chosen
                                    on:change=move |_| choose.run((index, number))
                                />
                                <span class="stack tight">
                                    <strong>{choice.kind}</strong>
                                    <span class="small soft">{choice.detail}</span>
                                </span>
                                <span class="swatch" style=("--card", choice.palette.css()) aria-hidden="true"></span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
        }
    });
    view! {
        {choices}
        <PresentedCardView card=query.card />
    }
}

/// No card can answer: which rule, why, what to do.
#[component]
pub fn UnmetView(
    /// Who asks.
    verifier: PartyView,
    /// What fails.
    unmet: Vec<Unmet>,
    /// Fetches the lists of all issuers and looks again, where that can help.
    refresh: Option<Callback<()>>,
    /// Tells nobody and leaves.
    #[prop(into)]
    refuse: Callback<()>,
) -> impl IntoView {
    let title = format!("You cannot answer {}", verifier.name);
    view! {
        <Screen title=title lead="Nothing was sent. The verifier does not learn why, not even that you tried.">
            <div class="stack loose narrow" data-testid="unmet">
                {unmet
                    .into_iter()
                    .map(|Unmet { rule, why, remedy }| {
                        view! {
                            <Notice kind=NoticeKind::Bad title=rule testid="error">
                                <p data-testid="unmet-why">{why}</p>
                                <p class="small">{remedy}</p>
                            </Notice>
                        }
                    })
                    .collect_view()}
                <Party party=verifier role="Verifier" />
                <div class="actions pair">
                    <Button label="Leave" testid="consent-refuse" kind=ButtonKind::Secondary press=refuse />
                    {match refresh {
                        Some(press) => view! { <Button label="Refresh all lists" testid="refresh-lists" press /> }.into_any(),
                        None => view! { <LinkButton label="Add a card" href="#/add" testid="add-card" icon=IconName::Add /> }.into_any(),
                    }}
                </div>
            </div>
        </Screen>
    }
}
