use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures_channel::oneshot;
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
    _listeners: Vec<Listener>,
}

type Pending = BTreeMap<u32, Waiting>;

struct Waiting {
    reply: oneshot::Sender<Result<JsValue, WorkerFault>>,
    report: Option<Rc<dyn Fn(Report)>>,
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
    /// The worker could not start or stopped. Usually there was not enough memory.
    #[error("the prover stopped")]
    Stopped,
    /// The worker refused, with a code.
    #[error("the prover refused: {message} ({code})")]
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
    reply: oneshot::Receiver<Result<JsValue, WorkerFault>>,
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
            _listeners: vec![hears, fails],
        })))
    }

    /// Sends `{id, op, …body}`. `report` hears of progress.
    pub fn call(
        &self,
        op: &str,
        body: &Object,
        report: Option<Rc<dyn Fn(Report)>>,
    ) -> Result<Job, WorkerFault> {
        let id = self.0.next.get();
        self.0.next.set(id.wrapping_add(1));
        let (sender, reply) = oneshot::channel();
        let waiting = Waiting {
            reply: sender,
            report,
        };
        self.0.pending.borrow_mut().insert(id, waiting);
        self.post(id, op, body)?;
        Ok(Job {
            worker: self.clone(),
            id,
            reply,
        })
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
        let id = self.0.next.get();
        self.0.next.set(id.wrapping_add(1));
        let _ = Reflect::set(&body, &"target".into(), &target.into());
        // When the worker is gone there is nothing left to cancel.
        let _ = self.post(id, "cancel", &body);
    }
}

impl Job {
    /// The number under which it can be cancelled from elsewhere.
    #[must_use]
    pub fn canceller(&self) -> impl Fn() + 'static {
        let (worker, id) = (self.worker.clone(), self.id);
        move || worker.cancel(id)
    }

    /// Waits for the reply.
    pub async fn reply(mut self) -> Result<JsValue, WorkerFault> {
        (&mut self.reply).await.unwrap_or(Err(WorkerFault::Stopped))
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        // A reply that came has left the map already.
        if self.worker.0.pending.borrow_mut().remove(&self.id).is_some() {
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
    let member = |of: &JsValue, name: &str| {
        Reflect::get(of, &name.into())
            .ok()
            .filter(|value| !value.is_undefined())
    };
    let Some(id) = member(message, "id").and_then(|id| id.as_f64()) else {
        return;
    };
    let id = id as u32;
    if let Some(progress) = member(message, "progress") {
        let number = |name| member(&progress, name).and_then(|n| n.as_f64()).unwrap_or(0.0) as u32;
        let stage = member(&progress, "stage").and_then(|stage| stage.as_string());
        let report = Report {
            done: number("done"),
            total: number("total"),
            stage: stage.unwrap_or_default(),
        };
        let listener = pending.borrow().get(&id).and_then(|waiting| waiting.report.clone());
        if let Some(listener) = listener {
            listener(report);
        }
        return;
    }
    let Some(waiting) = pending.borrow_mut().remove(&id) else {
        return;
    };
    let outcome = match member(message, "err") {
        None => Ok(member(message, "ok").unwrap_or(JsValue::UNDEFINED)),
        Some(fault) => {
            let text = |name| member(&fault, name).and_then(|text| text.as_string()).unwrap_or_default();
            Err(match text("code").as_str() {
                "cancelled" => WorkerFault::Cancelled,
                "crashed" => WorkerFault::Stopped,
                _ => WorkerFault::Refused {
                    code: text("code"),
                    message: text("message"),
                },
            })
        }
    };
    // The caller may have gone.
    let _ = waiting.reply.send(outcome);
}

fn fail_all(pending: &RefCell<Pending>) {
    for (_, waiting) in std::mem::take(&mut *pending.borrow_mut()) {
        let _ = waiting.reply.send(Err(WorkerFault::Stopped));
    }
}
