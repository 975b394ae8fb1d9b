//! What the wallet does when nobody waits for it: it fetches issuers' status lists and prepares what is likely to be asked.
//!
//! *Lists* are fetched at unlocking, when a card has come, and on the minute. Issuers see it: so nothing that the holder does
//! meanwhile begins, stops or delays it. No list is ever fetched because of a request, or of what the holder makes of it: its
//! issuer would see that the card is about to be shown.
//!
//! *Preparing* stays on this device. It does one thing after the other, and begins nothing while an offer or a request is on the
//! screen. By the time that somebody has read it and agrees, the prover is idle; if it is not, what it does is stopped.

use std::collections::BTreeSet;

use futures_channel::oneshot;
use futures_util::future::{AbortHandle, Abortable, join_all, select};
use glimpse_protocol::{identity::Did, time::DateTime};
use glimpse_wallet::{
    status::{ListSource, Trouble},
    wallet::ListTaken,
};
use leptos::prelude::*;
use rand_core::OsRng;
use wasm_bindgen_futures::spawn_local;

use super::Session;
use crate::{browser::now, model::Problem};

/// How often the background looks whether there is something to do: a list may have ended, a day begun.
const EVERY: std::time::Duration = std::time::Duration::from_secs(60);

/// How long a request waits for the lists that are being fetched since unlocking.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// What is under way, and who wants it not to be.
#[derive(Default)]
pub struct Background {
    holds: u32,
    preparing: bool,
    /// There may be more to prepare than when it began.
    again: bool,
    /// Stops what is being prepared.
    stop: Option<AbortHandle>,
    /// Who waits until it has stopped.
    waiting: Vec<oneshot::Sender<()>>,
    /// How often lists are being fetched.
    fetching: u32,
    /// Whose lists are on their way.
    on_their_way: BTreeSet<Did>,
    /// Who waits until they are here.
    waiting_for_lists: Vec<oneshot::Sender<()>>,
}

/// Keeps the background from preparing anything new, for as long as it lives.
pub struct Hold(Session);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// Lists are being fetched for as long as it lives.
struct Fetching(Session);

impl Drop for Fetching {
    fn drop(&mut self) {
        self.0.background.try_update_value(|background| {
            background.fetching -= 1;
            if background.fetching == 0 {
                for waiting in background.waiting_for_lists.drain(..) {
                    let _ = waiting.send(());
                }
            }
        });
    }
}

/// The list of an issuer is on its way for as long as it lives.
struct OnItsWay(Session, Did);

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.0.background.try_update_value(|background| {
            background.on_their_way.remove(&self.1);
        });
    }
}

/// Which lists to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lists {
    /// Every one.
    All,
    /// Those that do not count any more.
    Due,
    /// That of this issuer, unless it counts.
    Of(Did),
}

impl Lists {
    fn include(&self, source: &ListSource, now: DateTime) -> bool {
        match self {
            Self::All => true,
            Self::Due => source.is_due(now),
            Self::Of(issuer) => source.issuer() == issuer && source.is_due(now),
        }
    }
}

impl Session {
    /// Looks every minute whether there is something to do.
    pub(super) fn wakes_regularly(self) {
        set_interval(move || self.fetch(Lists::Due), EVERY);
    }

    /// Fetches lists, and then prepares.
    pub fn fetch(self, lists: Lists) {
        let fetching = self.fetching();
        spawn_local(async move {
            // What fails is tried again at the next occasion, and told where the holder looks for it.
            let _ = self.fetch_lists(lists).await;
            drop(fetching);
            self.wake();
        });
    }

    /// Prepares, unless somebody wants it not to: then it does later.
    fn wake(self) {
        let start = self.background.try_update_value(|background| {
            let start = !background.preparing && background.holds == 0;
            background.again |= background.preparing;
            background.preparing |= start;
            start
        });
        if start != Some(true) {
            return;
        }
        let (stop, stopped) = AbortHandle::new_pair();
        self.background
            .update_value(|background| background.stop = Some(stop));
        spawn_local(async move {
            let _ = Abortable::new(self.work(), stopped).await;
            self.rest();
        });
    }

    fn rest(self) {
        let again = self.background.try_update_value(|background| {
            background.preparing = false;
            background.stop = None;
            for waiting in background.waiting.drain(..) {
                let _ = waiting.send(());
            }
            core::mem::take(&mut background.again)
        });
        if again == Some(true) {
            self.wake();
        }
    }

    /// Keeps the background from preparing anything new.
    #[must_use]
    pub fn hold(self) -> Hold {
        self.background
            .update_value(|background| background.holds += 1);
        Hold(self)
    }

    fn release(self) {
        let free = self.background.try_update_value(|background| {
            background.holds = background.holds.saturating_sub(1);
        });
        // At the very end of the page there is nothing left to wake.
        if free.is_some() {
            self.wake();
        }
    }

    /// Holds the background while this screen is there, or until what is given back is emptied. What is under way ends
    /// meanwhile by itself.
    pub fn hold_for_this_screen(self) -> StoredValue<Option<Hold>, LocalStorage> {
        let hold = StoredValue::new_local(Some(self.hold()));
        on_cleanup(move || {
            // It may have been disposed of, and so released, together with its screen.
            let _ = hold.try_update_value(Option::take);
        });
        hold
    }

    /// Stops the background at once, for work that somebody waits for: a proof may be waiting for a key that does not come.
    #[must_use]
    pub async fn claim(self) -> Hold {
        let hold = self.hold();
        let rest = self.background.try_update_value(|background| {
            background.preparing.then(|| {
                if let Some(stop) = &background.stop {
                    stop.abort();
                }
                let (sender, rest) = oneshot::channel();
                background.waiting.push(sender);
                rest
            })
        });
        if let Some(Some(rest)) = rest {
            let _ = rest.await;
        }
        hold
    }

    fn is_held(self) -> bool {
        self.background
            .with_value(|background| background.holds > 0)
    }

    async fn work(self) -> Result<(), Problem> {
        let tasks = match self.wallet() {
            Some(wallet) => wallet.plan_ahead(moment()?).await?,
            None => return Ok(()),
        };
        for task in tasks {
            let wallet = self.wallet().filter(|_| !self.is_held());
            let Some(wallet) = wallet else { return Ok(()) };
            let watch = &mut |_, _| core::ops::ControlFlow::Continue(());
            wallet
                .prepare_ahead(task, moment()?, watch, &mut OsRng)
                .await?;
            self.tell();
        }
        Ok(())
    }

    fn fetching(self) -> Fetching {
        self.background
            .update_value(|background| background.fetching += 1);
        Fetching(self)
    }

    /// Waits a while for the lists that are being fetched in any case.
    pub(super) async fn lists_settled(self) {
        let settled = self.background.try_update_value(|background| {
            (background.fetching > 0).then(|| {
                let (sender, settled) = oneshot::channel();
                background.waiting_for_lists.push(sender);
                settled
            })
        });
        if let Some(Some(settled)) = settled {
            let (sender, passed) = oneshot::channel();
            let over = move || {
                let _ = sender.send(());
            };
            set_timeout(over, PATIENCE);
            select(settled, passed).await;
        }
    }

    /// Fetches the lists of all issuers of the cards here, because the holder wants it. It looks like unlocking: no issuer sees
    /// that it is about one of them.
    pub(super) async fn refresh_lists(self) -> Result<(), Problem> {
        let _hold = self.claim().await;
        let (sender, outcome) = oneshot::channel();
        // It goes on if the holder leaves the screen.
        spawn_local(async move {
            let _ = sender.send(self.fetch_lists(Lists::All).await);
        });
        outcome.await.unwrap_or(Ok(()))?;
        self.lists_settled().await;
        Ok(())
    }

    /// All at once: when one has come tells no other issuer anything.
    async fn fetch_lists(self, which: Lists) -> Result<(), Problem> {
        let mut sources = match self.wallet() {
            Some(wallet) => wallet.list_sources().await?,
            None => return Ok(()),
        };
        let now = moment()?;
        sources.retain(|source| which.include(source, now));
        // One for all of them; what cannot be had is noted on the card.
        let _ = self.courier().await;
        join_all(sources.iter().map(|source| self.fetch_list(source))).await;
        Ok(())
    }

    /// Fetches a status list through the courier, and takes it if it is in order; else says what is wrong. One that is on its way
    /// already is not asked for again, and not waited for.
    pub(super) async fn fetch_list(self, source: &ListSource) -> Result<Option<Trouble>, Problem> {
        let Some(way) = self.sets_out(source.issuer()) else {
            return Ok(None);
        };
        let trouble = self.fetch_and_take(source).await;
        drop(way);
        self.tell();
        self.wake();
        trouble
    }

    /// Nothing if that issuer's list is on its way already.
    fn sets_out(self, issuer: &Did) -> Option<OnItsWay> {
        let sets_out = |background: &mut Background| background.on_their_way.insert(issuer.clone());
        let is_new = self.background.try_update_value(sets_out)?;
        is_new.then(|| OnItsWay(self, issuer.clone()))
    }

    async fn fetch_and_take(self, source: &ListSource) -> Result<Option<Trouble>, Problem> {
        let response = match self.courier().await {
            Ok(courier) => courier.carry(&source.request()).await,
            Err(error) => Err(error),
        };
        let (wallet, now) = (self.wallet(), moment()?);
        let Some(wallet) = wallet else {
            return Ok(None);
        };
        let Ok(response) = response else {
            wallet.list_unreachable(source, now, &mut OsRng).await?;
            return Ok(Some(Trouble::Unreachable));
        };
        let taken = wallet.take_list(source, &response, now, &mut OsRng).await?;
        Ok(match taken {
            ListTaken::Refused(trouble) => Some(trouble),
            ListTaken::New(_) | ListTaken::Same => None,
        })
    }

    /// Lets the screens know that what they show may have changed.
    fn tell(self) {
        self.news.update(|news| *news += 1);
    }
}

fn moment() -> Result<DateTime, Problem> {
    now().map_err(|_| Problem::new("This device's clock is wrong", "Set it and try again."))
}
