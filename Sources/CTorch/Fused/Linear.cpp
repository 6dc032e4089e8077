// Linear layers, of which derivatives of any order are products of matrices again.
//
// A product in which no factor is turned, or only the first, is computed by oneDNN on processors
// with AVX-512, where it is the faster one at the widths of encoders (measured: `x W` a fifth, `xᵀ
// y` a tenth, with some 100 rows); libtorch's own BLAS has all others.

#include "Fused.h"

#include <dlfcn.h>

using namespace fused;

namespace {

/// oneDNN's `dnnl_sgemm`: of matrices in order of rows; 0 when all went well.
using sgemm = int (*)(
    char, char, int64_t, int64_t, int64_t, float, const float *, int64_t, const float *, int64_t,
    float, float *, int64_t);

/// The product of the oneDNN that libtorch itself was linked with, where the processor has what
/// makes it fast; null where libtorch has oneDNN inside, as the upstream builds do, or none.
sgemm find_sgemm() {
  static const sgemm found = reinterpret_cast<sgemm>(shim::libtorch_symbol("dnnl_sgemm"));
  return kernels::chosen().bits >= 512 ? found : nullptr;
}

/// `op(a) op(b)`, where `op` turns a matrix or not.
at::Tensor compute(const at::Tensor &a, const at::Tensor &b, bool turns_a, bool turns_b) {
  const int64_t rows = a.size(turns_a ? 1 : 0), inner = a.size(turns_a ? 0 : 1);
  const int64_t columns = b.size(turns_b ? 0 : 1);
  const sgemm product = turns_b ? nullptr : find_sgemm();
  if (product && rows > 0 && inner > 0 && columns > 0) {
    at::Tensor left = a.contiguous(), right = b.contiguous();
    at::Tensor result = at::empty({rows, columns}, a.options());
    const int status = product(
        turns_a ? 'T' : 'N', 'N', rows, columns, inner, 1, read(left), left.size(1), read(right),
        right.size(1), 0, write(result), columns);
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
    if (context->needs_input_grad(0)) {
      result[0] = ta ? of(b, slope, tb, true) : of(slope, b, false, !tb);
    }
    if (context->needs_input_grad(1)) {
      result[1] = tb ? of(slope, a, true, ta) : of(a, slope, !ta, false);
    }
    return result;
  }
  /// The product, recorded where derivatives are.
  static Variable of(const Variable &a, const Variable &b, bool turns_a, bool turns_b) {
    return c10::GradMode::is_enabled() ? apply(a, b, turns_a, turns_b)
                                      : compute(a, b, turns_a, turns_b);
  }
};

/// `x Wᵀ + bias` of x (rows, inputs); an empty bias is none.
struct Linear : Function<Linear> {
  static Variable forward(AutogradContext *context, Variable x, Variable weight, Variable bias) {
    context->save_for_backward(
        {weight.requires_grad() ? x : Variable(), x.requires_grad() ? weight : Variable()});
    return is_present(bias) ? at::addmm(bias, x, weight.t()) : at::mm(x, weight.t());
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

} // namespace

const char *ctorch_product_library(void) {
  return shim::guarded<const char *>(nullptr, []() {
    Dl_info place;
    const sgemm product = find_sgemm();
    const bool is_known = product && dladdr(reinterpret_cast<void *>(product), &place);
    return is_known && place.dli_fname ? place.dli_fname : "";
  });
}

ctorch_tensor ctorch_linear(
    ctorch_tensor x, ctorch_tensor weight, ctorch_tensor bias, bool is_fused) {
  return shim::tensor([&]() -> at::Tensor {
    const at::Tensor &input = shim::value(x), &w = shim::value(weight);
    const at::Tensor shift = shim::optional(bias);
    shim::expect_rows("x", input);
    TORCH_CHECK(
        w.dim() == 2 && w.size(1) == input.size(-1), "the weight must have the shape [outputs, ",
        input.size(-1), "], not ", w.sizes());
    shim::expect_kind("the weight", w, input);
    if (shift.defined()) shim::expect("the bias", shift, {w.size(0)}, input);
    if (is_fused && shim::fits_kernels(input) && find_sgemm()) {
      at::Tensor rows = Linear::apply(
          input.reshape({-1, w.size(1)}).contiguous(), w.contiguous(), present(shift));
      std::vector<int64_t> shape = input.sizes().vec();
      shape.back() = w.size(0);
      return rows.view(shape);
    }
    return shift.defined() ? at::linear(input, w, shift) : at::linear(input, w);
  });
}
