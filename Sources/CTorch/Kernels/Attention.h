// Attention within a sentence, one head at a time, forward and in both backward orders.
//
//     S = scale · Q Kᵀ,  P = softmax(S),  D = dropout(P),  O = D V
//
// Q, K, V and O are (subwords, heads · size) of packed sentences; nothing is ever padded but to
// whole vectors. P is not kept: the logarithms of its rows' sums are enough to compute it again.
#pragma once

#include "Vectors.h"

namespace kernels { namespace {

/// A (length, size) part of a matrix, every row filled up with zeros to whole vectors.
inline void gather(
    float *__restrict to, const float *__restrict from, int64_t rows, int64_t size,
    int64_t stride) {
  int64_t width = padded(size);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t c = 0; c < width; c += lanes) {
      store(to + i * width + c, load(from + i * stride + c, size - c));
    }
  }
}

/// The same, transposed: (size, length), every row filled up to whole vectors.
inline void gather_transposed(
    float *__restrict to, const float *__restrict from, int64_t rows, int64_t size,
    int64_t stride) {
  int64_t width = padded(rows);
  for (int64_t c = 0; c < size; ++c) {
    float *line = to + c * width;
    for (int64_t i = 0; i < rows; ++i) line[i] = from[i * stride + c];
    for (int64_t i = rows; i < width; ++i) line[i] = 0;
  }
}

/// Adds or writes a (length, size) part back.
inline void scatter(
    float *__restrict to, const float *__restrict from, int64_t rows, int64_t size,
    int64_t stride) {
  int64_t width = padded(size);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t c = 0; c < size; c += lanes) {
      store(to + i * stride + c, load(from + i * width + c), size - c);
    }
  }
}

template <int Rows, int Vectors, bool Adds>
inline void product_block(
    float *__restrict c, int64_t ldc, const float *__restrict a, int64_t row_stride,
    int64_t inner_stride, const float *__restrict b, int64_t ldb, int64_t inner, float scale) {
  floats sums[Rows][Vectors];
  for (int i = 0; i < Rows; ++i) {
    for (int v = 0; v < Vectors; ++v) sums[i][v] = 0;
  }
  for (int64_t k = 0; k < inner; ++k) {
    floats line[Vectors];
    for (int v = 0; v < Vectors; ++v) line[v] = load(b + k * ldb + v * lanes);
    for (int i = 0; i < Rows; ++i) {
      floats factor = a[i * row_stride + k * inner_stride];
      for (int v = 0; v < Vectors; ++v) sums[i][v] += factor * line[v];
    }
  }
  for (int i = 0; i < Rows; ++i) {
    for (int v = 0; v < Vectors; ++v) {
      float *place = c + i * ldc + v * lanes;
      floats value = sums[i][v] * scale;
      store(place, Adds ? load(place) + value : value);
    }
  }
}

template <int Rows, bool Adds>
inline void product_rows(
    float *c, int64_t ldc, const float *a, int64_t row_stride, int64_t inner_stride,
    const float *b, int64_t ldb, int64_t columns, int64_t inner, float scale) {
  int64_t j = 0;
  for (; j + 4 * lanes <= columns; j += 4 * lanes) {
    product_block<Rows, 4, Adds>(
        c + j, ldc, a, row_stride, inner_stride, b + j, ldb, inner, scale);
  }
  for (; j + 2 * lanes <= columns; j += 2 * lanes) {
    product_block<Rows, 2, Adds>(
        c + j, ldc, a, row_stride, inner_stride, b + j, ldb, inner, scale);
  }
  for (; j < columns; j += lanes) {
    product_block<Rows, 1, Adds>(
        c + j, ldc, a, row_stride, inner_stride, b + j, ldb, inner, scale);
  }
}

/// C = scale · A B, or C += that: A is (rows, inner) with any strides, so also a transposed one; B
/// is (inner, columns), C (rows, columns), `columns` whole vectors.
template <bool Adds>
inline void product(
    float *c, int64_t ldc, const float *a, int64_t row_stride, int64_t inner_stride,
    const float *b, int64_t ldb, int64_t rows, int64_t columns, int64_t inner, float scale) {
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    product_rows<4, Adds>(
        c + i * ldc, ldc, a + i * row_stride, row_stride, inner_stride, b, ldb, columns, inner,
        scale);
  }
  for (; i < rows; ++i) {
    product_rows<1, Adds>(
        c + i * ldc, ldc, a + i * row_stride, row_stride, inner_stride, b, ldb, columns, inner,
        scale);
  }
}

/// Softmax of each row in place; the logarithm of the sum of exponentials of each into `logs`.
inline void softmax_rows(float *s, int64_t length, float *logs, int64_t step) {
  int64_t width = padded(length);
  for (int64_t i = 0; i < length; ++i) {
    float *line = s + i * width;
    for (int64_t j = length; j < width; ++j) line[j] = -INFINITY;
    floats most = load(line);
    for (int64_t j = lanes; j < width; j += lanes) most = larger(most, load(line + j));
    float top = maximum(most);
    floats total = 0;
    for (int64_t j = 0; j < width; j += lanes) {
      floats e = exponential(load(line + j) - top);
      store(line + j, e);
      total += e;
    }
    float all = sum(total);
    float share = 1 / all;
    for (int64_t j = 0; j < width; j += lanes) store(line + j, load(line + j) * share);
    logs[i * step] = top + std::log(all);
  }
}

/// The same softmax again, of the scores and the logarithms.
inline void softmax_again(float *s, int64_t length, const float *logs, int64_t step) {
  int64_t width = padded(length);
  for (int64_t i = 0; i < length; ++i) {
    float *line = s + i * width;
    for (int64_t j = length; j < width; ++j) line[j] = -INFINITY;
    for (int64_t j = 0; j < width; j += lanes) {
      store(line + j, exponential(load(line + j) - logs[i * step]));
    }
  }
}

void attention_forward(
    const attention_site &site, const float *q, const float *k, const float *v, float *out,
    float *logs, float *memory) {
  const int64_t n = site.length, d = site.size, wide = padded(n), deep = padded(d);
  float *scores = memory, *turned = scores + n * wide, *values = turned + deep * wide,
        *result = values + wide * deep;
  const int64_t at = site.offset();
  gather_transposed(turned, k + at, n, d, site.stride);
  gather(values, v + at, n, d, site.stride);
  product<false>(scores, wide, q + at, site.stride, 1, turned, wide, n, wide, d, site.scale);
  softmax_rows(scores, n, logs + site.row * site.heads + site.head, site.heads);
  if (site.rule.drops()) {
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < wide; j += lanes) {
        float *place = scores + i * wide + j;
        store(place, dropped(load(place), site.position(i) + j, site.rule));
      }
    }
  }
  product<false>(result, deep, scores, wide, 1, values, deep, n, deep, n, 1.0f);
  scatter(out + at, result, n, d, site.stride);
}

void attention_backward(
    const attention_site &site, const float *q, const float *k, const float *v, const float *logs,
    const float *slope, float *dq, float *dk, float *dv, float *memory) {
  const int64_t n = site.length, d = site.size, wide = padded(n), deep = padded(d);
  const int64_t square = n * wide, side = wide * deep, at = site.offset();
  float *p = memory, *dp = p + square, *kept = dp + square, *turned = kept + square,
        *plain = turned + side, *result = plain + side;
  // P, and P after dropout
  gather_transposed(turned, k + at, n, d, site.stride);
  product<false>(p, wide, q + at, site.stride, 1, turned, wide, n, wide, d, site.scale);
  softmax_again(p, n, logs + site.row * site.heads + site.head, site.heads);
  // dP = dropout(dO Vᵀ)
  gather_transposed(turned, v + at, n, d, site.stride);
  product<false>(dp, wide, slope + at, site.stride, 1, turned, wide, n, wide, d, 1.0f);
  // dS = P (dP − Σ dP P)
  for (int64_t i = 0; i < n; ++i) {
    float *line = p + i * wide, *grad = dp + i * wide, *drop = kept + i * wide;
    floats total = 0;
    for (int64_t j = 0; j < wide; j += lanes) {
      floats share = load(line + j), g = load(grad + j);
      if (site.rule.drops()) {
        g = dropped(g, site.position(i) + j, site.rule);
        store(grad + j, g);
        store(drop + j, dropped(share, site.position(i) + j, site.rule));
      } else {
        store(drop + j, share);
      }
      total += g * share;
    }
    float mean = sum(total);
    for (int64_t j = 0; j < wide; j += lanes) {
      store(grad + j, load(line + j) * (load(grad + j) - mean));
    }
  }
  // dV = Dᵀ dO, dQ = scale dS K, dK = scale dSᵀ Q
  gather(plain, slope + at, n, d, site.stride);
  product<false>(result, deep, kept, 1, wide, plain, deep, n, deep, n, 1.0f);
  scatter(dv + at, result, n, d, site.stride);
  gather(plain, k + at, n, d, site.stride);
  product<false>(result, deep, dp, wide, 1, plain, deep, n, deep, n, site.scale);
  scatter(dq + at, result, n, d, site.stride);
  gather(plain, q + at, n, d, site.stride);
  product<false>(result, deep, dp, 1, wide, plain, deep, n, deep, n, site.scale);
  scatter(dk + at, result, n, d, site.stride);
}

/// The derivative of `attention_backward`: of ⟨a, dQ⟩ + ⟨b, dK⟩ + ⟨c, dV⟩ with respect to dO, Q, K
/// and V.
///
///     W = scale (a Kᵀ + Q bᵀ)                       ∂/∂dS
///     U = P (W − Σ W P)                             ∂/∂dP
///     X = W (dP − ρ) − ω dP + dropout(dO cᵀ)        ∂/∂P, ρ = Σ dP P, ω = Σ W P
///     Y = P (X − Σ X P)                             ∂/∂S
///     ∂dO = dropout(U) V + D c        ∂V = dropout(U)ᵀ dO
///     ∂Q = scale (dS b + Y K)         ∂K = scale (dSᵀ a + Yᵀ Q)
void attention_second(
    const attention_site &site, const float *q, const float *k, const float *v, const float *logs,
    const float *slope, const float *a, const float *b, const float *c, float *out_slope,
    float *out_q, float *out_k, float *out_v, float *memory) {
  const int64_t n = site.length, d = site.size, wide = padded(n), deep = padded(d);
  const int64_t square = n * wide, side = wide * deep, at = site.offset();
  float *p = memory, *dp = p + square, *w = dp + square, *x = w + square, *turned = x + square,
        *plain = turned + side, *result = plain + side;
  gather_transposed(turned, k + at, n, d, site.stride);
  product<false>(p, wide, q + at, site.stride, 1, turned, wide, n, wide, d, site.scale);
  softmax_again(p, n, logs + site.row * site.heads + site.head, site.heads);
  product<false>(w, wide, a + at, site.stride, 1, turned, wide, n, wide, d, site.scale);
  gather_transposed(turned, b + at, n, d, site.stride);
  product<true>(w, wide, q + at, site.stride, 1, turned, wide, n, wide, d, site.scale);
  gather_transposed(turned, v + at, n, d, site.stride);
  product<false>(dp, wide, slope + at, site.stride, 1, turned, wide, n, wide, d, 1.0f);
  gather_transposed(turned, c + at, n, d, site.stride);
  product<false>(x, wide, slope + at, site.stride, 1, turned, wide, n, wide, d, 1.0f);
  for (int64_t i = 0; i < n; ++i) {
    float *lp = p + i * wide, *ld = dp + i * wide, *lw = w + i * wide, *lx = x + i * wide;
    floats rho_sum = 0, omega_sum = 0;
    for (int64_t j = 0; j < wide; j += lanes) {
      if (site.rule.drops()) {
        store(ld + j, dropped(load(ld + j), site.position(i) + j, site.rule));
        store(lx + j, dropped(load(lx + j), site.position(i) + j, site.rule));
      }
      rho_sum += load(ld + j) * load(lp + j);
      omega_sum += load(lw + j) * load(lp + j);
    }
    float rho = sum(rho_sum), omega = sum(omega_sum);
    floats mean_sum = 0;
    for (int64_t j = 0; j < wide; j += lanes) {
      floats all = load(lw + j) * (load(ld + j) - rho) - load(ld + j) * omega + load(lx + j);
      store(lx + j, all);
      mean_sum += all * load(lp + j);
    }
    float mean = sum(mean_sum);
    for (int64_t j = 0; j < wide; j += lanes) {
      floats share = load(lp + j);
      store(lx + j, share * (load(lx + j) - mean));             // Y
      store(ld + j, share * (load(ld + j) - rho));              // dS
      floats u = share * (load(lw + j) - omega);
      floats kept = share;
      if (site.rule.drops()) {
        u = dropped(u, site.position(i) + j, site.rule);
        kept = dropped(share, site.position(i) + j, site.rule);
      }
      store(lw + j, u);     // dropout(U)
      store(lp + j, kept);  // D
    }
  }
  // ∂dO
  gather(plain, v + at, n, d, site.stride);
  product<false>(result, deep, w, wide, 1, plain, deep, n, deep, n, 1.0f);
  gather(plain, c + at, n, d, site.stride);
  product<true>(result, deep, p, wide, 1, plain, deep, n, deep, n, 1.0f);
  scatter(out_slope + at, result, n, d, site.stride);
  // ∂V
  gather(plain, slope + at, n, d, site.stride);
  product<false>(result, deep, w, 1, wide, plain, deep, n, deep, n, 1.0f);
  scatter(out_v + at, result, n, d, site.stride);
  // ∂Q
  gather(plain, b + at, n, d, site.stride);
  product<false>(result, deep, dp, wide, 1, plain, deep, n, deep, n, site.scale);
  gather(plain, k + at, n, d, site.stride);
  product<true>(result, deep, x, wide, 1, plain, deep, n, deep, n, site.scale);
  scatter(out_q + at, result, n, d, site.stride);
  // ∂K
  gather(plain, a + at, n, d, site.stride);
  product<false>(result, deep, dp, 1, wide, plain, deep, n, deep, n, site.scale);
  gather(plain, q + at, n, d, site.stride);
  product<true>(result, deep, x, 1, wide, plain, deep, n, deep, n, site.scale);
  scatter(out_k + at, result, n, d, site.stride);
}

} }
