package defacto.sdk

import java.math.BigDecimal
import java.math.BigInteger

/**
 * JSON without a dependency, and without losing a digit: whole numbers are `Long`, or `BigInteger`
 * where they are longer, others `BigDecimal`; objects and lists are Kotlin's, in their order.
 */
internal object Json {
    fun parse(text: String): Any? = Parser(text).whole()

    fun write(value: Any?): String = StringBuilder().also { put(value, it) }.toString()

    private fun put(value: Any?, out: StringBuilder) {
        when (value) {
            null, is Boolean, is Long, is Int, is BigInteger -> out.append(value)
            // Not its plain text, which may be a million zeros.
            is BigDecimal -> out.append(value)
            is String -> quote(value, out)
            is Map<*, *> -> {
                out.append('{')
                value.entries.forEachIndexed { index, (name, inner) ->
                    if (index > 0) out.append(',')
                    quote(name as String, out)
                    out.append(':')
                    put(inner, out)
                }
                out.append('}')
            }
            is List<*> -> {
                out.append('[')
                value.forEachIndexed { index, inner ->
                    if (index > 0) out.append(',')
                    put(inner, out)
                }
                out.append(']')
            }
            else -> throw IllegalArgumentException("${value.javaClass.name} is no JSON")
        }
    }

    private fun quote(text: String, out: StringBuilder) {
        out.append('"')
        for ((index, letter) in text.withIndex()) {
            // Half of a letter is refused by the core, which would get another text otherwise.
            val isHalf = letter.isHighSurrogate() && text.getOrNull(index + 1)?.isLowSurrogate() != true ||
                letter.isLowSurrogate() && text.getOrNull(index - 1)?.isHighSurrogate() != true
            when {
                letter == '"' || letter == '\\' -> out.append('\\').append(letter)
                letter < ' ' || isHalf -> out.append("\\u%04x".format(letter.code))
                else -> out.append(letter)
            }
        }
        out.append('"')
    }
}

/** Reads what the core has found to be JSON; what is none ends in a [DecodeException] all the same. */
private class Parser(private val text: String) {
    private var at = 0

    fun whole(): Any? {
        val value = value(0)
        space()
        if (at != text.length) wrong()
        return value
    }

    private fun value(depth: Int): Any? {
        // Deeper than the core reads.
        if (depth > 200) wrong()
        space()
        return when (peek()) {
            '{' -> members(depth)
            '[' -> items(depth)
            '"' -> string()
            't' -> word("true", true)
            'f' -> word("false", false)
            'n' -> word("null", null)
            else -> number()
        }
    }

    private fun members(depth: Int): Map<String, Any?> {
        val out = LinkedHashMap<String, Any?>()
        at++
        space()
        if (skip('}')) return out
        do {
            space()
            val name = string()
            space()
            if (!skip(':')) wrong()
            out[name] = value(depth + 1)
            space()
        } while (skip(','))
        if (!skip('}')) wrong()
        return out
    }

    private fun items(depth: Int): List<Any?> {
        val out = ArrayList<Any?>()
        at++
        space()
        if (skip(']')) return out
        do {
            out += value(depth + 1)
            space()
        } while (skip(','))
        if (!skip(']')) wrong()
        return out
    }

    private fun string(): String {
        if (!skip('"')) wrong()
        val start = at
        while (peek() != '"' && peek() != '\\') at++
        if (peek() == '"') return text.substring(start, at++)
        val out = StringBuilder(text.substring(start, at))
        while (true) {
            when (val letter = next()) {
                '"' -> return out.toString()
                '\\' -> out.append(escaped())
                else -> out.append(letter)
            }
        }
    }

    private fun escaped(): Char = when (val letter = next()) {
        '"', '\\', '/' -> letter
        'b' -> '\b'
        'f' -> '\u000c'
        'n' -> '\n'
        'r' -> '\r'
        't' -> '\t'
        'u' -> {
            if (at + 4 > text.length) wrong()
            at += 4
            (text.substring(at - 4, at).toIntOrNull(16) ?: wrong()).toChar()
        }
        else -> wrong()
    }

    private fun number(): Any {
        val start = at
        while (at < text.length && (text[at].isLetterOrDigit() || text[at] in "+-.")) at++
        val digits = text.substring(start, at)
        return digits.toLongOrNull() ?: digits.toBigIntegerOrNull() ?: digits.toBigDecimalOrNull() ?: wrong()
    }

    private fun <T> word(word: String, value: T): T {
        if (!text.startsWith(word, at)) wrong()
        at += word.length
        return value
    }

    private fun space() {
        while (at < text.length && text[at] in " \t\r\n") at++
    }

    private fun peek(): Char = if (at < text.length) text[at] else wrong()

    private fun next(): Char = peek().also { at++ }

    private fun skip(letter: Char): Boolean = (at < text.length && text[at] == letter).also { if (it) at++ }

    // Not the text itself: it may hold account numbers.
    private fun wrong(): Nothing = throw odd("the answer", "is no JSON at character $at")
}
