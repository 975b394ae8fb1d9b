use leptos::prelude::*;

use crate::{
    component::{
        Address, Button, ButtonKind, Icon, IconName, Notice, NoticeKind, ProblemNotice, Screen,
        TextAreaField, focus_by_id,
    },
    model::{CheckedCard, Problem, Report, WantedList},
};

/// Checks somebody's presentation against the request it answers, on this device.
#[component]
pub fn VerifyView(
    /// Checks: request, presentation, issuers' manifests.
    #[prop(into)]
    check: Callback<(String, String, String)>,
    /// Fetches the status lists that are wanted, and checks again.
    #[prop(into)]
    fetch: Callback<()>,
    /// Checks again without them.
    #[prop(into)]
    regardless: Callback<()>,
    /// Whether a check is under way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What came out.
    #[prop(into)]
    report: Signal<Option<Report>>,
    /// Why nothing came out.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let request = RwSignal::new(String::new());
    let presentation = RwSignal::new(String::new());
    let issuers = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        check.run((
            request.get_untracked(),
            presentation.get_untracked(),
            issuers.get_untracked(),
        ));
    };
    // On a phone the result is below what was pasted.
    Effect::new(move |_| {
        if report.with(Option::is_some) {
            request_animation_frame(|| focus_by_id("verify-report"));
        }
    });
    view! {
        <Screen title="Verify" lead="Check an answer that somebody gave to a request of yours. The check runs here; nothing of it is sent.">
            <div class="two">
                <form class="stack" on:submit=submit>
                    <TextAreaField label="The request" value=request testid="verify-request" file_testid="verify-request-file" hint="The JSON that was asked, byte for byte, or its signed form." />
                    <TextAreaField label="The presentation" value=presentation testid="verify-presentation" file_testid="verify-presentation-file" hint="The file's contents, as JSON or base64url." />
                    <TextAreaField label="Issuers you trust" value=issuers testid="verify-issuers" file_testid="verify-issuers-file" hint="A manifest.json, or a JSON array of several. Left empty, the issuers of your own cards are trusted." />
                    {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
                    <div class="actions">
                        <Button
                            label=Signal::derive(move || if busy.get() { "Checking…" } else { "Verify" }.to_owned())
                            testid="verify-check"
                            disabled=busy
                        />
                    </div>
                </form>
                <div class="stack" id="verify-report" tabindex="-1" aria-live="polite">{move || report.get().map(|report| view! { <ReportView report fetch regardless busy /> })}</div>
            </div>
        </Screen>
    }
}

#[component]
fn ReportView(
    report: Report,
    fetch: Callback<()>,
    regardless: Callback<()>,
    busy: Signal<bool>,
) -> impl IntoView {
    match report {
        Report::Rejected { rule, advice } => view! {
            <Notice kind=NoticeKind::Bad title=rule testid="verify-rejected">
                <p>{advice}</p>
            </Notice>
        }
        .into_any(),
        Report::Wanting(lists) => view! { <Wanting lists fetch regardless busy /> }.into_any(),
        Report::Verified(cards) => view! {
            <div class="stack" data-testid="verify-accepted">
                <Notice kind=NoticeKind::Good title="Genuine">
                    <p class="small">"The signature of the issuer, every fact below and the binding to this request were checked."</p>
                </Notice>
                {cards.into_iter().map(|card| view! { <Checked card /> }).collect_view()}
            </div>
        }
        .into_any(),
    }
}

/// Which status lists are to be fetched first, and from where.
#[component]
fn Wanting(
    lists: Vec<WantedList>,
    fetch: Callback<()>,
    regardless: Callback<()>,
    busy: Signal<bool>,
) -> impl IntoView {
    let title = match lists.len() {
        1 => "A status list is needed first",
        _ => "Status lists are needed first",
    };
    let reasons = lists.iter().map(|list| list.why.clone());
    let reasons = reasons.map(|why| view! { <p class="small">{why}</p> });
    let reasons = reasons.collect_view();
    view! {
        <div class="stack" data-testid="verify-lists">
            <Notice kind=NoticeKind::Warn title=title>
                {reasons}
                <p class="small">"It says which cards are revoked, and is the same file for everybody: its issuer sees that somebody here fetches it, not whose card is checked."</p>
            </Notice>
            <div class="panel stack">
                {lists.into_iter().map(|list| view! { <Address contact=list.contact /> }).collect_view()}
            </div>
            <div class="actions pair">
                <Button label="Check without" testid="verify-regardless" kind=ButtonKind::Secondary press=regardless disabled=busy />
                <Button label="Fetch and check" testid="verify-fetch" press=fetch disabled=busy />
            </div>
        </div>
    }
}

/// What an answer says of one card.
#[component]
fn Checked(card: CheckedCard) -> impl IntoView {
    let CheckedCard {
        kind,
        issuer,
        proved,
        told,
    } = card;
    view! {
        <section class="stack" data-testid="verify-card">
            <div>
                <h2>{kind}</h2>
                <p class="small soft">"Issued by "{issuer}</p>
            </div>
            {(!proved.is_empty())
                .then(|| {
                    view! {
                        <ul class="panel bullets good">
                            {proved
                                .into_iter()
                                .map(|fact| view! { <li><Icon name=IconName::Tick /><span data-testid="verify-proved">{fact}</span></li> })
                                .collect_view()}
                        </ul>
                    }
                })}
            {(!told.is_empty())
                .then(|| {
                    view! {
                        <dl class="panel flush facts">
                            {told
                                .into_iter()
                                .map(|(label, text)| view! { <div><dt>{label}</dt><dd>{text}</dd></div> })
                                .collect_view()}
                        </dl>
                    }
                })}
        </section>
    }
}
