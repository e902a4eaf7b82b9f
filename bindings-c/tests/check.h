/* What every C test needs. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "defacto.h"

#define KEY "k-123456789"

static void check(int holds, const char *what, const char *file, int line)
{
    if (!holds) {
        fprintf(stderr, "%s:%d: %s\n", file, line, what);
        exit(1);
    }
}
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)

/* Ends the program when a call failed, with what the error says. */
static void ok(defacto_status status, defacto_error *error)
{
    if (status != DEFACTO_STATUS_OK) {
        fprintf(stderr, "status %d: %s\n", (int)status, defacto_error_message(error));
        exit(1);
    }
}

static void set(defacto_value *value, const char *pointer, const char *text)
{
    CHECK(defacto_value_set_text(value, pointer, text, DEFACTO_TERMINATED) == DEFACTO_STATUS_OK);
}

static defacto_value *settings_for(const char *base_url)
{
    defacto_value *settings = defacto_value_new();
    set(settings, "/api_key", KEY);
    set(settings, "/base_url", base_url);
    return settings;
}
