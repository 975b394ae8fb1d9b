use std::rc::Rc;

use glimpse_wallet::{
    vault::{Passphrase, StretchParameters},
    wallet::{Locked, OpenError, Unlocked, Wallet},
};
use leptos::prelude::*;
use rand_core::OsRng;
use wasm_bindgen_futures::spawn_local;
use zeroize::Zeroizing;

use super::background::{Background, Lists};
use crate::{
    browser::{
        AutoLock, Courier, CourierError, IndexedDb, Listener, ProofWorker, keep_storage,
        load_auto_lock, watch_idle,
    },
    model::Problem,
};

/// The wallet as this page runs it.
pub type OpenWallet = Wallet<IndexedDb, ProofWorker, Unlocked>;
type LockedWallet = Wallet<IndexedDb, ProofWorker, Locked>;

/// Where the wallet stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Being opened.
    Opening,
    /// It cannot be opened.
    Broken(Problem),
    /// There is none yet.
    New,
    /// Locked.
    Locked,
    /// Unlocked.
    Open,
}

/// The wallet, its worker and its courier, for the life of the page.
///
/// Locking and erasing reload the page: whatever the screens had shown leaves the memory with it.
#[derive(Clone, Copy)]
pub struct Session {
    /// Where the wallet stands.
    pub phase: RwSignal<Phase>,
    /// Whether unlocking, creating or changing the passphrase is under way.
    pub busy: RwSignal<bool>,
    /// What went wrong with it.
    pub problem: RwSignal<Option<Problem>>,
    worker: StoredValue<Option<ProofWorker>, LocalStorage>,
    locked: StoredValue<Option<LockedWallet>, LocalStorage>,
    open: StoredValue<Option<Rc<OpenWallet>>, LocalStorage>,
    courier: StoredValue<Option<Courier>, LocalStorage>,
    /// When it locks itself.
    pub auto_lock: RwSignal<AutoLock>,
    /// Counts up whenever the background has changed what screens may show.
    pub news: RwSignal<u32>,
    pub(super) background: StoredValue<Background, LocalStorage>,
}

impl Session {
    /// Looks for a wallet in this browser.
    #[must_use]
    pub fn begin() -> Self {
        let session = Self {
            phase: RwSignal::new(Phase::Opening),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            worker: StoredValue::new_local(None),
            locked: StoredValue::new_local(None),
            open: StoredValue::new_local(None),
            courier: StoredValue::new_local(None),
            auto_lock: RwSignal::new(load_auto_lock()),
            news: RwSignal::new(0),
            background: StoredValue::new_local(Background::default()),
        };
        session.ends_with_the_page();
        session.locks_itself();
        session.wakes_regularly();
        spawn_local(async move {
            let phase = session.find().await.unwrap_or_else(Phase::Broken);
            session.phase.set(phase);
        });
        session
    }

    /// The worker ends when the page is left, also when the browser keeps the page for its "back"
    /// button. `boot.js` then wipes what this module's memory holds.
    fn ends_with_the_page(self) {
        let hides = Listener::new(&window(), "pagehide", move |_: web_sys::Event| {
            if let Some(worker) = self.worker() {
                worker.end();
            }
        });
        // It lives as long as the page.
        std::mem::forget(hides);
    }

    fn locks_itself(self) {
        let limit = move || {
            let open = self.phase.get_untracked() == Phase::Open;
            open.then(|| f64::from(self.auto_lock.get_untracked().minutes()) * 60_000.0)
        };
        watch_idle(limit, move || self.lock());
    }

    async fn find(self) -> Result<Phase, Problem> {
        let worker = ProofWorker::start()?;
        self.worker.set_value(Some(worker.clone()));
        match Wallet::open(IndexedDb::open().await?, worker).await {
            Ok(wallet) => {
                self.locked.set_value(Some(wallet));
                Ok(Phase::Locked)
            }
            Err(OpenError::Missing) => Ok(Phase::New),
            Err(error) => Err(error.into()),
        }
    }

    /// The unlocked wallet.
    #[must_use]
    pub fn wallet(self) -> Option<Rc<OpenWallet>> {
        self.open.get_value()
    }

    /// The worker.
    #[must_use]
    pub fn worker(self) -> Option<ProofWorker> {
        self.worker.get_value()
    }

    /// The courier, started at its first use.
    pub async fn courier(self) -> Result<Courier, CourierError> {
        if let Some(courier) = self.courier.get_value() {
            return Ok(courier);
        }
        let courier = Courier::start().await?;
        self.courier.set_value(Some(courier.clone()));
        Ok(courier)
    }

    /// Creates the wallet.
    pub fn create(self, passphrase: String) {
        self.attempt(async move {
            let (worker, passphrase) = (self.started()?, read(passphrase)?);
            let storage = IndexedDb::open().await?;
            let costs = StretchParameters::RECOMMENDED;
            let wallet = Wallet::create(
                storage,
                worker.clone(),
                &passphrase,
                costs,
                &worker,
                &mut OsRng,
            )
            .await?;
            self.opened(wallet);
            Ok(())
        });
    }

    /// Unlocks the wallet.
    pub fn unlock(self, passphrase: String) {
        self.attempt(async move {
            let (worker, passphrase) = (self.started()?, read(passphrase)?);
            let Some(wallet) = self.locked.try_update_value(Option::take).flatten() else {
                return Ok(());
            };
            match wallet.unlock(&passphrase, &worker).await {
                Ok(wallet) => {
                    self.opened(wallet);
                    Ok(())
                }
                Err(failed) => {
                    self.locked.set_value(Some(failed.wallet));
                    Err(failed.error.into())
                }
            }
        });
    }

    /// Changes the passphrase; tells what came of it.
    pub fn change_passphrase(
        self,
        current: String,
        new: String,
        outcome: RwSignal<Option<Result<(), Problem>>>,
    ) {
        outcome.set(None);
        self.attempt(async move {
            let hold = self.claim().await;
            self.lists_settled().await;
            let changed = self.changed(current, new).await;
            drop(hold);
            outcome.set(Some(changed));
            Ok(())
        });
    }

    async fn changed(self, current: String, new: String) -> Result<(), Problem> {
        let (worker, current, new) = (self.started()?, read(current)?, read(new)?);
        let mut wallet = self.open.try_update_value(Option::take).flatten();
        let outcome = match wallet.as_mut().and_then(Rc::get_mut) {
            None => Err(Problem::new(
                "The wallet is busy",
                "Wait until it has finished and try again.",
            )),
            Some(wallet) => {
                let costs = StretchParameters::RECOMMENDED;
                let rng = &mut OsRng;
                let changed = wallet.change_passphrase(&current, &new, costs, &worker, rng);
                changed.await.map_err(Problem::from)
            }
        };
        self.open.set_value(wallet);
        outcome
    }

    /// Locks the wallet: the keys are wiped, the worker ends, and with the page goes all that it has
    /// shown.
    pub fn lock(self) {
        self.phase.set(Phase::Opening);
        self.open.set_value(None);
        reload();
    }

    /// Erases the wallet and starts over.
    pub fn wipe(self) {
        self.phase.set(Phase::Opening);
        self.open.set_value(None);
        self.locked.set_value(None);
        spawn_local(async move {
            let erased = async { IndexedDb::open().await?.destroy().await };
            match erased.await {
                Ok(()) => reload(),
                Err(error) => self.phase.set(Phase::Broken(error.into())),
            }
        });
    }

    fn started(self) -> Result<ProofWorker, Problem> {
        self.worker().ok_or_else(|| {
            Problem::new("The prover did not start", "Reload the page and try again.")
        })
    }

    fn opened(self, wallet: OpenWallet) {
        self.open.set_value(Some(Rc::new(wallet)));
        keep_storage();
        self.phase.set(Phase::Open);
        self.fetch(Lists::All);
    }

    fn attempt(self, work: impl Future<Output = Result<(), Problem>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = work.await;
            self.busy.set(false);
            self.problem.set(outcome.err());
        });
    }
}

/// The typed text is wiped when it has become a passphrase.
fn read(text: String) -> Result<Passphrase, Problem> {
    let text = Zeroizing::new(text);
    Passphrase::new(&text)
        .map_err(|error| Problem::new(super::problem::sentence(&error), "Type it again."))
}

fn reload() {
    let location = window().location();
    let _ = location.set_hash("/");
    let _ = location.reload();
}
