/* What Linux and macOS have to offer the launcher. */
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__APPLE__)
#define CACHES "Library/Caches"
#else
#define CACHES ".cache" /* XDG Base Directory Specification */
#endif

static int is_there(const char *path, const Entry *entry)
{
    struct stat seen;
    if (lstat(path, &seen))
        return 0;
    return entry->kind == LINK ? S_ISLNK(seen.st_mode) : S_ISREG(seen.st_mode) && (uint64_t)seen.st_size == entry->size;
}

/* A folder of this user's that others may neither open nor change. */
static int is_ours_alone(const char *path)
{
    struct stat seen;
    return !lstat(path, &seen) && S_ISDIR(seen.st_mode) && seen.st_uid == geteuid() && !(seen.st_mode & 077);
}

static void make_folder(const char *path) { mkdir(path, 0700); }

static void remove_file(const char *path) { unlink(path); }

static void remove_folder(const char *path) { rmdir(path); }

static int write_entry(const char *path, const Entry *entry, const uint8_t *data)
{
    if (entry->kind == LINK)
        return !symlink((const char *)data, path);
    FILE *file = fopen(path, "wbx");
    if (!file)
        return 0;
    int written = fwrite(data, 1, entry->size, file) == entry->size;
    written = !fchmod(fileno(file), entry->kind == PROGRAM ? 0700 : 0600) && written;
    return !fclose(file) && written;
}

/* Where unpacked versions are kept: a folder of diag's in the user's cache, which must be the user's own (with sudo it may be
 * another's). */
static int find_shelf(char *shelf, size_t size)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    struct stat seen;
    if (cache && *cache == '/')
        snprintf(shelf, size, "%s", cache);
    else if (home && *home == '/')
        snprintf(shelf, size, "%s/" CACHES, home);
    else
        return 0;
    if (strlen(shelf) > size / 2)
        return 0;
    if (stat(shelf, &seen) && mkdir(shelf, 0700))
        return 0;
    if (stat(shelf, &seen) || seen.st_uid != geteuid() || seen.st_mode & 022)
        return 0;
    strcat(shelf, "/diag");
    mkdir(shelf, 0700);
    return is_ours_alone(shelf);
}

/* A new folder that nobody else may open, below `shelf`; NULL: below the one for what is temporary. */
static int make_new_folder(char *path, size_t size, const char *shelf)
{
    const char *temporary = getenv("TMPDIR");
    if (!shelf)
        shelf = temporary && *temporary == '/' && strlen(temporary) < size / 2 ? temporary : "/tmp";
    snprintf(path, size, "%s/diag-XXXXXX", shelf);
    return mkdtemp(path) != NULL;
}

/* Let the program find the libraries that are packed with it, such as zlib, also where the system has none (ld.so(8)). It starts
 * no programs of the system there, only itself. */
static void lend_libraries(const char *program)
{
    const char *before = getenv("LD_LIBRARY_PATH");
    char libraries[2 * LONGEST_PATH];
    int length = (int)(strrchr(program, '/') - program), has_more = before && *before;
    if (snprintf(libraries, sizeof libraries, "%.*s/_internal%s%s", length, program, has_more ? ":" : "", has_more ? before : "")
        < (int)sizeof libraries)
        setenv("LD_LIBRARY_PATH", libraries, 1);
}

static void become(const char *program, char **argv)
{
    lend_libraries(program);
    execv(program, argv);
}

static volatile pid_t child;

static void pass_on(int signal)
{
    if (child > 0)
        kill(child, signal);
}

/* Run the program and wait for it. A signal of the terminal reaches both, so it is the program that answers it; others are passed
 * on. Returns its exit code, or that of a shell for the signal that ended it. */
static int run(const char *program, char **argv)
{
    int status = 0;
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        lend_libraries(program);
        execv(program, argv);
        fprintf(stderr, "diag: it cannot be run from %s: set TMPDIR to a folder where programs may be run\n", program);
        _exit(NO_MEANS);
    }
    signal(SIGTERM, pass_on);
    signal(SIGHUP, pass_on);
    if (child < 0)
        return NO_MEANS;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
