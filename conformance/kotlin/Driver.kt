// Runs the cases of conformance/ through the Kotlin classes, as a user would:
// Driver COMMON.json CASES.json... BASE_URL. See ../README.md.

package conformance

import defacto.sdk.*
import defacto.sdk.models.LoanStatus
import java.io.File
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.math.BigDecimal
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Files
import java.time.Duration
import kotlin.system.exitProcess

class Failed(message: String) : Exception(message)

/** A value, and what is known of it beside. */
class Outcome(val value: Any?, val about: (String) -> Any? = { null })

private val NAME = Regex("""\$\{(\w+)}""")

fun camel(name: String) = Regex("_(\\w)").replace(name) { it.groupValues[1].uppercase() }

fun at(value: Any?, pointer: String): Any? = pointer.split("/").drop(1).fold(value) { inner, step ->
    when (inner) {
        is Map<*, *> -> inner[step.replace("~1", "/").replace("~0", "~")]
        is List<*> -> step.toIntOrNull()?.let(inner::getOrNull)
        else -> null
    }
}

fun told(value: Any?): String = value as? String ?: Json.write(value)

class Run(private val base: String, private val common: Map<String, Any?>) : AutoCloseable {
    private val http = HttpClient.newHttpClient()
    private val scratch = Files.createTempDirectory("defacto-").toFile()
    private val saved = mutableMapOf<String, Any?>("base_url" to base, "scratch" to scratch.path)
    private val clients = mutableListOf<Groups<*>>()

    init {
        control("POST /reset", null)
        control("PUT /settings", mapOf("salt_replay" to "existing", "policy" to "guide"))
        open(emptyMap())
    }

    private fun open(settings: Map<String, Any?>) {
        val first = mapOf("api_key" to "key-0123456789abcdef", "backoff" to BigDecimal("0.001"), "base_url" to base)
        val client = Client(ClientSettings.of(first + settings))
        if (clients.isNotEmpty()) closeTracker()
        clients += client
    }

    private fun track(settings: Map<String, Any?>) {
        closeTracker()
        clients += (clients.last() as Client).tracker(TrackerSettings.of(settings))
    }

    private fun closeTracker() {
        (clients.last() as? Tracker)?.let {
            clients -= it
            it.close()
        }
    }

    private fun control(request: String, body: Any?): Any? {
        val (method, path) = request.split(" ")
        val sent = body?.let { HttpRequest.BodyPublishers.ofString(Json.write(it)) } ?: HttpRequest.BodyPublishers.noBody()
        val answer = http.send(
            HttpRequest.newBuilder(URI("$base/_sandbox$path")).header("content-type", "application/json")
                .method(method, sent).build(),
            HttpResponse.BodyHandlers.ofString(),
        )
        if (answer.statusCode() >= 300) throw Failed("the control API answers ${answer.statusCode()}: ${answer.body()}")
        return answer.body().ifEmpty { null }?.let(Json::parse)
    }

    private fun fill(value: Any?): Any? = when (value) {
        is String -> NAME.matchEntire(value)?.let { saved[it.groupValues[1]] }
            ?: NAME.replace(value) { told(saved[it.groupValues[1]]) }
        is List<*> -> value.map(::fill)
        is Map<*, *> -> (value["\$with"] as? List<*>)?.fold(emptyMap<Any?, Any?>()) { all, part -> all + (fill(part) as Map<*, *>) }
            ?: value.mapValues { fill(it.value) }
        else -> value
    }

    /** The operation by its method, given objects of the right classes; by its name where no method takes the input. */
    private fun call(client: Groups<*>, operation: String, input: Map<String, Any?>): Any? {
        @Suppress("UNCHECKED_CAST")
        fun part(name: String) = input[name] as Map<String, Any?>? ?: emptyMap()
        val options = CallOptions.of(part("options"))
        val file = file(input)
        val (group, name) = operation.split(".").map(::camel)
        val resource = if (group == "tracker") client else client.javaClass.getMethod("get" + group.replaceFirstChar(Char::uppercase)).invoke(client)
        val method: Method? = resource.javaClass.methods.find { it.name == name && !it.isSynthetic }
        val path = part("path").values.toMutableList()
        val parts = listOf("query", "body").filter { it in input }.toMutableList()
        val arguments = method?.parameterTypes?.map { type ->
            when {
                type == String::class.java -> path.removeFirstOrNull() ?: ""
                type == CallOptions::class.java -> options
                type == FileInput::class.java && file != null -> file
                Model::class.java.isAssignableFrom(type) -> {
                    // The query comes before the body, and most operations have one of them.
                    val fields = parts.removeFirstOrNull()?.let(input::get) ?: emptyMap<String, Any?>()
                    val shape = type.getField("Companion").get(null) as Shape<*>
                    if (fields is Map<*, *>) shape.ofJson(Json.write(fields)) else return byName(client, operation, input)
                }
                else -> return byName(client, operation, input)
            }
        }
        val isSaid = path.isEmpty() && parts.isEmpty() && input.keys.all { it in setOf("path", "query", "body", "file", "options") }
        if (arguments == null || !isSaid) return byName(client, operation, input)
        return try {
            method.invoke(resource, *arguments.toTypedArray())
        } catch (error: InvocationTargetException) {
            throw error.targetException
        }
    }

    private fun file(input: Map<String, Any?>): FileInput? = (input["file"] as Map<*, *>?)?.let {
        FileInput(it["name"] as String, (it["text"] as String).toByteArray())
    }

    @Suppress("UNCHECKED_CAST")
    private fun byName(client: Groups<*>, operation: String, input: Map<String, Any?>): Any? = client.invoke(
        operation, input["path"] as? Map<String, String> ?: emptyMap(), input["query"] as? Map<String, Any?> ?: emptyMap(),
        input["body"], file(input), CallOptions.of(input["options"] as? Map<String, Any?> ?: emptyMap()),
    )

    private fun list(operation: String, step: Map<String, Any?>, input: Map<String, Any?>): Outcome {
        val pager = call(clients.last(), operation, input) as? Pager<*> ?: throw Failed("$operation is no list")
        val most = step["pages"] as Long? ?: Long.MAX_VALUE
        var fails = step["fails"]
        var count = 0L
        val items = mutableListOf<Any?>()
        val pages = pager.pages().iterator()
        while (count < most) {
            try {
                if (!pages.hasNext()) break
                items.addAll(pages.next().data.map { it.raw })
                count++
            } catch (error: DefactoException) {
                if (fails == null) {
                    if (!error.isRetryable && pages.hasNext()) throw Failed("the list goes on after its end")
                    throw error
                }
                expectError(fails, error)
                fails = null
            }
        }
        if (fails != null) throw Failed("no page failed")
        val about = mapOf("count" to items.size.toLong(), "pages" to count, "cursor" to pager.cursor)
        return Outcome(items, about::get)
    }

    /** What a call gives, with what is known of its answer. */
    private fun answered(call: (Groups<*>) -> Any?): Outcome {
        val (value, response) = when (val client = clients.last()) {
            is Client -> client.withResponse(call)
            is Tracker -> client.withResponse(call)
            else -> throw Failed("$client is neither a client nor a tracker")
        }
        return Outcome(plain(value)) { key ->
            when (key) {
                "status" -> response.status.toLong()
                "attempts" -> response.attempts.toLong()
                "creation" -> response.creation?.name?.let { it[0] + it.drop(1).lowercase() }
                else -> response.header(key.removePrefix("header:"))
            }
        }
    }

    private fun waitFor(client: Groups<*>, input: Map<String, Any?>): Any? {
        val wait = input["wait"] as Map<*, *>
        fun time(name: String) = wait[name]?.let { Duration.ofNanos(BigDecimal(it.toString()).movePointRight(9).toLong()) }
        return client.loans.waitFor(
            at(input, "/path/loan_id") as String, (wait["statuses"] as List<*>).map { LoanStatus.of(it as String) },
            deadline = time("deadline"), shortest = time("shortest"), longest = time("longest"),
            throughIssues = wait["through_issues"] as Boolean?,
        )
    }

    @Suppress("UNCHECKED_CAST")
    private fun raw(client: Groups<*>, request: String, input: Map<String, Any?>): Any? {
        val (method, path) = request.split(" ", limit = 2)
        return client.raw(method, path, input["query"] as? Map<String, Any?> ?: emptyMap(), input["body"])
    }

    private fun outcome(step: Map<String, Any?>): Outcome {
        @Suppress("UNCHECKED_CAST")
        val input = step["input"] as Map<String, Any?>? ?: emptyMap()
        (step["call"] as String?)?.let { operation -> return answered { call(it, operation, input) } }
        (step["wait"] as String?)?.let { return answered { client -> waitFor(client, input) } }
        (step["raw"] as String?)?.let { return answered { client -> raw(client, it, input) } }
        (step["list"] as String?)?.let { return list(it, step, input) }
        step["function"]?.let {
            fun long(name: String) = input[name] as Long
            return Outcome(Money.interest(long("outstanding"), long("days"), BigDecimal(input["daily_rate"].toString())))
        }
        (step["journal"] as String?)?.let { operation ->
            val requests = (control("GET /journal?operation=$operation", null) as Map<*, *>)["requests"] as List<*>
            val acted = requests.count { (it as Map<*, *>)["acted"] == true }
            val about = mapOf("requests" to requests.size.toLong(), "acted" to acted.toLong())
            return Outcome(requests, about::get)
        }
        (step["control"] as String?)?.let { return Outcome(control(it, step["body"])) }
        @Suppress("UNCHECKED_CAST")
        (step["client"] as Map<String, Any?>?)?.let(::open)
        @Suppress("UNCHECKED_CAST")
        (step["tracker"] as Map<String, Any?>?)?.let(::track)
        return Outcome(null)
    }

    private fun plain(value: Any?): Any? = when (value) {
        is Model -> value.raw
        is Page<*> -> value.raw
        Unit -> null
        else -> value
    }

    @Suppress("UNCHECKED_CAST")
    fun steps(steps: List<*>): Unit = steps.forEachIndexed { index, step ->
        try {
            val use = (step as Map<String, Any?>)["use"]
            if (use != null) steps(common[use] as List<*>) else step(fill(step) as Map<String, Any?>)
        } catch (error: Exception) {
            throw Failed("step $index: ${if (error is Failed) error.message else error}")
        }
    }

    private fun step(step: Map<String, Any?>) {
        val outcome = try {
            outcome(step)
        } catch (error: DefactoException) {
            return expectError(step["error"] ?: throw error, error)
        }
        (step["let"] as Map<*, *>?)?.forEach { (name, value) -> saved[name as String] = value }
        if (step["error"] != null) throw Failed("an error was expected, and ${told(outcome.value)} came")
        (step["save"] as Map<*, *>?)?.forEach { (name, from) ->
            saved[name as String] = find(from as String, outcome) ?: throw Failed("$from is not there to save")
        }
        compare(step["expect"], outcome)
    }

    override fun close() {
        clients.forEach { it.close() }
        scratch.deleteRecursively()
    }
}

fun find(key: String, outcome: Outcome) = if (key == "" || key.startsWith("/")) at(outcome.value, key) else outcome.about(key)

fun compare(expected: Any?, outcome: Outcome) = (expected as Map<*, *>?)?.forEach { (key, wanted) ->
    val found = find(key as String, outcome)
    if (!holds(wanted, found)) throw Failed("$key should be ${told(wanted)} and is ${told(found).take(300)}")
} ?: Unit

fun expectError(expected: Any?, error: DefactoException) = compare(
    expected,
    Outcome(error.raw) { key ->
        when (key) {
            "kind" -> error.kind.also { if (error.javaClass.simpleName != "${it}Exception") throw Failed("$error is no $it") }
            "code" -> error.code.toLong()
            "message" -> error.message
            "is_retryable" -> error.isRetryable
            "is_outcome_unknown" -> error.isOutcomeUnknown
            "operation" -> error.operation
            "status" -> error.status?.toLong()
            "attempts" -> error.attempts.toLong()
            "salt_id" -> error.saltId
            "retry_after" -> error.retryAfter?.toSeconds()
            "recovery" -> error.recovery
            else -> throw Failed("an error has no $key")
        }
    },
)

fun holds(expected: Any?, found: Any?): Boolean {
    val (rule, argument) = (expected as? Map<*, *>)?.entries?.firstOrNull()?.toPair() ?: ("" to null)
    if (!rule.toString().startsWith("$")) return same(expected, found)
    if (rule == "\$absent" || found == null) return rule == "\$absent" && found == null
    return when (rule) {
        "\$present" -> true
        "\$contains" -> told(argument) in told(found)
        "\$lacks" -> told(argument) !in told(found)
        "\$length" -> ((found as? List<*>)?.size ?: told(found).let { it.codePointCount(0, it.length) }) == (argument as Long).toInt()
        "\$integer" -> found is Number && found !is BigDecimal && found.toString() == argument
        "\$decimal" -> found is Number && found.toString() == argument || found == argument
        "\$time" -> instant(found, "found") == instant(argument as String, "argument")
        else -> throw Failed("there is no rule $rule")
    }
}

/** Numbers by their value, wherever they are. */
fun same(expected: Any?, found: Any?): Boolean = when {
    expected is Number && found is Number -> BigDecimal(expected.toString()).compareTo(BigDecimal(found.toString())) == 0
    expected is List<*> && found is List<*> -> expected.size == found.size && expected.indices.all { same(expected[it], found[it]) }
    expected is Map<*, *> && found is Map<*, *> -> expected.keys == found.keys && expected.keys.all { same(expected[it], found[it]) }
    else -> expected == found
}

@Suppress("UNCHECKED_CAST")
fun main(arguments: Array<String>) {
    fun read(name: String) = Json.parse(File(name).readText())
    val common = read(arguments.first()) as Map<String, Any?>
    val counts = mutableMapOf("failed" to 0, "passed" to 0, "skipped" to 0)
    for (case in arguments.drop(1).dropLast(1).flatMap { read(it) as List<Map<String, Any?>> }) {
        val end = if ((case["skip"] as Map<*, *>?)?.containsKey("kotlin") == true) "skipped" else {
            val run = runCatching { Run(arguments.last(), common).use { it.steps(case["steps"] as List<*>) } }
            // A case that is known to fail may not pass.
            val isKnown = case["known"] != null
            val isRight = run.isFailure == isKnown
            if (!isRight) System.err.println("${case["name"]}: ${run.exceptionOrNull()?.message ?: "passes, so not known"}")
            if (!isRight) "failed" else if (isKnown) "skipped" else "passed"
        }
        counts.merge(end, 1, Int::plus)
    }
    println("kotlin: ${counts["passed"]} passed, ${counts["failed"]} failed, ${counts["skipped"]} skipped")
    exitProcess(if (counts["failed"] == 0) 0 else 1)
}
