/* A tracker, against the sandbox whose base_url is the argument: the first loan
 * is followed to its end, in memory and in a file, which is closed and opened
 * again. The file is in a new folder in TMPDIR. */

#define _POSIX_C_SOURCE 200809L

#include <time.h>
#include <unistd.h>

#include "check.h"

#define CONSUMER "mailer"

static char folder[512], store[sizeof folder + 16];

static const char *get(const defacto_value *value, const char *pointer)
{
    const char *text = "";
    (void)defacto_value_get_text(value, pointer, &text, NULL);
    return text;
}

static int64_t number(const defacto_value *value, const char *pointer)
{
    int64_t found = 0;
    CHECK(defacto_value_get_i64(value, pointer, &found) == DEFACTO_STATUS_OK);
    return found;
}

static defacto_value *with_number(const char *pointer, int64_t number)
{
    defacto_value *value = defacto_value_new();
    CHECK(defacto_value_set_i64(value, pointer, number) == DEFACTO_STATUS_OK);
    return value;
}

static defacto_value *kept_in(const char *place)
{
    defacto_value *settings = defacto_value_new();
    set(settings, "/store", place);
    set(settings, "/actor", "track.c");
    return settings;
}

static defacto_client *open_tracker(const defacto_client *client, const char *place)
{
    defacto_client *tracker = NULL;
    defacto_error *error = NULL;
    defacto_value *settings = kept_in(place);
    ok(defacto_client_track(client, settings, &tracker, &error), error);
    defacto_value_free(settings);
    return tracker;
}

/* A borrower and a request made with `tracker`, of data made up with `client`.
   Fills in the loan's id. */
static void make_loan(const defacto_client *client, const defacto_client *tracker, char *id,
                      size_t size)
{
    char now[32];
    time_t seconds = time(NULL);
    defacto_error *error = NULL;
    defacto_value *query = defacto_value_new(), *wanted = defacto_value_new();
    defacto_value *request = defacto_value_new(), *business = NULL, *borrower = NULL;
    defacto_value *made = NULL, *loan = NULL;

    CHECK(defacto_value_set_bool(query, "/is_borrower", true) == DEFACTO_STATUS_OK);
    ok(defacto_testing_generate_business(client, query, &business, &error), error);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime(&seconds));
    set(business, "/signed_at", now);
    ok(defacto_borrowers_create(tracker, business, &borrower, &error), error);

    ok(defacto_value_set_value(wanted, "/buyer/identifier", business, "/identifier"), NULL);
    ok(defacto_value_set_value(wanted, "/buyer/name", business, "/name"), NULL);
    ok(defacto_testing_generate_invoice(client, wanted, &made, &error), error);
#define INVOICE "/invoice_creation_payload"
    ok(defacto_value_set_value(request, "/amount", made, INVOICE "/total_amount"), NULL);
    ok(defacto_value_set_value(request, "/borrower/identifier", business, "/identifier"), NULL);
    ok(defacto_value_set_value(request, "/invoices/-", made, INVOICE), NULL);
    ok(defacto_value_set_value(request, "/loan_to", made, INVOICE "/to_account"), NULL);
    ok(defacto_value_set_value(request, "/to_pay_at", made, INVOICE "/issued_at"), NULL);
    ok(defacto_value_set_value(request, "/to_repay_at", made, INVOICE "/due_at"), NULL);
    ok(defacto_loans_create(tracker, request, &loan, &error), error);
    snprintf(id, size, "%s", get(loan, "/id"));

    defacto_value_free(loan);
    defacto_value_free(made);
    defacto_value_free(borrower);
    defacto_value_free(business);
    defacto_value_free(request);
    defacto_value_free(wanted);
    defacto_value_free(query);
}

/* The next change; NULL where there is none by now. */
static defacto_value *next_change(const defacto_client *tracker)
{
    defacto_error *error = NULL;
    defacto_value *next = NULL;
    defacto_shape shape;
    ok(defacto_tracker_next_change(tracker, CONSUMER, DEFACTO_TERMINATED, NULL, &next, &error),
       error);
    if (defacto_value_shape(next, "/change", &shape) == DEFACTO_STATUS_OK)
        return next;
    defacto_value_free(next);
    return NULL;
}

static void acknowledge(const defacto_client *tracker, int64_t seq)
{
    defacto_error *error = NULL;
    defacto_value *place = with_number("/seq", seq), *nothing = NULL;
    ok(defacto_tracker_acknowledge(tracker, CONSUMER, DEFACTO_TERMINATED, place, &nothing, &error),
       error);
    defacto_value_free(nothing);
    defacto_value_free(place);
}

/* What a consumer has been told. */
typedef struct {
    int64_t changes, last;
    int is_closed;
} told;

/* Takes what is new. */
static void take(const defacto_client *tracker, const char *loan, told *told)
{
    defacto_value *next;
    while ((next = next_change(tracker)) != NULL) {
        int64_t seq = number(next, "/change/seq");
        /* In order, and none twice. */
        CHECK(seq > told->last);
        told->last = seq;
        told->changes++;
        told->is_closed |= strcmp(get(next, "/change/entity"), "loan") == 0 &&
                           strcmp(get(next, "/change/id"), loan) == 0 &&
                           strcmp(get(next, "/change/to"), "CLOSED") == 0;
        defacto_value_free(next);
        acknowledge(tracker, seq);
    }
}

/* Makes a loan and follows it to its end. */
static told follow_loan(const defacto_client *client, const defacto_client *tracker)
{
    told told = {0, 0, 0};
    char id[64];
    int pass;
    make_loan(client, tracker, id, sizeof id);
    for (pass = 0; pass < 50 && !told.is_closed; pass++) {
        defacto_error *error = NULL;
        defacto_value *report = NULL, *loan = NULL;
        ok(defacto_tracker_sync(tracker, &report, &error), error);
        defacto_value_free(report);
        take(tracker, id, &told);
        ok(defacto_tracker_loan(tracker, id, DEFACTO_TERMINATED, &loan, &error), error);
        if (strcmp(get(loan, "/status"), "TO_VALIDATE") == 0) {
            defacto_value *validated = NULL;
            ok(defacto_loans_validate(tracker, id, DEFACTO_TERMINATED, &validated, &error), error);
            defacto_value_free(validated);
        }
        CHECK(!told.is_closed || (strcmp(get(loan, "/status"), "CLOSED") == 0 &&
                                  number(loan, "/outstanding") == 0));
        defacto_value_free(loan);
    }
    CHECK(told.is_closed);
    CHECK(next_change(tracker) == NULL);
    return told;
}

/* What was meant and done: a borrower, a loan, its consent. */
static void intents(const defacto_client *tracker)
{
    defacto_error *error = NULL;
    defacto_value *asked = defacto_value_new(), *intents = NULL;
    size_t count = 0;
    set(asked, "/state", "done");
    ok(defacto_tracker_intents(tracker, asked, &intents, &error), error);
    CHECK(defacto_value_count(intents, "/data", &count) == DEFACTO_STATUS_OK && count == 3);
    CHECK(strcmp(get(intents, "/data/1/operation"), "loans.create") == 0);
    CHECK(strcmp(get(intents, "/data/1/actor"), "track.c") == 0);
    defacto_value_free(intents);
    defacto_value_free(asked);
}

static void in_memory(const defacto_client *client)
{
    defacto_client *tracker = open_tracker(client, "memory");
    told told = follow_loan(client, tracker);
    intents(tracker);
    printf("in memory: %d changes\n", (int)told.changes);
    defacto_client_free(tracker);
}

/* A store has one owner. */
static void opened_twice(const defacto_client *client)
{
    defacto_client *second = NULL;
    defacto_error *error = NULL;
    defacto_value *settings = kept_in(store);
    CHECK(defacto_client_track(client, settings, &second, &error) == DEFACTO_STATUS_STORE);
    CHECK(second == NULL && strstr(defacto_error_message(error), "loans.db") != NULL);
    defacto_error_free(error);
    defacto_value_free(settings);
}

/* After each opening only what was not acknowledged is told, until it is. */
static void in_a_file(const defacto_client *client)
{
    defacto_client *tracker = open_tracker(client, store);
    told told = follow_loan(client, tracker), again = {0, 0, 0};
    defacto_error *error = NULL;
    defacto_value *place, *nothing = NULL, *next;
    int turn;
    intents(tracker);
    opened_twice(client);
    defacto_client_free(tracker);

    tracker = open_tracker(client, store);
    CHECK(next_change(tracker) == NULL);
    acknowledge(tracker, told.last - 1);
    defacto_client_free(tracker);

    for (turn = 0; turn < 2; turn++) {
        tracker = open_tracker(client, store);
        next = next_change(tracker);
        CHECK(next != NULL && number(next, "/change/seq") == told.last);
        defacto_value_free(next);
        /* Once, until it is asked for again. */
        CHECK(next_change(tracker) == NULL);
        ok(defacto_tracker_rewind(tracker, CONSUMER, DEFACTO_TERMINATED, &nothing, &error), error);
        defacto_value_free(nothing);
        next = next_change(tracker);
        CHECK(next != NULL && number(next, "/change/seq") == told.last);
        defacto_value_free(next);
        defacto_client_free(tracker);
    }

    tracker = open_tracker(client, store);
    place = with_number("/seq", 0);
    ok(defacto_tracker_replay(tracker, CONSUMER, DEFACTO_TERMINATED, place, &nothing, &error),
       error);
    take(tracker, "", &again);
    CHECK(again.changes == told.changes && again.last == told.last);
    printf("in a file: %d changes\n", (int)told.changes);
    defacto_value_free(nothing);
    defacto_value_free(place);
    defacto_client_free(tracker);
}

/* A run that is stopped, and one that is left. */
static void run_and_stop(const defacto_client *client)
{
    defacto_client *tracker = open_tracker(client, "memory");
    defacto_submitted *run = NULL;
    defacto_error *error = NULL;
    defacto_value *out = NULL, *wait = with_number("/wait", 60);
    char id[64];

    make_loan(client, client, id, sizeof id);
    ok(defacto_client_submit(tracker, DEFACTO_TRACKER_RUN, NULL, NULL, &run, &error), error);
    /* Its first pass sees the loan, which was not made through the tracker. */
    ok(defacto_tracker_next_change(tracker, CONSUMER, DEFACTO_TERMINATED, wait, &out, &error),
       error);
    CHECK(*get(out, "/change/id") != '\0');
    defacto_value_free(out);
    CHECK(defacto_submitted_wait(run, 0, &out, NULL) == DEFACTO_STATUS_RUNNING);
    ok(defacto_tracker_stop(tracker, NULL, &out, &error), error);
    defacto_value_free(out);
    ok(defacto_submitted_wait(run, -1, &out, &error), error);
    defacto_value_free(out);
    defacto_submitted_free(run);

    ok(defacto_client_submit(tracker, DEFACTO_TRACKER_RUN, NULL, NULL, &run, &error), error);
    defacto_submitted_cancel(run);
    CHECK(defacto_submitted_wait(run, -1, &out, &error) == DEFACTO_STATUS_CANCELED);
    defacto_error_free(error);
    defacto_submitted_free(run);
    defacto_value_free(wait);
    defacto_client_free(tracker);
}

/* What cannot be done is said, and nothing crashes. */
static void refusals(const defacto_client *client)
{
    defacto_client *tracker = open_tracker(client, "memory"), *none = NULL;
    defacto_error *error = NULL;
    defacto_value *settings = kept_in("/no/such/folder/loans.db"), *empty = defacto_value_new();
    defacto_value *negative = with_number("/seq", -1), *out = NULL;

    CHECK(defacto_client_track(client, settings, &none, NULL) == DEFACTO_STATUS_STORE);
    CHECK(defacto_client_track(client, empty, &none, NULL) == DEFACTO_STATUS_CONFIGURATION);
    CHECK(defacto_client_track(tracker, settings, &none, NULL) == DEFACTO_STATUS_STORE);
    CHECK(defacto_tracker_acknowledge(tracker, CONSUMER, DEFACTO_TERMINATED, NULL, &out, NULL) ==
          DEFACTO_STATUS_INVALID_INPUT);
    CHECK(defacto_tracker_acknowledge(tracker, CONSUMER, DEFACTO_TERMINATED, negative, &out,
                                      NULL) == DEFACTO_STATUS_INVALID_INPUT);
    CHECK(defacto_tracker_rewind(tracker, "", 0, &out, NULL) == DEFACTO_STATUS_INVALID_INPUT);
    CHECK(defacto_tracker_loan(tracker, "nobody's", DEFACTO_TERMINATED, &out, &error) ==
          DEFACTO_STATUS_NOT_FOUND);
    CHECK(strcmp(get(defacto_error_details(error), "/operation"), "tracker.loan") == 0);
    CHECK(none == NULL && out == NULL);
    defacto_error_free(error);
    defacto_value_free(negative);
    defacto_value_free(empty);
    defacto_value_free(settings);
    defacto_client_free(tracker);
}

/* The client may go before its tracker. */
static void without_its_client(const char *base_url)
{
    defacto_client *client = NULL, *tracker;
    defacto_error *error = NULL;
    defacto_value *settings = settings_for(base_url), *health = NULL;
    ok(defacto_client_new(settings, &client, &error), error);
    defacto_value_free(settings);
    tracker = open_tracker(client, "memory");
    defacto_client_free(client);
    ok(defacto_tracker_health(tracker, &health, &error), error);
    CHECK(number(health, "/open_intents") == 0);
    defacto_value_free(health);
    defacto_client_free(tracker);
}

static void make_folder(void)
{
    const char *place = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/defacto-XXXXXX", place == NULL ? "/tmp" : place);
    CHECK(mkdtemp(folder) != NULL);
    snprintf(store, sizeof store, "%s/loans.db", folder);
}

static void remove_folder(void)
{
    static const char *const beside[] = {"", "-wal", "-shm", ".lock"};
    char name[sizeof store + 8];
    size_t index;
    for (index = 0; index < sizeof beside / sizeof *beside; index++) {
        snprintf(name, sizeof name, "%s%s", store, beside[index]);
        /* The store takes some of them away itself. */
        (void)unlink(name);
    }
    CHECK(rmdir(folder) == 0);
}

int main(int count, char **arguments)
{
    defacto_client *client = NULL;
    defacto_error *error = NULL;
    defacto_value *settings;

    CHECK(count == 2);
    settings = settings_for(arguments[1]);
    ok(defacto_client_new(settings, &client, &error), error);
    make_folder();
    in_memory(client);
    in_a_file(client);
    run_and_stop(client);
    refusals(client);
    without_its_client(arguments[1]);
    remove_folder();
    defacto_client_free(client);
    defacto_value_free(settings);
    puts("track.c: all passed");
    return 0;
}
