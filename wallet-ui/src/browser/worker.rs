use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt as _;
use glimpse_protocol::manifest::KeyManifest;
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::listener::Listener;

const SCRIPT: &str = "/prover/worker.js";

/// The dedicated worker that holds the prover. Calls go out as messages and are matched to their
/// replies by number; the page never waits for it.
#[derive(Clone)]
pub struct ProofWorker(Rc<Inner>);

struct Inner {
    worker: Worker,
    next: Cell<u32>,
    pending: Rc<RefCell<Pending>>,
    manifest: RefCell<Option<Rc<KeyManifest>>>,
    _listeners: Vec<Listener>,
}

type Pending = BTreeMap<u32, UnboundedSender<Event>>;

/// What the worker says about a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// How far it is.
    Progress(Report),
    /// How it ended. Nothing follows.
    End(Result<JsValue, WorkerFault>),
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Steps done.
    pub done: u32,
    /// Steps in all.
    pub total: u32,
    /// The worker's word for what it is doing: `keys` or `proof`.
    pub stage: String,
}

/// Why a job came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkerFault {
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The worker could not start, or stopped. Usually there was not enough memory.
    #[error("the prover stopped; there may not be enough memory")]
    Stopped,
    /// The proving keys or their manifest cannot be had or are not what they should be.
    #[error("the proving keys cannot be used: {0}")]
    Keys(String),
    /// What came back is not what was asked for: page and worker are of different versions.
    #[error("the prover gave an answer that this page does not understand; reload the page")]
    Answer,
    /// The worker refused, with a code for programs and a sentence for people.
    #[error("{message}")]
    Refused {
        /// The worker's code.
        code: String,
        /// The worker's words.
        message: String,
    },
}

/// A job under way. Dropping it cancels the work.
pub struct Job {
    worker: ProofWorker,
    id: u32,
    events: UnboundedReceiver<Event>,
}

impl ProofWorker {
    /// Starts the worker. Loading its module goes on in the background; messages queue meanwhile.
    pub fn start() -> Result<Self, WorkerFault> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker =
            Worker::new_with_options(SCRIPT, &options).map_err(|_| WorkerFault::Stopped)?;
        let pending = Rc::new(RefCell::new(Pending::new()));
        let inbox = Rc::clone(&pending);
        let hears = Listener::new(&worker, "message", move |event: MessageEvent| {
            receive(&inbox, &event.data());
        });
        let abandoned = Rc::clone(&pending);
        let fails = Listener::new(&worker, "error", move |_: web_sys::Event| {
            fail_all(&abandoned);
        });
        let (Ok(hears), Ok(fails)) = (hears, fails) else {
            return Err(WorkerFault::Stopped);
        };
        Ok(Self(Rc::new(Inner {
            worker,
            next: Cell::new(1),
            pending,
            manifest: RefCell::new(None),
            _listeners: vec![hears, fails],
        })))
    }

    /// Sends `{id, op, …body}`.
    pub fn call(&self, op: &str, body: &Object) -> Result<Job, WorkerFault> {
        let id = self.number();
        let (sender, events) = unbounded();
        self.0.pending.borrow_mut().insert(id, sender);
        self.post(id, op, body)?;
        Ok(Job {
            worker: self.clone(),
            id,
            events,
        })
    }

    /// Ends the worker at once, and with it whatever its memory holds.
    pub fn end(&self) {
        self.0.worker.terminate();
    }

    /// The manifest of the proving keys, if it was read already.
    pub(super) fn known_manifest(&self) -> Option<Rc<KeyManifest>> {
        self.0.manifest.borrow().clone()
    }

    pub(super) fn keep_manifest(&self, manifest: &Rc<KeyManifest>) {
        *self.0.manifest.borrow_mut() = Some(Rc::clone(manifest));
    }

    fn number(&self) -> u32 {
        let id = self.0.next.get();
        self.0.next.set(id.wrapping_add(1));
        id
    }

    fn post(&self, id: u32, op: &str, body: &Object) -> Result<(), WorkerFault> {
        let sent = Reflect::set(body, &"id".into(), &id.into())
            .and_then(|_| Reflect::set(body, &"op".into(), &op.into()))
            .and_then(|_| self.0.worker.post_message(body));
        sent.map_err(|_| {
            self.0.pending.borrow_mut().remove(&id);
            WorkerFault::Stopped
        })
    }

    fn cancel(&self, target: u32) {
        let body = Object::new();
        // When the worker is gone there is nothing left to cancel.
        let _ = Reflect::set(&body, &"target".into(), &target.into());
        let _ = self.post(self.number(), "cancel", &body);
    }
}

impl Job {
    /// What the worker says next. After [`Event::End`] there is nothing to wait for.
    pub async fn next(&mut self) -> Event {
        self.events
            .next()
            .await
            .unwrap_or(Event::End(Err(WorkerFault::Stopped)))
    }

    /// Waits for the end and passes over progress.
    pub async fn end(mut self) -> Result<JsValue, WorkerFault> {
        loop {
            if let Event::End(outcome) = self.next().await {
                return outcome;
            }
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        // A job that ended has left the map already.
        let running = self.worker.0.pending.borrow_mut().remove(&self.id);
        if running.is_some() {
            self.worker.cancel(self.id);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn receive(pending: &RefCell<Pending>, message: &JsValue) {
    let Some(id) = member(message, "id").and_then(|id| id.as_f64()) else {
        return;
    };
    let id = id as u32;
    // The receiver may have gone: then nobody wants to know.
    if let Some(progress) = member(message, "progress") {
        let number = |name| {
            member(&progress, name)
                .and_then(|n| n.as_f64())
                .unwrap_or(0.0) as u32
        };
        let report = Report {
            done: number("done"),
            total: number("total"),
            stage: text(&progress, "stage"),
        };
        if let Some(sender) = pending.borrow().get(&id) {
            let _ = sender.unbounded_send(Event::Progress(report));
        }
        return;
    }
    let outcome = match member(message, "err") {
        None => Ok(member(message, "ok").unwrap_or(JsValue::UNDEFINED)),
        Some(fault) => Err(WorkerFault::from_reply(
            text(&fault, "code"),
            text(&fault, "message"),
        )),
    };
    if let Some(sender) = pending.borrow_mut().remove(&id) {
        let _ = sender.unbounded_send(Event::End(outcome));
    }
}

impl WorkerFault {
    fn from_reply(code: String, message: String) -> Self {
        match code.as_str() {
            "cancelled" => Self::Cancelled,
            "crashed" | "out_of_memory" => Self::Stopped,
            "keys_unavailable" | "keys_origin" | "key_digest" | "key_malformed" | "manifest" => {
                Self::Keys(message)
            }
            _ => Self::Refused { code, message },
        }
    }
}

fn fail_all(pending: &RefCell<Pending>) {
    for (_, sender) in std::mem::take(&mut *pending.borrow_mut()) {
        let _ = sender.unbounded_send(Event::End(Err(WorkerFault::Stopped)));
    }
}

/// A member of a JavaScript object, unless it is undefined.
pub(super) fn member(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into())
        .ok()
        .filter(|value| !value.is_undefined())
}

fn text(of: &JsValue, name: &str) -> String {
    member(of, name)
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}
