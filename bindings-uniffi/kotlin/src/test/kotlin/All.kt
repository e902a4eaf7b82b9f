// What the conformance cases do not reach: what is Kotlin's own. AllKt BASE_URL
// runs every test on the sandbox there, and ends with 1 where one fails.

package tests

import defacto.sdk.*
import defacto.sdk.models.*
import java.math.BigDecimal
import java.net.ServerSocket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Files
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.system.exitProcess

private fun same(wanted: Any?, found: Any?) = check(wanted == found) { "should be $wanted and is $found" }

private inline fun <reified E : Throwable> fails(part: String, call: () -> Any?): E {
    val error = runCatching { call() }.exceptionOrNull() ?: error("nothing failed")
    check(error is E) { "$error is no ${E::class.simpleName}" }
    check(part in error.message.orEmpty()) { "$error does not say $part" }
    return error
}

private fun settings(baseUrl: String, retries: Int? = null) =
    ClientSettings(apiKey = "key-0123456789abcdef", baseUrl = baseUrl, retries = retries)

private fun words() {
    val loan = Loan.ofJson("""{"id": "1", "status": "TO_REPAY", "metadata": {"a": [1, null]}, "new_field": 2}""")
    check(loan.status == LoanStatus.TO_REPAY && loan.status === LoanStatus.TO_REPAY)
    val later = Loan.ofJson("""{"id": "1", "status": "PAUSED"}""")
    same("PAUSED", later.status.text)
    same(LoanStatus.of("PAUSED"), later.status)
    check(later.status !in LoanStatus.known && LoanStatus.CLOSED in LoanStatus.known)
    same(mapOf("new_field" to 2L), loan.extra)
}

private fun models() {
    val json = """{"id":"1","status":"CLOSED","amount":9007199254740993,"loan_to":{"account_number":"FR7630006000011234567890189"}}"""
    val loan = Loan.ofJson(json)
    same(9007199254740993L, loan.amount)
    same(json, loan.toJson())
    same(Loan.ofJson(json), loan)
    same(Loan.ofJson(json).hashCode(), loan.hashCode())
    check(loan != Loan.ofJson("""{"id":"1","status":"CLOSED"}"""))
    check("FR76" !in loan.toString() && "FR76" !in "${loan.loanTo}") { "$loan shows an account" }
    check("key-012" !in settings("http://127.0.0.1:1").toString())
    fails<DecodeException>("amount") { Loan.ofJson("""{"id":"1","amount":9223372036854775808}""").amount }
    fails<DecodeException>("status") { Loan.ofJson("""{"id":"1"}""").status }
    fails<UnsupportedOperationException>("") { (loan.raw as MutableMap<String, Any?>)["id"] = "2" }
    same(emptyList<Any>(), loan.documents)
}

private fun given() {
    val account = AccountInput(accountNumber = "FR7630006000011234567890189")
    val day = Instant.parse("2030-01-09T10:00:00.123456Z")
    val request = CreateLoan(amount = 10_000, loanTo = account, toPayAt = day, toRepayAt = day, extra = mapOf("borrower" to null))
    same(day, request.toPayAt)
    same(null, request.raw.getValue("borrower"))
    check("metadata" !in request.raw)
    same(account, request.loanTo)
    fails<InvalidInputException>("java.lang.Object") { UpdateLoan(extra = mapOf("a" to Any())) }
    fails<InvalidInputException>("NaN") { UpdateLoan(extra = mapOf("a" to Double.NaN)) }
    same(BigDecimal("0.5"), UpdateLoan(extra = mapOf("a" to 0.5)).raw["a"])
    same(360L, Money.interest(outstanding = 10_000, days = 60, dailyRate = BigDecimal("0.06")))
    fails<InvalidInputException>("negative") { Money.interest(-1, 1, BigDecimal.ONE) }
}

private fun json() {
    val text = """{"a":[1,-2,3.50,12345678901234567890,1e3,true,false,null],"b":"\"\\ü\u0001😀","c":{}}"""
    same(Json.parse(text), Json.parse(Json.write(Json.parse(text))))
    val exact = (Json.parse(text) as Map<*, *>)["a"] as List<*>
    same(BigDecimal("3.50"), exact[2])
    same("😀", Json.parse("\"\\ud83d\\ude00\""))
    for (wrong in listOf("", "{", "[1,]", "{\"a\" 1}", "nul", "1 2", "\"\\x\"", "\"a", "[".repeat(10_000), "\"\\u12\"")) {
        fails<DecodeException>("no JSON") { Json.parse(wrong) }
    }
}

private fun errors(base: String) = Client(settings(base)).use { client ->
    val error = fails<NotFoundException>("") { client.loans.get("00000000-0000-0000-0000-000000000000") }
    same(5, error.code)
    same(404, error.status)
    same("loans.get", error.operation)
    check(!error.isRetryable && !error.isOutcomeUnknown && error.problem?.title != null)
    fails<ConfigurationException>("base_url") { Client(ClientSettings(apiKey = "key-0123456789")) }
    val options = CallOptions(timeout = Duration.ofSeconds(5), extraQuery = mapOf("id" to "nothing"))
    same(0, client.withOptions(options).loans.list().count())
    fails<InvalidInputException>("no JSON") { client.invoke("loans.update", mapOf("loan_id" to "1"), body = mapOf("a" to "\ud800")) }
    check((client.invoke("loans.list") as Map<*, *>)["data"] is List<*>)
}

private fun lists(base: String) = Client(settings(base)).use { client ->
    val made = listOf("552100554", "732829320").map {
        val company = CreateCounterparty(it, IdentifierType.of("siren"), listOf(RelationType.of("SUPPLIER")), name = "Company $it")
        client.counterparties.create(company).id
    }
    val list = client.counterparties.list()
    check(list.map { it.id }.containsAll(made)) { "$made are not all there" }
    // A second reading begins anew.
    same(list.toList(), list.toList())
    same(list.count(), list.pages().sumOf { it.data.size })
    same(list.first(), list.asSequence().take(1).single())
}

/** A thread that is interrupted stops long before the deadline, and a write says that it may have acted. */
private fun interrupted() = ServerSocket(0).use { server ->
    Client(settings("http://127.0.0.1:${server.localPort}", retries = 0)).use { client ->
        val waits = listOf<() -> Any?>({ client.loans.get("1") }, { client.loans.cancel("1") }).map { call ->
            val ended = AtomicReference<Throwable>()
            val waiting = thread {
                try {
                    call()
                } catch (error: DefactoException) {
                    ended.set(if (Thread.currentThread().isInterrupted) error else IllegalStateException("not interrupted any more"))
                }
            }
            // It is waiting for an answer as soon as it has sent its request.
            server.accept().use { socket ->
                socket.getInputStream().read()
                waiting.interrupt()
                waiting.join(10_000)
            }
            check(!waiting.isAlive) { "still waiting" }
            ended.get()
        }
        check(waits[0] is CanceledException) { "${waits[0]}" }
        check(waits[1] is OutcomeUnknownException && (waits[1] as DefactoException).isOutcomeUnknown) { "${waits[1]}" }
    }
}

/** Makes the sandbox fail, or answer otherwise. */
private fun fault(base: String, fault: Map<String, Any?>) {
    val request = HttpRequest.newBuilder(URI("$base/_sandbox/faults")).header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(Json.write(fault))).build()
    same(2, HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100)
}

/** A wait for what does not come ends with its thread, though it reads and pauses in turn. */
private fun waits(base: String) = Client(settings(base)).use { client ->
    val loan = """{"id": "1", "status": "TO_REPAY"}"""
    fault(base, mapOf("operation" to "loans.get", "times" to 1000L, "status" to 200L, "body" to loan))
    val isReading = CountDownLatch(1)
    val ended = AtomicReference<Throwable>()
    val waiting = thread {
        Client(settings(base)) { _, _ -> isReading.countDown() }.use { logged ->
            ended.set(runCatching { logged.loans.waitFor("1", listOf(LoanStatus.CLOSED)) }.exceptionOrNull())
        }
    }
    isReading.await()
    waiting.interrupt()
    waiting.join(10_000)
    check(!waiting.isAlive) { "still waiting" }
    check(ended.get() is CanceledException) { "${ended.get()}" }
    val late = fails<TimeoutException>("TO_REPAY and not CLOSED") {
        client.loans.waitFor("1", listOf(LoanStatus.CLOSED), deadline = Duration.ofMillis(5), shortest = Duration.ZERO)
    }
    same("loans.get", late.operation)
}

private fun headers(base: String) = Client(settings(base)).use { client ->
    val (hello, response) = client.withResponse { it.raw("get", "/hello") }
    check("Hello" in hello.toString())
    same(response.headers.getValue("content-type"), response.header("Content-Type"))
    same(null, response.header("x-tomorrow"))
    check(response.headers.keys.all { it == it.lowercase() }) { "${response.headers.keys}" }
}

private fun log(base: String) {
    val lines = CopyOnWriteArrayList<String>()
    Client(settings(base)) { level, line -> lines += "$level $line" }.use { it.testing.hello() }
    check(lines.any { it.startsWith("10 testing.hello: done") }) { "$lines" }
    Client(settings(base)) { _, _ -> error("a log that fails") }.use { it.testing.hello() }
}

private fun closed(base: String) {
    val client = Client(settings(base))
    client.close()
    client.close()
    fails<IllegalStateException>("") { client.testing.hello() }
}

private fun threads(base: String) = Client(settings(base)).use { client ->
    val ended = CopyOnWriteArrayList<String>()
    List(16) { thread { repeat(20) { ended += client.testing.hello() } } }.forEach(Thread::join)
    same(320, ended.size)
}

/** A loan that is asked for through a tracker. */
private fun lend(tracker: Groups<*>): Loan {
    val company = tracker.testing.generateBusiness(GenerateBusiness(isBorrower = true))
    tracker.borrowers.create(CreateBorrower.of(company.raw + mapOf("signed_at" to Instant.now())))
    val identifier = checkNotNull(company.identifier)
    val buyer = CounterpartyInput(identifier = identifier, name = company.name)
    val invoice = checkNotNull(tracker.testing.generateInvoice(GenerateInvoice(buyer = buyer)).invoiceCreationPayload)
    return tracker.loans.create(
        CreateLoan(
            amount = checkNotNull(invoice.totalAmount),
            borrower = BusinessIdentifier(identifier = identifier),
            invoices = listOf(CreateLoanInvoice.of(invoice)),
            loanTo = AccountInput.of(checkNotNull(invoice.toAccount)),
            toPayAt = checkNotNull(invoice.issuedAt),
            toRepayAt = checkNotNull(invoice.dueAt),
        ),
    )
}

/** A loan is followed to its end; each change is told once, and after a restart only what was not acknowledged. */
private fun tracked(base: String) = Client(settings(base)).use { client ->
    val folder = Files.createTempDirectory("defacto-").toFile()
    val kept = TrackerSettings(store = "$folder/loans.db", actor = "All.kt", webhookTokens = listOf("a-token-of-its-own"))
    val told = mutableListOf<TrackedChange>()
    client.tracker(kept).use { tracker ->
        val id = lend(tracker).id
        var passes = 0
        while (told.none { it.id == id && it.to == "CLOSED" }) {
            check(++passes < 50) { "$id is not closed" }
            tracker.sync()
            tracker.changes("mailer").forEach {
                told += it.change
                it.ack()
            }
            if (tracker.loan(id).status == LoanStatus.TO_VALIDATE) tracker.loans.validate(id)
        }
        same(told.map { it.seq }, told.mapNotNull { it.seq }.toSortedSet().toList())
        same(0, tracker.changes("mailer").count())
        same(0L, tracker.loan(id).outstanding)
        check(tracker.timeline(id).any { it.to == "CLOSED" })
        same("All.kt", tracker.intents(AskIntents(state = "done")).first().actor)
        fails<StoreException>("loans.db") { client.tracker(kept) }
        fails<NotFoundException>("loan_id") { tracker.loan("nobody's") }
    }
    repeat(2) {
        client.tracker(kept).use { tracker ->
            // A list that is begun does not keep the store open.
            check(tracker.loans.list().iterator().hasNext())
            same(0, tracker.changes("mailer").count())
            // Not acknowledged, so told again to whom it is told anew.
            same(told, tracker.changes("printer").map { it.change })
        }
    }
    fails<InvalidInputException>("tracker") { client.invoke("tracker.sync") }
    fails<ConfigurationException>("store") { client.tracker(TrackerSettings()) }
    folder.deleteRecursively()
}

/** A run and who follows it: what it finds is told at once, and both end when they are asked to. */
private fun followed(base: String) = Client(settings(base)).use { client ->
    client.tracker(TrackerSettings(store = "memory")).use { tracker ->
        val first = CountDownLatch(1)
        val ended = AtomicReference<Throwable>()
        val following = thread {
            ended.set(runCatching { tracker.changes("mailer", follow = true).forEach { first.countDown() } }.exceptionOrNull())
        }
        // The tracker does not know of it before the run's first pass.
        lend(client)
        val running = thread { tracker.run() }
        first.await()
        tracker.stop()
        following.interrupt()
        listOf(running, following).forEach {
            it.join(10_000)
            check(!it.isAlive) { "still there" }
        }
        check(ended.get() is CanceledException) { "${ended.get()}" }
    }
}

fun main(arguments: Array<String>) {
    val base = arguments.single()
    val tests = mapOf<String, () -> Any?>(
        "words" to ::words, "models" to ::models, "given" to ::given, "json" to ::json, "errors" to { errors(base) },
        "lists" to { lists(base) }, "interrupted" to ::interrupted, "log" to { log(base) }, "closed" to { closed(base) },
        "threads" to { threads(base) }, "headers" to { headers(base) }, "waits" to { waits(base) },
        "tracked" to { tracked(base) }, "followed" to { followed(base) },
    )
    val failed = tests.filter { (name, test) ->
        runCatching { test() }.onFailure { System.err.println("$name: ${it.stackTraceToString().lines().take(6).joinToString("\n")}") }.isFailure
    }
    println("kotlin tests: ${tests.size - failed.size} passed, ${failed.size} failed")
    exitProcess(if (failed.isEmpty()) 0 else 1)
}
