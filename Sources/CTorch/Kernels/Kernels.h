/// Loops over float32 that libtorch has no single operation for, on plain memory; matrices are
/// row-major.
///
/// Each loop is compiled for AVX-512, for AVX2 with FMA and for whatever the compiler aims at
/// (`AVX512.cpp`, `AVX2.cpp`, `Plain.cpp`), and gives a table of them; `chosen` is the one place
/// that picks a table.
#pragma once

#include <cstdint>

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

/// The constants of one AdamW step.
struct adamw_step {
  float decay, beta1, rest1, beta2, rest2, root, epsilon, rate;
};

/// Every loop, compiled for one width of vectors; what each does is said where it is defined, in
/// `Rows.h`, `Attention.h` and `AdamW.h`.
struct table {
  /// The width in bits.
  int bits;

  void (*residual_norm_rows)(
      const float *x, const float *bias, const float *residual, const float *weight,
      const float *shift, float epsilon, const dropout_rule &rule, int64_t begin, int64_t end,
      int64_t size, float *z, float *y, float *moments);
  void (*norm_backward_rows)(
      const float *dy, const float *z, const float *moments, const float *weight,
      const float *extra, int64_t begin, int64_t end, int64_t size, float *dz);
  void (*norm_second_rows)(
      const float *v, const float *dy, const float *z, const float *moments, const float *weight,
      int64_t begin, int64_t end, int64_t size, float *out_dy, float *out_z, float *products);
  void (*dropout_span)(
      const float *x, float *y, int64_t begin, int64_t end, const dropout_rule &rule);
  void (*gelu_rows)(
      const float *x, const float *bias, float *y, int64_t begin, int64_t end, int64_t size);
  void (*gelu_backward_rows)(
      const float *dy, const float *x, const float *bias, float *dx, int64_t begin, int64_t end,
      int64_t size);
  void (*gelu_second_rows)(
      const float *v, const float *dy, const float *x, const float *bias, float *out_dy,
      float *out_x, int64_t begin, int64_t end, int64_t size);
  double (*sum_of_squares)(const float *x, int64_t begin, int64_t end);

  void (*attention_forward)(
      const attention_site &site, const float *q, const float *k, const float *v, float *out,
      float *logs, float *memory);
  void (*attention_backward)(
      const attention_site &site, const float *q, const float *k, const float *v,
      const float *logs, const float *slope, float *dq, float *dk, float *dv, float *memory);
  void (*attention_second)(
      const attention_site &site, const float *q, const float *k, const float *v,
      const float *logs, const float *slope, const float *a, const float *b, const float *c,
      float *out_slope, float *out_q, float *out_k, float *out_v, float *memory);

  void (*adamw_span)(
      float *p, const float *g, float *m, float *v, int64_t count, const adamw_step &step);
  void (*adamw_span_at_rest)(
      float *p, float *m, float *v, int64_t count, const adamw_step &step);
};

#if defined(__x86_64__)
extern const table avx512;
extern const table avx2;
#endif
extern const table plain;

/// The table of the widest vectors that this processor has and the calling thread may use.
///
/// Taken before work is divided among threads, so that one operation is computed by one table.
const table &chosen();

/// Lets the calling thread use vectors of at most so many bits: tests compare the tables with it.
void limit_vectors(int bits);

} // namespace kernels
