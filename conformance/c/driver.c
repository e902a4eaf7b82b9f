/*
 * Runs the cases of conformance/ through the C library:
 *     driver COMMON.json CASES.json... BASE_URL
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "http.h"
#include "scratch.h"

static const char *base_url;
static defacto_value *common;

/* What a case has come to. */
typedef struct {
    /* The client, and what is called: it or its tracker. */
    defacto_client *plain, *client;
    defacto_value *saved;
    char problem[1024];
} run;

/* What a step gave: a value and what is known of it, or an error. */
typedef struct {
    defacto_value *value, *about;
    defacto_error *error;
} result;

static defacto_value *read_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    size_t size = 1 << 20, used;
    char *text = malloc(size);
    defacto_value *value = NULL;
    if (file == NULL || text == NULL || (used = fread(text, 1, size, file)) == size) {
        fprintf(stderr, "%s cannot be read\n", name);
        exit(2);
    }
    must(defacto_value_parse(text, used, &value), "read a file of cases");
    free(text);
    fclose(file);
    return value;
}

static void set_count(defacto_value *value, const char *pointer, size_t number)
{
    must(defacto_value_set_i64(value, pointer, (int64_t)number), "set a count");
}

/* What is known of an answer, with the headers that the step looks at. */
static defacto_value *about_of(const defacto_value *answer, const defacto_value *step)
{
    static const char *const names[] = {NULL, "New", "Existing", "Unstated"};
    defacto_value *about = defacto_value_new();
    const char *creation = names[defacto_value_creation(answer)], *header = NULL;
    size_t index;
    set_count(about, "/status", defacto_value_status(answer));
    set_count(about, "/attempts", defacto_value_attempts(answer));
    if (creation != NULL)
        put_text(about, "/creation", creation);
    for (index = 0; index < count(step, "/expect"); index++) {
        const char *key = name_at(step, "/expect", index);
        if (strncmp(key, "header:", 7) == 0 &&
            defacto_value_header(answer, key + 7, &header, NULL) == DEFACTO_STATUS_OK) {
            char *at = member("", key);
            put_text(about, at, header);
            free(at);
        }
    }
    return about;
}

static defacto_status open_client(defacto_client **client, const defacto_value *settings,
                                  const char *at, defacto_error **error)
{
    defacto_value *all = parse("{\"api_key\":\"key-0123456789abcdef\",\"backoff\":0.001}");
    size_t index;
    defacto_status status;
    put_text(all, "/base_url", base_url);
    for (index = 0; settings != NULL && index < count(settings, at); index++) {
        const char *name = name_at(settings, at, index);
        char *to = member("", name), *from = member(at, name);
        put(all, to, settings, from);
        free(to);
        free(from);
    }
    status = defacto_client_new(all, client, error);
    defacto_value_free(all);
    return status;
}

static void close_tracker(run *run)
{
    if (run->client != run->plain)
        defacto_client_free(run->client);
    run->client = run->plain;
}

/* NULL for none. */
static void use_client(run *run, defacto_client *client)
{
    close_tracker(run);
    defacto_client_free(run->plain);
    run->plain = run->client = client;
}

/* One that is open is closed before, with its store. */
static void open_tracker(run *run, const defacto_value *step, result *came)
{
    defacto_client *tracker = NULL;
    defacto_value *settings = part(step, "/tracker");
    close_tracker(run);
    if (defacto_client_track(run->plain, settings, &tracker, &came->error) == DEFACTO_STATUS_OK) {
        run->client = tracker;
        came->value = parse("null");
    }
    defacto_value_free(settings);
}

/* The details of an error hold what a case expects of it. */
static bool fails_as(run *run, const defacto_value *step, const char *at,
                     const defacto_error *error)
{
    const defacto_value *details = defacto_error_details(error);
    int64_t code = -1;
    (void)defacto_value_get_i64(details, "/code", &code);
    if (code != (int64_t)defacto_error_status(error)) {
        snprintf(run->problem, sizeof run->problem, "the status is not the code");
        return false;
    }
    return compare(step, at, details, details, run->problem, sizeof run->problem);
}

static bool read_list(run *run, const char *operation, const defacto_value *input,
                      const defacto_value *step, result *came)
{
    defacto_pages *pages = NULL;
    defacto_value *page = NULL, *cursor = NULL;
    bool waits_for_failure = has(step, "/fails"), holds = true;
    int64_t most = INT64_MAX, read = 0;
    defacto_status status;
    size_t index;

    (void)defacto_value_get_i64(step, "/pages", &most);
    status = defacto_client_list(run->client, operation, input, &pages, &came->error);
    if (status != DEFACTO_STATUS_OK)
        return true;
    came->value = parse("[]");
    while (read < most && holds) {
        status = defacto_pages_next(pages, &page, &came->error);
        if (status == DEFACTO_STATUS_OK) {
            for (index = 0; index < count(page, "/data"); index++) {
                char *from = item("/data", index);
                put(came->value, "/-", page, from);
                free(from);
            }
            defacto_value_free(page);
            read++;
        } else if (status == DEFACTO_STATUS_END) {
            break;
        } else if (waits_for_failure) {
            waits_for_failure = false;
            holds = fails_as(run, step, "/fails", came->error);
            defacto_error_free(came->error);
            came->error = NULL;
        } else {
            bool is_retryable = false;
            (void)defacto_value_get_bool(defacto_error_details(came->error), "/is_retryable",
                                         &is_retryable);
            if (!is_retryable && defacto_pages_next(pages, &page, NULL) != DEFACTO_STATUS_END) {
                snprintf(run->problem, sizeof run->problem, "the list goes on after its end");
                holds = false;
            }
            break;
        }
    }
    if (holds && waits_for_failure) {
        snprintf(run->problem, sizeof run->problem, "no page failed");
        holds = false;
    }
    came->about = defacto_value_new();
    set_count(came->about, "/count", count(came->value, ""));
    set_count(came->about, "/pages", (size_t)read);
    if (defacto_pages_cursor(pages, &cursor) == DEFACTO_STATUS_OK)
        put(came->about, "/cursor", cursor, "");
    defacto_value_free(cursor);
    defacto_pages_free(pages);
    return holds;
}

/* C has a function a waiter, so their names are here. */
static void wait_for(const run *run, const char *name, const defacto_value *input, result *came)
{
    char *loan = text_at(input, "/path/loan_id");
    defacto_value *wait = part(input, "/wait");
    if (strcmp(name, DEFACTO_LOANS_WAIT_FOR) != 0)
        exit(2);
    (void)defacto_loans_wait_for(run->client, loan, DEFACTO_TERMINATED, wait, &came->value,
                                 &came->error);
    defacto_value_free(wait);
    free(loan);
}

/* `name` is the method and the path. */
static void send_raw(const run *run, char *name, const defacto_value *input, result *came)
{
    char *path = strchr(name, ' ');
    if (path == NULL)
        exit(2);
    *path++ = '\0';
    (void)defacto_client_raw(run->client, name, path, DEFACTO_TERMINATED, input, NULL,
                             &came->value, &came->error);
}

/* And a function a verb of the library. */
static void call_function(const char *name, const defacto_value *input, result *came)
{
    int64_t outstanding = 0, days = 0, cents = 0;
    char *rate = text_at(input, "/daily_rate");
    if (strcmp(name, "money.interest") != 0)
        exit(2);
    (void)defacto_value_get_i64(input, "/outstanding", &outstanding);
    (void)defacto_value_get_i64(input, "/days", &days);
    if (defacto_money_interest(outstanding, days, rate, DEFACTO_TERMINATED, &cents,
                               &came->error) == DEFACTO_STATUS_OK) {
        came->value = defacto_value_new();
        must(defacto_value_set_i64(came->value, "", cents), "set a number");
    }
    free(rate);
}

static void read_journal(const char *operation, result *came)
{
    char request[128], *answer;
    defacto_value *journal;
    size_t index, acted = 0, requests;
    snprintf(request, sizeof request, "GET /journal?operation=%s", operation);
    answer = control(base_url, request, NULL);
    journal = parse(answer);
    requests = count(journal, "/requests");
    for (index = 0; index < requests; index++) {
        char pointer[64];
        bool did = false;
        snprintf(pointer, sizeof pointer, "/requests/%zu/acted", index);
        (void)defacto_value_get_bool(journal, pointer, &did);
        acted += did;
    }
    came->value = part(journal, "/requests");
    came->about = defacto_value_new();
    set_count(came->about, "/requests", requests);
    set_count(came->about, "/acted", acted);
    defacto_value_free(journal);
    free(answer);
}

static bool save(run *run, const defacto_value *step, const result *came)
{
    size_t index;
    for (index = 0; index < count(step, "/save"); index++) {
        const char *name = name_at(step, "/save", index);
        char *at = member("/save", name), *from = text_at(step, at), *to = member("", name);
        char *known = member("", from);
        bool is_about = came->about != NULL && has(came->about, known);
        bool is_there = is_about || has(came->value, from);
        if (is_there)
            put(run->saved, to, is_about ? came->about : came->value, is_about ? known : from);
        else
            snprintf(run->problem, sizeof run->problem, "%s is not there to save", from);
        free(at);
        free(from);
        free(to);
        free(known);
        if (!is_there)
            return false;
    }
    return true;
}

/* The call of a step, with the file of its input if it has one. */
static void call(const run *run, const char *operation, const defacto_value *input, result *came)
{
    char *name = text_at(input, "/file/name"), *text = text_at(input, "/file/text");
    defacto_value *sent = parse("{}");
    defacto_file *file = NULL;
    size_t index;
    for (index = 0; index < count(input, ""); index++) {
        const char *part = name_at(input, "", index);
        char *at = member("", part);
        if (strcmp(part, "file") != 0)
            put(sent, at, input, at);
        free(at);
    }
    if (name != NULL && text != NULL)
        must(defacto_file_new(name, DEFACTO_TERMINATED, "application/pdf", DEFACTO_TERMINATED,
                              (const uint8_t *)text, strlen(text), &file, NULL),
             "make a file");
    (void)defacto_client_call(run->client, operation, sent, file, &came->value, &came->error);
    defacto_file_free(file);
    defacto_value_free(sent);
    free(name);
    free(text);
}

/* Does what the step says; false with a problem. */
static bool act(run *run, const defacto_value *step, result *came)
{
    defacto_value *input = part(step, "/input");
    char *name;
    bool holds = true;
    size_t index;
    if ((name = text_at(step, "/call")) != NULL) {
        call(run, name, input, came);
    } else if ((name = text_at(step, "/wait")) != NULL) {
        wait_for(run, name, input, came);
    } else if ((name = text_at(step, "/raw")) != NULL) {
        send_raw(run, name, input, came);
    } else if ((name = text_at(step, "/list")) != NULL) {
        holds = read_list(run, name, input, step, came);
    } else if ((name = text_at(step, "/function")) != NULL) {
        call_function(name, input, came);
    } else if ((name = text_at(step, "/control")) != NULL) {
        char *body = json_at(step, "/body"), *answer = control(base_url, name, body);
        came->value = parse(answer[0] == '\0' ? "null" : answer);
        free(answer);
        free(body);
    } else if ((name = text_at(step, "/journal")) != NULL) {
        read_journal(name, came);
    } else if (has(step, "/client")) {
        defacto_client *opened = NULL;
        if (open_client(&opened, step, "/client", &came->error) == DEFACTO_STATUS_OK) {
            use_client(run, opened);
            came->value = parse("null");
        }
    } else if (has(step, "/tracker")) {
        open_tracker(run, step, came);
    } else {
        for (index = 0; index < count(step, "/let"); index++) {
            const char *what = name_at(step, "/let", index);
            char *from = member("/let", what), *to = member("", what);
            put(run->saved, to, step, from);
            free(from);
            free(to);
        }
        came->value = parse("null");
    }
    if (came->about == NULL && defacto_value_status(came->value) != 0)
        came->about = about_of(came->value, step);
    free(name);
    defacto_value_free(input);
    return holds;
}

static bool run_step(run *run, const defacto_value *cases, const char *at)
{
    defacto_value *step = defacto_value_new();
    result came = {NULL, NULL, NULL};
    bool holds;
    fill(step, "", cases, at, run->saved);
    holds = act(run, step, &came);
    if (!holds) {
        /* It says why. */
    } else if (came.error != NULL) {
        holds = has(step, "/error");
        if (holds)
            holds = fails_as(run, step, "/error", came.error);
        else
            snprintf(run->problem, sizeof run->problem, "%s", defacto_error_message(came.error));
    } else if (has(step, "/error")) {
        snprintf(run->problem, sizeof run->problem, "an error was expected");
        holds = false;
    } else {
        holds = save(run, step, &came) && compare(step, "/expect", came.value, came.about,
                                                  run->problem, sizeof run->problem);
    }
    defacto_value_free(step);
    defacto_value_free(came.value);
    defacto_value_free(came.about);
    defacto_error_free(came.error);
    return holds;
}

static bool run_steps(run *run, const defacto_value *cases, const char *at)
{
    size_t index;
    bool holds = true;
    for (index = 0; index < count(cases, at) && holds; index++) {
        char *step = item(at, index), *use = member(step, "use"), *name = text_at(cases, use);
        if (name != NULL) {
            char *shared = member("", name);
            holds = run_steps(run, common, shared);
            free(shared);
        } else {
            holds = run_step(run, cases, step);
        }
        if (!holds) {
            char told[sizeof run->problem];
            snprintf(told, sizeof told, "step %zu: %.900s", index, run->problem);
            memcpy(run->problem, told, sizeof told);
        }
        free(name);
        free(use);
        free(step);
    }
    return holds;
}

static bool run_case(const defacto_value *cases, const char *at, char *problem, size_t size)
{
    run run = {NULL, NULL, defacto_value_new(), ""};
    defacto_error *error = NULL;
    char *steps = member(at, "steps"), *scratch = make_scratch();
    bool holds;
    free(control(base_url, "POST /reset", NULL));
    free(control(base_url, "PUT /settings",
                 "{\"salt_replay\":\"existing\",\"policy\":\"guide\"}"));
    put_text(run.saved, "/base_url", base_url);
    put_text(run.saved, "/scratch", scratch);
    must(open_client(&run.plain, NULL, "", &error), "open a client");
    run.client = run.plain;
    holds = run_steps(&run, cases, steps);
    snprintf(problem, size, "%s", run.problem);
    use_client(&run, NULL);
    remove_scratch(scratch);
    defacto_value_free(run.saved);
    free(scratch);
    free(steps);
    return holds;
}

int main(int argument_count, char **arguments)
{
    int argument, passed = 0, failed = 0, known = 0, skipped = 0;
    if (argument_count < 4)
        return 2;
    base_url = arguments[argument_count - 1];
    common = read_file(arguments[1]);
    for (argument = 2; argument < argument_count - 1; argument++) {
        defacto_value *cases = read_file(arguments[argument]);
        size_t index;
        for (index = 0; index < count(cases, ""); index++) {
            char *at = item("", index), *known_at = member(at, "known");
            char *name_pointer = member(at, "name"), *name = text_at(cases, name_pointer);
            char *skip = member(at, "skip"), *skip_c = member(skip, "c"), problem[1024];
            bool is_known = has(cases, known_at);
            if (has(cases, skip_c)) {
                skipped++;
            } else if (run_case(cases, at, problem, sizeof problem) != is_known) {
                passed += !is_known;
                known += is_known;
            } else {
                failed++;
                fprintf(stderr, "%s: %s\n", name, is_known ? "passes, so not known" : problem);
            }
            free(at);
            free(known_at);
            free(name_pointer);
            free(name);
            free(skip);
            free(skip_c);
        }
        defacto_value_free(cases);
    }
    defacto_value_free(common);
    printf("c: %d passed, %d failed, %d known, %d skipped\n", passed, failed, known, skipped);
    return failed != 0;
}
