package defacto.sdk

import defacto.sdk.models.AskNextChange
import defacto.sdk.models.AskPlace
import defacto.sdk.models.TrackedChange

/** How long to wait at once, in seconds; then it is looked again. */
private const val PATIENCE = 60L

/**
 * The changes of a tracker that a consumer has not acknowledged, in order. Every [iterator] begins after
 * the last one that was: read them with one at a time. What is not acknowledged is told again, also to
 * the next process. After an error that may pass, the next one can be asked for again.
 */
public class Changes internal constructor(
    private val tracker: Tracker,
    private val consumer: String,
    private val follow: Boolean,
) : Iterable<ToldChange> {
    override fun iterator(): Iterator<ToldChange> {
        tracker.rewind(consumer)
        val asked = if (follow) AskNextChange(wait = PATIENCE) else null
        return object : Iterator<ToldChange> {
            private var next: TrackedChange? = null

            override fun hasNext(): Boolean {
                do {
                    if (next == null) next = tracker.nextChange(consumer, asked).change
                } while (follow && next == null)
                return next != null
            }

            override fun next(): ToldChange {
                if (!hasNext()) throw NoSuchElementException()
                return ToldChange(tracker, consumer, checkNotNull(next)).also { next = null }
            }
        }
    }
}

/** A change as it is told to a consumer. */
public class ToldChange internal constructor(
    private val tracker: Tracker,
    private val consumer: String,
    /** The change. */
    public val change: TrackedChange,
) {
    /** Notes that it and all before it have been dealt with: they are not told to the consumer again. */
    public fun ack() {
        tracker.acknowledge(consumer, AskPlace(seq = checkNotNull(change.seq)))
    }

    override fun toString(): String = change.toString()
}
