use std::str::FromStr;

use glimpse_protocol::{schema::Schema, time::Date, words};
use glimpse_wallet::{
    status::Trouble,
    wallet::{Card, CardId, Preparation},
};
use leptos::prelude::*;
use rand_core::OsRng;

use super::{Session, Task, session::OpenWallet};
use crate::{
    browser::{Location, local_text, now},
    component::{Step, StepState},
    model::{CardFace, CardState, CardView, FieldView, Palette, Problem},
    view::{CredentialView, FailedView, HomeView, WorkingView},
};

/// The colours that an issuer wishes for.
pub(super) fn palette(issuer: &glimpse_protocol::manifest::IssuerManifest) -> Palette {
    let display = issuer.body().display.as_ref();
    display.map_or(Palette::DEFAULT, |display| {
        Palette::from_hex(&display.background)
    })
}

/// Labels of all attributes of a schema.
pub(super) fn labels(schema: &Schema) -> Vec<String> {
    let label = |attribute: &glimpse_protocol::schema::Attribute| attribute.label().to_owned();
    schema.attributes().iter().map(label).collect()
}

/// The outside of a card.
pub(super) async fn face(wallet: &OpenWallet, card: &Card) -> Result<CardFace, Problem> {
    let body = card.credential().body();
    let expired = today().is_some_and(|today| body.expires_on() < today);
    let doubtful = card.status().trouble().is_some_and(Trouble::is_suspicious);
    let state = match wallet.preparation(card).await {
        _ if card.status().is_revoked() => CardState::Revoked,
        _ if expired => CardState::Expired,
        _ if doubtful => CardState::Doubtful,
        Ok(Preparation::Ready) => CardState::Ready,
        // Without keys nothing can be prepared: that is told where it is tried.
        Ok(Preparation::Needed) | Err(_) => CardState::Unprepared,
    };
    Ok(CardFace {
        id: card.id().to_string(),
        kind: body.schema().name().to_owned(),
        issuer: card.issuer().name().to_owned(),
        palette: palette(card.issuer()),
        state,
        valid_until: words::date(body.expires_on()),
    })
}

fn today() -> Option<Date> {
    now().ok().map(|now| now.date())
}

/// All cards from outside, and the names of those that cannot be read.
async fn all_faces(session: Session) -> Result<(Vec<CardFace>, Vec<String>), Problem> {
    let Some(wallet) = session.wallet() else {
        return Ok((Vec::new(), Vec::new()));
    };
    let mut faces = Vec::new();
    for card in wallet.cards().await? {
        faces.push(face(&wallet, &card).await?);
    }
    let unreadable = wallet.unreadable_cards().await?;
    Ok((faces, unreadable.iter().map(CardId::to_string).collect()))
}

/// Home: reads the cards and shows them.
#[component]
pub fn HomeFlow(
    /// The wallet.
    session: Session,
) -> impl IntoView {
    let loaded = RwSignal::new(None);
    let task = Task::new();
    let load = move || async move {
        let faces = Some(all_faces(session).await);
        if loaded.with_untracked(|shown| *shown != faces) {
            loaded.set(faces);
        }
    };
    Effect::new(move |_| {
        session.news.track();
        task.run(load());
    });
    let remove = move |id: String| {
        task.run(async move {
            let (Some(wallet), Ok(id)) = (session.wallet(), CardId::from_str(&id)) else {
                return;
            };
            match wallet.remove(id).await {
                Ok(()) => load().await,
                Err(error) => loaded.set(Some(Err(error.into()))),
            }
        });
    };
    move || {
        loaded.get().map(|cards| match cards {
            Ok((cards, unreadable)) => view! { <HomeView cards unreadable remove /> }.into_any(),
            Err(problem) => view! { <FailedView title="Cards" problem /> }.into_any(),
        })
    }
}

fn open_card(card: &Card, face: CardFace) -> CardView {
    let body = card.credential().body();
    let fields = body
        .schema()
        .attributes()
        .iter()
        .zip(body.values())
        .map(|(attribute, value)| FieldView {
            label: attribute.label().to_owned(),
            value: value.as_ref().map(words::value),
        })
        .collect();
    CardView {
        face,
        fields,
        status: status_in_words(card),
        trouble: trouble_in_words(card),
        issued_on: words::date(body.issued_on()),
        issuer_identity: card.issuer().id().to_string(),
        schema: body.schema().id().to_string(),
    }
}

/// What the issuer's status list says of the card, and since when that is known.
pub(super) fn status_in_words(card: &Card) -> String {
    let status = card.status();
    let checked = status.checked().map(local_text);
    let said = match (status.head(), checked) {
        (Some(_), Some(checked)) if status.is_revoked() => {
            format!("Revoked. The list was checked on {checked}")
        }
        (Some(_), Some(checked)) => format!("Not revoked. The list was checked on {checked}"),
        _ => "Not known yet".to_owned(),
    };
    match status.trouble() {
        Some(Trouble::Unreachable) => format!("{said}. It could not be fetched since"),
        _ => said,
    }
}

/// What is wrong with the list that the issuer offers now.
fn trouble_in_words(card: &Card) -> Option<String> {
    let trouble = card
        .status()
        .trouble()
        .filter(|trouble| trouble.is_suspicious())?;
    let issuer = card.issuer().name();
    Some(format!(
        "This is about {issuer}: {trouble}. The wallet keeps to the list that it knew before."
    ))
}

async fn read_card(session: Session, id: &str) -> Result<Option<CardView>, Problem> {
    let (Some(wallet), Ok(id)) = (session.wallet(), CardId::from_str(id)) else {
        return Ok(None);
    };
    let Some(card) = wallet.card(id).await? else {
        return Ok(None);
    };
    let face = face(&wallet, &card).await?;
    Ok(Some(open_card(&card, face)))
}

#[derive(Clone, PartialEq)]
enum Stage {
    Loading,
    Shown(Box<CardView>),
    Preparing,
    Failed(Problem),
}

/// One card: shows it, prepares it, removes it.
#[component]
pub fn CardFlow(
    /// The wallet.
    session: Session,
    /// Where to go when it is gone.
    location: Location,
    /// The card.
    id: String,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Loading);
    let percent = RwSignal::new(0u8);
    let id = StoredValue::new(id);
    let task = Task::new();
    let show = move || {
        task.run(async move {
            let next = match read_card(session, &id.get_value()).await {
                Ok(Some(card)) => Stage::Shown(Box::new(card)),
                Ok(None) => Stage::Failed(Problem::new(
                    "There is no such card",
                    "It may have been removed in another tab.",
                )),
                Err(problem) => Stage::Failed(problem),
            };
            if stage.with_untracked(|shown| *shown != next) {
                stage.set(next);
            }
        });
    };
    Effect::new(move |_| {
        session.news.track();
        // Work under way or a failure stays on the screen.
        if stage.with_untracked(|stage| matches!(stage, Stage::Loading | Stage::Shown(_))) {
            show();
        }
    });
    let prepare = move |()| {
        stage.set(Stage::Preparing);
        percent.set(0);
        task.run(async move {
            let (Some(wallet), Ok(id)) = (session.wallet(), CardId::from_str(&id.get_value()))
            else {
                return;
            };
            let hold = session.claim().await;
            let watch = &mut super::offer::watcher(percent, 0, 100);
            let prepared = wallet.prepare(id, watch, &mut OsRng).await;
            drop(hold);
            match prepared {
                Ok(()) => show(),
                Err(error) => stage.set(Stage::Failed(error.into())),
            }
        });
    };
    let remove = move |()| {
        task.run(async move {
            let (Some(wallet), Ok(id)) = (session.wallet(), CardId::from_str(&id.get_value()))
            else {
                return;
            };
            match wallet.remove(id).await {
                Ok(()) => location.go("/"),
                Err(error) => stage.set(Stage::Failed(error.into())),
            }
        });
    };
    move || match stage.get() {
        Stage::Loading => ().into_any(),
        Stage::Shown(card) => view! { <CredentialView card=*card prepare remove /> }.into_any(),
        Stage::Failed(problem) => {
            view! { <FailedView title="Card" problem again=Callback::new(move |()| show()) /> }
                .into_any()
        }
        Stage::Preparing => view! {
            <WorkingView
                title="Preparing".to_owned()
                percent=percent
                label="Making the proof on this device".to_owned()
                steps=vec![Step { label: "Make its proof", state: StepState::Doing }]
                cancel=Some(Callback::new(move |()| show()))
            />
        }
        .into_any(),
    }
}
