//! Requests to a sandbox as they are, for what no client sends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use defacto::bridge::Door;
use reqwest::header;
use serde_json::{Value, json};
use tokio::runtime::Handle;

/// One sandbox.
#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) base_url: String,
    control_url: String,
    client: reqwest::Client,
    runtime: Handle,
}

type Came = (Value, Value);

impl Http {
    pub(crate) fn new(base_url: &str, runtime: Handle) -> Result<Self, String> {
        let base_url = base_url.trim_end_matches('/').to_owned();
        // The client installs the provider of TLS that reqwest needs.
        let settings = json!({ "api_key": super::KEY, "base_url": base_url });
        Door::open(settings.to_string().as_bytes()).map_err(|error| error.to_string())?;
        let client = reqwest::Client::builder().no_proxy().build();
        Ok(Self {
            control_url: format!("{base_url}/_sandbox"),
            base_url,
            client: client.map_err(|error| error.to_string())?,
            runtime,
        })
    }

    /// A request to the control API, which must take it.
    pub(crate) fn control(&self, request: &str, step: &Value) -> Result<Came, String> {
        let (value, about) = self.ask(&self.control_url, request, step)?;
        if about["status"]
            .as_u64()
            .is_none_or(|status| status / 100 != 2)
        {
            return Err(format!(
                "the control API answers {}: {value}",
                about["status"]
            ));
        }
        Ok((value, about))
    }

    /// A request to the API, whatever it answers.
    pub(crate) fn send(&self, request: &str, step: &Value) -> Result<Came, String> {
        self.ask(&self.base_url, request, step)
    }

    /// The requests for an operation that the sandbox remembers.
    pub(crate) fn journal(&self, operation: &str) -> Result<Came, String> {
        let request = format!("GET /journal?operation={operation}");
        let (journal, _) = self.control(&request, &Value::Null)?;
        let requests = journal["requests"].as_array().cloned().unwrap_or_default();
        let acted = requests
            .iter()
            .filter(|entry| entry["acted"] == true)
            .count();
        let about = json!({ "requests": requests.len(), "acted": acted });
        Ok((requests.into(), about))
    }

    fn ask(&self, to: &str, request: &str, step: &Value) -> Result<Came, String> {
        let (method, path) = request
            .split_once(' ')
            .ok_or_else(|| format!("{request} must be a method and a path"))?;
        let method = method
            .parse()
            .map_err(|_| format!("{method} is no method"))?;
        let mut asked = self.client.request(method, format!("{to}{path}"));
        if step["key"] != false {
            asked = asked.bearer_auth(step["key"].as_str().unwrap_or(super::KEY));
        }
        let body = match (
            &step["body"],
            step["text"].as_str(),
            step["base64"].as_str(),
        ) {
            (Value::Null, None, None) => None,
            (Value::Null, Some(text), _) => Some(text.as_bytes().to_vec()),
            (Value::Null, None, Some(text)) => {
                let bytes = STANDARD.decode(text);
                Some(bytes.map_err(|_| "`base64` is none".to_owned())?)
            }
            (body, _, _) => Some(body.to_string().into_bytes()),
        };
        if let Some(body) = body {
            let content_type = step["content_type"].as_str().unwrap_or("application/json");
            asked = asked.header(header::CONTENT_TYPE, content_type).body(body);
        }
        let answer = self.runtime.block_on(async {
            let answer = asked.send().await?;
            let status = answer.status().as_u16();
            let text = answer.bytes().await?;
            Ok::<_, reqwest::Error>((status, text))
        });
        // The connection may be cut on purpose.
        let Ok((status, text)) = answer else {
            return Ok((Value::Null, json!({ "status": null })));
        };
        let value = serde_json::from_slice(&text)
            .unwrap_or_else(|_| String::from_utf8_lossy(&text).into_owned().into());
        Ok((value, json!({ "status": status })))
    }
}
