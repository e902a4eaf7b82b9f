/* The first calls, against the sandbox whose base_url is the argument. */

#define _POSIX_C_SOURCE 200809L

#include <poll.h>
#include <pthread.h>
#include <time.h>

#include "check.h"

static const char *get(const defacto_value *value, const char *pointer)
{
    const char *text = NULL;
    CHECK(defacto_value_get_text(value, pointer, &text, NULL) == DEFACTO_STATUS_OK);
    return text;
}

/* A time so many days from now, as RFC 3339 text. */
static const char *in_days(int days)
{
    static char text[2][32];
    static int turn;
    time_t when = time(NULL) + (time_t)days * 86400;
    turn = !turn;
    strftime(text[turn], sizeof text[turn], "%Y-%m-%dT%H:%M:%SZ", gmtime(&when));
    return text[turn];
}

static defacto_client *open_client(const char *base_url)
{
    defacto_client *client = NULL;
    defacto_error *error = NULL;
    defacto_value *settings = defacto_value_new();

    /* Nothing is guessed. */
    CHECK(defacto_client_new(settings, &client, &error) == DEFACTO_STATUS_CONFIGURATION);
    CHECK(client == NULL && strstr(defacto_error_message(error), "api_key") != NULL);
    defacto_error_free(error);

    defacto_value_free(settings);
    settings = settings_for(base_url);
    ok(defacto_client_new(settings, &client, &error), error);
    defacto_value_free(settings);
    return client;
}

static void hello(const defacto_client *client)
{
    defacto_error *error = NULL;
    defacto_value *greeting = NULL;
    ok(defacto_testing_hello(client, &greeting, &error), error);
    CHECK(strstr(get(greeting, ""), "ello") != NULL);
    defacto_value_free(greeting);
}

/* A borrower and an invoice, then the loan. */
static void make_loan(const defacto_client *client)
{
    defacto_error *error = NULL;
    defacto_value *business = NULL, *borrower = NULL, *invoice = NULL, *loan = NULL;
    defacto_value *request = defacto_value_new();
    int64_t amount = 0;

    ok(defacto_testing_generate_business(client, NULL, &business, &error), error);
    set(business, "/signed_at", in_days(0));
    ok(defacto_borrowers_create(client, business, &borrower, &error), error);

    set(request, "/seller/identifier", get(business, "/identifier"));
    set(request, "/seller/name", get(business, "/name"));
    ok(defacto_testing_generate_invoice(client, request, &invoice, &error), error);
    defacto_value_free(request);

    request = defacto_value_new();
    CHECK(defacto_value_set_i64(request, "/amount", 0) == DEFACTO_STATUS_OK);
    set(request, "/borrower/identifier", get(business, "/identifier"));
    CHECK(defacto_value_set_value(request, "/invoices/-", invoice, "/invoice_creation_payload") ==
          DEFACTO_STATUS_OK);
    CHECK(defacto_value_set_value(request, "/loan_to", invoice,
                                  "/invoice_creation_payload/to_account") == DEFACTO_STATUS_OK);
    set(request, "/to_pay_at", in_days(2));
    set(request, "/to_repay_at", in_days(62));
    set(request, "/salt_id", "first");

    /* Refused before it is sent; nothing is written. */
    CHECK(defacto_loans_create(client, request, &loan, &error) == DEFACTO_STATUS_INVALID_INPUT);
    CHECK(loan == NULL && defacto_error_status(error) == DEFACTO_STATUS_INVALID_INPUT);
    CHECK(strstr(defacto_error_message(error), "amount") != NULL);
    CHECK(strcmp(get(defacto_error_details(error), "/operation"), "loans.create") == 0);
    defacto_error_free(error);
    error = NULL;

    CHECK(defacto_value_set_i64(request, "/amount", 10000) == DEFACTO_STATUS_OK);
    ok(defacto_loans_create(client, request, &loan, &error), error);
    CHECK(defacto_value_get_i64(loan, "/amount", &amount) == DEFACTO_STATUS_OK && amount == 10000);
    CHECK(defacto_value_get_i64(loan, "/status", &amount) == DEFACTO_STATUS_WRONG_TYPE);
    CHECK(defacto_value_get_i64(loan, "/nothing", &amount) == DEFACTO_STATUS_ABSENT);
    CHECK(amount == 10000);
    CHECK(defacto_value_creation(loan) == DEFACTO_CREATION_UNSTATED);
    CHECK(defacto_value_status(loan) == 201 && defacto_value_attempts(loan) == 1);
    CHECK(defacto_value_attempts(request) == 0);
    CHECK(defacto_value_creation(request) == DEFACTO_CREATION_NONE);
    printf("loan %s: %s\n", get(loan, "/id"), get(loan, "/status"));

    defacto_value_free(loan);
    defacto_value_free(request);
    defacto_value_free(invoice);
    defacto_value_free(borrower);
    defacto_value_free(business);
}

/* A wait for a loan, a request by its path, and what the answers' headers say. */
static void wait_for_loan(const defacto_client *client)
{
    defacto_error *error = NULL;
    defacto_value *page = NULL, *wait = NULL, *loan = NULL, *input = defacto_value_new();
    defacto_submitted *call = NULL;
    const char *type = NULL, *again = NULL;
    size_t length = 0;

    CHECK(defacto_value_set_i64(input, "/query/page_size", 1) == DEFACTO_STATUS_OK);
    ok(defacto_client_raw(client, "get", "/loans", DEFACTO_TERMINATED, input, NULL, &page, &error),
       error);
    ok(defacto_value_header(page, "Content-Type", &type, &length), NULL);
    CHECK(strstr(type, "json") != NULL && strlen(type) == length);
    ok(defacto_value_header(page, "content-type", &again, NULL), NULL);
    CHECK(again == type);
    CHECK(defacto_value_header(page, "x-tomorrow", &again, NULL) == DEFACTO_STATUS_ABSENT);
    CHECK(defacto_value_header(page, "no header", &again, NULL) == DEFACTO_STATUS_ABSENT);
    /* A pointer that is named as a header is another text. */
    CHECK(defacto_value_get_text(page, "header:content-type", &again, NULL) ==
          DEFACTO_STATUS_ABSENT);
    defacto_value_free(input);

    CHECK(defacto_value_parse("{\"statuses\":[\"TO_VALIDATE\"],\"shortest\":0.001}",
                              DEFACTO_TERMINATED, &wait) == DEFACTO_STATUS_OK);
    ok(defacto_loans_wait_for(client, get(page, "/data/0/id"), DEFACTO_TERMINATED, wait, &loan,
                              &error),
       error);
    CHECK(strcmp(get(loan, "/status"), "TO_VALIDATE") == 0 && defacto_value_status(loan) == 200);
    CHECK(defacto_value_header(loan, "content-type", &type, NULL) == DEFACTO_STATUS_OK);
    defacto_value_free(loan);

    /* What does not come is given up, by its deadline or by the program. */
    input = defacto_value_new();
    set(input, "/path/loan_id", get(page, "/data/0/id"));
    set(wait, "/statuses/0", "CLOSED");
    CHECK(defacto_value_set_value(input, "/wait", wait, "") == DEFACTO_STATUS_OK);
    ok(defacto_client_submit(client, DEFACTO_LOANS_WAIT_FOR, input, NULL, &call, &error), error);
    CHECK(defacto_submitted_wait(call, 0, &loan, NULL) == DEFACTO_STATUS_RUNNING);
    defacto_submitted_cancel(call);
    CHECK(defacto_submitted_wait(call, 20000, &loan, &error) == DEFACTO_STATUS_CANCELED);
    defacto_error_free(error);
    error = NULL;
    defacto_submitted_free(call);
    CHECK(defacto_value_set_i64(input, "/wait/deadline", 0) == DEFACTO_STATUS_OK);
    ok(defacto_client_submit(client, DEFACTO_LOANS_WAIT_FOR, input, NULL, &call, &error), error);
    CHECK(defacto_submitted_wait(call, -1, &loan, &error) == DEFACTO_STATUS_TIMEOUT);
    CHECK(strstr(defacto_error_message(error), "TO_VALIDATE and not CLOSED") != NULL);
    defacto_error_free(error);
    error = NULL;
    defacto_submitted_free(call);

    set(input, "/raw/method", "GET");
    set(input, "/raw/path", "/hello");
    CHECK(defacto_client_submit(client, DEFACTO_RAW, input, NULL, &call, NULL) ==
          DEFACTO_STATUS_INVALID_INPUT);
    defacto_value_free(input);
    input = defacto_value_new();
    set(input, "/raw/method", "GET");
    set(input, "/raw/path", "/hello");
    ok(defacto_client_submit(client, DEFACTO_RAW, input, NULL, &call, &error), error);
    ok(defacto_submitted_wait(call, -1, &loan, &error), error);
    CHECK(strstr(get(loan, ""), "ello") != NULL);
    defacto_submitted_free(call);
    defacto_value_free(loan);
    defacto_value_free(input);
    defacto_value_free(wait);
    defacto_value_free(page);
}

static void list_loans(const defacto_client *client)
{
    defacto_error *error = NULL;
    defacto_pages *pages = NULL;
    defacto_value *query = defacto_value_new(), *page = NULL;
    defacto_status status;
    size_t count = 0, loans = 0;

    CHECK(defacto_value_set_i64(query, "/page_size", 1) == DEFACTO_STATUS_OK);
    ok(defacto_loans_list(client, query, &pages, &error), error);
    defacto_value_free(query);
    while ((status = defacto_pages_next(pages, &page, &error)) == DEFACTO_STATUS_OK) {
        CHECK(defacto_value_count(page, "/data", &count) == DEFACTO_STATUS_OK);
        loans += count;
        defacto_value_free(page);
    }
    CHECK(status == DEFACTO_STATUS_END && error == NULL && loans == 1);
    defacto_pages_free(pages);
}

/* A list goes on from where another one stopped. */
static void resume(const defacto_client *client)
{
    defacto_error *error = NULL;
    defacto_pages *pages = NULL;
    defacto_value *input = defacto_value_new(), *page = NULL, *cursor = NULL;

    CHECK(defacto_value_set_i64(input, "/query/page_size", 1) == DEFACTO_STATUS_OK);
    ok(defacto_client_list(client, DEFACTO_BORROWERS_LIST, input, &pages, &error), error);
    CHECK(defacto_pages_cursor(pages, &cursor) == DEFACTO_STATUS_ABSENT);
    ok(defacto_pages_next(pages, &page, &error), error);
    defacto_value_free(page);
    if (defacto_pages_cursor(pages, &cursor) == DEFACTO_STATUS_OK) {
        set(input, "/query/cursor", get(cursor, ""));
        defacto_value_free(cursor);
    }
    defacto_pages_free(pages);
    defacto_value_free(input);
}

/* Calls that run while the program goes on. */
static void submitted(const defacto_client *client)
{
    enum { CALLS = 20 };
    defacto_submitted *calls[CALLS], *call = NULL;
    defacto_error *error = NULL;
    defacto_value *answer = NULL;
    defacto_pages *pages = NULL;
    struct pollfd poller;
    int index;

    for (index = 0; index < CALLS; index++)
        ok(defacto_client_submit(client, DEFACTO_TESTING_HELLO, NULL, NULL, &calls[index], &error),
           error);
    for (index = 0; index < CALLS; index++) {
        if (index % 2) {
            poller.events = POLLIN;
            ok(defacto_submitted_descriptor(calls[index], &poller.fd, &error), error);
            CHECK(poll(&poller, 1, 20000) == 1);
            CHECK(defacto_submitted_is_done(calls[index]));
        }
        ok(defacto_submitted_wait(calls[index], -1, &answer, &error), error);
        CHECK(defacto_value_status(answer) == 200);
        defacto_value_free(answer);
        answer = NULL;
        CHECK(defacto_submitted_wait(calls[index], 0, &answer, NULL) == DEFACTO_STATUS_TAKEN);
        defacto_submitted_free(calls[index]);
    }

    /* What fails, what ends, and what is canceled. */
    ok(defacto_client_submit(client, DEFACTO_LOANS_VALIDATE, NULL, NULL, &call, &error), error);
    CHECK(defacto_submitted_wait(call, -1, &answer, &error) == DEFACTO_STATUS_INVALID_INPUT);
    CHECK(answer == NULL);
    defacto_error_free(error);
    defacto_submitted_free(call);
    error = NULL;
    CHECK(defacto_client_submit(client, "loans.nothing", NULL, NULL, &call, &error) ==
          DEFACTO_STATUS_INVALID_INPUT);
    defacto_error_free(error);
    error = NULL;

    ok(defacto_loans_list(client, NULL, &pages, &error), error);
    ok(defacto_pages_submit_next(pages, &call, &error), error);
    ok(defacto_submitted_wait(call, 20000, &answer, &error), error);
    defacto_value_free(answer);
    defacto_submitted_free(call);
    ok(defacto_pages_submit_next(pages, &call, &error), error);
    CHECK(defacto_submitted_wait(call, -1, &answer, &error) == DEFACTO_STATUS_END && error == NULL);
    defacto_submitted_free(call);
    defacto_pages_free(pages);

    ok(defacto_client_submit(client, DEFACTO_TESTING_HELLO, NULL, NULL, &call, &error), error);
    ok(defacto_submitted_descriptor(call, &poller.fd, &error), error);
    defacto_submitted_cancel(call);
    CHECK(poll(&poller, 1, 20000) == 1 && defacto_submitted_is_done(call));
    defacto_submitted_free(call);
    ok(defacto_client_submit(client, DEFACTO_TESTING_HELLO, NULL, NULL, &call, &error), error);
    defacto_submitted_free(call);
}

/* One client and one value, used by many threads at once. */
static const defacto_value *shared;

static void *one_thread(void *client)
{
    int turn;
    for (turn = 0; turn < 25; turn++) {
        defacto_value *greeting = NULL;
        ok(defacto_testing_hello(client, &greeting, NULL), NULL);
        CHECK(strstr(get(greeting, ""), "ello") != NULL);
        CHECK(strcmp(get(shared, "/a/0"), "x") == 0 && strcmp(get(shared, "/b"), "7") == 0);
        defacto_value_free(greeting);
    }
    return NULL;
}

static void threads(defacto_client *client)
{
    pthread_t running[8];
    defacto_value *value = NULL;
    size_t index;
    CHECK(defacto_value_parse("{\"a\":[\"x\"],\"b\":7}", DEFACTO_TERMINATED, &value) ==
          DEFACTO_STATUS_OK);
    shared = value;
    for (index = 0; index < sizeof running / sizeof *running; index++)
        CHECK(pthread_create(&running[index], NULL, one_thread, client) == 0);
    for (index = 0; index < sizeof running / sizeof *running; index++)
        CHECK(pthread_join(running[index], NULL) == 0);
    defacto_value_free(value);
}

/* A file, of which the sandbox makes a draft, and one that is no PDF. */
static void upload(const defacto_client *client)
{
    static const unsigned char pdf[] = "%PDF-1.7";
    defacto_error *error = NULL;
    defacto_file *file = NULL;
    defacto_value *fields = defacto_value_new(), *out = NULL;
    bool is_draft = false;

    ok(defacto_file_new("invoice.pdf", DEFACTO_TERMINATED, "application/pdf", DEFACTO_TERMINATED,
                        pdf, sizeof pdf - 1, &file, &error),
       error);
    CHECK(defacto_invoices_upload(client, NULL, fields, NULL, &out, &error) ==
          DEFACTO_STATUS_INVALID_INPUT);
    defacto_error_free(error);
    error = NULL;
    ok(defacto_invoices_upload(client, NULL, fields, file, &out, &error), error);
    CHECK(defacto_value_get_bool(out, "/is_draft", &is_draft) == DEFACTO_STATUS_OK && is_draft);
    defacto_value_free(out);
    defacto_file_free(file);
    ok(defacto_file_new("invoice.pdf", DEFACTO_TERMINATED, "application/pdf", DEFACTO_TERMINATED,
                        pdf + 1, sizeof pdf - 2, &file, &error),
       error);
    CHECK(defacto_invoices_upload(client, NULL, fields, file, &out, &error) ==
          DEFACTO_STATUS_REJECTED);
    CHECK(strstr(defacto_error_message(error), "must be a PDF") != NULL);
    defacto_error_free(error);
    defacto_file_free(file);
    defacto_value_free(fields);
}

/* A value that is not known beforehand. */
static void shapes(void)
{
    static const char json[] = "{\"b\":[1,2.50],\"a\":null,\"c\":{\"~/\":\"x\"}}";
    defacto_value *value = NULL;
    defacto_shape shape = DEFACTO_SHAPE_NULL;
    const char *text = NULL;
    size_t length = 0;

    CHECK(defacto_value_parse(json, sizeof json - 1, &value) == DEFACTO_STATUS_OK);
    CHECK(defacto_value_shape(value, "/b", &shape) == DEFACTO_STATUS_OK);
    CHECK(shape == DEFACTO_SHAPE_LIST);
    CHECK(defacto_value_shape(value, "/a", &shape) == DEFACTO_STATUS_OK);
    CHECK(shape == DEFACTO_SHAPE_NULL);
    CHECK(defacto_value_shape(value, "/d", &shape) == DEFACTO_STATUS_ABSENT);
    CHECK(defacto_value_name(value, "", 0, &text, &length) == DEFACTO_STATUS_OK);
    CHECK(strcmp(text, "a") == 0 && length == 1);
    CHECK(defacto_value_name(value, "", 3, &text, &length) == DEFACTO_STATUS_ABSENT);
    CHECK(defacto_value_name(value, "/b", 0, &text, &length) == DEFACTO_STATUS_WRONG_TYPE);
    CHECK(strcmp(get(value, "/c/~0~1"), "x") == 0 && strcmp(get(value, "/b/1"), "2.5") == 0);
    CHECK(defacto_value_json(value, &text, &length) == DEFACTO_STATUS_OK);
    CHECK(text[0] == '{' && length == strlen(text));
    defacto_value_free(value);
    CHECK(strcmp(defacto_version(), "") > 0 && defacto_abi() == DEFACTO_ABI);
}

static void interest(void)
{
    int64_t cents = -1;
    defacto_error *error = NULL;
    ok(defacto_money_interest(10000, 60, "0.06", 4, &cents, &error), error);
    CHECK(cents == 360);
    ok(defacto_money_interest(50000, 30, "0.05", DEFACTO_TERMINATED, &cents, NULL), NULL);
    CHECK(cents == 750);
    CHECK(defacto_money_interest(-1, 1, "1", 1, &cents, NULL) == DEFACTO_STATUS_INVALID_INPUT);
    CHECK(cents == 750);
}

int main(int count, char **arguments)
{
    defacto_client *client;
    CHECK(count == 2);
    client = open_client(arguments[1]);
    hello(client);
    interest();
    make_loan(client);
    wait_for_loan(client);
    list_loans(client);
    resume(client);
    submitted(client);
    threads(client);
    upload(client);
    shapes();
    defacto_client_free(client);
    puts("first.c: all passed");
    return 0;
}
