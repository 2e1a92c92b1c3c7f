cdef extern from *:
    """
    #define TCPLIFE_WINDOW ((Py_ssize_t) 2 << 20)
    #define TCPLIFE_WINDOW_GRAIN ((Py_ssize_t) 64 << 10)
    #if defined(_WIN32)
    static const unsigned char *tcplife_window(void *owner, int descriptor, long long offset) {
        (void) owner; (void) descriptor; (void) offset;
        return NULL;
    }
    static int tcplife_window_lost(void) { return 0; }
    static void tcplife_window_shut(void *owner) { (void) owner; }
    #else
    #include <signal.h>
    #include <string.h>
    #include <sys/mman.h>
    #ifndef MAP_NORESERVE
    #define MAP_NORESERVE 0
    #endif
    #ifndef MAP_POPULATE
    #define MAP_POPULATE 0
    #endif
    /* All of it at once: what is asked for in advance is not brought where a page is yet to be mapped. */
    #define TCPLIFE_WINDOW_VIEW (MAP_SHARED | MAP_FIXED | MAP_POPULATE)
    #define TCPLIFE_WINDOW_BEHIND ((Py_ssize_t) 32 << 20)
    #define TCPLIFE_WINDOW_NOBODYS (MAP_PRIVATE | MAP_ANONYMOUS)
    static struct {
        char *begin;
        void *owner;
        struct sigaction before;
        volatile sig_atomic_t lost;
    } tcplife_view;

    /* The access that failed is tried again when this returns: it then finds octets 255, or who was asked before. */
    static void tcplife_window_failed(int number, siginfo_t *about, void *context) {
        char *begin = tcplife_view.begin;
        char *place = (char *) about->si_addr;
        (void) number; (void) context;
        if (tcplife_view.owner && place >= begin && place < begin + TCPLIFE_WINDOW
            && mmap(begin, TCPLIFE_WINDOW, PROT_READ | PROT_WRITE, TCPLIFE_WINDOW_NOBODYS | MAP_FIXED, -1, 0)
               != MAP_FAILED) {
            memset(begin, 255, TCPLIFE_WINDOW);
            tcplife_view.lost = 1;
        } else {
            sigaction(SIGBUS, &tcplife_view.before, NULL);
        }
    }

    static int tcplife_window_open(void *owner) {
        struct sigaction failed;
        if (!tcplife_view.begin) {
            void *place = mmap(NULL, TCPLIFE_WINDOW + TCPLIFE_WINDOW_BEHIND, PROT_READ,
                               TCPLIFE_WINDOW_NOBODYS | MAP_NORESERVE, -1, 0);
            if (place == MAP_FAILED)
                return 0;
            tcplife_view.begin = (char *) place;
        }
        memset(&failed, 0, sizeof failed);
        failed.sa_sigaction = tcplife_window_failed;
        failed.sa_flags = SA_SIGINFO;
        sigemptyset(&failed.sa_mask);
        if (sigaction(SIGBUS, &failed, &tcplife_view.before))
            return 0;
        tcplife_view.lost = 0;
        tcplife_view.owner = owner;
        return 1;
    }

    static void tcplife_window_shut(void *owner) {
        struct sigaction now;
        if (tcplife_view.owner != owner)
            return;
        (void) !mmap(tcplife_view.begin, TCPLIFE_WINDOW, PROT_READ, TCPLIFE_WINDOW_NOBODYS | MAP_FIXED, -1, 0);
        if (!sigaction(SIGBUS, NULL, &now) && now.sa_flags & SA_SIGINFO && now.sa_sigaction == tcplife_window_failed)
            sigaction(SIGBUS, &tcplife_view.before, NULL);
        tcplife_view.owner = NULL;
    }

    static const unsigned char *tcplife_window(void *owner, int descriptor, long long offset) {
        if (tcplife_view.owner != owner && (tcplife_view.owner || !tcplife_window_open(owner)))
            return NULL;
        if (mmap(tcplife_view.begin, TCPLIFE_WINDOW, PROT_READ, TCPLIFE_WINDOW_VIEW, descriptor, (off_t) offset)
            == MAP_FAILED) {
            tcplife_window_shut(owner);
            return NULL;
        }
        return (const unsigned char *) tcplife_view.begin;
    }

    static int tcplife_window_lost(void) { return tcplife_view.lost; }
    #endif
    """
    Py_ssize_t WINDOW "TCPLIFE_WINDOW"
    Py_ssize_t GRAIN "TCPLIFE_WINDOW_GRAIN"
    const unsigned char* tcplife_window(void* owner, int descriptor, long long offset) noexcept
    int tcplife_window_lost() noexcept
    void tcplife_window_shut(void* owner) noexcept


# One file of C alone, that of `reader`, may call these: each has a window of its own.
cdef inline const unsigned char* at(object owner, int descriptor, long long offset) noexcept:
    return tcplife_window(<void*>owner, descriptor, offset)


cdef inline bint lost() noexcept:
    return tcplife_window_lost()


cdef inline void shut(object owner) noexcept:
    tcplife_window_shut(<void*>owner)
