// Loops over the rows of a matrix: layer norm with what stands before it, GELU, dropout.
#pragma once

#include "Vectors.h"

namespace kernels { namespace {

/// z = dropout(x + bias) + residual and y = (z − mean) · r · weight + shift, row by row.
///
/// `bias` and `residual` may be null. `moments` takes each row's mean and r = 1 / √(variance + ε).
void residual_norm_rows(
    const float *x, const float *bias, const float *residual, const float *weight,
    const float *shift, float epsilon, const dropout_rule &rule, int64_t begin, int64_t end,
    int64_t size, float *z, float *y, float *moments) {
  for (int64_t row = begin; row < end; ++row) {
    const float *from = x + row * size, *beside = residual ? residual + row * size : nullptr;
    float *to = z + row * size, *out = y + row * size;
    floats total = 0;
    for (int64_t c = 0; c < size; c += lanes) {
      floats value = load(from + c, size - c);
      if (bias) value += load(bias + c, size - c);
      if (rule.drops()) value = dropped(value, static_cast<uint64_t>(row * size + c), rule);
      if (beside) value += load(beside + c, size - c);
      if (size - c < lanes) {  // what was dropped or not beyond the end is nothing
        floats rest = 0;
        std::memcpy(&rest, &value, static_cast<size_t>(size - c) * sizeof(float));
        value = rest;
      }
      store(to + c, value, size - c);
      total += value;
    }
    const float mean = sum(total) / size;
    floats squares = 0;
    for (int64_t c = 0; c < size; c += lanes) {
      floats difference = load(to + c, size - c) - mean;
      if (size - c < lanes) {
        floats rest = 0;
        std::memcpy(&rest, &difference, static_cast<size_t>(size - c) * sizeof(float));
        difference = rest;
      }
      squares += difference * difference;
    }
    const float r = 1 / std::sqrt(sum(squares) / size + epsilon);
    moments[2 * row] = mean;
    moments[2 * row + 1] = r;
    for (int64_t c = 0; c < size; c += lanes) {
      floats normal = (load(to + c, size - c) - mean) * r;
      store(
          out + c, normal * load(weight + c, size - c) + load(shift + c, size - c), size - c);
    }
  }
}

/// dz = r (h − mean(h) − n · mean(h n)) + extra, with h = dy · weight and n the normalised row.
///
/// `extra` may be null.
void norm_backward_rows(
    const float *dy, const float *z, const float *moments, const float *weight, const float *extra,
    int64_t begin, int64_t end, int64_t size, float *dz) {
  for (int64_t row = begin; row < end; ++row) {
    const float *grad = dy + row * size, *from = z + row * size;
    const float mean = moments[2 * row], r = moments[2 * row + 1];
    floats plain = 0, product = 0;
    for (int64_t c = 0; c < size; c += lanes) {
      floats h = load(grad + c, size - c) * load(weight + c, size - c);
      plain += h;
      product += h * ((load(from + c, size - c) - mean) * r);
    }
    const float a = sum(plain) / size, b = sum(product) / size;
    for (int64_t c = 0; c < size; c += lanes) {
      floats h = load(grad + c, size - c) * load(weight + c, size - c);
      floats n = (load(from + c, size - c) - mean) * r;
      floats value = (h - a - n * b) * r;
      if (extra) value += load(extra + row * size + c, size - c);
      store(dz + row * size + c, value, size - c);
    }
  }
}

/// The derivative of ⟨v, dz⟩ of `norm_backward_rows` with respect to dy and z.
///
/// With h = dy · weight, n the normalised row, and means over the row:
///
///     ∂dy = weight · r (v − v̄ − n · mean(v n))  =  weight · u
///     ∂z  = −r² [ n (mean(v h) − v̄ h̄ − a b) + b (v − v̄) + a (h − h̄) − 2 a b n ],
///           a = mean(v n), b = mean(h n)
///
/// `products` gets dy · u, whose column sums are the derivative with respect to the weight; it may
/// be null.
void norm_second_rows(
    const float *v, const float *dy, const float *z, const float *moments, const float *weight,
    int64_t begin, int64_t end, int64_t size, float *out_dy, float *out_z, float *products) {
  for (int64_t row = begin; row < end; ++row) {
    const float *change = v + row * size, *grad = dy + row * size, *from = z + row * size;
    const float mean = moments[2 * row], r = moments[2 * row + 1];
    floats sums[5] = {0, 0, 0, 0, 0};  // v, h, v n, h n, v h
    for (int64_t c = 0; c < size; c += lanes) {
      floats h = load(grad + c, size - c) * load(weight + c, size - c);
      floats n = (load(from + c, size - c) - mean) * r, x = load(change + c, size - c);
      sums[0] += x;
      sums[1] += h;
      sums[2] += x * n;
      sums[3] += h * n;
      sums[4] += x * h;
    }
    const float v_mean = sum(sums[0]) / size, h_mean = sum(sums[1]) / size;
    const float a = sum(sums[2]) / size, b = sum(sums[3]) / size;
    const float s = sum(sums[4]) / size - v_mean * h_mean - a * b;
    for (int64_t c = 0; c < size; c += lanes) {
      floats g = load(grad + c, size - c), w = load(weight + c, size - c), h = g * w;
      floats n = (load(from + c, size - c) - mean) * r, x = load(change + c, size - c);
      floats u = (x - v_mean - n * a) * r;
      store(out_dy + row * size + c, u * w, size - c);
      if (products) store(products + row * size + c, u * g, size - c);
      floats inner = n * (s - 2 * a * b) + (x - v_mean) * b + (h - h_mean) * a;
      store(out_z + row * size + c, inner * (-r * r), size - c);
    }
  }
}

/// y = dropout(x); x is y's own memory or another's.
void dropout_span(
    const float *x, float *y, int64_t begin, int64_t end, const dropout_rule &rule) {
  for (int64_t i = begin; i < end; i += lanes) {
    store(y + i, dropped(load(x + i, end - i), static_cast<uint64_t>(i), rule), end - i);
  }
}

/// y = GELU(x + bias), x · Φ(x); `bias` may be null.
void gelu_rows(
    const float *x, const float *bias, float *y, int64_t begin, int64_t end, int64_t size) {
  for (int64_t row = begin; row < end; ++row) {
    for (int64_t c = 0; c < size; c += lanes) {
      floats value = load(x + row * size + c, size - c);
      if (bias) value += load(bias + c, size - c);
      floats half = value * 0.5f;
      store(
          y + row * size + c, half + half * error_function(value * 0.70710678118654752f), size - c);
    }
  }
}

/// dx = dy · (Φ(x) + x φ(x)) at x + bias.
void gelu_backward_rows(
    const float *dy, const float *x, const float *bias, float *dx, int64_t begin, int64_t end,
    int64_t size) {
  for (int64_t row = begin; row < end; ++row) {
    for (int64_t c = 0; c < size; c += lanes) {
      floats value = load(x + row * size + c, size - c);
      if (bias) value += load(bias + c, size - c);
      floats area = 0.5f + 0.5f * error_function(value * 0.70710678118654752f);
      floats density = 0.39894228040143268f * exponential(value * value * -0.5f);
      store(
          dx + row * size + c, load(dy + row * size + c, size - c) * (area + value * density),
          size - c);
    }
  }
}

/// The derivative of ⟨v, dx⟩ of `gelu_backward_rows`: ∂dy = v (Φ + x φ), ∂x = v dy (2 − x²) φ.
void gelu_second_rows(
    const float *v, const float *dy, const float *x, const float *bias, float *out_dy,
    float *out_x, int64_t begin, int64_t end, int64_t size) {
  for (int64_t row = begin; row < end; ++row) {
    for (int64_t c = 0; c < size; c += lanes) {
      const int64_t at = row * size + c;
      floats value = load(x + at, size - c);
      if (bias) value += load(bias + c, size - c);
      floats area = 0.5f + 0.5f * error_function(value * 0.70710678118654752f);
      floats density = 0.39894228040143268f * exponential(value * value * -0.5f);
      floats change = load(v + at, size - c);
      store(out_dy + at, change * (area + value * density), size - c);
      store(
          out_x + at,
          change * load(dy + at, size - c) * ((2.0f - value * value) * density), size - c);
    }
  }
}

/// The sum of squares, added up in double precision.
double sum_of_squares(const float *x, int64_t begin, int64_t end) {
  typedef double doubles __attribute__((ext_vector_type(8)));
  doubles total = 0;
  for (int64_t i = begin; i < end; i += lanes) {
    floats value = load(x + i, end - i);
    doubles low = __builtin_convertvector(value.lo, doubles);
    doubles high = __builtin_convertvector(value.hi, doubles);
    total += low * low + high * high;
  }
  auto four = total.lo + total.hi;
  return (four.x + four.z) + (four.y + four.w);
}

} }
