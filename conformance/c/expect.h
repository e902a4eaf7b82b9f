/* What a case refers to and expects; conformance/README.md has the rules. */
#ifndef CONFORMANCE_EXPECT_H
#define CONFORMANCE_EXPECT_H

#include "json.h"

/* Writes what is at `at` of `from` with everything saved put in. */
void fill(defacto_value *into, const char *pointer, const defacto_value *from, const char *at,
          const defacto_value *saved);

/* Whether each of the keys at `at` of `step` holds: pointers into `value`,
   names in `about`. Says in `problem` which does not. */
bool compare(const defacto_value *step, const char *at, const defacto_value *value,
             const defacto_value *about, char *problem, size_t size);

#endif
