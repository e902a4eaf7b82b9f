/* A freed handle is found within limits: as long as its memory is not used
 * again. Valgrind rightly calls this a bug of the program's, so it does not run
 * this one. */

#include "check.h"

int main(int count, char **arguments)
{
    defacto_client *client = NULL;
    defacto_error *error = NULL;
    defacto_file *file = NULL;
    defacto_pages *pages = NULL;
    defacto_submitted *call = NULL;
    defacto_value *settings, *value = defacto_value_new(), *out = NULL;

    CHECK(count == 2);
    settings = settings_for(arguments[1]);
    ok(defacto_client_new(settings, &client, &error), error);
    ok(defacto_loans_list(client, NULL, &pages, &error), error);
    ok(defacto_client_submit(client, DEFACTO_TESTING_HELLO, NULL, NULL, &call, &error), error);
    ok(defacto_file_new("n", 1, "a/b", 3, (const uint8_t *)"x", 1, &file, &error), error);
    CHECK(defacto_testing_hello(NULL, &out, &error) == DEFACTO_STATUS_NULL_ARGUMENT);

    defacto_value_free(value);
    CHECK(defacto_value_set_i64(value, "/a", 1) == DEFACTO_STATUS_WRONG_HANDLE);
    defacto_value_free(value);

    defacto_file_free(file);
    CHECK(defacto_invoices_upload(client, NULL, settings, file, &out, NULL) ==
          DEFACTO_STATUS_WRONG_HANDLE);
    defacto_file_free(file);

    defacto_pages_free(pages);
    CHECK(defacto_pages_next(pages, &out, NULL) == DEFACTO_STATUS_WRONG_HANDLE);
    defacto_pages_free(pages);

    defacto_submitted_free(call);
    CHECK(defacto_submitted_wait(call, -1, &out, NULL) == DEFACTO_STATUS_WRONG_HANDLE);
    defacto_submitted_free(call);

    defacto_error_free(error);
    CHECK(defacto_error_status(error) == DEFACTO_STATUS_WRONG_HANDLE);
    defacto_error_free(error);

    defacto_client_free(client);
    CHECK(defacto_testing_hello(client, &out, NULL) == DEFACTO_STATUS_WRONG_HANDLE);
    defacto_client_free(client);
    CHECK(out == NULL);

    defacto_value_free(settings);
    puts("freed.c: all passed");
    return 0;
}
