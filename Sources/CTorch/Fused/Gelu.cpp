// GELU with the bias of the linear layer before it.

#include "Fused.h"

using namespace fused;

namespace {

/// dx of `gelu(x + bias)`.
struct GeluSlope : Function<GeluSlope> {
  static at::Tensor compute(const at::Tensor &dy, const at::Tensor &x, const at::Tensor &bias) {
    const kernels::table &kernel = kernels::chosen();
    at::Tensor grad = dy.contiguous(), result = at::empty_like(x);
    over_rows(x, [&](int64_t begin, int64_t end) {
      kernel.gelu_backward_rows(
          read(grad), read(x), read(bias), write(result), begin, end, x.size(-1));
    });
    return result;
  }
  static Variable forward(AutogradContext *context, Variable dy, Variable x, Variable bias) {
    context->save_for_backward({dy, x, bias});
    return compute(dy, x, bias);
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    expect_last_derivative("GELU");
    variable_list saved = context->get_saved_variables();
    const kernels::table &kernel = kernels::chosen();
    at::Tensor dy = saved[0].contiguous(), x = saved[1], bias = saved[2];
    at::Tensor v = slopes[0].contiguous();
    at::Tensor out_dy = at::empty_like(x), out_x = at::empty_like(x);
    over_rows(x, [&](int64_t begin, int64_t end) {
      kernel.gelu_second_rows(
          read(v), read(dy), read(x), read(bias), write(out_dy), write(out_x), begin, end,
          x.size(-1));
    });
    Variable out_bias;
    if (is_present(bias) && context->needs_input_grad(2)) out_bias = sum_of_rows(out_x);
    return {out_dy, out_x, out_bias};
  }
};

struct BiasGelu : Function<BiasGelu> {
  static Variable forward(AutogradContext *context, Variable x, Variable bias) {
    const kernels::table &kernel = kernels::chosen();
    context->save_for_backward({x, bias});
    at::Tensor result = at::empty_like(x);
    over_rows(x, [&](int64_t begin, int64_t end) {
      kernel.gelu_rows(read(x), read(bias), write(result), begin, end, x.size(-1));
    });
    return result;
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    at::Tensor dx = c10::GradMode::is_enabled()
                        ? GeluSlope::apply(slopes[0], saved[0], saved[1])
                        : GeluSlope::compute(slopes[0], saved[0], saved[1]);
    Variable dbias;
    if (is_present(saved[1]) && context->needs_input_grad(1)) dbias = sum_of_rows(dx);
    return {dx, dbias};
  }
};

} // namespace

ctorch_tensor ctorch_bias_gelu(ctorch_tensor x, ctorch_tensor bias, bool is_fused) {
  return shim::tensor([&]() -> at::Tensor {
    const at::Tensor &input = shim::value(x);
    const at::Tensor shift = shim::optional(bias);
    shim::expect_rows("x", input);
    if (shift.defined()) shim::expect("the bias", shift, {input.size(-1)}, input);
    if (is_fused && shim::fits_kernels(input)) {
      return BiasGelu::apply(input.contiguous(), present(shift));
    }
    return at::gelu(shift.defined() ? input + shift : input);
  });
}
