//! What the wallet does when nobody waits for it: it fetches issuers' status lists and prepares what is likely to be asked.
//!
//! One thing after the other, and nothing is prepared while an offer or a request is on the screen. By the time that somebody
//! has read it and agrees, the prover is idle; if it is not, what it does is stopped.
//!
//! No list is ever fetched because of a request: its issuer would see that the card is about to be shown.

use futures_channel::oneshot;
use futures_util::future::{AbortHandle, Abortable, select};
use glimpse_protocol::time::DateTime;
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

/// Whether the background works, and who wants it not to.
#[derive(Default)]
pub struct Background {
    holds: u32,
    running: bool,
    /// The next run fetches every list, also those that still count.
    fetch_all: bool,
    /// Which lists are being fetched now.
    fetching: Option<Lists>,
    /// Who waits until they are here.
    waiting_for_lists: Vec<oneshot::Sender<()>>,
    /// Stops what is under way.
    stop: Option<AbortHandle>,
    waiting: Vec<oneshot::Sender<()>>,
}

/// Keeps the background from beginning anything new, for as long as it lives.
pub struct Hold(Session);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Background {
    /// Notes that no lists are being fetched any more; tells which were.
    fn fetched(&mut self) -> Option<Lists> {
        for waiting in self.waiting_for_lists.drain(..) {
            let _ = waiting.send(());
        }
        self.fetching.take()
    }
}

/// Which lists to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// Every one.
    All,
    /// Those that do not count any more.
    Due,
}

impl Session {
    /// Looks every minute whether there is something to do.
    pub(super) fn wakes_regularly(self) {
        set_interval(move || self.wake(Lists::Due), EVERY);
    }

    /// Starts the background, unless it works already or somebody wants it not to: then it starts later.
    pub fn wake(self, lists: Lists) {
        let start = self.background.try_update_value(|background| {
            background.fetch_all |= lists == Lists::All;
            let start = !background.running && background.holds == 0;
            background.running |= start;
            if start {
                let all = core::mem::take(&mut background.fetch_all);
                background.fetching = Some(if all { Lists::All } else { Lists::Due });
            }
            start
        });
        if start != Some(true) {
            return;
        }
        let (stop, stopped) = AbortHandle::new_pair();
        self.background
            .update_value(|background| background.stop = Some(stop));
        spawn_local(async move {
            // What fails is tried again at the next occasion, and told where the holder looks for it.
            let _ = Abortable::new(self.work(), stopped).await;
            self.rest();
        });
    }

    fn rest(self) {
        self.background.update_value(|background| {
            // What was wanted is still wanted.
            background.fetch_all |= background.fetched() == Some(Lists::All);
            background.running = false;
            background.stop = None;
            for waiting in background.waiting.drain(..) {
                let _ = waiting.send(());
            }
        });
    }

    /// Keeps the background from beginning anything new.
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
            self.wake(Lists::Due);
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
            background.running.then(|| {
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
        let lists = self.background.with_value(|background| background.fetching);
        self.fetch_lists(lists.unwrap_or(Lists::Due)).await?;
        self.background.update_value(|background| {
            background.fetched();
        });
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

    /// Waits a while for the lists that are being fetched in any case.
    pub(super) async fn lists_settled(self) {
        let settled = self.background.try_update_value(|background| {
            background.fetching.map(|_| {
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
        self.fetch_lists(Lists::All).await
    }

    async fn fetch_lists(self, which: Lists) -> Result<(), Problem> {
        let sources = match self.wallet() {
            Some(wallet) => wallet.list_sources().await?,
            None => return Ok(()),
        };
        for source in sources {
            if which == Lists::All || source.is_due(moment()?) {
                // What cannot be had is noted on the card.
                let _ = self.fetch_list(&source).await;
            }
        }
        Ok(())
    }

    /// Fetches a status list through the courier, and takes it if it is in order; else says what is wrong.
    pub(super) async fn fetch_list(self, source: &ListSource) -> Result<Option<Trouble>, Problem> {
        let response = match self.courier().await {
            Ok(courier) => courier.carry(&source.request()).await,
            Err(error) => Err(error),
        };
        let (wallet, now) = (self.wallet(), moment()?);
        let Some(wallet) = wallet else {
            return Ok(None);
        };
        let trouble = match response {
            Ok(response) => {
                let taken = wallet.take_list(source, &response, now, &mut OsRng).await?;
                match taken {
                    ListTaken::Refused(trouble) => Some(trouble),
                    ListTaken::New(_) | ListTaken::Same => None,
                }
            }
            Err(_) => {
                wallet.list_unreachable(source, now, &mut OsRng).await?;
                Some(Trouble::Unreachable)
            }
        };
        self.tell();
        Ok(trouble)
    }

    /// Lets the screens know that what they show may have changed.
    fn tell(self) {
        self.news.update(|news| *news += 1);
    }
}

fn moment() -> Result<DateTime, Problem> {
    now().map_err(|_| Problem::new("This device's clock is wrong", "Set it and try again."))
}
