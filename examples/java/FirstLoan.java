import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * The whole first loan in Java, on a sandbox: a borrower and its contract, an
 * invoice, the request, the terms, the consent, and then waiting until the loan
 * is closed.
 *
 * <pre>
 * defacto sandbox            prints a line with its base_url
 * java -cp .:jna.jar -Djna.library.path=/usr/lib FirstLoan BASE_URL
 * </pre>
 *
 * Ends with 0 when the loan is closed, 1 otherwise.
 */
final class FirstLoan {
    private final Defacto.Client client;

    private FirstLoan(Defacto.Client client) {
        this.client = client;
    }

    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("usage: FirstLoan BASE_URL");
            System.exit(1);
        }
        boolean isClosed = false;
        try (Defacto.Value settings = new Defacto.Value()) {
            settings.set("/api_key", "any-key-will-do-here").set("/base_url", arguments[0]);
            try (Defacto.Client client = new Defacto.Client(settings)) {
                isClosed = new FirstLoan(client).run();
            }
            System.out.println(isClosed ? "closed" : "not closed");
        } catch (Defacto.DefactoException error) {
            System.err.println("first_loan: status " + error.status + ": " + error.getMessage());
            if (error.isOutcomeUnknown()) {
                System.err.println("first_loan: the request may have been carried out: look first");
            }
        }
        System.exit(isClosed ? 0 : 1);
    }

    private boolean run() {
        try (Defacto.Value none = new Defacto.Value();
                Defacto.Value greeting = client.call("testing.hello", none)) {
            say("hello", greeting.text("").orElse(""));
        }
        String id;
        try (Defacto.Value company = makeBorrower()) {
            id = requestLoan(company);
        }
        try (Defacto.Value loan = new Defacto.Value().set("/path/loan_id", id)) {
            if (!waitFor(id, "TO_VALIDATE")) {
                return false;
            }
            showTerms(loan);
            try (Defacto.Value answer = client.call("loans.validate", loan)) {
                say("consent", answer.text("/status").orElse(""));
            }
            boolean isClosed = waitFor(id, "CLOSED");
            showTimeline(loan);
            return isClosed;
        }
    }

    /** A company made up by the sandbox becomes a borrower, who accepts the terms. */
    private Defacto.Value makeBorrower() {
        Defacto.Value company;
        try (Defacto.Value wanted = new Defacto.Value().set("/query/is_borrower", true)) {
            company = client.call("testing.generate_business", wanted);
        }
        say("business", company.text("/name").orElse(""));
        company.set("/signed_at", Instant.now().toString()).set("/wait_for_ready", true);

        String id;
        try (Defacto.Value request = new Defacto.Value().set("/body", company, "");
                Defacto.Value borrower = client.call("borrowers.create", request)) {
            id = borrower.text("/id").orElseThrow();
        }
        say("borrower", id);
        // The contract is a temporary link, which is a secret: fetch it, do not log it.
        boolean hasContract = false;
        try (Defacto.Value path = new Defacto.Value().set("/path/borrower_id", id)) {
            for (int reads = 0; reads < 100 && !hasContract; reads++) {
                try (Defacto.Value borrower = client.call("borrowers.get", path)) {
                    hasContract = borrower.text("/contract_s3_url").isPresent();
                }
            }
        }
        say("contract", hasContract ? "there" : "none");
        return company;
    }

    /** Asks for an advance on an invoice that the company has to pay. */
    private String requestLoan(Defacto.Value company) {
        try (Defacto.Value wanted = new Defacto.Value();
                Defacto.Value request = new Defacto.Value()) {
            wanted.set("/body/buyer/identifier", company, "/identifier");
            wanted.set("/body/buyer/name", company, "/name");
            try (Defacto.Value made = client.call("testing.generate_invoice", wanted);
                    Defacto.Value invoice = new Defacto.Value()) {
                invoice.set("", made, "/invoice_creation_payload");
                String number = invoice.text("/invoice_number").orElse("");
                say("invoice", number + ", " + euros(invoice.cents("/total_amount")));
                request.set("/body/amount", invoice, "/total_amount");
                request.set("/body/invoices/-", invoice, "");
                request.set("/body/loan_to", invoice, "/to_account");
                request.set("/body/to_pay_at", invoice, "/issued_at");
                request.set("/body/to_repay_at", invoice, "/due_at");
            }
            request.set("/body/borrower/identifier", company, "/identifier");
            try (Defacto.Value loan = client.call("loans.create", request)) {
                String id = loan.text("/id").orElseThrow();
                say("loan", id);
                return id;
            }
        }
    }

    /** Whether the loan has this status in time. */
    private boolean waitFor(String id, String status) {
        try (Defacto.Value input = new Defacto.Value()) {
            input.set("/path/loan_id", id).set("/wait/statuses/0", status);
            // A sandbox's days pass at every read; a real loan takes its time.
            input.set("/wait/shortest", 0).set("/wait/deadline", 2);
            client.call("loans.wait_for", input).close();
            return true;
        } catch (Defacto.DefactoException error) {
            if (error.isTimeout()) {
                return false;
            }
            throw error;
        }
    }

    private void showTerms(Defacto.Value path) {
        try (Defacto.Value loan = client.call("loans.get", path)) {
            String day = loan.text("/to_repay_at").orElseThrow().substring(0, 10);
            say("terms", euros(loan.cents("/amount")) + ", fees about "
                    + euros(loan.cents("/fees_estimated")) + ", repaid " + day);
        }
    }

    private void showTimeline(Defacto.Value path) {
        try (Defacto.Pages pages = client.list("loans.list_events", path)) {
            for (Optional<Defacto.Value> next = pages.next(); next.isPresent(); next = pages.next()) {
                try (Defacto.Value page = next.get()) {
                    for (long index = 0; index < page.count("/data"); index++) {
                        String event = "/data/" + index;
                        String day = page.text(event + "/timestamp").orElse("unknown day").substring(0, 10);
                        say("timeline", day + " " + page.text(event + "/status").orElse(""));
                    }
                }
            }
        }
    }

    /** 12000 cents are 120.00 EUR, exactly. */
    private static String euros(long cents) {
        return BigDecimal.valueOf(cents, 2).toPlainString() + " EUR";
    }

    private static void say(String what, String text) {
        System.out.printf("%-10s%s%n", what, text);
    }
}
