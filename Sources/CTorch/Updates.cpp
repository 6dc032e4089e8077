// What optimizers do to tensors in place.

#include "Kernels/Kernels.h"
#include "Shim.h"

#include <ATen/MemoryOverlap.h>
#include <ATen/Parallel.h>
#include <cmath>

using shim::update;
using shim::value;

int ctorch_add_in_place(ctorch_tensor a, ctorch_tensor b, double factor) {
  return update([&]() { value(a).add_(value(b), factor); });
}

int ctorch_multiply_in_place(ctorch_tensor a, double factor) {
  return update([&]() { value(a).mul_(factor); });
}

int ctorch_copy_in_place(ctorch_tensor a, ctorch_tensor b) {
  return update([&]() { value(a).copy_(value(b)); });
}

int ctorch_replace_rows(ctorch_tensor a, ctorch_tensor indices, ctorch_tensor rows) {
  return update([&]() { value(a).index_copy_(0, value(indices), value(rows)); });
}

int ctorch_sum_of_squares(ctorch_tensor a, bool is_fused, double *sum) {
  double total = 0;
  const int failed = update([&]() {
    if (is_fused && shim::fits_kernels(value(a))) {
      at::Tensor x = value(a).contiguous();
      total = kernels::chosen().sum_of_squares(x.data_ptr<float>(), 0, x.numel());
    } else {
      total = value(a).to(at::kDouble).square().sum().item().toDouble();
    }
  });
  if (!failed) *sum = total;
  return failed;
}

// AdamW

namespace {

/// What a step is taken with: the parameters, their gradient and their moments.
struct moving {
  at::Tensor p, g, m, v;

  /// Expects the three that change to be of one floating-point type, shape and device, and of no
  /// common memory with each other or the gradient.
  void expect_apart() const {
    TORCH_CHECK(
        p.is_floating_point(), "the parameter must be floating-point numbers, not ",
        p.scalar_type());
    shim::expect("the first moment", m, p.sizes(), p);
    shim::expect("the second moment", v, p.sizes(), p);
    shim::expect_kind("the gradient", g, p);
    if (p.numel() == 0) return;
    for (const at::Tensor *each : {&g, &m, &v}) at::assert_no_overlap(p, *each);
    for (const at::Tensor *each : {&g, &v}) at::assert_no_overlap(m, *each);
    at::assert_no_overlap(v, g);
  }

  /// Whether one pass over memory can change them.
  bool fits_one_pass() const {
    return shim::fits_kernels(p) && p.is_contiguous() && m.is_contiguous() &&
        v.is_contiguous();
  }

  /// A step by libtorch's own operations.
  void take_plain_step(const ctorch_adamw_rule &rule) const {
    const double steps = static_cast<double>(rule.step);
    const double correction1 = 1 - std::pow(rule.beta1, steps);
    const double correction2 = 1 - std::pow(rule.beta2, steps);
    if (rule.weight_decay != 0) p.mul_(1 - rule.learning_rate * rule.weight_decay);
    m.mul_(rule.beta1).add_(g, 1 - rule.beta1);
    v.mul_(rule.beta2).addcmul_(g, g, 1 - rule.beta2);
    at::Tensor denominator = v.sqrt().div_(std::sqrt(correction2)).add_(rule.epsilon);
    p.addcdiv_(m, denominator, -rule.learning_rate / correction1);
  }
};

void expect_counted(const ctorch_adamw_rule &rule) {
  TORCH_CHECK(rule.step >= 1, "AdamW counts its steps from 1, not from ", rule.step);
}

kernels::adamw_step constants(const ctorch_adamw_rule &rule) {
  const double steps = static_cast<double>(rule.step);
  const double correction1 = 1 - std::pow(rule.beta1, steps);
  const double correction2 = 1 - std::pow(rule.beta2, steps);
  return {
      static_cast<float>(1 - rule.learning_rate * rule.weight_decay),
      static_cast<float>(rule.beta1), static_cast<float>(1 - rule.beta1),
      static_cast<float>(rule.beta2), static_cast<float>(1 - rule.beta2),
      static_cast<float>(std::sqrt(correction2)), static_cast<float>(rule.epsilon),
      static_cast<float>(-rule.learning_rate / correction1)};
}

} // namespace

int ctorch_adamw(
    ctorch_tensor parameter, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    ctorch_adamw_rule rule, bool is_fused) {
  return update([&]() {
    const moving all{value(parameter), value(gradient), value(first), value(second)};
    all.expect_apart();
    shim::expect("the gradient", all.g, all.p.sizes(), all.p);
    expect_counted(rule);
    if (!is_fused || !all.fits_one_pass()) return all.take_plain_step(rule);
    const at::Tensor g = all.g.contiguous();
    float *p = all.p.data_ptr<float>(), *m = all.m.data_ptr<float>(),
          *v = all.v.data_ptr<float>();
    const float *slope = g.data_ptr<float>();
    const kernels::table &kernel = kernels::chosen();
    const kernels::adamw_step step = constants(rule);
    at::parallel_for(0, g.numel(), 1 << 14, [&](int64_t begin, int64_t end) {
      kernel.adamw_span(p + begin, slope + begin, m + begin, v + begin, end - begin, step);
    });
  });
}

int ctorch_adamw_rows(
    ctorch_tensor rows, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    const int64_t *sources, int64_t count, ctorch_adamw_rule rule, bool is_fused) {
  return update([&]() {
    moving all{value(rows), value(gradient), value(first), value(second)};
    all.expect_apart();
    expect_counted(rule);
    TORCH_CHECK(
        all.p.dim() == 2 && all.g.dim() == 2 && all.g.size(1) == all.p.size(1),
        "the rows and the gradient must be rows of one size, not ", all.p.sizes(), " and ",
        all.g.sizes());
    TORCH_CHECK(
        count >= 0 && count <= all.p.size(0) && (sources || count == 0), "from 0 to ",
        all.p.size(0), " rows can be updated, not ", count);
    for (int64_t row = 0; row < count; ++row) {
      TORCH_CHECK(
          sources[row] < all.g.size(0), "the gradient of row ", row, " must be one of ",
          all.g.size(0), " rows, not ", sources[row]);
    }
    const int64_t size = all.p.size(1);
    if (!is_fused || !all.fits_one_pass()) {
      at::Tensor dense = at::zeros({count, size}, all.g.options());
      for (int64_t row = 0; row < count; ++row) {
        if (sources[row] >= 0) dense.select(0, row).copy_(all.g.select(0, sources[row]));
      }
      return moving{
          all.p.narrow(0, 0, count), dense, all.m.narrow(0, 0, count), all.v.narrow(0, 0, count)}
          .take_plain_step(rule);
    }
    const at::Tensor g = all.g.contiguous();
    float *p = all.p.data_ptr<float>(), *m = all.m.data_ptr<float>(),
          *v = all.v.data_ptr<float>();
    const float *slope = g.data_ptr<float>();
    const kernels::table &kernel = kernels::chosen();
    const kernels::adamw_step step = constants(rule);
    at::parallel_for(0, count, 32, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const int64_t at = row * size;
        if (sources[row] < 0) {
          kernel.adamw_span_at_rest(p + at, m + at, v + at, size, step);
        } else {
          kernel.adamw_span(p + at, slope + sources[row] * size, m + at, v + at, size, step);
        }
      }
    });
  });
}
