/* Just enough HTTP for the sandbox's control API. */
#ifndef CONFORMANCE_HTTP_H
#define CONFORMANCE_HTTP_H

/* Sends "POST /faults" with a body, or NULL, to http://host:port. The answer's
   body, which is freed; ends the program when it is not 2xx. */
char *control(const char *base_url, const char *request, const char *body);

#endif
