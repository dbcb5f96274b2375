/* What Windows has to offer the launcher. Paths are UTF-8 in the launcher and UTF-16 here; a user's folders are private by their
 * place, which the system names, and not a variable. */
#include <windows.h>
#include <shlobj.h>

static const wchar_t *wide(const char *path)
{
    static wchar_t turned[LONGEST_PATH];
    if (!MultiByteToWideChar(CP_UTF8, 0, path, -1, turned, LONGEST_PATH))
        turned[0] = 0;
    for (wchar_t *at = turned; *at; at++)
        if (*at == L'/')
            *at = L'\\';
    return turned;
}

static int is_there(const char *path, const Entry *entry)
{
    WIN32_FILE_ATTRIBUTE_DATA seen;
    return GetFileAttributesExW(wide(path), GetFileExInfoStandard, &seen)
        && !(seen.dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT))
        && !seen.nFileSizeHigh && seen.nFileSizeLow == entry->size;
}

static int is_ours_alone(const char *path)
{
    DWORD seen = GetFileAttributesW(wide(path));
    return seen != INVALID_FILE_ATTRIBUTES && seen & FILE_ATTRIBUTE_DIRECTORY && !(seen & FILE_ATTRIBUTE_REPARSE_POINT);
}

static void make_folder(const char *path) { CreateDirectoryW(wide(path), NULL); }

static void remove_file(const char *path) { DeleteFileW(wide(path)); }

static void remove_folder(const char *path) { RemoveDirectoryW(wide(path)); }

static int write_entry(const char *path, const Entry *entry, const uint8_t *data)
{
    DWORD written = 0;
    HANDLE file = CreateFileW(wide(path), GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return 0;
    int right = WriteFile(file, data, entry->size, &written, NULL) && written == entry->size;
    return CloseHandle(file) && right;
}

static int narrow(char *path, size_t size, const wchar_t *found)
{
    return WideCharToMultiByte(CP_UTF8, 0, found, -1, path, (int)size, NULL, NULL) > 0;
}

static int find_shelf(char *shelf, size_t size)
{
    wchar_t local[MAX_PATH];
    if (SHGetFolderPathW(NULL, CSIDL_LOCAL_APPDATA, NULL, 0, local) != S_OK || !narrow(shelf, size / 2, local))
        return 0;
    strcat(shelf, "/diag");
    make_folder(shelf);
    return is_ours_alone(shelf);
}

static int make_new_folder(char *path, size_t size, const char *shelf)
{
    wchar_t temporary[MAX_PATH + 1];
    char below[4 * MAX_PATH];
    if (!shelf) {
        if (!GetTempPathW(MAX_PATH + 1, temporary) || !narrow(below, sizeof below, temporary))
            return 0;
        shelf = below;
    }
    snprintf(path, size, "%s/diag-%lu-%lu", shelf, GetCurrentProcessId(), GetTickCount());
    return CreateDirectoryW(wide(path), NULL);
}

static BOOL WINAPI leave_it_to_the_program(DWORD event)
{
    (void)event;
    return TRUE;
}

/* Run the program with the words that this one was given and wait for it; -1: it cannot be run. It ends when this one is ended. */
static int run(const char *program, char **argv)
{
    STARTUPINFOW begins = {.cb = sizeof begins};
    PROCESS_INFORMATION made;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    DWORD code = NO_MEANS;
    (void)argv;
    SetConsoleCtrlHandler(leave_it_to_the_program, TRUE);
    HANDLE job = CreateJobObjectW(NULL, NULL);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    if (!CreateProcessW(wide(program), GetCommandLineW(), NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &begins, &made))
        return -1;
    AssignProcessToJobObject(job, made.hProcess);
    ResumeThread(made.hThread);
    WaitForSingleObject(made.hProcess, INFINITE);
    GetExitCodeProcess(made.hProcess, &code);
    return (int)code;
}

static void become(const char *program, char **argv)
{
    int code = run(program, argv);
    if (code != -1)
        ExitProcess((UINT)code);
}
