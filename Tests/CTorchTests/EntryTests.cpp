// Each entry with what it must refuse: the failure is a text, never an exception or a crash.

#include "Support.h"

#include <thread>

using namespace support;

LAW("a NULL handle is a failure with a text, whatever is asked of it") {
  const ctorch_tensor none = nullptr;
  const int64_t sizes[] = {1};
  const ctorch_adamw_rule rule = {1, 0.1, 0.9, 0.999, 1e-8, 0};
  int number = 7;
  int64_t large = 7;
  bool flag = true;
  double real = 7;
  float single = 7;
  ctorch_type type = CTORCH_INT8;
  tensor one = filled({1}, {1}), start = integers({0, 1});
  ctorch_tensor handle = nullptr, more = nullptr;
  const char *words = "expected a tensor, not NULL";

  EXPECT_FAILURE(ctorch_fill(none, 0, &single, CTORCH_FLOAT32, sizes, sizes, 1), words);
  EXPECT_FAILURE(ctorch_rank(none, &number), words);
  EXPECT_FAILURE(ctorch_dimension(none, 0, &large), words);
  EXPECT_FAILURE(ctorch_count(none, &large), words);
  EXPECT_FAILURE(ctorch_element_type(none, &type), words);
  EXPECT_FAILURE(ctorch_copy_floats(none, 1, &single), words);
  EXPECT_FAILURE(ctorch_copy_doubles(none, 1, &real), words);
  EXPECT_FAILURE(ctorch_copy_integers(none, 1, &large), words);
  EXPECT_FAILURE(ctorch_copy_bytes(none, 4, &single), words);
  EXPECT_FAILURE(ctorch_item(none, &real), words);
  EXPECT_FAILURE(ctorch_requires_gradient(none, &flag), words);
  EXPECT_FAILURE(ctorch_detach(none, true), words);
  EXPECT_FAILURE(ctorch_clone(none), words);
  EXPECT_FAILURE(ctorch_owns_storage(none, &flag), words);
  EXPECT_FAILURE(ctorch_gradients(none, &handle, 1, false, false, &more), words);
  EXPECT_FAILURE(ctorch_weighted_gradients(&none, &none, 1, &none, 1, &more), words);
  EXPECT_FAILURE(ctorch_binary(CTORCH_ADD, one, none), words);
  EXPECT_FAILURE(ctorch_unary(CTORCH_EXP, none), words);
  EXPECT_FAILURE(ctorch_scalar(CTORCH_ADD_SCALAR, none, 1), words);
  EXPECT_FAILURE(ctorch_to_type(none, CTORCH_FLOAT64), words);
  EXPECT_FAILURE(ctorch_reshape(none, sizes, 1), words);
  EXPECT_FAILURE(ctorch_permute(none, sizes, 1), words);
  EXPECT_FAILURE(ctorch_transpose(none, 0, 1), words);
  EXPECT_FAILURE(ctorch_expand(none, sizes, 1), words);
  EXPECT_FAILURE(ctorch_narrow(none, 0, 0, 1), words);
  EXPECT_FAILURE(ctorch_index_select(one, 0, none), words);
  EXPECT_FAILURE(ctorch_concatenate(&none, 1, 0), words);
  EXPECT_FAILURE(ctorch_sum(none, nullptr, 0, false), words);
  EXPECT_FAILURE(ctorch_mean(none, nullptr, 0, false), words);
  EXPECT_FAILURE(ctorch_cumulative_sum(none, 0), words);
  EXPECT_FAILURE(ctorch_argmax(none, 0), words);
  EXPECT_FAILURE(ctorch_softmax(none, 0), words);
  EXPECT_FAILURE(ctorch_log_softmax(none, 0), words);
  EXPECT_FAILURE(ctorch_layer_norm(one, one, none, 1e-5), words);
  EXPECT_FAILURE(ctorch_embedding(one, none, -1), words);
  EXPECT_FAILURE(ctorch_cross_entropy(one, none, -100), words);
  EXPECT_FAILURE(ctorch_where(none, one, one), words);
  EXPECT_FAILURE(ctorch_masked_fill(one, none, 0), words);
  EXPECT_FAILURE(ctorch_dropout(none, 1, nullptr, true), words);
  EXPECT_FAILURE(ctorch_linear(one, none, nullptr, true), words);
  EXPECT_FAILURE(ctorch_bias_gelu(none, one, true), words);
  EXPECT_FAILURE(
      ctorch_residual_norm(
          one, nullptr, nullptr, one, none, 1e-5, 1, nullptr, true, &handle, &more),
      words);
  EXPECT_FAILURE(ctorch_attention(one, one, none, start, 1, 1, nullptr, true), words);
  EXPECT_FAILURE(ctorch_add_in_place(one, none, 1), words);
  EXPECT_FAILURE(ctorch_multiply_in_place(none, 1), words);
  EXPECT_FAILURE(ctorch_copy_in_place(one, none), words);
  EXPECT_FAILURE(ctorch_replace_rows(one, none, one), words);
  EXPECT_FAILURE(ctorch_sum_of_squares(none, true, &real), words);
  EXPECT_FAILURE(ctorch_adamw(one, one, one, none, rule, true), words);
  EXPECT_FAILURE(ctorch_adamw_rows(none, one, one, one, &large, 1, rule, true), words);

  uint64_t bits = 7;
  EXPECT_FAILURE(ctorch_generator_next(nullptr, &bits), "expected a generator, not NULL");
  EXPECT_FAILURE(ctorch_random_normal(sizes, 1, nullptr), "expected a generator, not NULL");
  EXPECT_FAILURE(ctorch_random_uniform(sizes, 1, nullptr), "expected a generator, not NULL");

  // What a failed call would have written is as it was.
  EXPECT(number == 7 && large == 7 && flag && real == 7 && single == 7 && bits == 7);
  EXPECT(type == CTORCH_INT8 && !handle && !more);
  ctorch_release(nullptr);
  ctorch_generator_release(nullptr);
}

LAW("what libtorch itself refuses is a failure with its text") {
  tensor matrix = noise({2, 3}, 1);
  int64_t size = 7;
  EXPECT_FAILURE(ctorch_dimension(matrix, 2, &size), "out of range");
  EXPECT_FAILURE(ctorch_dimension(matrix, -3, &size), "out of range");
  EXPECT(size == 7);
  EXPECT_FAILURE(ctorch_set_threads(0), "positive number of threads");
  EXPECT_FAILURE(ctorch_binary(CTORCH_MATMUL, matrix, matrix), "2x3");
  EXPECT_FAILURE(ctorch_narrow(matrix, 0, 1, 2), "exceeds");
  EXPECT_FAILURE(ctorch_embedding(matrix, integers({2}), -1), "out of range");
  EXPECT_FAILURE(ctorch_cross_entropy(matrix, integers({0, 3}), -100), "out of bounds");
  EXPECT_FAILURE(ctorch_replace_rows(matrix, integers({2}), noise({1, 3}, 2)), "out of bounds");
  double value = 0;
  EXPECT_FAILURE(ctorch_item(matrix, &value), "");
  const int64_t huge[] = {INT64_MAX / 8};
  EXPECT_FAILURE(ctorch_empty(huge, 1, CTORCH_FLOAT32), "allocate");
}

LAW("arguments that no memory stands behind are refused") {
  const int64_t two = 2, one = 1;
  tensor pair = noise({2}, 1);
  float numbers[4] = {};
  EXPECT_FAILURE(ctorch_from_data(nullptr, CTORCH_FLOAT32, &two, 1), "expected 8 bytes, not NULL");
  EXPECT_FAILURE(ctorch_from_data(numbers, CTORCH_FLOAT32, nullptr, 1), "at NULL");
  EXPECT_FAILURE(ctorch_from_data(numbers, CTORCH_FLOAT32, &two, -1), "list of numbers, not -1");
  EXPECT_FAILURE(ctorch_full(nullptr, 3, 1, CTORCH_FLOAT32), "at NULL");
  EXPECT_FAILURE(ctorch_full(&two, 1, 1, CTORCH_OTHER), "expected an element type");
  EXPECT_FAILURE(ctorch_arange(-1), "");
  EXPECT_FAILURE(
      ctorch_fill(pair, 1, numbers, CTORCH_FLOAT32, &two, &one, 1), "exceeds");
  EXPECT_FAILURE(
      ctorch_fill(pair, 0, nullptr, CTORCH_FLOAT32, &two, &one, 1), "not NULL");
  EXPECT_FAILURE(ctorch_copy_floats(pair, 3, numbers), "expected memory of 8 bytes, not of 12");
  EXPECT_FAILURE(ctorch_copy_bytes(pair, 7, numbers), "expected memory of 8 bytes, not of 7");
  EXPECT_FAILURE(ctorch_copy_bytes(pair, 8, nullptr), "not NULL");
  EXPECT_FAILURE(ctorch_concatenate(nullptr, 1, 0), "at least one tensor");
  EXPECT_FAILURE(ctorch_concatenate(nullptr, 0, 0), "at least one tensor");
  EXPECT_FAILURE(ctorch_set_own_threads(0), "at least one thread");
  EXPECT_FAILURE(ctorch_unary(static_cast<ctorch_unary_op>(15), pair), "not 15");
  EXPECT_FAILURE(ctorch_scalar(static_cast<ctorch_scalar_op>(7), pair, 1), "not 7");
}

LAW("tensors go in and come out") {
  tensor matrix = filled({1, 2, 3, 4, 5, 6}, {2, 3});
  const int64_t last[] = {1, 0}, shape[] = {3, 2}, wide[] = {2, 2, 3}, first[] = {0};
  tensor turned = ctorch_permute(matrix, last, 2);
  EXPECT(turned.floats() == (std::vector<float>{1, 4, 2, 5, 3, 6}));
  EXPECT((turned.shape() == support::shape{3, 2}));
  EXPECT(tensor(ctorch_transpose(matrix, 0, 1)).floats() == turned.floats());
  EXPECT(tensor(ctorch_reshape(matrix, shape, 2)).floats() == matrix.floats());
  EXPECT(tensor(ctorch_expand(matrix, wide, 3)).floats().size() == 12);
  EXPECT(tensor(ctorch_sum(matrix, first, 1, true)).floats() == (std::vector<float>{5, 7, 9}));
  EXPECT(tensor(ctorch_mean(matrix, nullptr, 0, false)).floats()[0] == 3.5f);
  EXPECT(tensor(ctorch_cumulative_sum(matrix, 1)).floats()[2] == 6);
  EXPECT(tensor(ctorch_index_select(matrix, 0, integers({1}))).floats()[0] == 4);
  const ctorch_tensor both[] = {matrix, matrix};
  EXPECT(tensor(ctorch_concatenate(both, 2, 0)).floats().size() == 12);
  int64_t best[2], count = 0;
  tensor places = ctorch_argmax(matrix, 1);
  EXPECT(!ctorch_copy_integers(places, 2, best) && best[0] == 2 && best[1] == 2);
  ctorch_type type = CTORCH_OTHER;
  EXPECT(!ctorch_element_type(places, &type) && type == CTORCH_INT64);
  EXPECT(!ctorch_count(matrix, &count) && count == 6);
  double doubles[6], value = 0;
  EXPECT(!ctorch_copy_doubles(matrix, 6, doubles) && doubles[5] == 6);
  EXPECT(!ctorch_item(tensor(ctorch_sum(matrix, nullptr, 0, false)), &value) && value == 21);
  EXPECT(tensor(ctorch_to_type(matrix, CTORCH_FLOAT16)).floats() == matrix.floats());
  const int64_t stride[] = {2};
  tensor places_in = ctorch_full(stride, 1, 9, CTORCH_FLOAT32);
  const float strided[] = {1, 0, 2};
  EXPECT(!ctorch_fill(places_in, 0, strided, CTORCH_FLOAT32, stride, stride, 1));
  EXPECT(places_in.floats() == (std::vector<float>{1, 2}));
  EXPECT(tensor(ctorch_arange(3)).floats() == (std::vector<float>{0, 1, 2}));
  tensor mask = ctorch_scalar(CTORCH_LESS_SCALAR, matrix, 2.5);
  EXPECT(tensor(ctorch_masked_fill(matrix, mask, 0)).floats()[1] == 0);
  EXPECT(tensor(ctorch_where(mask, matrix, matrix)).floats() == matrix.floats());
  EXPECT(tensor(ctorch_softmax(matrix, -1)).floats()[0] > 0.09f);
  EXPECT(tensor(ctorch_log_softmax(matrix, -1)).floats()[0] < -2.4f);
  tensor ones = filled({1, 1, 1}, {3}), nothing = ctorch_empty(last + 1, 1, CTORCH_BOOL);
  EXPECT(tensor(ctorch_layer_norm(matrix, ones, ones, 1e-5)).floats()[1] == 1);
  EXPECT(nothing.shape() == support::shape{0});
}

LAW("in place means in place, and the storage knows who else has it") {
  tensor a = filled({1, 2}, {1, 2}), b = filled({10, 20}, {1, 2});
  bool owns = false;
  EXPECT(!ctorch_owns_storage(a, &owns) && owns);
  tensor same = ctorch_detach(a, false), other = ctorch_clone(a);
  EXPECT(!ctorch_owns_storage(a, &owns) && !owns);
  EXPECT(!ctorch_add_in_place(a, b, 0.5) && a.floats() == (std::vector<float>{6, 12}));
  EXPECT(!ctorch_multiply_in_place(a, 2) && same.floats() == (std::vector<float>{12, 24}));
  EXPECT(!ctorch_replace_rows(a, integers({0}), b) && same.floats() == b.floats());
  EXPECT(!ctorch_copy_in_place(a, other) && a.floats() == (std::vector<float>{1, 2}));
}

LAW("random numbers are those of the seed") {
  generator one(5), other(5);
  uint64_t a = 0, b = 1;
  EXPECT(!ctorch_generator_next(one, &a) && !ctorch_generator_next(other, &b) && a == b);
  const int64_t size = 4;
  tensor x = ctorch_random_normal(&size, 1, one), y = ctorch_random_normal(&size, 1, other);
  EXPECT(x.floats() == y.floats());
  tensor u = ctorch_random_uniform(&size, 1, one), v = ctorch_random_uniform(&size, 1, other);
  EXPECT(u.floats() == v.floats() && u.floats() != x.floats());
}

LAW("a failure is the thread's own") {
  EXPECT_FAILURE(ctorch_clone(nullptr), "expected a tensor");
  std::string other;
  std::thread([&]() {
    other = ctorch_last_error();
    ctorch_set_own_threads(0);
  }).join();
  EXPECT(other.empty());
  EXPECT(failure_has("expected a tensor"));
}

LAW("the library tells of itself") {
  EXPECT(std::string(ctorch_version()).size() > 3);
  EXPECT(std::string(ctorch_parallel_info()).find("threads") != std::string::npos);
  int threads = 0;
  EXPECT(!ctorch_set_threads(2) && !ctorch_threads(&threads) && threads == 2);
  EXPECT(!ctorch_set_own_threads(2));
  EXPECT(!ctorch_deterministic(true));
  bool on = false, before = false;
  EXPECT(!ctorch_gradients_enabled(&on) && on);
  EXPECT(!ctorch_set_gradients_enabled(false, &before) && before);
  EXPECT(!ctorch_gradients_enabled(&on) && !on);
  EXPECT(!ctorch_set_gradients_enabled(true, &before) && !before);
}

LAW("one choice of the processor's vectors holds for all kernels and products") {
  int used = 0;
  for (int bits : {512, 256, 128, 64}) {
    EXPECT(!ctorch_limit_vectors(bits, &used));
    EXPECT(used <= bits || used == 128);
    const std::string library = ctorch_product_library();
    EXPECT(used == 512 ? library.empty() || library.find("dnnl") != std::string::npos
                       : library.empty());
  }
  // Another thread is not limited.
  int there = 0;
  std::thread([&]() { ctorch_limit_vectors(512, &there); }).join();
  EXPECT(!ctorch_limit_vectors(512, &used) && used == there);
}
