/*
 * The whole first loan in C, on a sandbox: a borrower and its contract, an
 * invoice, the request, the terms, the consent, and then waiting until the loan
 * is closed.
 *
 *     defacto sandbox            prints a line with its base_url
 *     first_loan BASE_URL
 *
 * Ends with 0 when the loan is closed, 1 otherwise.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "defacto.h"

/* Stops the program when a call failed, with what the error says to do. */
static void done(defacto_status status, defacto_error *error)
{
    if (status == DEFACTO_STATUS_OK)
        return;
    fprintf(stderr, "first_loan: status %d: %s\n", (int)status, defacto_error_message(error));
    if (status == DEFACTO_STATUS_OUTCOME_UNKNOWN)
        fprintf(stderr, "first_loan: the request may have been carried out: look first\n");
    exit(1);
}

static void set_text(defacto_value *value, const char *pointer, const char *text)
{
    done(defacto_value_set_text(value, pointer, text, DEFACTO_TERMINATED), NULL);
}

/* The text at a pointer, "" where there is none. It lives as long as the value. */
static const char *text_at(const defacto_value *value, const char *pointer)
{
    const char *text = "";
    (void)defacto_value_get_text(value, pointer, &text, NULL);
    return text;
}

static void set_part(defacto_value *value, const char *pointer, const defacto_value *from,
                     const char *from_pointer)
{
    done(defacto_value_set_value(value, pointer, from, from_pointer), NULL);
}

static void set_now(defacto_value *value, const char *pointer)
{
    char text[32];
    time_t now = time(NULL);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    set_text(value, pointer, text);
}

/* 12000 cents are 120.00 EUR. */
static void print_euros(const char *before, const defacto_value *value, const char *pointer)
{
    int64_t cents = 0;
    (void)defacto_value_get_i64(value, pointer, &cents);
    printf("%s%lld.%02lld EUR", before, (long long)(cents / 100), (long long)(cents % 100));
}

static defacto_client *open_client(const char *base_url)
{
    defacto_client *client = NULL;
    defacto_error *error = NULL;
    defacto_value *settings = defacto_value_new();

    set_text(settings, "/api_key", "any-key-will-do-here");
    set_text(settings, "/base_url", base_url);
    done(defacto_client_new(settings, &client, &error), error);
    defacto_value_free(settings);
    return client;
}

static void say_hello(const defacto_client *client)
{
    defacto_error *error = NULL;
    defacto_value *greeting = NULL;

    done(defacto_testing_hello(client, &greeting, &error), error);
    printf("hello     %s\n", text_at(greeting, ""));
    defacto_value_free(greeting);
}

/* A company made up by the sandbox becomes a borrower, who accepts the terms. */
static defacto_value *make_borrower(const defacto_client *client)
{
    defacto_error *error = NULL;
    defacto_value *query = defacto_value_new(), *business = NULL, *borrower = NULL;
    char id[64];
    int reads;

    done(defacto_value_set_bool(query, "/is_borrower", true), NULL);
    done(defacto_testing_generate_business(client, query, &business, &error), error);
    printf("business  %s\n", text_at(business, "/name"));
    set_now(business, "/signed_at");
    done(defacto_value_set_bool(business, "/wait_for_ready", true), NULL);
    done(defacto_borrowers_create(client, business, &borrower, &error), error);
    snprintf(id, sizeof id, "%s", text_at(borrower, "/id"));
    printf("borrower  %s\n", id);

    /* The contract is a temporary link, which is a secret: fetch it, do not log it. */
    for (reads = 0; reads < 100 && *text_at(borrower, "/contract_s3_url") == '\0'; reads++) {
        defacto_value_free(borrower);
        done(defacto_borrowers_get(client, id, DEFACTO_TERMINATED, &borrower, &error), error);
    }
    printf("contract  %s\n", *text_at(borrower, "/contract_s3_url") ? "there" : "none");
    defacto_value_free(borrower);
    defacto_value_free(query);
    return business;
}

/* Asks for an advance on an invoice that the company has to pay. */
static defacto_value *request_loan(const defacto_client *client, const defacto_value *business)
{
    defacto_error *error = NULL;
    defacto_value *wanted = defacto_value_new(), *made = NULL, *invoice = defacto_value_new();
    defacto_value *request = defacto_value_new(), *loan = NULL;

    set_part(wanted, "/buyer/identifier", business, "/identifier");
    set_part(wanted, "/buyer/name", business, "/name");
    done(defacto_testing_generate_invoice(client, wanted, &made, &error), error);
    set_part(invoice, "", made, "/invoice_creation_payload");
    printf("invoice   %s, ", text_at(invoice, "/invoice_number"));
    print_euros("", invoice, "/total_amount");
    printf("\n");

    set_part(request, "/amount", invoice, "/total_amount");
    set_part(request, "/borrower/identifier", business, "/identifier");
    set_part(request, "/invoices/-", invoice, "");
    set_part(request, "/loan_to", invoice, "/to_account");
    set_part(request, "/to_pay_at", invoice, "/issued_at");
    set_part(request, "/to_repay_at", invoice, "/due_at");
    done(defacto_loans_create(client, request, &loan, &error), error);
    printf("loan      %s\n", text_at(loan, "/id"));

    defacto_value_free(request);
    defacto_value_free(invoice);
    defacto_value_free(made);
    defacto_value_free(wanted);
    return loan;
}

/* The loan once it has this status; NULL where it has not in time. */
static defacto_value *wait_for(const defacto_client *client, const char *id, const char *status)
{
    defacto_error *error = NULL;
    defacto_value *wait = defacto_value_new(), *loan = NULL;
    defacto_status result;

    set_text(wait, "/statuses/0", status);
    /* A sandbox's days pass at every read; a real loan takes its time. */
    done(defacto_value_set_i64(wait, "/shortest", 0), NULL);
    done(defacto_value_set_i64(wait, "/deadline", 2), NULL);
    result = defacto_loans_wait_for(client, id, DEFACTO_TERMINATED, wait, &loan, &error);
    defacto_value_free(wait);
    if (result == DEFACTO_STATUS_TIMEOUT)
        defacto_error_free(error);
    else
        done(result, error);
    return loan;
}

static void print_terms(const defacto_value *loan)
{
    print_euros("terms     ", loan, "/amount");
    print_euros(", fees about ", loan, "/fees_estimated");
    printf(", repaid %.10s\n", text_at(loan, "/to_repay_at"));
}

static void print_timeline(const defacto_client *client, const char *id)
{
    defacto_error *error = NULL;
    defacto_pages *pages = NULL;
    defacto_value *page = NULL;
    defacto_status status;

    done(defacto_loans_list_events(client, id, DEFACTO_TERMINATED, &pages, &error), error);
    while ((status = defacto_pages_next(pages, &page, &error)) == DEFACTO_STATUS_OK) {
        size_t count = 0, index;
        done(defacto_value_count(page, "/data", &count), NULL);
        for (index = 0; index < count; index++) {
            char at[2][64];
            snprintf(at[0], sizeof at[0], "/data/%zu/timestamp", index);
            snprintf(at[1], sizeof at[1], "/data/%zu/status", index);
            printf("timeline  %.10s %s\n", text_at(page, at[0]), text_at(page, at[1]));
        }
        defacto_value_free(page);
    }
    if (status != DEFACTO_STATUS_END)
        done(status, error);
    defacto_pages_free(pages);
}

int main(int count, char **arguments)
{
    defacto_error *error = NULL;
    defacto_client *client;
    defacto_value *business, *loan, *offer, *validated = NULL, *closed = NULL;
    bool is_closed;

    if (count != 2) {
        fprintf(stderr, "usage: first_loan BASE_URL\n");
        return 1;
    }
    client = open_client(arguments[1]);
    say_hello(client);
    business = make_borrower(client);
    loan = request_loan(client, business);

    offer = wait_for(client, text_at(loan, "/id"), "TO_VALIDATE");
    if (offer != NULL) {
        print_terms(offer);
        done(defacto_loans_validate(client, text_at(loan, "/id"), DEFACTO_TERMINATED, &validated,
                                    &error),
             error);
        printf("consent   %s\n", text_at(validated, "/status"));
        closed = wait_for(client, text_at(loan, "/id"), "CLOSED");
        print_timeline(client, text_at(loan, "/id"));
    }
    is_closed = closed != NULL;
    printf("%s\n", is_closed ? "closed" : "not closed");

    defacto_value_free(closed);
    defacto_value_free(validated);
    defacto_value_free(offer);
    defacto_value_free(loan);
    defacto_value_free(business);
    defacto_client_free(client);
    return is_closed ? 0 : 1;
}
