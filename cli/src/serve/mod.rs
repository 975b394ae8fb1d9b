//! `glimpse serve`: the whole demonstration in one process, an origin for each party by port.
//!
//! Each party has a router of its own and sees only its own records. What is public about a party (its pages, its
//! metadata) is made once at start; what changes lives in the [`store`].

mod demo;
mod events;
mod files;
mod headers;
mod issuer;
mod openid4vci;
mod openid4vp;
mod origin;
mod page;
mod problem;
mod qr;
mod static_files;
mod store;
mod verifier;

use std::{
    net::IpAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, ensure};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, Method, Response, StatusCode, header},
    middleware::{self, Next},
    routing::any,
};
use rand::{RngCore, rngs::OsRng};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinSet};

use glimpse_protocol::{manifest::KeyPolicy, time::DateTime};

use self::{
    demo::Demo,
    events::Events,
    headers::Document,
    origin::{Origins, Party},
    static_files::StaticFiles,
    store::{Seconds, Store},
};

/// The largest body that any endpoint reads.
const BODY_LIMIT: usize = 64 * 1024;

/// How often expired records are forgotten.
const PURGE_EVERY: Duration = Duration::from_secs(60);

/// Serve the wallet, two demonstration issuers and five demonstration verifiers on this machine.
///
/// The first start makes keys of kind single-party; everything is kept in the data folder.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Port of the wallet; the issuers and verifiers take the seven ports above it.
    #[arg(long, default_value_t = 8100)]
    base_port: u16,
    /// Folder for keys and the database; made at first start.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
    /// Folder with the built wallet.
    #[arg(long, default_value = "target/dist/wallet")]
    wallet_dir: PathBuf,
    /// Host name in every URL: localhost or 127.0.0.1.
    #[arg(long, default_value = "localhost")]
    host: String,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    listen: IpAddr,
    /// Seconds that a verifier's request lives.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    request_ttl: u64,
    /// Seconds that an issuer's offer lives.
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    offer_ttl: u64,
}

/// What all handlers share.
struct App {
    origins: Origins,
    store: Store,
    demo: Demo,
    events: Events,
    /// Seconds since 1970; a value of its own so that tests can move it.
    clock: Box<dyn Fn() -> Seconds + Send + Sync>,
    request_ttl: Seconds,
    offer_ttl: Seconds,
    /// Proof checks under way or queued. Beyond it the answer is 503 at once, so that those accepted stay fast.
    checks: Semaphore,
}

type Shared = Arc<App>;

impl App {
    fn now(&self) -> Seconds {
        (self.clock)()
    }

    fn date_time(&self) -> DateTime {
        date_time(self.now())
    }
}

/// Prepares data and keys, binds all ports, serves until interrupted.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let origins = Origins::new(&arguments.host, arguments.base_port)
        .with_context(|| format!("no room for eight ports from {}", arguments.base_port))?;
    ensure!(
        arguments
            .host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')),
        "the host must be a plain host name or IPv4 address"
    );
    files::make_private_folder(&arguments.data)
        .with_context(|| format!("cannot use {} for data", arguments.data.display()))?;
    let store = Store::open(&arguments.data.join("glimpse.redb"))
        .context("cannot open the database (is another `glimpse serve` using it?)")?;
    let policy = KeyPolicy::default();
    let demo = Demo::open(&arguments.data, &origins, policy, date_time(system_time()))?;
    let wallet = StaticFiles::wallet(&arguments.wallet_dir, &origins)?
        .merge(StaticFiles::keys(&arguments.data.join(demo::keys::FOLDER))?);
    if !wallet.has_page() {
        eprintln!(
            "glimpse: no wallet in {}; build it with `cargo xtask wasm`",
            arguments.wallet_dir.display()
        );
    }
    let app = Arc::new(App {
        origins,
        store,
        demo,
        events: Events::new(),
        clock: Box::new(system_time),
        request_ttl: arguments.request_ttl,
        offer_ttl: arguments.offer_ttl,
        checks: Semaphore::new(checks_at_once()),
    });
    tokio::runtime::Runtime::new()?.block_on(listen(app, wallet, arguments.listen))
}

/// Seconds since 1970 as an instant. A clock beyond the year 9999 is taken for its last moment.
fn date_time(now: Seconds) -> DateTime {
    i64::try_from(now)
        .ok()
        .and_then(|now| DateTime::from_unix(now).ok())
        .unwrap_or(DateTime::MAX)
}

fn system_time() -> Seconds {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Sixteen checks a core wait at most some 50 ms.
fn checks_at_once() -> usize {
    16 * std::thread::available_parallelism().map_or(2, usize::from)
}

async fn listen(app: Shared, wallet: StaticFiles, address: IpAddr) -> anyhow::Result<()> {
    let wallet = Arc::new(wallet);
    let mut servers = JoinSet::new();
    for party in Party::ALL {
        let port = app.origins.port(party);
        let listener = TcpListener::bind((address, port))
            .await
            .with_context(|| format!("cannot listen on {address}:{port} for {party}"))?;
        let router = router(party, &app, &wallet);
        servers.spawn(async move { axum::serve(listener, router).await });
    }
    for party in Party::ALL {
        println!("  {:<22} {}", party.name(), app.origins.url(party));
    }
    println!("glimpse: ready");
    let mut purge = tokio::time::interval(PURGE_EVERY);
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(()),
            Some(ended) = servers.join_next() => { ended??; }
            _ = purge.tick() => {
                let app = app.clone();
                let purged = tokio::task::spawn_blocking(move || app.store.purge(app.now())).await?;
                if let Err(error) = purged {
                    eprintln!("glimpse: cannot forget expired records: {error}");
                }
            }
        }
    }
}

/// The complete router of one party's origin.
fn router(party: Party, app: &Shared, wallet: &Arc<StaticFiles>) -> Router {
    let router = match party {
        Party::Wallet => Router::new()
            .fallback(any(serve_wallet))
            .with_state(wallet.clone()),
        Party::Registry | Party::University => issuer::router(party, app.clone()),
        Party::Bar | Party::Rental | Party::Forum | Party::Cinema | Party::Bank => {
            verifier::router(party, app.clone())
        }
    };
    router.layer(DefaultBodyLimit::max(BODY_LIMIT))
}

async fn serve_wallet(State(files): State<Arc<StaticFiles>>, request: Request) -> Response<Body> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        headers::apply(&Document::Wallet, &mut response);
        return response;
    }
    let path = request.uri().path().trim_start_matches('/');
    let (document, mut response) = if path.is_empty() && !files.has_page() {
        (Document::Wallet, page::wallet_is_not_built())
    } else {
        files.respond(path, request.headers())
    };
    headers::apply(&document, &mut response);
    response
}

/// Middleware: the headers of an issuer's or verifier's own pages.
async fn party_headers(request: Request, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    headers::apply(&Document::Party, &mut response);
    response
}

/// Middleware: the headers of protocol endpoints, whose answers are for programs and never cached unless said.
async fn protocol_headers(request: Request, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    headers::apply(&Document::Data, &mut response);
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Joins a party's pages and its protocol endpoints. Only the latter answer other origins.
fn join(pages: Router, protocol: Router) -> Router {
    use tower_http::cors::{Any, CorsLayer};
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .max_age(Duration::from_secs(600));
    let pages = pages.layer(middleware::from_fn(party_headers));
    let protocol = protocol
        .layer(cors)
        .layer(middleware::from_fn(protocol_headers));
    Router::new()
        .merge(pages)
        .merge(protocol)
        .fallback(page::not_found)
}

/// A fresh unguessable identifier: 32 random bytes, base64url.
fn fresh_identifier() -> Result<String, rand::Error> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut bytes = [0; 32];
    OsRng.try_fill_bytes(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Runs storage or cryptography off the threads that serve connections.
async fn off_thread<T: Send + 'static>(
    app: &Shared,
    work: impl FnOnce(&App) -> T + Send + 'static,
) -> Result<T, problem::Problem> {
    let app = app.clone();
    tokio::task::spawn_blocking(move || work(&app))
        .await
        .map_err(problem::Problem::internal)
}

#[cfg(test)]
mod tests;
