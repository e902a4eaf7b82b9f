package defacto.sdk

import defacto.sdk.ffi.Door
import defacto.sdk.ffi.Host
import defacto.sdk.ffi.Reply
import defacto.sdk.ffi.Upload

/** What an operation is given. */
internal class Input(
    val path: Map<String, String> = emptyMap(),
    val query: Any? = null,
    val body: Any? = null,
    val file: FileInput? = null,
    val options: CallOptions? = null,
    val wait: Map<String, Any?>? = null,
    val raw: Map<String, Any?>? = null,
)

/** How the resources call the native half. */
internal class Face private constructor(
    private val door: Door,
    private val options: Map<String, Any?>,
    private val answered: (Response) -> Unit,
) : AutoCloseable {
    fun with(options: CallOptions): Face = Face(door, this.options + options.told, answered)

    fun track(settings: TrackerSettings): Face {
        val json = Json.write(wire(settings.told))
        return Face(native { door.track(json) }, options) {}
    }

    fun noting(answered: (Response) -> Unit): Face = Face(door, options, answered)

    fun <T : Model> model(operation: String, shape: Shape<T>, input: Input): T =
        shape.read(call(operation, input) ?: Unit, "the answer")

    fun <T : Model> page(operation: String, shape: Shape<T>, input: Input): Page<T> =
        Page(free(call(operation, input) ?: Unit, "the answer"), shape)

    fun <T : Model> list(operation: String, shape: Shape<T>, input: Input): Pager<T> {
        val json = json(input)
        return Pager({ native { door.pages(operation, json) } }, shape, answered)
    }

    fun text(operation: String, input: Input): String = text(call(operation, input) ?: Unit, "the answer")

    fun nothing(operation: String, input: Input) {
        call(operation, input)
    }

    fun any(operation: String, input: Input): Any? = call(operation, input)

    private fun call(operation: String, input: Input): Any? {
        val file = input.file?.let { Upload(it.name, it.mediaType, it.content) }
        val reply = native { door.call(operation, json(input), file) }
        answered(Response.of(reply))
        return Json.parse(reply.json)
    }

    private fun json(input: Input): String {
        val options = options + (input.options?.told ?: emptyMap())
        val given = given(
            "path" to input.path, "query" to input.query, "body" to input.body, "options" to options,
            "wait" to input.wait, "raw" to input.raw,
        )
        return Json.write(wire(given))
    }

    override fun close() {
        try {
            // Lists that are not collected yet hold it too.
            door.shut()
        } catch (_: IllegalStateException) {
            return // It was closed before.
        }
        door.close()
    }

    companion object {
        fun open(settings: ClientSettings, log: Log?): Face {
            val json = Json.write(wire(settings.told))
            return Face(native { Door.open(json, JvmHost(log), log != null) }, emptyMap()) {}
        }
    }
}

/** A thread that is interrupted stops waiting, and stays interrupted. */
private class JvmHost(private val log: Log?) : Host {
    override fun waitOn(): Boolean = !Thread.currentThread().isInterrupted

    override fun log(level: UByte, line: String) {
        try {
            log?.line(level.toInt(), line)
        } catch (_: Exception) {
            // A log that fails must not fail the call it tells of.
        }
    }
}

internal fun Response.Companion.of(reply: Reply): Response = Response(
    reply.status.toInt(),
    reply.attempts.toInt(),
    java.time.Duration.ofNanos((reply.elapsed * 1e9).toLong()),
    reply.creation?.let { Creation.valueOf(it.uppercase()) },
    reply.headers,
)
