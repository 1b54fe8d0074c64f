/* What Rust's standard library and crates ask of a WASI libc and that of Debian 12, of 2022, lacks. As in the newer ones
   there are no threads, and files have no modes. */
#include <errno.h>
#include <stddef.h>
#include <sys/types.h>

int *__errno_location(void) { return &errno; }
int pthread_attr_init(void *attributes) { return 0; }
int pthread_attr_destroy(void *attributes) { return 0; }
int pthread_attr_setstacksize(void *attributes, size_t size) { return 0; }
int pthread_create(void *thread, const void *attributes, void *(*run)(void *), void *argument) { return EAGAIN; }
int pthread_join(void *thread, void **result) { return ESRCH; }
int pthread_detach(void *thread) { return ESRCH; }
int fchmod(int file, mode_t mode) {
    errno = ENOSYS;
    return -1;
}
