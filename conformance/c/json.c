#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void must(defacto_status status, const char *what)
{
    if (status != DEFACTO_STATUS_OK) {
        fprintf(stderr, "the driver cannot %s: status %d\n", what, (int)status);
        exit(2);
    }
}

char *copy(const char *text)
{
    size_t length = strlen(text) + 1;
    char *copied = malloc(length);
    if (copied == NULL)
        exit(2);
    return memcpy(copied, text, length);
}

char *member(const char *pointer, const char *name)
{
    size_t at = strlen(pointer);
    char *made = malloc(at + 2 * strlen(name) + 2);
    if (made == NULL)
        exit(2);
    memcpy(made, pointer, at);
    made[at++] = '/';
    for (; *name != '\0'; name++) {
        if (*name == '~' || *name == '/') {
            made[at++] = '~';
            made[at++] = *name == '~' ? '0' : '1';
        } else {
            made[at++] = *name;
        }
    }
    made[at] = '\0';
    return made;
}

char *item(const char *pointer, size_t index)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", index);
    return member(pointer, text);
}

bool has(const defacto_value *value, const char *pointer)
{
    defacto_shape shape;
    return defacto_value_shape(value, pointer, &shape) == DEFACTO_STATUS_OK;
}

defacto_shape shape_at(const defacto_value *value, const char *pointer)
{
    defacto_shape shape = DEFACTO_SHAPE_NULL;
    (void)defacto_value_shape(value, pointer, &shape);
    return shape;
}

size_t count(const defacto_value *value, const char *pointer)
{
    size_t members = 0;
    (void)defacto_value_count(value, pointer, &members);
    return members;
}

const char *name_at(const defacto_value *value, const char *pointer, size_t place)
{
    const char *name = NULL;
    must(defacto_value_name(value, pointer, place, &name, NULL), "read a name");
    return name;
}

char *text_at(const defacto_value *value, const char *pointer)
{
    const char *text = NULL;
    if (defacto_value_get_text(value, pointer, &text, NULL) == DEFACTO_STATUS_OK)
        return copy(text);
    return json_at(value, pointer);
}

char *json_at(const defacto_value *value, const char *pointer)
{
    const char *json = NULL;
    char *copied;
    defacto_value *found;
    if (shape_at(value, pointer) == DEFACTO_SHAPE_NULL)
        return NULL;
    found = part(value, pointer);
    must(defacto_value_json(found, &json, NULL), "write JSON");
    copied = copy(json);
    defacto_value_free(found);
    return copied;
}

defacto_value *parse(const char *json)
{
    defacto_value *value = NULL;
    must(defacto_value_parse(json, DEFACTO_TERMINATED, &value), "read JSON");
    return value;
}

defacto_value *part(const defacto_value *value, const char *pointer)
{
    defacto_value *copied;
    if (!has(value, pointer))
        return NULL;
    copied = defacto_value_new();
    put(copied, "", value, pointer);
    return copied;
}

void put(defacto_value *into, const char *pointer, const defacto_value *from,
         const char *from_pointer)
{
    if (shape_at(from, from_pointer) == DEFACTO_SHAPE_NULL)
        must(defacto_value_set_null(into, pointer), "set null");
    else
        must(defacto_value_set_value(into, pointer, from, from_pointer), "copy");
}

void put_json(defacto_value *into, const char *pointer, const char *json)
{
    defacto_value *value = parse(json);
    put(into, pointer, value, "");
    defacto_value_free(value);
}

void put_text(defacto_value *into, const char *pointer, const char *text)
{
    must(defacto_value_set_text(into, pointer, text, DEFACTO_TERMINATED), "set a text");
}
