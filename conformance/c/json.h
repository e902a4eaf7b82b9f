/* What the driver needs of JSON beside defacto.h. Every char * is freed. */
#ifndef CONFORMANCE_JSON_H
#define CONFORMANCE_JSON_H

#include "defacto.h"

/* Ends the program when a call that cannot fail did. */
void must(defacto_status status, const char *what);
char *copy(const char *text);
/* The pointer to a member or an item. */
char *member(const char *pointer, const char *name);
char *item(const char *pointer, size_t index);
bool has(const defacto_value *value, const char *pointer);
size_t count(const defacto_value *value, const char *pointer);
const char *name_at(const defacto_value *value, const char *pointer, size_t place);
/* The shape of what is there; DEFACTO_SHAPE_NULL where nothing is. */
defacto_shape shape_at(const defacto_value *value, const char *pointer);
/* A text as it is, anything else as JSON; NULL where nothing or null is. */
char *text_at(const defacto_value *value, const char *pointer);
char *json_at(const defacto_value *value, const char *pointer);
defacto_value *parse(const char *json);
/* A copy of a part; NULL where nothing is. */
defacto_value *part(const defacto_value *value, const char *pointer);
void put(defacto_value *into, const char *pointer, const defacto_value *from,
         const char *from_pointer);
void put_json(defacto_value *into, const char *pointer, const char *json);
void put_text(defacto_value *into, const char *pointer, const char *text);

#endif
