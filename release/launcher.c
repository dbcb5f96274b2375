/* The single file: a folder with a program in it, packed behind this launcher, which unpacks it once and then starts it.
 *
 * It stands in the user's own cache, under the digest of its content, in a folder that nobody else may open; what is not there
 * whole is unpacked anew. Where the cache cannot be had (no home, not the user's own, nothing may be run from it), it is unpacked
 * for this one run into a new temporary folder, which goes with it. `release/single.py` says how the content is laid out.
 */
#include <stdio.h>
#include <stdlib.h>
#include "inflate.h"

#if defined(__APPLE__)
#define SECTION ".section __TEXT,__const\n"
#define NAME(name) "_" name
#elif defined(_WIN32)
#define SECTION ".section .rdata,\"dr\"\n"
#define NAME(name) name
#else
#define SECTION ".section .rodata\n"
#define NAME(name) name
#endif
__asm__(SECTION ".balign 16\n.globl " NAME("content") "\n" NAME("content") ":\n.incbin \"content\"\n.byte 0\n.text\n");
extern const uint8_t content[];

enum { NO_MEANS = 71, LONGEST_PATH = 4096 };
typedef enum { PLAIN = 0, PROGRAM = 1, LINK = 2 } Kind;

typedef struct {
    Kind kind;
    uint32_t size, packed;
    char path[1024]; /* below the folder, with slashes */
    const uint8_t *data;
} Entry;

static uint32_t number(const uint8_t *at) { return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24; }

/* Read the entry at `at` and return where the next one begins; NULL: that was the last. */
static const uint8_t *next_entry(const uint8_t *at, Entry *entry)
{
    uint32_t length = number(at);
    if (!length || length >= sizeof entry->path)
        return NULL;
    memcpy(entry->path, at + 16, length);
    entry->path[length] = 0;
    entry->kind = (Kind)number(at + 4);
    entry->size = number(at + 8);
    entry->packed = number(at + 12);
    entry->data = at + 16 + length;
    return entry->data + entry->packed;
}

/* What a system has to offer. Each returns whether it went well; paths are below no limit but LONGEST_PATH. */
#if defined(_WIN32)
#include "on_windows.h"
#else
#include "on_posix.h"
#endif

static int is_whole(const char *folder)
{
    Entry entry;
    char path[LONGEST_PATH];
    for (const uint8_t *at = content; (at = next_entry(at, &entry));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry.path);
        if (!is_there(path, &entry))
            return 0;
    }
    return 1;
}

static int unpack(const char *folder)
{
    Entry entry;
    char path[LONGEST_PATH];
    for (const uint8_t *at = content; (at = next_entry(at, &entry));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry.path);
        for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
            *slash = 0;
            make_folder(path);
        }
        uint8_t *whole = malloc(entry.size + 1);
        int written = whole && inflate(entry.data, entry.packed, whole, entry.size);
        if (written)
            whole[entry.size] = 0;
        written = written && write_entry(path, &entry, whole);
        free(whole);
        if (!written)
            return 0;
    }
    return 1;
}

static void remove_unpacked(const char *folder)
{
    Entry entry;
    char path[LONGEST_PATH];
    for (const uint8_t *at = content; (at = next_entry(at, &entry));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry.path);
        remove_file(path);
    }
    for (int depth = 0; depth < 16; depth++) /* folders go when they are empty: the deepest first, a level each time */
        for (const uint8_t *at = content; (at = next_entry(at, &entry));) {
            snprintf(path, sizeof path, "%s/%s", folder, entry.path);
            for (char *slash; (slash = strrchr(path + strlen(folder) + 1, '/'));) {
                *slash = 0;
                remove_folder(path);
            }
        }
    remove_folder(folder);
}

/* Put the content into the user's cache, unless it is there. Returns whether it stands whole at `place`. */
static int keep(char *place)
{
    char shelf[LONGEST_PATH - 64], fresh[LONGEST_PATH];
    if (!find_shelf(shelf, sizeof shelf))
        return 0;
    snprintf(place, LONGEST_PATH, "%s/%s", shelf, DIGEST);
    if (is_ours_alone(place) && is_whole(place))
        return 1;
    if (!make_new_folder(fresh, sizeof fresh, shelf))
        return 0;
    if (unpack(fresh)) {
        if (is_ours_alone(place) && !is_whole(place))
            remove_unpacked(place);
        if (rename(fresh, place) == 0)
            return 1;
    }
    remove_unpacked(fresh);
    return is_ours_alone(place) && is_whole(place); /* another start was quicker */
}

int main(int argc, char **argv)
{
    char place[LONGEST_PATH], program[LONGEST_PATH + 64];
    (void)argc;
    if (keep(place)) {
        snprintf(program, sizeof program, "%s/%s", place, PROGRAM_NAME);
        become(program, argv); /* it comes back where nothing may be run from there */
    }
    if (!make_new_folder(place, sizeof place, NULL) || !unpack(place)) {
        fputs("diag: there is no folder to unpack to: set TMPDIR to one that you may write to\n", stderr);
        return NO_MEANS;
    }
    snprintf(program, sizeof program, "%s/%s", place, PROGRAM_NAME);
    int code = run(program, argv);
    remove_unpacked(place);
    return code;
}
