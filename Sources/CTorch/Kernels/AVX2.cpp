// The kernels for processors with AVX2 and FMA.

#include "Level.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "Vectors.h"
#include "Rows.h"
#include "Attention.h"
#include "AdamW.h"
#pragma clang attribute pop

constexpr kernels::table kernels::avx2 = KERNELS_TABLE(256);
#endif
