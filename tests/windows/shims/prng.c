/* ProcessPrng, which Windows has since 10 and older Wines have not: randomness of the system, in pieces that it takes. */
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
    while (size) {
        ULONG piece = size > 0x10000000 ? 0x10000000 : (ULONG)size;
        if (!SystemFunction036(data, piece)) return FALSE;
        data += piece;
        size -= piece;
    }
    return TRUE;
}
BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved) { return TRUE; }
