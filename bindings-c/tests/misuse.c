/* Whatever is wrong with what is passed in gives a status, and nothing crashes.
 * Every function is here or in calls.h; `symbols` looks whether one is missing. */

#include <pthread.h>

#include "check.h"

#include "calls.h"

#define NOT_UTF8 "\xff\xfe"
#define TOO_LONG ((size_t)-2)

#define IS(call, name) CHECK((call) == DEFACTO_STATUS_##name)

/* Any handle as one of another type. */
#define AS(type, handle) ((type *)(void *)(size_t)(handle))

/* Shared by all threads, which only read them. */
static const defacto_client *client;
static const defacto_value *filled;

/* A wrong argument of an operation's function leaves `out` as it is. */
static void one_call(const struct call *call, struct arguments with, defacto_status expected)
{
    void *out = NULL;
    defacto_error *error = NULL;
    with.out = with.out == NULL ? NULL : &out;
    with.error = &error;
    if (call->function(&with) != expected || out != NULL ||
        defacto_error_status(error) != expected || *defacto_error_message(error) == '\0') {
        fprintf(stderr, "%s: not %d: %s\n", call->name, (int)expected,
                defacto_error_message(error));
        exit(1);
    }
    defacto_error_free(error);
    /* The same without an error to be written. */
    with.error = NULL;
    CHECK(call->function(&with) == expected && out == NULL);
}

static void operations(void)
{
    defacto_value *value = defacto_value_new();
    void *place = NULL;
    size_t index;

    for (index = 0; index < sizeof CALLS / sizeof *CALLS; index++) {
        const struct call *call = &CALLS[index];
        const struct arguments good = {client, "x", 1, value, NULL, &place, NULL};
        struct arguments with = good;

        with.client = NULL;
        one_call(call, with, DEFACTO_STATUS_NULL_ARGUMENT);
        with.client = AS(const defacto_client, value);
        one_call(call, with, DEFACTO_STATUS_WRONG_HANDLE);
        with = good;
        with.out = NULL;
        one_call(call, with, DEFACTO_STATUS_NULL_ARGUMENT);
        if (call->has_text) {
            with = good;
            with.text = NULL;
            one_call(call, with, DEFACTO_STATUS_NULL_ARGUMENT);
            with.text = NOT_UTF8;
            with.length = 2;
            one_call(call, with, DEFACTO_STATUS_NOT_UTF8);
            with.length = DEFACTO_TERMINATED;
            one_call(call, with, DEFACTO_STATUS_NOT_UTF8);
            with.length = TOO_LONG;
            one_call(call, with, DEFACTO_STATUS_BAD_LENGTH);
        }
        if (call->has_value) {
            with = good;
            with.value = AS(const defacto_value, client);
            one_call(call, with, DEFACTO_STATUS_WRONG_HANDLE);
        }
        if (call->has_file) {
            with = good;
            with.file = AS(const defacto_file, client);
            one_call(call, with, DEFACTO_STATUS_WRONG_HANDLE);
        }
        /* The client is no tracker. */
        if (strncmp(call->name, "tracker.", 8) == 0)
            one_call(call, good, DEFACTO_STATUS_INVALID_INPUT);
    }
    defacto_value_free(value);
}

static void setters(void)
{
    defacto_value *value = defacto_value_new(), *wrong = AS(defacto_value, client), *out = NULL;

    IS(defacto_value_set_i64(NULL, "/a", 1), NULL_ARGUMENT);
    IS(defacto_value_set_i64(wrong, "/a", 1), WRONG_HANDLE);
    IS(defacto_value_set_i64(value, NULL, 1), NULL_ARGUMENT);
    IS(defacto_value_set_i64(value, NOT_UTF8, 1), NOT_UTF8);
    IS(defacto_value_set_i64(value, "no slash", 1), ABSENT);
    IS(defacto_value_set_bool(NULL, "/a", true), NULL_ARGUMENT);
    IS(defacto_value_set_bool(wrong, "/a", true), WRONG_HANDLE);
    IS(defacto_value_set_null(NULL, "/a"), NULL_ARGUMENT);
    IS(defacto_value_set_null(wrong, "/a"), WRONG_HANDLE);
    IS(defacto_value_set_text(NULL, "/a", "x", 1), NULL_ARGUMENT);
    IS(defacto_value_set_text(wrong, "/a", "x", 1), WRONG_HANDLE);
    IS(defacto_value_set_text(value, "/a", NULL, 0), NULL_ARGUMENT);
    IS(defacto_value_set_text(value, "/a", NOT_UTF8, 2), NOT_UTF8);
    IS(defacto_value_set_text(value, "/a", "x", TOO_LONG), BAD_LENGTH);
    IS(defacto_value_set_value(NULL, "/a", filled, ""), NULL_ARGUMENT);
    IS(defacto_value_set_value(wrong, "/a", filled, ""), WRONG_HANDLE);
    IS(defacto_value_set_value(value, "/a", NULL, ""), NULL_ARGUMENT);
    IS(defacto_value_set_value(value, "/a", wrong, ""), WRONG_HANDLE);
    IS(defacto_value_set_value(value, "/a", filled, "/nothing"), ABSENT);
    IS(defacto_value_set_value(value, "/a", filled, NULL), NULL_ARGUMENT);
    IS(defacto_value_json(value, NULL, NULL), NULL_ARGUMENT);

    IS(defacto_value_parse(NULL, 0, &out), NULL_ARGUMENT);
    IS(defacto_value_parse("{}", 2, NULL), NULL_ARGUMENT);
    IS(defacto_value_parse(NOT_UTF8, 2, &out), NOT_UTF8);
    IS(defacto_value_parse("{}", TOO_LONG, &out), BAD_LENGTH);
    IS(defacto_value_parse("{", 1, &out), NOT_JSON);
    CHECK(out == NULL);
    defacto_value_free(value);
}

/* Values are freed on the stack, so none is deep enough to overflow it. */
static void depths(void)
{
    enum { LEVELS = 200000 };
    char *deep = malloc(2 * LEVELS + 1);
    defacto_value *value = defacto_value_new(), *out = NULL;
    int level;

    CHECK(deep != NULL);
    memset(deep, '[', LEVELS);
    IS(defacto_value_parse(deep, LEVELS, &out), NOT_JSON);
    for (level = 0; level < LEVELS; level++)
        memcpy(deep + 2 * level, "/a", 2);
    deep[2 * LEVELS] = '\0';
    IS(defacto_value_set_i64(value, deep, 1), BAD_LENGTH);
    /* Nor by putting it into itself again and again. */
    for (level = 0; level < 126; level++)
        IS(defacto_value_set_value(value, "/b", value, ""), OK);
    IS(defacto_value_set_value(value, "/b", value, ""), BAD_LENGTH);
    /* What can be made can be sent. */
    {
        const char *json = NULL;
        size_t length = 0;
        IS(defacto_value_json(value, &json, &length), OK);
        IS(defacto_value_parse(json, length, &out), OK);
        defacto_value_free(out);
    }
    defacto_value_free(value);
    free(deep);
}

static void getters(void)
{
    const defacto_value *wrong = AS(const defacto_value, client);
    const char *text = NULL;
    char buffer[4] = "abc";
    size_t size = 7;
    int64_t number = 7;
    bool truth = false;
    defacto_shape shape = DEFACTO_SHAPE_NULL;

    IS(defacto_value_get_i64(NULL, "/n", &number), NULL_ARGUMENT);
    IS(defacto_value_get_i64(wrong, "/n", &number), WRONG_HANDLE);
    IS(defacto_value_get_i64(filled, NULL, &number), NULL_ARGUMENT);
    IS(defacto_value_get_i64(filled, NOT_UTF8, &number), NOT_UTF8);
    IS(defacto_value_get_i64(filled, "/n", NULL), NULL_ARGUMENT);
    IS(defacto_value_get_i64(filled, "/huge", &number), WRONG_TYPE);
    IS(defacto_value_get_bool(NULL, "/t", &truth), NULL_ARGUMENT);
    IS(defacto_value_get_bool(wrong, "/t", &truth), WRONG_HANDLE);
    IS(defacto_value_get_bool(filled, "/t", NULL), NULL_ARGUMENT);
    IS(defacto_value_get_bool(filled, "/n", &truth), WRONG_TYPE);
    IS(defacto_value_get_text(NULL, "/s", &text, NULL), NULL_ARGUMENT);
    IS(defacto_value_get_text(wrong, "/s", &text, NULL), WRONG_HANDLE);
    IS(defacto_value_get_text(filled, "/s", NULL, NULL), NULL_ARGUMENT);
    IS(defacto_value_get_text(filled, "/t", &text, NULL), WRONG_TYPE);
    IS(defacto_value_count(NULL, "", &size), NULL_ARGUMENT);
    IS(defacto_value_count(wrong, "", &size), WRONG_HANDLE);
    IS(defacto_value_count(filled, "", NULL), NULL_ARGUMENT);
    IS(defacto_value_count(filled, "/s", &size), WRONG_TYPE);
    IS(defacto_value_json(NULL, &text, NULL), NULL_ARGUMENT);
    IS(defacto_value_json(wrong, &text, NULL), WRONG_HANDLE);
    IS(defacto_value_shape(NULL, "", &shape), NULL_ARGUMENT);
    IS(defacto_value_shape(wrong, "", &shape), WRONG_HANDLE);
    IS(defacto_value_shape(filled, "", NULL), NULL_ARGUMENT);
    IS(defacto_value_name(NULL, "", 0, &text, NULL), NULL_ARGUMENT);
    IS(defacto_value_name(wrong, "", 0, &text, NULL), WRONG_HANDLE);
    IS(defacto_value_name(filled, "", TOO_LONG, &text, NULL), ABSENT);
    IS(defacto_value_header(NULL, "date", &text, NULL), NULL_ARGUMENT);
    IS(defacto_value_header(wrong, "date", &text, NULL), WRONG_HANDLE);
    IS(defacto_value_header(filled, NULL, &text, NULL), NULL_ARGUMENT);
    IS(defacto_value_header(filled, NOT_UTF8, &text, NULL), NOT_UTF8);
    IS(defacto_value_header(filled, "date", NULL, NULL), NULL_ARGUMENT);
    IS(defacto_value_header(filled, "date", &text, &size), ABSENT);
    CHECK(text == NULL && size == 7 && number == 7);

    IS(defacto_value_copy_text(NULL, "/s", buffer, 4, ' ', NULL), NULL_ARGUMENT);
    IS(defacto_value_copy_text(wrong, "/s", buffer, 4, ' ', NULL), WRONG_HANDLE);
    IS(defacto_value_copy_text(filled, "/s", NULL, 4, ' ', NULL), NULL_ARGUMENT);
    IS(defacto_value_copy_text(filled, "/s", buffer, TOO_LONG, ' ', NULL), BAD_LENGTH);
    IS(defacto_value_copy_text(filled, "/t", buffer, 4, ' ', NULL), WRONG_TYPE);
    IS(defacto_value_copy_text(filled, "/s", buffer, 1, ' ', &size), BAD_LENGTH);
    CHECK(size == 2 && strcmp(buffer, "abc") == 0);
    IS(defacto_value_copy_text(filled, "/s", buffer, 2, ' ', NULL), OK);
    CHECK(strcmp(buffer, "xyc") == 0);
    IS(defacto_value_copy_text(filled, "/s", buffer, 4, '\0', NULL), OK);
    CHECK(memcmp(buffer, "xy\0", 4) == 0);
    IS(defacto_value_copy_text(filled, "/n", buffer, 4, ' ', NULL), OK);
    CHECK(memcmp(buffer, "12  ", 4) == 0);

    CHECK(defacto_value_status(NULL) == 0 && defacto_value_status(wrong) == 0);
    CHECK(defacto_value_attempts(NULL) == 0 && defacto_value_attempts(wrong) == 0);
    CHECK(defacto_value_elapsed(NULL) == 0 && defacto_value_elapsed(wrong) == 0);
    CHECK(defacto_value_creation(NULL) == DEFACTO_CREATION_NONE);
    CHECK(defacto_value_creation(wrong) == DEFACTO_CREATION_NONE);
    CHECK(*defacto_version() != '\0' && defacto_abi() == DEFACTO_ABI);
}

static void errors(void)
{
    const defacto_error *wrong = AS(const defacto_error, client);
    defacto_error *error = NULL;
    defacto_value *out = NULL;

    CHECK(defacto_error_status(NULL) == DEFACTO_STATUS_OK);
    CHECK(*defacto_error_message(NULL) == '\0' && defacto_error_details(NULL) == NULL);
    CHECK(defacto_error_status(wrong) == DEFACTO_STATUS_WRONG_HANDLE);
    CHECK(*defacto_error_message(wrong) == '\0' && defacto_error_details(wrong) == NULL);

    /* A part of another handle is lent, not given. */
    IS(defacto_testing_hello(NULL, &out, &error), NULL_ARGUMENT);
    defacto_value_free(AS(defacto_value, defacto_error_details(error)));
    CHECK(strstr(defacto_error_message(error), "client") != NULL);
    defacto_error_free(error);
}

static void no_log(void *context, defacto_level level, const char *operation, const char *message)
{
    (void)context, (void)level, (void)operation, (void)message;
}

static void clients(void)
{
    const defacto_client *wrong = AS(const defacto_client, filled);
    defacto_client *made = NULL;
    defacto_value *out = NULL, *list = NULL, *wait = defacto_value_new();
    defacto_submitted *call = NULL;
    defacto_pages *pages = NULL;
    defacto_file *file = NULL;

    IS(defacto_value_parse("[]", 2, &list), OK);
    set(wait, "/path/loan_id", "x");
    set(wait, "/wait/statuses/0", "CLOSED");
    IS(defacto_client_new(NULL, &made, NULL), NULL_ARGUMENT);
    IS(defacto_client_new(AS(const defacto_value, client), &made, NULL), WRONG_HANDLE);
    IS(defacto_client_new(filled, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_client_new(filled, &made, NULL), CONFIGURATION);
    IS(defacto_client_new_logged(NULL, no_log, NULL, &made, NULL), NULL_ARGUMENT);
    IS(defacto_client_new_logged(filled, NULL, NULL, &made, NULL), NULL_ARGUMENT);
    IS(defacto_client_new_logged(filled, no_log, NULL, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_client_new_logged(filled, no_log, NULL, &made, NULL), CONFIGURATION);
    IS(defacto_client_track(NULL, filled, &made, NULL), NULL_ARGUMENT);
    IS(defacto_client_track(wrong, filled, &made, NULL), WRONG_HANDLE);
    IS(defacto_client_track(client, NULL, &made, NULL), NULL_ARGUMENT);
    IS(defacto_client_track(client, AS(const defacto_value, client), &made, NULL), WRONG_HANDLE);
    IS(defacto_client_track(client, filled, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_client_track(client, list, &made, NULL), CONFIGURATION);
    IS(defacto_client_track(client, filled, &made, NULL), CONFIGURATION);

    IS(defacto_client_call(NULL, "loans.get", NULL, NULL, &out, NULL), NULL_ARGUMENT);
    IS(defacto_client_call(wrong, "loans.get", NULL, NULL, &out, NULL), WRONG_HANDLE);
    IS(defacto_client_call(client, NULL, NULL, NULL, &out, NULL), NULL_ARGUMENT);
    IS(defacto_client_call(client, NOT_UTF8, NULL, NULL, &out, NULL), NOT_UTF8);
    IS(defacto_client_call(client, "loans.nothing", NULL, NULL, &out, NULL), INVALID_INPUT);
    IS(defacto_client_call(client, "loans.get", NULL, NULL, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_client_call(client, "loans.get", filled, NULL, &out, NULL), INVALID_INPUT);
    IS(defacto_client_call(client, "loans.get", NULL, AS(const defacto_file, client), &out, NULL),
       WRONG_HANDLE);
    IS(defacto_client_submit(NULL, "loans.get", NULL, NULL, &call, NULL), NULL_ARGUMENT);
    IS(defacto_client_submit(wrong, "loans.get", NULL, NULL, &call, NULL), WRONG_HANDLE);
    IS(defacto_client_submit(client, "loans.get", NULL, NULL, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_client_submit(client, DEFACTO_LOANS_WAIT_FOR, NULL, NULL, &call, NULL),
       INVALID_INPUT);
    IS(defacto_client_submit(client, DEFACTO_RAW, NULL, NULL, &call, NULL), INVALID_INPUT);
    IS(defacto_client_raw(NULL, "GET", "/loans", 6, NULL, NULL, &out, NULL), NULL_ARGUMENT);
    IS(defacto_client_raw(wrong, "GET", "/loans", 6, NULL, NULL, &out, NULL), WRONG_HANDLE);
    IS(defacto_client_raw(client, NULL, "/loans", 6, NULL, NULL, &out, NULL), NULL_ARGUMENT);
    IS(defacto_client_raw(client, NOT_UTF8, "/loans", 6, NULL, NULL, &out, NULL), NOT_UTF8);
    IS(defacto_client_raw(client, "FETCH", "/loans", 6, NULL, NULL, &out, NULL), INVALID_INPUT);
    IS(defacto_client_raw(client, "GET", NULL, 0, NULL, NULL, &out, NULL), NULL_ARGUMENT);
    IS(defacto_client_raw(client, "GET", NOT_UTF8, 2, NULL, NULL, &out, NULL), NOT_UTF8);
    IS(defacto_client_raw(client, "GET", "/loans", TOO_LONG, NULL, NULL, &out, NULL), BAD_LENGTH);
    IS(defacto_client_raw(client, "GET", "loans", 5, NULL, NULL, &out, NULL), INVALID_INPUT);
    IS(defacto_client_raw(client, "GET", "/loans", 6, filled, NULL, &out, NULL), INVALID_INPUT);
    IS(defacto_client_raw(client, "GET", "/loans", 6, list, NULL, &out, NULL), INVALID_INPUT);
    IS(defacto_client_raw(client, "GET", "/loans", 6, AS(const defacto_value, client), NULL, &out,
                          NULL),
       WRONG_HANDLE);
    IS(defacto_client_raw(client, "GET", "/loans", 6, NULL, AS(const defacto_file, client), &out,
                          NULL),
       WRONG_HANDLE);
    IS(defacto_client_raw(client, "GET", "/loans", 6, NULL, NULL, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_client_list(NULL, "loans.list", NULL, &pages, NULL), NULL_ARGUMENT);
    IS(defacto_client_list(wrong, "loans.list", NULL, &pages, NULL), WRONG_HANDLE);
    IS(defacto_client_list(client, "loans.list", NULL, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_client_list(client, NULL, NULL, &pages, NULL), NULL_ARGUMENT);
    IS(defacto_client_list(client, DEFACTO_LOANS_WAIT_FOR, wait, &pages, NULL), INVALID_INPUT);
    IS(defacto_client_list(client, DEFACTO_TRACKER_ALERTS, NULL, &pages, NULL), INVALID_INPUT);
    defacto_value_free(wait);
    defacto_value_free(list);

    IS(defacto_file_new(NULL, 0, "a/b", 3, (const uint8_t *)"x", 1, &file, NULL), NULL_ARGUMENT);
    IS(defacto_file_new("n", 1, NULL, 0, (const uint8_t *)"x", 1, &file, NULL), NULL_ARGUMENT);
    IS(defacto_file_new("n", 1, "a/b", 3, NULL, 1, &file, NULL), NULL_ARGUMENT);
    IS(defacto_file_new("n", 1, "a/b", 3, (const uint8_t *)"x", 1, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_file_new(NOT_UTF8, 2, "a/b", 3, (const uint8_t *)"x", 1, &file, NULL), NOT_UTF8);
    IS(defacto_file_new("n", 1, "a/b", 3, (const uint8_t *)"x", TOO_LONG, &file, NULL),
       BAD_LENGTH);
    CHECK(made == NULL && out == NULL && call == NULL && pages == NULL && file == NULL);
}

static void lists_and_submitted(void)
{
    defacto_pages *wrong_pages = AS(defacto_pages, filled);
    defacto_submitted *wrong = AS(defacto_submitted, filled);
    defacto_value *out = NULL;
    defacto_submitted *call = NULL;
    int32_t descriptor = -7;

    IS(defacto_pages_next(NULL, &out, NULL), NULL_ARGUMENT);
    IS(defacto_pages_next(wrong_pages, &out, NULL), WRONG_HANDLE);
    IS(defacto_pages_next(wrong_pages, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_pages_submit_next(NULL, &call, NULL), NULL_ARGUMENT);
    IS(defacto_pages_submit_next(wrong_pages, &call, NULL), WRONG_HANDLE);
    IS(defacto_pages_cursor(NULL, &out), NULL_ARGUMENT);
    IS(defacto_pages_cursor(wrong_pages, &out), WRONG_HANDLE);
    IS(defacto_submitted_wait(NULL, -1, &out, NULL), NULL_ARGUMENT);
    IS(defacto_submitted_wait(wrong, -1, &out, NULL), WRONG_HANDLE);
    IS(defacto_submitted_wait(wrong, -1, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_submitted_descriptor(NULL, &descriptor, NULL), NULL_ARGUMENT);
    IS(defacto_submitted_descriptor(wrong, &descriptor, NULL), WRONG_HANDLE);
    /* Nothing to wait for. */
    CHECK(defacto_submitted_is_done(NULL) && defacto_submitted_is_done(wrong));
    defacto_submitted_cancel(NULL);
    defacto_submitted_cancel(wrong);
    CHECK(out == NULL && call == NULL && descriptor == -7);
}

static void money(void)
{
    int64_t cents = 7;
    IS(defacto_money_interest(1, 1, NULL, 0, &cents, NULL), NULL_ARGUMENT);
    IS(defacto_money_interest(1, 1, NOT_UTF8, 2, &cents, NULL), NOT_UTF8);
    IS(defacto_money_interest(1, 1, "1", TOO_LONG, &cents, NULL), BAD_LENGTH);
    IS(defacto_money_interest(1, 1, "1", 1, NULL, NULL), NULL_ARGUMENT);
    IS(defacto_money_interest(1, 1, "many", 4, &cents, NULL), INVALID_INPUT);
    IS(defacto_money_interest(INT64_MAX, INT64_MAX, "99", 2, &cents, NULL), INVALID_INPUT);
    CHECK(cents == 7);
}

/* A handle of another type, or none, is not freed. */
static void frees(void)
{
    defacto_client_free(NULL);
    defacto_client_free(AS(defacto_client, filled));
    defacto_error_free(NULL);
    defacto_error_free(AS(defacto_error, filled));
    defacto_file_free(NULL);
    defacto_file_free(AS(defacto_file, filled));
    defacto_pages_free(NULL);
    defacto_pages_free(AS(defacto_pages, filled));
    defacto_submitted_free(NULL);
    defacto_submitted_free(AS(defacto_submitted, filled));
    defacto_value_free(NULL);
    defacto_value_free(AS(defacto_value, client));
}

static void *everything(void *unused)
{
    operations();
    setters();
    depths();
    getters();
    errors();
    clients();
    lists_and_submitted();
    money();
    frees();
    return unused;
}

int main(int count, char **arguments)
{
    defacto_client *made = NULL;
    defacto_value *settings, *value = NULL;
    defacto_error *error = NULL;
    pthread_t running[8];
    size_t index;

    CHECK(count == 2);
    settings = settings_for(arguments[1]);
    ok(defacto_client_new(settings, &made, &error), error);
    IS(defacto_value_parse("{\"n\":12,\"huge\":1e300,\"s\":\"xy\",\"t\":true}", DEFACTO_TERMINATED,
                           &value),
       OK);
    client = made;
    filled = value;
    everything(NULL);
    for (index = 0; index < sizeof running / sizeof *running; index++)
        CHECK(pthread_create(&running[index], NULL, everything, NULL) == 0);
    for (index = 0; index < sizeof running / sizeof *running; index++)
        CHECK(pthread_join(running[index], NULL) == 0);
    defacto_value_free(value);
    defacto_value_free(settings);
    defacto_client_free(made);
    puts("misuse.c: all passed");
    return 0;
}
