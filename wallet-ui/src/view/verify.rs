use leptos::prelude::*;

use crate::{
    component::{Button, Icon, IconName, Notice, NoticeKind, ProblemNotice, Screen, TextAreaField},
    model::{Problem, Report},
};

/// Checks somebody's presentation against the request it answers, on this device.
#[component]
pub fn VerifyView(
    /// Checks: request, presentation, issuers' manifests.
    #[prop(into)]
    check: Callback<(String, String, String)>,
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
    view! {
        <Screen title="Verify" lead="Check an answer that somebody gave to a request of yours. The check runs here; nothing is sent.">
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
                <div aria-live="polite">{move || report.get().map(|report| view! { <ReportView report /> })}</div>
            </div>
        </Screen>
    }
}

#[component]
fn ReportView(report: Report) -> impl IntoView {
    match report {
        Report::Rejected { rule, advice } => view! {
            <Notice kind=NoticeKind::Bad title=rule testid="verify-rejected">
                <p>{advice}</p>
            </Notice>
        }
        .into_any(),
        Report::Verified { about, disclosed, proved } => view! {
            <div class="stack" data-testid="verify-accepted">
                <Notice kind=NoticeKind::Good title="Genuine">
                    <p class="small">"The signature of the issuer, every fact below and the binding to this request were checked."</p>
                </Notice>
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
                <dl class="panel flush facts">
                    {disclosed
                        .into_iter()
                        .chain(about)
                        .map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
                        .collect_view()}
                </dl>
            </div>
        }
        .into_any(),
    }
}
