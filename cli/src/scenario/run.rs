//! Carries out the steps of a scenario, one after the other.

use defacto::bridge::{self, Door, Reply, failure};
use defacto::{Error, File};
use defacto_sandbox::scenario::{Saved, compare, fill};
use serde_json::{Map, Value, json};

use super::file::{Scenario, Script};
use super::http::Http;
use super::scratch::Scratch;

/// A result and what is known about it.
type Came = (Value, Value);

/// One scenario on one sandbox.
pub(crate) struct Run<'a> {
    http: &'a Http,
    script: &'a Script,
    saved: Saved,
    door: Option<Door>,
    /// Opened on the client; the calls go through it.
    tracker: Option<Door>,
    scratch: Scratch,
    /// How many steps were done.
    pub(crate) done: usize,
}

impl<'a> Run<'a> {
    pub(crate) fn new(http: &'a Http, script: &'a Script, values: Map<String, Value>) -> Self {
        let mut saved = values;
        saved.insert("base_url".to_owned(), http.base_url.clone().into());
        let scratch = Scratch::new();
        saved.insert("scratch".to_owned(), scratch.path().into());
        Self {
            http,
            script,
            saved,
            door: None,
            tracker: None,
            scratch,
            done: 0,
        }
    }

    /// What does not hold, with the step.
    pub(crate) fn all(&mut self, scenario: &Scenario) -> Result<(), String> {
        self.steps(&scenario.steps)
    }

    fn steps(&mut self, steps: &[Map<String, Value>]) -> Result<(), String> {
        for (index, step) in steps.iter().enumerate() {
            let told = |problem: String| match step.get("name").and_then(Value::as_str) {
                Some(name) => format!("step {} ({name}): {problem}", index + 1),
                None => format!("step {}: {problem}", index + 1),
            };
            if let Some(name) = step.get("use").and_then(Value::as_str) {
                let script = self.script;
                let shared = script.common.get(name).and_then(Value::as_array);
                let shared: Vec<_> = shared
                    .into_iter()
                    .flatten()
                    .filter_map(|step| step.as_object().cloned())
                    .collect();
                self.steps(&shared)
                    .map_err(|it| told(format!("{name}, {it}")))?;
                continue;
            }
            self.step(step).map_err(told)?;
            self.done += 1;
        }
        Ok(())
    }

    fn step(&mut self, step: &Map<String, Value>) -> Result<(), String> {
        let filled = fill(&Value::Object(step.clone()), &self.saved)?;
        if let Some(Value::Object(values)) = filled.get("let") {
            self.saved.extend(values.clone());
            return Ok(());
        }
        match (self.act(&filled)?, filled.get("error")) {
            (Ok((value, about)), None) => {
                for (name, from) in filled["save"].as_object().into_iter().flatten() {
                    let from = from.as_str().unwrap_or_default();
                    let found = about.get(from).or_else(|| value.pointer(from));
                    let found = found.ok_or_else(|| format!("{from} is not there to save"))?;
                    self.saved.insert(name.clone(), found.clone());
                }
                compare(filled.get("expect").unwrap_or(&Value::Null), &value, &about)
            }
            (Err(error), Some(expected)) => {
                let error = failure(&error);
                compare(expected, &error, &error)
            }
            (Err(error), None) => Err(error.to_string()),
            (Ok((value, _)), Some(_)) => Err(format!("an error was expected, and {value} came")),
        }
    }

    fn act(&mut self, step: &Value) -> Result<Result<Came, Error>, String> {
        let mut input = step.get("input").cloned().unwrap_or_else(|| json!({}));
        let name = |kind: &str| step[kind].as_str();
        let raw = name("raw").map(|request| request.split_once(' ').unwrap_or((request, "")));
        if let Some((method, path)) = raw {
            input["raw"] = json!({ "method": method, "path": path });
        }
        if let Some(operation) = name("call").or(name("wait")).or(raw.map(|_| "raw")) {
            let file = take_file(&mut input);
            let reply = self
                .door()?
                .call(operation, input.to_string().as_bytes(), file);
            return match reply {
                Ok(reply) => Ok(Ok(of_reply(&reply)?)),
                Err(error) => Ok(Err(error)),
            };
        }
        if let Some(operation) = name("list") {
            return list(self.door()?, operation, &input);
        }
        if let Some(function) = name("function") {
            return Ok(bridge::call(function, input).map(|value| (value, Value::Null)));
        }
        if let Some(request) = name("control") {
            return Ok(Ok(self.http.control(request, step)?));
        }
        if let Some(request) = name("send") {
            return Ok(Ok(self.http.send(request, step)?));
        }
        if let Some(operation) = name("journal") {
            return Ok(Ok(self.http.journal(operation)?));
        }
        self.close_tracker();
        if let Some(settings) = step.get("tracker") {
            self.scratch.make()?;
            let opened = self.door()?.track(settings.to_string().as_bytes());
            return Ok(opened.map(|tracker| {
                self.tracker = Some(tracker);
                (Value::Null, Value::Null)
            }));
        }
        let opened = self.open(&step["client"]);
        Ok(opened.map(|door| {
            self.door = Some(door);
            (Value::Null, Value::Null)
        }))
    }

    /// Its store can be opened again then.
    fn close_tracker(&mut self) {
        if let Some(tracker) = self.tracker.take() {
            tracker.close();
        }
    }

    /// The tracker, or else the client, opened when it is first needed.
    fn door(&mut self) -> Result<&Door, String> {
        if let Some(tracker) = &self.tracker {
            return Ok(tracker);
        }
        if self.door.is_none() {
            let door = self.open(&Value::Null).map_err(|error| error.to_string())?;
            self.door = Some(door);
        }
        self.door
            .as_ref()
            .ok_or_else(|| "no client is open".to_owned())
    }

    fn open(&self, settings: &Value) -> Result<Door, Error> {
        let mut all = json!({
            "api_key": super::KEY, "base_url": self.http.base_url, "backoff": 0.001,
        });
        for (name, value) in settings.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        Door::open(all.to_string().as_bytes())
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        // Before its folder goes.
        self.close_tracker();
    }
}

/// A file of an input, which crosses beside it.
fn take_file(input: &mut Value) -> Option<File> {
    let file = input.as_object_mut()?.remove("file")?;
    let text = |name: &str| file[name].as_str().unwrap_or_default().to_owned();
    Some(File::pdf(text("name"), text("text")))
}

fn of_reply(reply: &Reply) -> Result<Came, String> {
    let mut about = json!({
        "status": reply.status,
        "attempts": reply.attempts,
        "creation": reply.creation.map(|creation| format!("{creation:?}")),
    });
    for (name, value) in reply.headers() {
        about[format!("header:{name}")] = value.into();
    }
    let value = serde_json::from_slice(&reply.json).map_err(|error| error.to_string())?;
    Ok((value, about))
}

/// Reads a list to its end.
fn list(door: &Door, operation: &str, input: &Value) -> Result<Result<Came, Error>, String> {
    let pages = match door.pages(operation, input.to_string().as_bytes()) {
        Ok(pages) => pages,
        Err(error) => return Ok(Err(error)),
    };
    let (mut items, mut count) = (Vec::new(), 0);
    loop {
        match pages.next() {
            Ok(Some(page)) => {
                let (page, _) = of_reply(&page)?;
                items.extend(page["data"].as_array().into_iter().flatten().cloned());
                count += 1;
            }
            Ok(None) => break,
            Err(error) => return Ok(Err(error)),
        }
    }
    let about = json!({ "count": items.len(), "pages": count });
    Ok(Ok((items.into(), about)))
}
