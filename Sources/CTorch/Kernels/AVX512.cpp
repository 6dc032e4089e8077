// The kernels for processors with AVX-512.

#include "Level.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#include "Vectors.h"
#include "Rows.h"
#include "Attention.h"
#include "AdamW.h"
#pragma clang attribute pop

constexpr kernels::table kernels::avx512 = KERNELS_TABLE(512);
#endif
