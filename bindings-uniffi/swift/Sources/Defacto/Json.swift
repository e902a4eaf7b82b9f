import Foundation

/// JSON without losing a digit: whole numbers are `whole` where they fit, all
/// others keep their digits as text.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case whole(Int64)
    case number(String)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The text, where it is text.
    public var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// The number, where it is a whole one.
    public var whole: Int64? {
        if case .whole(let number) = self { return number }
        return nil
    }

    /// A member, where it is an object that has it.
    public subscript(name: String) -> JSON? {
        if case .object(let members) = self { return members[name] }
        return nil
    }

    /// Reads JSON.
    public init(parsing text: String) throws {
        var parser = Parser(bytes: Array(text.utf8))
        self = try parser.document()
    }

    /// Its text; the members of objects in the order of their names.
    public var text: String {
        var out = ""
        write(to: &out)
        return out
    }

    private func write(to out: inout String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .whole(let value): out += String(value)
        case .number(let digits): out += digits
        case .string(let value): JSON.quote(value, to: &out)
        case .array(let items):
            out += "["
            for (index, item) in items.enumerated() {
                if index > 0 { out += "," }
                item.write(to: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (index, name) in members.keys.sorted().enumerated() {
                if index > 0 { out += "," }
                JSON.quote(name, to: &out)
                out += ":"
                (members[name] ?? .null).write(to: &out)
            }
            out += "}"
        }
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}

/// Reads what the core has found to be JSON; what is none ends in a
/// `DecodeError` all the same.
private struct Parser {
    let bytes: [UInt8]
    var at = 0

    mutating func document() throws -> JSON {
        let value = try self.value(depth: 0)
        space()
        if at != bytes.count { throw wrong() }
        return value
    }

    private mutating func value(depth: Int) throws -> JSON {
        // Deeper than the core reads.
        if depth > 200 { throw wrong() }
        space()
        switch peek() {
        case UInt8(ascii: "{"): return try members(depth)
        case UInt8(ascii: "["): return try items(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func members(_ depth: Int) throws -> JSON {
        var out: [String: JSON] = [:]
        at += 1
        space()
        if skip("}") { return .object(out) }
        repeat {
            space()
            let name = try string()
            space()
            guard skip(":") else { throw wrong() }
            out[name] = try value(depth: depth + 1)
            space()
        } while skip(",")
        guard skip("}") else { throw wrong() }
        return .object(out)
    }

    private mutating func items(_ depth: Int) throws -> JSON {
        var out: [JSON] = []
        at += 1
        space()
        if skip("]") { return .array(out) }
        repeat {
            out.append(try value(depth: depth + 1))
            space()
        } while skip(",")
        guard skip("]") else { throw wrong() }
        return .array(out)
    }

    private mutating func string() throws -> String {
        guard skip("\"") else { throw wrong() }
        var out: [UInt8] = []
        while let byte = peek() {
            at += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: out, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                out.append(contentsOf: try escaped())
            } else {
                out.append(byte)
            }
        }
        throw wrong()
    }

    private mutating func escaped() throws -> [UInt8] {
        guard let letter = peek() else { throw wrong() }
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var units = [try unit()]
            // Half of a letter: the other half follows.
            if UTF16.isLeadSurrogate(units[0]), skip("\\"), skip("u") { units.append(try unit()) }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        default: throw wrong()
        }
    }

    private mutating func unit() throws -> UInt16 {
        guard at + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
        else { throw wrong() }
        at += 4
        return unit
    }

    private mutating func number() throws -> JSON {
        let start = at
        while let byte = peek(), (48...57).contains(byte) || "+-.eE".utf8.contains(byte) { at += 1 }
        let digits = String(decoding: bytes[start..<at], as: UTF8.self)
        if let whole = Int64(digits) { return .whole(whole) }
        guard Double(digits) != nil else { throw wrong() }
        return .number(digits)
    }

    private mutating func word(_ word: String, _ value: JSON) throws -> JSON {
        guard bytes[at...].starts(with: word.utf8) else { throw wrong() }
        at += word.utf8.count
        return value
    }

    private mutating func space() {
        while let byte = peek(), " \t\r\n".utf8.contains(byte) { at += 1 }
    }

    private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skip(_ letter: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: letter) else { return false }
        at += 1
        return true
    }

    // Not the text itself: it may hold account numbers.
    private func wrong() -> DefactoError { odd("the answer", "is no JSON at byte \(at)") }
}
