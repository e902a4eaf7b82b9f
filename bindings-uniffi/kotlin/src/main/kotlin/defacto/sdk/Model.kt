package defacto.sdk

/** The fields of an object as they are on the wire. */
internal class Raw(val fields: Map<String, Any?>) {
    companion object {
        /** Named arguments; what is in `extra` goes before them. */
        fun of(extra: Map<String, Any?>, vararg fields: Pair<String, Any?>): Raw {
            val out = LinkedHashMap<String, Any?>()
            for ((name, value) in fields) if (value != null) out[name] = wire(value)
            for ((name, value) in extra) out[name] = wire(value)
            return Raw(java.util.Collections.unmodifiableMap(out))
        }
    }
}

/**
 * An object of the API. It never changes, and keeps all that the server sent, unknown fields too. Two
 * are equal when they say the same.
 */
public abstract class Model internal constructor(raw: Raw) {
    /** All of it by the server's names; numbers have every digit. */
    public val raw: Map<String, Any?> = raw.fields

    internal abstract val shape: Shape<*>

    /** The fields that have no name here yet. */
    public val extra: Map<String, Any?> get() = raw.filterKeys { it !in shape.fields }

    /** Its JSON, to keep or to pass on; secrets are in it. */
    public fun toJson(): String = Json.write(raw)

    internal fun <T> get(name: String, read: Reader<T>): T? = raw[name]?.let { read(it, name) }

    internal fun <T> need(name: String, read: Reader<T>): T = get(name, read) ?: throw odd(name, "is not there")

    internal fun <T> list(name: String, read: Reader<T>): List<T> = get(name, listOf(read)) ?: emptyList()

    internal fun <T> map(name: String, read: Reader<T>): Map<String, T> = get(name, mapOf(read)) ?: emptyMap()

    override fun equals(other: Any?): Boolean =
        this === other || other is Model && other.shape === shape && other.raw == raw

    override fun hashCode(): Int = raw.hashCode()

    /** Known plain fields only, secrets masked: an unknown one may hold anything. */
    override fun toString(): String {
        val shown = shape.fields.mapNotNull { name ->
            when (val value = raw[name]) {
                null, is Map<*, *>, is List<*> -> null
                else -> "$name=${if (name in shape.secrets) "***" else value}"
            }
        }
        return shown.joinToString(", ", "${shape.name}(", ")")
    }
}

/** How a kind of object is made; each has its own as companion. */
public open class Shape<T : Model> internal constructor(
    internal val name: String,
    private val make: (Raw) -> T,
    fields: List<String>,
    secrets: Set<String>,
) {
    internal val fields: Set<String> = fields.toSet()
    internal val secrets: Set<String> = secrets

    /** Of fields by the server's names; what is left out is not sent, and null is sent as null. */
    public fun of(fields: Map<String, Any?>): T = make(Raw.of(fields))

    /** Of an object of another kind with the same fields, such as one that the sandbox made up. */
    public fun of(other: Model): T = make(Raw(other.raw))

    /** Of what [Model.toJson] gave. */
    public fun ofJson(json: String): T = read(Json.parse(json) ?: Unit, name)

    internal fun read(value: Any, name: String): T = make(Raw(java.util.Collections.unmodifiableMap(free(value, name))))
}

/** A word of an open list: the server may say one that this version does not know. */
public abstract class Word internal constructor(
    /** The word on the wire. */
    public val text: String,
) {
    override fun equals(other: Any?): Boolean = other is Word && other.javaClass == javaClass && other.text == text

    override fun hashCode(): Int = text.hashCode()

    override fun toString(): String = text
}

/** How words are made; each list of them has its own as companion. */
public open class Words<T : Word> internal constructor(private val make: (String) -> T) {
    private val all = LinkedHashMap<String, T>()

    /** Those this version knows. */
    public val known: List<T> get() = all.values.toList()

    /** A word, known or not. */
    public fun of(text: String): T = all[text] ?: make(text)

    internal fun known(text: String): T = make(text).also { all[text] = it }

    internal fun read(value: Any, name: String): T = of(text(value, name))
}
