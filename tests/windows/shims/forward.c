/* The library of the stable interface: every export of it is forwarded by the .def file that is made beside it. */
#include <windows.h>
BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved) { return TRUE; }
