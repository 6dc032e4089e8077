#include "CZlib.h"

#include <zlib.h>

uint32_t czlib_crc32(uint32_t before, const void *bytes, size_t count) {
  return count == 0 ? before : (uint32_t)crc32_z(before, bytes, count);
}
