/*
 * Follows the loans of an account: prints every change since it last ran, each
 * once, also after a crash. Made for a cron job.
 *
 *     defacto sandbox            prints a line with its base_url
 *     track BASE_URL FILE        FILE is where it keeps what it knows
 *
 * Ends with 0 when all that is new was printed, 1 otherwise.
 */

#include <stdio.h>
#include <stdlib.h>

#include "defacto.h"

/* Whose changes: another program that reads the same file has its own name. */
#define CONSUMER "printer"

/* Stops the program when a call failed, with what the error says to do. */
static void done(defacto_status status, defacto_error *error)
{
    if (status == DEFACTO_STATUS_OK)
        return;
    fprintf(stderr, "track: status %d: %s\n", (int)status, defacto_error_message(error));
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

/* A tracker is a client too. The client it is made of is not needed beside it. */
static defacto_client *open_tracker(const char *base_url, const char *file)
{
    defacto_client *client = NULL, *tracker = NULL;
    defacto_error *error = NULL;
    defacto_value *settings = defacto_value_new();

    set_text(settings, "/api_key", "any-key-will-do-here");
    set_text(settings, "/base_url", base_url);
    done(defacto_client_new(settings, &client, &error), error);
    defacto_value_free(settings);

    settings = defacto_value_new();
    set_text(settings, "/store", file);
    done(defacto_client_track(client, settings, &tracker, &error), error);
    defacto_value_free(settings);
    defacto_client_free(client);
    return tracker;
}

/* Reads what has changed at the server, and writes it into the file. */
static void catch_up(const defacto_client *tracker)
{
    defacto_error *error = NULL;
    defacto_value *report = NULL;

    done(defacto_tracker_sync(tracker, &report, &error), error);
    defacto_value_free(report);
}

static void print_change(int64_t seq, const defacto_value *next)
{
    const char *status = text_at(next, "/change/status");

    if (*status == '\0')
        status = text_at(next, "/change/to");
    printf("%lld %.10s %s %s %s %s\n", (long long)seq, text_at(next, "/change/latest"),
           text_at(next, "/change/entity"), text_at(next, "/change/id"),
           text_at(next, "/change/kind"), status);
}

/* Prints the next change and notes that it was printed; 0 where there is none. */
static int tell_next(const defacto_client *tracker)
{
    defacto_error *error = NULL;
    defacto_value *next = NULL, *place = NULL, *nothing = NULL;
    int64_t seq = 0;
    int is_there;

    done(defacto_tracker_next_change(tracker, CONSUMER, DEFACTO_TERMINATED, NULL, &next, &error),
         error);
    is_there = defacto_value_get_i64(next, "/change/seq", &seq) == DEFACTO_STATUS_OK;
    if (is_there) {
        print_change(seq, next);
        /* Only now: if the program ends before this, it is told again. */
        place = defacto_value_new();
        done(defacto_value_set_i64(place, "/seq", seq), NULL);
        done(defacto_tracker_acknowledge(tracker, CONSUMER, DEFACTO_TERMINATED, place, &nothing,
                                         &error),
             error);
    }
    defacto_value_free(nothing);
    defacto_value_free(place);
    defacto_value_free(next);
    return is_there;
}

int main(int count, char **arguments)
{
    defacto_client *tracker;

    if (count != 3) {
        fprintf(stderr, "usage: track BASE_URL FILE\n");
        return 1;
    }
    tracker = open_tracker(arguments[1], arguments[2]);
    catch_up(tracker);
    while (tell_next(tracker))
        ;
    defacto_client_free(tracker);
    return 0;
}
