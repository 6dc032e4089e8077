// Dropout: which elements it keeps is a hash of their positions and of one number of a stream.

#include "Fused.h"

using namespace fused;

namespace {

/// x with elements dropped: linear in x, so that its derivative is itself, of any order.
struct Dropout : Function<Dropout> {
  static Variable forward(AutogradContext *context, Variable x, double keep, int64_t seed) {
    const dropout_choice choice{keep, seed};
    choice.save(context);
    return dropped(x, choice);
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    return {dropout(slopes[0], dropout_choice::restore(context)), Variable(), Variable()};
  }
};

} // namespace

dropout_choice fused::choose(double keep, ctorch_generator generator) {
  TORCH_CHECK(
      keep > 0 && keep <= 1, "the chance to keep an element must be above 0 and at most 1, not ",
      keep);
  if (!generator || keep == 1) return {};
  return {keep, static_cast<int64_t>(shim::draw(generator))};
}

at::Tensor fused::dropped(const at::Tensor &x, const dropout_choice &choice) {
  at::Tensor from = x.contiguous(), result = at::empty_like(from);
  const kernels::table &kernel = kernels::chosen();
  const kernels::dropout_rule rule = choice.rule();
  const float *in = read(from);
  float *out = write(result);
  at::parallel_for(0, from.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
    kernel.dropout_span(in, out, begin, end, rule);
  });
  return result;
}

at::Tensor fused::dropout(const at::Tensor &x, const dropout_choice &choice) {
  return Dropout::apply(x, choice.keep, choice.seed);
}

at::Tensor fused::dropout_factors(
    at::IntArrayRef shape, const dropout_choice &choice, const at::Tensor &like) {
  return dropped(at::ones(shape, at::TensorOptions().dtype(at::kFloat)), choice)
      .to(like.options());
}

ctorch_tensor ctorch_dropout(
    ctorch_tensor x, double keep, ctorch_generator generator, bool is_fused) {
  return shim::tensor([&]() -> at::Tensor {
    const at::Tensor &input = shim::value(x);
    TORCH_CHECK(
        input.is_floating_point(), "x must be floating-point numbers, not ", input.scalar_type());
    const dropout_choice choice = choose(keep, generator);
    if (!choice.drops()) return input;
    if (is_fused && shim::fits_kernels(input)) return dropout(input, choice);
    return input * dropout_factors(input.sizes(), choice, input);
  });
}
