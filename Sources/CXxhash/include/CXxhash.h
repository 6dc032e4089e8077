// The digest XXH3 of 64 bits, by xxHash: it detects corruption and is not cryptographic.
#ifndef CXXHASH_H
#define CXXHASH_H

#include <stddef.h>
#include <stdint.h>

/// The digest of some bytes.
uint64_t cxxhash_xxh3(const void *bytes, size_t count);

#endif
