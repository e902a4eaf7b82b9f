/*
 * One side of a benchmark: reads how many calls to make, says what they cost.
 *
 *     worker defacto|curl get URL LOAN BODY
 */

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "defacto.h"

static void must(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "worker: %s\n", what);
        exit(1);
    }
}

/* The client, and what a program looks at in a loan. */

static defacto_client *client;

static void open_defacto(const char *url)
{
    defacto_value *settings = defacto_value_new();
    must(defacto_value_set_text(settings, "/api_key", "bench-0123456789", DEFACTO_TERMINATED) == DEFACTO_STATUS_OK &&
             defacto_value_set_text(settings, "/base_url", url, DEFACTO_TERMINATED) == DEFACTO_STATUS_OK &&
             defacto_client_new(settings, &client, NULL) == DEFACTO_STATUS_OK,
         "no client");
    defacto_value_free(settings);
}

static void get_defacto(const char *loan)
{
    defacto_value *value = NULL;
    const char *status = NULL;
    must(defacto_loans_get(client, loan, DEFACTO_TERMINATED, &value, NULL) == DEFACTO_STATUS_OK &&
             defacto_value_get_text(value, "/status", &status, NULL) == DEFACTO_STATUS_OK &&
             strcmp(status, "TO_REPAY") == 0,
         "not the loan");
    defacto_value_free(value);
}

/* libcurl, which only collects the bytes. */

static CURL *curl;
static char address[512];
static size_t received;

static size_t collect(char *bytes, size_t size, size_t count, void *into)
{
    size_t length = size * count;
    must(received + length <= 65536, "too large");
    memcpy((char *)into + received, bytes, length);
    received += length;
    return length;
}

static void open_curl(const char *url, const char *loan)
{
    static char body[65536];
    static struct curl_slist *headers;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl = curl_easy_init();
    must(curl != NULL, "no curl");
    snprintf(address, sizeof address, "%s/loan/%s", url, loan);
    headers = curl_slist_append(headers, "authorization: Bearer bench-0123456789");
    headers = curl_slist_append(headers, "accept: application/json");
    curl_easy_setopt(curl, CURLOPT_URL, address);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 30000L);
}

static void get_curl(const char *loan)
{
    (void)loan;
    received = 0;
    must(curl_easy_perform(curl) == CURLE_OK && received > 2000, "not the loan");
}

static double seconds(clockid_t of)
{
    struct timespec time;
    clock_gettime(of, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments)
{
    char line[32];
    int ours;

    must(count == 6, "worker defacto|curl get URL LOAN BODY");
    ours = strcmp(arguments[1], "defacto") == 0;
    if (ours)
        open_defacto(arguments[3]);
    else
        open_curl(arguments[3], arguments[4]);
    while (fgets(line, sizeof line, stdin) != NULL) {
        struct rusage usage;
        long calls = atol(line), call;
        double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
        for (call = 0; call < calls; call++)
            (ours ? get_defacto : get_curl)(arguments[4]);
        cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        wall = seconds(CLOCK_MONOTONIC) - wall;
        getrusage(RUSAGE_SELF, &usage);
        printf("%.9f %.9f %ld\n", cpu, wall, usage.ru_maxrss * 1024);
        fflush(stdout);
    }
    defacto_client_free(client);
    curl_easy_cleanup(curl);
    return 0;
}
