#define _POSIX_C_SOURCE 200809L

#include "scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "json.h"

char *make_scratch(void)
{
    const char *place = getenv("TMPDIR");
    char folder[512];
    snprintf(folder, sizeof folder, "%s/defacto-XXXXXX", place == NULL ? "/tmp" : place);
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        exit(2);
    }
    return copy(folder);
}

void remove_scratch(const char *folder)
{
    DIR *listed = opendir(folder);
    struct dirent *entry;
    while (listed != NULL && (entry = readdir(listed)) != NULL) {
        char *file = member(folder, entry->d_name);
        /* Neither the folder itself nor what its store takes away itself. */
        (void)unlink(file);
        free(file);
    }
    if (listed != NULL)
        closedir(listed);
    if (rmdir(folder) != 0)
        perror(folder);
}
