// The whole first loan in Kotlin, on a sandbox: a borrower and its contract, an
// invoice, the request, the terms, the consent, and then waiting until the loan
// is closed.
//
//     defacto sandbox            prints a line with its base_url
//     java -cp … FirstLoanKt BASE_URL
//
// Ends with 0 when the loan is closed, 1 otherwise.

import defacto.sdk.Client
import defacto.sdk.ClientSettings
import defacto.sdk.DefactoException
import defacto.sdk.TimeoutException
import defacto.sdk.models.AccountInput
import defacto.sdk.models.BusinessIdentifier
import defacto.sdk.models.CounterpartyInput
import defacto.sdk.models.CreateBorrower
import defacto.sdk.models.CreateLoan
import defacto.sdk.models.CreateLoanInvoice
import defacto.sdk.models.GenerateBusiness
import defacto.sdk.models.GenerateInvoice
import defacto.sdk.models.Loan
import defacto.sdk.models.LoanStatus
import java.math.BigDecimal
import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset
import kotlin.system.exitProcess

fun main(arguments: Array<String>) {
    val baseUrl = arguments.singleOrNull() ?: run {
        System.err.println("usage: FirstLoanKt BASE_URL")
        exitProcess(1)
    }
    var isClosed = false
    try {
        Client(ClientSettings(apiKey = "any-key-will-do-here", baseUrl = baseUrl)).use { client ->
            isClosed = makeFirstLoan(client)
        }
        println(if (isClosed) "closed" else "not closed")
    } catch (error: DefactoException) {
        System.err.println("first_loan: status ${error.code}: ${error.message}")
        if (error.isOutcomeUnknown) System.err.println("first_loan: it may have been carried out: ${error.recovery}")
    }
    exitProcess(if (isClosed) 0 else 1)
}

private fun makeFirstLoan(client: Client): Boolean {
    say("hello", client.testing.hello())
    val loan = requestLoan(client, makeBorrower(client))
    val offer = waitFor(client, loan, LoanStatus.TO_VALIDATE) ?: return false
    val day = offer.toRepayAt?.atOffset(ZoneOffset.UTC)?.toLocalDate()
    say("terms", "${euros(offer.amount)}, fees about ${euros(offer.feesEstimated)}, repaid $day")
    say("consent", client.loans.validate(loan.id).status.text)
    val closed = waitFor(client, loan, LoanStatus.CLOSED)
    for (event in client.loans.listEvents(loan.id)) {
        say("timeline", "${event.timestamp?.atOffset(ZoneOffset.UTC)?.toLocalDate()} ${event.status}")
    }
    return closed != null
}

/** A company made up by the sandbox becomes a borrower, who accepts the terms. */
private fun makeBorrower(client: Client): CreateBorrower {
    val company = client.testing.generateBusiness(GenerateBusiness(isBorrower = true))
    say("business", company.name ?: "")
    val signed = mapOf("signed_at" to Instant.now(), "wait_for_ready" to true)
    val borrower = client.borrowers.create(CreateBorrower.of(company.raw + signed))
    say("borrower", borrower.id)
    // The contract is a temporary link, which is a secret: fetch it, do not log it.
    val hasContract = (1..100).any { client.borrowers.get(borrower.id).contractS3Url != null }
    say("contract", if (hasContract) "there" else "none")
    return company
}

/** Asks for an advance on an invoice that the company has to pay. */
private fun requestLoan(client: Client, company: CreateBorrower): Loan {
    val identifier = checkNotNull(company.identifier)
    val buyer = CounterpartyInput(identifier = identifier, name = company.name)
    val invoice = checkNotNull(client.testing.generateInvoice(GenerateInvoice(buyer = buyer)).invoiceCreationPayload)
    say("invoice", "${invoice.invoiceNumber}, ${euros(invoice.totalAmount)}")
    val request = CreateLoan(
        amount = checkNotNull(invoice.totalAmount),
        borrower = BusinessIdentifier(identifier = identifier),
        invoices = listOf(CreateLoanInvoice.of(invoice)),
        loanTo = AccountInput.of(checkNotNull(invoice.toAccount)),
        toPayAt = checkNotNull(invoice.issuedAt),
        toRepayAt = checkNotNull(invoice.dueAt),
    )
    val (loan, response) = client.withResponse { it.loans.create(request) }
    say("loan", "${loan.id}, ${response.creation}")
    return loan
}

/** The loan once it has this status; nothing where it has not in time. */
private fun waitFor(client: Client, loan: Loan, wanted: LoanStatus): Loan? = try {
    // A sandbox's days pass at every read; a real loan takes its time.
    client.loans.waitFor(loan.id, listOf(wanted), shortest = Duration.ZERO, deadline = Duration.ofSeconds(2))
} catch (_: TimeoutException) {
    null
}

/** 12000 cents are 120.00 EUR, exactly. */
private fun euros(cents: Long?): String = cents?.let { "${BigDecimal.valueOf(it, 2).toPlainString()} EUR" } ?: "?"

private fun say(what: String, text: String) = println(what.padEnd(10) + text)
