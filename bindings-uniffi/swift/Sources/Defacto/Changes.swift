/// How long to wait at once, in seconds; then it is looked again.
private let patience: Int64 = 60

/// The changes of a tracker that a consumer has not acknowledged, in order. Every
/// reading begins after the last one that was: read them with one at a time. What
/// is not acknowledged is told again, also to the next process. As a sequence it
/// gives each change, or the error that ends it.
public struct Changes: Sequence, Sendable {
    let tracker: Tracker
    let consumer: String
    let follow: Bool

    /// The changes one by one, beginning anew.
    public func reader() throws -> ChangeReader {
        try tracker.rewind(consumer: consumer)
        return ChangeReader(changes: self)
    }

    public func makeIterator() -> AnyIterator<Result<ToldChange, any Error>> {
        var (reader, isOver): (ChangeReader?, Bool) = (nil, false)
        return AnyIterator {
            if isOver { return nil }
            do {
                let changes = try reader ?? self.reader()
                reader = changes
                if let told = try changes.next() { return .success(told) }
                isOver = true
                return nil
            } catch {
                isOver = true
                return .failure(error)
            }
        }
    }
}

/// Reads changes one by one. After an error that may pass, the next one can be
/// asked for again.
public struct ChangeReader: Sendable {
    let changes: Changes

    /// The next change; `nil` where there is none yet and none is waited for.
    public func next() throws -> ToldChange? {
        let (tracker, consumer) = (changes.tracker, changes.consumer)
        let asked = changes.follow ? AskNextChange(wait: patience) : nil
        repeat {
            if let change = try tracker.nextChange(consumer: consumer, asked).change {
                return ToldChange(tracker: tracker, consumer: consumer, change: change)
            }
        } while changes.follow
        return nil
    }
}

/// A change as it is told to a consumer.
public struct ToldChange: Sendable, CustomStringConvertible {
    let tracker: Tracker
    let consumer: String
    /// The change.
    public let change: TrackedChange

    /// Notes that it and all before it have been dealt with: they are not told to the
    /// consumer again.
    public func ack() throws {
        try tracker.acknowledge(consumer: consumer, AskPlace(seq: change.raw.need("seq")))
    }

    public var description: String { change.description }
}
