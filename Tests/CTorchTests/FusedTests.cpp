// The operations in one step: what they refuse, that no size makes them read or write beyond their
// tensors, and that their derivatives are those of the plain form, up to the last that they have.

#include "Support.h"

using namespace support;

namespace {

using operation = std::vector<tensor> (*)(const std::vector<tensor> &inputs, bool is_fused);

/// An operation on inputs of some shapes.
struct fused_case {
  std::string name;
  std::vector<support::shape> shapes;
  operation apply;
};

template <typename... Tensors> std::vector<tensor> list(Tensors... handles) {
  std::vector<tensor> tensors;
  (tensors.emplace_back(handles), ...);
  return tensors;
}

std::vector<tensor> gelu(const std::vector<tensor> &in, bool is_fused) {
  return list(ctorch_bias_gelu(in[0], in.size() > 1 ? ctorch_tensor(in[1]) : nullptr, is_fused));
}

std::vector<tensor> linear(const std::vector<tensor> &in, bool is_fused) {
  return list(
      ctorch_linear(in[0], in[1], in.size() > 2 ? ctorch_tensor(in[2]) : nullptr, is_fused));
}

std::vector<tensor> dropout(const std::vector<tensor> &in, bool is_fused) {
  return list(ctorch_dropout(in[0], 0.7, generator(3), is_fused));
}

std::vector<tensor> norm_of(
    const std::vector<tensor> &in, ctorch_tensor bias, ctorch_tensor residual, double keep,
    bool is_fused) {
  tensor sum, normed;
  EXPECT(!ctorch_residual_norm(
      in[0], bias, residual, in[1], in[2], 0.1, keep, generator(4), is_fused, sum.place(),
      normed.place()));
  std::vector<tensor> both;
  both.push_back(std::move(sum));
  both.push_back(std::move(normed));
  return both;
}

std::vector<tensor> whole_norm(const std::vector<tensor> &in, bool is_fused) {
  return norm_of(in, in[3], in[4], 0.8, is_fused);
}

std::vector<tensor> bare_norm(const std::vector<tensor> &in, bool is_fused) {
  return norm_of(in, nullptr, nullptr, 1, is_fused);
}

std::vector<int64_t> starts_of(int64_t rows) {
  // A sentence of one subword, an empty one, and the rest in two.
  if (rows == 0) return {0, 0};
  return {0, 1, 1, (rows + 1) / 2, rows};
}

template <int Heads, int KeepPercent>
std::vector<tensor> attention(const std::vector<tensor> &in, bool is_fused) {
  return list(ctorch_attention(
      in[0], in[1], in[2], integers(starts_of(in[0].shape()[0])), Heads, KeepPercent / 100.0,
      generator(5), is_fused));
}

/// Sizes around those of a vector, and one with work for more than one thread.
std::vector<fused_case> cases() {
  std::vector<fused_case> all;
  for (int64_t size : {1, 3, 15, 16, 17, 33}) {
    for (int64_t rows : {1, 5}) {
      all.push_back({"GELU", {{rows, size}}, gelu});
      all.push_back({"GELU", {{rows, size}, {size}}, gelu});
      all.push_back({"linear", {{rows, size}, {7, size}}, linear});
      all.push_back({"linear", {{1, rows, size}, {1, size}, {1}}, linear});
      all.push_back({"dropout", {{rows, size}}, dropout});
      all.push_back({"bare norm", {{rows, size}, {size}, {size}}, bare_norm});
      all.push_back(
          {"residual norm", {{rows, size}, {size}, {size}, {size}, {rows, size}}, whole_norm});
    }
  }
  for (int64_t size : {2, 6, 34, 64}) {
    for (int64_t rows : {1, 4, 31, 37}) {
      const support::shape shape = {rows, size};
      all.push_back({"attention", {shape, shape, shape}, attention<1, 100>});
      all.push_back({"attention with dropout", {shape, shape, shape}, attention<2, 70>});
    }
  }
  all.push_back({"GELU", {{700, 96}, {96}}, gelu});
  all.push_back({"residual norm", {{700, 96}, {96}, {96}, {96}, {700, 96}}, whole_norm});
  all.push_back({"dropout", {{700, 96}}, dropout});
  all.push_back({"attention with dropout", {{120, 96}, {120, 96}, {120, 96}}, attention<2, 70>});
  return all;
}

/// Results, first derivatives and second derivatives.
std::vector<tensor> everything(const fused_case &each, bool is_fused) {
  std::vector<tensor> inputs;
  for (size_t i = 0; i < each.shapes.size(); ++i) inputs.push_back(leaf(each.shapes[i], 11 + i));
  std::vector<tensor> found = each.apply(inputs, is_fused);
  std::vector<tensor> bent;
  std::vector<const tensor *> parts;
  for (const tensor &result : found) {
    tensor curve = ctorch_unary(CTORCH_TANH, result);
    bent.emplace_back(ctorch_binary(CTORCH_MULTIPLY, result, curve));
  }
  for (const tensor &result : bent) parts.push_back(&result);
  std::vector<tensor> plain = gradients(mixed(parts, 1), inputs, true);
  std::vector<tensor> first = gradients(mixed(parts, 1), inputs, true);
  EXPECT(plain.size() == inputs.size() && first.size() == inputs.size());
  parts.clear();
  for (const tensor &slope : first) parts.push_back(&slope);
  std::vector<tensor> second = gradients(mixed(parts, 2), inputs, false);
  EXPECT(second.size() == inputs.size());
  // The same without a record, by the other path of each backward.
  std::vector<tensor> again = each.apply(inputs, is_fused);
  parts.clear();
  for (const tensor &result : again) parts.push_back(&result);
  std::vector<tensor> unrecorded = gradients(mixed(parts, 3), inputs, false);
  EXPECT(unrecorded.size() == inputs.size());
  for (auto *list : {&first, &second, &unrecorded}) {
    for (tensor &slope : *list) found.push_back(std::move(slope));
  }
  return found;
}

} // namespace

LAW("of every size and with every width of vectors, one step is many steps") {
  int used = 0;
  for (const fused_case &each : cases()) {
    const std::vector<tensor> plain = everything(each, false);
    for (int bits : {512, 256, 128}) {
      EXPECT(!ctorch_limit_vectors(bits, &used));
      const std::vector<tensor> fused = everything(each, true);
      EXPECT(fused.size() == plain.size());
      for (size_t i = 0; i < fused.size() && i < plain.size(); ++i) {
        if (!plain[i] || !fused[i]) {
          EXPECT(!plain[i] && !fused[i]);
        } else {
          const float error = difference(fused[i], plain[i]);
          support::expect(
              error < 1e-4f, "the plain form's numbers", __FILE__, __LINE__,
              each.name + " of " + std::to_string(each.shapes[0].front()) + " x " +
                  std::to_string(each.shapes[0].back()) + ", " + std::to_string(bits) +
                  " bits, result " + std::to_string(i) + ": " + std::to_string(error));
        }
      }
    }
    EXPECT(!ctorch_limit_vectors(512, &used));
  }
}

LAW("no rows are no work") {
  for (bool is_fused : {true, false}) {
    tensor x = noise({0, 6}, 1), w = noise({6}, 2), square = noise({6, 6}, 3), sum, normed;
    EXPECT((tensor(ctorch_bias_gelu(x, w, is_fused)).shape() == support::shape{0, 6}));
    EXPECT((tensor(ctorch_linear(x, square, w, is_fused)).shape() == support::shape{0, 6}));
    EXPECT(!ctorch_residual_norm(
        x, w, x, w, w, 1e-5, 0.5, generator(1), is_fused, sum.place(), normed.place()));
    EXPECT((normed.shape() == support::shape{0, 6}));
    tensor attended =
        ctorch_attention(x, x, x, integers({0, 0, 0}), 2, 1, nullptr, is_fused);
    EXPECT((attended.shape() == support::shape{0, 6}));
    EXPECT((tensor(ctorch_dropout(x, 0.5, generator(1), is_fused)).shape() == x.shape()));
  }
}

LAW("GELU refuses a bias that is not one number a column") {
  tensor x = noise({2, 5}, 1), doubles = ctorch_to_type(noise({5}, 2), CTORCH_FLOAT64);
  for (bool is_fused : {true, false}) {
    EXPECT_FAILURE(
        ctorch_bias_gelu(x, noise({4}, 2), is_fused),
        "the bias must have the shape [5], not [4]");
    EXPECT_FAILURE(ctorch_bias_gelu(x, noise({1}, 2), is_fused), "the shape [5], not [1]");
    EXPECT_FAILURE(ctorch_bias_gelu(x, noise({0}, 2), is_fused), "the shape [5], not [0]");
    EXPECT_FAILURE(ctorch_bias_gelu(x, noise({2, 5}, 2), is_fused), "the shape [5], not [2, 5]");
    EXPECT_FAILURE(ctorch_bias_gelu(x, doubles, is_fused), "the bias must be Float on cpu, not");
    EXPECT_FAILURE(ctorch_bias_gelu(noise({}, 1), nullptr, is_fused), "x must be rows");
    EXPECT_FAILURE(ctorch_bias_gelu(noise({3, 0}, 1), nullptr, is_fused), "x must be rows");
    EXPECT_FAILURE(ctorch_bias_gelu(integers({3}), nullptr, is_fused), "floating-point");
  }
}

LAW("a linear layer refuses a weight or a bias that does not fit") {
  tensor x = noise({2, 5}, 1), w = noise({3, 5}, 2);
  for (bool is_fused : {true, false}) {
    EXPECT_FAILURE(
        ctorch_linear(x, noise({5, 3}, 2), nullptr, is_fused),
        "the weight must have the shape [outputs, 5], not [5, 3]");
    EXPECT_FAILURE(ctorch_linear(x, noise({5}, 2), nullptr, is_fused), "not [5]");
    EXPECT_FAILURE(ctorch_linear(x, w, noise({5}, 2), is_fused), "the shape [3], not [5]");
    EXPECT_FAILURE(ctorch_linear(x, w, noise({1}, 2), is_fused), "the shape [3], not [1]");
    EXPECT_FAILURE(
        ctorch_linear(x, tensor(ctorch_to_type(w, CTORCH_FLOAT64)), nullptr, is_fused),
        "the weight must be Float");
  }
}

LAW("a residual norm refuses what is not of x's size") {
  tensor x = noise({2, 5}, 1), good = noise({5}, 2), bad = noise({4}, 3), one = noise({1}, 4);
  ctorch_tensor sum = nullptr, normed = nullptr;
  for (bool is_fused : {true, false}) {
    auto norm = [&](ctorch_tensor bias, ctorch_tensor residual, ctorch_tensor weight,
                    ctorch_tensor shift, double keep) {
      return ctorch_residual_norm(
          x, bias, residual, weight, shift, 1e-5, keep, generator(1), is_fused, &sum, &normed);
    };
    EXPECT_FAILURE(norm(bad, x, good, good, 1), "the bias must have the shape [5], not [4]");
    EXPECT_FAILURE(norm(one, x, good, good, 1), "the bias must have the shape [5], not [1]");
    EXPECT_FAILURE(norm(good, good, good, good, 1), "the residual must have the shape [2, 5]");
    EXPECT_FAILURE(norm(good, x, bad, good, 1), "the weight must have the shape [5], not [4]");
    EXPECT_FAILURE(norm(good, x, good, one, 1), "the shift must have the shape [5], not [1]");
    EXPECT_FAILURE(norm(good, x, good, good, 0), "above 0 and at most 1, not 0");
    EXPECT_FAILURE(norm(good, x, good, good, 1.5), "not 1.5");
  }
  EXPECT(!sum && !normed);
}

LAW("attention refuses heads and sentences that do not fit") {
  tensor x = noise({5, 6}, 1), all = integers({0, 5});
  for (bool is_fused : {true, false}) {
    auto attend = [&](ctorch_tensor k, ctorch_tensor offsets, int heads) {
      return ctorch_attention(x, k, x, offsets, heads, 1, nullptr, is_fused);
    };
    EXPECT_FAILURE(attend(x, all, 0), "of 0 heads");
    EXPECT_FAILURE(attend(x, all, -2), "of -2 heads");
    EXPECT_FAILURE(attend(x, all, 4), "[5, 6] of 4 heads");
    EXPECT_FAILURE(attend(noise({4, 6}, 2), all, 2), "the key must have the shape [5, 6]");
    EXPECT_FAILURE(attend(x, integers({0, 6}), 2), "must fill the 5 subwords");
    EXPECT_FAILURE(attend(x, integers({1, 5}), 2), "must fill the 5 subwords");
    EXPECT_FAILURE(attend(x, integers({0, 7, 5}), 2), "must not end before it begins");
    EXPECT_FAILURE(attend(x, integers({0, -3, 5}), 2), "must not end before it begins");
    EXPECT_FAILURE(attend(x, integers({0}), 2), "two or more");
    EXPECT_FAILURE(attend(x, filled({0, 5}, {2}), 2), "64-bit integers, not Float");
    const int64_t two[] = {2, 1};
    EXPECT_FAILURE(attend(x, tensor(ctorch_reshape(all, two, 2)), 2), "two or more contiguous");
    EXPECT_FAILURE(
        attend(x, tensor(ctorch_expand(integers({0}), two, 1)), 2), "two or more contiguous");
  }
}

LAW("dropout without a stream, or that keeps everything, is the tensor itself") {
  tensor x = noise({3, 5}, 1);
  for (bool is_fused : {true, false}) {
    EXPECT(tensor(ctorch_dropout(x, 0.5, nullptr, is_fused)).floats() == x.floats());
    EXPECT(tensor(ctorch_dropout(x, 1, generator(1), is_fused)).floats() == x.floats());
    EXPECT_FAILURE(ctorch_dropout(x, 0, generator(1), is_fused), "above 0 and at most 1");
    EXPECT_FAILURE(ctorch_dropout(integers({1}), 1, nullptr, is_fused), "floating-point");
  }
}

LAW("a second derivative that is to be differentiated again is refused, not silently wrong") {
  const std::vector<fused_case> all = {
      {"GELU", {{3, 5}, {5}}, gelu},
      {"layer norm", {{3, 5}, {5}, {5}, {5}, {3, 5}}, whole_norm},
      {"attention", {{5, 6}, {5, 6}, {5, 6}}, attention<2, 100>},
  };
  for (const fused_case &each : all) {
    for (bool is_fused : {true, false}) {
      std::vector<tensor> inputs;
      for (const support::shape &shape : each.shapes) inputs.push_back(leaf(shape, 7));
      const std::vector<tensor> results = each.apply(inputs, is_fused);
      std::vector<const tensor *> parts;
      for (const tensor &result : results) parts.push_back(&result);
      const std::vector<tensor> first = gradients(mixed(parts, 1), inputs, true);
      parts.clear();
      for (const tensor &slope : first) {
        if (slope) parts.push_back(&slope);
      }
      const tensor again = mixed(parts, 2);
      const std::vector<tensor> second = gradients(again, inputs, true);
      EXPECT(second.empty() == is_fused);
      if (is_fused) EXPECT(failure_has(each.name + " in one step has no third derivative"));
    }
  }
}

LAW("linear layers and dropout have third derivatives, those of the plain form") {
  for (operation apply : {operation(linear), operation(dropout)}) {
    std::vector<tensor> thirds;
    for (bool is_fused : {true, false}) {
      std::vector<tensor> inputs;
      inputs.push_back(leaf({3, 5}, 1));
      if (apply == operation(linear)) inputs.push_back(leaf({4, 5}, 2));
      const std::vector<tensor> results = apply(inputs, is_fused);
      tensor curve = ctorch_scalar(CTORCH_POWER_SCALAR, results[0], 4);
      for (int order = 0; order < 3; ++order) {
        const std::vector<tensor> slopes = gradients(mixed({&curve}, order), inputs, true);
        EXPECT(slopes.size() == inputs.size());
        if (slopes.empty()) return;
        curve = ctorch_clone(slopes[0]);
      }
      thirds.push_back(std::move(curve));
    }
    EXPECT(difference(thirds[0], thirds[1]) < 1e-4f);
    EXPECT(difference(thirds[1], noise({3, 5}, 9)) > 1e-3f);
  }
}
