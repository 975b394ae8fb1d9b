//! Live news of offers and sessions, as server-sent events.
//!
//! An event says only that a record changed; who listens reads the record again. So a lost event loses nothing, and
//! what a page sees is what is stored.

use std::{convert::Infallible, future::Future, sync::Arc, time::Duration};

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, stream};
use serde_json::Value;
use tokio::sync::broadcast;

/// Changes that a slow listener may lag behind before it just reads again.
const BACKLOG: usize = 256;

/// The channel of changes.
#[derive(Debug)]
pub struct Events {
    changes: broadcast::Sender<Arc<str>>,
}

impl Events {
    /// A channel without listeners.
    pub fn new() -> Self {
        Self {
            changes: broadcast::channel(BACKLOG).0,
        }
    }

    /// Says that the record `id` changed.
    pub fn changed(&self, id: &str) {
        // With nobody listening there is nobody to tell.
        let _ = self.changes.send(Arc::from(id));
    }

    /// Streams the record `id`: as it is now, and again after each change. Ends when `read` finds none.
    pub fn stream<F, Fut>(
        &self,
        id: String,
        read: F,
    ) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<F, Fut>>
    where
        F: Fn() -> Fut + Send + 'static,
        Fut: Future<Output = Option<Value>> + Send + 'static,
    {
        let changes = self.changes.subscribe();
        let stream = stream::unfold(
            (changes, id, read, true),
            |(mut changes, id, read, first)| async move {
                if !first {
                    wait_for(&mut changes, &id).await?;
                }
                let event = Event::default().data(read().await?.to_string());
                Some((Ok(event), (changes, id, read, false)))
            },
        );
        Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
    }
}

async fn wait_for(changes: &mut broadcast::Receiver<Arc<str>>, id: &str) -> Option<()> {
    use broadcast::error::RecvError;
    loop {
        match changes.recv().await {
            Ok(changed) if *changed == *id => return Some(()),
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return Some(()),
            Err(RecvError::Closed) => return None,
        }
    }
}
