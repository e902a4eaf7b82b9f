//! What a client and a call can be told, as data: the third and fourth table,
//! so that every language has the same settings under the same names.

/// What a setting holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SettingKind {
    /// Text.
    Text,
    /// Text that must not show.
    Secret,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A time in seconds, fractions allowed.
    Seconds,
    /// A whole number from 0.
    Count,
    /// True or false.
    Flag,
    /// An object of texts by name.
    Texts,
    /// An object of any values by name.
    Values,
    /// A list of texts that must not show.
    Secrets,
}

/// A setting of a client or an option of a call.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name, the same in every language.
    pub name: &'static str,
    /// What it holds.
    pub kind: SettingKind,
    /// What it does.
    pub doc: &'static str,
}

pub(crate) const fn setting(name: &'static str, kind: SettingKind, doc: &'static str) -> Setting {
    Setting { name, kind, doc }
}

/// The settings of a client. A key and either an environment or a base URL are
/// needed.
pub static SETTINGS: &[Setting] = &[
    setting(
        "api_key",
        SettingKind::Secret,
        "The API key, with or without the word `Bearer` in front.",
    ),
    setting(
        "api_key_file",
        SettingKind::Text,
        "A file that holds the API key; read again when the server does not accept the key any more.",
    ),
    setting(
        "environment",
        SettingKind::Word(&["sandbox", "production"]),
        "Which of Defacto's servers to talk to; never guessed.",
    ),
    setting(
        "base_url",
        SettingKind::Text,
        "Another address to talk to, such as a local sandbox; goes before the environment's.",
    ),
    setting(
        "timeout",
        SettingKind::Seconds,
        "How long one attempt may take; 30 seconds unless set.",
    ),
    setting(
        "deadline",
        SettingKind::Seconds,
        "How long a whole call may take, repeats and waits included; 120 seconds unless set.",
    ),
    setting(
        "connect_timeout",
        SettingKind::Seconds,
        "How long a connection may take to open; 10 seconds unless set.",
    ),
    setting(
        "retries",
        SettingKind::Count,
        "How often a request is sent again at most; 2 unless set. With 0 a call is exactly one request.",
    ),
    setting(
        "backoff",
        SettingKind::Seconds,
        "The first ceiling of the random wait before sending again; it doubles up to 8 seconds. 0.25 seconds unless set.",
    ),
    setting(
        "idle_timeout",
        SettingKind::Seconds,
        "How long an unused connection is kept; 30 seconds unless set.",
    ),
    setting(
        "idle_connections",
        SettingKind::Count,
        "How many unused connections are kept; 256 unless set.",
    ),
    setting(
        "proxy",
        SettingKind::Text,
        "The proxy to go through, instead of the one the environment variables name.",
    ),
    setting(
        "extra_certificates",
        SettingKind::Text,
        "Certificates (PEM) to trust beside the platform's.",
    ),
    setting("headers", SettingKind::Texts, "Headers of every request."),
    setting(
        "application",
        SettingKind::Text,
        "Name and version of your application, such as `shop/1.2`, put into the user agent.",
    ),
    setting(
        "local_checks",
        SettingKind::Flag,
        "Whether requests are checked before they are sent; true unless set.",
    ),
];

/// The options of one call.
pub static OPTIONS: &[Setting] = &[
    setting(
        "timeout",
        SettingKind::Seconds,
        "How long one attempt of this call may take.",
    ),
    setting(
        "deadline",
        SettingKind::Seconds,
        "How long this call may take, repeats and waits included.",
    ),
    setting(
        "retries",
        SettingKind::Count,
        "How often this request is sent again at most.",
    ),
    setting("headers", SettingKind::Texts, "Headers of this request."),
    setting(
        "extra_query",
        SettingKind::Texts,
        "Parameters of the query, beside the declared ones.",
    ),
    setting(
        "extra_fields",
        SettingKind::Values,
        "Fields of the JSON body, beside or instead of the declared ones.",
    ),
];

/// The settings of a tracker. A store is needed.
pub static TRACKER_SETTINGS: &[Setting] = &[
    setting(
        "store",
        SettingKind::Secret,
        "Where what is known is kept: a file, made where it is not there, `memory`, or the `postgres://` address of a database that several processes share.",
    ),
    setting(
        "read_only",
        SettingKind::Flag,
        "Whether the store is opened for reports alone, beside a tracker that has it open: what would write it fails.",
    ),
    setting(
        "webhook_tokens",
        SettingKind::Secrets,
        "The tokens that a notification's address may have in its query: one, or the old and the new while the address is changed.",
    ),
    setting(
        "actor",
        SettingKind::Text,
        "Who means the changes that are made through the tracker, as it is noted with each.",
    ),
    setting(
        "keep_notifications_days",
        SettingKind::Count,
        "Days that a notification is kept as it came once it was read; 90 unless set.",
    ),
    setting(
        "due_soon_days",
        SettingKind::Count,
        "Days before a repayment from which it is due soon; 7 unless set.",
    ),
    setting(
        "late_after_days",
        SettingKind::Count,
        "Days after the contractual date after which a loan is late; 4 unless set.",
    ),
    setting(
        "credit_low_percent",
        SettingKind::Count,
        "Percent of a credit line below which little is left; 10 unless set.",
    ),
    setting(
        "silent_after_minutes",
        SettingKind::Count,
        "Minutes after which notifications are silent where a pass found a change that none told of; 60 unless set.",
    ),
];
