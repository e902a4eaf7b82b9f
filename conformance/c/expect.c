#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text with each ${name} replaced. */
static char *filled_text(const char *text, const defacto_value *saved)
{
    char *made = copy("");
    const char *open;
    while ((open = strstr(text, "${")) != NULL) {
        const char *close = strchr(open, '}');
        char name[64], *pointer, *with, *longer;
        if (close == NULL || (size_t)(close - open) > sizeof name)
            break;
        snprintf(name, sizeof name, "%.*s", (int)(close - open - 2), open + 2);
        pointer = member("", name);
        with = text_at(saved, pointer);
        if (with == NULL) {
            fprintf(stderr, "nothing is saved as %s\n", name);
            exit(2);
        }
        longer = malloc(strlen(made) + (size_t)(open - text) + strlen(with) + 1);
        if (longer == NULL)
            exit(2);
        sprintf(longer, "%s%.*s%s", made, (int)(open - text), text, with);
        free(made);
        free(with);
        free(pointer);
        made = longer;
        text = close + 1;
    }
    made = realloc(made, strlen(made) + strlen(text) + 1);
    if (made == NULL)
        exit(2);
    return strcat(made, text);
}

static void fill_text(defacto_value *into, const char *pointer, const defacto_value *from,
                      const char *at, const defacto_value *saved)
{
    char *text = text_at(from, at), *close;
    if (strncmp(text, "${", 2) == 0 && (close = strchr(text, '}')) != NULL && close[1] == '\0') {
        char *name;
        *close = '\0';
        name = member("", text + 2);
        if (!has(saved, name)) {
            fprintf(stderr, "nothing is saved as %s\n", text + 2);
            exit(2);
        }
        put(into, pointer, saved, name);
        free(name);
    } else if (strstr(text, "${") != NULL) {
        char *filled = filled_text(text, saved);
        put_text(into, pointer, filled);
        free(filled);
    } else {
        /* As it is: a text may have a NUL inside. */
        put(into, pointer, from, at);
    }
    free(text);
}

static void fill_members(defacto_value *into, const char *pointer, const defacto_value *from,
                         const char *at, const defacto_value *saved)
{
    size_t index, members = count(from, at);
    for (index = 0; index < members; index++) {
        const char *name = name_at(from, at, index);
        char *to = member(pointer, name), *source = member(at, name);
        fill(into, to, from, source, saved);
        free(to);
        free(source);
    }
}

void fill(defacto_value *into, const char *pointer, const defacto_value *from, const char *at,
          const defacto_value *saved)
{
    size_t index;
    char *with;
    switch (shape_at(from, at)) {
    case DEFACTO_SHAPE_TEXT:
        fill_text(into, pointer, from, at, saved);
        break;
    case DEFACTO_SHAPE_LIST:
        put_json(into, pointer, "[]");
        for (index = 0; index < count(from, at); index++) {
            char *to = item(pointer, index), *source = item(at, index);
            fill(into, to, from, source, saved);
            free(to);
            free(source);
        }
        break;
    case DEFACTO_SHAPE_OBJECT:
        put_json(into, pointer, "{}");
        with = member(at, "$with");
        if (!has(from, with))
            fill_members(into, pointer, from, at, saved);
        for (index = 0; index < count(from, with); index++) {
            char *source = item(with, index);
            defacto_value *filled = defacto_value_new();
            fill(filled, "", from, source, saved);
            /* Filled already, so nothing saved is needed. */
            fill_members(into, pointer, filled, "", saved);
            defacto_value_free(filled);
            free(source);
        }
        free(with);
        break;
    default:
        put(into, pointer, from, at);
    }
}

/* Microseconds since 1970 of RFC 3339 text; false when it is none. */
static bool instant(const char *text, long long *out)
{
    int year, month, day, hour, minute, second, used = 0, hours, minutes;
    long long micros = 0, days, scale = 100000;
    if (sscanf(text, "%d-%d-%dT%d:%d:%d%n", &year, &month, &day, &hour, &minute, &second, &used) !=
        6)
        return false;
    text += used;
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9'; text++, scale /= 10)
            micros += (*text - '0') * scale;
    /* Howard Hinnant's days from civil. */
    year -= month <= 2;
    days = (long long)year * 365 + year / 4 - year / 100 + year / 400 +
           (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1 - 719468;
    *out = ((days * 24 + hour) * 60 + minute) * 60 + second;
    if (*text == '+' || *text == '-') {
        if (sscanf(text + 1, "%d:%d", &hours, &minutes) != 2)
            return false;
        *out -= (*text == '-' ? -60LL : 60LL) * (hours * 60 + minutes);
    } else if (*text != 'Z') {
        return false;
    }
    *out = *out * 1000000 + micros;
    return true;
}

static bool rule_holds(const char *rule, const char *argument, const defacto_value *found,
                       const char *at)
{
    char *text = found == NULL ? NULL : text_at(found, at);
    bool holds = false;
    long long left, right;
    size_t length = 0;
    const char *byte;
    if (strcmp(rule, "$absent") == 0) {
        holds = text == NULL;
    } else if (text == NULL) {
        holds = false;
    } else if (strcmp(rule, "$present") == 0) {
        holds = true;
    } else if (strcmp(rule, "$contains") == 0) {
        holds = strstr(text, argument) != NULL;
    } else if (strcmp(rule, "$lacks") == 0) {
        holds = strstr(text, argument) == NULL;
    } else if (strcmp(rule, "$length") == 0) {
        if (shape_at(found, at) == DEFACTO_SHAPE_LIST)
            length = count(found, at);
        else
            for (byte = text; *byte != '\0'; byte++)
                length += ((unsigned char)*byte & 0xC0) != 0x80;
        holds = length == (size_t)atoll(argument);
    } else if (strcmp(rule, "$integer") == 0) {
        holds = shape_at(found, at) == DEFACTO_SHAPE_NUMBER && strcmp(text, argument) == 0;
    } else if (strcmp(rule, "$decimal") == 0) {
        holds = strcmp(text, argument) == 0;
    } else if (strcmp(rule, "$time") == 0) {
        holds = instant(text, &left) && instant(argument, &right) && left == right;
    }
    free(text);
    return holds;
}

static bool equal(const defacto_value *expected, const char *at, const defacto_value *found,
                  const char *found_at)
{
    char *left = json_at(expected, at), *right = found == NULL ? NULL : json_at(found, found_at);
    bool is_equal = left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
    /* 60 is 60.0 here: faces write times in seconds either way. */
    if (!is_equal && left != NULL && right != NULL && strchr(right, '.') != NULL &&
        shape_at(expected, at) == DEFACTO_SHAPE_NUMBER &&
        shape_at(found, found_at) == DEFACTO_SHAPE_NUMBER)
        is_equal = strtod(left, NULL) == strtod(right, NULL);
    free(left);
    free(right);
    return is_equal;
}

bool compare(const defacto_value *step, const char *at, const defacto_value *value,
             const defacto_value *about, char *problem, size_t size)
{
    size_t index, members = count(step, at);
    bool holds = true;
    for (index = 0; index < members && holds; index++) {
        const char *key = name_at(step, at, index);
        bool is_pointer = key[0] == '\0' || key[0] == '/';
        const defacto_value *in = is_pointer ? value : about;
        char *expected = member(at, key), *found = is_pointer ? copy(key) : member("", key);
        const char *first = "";
        if (shape_at(step, expected) == DEFACTO_SHAPE_OBJECT && count(step, expected) == 1)
            first = name_at(step, expected, 0);
        if (first[0] == '$') {
            char *pointer = member(expected, first), *argument = text_at(step, pointer);
            holds = rule_holds(first, argument, in, found);
            free(argument);
            free(pointer);
        } else {
            holds = equal(step, expected, in, found);
        }
        if (!holds) {
            char *wanted = json_at(step, expected), *is = in == NULL ? NULL : json_at(in, found);
            snprintf(problem, size, "\"%s\" should be %s and is %.200s", key,
                     wanted == NULL ? "null" : wanted, is == NULL ? "null" : is);
            free(wanted);
            free(is);
        }
        free(expected);
        free(found);
    }
    return holds;
}
