//! The accounts of a simulator: each key sees books of its own. Time, faults
//! and generated data are the same for all.

mod spec;

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use defacto_types::InvalidParam;
use serde_json::{Map, Value, json};
use tokio::task::JoinHandle;

use crate::app::{self, App};
use crate::control;
use crate::delivery;
use crate::demo;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::reset::Reset;
use crate::routes;
use crate::state;
use crate::world::invalid;
use spec::Key;
pub(crate) use spec::{Spec, invented_key, with_invented_keys, without_keys};

/// The header in which a control request names an account.
const HEADER: &str = "x-sandbox-account";

/// The same as a parameter, for links.
const PARAMETER: &str = "account";

/// The first account when none is named.
const DEFAULT: &str = "default";

/// More accounts than these are not taken.
const MOST: usize = 1000;

/// Marks a request whose key belongs to no account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnknownKey;

/// The account of a request that is not the first one's.
#[derive(Clone, Debug)]
pub(crate) struct Named(pub(crate) Arc<str>);

/// The accounts; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Accounts(Arc<RwLock<Vec<Account>>>, Arc<Start>);

/// What there is from the start.
#[derive(Debug)]
struct Start {
    /// The accounts, at least one.
    specs: Vec<Spec>,
    /// Whether there is data to look at.
    demo: bool,
    /// Whether what is to be delivered is. Not while what was is done again.
    is_live: AtomicBool,
}

/// An account's place among all: the first is 0.
pub(crate) type AccountNo = usize;

#[derive(Debug)]
struct Account {
    name: Arc<str>,
    key: Option<Key>,
    app: App,
    router: Router,
    /// Ends its deliveries with it. None while what was is done again.
    courier: Option<Courier>,
}

/// The task that delivers an account's notices; it ends when this is dropped.
#[derive(Debug)]
struct Courier(JoinHandle<Infallible>);

impl Courier {
    fn of(app: &App) -> Self {
        Self(tokio::spawn(delivery::run(app.clone())))
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Accounts {
    /// These accounts, the first of which is this simulator itself; one that
    /// takes any key when there are none. Where requests are recorded, nothing
    /// is delivered before [`deliver`](Self::deliver).
    pub(crate) fn new(app: App, specs: Vec<Spec>, demo: bool) -> Result<Self, InvalidParam> {
        let specs = or_open(specs);
        let start = Start {
            specs: specs.clone(),
            demo,
            is_live: AtomicBool::new(app.gate.is_none()),
        };
        let accounts = Self(Arc::default(), Arc::new(start));
        let mut first = Some(app);
        for spec in specs {
            match first.take() {
                Some(app) => accounts.push(spec, app)?,
                None => accounts.add(spec)?,
            }
        }
        Ok(accounts)
    }

    /// Opens books for one account more.
    pub(crate) fn add(&self, spec: Spec) -> Result<(), InvalidParam> {
        let (first, number) = {
            let accounts = self.list();
            let first = accounts.first().map(|account| account.app.clone());
            (first, accounts.len())
        };
        match first {
            Some(first) => self.push(spec, first.sibling(number)),
            None => Ok(()),
        }
    }

    fn push(&self, spec: Spec, app: App) -> Result<(), InvalidParam> {
        app.belong(self);
        let permissions = spec.permissions.map(Arc::from);
        let is_live = self.1.is_live.load(Ordering::Acquire);
        app.deliveries.set_replaying(!is_live);
        let mut accounts = self.change();
        if accounts.iter().any(|account| *account.name == *spec.name) {
            return Err(invalid("name", "is another account's"));
        }
        if accounts.iter().any(|account| account.key == spec.key) {
            return Err(invalid("key", "is another account's"));
        }
        if accounts.len() >= MOST {
            return Err(invalid(
                "name",
                format!("there are {MOST} accounts already"),
            ));
        }
        accounts.push(Account {
            name: spec.name.into(),
            key: spec.key,
            router: routes::router(app.clone(), permissions),
            courier: is_live.then(|| Courier::of(&app)),
            app,
        });
        Ok(())
    }

    /// From now on, what is to be delivered is.
    pub(crate) fn deliver(&self) {
        self.1.is_live.store(true, Ordering::Release);
        for account in &mut *self.change() {
            account.app.deliveries.set_replaying(false);
            if account.courier.is_none() {
                account.courier = Some(Courier::of(&account.app));
            }
        }
    }

    /// The simulator at this place, and what answers a request in its name.
    pub(crate) fn at(&self, no: AccountNo) -> Option<(App, Router)> {
        let accounts = self.list();
        let account = accounts.get(no)?;
        Some((account.app.clone(), account.router.clone()))
    }

    /// Whether this simulator is still that of an account.
    pub(crate) fn has(&self, app: &App) -> bool {
        let accounts = self.list();
        accounts
            .get(app.account)
            .is_some_and(|account| account.app.is(app))
    }

    /// Nothing is delivered any more, and what delivered holds nothing.
    pub(crate) async fn end(&self) {
        let couriers = |account: &mut Account| account.courier.take();
        let couriers: Vec<_> = self.change().iter_mut().filter_map(couriers).collect();
        for mut courier in couriers {
            courier.0.abort();
            let _ = (&mut courier.0).await;
        }
    }

    /// What answers the first account.
    pub(crate) fn first_router(&self) -> Router {
        let accounts = self.list();
        let first = accounts.first();
        first.map_or_else(Router::new, |first| first.router.clone())
    }

    /// The simulators, the first account's first.
    pub(crate) fn apps(&self) -> Vec<App> {
        let accounts = self.list();
        accounts.iter().map(|account| account.app.clone()).collect()
    }

    /// Back to how it started, or to what is given: accounts added since are
    /// gone.
    pub(crate) async fn reset(&self, reset: Reset) -> Result<(), InvalidParam> {
        let demo = reset.demo.unwrap_or(self.1.demo);
        self.clear(reset)?;
        if demo {
            self.fill().await;
        }
        Ok(())
    }

    /// Makes what there is from the start.
    pub(crate) async fn begin(&self) {
        if self.1.demo {
            self.fill().await;
        }
    }

    fn clear(&self, mut reset: Reset) -> Result<(), InvalidParam> {
        let specs = reset.accounts.take().map(or_open);
        let specs = specs.unwrap_or_else(|| self.1.specs.clone());
        let mut more = Vec::new();
        {
            let mut accounts = self.change();
            accounts.truncate(specs.len());
            for (no, spec) in specs.into_iter().enumerate() {
                let Some(account) = accounts.get_mut(no) else {
                    more.push(spec);
                    continue;
                };
                let permissions = spec.permissions.map(Arc::from);
                account.router = routes::router(account.app.clone(), permissions);
                account.name = spec.name.into();
                account.key = spec.key;
            }
        }
        let apps = self.apps();
        let Some((first, others)) = apps.split_first() else {
            return Ok(());
        };
        let seed = reset.seed.unwrap_or(first.seed);
        first.reset(seed, reset);
        for other in others {
            other.reset_books(app::seed_of(seed, other.account));
        }
        for spec in more {
            self.add(spec)?;
        }
        Ok(())
    }

    /// The names, without the keys.
    pub(crate) fn to_json(&self) -> Value {
        let accounts = self.list();
        let shown = accounts
            .iter()
            .map(|account| json!({ "name": *account.name, "any_key": account.key.is_none() }));
        json!({ "accounts": shown.collect::<Vec<_>>() })
    }

    /// Fills the first account, and forgets that anything was asked for it.
    async fn fill(&self) {
        if let Some((app, router)) = self.at(0) {
            let faults = app.faults.suspend();
            // What is recorded is what it follows from: the start, or a reset.
            let filled = demo::fill(router, app.clock.now());
            state::in_turn(app.gate.as_ref(), filled).await;
            app.faults.resume(faults);
            app.journal.clear();
        }
    }

    /// What answers this request.
    pub(crate) fn pick<B>(&self, request: &mut Request<B>) -> Result<Router, Box<Response>> {
        let is_control = request.uri().path().starts_with(control::PREFIX);
        let accounts = self.list();
        let found = if is_control {
            let Some(name) = named(request) else {
                return first(&accounts);
            };
            accounts.iter().position(|account| *account.name == *name)
        } else {
            if let [only] = &accounts[..]
                && only.key.is_none()
            {
                return Ok(only.router.clone());
            }
            let key = key_of(request).map(Key::of);
            let mine = |account: &Account| key.is_some() && account.key == key;
            let open = || accounts.iter().position(|account| account.key.is_none());
            accounts.iter().position(mine).or_else(open)
        };
        match found.and_then(|number| Some((number, accounts.get(number)?))) {
            Some((0, account)) => Ok(account.router.clone()),
            Some((_, account)) => {
                let name = Named(account.name.clone());
                let router = account.router.clone();
                request.extensions_mut().insert(name);
                Ok(router)
            }
            None if is_control => {
                let problem = Problem::not_found("the sandbox has no account of this name");
                Err(Box::new(problem.into_response()))
            }
            None => {
                request.extensions_mut().insert(UnknownKey);
                first(&accounts)
            }
        }
    }

    /// A panic leaves the list as it was before or after a change.
    fn list(&self) -> RwLockReadGuard<'_, Vec<Account>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, Vec<Account>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// A hold that keeps nothing alive: the accounts hold their simulators.
    pub(crate) fn downgrade(&self) -> Weak {
        Weak(Arc::downgrade(&self.0), self.1.clone())
    }
}

/// The accounts as each of their simulators knows them.
#[derive(Clone, Debug)]
pub(crate) struct Weak(std::sync::Weak<RwLock<Vec<Account>>>, Arc<Start>);

impl Weak {
    pub(crate) fn upgrade(&self) -> Option<Accounts> {
        Some(Accounts(self.0.upgrade()?, self.1.clone()))
    }
}

/// These, or the one there is where none is named.
fn or_open(specs: Vec<Spec>) -> Vec<Spec> {
    if specs.is_empty() {
        vec![Spec::open()]
    } else {
        specs
    }
}

fn first(accounts: &[Account]) -> Result<Router, Box<Response>> {
    match accounts.first() {
        Some(account) => Ok(account.router.clone()),
        None => Err(Box::new(
            Problem::not_found("there is no account").into_response(),
        )),
    }
}

/// The key, when it is given as it must be; if not, that is refused later.
fn key_of<B>(request: &Request<B>) -> Option<&str> {
    let value = request.headers().get(axum::http::header::AUTHORIZATION)?;
    let (_, key) = value.to_str().ok()?.split_once(' ')?;
    Some(key.trim())
}

/// The account a control request names. A parameter is taken out, since no
/// control request knows it.
fn named<B>(request: &mut Request<B>) -> Option<String> {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let header = request.headers().get(HEADER).and_then(text);
    let query = request.uri().query().unwrap_or_default();
    let of = |pair: &&str| {
        pair.split_once('=')
            .is_some_and(|(name, _)| name == PARAMETER)
    };
    let (mine, others): (Vec<_>, Vec<_>) = query.split('&').partition(of);
    let parameter = mine.first().and_then(|pair| pair.split_once('='));
    let parameter = parameter.map(|(_, name)| name.to_owned());
    if parameter.is_some() {
        let path = request.uri().path();
        let rest = others.join("&");
        let without = match rest.is_empty() {
            true => path.to_owned(),
            false => format!("{path}?{rest}"),
        };
        if let Ok(uri) = without.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    header.or(parameter)
}

/// A path of the control API, for this account.
pub(crate) fn path_for(path: &str, account: Option<&str>) -> String {
    match account {
        Some(name) if path.starts_with(control::PREFIX) => {
            let sign = if path.contains('?') { '&' } else { '?' };
            format!("{path}{sign}{PARAMETER}={name}")
        }
        _ => path.to_owned(),
    }
}

/// An account from a name and a key, as the command line and files give them.
pub(crate) fn named_spec(name: &str, value: Value) -> Result<Spec, Problem> {
    let mut object = match value {
        Value::Object(object) => object,
        key => Map::from_iter([("key".to_owned(), key)]),
    };
    object.insert("name".to_owned(), name.into());
    Spec::of(Fields::of_object(object))
}
