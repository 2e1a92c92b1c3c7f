# The objects of a class are placed by its tp_alloc and tp_free, a pair of its own: nothing has to be looked up. Ours take
# a place from the class's own stack of those given back, and else the next one of a block: what is made one after the
# other lies so, and as a connection's objects go together, the next connection finds their places together as well. A
# block is two mebibytes, and the system is asked to back the first of them with huge pages; the very first is small, as
# most captures need no more. When no object lives, all others are given back; what outlives the connections that are open
# has blocks of its own, or it would keep theirs. An object that the collector could know (of a class without no_gc) has
# its two words in front, which stay zero: it is not tracked. Tried, and no faster: objects that begin with a cache line,
# and not to write zeros where the system gave zeros (they have the lines come in order).

cdef extern from *:
    """
    #if defined(__linux__)
    #include <sys/mman.h>
    #endif
    #include <stdlib.h>
    #include <string.h>

    /* Making an object is a few dozen instructions where what hardly ever happens stands elsewhere. */
    #if defined(__GNUC__) || defined(__clang__)
    #define TCPLIFE_SELDOM __attribute__((noinline, cold))
    #define TCPLIFE_EACH_ITS_OWN CYTHON_INLINE __attribute__((always_inline))
    #else
    #define TCPLIFE_SELDOM
    #define TCPLIFE_EACH_ITS_OWN CYTHON_INLINE
    #endif

    #define TCPLIFE_KINDS 32                    /* classes at most */
    #define TCPLIFE_EACH(of) of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8) of(9) of(10) of(11) of(12) of(13) of(14) \\
        of(15) of(16) of(17) of(18) of(19) of(20) of(21) of(22) of(23) of(24) of(25) of(26) of(27) of(28) of(29) of(30) of(31)
    #define TCPLIFE_MOST 4096                   /* octets of the largest object placed here */
    #define TCPLIFE_FIRST ((size_t)256 << 10)   /* octets of the first block */
    #define TCPLIFE_BLOCK ((size_t)2 << 20)     /* of all others: what a huge page has */
    #define TCPLIFE_HUGE ((size_t)48 << 20)     /* beyond it no huge pages: what is not used yet shall take no memory */

    typedef struct tcplife_block { struct tcplife_block* before; size_t size; } tcplife_block;

    /* Blocks, the latest first, what is free in that one, and how many objects live in all of them. */
    typedef struct { tcplife_block* latest; char *next, *end; size_t octets, living; } tcplife_ground;

    /* A class: the place given back last (each holds the one before), octets of a place, and those in front of an object. */
    typedef struct { void* given_back; unsigned int size, front; tcplife_ground* ground; } tcplife_kind;

    static tcplife_kind tcplife_kinds[TCPLIFE_KINDS];
    static tcplife_ground tcplife_grounds[2];
    static int tcplife_known;

    #if defined(MADV_HUGEPAGE) && defined(MAP_ANONYMOUS)
    /* A huge page begins where its size divides the address: take twice as much, and give back what is around it. */
    static void* tcplife_map(size_t size, int huge) {
        char *from = (char*)mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *at;
        if (from == (char*)MAP_FAILED) return NULL;
        at = (char*)(((size_t)from + size - 1) & ~(size - 1));
        if (at > from) munmap(from, (size_t)(at - from));
        munmap(at + size, (size_t)(from + size - at));
        if (huge) madvise(at, size, MADV_HUGEPAGE);
        return at;
    }
    static void tcplife_unmap(void* at, size_t size) { munmap(at, size); }
    #else
    static void* tcplife_map(size_t size, int huge) { (void)huge; return malloc(size); }
    static void tcplife_unmap(void* at, size_t size) { (void)size; free(at); }
    #endif

    TCPLIFE_SELDOM static int tcplife_more(tcplife_ground* ground) {
        size_t size = ground->latest == NULL ? TCPLIFE_FIRST : TCPLIFE_BLOCK;
        tcplife_block* block = (tcplife_block*)tcplife_map(size, size == TCPLIFE_BLOCK && ground->octets < TCPLIFE_HUGE);
        if (block == NULL) return 0;
        block->before = ground->latest;
        block->size = size;
        ground->latest = block;
        ground->next = (char*)(block + 1);
        ground->end = (char*)block + size;
        ground->octets += size;
        return 1;
    }

    /* No object lives there: begin again with the first block. */
    TCPLIFE_SELDOM static void tcplife_begin_again(tcplife_ground* ground) {
        while (ground->latest->before != NULL) {
            tcplife_block* block = ground->latest;
            ground->latest = block->before;
            ground->octets -= block->size;
            tcplife_unmap(block, block->size);
        }
        for (int at = 0; at < TCPLIFE_KINDS; ++at)
            if (tcplife_kinds[at].ground == ground) tcplife_kinds[at].given_back = NULL;
        ground->next = (char*)(ground->latest + 1);
        ground->end = (char*)ground->latest + ground->latest->size;
    }

    static TCPLIFE_EACH_ITS_OWN PyObject* tcplife_alloc(tcplife_kind* kind, PyTypeObject* type) {
        tcplife_ground* ground = kind->ground;
        char* place = (char*)kind->given_back;
        PyObject* made;
        if (place != NULL) {
            memcpy(&kind->given_back, place, sizeof(void*));
        } else {
            if ((size_t)(ground->end - ground->next) < kind->size && !tcplife_more(ground)) return PyErr_NoMemory();
            place = ground->next;
            ground->next += kind->size;
        }
        ++ground->living;
        made = (PyObject*)(place + kind->front);
        memset(place, 0, kind->size);
        Py_SET_REFCNT(made, 1);  /* all that PyObject_Init does for such a class */
        Py_SET_TYPE(made, type);
        return made;
    }

    static TCPLIFE_EACH_ITS_OWN void tcplife_free(tcplife_kind* kind, void* object) {
        char* place = (char*)object - kind->front;
        memcpy(place, &kind->given_back, sizeof(void*));
        kind->given_back = place;
        if (--kind->ground->living == 0 && kind->ground->latest->before != NULL) tcplife_begin_again(kind->ground);
    }

    #define TCPLIFE_PAIR(n) \\
        static PyObject* tcplife_alloc_##n(PyTypeObject* type, Py_ssize_t items) { \\
            (void)items; \\
            return tcplife_alloc(&tcplife_kinds[n], type); \\
        } \\
        static void tcplife_free_##n(void* object) { tcplife_free(&tcplife_kinds[n], object); }
    #define TCPLIFE_ALLOC(n) tcplife_alloc_##n,
    #define TCPLIFE_FREE(n) tcplife_free_##n,
    TCPLIFE_EACH(TCPLIFE_PAIR)
    static const allocfunc tcplife_allocs[TCPLIFE_KINDS] = { TCPLIFE_EACH(TCPLIFE_ALLOC) };
    static const freefunc tcplife_frees[TCPLIFE_KINDS] = { TCPLIFE_EACH(TCPLIFE_FREE) };

    /* Only a class whose objects CPython would place in the usual way; who asked for another allocator gets that. */
    static int tcplife_take_over(PyObject* object, int outlives) {
    #if defined(PYPY_VERSION) || defined(GRAALVM_PYTHON) || defined(Py_LIMITED_API) || defined(Py_GIL_DISABLED) \\
        || defined(Py_REF_DEBUG) || defined(Py_TRACE_REFS) || PY_VERSION_HEX >= 0x030F0000
        (void)object, (void)outlives, (void)tcplife_allocs, (void)tcplife_frees, (void)tcplife_known;
        return 0;
    #else
        PyTypeObject* type = (PyTypeObject*)object;
        freefunc usual = type->tp_flags & Py_TPFLAGS_HAVE_GC ? PyObject_GC_Del : PyObject_Free;
        const char* wanted = getenv("PYTHONMALLOC");
        tcplife_kind* kind = &tcplife_kinds[tcplife_known];
        if ((wanted != NULL && *wanted) || type->tp_alloc != PyType_GenericAlloc || type->tp_free != usual
            || type->tp_flags & (Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE) || type->tp_itemsize != 0
            || type->tp_basicsize > TCPLIFE_MOST || tcplife_known == TCPLIFE_KINDS) return 0;
        kind->ground = &tcplife_grounds[outlives != 0];
        kind->front = type->tp_flags & Py_TPFLAGS_HAVE_GC ? (unsigned int)(2 * sizeof(void*)) : 0;
        kind->size = ((size_t)type->tp_basicsize + kind->front + 7) & ~(size_t)7;
        type->tp_alloc = tcplife_allocs[tcplife_known];
        type->tp_free = tcplife_frees[tcplife_known++];
        return 1;
    #endif
    }

    /* What Python's own allocator of small objects takes a megabyte at a time (an arena), from a range that is kept for it. */
    #define TCPLIFE_ARENA ((size_t)1 << 20)
    #define TCPLIFE_ARENAS ((size_t)64 << 20)   /* octets of the range, which take no memory before they are used */

    #if defined(MADV_HUGEPAGE) && !defined(PYPY_VERSION) && !defined(GRAALVM_PYTHON) && !defined(Py_LIMITED_API) \
        && !defined(Py_GIL_DISABLED)
    static PyObjectArenaAllocator tcplife_usual;
    static char *tcplife_arenas_begin, *tcplife_arenas_next, *tcplife_arenas_end;
    static void* tcplife_arenas_back;           /* the one given back last; each holds the one before */

    static void* tcplife_arena_alloc(void* context, size_t size) {
        void* arena = tcplife_arenas_back;
        (void)context;
        if (size != TCPLIFE_ARENA) return tcplife_usual.alloc(tcplife_usual.ctx, size);
        if (arena != NULL) {
            memcpy(&tcplife_arenas_back, arena, sizeof(void*));
            return arena;
        }
        if (tcplife_arenas_next == tcplife_arenas_end) return tcplife_usual.alloc(tcplife_usual.ctx, size);
        arena = tcplife_arenas_next;
        tcplife_arenas_next += TCPLIFE_ARENA;
        return arena;
    }

    static void tcplife_arena_free(void* context, void* arena, size_t size) {
        (void)context;
        if ((char*)arena < tcplife_arenas_begin || (char*)arena >= tcplife_arenas_end) {
            tcplife_usual.free(tcplife_usual.ctx, arena, size);
            return;
        }
        madvise(arena, size, MADV_DONTNEED);
        memcpy(arena, &tcplife_arenas_back, sizeof(void*));
        tcplife_arenas_back = arena;
    }

    static int tcplife_large_arenas(void) {
        PyObjectArenaAllocator ours = { NULL, tcplife_arena_alloc, tcplife_arena_free };
        if (tcplife_arenas_begin != NULL) return 1;
        tcplife_arenas_begin = (char*)tcplife_map(TCPLIFE_ARENAS, 1);
        if (tcplife_arenas_begin == NULL) return 0;
        tcplife_arenas_next = tcplife_arenas_begin;
        tcplife_arenas_end = tcplife_arenas_begin + TCPLIFE_ARENAS;
        PyObject_GetArenaAllocator(&tcplife_usual);
        PyObject_SetArenaAllocator(&ours);
        return 1;
    }
    #else
    static int tcplife_large_arenas(void) { return 0; }
    #endif

    static Py_ssize_t tcplife_held(void) { return (Py_ssize_t)(tcplife_grounds[0].octets + tcplife_grounds[1].octets); }
    """
    bint take_over "tcplife_take_over"(object kind, bint outlives) noexcept
    Py_ssize_t held "tcplife_held"() noexcept
    bint large_arenas "tcplife_large_arenas"() noexcept
