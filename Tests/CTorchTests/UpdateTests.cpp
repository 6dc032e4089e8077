// What optimizers do: by hand, with every width of vectors, and what they refuse.

#include "Support.h"

#include <cmath>
#include <cstring>

using namespace support;

namespace {

const ctorch_adamw_rule rule = {1, 0.1, 0.9, 0.999, 1e-8, 0.01};

bool is_near(float a, double b) { return std::abs(a - b) < 1e-6; }

/// Parameters with their gradient and moments.
struct moving {
  tensor p, g, m, v;

  explicit moving(const support::shape &shape)
      : p(noise(shape, 1)), g(noise(shape, 2)), m(noise(shape, 3)),
        v(ctorch_unary(CTORCH_ABS, tensor(noise(shape, 4)))) {}

  std::vector<std::vector<float>> all() const { return {p.floats(), m.floats(), v.floats()}; }
};

} // namespace

LAW("the first AdamW step moves by the learning rate against the gradient's sign") {
  // p (1 − 0.1 · 0.01) − 0.1 · sign(g); m = 0.1 g, v = 0.001 g².
  for (bool is_fused : {true, false}) {
    tensor p = filled({1, -2}, {2}), g = filled({0.5, -4}, {2});
    tensor m = filled({0, 0}, {2}), v = filled({0, 0}, {2});
    EXPECT(!ctorch_adamw(p, g, m, v, rule, is_fused));
    EXPECT(is_near(p.floats()[0], 0.899) && is_near(p.floats()[1], -1.898));
    EXPECT(is_near(m.floats()[0], 0.05) && is_near(m.floats()[1], -0.4));
    EXPECT(is_near(v.floats()[0], 0.00025) && is_near(v.floats()[1], 0.016));
  }
}

LAW("a step has the same bits with any vectors, and is near the plain form's") {
  int used = 0;
  for (const support::shape &shape :
       {support::shape{1}, {15}, {16}, {17}, {3, 11}, {0}, {300, 130}}) {
    moving plain(shape);
    EXPECT(!ctorch_adamw(plain.p, plain.g, plain.m, plain.v, rule, false));
    std::vector<std::vector<float>> widest;
    for (int bits : {512, 256, 128}) {
      EXPECT(!ctorch_limit_vectors(bits, &used));
      moving fused(shape);
      EXPECT(!ctorch_adamw(fused.p, fused.g, fused.m, fused.v, rule, true));
      if (widest.empty()) widest = fused.all();
      EXPECT(fused.all() == widest);
      EXPECT(difference(fused.p, plain.p) < 1e-5f && difference(fused.v, plain.v) < 1e-5f);
    }
    EXPECT(!ctorch_limit_vectors(512, &used));
  }
}

LAW("rows are updated by the gradients of their sources, the others stay") {
  const int64_t sources[] = {1, -1, 0};
  for (bool is_fused : {true, false}) {
    moving table({5, 17});
    tensor gradient = noise({2, 17}, 8);
    // The same by dense steps of each row.
    std::vector<tensor> rows;
    for (int64_t row = 0; row < 3; ++row) {
      tensor p = ctorch_clone(tensor(ctorch_narrow(table.p, 0, row, 1)));
      tensor m = ctorch_clone(tensor(ctorch_narrow(table.m, 0, row, 1)));
      tensor v = ctorch_clone(tensor(ctorch_narrow(table.v, 0, row, 1)));
      const int64_t shape[] = {1, 17};
      tensor g = sources[row] < 0 ? tensor(ctorch_full(shape, 2, 0, CTORCH_FLOAT32))
                                  : tensor(ctorch_narrow(gradient, 0, sources[row], 1));
      EXPECT(!ctorch_adamw(p, g, m, v, rule, is_fused));
      rows.push_back(std::move(p));
    }
    const std::vector<float> before = table.p.floats();
    EXPECT(!ctorch_adamw_rows(table.p, gradient, table.m, table.v, sources, 3, rule, is_fused));
    const std::vector<float> after = table.p.floats();
    for (int64_t row = 0; row < 3; ++row) {
      EXPECT(!std::memcmp(
          after.data() + row * 17, rows[static_cast<size_t>(row)].floats().data(),
          17 * sizeof(float)));
    }
    EXPECT(!std::memcmp(after.data() + 3 * 17, before.data() + 3 * 17, 2 * 17 * sizeof(float)));
  }
}

LAW("AdamW refuses what does not belong together") {
  moving a({2, 3});
  tensor small = noise({2, 2}, 5), doubles = ctorch_to_type(a.p, CTORCH_FLOAT64);
  ctorch_adamw_rule zeroth = rule;
  zeroth.step = 0;
  for (bool is_fused : {true, false}) {
    EXPECT_FAILURE(
        ctorch_adamw(a.p, small, a.m, a.v, rule, is_fused),
        "the gradient must have the shape [2, 3], not [2, 2]");
    EXPECT_FAILURE(ctorch_adamw(a.p, a.g, small, a.v, rule, is_fused), "the first moment must");
    EXPECT_FAILURE(ctorch_adamw(a.p, a.g, a.m, small, rule, is_fused), "the second moment must");
    EXPECT_FAILURE(
        ctorch_adamw(a.p, doubles, a.m, a.v, rule, is_fused), "the gradient must be Float");
    EXPECT_FAILURE(ctorch_adamw(a.p, a.g, a.m, a.v, zeroth, is_fused), "from 1, not from 0");
    EXPECT_FAILURE(ctorch_adamw(a.p, a.g, a.m, a.m, rule, is_fused), "memory");
    EXPECT_FAILURE(ctorch_adamw(a.p, a.p, a.m, a.v, rule, is_fused), "memory");
    EXPECT_FAILURE(
        ctorch_adamw(
            tensor(integers({1})), tensor(integers({1})), tensor(integers({1})),
            tensor(integers({1})), rule, is_fused),
        "floating-point");

    const int64_t beyond[] = {0, 2}, good[] = {0, -1};
    auto rows = [&](const tensor &gradient, const int64_t *sources, int64_t count) {
      return ctorch_adamw_rows(a.p, gradient, a.m, a.v, sources, count, rule, is_fused);
    };
    EXPECT_FAILURE(rows(a.g, beyond, 2), "the gradient of row 1 must be one of 2 rows, not 2");
    EXPECT_FAILURE(rows(a.g, good, 3), "from 0 to 2 rows can be updated, not 3");
    EXPECT_FAILURE(rows(a.g, good, -1), "from 0 to 2 rows can be updated, not -1");
    EXPECT_FAILURE(rows(a.g, nullptr, 2), "from 0 to 2 rows can be updated");
    EXPECT_FAILURE(rows(small, good, 2), "rows of one size, not [2, 3] and [2, 2]");
    EXPECT_FAILURE(rows(noise({3}, 1), good, 2), "rows of one size");
  }
}

LAW("parameters that are not contiguous are updated in the plain form") {
  tensor wide = noise({3, 4}, 1), other = ctorch_clone(wide), g = noise({3, 2}, 2);
  for (tensor *each : {&wide, &other}) {
    const int64_t shape[] = {3, 2};
    tensor m = ctorch_full(shape, 2, 0, CTORCH_FLOAT32), v = ctorch_clone(m);
    tensor part = ctorch_narrow(*each, 1, 1, 2);
    EXPECT(!ctorch_adamw(part, g, m, v, rule, each == &wide));
  }
  EXPECT(wide.floats() == other.floats());
}

LAW("the sum of squares counts every element once, in both forms") {
  // 1² + … + n² = n (n + 1) (2n + 1) / 6
  int used = 0;
  for (int64_t count : {1, 15, 16, 17, 100}) {
    std::vector<float> numbers;
    for (int64_t i = 1; i <= count; ++i) numbers.push_back(static_cast<float>(i));
    tensor x = filled(numbers, {count});
    const double expected = static_cast<double>(count * (count + 1) * (2 * count + 1)) / 6;
    for (int bits : {512, 256, 128}) {
      for (bool is_fused : {true, false}) {
        double sum = 0;
        EXPECT(!ctorch_limit_vectors(bits, &used));
        EXPECT(!ctorch_sum_of_squares(x, is_fused, &sum) && sum == expected);
      }
    }
  }
  EXPECT(!ctorch_limit_vectors(512, &used));
}

LAW("weighted derivatives are those of the weighted sum, and what is unused has none") {
  tensor x = leaf({3}, 1), unused = leaf({2}, 2), weight = noise({3}, 3);
  tensor square = ctorch_binary(CTORCH_MULTIPLY, x, x);
  const ctorch_tensor outputs[] = {square}, weights[] = {weight}, inputs[] = {x, unused};
  ctorch_tensor found[2] = {};
  EXPECT(!ctorch_weighted_gradients(outputs, weights, 1, inputs, 2, found));
  tensor slope = found[0];
  EXPECT(slope && !found[1]);
  tensor expected = ctorch_binary(
      CTORCH_MULTIPLY, tensor(ctorch_scalar(CTORCH_MULTIPLY_SCALAR, x, 2)), weight);
  EXPECT(slope.floats() == expected.floats());
  bool requires_gradient = false;
  EXPECT(!ctorch_requires_gradient(square, &requires_gradient) && requires_gradient);
}
