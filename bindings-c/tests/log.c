/* The program's own log: what it is told, on which threads, until when, and
 * that no secret is among it. */

#define _POSIX_C_SOURCE 200809L

#include <pthread.h>

#include "check.h"

struct lines {
    pthread_mutex_t lock;
    pthread_t caller;
    int count, warnings, infos, elsewhere, closed;
    char last[200];
};

static void remember(void *context, defacto_level level, const char *operation, const char *message)
{
    struct lines *lines = context;
    CHECK(pthread_mutex_lock(&lines->lock) == 0);
    CHECK(!lines->closed);
    CHECK(level == DEFACTO_LEVEL_DEBUG || level == DEFACTO_LEVEL_INFO ||
          level == DEFACTO_LEVEL_WARNING);
    CHECK(strchr(operation, '.') != NULL && strstr(message, operation) == message);
    CHECK(strstr(message, KEY) == NULL && strstr(message, "http") == NULL);
    CHECK(strstr(message, "a secret") == NULL);
    lines->count++;
    lines->warnings += level == DEFACTO_LEVEL_WARNING;
    lines->infos += level == DEFACTO_LEVEL_INFO;
    lines->elsewhere += !pthread_equal(pthread_self(), lines->caller);
    snprintf(lines->last, sizeof lines->last, "%s", message);
    CHECK(pthread_mutex_unlock(&lines->lock) == 0);
}

static defacto_client *open_client(const char *base_url, struct lines *lines)
{
    defacto_client *client = NULL;
    defacto_error *error = NULL;
    defacto_value *settings = settings_for(base_url);
    CHECK(defacto_value_set_i64(settings, "/retries", 1) == DEFACTO_STATUS_OK);
    ok(defacto_client_new_logged(settings, remember, lines, &client, &error), error);
    defacto_value_free(settings);
    return client;
}

static void *many_calls(void *client)
{
    int turn;
    for (turn = 0; turn < 25; turn++) {
        defacto_value *out = NULL;
        ok(defacto_testing_hello(client, &out, NULL), NULL);
        defacto_value_free(out);
    }
    return NULL;
}

int main(int count, char **arguments)
{
    struct lines lines = {PTHREAD_MUTEX_INITIALIZER, pthread_self(), 0, 0, 0, 0, 0, ""};
    defacto_client *client;
    defacto_error *error = NULL;
    defacto_submitted *calls[20];
    defacto_value *out = NULL;
    pthread_t running[4];
    size_t index;
    int before;

    CHECK(count == 2);
    client = open_client(arguments[1], &lines);
    CHECK(lines.count == 0);
    ok(defacto_testing_hello(client, &out, &error), error);
    defacto_value_free(out);
    out = NULL;
    /* A blocking call logs where it was called. */
    CHECK(lines.count >= 3 && lines.elsewhere == 0 && lines.warnings == 0);
    CHECK(strstr(lines.last, "testing.hello: done") == lines.last);

    before = lines.count;
    CHECK(defacto_loans_get(client, "a secret", DEFACTO_TERMINATED, &out, NULL) ==
          DEFACTO_STATUS_NOT_FOUND);
    CHECK(lines.count > before && strstr(lines.last, "failed (NotFound)") != NULL);

    for (index = 0; index < sizeof running / sizeof *running; index++)
        CHECK(pthread_create(&running[index], NULL, many_calls, client) == 0);
    for (index = 0; index < sizeof running / sizeof *running; index++)
        CHECK(pthread_join(running[index], NULL) == 0);
    CHECK(lines.elsewhere >= 4 * 25 * 3);

    /* Calls that are under way log no more once the client is freed. */
    for (index = 0; index < sizeof calls / sizeof *calls; index++)
        ok(defacto_client_submit(client, DEFACTO_TESTING_HELLO, NULL, NULL, &calls[index], &error),
           error);
    defacto_client_free(client);
    CHECK(pthread_mutex_lock(&lines.lock) == 0);
    lines.closed = 1;
    CHECK(pthread_mutex_unlock(&lines.lock) == 0);
    for (index = 0; index < sizeof calls / sizeof *calls; index++) {
        ok(defacto_submitted_wait(calls[index], -1, &out, &error), error);
        defacto_value_free(out);
        defacto_submitted_free(calls[index]);
    }

    /* Nobody is there: the second attempt is told of. */
    lines.closed = 0;
    client = open_client("http://127.0.0.1:1", &lines);
    CHECK(defacto_testing_hello(client, &out, NULL) == DEFACTO_STATUS_CONNECTION);
    CHECK(lines.infos == 1);
    defacto_client_free(client);
    puts("log.c: all passed");
    return 0;
}
