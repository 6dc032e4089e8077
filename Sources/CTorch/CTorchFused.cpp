// Steps of a transformer's layer in one operation each, with their first and second derivatives.
//
// They take contiguous float32 on the CPU; anything else goes through libtorch's own operations, which
// are the plain form that these are tested against.

#include "Kernels.h"
#include "Products.h"
#include "Shim.h"

#include <ATen/Parallel.h>
#include <vector>

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

bool is_plain_float(const at::Tensor &x) {
  return !x.defined() || (x.scalar_type() == at::kFloat && x.device().is_cpu());
}

/// A tensor that may be absent: autograd's functions take none that is undefined, so an empty one
/// stands for it.
at::Tensor present(const at::Tensor &x) {
  return x.defined() ? x.contiguous() : at::empty({0}, at::TensorOptions().dtype(at::kFloat));
}

bool is_present(const at::Tensor &x) { return x.defined() && x.numel() > 0; }

const float *read(const at::Tensor &x) { return is_present(x) ? x.data_ptr<float>() : nullptr; }

at::Tensor dense(const at::Tensor &x) { return x.defined() ? x.contiguous() : x; }

/// A part of work: so many numbers that a thread is worth it.
int64_t grain(int64_t size) { return std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(1, size)); }

template <typename Body> void over_rows(int64_t rows, int64_t size, Body body) {
  at::parallel_for(0, rows, grain(size), body);
}

kernels::dropout_rule make_rule(double keep, int64_t seed) {
  return {
      static_cast<float>(1.0 / keep), static_cast<uint32_t>(keep * 4294967295.0),
      {static_cast<uint32_t>(seed), static_cast<uint32_t>(static_cast<uint64_t>(seed) >> 32)}};
}

int64_t draw_seed(ctorch_generator generator) {
  return static_cast<int64_t>(shim::draw(generator));
}

// Dropout

at::Tensor dropped(const at::Tensor &x, double keep, int64_t seed) {
  at::Tensor from = x.contiguous(), result = at::empty_like(from);
  kernels::dropout_rule rule = make_rule(keep, seed);
  const float *in = from.data_ptr<float>();
  float *out = result.data_ptr<float>();
  at::parallel_for(0, from.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
    kernels::dropout_span(in, out, begin, end, rule);
  });
  return result;
}

/// x with elements dropped: linear in x, so that its derivative is itself.
struct Dropout : Function<Dropout> {
  static Variable forward(AutogradContext *context, Variable x, double keep, int64_t seed) {
    context->saved_data["keep"] = keep;
    context->saved_data["seed"] = seed;
    return dropped(x, keep, seed);
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    return {
        apply(slopes[0], context->saved_data["keep"].toDouble(),
              context->saved_data["seed"].toInt()),
        Variable(), Variable()};
  }
};

/// The factors that `Dropout` multiplies with.
at::Tensor dropout_factors(at::IntArrayRef shape, double keep, int64_t seed) {
  return dropped(at::ones(shape, at::TensorOptions().dtype(at::kFloat)), keep, seed);
}

// GELU with the bias of the linear layer before it

/// dx of `gelu(x + bias)`.
struct GeluSlope : Function<GeluSlope> {
  static at::Tensor compute(const at::Tensor &dy, const at::Tensor &x, const at::Tensor &bias) {
    at::Tensor grad = dy.contiguous(), result = at::empty_like(x);
    int64_t size = x.size(-1);
    over_rows(x.numel() / size, size, [&](int64_t begin, int64_t end) {
      kernels::gelu_backward_rows(
          read(grad), read(x), read(bias), result.data_ptr<float>(), begin, end, size);
    });
    return result;
  }
  static Variable forward(AutogradContext *context, Variable dy, Variable x, Variable bias) {
    context->save_for_backward({dy, x, bias});
    return compute(dy, x, bias);
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    at::Tensor dy = saved[0].contiguous(), x = saved[1], bias = saved[2];
    at::Tensor v = slopes[0].contiguous();
    at::Tensor out_dy = at::empty_like(x), out_x = at::empty_like(x);
    int64_t size = x.size(-1);
    over_rows(x.numel() / size, size, [&](int64_t begin, int64_t end) {
      kernels::gelu_second_rows(
          read(v), read(dy), read(x), read(bias), out_dy.data_ptr<float>(),
          out_x.data_ptr<float>(), begin, end, size);
    });
    Variable out_bias;
    if (is_present(bias) && context->needs_input_grad(2)) out_bias = out_x.view({-1, size}).sum(0);
    return {out_dy, out_x, out_bias};
  }
};

struct BiasGelu : Function<BiasGelu> {
  static Variable forward(AutogradContext *context, Variable x, Variable bias) {
    context->save_for_backward({x, bias});
    at::Tensor result = at::empty_like(x);
    int64_t size = x.size(-1);
    over_rows(x.numel() / size, size, [&](int64_t begin, int64_t end) {
      kernels::gelu_rows(read(x), read(bias), result.data_ptr<float>(), begin, end, size);
    });
    return result;
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    at::Tensor dx = at::GradMode::is_enabled()
                        ? GeluSlope::apply(slopes[0], saved[0], saved[1])
                        : GeluSlope::compute(slopes[0], saved[0], saved[1]);
    Variable dbias;
    if (is_present(saved[1]) && context->needs_input_grad(1)) {
      dbias = dx.view({-1, dx.size(-1)}).sum(0);
    }
    return {dx, dbias};
  }
};

// Layer norm with the bias, the dropout and the residual before it

/// dz of the layer norm of z, where dy is the slope of its result; moments are those of z.
struct NormSlope : Function<NormSlope> {
  static at::Tensor compute(
      const at::Tensor &dy, const at::Tensor &z, const at::Tensor &weight,
      const at::Tensor &moments, const at::Tensor &extra) {
    at::Tensor grad = dy.contiguous(), more = dense(extra), result = at::empty_like(z);
    int64_t size = z.size(-1);
    over_rows(z.numel() / size, size, [&](int64_t begin, int64_t end) {
      kernels::norm_backward_rows(
          read(grad), read(z), read(moments), read(weight), read(more), begin, end, size,
          result.data_ptr<float>());
    });
    return result;
  }
  static Variable forward(
      AutogradContext *context, Variable dy, Variable z, Variable weight, Variable moments) {
    context->save_for_backward({dy, z, weight, moments});
    return compute(dy, z, weight, moments, {});
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    at::Tensor dy = saved[0].contiguous(), z = saved[1], weight = saved[2], moments = saved[3];
    at::Tensor v = slopes[0].contiguous();
    at::Tensor out_dy = at::empty_like(z), out_z = at::empty_like(z), products;
    if (context->needs_input_grad(2)) products = at::empty_like(z);
    int64_t size = z.size(-1);
    over_rows(z.numel() / size, size, [&](int64_t begin, int64_t end) {
      kernels::norm_second_rows(
          read(v), read(dy), read(z), read(moments), read(weight), begin, end, size,
          out_dy.data_ptr<float>(), out_z.data_ptr<float>(),
          products.defined() ? products.data_ptr<float>() : nullptr);
    });
    Variable out_weight;
    if (products.defined()) out_weight = products.view({-1, size}).sum(0);
    return {out_dy, out_z, out_weight, Variable()};
  }
};

/// z = dropout(x + bias) + residual, and the layer norm of z: both are results.
struct ResidualNorm : Function<ResidualNorm> {
  static variable_list forward(
      AutogradContext *context, Variable x, Variable bias, Variable residual, Variable weight,
      Variable shift, double epsilon, double keep, int64_t seed) {
    int64_t size = x.size(-1), rows = x.numel() / size;
    at::Tensor z = at::empty_like(x), y = at::empty_like(x);
    at::Tensor moments = at::empty({rows, 2}, x.options());
    kernels::dropout_rule rule = make_rule(keep, seed);
    over_rows(rows, size, [&](int64_t begin, int64_t end) {
      kernels::residual_norm_rows(
          read(x), read(bias), read(residual), read(weight), read(shift),
          static_cast<float>(epsilon), rule, begin, end, size, z.data_ptr<float>(),
          y.data_ptr<float>(), moments.data_ptr<float>());
    });
    context->set_materialize_grads(false);
    context->save_for_backward({z, weight, moments});
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["keep"] = keep;
    context->saved_data["seed"] = seed;
    context->saved_data["bias"] = is_present(bias);
    context->saved_data["residual"] = is_present(residual);
    return {z, y};
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    const at::Tensor &z = saved[0], &weight = saved[1], &moments = saved[2];
    const at::Tensor &dz = slopes[0], &dy = slopes[1];
    const bool records = at::GradMode::is_enabled();
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
    if (dy.defined() && context->needs_input_grad(4)) result[4] = dy.reshape({-1, size}).sum(0);
    if (!slope.defined()) return result;
    if (context->saved_data["residual"].toBool() && context->needs_input_grad(2)) result[2] = slope;
    const bool has_bias = context->saved_data["bias"].toBool();
    if (context->needs_input_grad(0) || (has_bias && context->needs_input_grad(1))) {
      double keep = context->saved_data["keep"].toDouble();
      int64_t seed = context->saved_data["seed"].toInt();
      at::Tensor dx = keep == 1 ? slope
                      : records ? Dropout::apply(slope, keep, seed)
                                : dropped(slope, keep, seed);
      if (context->needs_input_grad(0)) result[0] = dx;
      if (has_bias && context->needs_input_grad(1)) result[1] = dx.reshape({-1, size}).sum(0);
    }
    return result;
  }
};

// Attention within each sentence

/// Where the sentences are: (sentences + 1) rows at which one begins, the last the end.
struct sentences {
  const int64_t *starts;
  int64_t count, heads, longest, size, stride;
  kernels::dropout_rule rule;

  sentences(
      const at::Tensor &offsets, int64_t head_count, const at::Tensor &q,
      const kernels::dropout_rule &dropout)
      : starts(offsets.data_ptr<int64_t>()), count(offsets.numel() - 1), heads(head_count),
        longest(0), size(q.size(1) / head_count), stride(q.size(1)), rule(dropout) {
    for (int64_t i = 0; i < count; ++i) longest = std::max(longest, starts[i + 1] - starts[i]);
  }

  template <typename Body> void each_head(int64_t squares, int64_t sides, Body body) const {
    const int64_t work = longest * longest * size;
    at::parallel_for(0, count * heads, grain(work), [&](int64_t begin, int64_t end) {
      float *memory = kernels::scratch::take(
          static_cast<size_t>(kernels::attention_scratch(longest, size, squares, sides)));
      for (int64_t i = begin; i < end; ++i) {
        int64_t sentence = i / heads;
        kernels::attention_site site{
            starts[sentence + 1] - starts[sentence],
            size,
            stride,
            starts[sentence],
            i % heads,
            heads,
            longest,
            1 / std::sqrt(static_cast<float>(size)),
            rule};
        if (site.length > 0) body(site, memory);
      }
    });
  }
};

struct attention_facts {
  at::Tensor offsets;
  int64_t heads;
  double keep;
  int64_t seed;

  sentences over(const at::Tensor &q) const { return {offsets, heads, q, make_rule(keep, seed)}; }
  void save(AutogradContext *context) const {
    context->saved_data["heads"] = heads;
    context->saved_data["keep"] = keep;
    context->saved_data["seed"] = seed;
  }
  static attention_facts restore(AutogradContext *context, const at::Tensor &offsets) {
    return {
        offsets, context->saved_data["heads"].toInt(), context->saved_data["keep"].toDouble(),
        context->saved_data["seed"].toInt()};
  }
};

/// dQ, dK and dV of attention.
struct AttentionSlope : Function<AttentionSlope> {
  static variable_list compute(
      const at::Tensor &slope, const at::Tensor &q, const at::Tensor &k, const at::Tensor &v,
      const at::Tensor &logs, const attention_facts &facts) {
    at::Tensor grad = slope.contiguous();
    at::Tensor dq = at::empty_like(q), dk = at::empty_like(k), dv = at::empty_like(v);
    facts.over(q).each_head(3, 3, [&](const kernels::attention_site &site, float *memory) {
      kernels::attention_backward(
          site, read(q), read(k), read(v), read(logs), read(grad), dq.data_ptr<float>(),
          dk.data_ptr<float>(), dv.data_ptr<float>(), memory);
    });
    return {dq, dk, dv};
  }
  static variable_list forward(
      AutogradContext *context, Variable slope, Variable q, Variable k, Variable v, Variable logs,
      Variable offsets, int64_t heads, double keep, int64_t seed) {
    attention_facts facts{offsets, heads, keep, seed};
    context->save_for_backward({slope, q, k, v, logs, offsets});
    facts.save(context);
    return compute(slope, q, k, v, logs, facts);
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    at::Tensor grad = saved[0].contiguous(), q = saved[1], k = saved[2], v = saved[3],
               logs = saved[4];
    at::Tensor a = slopes[0].contiguous(), b = slopes[1].contiguous(), c = slopes[2].contiguous();
    at::Tensor dg = at::empty_like(q), dq = at::empty_like(q), dk = at::empty_like(q),
               dv = at::empty_like(q);
    attention_facts::restore(context, saved[5])
        .over(q)
        .each_head(4, 3, [&](const kernels::attention_site &site, float *memory) {
          kernels::attention_second(
              site, read(q), read(k), read(v), read(logs), read(grad), read(a), read(b), read(c),
              dg.data_ptr<float>(), dq.data_ptr<float>(), dk.data_ptr<float>(),
              dv.data_ptr<float>(), memory);
        });
    return {dg, dq, dk, dv, Variable(), Variable(), Variable(), Variable(), Variable()};
  }
};

struct Attention : Function<Attention> {
  static Variable forward(
      AutogradContext *context, Variable q, Variable k, Variable v, Variable offsets,
      int64_t heads, double keep, int64_t seed) {
    attention_facts facts{offsets, heads, keep, seed};
    at::Tensor out = at::empty_like(q), logs = at::empty({q.size(0), heads}, q.options());
    facts.over(q).each_head(1, 3, [&](const kernels::attention_site &site, float *memory) {
      kernels::attention_forward(
          site, read(q), read(k), read(v), out.data_ptr<float>(), logs.data_ptr<float>(), memory);
    });
    context->save_for_backward({q, k, v, logs, offsets});
    facts.save(context);
    return out;
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    attention_facts facts = attention_facts::restore(context, saved[4]);
    variable_list result =
        at::GradMode::is_enabled()
            ? AttentionSlope::apply(
                  slopes[0], saved[0], saved[1], saved[2], saved[3], saved[4], facts.heads,
                  facts.keep, facts.seed)
            : AttentionSlope::compute(slopes[0], saved[0], saved[1], saved[2], saved[3], facts);
    result.resize(7);
    return result;
  }
};

/// The plain form: a sentence at a time, by libtorch's operations.
at::Tensor plain_attention(
    const at::Tensor &q, const at::Tensor &k, const at::Tensor &v, const at::Tensor &offsets,
    int64_t heads, double keep, int64_t seed) {
  const int64_t *starts = offsets.data_ptr<int64_t>(), count = offsets.numel() - 1;
  const int64_t size = q.size(1) / heads;
  int64_t longest = 0;
  for (int64_t i = 0; i < count; ++i) longest = std::max(longest, starts[i + 1] - starts[i]);
  const int64_t width = kernels::padded(longest);
  at::Tensor factors;
  if (keep < 1) factors = dropout_factors({q.size(0), heads, width}, keep, seed);
  std::vector<at::Tensor> parts;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t start = starts[i], length = starts[i + 1] - start;
    if (length == 0) continue;
    auto by_head = [&](const at::Tensor &x) {
      return x.narrow(0, start, length).view({length, heads, size}).transpose(0, 1);
    };
    at::Tensor scores =
        at::matmul(by_head(q), by_head(k).transpose(1, 2)) / std::sqrt(static_cast<double>(size));
    at::Tensor shares = at::softmax(scores, -1);
    if (keep < 1) {
      shares = shares * factors.narrow(0, start, length).narrow(2, 0, length).transpose(0, 1)
                            .to(shares.scalar_type());
    }
    parts.push_back(at::matmul(shares, by_head(v)).transpose(0, 1).reshape({length, q.size(1)}));
  }
  return at::cat(parts, 0);
}

} // namespace

int ctorch_limit_vectors(int bits) {
  kernels::allowed() = bits >= 512   ? kernels::processor::avx512
                       : bits >= 256 ? kernels::processor::avx2
                                     : kernels::processor::plain;
  switch (kernels::this_processor()) {
  case kernels::processor::avx512: return 512;
  case kernels::processor::avx2: return 256;
  default: return 128;
  }
}

ctorch_tensor ctorch_linear(
    ctorch_tensor x, ctorch_tensor weight, ctorch_tensor bias, bool is_fused) {
  return shim::tensor([&]() -> at::Tensor {
    const at::Tensor &input = x->value, &w = weight->value;
    at::Tensor shift = bias ? bias->value : at::Tensor();
    if (is_fused && is_plain_float(input) && is_plain_float(w) && is_plain_float(shift) &&
        w.dim() == 2 && input.dim() >= 1 && input.size(-1) == w.size(1) && products::find_sgemm()) {
      at::Tensor rows = products::Linear::apply(
          input.reshape({-1, w.size(1)}).contiguous(), w.contiguous(), present(shift));
      std::vector<int64_t> shape = input.sizes().vec();
      shape.back() = w.size(0);
      return rows.view(shape);
    }
    return shift.defined() ? at::linear(input, w, shift) : at::linear(input, w);
  });
}

ctorch_tensor ctorch_dropout(ctorch_tensor a, double keep, ctorch_generator generator) {
  return shim::tensor([&]() -> at::Tensor {
    const int64_t seed = draw_seed(generator);
    if (is_plain_float(a->value)) return Dropout::apply(a->value, keep, seed);
    return a->value * dropout_factors(a->value.sizes(), keep, seed).to(a->value.options());
  });
}

ctorch_tensor ctorch_bias_gelu(ctorch_tensor a, ctorch_tensor bias, bool is_fused) {
  return shim::tensor([&]() -> at::Tensor {
    at::Tensor shift = bias ? bias->value : at::Tensor();
    if (is_fused && is_plain_float(a->value) && is_plain_float(shift)) {
      return BiasGelu::apply(a->value.contiguous(), present(shift));
    }
    return at::gelu(shift.defined() ? a->value + shift : a->value);
  });
}

int ctorch_residual_norm(
    ctorch_tensor x, ctorch_tensor bias, ctorch_tensor residual, ctorch_tensor weight,
    ctorch_tensor shift, double epsilon, double keep, ctorch_generator generator, bool is_fused,
    ctorch_tensor *sum, ctorch_tensor *normed) {
  return shim::guarded<int>(1, [&]() {
    auto optional = [](ctorch_tensor t) { return t ? t->value : at::Tensor(); };
    at::Tensor b = optional(bias), r = optional(residual), z, y;
    const int64_t seed = generator && keep < 1 ? draw_seed(generator) : 0;
    if (!generator) keep = 1;
    TORCH_CHECK(!r.defined() || r.sizes() == x->value.sizes(), "the residual has another shape");
    if (is_fused && is_plain_float(x->value) && is_plain_float(b) && is_plain_float(r) &&
        is_plain_float(weight->value) && is_plain_float(shift->value)) {
      variable_list both = ResidualNorm::apply(
          x->value.contiguous(), present(b), present(r), weight->value.contiguous(),
          shift->value.contiguous(), epsilon, keep, seed);
      z = both[0];
      y = both[1];
    } else {
      z = b.defined() ? x->value + b : x->value;
      if (keep < 1) z = z * dropout_factors(z.sizes(), keep, seed).to(z.options());
      if (r.defined()) z = z + r;
      y = at::layer_norm(z, {z.size(-1)}, weight->value, shift->value, epsilon);
    }
    *sum = new ctorch_tensor_s{z};
    *normed = new ctorch_tensor_s{y};
    return 0;
  });
}

ctorch_tensor ctorch_attention(
    ctorch_tensor q, ctorch_tensor k, ctorch_tensor v, ctorch_tensor offsets, int heads,
    double keep, ctorch_generator generator, bool is_fused) {
  return shim::tensor([&]() -> at::Tensor {
    const int64_t seed = generator && keep < 1 ? draw_seed(generator) : 0;
    if (!generator) keep = 1;
    TORCH_CHECK(
        q->value.dim() == 2 && q->value.size(1) % heads == 0 &&
            q->value.sizes() == k->value.sizes() && q->value.sizes() == v->value.sizes(),
        "query, key and value must be (subwords, heads · size)");
    const int64_t *starts = offsets->value.data_ptr<int64_t>();
    const int64_t count = offsets->value.numel() - 1;
    TORCH_CHECK(
        count >= 1 && starts[0] == 0 && starts[count] == q->value.size(0),
        "the sentences must fill the subwords");
    for (int64_t i = 0; i < count; ++i) {
      TORCH_CHECK(starts[i] <= starts[i + 1], "a sentence ends before it begins");
    }
    if (is_fused && is_plain_float(q->value) && is_plain_float(k->value) &&
        is_plain_float(v->value)) {
      return Attention::apply(
          q->value.contiguous(), k->value.contiguous(), v->value.contiguous(), offsets->value,
          static_cast<int64_t>(heads), keep, seed);
    }
    return plain_attention(q->value, k->value, v->value, offsets->value, heads, keep, seed);
  });
}

double ctorch_sum_of_squares(ctorch_tensor a, int *failed) {
  *failed = 1;
  return shim::guarded<double>(NAN, [&]() {
    at::NoGradGuard guard;
    double total;
    if (is_plain_float(a->value)) {
      at::Tensor x = a->value.contiguous();
      total = kernels::sum_of_squares(x.data_ptr<float>(), 0, x.numel());
    } else {
      total = a->value.to(at::kDouble).square().sum().item().toDouble();
    }
    *failed = 0;
    return total;
  });
}
