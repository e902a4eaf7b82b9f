import Foundation

/// What an operation is given.
struct Input {
    var path: [String: String] = [:]
    var query: [String: JSON]?
    var body: [String: JSON]?
    var file: Upload?
    var options: CallOptions?
    var wait: [String: JSON]?
    var raw: [String: JSON]?
}

/// How the resources call the native half.
public final class Face: @unchecked Sendable {
    private let door: Door
    private let options: [String: JSON]
    private let answered: (@Sendable (Response) -> Void)?

    init(_ door: Door, _ options: [String: JSON], _ answered: (@Sendable (Response) -> Void)?) {
        self.door = door
        self.options = options
        self.answered = answered
    }

    static func open(_ settings: ClientSettings, _ log: Log?) throws -> Face {
        let text = JSON.object(settings.told).text
        return Face(try native { try Door.open(settings: text, host: SwiftHost(log), isLogged: log != nil) }, [:], nil)
    }

    func with(_ options: CallOptions) -> Face {
        Face(door, self.options.merging(options.told) { _, given in given }, answered)
    }

    func track(_ settings: TrackerSettings) throws -> Face {
        let text = JSON.object(settings.told).text
        return Face(try native { try door.track(settings: text) }, options, nil)
    }

    /// Whoever still holds it: a list that was begun would keep a tracker's store open.
    func close() { door.shut() }

    func noting(_ answered: @escaping @Sendable (Response) -> Void) -> Face { Face(door, options, answered) }

    func model<T: Model>(_ operation: String, _ input: Input) throws -> T {
        try T(json: any(operation, input), "the answer")
    }

    func page<T: Model>(_ operation: String, _ input: Input) throws -> Page<T> {
        try Page(json: any(operation, input))
    }

    func list<T: Model>(_ operation: String, _ input: Input) -> Pager<T> {
        let (door, json, answered) = (self.door, self.json(input), self.answered)
        return Pager(open: { try native { try door.pages(operation: operation, input: json) } }, answered: answered)
    }

    func text(_ operation: String, _ input: Input) throws -> String {
        try String(json: any(operation, input), "the answer")
    }

    func nothing(_ operation: String, _ input: Input) throws {
        _ = try any(operation, input)
    }

    func any(_ operation: String, _ input: Input) throws -> JSON {
        let json = self.json(input)
        let reply = try native { try door.call(operation: operation, input: json, file: input.file) }
        answered?(Response(reply))
        return try JSON(parsing: reply.json)
    }

    private func json(_ input: Input) -> String {
        let options = self.options.merging(input.options?.told ?? [:]) { _, given in given }
        return JSON.object(given([:], [
            ("path", input.path), ("query", input.query), ("body", input.body), ("options", options),
            ("wait", input.wait), ("raw", input.raw),
        ])).text
    }
}

/// What is told what happens in the calls, on the thread that makes the call:
/// 10 is for who follows every step, 20 for what takes longer, 30 for what
/// somebody should look at.
public typealias Log = @Sendable (_ level: UInt8, _ line: String) -> Void

/// A task or thread that is canceled stops waiting.
private final class SwiftHost: Host, @unchecked Sendable {
    private let line: Log?

    init(_ line: Log?) { self.line = line }

    func waitOn() -> Bool { !Task.isCancelled && !Thread.current.isCancelled }

    func log(level: UInt8, line: String) { self.line?(level, line) }
}

/// What every client does, whatever the operations.
public protocol BaseClient: Sendable {
    /// How it calls the native half.
    var face: Face { get }
    init(face: Face)
}

extension BaseClient {
    /// The same client with other options of its calls.
    public func withOptions(_ options: CallOptions) -> Self { Self(face: face.with(options)) }

    /// Closes the client, whatever still holds it, and each of the same connections that
    /// has other options. Calls under way end as they would have; new ones are refused.
    public func close() { face.close() }

    /// What a call gives, with what is known of its answer:
    /// `let (loan, response) = try client.withResponse { try $0.loans.create(request) }`.
    public func withResponse<T>(_ call: (Self) throws -> T) throws -> (value: T, response: Response?) {
        let last = Last()
        let value = try call(Self(face: face.noting { last.response = $0 }))
        return (value, last.response)
    }

    /// Any operation by its name. The methods are the better way wherever they
    /// have what is wanted.
    public func invoke(
        _ operation: String, path: [String: String] = [:], query: [String: JSON]? = nil, body: [String: JSON]? = nil,
        file: Upload? = nil, options: CallOptions? = nil
    ) throws -> JSON {
        try face.any(operation, Input(path: path, query: query, body: body, file: file, options: options))
    }

    /// A request of any path of the API, such as `try client.raw("GET", "/loans")`,
    /// for what this version has no method for. What is no read is sent once only.
    public func raw(
        _ method: String, _ path: String, query: [String: JSON]? = nil, body: [String: JSON]? = nil,
        file: Upload? = nil, options: CallOptions? = nil
    ) throws -> JSON {
        let raw: [String: JSON] = ["method": .string(method), "path": .string(path)]
        return try face.any("raw", Input(query: query, body: body, file: file, options: options, raw: raw))
    }
}

/// Written and read by the one thread that makes the call.
private final class Last: @unchecked Sendable {
    var response: Response?
}

/// What is known of an answer.
public struct Response: Sendable {
    /// The HTTP status.
    public let status: UInt16
    /// How many times the request was sent.
    public let attempts: UInt32
    /// How long the call took, waits included.
    public let elapsed: TimeInterval
    /// Of a creation: `New`, `Existing` or `Unstated`.
    public let creation: String?
    /// The headers that are text, with their names in lower case; of one that
    /// came more than once the first.
    public let headers: [String: String]

    init(_ reply: Reply) {
        (status, attempts, elapsed, creation) = (reply.status, reply.attempts, reply.elapsed, reply.creation)
        headers = reply.headers
    }

    /// A header, whatever the case of its name.
    public func header(_ name: String) -> String? { headers[name.lowercased()] }
}

/// A list; each page is read when it is needed, and every reading begins anew.
/// As a sequence it gives each item, or the error that ends it.
public struct Pager<T: Model>: Sequence, Sendable {
    let open: @Sendable () throws -> Pages
    let answered: (@Sendable (Response) -> Void)?

    /// The list page by page.
    public func pages() throws -> PageReader<T> { PageReader(try open(), answered) }

    /// All of its items.
    public func all() throws -> [T] { try map { try $0.get() } }

    public func makeIterator() -> AnyIterator<Result<T, any Error>> {
        var (reader, items, isOver): (PageReader<T>?, ArraySlice<T>, Bool) = (nil, [], false)
        return AnyIterator {
            do {
                while items.isEmpty, !isOver {
                    let pages = try reader ?? self.pages()
                    reader = pages
                    guard let page = try pages.next() else { return nil }
                    items = page.data[...]
                }
                return items.popFirst().map { .success($0) }
            } catch {
                isOver = true
                return .failure(error)
            }
        }
    }
}

/// Reads a list page by page. After an error that may pass, the same page can
/// be asked for again.
public final class PageReader<T: Model>: @unchecked Sendable {
    private let native: Pages
    private let answered: (@Sendable (Response) -> Void)?

    init(_ native: Pages, _ answered: (@Sendable (Response) -> Void)?) {
        self.native = native
        self.answered = answered
    }

    /// Where the next page begins, to go on from there later.
    public var cursor: String? { native.cursor() }

    /// The next page; `nil` after the last.
    public func next() throws -> Page<T>? {
        guard let reply = try Defacto.native({ try native.next() }) else { return nil }
        answered?(Response(reply))
        return try Page(json: JSON(parsing: reply.json))
    }
}

/// A page of a list.
public struct Page<T: Model>: Sequence, Sendable {
    /// All of it by the server's names.
    public let raw: [String: JSON]
    /// Its items.
    public let data: [T]
    /// How many items the list has, where the server says so.
    public let total: Int64?

    init(json: JSON) throws {
        raw = try [String: JSON](json: json, "the answer")
        data = try raw.many("data")
        total = try raw.get("total")
    }

    public func makeIterator() -> IndexingIterator<[T]> { data.makeIterator() }
}
