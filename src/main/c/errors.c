#include "errors.h"

#include <errno.h>

/* INTERNAL is left for what is nobody's fault but the system's, such as EIO. */
enum code error_code(int number) {
    switch (number) {
        case EINVAL:
        case ENAMETOOLONG:
        case EXDEV:
        case ENXIO: /* a socket, a device without a driver, a FIFO that nobody reads */
        case ENODEV:
        case ENOTBLK:
        case ENOTTY:
        case ESPIPE:
        case EBADF:
        case EILSEQ:
        case EOVERFLOW:
        case EMLINK:
        case EPIPE:
            return INVALID;
        case ENOENT:
        case ESTALE: /* it was removed on the server that holds it */
        case ENODATA:
        case ESRCH:
            return NOT_FOUND;
        case EEXIST:
        case ENOTEMPTY:
            return EXISTS;
        case ENOTDIR:
            return NOT_A_DIRECTORY;
        case EISDIR:
            return IS_A_DIRECTORY;
        case EACCES:
        case EPERM:
        case EROFS:
        case ENOKEY:
        case EKEYEXPIRED:
        case EKEYREVOKED:
        case EKEYREJECTED:
            return NOT_PERMITTED;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
        case E2BIG:
        case ERANGE:
            return NO_SPACE;
        case EAGAIN:
        case ENOMEM:
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOLCK:
        case EUSERS:
            return EXHAUSTED;
        case ENOSYS:
        case EOPNOTSUPP:
            return NOT_IMPLEMENTED;
        case ELOOP:
            return LOOP;
        case EBUSY:
        case ETXTBSY:
        case EDEADLK:
        case EINTR:
        case ETIMEDOUT:
            return BUSY;
        case ENOEXEC:
        case ELIBBAD:
            return NOT_EXECUTABLE;
        default:
            return INTERNAL;
    }
}
