/* What a process may do with the handles of the one it was forked from: free
 * them. Everything else gives a status, and nothing waits for ever. */

#define _POSIX_C_SOURCE 200809L

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void no_log(void *context, defacto_level level, const char *operation, const char *message)
{
    (void)level, (void)operation, (void)message;
    ++*(int *)context;
}

struct handles {
    const char *base_url;
    defacto_client *client;
    defacto_client *logged;
    defacto_client *tracker;
    defacto_pages *pages;
    defacto_submitted *running, *ended;
};

static void child(struct handles *mine)
{
    defacto_error *error = NULL;
    defacto_value *out = NULL, *settings = settings_for(mine->base_url);
    defacto_submitted *call = NULL;
    defacto_client *fresh = NULL;
    int32_t descriptor = -1;

    alarm(60);
    CHECK(defacto_testing_hello(mine->client, &out, &error) == DEFACTO_STATUS_CONFIGURATION);
    CHECK(strstr(defacto_error_message(error), "fork") != NULL);
    defacto_error_free(error);
    error = NULL;
    CHECK(defacto_testing_hello(mine->logged, &out, NULL) == DEFACTO_STATUS_CONFIGURATION);
    CHECK(defacto_client_submit(mine->client, DEFACTO_TESTING_HELLO, NULL, NULL, &call, NULL) ==
          DEFACTO_STATUS_CONFIGURATION);
    CHECK(defacto_pages_next(mine->pages, &out, NULL) == DEFACTO_STATUS_CONFIGURATION);
    CHECK(defacto_tracker_health(mine->tracker, &out, NULL) == DEFACTO_STATUS_CONFIGURATION);
    CHECK(defacto_client_track(mine->client, settings, &fresh, NULL) ==
          DEFACTO_STATUS_CONFIGURATION);

    CHECK(defacto_submitted_wait(mine->running, -1, &out, &error) == DEFACTO_STATUS_CONFIGURATION);
    CHECK(strstr(defacto_error_message(error), "fork") != NULL);
    defacto_error_free(error);
    error = NULL;
    CHECK(defacto_submitted_wait(mine->ended, -1, &out, NULL) == DEFACTO_STATUS_CONFIGURATION);
    CHECK(defacto_submitted_is_done(mine->running));
    CHECK(defacto_submitted_descriptor(mine->running, &descriptor, NULL) ==
          DEFACTO_STATUS_CONFIGURATION);
    defacto_submitted_cancel(mine->running);
    CHECK(out == NULL && call == NULL && descriptor == -1);

    defacto_submitted_free(mine->running);
    defacto_submitted_free(mine->ended);
    defacto_pages_free(mine->pages);
    defacto_client_free(mine->tracker);
    defacto_client_free(mine->client);
    defacto_client_free(mine->logged);

    /* A new client works, in both ways. */
    ok(defacto_client_new(settings, &fresh, &error), error);
    ok(defacto_testing_hello(fresh, &out, &error), error);
    defacto_value_free(out);
    ok(defacto_client_submit(fresh, DEFACTO_TESTING_HELLO, NULL, NULL, &call, &error), error);
    ok(defacto_submitted_wait(call, -1, &out, &error), error);
    defacto_value_free(out);
    defacto_submitted_free(call);
    defacto_client_free(fresh);
    defacto_value_free(settings);

    /* Another program, so that nobody looks for what the parent's threads held. */
    execl("/bin/true", "true", (char *)NULL);
    _exit(1);
}

int main(int count, char **arguments)
{
    struct handles mine = {NULL, NULL, NULL, NULL, NULL, NULL, NULL};
    defacto_error *error = NULL;
    defacto_value *settings, *kept = defacto_value_new(), *out = NULL;
    struct pollfd poller = {-1, 0, 0};
    int lines = 0, turn, result = 0;

    CHECK(count == 2);
    mine.base_url = arguments[1];
    settings = settings_for(arguments[1]);
    set(kept, "/store", "memory");
    for (turn = 0; turn < 10; turn++) {
        pid_t pid;
        ok(defacto_client_new(settings, &mine.client, &error), error);
        ok(defacto_client_new_logged(settings, no_log, &lines, &mine.logged, &error), error);
        ok(defacto_testing_hello(mine.logged, &out, &error), error);
        defacto_value_free(out);
        out = NULL;
        CHECK(lines > 0);
        ok(defacto_client_track(mine.client, kept, &mine.tracker, &error), error);
        ok(defacto_loans_list(mine.client, NULL, &mine.pages, &error), error);
        ok(defacto_client_submit(mine.client, DEFACTO_TESTING_HELLO, NULL, NULL, &mine.ended,
                                 &error),
           error);
        poller.events = POLLIN;
        ok(defacto_submitted_descriptor(mine.ended, &poller.fd, &error), error);
        CHECK(poll(&poller, 1, 20000) == 1 && defacto_submitted_is_done(mine.ended));
        ok(defacto_client_submit(mine.client, DEFACTO_TESTING_HELLO, NULL, NULL, &mine.running,
                                 &error),
           error);

        pid = fork();
        CHECK(pid >= 0);
        if (pid == 0)
            child(&mine);
        CHECK(waitpid(pid, &result, 0) == pid);
        CHECK(WIFEXITED(result) && WEXITSTATUS(result) == 0);

        /* The parent goes on as if nothing had happened. */
        ok(defacto_submitted_wait(mine.running, -1, &out, &error), error);
        defacto_value_free(out);
        out = NULL;
        ok(defacto_testing_hello(mine.client, &out, &error), error);
        defacto_value_free(out);
        out = NULL;
        ok(defacto_tracker_health(mine.tracker, &out, &error), error);
        defacto_value_free(out);
        out = NULL;
        defacto_client_free(mine.tracker);
        defacto_submitted_free(mine.running);
        defacto_submitted_free(mine.ended);
        defacto_pages_free(mine.pages);
        defacto_client_free(mine.client);
        defacto_client_free(mine.logged);
    }
    defacto_value_free(kept);
    defacto_value_free(settings);
    puts("fork.c: all passed");
    return 0;
}
