//! A holder who answers requests with real proofs, and what came of it.

use glimpse_protocol::{
    credential::Credential,
    request::{Request, SignedRequest},
    set::PublishedSet,
    status::{StatusHead, StatusList},
};
use glimpse_prover::{
    HeldCredential, PrepareStatusError, PreparedCredential, PreparedPredicate, PresentError,
    Unwatched,
};
use rand::rngs::OsRng;

use super::{super::*, support::*};

/// A wallet with prepared cards, which answers every request with all of them, in this order.
pub struct Holder {
    wallet: Wallet,
    cards: Vec<Card>,
}

struct Card {
    issuer: Party,
    credential: Credential,
    prepared: PreparedCredential,
    /// By the list that was fetched last.
    status: Option<(StatusHead, PreparedPredicate)>,
}

impl Holder {
    /// With the registry's first sample.
    pub async fn new(server: &Server) -> Self {
        let sample = server.app.demo.issuer(Party::Registry).samples[0].clone();
        Self::with(server, 1, &[(Party::Registry, sample)]).await
    }

    /// With cards of these issuers; `n` tells wallets apart.
    pub async fn with(server: &Server, n: u8, cards: &[(Party, serde_json::Value)]) -> Self {
        let mut holder = Self {
            wallet: Wallet::new(n),
            cards: Vec::new(),
        };
        for (issuer, attributes) in cards {
            let wallet = &holder.wallet;
            let credential = wallet.collect(server, *issuer, attributes).await;
            let (keys, secret) = (wallet.keys(), &wallet.secret);
            let prepared =
                glimpse_prover::prepare_credential(keys, &credential, secret, &mut Unwatched);
            holder.cards.push(Card {
                issuer: *issuer,
                credential,
                prepared: prepared.unwrap(),
                status: None,
            });
        }
        holder.fetch_lists(server).await.unwrap();
        holder
    }

    /// Fetches the issuers' status lists, and proves by them that no card is revoked.
    pub async fn fetch_lists(&mut self, server: &Server) -> Result<(), PrepareStatusError> {
        for card in &mut self.cards {
            let list = server.get(card.issuer, "/status-list").await;
            let list = StatusList::from_bytes(&list.body).unwrap();
            let (keys, credential) = (self.wallet.keys(), &card.credential);
            let proof = glimpse_prover::prepare_status(keys, credential, &list, &mut Unwatched)?;
            card.status = Some((list.head().clone(), proof));
        }
        Ok(())
    }

    /// Fetches a request and answers it: state, vp_token, and where the answer goes.
    pub async fn answer(&self, server: &Server, party: Party, link: &str) -> Reply {
        self.try_answer(server, party, link).await.unwrap()
    }

    /// Fetches a request and answers it, if it can be answered with these cards.
    pub async fn try_answer(
        &self,
        server: &Server,
        party: Party,
        link: &str,
    ) -> Result<Reply, PresentError> {
        let request = server.get(party, &request_path(link)).await;
        assert_eq!(
            request.header("content-type"),
            "application/oauth-authz-req+jwt"
        );
        let jwt = String::from_utf8(request.body).unwrap();
        let request = SignedRequest::verify(&jwt).unwrap().into_request();
        let cards = self.cards.iter();
        let held: Vec<_> = cards
            .map(|card| HeldCredential {
                credential: &card.credential,
                prepared: &card.prepared,
                status: card.status.as_ref().map(|(head, _)| head),
            })
            .collect();
        let statuses = self.cards.iter().filter_map(|card| card.status.as_ref());
        let mut ready: Vec<_> = statuses.map(|(_, proof)| proof.clone()).collect();
        ready.extend(self.prove_sets(server, party, &request, &held).await);
        let presented = glimpse_prover::present(
            self.wallet.keys(),
            &request,
            &held,
            &ready,
            &self.wallet.secret,
            &mut Unwatched,
            &mut OsRng,
        )?;
        Ok(Reply {
            state: request.state().unwrap().to_owned(),
            vp_token: presented.presentation.to_vp_token(&request).to_string(),
            endpoint: path_of(request.response().endpoint().as_str()).to_owned(),
        })
    }
}

impl Holder {
    /// Fetches the sets that a request names, and proves by them.
    async fn prove_sets(
        &self,
        server: &Server,
        party: Party,
        request: &Request,
        held: &[HeldCredential<'_>],
    ) -> Vec<PreparedPredicate> {
        let credentials: Vec<_> = held.iter().map(|held| held.credential).collect();
        let heads: Vec<_> = held.iter().map(|held| held.status).collect();
        let plan = glimpse_prover::plan(request, &credentials, &heads).unwrap();
        let mut proofs = Vec::new();
        for needed in plan.needed_sets(&credentials) {
            let file = server.get(party, path_of(needed.set.uri().as_str())).await;
            let set = PublishedSet::open(&file.body, needed.set).unwrap();
            let value = glimpse_primitives::field::to_bytes(&needed.value);
            let keys = self.wallet.keys();
            let proof =
                glimpse_prover::prepare_set(keys, &set, &value, needed.negated, &mut Unwatched);
            proofs.push(proof.unwrap());
        }
        proofs
    }
}

/// What a wallet sends back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub state: String,
    pub vp_token: String,
    pub endpoint: String,
}

impl Reply {
    pub async fn post(&self, server: &Server, party: Party) -> Answer {
        let form = [("state", self.state.as_str()), ("vp_token", &self.vp_token)];
        server.post_form(party, &self.endpoint, &form).await
    }

    pub async fn hand_in(&self, server: &Server, party: Party, session: &str) -> Answer {
        let body = json!({ "session": session, "state": self.state, "vp_token": self.vp_token });
        server.post_json(party, "/api/response", body).await
    }
}

pub async fn session(server: &Server, party: Party) -> serde_json::Value {
    server
        .post_json(party, "/api/sessions", json!({}))
        .await
        .json()
}

pub fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap()
}

/// The path of the request that a wallet link leads to.
pub fn request_path(link: &str) -> String {
    let (_, encoded) = link.split_once("request_uri=").unwrap();
    path_of(&encoded.replace("%3A", ":").replace("%2F", "/")).to_owned()
}

pub fn stage(server: &Server, party: Party, session: &serde_json::Value) -> serde_json::Value {
    let stored = server
        .app
        .store
        .session(party.slug(), text(&session["id"]))
        .unwrap()
        .unwrap();
    let mut view = json!(stored.stage);
    view["refusals"] = json!(stored.refusals);
    view
}

pub fn rule(answer: &Answer) -> String {
    assert_eq!(answer.error(), "invalid_presentation");
    text(&answer.json()["rule"]).to_owned()
}
