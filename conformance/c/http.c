#define _POSIX_C_SOURCE 200809L

#include "http.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int dial(const char *base_url)
{
    char host[128], *port;
    struct addrinfo hints, *found = NULL;
    int connection;
    snprintf(host, sizeof host, "%s", base_url + strlen("http://"));
    port = strchr(host, ':');
    if (port == NULL)
        exit(2);
    *port++ = '\0';
    port[strcspn(port, "/")] = '\0';
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &found) != 0)
        exit(2);
    connection = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (connection < 0 || connect(connection, found->ai_addr, found->ai_addrlen) != 0) {
        perror("the control API");
        exit(2);
    }
    freeaddrinfo(found);
    return connection;
}

char *control(const char *base_url, const char *request, const char *body)
{
    const char *path = strchr(request, ' ') + 1, *text = body == NULL ? "" : body;
    size_t size = strlen(request) + strlen(text) + 256, used = 0, sent = 0, total;
    char *message = malloc(size), *answer = malloc(1), *start;
    int connection = dial(base_url), status = 0;
    ssize_t moved;
    if (message == NULL || answer == NULL)
        exit(2);
    snprintf(message, size,
             "%.*s /_sandbox%s HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n"
             "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
             (int)(path - 1 - request), request, path, strlen(text), text);
    for (total = strlen(message); sent < total; sent += (size_t)moved)
        if ((moved = write(connection, message + sent, total - sent)) <= 0)
            exit(2);
    do {
        answer = realloc(answer, used + 65536 + 1);
        if (answer == NULL)
            exit(2);
        moved = read(connection, answer + used, 65536);
        used += moved > 0 ? (size_t)moved : 0;
    } while (moved > 0);
    answer[used] = '\0';
    close(connection);
    free(message);
    start = strstr(answer, "\r\n\r\n");
    if (sscanf(answer, "HTTP/1.1 %d", &status) != 1 || status / 100 != 2 || start == NULL) {
        fprintf(stderr, "%s: the control API answers: %s\n", request, answer);
        exit(2);
    }
    memmove(answer, start + 4, strlen(start + 4) + 1);
    return answer;
}
