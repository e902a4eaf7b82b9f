package defacto.sdk

import java.time.Duration

/** What every client does, whatever the operations. */
public abstract class BaseClient<C> internal constructor(internal val face: Face) : AutoCloseable {
    internal abstract fun over(face: Face): C

    /** The same client with other options of its calls. Closing either closes both. */
    public fun withOptions(options: CallOptions): C = over(face.with(options))

    /**
     * What a call gives, with what is known of its answer:
     * `val (loan, response) = client.withResponse { it.loans.create(request) }`.
     */
    public fun <T> withResponse(call: (C) -> T): Answered<T> {
        var last: Response? = null
        val value = call(over(face.noting { last = it }))
        return Answered(value, checkNotNull(last) { "nothing was called" })
    }

    /**
     * Any operation by its name, with JSON as Kotlin's own maps, lists and numbers in and out. The
     * methods are the better way wherever they have what is wanted.
     */
    public fun invoke(
        operation: String,
        path: Map<String, String> = emptyMap(),
        query: Map<String, Any?> = emptyMap(),
        body: Any? = null,
        file: FileInput? = null,
        options: CallOptions? = null,
    ): Any? = face.any(operation, Input(path, query, body, file, options))

    /**
     * A request of any path of the API, such as `client.raw("GET", "/loans")`, for what this version has
     * no method for. What is no read is sent once only.
     */
    public fun raw(
        method: String,
        path: String,
        query: Map<String, Any?> = emptyMap(),
        body: Any? = null,
        file: FileInput? = null,
        options: CallOptions? = null,
    ): Any? {
        val raw = mapOf("method" to method, "path" to path)
        return face.any("raw", Input(query = query, body = body, file = file, options = options, raw = raw))
    }

    /** Closes the client. Calls under way end as they would have. */
    override fun close() {
        face.close()
    }

    /** Never the settings: the key is among them. */
    override fun toString(): String = "Client"
}

/** The version of the library. */
public fun version(): String = defacto.sdk.ffi.version()

/** What is told what happens in the calls; it is called on the thread that makes the call. */
public fun interface Log {
    /** A line; 10 is for who follows every step, 20 for what takes longer, 30 for what somebody should look at. */
    public fun line(level: Int, line: String)
}

/** A result and what is known of its answer. */
public data class Answered<T>(
    /** The result. */
    val value: T,
    /** What is known of the answer. */
    val response: Response,
)

/** What is known of an answer. */
public class Response internal constructor(
    /** The HTTP status. */
    public val status: Int,
    /** How many times the request was sent. */
    public val attempts: Int,
    /** How long the call took, waits included. */
    public val elapsed: Duration,
    /** Of a creation: whether it is new. */
    public val creation: Creation?,
    /** The headers that are text, with their names in lower case; of one that came more than once the first. */
    public val headers: Map<String, String>,
) {
    /** A header, whatever the case of its name. */
    public fun header(name: String): String? = headers[name.lowercase()]

    internal companion object
}

/** What is known of where a created object comes from. */
public enum class Creation {
    /** This call made it. */
    NEW,

    /** It was there before. */
    EXISTING,

    /** The server does not say. */
    UNSTATED,
}

/** A file to upload. */
public class FileInput(
    /** Its name. */
    public val name: String,
    /** What is in it. */
    public val content: ByteArray,
    /** Its media type. */
    public val mediaType: String = "application/pdf",
)

/** What a client or a call is told, by the names that every language has, such as `api_key`. */
public abstract class Told internal constructor(internal val told: Map<String, Any?>) {
    /** Never the values: a key may be among them. */
    override fun toString(): String = told.keys.joinToString(", ", "${javaClass.simpleName}(", ")")
}
