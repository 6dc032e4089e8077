// Layer norm with the bias, the dropout and the residual before it.

#include "Fused.h"

#include <memory>

using namespace fused;

namespace {

/// dz of the layer norm of z, where dy is the slope of its result; moments are those of z.
struct NormSlope : Function<NormSlope> {
  static at::Tensor compute(
      const at::Tensor &dy, const at::Tensor &z, const at::Tensor &weight,
      const at::Tensor &moments, const at::Tensor &extra) {
    const kernels::table &kernel = kernels::chosen();
    at::Tensor grad = dy.contiguous(), result = at::empty_like(z);
    at::Tensor more = extra.defined() ? extra.contiguous() : extra;
    over_rows(z, [&](int64_t begin, int64_t end) {
      kernel.norm_backward_rows(
          read(grad), read(z), read(moments), read(weight), read(more), begin, end, z.size(-1),
          write(result));
    });
    return result;
  }
  static Variable forward(
      AutogradContext *context, Variable dy, Variable z, Variable weight, Variable moments) {
    context->save_for_backward({dy, z, weight, moments});
    return compute(dy, z, weight, moments, {});
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    expect_last_derivative("layer norm");
    variable_list saved = context->get_saved_variables();
    const kernels::table &kernel = kernels::chosen();
    at::Tensor dy = saved[0].contiguous(), z = saved[1], weight = saved[2], moments = saved[3];
    at::Tensor v = slopes[0].contiguous();
    at::Tensor out_dy = at::empty_like(z), out_z = at::empty_like(z), products;
    if (context->needs_input_grad(2)) products = at::empty_like(z);
    over_rows(z, [&](int64_t begin, int64_t end) {
      kernel.norm_second_rows(
          read(v), read(dy), read(z), read(moments), read(weight), begin, end, z.size(-1),
          write(out_dy), write(out_z), products.defined() ? write(products) : nullptr);
    });
    Variable out_weight;
    if (products.defined()) out_weight = sum_of_rows(products);
    return {out_dy, out_z, out_weight, Variable()};
  }
};

/// z = dropout(x + bias) + residual, and the layer norm of z: both are results.
struct ResidualNorm : Function<ResidualNorm> {
  static variable_list forward(
      AutogradContext *context, Variable x, Variable bias, Variable residual, Variable weight,
      Variable shift, double epsilon, double keep, int64_t seed) {
    const kernels::table &kernel = kernels::chosen();
    const dropout_choice choice{keep, seed};
    const kernels::dropout_rule rule = choice.rule();
    const int64_t size = x.size(-1);
    at::Tensor z = at::empty_like(x), y = at::empty_like(x);
    at::Tensor moments = at::empty({x.numel() / size, 2}, x.options());
    over_rows(x, [&](int64_t begin, int64_t end) {
      kernel.residual_norm_rows(
          read(x), read(bias), read(residual), read(weight), read(shift),
          static_cast<float>(epsilon), rule, begin, end, size, write(z), write(y),
          write(moments));
    });
    context->set_materialize_grads(false);
    context->save_for_backward({z, weight, moments});
    choice.save(context);
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["bias"] = is_present(bias);
    context->saved_data["residual"] = is_present(residual);
    return {z, y};
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    const at::Tensor &z = saved[0], &weight = saved[1], &moments = saved[2];
    const at::Tensor &dz = slopes[0], &dy = slopes[1];
    const bool records = c10::GradMode::is_enabled();
    int64_t size = z.size(-1);
    variable_list result(8);
    at::Tensor slope;  // of z
    if (!dy.defined()) {
      slope = dz;
    } else if (records) {
      slope = NormSlope::apply(dy, z, weight, moments);
      if (dz.defined()) slope = slope + dz;
    } else {
      slope = NormSlope::compute(dy, z, weight, moments, dz);
    }
    if (dy.defined() && context->needs_input_grad(3)) {
      at::Tensor normal =
          records ? at::layer_norm(z, {size}, {}, {}, context->saved_data["epsilon"].toDouble())
                  : (z.view({-1, size}) - moments.slice(1, 0, 1)).mul_(moments.slice(1, 1, 2));
      result[3] = (dy.reshape({-1, size}) * normal.view({-1, size})).sum(0);
    }
    if (dy.defined() && context->needs_input_grad(4)) result[4] = sum_of_rows(dy);
    if (!slope.defined()) return result;
    if (context->saved_data["residual"].toBool() && context->needs_input_grad(2)) {
      result[2] = slope;
    }
    const bool has_bias = context->saved_data["bias"].toBool();
    if (context->needs_input_grad(0) || (has_bias && context->needs_input_grad(1))) {
      const dropout_choice choice = dropout_choice::restore(context);
      at::Tensor dx = !choice.drops() ? slope
                      : records       ? dropout(slope, choice)
                                      : dropped(slope, choice);
      if (context->needs_input_grad(0)) result[0] = dx;
      if (has_bias && context->needs_input_grad(1)) result[1] = sum_of_rows(dx);
    }
    return result;
  }
};

} // namespace

int ctorch_residual_norm(
    ctorch_tensor x, ctorch_tensor bias, ctorch_tensor residual, ctorch_tensor weight,
    ctorch_tensor shift, double epsilon, double keep, ctorch_generator generator, bool is_fused,
    ctorch_tensor *sum, ctorch_tensor *normed) {
  return shim::status([&]() {
    const at::Tensor &input = shim::value(x), &scale = shim::value(weight),
                     &offset = shim::value(shift);
    const at::Tensor b = shim::optional(bias), r = shim::optional(residual);
    shim::expect_rows("x", input);
    shim::expect("the weight", scale, {input.size(-1)}, input);
    shim::expect("the shift", offset, {input.size(-1)}, input);
    if (b.defined()) shim::expect("the bias", b, {input.size(-1)}, input);
    if (r.defined()) shim::expect("the residual", r, input.sizes(), input);
    const dropout_choice choice = choose(keep, generator);
    at::Tensor z, y;
    if (is_fused && shim::fits_kernels(input)) {
      variable_list both = ResidualNorm::apply(
          input.contiguous(), present(b), present(r), scale.contiguous(), offset.contiguous(),
          epsilon, choice.keep, choice.seed);
      z = both[0];
      y = both[1];
    } else {
      z = b.defined() ? input + b : input;
      if (choice.drops()) z = z * dropout_factors(z.sizes(), choice, z);
      if (r.defined()) z = z + r;
      y = at::layer_norm(z, {z.size(-1)}, scale, offset, epsilon);
    }
    auto first = std::make_unique<ctorch_tensor_s>(ctorch_tensor_s{z});
    *normed = new ctorch_tensor_s{y};
    *sum = first.release();
  });
}
