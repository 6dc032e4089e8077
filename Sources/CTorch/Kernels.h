/// Loops over float32 that libtorch has no single operation for, on plain memory; matrices are
/// row-major.
///
/// Each loop is compiled for AVX-512, for AVX2 with FMA and for whatever the compiler aims at, and the
/// one that the processor has is taken.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace kernels {

/// Numbers that are worked on at once.
constexpr int64_t lanes = 16;

/// The next multiple of `lanes`.
inline int64_t padded(int64_t count) { return (count + lanes - 1) / lanes * lanes; }

/// Which elements dropout keeps, and the factor of those.
struct dropout_rule {
  /// 1 / keep; the rule does nothing where it is 1.
  float scale;
  /// Kept are those whose 32 random bits are below this.
  uint32_t limit;
  /// The stream: the same bits for the same position each time.
  uint32_t seed[2];

  bool drops() const { return scale != 1.0f; }
};

/// One head of one sentence.
struct attention_site {
  int64_t length;   ///< Subwords of the sentence.
  int64_t size;     ///< Numbers of a head.
  int64_t stride;   ///< From a subword to the next.
  int64_t row;      ///< The sentence's first subword, in the batch.
  int64_t head;
  int64_t heads;
  int64_t longest;  ///< Subwords of the longest sentence of the batch.
  float scale;
  dropout_rule rule;

  int64_t offset() const { return row * stride + head * size; }
  uint64_t position(int64_t i) const {
    return static_cast<uint64_t>(((row + i) * heads + head) * padded(longest));
  }
};

/// What a head needs beside the matrices it is given: this many squares and sides.
inline int64_t attention_scratch(
    int64_t length, int64_t size, int64_t squares, int64_t sides) {
  int64_t wide = padded(length), deep = padded(size);
  return squares * length * wide + sides * (length > wide ? length : wide) * deep + 64;
}

/// Scratch memory of a thread, which grows and stays.
class scratch {
public:
  static float *take(size_t count) {
    thread_local scratch own;
    if (own.size < count) {
      std::free(own.memory);
      own.memory = static_cast<float *>(std::aligned_alloc(64, (count * 4 + 63) / 64 * 64));
      own.size = own.memory ? count : 0;
      if (!own.memory) throw std::bad_alloc();
    }
    return own.memory;
  }
  ~scratch() { std::free(memory); }

private:
  float *memory = nullptr;
  size_t size = 0;
};

} // namespace kernels

#if defined(__x86_64__) && defined(__clang__)

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#define KERNELS_FOR avx512
#include "VectorKernels.inc"
#include "RowKernels.inc"
#include "AttentionKernels.inc"
#undef KERNELS_FOR
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define KERNELS_FOR avx2
#include "VectorKernels.inc"
#include "RowKernels.inc"
#include "AttentionKernels.inc"
#undef KERNELS_FOR
#pragma clang attribute pop

#endif

#define KERNELS_FOR plain
#include "VectorKernels.inc"
#include "RowKernels.inc"
#include "AttentionKernels.inc"
#undef KERNELS_FOR

namespace kernels {

enum class processor { avx512, avx2, plain };

/// The best that the calling thread may take: tests compare the others with it.
inline processor &allowed() {
  thread_local processor best = processor::avx512;
  return best;
}

/// What this processor can do, and the thread may.
inline processor this_processor() {
#if defined(__x86_64__) && defined(__clang__)
  static const processor found = __builtin_cpu_supports("avx512f") ? processor::avx512
                                 : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                                     ? processor::avx2
                                     : processor::plain;
  return allowed() > found ? allowed() : found;
#else
  return processor::plain;
#endif
}

#if defined(__x86_64__) && defined(__clang__)
#define KERNEL(name)                                                                        \
  template <typename... Arguments> auto name(Arguments &&...arguments) {                    \
    switch (this_processor()) {                                                             \
    case processor::avx512: return avx512::name(std::forward<Arguments>(arguments)...);     \
    case processor::avx2: return avx2::name(std::forward<Arguments>(arguments)...);         \
    default: return plain::name(std::forward<Arguments>(arguments)...);                     \
    }                                                                                       \
  }
#else
#define KERNEL(name)                                                                        \
  template <typename... Arguments> auto name(Arguments &&...arguments) {                    \
    return plain::name(std::forward<Arguments>(arguments)...);                              \
  }
#endif

KERNEL(residual_norm_rows)
KERNEL(norm_backward_rows)
KERNEL(norm_second_rows)
KERNEL(dropout_span)
KERNEL(gelu_rows)
KERNEL(gelu_backward_rows)
KERNEL(gelu_second_rows)
KERNEL(sum_of_squares)
KERNEL(attention_forward)
KERNEL(attention_backward)
KERNEL(attention_second)

#undef KERNEL

} // namespace kernels
