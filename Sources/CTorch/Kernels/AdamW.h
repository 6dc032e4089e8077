// AdamW in one pass over memory.
//
// No multiplication is contracted with an addition here, so that a step gives the same bits with
// any vectors.
#pragma once

#include "Vectors.h"

#pragma clang fp contract(off)

namespace kernels { namespace {

/// Moves up to `lanes` parameters, and keeps their moments.
inline void adamw_move(
    float *p, float *m, float *v, int64_t count, floats first, floats second,
    const adamw_step &a) {
  store(m, first, count);
  store(v, second, count);
  store(
      p,
      load(p, count) * a.decay +
          first / (__builtin_elementwise_sqrt(second) / a.root + a.epsilon) * a.rate,
      count);
}

/// One AdamW step of `count` parameters p with the gradient g and the moments m and v.
void adamw_span(
    float *p, const float *g, float *m, float *v, int64_t count, const adamw_step &a) {
  for (int64_t i = 0; i < count; i += lanes) {
    const int64_t rest = count - i;
    floats slope = load(g + i, rest);
    floats first = load(m + i, rest) * a.beta1 + slope * a.rest1;
    floats second = load(v + i, rest) * a.beta2 + slope * slope * a.rest2;
    adamw_move(p + i, m + i, v + i, rest, first, second, a);
  }
}

/// The same where the gradient is zero.
void adamw_span_at_rest(float *p, float *m, float *v, int64_t count, const adamw_step &a) {
  for (int64_t i = 0; i < count; i += lanes) {
    const int64_t rest = count - i;
    floats first = load(m + i, rest) * a.beta1;
    floats second = load(v + i, rest) * a.beta2;
    adamw_move(p + i, m + i, v + i, rest, first, second, a);
  }
}

} }

#pragma clang fp contract(on)
