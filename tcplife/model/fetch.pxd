# A macro where a function would do: a compiler takes a function that only prefetches for one without effect.
cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define TCPLIFE_ITEM_SOON(items, at) do { \
        const char* item = (const char*) ((PyListObject*) (items))->ob_item[at]; \
        __builtin_prefetch(item); __builtin_prefetch(item + 64); \
    } while (0)
    #else
    #define TCPLIFE_ITEM_SOON(items, at) ((void) (items))
    #endif
    """
    void TCPLIFE_ITEM_SOON(void* items, Py_ssize_t at) noexcept


cdef inline void item(list items, Py_ssize_t at) noexcept:
    if 0 <= at < len(items):
        TCPLIFE_ITEM_SOON(<void*>items, at)
