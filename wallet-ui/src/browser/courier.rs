use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures_channel::oneshot;
use glimpse_wallet::http::{HttpRequest, HttpResponse, Method};
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlIFrameElement, MessageChannel, MessageEvent, MessagePort};

use super::listener::Listener;

const PAGE: &str = "/courier.html";

/// The room that talks: a sandboxed frame of opaque origin, reached over one port. It is given
/// finished messages and gives back what came.
#[derive(Clone)]
pub struct Courier(Rc<Inner>);

struct Inner {
    port: MessagePort,
    next: Cell<u32>,
    pending: Rc<RefCell<Pending>>,
    frame: HtmlIFrameElement,
    _listener: Listener,
}

type Pending = BTreeMap<u32, Waiting>;

/// Who waits for an answer.
struct Waiting {
    reply: oneshot::Sender<Result<HttpResponse, CourierError>>,
    /// Hears how many bytes of the answer have come.
    taken: Box<dyn Fn(usize)>,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CourierError {
    /// The frame did not start.
    #[error("the wallet's courier could not start")]
    Missing,
    /// Nobody answers at this address, or they do not let wallets talk to them, or they redirected.
    #[error("nobody answered at {0}")]
    Unreachable(String),
    /// No answer in time.
    #[error("{0} took too long to answer")]
    Timeout(String),
    /// More than the courier carries.
    #[error("the message is too large")]
    TooLarge,
    /// An address or method that it does not use.
    #[error("the courier does not use that address")]
    Refused,
}

impl Courier {
    /// Loads the frame and hands it its end of the channel.
    pub async fn start() -> Result<Self, CourierError> {
        Self::build().await.ok_or(CourierError::Missing)
    }

    async fn build() -> Option<Self> {
        let frame: HtmlIFrameElement = document().create_element("iframe").ok()?.dyn_into().ok()?;
        // The sandbox goes on before the address, so that the page never loads outside of it.
        frame.set_attribute("sandbox", "allow-scripts").ok()?;
        frame.set_attribute("title", "Courier").ok()?;
        frame.set_attribute("aria-hidden", "true").ok()?;
        frame.set_attribute("tabindex", "-1").ok()?;
        frame.set_hidden(true);
        frame.set_src(PAGE);
        let (loaded, load) = oneshot::channel();
        let mut loaded = Some(loaded);
        let loading = Listener::new(&frame, "load", move |_: Event| {
            if let Some(loaded) = loaded.take() {
                let _ = loaded.send(());
            }
        });
        document().body()?.append_child(&frame).ok()?;
        load.await.ok()?;
        drop(loading);

        let channel = MessageChannel::new().ok()?;
        let port = channel.port1();
        let pending = Rc::new(RefCell::new(Pending::new()));
        let (greeted, greeting) = oneshot::channel();
        let mut greeted = Some(greeted);
        let inbox = Rc::clone(&pending);
        let listener = Listener::new(&port, "message", move |event: MessageEvent| {
            let message = event.data();
            if member(&message, "ready").is_none() {
                receive(&inbox, &message);
            } else if let Some(greeted) = greeted.take() {
                let _ = greeted.send(());
            }
        })
        .ok()?;
        port.start();
        // The frame's origin is opaque: no other target would reach it. The message is a bare port.
        let ports = Array::of1(&channel.port2());
        frame
            .content_window()?
            .post_message_with_transfer(&JsValue::NULL, "*", &ports)
            .ok()?;
        greeting.await.ok()?;
        Some(Self(Rc::new(Inner {
            port,
            next: Cell::new(1),
            pending,
            frame,
            _listener: listener,
        })))
    }

    /// Sends one message and waits for what comes back. It is not taken back when nobody waits any more.
    pub async fn carry(&self, request: &HttpRequest) -> Result<HttpResponse, CourierError> {
        let (_, reply) = self.send(request, |_| ())?;
        answer(request, reply).await
    }

    /// The same for an answer that takes a while: `taken` hears how many bytes of it have come. When nobody waits any more, the
    /// rest is not fetched.
    pub async fn carry_watched(
        &self,
        request: &HttpRequest,
        taken: impl Fn(usize) + 'static,
    ) -> Result<HttpResponse, CourierError> {
        let (id, reply) = self.send(request, taken)?;
        let _cancel = Cancel(self, id);
        answer(request, reply).await
    }

    fn send(
        &self,
        request: &HttpRequest,
        taken: impl Fn(usize) + 'static,
    ) -> Result<(u32, Reply), CourierError> {
        let id = self.0.next.get();
        self.0.next.set(id.wrapping_add(1));
        let message = message(id, request).map_err(|_| CourierError::Refused)?;
        let (sender, reply) = oneshot::channel();
        let waiting = Waiting {
            reply: sender,
            taken: Box::new(taken),
        };
        self.0.pending.borrow_mut().insert(id, waiting);
        self.0
            .port
            .post_message(&message)
            .map_err(|_| CourierError::Missing)?;
        Ok((id, reply))
    }
}

type Reply = oneshot::Receiver<Result<HttpResponse, CourierError>>;

async fn answer(request: &HttpRequest, reply: Reply) -> Result<HttpResponse, CourierError> {
    reply
        .await
        .unwrap_or(Err(CourierError::Missing))
        .map_err(|error| error.at(request.url.origin().as_str()))
}

/// Ends what is under way when it is dropped.
struct Cancel<'a>(&'a Courier, u32);

impl Drop for Cancel<'_> {
    fn drop(&mut self) {
        let Self(Courier(inner), id) = self;
        if inner.pending.borrow_mut().remove(id).is_some() {
            let message = Object::new();
            let _ = Reflect::set(&message, &"id".into(), &(*id).into());
            let _ = Reflect::set(&message, &"cancel".into(), &true.into());
            let _ = inner.port.post_message(&message);
        }
    }
}

impl CourierError {
    fn at(self, origin: &str) -> Self {
        match self {
            Self::Unreachable(_) => Self::Unreachable(origin.to_owned()),
            Self::Timeout(_) => Self::Timeout(origin.to_owned()),
            other => other,
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.port.close();
        self.frame.remove();
    }
}

fn message(id: u32, request: &HttpRequest) -> Result<JsValue, JsValue> {
    let headers = Object::new();
    for (name, value) in &request.headers {
        Reflect::set(&headers, &(*name).into(), &value.as_str().into())?;
    }
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let message = Object::new();
    Reflect::set(&message, &"id".into(), &id.into())?;
    Reflect::set(&message, &"url".into(), &request.url.as_str().into())?;
    Reflect::set(&message, &"method".into(), &method.into())?;
    Reflect::set(&message, &"headers".into(), &headers)?;
    Reflect::set(&message, &"limit".into(), &(request.limit as f64).into())?;
    if let Some(body) = &request.body {
        Reflect::set(&message, &"body".into(), &body.as_str().into())?;
    }
    Ok(message.into())
}

fn receive(pending: &RefCell<Pending>, message: &JsValue) {
    let id = member(message, "id").and_then(|id| id.as_f64());
    let Some(id) = id.map(|id| id as u32) else {
        return;
    };
    if let Some(taken) = member(message, "taken").and_then(|taken| taken.as_f64()) {
        if let Some(waiting) = pending.borrow().get(&id) {
            (waiting.taken)(taken as usize);
        }
        return;
    }
    let Some(waiting) = pending.borrow_mut().remove(&id) else {
        return;
    };
    let outcome = match member(message, "ok") {
        Some(ok) => Ok(HttpResponse {
            status: member(&ok, "status")
                .and_then(|s| s.as_f64())
                .unwrap_or(0.0) as u16,
            body: member(&ok, "body")
                .and_then(|body| body.dyn_into::<ArrayBuffer>().ok())
                .map(|body| Uint8Array::new(&body).to_vec())
                .unwrap_or_default(),
        }),
        None => Err(
            match member(message, "err")
                .and_then(|e| e.as_string())
                .as_deref()
            {
                Some("timeout") => CourierError::Timeout(String::new()),
                Some("too-large") => CourierError::TooLarge,
                Some("address" | "method") => CourierError::Refused,
                _ => CourierError::Unreachable(String::new()),
            },
        ),
    };
    let _ = waiting.reply.send(outcome);
}

fn member(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into())
        .ok()
        .filter(|value| !value.is_undefined())
}
