/*
 * The whole first loan in C, on a sandbox: a borrower, an invoice, the request,
 * the consent, and then reading the loan until it is closed.
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

static void set_day(defacto_value *value, const char *pointer, int days_from_now)
{
    char text[32];
    time_t when = time(NULL) + (time_t)days_from_now * 86400;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&when));
    set_text(value, pointer, text);
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

/* A company made up by the sandbox becomes a borrower. */
static defacto_value *make_borrower(const defacto_client *client)
{
    defacto_error *error = NULL;
    defacto_value *business = NULL, *borrower = NULL;

    done(defacto_testing_generate_business(client, NULL, &business, &error), error);
    set_day(business, "/signed_at", 0);
    done(defacto_borrowers_create(client, business, &borrower, &error), error);
    printf("borrower  %s (%s)\n", text_at(borrower, "/id"), text_at(business, "/name"));
    defacto_value_free(borrower);
    return business;
}

/* Asks for 100.00 EUR on an invoice to the company's own customer. */
static defacto_value *request_loan(const defacto_client *client, const defacto_value *business)
{
    defacto_error *error = NULL;
    defacto_value *wanted = defacto_value_new(), *invoice = NULL, *loan = NULL;
    defacto_value *request = defacto_value_new();

    set_text(wanted, "/seller/identifier", text_at(business, "/identifier"));
    set_text(wanted, "/seller/name", text_at(business, "/name"));
    done(defacto_testing_generate_invoice(client, wanted, &invoice, &error), error);
    printf("invoice   %s\n", text_at(invoice, "/invoice_creation_payload/invoice_number"));

    done(defacto_value_set_i64(request, "/amount", 10000), NULL);
    set_text(request, "/borrower/identifier", text_at(business, "/identifier"));
    done(defacto_value_set_value(request, "/invoices/-", invoice, "/invoice_creation_payload"),
         NULL);
    done(defacto_value_set_value(request, "/loan_to", invoice,
                                 "/invoice_creation_payload/to_account"),
         NULL);
    set_day(request, "/to_pay_at", 2);
    set_day(request, "/to_repay_at", 62);
    done(defacto_value_set_bool(request, "/wait_for_validation", true), NULL);
    done(defacto_loans_create(client, request, &loan, &error), error);
    printf("loan      %s%s\n", text_at(loan, "/id"),
           defacto_value_creation(loan) == DEFACTO_CREATION_NEW ? ", new" : "");

    defacto_value_free(request);
    defacto_value_free(invoice);
    defacto_value_free(wanted);
    return loan;
}

/* Reads the loan until it has this status, at most so many times. */
static bool follow(const defacto_client *client, const char *id, const char *status)
{
    char last[64] = "";
    bool is_there = false;
    int reads;

    for (reads = 0; reads < 100 && !is_there; reads++) {
        defacto_error *error = NULL;
        defacto_value *loan = NULL;
        done(defacto_loans_get(client, id, DEFACTO_TERMINATED, &loan, &error), error);
        if (strcmp(last, text_at(loan, "/status")) != 0) {
            snprintf(last, sizeof last, "%s", text_at(loan, "/status"));
            printf("          %s\n", last);
        }
        is_there = strcmp(last, status) == 0;
        defacto_value_free(loan);
    }
    return is_there;
}

static void list_payments(const defacto_client *client, const char *id)
{
    defacto_error *error = NULL;
    defacto_pages *pages = NULL;
    defacto_value *query = defacto_value_new(), *page = NULL;
    defacto_status status;

    set_text(query, "/loan_id/-", id);
    done(defacto_payments_list(client, query, &pages, &error), error);
    while ((status = defacto_pages_next(pages, &page, &error)) == DEFACTO_STATUS_OK) {
        size_t count = 0, index;
        (void)defacto_value_count(page, "/data", &count);
        for (index = 0; index < count; index++) {
            char pointer[64];
            int64_t cents = 0;
            snprintf(pointer, sizeof pointer, "/data/%zu/amount", index);
            (void)defacto_value_get_i64(page, pointer, &cents);
            snprintf(pointer, sizeof pointer, "/data/%zu/status", index);
            printf("payment   %lld.%02lld EUR %s\n", (long long)(cents / 100),
                   (long long)(cents % 100), text_at(page, pointer));
        }
        defacto_value_free(page);
    }
    if (status != DEFACTO_STATUS_END)
        done(status, error);
    defacto_pages_free(pages);
    defacto_value_free(query);
}

int main(int count, char **arguments)
{
    defacto_error *error = NULL;
    defacto_client *client;
    defacto_value *business, *loan, *validated = NULL;
    bool is_closed;

    if (count != 2) {
        fprintf(stderr, "usage: first_loan BASE_URL\n");
        return 1;
    }
    client = open_client(arguments[1]);
    business = make_borrower(client);
    loan = request_loan(client, business);

    is_closed = follow(client, text_at(loan, "/id"), "TO_VALIDATE");
    if (is_closed) {
        done(defacto_loans_validate(client, text_at(loan, "/id"), DEFACTO_TERMINATED, &validated,
                                    &error),
             error);
        printf("consent   %s\n", text_at(validated, "/status"));
        is_closed = follow(client, text_at(loan, "/id"), "CLOSED");
    }
    list_payments(client, text_at(loan, "/id"));
    printf("%s\n", is_closed ? "closed" : "not closed");

    defacto_value_free(validated);
    defacto_value_free(loan);
    defacto_value_free(business);
    defacto_client_free(client);
    return is_closed ? 0 : 1;
}
