//! Runs a case step by step against the sandbox.

use std::cell::RefCell;

use defacto::bridge::{self, Door, Reply, failure};
use defacto::{Error, File};
use serde_json::{Map, Value, json};

use crate::case::{Case, steps_of};
use defacto_sandbox::scenario::{Saved, compare, fill};

pub(crate) struct Driver {
    base_url: String,
    control_url: String,
    common: Value,
    http: reqwest::Client,
}

/// A result and what is known of it.
type Came = (Value, Value);

/// What a case has come to.
struct State {
    saved: Saved,
    client: Door,
    /// Opened on the client; the calls go through it.
    tracker: Option<Door>,
}

impl State {
    fn door(&self) -> &Door {
        self.tracker.as_ref().unwrap_or(&self.client)
    }

    /// Its store can be opened again then.
    fn close_tracker(&mut self) {
        if let Some(tracker) = self.tracker.take() {
            tracker.close();
        }
    }
}

impl Driver {
    pub(crate) fn new(base_url: String, control_url: String, common: Value) -> Self {
        // The client installs the provider reqwest needs.
        let _ = Door::open(br#"{"api_key": "k-123456789", "environment": "sandbox"}"#);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            base_url,
            control_url,
            common,
            http,
        }
    }

    pub(crate) fn run(&self, case: &Case) -> Result<(), String> {
        self.control("POST /reset", None)?;
        self.control(
            "PUT /settings",
            Some(&json!({"salt_replay": "existing", "policy": "guide"})),
        )?;
        let mut saved = Saved::new();
        saved.insert("base_url".to_owned(), self.base_url.clone().into());
        let scratch =
            std::env::temp_dir().join(format!("defacto-conformance-{}", std::process::id()));
        std::fs::create_dir_all(&scratch).map_err(|error| error.to_string())?;
        saved.insert("scratch".to_owned(), scratch.display().to_string().into());
        let state = RefCell::new(State {
            saved,
            client: self.open(&json!({})).map_err(|error| error.to_string())?,
            tracker: None,
        });
        let held = self.steps(&case.steps, &state);
        state.borrow_mut().close_tracker();
        std::fs::remove_dir_all(&scratch).map_err(|error| error.to_string())?;
        held
    }

    fn steps(&self, steps: &[Map<String, Value>], state: &RefCell<State>) -> Result<(), String> {
        for (index, step) in steps.iter().enumerate() {
            if let Some(name) = step.get("use").and_then(Value::as_str) {
                let shared: Vec<_> = steps_of(&self.common[name]).collect();
                self.steps(&shared, state)
                    .map_err(|problem| format!("{name}, {problem}"))?;
                continue;
            }
            self.step(step, &mut state.borrow_mut())
                .map_err(|problem| format!("step {index}: {problem}"))?;
        }
        Ok(())
    }

    fn step(&self, step: &Map<String, Value>, state: &mut State) -> Result<(), String> {
        let filled = fill(&Value::Object(step.clone()), &state.saved)?;
        let mut input = filled.get("input").cloned().unwrap_or_else(|| json!({}));
        let name = |kind: &str| filled[kind].as_str();
        if let Some(Value::Object(values)) = filled.get("let") {
            state.saved.extend(values.clone());
            return Ok(());
        }
        let door = state.door().clone();
        let came: Result<Came, Error> = if let Some(operation) = name("call").or(name("wait")) {
            let file = take_file(&mut input);
            door.call(operation, input.to_string().as_bytes(), file)
                .map(|reply| of_reply(&reply))
        } else if let Some((method, path)) = name("raw").and_then(|raw| raw.split_once(' ')) {
            input["raw"] = json!({"method": method, "path": path});
            door.call("raw", input.to_string().as_bytes(), None)
                .map(|reply| of_reply(&reply))
        } else if let Some(operation) = name("list") {
            list(&door, operation, &input, &filled)?
        } else if let Some(function) = name("function") {
            bridge::call(function, input).map(|value| (value, Value::Null))
        } else if let Some(request) = name("control") {
            Ok((self.control(request, filled.get("body"))?, Value::Null))
        } else if let Some(operation) = name("journal") {
            Ok(self.journal(operation)?)
        } else if let Some(settings) = filled.get("tracker") {
            state.close_tracker();
            drop(door);
            let opened = state.client.track(settings.to_string().as_bytes());
            opened.map(|opened| {
                state.tracker = Some(opened);
                (Value::Null, Value::Null)
            })
        } else {
            self.open(&filled["client"]).map(|opened| {
                state.close_tracker();
                state.client = opened;
                (Value::Null, Value::Null)
            })
        };
        match (came, filled.get("error")) {
            (Ok((value, about)), None) => {
                for (name, from) in filled["save"].as_object().into_iter().flatten() {
                    let from = from.as_str().unwrap_or_default();
                    let found = about.get(from).or_else(|| value.pointer(from));
                    let found = found.ok_or_else(|| format!("{from} is not there to save"))?;
                    state.saved.insert(name.clone(), found.clone());
                }
                compare(filled.get("expect").unwrap_or(&Value::Null), &value, &about)
            }
            (Err(error), Some(expected)) => {
                let error = failure(&error);
                compare(expected, &error, &error)
            }
            (Err(error), None) => Err(format!("{error:?}")),
            (Ok((value, _)), Some(_)) => Err(format!("an error was expected, and {value} came")),
        }
    }

    fn open(&self, settings: &Value) -> Result<Door, Error> {
        let mut all = json!({
            "api_key": "key-0123456789abcdef", "base_url": self.base_url, "backoff": 0.001,
        });
        for (name, value) in settings.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        Door::open(all.to_string().as_bytes())
    }

    fn control(&self, request: &str, body: Option<&Value>) -> Result<Value, String> {
        let (method, path) = request.split_once(' ').unwrap();
        let url = format!("{}{path}", self.control_url);
        let mut request = self.http.request(method.parse().unwrap(), url);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        tokio::runtime::Handle::current().block_on(async {
            let response = request.send().await.map_err(|error| error.to_string())?;
            let status = response.status();
            let text = response.text().await.map_err(|error| error.to_string())?;
            if !status.is_success() {
                return Err(format!("the control API answers {status}: {text}"));
            }
            Ok(serde_json::from_str(&text).unwrap_or_default())
        })
    }

    fn journal(&self, operation: &str) -> Result<Came, String> {
        let journal = self.control(&format!("GET /journal?operation={operation}"), None)?;
        let requests = journal["requests"].as_array().cloned().unwrap_or_default();
        let acted = requests
            .iter()
            .filter(|entry| entry["acted"] == true)
            .count();
        let about = json!({"requests": requests.len(), "acted": acted});
        Ok((requests.into(), about))
    }
}

/// A file of an input, which crosses beside it.
fn take_file(input: &mut Value) -> Option<File> {
    let file = input.as_object_mut()?.remove("file")?;
    let text = |name: &str| file[name].as_str().unwrap_or_default().to_owned();
    Some(File::pdf(text("name"), text("text")))
}

fn of_reply(reply: &Reply) -> Came {
    let mut about = json!({
        "status": reply.status,
        "attempts": reply.attempts,
        "creation": reply.creation.map(|creation| format!("{creation:?}")),
    });
    for (name, value) in reply.headers() {
        about[format!("header:{name}")] = value.into();
    }
    (serde_json::from_slice(&reply.json).unwrap(), about)
}

/// Reads a list, to its end or so many pages. What `fails` expects comes once
/// on the way; the list goes on after it, and after no other that stays.
fn list(
    door: &Door,
    operation: &str,
    input: &Value,
    step: &Value,
) -> Result<Result<Came, Error>, String> {
    let pages = match door.pages(operation, input.to_string().as_bytes()) {
        Ok(pages) => pages,
        Err(error) => return Ok(Err(error)),
    };
    let most = step
        .get("pages")
        .and_then(Value::as_u64)
        .unwrap_or(u64::MAX);
    let (mut items, mut count) = (Vec::new(), 0);
    let mut fails = step.get("fails");
    while count < most {
        match pages.next() {
            Ok(Some(page)) => {
                let (page, _) = of_reply(&page);
                items.extend(page["data"].as_array().into_iter().flatten().cloned());
                count += 1;
            }
            Ok(None) => break,
            Err(error) => {
                if let Some(expected) = fails.take() {
                    let error = failure(&error);
                    compare(expected, &error, &error)?;
                    continue;
                }
                if !error.is_retryable() && !matches!(pages.next(), Ok(None)) {
                    return Err("the list goes on after its end".to_owned());
                }
                return Ok(Err(error));
            }
        }
    }
    if fails.is_some() {
        return Err("no page failed".to_owned());
    }
    let about = json!({"count": items.len(), "pages": count, "cursor": pages.cursor()});
    Ok(Ok((items.into(), about)))
}
