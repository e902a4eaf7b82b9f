package defacto.sdk

import defacto.sdk.models.InvalidParam
import defacto.sdk.models.Problem
import defacto.sdk.ffi.Failure
import java.math.BigDecimal
import java.time.Duration

/** Why a call failed. Each kind has a class of its own; docs/errors.md says what to do about it. */
public open class DefactoException internal constructor(
    /** The kind's number, the same in every language. */
    public val code: Int,
    /** The kind's name, the same in every language. */
    public val kind: String,
    /** The failure in the core's own names. */
    public val raw: Map<String, Any?>,
) : RuntimeException(raw["message"] as? String, (raw["cause"] as? String)?.let { RuntimeException(it) }) {
    /** The operation, such as `loans.create`. */
    public val operation: String? get() = raw["operation"] as? String

    /** The HTTP status, where there was an answer. */
    public val status: Int? get() = (raw["status"] as? Long)?.toInt()

    /** Whether the same call may succeed later. */
    public val isRetryable: Boolean get() = raw["is_retryable"] == true

    /** Whether a change may have been made. */
    public val isOutcomeUnknown: Boolean get() = raw["is_outcome_unknown"] == true

    /** What the server said. */
    public val problem: Problem? get() = raw["problem"]?.let { Problem.read(it, "problem") }

    /** What the server found wrong, field by field. */
    public val invalidParams: List<InvalidParam> get() = problem?.invalidParams ?: emptyList()

    /** How many times the request was sent. */
    public val attempts: Int get() = (raw["attempts"] as? Long)?.toInt() ?: 0

    /** How long the call took, waits included. */
    public val elapsed: Duration get() = seconds(raw["elapsed"]) ?: Duration.ZERO

    /** The idempotency key, where the request had one. */
    public val saltId: String? get() = raw["salt_id"] as? String

    /** How long the server asks to wait. */
    public val retryAfter: Duration? get() = seconds(raw["retry_after"])

    /** How to find out what became of a change. */
    public val recovery: String? get() = raw["recovery"] as? String
}

internal fun seconds(value: Any?): Duration? = when (value) {
    is Long -> Duration.ofSeconds(value)
    is BigDecimal -> Duration.ofNanos(value.movePointRight(9).toLong())
    else -> null
}

/** Calls the native half. */
internal fun <T> native(call: () -> T): T = try {
    call()
} catch (failure: Failure.Failed) {
    throw exceptionOf(free(Json.parse(failure.json) ?: Unit, "the failure"))
}

/** A verb of the library by its name. */
internal fun verb(name: String, vararg arguments: Pair<String, Any?>): Any = native {
    Json.parse(defacto.sdk.ffi.verb(name, Json.write(wire(arguments.toMap()))))
} ?: throw odd(name, "gives nothing")
