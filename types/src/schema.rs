//! Models and enums as data: what code generation and the contract check read.

/// What a field, a body or an answer holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// Text.
    String,
    /// A whole number that is no amount.
    Integer,
    /// True or false.
    Boolean,
    /// An amount in cents.
    Cents,
    /// A rate in percent per day.
    DailyRate,
    /// Another exact decimal.
    Decimal,
    /// An instant.
    Timestamp,
    /// A calendar date.
    Date,
    /// An account number, masked when shown.
    AccountNumber,
    /// A secret, masked when shown.
    Secret,
    /// An address that authorises by itself, masked when shown.
    SecretUrl,
    /// A file in base64.
    Base64Document,
    /// An identifier of the named type.
    Id(&'static str),
    /// An open enum.
    Enum(fn() -> Enum),
    /// An object.
    Model(fn() -> Model),
    /// A list.
    List(Box<Shape>),
    /// An object with free keys.
    Map(Box<Shape>),
    /// A page of a list.
    Page(Box<Shape>),
    /// A free-form object.
    Object,
    /// Any JSON.
    Any,
}

/// A wire object.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its Rust name, the same in every language.
    pub name: &'static str,
    /// Its name in the contract; empty for what is only asked with, such as a
    /// query, and `~` for what the library itself tells.
    pub schema: &'static str,
    /// Reads the object from JSON and writes it again.
    pub round_trip: fn(serde_json::Value) -> serde_json::Result<serde_json::Value>,
    /// Its documentation.
    pub doc: &'static str,
    /// Its fields, in order.
    pub fields: Vec<FieldShape>,
}

impl Model {
    /// Whether the contract declares it.
    #[must_use]
    pub fn is_of_contract(&self) -> bool {
        !matches!(self.schema, "" | "~")
    }
}

/// A field of a [`Model`].
#[derive(Clone, Debug)]
pub struct FieldShape {
    /// The Rust name.
    pub name: &'static str,
    /// The name on the wire.
    pub wire: &'static str,
    /// The documentation.
    pub doc: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether the contract requires it.
    pub required: bool,
    /// Whether an object without it is refused: its identifier or status.
    pub essential: bool,
}

/// An open enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its Rust name, the same in every language.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// The values known today.
    pub values: Vec<EnumValue>,
}

/// A value of an [`Enum`].
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// The Rust name.
    pub name: &'static str,
    /// The text on the wire.
    pub text: &'static str,
    /// The documentation.
    pub doc: &'static str,
}
