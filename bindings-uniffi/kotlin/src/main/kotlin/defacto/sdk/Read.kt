package defacto.sdk

import java.math.BigDecimal
import java.math.BigInteger
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.time.LocalDateTime
import java.time.OffsetDateTime
import java.time.ZoneOffset
import java.time.format.DateTimeParseException
import java.util.Base64

// How a JSON value becomes one of Kotlin's, and back. A value of another type is a DecodeException
// that names the field: never a wrong default.

internal typealias Reader<T> = (Any, String) -> T

internal fun odd(name: String, problem: String): DefactoException =
    DecodeException(mapOf("message" to "$name $problem"))

internal fun text(value: Any, name: String): String = value as? String ?: throw odd(name, "is no text: see raw")

internal fun flag(value: Any, name: String): Boolean =
    value as? Boolean ?: throw odd(name, "is neither true nor false: see raw")

internal fun any(value: Any, @Suppress("UNUSED_PARAMETER") name: String): Any = value

internal fun whole(value: Any, name: String): Long = when (value) {
    is Long -> value
    is BigInteger -> throw odd(name, "is beyond what a Long holds: read it from raw")
    else -> throw odd(name, "is no whole number: see raw")
}

internal fun decimal(value: Any, name: String): BigDecimal = when (value) {
    is BigDecimal -> value
    is Long -> BigDecimal.valueOf(value)
    is BigInteger -> BigDecimal(value)
    is String -> value.toBigDecimalOrNull() ?: throw odd(name, "is no decimal: see raw")
    else -> throw odd(name, "is no decimal: see raw")
}

/** The API means UTC where it names no offset. */
internal fun instant(value: Any, name: String): Instant {
    val text = text(value, name).replace(' ', 'T')
    return try {
        OffsetDateTime.parse(text).toInstant()
    } catch (_: DateTimeParseException) {
        try {
            LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
        } catch (_: DateTimeParseException) {
            throw odd(name, "is no time: its text is in raw")
        }
    }
}

internal fun day(value: Any, name: String): LocalDate = try {
    LocalDate.parse(text(value, name))
} catch (_: DateTimeParseException) {
    throw odd(name, "is no date: its text is in raw")
}

internal fun bytes(value: Any, name: String): ByteArray = try {
    Base64.getDecoder().decode(text(value, name))
} catch (_: IllegalArgumentException) {
    throw odd(name, "is no base64: its text is in raw")
}

internal fun free(value: Any, name: String): Map<String, Any?> {
    if (value !is Map<*, *>) throw odd(name, "is no object: see raw")
    @Suppress("UNCHECKED_CAST") // The keys of JSON are text.
    return value as Map<String, Any?>
}

internal fun <T> listOf(reader: Reader<T>): Reader<List<T>> = { value, name ->
    if (value !is List<*>) throw odd(name, "is no list: see raw")
    value.map { reader(it ?: throw odd(name, "has an item that is null: see raw"), name) }
}

internal fun <T> mapOf(reader: Reader<T>): Reader<Map<String, T>> = { value, name ->
    free(value, name).mapValues { (_, inner) -> reader(inner ?: throw odd(name, "has a null: see raw"), name) }
}

/** A value as JSON has it. */
internal fun wire(value: Any?): Any? = when (value) {
    null, is String, is Boolean, is Long, is BigInteger, is BigDecimal -> value
    is Int -> value.toLong()
    is Short -> value.toLong()
    is Double, is Float -> value.toString().toBigDecimalOrNull() ?: throw unsendable("$value")
    is Model -> value.raw
    is Word -> value.text
    is Instant, is LocalDate -> value.toString()
    is OffsetDateTime -> value.toInstant().toString()
    is Duration -> BigDecimal.valueOf(value.toNanos(), 9)
    is ByteArray -> Base64.getEncoder().encodeToString(value)
    is Map<*, *> -> value.entries.associate { (name, inner) -> name.toString() to wire(inner) }
    is Iterable<*> -> value.map { wire(it) }
    else -> throw unsendable(value.javaClass.name)
}

private fun unsendable(what: String) = InvalidInputException(mapOf("message" to "$what cannot be sent"))

/** A decimal as text, since a JSON number may be read as binary floating point on the way. */
internal fun digits(value: BigDecimal?): String? = value?.toPlainString()

/** What was given of named arguments. */
internal fun given(vararg fields: Pair<String, Any?>): Map<String, Any?> = fields.filter { it.second != null }.toMap()
