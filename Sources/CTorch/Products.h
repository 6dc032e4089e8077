// Products of matrices, of which derivatives of any order are products again.
//
// A product in which no factor is turned, or only the first, is computed by oneDNN on processors with
// AVX-512, where it is the faster one at the widths of encoders (measured: `x W` a fifth, `xᵀ y` a
// tenth, with some 100 rows); libtorch's own BLAS has all others.
#pragma once

#include "Kernels.h"

#include <dlfcn.h>
#include <torch/torch.h>

namespace products {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// oneDNN's `dnnl_sgemm`: of matrices in order of rows; 0 when all went well.
using sgemm = int (*)(
    char, char, int64_t, int64_t, int64_t, float, const float *, int64_t, const float *, int64_t,
    float, float *, int64_t);

/// oneDNN's product, where libtorch has brought it and the processor has what makes it fast.
inline sgemm find_sgemm() {
  static const sgemm found = reinterpret_cast<sgemm>(dlsym(RTLD_DEFAULT, "dnnl_sgemm"));
  return kernels::this_processor() == kernels::processor::avx512 ? found : nullptr;
}

/// `op(a) op(b)`, where `op` turns a matrix or not.
inline at::Tensor compute(const at::Tensor &a, const at::Tensor &b, bool turns_a, bool turns_b) {
  const int64_t rows = a.size(turns_a ? 1 : 0), inner = a.size(turns_a ? 0 : 1);
  const int64_t columns = b.size(turns_b ? 0 : 1);
  const sgemm product = turns_b ? nullptr : find_sgemm();
  if (product && rows > 0 && inner > 0 && columns > 0) {
    at::Tensor left = a.contiguous(), right = b.contiguous();
    at::Tensor result = at::empty({rows, columns}, a.options());
    const int status = product(
        turns_a ? 'T' : 'N', 'N', rows, columns, inner, 1, left.data_ptr<float>(), left.size(1),
        right.data_ptr<float>(), right.size(1), 0, result.data_ptr<float>(), columns);
    if (status == 0) return result;
  }
  return at::mm(turns_a ? a.t() : a, turns_b ? b.t() : b);
}

struct Product : Function<Product> {
  static Variable forward(
      AutogradContext *context, Variable a, Variable b, bool turns_a, bool turns_b) {
    // Each factor is needed for the other's derivative only.
    context->save_for_backward(
        {b.requires_grad() ? a : Variable(), a.requires_grad() ? b : Variable()});
    context->saved_data["a"] = turns_a;
    context->saved_data["b"] = turns_b;
    return compute(a, b, turns_a, turns_b);
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    const Variable &slope = slopes[0], &a = saved[0], &b = saved[1];
    const bool ta = context->saved_data["a"].toBool(), tb = context->saved_data["b"].toBool();
    variable_list result(4);
    if (context->needs_input_grad(0)) result[0] = ta ? of(b, slope, tb, true) : of(slope, b, false, !tb);
    if (context->needs_input_grad(1)) result[1] = tb ? of(slope, a, true, ta) : of(a, slope, !ta, false);
    return result;
  }
  /// The product, recorded where derivatives are.
  static Variable of(const Variable &a, const Variable &b, bool turns_a, bool turns_b) {
    return at::GradMode::is_enabled() ? apply(a, b, turns_a, turns_b)
                                      : compute(a, b, turns_a, turns_b);
  }
};

/// `x Wᵀ + bias` of x (rows, inputs); an empty bias is none.
struct Linear : Function<Linear> {
  static Variable forward(AutogradContext *context, Variable x, Variable weight, Variable bias) {
    context->save_for_backward(
        {weight.requires_grad() ? x : Variable(), x.requires_grad() ? weight : Variable()});
    return bias.numel() > 0 ? at::addmm(bias, x, weight.t()) : at::mm(x, weight.t());
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    const Variable &slope = slopes[0];
    variable_list result(3);
    if (context->needs_input_grad(0)) result[0] = Product::of(slope, saved[1], false, false);
    if (context->needs_input_grad(1)) result[1] = Product::of(slope, saved[0], true, false);
    if (context->needs_input_grad(2)) result[2] = slope.sum(0);
    return result;
  }
};

} // namespace products
