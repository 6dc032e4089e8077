// The checksum of zip archives, gzip and PNG (CRC-32, ISO 3309), by zlib.
#ifndef CZLIB_H
#define CZLIB_H

#include <stddef.h>
#include <stdint.h>

/// The checksum of some bytes that follow those with the checksum `before`; 0 is that of no bytes.
uint32_t czlib_crc32(uint32_t before, const void *bytes, size_t count);

#endif
