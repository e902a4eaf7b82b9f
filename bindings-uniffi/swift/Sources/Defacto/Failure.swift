import Foundation

/// Why a call failed. Each kind has a class of its own; docs/errors.md says what
/// to do about it.
public class DefactoError: Error, CustomStringConvertible, @unchecked Sendable {
    /// The kind's number, the same in every language.
    public let code: Int64
    /// The kind's name, the same in every language.
    public let kind: String
    /// The failure in the core's own names.
    public let raw: [String: JSON]

    init(code: Int64, kind: String, raw: [String: JSON]) {
        self.code = code
        self.kind = kind
        self.raw = raw
    }

    /// What went wrong.
    public var message: String { raw["message"]?.string ?? kind }

    /// The operation, such as `loans.create`.
    public var operation: String? { raw["operation"]?.string }

    /// The HTTP status, where there was an answer.
    public var status: Int64? { raw["status"]?.whole }

    /// Whether the same call may succeed later.
    public var isRetryable: Bool { raw["is_retryable"] == .bool(true) }

    /// Whether a change may have been made.
    public var isOutcomeUnknown: Bool { raw["is_outcome_unknown"] == .bool(true) }

    /// What the server said; an error is no place for another, so what cannot be
    /// read is in `raw`.
    public var problem: Problem? { raw["problem"].flatMap { try? Problem(json: $0, "problem") } }

    /// What the server found wrong, field by field.
    public var invalidParams: [InvalidParam] { problem?.invalidParams ?? [] }

    /// How many times the request was sent.
    public var attempts: Int64 { raw["attempts"]?.whole ?? 0 }

    /// The idempotency key, where the request had one.
    public var saltId: String? { raw["salt_id"]?.string }

    /// How long the server asks to wait, in seconds.
    public var retryAfter: TimeInterval? { raw["retry_after"].flatMap { try? Double(json: $0, "retry_after") } }

    /// How to find out what became of a change.
    public var recovery: String? { raw["recovery"]?.string }

    public var description: String { message }
}

func odd(_ name: String, _ problem: String) -> DefactoError {
    DecodeError(code: 13, kind: "Decode", raw: ["message": .string("\(name) \(problem)")])
}

/// Calls the native half.
func native<T>(_ call: () throws -> T) throws -> T {
    do {
        return try call()
    } catch Failure.Failed(let json) {
        let raw = try [String: JSON](json: JSON(parsing: json), "the failure")
        throw errorOf(raw["code"]?.whole ?? 0, raw)
    }
}

/// A verb of the library by its name.
func invoke<T: JSONConvertible>(_ name: String, _ arguments: [(String, (any JSONConvertible)?)]) throws -> T {
    let text = JSON.object(given([:], arguments)).text
    return try T(json: JSON(parsing: native { try verb(name: name, arguments: text) }), name)
}
