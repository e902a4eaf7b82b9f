/* A folder for what a case writes. */
#ifndef CONFORMANCE_SCRATCH_H
#define CONFORMANCE_SCRATCH_H

/* Makes a new one in TMPDIR. Its path is freed; the program ends where none can
   be made. */
char *make_scratch(void);
/* Removes it with the files in it. */
void remove_scratch(const char *folder);

#endif
