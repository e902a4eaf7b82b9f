// The whole first loan in C++, on a sandbox: a borrower and its contract, an
// invoice, the request, the terms, the consent, and then waiting until the loan
// is closed.
//
//     defacto sandbox            prints a line with its base_url
//     first_loan BASE_URL
//
// Ends with 0 when the loan is closed, 1 otherwise.

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <optional>
#include <string>

#include "defacto.hpp"

using defacto::Client;
using defacto::Value;

static std::string euros(std::int64_t cents)
{
    const std::string rest = std::to_string(cents % 100);
    return std::to_string(cents / 100) + "." + (rest.size() < 2 ? "0" : "") + rest + " EUR";
}

static std::string now()
{
    char text[32];
    const std::time_t when = std::time(nullptr);
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&when));
    return text;
}

// A company made up by the sandbox becomes a borrower, who accepts the terms.
static Value make_borrower(const Client &client)
{
    Value company =
        client.call(defacto_testing_generate_business, Value().set("/is_borrower", true));
    std::cout << "business  " << company.text("/name") << "\n";

    company.set("/signed_at", now()).set("/wait_for_ready", true);
    Value borrower = client.call(defacto_borrowers_create, company);
    const std::string id = borrower.text("/id");
    std::cout << "borrower  " << id << "\n";
    // The contract is a temporary link, which is a secret: fetch it, do not log it.
    for (int reads = 0; reads < 100 && borrower.text("/contract_s3_url").empty(); reads++)
        borrower = client.call(defacto_borrowers_get, id);
    std::cout << "contract  " << (borrower.text("/contract_s3_url").empty() ? "none" : "there") << "\n";
    return company;
}

// Asks for an advance on an invoice that the company has to pay.
static Value request_loan(const Client &client, const Value &company)
{
    Value wanted;
    wanted.set("/buyer/identifier", company.text("/identifier"));
    wanted.set("/buyer/name", company.text("/name"));
    const Value made = client.call(defacto_testing_generate_invoice, wanted);
    Value invoice;
    invoice.set("", made, "/invoice_creation_payload");
    std::cout << "invoice   " << invoice.text("/invoice_number") << ", "
              << euros(invoice.cents("/total_amount").value_or(0)) << "\n";

    Value request;
    request.set("/amount", invoice, "/total_amount");
    request.set("/borrower/identifier", company.text("/identifier"));
    request.set("/invoices/-", invoice);
    request.set("/loan_to", invoice, "/to_account");
    request.set("/to_pay_at", invoice, "/issued_at");
    request.set("/to_repay_at", invoice, "/due_at");
    Value loan = client.call(defacto_loans_create, request);
    std::cout << "loan      " << loan.text("/id") << "\n";
    return loan;
}

// The loan once it has this status; nothing where it has not in time.
static std::optional<Value> wait_for(const Client &client, const std::string &id,
                                     const std::string &status)
{
    Value wait;
    wait.set("/statuses/0", status);
    // A sandbox's days pass at every read; a real loan takes its time.
    wait.set("/shortest", std::int64_t{0}).set("/deadline", std::int64_t{2});
    try {
        return client.call(defacto_loans_wait_for, id, wait);
    } catch (const defacto::Error &error) {
        if (error.status() != DEFACTO_STATUS_TIMEOUT)
            throw;
        return std::nullopt;
    }
}

static void print_timeline(const Client &client, const std::string &id)
{
    defacto::Pages events = client.list(defacto_loans_list_events, id);
    while (const auto page = events.next())
        for (std::size_t index = 0; index < page->count("/data"); index++) {
            const std::string event = "/data/" + std::to_string(index);
            std::cout << "timeline  " << page->text(event + "/timestamp").substr(0, 10) << " "
                      << page->text(event + "/status") << "\n";
        }
}

static bool first_loan(const std::string &base_url)
{
    const Client client(Value().set("/api_key", "any-key-will-do-here").set("/base_url", base_url));
    std::cout << "hello     " << client.call(defacto_testing_hello).text("") << "\n";

    const Value company = make_borrower(client);
    const std::string id = request_loan(client, company).text("/id");
    const auto offer = wait_for(client, id, "TO_VALIDATE");
    if (!offer)
        return false;
    std::cout << "terms     " << euros(offer->cents("/amount").value_or(0)) << ", fees about "
              << euros(offer->cents("/fees_estimated").value_or(0)) << ", repaid "
              << offer->text("/to_repay_at").substr(0, 10) << "\n";
    std::cout << "consent   " << client.call(defacto_loans_validate, id).text("/status") << "\n";
    const auto closed = wait_for(client, id, "CLOSED");
    print_timeline(client, id);
    return closed.has_value();
}

int main(int count, char **arguments)
{
    if (count != 2) {
        std::cerr << "usage: first_loan BASE_URL\n";
        return EXIT_FAILURE;
    }
    try {
        const bool is_closed = first_loan(arguments[1]);
        std::cout << (is_closed ? "closed" : "not closed") << "\n";
        return is_closed ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const defacto::Error &error) {
        std::cerr << "first_loan: status " << error.status() << ": " << error.what() << "\n";
        if (error.is_outcome_unknown())
            std::cerr << "first_loan: the request may have been carried out: look first\n";
        return EXIT_FAILURE;
    }
}
