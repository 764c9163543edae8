#include "errors.h"

#include <errno.h>

enum code error_code(int number) {
    switch (number) {
        case EINVAL:
        case ENAMETOOLONG:
        case EXDEV:
            return INVALID;
        case ENOENT:
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
            return EXHAUSTED;
        case ENOSYS:
        case EOPNOTSUPP:
            return NOT_IMPLEMENTED;
        case ELOOP:
            return LOOP;
        case EBUSY:
        case ETXTBSY:
            return BUSY;
        default:
            return INTERNAL;
    }
}
