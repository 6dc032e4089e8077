#include "CXxhash.h"

#include <xxhash.h>

uint64_t cxxhash_xxh3(const void *bytes, size_t count) { return XXH3_64bits(bytes, count); }
