// Vectors of 16 numbers and the functions on them.
#pragma once

#include "Level.h"

namespace kernels { namespace {

typedef float floats __attribute__((ext_vector_type(16)));
typedef float loose_floats __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t integers __attribute__((ext_vector_type(16)));
typedef uint32_t naturals __attribute__((ext_vector_type(16)));

inline floats load(const float *p) { return *reinterpret_cast<const loose_floats *>(p); }

inline void store(float *p, floats x) { *reinterpret_cast<loose_floats *>(p) = x; }

/// The first `count` numbers, and zeros.
inline floats load(const float *p, int64_t count) {
  if (count >= lanes) return load(p);
  floats x = 0;
  std::memcpy(&x, p, static_cast<size_t>(count) * sizeof(float));
  return x;
}

inline void store(float *p, floats x, int64_t count) {
  if (count >= lanes) return store(p, x);
  std::memcpy(p, &x, static_cast<size_t>(count) * sizeof(float));
}

inline floats both(floats a, floats b, integers choose_a) {
  return reinterpret_cast<floats>(
      (reinterpret_cast<integers>(a) & choose_a) | (reinterpret_cast<integers>(b) & ~choose_a));
}

inline floats larger(floats a, floats b) { return both(a, b, a > b); }

/// The sum in a fixed order.
inline float sum(floats x) {
  auto eight = x.lo + x.hi;
  auto four = eight.lo + eight.hi;
  return (four.x + four.z) + (four.y + four.w);
}

inline float maximum(floats x) {
  float result = x[0];
  for (int i = 1; i < lanes; ++i) result = x[i] > result ? x[i] : result;
  return result;
}

/// eˣ to about 1 unit in the last place; 0 below −87.3.
///
/// x = n ln 2 + r with |r| ≤ ½ ln 2; eʳ by a polynomial of degree 6 (coefficients of Cephes' expf).
inline floats exponential(floats x) {
  integers underflows = x < -87.33f;
  x = both(floats(88.0f), x, x > 88.0f);
  x = both(floats(-87.33f), x, x < -87.33f);
  floats n = x * 1.44269504088896341f;
  // Rounding to the nearest integer by a number so large that no fraction is left.
  const float magic = 12582912.0f;
  floats rounded = n + magic;
  integers exponent = reinterpret_cast<integers>(rounded) - 0x4B400000;
  n = rounded - magic;
  floats r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  floats p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  floats result = p * reinterpret_cast<floats>((exponent + 127) << 23);
  return both(floats(0.0f), result, underflows);
}

/// The error function to about 1e-7.
///
/// A quotient of polynomials in x², on |x| ≤ 4, beyond which it is ±1 in single precision; the
/// coefficients are those of Eigen's and XLA's single-precision erf.
inline floats error_function(floats x) {
  x = both(floats(3.832506856900711f), x, x > 3.832506856900711f);
  x = both(floats(-3.832506856900711f), x, x < -3.832506856900711f);
  floats s = x * x;
  floats a = 0.00022905065861350646f;
  a = a * s + 0.0034082910107109506f;
  a = a * s + 0.050955695062380861f;
  a = a * s + 0.18520832239976145f;
  a = a * s + 1.128379143519084f;
  floats b = -1.1791602954361697e-7f;
  b = b * s + 0.000023547966471313185f;
  b = b * s + 0.0010179625278914885f;
  b = b * s + 0.014070470171167667f;
  b = b * s + 0.11098505178285362f;
  b = b * s + 0.49746925110067538f;
  b = b * s + 1.0f;
  return x * a / b;
}

inline naturals random_bits(naturals position, const dropout_rule &rule) {
  // Two rounds of a 32-bit finaliser (Wellons' lowbias32) with the seed between them.
  naturals x = position ^ rule.seed[0];
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;
  x += rule.seed[1];
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;
  return x;
}

inline naturals positions(uint64_t start) {
  naturals step = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return step + static_cast<uint32_t>(start);
}

/// x with the elements at `start`, `start` + 1, … dropped or scaled.
inline floats dropped(floats x, uint64_t start, const dropout_rule &rule) {
  integers keep = random_bits(positions(start), rule) < rule.limit;
  return both(x * rule.scale, floats(0.0f), keep);
}

} }
