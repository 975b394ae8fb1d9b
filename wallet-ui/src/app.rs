//! The page: which screen stands where, and what a link asks for.

use leptos::prelude::*;

use crate::{
    browser::{Location, load_theme, save_auto_lock, save_theme},
    flow::{
        CardFlow, HistoryFlow, HomeFlow, OfferFlow, Phase, RequestFlow, Session, Task, VerifyFlow,
        diagnose, keys_view,
    },
    model::Problem,
    route::Route,
    view::{AddView, FailedView, SettingsView, Shell, Tab, UnlockView, WelcomeView},
};

/// The whole wallet.
#[component]
pub fn App() -> impl IntoView {
    let session = Session::begin();
    let location = Location::watch();
    let route = RwSignal::new(Route::Home);
    Effect::new(move |_| route.set(follow(location)));
    let tab = Signal::derive(move || match session.phase.get() {
        Phase::Open => tab_of(&route.get()),
        Phase::Opening | Phase::Broken(_) | Phase::New | Phase::Locked => None,
    });
    view! {
        <Shell tab>
            {move || match session.phase.get() {
                Phase::Opening => view! { <p class="soft" role="status">"Opening…"</p> }.into_any(),
                Phase::Broken(problem) => view! { <FailedView title="The wallet cannot be opened" problem /> }.into_any(),
                Phase::New => {
                    let create = move |passphrase| session.create(passphrase);
                    view! { <WelcomeView create busy=session.busy problem=session.problem /> }.into_any()
                }
                Phase::Locked => view! { <Unlock session route /> }.into_any(),
                Phase::Open => view! { <Screens session location route /> }.into_any(),
            }}
        </Shell>
    }
}

/// Reads the address. A message in it is taken out at once: an offer's code must not stay in the
/// address bar or in the browser's history.
fn follow(location: Location) -> Route {
    match Route::of(&location.fragment()) {
        Route::Offer(link) | Route::Request(link) if link.is_empty() => Route::Home,
        route => settle(location, route),
    }
}

/// Lets the address say which screen a message led to, without the message.
fn settle(location: Location, route: Route) -> Route {
    match &route {
        Route::Offer(_) => location.replace("/offer"),
        Route::Request(_) => location.replace("/request"),
        Route::Home
        | Route::Add
        | Route::Card(_)
        | Route::Verify
        | Route::History
        | Route::Settings
        | Route::Unknown => {}
    }
    route
}

fn tab_of(route: &Route) -> Option<Tab> {
    match route {
        Route::Home | Route::Add | Route::Card(_) | Route::Unknown => Some(Tab::Cards),
        Route::Verify => Some(Tab::Verify),
        Route::History => Some(Tab::History),
        Route::Settings => Some(Tab::Settings),
        Route::Offer(_) | Route::Request(_) => None,
    }
}

#[component]
fn Unlock(session: Session, route: RwSignal<Route>) -> impl IntoView {
    let waiting = match route.get_untracked() {
        Route::Offer(_) => "A card is offered to you. Unlock to look at it.",
        Route::Request(_) => "Somebody asks for a proof. Unlock to look at the request.",
        Route::Home
        | Route::Add
        | Route::Card(_)
        | Route::Verify
        | Route::History
        | Route::Settings
        | Route::Unknown => "Your cards are encrypted on this device.",
    };
    view! {
        <UnlockView
            unlock=move |passphrase| session.unlock(passphrase)
            busy=session.busy
            problem=session.problem
            wipe=move |()| session.wipe()
            waiting
        />
    }
}

#[component]
fn Screens(session: Session, location: Location, route: RwSignal<Route>) -> impl IntoView {
    move || match route.get() {
        Route::Home => view! { <HomeFlow session /> }.into_any(),
        Route::Add => view! { <Add location route /> }.into_any(),
        Route::Offer(link) => view! { <OfferFlow session location link /> }.into_any(),
        Route::Request(link) => view! { <RequestFlow session location link /> }.into_any(),
        Route::Card(id) => view! { <CardFlow session location id /> }.into_any(),
        Route::Verify => view! { <VerifyFlow session /> }.into_any(),
        Route::History => view! { <HistoryFlow session /> }.into_any(),
        Route::Settings => view! { <Settings session /> }.into_any(),
        Route::Unknown => {
            let problem = Problem::new(
                "There is no such screen",
                "The link may be incomplete. Copy it again, as a whole.",
            );
            view! { <FailedView title="Not found" problem /> }.into_any()
        }
    }
}

#[component]
fn Add(location: Location, route: RwSignal<Route>) -> impl IntoView {
    let problem = RwSignal::new(None);
    let open = move |link: String| match Route::of_link(&link) {
        Some(found) => route.set(settle(location, found)),
        None => problem.set(Some(Problem::new(
            "This is not a link for a wallet",
            "Copy the whole link from the issuer's or the verifier's page.",
        ))),
    };
    view! { <AddView open problem /> }
}

#[component]
fn Settings(session: Session) -> impl IntoView {
    let theme = RwSignal::new(load_theme());
    Effect::new(move |_| save_theme(theme.get()));
    let auto_lock = session.auto_lock;
    Effect::new(move |_| save_auto_lock(auto_lock.get()));
    let changed = RwSignal::new(None);
    let keys = RwSignal::new(None);
    let diagnosis = RwSignal::new(None);
    Task::new().run(async move { keys.set(Some(keys_view(session).await)) });
    let task = Task::new();
    let run = move |()| {
        diagnosis.set(Some(vec![("Proof".to_owned(), "Working…".to_owned())]));
        task.run(async move {
            let lines = diagnose(session).await;
            diagnosis.set(Some(
                lines.unwrap_or_else(|problem| vec![(problem.title, problem.detail)]),
            ));
        });
    };
    view! {
        <SettingsView
            theme
            auto_lock
            change_passphrase=move |(old, new)| session.change_passphrase(old, new, changed)
            changing=session.busy
            changed
            lock=move |()| session.lock()
            keys
            diagnose=run
            diagnosis
            wipe=move |()| session.wipe()
        />
    }
}
