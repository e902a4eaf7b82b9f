import Foundation

/// An object of the API. It keeps all that the server sent, unknown fields too.
/// Two are equal when they say the same.
public protocol Model: JSONConvertible, Hashable, CustomStringConvertible {
    /// All of it by the server's names; numbers have every digit.
    var raw: [String: JSON] { get }
    /// Of fields by the server's names.
    init(raw: [String: JSON]) throws
    /// What it is called.
    static var name: String { get }
    /// The fields this version knows, by the server's names.
    static var fields: [String] { get }
    /// Those that must not show.
    static var secrets: Set<String> { get }
}

extension Model {
    /// Of an object of another kind with the same fields, such as one that the
    /// sandbox made up.
    public init(_ other: some Model) throws { try self.init(raw: other.raw) }

    public init(json: JSON, _ name: String) throws {
        guard case .object(let members) = json else { throw odd(name, "is no object: see raw") }
        try self.init(raw: members)
    }

    public var json: JSON { .object(raw) }

    /// The fields that have no name here yet.
    public var extra: [String: JSON] { raw.filter { !Self.fields.contains($0.key) } }

    public static func == (one: Self, other: Self) -> Bool { one.raw == other.raw }

    public func hash(into hasher: inout Hasher) { hasher.combine(raw) }

    /// Known plain fields only, secrets masked: an unknown one may hold anything.
    public var description: String {
        let shown = Self.fields.compactMap { field -> String? in
            switch raw[field] {
            case nil, .null?, .object?, .array?: return nil
            case let value?: return "\(field)=\(Self.secrets.contains(field) ? "***" : value.text)"
            }
        }
        return "\(Self.name)(\(shown.joined(separator: ", ")))"
    }
}

/// A word of an open list: the server may say one that this version does not
/// know.
public protocol Word: JSONConvertible, Hashable, CustomStringConvertible {
    /// The word on the wire.
    var text: String { get }
    /// A word, known or not.
    init(_ text: String)
}

extension Word {
    public init(json: JSON, _ name: String) throws { self.init(try String(json: json, name)) }
    public var json: JSON { .string(text) }
    public var description: String { text }
}

/// What has a form in JSON. A value of another type is a `DecodeError` that
/// names the field: never a wrong default.
public protocol JSONConvertible: Sendable {
    init(json: JSON, _ name: String) throws
    var json: JSON { get }
}

extension JSON: JSONConvertible {
    public init(json: JSON, _ name: String) throws { self = json }
    public var json: JSON { self }
}

extension String: JSONConvertible {
    public init(json: JSON, _ name: String) throws {
        guard case .string(let text) = json else { throw odd(name, "is no text: see raw") }
        self = text
    }
    public var json: JSON { .string(self) }
}

extension Bool: JSONConvertible {
    public init(json: JSON, _ name: String) throws {
        guard case .bool(let value) = json else { throw odd(name, "is neither true nor false: see raw") }
        self = value
    }
    public var json: JSON { .bool(self) }
}

extension Int64: JSONConvertible {
    public init(json: JSON, _ name: String) throws {
        guard case .whole(let value) = json else { throw odd(name, "is no whole number of 64 bits: see raw") }
        self = value
    }
    public var json: JSON { .whole(self) }
}

/// Seconds, of settings and options.
extension Double: JSONConvertible {
    public init(json: JSON, _ name: String) throws {
        guard let value = Double(json.text) else { throw odd(name, "is no number: see raw") }
        self = value
    }
    public var json: JSON { .number(String(self)) }
}

extension Decimal: JSONConvertible {
    public init(json: JSON, _ name: String) throws {
        guard let value = Decimal(string: json.string ?? json.text, locale: Locale(identifier: "en_US_POSIX")) else {
            throw odd(name, "is no decimal: see raw")
        }
        self = value
    }
    /// Text, since a JSON number may be read as binary floating point on the way.
    public var json: JSON { .string(NSDecimalNumber(decimal: self).description(withLocale: Locale(identifier: "en_US_POSIX"))) }
}

extension Date: JSONConvertible {
    /// The API means UTC where it names no offset.
    public init(json: JSON, _ name: String) throws {
        let text = try String(json: json, name)
        guard let date = Date(iso: text) else { throw odd(name, "is no time: its text is in raw") }
        self = date
    }
    public var json: JSON {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return .string(formatter.string(from: self))
    }

    private init?(iso text: String) {
        // The formatter reads three digits of a second at most; the rest is added.
        var whole = text.replacingOccurrences(of: " ", with: "T")
        var fraction = 0.0
        if let dot = whole.firstIndex(of: ".") {
            let rest = whole[whole.index(after: dot)...]
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let value = Double("0.\(digits)") else { return nil }
            fraction = value
            whole.removeSubrange(dot..<digits.endIndex)
        }
        let hasOffset = whole.hasSuffix("Z") || whole.dropFirst(11).contains { $0 == "+" || $0 == "-" }
        guard let date = ISO8601DateFormatter().date(from: hasOffset ? whole : whole + "Z") else { return nil }
        self = date.addingTimeInterval(fraction)
    }
}

extension Data: JSONConvertible {
    public init(json: JSON, _ name: String) throws {
        guard let data = Data(base64Encoded: try String(json: json, name)) else {
            throw odd(name, "is no base64: its text is in raw")
        }
        self = data
    }
    public var json: JSON { .string(base64EncodedString()) }
}

extension Array: JSONConvertible where Element: JSONConvertible {
    public init(json: JSON, _ name: String) throws {
        guard case .array(let items) = json else { throw odd(name, "is no list: see raw") }
        self = try items.map { try Element(json: $0, name) }
    }
    public var json: JSON { .array(map(\.json)) }
}

extension Dictionary: JSONConvertible where Key == String, Value: JSONConvertible {
    public init(json: JSON, _ name: String) throws {
        guard case .object(let members) = json else { throw odd(name, "is no object: see raw") }
        self = try members.mapValues { try Value(json: $0, name) }
    }
    public var json: JSON { .object(mapValues(\.json)) }
}

extension [String: JSON] {
    func get<T: JSONConvertible>(_ name: String) throws -> T? {
        guard let value = self[name], value != .null else { return nil }
        return try T(json: value, name)
    }

    func need<T: JSONConvertible>(_ name: String) throws -> T {
        guard let value: T = try get(name) else { throw odd(name, "is not there") }
        return value
    }

    /// A list or a map; one that is not there has nothing in it.
    func many<T: JSONConvertible>(_ name: String) throws -> [T] { try get(name) ?? [] }

    func many<T: JSONConvertible>(_ name: String) throws -> [String: T] { try get(name) ?? [:] }
}

/// What was given of labeled arguments; what is in `extra` goes before them.
func given(_ extra: [String: JSON], _ fields: [(String, (any JSONConvertible)?)]) -> [String: JSON] {
    var out: [String: JSON] = [:]
    for (name, value) in fields {
        if let value { out[name] = value.json }
    }
    return out.merging(extra) { _, extra in extra }
}
