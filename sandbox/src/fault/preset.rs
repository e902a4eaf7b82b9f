//! Faults with a name: what goes wrong most often, ready to use.

/// A fault with a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preset {
    pub(crate) name: &'static str,
    /// What it does, for the documentation.
    pub(crate) doc: &'static str,
    /// Its fields, as the control API takes them; fields given beside the
    /// name replace these.
    pub(crate) fields: &'static str,
}

impl Preset {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }
}

/// All of them, in the order of the documentation.
pub(crate) const PRESETS: [Preset; 17] = [
    Preset {
        name: "rate_limit",
        doc: "429 with `Retry-After` once 10 requests have passed within 60 seconds of the simulator's clock",
        fields: r#"{"rate": {"requests": 10, "seconds": 60}}"#,
    },
    Preset {
        name: "busy",
        doc: "503 with `Retry-After: 1`",
        fields: r#"{"status": 503, "headers": {"retry-after": "1"}}"#,
    },
    Preset {
        name: "server_error",
        doc: "500 with a problem, and nothing is carried out",
        fields: r#"{"status": 500, "content_type": "application/problem+json", "body": "{\"type\":\"about:blank\",\"title\":\"Internal server error\",\"status\":500}"}"#,
    },
    Preset {
        name: "gateway_timeout",
        doc: "504 from a proxy, although the operation is carried out",
        fields: r#"{"status": 504, "act": true, "content_type": "text/html", "body": "<html><body><h1>504 Gateway Time-out</h1></body></html>"}"#,
    },
    Preset {
        name: "html",
        doc: "502 with a proxy's HTML page",
        fields: r#"{"status": 502, "content_type": "text/html", "body": "<html><body><h1>502 Bad Gateway</h1></body></html>"}"#,
    },
    Preset {
        name: "html_success",
        doc: "200 with an HTML page, as a captive portal answers",
        fields: r#"{"status": 200, "content_type": "text/html", "body": "<html><body>Sign in to this network</body></html>"}"#,
    },
    Preset {
        name: "wrong_content_type",
        doc: "The real answer, called `text/plain`",
        fields: r#"{"content_type": "text/plain"}"#,
    },
    Preset {
        name: "broken_json",
        doc: "200 with JSON that ends in the middle; the length announced is its own",
        fields: r#"{"status": 200, "act": true, "body": "{\"data\": [{\"id\": \"0"}"#,
    },
    Preset {
        name: "truncated",
        doc: "The real answer, of which 20 bytes come",
        fields: r#"{"truncate": 20}"#,
    },
    Preset {
        name: "slow",
        doc: "The answer comes 0.2 to 2 seconds later, drawn from the seed; for ever",
        fields: r#"{"delay_ms": {"from": 200, "to": 2000}, "times": null}"#,
    },
    Preset {
        name: "slow_body",
        doc: "16 bytes of the body come each 0.1 seconds",
        fields: r#"{"slow": {"bytes": 16, "pause_ms": 100}}"#,
    },
    Preset {
        name: "unreachable",
        doc: "The connection is reset, and nothing is carried out",
        fields: r#"{"reset": "before"}"#,
    },
    Preset {
        name: "lost_answer",
        doc: "The operation is carried out, and the connection reset before its answer",
        fields: r#"{"reset": "after"}"#,
    },
    Preset {
        name: "flaky",
        doc: "One request of ten is answered 503, drawn from the seed; for ever",
        fields: r#"{"status": 503, "probability": 0.1}"#,
    },
    Preset {
        name: "expired_key",
        doc: "401 from now on; with `skip`, after that many requests",
        fields: r#"{"status": 401, "times": null, "headers": {"www-authenticate": "Bearer"}, "content_type": "application/problem+json", "body": "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"the key has expired\"}"}"#,
    },
    Preset {
        name: "unknown_values",
        doc: "The real answer, with a status that no version of the API has and fields it does not declare",
        fields: r#"{"set": {"/status": "NOT_YET_INVENTED", "/data/*/status": "NOT_YET_INVENTED", "/from_the_future": {"a": [1]}, "/data/*/from_the_future": {"a": [1]}}, "times": null}"#,
    },
    Preset {
        name: "clock_skew",
        doc: "The header `Date` is five minutes behind",
        fields: r#"{"clock_skew_seconds": -300, "times": null}"#,
    },
];

/// Their names, for a refusal.
pub(super) fn names() -> String {
    PRESETS.map(|preset| preset.name).join(", ")
}
