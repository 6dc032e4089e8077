/// A plain C face of libtorch: opaque tensors, and every C++ exception caught.
///
/// A function that makes a tensor returns a new handle, to be given to `ctorch_release`, or NULL
/// when it failed; a function that returns `int` gives 0 on success. The text of the newest
/// failure of the calling thread is `ctorch_last_error()`. No handle is consumed by any call but
/// `ctorch_release`. Dimensions may be negative, counted from the last, as in libtorch.
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ctorch_tensor_s *ctorch_tensor;
typedef struct ctorch_generator_s *ctorch_generator;

typedef enum {
  CTORCH_FLOAT32 = 0,
  CTORCH_FLOAT64 = 1,
  CTORCH_FLOAT16 = 2,
  CTORCH_BFLOAT16 = 3,
  CTORCH_INT64 = 4,
  CTORCH_INT32 = 5,
  CTORCH_BOOL = 6,
  CTORCH_UINT8 = 7,
  CTORCH_OTHER = 8,
  CTORCH_INT16 = 9,
  CTORCH_INT8 = 10
} ctorch_type;

typedef enum {
  CTORCH_ADD, CTORCH_SUBTRACT, CTORCH_MULTIPLY, CTORCH_DIVIDE, CTORCH_MATMUL,
  CTORCH_EQUAL, CTORCH_LESS, CTORCH_MAXIMUM
} ctorch_binary_op;

typedef enum {
  CTORCH_NEGATE, CTORCH_EXP, CTORCH_LOG, CTORCH_SQRT, CTORCH_TANH, CTORCH_SIGMOID, CTORCH_RELU,
  CTORCH_SILU, CTORCH_GELU, CTORCH_GELU_TANH, CTORCH_ABS, CTORCH_IS_FINITE, CTORCH_LOGICAL_NOT
} ctorch_unary_op;

typedef enum {
  CTORCH_ADD_SCALAR, CTORCH_MULTIPLY_SCALAR, CTORCH_POWER_SCALAR, CTORCH_CLAMP_MINIMUM,
  CTORCH_EQUAL_SCALAR, CTORCH_LESS_SCALAR
} ctorch_scalar_op;

// Failures
const char *ctorch_last_error(void);

// The library
const char *ctorch_version(void);
const char *ctorch_parallel_info(void);
int ctorch_threads(void);
void ctorch_set_threads(int count);
/// The threads of operations that the calling thread starts; others' stay as they are.
void ctorch_set_own_threads(int count);
void ctorch_deterministic(bool on);

// Making and reading tensors
ctorch_tensor ctorch_from_data(
    const void *data, ctorch_type type, const int64_t *shape, int rank);
/// A tensor whose elements are yet to be given.
ctorch_tensor ctorch_empty(const int64_t *shape, int rank, ctorch_type type);
/// Copies elements from memory, where `strides` (in elements) say they are, over those of a
/// contiguous tensor from its element `start` on, counted in row-major order; converts the type.
int ctorch_fill(
    ctorch_tensor tensor, int64_t start, const void *data, ctorch_type type,
    const int64_t *shape, const int64_t *strides, int rank);
ctorch_tensor ctorch_full(const int64_t *shape, int rank, double value, ctorch_type type);
ctorch_tensor ctorch_arange(int64_t end);
void ctorch_release(ctorch_tensor tensor);
int ctorch_rank(ctorch_tensor tensor);
int64_t ctorch_dimension(ctorch_tensor tensor, int index);
int64_t ctorch_count(ctorch_tensor tensor);
ctorch_type ctorch_element_type(ctorch_tensor tensor);
bool ctorch_requires_gradient(ctorch_tensor tensor);
int ctorch_copy_floats(ctorch_tensor tensor, float *out);
int ctorch_copy_doubles(ctorch_tensor tensor, double *out);
int ctorch_copy_integers(ctorch_tensor tensor, int64_t *out);
int ctorch_copy_bytes(ctorch_tensor tensor, void *out, size_t size);
double ctorch_item(ctorch_tensor tensor, int *failed);

// Gradient bookkeeping
bool ctorch_gradients_enabled(void);
bool ctorch_set_gradients_enabled(bool on);
ctorch_tensor ctorch_detach(ctorch_tensor tensor, bool requires_gradient);
ctorch_tensor ctorch_clone(ctorch_tensor tensor);
// Whether no other tensor has numbers in this one's storage, which are all of it in order.
bool ctorch_owns_storage(ctorch_tensor tensor);
/// Derivatives of the scalar `output`; an input that `output` does not depend on gives NULL in
/// `gradients`.
int ctorch_gradients(
    ctorch_tensor output, const ctorch_tensor *inputs, int count, bool retain_graph,
    bool create_graph, ctorch_tensor *gradients);
/// Derivatives of the sum of all ⟨output, weight⟩; the graph is freed.
int ctorch_weighted_gradients(
    const ctorch_tensor *outputs, const ctorch_tensor *weights, int output_count,
    const ctorch_tensor *inputs, int count, ctorch_tensor *gradients);

// Operations
ctorch_tensor ctorch_binary(ctorch_binary_op op, ctorch_tensor a, ctorch_tensor b);
ctorch_tensor ctorch_unary(ctorch_unary_op op, ctorch_tensor a);
ctorch_tensor ctorch_scalar(ctorch_scalar_op op, ctorch_tensor a, double b);
ctorch_tensor ctorch_to_type(ctorch_tensor a, ctorch_type type);
ctorch_tensor ctorch_reshape(ctorch_tensor a, const int64_t *shape, int rank);
ctorch_tensor ctorch_permute(ctorch_tensor a, const int64_t *order, int rank);
ctorch_tensor ctorch_transpose(ctorch_tensor a, int first, int second);
ctorch_tensor ctorch_expand(ctorch_tensor a, const int64_t *shape, int rank);
ctorch_tensor ctorch_narrow(ctorch_tensor a, int dimension, int64_t start, int64_t length);
ctorch_tensor ctorch_index_select(ctorch_tensor a, int dimension, ctorch_tensor indices);
ctorch_tensor ctorch_concatenate(const ctorch_tensor *tensors, int count, int dimension);
ctorch_tensor ctorch_sum(ctorch_tensor a, const int64_t *dimensions, int count, bool keep);
ctorch_tensor ctorch_mean(ctorch_tensor a, const int64_t *dimensions, int count, bool keep);
ctorch_tensor ctorch_cumulative_sum(ctorch_tensor a, int dimension);
ctorch_tensor ctorch_argmax(ctorch_tensor a, int dimension);
ctorch_tensor ctorch_softmax(ctorch_tensor a, int dimension);
ctorch_tensor ctorch_log_softmax(ctorch_tensor a, int dimension);
ctorch_tensor ctorch_layer_norm(
    ctorch_tensor a, ctorch_tensor weight, ctorch_tensor bias, double epsilon);
ctorch_tensor ctorch_embedding(ctorch_tensor weight, ctorch_tensor ids, int64_t padding);
ctorch_tensor ctorch_cross_entropy(ctorch_tensor logits, ctorch_tensor labels, int64_t ignored);
ctorch_tensor ctorch_where(ctorch_tensor condition, ctorch_tensor a, ctorch_tensor b);
ctorch_tensor ctorch_masked_fill(ctorch_tensor a, ctorch_tensor mask, double value);

// Steps of a transformer's layer in one operation each, twice differentiable. `is_fused` false takes
// libtorch's own operations instead, with the same result up to rounding. A NULL generator, or a keep
// of 1, drops nothing.

/// Lets the calling thread use vectors of at most so many bits in these; what it now uses.
int ctorch_limit_vectors(int bits);
/// x with each element kept with the chance `keep` and scaled by 1 / keep, or 0.
ctorch_tensor ctorch_dropout(ctorch_tensor a, double keep, ctorch_generator generator);
/// x Wᵀ + bias, x (…, inputs), the weight (outputs, inputs) and the bias (outputs) or NULL.
ctorch_tensor ctorch_linear(
    ctorch_tensor x, ctorch_tensor weight, ctorch_tensor bias, bool is_fused);
/// GELU(a + bias), a (…, size) and the bias (size) or NULL.
ctorch_tensor ctorch_bias_gelu(ctorch_tensor a, ctorch_tensor bias, bool is_fused);
/// sum = dropout(x + bias) + residual, and normed = the layer norm of that times weight plus shift;
/// bias and residual may be NULL. x (…, size).
int ctorch_residual_norm(
    ctorch_tensor x, ctorch_tensor bias, ctorch_tensor residual, ctorch_tensor weight,
    ctorch_tensor shift, double epsilon, double keep, ctorch_generator generator, bool is_fused,
    ctorch_tensor *sum, ctorch_tensor *normed);
/// Attention within each sentence: q, k, v and the result (subwords, heads · size); sentence i is the
/// rows from offsets[i] to offsets[i + 1], 64-bit integers that begin with 0.
ctorch_tensor ctorch_attention(
    ctorch_tensor q, ctorch_tensor k, ctorch_tensor v, ctorch_tensor offsets, int heads,
    double keep, ctorch_generator generator, bool is_fused);
/// The sum of all elements' squares.
double ctorch_sum_of_squares(ctorch_tensor a, int *failed);

// Chance
ctorch_generator ctorch_generator_new(uint64_t seed);
void ctorch_generator_release(ctorch_generator generator);
uint64_t ctorch_generator_next(ctorch_generator generator);
ctorch_tensor ctorch_random_normal(const int64_t *shape, int rank, ctorch_generator generator);
ctorch_tensor ctorch_random_uniform(const int64_t *shape, int rank, ctorch_generator generator);
/// Ones with chance `keep`, zeros otherwise, divided by `keep`: the factor of dropout.

// Updates in place; none of them is recorded for gradients
int ctorch_add_in_place(ctorch_tensor a, ctorch_tensor b, double factor);
int ctorch_multiply_in_place(ctorch_tensor a, double factor);
int ctorch_copy_in_place(ctorch_tensor a, ctorch_tensor b);
int ctorch_replace_rows(ctorch_tensor a, ctorch_tensor indices, ctorch_tensor rows);
/// One AdamW step (Loshchilov and Hutter 2019, in torch.optim.AdamW's order of operations).
int ctorch_adamw_in_place(
    ctorch_tensor parameter, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    int64_t step, double learning_rate, double beta1, double beta2, double epsilon,
    double weight_decay);
/// The same in one pass over memory; contiguous float32 only.
int ctorch_adamw_fused(
    ctorch_tensor parameter, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    int64_t step, double learning_rate, double beta1, double beta2, double epsilon,
    double weight_decay);
/// The same for the first `count` rows of a table and its moments; row r has the gradient in row
/// `sources[r]` of `gradient`, or none if that is negative.
int ctorch_adamw_rows(
    ctorch_tensor rows, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    const int64_t *sources, int64_t count, int64_t step, double learning_rate, double beta1,
    double beta2, double epsilon, double weight_decay);

#ifdef __cplusplus
}
#endif
#endif
