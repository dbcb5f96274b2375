/* The program: what python.exe is beside its library. */
#include <windows.h>
extern int Py_Main(int, wchar_t **);
int wmain(int argc, wchar_t **argv) { return Py_Main(argc, argv); }
